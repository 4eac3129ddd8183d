// Package sim is a village in memory: clusters that keep what they are sent
// instead of sounding it, and that can stall or reboot. Each Pole's goroutine
// ends with Stop.
package sim

import (
	"context"
	"sync"

	"loaxa/audio/frame"
	"loaxa/devices/cluster"
)

// DialFunc opens a pole's link with the handlers given.
type DialFunc func(ctx context.Context, h cluster.Handlers) (*cluster.Link, error)

// Pole is one simulated cluster.
type Pole struct {
	dial DialFunc
	now  func() int64 // µs of the station's clock

	mu      sync.Mutex
	link    *cluster.Link
	done    chan error
	stop    context.CancelFunc
	packets []frame.Packet
	ear
	opens   []cluster.Open
	cancels []cluster.Cancel
	times   []cluster.Exchange
	muted   bool
	road
	gate chan struct{} // not nil: the reader stands still until it is closed
}

// NewPole makes a pole that is switched off.
func NewPole(dial DialFunc) *Pole { return &Pole{dial: dial, now: func() int64 { return 0 }} }

// SetClock tells a pole the station's clock, in µs, as its ear needs it: At. A
// pole without it takes all that comes as being in time.
func (p *Pole) SetClock(now func() int64) { p.now = now }

// Boot connects; what an earlier run heard is kept.
func (p *Pole) Boot(ctx context.Context) error {
	link, err := p.dial(ctx, cluster.Handlers{
		Audio:  p.audio,
		Open:   func(o cluster.Open) { p.note(func() { p.opens = append(p.opens, o) }) },
		Cancel: func(c cluster.Cancel) { p.note(func() { p.cancels = append(p.cancels, c) }) },
		Mute: func(m bool) {
			p.note(func() { p.muted = m; p.mutes = append(p.mutes, muting{p.now(), m}) })
		},
		Time: func(x cluster.Exchange) { p.note(func() { p.times = append(p.times, x) }) },
	})
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan error, 1) // the one result of Run
	p.mu.Lock()
	p.link, p.done, p.stop = link, done, stop
	p.mu.Unlock()
	go func() { done <- link.Run(ctx) }()
	return nil
}

func (p *Pole) note(f func()) {
	p.mu.Lock()
	gate := p.gate
	p.mu.Unlock()
	if gate != nil {
		<-gate
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	f()
}

// Stall stops the pole's reading; Go lets it read again.
func (p *Pole) Stall() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.gate == nil {
		p.gate = make(chan struct{})
	}
}

// Go ends a Stall.
func (p *Pole) Go() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.gate != nil {
		close(p.gate)
		p.gate = nil
	}
}

// Stop cuts the link without a word and returns how Run ended.
func (p *Pole) Stop() error {
	p.Go()
	p.mu.Lock()
	stop, done := p.stop, p.done
	p.mu.Unlock()
	if stop == nil {
		return nil
	}
	stop()
	err := <-done
	done <- err
	return err
}

// Wait returns how the link ended by itself.
func (p *Pole) Wait() error {
	p.mu.Lock()
	done := p.done
	p.mu.Unlock()
	err := <-done
	done <- err
	return err
}

// Link is the running link.
func (p *Pole) Link() *cluster.Link {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.link
}

// Heard is everything a pole was sent.
type Heard struct {
	Packets []frame.Packet
	Opens   []cluster.Open
	Cancels []cluster.Cancel
	Times   []cluster.Exchange
	Muted   bool
}

// Heard copies what came so far.
func (p *Pole) Heard() Heard {
	p.mu.Lock()
	defer p.mu.Unlock()
	return Heard{
		append([]frame.Packet(nil), p.packets...), append([]cluster.Open(nil), p.opens...),
		append([]cluster.Cancel(nil), p.cancels...), append([]cluster.Exchange(nil), p.times...), p.muted,
	}
}
