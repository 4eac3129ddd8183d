package panel

import (
	"fmt"

	"loaxa/app/station"
	"loaxa/ui/theme"
)

// rungs say which step of the fallback ladder is on the air in the place of what
// is due, and why.
func rungs(s *Scene, w int) (out []Line) {
	say := func(l station.Ladder) {
		role := theme.Warn
		if l.Rung == station.RungSilence {
			role = theme.Bad
		}
		if words := s.T.Dialog.Day.Rungs[l.Rung]; words != "" {
			out = append(out, L(role, " "+Cut(fmt.Sprintf(words, s.T.Word(l.Why)), w-2)))
		}
	}
	for i := range s.Snap.Air {
		if b := &s.Snap.Air[i]; b.Phase == station.OnAir || b.Phase == station.Preparing {
			say(b.Ladder)
		}
	}
	if q := s.Snap.Plan.Silent; q != nil && s.Wall.Before(q.Until) {
		say(q.Ladder)
	}
	return out
}
