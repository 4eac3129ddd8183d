package onair

import (
	"maps"
	"slices"

	"loaxa/app/station"
)

// reach is where a broadcast is meant to be heard, found once for a roster and
// targets: a desk of a thousand clusters decides in less than a millisecond.
type reach struct {
	ids []station.ClusterID // in roster order
	at  []int32             // their places in the roster, ascending
	of  *station.Cluster    // the roster's first: who changes the roster makes a new one
	n   int
	to  station.Targets
}

// places are where b is meant to be heard. Nobody may change what they are given.
func (s *State) places(b *Broadcast) *reach {
	r := &b.reach
	var first *station.Cluster
	if len(s.Roster) > 0 {
		first = &s.Roster[0]
	}
	if r.of == first && r.n == len(s.Roster) && r.to.Equal(b.Targets) {
		return r
	}
	*r = reach{of: first, n: len(s.Roster), to: b.Targets, ids: b.Targets.Match(s.Roster)}
	i := 0
	for _, id := range r.ids {
		for s.Roster[i].ID != id {
			i++
		}
		r.at = append(r.at, int32(i))
	}
	return r
}

// meets tells whether two share a place.
func (r *reach) meets(o *reach) bool {
	for i, j := 0, 0; i < len(r.at) && j < len(o.at); {
		switch {
		case r.at[i] == o.at[j]:
			return true
		case r.at[i] < o.at[j]:
			i++
		default:
			j++
		}
	}
	return false
}

// without are the ids of a that b has not, in a's order.
func without(a, b []station.ClusterID) []station.ClusterID {
	have := set(b)
	return slices.DeleteFunc(slices.Clone(a), func(c station.ClusterID) bool { return have[c] })
}

func set(ids []station.ClusterID) map[station.ClusterID]bool {
	m := make(map[station.ClusterID]bool, len(ids))
	for _, id := range ids {
		m[id] = true
	}
	return m
}

// ownRoster gives the decision a roster that it may change: the old one is part
// of a state that was handed out.
func (d *decision) ownRoster() { d.s.Roster = slices.Clone(d.s.Roster) }

// known is what a cluster last said.
func (s *State) known(id station.ClusterID) ClusterKnown {
	if k := s.Known.Clusters[id]; k != nil {
		return *k
	}
	return ClusterKnown{}
}

func (d *decision) setKnown(id station.ClusterID, k ClusterKnown) {
	d.s.Known.Clusters = orNew(d.s.Known.Clusters)
	d.s.Known.Clusters[id] = &k
}

// setItem puts an item into the library, or takes it out.
func (d *decision) setItem(it station.Item, keep bool) {
	d.s.Items = maps.Clone(d.s.Items)
	if !keep {
		delete(d.s.Items, it.ID)
		return
	}
	d.s.Items[it.ID] = it
}
