// Command overlay prepares a build of somebody's Raft lab with a network that reports what happens inside.
//
//	go run ./cmd/overlay -tree FOLDER -out DIR
//
// It writes DIR/overlay.json, for the option -overlay of go build and go test, and the files that it names. It writes
// nothing into the tree. It prints one JSON object: what was found, and what could not be put in.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

// About is what the command prints.
type About struct {
	Module  string   `json:"module"`  // the module's path, such as 6.5840
	Root    string   `json:"root"`    // the folder of its go.mod
	Package string   `json:"package"` // the package of the tests, relative to Root, such as ./raft1
	Edition string   `json:"edition"` // the year of the lab
	Overlay string   `json:"overlay"` // the file for -overlay
	Seen    []string `json:"seen"`    // what will be reported
	Left    []string `json:"left"`    // what will not, and why
}

func main() {
	tree := flag.String("tree", "", "the folder of the lab's tests, such as ~/6.5840/src/raft1")
	out := flag.String("out", "", "the folder to write to")
	flag.Parse()
	about, err := prepare(*tree, *out)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(about); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// prepare writes the overlay of a tree.
func prepare(tree, out string) (*About, error) {
	if tree == "" || out == "" {
		return nil, errors.New("two options are needed: -tree, the folder of the lab's tests, and -out, a folder to write to")
	}
	found, err := look(tree)
	if err != nil {
		return nil, err
	}
	if out, err = filepath.Abs(out); err != nil {
		return nil, err
	}
	o := &overlay{tree: found, out: out, replace: map[string]string{}}
	puts := []func() error{o.putWatch, o.putNetwork, o.putPersister, o.putServers, o.patchAll}
	if found.module == "raftplayground" {
		puts, o.seen = nil, []string{"all: this tree has the network that reports"}
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return nil, err
	}
	for _, put := range puts {
		if err := put(); err != nil {
			return nil, err
		}
	}
	file := filepath.Join(out, "overlay.json")
	text, err := json.MarshalIndent(map[string]interface{}{"Replace": o.replace}, "", "\t")
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(file, append(text, '\n'), 0o644); err != nil {
		return nil, err
	}
	return &About{
		Module: found.module, Root: found.root, Package: found.pkg, Edition: found.edition,
		Overlay: file, Seen: append([]string{}, o.seen...), Left: append([]string{}, o.left...),
	}, nil
}
