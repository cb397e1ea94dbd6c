package labrpc

import (
	"bytes"
	"reflect"
	"sort"
	"strings"
	"sync"

	"raftplayground/labgob"
)

// Server holds services that can be called.
type Server struct {
	mu       sync.Mutex
	services map[string]*Service
	count    int
	forward  Fdispatch // since 2026: handles requests in place of the services
}

// MakeServer makes a server without services.
func MakeServer() *Server { return &Server{services: map[string]*Service{}} }

// AddService adds a service, in place of one of the same name.
func (rs *Server) AddService(service *Service) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	rs.services[service.name] = service
}

// GetCount returns how many requests the server has received.
func (rs *Server) GetCount() int {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	return rs.count
}

// receivers returns the objects that are called, in the order of their types' names.
func (rs *Server) receivers() []interface{} {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	var names []string
	for name := range rs.services {
		names = append(names, name)
	}
	sort.Strings(names)
	var all []interface{}
	for _, name := range names {
		all = append(all, rs.services[name].receiver.Interface())
	}
	return all
}

// dispatch runs the method that a request names, and returns the encoded reply.
func (rs *Server) dispatch(req request) (reply []byte, ok bool) {
	rs.mu.Lock()
	rs.count++
	if forward := rs.forward; forward != nil && len(rs.services) == 0 {
		rs.mu.Unlock()
		return forward(req.method, req.args)
	}
	dot := strings.LastIndex(req.method, ".")
	service := rs.services[req.method[:dot]]
	var known []string
	for name := range rs.services {
		known = append(known, name)
	}
	rs.mu.Unlock()
	if service == nil {
		sort.Strings(known)
		fatalf("%s: the server has no such service; it has %s", req.method, strings.Join(known, ", "))
	}
	return service.dispatch(req.method[dot+1:], req), true
}

// Service is an object whose exported methods can be called.
type Service struct {
	name     string
	receiver reflect.Value
	methods  map[string]reflect.Method
}

// MakeService makes a service of an object. A method can be called if it is exported, takes an argument and
// a pointer for the reply, and returns nothing.
func MakeService(receiver interface{}) *Service {
	value := reflect.ValueOf(receiver)
	service := &Service{
		name:     reflect.Indirect(value).Type().Name(),
		receiver: value,
		methods:  map[string]reflect.Method{},
	}
	for i := 0; i < value.Type().NumMethod(); i++ {
		method := value.Type().Method(i)
		t := method.Type
		if method.PkgPath == "" && t.NumIn() == 3 && t.In(2).Kind() == reflect.Ptr && t.NumOut() == 0 {
			service.methods[method.Name] = method
		}
	}
	return service
}

func (svc *Service) dispatch(name string, req request) []byte {
	method, known := svc.methods[name]
	if !known {
		var names []string
		for known := range svc.methods {
			names = append(names, known)
		}
		sort.Strings(names)
		fatalf("%s: %s has no such method; it has %s", req.method, svc.name, strings.Join(names, ", "))
	}
	argsType := req.argsType
	if argsType == nil { // the call was forwarded in its encoded form
		argsType = method.Type.In(1)
	}
	args := reflect.New(argsType)
	if err := labgob.NewDecoder(bytes.NewBuffer(req.args)).Decode(args.Interface()); err != nil {
		fatalf("%s: the arguments cannot be decoded: %v", req.method, err)
	}
	reply := reflect.New(method.Type.In(2).Elem())
	req.seen.Dispatched(svc.receiver.Interface())
	method.Func.Call([]reflect.Value{svc.receiver, args.Elem(), reply})
	req.seen.Handled(reply.Interface())
	return encode(req.method, reply)
}
