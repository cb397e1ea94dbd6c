package raft_test

import (
	"sync/atomic"
	"testing"
	"time"

	"raftplayground/raft"
)

// Each test holds one server to a rule of Figure 2. wrong.txt says which of them finds which bug.

func TestAVoteIsSavedBeforeTheReply(t *testing.T) {
	a := among(t, 3, nil)
	if !a.votes(5, 1, 0, 0) {
		t.Fatal("no vote for the first candidate of term 5")
	}
	a.restart()
	if a.votes(5, 2, 0, 0) {
		t.Fatal("two votes in term 5: the first was forgotten in a crash")
	}
	if !a.votes(5, 1, 0, 0) {
		t.Fatal("the vote of term 5 is not repeated to the candidate that has it")
	}
}

func TestTermAndLogAreSaved(t *testing.T) {
	a := among(t, 3, nil)
	a.receive(raft.AppendEntriesArgs{Term: 7, Entries: entries(7, "a", "b")})
	a.restart()
	if term, _ := a.GetState(); term != 7 {
		t.Fatalf("the term is %d after a crash in term 7", term)
	}
	if !a.receive(raft.AppendEntriesArgs{Term: 7, PrevLogIndex: 2, PrevLogTerm: 7}).Success {
		t.Fatal("entries 1 and 2 were confirmed, and are gone after a crash")
	}
}

func TestAnUpToDateLogIsNeededForAVote(t *testing.T) {
	a := among(t, 3, nil)
	a.receive(raft.AppendEntriesArgs{Term: 2, Entries: append(entries(1, "a"), entries(2, "b")...)})
	for _, c := range []struct {
		lastIndex, lastTerm int
		granted             bool
	}{{0, 0, false}, {1, 2, false}, {9, 1, false}, {2, 2, true}, {3, 2, true}, {1, 3, true}} {
		a.restart() // it must not stand for election meanwhile
		term, _ := a.GetState()
		if granted := a.votes(term+1, 1, c.lastIndex, c.lastTerm); granted != c.granted {
			t.Errorf("vote %v for a log that ends at index %d of term %d; ours ends at index 2 of term 2",
				granted, c.lastIndex, c.lastTerm)
		}
	}
}

func TestOneVoteInATerm(t *testing.T) {
	a := among(t, 3, nil)
	if !a.votes(3, 1, 0, 0) || a.votes(3, 2, 0, 0) || a.votes(2, 2, 0, 0) {
		t.Fatal("a vote for server 1 in term 3 and none else was expected")
	}
}

func TestAnOldRequestDeletesNothing(t *testing.T) {
	a := among(t, 3, nil)
	a.receive(raft.AppendEntriesArgs{Term: 1, Entries: entries(1, "a", "b")})
	a.receive(raft.AppendEntriesArgs{Term: 1, Entries: entries(1, "a")})
	if !a.receive(raft.AppendEntriesArgs{Term: 1, PrevLogIndex: 2, PrevLogTerm: 1}).Success {
		t.Fatal("an older request, which conflicts with nothing, deleted entry 2")
	}
}

func TestWhatConflictsIsReplaced(t *testing.T) {
	a := among(t, 3, nil)
	a.receive(raft.AppendEntriesArgs{Term: 1, Entries: entries(1, "a", "b", "c")})
	if a.receive(raft.AppendEntriesArgs{Term: 2, PrevLogIndex: 3, PrevLogTerm: 2}).Success {
		t.Fatal("entry 3 of term 1 passes for one of term 2")
	}
	a.receive(raft.AppendEntriesArgs{Term: 2, PrevLogIndex: 1, PrevLogTerm: 1, Entries: entries(2, "d"), LeaderCommit: 2})
	a.applies(1, "a")
	a.applies(2, "d")
	if a.receive(raft.AppendEntriesArgs{Term: 2, PrevLogIndex: 3, PrevLogTerm: 1}).Success {
		t.Fatal("entry 3 follows a conflict, and is still there")
	}
}

func TestOnlyWhatTheRequestConfirmsIsCommitted(t *testing.T) {
	a := among(t, 3, nil)
	a.receive(raft.AppendEntriesArgs{Term: 1, Entries: entries(1, "a", "b", "c")})
	a.receive(raft.AppendEntriesArgs{Term: 2, PrevLogIndex: 1, PrevLogTerm: 1, LeaderCommit: 3})
	a.applies(1, "a")
	a.appliesNothing("leaderCommit is 3, but the last new entry is 1")
}

func TestStaleMessagesDoNotResetTheTimer(t *testing.T) {
	a := among(t, 3, func(others []*Raft) {
		for _, other := range others {
			other.vote = func(*raft.RequestVoteArgs, *raft.RequestVoteReply) {}
		}
	})
	a.receive(raft.AppendEntriesArgs{Term: 5, Entries: entries(5, "a")})
	for end := time.Now().Add(2 * time.Second); time.Now().Before(end); time.Sleep(30 * time.Millisecond) {
		a.receive(raft.AppendEntriesArgs{Term: 3})
		a.votes(5, 2, 0, 0)
		if term, _ := a.GetState(); term > 5 {
			return
		}
	}
	t.Fatal("no election in 2 s: messages that are stale or get no vote reset the election timer")
}

func TestAnEntryOfAnEarlierTermIsNotCommittedByCounting(t *testing.T) {
	a := among(t, 3, nil)
	a.receive(raft.AppendEntriesArgs{Term: 1, Entries: entries(1, "a")})
	a.leads(1)
	a.appliesNothing("it is of an earlier term, and no entry of the leader's term is committed")
	a.Start("b")
	a.applies(1, "a")
	a.applies(2, "b")
}

func TestAReplySpeaksOfItsRequest(t *testing.T) {
	release := make(chan bool)
	block := make(chan bool)
	a := among(t, 3, func(others []*Raft) {
		others[1].append = func(*raft.AppendEntriesArgs, *raft.AppendEntriesReply) { <-block }
		others[0].append = func(args *raft.AppendEntriesArgs, reply *raft.AppendEntriesReply) {
			switch last(args) {
			case "a":
				<-release
			case "b":
				<-block
			}
			reply.Success = true
		}
	})
	defer close(block)
	a.leads(0)
	a.Start("a")
	a.wait("a request with a", func() bool { return a.others[0].got("a") })
	a.Start("b")
	close(release)
	a.applies(1, "a")
	a.appliesNothing("no other server confirmed it; the reply is to a request without it")
}

func (r *Raft) got(command interface{}) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.requests {
		if last(&r.requests[i]) == command {
			return true
		}
	}
	return false
}

func TestRepliesOfEarlierTermsAreIgnored(t *testing.T) {
	release := make(chan bool)
	block := make(chan bool)
	var first int64
	a := among(t, 3, func(others []*Raft) {
		for _, other := range others {
			other.append = func(args *raft.AppendEntriesArgs, reply *raft.AppendEntriesReply) {
				if int64(args.Term) != atomic.LoadInt64(&first) || last(args) != "y" {
					<-block
				}
				<-release
				reply.Success = true
			}
		}
	})
	defer close(block)
	term := a.leads(0)
	atomic.StoreInt64(&first, int64(term))
	a.Start("x")
	a.Start("y")
	a.wait("a request with y", func() bool { return a.others[0].got("y") })
	a.receive(raft.AppendEntriesArgs{Term: term + 1, Entries: entries(term+1, "z")})
	a.leads(term + 1)
	a.Start("new")
	close(release)
	a.appliesNothing("the reply is to a request of an earlier term, with other entries")
}

func TestVotesOfEarlierTermsAreIgnored(t *testing.T) {
	var first, highest int64
	a := among(t, 3, func(others []*Raft) {
		for _, other := range others {
			other.vote = func(args *raft.RequestVoteArgs, reply *raft.RequestVoteReply) {
				atomic.CompareAndSwapInt64(&first, 0, int64(args.Term))
				if int64(args.Term) > atomic.LoadInt64(&first) {
					atomic.StoreInt64(&highest, int64(args.Term))
					return // no vote
				}
				for atomic.LoadInt64(&highest) == 0 {
					time.Sleep(5 * time.Millisecond)
				}
				reply.VoteGranted = true
			}
		}
	})
	a.wait("a second election", func() bool { return atomic.LoadInt64(&highest) > 0 })
	for end := time.Now().Add(300 * time.Millisecond); time.Now().Before(end); time.Sleep(time.Millisecond) {
		if term, leads := a.GetState(); leads {
			t.Fatalf("server 0 leads term %d with votes of term %d", term, first)
		}
	}
}

func TestALeaderGoesBackToWhereLogsAgree(t *testing.T) {
	a := among(t, 3, func(others []*Raft) {
		for _, other := range others {
			other := other
			other.append = func(args *raft.AppendEntriesArgs, reply *raft.AppendEntriesReply) {
				other.mu.Lock()
				defer other.mu.Unlock()
				reply.Success = args.PrevLogIndex <= other.held
				reply.ConflictIndex = other.held + 1
				if reply.Success {
					other.held = args.PrevLogIndex + len(args.Entries)
				}
			}
		}
	})
	a.receive(raft.AppendEntriesArgs{Term: 1, Entries: entries(1, "a", "b", "c")})
	a.leads(1)
	a.Start("d")
	a.applies(1, "a")
}

func TestTheServiceGetsAllInOrder(t *testing.T) {
	a := among(t, 3, nil)
	a.leads(0)
	go func() {
		for i := 1; i <= 80; i++ {
			a.Start(numbered("c", i))
			time.Sleep(time.Millisecond)
		}
	}()
	for i := 1; i <= 80; i++ {
		time.Sleep(5 * time.Millisecond) // a service that is slower than its clients
		a.applies(i, numbered("c", i))
	}
}

func TestASnapshotOnlyAdvancesTheService(t *testing.T) {
	a := among(t, 3, nil)
	var reply raft.InstallSnapshotReply
	a.InstallSnapshot(&raft.InstallSnapshotArgs{Term: 2, LeaderId: 1, LastIncludedIndex: 5, LastIncludedTerm: 2, Data: []byte("five")}, &reply)
	m := <-a.applied
	if !m.SnapshotValid || m.SnapshotIndex != 5 || string(m.Snapshot) != "five" {
		t.Fatalf("the service got %+v instead of the snapshot", m)
	}
	a.InstallSnapshot(&raft.InstallSnapshotArgs{Term: 2, LeaderId: 1, LastIncludedIndex: 3, LastIncludedTerm: 2, Data: []byte("three")}, &reply)
	a.appliesNothing("it is older than what the service has")
	a.receive(raft.AppendEntriesArgs{Term: 9, PrevLogIndex: 5, PrevLogTerm: 2, Entries: entries(9, "f"), LeaderCommit: 6})
	a.applies(6, "f")
	a.restart()
	if !a.receive(raft.AppendEntriesArgs{Term: 9, PrevLogIndex: 6, PrevLogTerm: 9}).Success {
		t.Fatal("entry 6 after the snapshot is gone after a crash")
	}
	if string(a.persister.ReadSnapshot()) != "five" {
		t.Fatal("the snapshot is gone after a crash")
	}
}
