package panel

import (
	"fmt"

	"loaxa/app/station"
	"loaxa/ui/theme"
)

// Undecided counts what waits for the operator's word: what came too late, but
// for what is to be played at a time already, and bulletins that clash.
func (s *Scene) Undecided() int {
	n := len(s.Snap.Clashes)
	for _, l := range s.Snap.Late {
		if l.At == 0 {
			n++
		}
	}
	return n
}

// Undecideds says how much waits for a decision, and the key that shows it.
func Undecideds(s *Scene) (out []Line) {
	if n := s.Undecided(); n > 0 {
		out = append(out, L(theme.Warn, " "+fmt.Sprintf(s.T.Late().Line, n)))
	}
	return out
}

// LateFor is the late thing that a start of a slot is; nil: it is none.
func (s *Scene) LateFor(slot station.SlotID, at int64) *station.Late {
	for i := range s.Snap.Late {
		if l := &s.Snap.Late[i]; l.Of.Slot == slot && l.Of.SlotAt == at {
			return l
		}
	}
	return nil
}
