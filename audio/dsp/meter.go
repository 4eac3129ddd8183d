package dsp

import (
	"math"
	"sync/atomic"

	"loaxa/audio/frame"
)

// meterBlocks blocks of 10 ms make the 400 ms of the RMS window.
const (
	meterBlocks = 40
	meterBlock  = frame.Samples / 2
)

// Meter measures what passes by. One goroutine writes, any may read.
type Meter struct {
	peak  atomic.Uint32 // float32 bits; taken to 0 by each reading
	rms   atomic.Uint32
	ring  [meterBlocks]float64 // mean squares
	at    int
	short int // samples in the block that is growing
	sum   float64
}

// Take measures samples.
func (m *Meter) Take(s []float32) {
	top := float32(0)
	for _, x := range s {
		top = max(top, x, -x)
		m.sum += float64(x) * float64(x)
	}
	// Positive floats sort like their bits.
	bits := math.Float32bits(top)
	for old := m.peak.Load(); bits > old && !m.peak.CompareAndSwap(old, bits); old = m.peak.Load() {
	}
	if m.short += len(s); m.short < meterBlock {
		return
	}
	m.ring[m.at] = m.sum / float64(m.short)
	m.at = (m.at + 1) % meterBlocks
	m.sum, m.short = 0, 0
	all := 0.0
	for _, v := range m.ring {
		all += v
	}
	m.rms.Store(math.Float32bits(float32(math.Sqrt(all / meterBlocks))))
}

// Level is the largest sample since the last call, and the RMS of 400 ms.
func (m *Meter) Level() frame.Level {
	return frame.Level{
		Peak: math.Float32frombits(m.peak.Swap(0)),
		RMS:  math.Float32frombits(m.rms.Load()),
	}
}
