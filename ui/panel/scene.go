package panel

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"loaxa/app/station"
	"loaxa/ui/text"
	"loaxa/ui/theme"
)

// Scene is all that a panel may look at: what the station said, how old that
// is, and where the operator's cursor stands.
type Scene struct {
	Snap   *station.Snapshot // never nil
	Mono   time.Duration     // the station's clock, reckoned to now
	Wall   time.Time         // the station's wall clock, reckoned to now
	Link   Link
	Meters *station.Meters // nil: none came lately
	T      *text.Text
	Th     *theme.Theme
	Cursor Cursor
	Demo   bool
	Me     string       // who gave a PIN here; empty: nobody
	Joined bool         // a snapshot came
	Map    *station.Map // what is drawn behind the clusters; nil: none came
}

// Link is whether the station on this machine can be reached.
type Link struct {
	Up    bool
	Since time.Time
	Why   string
}

// Focus is the panel that the arrows move in.
type Focus uint8

// The panels that take the focus.
const (
	FocusClusters Focus = iota
	FocusMap
	FocusQueue
)

// Cursor is what the operator moved and chose; the only state of the screen.
type Cursor struct {
	Focus     Focus
	Cluster   station.ClusterID
	Entry     station.EntryID
	Marks     map[station.ClusterID]bool // targets; empty: everywhere
	Zoom      float64                    // 1: the whole commune
	PanX      float64                    // kilometres from the middle, east
	PanY      float64                    // north
	Technical bool
}

// Age is how long ago a stamp of the station was.
func (s *Scene) Age(at station.Stamp) time.Duration { return max(0, s.Mono-at.Mono) }

// State is what may be said of a cluster now. It is never better than what the
// station said: proof grows old on the way, a station out of reach proves
// nothing, and a virtual loudspeaker sounds in the sample commune only.
func (s *Scene) State(c *station.ClusterView) station.ClusterState {
	switch {
	case !s.Link.Up:
		return station.ClusterUnknown
	case c.State != station.ClusterPlaying:
		return c.State
	case c.Proof == (station.Stamp{}) || s.Age(c.Proof) > station.ProofLife:
		return station.ClusterShaky
	case c.Health.Output == "virtual" && !s.Demo:
		return station.ClusterShaky
	}
	return station.ClusterPlaying
}

// Glyph is the state's shape and role.
func (s *Scene) Glyph(st station.ClusterState) (string, theme.Role) {
	g := s.Th.G.State
	switch st {
	case station.ClusterPlaying:
		return g.Playing, theme.Good
	case station.ClusterIdle:
		return g.Idle, theme.Plain
	case station.ClusterShaky:
		return g.Shaky, theme.Warn
	case station.ClusterLost:
		return g.Lost, theme.Bad
	case station.ClusterMuted:
		return g.Muted, theme.Dim
	default:
		return g.Unknown, theme.Unsure
	}
}

// Counts tells how many clusters are in each state.
func (s *Scene) Counts() map[station.ClusterState]int {
	n := map[station.ClusterState]int{}
	for i := range s.Snap.Clusters {
		n[s.State(&s.Snap.Clusters[i])]++
	}
	return n
}

var rank = map[station.ClusterState]int{
	station.ClusterLost: 0, station.ClusterShaky: 1, station.ClusterUnknown: 2, station.ClusterMuted: 3,
	station.ClusterPlaying: 4, station.ClusterIdle: 4,
}

// Ordered gives the clusters with those in trouble first, else by number.
func (s *Scene) Ordered() []*station.ClusterView {
	out := make([]*station.ClusterView, len(s.Snap.Clusters))
	at := make(map[*station.ClusterView]int, len(out))
	for i := range s.Snap.Clusters {
		out[i] = &s.Snap.Clusters[i]
		at[out[i]] = rank[s.State(out[i])]
	}
	slices.SortStableFunc(out, func(a, b *station.ClusterView) int {
		return cmp.Or(cmp.Compare(at[a], at[b]), cmp.Compare(a.Number, b.Number))
	})
	return out
}

// Top is the broadcast that line 1 speaks of: the highest class that is on air
// or about to be; nil for none.
func (s *Scene) Top() *station.BroadcastView {
	var prep *station.BroadcastView
	for i := range s.Snap.Air {
		switch b := &s.Snap.Air[i]; {
		case b.Phase == station.OnAir:
			if prep != nil && prep.Class > b.Class {
				return prep
			}
			return b
		case b.Phase == station.Preparing && prep == nil:
			prep = b
		}
	}
	return prep
}

// QueueAir is the broadcast that the play queue is; nil for none.
func (s *Scene) QueueAir() *station.BroadcastView {
	for i := range s.Snap.Air {
		if s.Snap.Air[i].Queue {
			return &s.Snap.Air[i]
		}
	}
	return nil
}

// Cluster finds a cluster of the snapshot.
func (s *Scene) Cluster(id station.ClusterID) *station.ClusterView {
	for i := range s.Snap.Clusters {
		if s.Snap.Clusters[i].ID == id {
			return &s.Snap.Clusters[i]
		}
	}
	return nil
}

// NotSure gives the clusters that may not hear: while something is on air
// those of its targets that do not prove it, else all that cannot be reached.
func (s *Scene) NotSure() []*station.ClusterView {
	top := s.Top()
	var out []*station.ClusterView
	for _, c := range s.Ordered() {
		st := s.State(c)
		meant := top == nil && !c.ID.SentOnly() || top != nil && slices.Contains(top.Clusters, c.ID)
		good := st == station.ClusterPlaying || st == station.ClusterIdle && (top == nil || top.Phase == station.Preparing)
		if meant && !good {
			out = append(out, c)
		}
	}
	return out
}

// Reachable counts the clusters that can hear an order now, of those named.
func (s *Scene) Reachable(t station.Targets) (can, meant int) {
	roster := make([]station.Cluster, len(s.Snap.Clusters))
	for i, c := range s.Snap.Clusters {
		roster[i] = c.Cluster
	}
	ids, _ := t.Resolve(roster)
	for _, id := range ids {
		switch s.State(s.Cluster(id)) {
		case station.ClusterPlaying, station.ClusterIdle, station.ClusterShaky:
			can++
		default:
		}
	}
	return can, len(ids)
}

// Targets is where the next broadcast is to be heard: what was marked, or
// everywhere.
func (s *Scene) Targets() station.Targets {
	var t station.Targets
	for i := range s.Snap.Clusters {
		if id := s.Snap.Clusters[i].ID; s.Cursor.Marks[id] {
			t.Clusters = append(t.Clusters, id)
		}
	}
	if len(t.Clusters) == 0 {
		return station.Everywhere()
	}
	return t
}

// Where says targets in words: "cả xã, 12 cụm loa", "Thôn 6", "3 cụm loa".
func (s *Scene) Where(t station.Targets, meant int, short bool) string {
	sep := ", "
	if short {
		sep = " "
	}
	switch {
	case t.All:
		return s.T.Head.Everywhere + sep + s.T.Clusters(meant, short)
	case meant == 1:
		for i := range s.Snap.Clusters {
			c := &s.Snap.Clusters[i]
			if slices.Contains(t.Clusters, c.ID) || slices.Contains(t.Numbers, c.Number) {
				return c.Name
			}
		}
	case len(t.Zones) > 0 && len(t.Clusters)+len(t.Numbers) == 0:
		names := make([]string, len(t.Zones))
		for i, z := range t.Zones {
			names[i] = s.ZoneName(z)
		}
		return strings.Join(names, ", ") + sep + s.T.Clusters(meant, short)
	}
	return s.T.Clusters(meant, short)
}

// Meant counts the clusters that targets name.
func (s *Scene) Meant(t station.Targets) int {
	_, n := s.Reachable(t)
	return n
}

// ZoneName is a zone's name, or its identifier where it has none.
func (s *Scene) ZoneName(id string) string {
	for _, z := range s.Snap.Station.Zones {
		if z.ID == id && z.Name != "" {
			return z.Name
		}
	}
	return id
}

// Names joins the names of clusters, cut to w cells.
func Names(cs []*station.ClusterView, w int) string {
	var b strings.Builder
	for i, c := range cs {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(c.Name)
	}
	return Cut(b.String(), w)
}
