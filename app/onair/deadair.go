package onair

import (
	"slices"
	"strconv"
	"time"

	"loaxa/app/station"
)

// Watch is since when the poles contradict what is on the air; mono, 0: they do
// not. What goes out here proves nothing: a pole's own account does.
type Watch struct {
	Mute  time.Duration // poles are linked, none says that it plays
	Quiet time.Duration // those that play say that nothing is to be heard
}

// Bounds of dead air.
const (
	deadAfter  = 8 * time.Second  // a report's interval, its proof's life and a little more
	quietAfter = 25 * time.Second // longer than the rests of music and speech
	quietLevel = 0.001            // RMS at the pole, full scale 1: -60 dB
)

// airTick rings when what is on the air is heard nowhere by the word of the
// poles themselves.
func (d *decision) airTick() {
	if q := d.s.Plan.Silent; q != nil && !d.now.Wall.Before(q.Until) {
		d.soundAgain()
	}
	for _, on := range slices.Clone(d.s.Air) {
		b := d.s.find(on.ID)
		linked, playing, loud := d.poles(b)
		mute := b.Phase == station.OnAir && linked > 0 && playing == 0
		quiet := b.Phase == station.OnAir && playing > 0 && loud == 0 && len(b.Pieces) > 0 && b.Pieces[0].Kind != station.FromMic
		d.since(&b.Mute, mute)
		d.since(&b.Quiet, quiet)
		switch {
		case b.Mute > 0 && d.now.Mono-b.Mute >= deadAfter:
			d.deadAir(b, "no-proof")
			d.fall(b, "no-proof")
		case b.Quiet > 0 && d.now.Mono-b.Quiet >= quietAfter:
			d.deadAir(b, "no-sound")
			d.fall(b, "no-sound")
		case playing > 0 && !quiet:
			d.mended(deadKey(b.ID))
		}
	}
}

func (d *decision) since(at *time.Duration, is bool) {
	switch {
	case !is:
		*at = 0
	case *at == 0:
		*at = max(d.now.Mono, 1)
	}
}

// poles counts of the clusters that have b those that are linked, those that
// prove that they play it, and those at which something is to be heard.
func (d *decision) poles(b *Broadcast) (linked, playing, loud int) {
	for _, id := range b.Assigned {
		k := d.s.Known.Clusters[id]
		if k == nil || !k.Up || silenced(*k, b) {
			continue
		}
		linked++
		if k.Health.Playing != b.ID || k.Proof == (station.Stamp{}) || d.now.Mono-k.Proof.Mono > station.ProofLife {
			continue
		}
		playing++
		if k.Health.Level > quietLevel {
			loud++
		}
	}
	return linked, playing, loud
}

func deadKey(id station.BroadcastID) string { return "dead-air-" + strconv.FormatUint(uint64(id), 10) }

func (d *decision) deadAir(b *Broadcast, why string) {
	if d.isOpen(deadKey(b.ID)) {
		return
	}
	e := d.about(b, station.EvDeadAir, why)
	e.Targets = len(b.Assigned)
	d.note(e)
	d.fault(deadKey(b.ID), station.EvDeadAir, "", b.Title, why)
}

func noAirKey(id station.BroadcastID) string { return "no-air-" + strconv.FormatUint(uint64(id), 10) }

// airSound rings while what the station itself sends is silence, hum or noise
// where a piece should sound.
func (d *decision) airSound(f station.AirSound) {
	b, key := d.s.find(f.Broadcast), noAirKey(f.Broadcast)
	switch {
	case b == nil || !slices.Contains(station.AirFaults, f.Wrong):
		d.mended(key)
		if b != nil && b.Rung == station.RungSilence && len(b.Pieces) > 0 && d.s.Items[b.Pieces[0].Item].Relay() {
			b.Ladder = station.Ladder{} // it connected again
		}
	case !d.isOpen(key):
		d.note(d.about(b, station.EvNoAir, f.Wrong))
		d.fault(key, station.EvNoAir, "", b.Title, f.Wrong)
		d.fall(b, f.Wrong)
	}
}
