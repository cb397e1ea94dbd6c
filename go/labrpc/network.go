// Package labrpc is a simulated network with the interface and the behaviour of MIT 6.5840's labrpc,
// and it reports what happens on it.
//
// A reliable network delivers at once. An unreliable one delays each request by up to 26 ms, and loses one request in
// ten and one reply in ten. Requests to servers that cannot be reached fail late: after up to 7 s with long delays,
// else up to 0.1 s. Long reordering delays two of three replies by 0.2 to 2.2 s.
package labrpc

import (
	"math/rand"
	"reflect"
	"sync"
	"sync/atomic"
	"time"

	"raftplayground/watch"
)

// Network connects ends to servers.
type Network struct {
	mu             sync.Mutex
	reliable       bool
	longDelays     bool
	longReordering bool
	ends           map[interface{}]*ClientEnd
	servers        map[interface{}]*Server
	done           bool
	provided       map[interface{}][]interface{}

	count int64 // calls
	bytes int64 // of arguments sent and replies delivered
}

// MakeNetwork makes a reliable network without servers.
func MakeNetwork() *Network {
	watch.MakeNetwork()
	return &Network{
		reliable: true,
		ends:     map[interface{}]*ClientEnd{},
		servers:  map[interface{}]*Server{},
		provided: map[interface{}][]interface{}{},
	}
}

// Cleanup ends the network: calls that begin later fail.
func (rn *Network) Cleanup() {
	rn.mu.Lock()
	defer rn.mu.Unlock()
	rn.done = true
	watch.Cleanup()
}

// set changes the network's settings and reports them.
func (rn *Network) set(change func()) {
	rn.mu.Lock()
	defer rn.mu.Unlock()
	change()
	watch.Settings(rn.reliable, rn.longDelays, rn.longReordering)
}

// Reliable turns delays and losses off or on.
func (rn *Network) Reliable(yes bool) { rn.set(func() { rn.reliable = yes }) }

// LongDelays makes calls to servers that cannot be reached fail after up to 7 s.
func (rn *Network) LongDelays(yes bool) { rn.set(func() { rn.longDelays = yes }) }

// LongReordering delays two of three replies.
func (rn *Network) LongReordering(yes bool) { rn.set(func() { rn.longReordering = yes }) }

// IsReliable returns true if nothing is delayed or lost.
func (rn *Network) IsReliable() bool {
	rn.mu.Lock()
	defer rn.mu.Unlock()
	return rn.reliable
}

// IsLongDelays returns true if calls to servers that cannot be reached fail late.
func (rn *Network) IsLongDelays() bool {
	rn.mu.Lock()
	defer rn.mu.Unlock()
	return rn.longDelays
}

// MakeEnd makes an end that is not connected and not enabled.
func (rn *Network) MakeEnd(name interface{}) *ClientEnd {
	rn.mu.Lock()
	defer rn.mu.Unlock()
	if _, taken := rn.ends[name]; taken {
		fatalf("MakeEnd: there is an end %v already", name)
	}
	end := &ClientEnd{name: name, net: rn}
	rn.ends[name] = end
	return end
}

// LookupEnd returns the end of this name, or nil.
func (rn *Network) LookupEnd(name interface{}) *ClientEnd {
	rn.mu.Lock()
	defer rn.mu.Unlock()
	return rn.ends[name]
}

// DeleteEnd forgets an end; calls over it fail.
func (rn *Network) DeleteEnd(name interface{}) {
	rn.mu.Lock()
	defer rn.mu.Unlock()
	if end := rn.ends[name]; end != nil {
		end.enabled = false
		end.server = nil
	}
	delete(rn.ends, name)
}

// Connect leads an end to a server, for good.
func (rn *Network) Connect(end interface{}, server interface{}) {
	rn.mu.Lock()
	defer rn.mu.Unlock()
	if e := rn.ends[end]; e != nil {
		e.server = server
		watch.Connect(&e.watch, server)
	}
}

// Enable opens or closes an end.
func (rn *Network) Enable(end interface{}, enabled bool) {
	rn.mu.Lock()
	defer rn.mu.Unlock()
	if e := rn.ends[end]; e != nil {
		e.enabled = enabled
		watch.Enable(&e.watch, enabled)
	}
}

// AddServer puts a server on the network, in place of one of the same name.
func (rn *Network) AddServer(name interface{}, server *Server) {
	rn.mu.Lock()
	defer rn.mu.Unlock()
	rn.servers[name] = server
	for _, receiver := range rn.provided[name] {
		server.AddService(MakeService(receiver))
	}
	delete(rn.provided, name)
	watch.AddServer(name, server.receivers())
}

// DeleteServer takes a server off the network. Calls that it handles at the moment fail.
func (rn *Network) DeleteServer(name interface{}) {
	rn.mu.Lock()
	defer rn.mu.Unlock()
	rn.servers[name] = nil
	watch.DeleteServer(name)
}

// GetCount returns how many requests a server has received.
func (rn *Network) GetCount(name interface{}) int {
	rn.mu.Lock()
	server := rn.servers[name]
	rn.mu.Unlock()
	if server == nil {
		return 0
	}
	return server.GetCount()
}

// GetTotalCount returns how many calls were made.
func (rn *Network) GetTotalCount() int { return int(atomic.LoadInt64(&rn.count)) }

// GetTotalBytes returns how many bytes of arguments were sent and of replies were delivered.
func (rn *Network) GetTotalBytes() int64 { return atomic.LoadInt64(&rn.bytes) }

// route is what a call learns of the network when it begins. Later changes do not concern it.
type route struct {
	server         *Server // nil if it cannot be reached
	cause          string  // why not
	name           interface{}
	reliable       bool
	longDelays     bool
	longReordering bool
}

func (rn *Network) route(end *ClientEnd) (route, bool) {
	rn.mu.Lock()
	defer rn.mu.Unlock()
	r := route{
		name:     end.server,
		reliable: rn.reliable, longDelays: rn.longDelays, longReordering: rn.longReordering,
	}
	if !end.enabled {
		r.cause = "disconnected"
	} else if r.server = rn.servers[end.server]; r.server == nil {
		r.cause = "server down"
	}
	return r, !rn.done
}

// gone returns why the reply of a server cannot come back over an end, or "".
func (rn *Network) gone(end *ClientEnd, r route) string {
	rn.mu.Lock()
	defer rn.mu.Unlock()
	if rn.servers[r.name] != r.server {
		return "server crashed"
	}
	if !end.enabled {
		return "disconnected"
	}
	return ""
}

// carry brings a request to its server and the reply back. It returns false if one of them is lost.
func (rn *Network) carry(end *ClientEnd, r route, req request) (reply []byte, ok bool) {
	seen := req.seen
	if r.server == nil {
		longest := 100
		if r.longDelays {
			longest = 7000
		}
		sleep(rand.Intn(longest))
		seen.Lost("request", r.cause)
		return nil, false
	}
	if !r.reliable {
		sleep(rand.Intn(27))
		if lose() {
			seen.Lost("request", "unreliable network")
			return nil, false
		}
	}
	reply, cause := rn.handle(end, r, req)
	if cause != "" {
		seen.Lost("reply", cause)
		return nil, false
	}
	if !r.reliable && lose() {
		seen.Lost("reply", "unreliable network")
		return nil, false
	}
	if r.longReordering {
		sleep(reordering())
	}
	atomic.AddInt64(&rn.bytes, int64(len(reply)))
	seen.Received()
	return reply, true
}

// handle has the server handle a request, and looks every 0.1 s if it can still answer.
func (rn *Network) handle(end *ClientEnd, r route, req request) (reply []byte, cause string) {
	type answer struct {
		reply []byte
		ok    bool
	}
	handled := make(chan answer, 1)
	go func() {
		reply, ok := r.server.dispatch(req)
		handled <- answer{reply, ok}
	}()
	for {
		timer := time.NewTimer(100 * time.Millisecond)
		select {
		case a := <-handled:
			timer.Stop()
			if !a.ok {
				return nil, "server crashed"
			}
			return a.reply, rn.gone(end, r)
		case <-timer.C:
			if cause = rn.gone(end, r); cause != "" {
				return nil, cause
			}
		}
	}
}

// reordering draws the delay of a reply in milliseconds: none for one of three, most often short ones for the others.
func reordering() int {
	if rand.Intn(900) >= 600 {
		return 0
	}
	return 200 + rand.Intn(1+rand.Intn(2000))
}

func lose() bool { return rand.Intn(1000) < 100 }

func sleep(ms int) {
	if ms > 0 {
		time.Sleep(time.Duration(ms) * time.Millisecond)
	}
}

func init() { watch.EndType = reflect.TypeOf((*ClientEnd)(nil)) }
