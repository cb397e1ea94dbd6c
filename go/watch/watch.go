// Package watch reports what happens in a cluster of Raft servers: messages, losses, crashes, cuts, saved states, applied
// entries, and each server's state, which it reads from the server's memory. docs/recording.md describes the lines.
//
// The packages labrpc and tester call it. It calls nothing of the watched program, and it waits for no lock of it.
package watch

import (
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"unsafe"
)

// End is the part of a labrpc.ClientEnd that belongs to this package. It must be the first field.
type End struct {
	server  interface{} // the name of the server at the other end
	owner   *instance   // the server that calls over it; nil while it is not known
	number  int         // the number of the server at the other end among the owner's peers
	enabled bool
}

// Store is the part of a Persister that belongs to this package. It must be the first field.
type Store struct {
	owner *instance
	id    int
}

// Call is one call that is reported. A nil Call is not reported.
type Call struct {
	id      int64
	network int
	from    *instance
	to      int
	target  *instance
	append  bool // AppendEntries
}

// The state of this package. mu guards it.
var (
	mu        sync.Mutex
	network   int // counts the networks; what belongs to an earlier one is not reported
	instances []*instance
	running   []*instance // those that have not crashed
	byBase    map[unsafe.Pointer]*instance
	groups    map[interface{}]int
	numbers   map[interface{}]int // server name -> number, of servers that were started
	lastID    int
	lastCall  int64
	lastStore int
	headed    bool
	clock     int64 // the time of the present stretch of work
	current   line
)

// enter begins a stretch of work that the watched program must not feel. It returns false if nobody watches.
func enter() bool {
	if !watching() {
		return false
	}
	observeBegin()
	mu.Lock()
	clock = now()
	return true
}

func leave() {
	mu.Unlock()
	observeEnd()
}

// begin begins a line for an event of this kind.
func begin(event string) *line {
	if !headed {
		headed = true
		current.b = append(current.b[:0], `{"e":"header","format":"raft-recording","version":1,"unit":"ns","source":"labrpc"}`...)
		report(current.b)
	}
	current.b = append(current.b[:0], '{')
	current.str("e", event)
	current.int("t", clock)
	return &current
}

func (l *line) end() {
	l.b = append(l.b, '}')
	report(l.b)
}

// MakeNetwork begins a new cluster. The test that makes it is named.
func MakeNetwork() {
	if !enter() {
		return
	}
	defer leave()
	network++
	instances, running, byBase = nil, nil, map[unsafe.Pointer]*instance{}
	groups, numbers = map[interface{}]int{}, map[interface{}]int{}
	begin("test").str("what", "begin").str("text", testName()).end()
}

// testName finds the test function in the stack of the caller.
func testName() string {
	var callers [64]uintptr
	frames := runtime.CallersFrames(callers[:runtime.Callers(2, callers[:])])
	name := ""
	for {
		frame, more := frames.Next()
		for _, part := range strings.Split(frame.Function[strings.LastIndex(frame.Function, "/")+1:], ".") {
			if strings.HasPrefix(part, "Test") {
				name = part // a function in it has a name such as TestX.func1
			}
		}
		if !more {
			return name
		}
	}
}

// Cleanup ends the cluster of the present network.
func Cleanup() {
	if !enter() {
		return
	}
	defer leave()
	lookAtAll(nil)
	begin("test").str("what", "end").end()
	network++
}

// Settings reports how the network behaves from now on.
func Settings(reliable, longDelays, longReordering bool) {
	if !enter() {
		return
	}
	defer leave()
	begin("network").bool("reliable", reliable).bool("longDelays", longDelays).bool("longReordering", longReordering).end()
}

// Note reports words of the tester or of the program: what is the kind.
func Note(what string, texts ...string) {
	if !enter() {
		return
	}
	defer leave()
	if len(texts) == 2 && texts[0] == texts[1] {
		texts = texts[:1]
	}
	begin("test").str("what", what).str("text", strings.Join(texts, ": ")).end()
}

// Connect notes which server an end leads to.
func Connect(end *End, server interface{}) {
	if !enter() {
		return
	}
	defer leave()
	end.server = server
}

// Enable reports that one direction between two servers was opened or closed.
func Enable(end *End, enabled bool) {
	if !enter() {
		return
	}
	defer leave()
	if end.enabled != enabled {
		end.enabled = enabled
		end.reportLink()
	}
}

func (end *End) reportLink() {
	in := end.owner
	if in == nil || in.network != network || end.number == in.number {
		return
	}
	event := "disconnect"
	if end.enabled {
		event = "connect"
	}
	out := begin(event).int("from", int64(in.number)).int("to", int64(end.number))
	if in.group > 0 {
		out.int("group", int64(in.group))
	}
	out.end()
}

// AddServer reports the start of the Raft server among these receivers, if there is one.
func AddServer(name interface{}, receivers []interface{}) {
	if !enter() {
		return
	}
	defer leave()
	for _, receiver := range receivers {
		if l := layoutOf(receiver); l != nil {
			start(name, receiver, l)
		}
	}
}

func start(name interface{}, receiver interface{}, l *layout) {
	base := unsafe.Pointer(reflect.ValueOf(receiver).Pointer())
	if byBase[base] != nil {
		return // it was only taken off the network and is put back
	}
	lastID++
	in := &instance{layout: l, base: base, number: -1, id: lastID, name: name, network: network}
	instances = append(instances, in)
	running = append(running, in)
	byBase[base] = in
	ends := in.readEnds()
	l.reportFields()
	event := "start"
	if _, before := numbers[name]; before {
		event = "restart"
	}
	numbers[name] = in.number
	out := in.who(begin(event)).str("name", fmt.Sprint(name)).int("peers", int64(len(ends)))
	if in.store != nil {
		out.int("store", int64(in.store.id))
	}
	out.end()
	for _, end := range ends {
		if end.enabled {
			end.reportLink()
		}
	}
	if !in.locked() && in.atTermZero() {
		in.learnRole("follower") // it has not begun an election yet
	}
	in.look("start", nil, true)
}

// readEnds reads the parts of the server that tie it to the network: its peers, its lock, its persister, its channel.
func (in *instance) readEnds() []*End {
	l := in.layout
	var ends []*End
	peers := (*sliceHeader)(l.peers.at(in.base))
	for i := 0; peers != nil && i < peers.len && i < maxPeers; i++ {
		p := *(*unsafe.Pointer)(unsafe.Pointer(uintptr(peers.data) + uintptr(i)*unsafe.Sizeof(uintptr(0))))
		if p == nil {
			continue
		}
		end := (*End)(p)
		end.owner, end.number = in, i
		ends = append(ends, end)
		if end.server == in.name {
			in.number = i
		}
	}
	if in.number < 0 && l.me != nil {
		if p := l.me.at(in.base); p != nil {
			in.number = int(l.me.number(p))
		}
	}
	if len(ends) > 0 {
		first := ends[0].server
		if _, known := groups[first]; !known {
			groups[first] = len(groups)
		}
		in.group = groups[first]
	}
	if l.lock != nil {
		if p := l.lock.at(in.base); p != nil {
			in.lock = reflect.NewAt(l.lock.typ, p).Interface()
			in.lockAt = p
		}
	}
	if l.store != nil {
		if p := l.store.at(in.base); p != nil {
			if in.store = *(**Store)(p); in.store != nil {
				in.store.number()
				in.store.owner = in
			}
		}
	}
	if l.applyCh != nil {
		if p := l.applyCh.at(in.base); p != nil {
			in.applyCh = *(*uintptr)(p)
		}
	}
	return ends
}

// number gives a persister its number.
func (store *Store) number() {
	if store.id == 0 {
		lastStore++
		store.id = lastStore
	}
}

// DeleteServer reports a crash: the server is no longer on the network.
func DeleteServer(name interface{}) {
	if !enter() {
		return
	}
	defer leave()
	var others []*instance
	for _, in := range running {
		if in.name == name {
			in.look("crash", nil, true)
			in.dead = true
			in.who(begin("crash")).end()
		} else {
			others = append(others, in)
		}
	}
	running = others
}

// lookAtAll reports changes of all running servers but one. Those of which each step is reported have none.
func lookAtAll(but *instance) {
	for _, in := range running {
		if in != but && !in.steps() {
			in.look("other", nil, false)
		}
	}
}
