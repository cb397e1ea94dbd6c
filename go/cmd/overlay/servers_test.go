package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A small tester in the form of 2026, which has a server's process started and talks to it by sockets.
var processes = map[string]string{
	"go.mod":             "module 6.5840\n\ngo 1.21\n",
	"raftapi/raftapi.go": "package raftapi\n\ntype ApplyMsg struct{ CommandValid bool }\n",
	"labrpc/labrpc.go":   "package labrpc\n",
	"main/raft1d.go": `package main

import (
	"os"

	"6.5840/raft1"
	tester "6.5840/tester1"
)

func main() { tester.InitDaemon(os.Args[1:], raft.NewServer) }
`,
	"tester1/sockrpc/a.go": "package sockrpc\n\nfunc thisIsReplaced( {\n",
	"tester1/persister.go": "package tester\n\ntype Persister struct{}\n\nfunc MakePersister() *Persister { return nil }\n",
	"tester1/daemonclnt.go": `package tester

import (
	"flag"
	"fmt"
	"os/exec"

	"6.5840/labrpc"
	"6.5840/tester1/sockrpc"
)

var MaxRaftState int

func init() { flag.IntVar(&MaxRaftState, "max-raft-state", -1, "") }

type Tgid int

type Clnt struct{}

func makeClntTo(net *labrpc.Network, to []string) *Clnt { return nil }

func ServerName(gid Tgid, i int) string { return fmt.Sprint(gid, "-", i) }

func sockctl(name string) string { return name + "-ctl" }

type TesterClnt struct{ *sockrpc.RPCClnt }

func newTesterClnt(c *sockrpc.RPCClnt) *TesterClnt { return &TesterClnt{c} }

var rpcc *sockrpc.RPCClnt

type FstartServer func(tc *TesterClnt, ends []*labrpc.ClientEnd, gid Tgid, i int, p *Persister) []interface{}

type DaemonClnt struct {
	srv                   int
	server, endName       string
	cmd                   *exec.Cmd
	rpcc, rpccClnt        *sockrpc.RPCClnt
	clnt                  *Clnt
}

func runDaemon(net *labrpc.Network, prog string, pargs []string, endName string, gid Tgid, srv int, endNames []string) (*DaemonClnt, error) {
	return nil, exec.Command(prog).Start()
}

func (dc *DaemonClnt) kill() { dc.cmd.Process.Kill() }

type DaemonSrv struct {
	endName             string
	rpcc                *sockrpc.RPCClnt
	rpcs, rpcsCtl       *sockrpc.RPCSrv
	ch                  chan *Persister
	persister           *Persister
}

type Args struct{ Bytes []byte }

func (ds *DaemonSrv) Init(args *Args, reply *Args) { ds.ch <- MakePersister() }

func (ds *DaemonSrv) InitWait(args *Args, reply *Args) { <-ds.ch }

func (ds *DaemonSrv) CheckpointPersister(args *Args, reply *Args) {
	ds.rpcc.Close()
	ds.rpcs.Close()
	reply.Bytes = ds.persister.Checkpoint().ReadRaftState()
}

func InitDaemon(args []string, start FstartServer) {}

// Server is a server of a test.
type Server struct{ dc *DaemonClnt }

func Start(net *labrpc.Network, i int, ends []string) (*Server, error) {
	dc, err := runDaemon(net, "raft1d", []string{"--max-raft-state=7"}, "tester", 0, i, ends)
	if err != nil {
		return nil, err
	}
	dc.rpccClnt.RPCMarshall("DaemonSrv.Init", &Args{}, &Args{})
	dc.rpcc = sockrpc.NewRPCClnt("tester", dc.endName)
	dc.rpccClnt.RPCMarshall("DaemonSrv.InitWait", &Args{}, &Args{})
	server := labrpc.MakeServer()
	server.SetDispatch(dc.rpcc.RPC)
	net.AddServer(ServerName(0, i), server)
	return &Server{dc}, nil
}

func (s *Server) Ask(method string, text string) (string, bool) {
	var reply Args
	ok := s.dc.rpcc.RPCMarshall(method, &Args{[]byte(text)}, &reply)
	return string(reply.Bytes), ok
}

func (s *Server) Kill() string {
	var reply Args
	s.dc.rpccClnt.RPCMarshall("DaemonSrv.CheckpointPersister", &Args{}, &reply)
	s.dc.kill()
	return string(reply.Bytes)
}
`,
	"raft1/raft.go": `package raft

import (
	"6.5840/labrpc"
	tester "6.5840/tester1"
)

type Raft struct {
	peers     []*labrpc.ClientEnd
	me        int
	term      int
	persister *tester.Persister
}

func (rf *Raft) RequestVote(args *tester.Args, reply *tester.Args) {
	rf.term++
	reply.Bytes = append([]byte("vote for "), args.Bytes...)
}

// AskPeer calls server 1 and saves the answer.
func (rf *Raft) AskPeer(args *tester.Args, reply *tester.Args) {
	rf.peers[1].Call("Raft.RequestVote", args, reply)
	rf.persister.Save(reply.Bytes, nil)
}

func NewServer(tc *tester.TesterClnt, ends []*labrpc.ClientEnd, gid tester.Tgid, i int, p *tester.Persister) []interface{} {
	return []interface{}{&Raft{peers: ends, me: i, persister: p, term: tester.MaxRaftState}}
}
`,
	"raft1/raft_test.go": `package raft

import (
	"fmt"
	"testing"
	"time"

	"6.5840/labrpc"
	tester "6.5840/tester1"
)

func TestTwoServers(t *testing.T) {
	net := labrpc.MakeNetwork()
	var servers []*tester.Server
	for i := 0; i < 2; i++ {
		var ends []string
		for j := 0; j < 2; j++ {
			end := fmt.Sprint(i, ">", j)
			net.MakeEnd(end)
			net.Connect(end, tester.ServerName(0, j))
			net.Enable(end, true)
			ends = append(ends, end)
		}
		server, err := tester.Start(net, i, ends)
		if err != nil {
			t.Fatal(err)
		}
		servers = append(servers, server)
	}
	if tester.MaxRaftState != 7 {
		t.Errorf("the option has the value %d", tester.MaxRaftState)
	}
	if text, ok := servers[0].Ask("Raft.AskPeer", "S1"); !ok || text != "vote for S1" {
		t.Fatalf("%q %v", text, ok)
	}
	before := net.GetTotalCount()
	go servers[0].Ask("Raft.AskPeer", "early")
	time.Sleep(50 * time.Millisecond)
	if saved := servers[0].Kill(); saved != "vote for early" {
		t.Errorf("saved: %q", saved)
	}
	if _, ok := servers[0].Ask("Raft.AskPeer", "late"); ok {
		t.Error("a killed server answers")
	}
	if calls := net.GetTotalCount() - before; calls != 1 {
		t.Errorf("%d calls after the kill was prepared", calls)
	}
}
`,
}

func TestServersOf2026RunInOneProcess(t *testing.T) {
	root := write(t, processes)
	gob, err := os.ReadFile(filepath.Join("..", "..", "labgob", "labgob.go"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(root, "labgob"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "labgob", "labgob.go"), gob, 0o644); err != nil {
		t.Fatal(err)
	}
	about, err := prepare(filepath.Join(root, "raft1"), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if about.Edition != "2026" {
		t.Errorf("%+v", about)
	}
	recording := filepath.Join(t.TempDir(), "recording.jsonl")
	test := exec.Command("go", "test", "-vet=off", "-overlay", about.Overlay, "./raft1")
	test.Dir = root
	test.Env = append(os.Environ(), "RAFT_RECORDING="+recording)
	if out, err := test.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	text, err := os.ReadFile(recording)
	if err != nil {
		t.Fatal(err)
	}
	for _, wanted := range []string{`"server":1,"instance":2,"name":"0-1","peers":2`, `"from":0,"to":1,"instance":1,"method":"RequestVote"`, `"e":"persist"`} {
		if !strings.Contains(string(text), wanted) {
			t.Errorf("%s is not in the recording:\n%s", wanted, text)
		}
	}
}

func TestATesterThatStartsNoProcessIsRefusedInWords(t *testing.T) {
	files := map[string]string{}
	for name, text := range processes {
		files[name] = text
	}
	files["tester1/daemonclnt.go"] = "package tester\n"
	_, err := prepare(filepath.Join(write(t, files), "raft1"), t.TempDir())
	if err == nil || !strings.Contains(err.Error(), "no function runDaemon") {
		t.Errorf("%v", err)
	}
}
