package uitest

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"loaxa/app/station"
	"loaxa/ui"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Updating tells whether golden files are to be written anew.
func Updating() bool { return *update }

// Desk is a station made of a snapshot: it notes what was asked and answers
// with Answer.
type Desk struct {
	mu      sync.Mutex
	snap    *station.Snapshot
	changed chan struct{} // one slot: the newest snapshot is enough
	closed  bool
	link    ui.Link
	asked   []station.Intent
	invited []station.Invitation
	Answer  func(station.Intent) (ui.Answer, error) // nil: taken and saved
	Taken   func(ctx context.Context, path string, progress func(done, total int64)) (station.Item, error)
}

// NewDesk makes a station that shows s; s may be nil.
func NewDesk(s *station.Snapshot) *Desk {
	return &Desk{snap: s, changed: make(chan struct{}, 1), link: ui.Link{Up: true}}
}

// Show puts up a new snapshot.
func (d *Desk) Show(s *station.Snapshot) {
	d.mu.Lock()
	if d.snap != nil && s != nil { // something happened in it
		s.Rev = max(s.Rev, d.snap.Rev+1)
	}
	d.snap = s
	d.mu.Unlock()
	select {
	case d.changed <- struct{}{}:
	default:
	}
}

// Cut breaks the way to the station.
func (d *Desk) Cut(since time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.link = ui.Link{Since: since, Why: "connection refused"}
}

// Asked gives what was submitted so far.
func (d *Desk) Asked() []station.Intent {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]station.Intent(nil), d.asked...)
}

// Snapshot implements ui.Desk.
func (d *Desk) Snapshot() *station.Snapshot {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.snap
}

// Changed implements ui.Desk.
func (d *Desk) Changed() <-chan struct{} { return d.changed }

// Link implements ui.Desk.
func (d *Desk) Link() ui.Link {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.link
}

// Submit implements ui.Desk.
func (d *Desk) Submit(_ context.Context, in station.Intent) (ui.Answer, error) {
	d.mu.Lock()
	d.asked = append(d.asked, in)
	answer := d.Answer
	d.mu.Unlock()
	if answer != nil {
		return answer(in)
	}
	return ui.Answer{Seq: 1, Saved: true}, nil
}

// Meters implements ui.Meters with levels that fit the snapshot.
func (d *Desk) Meters(context.Context) (station.Meters, error) { return Levels(d.Snapshot()), nil }

// Preview implements ui.Boards.
func (d *Desk) Preview(_ context.Context, c station.Card, _ station.BoardID) (station.Strip, error) {
	return Strip(96, 32, strings.Split(c.Text, "\n")...), nil
}

// Import implements ui.Archive.
func (d *Desk) Import(ctx context.Context, path string, progress func(done, total int64)) (station.Item, error) {
	if d.Taken != nil {
		return d.Taken(ctx, path, progress)
	}
	progress(1, 1)
	return station.Item{ID: "new", Title: filepath.Base(path)}, nil
}

// Mics implements ui.Mics.
func (*Desk) Mics(context.Context) ([]string, error) {
	return []string{"card:USB Audio CODEC", "card:Built-in Audio Analog Stereo"}, nil
}

// Enrol implements ui.Door.
func (d *Desk) Enrol(_ context.Context, in station.Invitation) (station.EnrolCode, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.invited = append(d.invited, in)
	return station.EnrolCode{Code: "abcdefghjk", ID: "station2345672345672345672345672", Addr: "192.168.1.10:7443", Valid: 15 * time.Minute}, nil
}

// Invited gives what codes were opened for.
func (d *Desk) Invited() []station.Invitation {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]station.Invitation(nil), d.invited...)
}

// Options gives options that plug a desk in everywhere.
func (d *Desk) Options() ui.Options {
	return ui.Options{Desk: d, Meters: d, Archive: d, Boards: d, Books: Books{}, Machine: ui.Machine{Door: d, Mics: d}, Now: time.Now}
}

// Driver runs a model as the terminal library does, without a terminal. It
// must be made and used inside one synctest bubble.
type Driver struct {
	T     testing.TB
	Model tea.Model
	Quit  bool
	mu    sync.Mutex
	msgs  []tea.Msg
	w, h  int
}

// Drive starts a model on a screen of w by h cells.
func Drive(t testing.TB, m tea.Model, w, h int) *Driver {
	d := &Driver{T: t, Model: m}
	d.run(m.Init())
	d.Resize(w, h)
	return d
}

func (d *Driver) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	go func() {
		msg := cmd()
		d.mu.Lock()
		d.msgs = append(d.msgs, msg)
		d.mu.Unlock()
	}()
}

// Send gives the model a message and lets everything come to rest.
func (d *Driver) Send(msg tea.Msg) {
	d.settle()
	d.mu.Lock()
	d.msgs = append(d.msgs, msg)
	d.mu.Unlock()
	d.settle()
}

func (d *Driver) settle() {
	for {
		synctest.Wait()
		d.mu.Lock()
		msgs := d.msgs
		d.msgs = nil
		d.mu.Unlock()
		if len(msgs) == 0 {
			return
		}
		for _, m := range msgs {
			switch m := m.(type) {
			case nil:
			case tea.BatchMsg:
				for _, c := range m {
					d.run(c)
				}
			case tea.QuitMsg:
				d.Quit = true
			default:
				var cmd tea.Cmd
				d.Model, cmd = d.Model.Update(m)
				d.run(cmd)
			}
		}
	}
}

// Pass lets time go by.
func (d *Driver) Pass(t time.Duration) {
	step := 10 * time.Millisecond
	if t > 5*time.Second {
		step = 100 * time.Millisecond
	}
	for end := time.Now().Add(t); time.Now().Before(end); {
		time.Sleep(min(step, time.Until(end)))
		d.settle()
	}
	d.settle()
}

// Resize changes the screen.
func (d *Driver) Resize(w, h int) {
	d.w, d.h = w, h
	d.Send(tea.WindowSizeMsg{Width: w, Height: h})
}

var named = map[string]rune{"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "up": tea.KeyUp, "down": tea.KeyDown,
	"left": tea.KeyLeft, "right": tea.KeyRight, "delete": tea.KeyDelete, "insert": tea.KeyInsert, "home": tea.KeyHome, "end": tea.KeyEnd,
	"pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "backspace": tea.KeyBackspace, "space": tea.KeySpace,
	"f1": tea.KeyF1, "f2": tea.KeyF2, "f3": tea.KeyF3, "f4": tea.KeyF4, "f5": tea.KeyF5, "f6": tea.KeyF6, "f7": tea.KeyF7,
	"f8": tea.KeyF8, "f9": tea.KeyF9, "f10": tea.KeyF10, "f12": tea.KeyF12}

// Key makes the key press of a name such as "ctrl+k", "f12" or "é".
func Key(name string) tea.KeyPressMsg {
	k := tea.Key{}
	for {
		if rest, ok := strings.CutPrefix(name, "ctrl+"); ok {
			k.Mod, name = k.Mod|tea.ModCtrl, rest
		} else if rest, ok := strings.CutPrefix(name, "shift+"); ok {
			k.Mod, name = k.Mod|tea.ModShift, rest
		} else {
			break
		}
	}
	if code, ok := named[name]; ok {
		k.Code = code
		if name == "space" && k.Mod == 0 {
			k.Text = " "
		}
		return tea.KeyPressMsg(k)
	}
	k.Code, _ = utf8.DecodeRuneInString(name)
	if k.Mod == 0 {
		k.Text = name
	}
	return tea.KeyPressMsg(k)
}

// Press presses keys one after the other.
func (d *Driver) Press(keys ...string) {
	for _, k := range keys {
		d.Send(Key(k))
	}
}

// Type types a text, a rune a key, as an input method delivers it.
func (d *Driver) Type(text string) {
	for _, r := range text {
		if r == '\n' {
			d.Press("enter")
			continue
		}
		d.Send(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
}

// Colour is the frame with its colours.
func (d *Driver) Colour() string { return d.Model.View().Content }

// Frame is the frame without colours.
func (d *Driver) Frame() string { return ansi.Strip(d.Colour()) }

// Sees fails the test unless the frame holds the words.
func (d *Driver) Sees(words ...string) {
	d.T.Helper()
	f := d.Frame()
	for _, w := range words {
		if !strings.Contains(f, w) {
			d.T.Errorf("the screen does not say %q:\n%s", w, f)
		}
	}
}

// SeesNot fails the test if the frame holds the words.
func (d *Driver) SeesNot(words ...string) {
	d.T.Helper()
	f := d.Frame()
	for _, w := range words {
		if strings.Contains(f, w) {
			d.T.Errorf("the screen says %q:\n%s", w, f)
		}
	}
}

// Golden holds a text against a golden file of the test's folder; with -update
// it writes the file.
func Golden(t testing.TB, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (write it with -update)", err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got+"\n", "\n")); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", path, diff)
	}
}

// Close ends what waits on the desk; the bubble can end then.
func (d *Desk) Close() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.closed {
		d.closed = true
		close(d.changed)
	}
}
