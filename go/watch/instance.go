package watch

import (
	"reflect"
	"unsafe"
)

// instance is one server from its start to its crash.
type instance struct {
	layout  *layout
	base    unsafe.Pointer // the address of its struct
	number  int            // the server's number among its peers, or -1
	group   int
	id      int // distinguishes the instances of all servers
	name    interface{}
	network int
	dead    bool
	store   *Store
	applyCh uintptr
	lock    interface{} // a *sync.Mutex or *sync.RWMutex
	lockAt  unsafe.Pointer
	seen    state

	roleTerm int64 // the term in which it took its role
}

// state is what was last reported of an instance.
type state struct {
	any     bool
	midway  bool     // it may have been in the middle of a step
	numbers [7]int64 // of the fields in numberFields
	role    string
	next    []int64
	match   []int64
	log     logState
}

var numberFields = [7]string{"term", "votedFor", "commitIndex", "lastApplied", "snapshotIndex", "snapshotTerm", "timer"}

// logState is the terms of the entries base+1, base+2, and so on.
type logState struct {
	data  unsafe.Pointer
	len   int
	base  int64
	terms []int64
}

func (s *logState) end() int64 { return s.base + int64(len(s.terms)) }

func nothing() {}

var scratch []int64 // for lists that are compared

// look reports what has changed in a server's state since it was last seen. A server that does a step of its own at the
// moment, which holds its lock, is left for later, unless the step is what is reported. When the step is over, a line says
// so, even if nothing has changed since.
func (in *instance) look(at string, call *Call, own bool) {
	locked := in.locked()
	if locked && !own {
		return
	}
	done, ok := in.mayRead()
	if !ok {
		return
	}
	defer done()
	in.report(at, step{call: call}, locked)
}

// step is what a report of a state belongs to.
type step struct {
	call  *Call // nil if it is none that is known
	reply bool  // its caller handles the reply
	first bool  // nothing was reported of it yet: it is reported even if it has changed nothing
}

func (in *instance) report(at string, of step, locked bool) {
	out := begin("state")
	empty := len(in.who(out).b)
	in.lookNumbers(out)
	in.lookRole(out)
	in.lookList(out, "nextIndex", &in.seen.next)
	in.lookList(out, "matchIndex", &in.seen.match)
	whole := in.lookLog(out)
	in.seen.any = true
	midway := locked || at == "persist" || !whole
	if len(out.b) == empty && !of.first && (midway || !in.seen.midway) {
		return
	}
	in.seen.midway = midway
	out.str("at", at)
	if of.call != nil {
		out.int("call", of.call.id)
	}
	if of.reply {
		out.str("part", "reply")
	}
	if midway {
		out.bool("locked", true)
	}
	out.end()
	if !whole {
		in.report(at, step{call: of.call, reply: of.reply}, locked)
	}
}

// who names the server in a line.
func (in *instance) who(out *line) *line {
	if in.number >= 0 {
		out.int("server", int64(in.number))
	}
	if in.group > 0 {
		out.int("group", int64(in.group))
	}
	return out.int("instance", int64(in.id))
}

// locked is true if somebody holds the server's lock. Both kinds of locks begin with the word that tells.
func (in *instance) locked() bool {
	if in.layout.lock == nil {
		return false
	}
	p := in.layout.lock.at(in.base)
	return p != nil && loadWord(p)&1 != 0
}

func (in *instance) lookNumbers(out *line) {
	for i, key := range numberFields {
		s := in.layout.fields[key]
		if s == nil {
			continue
		}
		p := s.at(in.base)
		if p == nil {
			continue
		}
		if value := s.number(p); !in.seen.any || value != in.seen.numbers[i] {
			in.seen.numbers[i] = value
			out.int(key, value)
		}
	}
}

// rawRole reads the role as a number, or as a text.
func (in *instance) rawRole() (number int64, text string, known bool) {
	s := in.layout.fields["role"]
	if s == nil {
		return 0, "", false
	}
	p := s.at(in.base)
	if p == nil {
		return 0, "", false
	}
	switch s.typ.Kind() {
	case reflect.String:
		return 0, *(*string)(p), true
	case reflect.Bool:
		if *(*bool)(p) {
			return 0, "leader", true
		}
		return 0, "not leader", true
	}
	return s.number(p), "", true
}

// atTermZero is true for a server that has nothing saved, and has done nothing.
func (in *instance) atTermZero() bool {
	done, ok := in.mayRead()
	if !ok {
		return false
	}
	defer done()
	s := in.layout.fields["term"]
	if s == nil {
		return true
	}
	p := s.at(in.base)
	return p != nil && s.number(p) == 0
}

// learnRole notes what the present value of the role means, if it is the first time that this is seen.
func (in *instance) learnRole(role string) {
	done, ok := in.mayRead()
	if !ok {
		return
	}
	defer done()
	number, text, known := in.rawRole()
	if !known || text != "" {
		return
	}
	for value, name := range in.layout.roles {
		if value == number || name == role {
			return
		}
	}
	in.layout.roles[number] = role
}

func (in *instance) lookRole(out *line) {
	number, text, known := in.rawRole()
	if !known {
		return
	}
	if text == "" {
		if in.layout.roles[number] == "" {
			in.guessRole()
		}
		if text = in.layout.roles[number]; text == "" {
			text = "unknown"
		}
	} else {
		text = roleText(text)
	}
	if !in.seen.any || text != in.seen.role {
		in.seen.role = text
		in.roleTerm = in.number64("term")
		out.str("role", text)
	}
}

// guessRole learns a role's number when it is first seen: who votes for itself in a new term is a candidate, and a candidate
// that becomes something else in the same term is a leader.
func (in *instance) guessRole() {
	if !in.seen.any {
		return
	}
	term, voted := in.number64("term"), in.number64("votedFor")
	switch {
	case in.seen.role == "candidate" && term == in.roleTerm:
		in.learnRole("leader")
	case voted == int64(in.number) && term > in.roleTerm:
		in.learnRole("candidate")
	}
}

// number64 reads one of the numbers; -1 if it is not known.
func (in *instance) number64(key string) int64 {
	s := in.layout.fields[key]
	if s == nil {
		return -1
	}
	p := s.at(in.base)
	if p == nil {
		return -1
	}
	return s.number(p)
}

func (in *instance) lookList(out *line, key string, seen *[]int64) {
	s := in.layout.fields[key]
	if s == nil {
		return
	}
	p := s.at(in.base)
	if p == nil {
		return
	}
	scratch = readNumbers(p, s, scratch)
	same := len(scratch) == len(*seen)
	for i := 0; same && i < len(scratch); i++ {
		same = scratch[i] == (*seen)[i]
	}
	if !same {
		*seen = append((*seen)[:0], scratch...)
		out.ints(key, scratch)
	}
}

// lookLog reports a log's change: what it keeps of the entries that were seen, and what is new after them. It returns
// false if there is more than one line should hold.
func (in *instance) lookLog(out *line) bool {
	e := in.layout.log
	if e == nil {
		return true
	}
	p := in.layout.fields["log"].at(in.base)
	if p == nil {
		return true
	}
	s := (*sliceHeader)(p)
	skip := in.layout.skip(s.len, in.seen.any)
	if s.len < skip {
		skip = s.len
	}
	seen, base := &in.seen.log, in.logBase(s, skip)
	if in.seen.any && seen.unchanged(e, s, skip, base) {
		return true
	}
	keep := base
	if in.seen.any {
		keep = seen.common(e, s, skip, base)
	}
	seen.data, seen.len = s.data, s.len
	seen.forget(base, keep)
	out.key("log")
	out.b = append(out.b, '{')
	out.int("base", base).int("keep", keep)
	out.key("add")
	out.b = append(out.b, '[')
	i := skip + int(keep-base)
	for end := i + maxItems; i < s.len && i < end; i++ {
		if out.b[len(out.b)-1] != '[' {
			out.b = append(out.b, ',')
		}
		seen.terms = append(seen.terms, e.number(s, i, e.term))
		out.b = e.appendEntry(out.b, s, i)
	}
	out.b = append(out.b, ']', '}')
	return i == s.len
}
