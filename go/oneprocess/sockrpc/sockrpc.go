// Package sockrpc has the interface of the package of this name in the lab of 2026, which connects processes by sockets. Here all
// are in one process: a call is a call of a function.
package sockrpc

import (
	"sync"

	"raftplayground/labrpc"
)

// SockName returns a name under which no file exists.
func SockName(end string) string { return "/nowhere/" + end }

var (
	mu      sync.Mutex
	servers = map[string]*RPCSrv{}
)

// RPCSrv offers services under a name.
type RPCSrv struct {
	name   string
	srv    *labrpc.Server
	closed bool
}

// NewRPCSrv makes a server.
func NewRPCSrv(name string) *RPCSrv {
	s := &RPCSrv{name: name, srv: labrpc.MakeServer()}
	mu.Lock()
	defer mu.Unlock()
	servers[name] = s
	return s
}

// Close has later calls fail.
func (s *RPCSrv) Close() {
	mu.Lock()
	defer mu.Unlock()
	s.closed = true
	if servers[s.name] == s {
		delete(servers, s.name)
	}
}

// Name returns the server's name.
func (s *RPCSrv) Name() string { return s.name }

// AddService adds a service.
func (s *RPCSrv) AddService(receiver interface{}) { s.srv.AddService(labrpc.MakeService(receiver)) }

// RPCClnt calls one server.
type RPCClnt struct {
	client, server string
	closed         bool
}

// NewRPCClnt makes a client of a server, which may come later.
func NewRPCClnt(client, server string) *RPCClnt { return &RPCClnt{client: client, server: server} }

// Server returns the name of the server.
func (c *RPCClnt) Server() string { return c.server }

// Close ends the client. Who calls with it afterwards belongs to a process that was killed: it waits for ever.
func (c *RPCClnt) Close() {
	mu.Lock()
	defer mu.Unlock()
	c.closed = true
}

// RPC makes a call whose arguments are encoded.
func (c *RPCClnt) RPC(method string, args []byte) ([]byte, bool) {
	mu.Lock()
	closed, server := c.closed, servers[c.server]
	mu.Unlock()
	if closed {
		select {}
	}
	if server == nil {
		return nil, false
	}
	type answer struct {
		reply []byte
		ok    bool
	}
	done := make(chan answer, 1)
	go func() {
		reply, ok := server.srv.Dispatch(server.name, method, c.client, args)
		done <- answer{reply, ok}
	}()
	a := <-done
	mu.Lock()
	dead := server.closed
	mu.Unlock()
	// a server that closes itself while it handles a call still answers this one
	return a.reply, a.ok && (!dead || method == "DaemonSrv.CheckpointPersister")
}

// RPCMarshall makes a call.
func (c *RPCClnt) RPCMarshall(method string, args, reply interface{}) bool {
	encoded, ok := c.RPC(method, labrpc.Marshall(args))
	if ok {
		labrpc.Unmarshall(encoded, reply)
	}
	return ok
}
