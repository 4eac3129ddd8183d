package ui_test

import (
	"io"
	"os"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"golang.org/x/text/unicode/norm"

	"loaxa/app/station"
	"loaxa/ui"
	"loaxa/ui/uitest"
)

// reader notes the keys that a terminal's bytes are, up to Ctrl+Q.
type reader struct{ got []tea.Msg }

func (r *reader) Init() tea.Cmd  { return nil }
func (r *reader) View() tea.View { return tea.NewView("") }
func (r *reader) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	k, key := msg.(tea.KeyPressMsg)
	if key && k.Code == 'q' && k.Mod&tea.ModCtrl != 0 {
		return r, tea.Quit
	}
	if _, half := msg.(uv.UnknownCsiEvent); key || half { // of a key of the Linux text console
		r.got = append(r.got, msg)
	}
	switch msg.(type) {
	case tea.KeyReleaseMsg, tea.BlurMsg, tea.KeyboardEnhancementsMsg: // of terminals that tell them
		r.got = append(r.got, msg)
	}
	return r, nil
}

// decode reads bytes as the program reads them from its terminal. Each part
// comes by itself, as a key or an input method's commit does; a lone Esc is told
// from the beginning of a longer key by the time that passes after it.
func decode(t *testing.T, parts ...string) []tea.Msg {
	t.Helper()
	in, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _, _ = in.Close(), out.Close() }()
	r := &reader{}
	p := tea.NewProgram(r, tea.WithInput(in), tea.WithOutput(io.Discard), tea.WithoutSignals(), tea.WithoutRenderer())
	go func() {
		for _, part := range append(parts, "\x11") {
			_, _ = io.WriteString(out, part)
			if part == "\x1b" {
				time.Sleep(200 * time.Millisecond)
			}
		}
	}()
	if _, err := p.Run(); err != nil {
		t.Fatal(err)
	}
	return r.got
}

// sequences are the bytes of the keys that are no letters: those of xterm and
// its like, and those of the Linux text console where they differ.
var sequences = map[string][]string{
	"f1": {"\x1bOP", "\x1b[[A"}, "f2": {"\x1bOQ", "\x1b[[B"}, "f3": {"\x1bOR", "\x1b[[C"}, "f4": {"\x1bOS", "\x1b[[D"}, "f5": {"\x1b[15~", "\x1b[[E"},
	"f6": {"\x1b[17~"}, "f7": {"\x1b[18~"}, "f8": {"\x1b[19~"}, "f9": {"\x1b[20~"}, "f10": {"\x1b[21~"}, "f12": {"\x1b[24~"},
	"up": {"\x1b[A", "\x1bOA"}, "down": {"\x1b[B", "\x1bOB"}, "right": {"\x1b[C"}, "left": {"\x1b[D"}, "enter": {"\r"}, "tab": {"\t"}, "shift+tab": {"\x1b[Z"},
	"delete": {"\x1b[3~"}, "insert": {"\x1b[2~"}, "home": {"\x1b[H", "\x1b[1~"}, "end": {"\x1b[F", "\x1b[4~"}, "pgup": {"\x1b[5~"}, "pgdown": {"\x1b[6~"}, "ctrl+space": {"\x00"},
	"ctrl+up": {"\x1b[1;5A"}, "ctrl+down": {"\x1b[1;5B"}, "ctrl+right": {"\x1b[1;5C"},
	"shift+up": {"\x1b[1;2A"}, "shift+down": {"\x1b[1;2B"}, "shift+right": {"\x1b[1;2C"}, "shift+left": {"\x1b[1;2D"}, "ctrl+]": {"\x1d"}, "esc": {"\x1b"},
}

// bytesOf gives the bytes of a key that an input method leaves alone; nil for
// letters, digits, signs and space, which it may keep.
func bytesOf(key string) []string {
	if rest, ok := strings.CutPrefix(key, "ctrl+"); ok && len(rest) == 1 && rest[0] >= 'a' && rest[0] <= 'z' {
		return []string{string(rune(rest[0] - 'a' + 1))}
	}
	return sequences[key]
}

// TestEveryShortcutArrivesUnderAnInputMethod sends each shortcut as a terminal
// does while an input method is composing: what was pending is taken back by
// backspaces, replaced, or dropped before the key. Each key does what its name
// in the table does, and each act has one that is no letter.
func TestEveryShortcutArrivesUnderAnInputMethod(t *testing.T) {
	pending := map[string][]string{"nothing pending": nil, "Telex": {"d", "\x7fđ", "\x7f"}, "VNI": {"e", "\x7fê", "\x7fế", "\b"}, "ibus": {"ươ", "\x7f\x7f"}}
	for _, b := range ui.Bindings {
		safe := 0
		for _, key := range b.Keys {
			for _, seq := range bytesOf(key) {
				if key == "ctrl+q" {
					continue // the reader's own end
				}
				safe++
				if want, got := after(t, uitest.Key(key)), after(t, decode(t, seq)...); got != want {
					t.Errorf("%s: after %q the screen is\n%s\nafter %s\n%s", b.Act, seq, got, key, want)
				}
			}
		}
		if safe == 0 && b.Act != "number" && b.Act != "quit" {
			t.Errorf("%s hangs on %v", b.Act, b.Keys)
		}
	}
	// Whatever was pending, the key after it is not lost in it.
	want := after(t, uitest.Key("f12"), uitest.Key("down"))
	for name, before := range pending {
		if got := after(t, decode(t, append(before[:len(before):len(before)], "\x1b[24~", "\x1b[B")...)...); got != want {
			t.Errorf("%s: the emergency window is\n%s", name, got)
		}
	}
}

// after is the screen after messages.
func after(t *testing.T, msgs ...tea.Msg) (frame string) {
	t.Helper()
	drive(t, uitest.Live(), 120, 36, nil, func(_ *uitest.Desk, d *uitest.Driver) {
		for _, m := range msgs {
			d.Send(m)
		}
		frame = d.Frame()
	})
	return frame
}

// TestDayIsDoneWithoutLetters does the acts that count with bytes that no input
// method touches, in the middle of what it is composing.
func TestDayIsDoneWithoutLetters(t *testing.T) {
	ways := map[string]struct {
		snap  *station.Snapshot
		parts []string
		want  func(station.Intent) bool
	}{
		"siren": {uitest.Playing(), []string{"d", "\x7fđ", "\x1b[24~", "\x1b[B", "\x0b"}, func(in station.Intent) bool {
			e, ok := in.(station.EmergencyStart)
			return ok && !e.Drill && e.Targets.All
		}},
		"drill":          {uitest.Playing(), []string{"a", "\x7fá", "\x0b", "\x1b[A", "\x0b"}, func(in station.Intent) bool { e, ok := in.(station.EmergencyStart); return ok && e.Drill }},
		"correction":     {uitest.Emergency(false), []string{"u", "\x7fư", "\x1b[24~", "\x1b[19~"}, func(in station.Intent) bool { return in == station.EmergencyCorrect{} }},
		"live":           {uitest.Playing(), []string{"\x1bOS", "\r"}, func(in station.Intent) bool { _, ok := in.(station.LiveStart); return ok }},
		"microphone off": {uitest.Live(), []string{"o", "\x7fô", "\x1bOS"}, func(in station.Intent) bool { return in == station.LiveStop{} }},
		"stop":           {uitest.Live(), []string{"e", "\x7fê", "\x18", "\x18"}, func(in station.Intent) bool { return in == station.StopAll{} }},
		"pause":          {uitest.Playing(), []string{"\x07"}, func(in station.Intent) bool { return in == station.QueuePause{} }},
		"one cluster": {uitest.Playing(), []string{"\x12", "Bung", " Bang", "\r", "\x1b", "\x1bOS", "\r"}, func(in station.Intent) bool {
			l, ok := in.(station.LiveStart)
			return ok && len(l.Targets.Clusters) == 1 && l.Targets.Clusters[0] == uitest.ClusterID(8)
		}},
	}
	for name, w := range ways {
		keys := decode(t, w.parts...)
		drive(t, w.snap, 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
			for _, k := range keys {
				d.Send(k)
			}
			if got := desk.Asked(); len(got) != 1 || !w.want(got[0]) {
				t.Errorf("%s: %v asked for %+v", name, keys, got)
			}
		})
	}
}

// spelt is a word as it grows while an input method spells it.
var spelt = [][]string{{"d", "đ", "đu", "đuo", "đươ", "đươn", "đương", "đường"}, {" "}, {"L", "Lu", "Lũ"}, {" "}, {"E", "Ê", "Ế"}}

const composed = "đường Lũ Ế"

// methods are the ways in which a composed word reaches the terminal.
func methods() map[string][]string {
	replaced := func(erase string) (parts []string) {
		for _, word := range spelt {
			shown := ""
			for _, next := range word {
				same := 0
				old, now := []rune(shown), []rune(next)
				for same < min(len(old), len(now)) && old[same] == now[same] {
					same++
				}
				parts = append(parts, strings.Repeat(erase, len(old)-same)+string(now[same:]))
				shown = next
			}
		}
		return parts
	}
	var whole, late []string
	for _, word := range spelt {
		whole = append(whole, word[len(word)-1])
		for _, r := range norm.NFD.String(word[len(word)-1]) {
			late = append(late, string(r))
		}
	}
	return map[string][]string{
		"Telex and VNI, by backspaces": replaced("\x7f"), "by Ctrl+H": replaced("\b"), "ibus, a word at once": whole,
		"decomposed at once": {norm.NFD.String(composed)}, "marks late": late,
	}
}

// TestVietnameseArrivesComposedFromEveryMethod types into every text field of
// every window and screen, as each method sends it.
func TestVietnameseArrivesComposedFromEveryMethod(t *testing.T) {
	clear := strings.Repeat("\x7f", 60)
	fields := map[string][]string{"emergency": {"f12", "2"}, "drill": {"f12", "3"}, "live": {"f4"}, "record": {"f4", "tab"}, "card": {"f5"}, "find": {"ctrl+r"},
		"command": {"ctrl+n"}, "help": {"f1"}, "library": {"ctrl+o"}, "import": {"ctrl+o", "tab"}, "log": {"f8"}, "log-all": {"f8", "f8"},
		"slot": {"f3", "f3", "ctrl+o"}, "store": {"f3", "f3", "f3"}, "title": {"f3", "f3", "f3", "ctrl+e"}, "name": {"f10"},
		"phrase": {"f10", "down", "down", "down", "down", "down", "down"}, "zone": {"f10", "f10", "ctrl+o"}, "cluster": {"f10", "f10", "f10", "enter"}}
	erase := decode(t, clear)
	for method, parts := range methods() {
		typed := decode(t, parts...)
		for field, keys := range fields {
			drive(t, uitest.Playing(), 120, 36, nil, func(_ *uitest.Desk, d *uitest.Driver) {
				d.Press(keys...)
				for _, k := range append(erase[:len(erase):len(erase)], typed...) {
					d.Send(k)
				}
				d.Pass(time.Second)
				if f := d.Frame(); !strings.Contains(f, composed) {
					t.Errorf("%s: %s does not hold %q:\n%s", method, field, composed, f)
				}
			})
		}
		drive(t, fresh(), 80, 24, real, func(desk *uitest.Desk, d *uitest.Driver) {
			for _, k := range typed {
				d.Send(k)
			}
			d.Press("enter", "esc", "esc")
			got := desk.Asked()
			if len(got) == 0 {
				t.Fatalf("%s: the first start saved nothing", method)
			}
			if in, ok := got[len(got)-1].(station.SettingsPut); !ok || in.Rules.Name != composed {
				t.Errorf("%s: the station's name is %+v", method, got[len(got)-1])
			}
		})
	}
}
