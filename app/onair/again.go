package onair

import (
	"maps"
	"slices"
	"time"

	"loaxa/app/station"
)

// sendAgain airs a broadcast once more for those who missed it.
func (d *decision) sendAgain(in station.SendAgain) *station.Refusal {
	to := station.Targets{Clusters: slices.Clone(in.Clusters)}
	if _, r := d.targets(to); r != nil {
		return r
	}
	for i := range d.s.Open {
		if em := &d.s.Open[i]; em.ID == in.Of || em.Broadcast == in.Of {
			return d.emergencyAgain(em, to)
		}
	}
	if len(in.Items) == 0 { // of what was an emergency nothing else may be aired
		return no(station.NoEmergency, "", 0)
	}
	return d.playNow(station.PlayNow{Items: in.Items, Targets: to})
}

// emergencyAgain reads an open emergency where it was missed. What is being
// read elsewhere goes on there.
func (d *decision) emergencyAgain(em *station.EmergencyView, to station.Targets) *station.Refusal {
	class := station.Emergency
	if em.Drill {
		class = station.Live
	}
	in := station.EmergencyStart{Text: em.Text, Siren: em.Siren, Level: em.Level, Drill: em.Drill, Targets: to}
	b := d.begin(Broadcast{Class: class, Who: d.actor, Title: firstLine(em.Text), Targets: to,
		Pieces: d.emergencyPieces(in, ""), Flags: Flags{Drill: em.Drill}})
	b.Of, b.Level = em.ID, em.Level
	em.OnAir = true
	return nil
}

// Bounds of what a pole adds to the log: by one report, and in an hour. What is
// above waits at the pole and is told again.
const (
	maxPoleRows  = 50
	maxPoleHour  = 500
	poleRowsSpan = time.Hour
)

// toldRows is how many rows a pole added, and since when they are counted, mono.
type toldRows struct {
	Since time.Duration
	N     int
}

// poleAlone writes down what a pole did by itself, each row once.
func (d *decision) poleAlone(f station.PoleAlone) {
	c := d.s.cluster(f.ID)
	if c == nil {
		return
	}
	newest, k := d.s.Books.PoleRows[f.ID], d.s.known(f.ID)
	if d.now.Mono-k.Told.Since >= poleRowsSpan || k.Told.Since == 0 {
		k.Told = toldRows{Since: max(d.now.Mono, 1)}
	}
	for i, r := range f.Rows {
		if r.Number <= newest || i >= maxPoleRows || k.Told.N >= maxPoleHour {
			continue
		}
		k.Told.N++
		newest = r.Number
		title := clip(r.Title)
		if at := time.Unix(r.At, 0).In(d.s.zone()); r.At > 0 {
			title = at.Format("02/01 15:04") + " " + title
		}
		d.note(station.Event{Kind: station.EvPoleAlone, Cluster: c.ID, Number: c.Number, Title: title,
			Reason: station.PolePrefix + clip(r.Kind), Duration: max(r.Played, 0)})
	}
	if newest == d.s.Books.PoleRows[f.ID] {
		return
	}
	d.setKnown(f.ID, k)
	m := maps.Clone(d.s.Books.PoleRows)
	if m == nil {
		m = map[station.ClusterID]uint64{}
	}
	m[f.ID] = newest
	d.s.Books.PoleRows = m
}
