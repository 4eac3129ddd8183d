package source

import (
	"errors"

	"loaxa/audio/dsp"
)

// Silence is a run of zeros.
type Silence struct {
	pos, end int64
	endless  bool
}

// NewSilence makes n samples of silence; with n < 0 it has no end.
func NewSilence(n int64) *Silence { return &Silence{end: n, endless: n < 0} }

// Read gives zeros; see Source.
func (s *Silence) Read(out []float32) int {
	clear(out)
	n := len(out)
	if !s.endless {
		n = int(min(int64(n), s.end-s.pos))
	}
	s.pos += int64(n)
	return n
}

// Position counts the zeros given.
func (s *Silence) Position() int64 { return s.pos }

// Starved is always 0: silence is what was asked for.
func (s *Silence) Starved() int64 { return 0 }

// Err is always nil.
func (s *Silence) Err() error { return nil }

// Pauses is true: silence is what was asked for.
func (s *Silence) Pauses() bool { return true }

// Close ends the silence.
func (s *Silence) Close() error { s.end, s.endless = s.pos, false; return nil }

// Concat plays sources one after the other without a gap, as one item: its
// position counts over all of them. A part that breaks ends it with that error
// only when it is the last: the words after a broken siren are still said.
type Concat struct {
	parts   []Source
	pos     int64
	starved int64 // of the parts that are done
	err     error
}

// NewConcat joins sources and owns them from then on. Position starts at the
// first one's.
func NewConcat(parts ...Source) *Concat {
	c := &Concat{parts: parts}
	if len(parts) > 0 {
		c.pos = parts[0].Position()
	}
	return c
}

// Read gives the next samples; see Source.
func (c *Concat) Read(out []float32) int {
	n := 0
	for n < len(out) && len(c.parts) > 0 {
		part := c.parts[0]
		before := part.Position()
		got := part.Read(out[n:])
		c.pos += part.Position() - before
		n += got
		if n < len(out) {
			c.starved += part.Starved()
			c.err = part.Err()
			_ = part.Close() // read only: nothing can be lost
			c.parts = c.parts[1:]
		}
	}
	clear(out[n:])
	return n
}

// Position counts samples from the start of the first part.
func (c *Concat) Position() int64 { return c.pos }

// Starved sums over the parts.
func (c *Concat) Starved() int64 {
	if len(c.parts) > 0 {
		return c.starved + c.parts[0].Starved()
	}
	return c.starved
}

// Ready is what the part that plays can give at once.
func (c *Concat) Ready() int {
	if len(c.parts) > 0 {
		if b, ok := c.parts[0].(Buffered); ok {
			return b.Ready()
		}
	}
	return ready
}

// Pauses asks the part that plays.
func (c *Concat) Pauses() bool {
	if len(c.parts) > 0 {
		if p, ok := c.parts[0].(Pausing); ok {
			return p.Pauses()
		}
	}
	return false
}

// Err is what ended the last part.
func (c *Concat) Err() error {
	if len(c.parts) > 0 {
		return nil
	}
	return c.err
}

// Close closes all parts.
func (c *Concat) Close() error {
	var all error
	for _, p := range c.parts {
		all = errors.Join(all, p.Close())
	}
	c.parts = nil
	return all
}

const ready = 1 << 30 // what a source that is never empty can give

// Gain scales a source.
type Gain struct {
	Source
	factor float32
}

// NewGain scales src by a linear factor.
func NewGain(src Source, factor float32) *Gain { return &Gain{src, factor} }

// Read gives the scaled samples; see Source.
func (g *Gain) Read(out []float32) int {
	n := g.Source.Read(out)
	for i := range out[:n] {
		out[i] *= g.factor
	}
	return n
}

// Pauses asks the source that is scaled.
func (g *Gain) Pauses() bool {
	p, ok := g.Source.(Pausing)
	return ok && p.Pauses()
}

// Ready asks the source that is scaled.
func (g *Gain) Ready() int {
	if b, ok := g.Source.(Buffered); ok {
		return b.Ready()
	}
	return ready
}

// Part plays a source up to a sample of its own and ends there. Its samples are
// counted from the source's sample head on.
type Part struct {
	Source
	end, head int64
}

// NewTrim plays n samples of a source from its sample head on, as if there was
// nothing else; the source stands at head or behind it. It owns the source.
func NewTrim(src Source, head, n int64) *Part { return &Part{src, n, head} }

// Position is the next sample, counted from head.
func (p *Part) Position() int64 { return p.Source.Position() - p.head }

// NewPart ends a source before its sample end, and owns it from then on.
func NewPart(src Source, end int64) *Part { return &Part{src, end, 0} }

// Read gives the next samples; see Source.
func (p *Part) Read(out []float32) int {
	n := 0
	for n < len(out) {
		left := p.end - p.Position()
		if left <= 0 {
			break
		}
		want := out[n:min(int64(len(out)), int64(n)+left)]
		got := p.Source.Read(want)
		if n += got; got < len(want) {
			break
		}
	}
	clear(out[n:])
	return n
}

// Len is where it ends, or where the source does before that.
func (p *Part) Len() int64 {
	if s, ok := p.Source.(Sized); ok && s.Len() >= 0 {
		return min(s.Len()-p.head, p.end)
	}
	return p.end
}

// Ready asks the source.
func (p *Part) Ready() int {
	if b, ok := p.Source.(Buffered); ok && p.Position() < p.end {
		return b.Ready()
	}
	return ready
}

// Pauses asks the source.
func (p *Part) Pauses() bool {
	s, ok := p.Source.(Pausing)
	return ok && s.Pauses()
}

// Voice is a microphone's signal made fit for horns; see dsp.Voice. Position
// and end are the source's own: the chain has no delay.
type Voice struct {
	Source
	chain *dsp.Voice
}

// NewVoice works on what src gives, and owns it from then on.
func NewVoice(src Source) *Voice { return &Voice{src, dsp.NewVoice()} }

// Read gives the next samples; see Source.
func (v *Voice) Read(out []float32) int {
	n := v.Source.Read(out)
	v.chain.Process(out[:n])
	return n
}

// Ready asks the source.
func (v *Voice) Ready() int {
	if b, ok := v.Source.(Buffered); ok {
		return b.Ready()
	}
	return ready
}

// Pauses asks the source.
func (v *Voice) Pauses() bool {
	p, ok := v.Source.(Pausing)
	return ok && p.Pauses()
}
