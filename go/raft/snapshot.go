package raft

import "raftplayground/raftapi"

// InstallSnapshotArgs are the arguments of InstallSnapshot. The whole snapshot is sent at once.
type InstallSnapshotArgs struct {
	Term              int
	LeaderId          int
	LastIncludedIndex int
	LastIncludedTerm  int
	Data              []byte
}

// InstallSnapshotReply is the result of InstallSnapshot.
type InstallSnapshotReply struct {
	Term int
}

// Snapshot discards the log through index, which the service has in its snapshot (§7).
func (rf *Raft) Snapshot(index int, snapshot []byte) {
	rf.mu.Lock()
	defer rf.mu.Unlock()
	if rf.killed || index <= rf.lastIncludedIndex || index > rf.lastApplied {
		return
	}
	rf.snapshot = append([]byte(nil), snapshot...)
	rf.compact(index, rf.term(index))
	rf.save()
}

// InstallSnapshot is invoked by the leader when the entries that a follower lacks are gone (Figure 13).
func (rf *Raft) InstallSnapshot(args *InstallSnapshotArgs, reply *InstallSnapshotReply) {
	rf.mu.Lock()
	defer rf.mu.Unlock()
	rf.adoptTerm(args.Term)
	reply.Term = rf.currentTerm
	if args.Term < rf.currentTerm {
		return
	}
	rf.role = Follower
	rf.resetElectionTimer()
	index := args.LastIncludedIndex
	if index <= rf.commitIndex { // all of it is here, or on its way to the service
		return
	}
	if index > rf.lastLogIndex() || rf.term(index) != args.LastIncludedTerm {
		rf.log = []Entry{{}} // discard the entire log
		rf.lastIncludedIndex = index
	}
	rf.compact(index, args.LastIncludedTerm)
	rf.snapshot = args.Data
	rf.commitIndex = index
	rf.save()
	rf.pending = &raftapi.ApplyMsg{
		SnapshotValid: true, Snapshot: args.Data,
		SnapshotIndex: index, SnapshotTerm: args.LastIncludedTerm,
	}
	rf.apply.Broadcast()
}

// installSnapshot sends the snapshot to one server and learns from its reply.
func (rf *Raft) installSnapshot(peer int, args InstallSnapshotArgs) {
	var reply InstallSnapshotReply
	if !rf.peers[peer].Call("Raft.InstallSnapshot", &args, &reply) {
		return
	}
	rf.mu.Lock()
	defer rf.mu.Unlock()
	if rf.killed {
		return
	}
	rf.adoptTerm(reply.Term)
	if rf.role == Leader && args.Term == rf.currentTerm {
		rf.learnMatch(peer, args.LastIncludedIndex)
	}
}
