package raft

import (
	"fmt"
	"math/rand"
	"runtime"
	"sync"
	"testing"
	"time"

	"raftplayground/tester"
)

func cluster(t *testing.T, n int) *tester.Cluster { return snapshotting(t, n, 0) }

// snapshotting starts a cluster whose services take a snapshot every so many commands. A program for
// WebAssembly runs one test at a time, so that a recording has one cluster at a time.
func snapshotting(t *testing.T, n, every int) *tester.Cluster {
	if runtime.GOOS != "wasip1" {
		t.Parallel()
	}
	return tester.NewCluster(t, n, Make, every)
}

func TestOneLeaderIsElectedAndStays(t *testing.T) {
	c := cluster(t, 3)
	for try := 0; try < 5; try++ {
		term, _ := c.Raft(c.Leader()).GetState()
		time.Sleep(2 * maxElectionTimeout)
		if later, _ := c.Raft(c.Leader()).GetState(); later == term {
			return
		}
	}
	t.Fatal("no leader stays for two election timeouts, and nothing fails")
}

func TestALostLeaderIsReplacedAndFollowsWhenItIsBack(t *testing.T) {
	c := cluster(t, 3)
	old := c.Leader()
	c.Disconnect(old)
	c.Leader()
	c.Connect(old)
	c.Prefix(c.Agree("all", 3))
	for i := 0; i < 3; i++ {
		c.Disconnect(i)
	}
	follower := 0
	for _, leads := c.Raft(follower).GetState(); leads; _, leads = c.Raft(follower).GetState() {
		follower++ // a leader that is cut off goes on believing that it leads
	}
	c.Connect(follower)
	time.Sleep(2 * maxElectionTimeout)
	c.NoLeader()
	c.Connect((follower + 1) % 3)
	c.Leader()
}

func TestElectionsGoOnUnderManyCuts(t *testing.T) {
	c := cluster(t, 7)
	c.Leader()
	for round := 0; round < 5; round++ {
		cut := rand.Perm(7)[:3]
		for _, i := range cut {
			c.Disconnect(i)
		}
		c.Leader()
		for _, i := range cut {
			c.Connect(i)
		}
	}
	c.Leader()
}

func TestCommandsAreAppliedInOrderEverywhere(t *testing.T) {
	c := cluster(t, 5)
	for i := 1; i <= 20; i++ {
		if index := c.Agree(i*100, 5); index != i {
			t.Fatalf("command %d has index %d", i, index)
		}
	}
}

func TestEachCommandIsSentToEachServerOnce(t *testing.T) {
	c := cluster(t, 3)
	c.Agree("warm up", 3)
	before := c.Net().GetTotalBytes()
	sent := int64(0)
	for i := 0; i < 10; i++ {
		command := fmt.Sprintf("%d %5000d", i, i)
		c.Agree(command, 3)
		sent += int64(len(command))
	}
	if got, most := c.Net().GetTotalBytes()-before, 3*sent+50_000; got > most {
		t.Fatalf("%d bytes were sent for %d bytes of commands; at most %d are needed", got, sent, most)
	}
}

func TestFewCallsAreMade(t *testing.T) {
	c := cluster(t, 3)
	leader := c.Leader()
	before := c.Net().GetTotalCount()
	for i := 0; i < 12; i++ {
		c.Raft(leader).Start(i)
	}
	c.Prefix(12)
	if calls := c.Net().GetTotalCount() - before; calls > 40 {
		t.Fatalf("%d calls were made for 12 commands", calls)
	}
	before = c.Net().GetTotalCount()
	time.Sleep(time.Second)
	if calls := c.Net().GetTotalCount() - before; calls > 30 {
		t.Fatalf("%d calls were made in an idle second", calls)
	}
}

func TestAMajorityIsNeeded(t *testing.T) {
	c := cluster(t, 5)
	c.Agree("a", 5)
	leader := c.Leader()
	for i := 1; i <= 3; i++ {
		c.Disconnect((leader + i) % 5)
	}
	index, _, _ := c.Raft(leader).Start("lost")
	time.Sleep(2 * maxElectionTimeout)
	if n := c.Committed(index); n > 0 {
		t.Fatalf("%d servers applied a command that two of five hold", n)
	}
	for i := 1; i <= 3; i++ {
		c.Connect((leader + i) % 5)
	}
	c.Agree("b", 5)
}

func TestFollowersFailOneByOne(t *testing.T) {
	c := cluster(t, 3)
	c.Agree(1, 3)
	leader := c.Leader()
	c.Disconnect((leader + 1) % 3)
	c.Agree(2, 2)
	c.Disconnect((leader + 2) % 3)
	index, _, _ := c.Raft(leader).Start(3)
	time.Sleep(maxElectionTimeout)
	if c.Committed(index) > 0 {
		t.Fatal("a command was applied that one of three servers holds")
	}
}

func TestADivergedLeaderRejoins(t *testing.T) {
	c := cluster(t, 3)
	c.Agree(1, 3)
	first := c.Leader()
	c.Disconnect(first)
	for i := 0; i < 3; i++ {
		c.Raft(first).Start(fmt.Sprint("lost ", i))
	}
	c.Agree(2, 2)
	second := c.Leader()
	c.Disconnect(second)
	c.Connect(first)
	c.Agree(3, 2)
	c.Connect(second)
	c.Prefix(c.Agree(4, 3))
}

func TestALeaderBacksUpOverManyWrongEntries(t *testing.T) {
	c := cluster(t, 5)
	c.Agree("begin", 5)
	first := c.Leader()
	for i := 2; i <= 4; i++ {
		c.Disconnect((first + i) % 5)
	}
	for i := 0; i < 50; i++ {
		c.Raft(first).Start(fmt.Sprint("lost ", i))
	}
	time.Sleep(300 * time.Millisecond)
	c.Disconnect(first)
	c.Disconnect((first + 1) % 5)
	for i := 2; i <= 4; i++ {
		c.Connect((first + i) % 5)
	}
	for i := 0; i < 50; i++ {
		c.Agree(i, 3)
	}
	c.Connect(first)
	c.Connect((first + 1) % 5)
	c.Prefix(c.Agree("end", 5))
}

func TestConcurrentCommandsAllCommit(t *testing.T) {
	c := cluster(t, 3)
	leader := c.Leader()
	var wait sync.WaitGroup
	for i := 0; i < 50; i++ {
		i := i
		wait.Add(1)
		go func() {
			defer wait.Done()
			c.Raft(leader).Start(i)
		}()
	}
	wait.Wait()
	c.Prefix(50)
}

func TestALogSurvivesCrashesOfAll(t *testing.T) {
	c := cluster(t, 3)
	c.Agree(1, 3)
	for i := 0; i < 3; i++ {
		c.Crash(i)
	}
	for i := 0; i < 3; i++ {
		c.Restart(i)
	}
	c.Prefix(c.Agree(2, 3))
	leader := c.Leader()
	c.Crash(leader)
	c.Agree(3, 2)
	c.Restart(leader)
	c.Prefix(c.Agree(4, 3))
}

func TestAnEntryOfACrashedMajoritySurvives(t *testing.T) {
	c := cluster(t, 3)
	c.Agree(101, 3)
	leader := c.Leader()
	behind := (leader + 2) % 3
	c.Disconnect(behind)
	c.Agree(102, 2)
	c.Crash(leader)
	c.Crash((leader + 1) % 3)
	c.Connect(behind)
	c.Restart(leader)
	c.Agree(103, 2)
	c.Restart((leader + 1) % 3)
	c.Prefix(c.Agree(104, 3))
}

// A leader gets commands and crashes, again and again, as in Figure 8.
func leadersCrash(t *testing.T, c *tester.Cluster, n, rounds int) {
	for round := 0; round < rounds; round++ {
		for i := 0; i < n; i++ {
			if c.Raft(i) == nil {
				continue
			}
			if _, _, leads := c.Raft(i).Start(round*10 + i); leads {
				time.Sleep(time.Duration(rand.Intn(30)) * time.Millisecond)
				if rand.Intn(3) == 0 {
					c.Crash(i)
				}
			}
		}
		up := 0
		for i := 0; i < n; i++ {
			if c.Raft(i) != nil {
				up++
			}
		}
		if i := rand.Intn(n); c.Raft(i) == nil && up < n/2+1 {
			c.Restart(i)
		}
		time.Sleep(time.Duration(rand.Intn(30)) * time.Millisecond)
	}
	for i := 0; i < n; i++ {
		if c.Raft(i) == nil {
			c.Restart(i)
		}
	}
	c.Prefix(c.Agree("end", n))
}

func TestLeadersCrash(t *testing.T) { leadersCrash(t, cluster(t, 5), 5, 150) }

func TestLeadersCrashOnAnUnreliableNetwork(t *testing.T) {
	c := cluster(t, 5)
	c.Net().Reliable(false)
	c.Net().LongReordering(true)
	leadersCrash(t, c, 5, 150)
}

func TestAnUnreliableNetworkOnlyDelays(t *testing.T) {
	c := cluster(t, 5)
	c.Net().Reliable(false)
	var wait sync.WaitGroup
	for i := 0; i < 10; i++ {
		for j := 0; j < 4; j++ {
			command := 100*i + j
			wait.Add(1)
			go func() {
				defer wait.Done()
				c.Agree(command, 1)
			}()
		}
		c.Agree(-i, 1)
	}
	wait.Wait()
	c.Net().Reliable(true)
	c.Prefix(c.Agree("end", 5))
}

func snapshots(t *testing.T, reliable bool, fail func(c *tester.Cluster, i int), heal func(c *tester.Cluster, i int)) {
	c := snapshotting(t, 3, 10)
	c.Net().Reliable(reliable)
	c.Agree("begin", 3)
	for round := 0; round < 6; round++ {
		victim := (c.Leader() + 1) % 3
		fail(c, victim)
		for i := 0; i < 15; i++ {
			c.Agree(fmt.Sprint(round, i), 2)
		}
		if size := c.LargestState(); size > 2000 {
			t.Fatalf("the saved state takes %d bytes; with a snapshot every 10 commands 2000 are enough", size)
		}
		heal(c, victim)
		c.Prefix(c.Agree(fmt.Sprint("healed ", round), 3))
	}
}

func TestASnapshotReachesAServerThatWasCutOff(t *testing.T) {
	snapshots(t, true, (*tester.Cluster).Disconnect, (*tester.Cluster).Connect)
}

func TestASnapshotReachesAServerThatCrashed(t *testing.T) {
	snapshots(t, true, (*tester.Cluster).Crash, (*tester.Cluster).Restart)
}

func TestASnapshotCrossesAnUnreliableNetwork(t *testing.T) {
	snapshots(t, false, (*tester.Cluster).Disconnect, (*tester.Cluster).Connect)
}

func TestSnapshotsSurviveCrashesOfAll(t *testing.T) {
	c := snapshotting(t, 3, 10)
	for round := 0; round < 3; round++ {
		for i := 0; i < 12; i++ {
			c.Agree(fmt.Sprint(round, i), 3)
		}
		for i := 0; i < 3; i++ {
			c.Crash(i)
		}
		for i := 0; i < 3; i++ {
			c.Restart(i)
		}
	}
	if index := c.Agree("end", 3); index < 37 {
		t.Fatalf("index %d after 36 commands", index)
	}
}
