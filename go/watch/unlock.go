package watch

import (
	"sync"
	"unsafe"
)

// A step is what a server does from when it takes its lock to when it gives it back. Where Go's library tells of each
// lock that is given back, each step is reported by itself, and with the call that led to it.

// hooked is true if the library tells: it does so for the first time long before there is a server.
var hooked bool

// task is the call that a goroutine is busy with.
type task struct {
	call  *Call
	reply bool // it has made the call and has its reply; else it handles the request
	seen  bool // a step of it was reported
}

var tasks = map[uint64]*task{}

// mostTasks bounds tasks: a goroutine that has ended does not say so.
const mostTasks = 4096

// begins notes that the present goroutine begins with a request or a reply.
func (c *Call) begins(reply bool) {
	if !hooked {
		return
	}
	if len(tasks) >= mostTasks {
		for id, old := range tasks {
			if old.call.network != network || old.call.id+mostTasks/2 < lastCall {
				delete(tasks, id)
			}
		}
	}
	tasks[goroutine()] = &task{call: c, reply: reply}
}

// ends notes that the present goroutine is busy with no call any longer.
func ends() {
	if hooked {
		delete(tasks, goroutine())
	}
}

// unlocked is called right before a lock is given back: the step under it is complete.
func unlocked(lock *sync.Mutex) {
	hooked = true
	in := holder(unsafe.Pointer(lock))
	if in == nil || !enter() {
		return
	}
	defer leave()
	if in.dead || in.network != network {
		return
	}
	of := step{}
	if busy := tasks[goroutine()]; busy != nil && busy.does(in) {
		of = step{call: busy.call, reply: busy.reply, first: !busy.seen}
		busy.seen = true
	}
	in.report("unlock", of, false)
}

// does is true if the server itself is busy with the call.
func (t *task) does(in *instance) bool {
	if t.reply {
		return t.call.from == in
	}
	return t.call.target == in
}

// holder finds the running server whose lock this is. A lock for readers and writers begins with one for writers.
func holder(lock unsafe.Pointer) *instance {
	for _, in := range running {
		if in.lockAt == lock {
			return in
		}
	}
	return nil
}

// steps is true if each step of the server is reported by itself.
func (in *instance) steps() bool { return hooked && in.lockAt != nil }
