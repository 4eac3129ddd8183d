package onair

import (
	"cmp"
	"slices"
	"time"

	"loaxa/app/station"
)

// sending is what is known of a cluster that says nothing back.
type sending struct {
	Sending station.BroadcastID // 0: nothing
	SentAt  station.Stamp       // when something left for it last
}

// sentOnlySet takes the list of those that say nothing back. The operator's
// word stands above it, as above any list.
func (d *decision) sentOnlySet(f station.SentOnlySet) {
	named := func(id station.ClusterID) bool {
		return slices.ContainsFunc(f.Clusters, func(c station.Cluster) bool { return c.ID == id })
	}
	gone := func(id station.ClusterID) bool { return id.SentOnly() && !named(id) }
	d.s.Books.Removed = slices.DeleteFunc(slices.Clone(d.s.Books.Removed), gone)
	d.s.Books.Edited = slices.DeleteFunc(slices.Clone(d.s.Books.Edited), gone)
	old := d.s.Roster
	roster := slices.DeleteFunc(slices.Clone(old), func(c station.Cluster) bool { return c.ID.SentOnly() })
	for _, c := range f.Clusters {
		if !c.ID.SentOnly() || slices.Contains(d.s.Books.Removed, c.ID) {
			continue
		}
		if was := d.s.cluster(c.ID); was != nil {
			c.Muted = was.Muted
			if slices.Contains(d.s.Books.Edited, c.ID) {
				c = *was
			}
		}
		if c.Number < 1 || slices.ContainsFunc(roster, func(o station.Cluster) bool { return o.Number == c.Number }) {
			c.Number = freeNumber(roster)
		}
		roster = append(roster, c)
	}
	slices.SortStableFunc(roster, func(a, b station.Cluster) int { return cmp.Compare(a.Number, b.Number) })
	var recs []station.Record
	for _, c := range roster {
		if was := d.s.cluster(c.ID); was == nil || !sameCluster(*was, c) {
			recs = append(recs, station.Record{Class: station.ClassCluster, Key: string(c.ID), Value: c})
		}
	}
	for _, c := range old {
		if gone(c.ID) {
			recs = append(recs, station.Record{Class: station.ClassCluster, Key: string(c.ID)})
		}
	}
	if len(recs) == 0 {
		d.muteSentOnly()
		return
	}
	d.s.Roster = roster
	d.nameZones()
	d.triedGone()
	d.faultsGone()
	d.nowhere()
	d.out.Events = append(d.out.Events, station.Event{Kind: station.EvQueue, At: d.now, Actor: d.actor, Records: recs})
	d.muteSentOnly()
}

// muteSentOnly tells those that cannot ask what their mute is.
func (d *decision) muteSentOnly() {
	for _, c := range d.s.Roster {
		if c.ID.SentOnly() && c.Muted {
			d.cue(station.CueMute{Cluster: c.ID, Muted: true})
		}
	}
}

func freeNumber(roster []station.Cluster) int {
	for n := 1; ; n++ {
		if !slices.ContainsFunc(roster, func(c station.Cluster) bool { return c.Number == n }) {
			return n
		}
	}
}

// sentReport takes what left for a cluster that says nothing back.
func (d *decision) sentReport(f station.SentReport) {
	c := d.s.cluster(f.ID)
	if c == nil || !f.ID.SentOnly() {
		return
	}
	k := d.s.known(f.ID)
	if k.Up != f.Up || !k.Ever {
		k.Since = d.now
		switch {
		case !f.Up:
			d.note(station.Event{Kind: station.EvClusterFault, Cluster: c.ID, Number: c.Number, Title: c.Name, Reason: cmp.Or(f.Why, "not-sent")})
			d.fault("lost-"+string(c.ID), station.EvClusterFault, c.ID, c.Name, cmp.Or(f.Why, "not-sent"))
		default:
			d.mended("lost-" + string(c.ID))
		}
	}
	k.Up, k.Ever, k.Why = f.Up, true, f.Why
	for id, long := range f.Sent {
		if long <= 0 {
			continue
		}
		k.SentAt = d.now
		if d.s.find(id) == nil && !slices.ContainsFunc(d.s.Receipts, func(r pendingReceipt) bool { return r.Broadcast == id }) {
			continue // nobody waits for an account of it
		}
		m := orNew(k.Heard)
		m[id] += long
		k.Heard = m
	}
	k.Sending = f.Sending
	d.setKnown(f.ID, k)
}

// sentLife is how long something that was sent is still called being sent.
const sentLife = 3 * time.Second

// viewSentOnly says what may be said of a cluster that says nothing back:
// never that it plays.
func viewSentOnly(v station.ClusterView, k ClusterKnown, b *Broadcast, now station.Stamp) station.ClusterView {
	v.State, v.Why = station.ClusterUnknown, station.WhySentOnly
	switch {
	case k.Ever && !k.Up:
		v.State, v.Why = station.ClusterLost, cmp.Or(k.Why, "not-sent")
	case v.Muted && (b == nil || !b.Class.IsEmergency()):
		v.State = station.ClusterMuted
	case b != nil && k.Sending == b.ID && k.SentAt != (station.Stamp{}) && now.Mono-k.SentAt.Mono <= sentLife:
		v.Why = station.WhySent
	}
	return v
}
