// Uses of generated code, as the compiler sees them: for every identifier outside generated files whose object is declared in a generated
// file (*.pb.go), the owner's type, the object's name, the place, and the programs (folders of main packages) it is part of. Usage: go run . MODULE_FOLDER
package main

import (
	"encoding/json"
	"fmt"
	"go/types"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/tools/go/packages"
)

type use struct {
	File    string   `json:"file"`
	Line    int      `json:"line"`
	Package string   `json:"package"`
	Owner   string   `json:"owner"`
	Name    string   `json:"name"`
	Mains   []string `json:"mains"`
}

func main() {
	folder, err := filepath.Abs(os.Args[1])
	if err != nil {
		panic(err)
	}
	const mode = packages.NeedName | packages.NeedFiles | packages.NeedSyntax | packages.NeedTypes | packages.NeedTypesInfo | packages.NeedImports | packages.NeedDeps
	found, err := packages.Load(&packages.Config{Mode: mode, Dir: folder, Env: append(os.Environ(), "GOFLAGS=-mod=mod", "CGO_ENABLED=0")}, "./...")
	if err != nil {
		panic(err)
	}
	out := json.NewEncoder(os.Stdout)
	seen := map[string]bool{}
	mains := mainsOf(found, folder)
	for _, p := range found {
		for _, e := range p.Errors {
			fmt.Fprintln(os.Stderr, e)
		}
		for ident, object := range p.TypesInfo.Uses {
			declared := p.Fset.Position(object.Pos())
			at := p.Fset.Position(ident.Pos())
			if !strings.HasSuffix(declared.Filename, ".pb.go") || strings.Contains(filepath.Base(at.Filename), ".pb.") {
				continue
			}
			file, err := filepath.Rel(folder, at.Filename)
			if err != nil {
				continue
			}
			one := use{File: file, Line: at.Line, Package: object.Pkg().Path(), Owner: ownerOf(object), Name: object.Name(), Mains: mains[p.PkgPath]}
			key := fmt.Sprint(one)
			if !seen[key] {
				seen[key] = true
				_ = out.Encode(one)
			}
		}
	}
}

// mainsOf tells for each package the folders of the programs that it is part of.
func mainsOf(found []*packages.Package, folder string) map[string][]string {
	mains := map[string][]string{}
	for _, p := range found {
		if p.Name != "main" || len(p.GoFiles) == 0 {
			continue
		}
		dir, err := filepath.Rel(folder, filepath.Dir(p.GoFiles[0]))
		if err != nil {
			continue
		}
		reached := map[string]bool{}
		open := []*packages.Package{p}
		for len(open) > 0 {
			next := open[len(open)-1]
			open = open[:len(open)-1]
			if reached[next.PkgPath] {
				continue
			}
			reached[next.PkgPath] = true
			mains[next.PkgPath] = append(mains[next.PkgPath], dir)
			for _, imported := range next.Imports {
				open = append(open, imported)
			}
		}
	}
	return mains
}

// ownerOf names the struct of a field (by the getter of its name) or the receiver or interface of a method.
func ownerOf(object types.Object) string {
	switch o := object.(type) {
	case *types.Func:
		if receiver := o.Type().(*types.Signature).Recv(); receiver != nil {
			return nameOf(receiver.Type())
		}
	case *types.Var:
		if o.IsField() {
			scope := o.Pkg().Scope()
			for _, name := range scope.Names() {
				declared, ok := scope.Lookup(name).(*types.TypeName)
				if !ok {
					continue
				}
				fields, ok := declared.Type().Underlying().(*types.Struct)
				for i := 0; ok && i < fields.NumFields(); i++ {
					if fields.Field(i) == o {
						return name
					}
				}
			}
		}
	}
	return ""
}

func nameOf(t types.Type) string {
	if pointer, ok := t.(*types.Pointer); ok {
		t = pointer.Elem()
	}
	if named, ok := t.(*types.Named); ok {
		return named.Obj().Name()
	}
	return ""
}
