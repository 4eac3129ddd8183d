package ui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"loaxa/ui/dialog"
	"loaxa/ui/panel"
	"loaxa/ui/text"
	"loaxa/ui/theme"
)

// Binding is one act and the keys that do it. Every act of the day has an
// F-key, an arrow, Enter or a Ctrl form, because an input method may swallow
// letters; letters and signs are second ways. F1, F10 and F11, which terminals
// take, and Ctrl+S, Ctrl+B and Ctrl+P are never the only way.
type Binding struct {
	Act   string   // names the words in text.Keys
	Keys  []string // as the terminal library names them
	Shown string   // as people read them
	Group string
}

// Bindings is the one table of keys of the main screen; help, the key line and
// the printed card are made from it.
var Bindings = []Binding{
	{"emergency", []string{"f12", "ctrl+k"}, "F12, Ctrl+K", "air"},
	{"stop", []string{"ctrl+x"}, "Ctrl+X × 2", "air"},
	{"live", []string{"f4"}, "F4", "air"},
	{"play", []string{"ctrl+g"}, "Ctrl+G", "air"},
	{"skip", []string{"ctrl+f", "ctrl+right"}, "Ctrl+F, Ctrl+→", "air"},

	{"help", []string{"f1", "?", "ctrl+h"}, "F1, ?, Ctrl+H", "screens"},
	{"map", []string{"f2"}, "F2", "screens"},
	{"queue", []string{"f3"}, "F3", "screens"},
	{"board", []string{"f5"}, "F5", "screens"},
	{"log", []string{"f8"}, "F8", "screens"},
	{"faults", []string{"f9"}, "F9", "screens"},
	{"settings", []string{"f10", "ctrl+l"}, "F10, Ctrl+L", "screens"},
	{"focus", []string{"tab"}, "Tab", "screens"},
	{"focus-back", []string{"shift+tab"}, "Shift+Tab", "screens"},
	{"later", []string{"f6", "f7"}, "F6, F7", "screens"},

	{"add", []string{"ctrl+o", "insert"}, "Ctrl+O, Insert", "queue"},
	{"remove", []string{"delete", "ctrl+d"}, "Delete, Ctrl+D", "queue"},
	{"decide", []string{"ctrl+v"}, "Ctrl+V", "queue"},
	{"undo", []string{"ctrl+z"}, "Ctrl+Z", "queue"},
	{"up", []string{"ctrl+up", "ctrl+u"}, "Ctrl+↑, Ctrl+U", "queue"},
	{"down", []string{"ctrl+down", "ctrl+e"}, "Ctrl+↓, Ctrl+E", "queue"},

	{"prev", []string{"up"}, "↑", "clusters"},
	{"next", []string{"down"}, "↓", "clusters"},
	{"left", []string{"left"}, "←", "clusters"},
	{"right", []string{"right"}, "→", "clusters"},
	{"open", []string{"enter"}, "Enter", "clusters"},
	{"mark", []string{"space", "ctrl+@", "ctrl+space"}, "Space, Ctrl+Space", "clusters"},
	{"everywhere", []string{"ctrl+a"}, "Ctrl+A", "clusters"},
	{"mute", []string{"ctrl+t"}, "Ctrl+T", "clusters"},
	{"pan-left", []string{"shift+left"}, "Shift+←", "clusters"},
	{"pan-right", []string{"shift+right"}, "Shift+→", "clusters"},
	{"pan-up", []string{"shift+up"}, "Shift+↑", "clusters"},
	{"pan-down", []string{"shift+down"}, "Shift+↓", "clusters"},
	{"find", []string{"/", "ctrl+r"}, "/, Ctrl+R", "clusters"},
	{"box", []string{"end"}, "End", "clusters"},
	{"zoom-in", []string{"pgup", "+", "="}, "PgUp, +", "clusters"},
	{"zoom-out", []string{"pgdown", "-"}, "PgDn, -", "clusters"},
	{"zoom-fit", []string{"home"}, "Home", "clusters"},
	{"number", []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}, "0…9", "clusters"},

	{"command", []string{":", "ctrl+n"}, ":, Ctrl+N", "other"},
	{"technical", []string{"ctrl+y"}, "Ctrl+Y", "other"},
	{"lock", []string{"ctrl+]", "f11"}, "Ctrl+], F11", "other"},
	{"trials", []string{"ctrl+w"}, "Ctrl+W", "other"},
	{"quit", []string{"ctrl+q", "ctrl+c"}, "Ctrl+Q", "other"},
	{"back", []string{"esc"}, "Esc", "other"},
}

var groups = []string{"air", "screens", "queue", "clusters", "other"}

var actOf = func() map[string]string {
	m := map[string]string{}
	for _, b := range Bindings {
		for _, k := range b.Keys {
			m[k] = b.Act
		}
	}
	return m
}()

// keyName is how a key is named in Bindings: what it types, else what it is.
func keyName(k tea.KeyPressMsg) string {
	if k.Text != "" && k.Text != " " && k.Mod&(tea.ModCtrl|tea.ModAlt) == 0 {
		return k.Text
	}
	return k.Keystroke()
}

// Markdown is the key card in one language.
func Markdown(lang string) string {
	t := text.For(lang).Keys
	var b strings.Builder
	fmt.Fprintf(&b, "## %s\n", t.Title)
	for _, g := range groups {
		fmt.Fprintf(&b, "\n### %s\n\n| %s | %s |\n| --- | --- |\n", t.Group[g], t.Key, t.Act)
		for _, k := range Bindings {
			if k.Group == g {
				fmt.Fprintf(&b, "| %s | %s |\n", k.Shown, t.Long[k.Act])
			}
		}
	}
	fmt.Fprintf(&b, "\n%s\n", t.Note)
	return b.String()
}

// helpLines is the key card as a window shows it; want, folded, is what was
// typed to search it.
func helpLines(s *panel.Scene, w int, want string) []panel.Line {
	t := s.T.Keys
	var out []panel.Line
	for _, g := range groups {
		var rows []panel.Line
		for _, k := range Bindings {
			if k.Group == g && strings.Contains(dialog.Fold(k.Shown+" "+t.Long[k.Act]+" "+t.Group[g]), want) {
				rows = append(rows, panel.Line{{R: theme.Key, S: "  " + panel.Pad(k.Shown, 18)}, {R: theme.Plain, S: t.Long[k.Act]}})
			}
		}
		if len(rows) == 0 {
			continue
		}
		if len(out) > 0 {
			out = append(out, nil)
		}
		out = append(append(out, panel.L(theme.Title, " "+t.Group[g])), rows...)
	}
	if want != "" {
		return append(out, commandLines(s, want)...)
	}
	out = append(append(out, nil), commandLines(s, want)...)
	out = append(out, nil)
	words := []string{t.Note}
	for _, m := range s.Snap.Station.Missing {
		words = append(words, s.T.Books.Missing[m])
	}
	for _, x := range words {
		for _, l := range panel.Wrap(x, max(1, w-2)) {
			out = append(out, panel.L(theme.Dim, " "+l))
		}
	}
	return out
}

// hints are the keys of the key line: left those that work here, right the two
// that always work.
func (c *Console) hints() (left, right []panel.KeyHint) {
	t := c.text.Keys.Short
	live := panel.KeyHint{Key: "F4", Word: t["live"]}
	if c.micBroadcast() != nil {
		live.Word = t["live-stop"]
	}
	play := panel.KeyHint{Key: "Ctrl+G", Word: t["play"]}
	if c.known.snap != nil && c.known.snap.Queue.Running {
		play.Word = t["pause"]
	}
	if c.locked() {
		left = []panel.KeyHint{{Key: "0…9", Word: c.text.Dialog.People.Keys[3]}, {Key: "F1", Word: t["help"]}}
		if c.micBroadcast() != nil {
			left = append(left, live)
		}
		return left, []panel.KeyHint{{Key: "Ctrl+X×2", Word: t["stop"]}, {Key: "F12", Word: t["emergency"]}}
	}
	if f := c.full(); f != nil {
		return f.Hints(c.scene()), []panel.KeyHint{{Key: "Ctrl+X×2", Word: t["stop"]}, {Key: "F12", Word: t["emergency"]}}
	}
	left = []panel.KeyHint{{Key: "F1", Word: t["help"]}, play, live}
	if c.cur.Focus == panel.FocusQueue {
		left = append(left, panel.KeyHint{Key: "Ctrl+O", Word: t["add"]}, panel.KeyHint{Key: "Ctrl+F", Word: t["skip"]})
	} else {
		left = append(left, panel.KeyHint{Key: "F3", Word: t["queue"]}, panel.KeyHint{Key: "F5", Word: t["board"]})
	}
	left = append(left, panel.KeyHint{Key: "F9", Word: t["faults"]}, panel.KeyHint{Key: "Ctrl+Q", Word: t["quit"]})
	return left, []panel.KeyHint{{Key: "Ctrl+X×2", Word: t["stop"]}, {Key: "F12", Word: t["emergency"]}}
}

// consoleKey begins F1 to F5 on the Linux text console; A to E follow it. The
// terminal library knows these keys of xterm only and hands both over apart.
const consoleKey = "\x1b[["

// whole gives the key that a beginning and k are together.
func (c *Console) whole(k tea.KeyPressMsg) tea.KeyPressMsg {
	half := c.keys.half
	c.keys.half = false
	if n := strings.Index("ABCDE", k.Text); half && n >= 0 && k.Text != "" {
		return tea.KeyPressMsg{Code: tea.KeyF1 + rune(n)}
	}
	return k
}
