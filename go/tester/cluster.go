package tester

import (
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"

	"raftplayground/labrpc"
	"raftplayground/raftapi"
	"raftplayground/watch"
)

// Maker starts one server: the function Make of a Raft.
type Maker func(peers []*labrpc.ClientEnd, me int, persister *Persister, applyCh chan raftapi.ApplyMsg) raftapi.Raft

// Killer is a Raft that can be told to end.
type Killer interface{ Kill() }

// Cluster runs servers on a simulated network, breaks things, and checks what the servers apply.
type Cluster struct {
	t     *testing.T
	make  Maker
	net   *labrpc.Network
	nodes []*node
	every int // the service takes a snapshot whenever it has applied so many commands; 0 for never

	mu      sync.Mutex
	agreed  map[int]interface{} // index -> the command that some server has applied there
	highest int
}

// node is one server with the service above it. The cluster's mu guards the last three fields.
type node struct {
	raft      raftapi.Raft // nil while it is crashed
	persister *Persister
	ends      []string
	online    bool
	instance  int // how often it was started or crashed
	applied   map[int]interface{}
	last      int
}

// NewCluster starts n servers that all reach each other.
func NewCluster(t *testing.T, n int, make Maker, snapshotEvery int) *Cluster {
	t.Helper()
	c := &Cluster{t: t, make: make, net: labrpc.MakeNetwork(), every: snapshotEvery, agreed: map[int]interface{}{}}
	c.net.LongDelays(true)
	for i := 0; i < n; i++ {
		c.nodes = append(c.nodes, &node{persister: MakePersister()})
	}
	for i := range c.nodes {
		c.Restart(i)
	}
	t.Cleanup(c.end)
	return c
}

func (c *Cluster) end() {
	for i := range c.nodes {
		c.Crash(i)
	}
	c.net.Cleanup()
}

// Net returns the network.
func (c *Cluster) Net() *labrpc.Network { return c.net }

// Raft returns server i, or nil if it is crashed.
func (c *Cluster) Raft(i int) raftapi.Raft { return c.nodes[i].raft }

func name(i int) string { return fmt.Sprintf("server-%d", i) }

// Crash stops server i. It keeps what its persister holds at this moment.
func (c *Cluster) Crash(i int) {
	n := c.nodes[i]
	if n.raft == nil {
		return
	}
	c.Disconnect(i)
	c.net.DeleteServer(name(i))
	n.persister = n.persister.Copy()
	if killer, ok := n.raft.(Killer); ok {
		killer.Kill()
	}
	n.raft = nil
	c.mu.Lock()
	n.instance++ // the service takes nothing more from the old one
	c.mu.Unlock()
}

// Restart starts server i with what its persister holds, and connects it.
func (c *Cluster) Restart(i int) {
	n := c.nodes[i]
	c.mu.Lock()
	n.instance++
	instance := n.instance
	n.applied, n.last = map[int]interface{}{}, 0
	c.mu.Unlock()
	n.persister = n.persister.Copy()
	n.ends = nil
	var peers []*labrpc.ClientEnd
	for j := range c.nodes {
		end := fmt.Sprintf("%d.%d>%d", i, instance, j)
		n.ends = append(n.ends, end)
		peers = append(peers, c.net.MakeEnd(end))
		c.net.Connect(end, name(j))
	}
	if snapshot := n.persister.ReadSnapshot(); len(snapshot) > 0 {
		c.install(i, instance, snapshot, 0)
	}
	applyCh := make(chan raftapi.ApplyMsg)
	n.raft = c.make(peers, i, n.persister, applyCh)
	go c.serve(i, instance, n.raft, applyCh)
	server := labrpc.MakeServer()
	server.AddService(labrpc.MakeService(n.raft))
	c.net.AddServer(name(i), server)
	c.Connect(i)
}

// Disconnect cuts server i off, in both directions.
func (c *Cluster) Disconnect(i int) {
	c.nodes[i].online = false
	c.link()
}

// Connect lets server i reach all others that are connected, and be reached by them.
func (c *Cluster) Connect(i int) {
	c.nodes[i].online = true
	c.link()
}

func (c *Cluster) link() {
	for _, from := range c.nodes {
		for j, end := range from.ends {
			c.net.Enable(end, from.online && c.nodes[j].online)
		}
	}
}

// Cut closes or opens the one direction from server i to server j.
func (c *Cluster) Cut(i, j int, cut bool) { c.net.Enable(c.nodes[i].ends[j], !cut) }

// Leader waits for a leader among the connected servers and returns its number. It fails if two lead one term.
func (c *Cluster) Leader() int {
	c.t.Helper()
	deadline := time.Now().Add(8 * time.Second)
	for time.Now().Before(deadline) {
		time.Sleep(200 * time.Millisecond)
		if leader := c.leaderNow(); leader >= 0 {
			return leader
		}
	}
	c.t.Fatal("no leader within 8 s")
	return -1
}

// leaderNow returns the leader of the highest term, or -1.
func (c *Cluster) leaderNow() int {
	c.t.Helper()
	leaders := map[int]int{}
	best, highest := -1, -1
	for i, n := range c.nodes {
		if n.raft == nil || !n.online {
			continue
		}
		term, leads := n.raft.GetState()
		if !leads {
			continue
		}
		if other, two := leaders[term]; two {
			c.t.Fatalf("two leaders in term %d: servers %d and %d", term, other, i)
		}
		leaders[term] = i
		if term > highest {
			best, highest = i, term
		}
	}
	return best
}

// NoLeader fails if a connected server believes it is the leader.
func (c *Cluster) NoLeader() {
	c.t.Helper()
	if leader := c.leaderNow(); leader >= 0 {
		c.t.Fatalf("server %d leads, and there is no majority", leader)
	}
}

// Committed returns how many servers have applied an entry at index.
func (c *Cluster) Committed(index int) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	count := 0
	for _, n := range c.nodes {
		if _, ok := n.applied[index]; ok {
			count++
		}
	}
	return count
}

// Agree has the cluster commit a command on at least so many servers within 10 s, and returns its index. A command
// that a lost leader took is submitted again.
func (c *Cluster) Agree(command interface{}, servers int) int {
	c.t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for time.Now().Before(deadline) {
		index := c.submit(command)
		if index < 0 {
			time.Sleep(50 * time.Millisecond)
			continue
		}
		for wait := time.Now().Add(2 * time.Second); time.Now().Before(wait); time.Sleep(10 * time.Millisecond) {
			if c.Committed(index) >= servers {
				if c.commandAt(index) == command {
					return index
				}
				break
			}
		}
	}
	c.t.Fatalf("%d servers did not agree on %v within 10 s", servers, command)
	return -1
}

// submit gives a command to a server that takes it, and returns its index, or -1.
func (c *Cluster) submit(command interface{}) int {
	for _, n := range c.nodes {
		if n.raft == nil || !n.online {
			continue
		}
		if index, _, leads := n.raft.Start(command); leads {
			return index
		}
	}
	return -1
}

func (c *Cluster) commandAt(index int) interface{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.agreed[index]
}

// Prefix waits until all running servers have applied what the cluster has agreed on through index.
func (c *Cluster) Prefix(index int) {
	c.t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for i, n := range c.nodes {
		for n.raft != nil {
			c.mu.Lock()
			last := n.last
			c.mu.Unlock()
			if last >= index {
				break
			}
			if time.Now().After(deadline) {
				c.t.Fatalf("server %d has applied through %d after 10 s, not through %d", i, last, index)
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
}

// Highest returns the last index that any server has applied.
func (c *Cluster) Highest() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.highest
}

// LargestState returns the size of the largest saved Raft state.
func (c *Cluster) LargestState() int {
	largest := 0
	for _, n := range c.nodes {
		if size := n.persister.RaftStateSize(); size > largest {
			largest = size
		}
	}
	return largest
}

// serve takes what one instance of server i applies, until the process ends. After a crash it takes and ignores.
func (c *Cluster) serve(i, instance int, raft raftapi.Raft, applyCh chan raftapi.ApplyMsg) {
	for m := range applyCh {
		watch.Apply(applyCh, m)
		switch {
		case m.SnapshotValid:
			c.install(i, instance, m.Snapshot, m.SnapshotIndex)
		case m.CommandValid:
			if c.applyCommand(i, instance, m) && c.every > 0 && m.CommandIndex%c.every == 0 {
				raft.Snapshot(m.CommandIndex, c.snapshot(i, m.CommandIndex))
			}
		}
	}
}

// applyCommand checks one command and keeps it. It returns false for a server that has crashed.
func (c *Cluster) applyCommand(i, instance int, m raftapi.ApplyMsg) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := c.nodes[i]
	if n.instance != instance {
		return false
	}
	if m.CommandIndex != n.last+1 {
		c.t.Errorf("server %d applies index %d after %d", i, m.CommandIndex, n.last)
	}
	if other, known := c.agreed[m.CommandIndex]; known && !reflect.DeepEqual(other, m.Command) {
		c.t.Errorf("server %d applies %v at index %d, another server %v", i, m.Command, m.CommandIndex, other)
	}
	c.agreed[m.CommandIndex] = m.Command
	n.applied[m.CommandIndex] = m.Command
	n.last = m.CommandIndex
	if n.last > c.highest {
		c.highest = n.last
	}
	return true
}
