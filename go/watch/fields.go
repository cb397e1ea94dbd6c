package watch

import (
	"os"
	"reflect"
	"strings"
	"unsafe"
)

// A server's state is read from its memory. The fields are found by their names and types: names in this list come
// first to last, without underscores and in lower case.
var fieldNames = map[string][]string{
	"term":          {"currentterm", "curterm", "currterm", "nowterm", "term"},
	"votedFor":      {"votedfor", "votefor", "voteforid", "votedforid", "votedid", "voteid", "voted", "votedto", "voteto", "vote"},
	"role":          {"role", "state", "status", "currentrole", "currentstate", "serverstate", "raftstate", "nodestate", "peerstate", "serverrole", "raftrole", "identity", "character", "stat", "isleader"},
	"log":           {"log", "logs", "logentries", "entries", "raftlog", "entry", "loglist"},
	"commitIndex":   {"commitindex", "commitidx", "committedindex", "committedidx", "committed", "commit", "lastcommitted", "lastcommit"},
	"lastApplied":   {"lastapplied", "lastappliedindex", "lastappliedidx", "appliedindex", "appliedidx", "applyindex", "lastapply", "applied"},
	"nextIndex":     {"nextindex", "nextindexes", "nextindices", "nextidx", "next", "nexts"},
	"matchIndex":    {"matchindex", "matchindexes", "matchindices", "matchidx", "match", "matched", "matches"},
	"snapshotIndex": {"lastincludedindex", "snapshotendindex", "lastincludeindex", "lastincludedidx", "lastincluded", "snapshotindex", "snapshotlastindex", "lastsnapshotindex", "snapshotlastincludedindex", "lastsnapindex", "snapindex", "snapshotidx", "lastsnapshot", "baseindex", "logbase", "logoffset", "indexoffset", "offset"},
	"snapshotTerm":  {"lastincludedterm", "lastincludeterm", "snapshotterm", "snapshotlastterm", "lastsnapshotterm", "snapshotlastincludedterm", "lastsnapterm", "snapterm"},
	"timer":         {"electiondeadline", "electiontimeoutat", "electiontime", "electionat", "nextelection", "lastheartbeat", "lastheartbeattime", "lastheard", "lastheardtime", "lastcontact", "lastreset", "lastresettime", "resettime", "electionreset", "electionresettime", "electionresetevent", "lastrpc", "lastrpctime", "lastreceive", "lastreceived", "lastupdate", "lastupdatetime", "lasttime", "lastping", "heartbeattime", "heartbeatat", "heard", "timestamp"},
}

// wanted lists the keys of fieldNames in the order of reports.
var wanted = []string{
	"term", "votedFor", "role", "log", "commitIndex", "lastApplied", "nextIndex", "matchIndex", "snapshotIndex", "snapshotTerm", "timer",
}

// slot is the way from a server's address to one of its fields.
type slot struct {
	name string // the path in the source, such as "persistent.currentTerm"
	hops []hop
	typ  reflect.Type

	column *slot // for a list of structs: the field of each that is meant

	plain *plainNumber // how it is read as a number; made when it is first read
}

// plainNumber says how a number lies in memory.
type plainNumber struct {
	pointer bool // a pointer to it is what lies there
	kind    reflect.Kind
	offset  uintptr
}

func plainOf(t reflect.Type) *plainNumber {
	n := &plainNumber{}
	if t.Kind() == reflect.Ptr {
		t, n.pointer = t.Elem(), true
	}
	ok := false
	if n.kind, n.offset, ok = numeric(t); !ok && isTime(t) {
		n.kind, n.offset = reflect.Int64, 8 // the reading of the steady clock follows a word of flags
	}
	return n
}

// number reads the field, which lies at p, as a number.
func (s *slot) number(p unsafe.Pointer) int64 {
	if s.plain == nil {
		s.plain = plainOf(s.typ)
	}
	return s.plain.read(p)
}

type hop struct {
	offset uintptr
	deref  bool // the field is a pointer, to be followed
}

// at returns the field's address, or nil if a pointer on the way is nil.
func (s *slot) at(base unsafe.Pointer) unsafe.Pointer {
	for _, h := range s.hops {
		base = unsafe.Pointer(uintptr(base) + h.offset)
		if h.deref {
			if base = *(*unsafe.Pointer)(base); base == nil {
				return nil
			}
		}
	}
	return base
}

func (s *slot) then(name string, h hop, typ reflect.Type) *slot {
	if s.name != "" {
		name = s.name + "." + name
	}
	hops := append(append([]hop(nil), s.hops...), h)
	return &slot{name: name, hops: hops, typ: typ}
}

// allSlots lists the fields of a struct, those of the structs in it after them.
func allSlots(root reflect.Type) []*slot {
	level := []*slot{{typ: root}}
	var all []*slot
	for depth := 0; depth < 4 && len(level) > 0; depth++ {
		var below []*slot
		for _, s := range level {
			for i := 0; i < s.typ.NumField(); i++ {
				field := s.typ.Field(i)
				h := hop{offset: field.Offset}
				child := s.then(field.Name, h, field.Type)
				all = append(all, child)
				t := field.Type
				if t.Kind() == reflect.Ptr && t.Elem() != root {
					t, h.deref = t.Elem(), true
				}
				if inside := t.Kind() == reflect.Struct && (t.PkgPath() == root.PkgPath() || t.PkgPath() == ""); inside {
					below = append(below, s.then(field.Name, h, t))
				}
			}
		}
		level = below
	}
	return all
}

// plain is a name without case and underscores; of a path it is the last name.
func plain(name string) string {
	name = name[strings.LastIndex(name, ".")+1:]
	return strings.ToLower(strings.Replace(name, "_", "", -1))
}

// find returns the first slot that has one of the names and a fitting type. A path may also spell a name as a whole, such as
// snapshot.index.
func find(all []*slot, names []string, fits func(reflect.Type) bool) *slot {
	for _, whole := range []bool{false, true} {
		for _, name := range names {
			for _, s := range all {
				found := plain(s.name)
				if whole {
					found = strings.ToLower(strings.NewReplacer("_", "", ".", "").Replace(s.name))
				}
				if (found == name || whole && len(name) > 8 && strings.HasSuffix(found, name)) && fits(s.typ) {
					return s
				}
			}
		}
	}
	return nil
}

// findColumn returns a list of structs, one for each peer, whose elements have a number with one of the names.
func findColumn(all []*slot, names []string) *slot {
	for _, s := range all {
		if s.typ.Kind() != reflect.Slice {
			continue
		}
		elem := s.typ.Elem()
		if elem.Kind() == reflect.Ptr {
			elem = elem.Elem()
		}
		if elem.Kind() != reflect.Struct || s.typ.Elem() == EndType {
			continue
		}
		if column := find(allSlots(elem), names, isNumber); column != nil {
			return &slot{name: s.name + "[]." + column.name, hops: s.hops, typ: s.typ, column: column}
		}
	}
	return nil
}

func first(all []*slot, fits func(reflect.Type) bool) *slot {
	for _, s := range all {
		if fits(s.typ) {
			return s
		}
	}
	return nil
}

// byHand reads RAFT_FIELDS: "term=cur;log=store.entries" names fields where the lists above do not help.
func byHand() map[string]string {
	named := map[string]string{}
	for _, pair := range strings.FieldsFunc(os.Getenv("RAFT_FIELDS"), func(r rune) bool { return r == ';' || r == ',' }) {
		if parts := strings.SplitN(strings.TrimSpace(pair), "=", 2); len(parts) == 2 {
			named[strings.TrimSpace(parts[0])] = strings.TrimSpace(parts[1])
		}
	}
	return named
}

// numeric returns the type that holds the number: of an atomic.Int64 its inner field.
func numeric(t reflect.Type) (kind reflect.Kind, offset uintptr, ok bool) {
	if t.Kind() == reflect.Struct && t.PkgPath() == "sync/atomic" {
		if inner, has := t.FieldByName("v"); has {
			t, offset = inner.Type, inner.Offset
		}
	}
	k := t.Kind()
	return k, offset, k >= reflect.Int && k <= reflect.Uint64
}

func isNumber(t reflect.Type) bool {
	if t.Kind() == reflect.Ptr {
		t = t.Elem()
	}
	_, _, ok := numeric(t)
	return ok
}

// isMoment is true for a time.Time, and for a number that is wide enough for one.
func isMoment(t reflect.Type) bool {
	kind, _, ok := numeric(t)
	return isTime(t) || ok && (kind == reflect.Int64 || kind == reflect.Int || kind == reflect.Uint64)
}

func isTime(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && t.PkgPath() == "time" && t.Name() == "Time"
}

func isRole(t reflect.Type) bool {
	return isNumber(t) || t.Kind() == reflect.String || t.Kind() == reflect.Bool
}

func isNumbers(t reflect.Type) bool {
	if t.Kind() == reflect.Map && t.Key().Kind() != reflect.Int {
		return false
	}
	return (t.Kind() == reflect.Slice || t.Kind() == reflect.Array || t.Kind() == reflect.Map) && isNumber(t.Elem())
}

func isLog(t reflect.Type) bool {
	return t.Kind() == reflect.Slice && entryOf(t.Elem()) != nil
}

func isLock(t reflect.Type) bool {
	return t.PkgPath() == "sync" && (t.Name() == "Mutex" || t.Name() == "RWMutex")
}

// read reads the number at p. A nil pointer to a number is reported as -1: nobody.
func (n *plainNumber) read(p unsafe.Pointer) int64 {
	if n.pointer {
		if p = *(*unsafe.Pointer)(p); p == nil {
			return -1
		}
	}
	p = unsafe.Pointer(uintptr(p) + n.offset)
	switch n.kind {
	case reflect.Int:
		return int64(*(*int)(p))
	case reflect.Int8:
		return int64(*(*int8)(p))
	case reflect.Int16:
		return int64(*(*int16)(p))
	case reflect.Int32:
		return int64(*(*int32)(p))
	case reflect.Int64:
		return *(*int64)(p)
	case reflect.Uint:
		return int64(*(*uint)(p))
	case reflect.Uint8:
		return int64(*(*uint8)(p))
	case reflect.Uint16:
		return int64(*(*uint16)(p))
	case reflect.Uint32:
		return int64(*(*uint32)(p))
	case reflect.Uint64:
		return int64(*(*uint64)(p))
	}
	return 0
}

// sliceHeader is how Go lays out a slice.
type sliceHeader struct {
	data unsafe.Pointer
	len  int
	cap  int
}

// readNumbers reads a list of numbers; of a map those with the keys 0, 1, and so on.
func readNumbers(p unsafe.Pointer, field *slot, into []int64) []int64 {
	into = into[:0]
	t, elem := field.typ, field.typ.Elem()
	if field.plain == nil {
		field.plain = plainOf(elem)
	}
	if field.column != nil {
		return readColumn((*sliceHeader)(p), field, into)
	}
	switch t.Kind() {
	case reflect.Slice:
		s := (*sliceHeader)(p)
		for i := 0; i < s.len && i < maxPeers; i++ {
			into = append(into, field.plain.read(unsafe.Pointer(uintptr(s.data)+uintptr(i)*elem.Size())))
		}
	case reflect.Array:
		for i := 0; i < t.Len() && i < maxPeers; i++ {
			into = append(into, field.plain.read(unsafe.Pointer(uintptr(p)+uintptr(i)*elem.Size())))
		}
	case reflect.Map:
		m := reflect.NewAt(t, p).Elem()
		for i := 0; i < m.Len() && i < maxPeers; i++ {
			value := m.MapIndex(reflect.ValueOf(i).Convert(t.Key()))
			if !value.IsValid() || value.Kind() < reflect.Int || value.Kind() > reflect.Int64 {
				break
			}
			into = append(into, value.Int())
		}
	}
	return into
}

func readColumn(s *sliceHeader, field *slot, into []int64) []int64 {
	elem := field.typ.Elem()
	for i := 0; i < s.len && i < maxPeers; i++ {
		p := unsafe.Pointer(uintptr(s.data) + uintptr(i)*elem.Size())
		if elem.Kind() == reflect.Ptr {
			p = *(*unsafe.Pointer)(p)
		}
		if p != nil {
			p = field.column.at(p)
		}
		if p == nil {
			return into[:0] // some are not there yet
		}
		into = append(into, field.column.number(p))
	}
	return into
}

const maxPeers = 101
