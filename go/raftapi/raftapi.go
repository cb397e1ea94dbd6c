// Package raftapi is the interface between a Raft server and the service above it,
// in the form that MIT 6.5840 uses since 2025.
package raftapi

// Raft is one server of a cluster.
type Raft interface {
	// Start appends a command to the log if this server is the leader. It returns the
	// index that the command will have if it is committed, the current term, and
	// true if this server believes it is the leader.
	Start(command interface{}) (index int, term int, isLeader bool)

	// GetState returns the current term, and true if this server believes it is the leader.
	GetState() (term int, isLeader bool)

	// Snapshot tells Raft that the service's state through index is in the snapshot.
	Snapshot(index int, snapshot []byte)

	// PersistBytes returns the size of the saved Raft state.
	PersistBytes() int
}

// ApplyMsg carries one committed command, or a snapshot, to the service.
type ApplyMsg struct {
	CommandValid bool
	Command      interface{}
	CommandIndex int

	SnapshotValid bool
	Snapshot      []byte
	SnapshotTerm  int
	SnapshotIndex int
}
