package source

import (
	"slices"
	"sync"

	"loaxa/audio/dsp"
	"loaxa/audio/frame"
)

// Lengths of the ring between a sound card's clock and ours, in samples.
const (
	micTarget  = frame.Rate * 30 / 1000  // buffered before sound starts
	micStep    = frame.Rate * 10 / 1000  // more after each underrun of a writer in blocks
	micMost    = frame.Rate * 100 / 1000 // most the target grows to
	micCap     = frame.Rate * 200 / 1000 // above: the oldest is dropped down to the target
	micSpare   = frame.Rate * 12 / 1000  // above the target when sound starts that is not dropped
	micJump    = frame.Rate * 50 / 1000  // late by so much for a second: jump, the bend would take minutes
	micFade    = frame.Rate * 2 / 1000   // at both ends of a gap
	micPatient = frame.Rate * 200 / 1000 // a gap shorter than this was an underrun, not a pause
)

// Bend of the clock: an error of fill of one second would be closed in 20 s,
// by at most 300 ppm, which no ear hears.
const (
	micSlow   = 1.0 / 50 // share of a new reading in the mean fill: 1 s
	micDead   = 4 * 48   // samples of fill error that are left alone
	micClose  = 20 * frame.Rate
	micBend   = 300e-6
	micWindow = dsp.BendTaps    // samples that interpolation looks at
	micBack   = micWindow/2 - 1 // of them, those given already
)

// MicStats counts what a microphone's ring did, in samples.
type MicStats struct {
	Fed     int64 // came in
	Starved int64 // silence given for want of samples
	Overrun int64 // dropped because the ring was full
	Fill    int   // now in the ring
	Target  int   // wanted in it
}

// Mic is a live source: Feed puts samples in at the card's pace, Read takes
// them at the station's. Between the two stands a ring of 30 ms that grows to
// 100 where the writer comes in blocks; a slow bend of up to 300 ppm keeps the
// two clocks together. Too full (200 ms, or 50 ms over its fill
// for a second): the oldest go, counted. Empty:
// silence, counted, until the target is reached again.
type Mic struct {
	mu      sync.Mutex
	ring    []float32
	stats   MicStats
	primed  bool
	gap     int     // samples of silence since the last sound
	mean    float64 // of the fill after a read
	aim     float64 // what it was when sound started: this writer's own
	frac    float64 // place behind ring[micBack], while bent
	bent    bool
	pos     int64
	closed  bool
	onClose func()
}

// NewMic makes a microphone source; onClose, if given, is called once by Close.
func NewMic(onClose func()) *Mic {
	return &Mic{onClose: onClose, stats: MicStats{Target: micTarget}, ring: make([]float32, 0, 2*micCap)}
}

// Feed puts samples in. It never waits and may be called from any goroutine.
func (m *Mic) Feed(s []float32) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return
	}
	m.stats.Fed += int64(len(s))
	m.ring = append(m.ring, s...)
	if len(m.ring) > micCap {
		m.drop(len(m.ring) - m.stats.Target)
	}
}

func (m *Mic) drop(n int) {
	m.stats.Overrun += int64(n)
	m.ring = m.ring[:copy(m.ring, m.ring[n:])]
	fade(m.ring[:min(micFade, len(m.ring))], false)
	m.mean = m.aim
}

// fade scales a piece up from silence, or down to it.
func fade(s []float32, down bool) {
	for i := range s {
		g := float32(i) / float32(len(s))
		if down {
			g = 1 - g
		}
		s[i] *= g
	}
}

// Read gives the next samples; see Source. It ends only by Close.
func (m *Mic) Read(out []float32) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		clear(out)
		return 0
	}
	if !m.primed && !m.prime(len(out)) {
		m.lack(out)
		return len(out)
	}
	n := m.take(out)
	m.pos += int64(n)
	if n < len(out) {
		fade(out[n-min(n, micFade):n], true)
		m.primed = false
		m.lack(out[n:])
		return len(out)
	}
	m.mean += (float64(len(m.ring)) - m.mean) * micSlow
	if m.mean > m.aim+micJump && float64(len(m.ring)) > m.aim {
		m.drop(len(m.ring) - int(m.aim))
	}
	return n
}

// prime starts the sound when enough is there.
func (m *Mic) prime(want int) bool {
	if len(m.ring) < max(m.stats.Target, want+micWindow) {
		return false
	}
	if m.pos > 0 && m.gap < micPatient {
		m.stats.Target = min(m.stats.Target+micStep, micMost)
		if len(m.ring) < m.stats.Target {
			return false
		}
	}
	if len(m.ring) > m.stats.Target+micSpare {
		m.drop(len(m.ring) - m.stats.Target) // older than it need be
	}
	m.primed, m.gap, m.bent, m.frac = true, 0, false, 0
	fade(m.ring[:micFade], false)
	m.ring = slices.Insert(m.ring, 0, make([]float32, micBack)...) // the silence before the first
	m.aim = float64(len(m.ring) - want)
	m.mean = m.aim
	return true
}

func (m *Mic) lack(out []float32) {
	clear(out)
	m.gap += len(out)
	m.stats.Starved += int64(len(out))
}

// take gives what there is, at the bend that brings the fill to its target.
// ring[:micBack] were given already: interpolation looks back at them.
func (m *Mic) take(out []float32) int {
	err := m.mean - m.aim
	if !m.bent {
		m.bent = err > micStep || err < -micStep // begin late, stop early
	}
	if !m.bent {
		n := copy(out, m.ring[min(micBack, len(m.ring)):])
		m.ring = m.ring[:copy(m.ring, m.ring[n:])]
		return n
	}
	if err < micDead && err > -micDead {
		return m.bend(out, 1+micBend/2, true)
	}
	return m.bend(out, 1+min(max(err/micClose, -micBend), micBend), false)
}

// bend reads at another pace. With settle it goes back to plain copying at the
// next whole sample.
func (m *Mic) bend(out []float32, step float64, settle bool) int {
	at, n := 0, 0
	for ; n < len(out) && at+micWindow <= len(m.ring); n++ {
		if settle && (m.frac < micBend || m.frac > 1-micBend) {
			at += int(m.frac + 0.5)
			m.frac, m.bent, step, settle = 0, false, 1, false
		}
		out[n] = dsp.Between(m.ring[at:], m.frac)
		m.frac += step
		for m.frac >= 1 {
			m.frac--
			at++
		}
	}
	m.ring = m.ring[:copy(m.ring, m.ring[min(at, len(m.ring)):])]
	return n
}

// Position counts the samples given.
func (m *Mic) Position() int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.pos
}

// Starved counts the silence given for want of samples.
func (m *Mic) Starved() int64 { return m.Stats().Starved }

// Stats reads the counters; any goroutine may.
func (m *Mic) Stats() MicStats {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.stats
	s.Fill = len(m.ring)
	return s
}

// Pauses is true: who speaks may think.
func (m *Mic) Pauses() bool { return true }

// Err is always nil: a microphone that is unplugged is silence, counted.
func (m *Mic) Err() error { return nil }

// Close ends the source.
func (m *Mic) Close() error {
	m.mu.Lock()
	was := m.closed
	m.closed, m.ring = true, nil
	m.mu.Unlock()
	if !was && m.onClose != nil {
		m.onClose()
	}
	return nil
}
