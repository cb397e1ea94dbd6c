// Package tester has what the tests of a Raft need around it.
package tester

import (
	"sync"

	"raftplayground/watch"
)

// Persister keeps what a server has saved, across its crashes. The package watch relies on its first field.
type Persister struct {
	watch    watch.Store
	mu       sync.Mutex
	state    []byte
	snapshot []byte
	frozen   bool
}

// MakePersister makes a persister that holds nothing.
func MakePersister() *Persister { return &Persister{} }

// Copy returns a persister with the same content. The old one may still be written to by a server that was killed.
func (ps *Persister) Copy() *Persister {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	return &Persister{state: ps.state, snapshot: ps.snapshot}
}

// Checkpoint is Copy under its name of 2026, when a server's process is about to be killed. A server that goes on
// nevertheless, since all run in one process, waits for ever when it saves.
func (ps *Persister) Checkpoint() *Persister {
	ps.mu.Lock()
	ps.frozen = true
	ps.mu.Unlock()
	return ps.Copy()
}

// Save replaces the Raft state and the snapshot, both or none.
func (ps *Persister) Save(state []byte, snapshot []byte) {
	ps.mu.Lock()
	if ps.frozen {
		ps.mu.Unlock()
		select {}
	}
	defer ps.mu.Unlock()
	ps.state = clone(state)
	ps.snapshot = clone(snapshot)
	watch.Persist(&ps.watch, len(ps.state), len(ps.snapshot))
}

// SaveRaftState replaces the Raft state alone: the interface until 2022.
func (ps *Persister) SaveRaftState(state []byte) {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	ps.state = clone(state)
	watch.Persist(&ps.watch, len(ps.state), len(ps.snapshot))
}

// SaveStateAndSnapshot is Save under its name until 2022.
func (ps *Persister) SaveStateAndSnapshot(state []byte, snapshot []byte) { ps.Save(state, snapshot) }

// ReadRaftState returns a copy of the Raft state.
func (ps *Persister) ReadRaftState() []byte {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	return clone(ps.state)
}

// ReadSnapshot returns a copy of the snapshot.
func (ps *Persister) ReadSnapshot() []byte {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	return clone(ps.snapshot)
}

// RaftStateSize returns the size of the Raft state in bytes.
func (ps *Persister) RaftStateSize() int {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	return len(ps.state)
}

// SnapshotSize returns the size of the snapshot in bytes.
func (ps *Persister) SnapshotSize() int {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	return len(ps.snapshot)
}

func clone(bytes []byte) []byte { return append([]byte{}, bytes...) }
