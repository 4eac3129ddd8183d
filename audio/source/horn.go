package source

import (
	"math"
	"slices"
	"sync"
	"sync/atomic"

	"loaxa/audio/dsp"
)

// howlQueue is how many blocks wait for the howl detector, which twice a second
// works for some milliseconds; full: the newest is left out and the detector
// begins anew.
const howlQueue = 64

// howlGain is what is left of a microphone that howls.
var howlGain = float32(math.Pow(10, -dsp.HowlCutDB/20))

// Horn is a microphone that stands near the loudspeakers it is heard from: its
// voice made fit for horns, and 12 dB less of it while it hears itself.
type Horn struct {
	*Voice
	raw   *rawTap
	gain  float32
	kept  bool // the block before went to the detector
	looks chan look
	once  sync.Once
	gone  chan struct{}
	state atomic.Uint32 // dsp.HowlState
}

// look is the same stretch of time at the microphone and on its way out; next
// false: a stretch was left out before it.
type look struct {
	mic, out []float32
	next     bool
}

// rawTap keeps what a source gave last.
type rawTap struct {
	Source
	last []float32
}

func (r *rawTap) Read(out []float32) int {
	n := r.Source.Read(out)
	r.last = append(r.last[:0], out[:n]...)
	return n
}

// NewHorn works on what mic gives, and owns it from then on.
func NewHorn(mic Source) *Horn {
	raw := &rawTap{Source: mic}
	h := &Horn{Voice: NewVoice(raw), raw: raw, gain: 1, looks: make(chan look, howlQueue), gone: make(chan struct{})}
	go h.watch()
	return h
}

// watch looks for our own sound in the microphone, beside the sound's own tick.
func (h *Horn) watch() {
	d := dsp.NewHowl()
	for {
		select {
		case <-h.gone:
			return
		case l := <-h.looks:
			if !l.next {
				d = dsp.NewHowl()
			}
			d.Take(l.mic, l.out)
			h.state.Store(uint32(d.State()))
		}
	}
}

// Howl is how near the microphone is to howling; any goroutine may ask. One
// that is closed does not howl.
func (h *Horn) Howl() dsp.HowlState {
	select {
	case <-h.gone:
		return dsp.HowlNone
	default:
		return dsp.HowlState(h.state.Load())
	}
}

// Read gives the next samples; see Source.
func (h *Horn) Read(out []float32) int {
	n := h.Voice.Read(out)
	s := out[:n]
	goal := float32(1)
	if h.Howl() == dsp.HowlCut {
		goal = howlGain
	}
	if goal != h.gain && n > 0 {
		step := (goal - h.gain) / float32(n) // over one block: no click
		for i := range s {
			h.gain += step
			s[i] *= h.gain
		}
		h.gain = goal
	} else if goal != 1 {
		for i := range s {
			s[i] *= goal
		}
	}
	h.hand(s)
	return n
}

// hand gives the detector what was heard and what goes out.
func (h *Horn) hand(s []float32) {
	if len(s) == 0 {
		return
	}
	select {
	case h.looks <- look{slices.Clone(h.raw.last), slices.Clone(s), h.kept}:
		h.kept = true
	default:
		h.kept = false
	}
}

// Ready asks the source.
func (h *Horn) Ready() int {
	if b, ok := h.raw.Source.(Buffered); ok {
		return b.Ready()
	}
	return ready
}

// Pauses asks the source.
func (h *Horn) Pauses() bool {
	p, ok := h.raw.Source.(Pausing)
	return ok && p.Pauses()
}

// Close ends the source.
func (h *Horn) Close() error {
	h.once.Do(func() { close(h.gone) })
	return h.Voice.Close()
}
