package playout_test

import (
	"errors"
	"fmt"
	"math"
	"sync"
	"time"

	"loaxa/app/station"
	"loaxa/audio/audiotest"
	"loaxa/audio/frame"
	"loaxa/devices"
)

// fleet is the clusters: it keeps what it is given.
type fleet struct {
	s       *stage
	mu      sync.Mutex
	streams map[uint16]*stream
	refuse  error
}

type stream struct {
	devices.StreamOpen
	packets  []frame.Packet
	assigned []string
	assigns  int
	cut      int64
	closed   bool
	closes   int64
}

func (f *fleet) Open(o devices.StreamOpen) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.refuse != nil {
		return f.refuse
	}
	if f.streams[o.Stream] != nil {
		return errors.New("stream number used twice")
	}
	f.streams[o.Stream] = &stream{StreamOpen: o, cut: math.MaxInt64}
	return nil
}

func (f *fleet) on(n uint16, do func(*stream)) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.streams[n]
	if s == nil || s.closed {
		return fmt.Errorf("stream %d is not open", n)
	}
	do(s)
	return nil
}

func (f *fleet) Assign(n uint16, ids []string, _ int64) error {
	return f.on(n, func(s *stream) { s.assigned, s.assigns = ids, s.assigns+1 })
}
func (f *fleet) Cancel(n uint16, from int64) error {
	return f.on(n, func(s *stream) { s.cut = min(s.cut, from) })
}
func (f *fleet) CloseStream(n uint16) {
	_ = f.on(n, func(s *stream) { s.closed, s.closes = true, f.s.eng.Now() })
}
func (f *fleet) Send(p frame.Packet) {
	_ = f.on(p.Stream, func(s *stream) { s.packets = append(s.packets, p) })
}

// alive counts streams that are not closed.
func (f *fleet) alive() (n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, s := range f.streams {
		if !s.closed {
			n++
		}
	}
	return n
}

// heard is what a pole plays of a broadcast, from the epoch on.
func (f *fleet) heard(b station.BroadcastID) []float32 {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []float32
	for _, s := range f.streams {
		if s.Broadcast != uint64(b) {
			continue
		}
		for _, p := range s.packets {
			at := int(p.PlayAt * 6 / 125)
			for len(out) < at+frame.Samples {
				out = append(out, 0)
			}
			for i := 0; i+1 < len(p.Data); i += 2 {
				if p.PlayAt+int64(i/2)*125/6 < s.cut {
					out[at+i/2] += float32(int16(uint16(p.Data[i])<<8|uint16(p.Data[i+1]))) / 32768
				}
			}
		}
	}
	return out
}

// sound says from when to when a broadcast was heard, with holes in between
// that are longer than 3 ms.
func (f *fleet) sound(b station.BroadcastID) (from, to time.Duration, holes []time.Duration) {
	s := f.heard(b)
	end := len(s)
	for end > 0 && s[end-1] == 0 {
		end--
	}
	gaps := audiotest.Gaps(s, 0.004, 144)
	from, to = 0, time.Duration(end)*time.Second/frame.Rate
	for _, g := range gaps {
		d := time.Duration(g.Samples) * time.Second / frame.Rate
		switch {
		case g.At == 0:
			from = d
		case g.At+g.Samples >= len(s):
			to = time.Duration(g.At) * time.Second / frame.Rate
		default:
			holes = append(holes, d)
		}
	}
	return from, to, holes
}

// at is a copy of what a stream was told.
func (f *fleet) at(n uint16) stream {
	f.mu.Lock()
	defer f.mu.Unlock()
	return *f.streams[n]
}
