package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// The edition of 2026 starts a process for each server. putServers has the tests start them in their own process: the functions
// that start and kill a process call ours, sockets become function calls, and each package registers what its program
// main/*d.go would start.
func (o *overlay) putServers() error {
	if o.edition != "2026" {
		return nil
	}
	sockets, err := filepath.Glob(filepath.Join(o.root, "tester1", "sockrpc", "*.go"))
	if err != nil {
		return err
	}
	for _, file := range sockets {
		o.replace[file] = ""
	}
	if err := o.putFolder("oneprocess/sockrpc", filepath.Join("tester1", "sockrpc")); err != nil {
		return err
	}
	servers, err := o.source("oneprocess/servers.go.txt")
	if err != nil {
		return err
	}
	if err := o.put(filepath.Join(o.root, "tester1", "raftwatch_servers.go"), servers); err != nil {
		return err
	}
	if err := o.patchStarts(filepath.Join(o.root, "tester1", "daemonclnt.go")); err != nil {
		return err
	}
	programs, err := filepath.Glob(filepath.Join(o.root, "main", "*d.go"))
	if err != nil {
		return err
	}
	for _, program := range programs {
		if err := o.register(program); err != nil {
			return err
		}
	}
	o.seen = append(o.seen, "the servers run in one process")
	return nil
}

// patchStarts has runDaemon and kill call our functions.
func (o *overlay) patchStarts(file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	files := token.NewFileSet()
	parsed, err := parser.ParseFile(files, file, text, 0)
	if err != nil {
		return nil // the compiler will say it better
	}
	p := &patcher{offset: func(pos token.Pos) int { return files.Position(pos).Offset }}
	for _, decl := range parsed.Decls {
		function, ok := decl.(*ast.FuncDecl)
		if !ok || function.Body == nil {
			continue
		}
		switch {
		case function.Name.Name == "runDaemon" && function.Recv == nil:
			p.add(function.Body.Lbrace+1, fmt.Sprintf(" if true { return startInProcess(%s) };", strings.Join(parameters(function), ", ")))
		case function.Name.Name == "kill" && function.Recv != nil && len(function.Recv.List[0].Names) == 1:
			p.add(function.Body.Lbrace+1, fmt.Sprintf(" if true { killInProcess(%s); return };", function.Recv.List[0].Names[0].Name))
		}
	}
	if len(p.patches) != 2 {
		return fmt.Errorf("%s: there is no function runDaemon or no method kill, so the servers cannot run in one process", file)
	}
	return o.put(file, p.apply(string(text)))
}

func parameters(function *ast.FuncDecl) (names []string) {
	for _, field := range function.Type.Params.List {
		for _, name := range field.Names {
			names = append(names, name.Name)
		}
	}
	return names
}

// register adds a file to the package whose function a program hands to tester.InitDaemon.
func (o *overlay) register(program string) error {
	parsed, err := parser.ParseFile(token.NewFileSet(), program, nil, 0)
	if err != nil {
		return nil // the compiler will say it better
	}
	pkg, function := started(parsed)
	if pkg == "" {
		return nil
	}
	for _, spec := range parsed.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil || !strings.HasPrefix(path, o.module+"/") {
			continue
		}
		folder := filepath.Join(o.root, filepath.FromSlash(strings.TrimPrefix(path, o.module+"/")))
		if packageName(folder) != pkg && (spec.Name == nil || spec.Name.Name != pkg) {
			continue
		}
		name := strings.TrimSuffix(filepath.Base(program), ".go")
		text := fmt.Sprintf("package %s\n\nimport raftwatchtester \"%s/tester1\"\n\nfunc init() { raftwatchtester.RegisterServerProgram(%q, %s) }\n",
			packageName(folder), o.module, name, function)
		return o.put(filepath.Join(folder, "raftwatch_"+name+".go"), text)
	}
	return nil
}

// started finds the package and the function in InitDaemon(…, package.Function).
func started(file *ast.File) (pkg, function string) {
	ast.Inspect(file, func(node ast.Node) bool {
		call, ok := node.(*ast.CallExpr)
		if !ok || len(call.Args) != 2 {
			return true
		}
		if name, ok := call.Fun.(*ast.SelectorExpr); !ok || name.Sel.Name != "InitDaemon" {
			return true
		}
		if start, ok := call.Args[1].(*ast.SelectorExpr); ok {
			if owner, ok := start.X.(*ast.Ident); ok {
				pkg, function = owner.Name, start.Sel.Name
			}
		}
		return true
	})
	return pkg, function
}

// packageName reads the package clause of a folder's files.
func packageName(folder string) string {
	files, _ := filepath.Glob(filepath.Join(folder, "*.go"))
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		if parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.PackageClauseOnly); err == nil {
			return parsed.Name.Name
		}
	}
	return ""
}
