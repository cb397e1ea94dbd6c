package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strings"

	playground "raftplayground"
)

// overlay collects the files that a build sees in place of those of the tree, or in addition to them.
type overlay struct {
	*tree
	out     string
	replace map[string]string // path in the tree -> file to read instead; "" for a file that is left out
	seen    []string
	left    []string
}

const watchPackage = "raftwatch"

// put writes the content that stands at a path of the tree.
func (o *overlay) put(inTree, content string) error {
	relative, err := filepath.Rel(o.root, inTree)
	if err != nil {
		return err
	}
	file := filepath.Join(o.out, "files", relative)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
		return err
	}
	o.replace[inTree] = file
	return nil
}

// source returns one of our files with the import paths of the tree.
func (o *overlay) source(name string) (string, error) {
	text, err := playground.Sources.ReadFile(name)
	if err != nil {
		return "", err
	}
	imports := strings.NewReplacer(
		`"raftplayground/watch"`, fmt.Sprintf(`watch "%s/%s"`, o.module, watchPackage),
		`"raftplayground/labgob"`, fmt.Sprintf(`"%s/labgob"`, o.module),
		`"raftplayground/labrpc"`, fmt.Sprintf(`"%s/labrpc"`, o.module),
		`"raftplayground/oneprocess/sockrpc"`, fmt.Sprintf(`"%s/tester1/sockrpc"`, o.module),
	)
	return imports.Replace(string(text)), nil
}

// putFolder puts all sources of one of our packages into a folder of the tree.
func (o *overlay) putFolder(ours, theirs string) error {
	entries, err := playground.Sources.ReadDir(ours)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if strings.HasSuffix(entry.Name(), "_test.go") {
			continue
		}
		text, err := o.source(path.Join(ours, entry.Name()))
		if err != nil {
			return err
		}
		if err := o.put(filepath.Join(o.root, theirs, entry.Name()), text); err != nil {
			return err
		}
	}
	return nil
}

func (o *overlay) putWatch() error { return o.putFolder("watch", watchPackage) }

// putNetwork replaces labrpc.
func (o *overlay) putNetwork() error {
	files, err := filepath.Glob(filepath.Join(o.root, "labrpc", "*.go"))
	if err != nil {
		return err
	}
	for _, file := range files {
		if !strings.HasSuffix(file, "_test.go") {
			o.replace[file] = ""
		}
	}
	o.seen = append(o.seen, "RPCs, losses and their causes, crashes, restarts, cuts, and each server's state")
	return o.putFolder("labrpc", "labrpc")
}

// persisterNames are what our Persister's file declares.
var persisterNames = map[string]bool{
	"Persister": true, "MakePersister": true, "clone": true, "Copy": true, "Checkpoint": true,
	"Save": true, "SaveRaftState": true, "SaveStateAndSnapshot": true,
	"ReadRaftState": true, "ReadSnapshot": true, "RaftStateSize": true, "SnapshotSize": true,
}

// putPersister replaces the file that declares the type Persister, unless it declares what ours does not.
func (o *overlay) putPersister() error {
	file := ""
	for _, folder := range []string{"tester1", "tester", "raft", "raft1"} {
		if candidate := filepath.Join(o.root, folder, "persister.go"); file == "" && isFile(candidate) {
			file = candidate
		}
	}
	if file == "" {
		o.left = append(o.left, "saved states are not reported: no file persister.go in tester1 or raft")
		return nil
	}
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		return nil // the compiler will say it better
	}
	if more := declaredBeside(parsed, persisterNames); len(more) > 0 {
		o.left = append(o.left, fmt.Sprintf("saved states are not reported: %s declares %s, which ours does not", file, strings.Join(more, ", ")))
		return nil
	}
	text, err := o.source("tester/persister.go")
	if err != nil {
		return err
	}
	o.seen = append(o.seen, "saved states")
	return o.put(file, strings.Replace(text, "\npackage tester\n", "\npackage "+parsed.Name.Name+"\n", 1))
}

// declaredBeside lists what a file declares at its top level and these names do not have.
func declaredBeside(file *ast.File, names map[string]bool) (more []string) {
	note := func(name string) {
		if !names[name] {
			more = append(more, name)
		}
	}
	for _, decl := range file.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			note(decl.Name.Name)
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					note(spec.Name.Name)
				case *ast.ValueSpec:
					for _, name := range spec.Names {
						note(name.Name)
					}
				}
			}
		}
	}
	sort.Strings(more)
	return more
}
