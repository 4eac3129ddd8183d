package dsp

import (
	"math"

	"loaxa/audio/frame"
)

// Air is what a signal is worth to a listener.
type Air uint8

// What can be on the air.
const (
	AirGood    Air = iota // something is said or played
	AirSilence            // below -50 LUFS
	AirHum                // mains hum and nothing else
	AirNoise              // steady noise and nothing else: a receiver between stations, a dead line
)

// String names what is on the air, for logs.
func (a Air) String() string {
	switch a {
	case AirGood:
		return "good"
	case AirSilence:
		return "silence"
	case AirHum:
		return "hum"
	case AirNoise:
		return "noise"
	}
	return "unknown"
}

// Times and levels of the watch.
const (
	AirWarnAfter = 3 * frame.Rate // samples
	AirDeadAfter = 5 * frame.Rate
	AirBackAfter = 2 * frame.Rate
	airLow       = -50.0 // LUFS, momentary: below is silence
	airBack      = -47.0 // LUFS: after a warning sound begins here

	airDecim   = 6                        // to 8 kHz
	airWindow  = 4 * hop / airDecim       // 400 ms
	airBlock   = frame.Samples / airDecim // 20 ms
	steadyDB   = 1.5                      // standard deviation of blocks of 20 ms: speech has 6 and more
	humRate    = 8000
	humLow     = humRate / 53 // lags of 47 to 53 Hz: small generators run off 50
	humHigh    = humRate / 47
	humAlike   = 0.9 // correlation one mains period apart
	humShare   = 0.7 // of the energy below 450 Hz
	noiseAlike = 0.3 // largest correlation at any pitch of 50 to 1000 Hz
)

// AirKind is a step of the watch.
type AirKind uint8

// The steps of the watch.
const (
	AirWarn AirKind = iota + 1 // nothing worth hearing for 3 s
	AirDead                    // for 5 s
	AirBack                    // 2 s of sound after a warning
)

// AirFact is a step of the watch, at a sample of the signal.
type AirFact struct {
	Kind AirKind
	Why  Air // of AirWarn and AirDead
	At   int64
}

// AirWatch tells dead air: silence, but hum and noise too. It belongs to the
// goroutine that calls it; facts wait in it until they are asked for, at most
// three a second.
type AirWatch struct {
	k      weight
	hops   [blockHops]float64
	n      int64   // samples
	nhops  int64   // full hops since the start or the last rest
	thin   float32 // sum of airDecim samples
	slow   []float32
	kind   Air   // of the last 400 ms that were looked at
	bad    int64 // sample since which nothing is worth hearing, -1: something is
	good   int64 // sample since which something is, while warned
	warned bool
	dead   bool
	facts  []AirFact
}

// NewAirWatch makes a watch.
func NewAirWatch() *AirWatch { return &AirWatch{k: newWeight(), bad: -1} }

// Rest passes n samples in which no sound is due, and forgets the past. It
// returns whether that takes back a warning.
func (w *AirWatch) Rest(n int) (back bool) {
	back = w.warned
	w.n += int64(n)
	w.k.flush()
	w.nhops, w.slow, w.thin, w.kind = 0, w.slow[:0], 0, AirGood
	w.bad, w.warned, w.dead = -1, false, false
	return back
}

// Take looks at samples in which sound is due.
func (w *AirWatch) Take(s []float32) {
	for len(s) > 0 {
		n := min(len(s), hop-w.k.n)
		w.k.take(s[:n])
		for _, x := range s[:n] {
			w.thin += x
			if w.n++; w.n%airDecim == 0 {
				w.slow = append(w.slow, w.thin/airDecim)
				w.thin = 0
			}
		}
		s = s[n:]
		if w.k.n == hop {
			w.hops[w.nhops%blockHops] = w.k.flush()
			if w.nhops++; w.nhops >= blockHops {
				w.judge()
			}
		}
	}
}

// Facts returns and forgets what happened since the last call.
func (w *AirWatch) Facts() []AirFact {
	f := w.facts
	w.facts = nil
	return f
}

// judge looks at the last 400 ms.
func (w *AirWatch) judge() {
	sum := 0.0
	for _, h := range w.hops {
		sum += h
	}
	level := lufs(sum / (blockHops * hop))
	if w.nhops%blockHops == 0 && len(w.slow) >= airWindow { // once in 400 ms: it costs most
		w.kind = character(w.slow[len(w.slow)-airWindow:])
		w.slow = w.slow[:0]
	}
	why, low := w.kind, airLow
	if w.warned {
		low = airBack
	}
	if level < low {
		why = AirSilence
	}
	from := w.n - blockHops*hop
	if why == AirGood {
		w.sound(from)
		return
	}
	w.good = -1
	if w.bad < 0 {
		w.bad = from
	}
	switch {
	case !w.warned && w.n-w.bad >= AirWarnAfter:
		w.warned = true
		w.facts = append(w.facts, AirFact{AirWarn, why, w.n})
	case w.warned && !w.dead && w.n-w.bad >= AirDeadAfter:
		w.dead = true
		w.facts = append(w.facts, AirFact{AirDead, why, w.n})
	}
}

// sound notes that the last 400 ms were worth hearing.
func (w *AirWatch) sound(from int64) {
	if !w.warned {
		w.bad = -1
		return
	}
	if w.good < 0 {
		w.good = from
	}
	if w.n-w.good >= AirBackAfter {
		w.facts = append(w.facts, AirFact{Kind: AirBack, At: w.n})
		w.bad, w.good, w.warned, w.dead = -1, -1, false, false
	}
}

// character tells hum and noise from what is worth hearing: 400 ms at 8 kHz.
func character(s []float32) Air {
	if steady(s) && lowShare(s) > humShare {
		for lag := humLow; lag <= humHigh; lag++ {
			if alike(s, lag) > humAlike {
				return AirHum
			}
		}
	}
	white := make([]float32, len(s)-1) // a first difference takes the slope off pink noise
	for i := range white {
		white[i] = s[i+1] - 0.9*s[i]
	}
	if !steady(white) {
		return AirGood
	}
	for lag := humRate / 1000; lag <= humRate/50; lag++ {
		if math.Abs(alike(white, lag)) > noiseAlike {
			return AirGood
		}
	}
	return AirNoise
}

// steady is true when the level hardly moves from one 20 ms to the next.
func steady(s []float32) bool {
	var sum, squares, n float64
	for ; len(s) >= airBlock; s = s[airBlock:] {
		e := 0.0
		for _, x := range s[:airBlock] {
			e += float64(x) * float64(x)
		}
		db := 10 * math.Log10(e+1e-12)
		sum, squares, n = sum+db, squares+db*db, n+1
	}
	mean := sum / n
	return squares/n-mean*mean < steadyDB*steadyDB
}

// alike is the autocorrelation at a lag as a share of the energy.
func alike(s []float32, lag int) float64 {
	var ab, all float32
	for _, x := range s {
		all += x * x
	}
	for i, x := range s[lag:] {
		ab += x * s[i]
	}
	return float64(ab) / (float64(all)*float64(len(s)-lag)/float64(len(s)) + 1e-24)
}

// lowShare is the share of the energy that lies below about 450 Hz.
func lowShare(s []float32) float64 {
	const pole = 0.70 // one-pole low-pass, twice: -6 dB at 450 Hz of 8 kHz
	var a, b, low, all float64
	for _, x := range s {
		a += (float64(x) - a) * (1 - pole)
		b += (a - b) * (1 - pole)
		low, all = low+b*b, all+float64(x)*float64(x)
	}
	return low / (all + 1e-24)
}
