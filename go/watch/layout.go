package watch

import (
	"reflect"
	"strings"
	"unsafe"
)

// EndType is the type *labrpc.ClientEnd. The package labrpc sets it.
var EndType reflect.Type

// layout says where the fields of one type of server are. A field that was not found is nil.
type layout struct {
	typ     reflect.Type
	fields  map[string]*slot
	unknown []string // fields named by hand that do not exist or do not fit
	log     *entryLayout

	peers, lock, store, applyCh, me *slot

	// sentinel is true if the log's first element stands for the entry before the first. It is learnt from a new server:
	// its log has one element or none.
	sentinel, sentinelKnown bool
	roles                   map[int64]string // learnt from who sends which request
	reported                bool
}

// entryLayout says where the fields of a log's element are.
type entryLayout struct {
	size        uintptr
	deref       bool
	term, index *slot
	command     *slot
}

var layouts = map[reflect.Type]*layout{}

// layoutOf returns the layout of a Raft server's struct, or nil if the type is no Raft: it must hold the ends of
// its peers, and have a method that is called for a vote.
func layoutOf(receiver interface{}) *layout {
	t := reflect.TypeOf(receiver)
	if t == nil || t.Kind() != reflect.Ptr || t.Elem().Kind() != reflect.Struct {
		return nil
	}
	if known, done := layouts[t]; done {
		return known
	}
	layouts[t] = makeLayout(t)
	return layouts[t]
}

func makeLayout(t reflect.Type) *layout {
	votes := false
	for i := 0; i < t.NumMethod(); i++ {
		votes = votes || strings.Contains(strings.ToLower(t.Method(i).Name), "vote")
	}
	if !votes || EndType == nil {
		return nil
	}
	all := allSlots(t.Elem())
	l := &layout{typ: t.Elem(), fields: map[string]*slot{}, roles: map[int64]string{}}
	l.peers = first(all, func(t reflect.Type) bool { return t.Kind() == reflect.Slice && t.Elem() == EndType })
	if l.peers == nil {
		return nil
	}
	named := byHand()
	for _, key := range wanted {
		fits := fitting(key)
		if path, given := named[key]; given {
			for _, s := range all {
				if s.name == path && fits(s.typ) {
					l.fields[key] = s
				}
			}
			if l.fields[key] == nil {
				l.unknown = append(l.unknown, key+"="+path)
			}
			continue
		}
		if s := find(all, fieldNames[key], fits); s != nil {
			l.fields[key] = s
		} else if key == "nextIndex" || key == "matchIndex" {
			if s := findColumn(all, fieldNames[key]); s != nil {
				l.fields[key] = s
			}
		}
	}
	if s := l.fields["log"]; s != nil {
		l.log = entryOf(s.typ.Elem())
	}
	l.me = find(all, []string{"me", "id", "myid"}, isNumber)
	if l.lock = find(all, []string{"mu", "lock", "mutex", "rwmu"}, isLock); l.lock == nil {
		l.lock = first(all, isLock)
	}
	l.store = first(all, isStore)
	l.applyCh = first(all, func(t reflect.Type) bool {
		if t.Kind() != reflect.Chan || t.Elem().Kind() != reflect.Struct {
			return false
		}
		_, has := t.Elem().FieldByName("CommandIndex")
		return has
	})
	return l
}

func fitting(key string) func(reflect.Type) bool {
	switch key {
	case "role":
		return isRole
	case "timer":
		return isMoment
	case "log":
		return isLog
	case "nextIndex", "matchIndex":
		return isNumbers
	}
	return isNumber
}

// isStore is true for a pointer to a Persister: a struct that begins with a Store.
func isStore(t reflect.Type) bool {
	if t.Kind() != reflect.Ptr || t.Elem().Kind() != reflect.Struct || t.Elem().NumField() == 0 {
		return false
	}
	return t.Elem().Field(0).Type == reflect.TypeOf(Store{})
}

// entryOf returns the layout of a log's element, or nil if it has no term.
func entryOf(t reflect.Type) *entryLayout {
	e := &entryLayout{size: t.Size()}
	if t.Kind() == reflect.Ptr {
		t, e.deref = t.Elem(), true
	}
	if t.Kind() != reflect.Struct {
		return nil
	}
	all := allSlots(t)
	e.term = find(all, []string{"term", "logterm", "entryterm", "currentterm"}, isNumber)
	if e.term == nil {
		return nil
	}
	e.index = find(all, []string{"index", "idx", "logindex", "entryindex", "commandindex"}, isNumber)
	anything := func(reflect.Type) bool { return true }
	if e.command = find(all, []string{"command", "cmd", "data", "content", "op", "value", "entry"}, anything); e.command == nil {
		e.command = first(all, func(t reflect.Type) bool { return t.Kind() == reflect.Interface })
	}
	return e
}

// at returns the address of element i, or nil for a nil pointer.
func (e *entryLayout) at(s *sliceHeader, i int) unsafe.Pointer {
	p := unsafe.Pointer(uintptr(s.data) + uintptr(i)*e.size)
	if e.deref {
		p = *(*unsafe.Pointer)(p)
	}
	return p
}

func (e *entryLayout) number(s *sliceHeader, i int, field *slot) int64 {
	p := e.at(s, i)
	if p == nil {
		return 0
	}
	if p = field.at(p); p == nil {
		return 0
	}
	return field.number(p)
}

// reportFields says once for each type what was found, and under which names.
func (l *layout) reportFields() {
	if l.reported {
		return
	}
	l.reported = true
	out := begin("fields")
	out.str("type", l.typ.String())
	out.key("found")
	out.b = append(out.b, '{')
	for _, key := range wanted {
		if s := l.fields[key]; s != nil {
			out.str(key, s.name)
		}
	}
	out.b = append(out.b, '}')
	var missing []string
	for _, key := range wanted {
		if l.fields[key] == nil {
			missing = append(missing, key)
		}
	}
	out.value("missing", reflect.ValueOf(missing))
	if len(l.unknown) > 0 {
		out.value("unknown", reflect.ValueOf(l.unknown))
	}
	out.end()
}
