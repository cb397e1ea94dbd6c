package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// tree is what is known of a lab's source tree.
type tree struct {
	root    string // the folder of go.mod
	module  string
	pkg     string // the tests' package, relative to root
	edition string
}

// look finds the module that a folder belongs to, and checks that it is a lab.
func look(folder string) (*tree, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(folder); err != nil {
		return nil, fmt.Errorf("%s: no such folder; give the folder of the lab's tests, such as src/raft1", folder)
	} else if !info.IsDir() {
		return nil, fmt.Errorf("%s is a file; give the folder of the lab's tests, such as src/raft1", folder)
	}
	if tests, _ := filepath.Glob(filepath.Join(folder, "*_test.go")); len(tests) == 0 {
		return nil, fmt.Errorf("%s has no tests (*_test.go); give the folder of the lab's tests, such as src/raft1", folder)
	}
	root := folder
	for !isFile(root, "go.mod") {
		up := filepath.Dir(root)
		if up == root {
			return nil, fmt.Errorf("%s: neither this folder nor one above it has a go.mod; the lab's is in src", folder)
		}
		root = up
	}
	t := &tree{root: root}
	if t.module = moduleOf(root); t.module == "" {
		return nil, fmt.Errorf("%s: a line `module NAME` is missing", filepath.Join(root, "go.mod"))
	}
	if !isFile(root, "labrpc", "labrpc.go") && !isFile(root, "labrpc", "network.go") {
		return nil, fmt.Errorf("%s: the module has no labrpc/labrpc.go, so it is not the lab of MIT 6.5840", root)
	}
	relative, err := filepath.Rel(root, folder)
	if err != nil {
		return nil, err
	}
	t.pkg = "./" + filepath.ToSlash(relative)
	t.edition = edition(root, t.module)
	return t, nil
}

func isFile(parts ...string) bool {
	info, err := os.Stat(filepath.Join(parts...))
	return err == nil && !info.IsDir()
}

func moduleOf(root string) string {
	text, _ := os.ReadFile(filepath.Join(root, "go.mod"))
	for _, line := range strings.Split(string(text), "\n") {
		if fields := strings.Fields(line); len(fields) >= 2 && fields[0] == "module" {
			return strings.Trim(fields[1], `"`)
		}
	}
	return ""
}

// edition tells the year by what changed from one to the next.
func edition(root, module string) string {
	tests := ""
	files, _ := filepath.Glob(filepath.Join(root, "raft", "*_test.go"))
	for _, file := range files {
		text, _ := os.ReadFile(file)
		tests += string(text)
	}
	switch {
	case isFile(root, "tester1", "daemonclnt.go"):
		return "2026"
	case isFile(root, "raftapi", "raftapi.go"):
		return "2025"
	case strings.Contains(tests, "func TestInitialElection3A("):
		return "2024"
	case strings.Contains(tests, "func TestInitialElection2A(") && module != "6.824":
		return "2023"
	case strings.Contains(tests, "func TestSnapshotAllCrash2D("):
		return "2022"
	case strings.Contains(tests, "func TestInitialElection2A("):
		return "2021"
	}
	return "unknown"
}
