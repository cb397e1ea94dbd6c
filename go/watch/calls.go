package watch

import (
	"reflect"
	"strings"
	"unsafe"
)

// Send reports a request that leaves a server. Calls of others than Raft servers are not reported.
func Send(end *End, method string, args interface{}) *Call {
	if !enter() {
		return nil
	}
	defer leave()
	in := end.owner
	dot := strings.LastIndex(method, ".")
	if in == nil || in.network != network || dot < 0 || method[:dot] != in.layout.typ.Name() {
		return nil
	}
	ends() // with the reply to an earlier call
	short := method[dot+1:]
	in.learnFrom(strings.ToLower(short))
	in.look("send", nil, true)
	lookAtAll(in)
	lastCall++
	call := &Call{id: lastCall, network: network, from: in, to: end.number}
	call.append = strings.Contains(strings.ToLower(short), "append")
	out := begin("send").int("call", call.id).str("part", "request").int("from", int64(in.number)).int("to", int64(call.to))
	if in.group > 0 {
		out.int("group", int64(in.group))
	}
	out.int("instance", int64(in.id)).str("method", short).value("args", reflect.ValueOf(args)).end()
	return call
}

// learnFrom learns what a role's number means from who sends what.
func (in *instance) learnFrom(method string) {
	switch {
	case strings.Contains(method, "append"), strings.Contains(method, "snapshot"), strings.Contains(method, "heartbeat"):
		in.learnRole("leader")
	case strings.Contains(method, "vote") && !strings.Contains(method, "pre"):
		in.learnRole("candidate")
	}
}

// enter begins the work for a call that is reported.
func (c *Call) enter() bool {
	if c == nil || !enter() {
		return false
	}
	if c.network != network {
		leave()
		return false
	}
	return true
}

// Dispatched reports that a server has received the request and begins to handle it.
func (c *Call) Dispatched(receiver interface{}) {
	if !c.enter() {
		return
	}
	defer leave()
	c.target = byBase[unsafe.Pointer(reflect.ValueOf(receiver).Pointer())]
	c.begins(false)
	lookAtAll(nil)
	out := begin("receive").int("call", c.id).str("part", "request")
	if c.target != nil {
		c.target.who(out)
	}
	out.end()
}

// Handled reports the reply that a server sends.
func (c *Call) Handled(reply interface{}) {
	if !c.enter() {
		return
	}
	defer leave()
	ends()
	if c.target != nil {
		if c.append && c.target != c.from && !c.target.locked() {
			c.target.learnRole("follower") // leaders and candidates are known before, by what they send
		}
		c.target.look("handled", c, true)
	}
	lookAtAll(c.target)
	out := begin("send").int("call", c.id).str("part", "reply")
	if c.target != nil {
		c.target.who(out)
	}
	out.value("reply", reflect.ValueOf(reply)).end()
}

// Received reports that the caller has the reply.
func (c *Call) Received() {
	if !c.enter() {
		return
	}
	defer leave()
	c.begins(true)
	lookAtAll(nil)
	out := begin("receive").int("call", c.id).str("part", "reply")
	c.from.who(out).end()
}

// Lost reports that the caller gets no reply, which part was lost, and why.
func (c *Call) Lost(part, cause string) {
	if !c.enter() {
		return
	}
	defer leave()
	lookAtAll(nil)
	begin("lost").int("call", c.id).str("part", part).str("cause", cause).end()
}

// Persist reports that a server has saved its state: the sizes of the Raft state and the snapshot.
func Persist(store *Store, state, snapshot int) {
	if !enter() {
		return
	}
	defer leave()
	store.number()
	in := store.owner
	if in != nil {
		if in.network != network {
			return
		}
		in.look("persist", nil, true)
	}
	out := begin("persist")
	if in != nil {
		in.who(out)
	}
	out.int("store", int64(store.id)).int("state", int64(state)).int("snapshot", int64(snapshot)).end()
}

// Apply reports that a service has received a message of its Raft server: message is an ApplyMsg.
func Apply(applyCh interface{}, message interface{}) {
	if !enter() {
		return
	}
	defer leave()
	v := reflect.ValueOf(message)
	if v.Kind() != reflect.Struct {
		return
	}
	in := byChannel(reflect.ValueOf(applyCh))
	if in != nil && !in.dead {
		in.look("apply", nil, false)
	}
	field := func(name string) reflect.Value { return v.FieldByName(name) }
	isTrue := func(name string) bool { f := field(name); return f.Kind() == reflect.Bool && f.Bool() }
	number := func(out *line, key, name string) {
		if f := field(name); f.Kind() == reflect.Int {
			out.int(key, f.Int())
		}
	}
	out := begin("apply")
	if in != nil {
		in.who(out)
	}
	switch {
	case isTrue("SnapshotValid"):
		number(out, "snapshotIndex", "SnapshotIndex")
		number(out, "snapshotTerm", "SnapshotTerm")
		if f := field("Snapshot"); f.Kind() == reflect.Slice {
			out.int("bytes", int64(f.Len()))
		}
	case isTrue("CommandValid"):
		number(out, "index", "CommandIndex")
		if f := field("Command"); f.IsValid() {
			out.value("command", f)
		}
	default:
		return // a message that services ignore
	}
	out.end()
}

// byChannel finds the newest server that applies on this channel.
func byChannel(ch reflect.Value) *instance {
	if ch.Kind() != reflect.Chan {
		return nil
	}
	for i := len(instances) - 1; i >= 0; i-- {
		if instances[i].applyCh == ch.Pointer() {
			return instances[i]
		}
	}
	return nil
}
