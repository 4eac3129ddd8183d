package onair

import (
	"reflect"
	"slices"
	"time"

	"loaxa/app/station"
)

// quietEvery is how often who watches is told of a picture in which nothing
// but ages moved: a screen shows seconds and counts them on by itself.
const quietEvery = time.Second

// publish makes the newest picture. What happened is in it at once for who asks,
// signs of life within tickEvery; who
// watches is told when something happened, of ages alone each quietEvery.
func (d *Desk) publish(happened bool) {
	now := d.parts.Now()
	d.drawnAt = now.Mono
	s := d.view(now)
	if was := d.snap.Load(); happened || was == nil || !sameButAges(was, s) {
		d.rev++
		happened = true
	}
	s.Rev = d.rev
	d.snap.Store(s)
	if !happened && now.Mono-d.said < quietEvery {
		return
	}
	d.said = now.Mono
	d.mu.Lock()
	defer d.mu.Unlock()
	for c := range d.subs {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}

// tells says whether something happened that somebody did or that has a place
// in the journal; what is left are the signs of life that devices send.
func tells(in Input, out Outcome) bool {
	if in.Intent != nil || len(out.Events) > 0 || len(out.Cues) > 0 {
		return true
	}
	switch in.Fact.(type) {
	case nil, station.ClusterReport, station.BoardReport, station.UpstreamReport, station.SavedReport, station.MicReport, station.DueReport:
		return false
	default:
		return true
	}
}

// sameButAges compares what signs of life and the passing of time can change.
func sameButAges(a, b *station.Snapshot) bool {
	au, bu := a.Upstream, b.Upstream
	au.LastAck, bu.LastAck = time.Time{}, time.Time{}
	return au == bu && a.Saved == b.Saved && a.Station.Internet == b.Station.Internet &&
		slices.EqualFunc(a.Clusters, b.Clusters, func(a, b station.ClusterView) bool {
			return a.ID == b.ID && a.State == b.State && a.Since == b.Since && a.Broadcast == b.Broadcast &&
				a.Missed == b.Missed && a.Why == b.Why && a.Health.Output == b.Health.Output
		}) &&
		slices.EqualFunc(a.Boards, b.Boards, func(a, b station.BoardView) bool {
			return a.ID == b.ID && a.Up == b.Up && a.Shown == b.Shown && a.Want == b.Want && a.Since == b.Since
		}) &&
		reflect.DeepEqual(a.Air, b.Air) && reflect.DeepEqual(a.Mic, b.Mic) && reflect.DeepEqual(a.Plan, b.Plan)
}
