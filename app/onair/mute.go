package onair

import (
	"strconv"
	"strings"

	"loaxa/app/station"
)

// clusterMute silences clusters or lets them sound again. Those that are so
// already are left alone, so that the row and what takes it back name what was
// changed.
func (d *decision) clusterMute(in station.ClusterMute) *station.Refusal {
	ids := []station.ClusterID{in.ID}
	if in.ID == "" {
		found, unknown := in.To.Resolve(d.s.Roster)
		if unknown != "" || len(found) == 0 {
			return no(station.UnknownTarget, unknown, 0)
		}
		ids = found
	}
	var changed []*station.Cluster
	d.ownRoster()
	for _, id := range ids {
		c := d.s.cluster(id)
		if c == nil {
			return no(station.UnknownTarget, string(id), 0)
		}
		if c.Muted != in.Muted || in.ID != "" {
			changed = append(changed, c)
		}
	}
	d.setMute(changed, in.Muted, map[bool]string{true: "muted", false: "unmuted"}[in.Muted])
	return nil
}

// setMute tells the poles and writes one row for all of them.
func (d *decision) setMute(cs []*station.Cluster, muted bool, reason string) {
	if len(cs) == 0 {
		return
	}
	e := station.Event{Kind: station.EvMute, Targets: len(cs), Reason: reason}
	var numbers []string
	var recs []station.Record
	for _, c := range cs {
		c.Muted = muted
		d.cue(station.CueMute{Cluster: c.ID, Muted: muted})
		numbers = append(numbers, strconv.Itoa(c.Number))
		recs = append(recs, station.Record{Class: station.ClassCluster, Key: string(c.ID), Value: *c})
	}
	if e.Title = strings.Join(numbers, ", "); len(cs) == 1 {
		e.Cluster, e.Number, e.Title, e.Targets = cs[0].ID, cs[0].Number, cs[0].Name, 0
	}
	d.note(e, recs...)
}

// muteAgain tells a pole what holds where it says something else: it was away
// when the mute was set or lifted. was is its report before this one; a pole
// that does not obey is told at each new link, not at each report.
func (d *decision) muteAgain(c *station.Cluster, came bool, was, is station.ClusterHealth) {
	if c.Muted != is.Muted && (came || was.Muted != is.Muted) {
		d.cue(station.CueMute{Cluster: c.ID, Muted: c.Muted})
	}
}

// silenced tells whether a cluster's mute keeps b from being heard.
func silenced(k ClusterKnown, b *Broadcast) bool {
	return k.Health.Muted && (b == nil || !b.Class.IsEmergency())
}
