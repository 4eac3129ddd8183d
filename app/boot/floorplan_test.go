package boot_test

import (
	"fmt"
	"go/ast"
	"go/build/constraint"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// module is the path in go.mod; a room is a folder below it.
const module = "loaxa"

// A room is one row of the floor plan. Folders below it belong to it, unless a
// longer row says otherwise. A room may always import itself and the standard
// library; other people's modules too, unless stdOnly.
type room struct {
	path    string
	may     []string // rooms of ours it may import, with what is below them; "*" is every room
	alone   bool     // the folder itself, without those below it
	stdOnly bool
	why     string
}

var floorPlan = []room{
	{path: "app", alone: true, may: []string{"app/boot"},
		why: "main is commands, signals and exit codes; boot builds everything else"},
	{path: "app/boot", may: []string{"*"},
		why: "the one place that sees every room, so that no room need see another"},
	{path: "app/station", stdOnly: true,
		why: "decisions are written in these words for decades; they depend on nothing that can change under them"},
	{path: "app/words", stdOnly: true,
		why: "pages, reports, boards and speech share these sentences; rooms hand it codes, never the other way round"},
	{path: "app/onair", may: []string{"app/station"},
		why: "who speaks is decided from words alone, without sound, devices, disk or network"},
	{path: "app/rundown", may: []string{"app/station"},
		why: "what is due is orders of the lowest precedence: words and a clock"},
	{path: "app/newsroom", may: []string{"app/station"},
		why: "a bulletin is words until the desk plays it"},
	{path: "app/report", may: []string{"app/station"},
		why: "a report is the log's words counted; it must not be able to change what it counts"},
	{path: "app/playout", may: []string{"app/station", "audio", "devices"},
		why: "the one room where a decision meets sound and wires"},
	{path: "app/atlas", may: []string{"app/station"},
		why: "a map file from outside becomes the station's words for a map and nothing else"},
	{path: "app/trust", may: []string{"app/station"},
		why: "keys and pins are the same for every link, so they know no link"},
	{path: "app/attach", may: []string{"app/station"},
		why: "it carries the desk's words over a socket and decides nothing"},
	{path: "app/agent", may: []string{"app/station", "audio", "devices/cluster", "store"},
		why: "the pole checks orders, plays sound and keeps what it holds; it knows one link and no other device"},
	{path: "app/upstream", may: []string{"app/station"},
		why: "a road carries signed bytes and decides nothing; who judges them is boot's to plug in"},
	{path: "app/district", may: []string{"app/station", "store"},
		why: "upstream keeps and shows; it never makes a sound"},
	{path: "audio",
		why: "sound knows no orders, zones or clusters, so it can be proved without a station"},
	{path: "devices", may: []string{"audio/frame"},
		why: "a wire carries packets; how they came to be is not its business"},
	{path: "store",
		why: "it knows order, durability and keys, not meanings"},
	{path: "ui", may: []string{"app/station"},
		why: "the screen sees snapshots and sends intents; boot plugs the rest in, so the screen can run in any process"},
}

// testKits are rooms for tests: no program may carry them.
var testKits = []string{"ui/uitest", "audio/audiotest", "devices/devicetest", "store/storetest"}

// A wall keeps one foreign module inside the rooms that own it.
type wall struct {
	module string
	only   []string // nil: nowhere
	why    string
}

var walls = []wall{
	{module: "github.com/gopxl/beep/v2/speaker",
		why: "its Init succeeds without a sound device and then plays nothing; sound goes out by audio/soundcard"},
	{module: "github.com/gopxl/beep/speaker",
		why: "its Init succeeds without a sound device and then plays nothing; sound goes out by audio/soundcard"},
	{module: "github.com/gopxl/beep", only: []string{"audio"},
		why: "decoders panic on damaged files; audio fences them in"},
	{module: "go.etcd.io/bbolt", only: []string{"store"},
		why: "one writer owns the file; everyone else asks the store"},
	{module: "charm.land", only: []string{"ui", "app/boot"},
		why: "the screen is a client; the engine runs without it"},
	{module: "github.com/charmbracelet", only: []string{"ui", "app/boot"},
		why: "the screen is a client; the engine runs without it"},
}

// A source is one Go file as the plan sees it.
type source struct {
	dir, name string // dir is slash-separated below the module, "." at its top
	text      []byte
}

func TestFloorPlan(t *testing.T) {
	files := readModule(t)
	for _, f := range files {
		for _, wrong := range check(f) {
			t.Error(wrong)
		}
	}
	// An empty walk would pass whatever stands in the files.
	for _, dir := range []string{"app/station", "app/onair", "store"} {
		if !slices.ContainsFunc(files, func(f source) bool { return f.dir == dir }) {
			t.Errorf("no Go file read in %s: the walk does not see the module", dir)
		}
	}
}

// TestFloorPlanCatches plants one violation of each kind, and what is allowed.
func TestFloorPlanCatches(t *testing.T) {
	for _, c := range []struct {
		file, text, want string
	}{
		{"ui/view.go", `package ui; import "loaxa/app/attach"`, "ui may not import loaxa/app/attach"},
		{"ui/panel/map.go", `package panel; import "loaxa/audio/frame"`, "ui may not import loaxa/audio/frame"},
		{"ui/panel/map.go", `package panel; import ("loaxa/app/station"; "loaxa/ui/theme")`, ""},
		{"audio/bus/bus.go", `package bus; import "loaxa/app/station"`, "audio may not import loaxa/app/station"},
		{"devices/fleet.go", `package devices; import "loaxa/audio/frame"`, ""},
		{"devices/fleet.go", `package devices; import "loaxa/audio/framework"`, "devices may not import"},
		{"devices/board/player/player.go", `package player; import "loaxa/audio/bus"`, "devices may not import loaxa/audio/bus"},
		{"store/mirror/wire.go", `package mirror; import "loaxa/app/station"`, "store may not import"},
		{"app/station/codec.go", `package station; import "github.com/fxamacker/cbor/v2"`, "standard library only"},
		{"app/words/vi.go", `package words; import "loaxa/app/station"`, "app/words may not import"},
		{"app/onair/desk.go", `package onair; import "loaxa/store"`, "app/onair may not import loaxa/store"},
		{"app/agent/agent.go", `package agent; import "loaxa/devices"`, "app/agent may not import loaxa/devices"},
		{"app/agent/agent.go", `package agent; import "loaxa/devices/cluster"`, ""},
		{"app/main.go", `package main; import "loaxa/app/station"`, "app may not import loaxa/app/station"},
		{"app/boot/demo.go", `package boot; import ("loaxa/ui"; "loaxa/app/attach")`, ""},
		{"app/boot/demo.go", `package boot; import "loaxa/store/storetest"`, "for tests only"},
		{"app/boot/extra/x.go", `package extra; import "loaxa"`, "is no room"},
		{"app/extra/x.go", `package extra`, "has no row"},
		{"x.go", `package loaxa`, "has no row"},
		{"audio/scratch/main.go", `package main`, "second program"},
		{"audio/source/gen.go", "//go:build ignore\n\npackage main", ""},
		{"app/onair/helper/h.go", `package helper`, "says nothing"},
		{"audio/soundcard/out.go", `package soundcard; import _ "github.com/gopxl/beep/v2/speaker"`, "plays nothing"},
		{"app/playout/crew.go", `package playout; import "github.com/gopxl/beep/v2"`, "audio fences them in"},
		{"app/district/db.go", `package district; import "go.etcd.io/bbolt"`, "asks the store"},
		{"app/attach/a.go", `package attach; import tea "charm.land/bubbletea/v2"`, "without it"},
		{"store/notes.go", `package store; import "loaxa/app/station`, "cannot be parsed"},
	} {
		got := strings.Join(check(source{path.Dir(c.file), path.Base(c.file), []byte(c.text)}), "\n")
		if c.want == "" && got != "" {
			t.Errorf("%s: %s\nis allowed, yet: %s", c.file, c.text, got)
		}
		if !strings.Contains(got, c.want) {
			t.Errorf("%s: %s\nwant %q, got %q", c.file, c.text, c.want, got)
		}
	}
}

// check gives one sentence for each way in which the file breaks the plan.
func check(f source) []string {
	where := path.Join(f.dir, f.name)
	tree, err := parser.ParseFile(token.NewFileSet(), where, f.text, parser.ImportsOnly|parser.ParseComments)
	if err != nil {
		return []string{fmt.Sprintf("%s: cannot be parsed: %v", where, err)}
	}
	if ignored(tree) {
		return nil
	}
	r, ok := roomOf(f.dir)
	if !ok {
		return []string{fmt.Sprintf("%s: folder %s has no row in the floor plan", where, f.dir)}
	}
	var wrong []string
	say := func(format string, a ...any) {
		wrong = append(wrong, where+": "+fmt.Sprintf(format, a...))
	}
	switch name := tree.Name.Name; {
	case name == "main" && f.dir != "app":
		say("a second program: everything is the one binary of app/main.go")
	case slices.Contains([]string{"manager", "helper", "util", "common", "types", "model", "base"}, name):
		say("package name %s says nothing: name it after what it owns", name)
	}
	for _, spec := range tree.Imports {
		imported, _ := strconv.Unquote(spec.Path.Value)
		if why := refuse(r, imported); why != "" {
			say("%s", why)
		}
	}
	return wrong
}

// refuse says why a room may not import a package; "" allows it.
func refuse(r room, imported string) string {
	ours, isOurs := strings.CutPrefix(imported, module+"/")
	first, _, _ := strings.Cut(imported, "/")
	switch {
	case imported == module:
		return imported + " is no room"
	case !isOurs && !strings.Contains(first, "."): // the standard library has no dot there
		return ""
	case !isOurs && r.stdOnly:
		return fmt.Sprintf("%s may not import %s: standard library only: %s", r.path, imported, r.why)
	case !isOurs:
		return refuseForeign(r, imported)
	}
	if kit := slices.IndexFunc(testKits, func(k string) bool { return below(ours, k) }); kit >= 0 && !below(r.path, testKits[kit]) {
		return fmt.Sprintf("%s may not import %s: it is for tests only", r.path, imported)
	}
	if below(ours, r.path) && !r.alone {
		return ""
	}
	for _, may := range r.may {
		if may == "*" || below(ours, may) {
			return ""
		}
	}
	return fmt.Sprintf("%s may not import %s: %s", r.path, imported, r.why)
}

func refuseForeign(r room, imported string) string {
	for _, w := range walls {
		if below(imported, w.module) && !slices.ContainsFunc(w.only, func(o string) bool { return below(r.path, o) }) {
			return fmt.Sprintf("%s may not import %s: %s", r.path, imported, w.why)
		}
	}
	return ""
}

// roomOf finds the longest row that holds the folder. A test kit is a room of
// its own below its owner's rules.
func roomOf(dir string) (room, bool) {
	var best room
	for _, r := range floorPlan {
		if (dir == r.path || below(dir, r.path) && !r.alone) && len(r.path) > len(best.path) {
			best = r
		}
	}
	if slices.Contains(testKits, dir) {
		best.may = append(slices.Clone(best.may), best.path)
		best.path = dir
	}
	return best, best.path != ""
}

// below holds for p itself and for what is in it.
func below(p, parent string) bool { return p == parent || strings.HasPrefix(p, parent+"/") }

// ignored holds for a file that no build takes, such as a generator.
func ignored(tree *ast.File) bool {
	for _, g := range tree.Comments {
		for _, c := range g.List {
			if g.Pos() < tree.Package && constraint.IsGoBuild(c.Text) && strings.TrimSpace(c.Text) == "//go:build ignore" {
				return true
			}
		}
	}
	return false
}

// readModule reads every Go file that is no test, whatever its build
// constraints: the files themselves, since the answer of a tool that lists
// them would come from the test cache after a file has changed.
func readModule(t *testing.T) []source {
	t.Helper()
	root, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			break
		}
		up := filepath.Dir(root)
		if up == root {
			t.Fatal("no go.mod above the test")
		}
		root = up
	}
	var files []source
	err = filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() {
			// What the go command leaves out of ./... is no part of the program.
			if p != root && (name == "testdata" || name == "vendor" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")) {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") {
			return nil
		}
		text, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		dir, err := filepath.Rel(root, filepath.Dir(p))
		if err != nil {
			return err
		}
		files = append(files, source{filepath.ToSlash(dir), name, text})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
