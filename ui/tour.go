package ui

import (
	"fmt"
	"slices"

	"loaxa/app/station"
	"loaxa/ui/dialog"
	"loaxa/ui/panel"
	"loaxa/ui/theme"
)

// tour is the seven steps of the sample commune. They tick themselves by what
// the station says, never by what was pressed. The zero value has not begun.
type tour struct {
	on    bool
	begun bool
	done  [7]bool
	part  [7]int // how far a step of several parts is
	entry station.EntryID
	last  station.ItemID // the newest recording when it began
	cards map[station.BoardID]uint64
	ended bool // the last word was said
}

// start begins the steps, or goes on with them.
func (t *tour) start(s *station.Snapshot) {
	t.on = true
	if t.begun {
		return
	}
	t.begun, t.last, t.cards = true, s.Mic.Last, map[station.BoardID]uint64{}
	for _, e := range s.Queue.Entries {
		t.entry = max(t.entry, e.ID)
	}
	for _, b := range s.Boards {
		t.cards[b.ID] = b.Card.Number
	}
}

// at is the step that is to be done; 7: all are.
func (t *tour) at() int {
	if i := slices.Index(t.done[:], false); i >= 0 {
		return i
	}
	return len(t.done)
}

// see takes what the station says now; log tells that the log is open.
func (t *tour) see(s *station.Snapshot, log bool) {
	if !t.on || s == nil {
		return
	}
	step := func(i int, now bool) {
		if now {
			t.done[i] = true
		}
	}
	step(0, t.played(s))
	t.spoke(s)
	t.lost(s)
	t.cut(s)
	for _, b := range s.Boards {
		step(4, b.Card.Number != t.cards[b.ID] && !b.Card.Emergency && b.Want != "" && b.Shown == b.Want && t.begun)
	}
	if s.Emergency != nil && s.Emergency.Drill {
		t.part[5] = 1
	}
	step(5, t.part[5] == 1 && slices.ContainsFunc(s.Events, func(e station.Event) bool { return e.Kind == station.EvCorrection && e.Drill }))
	step(6, log && t.at() == 6)
}

// played: something that the operator chose is on air.
func (t *tour) played(s *station.Snapshot) bool {
	return slices.ContainsFunc(s.Air, func(b station.BroadcastView) bool {
		return b.Phase == station.OnAir && (b.Class == station.Operator || b.Queue && s.Queue.Current > t.entry)
	})
}

// spoke: the microphone was open, and what was said is heard again.
func (t *tour) spoke(s *station.Snapshot) {
	switch {
	case s.Mic.Open:
		t.part[1] = max(t.part[1], 1)
	case t.part[1] >= 1 && s.Mic.Last != "" && s.Mic.Last != t.last:
		t.part[1] = 2
	}
	if t.part[1] == 2 && slices.ContainsFunc(s.Air, func(b station.BroadcastView) bool { return b.Phase == station.OnAir && b.Piece.Item == s.Mic.Last }) {
		t.done[1] = true
	}
}

// lost: a cluster was gone, and is back.
func (t *tour) lost(s *station.Snapshot) {
	gone := slices.ContainsFunc(s.Clusters, func(c station.ClusterView) bool { return c.State == station.ClusterLost })
	if gone {
		t.part[2] = 1
	}
	t.done[2] = t.done[2] || t.part[2] == 1 && !gone
}

// cut: the district was cut off, and has everything again.
func (t *tour) cut(s *station.Snapshot) {
	if s.Upstream.Configured && !s.Upstream.Up {
		t.part[3] = 1
	}
	t.done[3] = t.done[3] || t.part[3] == 1 && s.Upstream.Up && s.Upstream.Waiting < 3
}

// tourLine says the next thing to do, above the key line.
func (c *Console) tourLine() panel.Note {
	t, at := c.text.Dialog.Tour, c.guide.tour.at()
	if !c.guide.tour.on || at == len(c.guide.tour.done) {
		return panel.Note{}
	}
	words := t.Steps[at]
	if more := t.More[at]; c.guide.tour.part[at] > 0 && more != "-" {
		words = more
		if at == 1 && c.guide.tour.part[at] == 2 {
			words = t.Hear
		}
	}
	return panel.Note{R: theme.Selected, S: fmt.Sprintf(t.Line, at+1, len(c.guide.tour.done), words)}
}

// touring follows the station with the tour and says the last word.
func (c *Console) touring() {
	if !c.guide.tour.on {
		return
	}
	_, log := c.top().(*dialog.Log)
	c.guide.tour.see(c.known.snap, log)
	if c.guide.tour.at() < len(c.guide.tour.done) || c.guide.tour.ended || len(c.stack) > 0 {
		return
	}
	c.guide.tour.ended, c.guide.tour.on = true, false
	t := c.text.Dialog.Tour
	c.open(&dialog.Scroll{Title: t.Title, Foot: c.text.Dialog.Info.Scroll, Lines: func(_ *panel.Scene, w int) (out []panel.Line) {
		for _, l := range t.End {
			for _, x := range panel.Wrap(l, max(1, w-2)) {
				out = append(out, panel.L(theme.Plain, " "+x))
			}
		}
		return out
	}})
	c.keys.opened = c.opts.Now()
}
