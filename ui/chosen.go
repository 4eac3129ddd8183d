package ui

import (
	"context"
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"loaxa/app/station"
	"loaxa/ui/dialog"
	"loaxa/ui/panel"
	"loaxa/ui/theme"
)

type mapMsg struct {
	rev string
	m   station.Map
	err error
}

// readMap reads the map behind the clusters when the station has another one.
func (c *Console) readMap() tea.Cmd {
	if c.opts.Books == nil || c.known.snap == nil || c.known.snap.Station.MapRev == c.known.mapRev {
		return nil
	}
	c.known.mapRev = c.known.snap.Station.MapRev
	books, ctx, rev := c.opts.Books, c.ctx, c.known.mapRev
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, askLimit)
		defer cancel()
		m, err := books.Map(ctx)
		return mapMsg{rev, m, err}
	}
}

// onMap takes the map. One that cannot be read is asked for again with the
// next snapshot; the border of the snapshot is drawn until then.
func (c *Console) onMap(m mapMsg) {
	switch {
	case m.err != nil && m.rev == c.known.mapRev:
		c.known.mapRev = ""
	case m.err == nil:
		c.known.ground = &m.m
	}
}

// sideways goes to the map, or walks on it.
func (c *Console) sideways(x int) tea.Cmd {
	if c.cur.Focus != panel.FocusMap {
		c.cur.Focus = panel.FocusMap
		return nil
	}
	return c.walk(x, 0)
}

// walk selects the next cluster of the map in a direction.
func (c *Console) walk(x, y int) tea.Cmd {
	id := panel.Nearest(c.scene(), c.cur.Cluster, x, y)
	if id == "" {
		return nil
	}
	c.cur.Cluster = id
	c.reveal()
	return nil
}

// reveal moves a zoomed map so that the chosen cluster is seen.
func (c *Console) reveal() {
	if s := c.scene(); c.cur.Zoom > 1 && !panel.Seen(s, c.layout().chart, c.cur.Cluster) {
		c.cur.PanX, c.cur.PanY = panel.Offset(s, c.cur.Cluster)
	}
}

// layout is where the parts of the main screen stand now.
func (c *Console) layout() layout {
	boardW := 0
	if c.known.snap != nil && len(c.known.snap.Boards) > 0 {
		boardW = c.known.snap.Boards[0].Width
	}
	return place(c.size.W, c.size.H, boardW)
}

// sayTargets says where the next broadcast will be heard, and by how many now.
func (c *Console) sayTargets() {
	s := c.scene()
	t := s.Targets()
	can, meant := s.Reachable(t)
	c.say(theme.Plain, fmt.Sprintf(c.text.Keys.Line.Reach, s.Where(t, meant, true), can, meant))
}

// target makes what a window chose the targets everywhere.
func (c *Console) target(t station.Targets) {
	clear(c.cur.Marks)
	if !t.All {
		roster := make([]station.Cluster, len(c.known.snap.Clusters))
		for i := range roster {
			roster[i] = c.known.snap.Clusters[i].Cluster
		}
		ids, _ := t.Resolve(roster)
		for _, id := range ids {
			c.cur.Marks[id] = true
		}
		if len(t.Clusters) > 0 {
			c.cur.Cluster = t.Clusters[len(t.Clusters)-1]
			c.reveal()
		}
	}
	c.sayTargets()
}

// find opens the window that chooses where by name, number or zone.
func (c *Console) find() tea.Cmd {
	c.open(dialog.NewFind(c.scene(), ""))
	return nil
}

// box marks what lies between two clusters: one press for each corner.
func (c *Console) box() tea.Cmd {
	v := c.scene().Cluster(c.cur.Cluster)
	switch {
	case v == nil:
		return c.dead(c.text.Disabled.NoCluster)
	case v.Lat == 0 && v.Lon == 0:
		return c.dead(c.text.Keys.Line.NoMap)
	case c.keys.corner == nil:
		c.keys.corner = &station.LatLon{Lat: v.Lat, Lon: v.Lon}
		c.cur.Focus = panel.FocusMap
		c.say(theme.Key, fmt.Sprintf(c.text.Keys.Line.BoxFrom, v.Name))
		return nil
	}
	from := *c.keys.corner
	c.keys.corner = nil
	c.markBox(from, station.LatLon{Lat: v.Lat, Lon: v.Lon})
	return nil
}

func (c *Console) markBox(a, b station.LatLon) {
	for _, id := range panel.InBox(c.scene(), a, b) {
		c.cur.Marks[id] = true
	}
	c.sayTargets()
}

// zone marks the clusters of the zone of the name that was typed; for a part of one the search opens.
func (c *Console) zone(name string) tea.Cmd {
	want := plainWord(name)
	at := slices.IndexFunc(c.known.snap.Station.Zones, func(z station.Zone) bool {
		return want != "" && (plainWord(z.Name) == want || plainWord(z.ID) == want)
	})
	if at < 0 {
		c.open(dialog.NewFind(c.scene(), name))
		return nil
	}
	z := c.known.snap.Station.Zones[at]
	var ids []station.ClusterID
	for i := range c.known.snap.Clusters {
		if v := &c.known.snap.Clusters[i]; slices.Contains(v.Zones, z.ID) {
			ids = append(ids, v.ID)
		}
	}
	if len(ids) == 0 {
		return c.dead(c.text.Keys.Line.NoPlace)
	}
	c.target(station.Targets{Clusters: ids})
	return nil
}
