package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

// patch is a text that is put into a file at an offset. It never has a line break: lines keep their numbers.
type patch struct {
	offset int
	text   string
}

// patchAll has the places report where services take applied entries and where the tester notes its checks.
func (o *overlay) patchAll() error {
	applies, notes := 0, 0
	err := filepath.WalkDir(o.root, func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() {
			if file != o.root && (name == "labrpc" || name == "labgob" || name == "vendor" || strings.HasPrefix(name, ".")) {
				return filepath.SkipDir
			}
			return nil
		}
		if _, replaced := o.replace[file]; replaced || !strings.HasSuffix(name, ".go") {
			return nil
		}
		a, n, err := o.patchFile(file)
		applies, notes = applies+a, notes+n
		return err
	})
	if applies > 0 {
		o.seen = append(o.seen, fmt.Sprintf("applied entries, at %d places", applies))
	} else {
		o.left = append(o.left, "applied entries are not reported: no place was found that receives from an applyCh")
	}
	if notes > 0 {
		o.seen = append(o.seen, "the tester's checks")
	}
	return err
}

func (o *overlay) patchFile(file string) (applies, notes int, err error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0, 0, err
	}
	if lower := strings.ToLower(string(text)); !strings.Contains(lower, "applych") && !strings.Contains(lower, "func annotate") {
		return 0, 0, nil
	}
	files := token.NewFileSet()
	parsed, err := parser.ParseFile(files, file, text, 0)
	if err != nil {
		return 0, 0, nil // the compiler will say it better
	}
	offset := func(pos token.Pos) int { return files.Position(pos).Offset }
	source := func(node ast.Node) string { return string(text[offset(node.Pos()):offset(node.End())]) }
	p := &patcher{offset: offset, source: source}
	ast.Inspect(parsed, p.receives)
	applies = len(p.patches)
	if strings.HasPrefix(filepath.Base(filepath.Dir(file)), "tester") {
		for _, decl := range parsed.Decls {
			p.annotation(decl)
		}
	}
	notes = len(p.patches) - applies
	if len(p.patches) == 0 {
		return 0, 0, nil
	}
	p.add(parsed.Name.End(), fmt.Sprintf("; import %s \"%s/%s\"", watchPackage, o.module, watchPackage))
	return applies, notes, o.put(file, p.apply(string(text)))
}

type patcher struct {
	offset  func(token.Pos) int
	source  func(ast.Node) string
	patches []patch
}

func (p *patcher) add(pos token.Pos, text string) {
	p.patches = append(p.patches, patch{p.offset(pos), text})
}

// apply puts the patches in, last first.
func (p *patcher) apply(text string) string {
	sort.SliceStable(p.patches, func(i, j int) bool { return p.patches[i].offset > p.patches[j].offset })
	for _, patch := range p.patches {
		text = text[:patch.offset] + patch.text + text[patch.offset:]
	}
	return text
}

// receives finds `for m := range applyCh {`, `case m := <-applyCh:` and `m := <-applyCh`.
func (p *patcher) receives(node ast.Node) bool {
	switch node := node.(type) {
	case *ast.RangeStmt:
		if name, ok := node.Key.(*ast.Ident); ok && node.Value == nil && name.Name != "_" && p.isApplyCh(node.X) {
			p.add(node.Body.Lbrace+1, p.call(node.X, name))
		}
	case *ast.CommClause:
		if channel, name := p.receive(node.Comm); name != nil {
			p.add(node.Colon+1, p.call(channel, name))
		}
		p.statements(node.Body)
	case *ast.BlockStmt:
		p.statements(node.List)
	case *ast.CaseClause:
		p.statements(node.Body)
	}
	return true
}

func (p *patcher) statements(list []ast.Stmt) {
	for _, statement := range list {
		if channel, name := p.receive(statement); name != nil {
			p.add(statement.End(), "; "+strings.TrimSuffix(strings.TrimSpace(p.call(channel, name)), ";"))
		}
	}
}

// receive takes apart `m := <-applyCh` and `m, ok := <-applyCh`.
func (p *patcher) receive(statement ast.Stmt) (ast.Expr, *ast.Ident) {
	assign, ok := statement.(*ast.AssignStmt)
	if !ok || len(assign.Rhs) != 1 {
		return nil, nil
	}
	arrow, ok := assign.Rhs[0].(*ast.UnaryExpr)
	if !ok || arrow.Op != token.ARROW || !p.isApplyCh(arrow.X) {
		return nil, nil
	}
	name, ok := assign.Lhs[0].(*ast.Ident)
	if !ok || name.Name == "_" {
		return nil, nil
	}
	return arrow.X, name
}

// isApplyCh is true for a variable or field with the name that the lab gives the channel.
func (p *patcher) isApplyCh(channel ast.Expr) bool {
	name := ""
	switch channel := channel.(type) {
	case *ast.Ident:
		name = channel.Name
	case *ast.SelectorExpr:
		name = channel.Sel.Name
	}
	return strings.Contains(strings.ToLower(name), "applych")
}

func (p *patcher) call(channel ast.Expr, message *ast.Ident) string {
	return fmt.Sprintf(" %s.Apply(%s, %s);", watchPackage, p.source(channel), message.Name)
}

// noteKinds are the tester's functions that note something, and what a recording calls it.
var noteKinds = map[string]string{
	"AnnotateCheckerBegin": "check", "AnnotateCheckerSuccess": "ok",
	"AnnotateCheckerFailure": "failed", "AnnotateCheckerNeutral": "neutral",
	"AnnotateInfo": "info", "AnnotateInfoInterval": "info",
}

// annotation has one of the tester's functions report its texts.
func (p *patcher) annotation(decl ast.Decl) {
	function, ok := decl.(*ast.FuncDecl)
	if !ok || function.Recv != nil || function.Body == nil || noteKinds[function.Name.Name] == "" {
		return
	}
	texts := ""
	for _, field := range function.Type.Params.List {
		if kind, ok := field.Type.(*ast.Ident); ok && kind.Name == "string" {
			for _, name := range field.Names {
				texts += ", " + name.Name
			}
		}
	}
	p.add(function.Body.Lbrace+1, fmt.Sprintf(" %s.Note(%q%s);", watchPackage, noteKinds[function.Name.Name], texts))
}
