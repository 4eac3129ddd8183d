// Package report turns the as-run log into what people ask of it: which
// broadcasts there were, who heard them, and a file to hand in. It is pure:
// rows come in, answers go out, nothing is kept between.
package report

import (
	"cmp"
	"slices"
	"time"

	"loaxa/app/station"
)

// All of a broadcast is heardShare of its time on air. The share is taken of
// the time in which something sounded, not of the time in which it was open.
const (
	heardShare = 0.98
	// heardSlack is what a short broadcast may lack beside that: what was missed
	// is told in whole seconds, and this is none. A siren that interrupts is at a
	// far pole some tenths of a second after its first sample.
	heardSlack = 500*time.Millisecond - 1
)

// NoReport is the reason of a receipt row of a cluster that never said
// anything: nobody knows what it played.
const NoReport = "no-report"

// Fold makes broadcasts out of rows that come newest first. It holds what is
// not yet whole: as much as was open at the same time.
type Fold struct {
	names map[station.ClusterID]station.Cluster
	now   station.Stamp
	open  map[station.BroadcastID]*part
	boot  bool // the row before this one, in time after it, was a start of the station
}

// part is a broadcast of which the later rows were seen.
type part struct {
	station.Aired
	until *station.Stamp // end of the span that is being walked back
	sound *station.Stamp // the first sound seen in it
	lost  bool           // the station fell while it was open: the poles' accounts before that are gone
	fell  bool           // the station began anew after the rows to come; an orderly end wrote receipts
}

// NewFold starts with the newest row. now closes what is on air.
func NewFold(roster []station.Cluster, now station.Stamp) *Fold {
	f := &Fold{names: map[station.ClusterID]station.Cluster{}, now: now, open: map[station.BroadcastID]*part{}}
	for _, c := range roster {
		f.names[c.ID] = c
	}
	return f
}

// Take adds the next older row. It returns a broadcast with the row that began it.
func (f *Fold) Take(r station.LogRow) (station.Aired, bool) {
	if f.boot { // what was open then fell silent at some moment behind this row
		f.boot = false
		for _, p := range f.open {
			p.cut(r.At)
			p.fell = true
		}
	}
	if r.Kind == station.EvBoot {
		f.boot = true
		return station.Aired{}, false
	}
	if r.Broadcast == 0 {
		return station.Aired{}, false
	}
	p := f.open[r.Broadcast]
	if p == nil {
		p = &part{Aired: station.Aired{ID: r.Broadcast}, until: &f.now}
		f.open[r.Broadcast] = p
	}
	f.row(p, r)
	if r.Kind != station.EvStart {
		return station.Aired{}, false
	}
	delete(f.open, r.Broadcast)
	return p.whole(), true
}

func (f *Fold) row(p *part, r station.LogRow) {
	if p.fell {
		p.fell = false
		p.lost = p.lost || r.Kind != station.EvReceipt
	}
	switch r.Kind {
	case station.EvEnd:
		p.Ended, p.Reason = r.At, r.Reason
		p.cut(r.At)
	case station.EvHeld:
		p.cut(r.At)
	case station.EvSuspend:
		p.Cuts++
		p.cut(r.At)
	case station.EvItem, station.EvMic:
		if r.Kind == station.EvMic && r.Reason != "open" {
			return
		}
		p.sound = &r.At
		if r.Item != "" && !slices.Contains(p.Items, r.Item) {
			p.Items = slices.Insert(p.Items, 0, r.Item)
		}
	case station.EvReceipt:
		i := slices.IndexFunc(p.Receipts, func(o station.Receipt) bool { return o.Cluster == r.Cluster })
		if i < 0 {
			p.Receipts = append(p.Receipts, f.receipt(r))
			break
		}
		p.Receipts[i].Played += r.Duration // before an orderly end of the station
		if r.Reason == NoReport {
			p.Receipts[i].Heard = station.HeardUnknown
		}
	case station.EvRecorded:
		p.Record = r.Item
	case station.EvResume, station.EvStart:
		p.span()
		p.Seq, p.Began, p.Class, p.Title, p.Who, p.Drill = r.Seq, r.At, r.Class, r.Title, r.Actor, r.Drill
		p.Meant = max(p.Meant, r.Targets)
	default: // said of it, but no part of its time on air
	}
}

// cut says that it was silent from at on.
func (p *part) cut(at station.Stamp) { p.until, p.sound = &at, nil }

// span adds the time from its first sound to where it was cut.
func (p *part) span() {
	if p.until != nil && p.sound != nil {
		p.Duration += max(p.until.Mono-p.sound.Mono, 0)
	}
	p.until, p.sound = nil, nil
}

func (f *Fold) receipt(r station.LogRow) station.Receipt {
	out := station.Receipt{Cluster: r.Cluster, Number: r.Number, Played: r.Duration}
	if c, ok := f.names[r.Cluster]; ok {
		out.Number, out.Name = c.Number, c.Name
	}
	switch r.Reason {
	case NoReport:
		out.Heard = station.HeardUnknown
	case station.WhySentOnly:
		out.Heard = station.HeardSent
	}
	return out
}

// whole judges the receipts by the time on air.
func (p *part) whole() station.Aired {
	a := p.Aired
	a.Meant = max(a.Meant, len(a.Receipts))
	for i := range a.Receipts {
		r := &a.Receipts[i]
		missed := a.Duration - r.Played
		all := station.HeardAll
		if r.Heard == station.HeardSent { // what was sent is all that is known
			all = station.HeardSent
		}
		switch {
		case missed <= 0 && r.Played > 0, r.Played > 0 && (float64(r.Played) >= heardShare*float64(a.Duration) || missed <= heardSlack):
			r.Heard = all
		case r.Heard == station.HeardUnknown || p.lost:
			r.Heard = station.HeardUnknown
		case r.Played > 0:
			r.Heard = station.HeardPart
		default:
			r.Heard = station.HeardNone
		}
	}
	slices.SortStableFunc(a.Receipts, func(x, y station.Receipt) int {
		return cmp.Or(cmp.Compare(missRank(x.Heard), missRank(y.Heard)), cmp.Compare(x.Played, y.Played), cmp.Compare(x.Number, y.Number))
	})
	return a
}

// missRank sorts those who missed most first.
func missRank(h station.HeardState) int {
	return slices.Index([]station.HeardState{station.HeardNone, station.HeardPart, station.HeardUnknown, station.HeardSent, station.HeardAll}, h)
}

// Counts sums receipts up.
func Counts(rs []station.Receipt) (all, part, none, unknown int) {
	for _, r := range rs {
		switch r.Heard {
		case station.HeardAll:
			all++
		case station.HeardPart:
			part++
		case station.HeardNone:
			none++
		default:
			unknown++
		}
	}
	return all, part, none, unknown
}
