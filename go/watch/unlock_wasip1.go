package watch

import (
	"sync"
	_ "unsafe" // for go:linkname
)

// Where the command changes Go's library for the build, these are set by it, or called by it. Else they stay nil.

//go:linkname raftUnlock sync.raftUnlock
var raftUnlock func(*sync.Mutex)

//go:linkname raftGoroutine runtime.raftGoroutine
var raftGoroutine func() uint64

func init() {
	if raftGoroutine != nil {
		raftUnlock = unlocked
	}
}

func goroutine() uint64 { return raftGoroutine() }
