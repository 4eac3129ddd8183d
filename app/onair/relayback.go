package onair

import (
	"slices"
	"time"

	"loaxa/app/station"
)

// leastRelay is what a relay must still have before it, to come back for it.
const leastRelay = 30 * time.Second

// Instead is a broadcast that was taken off because its relay was silent.
type Instead struct {
	Class   station.Class
	Who     string
	Title   string
	Targets station.Targets
	Pieces  []station.Piece // the relay first
	Began   time.Duration   // mono: when the relay's own first second was
}

// insteadOf keeps what a broadcast comes back by; nil: no relay is heard in it.
func (d *decision) insteadOf(b *Broadcast) *Instead {
	if !d.s.Items[b.Pieces[0].Item].Relay() {
		return nil
	}
	return &Instead{Class: b.Class, Who: b.Who, Title: b.Title, Targets: b.Targets, Pieces: slices.Clone(b.Pieces),
		Began: b.PieceAt.Mono - b.Pieces[0].From}
}

// relayBack puts a relay on the air again in the place of the music, for what is
// left of its time. Where something else has the music's place it is asked again.
func (d *decision) relayBack(id station.ItemID) {
	for _, on := range slices.Clone(d.s.Air) {
		was := on.Instead
		if was == nil || on.Relay != id || on.Phase != station.OnAir {
			continue
		}
		from := d.now.Mono - was.Began
		if d.s.Items[id].Length-from < leastRelay {
			continue
		}
		pieces := slices.Clone(was.Pieces)
		pieces[0].From = from
		d.end(on.ID, "done")
		started := d.out.Started
		d.begin(Broadcast{Class: was.Class, Who: was.Who, Title: was.Title, Targets: was.Targets, Pieces: pieces})
		d.out.Started = started // nobody asked for it now
	}
}
