package labrpc

import (
	"bytes"
	"fmt"
	"log"
	"reflect"
	"strings"
	"sync/atomic"

	"raftplayground/labgob"
	"raftplayground/watch"
)

// ClientEnd is the caller's end of a link to one server. The package watch relies on its first field.
type ClientEnd struct {
	watch   watch.End
	name    interface{}
	net     *Network
	server  interface{}
	enabled bool
	silent  bool
	forward Fcall // since 2026: carries calls in place of the network
}

// request is one call on its way.
type request struct {
	method   string
	argsType reflect.Type
	args     []byte
	seen     *watch.Call
}

// Call calls a method, such as "Raft.AppendEntries", and waits for the reply. It returns false if the request or the
// reply was lost, or the server could not be reached.
func (e *ClientEnd) Call(method string, args interface{}, reply interface{}) bool {
	if strings.LastIndex(method, ".") < 0 {
		fatalf("Call(%q): a method's name has the form Service.Method", method)
	}
	req := request{method: method, argsType: reflect.TypeOf(args)}
	req.args = encode(method, reflect.ValueOf(args))
	if e.forward != nil {
		encoded, ok := e.forward(fmt.Sprint(e.name), method, req.args)
		if ok {
			Unmarshall(encoded, reply)
		}
		return ok
	}
	if e.isSilent() {
		select {}
	}
	r, on := e.net.route(e)
	if !on {
		return false
	}
	atomic.AddInt64(&e.net.count, 1)
	atomic.AddInt64(&e.net.bytes, int64(len(req.args)))
	req.seen = watch.Send(&e.watch, method, args)
	encoded, ok := e.net.carry(e, r, req)
	if !ok {
		return false
	}
	if err := labgob.NewDecoder(bytes.NewBuffer(encoded)).Decode(reply); err != nil {
		fatalf("%s: the reply cannot be decoded: %v", method, err)
	}
	return true
}

func encode(method string, value reflect.Value) []byte {
	buffer := new(bytes.Buffer)
	if err := labgob.NewEncoder(buffer).Encode(value.Interface()); err != nil {
		fatalf("%s: %v cannot be encoded: %v", method, value.Type(), err)
	}
	return buffer.Bytes()
}

func fatalf(format string, args ...interface{}) { log.Fatalf("labrpc: "+format, args...) }
