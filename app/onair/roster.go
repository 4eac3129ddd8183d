package onair

import (
	"cmp"
	"maps"
	"slices"

	"loaxa/app/station"
)

func (d *decision) rosterSet(f station.RosterSet) {
	var recs []station.Record
	f.Clusters = d.listed(f)
	f.Boards = slices.DeleteFunc(slices.Clone(f.Boards), func(b station.Board) bool {
		return slices.Contains(d.s.Books.Removed, station.ClusterID(b.ID))
	})
	for _, b := range d.s.Boards {
		if slices.Contains(d.s.Books.Joined, string(b.ID)) && !slices.ContainsFunc(f.Boards, func(o station.Board) bool { return o.ID == b.ID }) {
			f.Boards = append(slices.Clone(f.Boards), b)
		}
	}
	for _, c := range f.Clusters {
		if old := d.s.cluster(c.ID); old == nil || !sameCluster(*old, c) {
			recs = append(recs, station.Record{Class: station.ClassCluster, Key: string(c.ID), Value: c})
		}
	}
	for _, b := range f.Boards {
		if !slices.Contains(d.s.Boards, b) {
			recs = append(recs, station.Record{Class: station.ClassBoard, Key: string(b.ID), Value: b})
		}
	}
	for _, o := range d.s.Roster {
		if !slices.ContainsFunc(f.Clusters, func(c station.Cluster) bool { return c.ID == o.ID }) {
			recs = append(recs, station.Record{Class: station.ClassCluster, Key: string(o.ID)})
		}
	}
	for _, o := range d.s.Boards {
		if !slices.ContainsFunc(f.Boards, func(b station.Board) bool { return b.ID == o.ID }) {
			recs = append(recs, station.Record{Class: station.ClassBoard, Key: string(o.ID)})
		}
	}
	d.s.Roster, d.s.Boards = f.Clusters, slices.Clone(f.Boards)
	d.nameZones()
	d.triedGone()
	d.faultsGone()
	d.nowhere()
	if len(recs) > 0 {
		d.out.Events = append(d.out.Events, station.Event{Kind: station.EvQueue, At: d.now, Actor: d.actor, Records: recs})
	}
	for _, b := range f.Boards {
		d.showCard(b)
	}
}

// listed is the roster that a list makes. The operator's word stands above it:
// a cluster that was edited stays as it is, one that was taken off stays off
// for as long as the list names it.
func (d *decision) listed(f station.RosterSet) (roster []station.Cluster) {
	list := f.Clusters
	named := func(id station.ClusterID) bool {
		return slices.ContainsFunc(list, func(c station.Cluster) bool { return c.ID == id })
	}
	gone := func(id station.ClusterID) bool { return !named(id) && !id.SentOnly() }
	d.s.Books.Removed = slices.DeleteFunc(slices.Clone(d.s.Books.Removed), func(id station.ClusterID) bool {
		return gone(id) && !slices.ContainsFunc(f.Boards, func(b station.Board) bool { return string(b.ID) == string(id) })
	})
	d.s.Books.Edited = slices.DeleteFunc(slices.Clone(d.s.Books.Edited), gone)
	for _, c := range list {
		old := d.s.cluster(c.ID)
		switch {
		case slices.Contains(d.s.Books.Removed, c.ID):
			continue
		case old != nil && slices.Contains(d.s.Books.Edited, c.ID):
			c = *old
		case old != nil:
			c.Muted = old.Muted // the operator's, not the list's
		}
		roster = append(roster, c)
	}
	for _, c := range d.s.Roster {
		if (slices.Contains(d.s.Books.Joined, string(c.ID)) || c.ID.SentOnly()) && !named(c.ID) {
			roster = append(roster, c)
		}
	}
	d.numberApart(roster)
	slices.SortStableFunc(roster, func(a, b station.Cluster) int { return cmp.Compare(a.Number, b.Number) })
	return roster
}

// numberApart gives a cluster of the list whose number an edited one has the
// next free number.
func (d *decision) numberApart(roster []station.Cluster) {
	taken := map[int]bool{}
	for _, c := range roster {
		if slices.Contains(d.s.Books.Edited, c.ID) || slices.Contains(d.s.Books.Joined, string(c.ID)) {
			taken[c.Number] = true
		}
	}
	for i := range roster {
		c := &roster[i]
		if slices.Contains(d.s.Books.Edited, c.ID) || slices.Contains(d.s.Books.Joined, string(c.ID)) {
			continue
		}
		for taken[c.Number] {
			c.Number = c.Number%maxNumber + 1
		}
		taken[c.Number] = true
	}
}

// boardRemove takes a board off the list, for as long as a list names it.
func (d *decision) boardRemove(id station.BoardID) *station.Refusal {
	i := slices.IndexFunc(d.s.Boards, func(b station.Board) bool { return b.ID == id })
	if i < 0 {
		return no(station.UnknownBoard, clip(string(id)), 0)
	}
	name := d.s.Boards[i].Name
	d.s.Boards = slices.Delete(slices.Clone(d.s.Boards), i, i+1)
	d.s.Books.Removed = append(slices.Clone(d.s.Books.Removed), station.ClusterID(id))
	d.faultsGone()
	d.note(station.Event{Kind: station.EvRoster, Cluster: station.ClusterID(id), Title: name, Reason: "removed"},
		station.Record{Class: station.ClassBoard, Key: string(id)})
	return nil
}

// faultsGone takes off what is known to be wrong with clusters and boards that
// the station has no more.
func (d *decision) faultsGone() {
	here := make(map[station.ClusterID]bool, len(d.s.Roster))
	for i := range d.s.Roster {
		here[d.s.Roster[i].ID] = true
	}
	boards := map[string]bool{}
	for _, b := range d.s.Boards {
		boards[boardKey(b.ID)] = true
	}
	d.s.Faults = slices.DeleteFunc(slices.Clone(d.s.Faults), func(f station.Fault) bool {
		return f.Cluster != "" && !here[f.Cluster] || f.Kind == station.EvBoardMismatch && !boards[f.ID]
	})
	d.s.Known.Clusters = orNew(d.s.Known.Clusters)
	maps.DeleteFunc(d.s.Known.Clusters, func(id station.ClusterID, _ *ClusterKnown) bool { return !here[id] })
}

func boardKey(id station.BoardID) string { return "board-" + string(id) }

// nowhere ends what can be heard nowhere any more.
func (d *decision) nowhere() {
	for _, b := range slices.Clone(d.s.Air) {
		if !b.Flags.Queue && len(d.s.places(&b).ids) == 0 {
			d.end(b.ID, "no-targets")
		}
	}
}

func sameCluster(a, b station.Cluster) bool {
	return a.Number == b.Number && a.Name == b.Name && a.Kind == b.Kind && a.Lat == b.Lat && a.Lon == b.Lon &&
		slices.Equal(a.Zones, b.Zones) && a.Head == b.Head && a.Phone == b.Phone && a.Muted == b.Muted
}

// maxFaults bounds the list of faults; acknowledged and mended ones go first.
const maxFaults = 200

func (d *decision) fault(id string, kind station.EventKind, c station.ClusterID, subject, reason string) {
	f := station.Fault{ID: id, Kind: kind, Cluster: c, Subject: subject, Reason: reason, Since: d.now}
	i := slices.IndexFunc(d.s.Faults, func(f station.Fault) bool { return f.ID == id })
	if i >= 0 {
		if !d.s.Faults[i].Over {
			return
		}
		d.s.Faults = slices.Delete(d.s.Faults, i, i+1)
	}
	d.s.Faults = append([]station.Fault{f}, d.s.Faults...)
	if len(d.s.Faults) > maxFaults {
		j := slices.IndexFunc(d.s.Faults, func(f station.Fault) bool { return f.Over && f.Acked })
		if j < 0 {
			j = len(d.s.Faults) - 1
		}
		d.s.Faults = slices.Delete(d.s.Faults, j, j+1)
	}
}

func (d *decision) mended(id string) {
	for i := range d.s.Faults {
		if d.s.Faults[i].ID == id {
			d.s.Faults[i].Over = true
		}
	}
}
