package raft

// RequestVoteArgs are the arguments of RequestVote.
type RequestVoteArgs struct {
	Term         int
	CandidateId  int
	LastLogIndex int
	LastLogTerm  int
}

// RequestVoteReply is the result of RequestVote.
type RequestVoteReply struct {
	Term        int
	VoteGranted bool
}

// RequestVote is invoked by candidates to gather votes (§5.2, §5.4).
func (rf *Raft) RequestVote(args *RequestVoteArgs, reply *RequestVoteReply) {
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
	free := rf.votedFor == nobody || rf.votedFor == args.CandidateId
	if free && rf.upToDate(args.LastLogTerm, args.LastLogIndex) {
		rf.votedFor = args.CandidateId
		if !wrong.voteUnsaved {
			rf.persist()
		}
		rf.resetElectionTimer()
		reply.VoteGranted = true
	}
}

// upToDate returns true if a log that ends with this term and index is at least as up-to-date as ours (§5.4.1).
func (rf *Raft) upToDate(lastTerm, lastIndex int) bool {
	ourTerm, ourIndex := rf.lastLogTerm(), rf.lastLogIndex()
	if wrong.logCompare {
		lastTerm, lastIndex, ourTerm, ourIndex = ourTerm, ourIndex, lastTerm, lastIndex
	}
	if lastTerm != ourTerm {
		return lastTerm > ourTerm
	}
	return lastIndex >= ourIndex
}

// startElection begins a new term as a candidate: rules for candidates.
func (rf *Raft) startElection() {
	rf.currentTerm++
	rf.role = Candidate
	rf.votedFor = rf.me
	rf.persist()
	rf.resetElectionTimer()
	rf.votes = map[int]bool{rf.me: true}
	args := RequestVoteArgs{
		Term: rf.currentTerm, CandidateId: rf.me,
		LastLogIndex: rf.lastLogIndex(), LastLogTerm: rf.lastLogTerm(),
	}
	for peer := range rf.peers {
		if peer != rf.me {
			go rf.requestVote(peer, args)
		}
	}
	rf.winIfMajority()
}

// requestVote asks one server for its vote and counts it.
func (rf *Raft) requestVote(peer int, args RequestVoteArgs) {
	var reply RequestVoteReply
	if !rf.peers[peer].Call("Raft.RequestVote", &args, &reply) {
		return
	}
	rf.mu.Lock()
	defer rf.mu.Unlock()
	if rf.killed {
		return
	}
	rf.adoptTerm(reply.Term)
	stale := args.Term != rf.currentTerm && !wrong.staleVotes
	if rf.role == Candidate && !stale && reply.VoteGranted {
		rf.votes[peer] = true
		rf.winIfMajority()
	}
}

func (rf *Raft) winIfMajority() {
	if len(rf.votes) > len(rf.peers)/2 {
		rf.becomeLeader()
	}
}

func (rf *Raft) becomeLeader() {
	rf.role = Leader
	rf.nextIndex = make([]int, len(rf.peers))
	rf.matchIndex = make([]int, len(rf.peers))
	for peer := range rf.peers {
		rf.nextIndex[peer] = rf.lastLogIndex() + 1
	}
	rf.matchIndex[rf.me] = rf.lastLogIndex()
	go rf.lead(rf.currentTerm)
}
