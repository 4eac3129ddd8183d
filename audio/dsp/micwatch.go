package dsp

import "loaxa/audio/frame"

// MicKind is something that is wrong with a microphone's signal. Each comes and
// goes for itself.
type MicKind uint8

// What can be wrong.
const (
	MicNoSignal MicKind = iota + 1 // 2 s below -75 dBFS: unplugged, muted, wrong input
	MicQuiet                       // somebody speaks, for 4 s, and never above -32 dBFS
	MicClipped                     // 5 samples in a second at full scale
	MicHum                         // mains hum and nothing else for 3 s
)

// String names the fault, for logs.
func (k MicKind) String() string {
	switch k {
	case MicNoSignal:
		return "no signal"
	case MicQuiet:
		return "too quiet"
	case MicClipped:
		return "clipped"
	case MicHum:
		return "hum"
	}
	return "unknown"
}

// MicFact says that a fault began, or is over, at a sample.
type MicFact struct {
	Kind MicKind
	On   bool
	At   int64
}

// Levels and times of the watch, in blocks of 20 ms.
const (
	micNothing   = 1.8e-4 // -75 dBFS RMS
	micSpeech    = 1.8e-3 // -55 dBFS RMS: somebody speaks
	micLoud      = 0.025  // -32 dBFS RMS: a good level
	micFull      = 0.999  // full scale but for rounding
	micNoneFor   = 100    // blocks
	micQuietFor  = 200    // of speech
	micClipLeast = 5      // samples in a second
	micClipClear = 150    // blocks without any
	micWindow    = 50     // blocks of a second
)

// MicWatch tells what is wrong with a microphone: each fault with hysteresis
// and as a fact of its own. It belongs to the goroutine that feeds it.
type MicWatch struct {
	n       int64
	sum     float64
	fill    int
	full    int            // samples at full scale in this block
	clips   [micWindow]int // by block, the last second
	blocks  int64          // seen
	nothing int            // blocks in a row without a signal
	some    int            // blocks in a row with one
	speech  int            // blocks of speech since the last loud one
	clean   int            // blocks since the last clipped one
	on      [MicHum + 1]bool
	facts   []MicFact
	air     *AirWatch
}

// NewMicWatch makes a watch.
func NewMicWatch() *MicWatch { return &MicWatch{air: NewAirWatch()} }

// Take looks at samples as they come from the card, before any processing.
func (w *MicWatch) Take(s []float32) {
	w.air.Take(s)
	for _, f := range w.air.Facts() {
		switch {
		case f.Kind == AirWarn && f.Why == AirHum:
			w.set(MicHum, true)
		case f.Kind == AirBack:
			w.set(MicHum, false)
		default:
		}
	}
	for _, x := range s {
		if x >= micFull || x <= -micFull {
			w.full++
		}
		w.sum += float64(x) * float64(x)
		w.n++
		if w.fill++; w.fill == frame.Samples {
			w.block(w.sum / frame.Samples)
			w.sum, w.fill, w.full = 0, 0, 0
		}
	}
}

// Facts returns and forgets what began or ended since the last call.
func (w *MicWatch) Facts() []MicFact {
	f := w.facts
	w.facts = nil
	return f
}

// On is true while a fault lasts.
func (w *MicWatch) On(k MicKind) bool { return int(k) < len(w.on) && w.on[k] }

func (w *MicWatch) set(k MicKind, on bool) {
	if w.on[k] != on {
		w.on[k] = on
		w.facts = append(w.facts, MicFact{k, on, w.n})
	}
}

// block judges 20 ms by their mean square.
func (w *MicWatch) block(square float64) {
	if square < micNothing*micNothing {
		w.nothing, w.some = w.nothing+1, 0
	} else {
		w.some++
		if w.some >= 5 { // 100 ms: not one crackle of a plug
			w.nothing = 0
			w.set(MicNoSignal, false)
		}
	}
	if w.nothing >= micNoneFor {
		w.set(MicNoSignal, true)
		w.set(MicQuiet, false) // it is worse than quiet
		w.speech = 0
	}
	switch {
	case square > micLoud*micLoud:
		w.speech = 0
		w.set(MicQuiet, false)
	case square > micSpeech*micSpeech:
		if w.speech++; w.speech >= micQuietFor {
			w.set(MicQuiet, true)
		}
	default:
	}
	w.clipping()
}

func (w *MicWatch) clipping() {
	w.clips[w.blocks%micWindow] = w.full
	w.blocks++
	sum := 0
	for _, n := range w.clips {
		sum += n
	}
	w.clean++
	if w.full > 0 {
		w.clean = 0
	}
	if sum >= micClipLeast {
		w.set(MicClipped, true)
	} else if w.clean >= micClipClear {
		w.set(MicClipped, false)
	}
}
