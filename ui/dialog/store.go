package dialog

import (
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"charm.land/bubbles/v2/textinput"

	"loaxa/app/station"
	"loaxa/ui/panel"
	"loaxa/ui/text"
	"loaxa/ui/theme"
)

// Progress is how far an import is. The import writes Done and Total, the
// screen reads them when it draws.
type Progress struct {
	Done, Total atomic.Int64 // bytes; Total 0: nobody knows
	name        string
	began       time.Duration // by the station's monotonic clock
}

// NewProgress is the progress of an import that begins now.
func NewProgress(path string, mono time.Duration) *Progress {
	return &Progress{name: filepath.Base(path), began: mono}
}

// lines are the bar, and below it the rate and what is left. The rate is that
// of all the time so far.
func (p *Progress) lines(s *panel.Scene, w int) []panel.Line {
	t := s.T.Dialog.Day.Store
	done, total := p.Done.Load(), p.Total.Load()
	l := panel.L(theme.Plain, " "+fmt.Sprintf(s.T.Dialog.Pick.Importing, panel.Cut(p.name, 24))+" ")
	if n := max(4, min(20, w-l.Width()-7)); total > 0 {
		k := int(min(done, total) * int64(n) / total)
		l = append(l, panel.Seg{R: theme.Level, S: strings.Repeat(s.Th.G.Bar[0], k)}, panel.Seg{R: theme.Dim, S: strings.Repeat(s.Th.G.Bar[1], n-k)},
			panel.Seg{R: theme.Plain, S: fmt.Sprintf(" %d%%", min(done, total)*100/total)})
	}
	more := panel.L(theme.Key, " "+t.Stop)
	if ran := (s.Mono - p.began).Seconds(); ran >= 1 && done > 0 && total > done {
		rate := float64(done) / ran
		left := time.Duration(float64(total-done) / rate * float64(time.Second)).Round(time.Second)
		more = append(panel.L(theme.Plain, " "+fmt.Sprintf(t.Rate, bytesWords(s, rate), text.Clock(left))+"  "), more...)
	}
	return []panel.Line{l, more}
}

// bytesWords says an amount of data: "1,5 MB".
func bytesWords(s *panel.Scene, n float64) string {
	for i, unit := range s.T.Dialog.Day.Store.Bytes {
		if n /= 1000; n < 1000 || i == len(s.T.Dialog.Day.Store.Bytes)-1 {
			return fmt.Sprintf(unit, s.T.Number(n, 1))
		}
	}
	return ""
}

// Loudness in words: how far the file itself is from the house's loudness. The
// station brings all of them to one loudness before they are heard.
const (
	someGain = 4.0  // dB: heard as louder or quieter
	muchGain = 10.0 // dB: twice or half as loud
)

func loudWord(s *panel.Scene, it station.Item) string {
	t := s.T.Dialog.Day.Store.Loud
	switch g := it.GainDB; {
	case math.IsNaN(g) || g > muchGain:
		return t[0]
	case g > someGain:
		return t[1]
	case g < -muchGain:
		return t[4]
	case g < -someGain:
		return t[3]
	}
	return t[2]
}

// wideItems is from where on there is room for who added an item, and when.
const wideItems = 100

// The widths of the library's columns, in cells.
const (
	kindCell, lengthCell, loudCell, byCell, whenCell = 10, 9, 10, 16, 11
)

func itemColumns(kind, length, loud, by, when string, w int) string {
	out := "  " + panel.Pad(kind, kindCell) + panel.PadLeft(length, lengthCell-1) + " "
	if w >= 60 {
		out += " " + panel.Pad(loud, loudCell-1)
	}
	if w >= wideItems {
		out += panel.Pad(by, byCell) + panel.Pad(when, whenCell)
	}
	return out
}

func itemHead(s *panel.Scene, w int) panel.Line {
	c := s.T.Dialog.Day.Store.Columns
	return panel.Spread(panel.L(theme.Dim, "  "+c[0]), panel.L(theme.Dim, itemColumns(c[1], c[2], c[3], c[4], c[5], w)), w)
}

func itemLine(s *panel.Scene, it station.Item, w int) panel.Line {
	loud := loudWord(s, it)
	if s.Cursor.Technical {
		loud = s.T.Number(it.LUFS, 1) + " LUFS"
	}
	when := ""
	if !it.At.IsZero() {
		when = it.At.Format("02/01/2006")
	}
	kind := kindWord(s, it.Kind)
	if it.Relay() {
		kind, loud = s.T.Word(station.CodecRelay), ""
	}
	right := itemColumns(kind, text.Clock(it.Length), loud, text.Name(it.AddedBy), when, w)
	return panel.Spread(titleLine("  ", it), panel.L(theme.Dim, right), w)
}

// titleLine is an item's title and what its file says of itself.
func titleLine(before string, it station.Item) panel.Line {
	l := panel.L(theme.Plain, before+it.Title)
	if it.Tags != "" {
		l = append(l, panel.Seg{R: theme.Dim, S: " · " + it.Tags})
	}
	return l
}

// folder is what stands where a path leads that is being typed.
type folder struct {
	typed   string // that was asked about; empty: nothing
	asked   bool   // and nobody was asked yet
	seq     int
	waiting bool
	paths   []string
	known   bool // paths is an answer
	why     string
}

func (f *folder) ask(typed string) { f.typed, f.asked = typed, true }

// Want implements Asker.
func (p *Pick) Want(*panel.Scene) *Ask {
	f := &p.folder
	if !f.asked || f.waiting {
		return nil
	}
	f.seq++
	f.asked, f.waiting = false, true
	return &Ask{Kind: AskPaths, Seq: f.seq, Asked: Asked{Path: f.typed}}
}

// Told implements Asker.
func (p *Pick) Told(s *panel.Scene, t Told) {
	if t.Kind == AskPaths && t.Seq == p.folder.seq {
		p.folder.take(s, &p.path, t)
	}
}

// take takes an answer: what all that begin so have in common is written on.
func (f *folder) take(s *panel.Scene, path *textinput.Model, t Told) {
	f.waiting, f.why, f.paths, f.known = false, "", t.Paths, true
	switch {
	case t.Err != "":
		f.why = s.T.Dialog.Day.Store.Unknown
	case len(t.Paths) == 0:
		f.why = s.T.Dialog.Day.Store.Nothing
	case path.Value() == f.typed: // nothing was typed since
		if all := common(t.Paths); len(all) >= len(f.typed) {
			path.SetValue(all)
			path.CursorEnd()
		}
		if len(t.Paths) == 1 && strings.HasSuffix(t.Paths[0], "/") && f.typed != t.Paths[0] {
			f.ask(t.Paths[0]) // the folder itself
		}
	}
}

// common is how all paths begin, letter by letter.
func common(paths []string) string {
	out := []rune(paths[0])
	for _, p := range paths[1:] {
		rs := []rune(p)
		n := 0
		for n < len(rs) && n < len(out) && rs[n] == out[n] {
			n++
		}
		out = out[:n]
	}
	return string(out)
}

// lines show what was found; nil: nothing was asked, and the library is empty.
func (f *folder) lines(s *panel.Scene, w, room int) (out []panel.Line) {
	t := s.T.Dialog.Day.Store
	switch {
	case !f.known && f.why == "" && len(s.Snap.Items) == 0:
		return nil
	case f.why != "":
		out = append(out, panel.L(theme.Warn, " "+panel.Cut(f.why, w-2)))
	case !f.known:
		out = append(out, panel.L(theme.Dim, " "+panel.Cut(t.Complete, w-2)))
	default:
		out = append(out, panel.L(theme.Dim, " "+fmt.Sprintf(t.Found, len(f.paths))))
	}
	for _, p := range f.paths {
		if len(out) == room {
			break
		}
		name, role := filepath.Base(p), theme.Plain
		if strings.HasSuffix(p, "/") {
			name, role = name+"/", theme.Key
		}
		out = append(out, panel.L(role, "   "+name))
	}
	for len(out) < room {
		out = append(out, nil)
	}
	return out[:room]
}
