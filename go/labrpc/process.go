package labrpc

import (
	"bytes"
	"reflect"
	"strings"
	"sync/atomic"

	"raftplayground/labgob"
)

// The edition of 2026 runs each server in a process of its own, and hands calls from process to network and back in their
// encoded form. This file has its interface. With all servers in one process the network calls the services itself: see
// Provide.

// Fcall carries an encoded call over the end of a name.
type Fcall func(end, method string, args []byte) ([]byte, bool)

// Fdispatch handles an encoded request.
type Fdispatch func(method string, args []byte) ([]byte, bool)

// Marshall encodes a value.
func Marshall(value interface{}) []byte { return encode("Marshall", reflect.ValueOf(value)) }

// Unmarshall decodes what Marshall has encoded.
func Unmarshall(encoded []byte, into interface{}) {
	if err := labgob.NewDecoder(bytes.NewBuffer(encoded)).Decode(into); err != nil {
		fatalf("%T cannot be decoded: %v", into, err)
	}
}

// SetCall has calls over this end carried by a function.
func (e *ClientEnd) SetCall(forward Fcall) { e.forward = forward }

// Forward makes a call whose arguments are encoded already.
func (e *ClientEnd) Forward(method string, args []byte) ([]byte, bool) {
	r, on := e.net.route(e)
	if !on {
		return nil, false
	}
	atomic.AddInt64(&e.net.count, 1)
	atomic.AddInt64(&e.net.bytes, int64(len(args)))
	return e.net.carry(e, r, request{method: method, args: args})
}

// SetDispatch has requests handled by a function, unless the server has services.
func (rs *Server) SetDispatch(forward Fdispatch) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	rs.forward = forward
}

// Dispatch handles a request that did not come over the network.
func (rs *Server) Dispatch(server, method, client string, args []byte) ([]byte, bool) {
	if strings.LastIndex(method, ".") < 0 {
		fatalf("Dispatch(%q): a method's name has the form Service.Method", method)
	}
	return rs.dispatch(request{method: method, args: args})
}

// Provide gives the services of the server that is added next under this name.
func (rn *Network) Provide(name interface{}, receivers []interface{}) {
	rn.mu.Lock()
	defer rn.mu.Unlock()
	rn.provided[name] = receivers
}

// Silence has whoever calls over these ends wait for ever: the process that they belong to is dead.
func (rn *Network) Silence(ends []string) {
	rn.mu.Lock()
	defer rn.mu.Unlock()
	for _, name := range ends {
		if e := rn.ends[name]; e != nil {
			e.silent = true
		}
	}
}

func (e *ClientEnd) isSilent() bool {
	e.net.mu.Lock()
	defer e.net.mu.Unlock()
	return e.silent
}
