//go:build !wasip1

package watch

import (
	"bufio"
	"os"
	"sync"
	"time"
)

// Outside of WebAssembly the lines go to the file that RAFT_RECORDING names, or to Sink.

var (
	// Sink takes each line while it is not nil. It is set before the first network is made.
	Sink func(line []byte)

	fileOnce sync.Once
	began    = time.Now()
)

func openFile() {
	name := os.Getenv("RAFT_RECORDING")
	if name == "" || Sink != nil {
		return
	}
	file, err := os.Create(name)
	if err != nil {
		panic("RAFT_RECORDING: " + err.Error())
	}
	out := bufio.NewWriter(file)
	Sink = func(line []byte) {
		out.Write(line)
		out.WriteByte('\n')
		out.Flush()
	}
}

func watching() bool {
	fileOnce.Do(openFile)
	return Sink != nil
}

func observeBegin() {}

func observeEnd() {}

func now() int64 { return int64(time.Since(began)) }

func report(line []byte) { Sink(line) }

// mayRead takes the server's lock, since other threads may write. It does not wait for it.
func (in *instance) mayRead() (done func(), ok bool) {
	lock, known := in.lock.(interface {
		TryLock() bool
		Unlock()
	})
	if !known || !lock.TryLock() {
		return nothing, false
	}
	return lock.Unlock, true
}

// goroutine is never asked for: a native build is not told of locks that are given back.
func goroutine() uint64 { return 0 }
