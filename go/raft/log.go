package raft

// Entry is one entry of the log: a command, and the term when the leader received it.
type Entry struct {
	Term    int
	Command interface{}
}

// The log holds the entries after the snapshot. log[0] stands for the last entry that the
// snapshot includes: its term is kept, its command is not. Without a snapshot it is index 0 of term 0.

func (rf *Raft) lastLogIndex() int { return rf.lastIncludedIndex + len(rf.log) - 1 }

func (rf *Raft) lastLogTerm() int { return rf.log[len(rf.log)-1].Term }

// term returns the term of the entry at index, which must not lie before the snapshot's end.
func (rf *Raft) term(index int) int { return rf.log[index-rf.lastIncludedIndex].Term }

func (rf *Raft) entry(index int) Entry { return rf.log[index-rf.lastIncludedIndex] }

// entriesFrom returns a copy of the entries from index on. A message must not share memory with the log.
func (rf *Raft) entriesFrom(index int) []Entry {
	return append([]Entry(nil), rf.log[index-rf.lastIncludedIndex:]...)
}

// truncate deletes the entry at index and all that follow it.
func (rf *Raft) truncate(index int) { rf.log = rf.log[:index-rf.lastIncludedIndex] }

// compact forgets the entries through index. The copy lets their memory go.
func (rf *Raft) compact(index, term int) {
	kept := []Entry{{Term: term}}
	if index < rf.lastLogIndex() {
		kept = append(kept, rf.entriesFrom(index+1)...)
	}
	rf.log = kept
	rf.lastIncludedIndex = index
}
