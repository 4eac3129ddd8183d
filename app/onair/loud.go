package onair

import (
	"slices"

	"loaxa/app/station"
)

// capsOK checks the caps that were typed and says whose they are.
func capsOK(r *station.Rules, old station.Rules, actor string) *station.Refusal {
	for _, p := range station.Places {
		if c := r.Caps.Of(p); c != 0 && (c < station.MinCap || c > 100) {
			return no(station.BadRule, "caps", 100)
		}
	}
	r.Caps.By = old.Caps.By
	if r.Caps != old.Caps {
		r.Caps.By = actor
	}
	return nil
}

// loud writes that a broadcast which comes on air is held to the caps of places,
// or passes them: the poles do it, the log says it.
func (d *decision) loud(b *Broadcast, ids []station.ClusterID) {
	n := 0
	for _, c := range d.s.Roster {
		if c.Near != "" && d.s.Books.Rules.Caps.Of(c.Near) > 0 && slices.Contains(ids, c.ID) {
			n++
		}
	}
	if n == 0 {
		return
	}
	e := d.about(b, station.EvLoud, station.LoudCapped)
	if b.Class.IsEmergency() {
		e.Reason = station.LoudPassed
	}
	e.Targets, e.Actor = n, d.s.Books.Rules.Caps.By
	d.note(e)
}
