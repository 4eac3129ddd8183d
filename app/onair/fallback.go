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

// fallback airs music in the place of a slot of which nothing can be played:
// the rung below what is due. Without any there is silence, and the fault that
// was raised says so. It ranks as a bed: whatever is due takes the air from it.
func (d *decision) fallback(sl station.Slot, to station.Targets, title string) {
	want := time.Duration(0)
	for _, id := range sl.Items {
		want += d.s.Items[id].Length
	}
	if want == 0 {
		want = unknownLength
	}
	var music []station.Item
	for _, it := range d.s.Items {
		if it.Kind == station.KindMusic && it.Length > 0 && !slices.Contains(sl.Items, it.ID) {
			music = append(music, it)
		}
	}
	slices.SortFunc(music, func(a, b station.Item) int { return strings.Compare(string(a.ID), string(b.ID)) })
	if len(music) == 0 || want < leastFiller || len(to.Match(d.s.Roster)) == 0 {
		d.note(station.Event{Kind: station.EvFallback, Title: title, Reason: "no-filler"})
		return
	}
	b := Broadcast{Class: station.Bed, Who: "station", Title: firstLine(strings.ReplaceAll(d.s.Settings.Say.Filler, "{title}", title)), Targets: to}
	for i := 0; want > 0 && i < maxFiller; i++ {
		it := music[i%len(music)]
		b.Pieces = append(b.Pieces, station.Piece{Kind: station.FromItem, Item: it.ID, Title: it.Title})
		want -= it.Length
	}
	started := d.out.Started
	on := d.begin(b)
	d.out.Started = started
	d.note(d.about(on, station.EvFallback, "filler"))
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
