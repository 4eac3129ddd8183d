package bus

import (
	"fmt"

	"loaxa/audio/source"
)

// fill takes the next samples from the playlist; what nobody gives is silence.
// Suspending and ending fade all that sounds together.
func (b *Bus) fill(out []float32) {
	own := b.sense.own[:0]
	for len(out) > 0 {
		n := b.step(b.until(out))
		own = append(own, out[:n]...)
		if !b.gate.still(0) {
			b.mixUnder(out[:n])
		}
		b.gate.apply(out[:n])
		b.toEnd(out[:n])
		b.mix += int64(n)
		out = out[n:]
	}
}

// step fills the head of out with samples of one state: the piece that plays,
// the wait for the next, or silence. It returns how many; more than 0.
func (b *Bus) step(out []float32) int {
	if b.endAt >= 0 {
		if b.mix >= b.endAt {
			return b.end(out)
		}
		out = out[:min(int64(len(out)), b.endAt-b.mix)]
	}
	if b.gate.still(0) {
		clear(out)
		return len(out)
	}
	if b.gate.left > 0 { // do not take samples that the end of a fade out would lose
		out = out[:min(len(out), b.gate.left)]
	}
	if !b.playing {
		if n := b.wait(out); n > 0 {
			return n
		}
	}
	return b.piece(out)
}

// end closes the playlist at the end that was set.
func (b *Bus) end(out []float32) int {
	if b.playing {
		b.mark(Ended, b.list[0].Source.Position(), nil)
	}
	if !b.drained {
		b.drain()
	}
	b.Close()
	b.endAt = -1
	clear(out)
	return len(out)
}

// wait gives silence up to the next piece's start; 0 when that is now.
func (b *Bus) wait(out []float32) int {
	n := len(out)
	if len(b.list) > 0 {
		if b.list[0].At <= b.mix {
			b.start()
			return 0
		}
		n = int(min(int64(n), b.list[0].At-b.mix))
	} else if !b.drained {
		b.drain()
	}
	clear(out[:n])
	return n
}

func (b *Bus) start() {
	b.playing = true
	b.skip = ramp{gain: 1}
	if f := b.list[0].FadeIn; f > 0 {
		b.skip = ramp{gain: 0, goal: 1, left: f}
	}
	b.mark(Started, b.list[0].Source.Position(), nil)
	b.bring(b.list[0].Bed)
	b.list[0].Bed = nil // it is the bus' own from here on
}

// piece reads the piece that plays and goes on to the next where it ends.
func (b *Bus) piece(out []float32) int {
	out = b.crossing(out)
	p := &b.list[0]
	if b.skip.goal == 0 && b.skip.left > 0 {
		out = out[:min(len(out), b.skip.left)]
	}
	before := p.Source.Position()
	n, failed := read(p.Source, out)
	after := p.Source.Position()
	b.remember(p.Tag, before, min(after-before, int64(n)))
	if p.Gain != 0 && p.Gain != 1 {
		for i := range out[:n] {
			out[i] *= float32(p.Gain)
		}
	}
	b.skip.apply(out[:n])
	b.under.rise(out[:n])
	if n < len(out) || b.skip.left == 0 && b.skip.gain == 0 {
		b.mix += int64(n)
		b.finish(p.Source, failed)
		b.mix -= int64(n)
		if n == 0 && len(b.list) == 0 {
			clear(out)
			return len(out)
		}
		if n == 0 {
			return b.step(out)
		}
	}
	return n
}

// toEnd fades towards the end that was set.
func (b *Bus) toEnd(s []float32) {
	if b.endAt < 0 {
		return
	}
	for i := range s {
		if left := b.endAt - b.mix - int64(i); left < FadeSamples {
			s[i] *= float32(left) / FadeSamples
		}
	}
}

// finish marks and closes the piece that plays.
func (b *Bus) finish(s source.Source, err error) {
	if err == nil {
		err = s.Err()
	}
	kind := Ended
	if err != nil {
		kind = Broken
	}
	b.mark(kind, s.Position(), err)
	_ = s.Close() // read only
	b.list[0] = Piece{}
	b.list, b.playing = b.list[1:], false
	if len(b.list) == 0 {
		b.drain()
	}
}

func (b *Bus) drain() {
	b.drained = true
	b.leaveBed()
	b.marks = append(b.marks, Mark{Kind: Drained, At: b.mix})
}

// read reads a source; a panic in it ends the source, never the bus.
func read(s source.Source, out []float32) (n int, err error) {
	defer func() {
		if r := recover(); r != nil {
			clear(out)
			n, err = 0, fmt.Errorf("source: %v: %w", r, source.ErrDamaged)
		}
	}()
	return s.Read(out), nil
}

func (b *Bus) mark(k Kind, item int64, err error) {
	b.marks = append(b.marks, Mark{Kind: k, Tag: b.list[0].Tag, At: b.mix, Item: item, Err: err})
}
