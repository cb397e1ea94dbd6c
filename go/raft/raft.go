// Package raft is Raft after Figure 2 of the extended paper, with the interface of MIT 6.5840's lab.
//
// It exists to test the tools that look into other Go Rafts. It is right, and with one of the build tags
// in wrong.txt it has exactly one bug.
package raft

import (
	"bytes"
	"math/rand"
	"sync"
	"time"

	"raftplayground/labgob"
	"raftplayground/labrpc"
	"raftplayground/raftapi"
	"raftplayground/tester"
)

const (
	heartbeatInterval  = 100 * time.Millisecond
	minElectionTimeout = 400 * time.Millisecond
	maxElectionTimeout = 800 * time.Millisecond
	tickInterval       = 10 * time.Millisecond
)

// Role says which of Figure 2's rules for servers apply.
type Role int

// The three roles of a server.
const (
	Follower Role = iota
	Candidate
	Leader
)

// Raft is one server. mu guards all fields below it.
type Raft struct {
	peers     []*labrpc.ClientEnd
	me        int
	persister *tester.Persister
	applyCh   chan raftapi.ApplyMsg

	mu     sync.Mutex
	killed bool

	// Persistent state. The snapshot includes all entries through lastIncludedIndex.
	currentTerm       int
	votedFor          int // nobody, or a server's number
	log               []Entry
	lastIncludedIndex int
	snapshot          []byte

	// Volatile state on all servers.
	commitIndex int
	lastApplied int

	// Volatile state on leaders.
	nextIndex  []int
	matchIndex []int

	role             Role
	votes            map[int]bool // who granted this candidate a vote in the current term
	electionDeadline time.Time

	replicate *sync.Cond // the leader has something to send
	apply     *sync.Cond // commitIndex rose, or a snapshot arrived
	pending   *raftapi.ApplyMsg
}

const nobody = -1

// Make starts the server peers[me], with the state that persister holds.
func Make(peers []*labrpc.ClientEnd, me int, persister *tester.Persister, applyCh chan raftapi.ApplyMsg) raftapi.Raft {
	rf := &Raft{
		peers: peers, me: me, persister: persister, applyCh: applyCh,
		votedFor: nobody,
		log:      []Entry{{}},
	}
	rf.replicate = sync.NewCond(&rf.mu)
	rf.apply = sync.NewCond(&rf.mu)
	rf.readPersist(persister.ReadRaftState())
	rf.snapshot = persister.ReadSnapshot()
	rf.commitIndex = rf.lastIncludedIndex
	rf.lastApplied = rf.lastIncludedIndex
	rf.resetElectionTimer()
	go rf.ticker()
	go rf.applier()
	return rf
}

// Start appends a command to the leader's log.
func (rf *Raft) Start(command interface{}) (int, int, bool) {
	rf.mu.Lock()
	defer rf.mu.Unlock()
	if rf.killed || rf.role != Leader {
		return -1, rf.currentTerm, false
	}
	rf.log = append(rf.log, Entry{Term: rf.currentTerm, Command: command})
	rf.persist()
	rf.matchIndex[rf.me] = rf.lastLogIndex()
	rf.advanceCommitIndex() // a cluster of one needs no reply
	rf.replicate.Broadcast()
	return rf.lastLogIndex(), rf.currentTerm, true
}

// GetState returns the current term, and true if this server believes it is the leader.
func (rf *Raft) GetState() (int, bool) {
	rf.mu.Lock()
	defer rf.mu.Unlock()
	return rf.currentTerm, rf.role == Leader
}

// PersistBytes returns the size of the saved Raft state.
func (rf *Raft) PersistBytes() int { return rf.persister.RaftStateSize() }

// Kill ends all that runs in the background.
func (rf *Raft) Kill() {
	rf.mu.Lock()
	defer rf.mu.Unlock()
	rf.killed = true
	rf.replicate.Broadcast()
	rf.apply.Broadcast()
}

// ticker starts an election when the election timer runs out.
func (rf *Raft) ticker() {
	for {
		time.Sleep(tickInterval)
		rf.mu.Lock()
		if rf.killed {
			rf.mu.Unlock()
			return
		}
		if rf.role != Leader && time.Now().After(rf.electionDeadline) {
			rf.startElection()
		}
		rf.mu.Unlock()
	}
}

func (rf *Raft) resetElectionTimer() {
	spread := rand.Int63n(int64(maxElectionTimeout - minElectionTimeout))
	rf.electionDeadline = time.Now().Add(minElectionTimeout + time.Duration(spread))
}

// adoptTerm takes over a higher term: rules for all servers, second sentence.
func (rf *Raft) adoptTerm(term int) {
	if term > rf.currentTerm {
		rf.currentTerm = term
		rf.votedFor = nobody
		rf.role = Follower
		rf.persist()
		rf.replicate.Broadcast() // the leader's loop sees that its term is over
	}
}

// persist saves the persistent state. It comes before every answer and message that depends on it.
func (rf *Raft) persist() {
	if wrong.stateUnsaved {
		return
	}
	rf.save()
}

func (rf *Raft) save() {
	state := new(bytes.Buffer)
	encoder := labgob.NewEncoder(state)
	for _, value := range []interface{}{rf.currentTerm, rf.votedFor, rf.lastIncludedIndex, rf.log} {
		if err := encoder.Encode(value); err != nil {
			panic("raft: the state cannot be encoded: " + err.Error())
		}
	}
	rf.persister.Save(state.Bytes(), rf.snapshot)
}

func (rf *Raft) readPersist(state []byte) {
	if len(state) == 0 {
		return
	}
	decoder := labgob.NewDecoder(bytes.NewBuffer(state))
	var log []Entry
	for _, value := range []interface{}{&rf.currentTerm, &rf.votedFor, &rf.lastIncludedIndex, &log} {
		if err := decoder.Decode(value); err != nil {
			panic("raft: the saved state cannot be decoded: " + err.Error())
		}
	}
	rf.log = log
}
