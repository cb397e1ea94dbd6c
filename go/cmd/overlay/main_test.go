package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// write makes a tree of files: path -> content.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// copyOfOurs is our own Raft as a tree of its own, with an older language version.
func copyOfOurs(t *testing.T, goVersion string) string {
	t.Helper()
	files := map[string]string{"go.mod": "module 6.5840\n\ngo " + goVersion + "\n"}
	for _, folder := range []string{"raftapi", "labgob", "labrpc", "tester", "watch", "raft"} {
		sources, err := filepath.Glob(filepath.Join("..", "..", folder, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, source := range sources {
			text, err := os.ReadFile(source)
			if err != nil {
				t.Fatal(err)
			}
			// without the reports: the overlay is to bring them
			clean := strings.ReplaceAll(string(text), "raftplayground/", "6.5840/")
			if folder == "tester" {
				clean = strings.ReplaceAll(clean, "\t\twatch.Apply(applyCh, m)\n", "")
				clean = strings.ReplaceAll(clean, "\t\"6.5840/watch\"\n", "")
				clean = strings.ReplaceAll(clean, "\twatch.Persist(&ps.watch, len(ps.state), len(ps.snapshot))\n", "")
				clean = strings.ReplaceAll(clean, "\twatch    watch.Store\n", "")
			}
			files[filepath.Join(folder, filepath.Base(source))] = clean
		}
	}
	return write(t, files)
}

func contents(t *testing.T, root string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.Walk(root, func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		all[path] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestATreeIsBuiltWithTheOverlayAndReports(t *testing.T) {
	root := copyOfOurs(t, "1.21")
	before := contents(t, root)
	about, err := prepare(filepath.Join(root, "raft"), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if about.Module != "6.5840" || about.Package != "./raft" || len(about.Left) > 0 || len(about.Seen) != 3 {
		t.Errorf("%+v", about)
	}
	recording := filepath.Join(t.TempDir(), "recording.jsonl")
	test := exec.Command("go", "test", "-vet=off", "-overlay", about.Overlay, "-run", "^TestADivergedLeaderRejoins$", about.Package)
	test.Dir = root
	test.Env = append(os.Environ(), "RAFT_RECORDING="+recording)
	if out, err := test.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	text, err := os.ReadFile(recording)
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		var event map[string]interface{}
		if err := json.Unmarshal([]byte(line), &event); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		counts[event["e"].(string)]++
	}
	for _, kind := range []string{"header", "start", "send", "receive", "lost", "state", "persist", "apply", "connect", "disconnect", "network", "test", "fields"} {
		if counts[kind] == 0 {
			t.Errorf("no event %s: %v", kind, counts)
		}
	}
	after := contents(t, root)
	for path, text := range before {
		if after[path] != text {
			t.Errorf("%s was changed", path)
		}
	}
	if len(after) != len(before) {
		t.Errorf("the tree had %d files and has %d", len(before), len(after))
	}
}

// The sources must do with the language of the oldest edition's go.mod, and with both hosts.
func TestTheOverlayCompilesForAnOldModuleAndForWebAssembly(t *testing.T) {
	root := write(t, map[string]string{
		"go.mod":             "module 6.824\n\ngo 1.15\n",
		"labgob/labgob.go":   "",
		"labrpc/labrpc.go":   "package labrpc\n",
		"raft/persister.go":  "package raft\n\ntype Persister struct{}\n\nfunc MakePersister() *Persister { return nil }\n",
		"raft/raft.go":       "package raft\n\nimport \"6.824/labrpc\"\n\ntype Raft struct{ peers []*labrpc.ClientEnd }\n",
		"raft/raft_test.go":  "package raft\n\nimport \"testing\"\n\nfunc TestInitialElection2A(t *testing.T) { MakePersister().SaveRaftState(nil) }\n",
		"raft/applied.go":    "package raft\n\ntype ApplyMsg struct{ CommandValid bool }\n\nfunc take(applyCh chan ApplyMsg) (n int) {\n\tfor m := range applyCh {\n\t\tif m.CommandValid {\n\t\t\tn++\n\t\t}\n\t}\n\tselect {\n\tcase m, ok := <-applyCh:\n\t\t_, _ = m, ok\n\tdefault:\n\t}\n\tm := <-applyCh\n\t_ = m\n\treturn n\n}\n",
		"other/unrelated.go": "package other\n\nfunc broken( {\n",
	})
	gob, err := os.ReadFile(filepath.Join("..", "..", "labgob", "labgob.go"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "labgob", "labgob.go"), gob, 0o644); err != nil {
		t.Fatal(err)
	}
	about, err := prepare(filepath.Join(root, "raft"), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if about.Edition != "2021" || !strings.Contains(strings.Join(about.Seen, "; "), "at 3 places") {
		t.Errorf("%+v", about)
	}
	for _, target := range []string{"GOOS=wasip1 GOARCH=wasm", ""} {
		build := exec.Command("go", "test", "-c", "-vet=off", "-overlay", about.Overlay, "-o", filepath.Join(t.TempDir(), "out"), "./raft")
		build.Dir = root
		build.Env = append(os.Environ(), strings.Fields(target)...)
		if out, err := build.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", target, err, out)
		}
	}
}

func TestWrongFoldersAreRefusedInWords(t *testing.T) {
	lab := map[string]string{"go.mod": "module x\n", "raft/a_test.go": "package raft\n"}
	for _, c := range []struct {
		files  map[string]string
		folder string
		wanted string
	}{
		{lab, "nowhere", "no such folder"},
		{lab, "go.mod", "is a file"},
		{lab, ".", "has no tests"},
		{lab, "raft", "no labrpc/labrpc.go"},
		{map[string]string{"raft/a_test.go": "", "go.mod": "go 1.20\n"}, "raft", "`module NAME` is missing"},
	} {
		_, err := prepare(filepath.Join(write(t, c.files), c.folder), t.TempDir())
		if err == nil || !strings.Contains(err.Error(), c.wanted) {
			t.Errorf("%s: %v; expected: %s", c.folder, err, c.wanted)
		}
	}
	if _, err := prepare("", ""); err == nil {
		t.Error("no folder is no error")
	}
}

func TestEditionsAreToldApart(t *testing.T) {
	for _, c := range []struct {
		edition string
		files   map[string]string
	}{
		{"2026", map[string]string{"tester1/daemonclnt.go": "", "raftapi/raftapi.go": ""}},
		{"2025", map[string]string{"raftapi/raftapi.go": ""}},
		{"2024", map[string]string{"raft/test_test.go": "func TestInitialElection3A(t"}},
		{"2023", map[string]string{"raft/test_test.go": "func TestInitialElection2A(t"}},
		{"unknown", map[string]string{"raft/test_test.go": "func TestSomething(t"}},
	} {
		if got := edition(write(t, c.files), "6.5840"); got != c.edition {
			t.Errorf("%s instead of %s", got, c.edition)
		}
	}
	old := map[string]string{"raft/test_test.go": "func TestInitialElection2A(t"}
	if got := edition(write(t, old), "6.824"); got != "2021" {
		t.Errorf("%s instead of 2021", got)
	}
	old["raft/test_test.go"] += " func TestSnapshotAllCrash2D(t"
	if got := edition(write(t, old), "6.824"); got != "2022" {
		t.Errorf("%s instead of 2022", got)
	}
}

func TestReceivesArePatchedOnTheirLines(t *testing.T) {
	root := write(t, map[string]string{
		"go.mod": "module x\n",
		"kv/kv.go": "package kv\n\nfunc f() {\n\tselect {\n\tcase m := <-kv.applyCh:\n\t\tg(m)\n\t}\n\tfor range applyCh {\n\t}\n" +
			"\tapplyCh <- 1\n\tm := <-other\n\tif x, ok := <-applyCh; ok {\n\t\tg(x)\n\t}\n}\n",
	})
	o := &overlay{tree: &tree{root: root, module: "x"}, out: t.TempDir(), replace: map[string]string{}}
	if err := o.patchAll(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(o.replace[filepath.Join(root, "kv/kv.go")])
	if err != nil {
		t.Fatal(err)
	}
	wanted := "package kv; import raftwatch \"x/raftwatch\"\n\nfunc f() {\n\tselect {\n\tcase m := <-kv.applyCh: raftwatch.Apply(kv.applyCh, m);\n\t\tg(m)\n\t}\n\tfor range applyCh {\n\t}\n" +
		"\tapplyCh <- 1\n\tm := <-other\n\tif x, ok := <-applyCh; ok {\n\t\tg(x)\n\t}\n}\n"
	if string(text) != wanted {
		t.Errorf("%s", text)
	}
}

func TestOurOwnTreeNeedsNothing(t *testing.T) {
	about, err := prepare(filepath.Join("..", "..", "raft"), filepath.Join(t.TempDir(), "new"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(about.Overlay)
	if err != nil || !strings.Contains(string(text), `"Replace": {}`) || about.Package != "./raft" {
		t.Errorf("%+v %v %s", about, err, text)
	}
}
