package onair

import (
	"time"

	"loaxa/app/station"
)

// receiptWait is how long the last reports of a broadcast may take: the longest
// report interval on air and a second for the road.
const receiptWait = 4 * time.Second

// Stopped is the last decision of a station that ends in order: what the poles
// have said up to now is written, of what ended a moment ago and of what is on
// the air, whose account goes on after the restart.
func Stopped(s State, now station.Stamp) (State, Outcome) {
	d := &decision{s: s.clone(), now: now, actor: "station"}
	for i := range d.s.Receipts {
		d.s.Receipts[i].Due = now.Mono
	}
	for i := range d.s.Air {
		b := &d.s.Air[i]
		if ids := d.s.places(b).ids; b.Flags.Heard && len(ids) > 0 {
			d.s.Receipts = append(d.s.Receipts, pendingReceipt{Broadcast: b.ID, Title: b.Title, Class: b.Class, Due: now.Mono, Clusters: ids, Of: b.Of})
		}
	}
	d.receipts()
	return d.s, d.out
}

// receipts closes the books of broadcasts whose last reports must be in.
func (d *decision) receipts() {
	keep := d.s.Receipts[:0]
	for _, r := range d.s.Receipts {
		if d.now.Mono < r.Due {
			keep = append(keep, r)
			continue
		}
		d.orderHeard(r)
		d.triedNight(r)
		for _, id := range r.Clusters {
			k, c := d.s.known(id), d.s.cluster(id)
			d.tried(r, id, k)
			e := station.Event{Kind: station.EvReceipt, Broadcast: r.Broadcast, Class: r.Class, Title: r.Title,
				Cluster: id, Duration: k.Heard[r.Broadcast], Actor: "station"}
			if c != nil {
				e.Number = c.Number
			}
			switch {
			case id.SentOnly():
				e.Reason = station.WhySentOnly
			case !k.Ever:
				e.Reason = "no-report"
			}
			e.At = d.now
			d.out.Events = append(d.out.Events, station.Event{Kind: station.EvReceipt, At: d.now,
				Records: []station.Record{{Class: station.ClassAsRun, Value: e}}})
			if k.Heard != nil {
				heard := orNew(k.Heard)
				delete(heard, r.Broadcast)
				k.Heard = heard
				d.setKnown(id, k)
			}
		}
	}
	d.s.Receipts = keep
}
