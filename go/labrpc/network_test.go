package labrpc

import (
	"fmt"
	"sort"
	"sync"
	"testing"
	"time"
)

type Args struct{ Text string }

type Reply struct{ Text string }

// Echo is a service that answers with what it is sent.
type Echo struct {
	mu      sync.Mutex
	handled int
	block   chan bool
}

func (e *Echo) Say(args *Args, reply *Reply) {
	e.mu.Lock()
	e.handled++
	e.mu.Unlock()
	reply.Text = args.Text
	if args.Text == "block" {
		<-e.block
	}
}

func (e *Echo) ByValue(args Args, reply *Reply) { reply.Text = args.Text }

func (e *Echo) count() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.handled
}

// wired makes a network with one server, and an end to it that is enabled.
func wired(t *testing.T) (*Network, *ClientEnd, *Echo) {
	t.Parallel()
	net := MakeNetwork()
	echo := &Echo{block: make(chan bool)}
	server := MakeServer()
	server.AddService(MakeService(echo))
	net.AddServer("server", server)
	end := net.MakeEnd("end")
	net.Connect("end", "server")
	net.Enable("end", true)
	t.Cleanup(func() { close(echo.block); net.Cleanup() })
	return net, end, echo
}

func say(end *ClientEnd, text string) (string, bool) {
	var reply Reply
	ok := end.Call("Echo.Say", &Args{text}, &reply)
	return reply.Text, ok
}

func TestACallIsAnswered(t *testing.T) {
	_, end, _ := wired(t)
	if text, ok := say(end, "hello"); !ok || text != "hello" {
		t.Fatalf("%q, %v", text, ok)
	}
	var reply Reply
	if !end.Call("Echo.ByValue", Args{"value"}, &reply) || reply.Text != "value" {
		t.Fatalf("%+v", reply)
	}
}

func TestCallsAndBytesAreCounted(t *testing.T) {
	net, end, _ := wired(t)
	text := fmt.Sprintf("%1000d", 1)
	for i := 0; i < 17; i++ {
		say(end, text)
	}
	net.Enable("end", false)
	say(end, text)
	if total, server := net.GetTotalCount(), net.GetCount("server"); total != 18 || server != 17 {
		t.Fatalf("%d calls, %d received; 18 and 17 were made", total, server)
	}
	if bytes := net.GetTotalBytes(); bytes < 35_000 || bytes > 38_000 {
		t.Fatalf("%d bytes for 18 requests and 17 replies of 1000", bytes)
	}
	if net.GetCount("nobody") != 0 {
		t.Fatal("a server that does not exist has a count")
	}
}

// many makes calls at once, and returns how long those took that succeeded and those that failed.
func many(n int, end *ClientEnd) (succeeded, failed []time.Duration) {
	var mu sync.Mutex
	var wait sync.WaitGroup
	for i := 0; i < n; i++ {
		wait.Add(1)
		go func() {
			defer wait.Done()
			began := time.Now()
			_, ok := say(end, "x")
			mu.Lock()
			defer mu.Unlock()
			if ok {
				succeeded = append(succeeded, time.Since(began))
			} else {
				failed = append(failed, time.Since(began))
			}
		}()
	}
	wait.Wait()
	for _, times := range [][]time.Duration{succeeded, failed} {
		times := times
		sort.Slice(times, func(i, j int) bool { return times[i] < times[j] })
	}
	return succeeded, failed
}

func TestAnUnreliableNetworkLosesOneMessageInTen(t *testing.T) {
	net, end, echo := wired(t)
	net.Reliable(false)
	succeeded, _ := many(4000, end)
	// 0.9 are handled, 0.81 answered; the bounds are five standard deviations
	if n := echo.count(); n < 3505 || n > 3695 {
		t.Errorf("%d of 4000 requests were handled; 3600 are expected", n)
	}
	if n := len(succeeded); n < 3115 || n > 3365 {
		t.Errorf("%d of 4000 calls succeeded; 3240 are expected", n)
	}
}

func TestAnUnreliableNetworkDelaysRequests(t *testing.T) {
	net, end, _ := wired(t)
	net.Reliable(false)
	succeeded, _ := many(300, end)
	if median := succeeded[len(succeeded)/2]; median < 8*time.Millisecond {
		t.Errorf("half of the calls took at most %v; 13 ms are expected", median)
	}
}

func TestAReliableNetworkLosesNothing(t *testing.T) {
	_, end, _ := wired(t)
	if _, failed := many(500, end); len(failed) > 0 {
		t.Fatalf("%d of 500 calls failed", len(failed))
	}
}

func TestLongReorderingDelaysTwoOfThreeReplies(t *testing.T) {
	net, end, _ := wired(t)
	net.LongReordering(true)
	succeeded, failed := many(100, end)
	if len(failed) > 0 {
		t.Fatalf("%d calls failed on a reliable network", len(failed))
	}
	if longest := succeeded[len(succeeded)-1]; longest < time.Second {
		t.Errorf("the longest of 100 calls took %v; some 2 s are expected", longest)
	}
	if shortest := succeeded[0]; shortest >= 200*time.Millisecond {
		t.Errorf("the shortest of 100 calls took %v; one of three replies is not delayed", shortest)
	}
	var late []int
	for i := 0; i < 100_000; i++ {
		if ms := reordering(); ms > 0 {
			late = append(late, ms)
		}
	}
	sort.Ints(late)
	if share := float64(len(late)) / 100_000; share < 0.659 || share > 0.675 {
		t.Errorf("%v of the replies are delayed; 2/3 are expected", share)
	}
	for _, q := range []struct{ percent, ms int }{{0, 200}, {10, 241}, {50, 573}, {90, 1375}, {99, 1924}} {
		if ms := late[len(late)*q.percent/100]; ms < q.ms-q.ms/20 || ms > q.ms+q.ms/20 {
			t.Errorf("%d %% of the delays are at most %d ms; %d ms are expected", q.percent, ms, q.ms)
		}
	}
}

func TestAClosedLinkFailsLate(t *testing.T) {
	net, end, echo := wired(t)
	net.Enable("end", false)
	began := time.Now()
	if _, failed := many(40, end); len(failed) != 40 {
		t.Fatal("a call crossed a closed link")
	}
	if took := time.Since(began); took < 50*time.Millisecond {
		t.Errorf("40 calls over a closed link failed within %v; the longest takes nearly 0.1 s", took)
	}
	net.LongDelays(true)
	if _, failed := many(100, end); failed[len(failed)-1] < 5*time.Second || failed[0] > 2*time.Second {
		t.Errorf("with long delays 100 calls failed after %v to %v; 0 to 7 s are expected", failed[0], failed[len(failed)-1])
	}
	if echo.count() != 0 {
		t.Errorf("%d requests crossed a closed link", echo.count())
	}
}

func TestPendingCallsDoNotHoldUpLaterOnes(t *testing.T) {
	net, end, _ := wired(t)
	net.LongDelays(true)
	net.Enable("end", false)
	for i := 0; i < 20; i++ {
		go say(end, "lost")
	}
	time.Sleep(50 * time.Millisecond)
	net.Enable("end", true)
	began := time.Now()
	if _, ok := say(end, "now"); !ok || time.Since(began) > time.Second {
		t.Fatalf("%v after %v", ok, time.Since(began))
	}
}

func TestACallToACrashedServerFails(t *testing.T) {
	net, end, _ := wired(t)
	result := make(chan bool)
	go func() {
		_, ok := say(end, "block")
		result <- ok
	}()
	time.Sleep(50 * time.Millisecond)
	net.DeleteServer("server")
	select {
	case ok := <-result:
		if ok {
			t.Fatal("a crashed server answered")
		}
	case <-time.After(5 * time.Second):
		t.Fatal("the call to a server that crashed does not end")
	}
	if _, ok := say(end, "again"); ok {
		t.Fatal("a crashed server answered")
	}
}

func TestAReplyDoesNotCrossALinkThatWasClosedMeanwhile(t *testing.T) {
	net, end, echo := wired(t)
	result := make(chan bool)
	go func() {
		_, ok := say(end, "block")
		result <- ok
	}()
	for echo.count() == 0 {
		time.Sleep(time.Millisecond)
	}
	net.Enable("end", false)
	echo.block <- true
	if <-result {
		t.Fatal("the reply came over a closed link")
	}
}

func TestAfterCleanupCallsFail(t *testing.T) {
	net, end, _ := wired(t)
	net.Cleanup()
	if _, ok := say(end, "x"); ok {
		t.Fatal("a network that has ended carried a call")
	}
}
