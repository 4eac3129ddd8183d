package sim

import (
	"context"
	"math/rand/v2"
	"time"

	"loaxa/audio/frame"
	"loaxa/devices/cluster"
)

// Faults are what a pole's road and the pole itself do wrong. The zero value is
// a pole without faults.
type Faults struct {
	Seed   uint64
	Loss   float64       // share of the frames that never come, 0 to 1
	Delay  time.Duration // of every frame
	Jitter time.Duration // up to so much more
	// Lie changes what the pole says of itself; nil: it is honest.
	Lie func(h *cluster.Health)
}

// road is what lies between a pole and its station.
type road struct {
	faults Faults
	rng    *rand.Rand // nil: no faults
}

// SetFaults makes a pole behave so from now on; it is called before Boot.
func (p *Pole) SetFaults(f Faults) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults, p.rng = f, rand.New(rand.NewPCG(f.Seed, 1))
}

// bend takes the frames of one message through the road's faults: what comes of
// them, and how late.
func (p *Pole) bend(in []frame.Packet) (out []frame.Packet, late time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f := p.faults
	if p.rng == nil {
		return in, 0
	}
	for _, q := range in {
		if p.rng.Float64() >= f.Loss {
			out = append(out, q)
		}
	}
	late = f.Delay
	if f.Jitter > 0 {
		late += time.Duration(p.rng.Int64N(int64(f.Jitter)))
	}
	return out, late
}

// Health is what an honest pole says: counted from the frames that were due and
// those that came in time, one stream after the other.
func (p *Pole) Health() cluster.Health {
	now := p.now()
	p.mu.Lock()
	defer p.mu.Unlock()
	h := cluster.Health{Output: "card", Muted: p.muted, Version: "test"}
	newest := -1
	for i, q := range p.packets {
		if q.PlayAt+cluster.FrameMicros <= now && !p.cut(q) && (newest < 0 || q.Stream >= p.packets[newest].Stream) {
			newest = i
		}
	}
	if newest < 0 {
		return h
	}
	stream := p.packets[newest].Stream
	low, high := p.packets[newest].Seq, p.packets[newest].Seq
	for i, q := range p.packets {
		if q.Stream != stream || q.PlayAt+cluster.FrameMicros > now || p.cut(q) {
			continue
		}
		low, high = min(low, q.Seq), max(high, q.Seq)
		if h.PlayedUntil = max(h.PlayedUntil, q.PlayAt+cluster.FrameMicros); p.came[i] <= q.PlayAt {
			h.Account.OnTime++
		} else {
			h.Account.Late++
		}
	}
	h.Account.Due = uint64(high-low) + 1
	h.Account.Concealed = h.Account.Due - h.Account.OnTime - h.Account.Late
	for _, o := range p.opens {
		if o.Stream == stream {
			h.Account.Broadcast = o.Broadcast
			if now-h.PlayedUntil < int64(3*time.Second/time.Microsecond) {
				h.Playing = o.Broadcast
			}
		}
	}
	return h
}

// Tell reports as often as a cluster on air does, until ctx ends or the link
// does.
func (p *Pole) Tell(ctx context.Context) {
	t := time.NewTicker(2 * time.Second)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		h := p.Health()
		p.mu.Lock()
		link, lie := p.link, p.faults.Lie
		p.mu.Unlock()
		if lie != nil {
			lie(&h)
		}
		if link == nil || link.Report(h) != nil {
			return
		}
	}
}

// Die is a power cut: the link breaks without a word, and what was to be heard
// is gone.
func (p *Pole) Die() {
	_ = p.Stop() // its error is the cut
	now := p.now()
	p.mu.Lock()
	defer p.mu.Unlock()
	var packets []frame.Packet
	var came []int64
	for i, q := range p.packets {
		if q.PlayAt <= now {
			packets, came = append(packets, q), append(came, p.came[i])
		}
	}
	p.packets, p.came = packets, came
}
