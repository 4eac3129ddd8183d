package dialog

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"loaxa/app/station"
	"loaxa/ui/panel"
	"loaxa/ui/theme"
)

// Full is a window that takes the whole room between the honest lines and the
// key line. Its View gives exactly the area's lines.
type Full interface {
	Dialog
	// Hints are the keys that work here, the most needed first.
	Hints(s *panel.Scene) []panel.KeyHint
}

// Books gives what the station has written down.
type Books interface {
	Log(ctx context.Context, q station.LogQuery) (station.LogPage, error)
	Aired(ctx context.Context, q station.LogQuery) ([]station.Aired, error)
	Export(ctx context.Context, q station.LogQuery, progress func(done, total int64)) (path string, err error)
}

// AskKind says what a window wants to be read for it.
type AskKind uint8

// What can be asked for.
const (
	AskAired AskKind = iota + 1
	AskLog
	AskExport
	AskTrials // how the sample commune's parts are
	AskTrial  // break or mend one
	AskDry    // what the timetable will do
	AskEnrol  // a code for a machine that is to be let in
	AskMics   // the machine's microphones
	AskPaths  // files whose path begins so
	AskUnlock // whether a PIN is right
	AskCAP    // a CAP message, read from a file
	AskTables // files of tables whose path begins so
	AskSlots  // what a timetable file would change
	AskPerson // an account is made, changed or removed
)

// Ask is something that a window wants to be read.
type Ask struct {
	Kind  AskKind
	Seq   int // an answer with another number is stale
	Query station.LogQuery
	Trial Trial
	Asked
}

// Asked is what some kinds of an Ask name.
type Asked struct {
	Dry    station.DryAsk
	Invite station.Invitation
	Path   string
	Person station.AccountChange // of AskUnlock: name and PIN
}

// Told is the answer to an Ask. Err is in words, empty when all went well.
type Told struct {
	Ask
	Log    station.LogPage
	Aired  []station.Aired
	File   string // of an export
	Trials []Trial
	Dry    station.DryRun
	In     station.Unlocked
	CAP    *station.CAP
	Code   station.EnrolCode
	Paths  []string
	Slots  *station.SlotFile
	Mics   []string // as a rule names them
	Err    string
}

// Asker is a window that needs what the station has written down.
type Asker interface {
	Dialog
	// Want gives what is to be read now, nil for nothing. It is asked after
	// every message; a window asks once for each thing.
	Want(s *panel.Scene) *Ask
	// Told takes the answer.
	Told(s *panel.Scene, t Told)
}

// list is a place in a list of lines.
type list struct{ at int }

// key moves the place; false: it was no key of a list.
func (l *list) key(key string, n, page int) bool {
	switch key {
	case "up":
		l.at--
	case "down":
		l.at++
	case "pgup":
		l.at -= page
	case "pgdown":
		l.at += page
	case "home":
		l.at = 0
	case "end":
		l.at = n - 1
	default:
		return false
	}
	l.at = max(0, min(l.at, n-1))
	return true
}

// rows draws the lines around the place, as many as there is room for.
func (l *list) rows(n, room int, line func(i int) panel.Line) []panel.Line {
	l.at = max(0, min(l.at, n-1))
	from := max(0, min(l.at-room/2, n-room))
	var out []panel.Line
	for i := from; i < n && i < from+room; i++ {
		r := line(i)
		if i == l.at {
			r = r.Over(theme.Selected)
		}
		out = append(out, r)
	}
	return out
}

// fill brings a body to exactly h lines, with tail at its end.
func fill(body, tail []panel.Line, h int) []panel.Line {
	if keep := h - len(tail); len(body) > keep {
		body = body[:max(0, keep)]
	}
	for len(body)+len(tail) < h {
		body = append(body, nil)
	}
	out := append(body[:len(body):len(body)], tail...)
	return out[:max(0, min(h, len(out)))]
}

// tabLine names the tabs of a screen, the one that is open marked.
func tabLine(names []string, at int, more panel.Line) panel.Line {
	var l panel.Line
	for i, n := range names {
		l = append(l, panel.Seg{R: theme.Plain, S: " "})
		if i == at {
			l = append(l, panel.Seg{R: theme.Selected, S: " " + n + " "})
		} else {
			l = append(l, panel.Seg{R: theme.Dim, S: " " + n + " "})
		}
	}
	return append(l, more...)
}

// tabKey moves between n tabs; again is the screen's own F-key.
func tabKey(key, again string, at, n int) (int, bool) {
	switch key {
	case again, "ctrl+right", "ctrl+pgdown":
		return (at + 1) % n, true
	case "ctrl+left", "ctrl+pgup":
		return (at + n - 1) % n, true
	}
	return at, false
}

func pasted(msg tea.Msg) bool {
	_, ok := msg.(tea.PasteMsg)
	return ok
}

// Importer is a window that can take a file into the library.
type Importer interface {
	Dialog
	// Started says that an import runs; its progress is read while drawing.
	Started(pr *Progress)
	// Done says how it ended; why is empty when all went well.
	Done(s *panel.Scene, it station.Item, why string)
}

// Refusable is a window that must know when what it sent was refused.
type Refusable interface {
	Dialog
	// Refused says why, in words.
	Refused(words string)
	// Busy tells that something typed would be lost with the window.
	Busy() bool
}

// foot names every key of a screen on its lower edge: the key line below has
// no room for all of them on a narrow screen.
func foot(hints []panel.KeyHint) string {
	words := make([]string, len(hints))
	for i, h := range hints {
		words[i] = h.Key + " " + h.Word
	}
	return strings.Join(words, " · ")
}
