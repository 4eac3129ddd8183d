package devices

import (
	"math"
	"slices"
	"time"

	"loaxa/devices/cluster"
)

// The live lead's bounds, and what stands for a way that was not measured yet.
const (
	leadLeast   = 40 * time.Millisecond
	leadMost    = 800 * time.Millisecond
	leadMargin  = 20 * time.Millisecond
	leadNear    = 60 * time.Millisecond  // a LAN or loopback
	leadFar     = 300 * time.Millisecond // any other
	nearBound   = 5.0                    // ms: half a round trip of a LAN
	wayLife     = 10 * 60 * 1_000_000    // µs: older measures say nothing
	leadLowered = 0.01                   // a second: raised at once, lowered slowly
)

// way is how long live sound needs to a cluster; the fleet's mutex guards it.
type way struct {
	transit time.Duration // 99 of 100 frames need no longer
	at      int64         // µs: when that was said; 0: never
	boundMS float64
}

// leads is the group's live lead; the fleet's mutex guards it.
type leads struct {
	ways map[string]*way
	last time.Duration
	at   int64
}

// learn takes what a cluster says of its way.
func (f *Fleet) learn(id string, s cluster.Step, at int64) {
	w := f.leads.ways[id]
	if w == nil {
		w = &way{}
		f.leads.ways[id] = w
	}
	w.boundMS = s.BoundMS
	if lead, ok := f.used[s.SlackOf]; ok && s.SlackOf != 0 && lead > 0 {
		w.transit, w.at = max(lead-time.Duration(s.SlackMS*float64(time.Millisecond)), 0), at
	}
}

func (w *way) need(now int64) time.Duration {
	switch {
	case w == nil:
		return leadFar
	case w.at != 0 && now-w.at < wayLife:
		return w.transit + leadMargin
	case w.boundMS > 0 && w.boundMS < nearBound:
		return leadNear
	}
	return leadFar
}

// LiveLead is the lead that the next live stream needs: what 95 of 100 linked
// clusters need, so that a bad line delays nobody but itself. It is raised at
// once and lowered by 1 % a second.
func (f *Fleet) LiveLead() time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.opt.Now()
	var all []time.Duration
	for id := range f.links {
		all = append(all, f.leads.ways[id].need(now))
	}
	want := leadNear
	if len(all) > 0 {
		slices.Sort(all)
		want = all[int(math.Ceil(0.95*float64(len(all))))-1]
	}
	if f.leads.last > 0 {
		kept := math.Pow(1-leadLowered, float64(now-f.leads.at)/1e6)
		want = max(want, time.Duration(float64(f.leads.last)*kept))
	}
	f.leads.last, f.leads.at = min(max(want, leadLeast), leadMost), now
	return f.leads.last
}
