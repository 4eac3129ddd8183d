// Package gateway plays streams on a line of this machine: a sound card's
// output behind which stands a transmitter or an old wired line, and a key that
// switches it on before the sound and off behind it.
//
// What lies behind the line says nothing back: the driver knows what the card
// took. A Driver's state is behind one mutex that is not held while the key is
// switched; Run is its one goroutine. The line bounds what waits to be heard.
package gateway

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"loaxa/audio/frame"
)

// ErrStream is what can be wrong with a stream's number.
var ErrStream = errors.New("gateway stream")

// Line sounds streams on a card, each sample at its moment. None of its methods
// waits for the card.
type Line interface {
	// Open lets a stream be heard from its packet first on.
	Open(first frame.Packet, emergency bool) error
	// Push takes a packet of an open stream, L16.
	Push(p frame.Packet)
	// Cancel takes back what would be heard from a sample on.
	Cancel(stream uint16, fromMicros int64)
	// Sounds tells whether something is heard, or will be so soon.
	Sounds(within time.Duration) bool
	// Played is the stream that the card took last, 0 for none, and how many of
	// its frames the card took; err is what keeps the card from sounding.
	Played() (stream uint16, frames uint64, err error)
}

// Keying switches what stands behind the line: a transmitter, an amplifier.
type Keying struct {
	Switch func(on bool) error // may take its time; nil: there is nothing to switch
	// Ahead is how long before the sound it is switched on. The line makes all
	// sound late by it, so that no first word is cut.
	Ahead time.Duration
	Hold  time.Duration // how long it stays on behind the last sound
}

// Options of a driver. Line and Now must be set.
type Options struct {
	Line  Line
	Key   Keying
	Now   func() int64 // µs of the station's monotonic epoch
	Close func()       // lets the line go when Run ends; may be nil
}

const (
	maxStreams = 12 // open at once; a card's play-out has room for a few more
	maxTold    = 64 // streams of which somebody may still ask what was sent
	look       = 10 * time.Millisecond
	again      = 2 * time.Second // after a switch that failed
	leastHold  = 100 * time.Millisecond
)

// Driver plays on one line. It is a frame.Sink.
type Driver struct {
	opt Options

	mu      sync.Mutex
	streams map[uint16]*stream
	opened  uint64            // streams, ever
	sent    map[uint16]uint64 // until somebody asks
	last    struct {
		stream uint16
		frames uint64
	}
	keyErr  error
	lineErr error
	openErr error // of the newest stream; nil: the line took it
	stopped bool
}

type stream struct {
	emergency bool
	order     uint64 // of opening
	begun     bool
	cut       bool
	from      int64 // the cut, µs
	after     int64 // behind its newest packet
}

// New makes a driver; Run makes it sound.
func New(opt Options) *Driver {
	return &Driver{opt: opt, streams: map[uint16]*stream{}, sent: map[uint16]uint64{}}
}

// Needs is the codec of the packets that it takes.
func (d *Driver) Needs() frame.Codec { return frame.L16 }

// OpenStream announces a stream; an emergency is heard instead of anything else. Where
// there are too many it takes the place of the oldest ordinary one.
func (d *Driver) OpenStream(number uint16, emergency bool) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.streams[number] != nil || len(d.streams) >= maxStreams && !(emergency && d.yield()) {
		return fmt.Errorf("%w %d: open already, or more than %d", ErrStream, number, maxStreams)
	}
	d.opened++
	d.streams[number] = &stream{emergency: emergency, order: d.opened}
	return nil
}

// yield makes room for an emergency: the oldest ordinary stream goes. It is
// false where there is none. The caller holds mu.
func (d *Driver) yield() bool {
	oldest, order := uint16(0), uint64(0)
	for n, s := range d.streams {
		if !s.emergency && (order == 0 || s.order < order) {
			oldest, order = n, s.order
		}
	}
	if order == 0 {
		return false
	}
	d.cancel(oldest, d.streams[oldest], d.opt.Now())
	delete(d.streams, oldest)
	return true
}

// Send takes the stream's next packet; what is of no open stream, damaged or
// too late is dropped.
func (d *Driver) Send(p frame.Packet) {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := d.streams[p.Stream]
	quiet := p.Flags&frame.Silence != 0
	switch {
	case s == nil || d.stopped || s.cut && p.PlayAt >= s.from:
		return
	case p.Codec != frame.L16 || !quiet && len(p.Data) != 2*frame.Samples:
		return
	case p.PlayAt+frame.Duration.Microseconds() < d.opt.Now():
		return
	}
	if !s.begun {
		if d.openErr = d.opt.Line.Open(p, s.emergency); d.openErr != nil {
			return // the next packet tries again
		}
		s.begun = true
		if s.cut {
			d.opt.Line.Cancel(p.Stream, s.from)
		}
	}
	s.after = max(s.after, p.PlayAt+frame.Duration.Microseconds())
	d.opt.Line.Push(p)
}

// Cancel takes back what would be heard from the sample at fromMicros on.
func (d *Driver) Cancel(number uint16, fromMicros int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if s := d.streams[number]; s != nil {
		d.cancel(number, s, fromMicros)
	}
}

// cancel cuts a stream; a later cut takes nothing back. The caller holds mu.
func (d *Driver) cancel(number uint16, s *stream, from int64) {
	if s.cut && from >= s.from {
		return
	}
	s.cut, s.from = true, from
	if s.begun {
		d.opt.Line.Cancel(number, from)
	}
}

// CloseStream ends a stream: what waits is still heard.
func (d *Driver) CloseStream(number uint16) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if s := d.streams[number]; s != nil {
		if s.begun {
			d.cancel(number, s, s.after)
		}
		delete(d.streams, number)
	}
}

// Sent is how many frames of each stream the card took since it was asked last,
// and what keeps them from being heard: the card, or a key that does not obey.
func (d *Driver) Sent() (map[uint16]uint64, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.count()
	out := d.sent
	d.sent = map[uint16]uint64{}
	return out, errors.Join(d.openErr, d.lineErr, d.keyErr)
}

// count asks the line what it played. The caller holds mu.
func (d *Driver) count() {
	stream, frames, err := d.opt.Line.Played()
	d.lineErr = err
	if stream == 0 || stream == d.last.stream && frames <= d.last.frames {
		return
	}
	more := frames
	if stream == d.last.stream {
		more -= d.last.frames
	}
	d.last.stream, d.last.frames = stream, frames
	if _, known := d.sent[stream]; known || len(d.sent) < maxTold {
		d.sent[stream] += more
	}
}

// Run keys the line until ctx ends; then it is silent, the key off, and the line
// let go.
func (d *Driver) Run(ctx context.Context) {
	d.key(ctx)
	d.mu.Lock()
	d.stopped = true
	now := d.opt.Now()
	for n, s := range d.streams {
		d.cancel(n, s, now)
	}
	d.mu.Unlock()
	if d.opt.Close != nil {
		d.opt.Close()
	}
}

// key switches until ctx ends, and then off. A switch that fails is tried again
// and said: nobody hears a transmitter that is off.
func (d *Driver) key(ctx context.Context) {
	k := d.opt.Key
	t := time.NewTicker(look)
	defer t.Stop()
	var on bool
	var last, tried time.Time
	var bad error
	set := func(want bool) {
		if k.Switch == nil {
			return
		}
		tried = time.Now()
		if bad = k.Switch(want); bad == nil {
			on = want
		}
		d.mu.Lock()
		d.keyErr = bad
		d.mu.Unlock()
	}
	set(false) // it may have been left on by a power cut
	for {
		select {
		case <-ctx.Done():
			if on {
				set(false)
			}
			return
		case <-t.C:
		}
		d.mu.Lock()
		d.count()
		d.mu.Unlock()
		if d.opt.Line.Sounds(k.Ahead) {
			last = time.Now()
		}
		want := !last.IsZero() && time.Since(last) < max(k.Hold, leastHold)
		if bad != nil && time.Since(tried) > again || bad == nil && want != on {
			set(want)
		}
	}
}
