package onair

import (
	"slices"
	"strings"
	"time"

	"loaxa/app/station"
)

// Bounds of what stands in for a slot that cannot be heard.
const (
	maxFiller     = 20
	leastFiller   = 30 * time.Second
	unknownLength = 5 * time.Minute // of a slot whose items are gone
)

// silentKey is the alarm over silence in which something is due.
const silentKey = "silent"

// soundAgain ends the silence: something is heard, or nothing is due any more.
func (d *decision) soundAgain() {
	d.s.Plan.Silent = nil
	d.mended(silentKey)
}

// fallback airs music in the place of a slot of which nothing can be played:
// the rung below what is due.
func (d *decision) fallback(sl station.Slot, to station.Targets, title, why string) {
	want := time.Duration(0)
	for _, id := range sl.Items {
		want += d.s.Items[id].Length
	}
	d.filler(want, sl.Items, to, title, why)
}

// filler airs approved music instead of items. Without any there is silence, and
// the fault that was raised says so. It ranks as a bed: whatever is due takes
// the air from it. nil: there is none.
func (d *decision) filler(want time.Duration, not []station.ItemID, to station.Targets, title, why string) *Broadcast {
	if want == 0 {
		want = unknownLength
	}
	music := d.music(not)
	if len(music) == 0 || want < leastFiller || len(to.Match(d.s.Roster)) == 0 {
		d.note(station.Event{Kind: station.EvFallback, Title: title, Reason: string(station.RungSilence)})
		d.s.Plan.Silent = &station.SilentView{Title: title, Until: d.now.Wall.Add(want), Ladder: station.Ladder{Rung: station.RungSilence, Why: why}}
		d.fault(silentKey, station.EvDeadAir, "", title, string(station.RungSilence))
		return nil
	}
	b := Broadcast{Class: station.Bed, Who: "station", Title: firstLine(strings.ReplaceAll(d.s.Settings.Say.Filler, "{title}", title)), Targets: to}
	b.Ladder = station.Ladder{Rung: station.RungFiller, Why: why}
	for i := 0; want > 0 && i < maxFiller; i++ {
		it := music[i%len(music)]
		b.Pieces = append(b.Pieces, d.pieceOf(it, ""))
		want -= it.Length
	}
	started := d.out.Started
	on := d.begin(b)
	d.out.Started = started
	d.note(d.about(on, station.EvFallback, string(station.RungFiller)))
	return on
}

// music is what may stand in for other items.
func (d *decision) music(not []station.ItemID) (music []station.Item) {
	for _, it := range d.s.Items {
		if it.Kind == station.KindMusic && !it.Relay() && it.Length > 0 && !slices.Contains(not, it.ID) {
			music = append(music, it)
		}
	}
	slices.SortFunc(music, func(a, b station.Item) int { return strings.Compare(string(a.ID), string(b.ID)) })
	return music
}

// fall takes a broadcast whose sound is dead one step down the ladder: the same
// from the poles' store, approved music, silence. Words of people and of
// emergencies have nothing that could stand in for them.
func (d *decision) fall(b *Broadcast, why string) {
	if b.Class >= station.Live || len(b.Pieces) == 0 || b.Pieces[0].Kind != station.FromItem {
		return
	}
	b.Mute, b.Quiet = 0, 0 // the next step has its own time to be heard
	relay := d.s.Items[b.Pieces[0].Item].Relay()
	switch {
	case relay && b.Rung == "": // no pole holds it, and it connects again by itself
		b.Ladder = station.Ladder{Rung: station.RungSilence, Why: why}
		d.note(d.about(b, station.EvFallback, string(station.RungSilence)))
	case relay && !b.Flags.Queue && len(d.music(nil)) > 0: // without music it goes on, and comes back by itself
		d.standIn(b, why)
	case b.Rung == "":
		b.Ladder = station.Ladder{Rung: station.RungStore, Why: why}
		d.note(d.about(b, station.EvFallback, string(station.RungStore)))
		d.cue(station.CueStore{Broadcast: b.ID})
	case b.Rung == station.RungSilence:
	case b.Flags.Queue && len(d.s.Queue) > 1: // the next of the list stands in for it
		b.Ladder = station.Ladder{Rung: station.RungFiller, Why: why}
		d.note(d.about(b, station.EvFallback, string(station.RungFiller)))
		d.cue(station.CueSkip{Broadcast: b.ID})
	case b.Rung == station.RungStore && !b.Flags.Queue:
		d.standIn(b, why)
	default:
		b.Ladder = station.Ladder{Rung: station.RungSilence, Why: why}
		d.note(d.about(b, station.EvFallback, string(station.RungSilence)))
	}
}

// standIn ends a broadcast that cannot be heard, with music for what is left.
func (d *decision) standIn(b *Broadcast, why string) {
	want, not := time.Duration(0), []station.ItemID(nil)
	for i, p := range b.Pieces {
		not = append(not, p.Item)
		if want += d.s.Items[p.Item].Length; i == 0 {
			want -= b.Pieces[0].From + d.now.Mono - b.PieceAt.Mono
		}
	}
	to, title, back := b.Targets, b.Title, d.insteadOf(b)
	d.end(b.ID, why)
	if on := d.filler(max(want, leastFiller), not, to, title, why); on != nil && back != nil {
		on.Instead, on.Relay = back, back.Pieces[0].Item
	}
}

// overdue tells whether an order ran out while it waited for the air: then it
// is not heard any more.
func (d *decision) overdue(b *Broadcast) bool {
	if d.now.Quality != station.ClockGood || b.Flags.Opened {
		return false
	}
	return slices.ContainsFunc(d.s.Upper.Open, func(r station.OrderRecord) bool {
		return r.Broadcast == b.ID && r.Expires > 0 && d.now.Wall.UnixMilli() >= r.Expires
	})
}

// ordersOverdue ends what ran out while it waited.
func (d *decision) ordersOverdue() {
	for _, b := range slices.Clone(d.s.Air) {
		if d.overdue(&b) {
			d.end(b.ID, "order-expired")
		}
	}
}
