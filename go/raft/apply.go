package raft

import "raftplayground/raftapi"

// committed tells the applier that commitIndex rose.
func (rf *Raft) committed() {
	if wrong.twoAppliers && rf.pending == nil {
		messages := rf.takeCommitted()
		go func() {
			for _, message := range messages {
				rf.applyCh <- message
			}
		}()
		return
	}
	rf.apply.Broadcast()
}

// applier hands snapshots and committed entries to the service, in order. It is the only sender on applyCh,
// and it sends without the lock: the service may call Snapshot before it takes the next message.
func (rf *Raft) applier() {
	rf.mu.Lock()
	defer rf.mu.Unlock()
	for !rf.killed {
		messages := rf.takeSnapshot()
		messages = append(messages, rf.takeCommitted()...)
		if len(messages) == 0 {
			rf.apply.Wait()
			continue
		}
		rf.mu.Unlock()
		for _, message := range messages {
			rf.applyCh <- message
		}
		rf.mu.Lock()
	}
}

// takeSnapshot returns the snapshot that waits for the service, if it is news to it.
func (rf *Raft) takeSnapshot() []raftapi.ApplyMsg {
	message := rf.pending
	rf.pending = nil
	if message == nil || message.SnapshotIndex <= rf.lastApplied {
		return nil
	}
	rf.lastApplied = message.SnapshotIndex
	return []raftapi.ApplyMsg{*message}
}

// takeCommitted returns the entries after lastApplied that are committed, and advances lastApplied.
func (rf *Raft) takeCommitted() []raftapi.ApplyMsg {
	var messages []raftapi.ApplyMsg
	for rf.lastApplied < rf.commitIndex {
		rf.lastApplied++
		messages = append(messages, raftapi.ApplyMsg{
			CommandValid: true, CommandIndex: rf.lastApplied, Command: rf.entry(rf.lastApplied).Command,
		})
	}
	return messages
}
