package ui

import (
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"loaxa/app/station"
	"loaxa/ui/dialog"
	"loaxa/ui/panel"
)

// mute silences the cluster that is chosen, or, where it is marked, all that
// are; when all of them are silent already they sound again.
func (c *Console) mute() tea.Cmd {
	v := c.scene().Cluster(c.cur.Cluster)
	if v == nil || c.cur.Focus == panel.FocusQueue {
		return c.dead(c.text.Disabled.NoCluster)
	}
	var of []*station.ClusterView
	for i := range c.known.snap.Clusters {
		if one := &c.known.snap.Clusters[i]; one.ID == v.ID || c.cur.Marks[v.ID] && c.cur.Marks[one.ID] {
			of = append(of, one)
		}
	}
	off := slices.ContainsFunc(of, func(v *station.ClusterView) bool { return !v.Muted })
	return c.setMute(of, off, fmt.Sprintf("%d %s", v.Number, panel.Clean(v.Name)))
}

// muteNamed silences a zone, or everywhere where none is named, or lets it
// sound again.
func (c *Console) muteNamed(off bool, name string) tea.Cmd {
	want, where := plainWord(name), c.text.Head.Everywhere
	var zone *station.Zone
	for i := range c.known.snap.Station.Zones {
		if z := &c.known.snap.Station.Zones[i]; plainWord(z.Name) == want || plainWord(z.ID) == want {
			zone, where = z, panel.Clean(z.Name)
		}
	}
	every := slices.ContainsFunc(choices["mute"], func(o [2]string) bool { return plainWord(o[0]) == want })
	if zone == nil && !every {
		return c.dead(c.text.Keys.Line.NoPlace)
	}
	var of []*station.ClusterView
	for i := range c.known.snap.Clusters {
		if v := &c.known.snap.Clusters[i]; zone == nil || slices.Contains(v.Zones, zone.ID) {
			of = append(of, v)
		}
	}
	return c.setMute(of, off, where)
}

// setMute asks for those that are not so yet; one act takes all of it back.
func (c *Console) setMute(of []*station.ClusterView, off bool, where string) tea.Cmd {
	var ids []station.ClusterID
	for _, v := range of {
		if v.Muted != off {
			ids = append(ids, v.ID)
		}
	}
	t := c.text.Foot.Mute
	if len(ids) == 0 {
		return c.dead(map[bool]string{true: t.NoneHere, false: t.None}[off])
	}
	if len(of) > 1 {
		where = c.text.Clusters(len(ids), false)
	}
	in, back := station.ClusterMute{Muted: off}, station.ClusterMute{Muted: !off}
	if in.To.Clusters, back.To.Clusters = ids, ids; len(ids) == 1 {
		in, back = station.ClusterMute{ID: ids[0], Muted: off}, station.ClusterMute{ID: ids[0], Muted: !off}
	}
	sent, words := fmt.Sprintf(t.On, where), t.OnAgain
	if off {
		sent, words = fmt.Sprintf(t.Off, where)+" · "+t.Keys, t.OffAgain
	}
	return c.act1(in, sent, dialog.Always(words, back))
}
