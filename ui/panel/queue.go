package panel

import (
	"fmt"
	"slices"
	"time"

	"github.com/charmbracelet/x/ansi"

	"loaxa/app/station"
	"loaxa/ui/text"
	"loaxa/ui/theme"
)

// QueueRow is one entry of the play list, reckoned to now.
type QueueRow struct {
	Entry station.QueueEntry
	Left  time.Duration // still to be heard
	Start time.Time     // zero: nobody can say
	Cut   bool          // it was on air and was pushed off or paused
	Plays bool
}

// Rundown reckons the play list: what is left of each entry, and when the
// following ones begin if nothing comes between.
func Rundown(s *Scene) (rows []QueueRow, total time.Duration) {
	q, air := s.Snap.Queue, s.QueueAir()
	for _, e := range q.Entries {
		r := QueueRow{Entry: e, Left: max(0, e.Length-e.From)}
		if air != nil && e.ID == q.Current {
			r.Plays = air.Phase == station.OnAir && s.Link.Up
			r.Cut = air.Phase == station.Suspended || air.Phase == station.Held
			if r.Plays {
				r.Left = max(0, e.Length-s.position(air, air.Piece.From))
			}
		}
		if q.Running && s.Link.Up && (air == nil || air.Phase == station.OnAir || air.Phase == station.Preparing) {
			r.Start = s.Wall.Add(total)
		}
		total += r.Left
		rows = append(rows, r)
	}
	return rows, total
}

// position is how far into its piece a broadcast is, as heard now: what the
// meters say, else reckoned from the piece's first sample.
func (s *Scene) position(b *station.BroadcastView, from time.Duration) time.Duration {
	if s.Meters != nil {
		if m, ok := s.Meters.Position[b.ID]; ok && (m.Tag == b.Piece.Tag || b.Piece.Tag == "") {
			return m.At
		}
	}
	return from + s.Age(b.PieceAt)
}

// Queue is the play list with countdowns, and what becomes of what was
// interrupted.
func Queue(s *Scene, a Area) []string {
	t, w, rows := s.T.Queue, a.W-2, a.H-2
	list, total := Rundown(s)
	roomy := rows >= 6
	var body, tail []Line
	if l := queueFate(s); l != nil && (roomy || l[0].R == theme.Warn) {
		body = append(body, append(L(theme.Plain, " "), l...))
	}
	body = append(body, Undecideds(s)...)
	body = append(body, rungs(s, w)...)
	for i := range s.Snap.Air {
		if b := &s.Snap.Air[i]; !b.Queue && b.Class < station.Live {
			body = append(body, otherRow(s, b, w))
		}
	}
	if len(list) == 0 {
		body = append(body, L(theme.Dim, " "+t.Empty), L(theme.Key, " "+t.EmptyHow))
	} else if s.queueRuns() && (roomy || len(list) < rows-len(body)) {
		words := fmt.Sprintf(t.Until, text.Clock(total), s.Wall.Add(total).Format("15:04"))
		tail = append(tail, L(theme.Dim, " "+words))
	}
	tail = append(fixed(s, w, roomy), tail...)
	room := max(0, rows-len(body)-len(tail))
	at := slices.IndexFunc(list, func(r QueueRow) bool { return r.Entry.ID == s.Cursor.Entry })
	from, to := window(len(list), room, at)
	for _, r := range list[from:to] {
		body = append(body, queueRow(s, r, w, roomy))
	}
	if n := len(list) - to; n > 0 && room > 0 {
		body = append(body, L(theme.Dim, "   "+fmt.Sprintf(t.More, n)))
	}
	for len(body)+len(tail) < rows {
		body = append(body, nil)
	}
	foot := ""
	if s.Cursor.Focus == FocusQueue {
		foot = t.Keys
	}
	return Box(s.Th, s.Cursor.Focus == FocusQueue, "F3 "+t.Title, foot, append(body, tail...), a)
}

// fixed is the next start that keeps its second, how long until then, and
// whether the list fits before it.
func fixed(s *Scene, w int, roomy bool) (out []Line) {
	spare, next, ok := s.Spare()
	if next == nil || !s.Link.Up {
		return nil
	}
	letter := s.T.Dialog.Plan.Slot.Mode[0]
	if next.Mode == station.StartSkip {
		letter = s.T.Dialog.Plan.Slot.Mode[3]
	}
	l := Line{{theme.Key, " " + letter + " "}, {theme.Plain, next.At.Format("15:04") + " "}, {theme.Plain, next.Title}}
	out = append(out, Spread(l, L(theme.Plain, "  "+fmt.Sprintf(s.T.Queue.In, text.Clock(next.At.Sub(s.Wall)))+" "), w))
	if ok && (roomy || spare < 0) {
		out = append(out, SpareLine(s, spare, w))
	}
	return out
}

func (s *Scene) queueRuns() bool {
	air := s.QueueAir()
	return s.Snap.Queue.Running && s.Link.Up && air != nil && (air.Phase == station.OnAir || air.Phase == station.Preparing)
}

// queueFate says what becomes of the list now; nil when it simply plays.
func queueFate(s *Scene) Line {
	t, air := s.T.Queue, s.QueueAir()
	switch {
	case !s.Link.Up:
		return L(theme.Warn, s.T.Proof.NoLink)
	case len(s.Snap.Queue.Entries) == 0:
		return nil
	case air != nil && air.Phase == station.Held:
		if s.TooLate(air) {
			return L(theme.Warn, t.HeldLate)
		}
		return L(theme.Warn, t.HeldHand)
	case air != nil && air.Phase == station.Suspended && drilling(s, air.ByClass):
		return L(theme.Plain, t.AfterDrill)
	case air != nil && air.Phase == station.Suspended && air.ByClass.IsEmergency():
		return L(theme.Plain, t.AfterEmergency)
	case air != nil && air.Phase == station.Suspended && air.ByClass == station.Live:
		return L(theme.Plain, t.AfterLive)
	case air != nil && air.Phase == station.Suspended && air.ByClass == station.Scheduled:
		return L(theme.Plain, t.AfterSlot)
	case air != nil && air.Phase == station.Suspended:
		return L(theme.Plain, t.AfterOperator)
	case !s.Snap.Queue.Running:
		return L(theme.Warn, t.Stopped)
	}
	return nil
}

// drilling tells whether what is on air with a class is a drill.
func drilling(s *Scene, by station.Class) bool {
	return slices.ContainsFunc(s.Snap.Air, func(b station.BroadcastView) bool {
		return b.Drill && b.Class == by && b.Phase != station.Suspended
	})
}

// TooLate tells a broadcast that was held because it was cut too long ago from
// one that was paused by hand.
func (s *Scene) TooLate(b *station.BroadcastView) bool {
	for _, e := range s.Snap.Events {
		if e.Broadcast == b.ID && (e.Kind == station.EvHeld || e.Kind == station.EvSuspend) {
			return e.Kind == station.EvHeld
		}
	}
	return false
}

// QueueLine is one entry of the list as the list's own screen shows it.
func QueueLine(s *Scene, r QueueRow, w int) Line { return queueRow(s, r, w, true) }

func queueRow(s *Scene, r QueueRow, w int, roomy bool) Line {
	mark, role := " ", theme.Plain
	left := text.Clock(r.Left)
	switch {
	case r.Plays:
		mark, role = s.Th.G.Play, theme.Good
		left = fmt.Sprintf(s.T.Queue.Left, left)
	case r.Cut:
		mark, role = s.Th.G.Pause, theme.Warn
		left = fmt.Sprintf(s.T.Queue.Left, left)
	}
	l := Line{{role, " " + mark + " "}}
	if roomy {
		when := Pad(s.T.Queue.Next, 5)
		if !r.Start.IsZero() && !r.Plays {
			when = r.Start.Format("15:04")
		} else if r.Plays || r.Cut {
			when = s.Wall.Format("15:04")
			if air := s.QueueAir(); air != nil && !air.Since.Wall.IsZero() {
				when = air.Since.Wall.Format("15:04")
			}
		}
		l = append(l, Seg{theme.Dim, when + " "})
	}
	l = append(l, Seg{role, r.Entry.Title})
	if !r.Entry.Targets.All {
		l = append(l, Seg{theme.Key, " · " + s.Where(r.Entry.Targets, s.Meant(r.Entry.Targets), true)})
	}
	out := Spread(l, Line{{role, "  " + left + " "}}, w)
	if r.Entry.ID == s.Cursor.Entry && s.Cursor.Focus == FocusQueue {
		return out.Over(theme.Selected)
	}
	return out
}

// otherRow is a programme beside the play list: "play now" and the like.
func otherRow(s *Scene, b *station.BroadcastView, w int) Line {
	mark, role := s.Th.G.Play, theme.Good
	if b.Phase != station.OnAir || !s.Link.Up {
		mark, role = s.Th.G.Pause, theme.Warn
	}
	right := ""
	if b.Length > 0 {
		at := b.Piece.From // where it was cut
		if b.Phase == station.OnAir {
			at = s.position(b, at)
		}
		right = fmt.Sprintf(s.T.Queue.Left, text.Clock(max(0, b.Length-at))) + " "
	}
	l := Line{{role, " " + mark + " "}, {theme.Dim, s.T.Queue.Now + " "}, {role, Title(s, b)}}
	if ansi.StringWidth(right) > 0 {
		right = "  " + right
	}
	return Spread(l, L(role, right), w)
}
