package devices

import (
	"math"
	"slices"
	"time"

	"loaxa/audio/frame"
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

// timing is what a live stream's frames say of its lead.
type timing struct {
	lead  time.Duration // of the newest frame; 0: it is not live
	base  int64         // µs: play-at of frame 0, were all frames as the newest; 0: nothing was sent
	moved bool          // it was changed in mid-stream
}

// of is the lead of frames by the play-at of their frame 0, as a cluster says
// it; false: they had another lead than the newest.
func (t timing) of(base int64) (time.Duration, bool) {
	if base == 0 { // it does not say
		return t.lead, t.lead > 0 && !t.moved
	}
	return t.lead, t.lead > 0 && base == t.base
}

// timed follows a live stream whose lead changes: its frames leave sooner or
// later before their play-at.
func (s *stream) timed(p *frame.Packet) {
	hurried := p.Flags&frame.Sooner != 0
	p.Flags &^= frame.Sooner
	if !s.Live {
		return
	}
	t, base := s.fleet.used[s.Stream], p.PlayAt-int64(p.Seq)*cluster.FrameMicros
	switch {
	case t.base == 0:
		t.base = base
	case base == t.base && !hurried:
		return
	default:
		t.lead, t.base, t.moved = t.lead+time.Duration(base-t.base)*time.Microsecond, base, true
	}
	if hurried {
		t.lead -= frame.Duration
	}
	t.lead = min(max(t.lead, frame.Duration), 2*leadMost)
	s.Lead, s.fleet.used[s.Stream] = t.lead, t
}

// learn takes what a cluster says of its way.
func (f *Fleet) learn(id string, s cluster.Step, at int64) {
	w := f.leads.ways[id]
	if w == nil {
		w = &way{}
		f.leads.ways[id] = w
	}
	w.boundMS = s.BoundMS
	if lead, ok := f.used[s.SlackOf].of(s.SlackBase); ok && s.SlackOf != 0 {
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
