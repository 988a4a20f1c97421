package main_test

// Owns: the rules of the house that a machine can check: which room may import
// which, where the outside world is let in, how long things get. Refuses:
// taste. CONTRIBUTING.md explains the rules to people, and its table of arrows
// is compared with the one below.

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

const module = "github.com/aimlchat/aimlchat"

// arrows says which of our own packages each room may import. Tests may import
// what they like. A room that is missing here may not exist.
var arrows = map[string][]string{
	"main":          {"cli"},
	"cli":           {"api", "api/aixplain", "api/anthropic", "api/catalog", "api/demo", "api/mcp", "api/openai", "api/wire", "config", "config/keys", "session", "session/archive", "themes", "ui", "ui/figures", "ui/sanitize"},
	"config":        {},
	"config/keys":   {"api", "config"},
	"themes":        {},
	"api":           {},
	"api/aixplain":  {"api", "api/wire"},
	"api/anthropic": {"api", "api/wire"},
	"api/catalog":   {"api"},

	"api/aixplain/aixplaintest":        {},                     // for tests
	"api/catalog/internal/snapshotgen": {"api", "api/catalog"}, // run by go generate alone
	"api/demo":                         {"api"},
	"api/mcp":                          {"api"},
	"api/wire":                         {"api"},
	"api/openai":                       {"api", "api/wire"},
	"session":                          {"api"},
	"session/archive":                  {"api", "session"},
	"ui":                               {"api", "session", "themes", "ui/clipboard", "ui/composer", "ui/dialog", "ui/figures", "ui/picker", "ui/sanitize", "ui/transcript"},
	"ui/clipboard":                     {"ui/sanitize"},
	"ui/composer":                      {"api", "session", "themes", "ui/figures", "ui/sanitize"},
	"ui/dialog":                        {"api", "session", "themes", "ui/figures", "ui/picker", "ui/sanitize"},
	"ui/figures":                       {},
	"ui/markdown":                      {"themes", "ui/sanitize"},
	"ui/picker":                        {"themes", "ui/figures", "ui/sanitize"},
	"ui/sanitize":                      {},
	"ui/transcript":                    {"api", "session", "themes", "ui/figures", "ui/markdown", "ui/sanitize"},
	"ui/uitest":                        {},
}

// strangers says which room may import which module of others. A room stands
// for itself; "ui/..." for ui and all below it. A module that is missing here
// is a decision that nobody has taken yet.
var strangers = map[string][]string{
	"charm.land/":                            {"ui/..."},
	"github.com/adrg/xdg":                    {"cli"},
	"github.com/agnivade/levenshtein":        {"cli", "config", "themes"},
	"github.com/alecthomas/chroma/v2":        {"ui/markdown"},
	"github.com/charmbracelet/":              {"ui/..."},
	"github.com/charmbracelet/fang":          {"cli"},
	"github.com/charmbracelet/x/exp/":        {"ui/uitest"},
	"github.com/charmbracelet/x/vt":          {"ui/uitest"},
	"github.com/gofrs/flock":                 {"session"},
	"github.com/mattn/go-runewidth":          {"cli"}, // the version that the libraries would choose by themselves has a slow init
	"github.com/modelcontextprotocol/go-sdk": {"api/mcp"},
	"github.com/oklog/ulid/v2":               {"session"},
	"github.com/pelletier/go-toml/v2":        {"config"},
	"github.com/rivo/uniseg":                 {"ui/..."},
	"github.com/sahilm/fuzzy":                {"ui/picker"},
	"github.com/spf13/":                      {"cli"},
	"github.com/yuin/goldmark":               {"session/archive", "ui/markdown"},
	"github.com/zalando/go-keyring":          {"config/keys", "cli"},
	"golang.org/x/net":                       {"api", "api/openai", "cli", "ui/sanitize", "ui/markdown"},
	"golang.org/x/sys":                       {"cli", "session"},
	"golang.org/x/term":                      {"cli"},
	"golang.org/x/text":                      {"ui/...", "api/catalog", "session"},
	"modernc.org/sqlite":                     {"session", "session/archive"},
}

// world says who may touch what comes from outside the program. Everybody else
// is handed it: the clock as `now`, the environment as options.
var world = []struct {
	what  string
	uses  []string // "package.Name" of the standard library; "package" for all of it
	rooms []string
	do    string
}{
	{
		"the environment",
		[]string{"os.Getenv", "os.LookupEnv", "os.Environ", "os.ExpandEnv", "os.Setenv", "os.UserHomeDir", "os.UserConfigDir", "os.UserCacheDir"},
		[]string{"main", "cli"},
		"let cli read it and hand it in",
	},
	{
		"the clock",
		[]string{"time.Now", "time.Since", "time.Until"},
		// The wires have deadlines of their own to keep, and the demo plays a
		// network that takes its time; nobody draws them.
		[]string{"main", "cli", "api/openai", "api/anthropic", "api/aixplain", "api/mcp", "api/demo", "api/wire"},
		"take a now (time.Time, or func() time.Time) from the caller",
	},
	{
		"files, processes, the network and chance",
		[]string{"os", "os/exec", "net", "net/http", "math/rand", "math/rand/v2", "crypto/rand"},
		[]string{"main", "cli", "config", "config/keys", "session", "api", "api/...", "ui", "ui/clipboard", "ui/uitest"},
		"a component draws what it was given; let the root of ui do it in a Cmd",
	},
}

// The measures of house rule 9.
const (
	maxFile     = 400
	maxFunction = 60
	maxMedian   = 10
	maxP90      = 35
)

// tables are files that may be longer, being data.
var tables = []string{
	"api/catalog/snapshot.go",
}

// sleepers are tests that may sleep, and why.
var sleepers = map[string]string{
	"config/keys/keys_test.go": "plays a key command that hangs",
	"ui/frames_test.go":        "sleeps on a clock of its own, see bubble",
}

func TestArrows(t *testing.T) {
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		allowed, known := arrows[s.room]
		if !known {
			t.Errorf("%s: there is no room %q. Put the file into a room that exists, or add the room to arrows in architecture_test.go and to CONTRIBUTING.md.", s.path, s.room)
			continue
		}
		for _, imp := range s.file.Imports {
			target, ours := room(importPath(imp))
			if ours && !slices.Contains(allowed, target) {
				t.Errorf("%s: %s may not import %s. It may import: %s. Move the code, declare a small interface here, or let a room above connect the two.",
					s.at(imp), s.room, target, strings.Join(allowed, ", "))
			}
		}
	}
}

func TestStrangersStayInTheirRooms(t *testing.T) {
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		for _, imp := range s.file.Imports {
			p := importPath(imp)
			if _, ours := room(p); ours || !strings.Contains(p, ".") {
				continue // ours, or the standard library
			}
			rooms, known := hosts(p)
			switch {
			case !known:
				t.Errorf("%s: nobody decided on %s yet. If it is worth its weight, name its room in strangers in architecture_test.go.", s.at(imp), p)
			case !inRooms(s.room, rooms):
				t.Errorf("%s: %s may not import %s, only %s may. Ask that room, or take what you need as a value.", s.at(imp), s.room, p, strings.Join(rooms, ", "))
			}
		}
	}
}

func TestTheWorldStaysOutside(t *testing.T) {
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		for _, w := range world {
			if inRooms(s.room, w.rooms) {
				continue
			}
			for _, use := range s.uses(w.uses) {
				t.Errorf("%s: %s may not touch %s (%s): %s.", s.at(use.node), s.room, w.what, use.name, w.do)
			}
		}
	}
}

func TestTestsNeverSleep(t *testing.T) {
	for _, s := range sources(t) {
		_, may := sleepers[s.path]
		fake := len(s.uses([]string{"testing/synctest"})) > 0 // time that passes by itself
		if may || fake || !s.test && s.room != "ui/uitest" {
			continue
		}
		for _, use := range s.uses([]string{"time.Sleep"}) {
			t.Errorf("%s: a test sleeps. Wait for what it is waiting for: a channel, a condition, a screen.", s.at(use.node))
		}
	}
}

// A pattern that is compiled before main is paid for by every start, also by
// those that never need it; thirty of them were once a quarter of the way to the
// first frame.
func TestNoPatternIsCompiledBeforeMain(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || strings.Contains(s.path, "/internal/") {
			continue
		}
		for _, decl := range s.file.Decls {
			vars, ok := decl.(*ast.GenDecl)
			if !ok {
				continue
			}
			ast.Inspect(vars, func(n ast.Node) bool {
				if _, later := n.(*ast.FuncLit); later {
					return false
				}
				if sel, ok := n.(*ast.SelectorExpr); ok && sel.Sel.Name == "MustCompile" {
					t.Errorf("%s: a pattern is compiled when the program starts. Make it an api.Pattern, or compile it once when it is needed.", s.path)
				}
				return true
			})
		}
	}
}

func TestNames(t *testing.T) {
	empty := []string{"util", "utils", "common", "helper", "helpers", "types", "misc", "base", "shared", "lib"}
	for _, s := range sources(t) {
		if name := s.file.Name.Name; slices.Contains(empty, name) {
			t.Errorf("%s: package %s is named for what it is not. Name it for what it holds.", s.path, name)
		}
	}
}

func TestFilesOpenWithWhatTheyOwn(t *testing.T) {
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		first := s.file.FileEnd
		if len(s.file.Decls) > 0 {
			first = s.file.Decls[0].Pos()
		}
		if len(s.file.Comments) == 0 || s.file.Comments[0].Pos() > first || strings.HasPrefix(s.file.Comments[0].Text(), "go:build") {
			t.Errorf("%s: the file doesn't say what it owns and what it refuses. Open it with a comment that does.", s.path)
		}
	}
}

func TestMeasures(t *testing.T) {
	var lengths []int
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		if n := s.line(s.file.FileEnd); n > maxFile && !slices.Contains(tables, s.path) {
			t.Errorf("%s: %d lines are more than %d. Part it by what it owns (or, being a table, add it to tables in architecture_test.go).", s.path, n, maxFile)
		}
		for _, f := range s.functions() {
			if f.lines > maxFunction {
				t.Errorf("%s: %s has %d lines, more than %d. Name its steps and make them functions.", s.at(f.decl), f.decl.Name.Name, f.lines, maxFunction)
			}
			lengths = append(lengths, f.lines)
		}
	}
	slices.Sort(lengths)
	median, p90 := lengths[len(lengths)/2], lengths[len(lengths)*9/10]
	t.Logf("%d functions; lines: median %d, nine in ten at most %d", len(lengths), median, p90)
	if median > maxMedian || p90 > maxP90 {
		t.Errorf("functions grow: median %d (at most %d), nine in ten at most %d (at most %d)", median, maxMedian, p90, maxP90)
	}
}

// The table of arrows in CONTRIBUTING.md is the one above.
func TestContributingShowsTheArrows(t *testing.T) {
	const begin, end = "<!-- arrows:begin -->\n", "<!-- arrows:end -->"
	var want strings.Builder
	want.WriteString("\n| room | may import |\n|---|---|\n")
	for _, r := range slices.Sorted(maps.Keys(arrows)) {
		targets := "nothing of ours"
		if len(arrows[r]) > 0 {
			targets = "`" + strings.Join(arrows[r], "` `") + "`"
		}
		want.WriteString("| `" + r + "` | " + targets + " |\n")
	}
	want.WriteString("\n")
	text, err := os.ReadFile("CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), begin)
	got, _, _ := strings.Cut(rest, end)
	if got != want.String() {
		t.Errorf("CONTRIBUTING.md shows other arrows than architecture_test.go. Between the arrows marks it should say:\n%s", want.String())
	}
}

// source is a parsed file of ours.
type source struct {
	path string // from the root, with slashes
	room string
	test bool
	fset *token.FileSet
	file *ast.File
}

func sources(t *testing.T) []source {
	t.Helper()
	all, err := parsed()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// parsed reads all of our files, once.
var parsed = sync.OnceValues(func() (all []source, err error) {
	err = filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if base := d.Name(); d.IsDir() && name != "." && (strings.HasPrefix(base, ".") || base == "testdata" || base == "dist") {
			return filepath.SkipDir
		}
		if d.IsDir() || filepath.Ext(name) != ".go" {
			return nil
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		r, _ := room(path.Join(module, path.Dir(name)))
		all = append(all, source{name, r, strings.HasSuffix(name, "_test.go"), fset, file})
		return nil
	})
	return all, err
})

func (s source) line(p token.Pos) int { return s.fset.Position(p).Line }

// at says where a node is, for a person to click on.
func (s source) at(n ast.Node) string { return s.path + ":" + strconv.Itoa(s.line(n.Pos())) }

type function struct {
	decl  *ast.FuncDecl
	lines int // of its body, braces aside
}

func (s source) functions() []function {
	var all []function
	for _, d := range s.file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Body != nil {
			all = append(all, function{f, max(1, s.line(f.Body.Rbrace)-s.line(f.Body.Lbrace)-1)})
		}
	}
	return all
}

type use struct {
	node ast.Node
	name string
}

// uses finds where a file uses any of the given names, which are
// "package.Name", or the path of a whole package.
func (s source) uses(names []string) []use {
	var found []use
	local := map[string]string{} // the name by which the file calls a package → its path
	for _, imp := range s.file.Imports {
		p := importPath(imp)
		name := path.Base(p)
		if imp.Name != nil {
			name = imp.Name.Name
		}
		local[name] = p
		if slices.Contains(names, p) {
			found = append(found, use{imp, p})
		}
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := sel.X.(*ast.Ident); ok {
			if name := local[x.Name] + "." + sel.Sel.Name; slices.Contains(names, name) {
				found = append(found, use{sel, name})
			}
		}
		return true
	})
	return found
}

func importPath(imp *ast.ImportSpec) string {
	p, _ := strconv.Unquote(imp.Path.Value) // the parser accepts nothing else
	return p
}

// room returns the room that an import path names, if it is ours.
func room(importPath string) (string, bool) {
	if importPath == module {
		return "main", true
	}
	return strings.CutPrefix(importPath, module+"/")
}

// hosts returns the rooms that may import a stranger, by its longest entry.
func hosts(importPath string) (rooms []string, known bool) {
	longest := -1
	for prefix, r := range strangers {
		if len(prefix) > longest && (importPath == prefix || strings.HasPrefix(importPath, strings.TrimSuffix(prefix, "/")+"/")) {
			rooms, longest = r, len(prefix)
		}
	}
	return rooms, longest >= 0
}

func inRooms(room string, rooms []string) bool {
	return slices.ContainsFunc(rooms, func(r string) bool {
		tree, all := strings.CutSuffix(r, "/...")
		return r == room || all && (room == tree || strings.HasPrefix(room, tree+"/"))
	})
}
