package raft

// wrong has one switch for each bug that can be built in. A file with a build tag turns one on; without a tag all
// are off.
var wrong struct {
	commitAnyTerm  bool // a leader commits entries of earlier terms by counting
	truncateAlways bool // AppendEntries cuts the log after prevLogIndex even if nothing conflicts
	voteUnsaved    bool // a granted vote is not saved
	timerReset     bool // every message resets the election timer, stale ones too
	nextIndex      bool // after a rejection nextIndex is one too high
	staleReplies   bool // a leader believes AppendEntries replies to requests of its earlier terms
	staleVotes     bool // a candidate counts votes of its earlier terms
	matchPresent   bool // matchIndex is taken from the log as it is when the reply arrives
	stateUnsaved   bool // term, vote and log are not saved
	logCompare     bool // a voter wants a log that is no more up-to-date than its own
	twoAppliers    bool // each advance of commitIndex has its own goroutine that applies
}
