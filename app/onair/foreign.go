package onair

import (
	"slices"
	"time"

	"loaxa/app/station"
)

// Bounds of what a pole may be heard with.
const (
	oddAfter  = 1200 * time.Millisecond // of it: longer than the last report of what ended, short of two seconds
	lateAfter = 15 * time.Second        // … of a broadcast that was open here: a transmitter is heard up to 10 s late
	idleLevel = 0.01                    // RMS, full scale 1: -40 dB, above an amplifier's hum
	ampAfter  = 5 * time.Second         // of sound that the amplifier has not: longer than a pause of speech
	hornAfter = time.Minute             // of sound that the microphone before the horn does not find: rain and lorries pass
	ownBit    = station.BroadcastID(1) << 63
)

// Odd is since when a pole is heard with what nobody ordered, or not heard with
// what it plays; mono, 0: it is not.
type Odd struct {
	Since time.Duration
	Why   string        // foreign-idle or foreign-source
	Amp   time.Duration // plays, and its amplifier gives nothing
	Ear   time.Duration // plays, and the microphone before its horn hears nothing of it
}

// watchPoles rings when a pole sounds though nothing is ordered there, or with a
// broadcast that this desk did not open, and silences it: an emergency is heard
// all the same. It stays silenced, and the fault stands, until a person lifts
// the mute.
func (d *decision) watchPoles() {
	for i := range d.s.Roster {
		id := d.s.Roster[i].ID
		k := d.s.known(id)
		fresh := k.Up && d.now.Mono-k.Report.Mono <= station.ProofLife
		was := k.Odd
		d.foreign(id, &k, fresh)
		d.ampSilent(id, &k, fresh)
		d.hornSilent(id, &k, fresh)
		if k.Odd != was {
			d.setKnown(id, k)
		}
	}
}

func (d *decision) foreign(id station.ClusterID, k *ClusterKnown, fresh bool) {
	key, why := "foreign-"+string(id), ""
	if fresh {
		why = d.s.oddSound(id, k.Health)
	}
	switch {
	case why == "":
		k.Odd.Since, k.Odd.Why = 0, ""
		if fresh && d.isOpen(key) && !d.s.cluster(id).Muted {
			d.mended(key)
		}
	case k.Odd.Since == 0:
		k.Odd.Since, k.Odd.Why = max(d.now.Mono, 1), why
	case d.now.Mono-k.Odd.Since >= d.s.oddFor(k.Health.Playing) && !d.isOpen(key):
		d.ownRoster()
		c := d.s.cluster(id)
		d.note(station.Event{Kind: station.EvForeign, Cluster: id, Number: c.Number, Title: c.Name, Reason: why})
		d.fault(key, station.EvForeign, id, c.Name, why)
		if !c.Muted {
			d.setMute([]*station.Cluster{c}, true, "auto-muted")
		}
	}
}

func (s *State) oddFor(b station.BroadcastID) time.Duration {
	if b != 0 && b <= s.Counters.Broadcast {
		return lateAfter
	}
	return oddAfter
}

// oddSound is what is wrong with a pole's sound; empty: nothing.
func (s *State) oddSound(id station.ClusterID, h station.ClusterHealth) string {
	open := func(b station.BroadcastID) bool {
		return s.find(b) != nil || slices.ContainsFunc(s.Receipts, func(r pendingReceipt) bool { return r.Broadcast == b })
	}
	if h.Playing != 0 {
		if h.Playing&ownBit == 0 && !open(h.Playing) {
			return "foreign-source"
		}
		return ""
	}
	level := h.Level
	if h.Muted {
		level = 0
	}
	if h.Sense.Has {
		level = max(level, h.Sense.Amp)
	}
	if level < idleLevel {
		return ""
	}
	for i := range s.Air {
		if slices.Contains(s.Air[i].Assigned, id) {
			return ""
		}
	}
	if slices.ContainsFunc(s.Receipts, func(r pendingReceipt) bool { return slices.Contains(r.Clusters, id) }) {
		return ""
	}
	return "foreign-idle"
}

// ampSilent rings when a pole plays and its amplifier gives nothing.
func (d *decision) ampSilent(id station.ClusterID, k *ClusterKnown, fresh bool) {
	h, key := k.Health, "amp-"+string(id)
	if fresh && !h.Sense.Has { // the input was taken away, perhaps while we were off
		k.Odd.Amp = 0
		d.mended(key)
	}
	if !fresh || !h.Sense.Has || h.Playing == 0 || h.Level < idleLevel {
		return // says nothing either way
	}
	if h.Sense.Sounds() {
		k.Odd.Amp = 0
		d.mended(key)
		return
	}
	d.since(&k.Odd.Amp, true)
	if d.now.Mono-k.Odd.Amp >= ampAfter && !d.isOpen(key) {
		c := d.s.cluster(id)
		d.note(station.Event{Kind: station.EvClusterFault, Cluster: id, Number: c.Number, Title: c.Name, Reason: "amp-silent"})
		d.fault(key, station.EvClusterFault, id, c.Name, "amp-silent")
	}
}

// hornSilent rings when a pole plays and the microphone before its horn does
// not hear it for as long as any pause or storm of noise may last.
func (d *decision) hornSilent(id station.ClusterID, k *ClusterKnown, fresh bool) {
	h, key := k.Health, "horn-"+string(id)
	if fresh && !h.Sense.HasEar { // the microphone was taken away, perhaps while we were off
		d.mended(key)
	}
	if !h.Sense.HasEar || h.Playing == 0 || h.Level < idleLevel && !d.isOpen(key) {
		k.Odd.Ear = 0 // only sound counts
	}
	if !fresh || !h.Sense.HasEar || h.Playing == 0 || h.Level < idleLevel {
		return // says nothing either way
	}
	if h.Sense.Ear {
		k.Odd.Ear = 0
		d.mended(key)
		return
	}
	d.since(&k.Odd.Ear, true)
	if d.now.Mono-k.Odd.Ear >= hornAfter && !d.isOpen(key) {
		c := d.s.cluster(id)
		d.note(station.Event{Kind: station.EvClusterFault, Cluster: id, Number: c.Number, Title: c.Name, Reason: "horn-silent"})
		d.fault(key, station.EvClusterFault, id, c.Name, "horn-silent")
	}
}
