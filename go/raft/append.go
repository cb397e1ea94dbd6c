package raft

import (
	"sort"
	"time"
)

// AppendEntriesArgs are the arguments of AppendEntries.
type AppendEntriesArgs struct {
	Term         int
	LeaderId     int
	PrevLogIndex int
	PrevLogTerm  int
	Entries      []Entry
	LeaderCommit int
}

// AppendEntriesReply is the result of AppendEntries. ConflictIndex goes beyond Figure 2 (§5.3, end):
// after a rejection the leader continues there, and need not go back one entry at a time.
type AppendEntriesReply struct {
	Term          int
	Success       bool
	ConflictIndex int
}

// AppendEntries is invoked by the leader to replicate entries, and as a heartbeat (§5.2, §5.3).
func (rf *Raft) AppendEntries(args *AppendEntriesArgs, reply *AppendEntriesReply) {
	rf.mu.Lock()
	defer rf.mu.Unlock()
	rf.adoptTerm(args.Term)
	reply.Term = rf.currentTerm
	if wrong.timerReset {
		rf.resetElectionTimer()
	}
	if args.Term < rf.currentTerm {
		return
	}
	rf.role = Follower // a candidate recognises the leader of its term
	rf.resetElectionTimer()

	prev, entries := args.PrevLogIndex, args.Entries
	if prev < rf.lastIncludedIndex { // the snapshot includes the first of the entries
		known := rf.lastIncludedIndex - prev
		if known > len(entries) {
			known = len(entries)
		}
		prev, entries = prev+known, entries[known:]
	} else if prev > rf.lastLogIndex() || rf.term(prev) != args.PrevLogTerm {
		reply.ConflictIndex = rf.conflictIndex(prev)
		return
	}
	reply.Success = true
	rf.store(prev, entries)
	lastNew := prev + len(entries)
	if committed := min(args.LeaderCommit, lastNew); committed > rf.commitIndex {
		rf.commitIndex = committed
		rf.committed()
	}
}

// conflictIndex returns the place from which the leader should send again: the end of a log that is
// too short, else the first entry of the term that conflicts.
func (rf *Raft) conflictIndex(prev int) int {
	if prev > rf.lastLogIndex() {
		return rf.lastLogIndex() + 1
	}
	index := prev
	for index > rf.lastIncludedIndex+1 && rf.term(index-1) == rf.term(prev) {
		index--
	}
	return index
}

// store appends the entries after prev that are new. It deletes only what conflicts: an old message
// must not delete entries that a later one brought.
func (rf *Raft) store(prev int, entries []Entry) {
	if wrong.truncateAlways && prev >= rf.lastIncludedIndex {
		rf.truncate(prev + 1)
	}
	for i, entry := range entries {
		index := prev + 1 + i
		if index <= rf.lastIncludedIndex {
			continue
		}
		if index <= rf.lastLogIndex() && rf.term(index) == entry.Term {
			continue
		}
		rf.truncate(index)
		rf.log = append(rf.log, entries[i:]...)
		rf.persist()
		return
	}
	if wrong.truncateAlways {
		rf.persist()
	}
}

// lead sends to all servers at once, then whenever there is something new, and as heartbeats: rules for leaders.
func (rf *Raft) lead(term int) {
	go rf.heartbeats(term)
	rf.mu.Lock()
	defer rf.mu.Unlock()
	for !rf.killed && rf.role == Leader && rf.currentTerm == term {
		for peer := range rf.peers {
			if peer != rf.me {
				rf.sendTo(peer)
			}
		}
		rf.replicate.Wait()
		rf.mu.Unlock()
		time.Sleep(tickInterval / 2) // commands that come together go together
		rf.mu.Lock()
	}
}

func (rf *Raft) heartbeats(term int) {
	for {
		time.Sleep(heartbeatInterval)
		rf.mu.Lock()
		if rf.killed || rf.role != Leader || rf.currentTerm != term {
			rf.mu.Unlock()
			return
		}
		rf.replicate.Broadcast()
		rf.mu.Unlock()
	}
}

// sendTo sends a server what it lacks: entries from nextIndex on, or the snapshot if they are gone.
func (rf *Raft) sendTo(peer int) {
	next := rf.nextIndex[peer]
	if next <= rf.lastIncludedIndex {
		go rf.installSnapshot(peer, InstallSnapshotArgs{
			Term: rf.currentTerm, LeaderId: rf.me,
			LastIncludedIndex: rf.lastIncludedIndex, LastIncludedTerm: rf.log[0].Term,
			Data: rf.snapshot,
		})
		return
	}
	args := AppendEntriesArgs{
		Term: rf.currentTerm, LeaderId: rf.me,
		PrevLogIndex: next - 1,
		PrevLogTerm:  rf.term(next - 1),
		Entries:      rf.entriesFrom(next),
		LeaderCommit: rf.commitIndex,
	}
	go rf.appendEntries(peer, args)
}

// appendEntries sends one request and learns from its reply.
func (rf *Raft) appendEntries(peer int, args AppendEntriesArgs) {
	var reply AppendEntriesReply
	if !rf.peers[peer].Call("Raft.AppendEntries", &args, &reply) {
		return
	}
	rf.mu.Lock()
	defer rf.mu.Unlock()
	if rf.killed {
		return
	}
	rf.adoptTerm(reply.Term)
	stale := args.Term != rf.currentTerm && !wrong.staleReplies
	if rf.role != Leader || stale {
		return
	}
	if reply.Success {
		match := args.PrevLogIndex + len(args.Entries)
		if wrong.matchPresent {
			match = rf.lastLogIndex()
		}
		rf.learnMatch(peer, match)
		return
	}
	if reply.Term == args.Term && args.PrevLogIndex == rf.nextIndex[peer]-1 {
		next := max(reply.ConflictIndex, rf.matchIndex[peer]+1)
		if wrong.nextIndex {
			next++
		}
		if next <= args.PrevLogIndex {
			rf.nextIndex[peer] = next
			rf.sendTo(peer)
		}
	}
}

// learnMatch notes that a server holds all entries through match. Replies may come in any order: it only rises.
func (rf *Raft) learnMatch(peer, match int) {
	if match > rf.matchIndex[peer] {
		rf.matchIndex[peer] = match
		rf.nextIndex[peer] = match + 1
		rf.advanceCommitIndex()
	}
}

// advanceCommitIndex commits what a majority holds, if it is of the current term (§5.3, §5.4.2).
func (rf *Raft) advanceCommitIndex() {
	sorted := append([]int(nil), rf.matchIndex...)
	sort.Ints(sorted)
	index := sorted[(len(sorted)-1)/2] // a majority holds all entries through this one
	if index <= rf.commitIndex || rf.term(index) != rf.currentTerm && !wrong.commitAnyTerm {
		return
	}
	rf.commitIndex = index
	rf.committed()
	rf.replicate.Broadcast() // followers learn of it soon
}
