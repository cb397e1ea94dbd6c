package tester

import (
	"bytes"

	"raftplayground/labgob"
)

// saved is the service's state in a snapshot: all commands through an index.
type saved struct {
	Index   int
	Applied map[int]interface{}
}

// snapshot encodes what server i has applied through index.
func (c *Cluster) snapshot(i, index int) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	buffer := new(bytes.Buffer)
	if err := labgob.NewEncoder(buffer).Encode(saved{index, c.nodes[i].applied}); err != nil {
		panic("tester: the snapshot cannot be encoded: " + err.Error())
	}
	return buffer.Bytes()
}

// install replaces the state of server i's service by a snapshot that ends at index; 0 for one that was saved.
func (c *Cluster) install(i, instance int, data []byte, index int) {
	var state saved
	err := labgob.NewDecoder(bytes.NewBuffer(data)).Decode(&state)
	c.mu.Lock()
	defer c.mu.Unlock()
	n := c.nodes[i]
	switch {
	case n.instance != instance:
	case err != nil:
		c.t.Errorf("server %d gets a snapshot that cannot be decoded: %v", i, err)
	case index != 0 && index != state.Index:
		c.t.Errorf("server %d gets a snapshot of index %d as one of index %d", i, state.Index, index)
	case state.Index < n.last:
		c.t.Errorf("server %d goes back from index %d to a snapshot of index %d", i, n.last, state.Index)
	default:
		n.applied, n.last = state.Applied, state.Index
	}
}
