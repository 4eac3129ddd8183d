package panel

import (
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"loaxa/app/station"
	"loaxa/ui/theme"
)

// Note is a sentence that answers the operator's last key.
type Note struct {
	R theme.Role
	S string
}

// KeyHint is one key of the key line.
type KeyHint struct{ Key, Word string }

// Foot is the lines at the bottom: meter (on a tall screen), what happened or
// the note, and the keys that work here.
func Foot(s *Scene, note Note, left, right []KeyHint, a Area) []string {
	var out []string
	if a.H >= 3 {
		meter := append(L(theme.Plain, " "), OutLine(s, 18)...)
		out = append(out, Spread(meter, missing(s, max(0, a.W-meter.Width()-3)), a.W).Paint(s.Th))
	}
	switch {
	case note.S != "":
		l := L(note.R, " "+note.S).Fit(a.W)
		if note.R == theme.Emergency || note.R == theme.Drill || note.R == theme.Live {
			l = l.Over(note.R)
		}
		out = append(out, l.Paint(s.Th))
	case a.H < 3 && len(missing(s, a.W)) > 0 && (len(s.Snap.Events) == 0 || s.Wall.Second()/5%2 == 1):
		out = append(out, append(L(theme.Plain, " "), missing(s, a.W-2)...).Fit(a.W).Paint(s.Th))
	default:
		out = append(out, events(s, a.W).Paint(s.Th))
	}
	return append(out, keyLine(s, left, right, a.W))
}

func missing(s *Scene, w int) Line {
	var words []string
	lacks := s.Snap.Station.Missing
	if s.Demo && s.Joined && !slices.Contains(lacks, "card") && !realSound(s) {
		lacks = append(slices.Clip(lacks), "demo")
	}
	for _, m := range lacks {
		sentence := s.T.Books.Missing[m]
		if sentence == "" {
			sentence = m
		}
		words = append(words, sentence)
	}
	if len(words) == 0 {
		return nil
	}
	return Line{{theme.Warn, Cut(strings.Join(words, " · "), w)}, {theme.Plain, " "}}
}

// realSound tells whether any cluster says that it has a real sound card.
func realSound(s *Scene) bool {
	return slices.ContainsFunc(s.Snap.Clusters, func(c station.ClusterView) bool { return c.Health.Output == "card" })
}

// events are the last events as sentences, newest first, as many as fit.
func events(s *Scene, w int) Line {
	l := L(theme.Plain, " ")
	if len(s.Snap.Events) == 0 {
		return append(l, Seg{theme.Dim, s.T.Foot.NoEvents}).Fit(w)
	}
	for i, e := range s.Snap.Events {
		words := s.Event(e)
		if i > 0 {
			if l.Width()+12+min(28, ansi.StringWidth(words)) > w {
				break
			}
			l = append(l, Seg{theme.Frame, " · "})
		}
		r := theme.Plain
		if i > 0 {
			r = theme.Dim
		}
		l = append(l, Seg{theme.Dim, e.At.Wall.Format("15:04:05") + " "}, Seg{r, words})
	}
	return l.Fit(w)
}

// Event is an event as a sentence, with the roster's name of who it is about.
func (s *Scene) Event(e station.Event) string {
	name := ""
	if c := s.Cluster(e.Cluster); c != nil {
		name = c.Name
	}
	return strings.ReplaceAll(s.T.Event(e, name), "\n", " / ")
}

func keyLine(s *Scene, left, right []KeyHint, w int) string {
	l, r := L(theme.Plain, " "), Line{}
	for _, k := range right {
		r = append(r, Seg{theme.Key, "  " + k.Key}, Seg{theme.Title, " " + k.Word})
	}
	r = append(r, Seg{theme.Plain, " "})
	for _, k := range fitting(left, r.Width(), w) {
		l = append(l, Seg{theme.Key, k.Key}, Seg{theme.Plain, " " + k.Word + "  "})
	}
	return Spread(l, r, w).Paint(s.Th)
}

// width is the room of a hint at the left: key, word and what stands between.
func (k KeyHint) width() int { return ansi.StringWidth(k.Key+k.Word) + 3 }

// fitting are the hints that find room beside the right ones.
func fitting(left []KeyHint, right, w int) []KeyHint {
	at := 1
	for i, k := range left {
		if at+k.width()+right > w {
			return left[:i]
		}
		at += k.width()
	}
	return left
}

// HintAt is the key at a cell of the key line; "" for none.
func HintAt(left, right []KeyHint, x, w int) string {
	room := 1
	for _, k := range right {
		room += k.width()
	}
	at := 1
	for _, k := range fitting(left, room, w) {
		if x >= at && x < at+k.width()-2 {
			return k.Key
		}
		at += k.width()
	}
	at = w - room
	for _, k := range right {
		if x >= at+2 && x < at+k.width() {
			return k.Key
		}
		at += k.width()
	}
	return ""
}
