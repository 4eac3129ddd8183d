package panel

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/charmbracelet/x/ansi"

	"loaxa/app/station"
	"loaxa/ui/text"
	"loaxa/ui/theme"
)

// Clusters lists the loudspeaker clusters, trouble first, and below them who
// may not hear and whom to ring.
func Clusters(s *Scene, a Area) []string {
	t, inner := s.T.Cluster, a.W-2
	wide := inner >= 64
	title := t.TitleShort
	if wide {
		title = fmt.Sprintf(t.Title, len(s.Snap.Clusters))
	}
	rows := a.H - 2
	tail := notSure(s, inner, rows)
	var body []Line
	if wide {
		body = append(body, columns(s, inner))
	}
	room := rows - len(body) - len(tail)
	list := s.Ordered()
	if len(list) == 0 {
		body = append(body, L(theme.Dim, " "+t.NoRoster))
	}
	from, to := window(len(list), room, slices.IndexFunc(list, func(c *station.ClusterView) bool { return c.ID == s.Cursor.Cluster }))
	for _, c := range list[from:to] {
		body = append(body, row(s, c, inner, wide))
	}
	if n := len(list) - to; n > 0 {
		body = append(body, L(theme.Dim, "  "+fmt.Sprintf(t.Below, n)+alike(s, list[to:])))
	}
	for len(body)+len(tail) < rows {
		body = append(body, nil)
	}
	foot := t.Keys
	if tg := s.Targets(); len(tg.Clusters) > 0 {
		can, meant := s.Reachable(tg)
		foot = s.Th.G.Mark + " " + fmt.Sprintf(s.T.Keys.Line.Reach, s.Where(tg, meant, true), can, meant)
	} else if !wide {
		foot = ""
	}
	return Box(s.Th, s.Cursor.Focus == FocusClusters, title, foot, append(body, tail...), a)
}

// InList is the cluster at a row of the list's panel, the frame included; ""
// for none.
func InList(s *Scene, a Area, y int) station.ClusterID {
	inner, rows, at := a.W-2, a.H-2, y-1
	head := 0
	if inner >= 64 {
		head = 1
	}
	list := s.Ordered()
	from, to := window(len(list), rows-head-len(notSure(s, inner, rows)), slices.IndexFunc(list, func(c *station.ClusterView) bool { return c.ID == s.Cursor.Cluster }))
	if i := from + at - head; at >= head && i < to {
		return list[i].ID
	}
	return ""
}

// window picks which of n rows to show in room so that at is seen; one row is
// kept for "more below" when not all fit.
func window(n, room, at int) (from, to int) {
	if n <= room || room < 1 {
		return 0, min(n, max(room, 0))
	}
	show := max(room-1, 1)
	from = min(max(at-show+1, 0), n-show)
	if from+show >= n {
		from = max(0, n-room)
		return from, n
	}
	return from, from + show
}

// alike says that all that is out of sight is in one state, if it is.
func alike(s *Scene, cs []*station.ClusterView) string {
	st := s.State(cs[0])
	for _, c := range cs {
		if s.State(c) != st {
			return ""
		}
	}
	return ", " + s.T.Books.State[st]
}

// Widths of the columns, in cells.
const (
	ageWide   = 8
	placeWide = 22
	kindWide  = 7
)

func columns(s *Scene, w int) Line {
	c := s.T.Cluster.Columns
	l := Line{{theme.Dim, "  " + PadLeft(c[0], 3) + " " + Pad(c[1], placeWide) + Pad(c[2], kindWide) + c[3]}}
	return Spread(l, Line{{theme.Dim, c[4]}}, w)
}

func row(s *Scene, c *station.ClusterView, w int, wide bool) Line {
	st := s.State(c)
	glyph, role := s.Glyph(st)
	mark := " "
	if s.Cursor.Marks[c.ID] {
		mark = s.Th.G.Mark
	}
	left := Line{{theme.Key, mark}, {role, glyph}, {theme.Plain, fmt.Sprintf("%3d ", c.Number)}}
	age := L(theme.Dim, PadLeft(reportAge(s, c), ageWide))
	name := placeWide
	if !wide {
		name = max(12, w/3)
	}
	left = append(left, Seg{theme.Plain, Pad(shortPlace(c.Name, name-1), name-1) + " "})
	if wide {
		left = append(left, Seg{theme.Dim, Pad(c.Kind, kindWide-1) + " "})
	}
	left = append(left, Proof(s, c, wide)...)
	out := Spread(left, age, w)
	if c.ID == s.Cursor.Cluster && s.Cursor.Focus != FocusQueue {
		return out.Over(theme.Selected)
	}
	return out
}

// shortPlace leaves out the first word, "Thôn" or "Làng", of a name that does
// not fit: the second half is what tells places apart.
func shortPlace(name string, w int) string {
	if ansi.StringWidth(name) <= w {
		return name
	}
	for _, kind := range []string{"Làng ", "Thôn "} {
		if rest, ok := strings.CutPrefix(name, kind); ok && rest != "" && !unicode.IsDigit([]rune(rest)[0]) {
			return rest
		}
	}
	return name
}

func reportAge(s *Scene, c *station.ClusterView) string {
	if c.Report == (station.Stamp{}) {
		return "–"
	}
	return s.T.Short(s.Age(c.Report))
}

// Proof says in words what is known of the cluster's sound, with its level
// when it plays.
func Proof(s *Scene, c *station.ClusterView, wide bool) Line {
	p := s.T.Proof
	st := s.State(c)
	_, role := s.Glyph(st)
	switch {
	case !s.Link.Up && wide:
		return L(role, p.NoLink)
	case !s.Link.Up:
		return L(role, s.T.Books.State[station.ClusterUnknown])
	}
	switch st {
	case station.ClusterLost:
		if !wide && c.Why != "" {
			return L(role, fmt.Sprintf(p.Short[1], s.T.Word(c.Why)))
		}
		out := fmt.Sprintf(p.Lost, s.T.Age(s.Age(c.Since)))
		if c.Why != "" {
			out += " · " + s.T.Word(c.Why)
		}
		return L(role, out)
	case station.ClusterUnknown:
		if c.Why == station.WhySent {
			return L(role, s.T.Word(map[bool]string{true: station.WhySent, false: station.WhySent + "-short"}[wide]))
		}
		if !wide {
			return L(role, p.Short[0])
		}
		if c.Report == (station.Stamp{}) && !oneWay(c) {
			return L(role, p.NoReport)
		}
		return L(role, p.Unknown)
	case station.ClusterMuted:
		return L(role, p.Muted)
	case station.ClusterIdle:
		if c.Why == "ordered" {
			return L(role, p.Ordered)
		}
		return L(role, p.Idle)
	case station.ClusterShaky:
		return L(role, shaky(s, c, wide))
	default:
		return playing(s, c, wide)
	}
}

// oneWay tells the lines that can never answer.
func oneWay(c *station.ClusterView) bool { return c.ID.SentOnly() || strings.HasPrefix(c.Kind, "FM") }

func shaky(s *Scene, c *station.ClusterView, wide bool) string {
	p := s.T.Proof
	switch {
	case c.Why == "no-card":
		return p.VirtualFalse
	case c.State == station.ClusterPlaying && c.Health.Output == "virtual" && !s.Demo && s.Age(c.Proof) <= station.ProofLife:
		return p.VirtualFalse
	case c.Proof == (station.Stamp{}):
		return p.Ordered
	case s.Age(c.Proof) > station.ProofLife && !wide:
		return p.Short[3]
	case s.Age(c.Proof) > station.ProofLife:
		return fmt.Sprintf(p.Stale, s.T.Short(s.Age(c.Proof)))
	case c.Missed >= time.Second && !wide:
		return fmt.Sprintf(p.Short[2], int(c.Missed.Seconds()))
	case c.Missed >= time.Second:
		return fmt.Sprintf(p.Missed, int(c.Missed.Seconds()))
	case c.Why != "":
		return s.T.Books.State[station.ClusterShaky] + " · " + s.T.Word(c.Why)
	case c.Health.Why != "":
		return s.T.Books.State[station.ClusterShaky] + " · " + s.T.Word(c.Health.Why)
	}
	return s.T.Books.State[station.ClusterShaky]
}

func playing(s *Scene, c *station.ClusterView, wide bool) Line {
	words := s.T.Proof.Playing
	switch {
	case c.Health.Output == "wav" || c.Health.Output == "fifo":
		words = s.T.Proof.File
	case c.Health.Sense.Ear && wide:
		words = s.T.Proof.Sounds[1]
	case c.Health.Sense.Sounds() && wide:
		words = s.T.Proof.Sounds[0]
	case c.Health.Output == "virtual" && wide:
		words = s.T.Proof.Virtual
	}
	level := c.Health.Level
	if s.Meters != nil {
		if l, ok := s.Meters.Clusters[c.ID]; ok {
			level = l
		}
	}
	cells := 5
	if wide {
		cells = 8
	}
	return append(Line{{theme.Good, words + " "}}, Bar(s.Th, level, cells)...)
}

// notSure lists who may not hear and their hamlet heads, in at most half of
// the rows.
func notSure(s *Scene, w, rows int) []Line {
	cs := s.NotSure()
	if len(cs) == 0 || rows < 6 || !s.Joined {
		return nil
	}
	t := s.T.Cluster
	head := t.NotSure
	if w < 64 {
		head = t.NotSureShort
	}
	out := []Line{nil, {{theme.Warn, " " + head + " "}, {theme.Plain, Names(cs, max(1, w-len([]rune(head))-3))}}}
	limit := 1
	if rows >= 16 {
		limit = 3
	}
	for _, c := range cs {
		if c.Phone == "" || limit == 0 {
			continue
		}
		limit--
		head := c.Head
		if w < 64 {
			head = text.Name(head)
		}
		call := fmt.Sprintf(t.Call, c.Name, head, c.Phone)
		if s.Demo {
			call += " " + t.Sample
		}
		out = append(out, L(theme.Plain, "   "+call))
	}
	return out
}
