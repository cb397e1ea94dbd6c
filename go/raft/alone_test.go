package raft_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"raftplayground/labrpc"
	"raftplayground/raft"
	"raftplayground/raftapi"
	"raftplayground/tester"
)

// alone is one server of the package raft, number 0, among others that the test plays.
type alone struct {
	*raft.Raft
	t         *testing.T
	net       *labrpc.Network
	persister *tester.Persister
	others    []*Raft
	applied   chan raftapi.ApplyMsg
	ends      int
}

// Raft is a played server. It answers as the test says, and without a test's answer grants and accepts everything.
type Raft struct {
	mu       sync.Mutex
	vote     func(*raft.RequestVoteArgs, *raft.RequestVoteReply)
	append   func(*raft.AppendEntriesArgs, *raft.AppendEntriesReply)
	requests []raft.AppendEntriesArgs
	held     int // the last entry it has, where the test minds
}

func (r *Raft) RequestVote(args *raft.RequestVoteArgs, reply *raft.RequestVoteReply) {
	reply.Term = args.Term
	if r.vote == nil {
		reply.VoteGranted = true
		return
	}
	r.vote(args, reply)
}

func (r *Raft) AppendEntries(args *raft.AppendEntriesArgs, reply *raft.AppendEntriesReply) {
	reply.Term = args.Term
	r.mu.Lock()
	r.requests = append(r.requests, *args)
	r.mu.Unlock()
	if r.append == nil {
		reply.Success = true
		return
	}
	r.append(args, reply)
}

// among starts server 0 of n.
func among(t *testing.T, n int, change func(others []*Raft)) *alone {
	t.Helper()
	a := &alone{t: t, net: labrpc.MakeNetwork(), persister: tester.MakePersister()}
	for i := 1; i < n; i++ {
		other := &Raft{}
		a.others = append(a.others, other)
		a.serve(i, other)
	}
	if change != nil {
		change(a.others)
	}
	a.restart()
	t.Cleanup(func() { a.Kill(); a.net.Cleanup() })
	return a
}

func (a *alone) serve(i int, receiver interface{}) {
	server := labrpc.MakeServer()
	server.AddService(labrpc.MakeService(receiver))
	a.net.AddServer(i, server)
}

// restart has server 0 crash, if it runs, and start with what it saved.
func (a *alone) restart() {
	if a.Raft != nil {
		a.Kill()
		a.persister = a.persister.Copy()
	}
	var peers []*labrpc.ClientEnd
	for i := 0; i <= len(a.others); i++ {
		a.ends++
		peers = append(peers, a.net.MakeEnd(a.ends))
		a.net.Connect(a.ends, i)
		a.net.Enable(a.ends, true)
	}
	a.applied = make(chan raftapi.ApplyMsg)
	a.Raft = raft.Make(peers, 0, a.persister, a.applied).(*raft.Raft)
	a.serve(0, a.Raft)
}

// entries makes a log that begins with the first of these commands, all of one term.
func entries(term int, commands ...interface{}) (all []raft.Entry) {
	for _, command := range commands {
		all = append(all, raft.Entry{Term: term, Command: command})
	}
	return all
}

// receive sends an AppendEntries request of server 1 to server 0, and returns the reply.
func (a *alone) receive(args raft.AppendEntriesArgs) (reply raft.AppendEntriesReply) {
	args.LeaderId = 1
	a.AppendEntries(&args, &reply)
	return reply
}

// votes asks server 0 for its vote.
func (a *alone) votes(term, candidate, lastIndex, lastTerm int) bool {
	var reply raft.RequestVoteReply
	a.RequestVote(&raft.RequestVoteArgs{
		Term: term, CandidateId: candidate, LastLogIndex: lastIndex, LastLogTerm: lastTerm,
	}, &reply)
	return reply.VoteGranted
}

// leads waits until server 0 leads a term after this one, and returns its term.
func (a *alone) leads(after int) int {
	a.t.Helper()
	for wait := 0; wait < 1000; wait++ {
		if term, leads := a.GetState(); leads && term > after {
			return term
		}
		time.Sleep(5 * time.Millisecond)
	}
	a.t.Fatal("server 0 does not become the leader, and all vote for it")
	return 0
}

// wait waits for a condition that must come true soon.
func (a *alone) wait(what string, condition func() bool) {
	a.t.Helper()
	for wait := 0; wait < 1000; wait++ {
		if condition() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	a.t.Fatalf("waited in vain: %s", what)
}

// appliesNothing fails if the service gets something within 0.7 s.
func (a *alone) appliesNothing(why string) {
	a.t.Helper()
	select {
	case m := <-a.applied:
		a.t.Fatalf("entry %d (%v) was applied: %s", m.CommandIndex, m.Command, why)
	case <-time.After(700 * time.Millisecond):
	}
}

// applies fails unless the service gets this command next.
func (a *alone) applies(index int, command interface{}) {
	a.t.Helper()
	select {
	case m := <-a.applied:
		if m.CommandIndex != index || m.Command != command {
			a.t.Fatalf("entry %d (%v) was applied instead of entry %d (%v)", m.CommandIndex, m.Command, index, command)
		}
	case <-time.After(5 * time.Second):
		a.t.Fatalf("entry %d (%v) is not applied", index, command)
	}
}

func last(args *raft.AppendEntriesArgs) interface{} {
	if len(args.Entries) == 0 {
		return nil
	}
	return args.Entries[len(args.Entries)-1].Command
}

func numbered(prefix string, i int) string { return fmt.Sprintf("%s%d", prefix, i) }
