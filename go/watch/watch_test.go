//go:build !wasip1

package watch_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"raftplayground/raft"
	"raftplayground/tester"
	"raftplayground/watch"
)

// event is one line of a recording.
type event map[string]interface{}

func (e event) is(kind string) bool { return e["e"] == kind }

func (e event) int(key string) int {
	number, ok := e[key].(float64)
	if !ok {
		return -1
	}
	return int(number)
}

var (
	lines [][]byte
	mu    sync.Mutex
)

func TestMain(m *testing.M) {
	watch.Sink = func(line []byte) {
		mu.Lock()
		defer mu.Unlock()
		lines = append(lines, append([]byte(nil), line...))
	}
	os.Exit(m.Run())
}

// record returns the events of a run with three servers.
func record(t *testing.T, every int, run func(cluster func() *tester.Cluster)) (events []event) {
	t.Helper()
	mu.Lock()
	lines = nil
	mu.Unlock()
	t.Run("run", func(t *testing.T) { run(func() *tester.Cluster { return tester.NewCluster(t, 3, raft.Make, every) }) })
	mu.Lock()
	defer mu.Unlock()
	for _, line := range lines {
		var e event
		if err := json.Unmarshal(line, &e); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		events = append(events, e)
	}
	return events
}

// some returns the events of a kind for which a key has a value; key "" for all.
func some(events []event, kind, key string, value interface{}) (found []event) {
	for _, e := range events {
		if e.is(kind) && (key == "" || fmt.Sprint(e[key]) == fmt.Sprint(value)) {
			found = append(found, e)
		}
	}
	return found
}

func TestTimesNeverFallAndCallsAreWhole(t *testing.T) {
	events := record(t, 0, func(cluster func() *tester.Cluster) {
		c := cluster()
		for i := 0; i < 5; i++ {
			c.Agree(i, 3)
		}
	})
	last := 0.0
	stage := map[int]string{}
	next := map[string]string{
		"send request": "", "receive request": "send request", "send reply": "receive request", "receive reply": "send reply",
	}
	for _, e := range events {
		if at, ok := e["t"].(float64); ok {
			if at < last {
				t.Fatalf("the time falls from %v to %v: %v", last, at, e)
			}
			last = at
		}
		if call := e.int("call"); call >= 0 && (e.is("send") || e.is("receive")) {
			now := fmt.Sprint(e["e"], " ", e["part"])
			if before, known := next[now]; !known || stage[call] != before {
				t.Fatalf("%q follows %q: %v", now, stage[call], e)
			}
			stage[call] = now
		}
	}
	if len(stage) < 10 {
		t.Fatalf("only %d calls", len(stage))
	}
	begin := some(events, "test", "what", "begin")
	if len(begin) != 1 || begin[0]["text"] != "TestTimesNeverFallAndCallsAreWhole" {
		t.Errorf("the test is reported as %v", begin)
	}
}

// server is what the lines of one instance add up to.
type server struct {
	state event
	base  int
	log   []interface{} // entries base+1, base+2, …
}

// fold adds up the lines of each instance.
func fold(t *testing.T, events []event) map[int]*server {
	t.Helper()
	all := map[int]*server{}
	for _, e := range some(events, "state", "", nil) {
		s := all[e.int("instance")]
		if s == nil {
			s = &server{state: event{}}
			all[e.int("instance")] = s
		}
		for key, value := range e {
			s.state[key] = value
		}
		if change, ok := e["log"].(map[string]interface{}); ok {
			base, keep := event(change).int("base"), event(change).int("keep")
			if keep < base || keep > s.base+len(s.log) && keep != base {
				t.Fatalf("entries through %d are kept, and there are %d to %d: %v", keep, s.base+1, s.base+len(s.log), e)
			}
			var kept []interface{}
			for index := base + 1; index <= keep; index++ {
				kept = append(kept, s.log[index-s.base-1])
			}
			s.base, s.log = base, append(kept, change["add"].([]interface{})...)
		}
	}
	return all
}

func TestTheStateOfEachServerIsSeen(t *testing.T) {
	events := record(t, 0, func(cluster func() *tester.Cluster) {
		c := cluster()
		leader := c.Leader()
		c.Disconnect(leader)
		c.Raft(leader).Start("lost")
		c.Agree("a", 2)
		c.Agree("b", 2)
		c.Connect(leader)
		c.Prefix(c.Agree("c", 3))
		time.Sleep(300 * time.Millisecond) // heartbeats tell all that it is committed
	})
	fields := some(events, "fields", "", nil)
	if found := fmt.Sprint(events[0]); len(fields) > 1 || !strings.Contains(found, "e:") {
		t.Errorf("fields: %v", fields)
	}
	leaders := 0
	for id, s := range fold(t, events) {
		if got := fmt.Sprint(s.log); !strings.HasSuffix(got, " c]]") || strings.Contains(got, "lost") || len(s.log) < 3 {
			t.Errorf("instance %d: log %s", id, got)
		}
		if n := len(s.log); s.state.int("commitIndex") != n || s.state.int("lastApplied") != n || s.state.int("term") < 1 {
			t.Errorf("instance %d: %v", id, s.state)
		}
		if s.state["role"] == "leader" {
			leaders++
			if match := fmt.Sprint(s.state["matchIndex"]); match != fmt.Sprint([]int{len(s.log), len(s.log), len(s.log)}) {
				t.Errorf("matchIndex %s", match)
			}
		}
	}
	if leaders != 1 {
		t.Errorf("%d servers lead at the end", leaders)
	}
}

func TestSnapshotsMoveTheLogsBase(t *testing.T) {
	events := record(t, 5, func(cluster func() *tester.Cluster) {
		c := cluster()
		victim := (c.Leader() + 1) % 3
		c.Disconnect(victim)
		for i := 1; i <= 12; i++ {
			c.Agree(i, 2)
		}
		c.Connect(victim)
		c.Prefix(c.Agree(13, 3))
		time.Sleep(200 * time.Millisecond)
	})
	for id, s := range fold(t, events) {
		if s.base != 10 || len(s.log) < 3 || s.state.int("snapshotIndex") != 10 {
			t.Errorf("instance %d: log %v after index %d; %v", id, s.log, s.base, s.state)
		}
	}
	if snapshots := some(events, "apply", "snapshotIndex", 10); len(snapshots) != 1 {
		t.Errorf("the snapshot was applied %d times", len(snapshots))
	}
}

func TestCrashesRestartsAndCutsAreSeen(t *testing.T) {
	events := record(t, 0, func(cluster func() *tester.Cluster) {
		c := cluster()
		c.Agree("a", 3)
		leader := c.Leader()
		c.Cut((leader+1)%3, (leader+2)%3, true)
		c.Crash(leader)
		time.Sleep(100 * time.Millisecond)
		c.Restart(leader)
		c.Agree("b", 3)
	})
	if crashes := some(events, "crash", "", nil); len(crashes) != 4 { // one, and three at the end
		t.Errorf("%d crashes", len(crashes))
	}
	restarts := some(events, "restart", "", nil)
	if len(restarts) != 1 {
		t.Fatalf("restarts: %v", restarts)
	}
	id := restarts[0].int("instance")
	again := fold(t, events)[id]
	if first := some(events, "state", "instance", id)[0]; !strings.Contains(fmt.Sprint(first["log"]), "a") {
		t.Errorf("a restarted server's first state is %v", first)
	}
	if len(again.log) < 2 {
		t.Errorf("its log is %v", again.log)
	}
	starts := some(events, "start", "", nil)
	for _, e := range some(events, "persist", "", nil) {
		if e.int("store") < 1 || e.int("state") < 1 || e.int("server") < 0 {
			t.Errorf("%v", e)
		}
	}
	if len(starts) != 3 || len(some(events, "disconnect", "", nil)) == 0 {
		t.Errorf("starts: %v", starts)
	}
	applied := some(events, "apply", "command", "a")
	if len(applied) != 4 { // once by each, and again by the one that restarted
		t.Errorf("entry a was applied %d times", len(applied))
	}
}

func TestALongLogComesInSeveralLines(t *testing.T) {
	defer watch.SetMaxItems(watch.SetMaxItems(3))
	events := record(t, 0, func(cluster func() *tester.Cluster) {
		c := cluster()
		for i := 1; i <= 8; i++ {
			c.Agree(i, 3)
		}
		c.Crash(0)
		c.Restart(0)
		c.Prefix(c.Agree(9, 3))
	})
	for _, e := range some(events, "state", "", nil) {
		if change, ok := e["log"].(map[string]interface{}); ok && len(change["add"].([]interface{})) > 3 {
			t.Errorf("more than 3 entries in a line: %v", e)
		}
	}
	for id, s := range fold(t, events) {
		if len(s.log) < 8 {
			t.Errorf("instance %d: log %v", id, s.log)
		}
	}
}

// reported is true once a call of this run was lost in this way.
func reported(part, cause string) bool {
	mu.Lock()
	defer mu.Unlock()
	for _, line := range lines {
		if strings.Contains(string(line), fmt.Sprintf(`"part":%q,"cause":%q`, part, cause)) {
			return true
		}
	}
	return false
}

func TestLossesHaveCauses(t *testing.T) {
	events := record(t, 0, func(cluster func() *tester.Cluster) {
		c := cluster()
		c.Net().LongDelays(false)
		c.Agree("a", 3)
		c.Net().Reliable(false)
		for i := 0; i < 300 && !(reported("request", "unreliable network") && reported("reply", "unreliable network")); i++ {
			c.Agree(i, 2)
		}
		leader := c.Leader()
		c.Disconnect((leader + 1) % 3)
		c.Crash((leader + 2) % 3)
		time.Sleep(400 * time.Millisecond)
	})
	for _, wanted := range []string{"request unreliable network", "reply unreliable network", "request disconnected"} {
		found := false
		for _, e := range some(events, "lost", "", nil) {
			found = found || fmt.Sprint(e["part"], " ", e["cause"]) == wanted
		}
		if !found {
			t.Errorf("no call was lost with: %s", wanted)
		}
	}
}
