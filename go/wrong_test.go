package playground

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestEachWrongVersionIsFound builds the Raft with each of its bugs, and expects the test that wrong.txt names to fail.
func TestEachWrongVersionIsFound(t *testing.T) {
	list, err := os.ReadFile("raft/wrong.txt")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, line := range strings.Split(string(list), "\n") {
		fields := strings.Fields(line)
		if len(fields) == 0 || strings.HasPrefix(line, "#") {
			continue
		}
		if len(fields) != 2 {
			t.Fatalf("raft/wrong.txt: %q is not a tag and a test", line)
		}
		tag, name := fields[0], fields[1]
		out, err := exec.Command("go", "test", "-vet=off", "-tags", tag, "-run", "^"+name+"$", "./raft").CombinedOutput()
		switch {
		case err == nil:
			t.Errorf("%s passes with %s:\n%s", name, tag, out)
		case !strings.Contains(string(out), "--- FAIL: "+name):
			t.Errorf("%s does not run with %s: %v\n%s", name, tag, err, out)
		default:
			found++
		}
	}
	if found < 11 {
		t.Errorf("%d wrong versions were found, 11 are expected", found)
	}
}
