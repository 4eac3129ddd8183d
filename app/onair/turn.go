package onair

import (
	"cmp"
	"slices"
	"time"

	"loaxa/app/station"
)

// Turn is how a broadcast of class Emergency shares the air with others of its
// class: they are heard in turns, one utterance each.
type Turn struct {
	Of    station.BroadcastID // EmergencyView.ID that it reads; 0: none
	Level int                 // 1–5, noticeLevel for a correction and an all-clear
	Turns int                 // times it made room for another
	Yield bool                // it makes room now
	Cut   bool                // its present piece was cut once for another: never twice
	Keep  bool                // it comes back with its next utterance, not with its siren
	Waits time.Duration       // mono: another waits for it since; 0: none does
}

// noticeLevel: what takes an emergency back is heard before all that is read.
const noticeLevel = 6

// maxUtterance is how long an open emergency may keep another of its class from
// being heard.
const maxUtterance = 30 * time.Second

// goesFirst tells whether b, of two broadcasts of class Emergency, has the
// places that both want. Who sounds keeps them to the end of its utterance, but
// for one of a higher level that was not heard yet.
func goesFirst(b, o *Broadcast) bool {
	switch {
	case o.Flags.Opened:
		return o.Yield || b.Turns == 0 && b.Level > o.Level
	case b.Flags.Opened:
		return !b.Yield && (o.Turns != 0 || o.Level <= b.Level)
	case b.Turns != o.Turns:
		return b.Turns < o.Turns
	case b.Level != o.Level:
		return b.Level > o.Level
	}
	return b.ID > o.ID
}

// rival tells whether another emergency waits for places that b has.
func (d *decision) rival(b *Broadcast) bool {
	for i := range d.s.Air {
		o := &d.s.Air[i]
		if o.ID == b.ID || o.Class != station.Emergency || o.Flags.Opened || o.Phase == station.Held {
			continue
		}
		if d.s.places(o).meets(d.s.places(b)) {
			return true
		}
	}
	return false
}

// utteranceEnded gives the air to an emergency that waits for it.
func (d *decision) utteranceEnded(b *Broadcast, p station.Piece) {
	if b.Class != station.Emergency || p.Kind != station.FromSpeech && p.Kind != station.FromItem {
		return
	}
	b.Cut = false
	if b.Flags.Opened && len(b.Pieces) > 0 && d.rival(b) {
		d.yield(b)
	}
}

func (d *decision) yield(b *Broadcast) {
	b.Yield, b.Turns, b.Waits = true, b.Turns+1, 0
	d.note(d.about(b, station.EvTurn, ""))
}

// turnTick ends an utterance that keeps another emergency waiting too long. It
// is said anew at its next turn and is not cut then, however long it is.
func (d *decision) turnTick() {
	for i := range d.s.Air {
		b := &d.s.Air[i]
		if b.Waits > 0 && !b.Cut && d.now.Mono-b.Waits >= maxUtterance {
			b.Cut = true
			d.yield(b)
		}
	}
}

// waits notes since when each emergency on the air keeps another waiting.
func (d *decision) waits() {
	for i := range d.s.Air {
		b := &d.s.Air[i]
		if b.Class != station.Emergency {
			continue
		}
		b.Yield = false
		switch {
		case !b.Flags.Opened || !d.rival(b):
			b.Waits = 0
		case b.Waits == 0:
			b.Waits = max(d.now.Mono, 1)
		}
	}
}

// split leaves an emergency only the places that it has, and makes of the
// others a reading of its own that waits: nobody hears the second half of a
// warning alone, and nobody hears none.
func (d *decision) split(b *Broadcast, has []station.ClusterID) {
	rest := without(d.s.places(b).ids, has)
	pieces := b.Whole
	if b.Keep || b.Yield {
		pieces = b.Pieces
	}
	o := Broadcast{Class: b.Class, Who: b.Who, Title: b.Title, Targets: station.Targets{Clusters: rest},
		Pieces: slices.Clone(pieces), Flags: Flags{Drill: b.Flags.Drill}}
	whole := slices.Clone(b.Whole)
	o.Turn = Turn{Of: b.Of, Level: b.Level, Turns: b.Turns}
	b.Targets = station.Targets{Clusters: slices.Clone(has)}
	started := d.out.Started
	on := d.begin(o)
	on.Whole = whole
	of := cmp.Or(o.Of, b.ID)
	d.row(alertRecord(on.ID, station.Alert{ID: of, Of: of}))
	d.out.Started = started
}
