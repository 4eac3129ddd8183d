package sim

import (
	"slices"

	"loaxa/audio/frame"
	"loaxa/devices/cluster"
)

// ear is when what a pole was told came.
type ear struct {
	came  []int64 // of each of the pole's packets
	mutes []muting
}

// muting is when a pole was muted, or let sound again.
type muting struct {
	at    int64
	muted bool
}

func (p *Pole) audio(in []frame.Packet) {
	in, late := p.bend(in)
	p.note(func() {
		now := p.now() + late.Microseconds()
		for _, f := range in {
			p.packets, p.came = append(p.packets, f), append(p.came, now)
		}
	})
}

// At is the packet that a pole sounds at a moment of the station's clock: it
// came in time, no cut took it away and the pole was not muted. Of several the
// one of the newest stream is heard, as where one gives way to the other. A
// stream that was opened again after a cut is heard again.
func (p *Pole) At(micros int64) (frame.Packet, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	muted := false
	for _, m := range p.mutes {
		if m.at <= micros {
			muted = m.muted
		}
	}
	if muted {
		return frame.Packet{}, false
	}
	best := -1
	for i, f := range p.packets {
		if f.PlayAt <= micros && micros < f.PlayAt+cluster.FrameMicros && p.came[i] <= f.PlayAt && !p.cut(f) &&
			(best < 0 || f.Stream > p.packets[best].Stream) {
			best = i
		}
	}
	if best < 0 {
		return frame.Packet{}, false
	}
	return p.packets[best], true
}

// cut tells whether a frame was taken back. The caller holds mu.
func (p *Pole) cut(f frame.Packet) bool {
	return slices.ContainsFunc(p.cancels, func(c cluster.Cancel) bool { return c.Stream == f.Stream && f.PlayAt >= c.From })
}
