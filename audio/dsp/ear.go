package dsp

import "sync"

// Bounds of an ear.
const (
	earLooks = 3                // looks at one delay (howlSame): it was heard
	earHolds = 10               // looks that it holds, 5 s: a pause of speech
	earApart = howlRate / 50    // 20 ms: what was played is paired so much older, as blocks come unevenly
	earOff   = 5 * earApart     // so far from that the pairing is made anew: one of the two had a gap
	earKept  = howlRate * 5 / 2 // of what was played
)

// Ear tells whether a microphone before a horn hears what the horn was given.
// It correlates the two as Howl does, at delays of up to a second, so that
// neither noise, nor rain, nor another voice counts. What another horn within
// 300 m plays of the same programme may count: the microphone stands before its
// own. Played and Listened may be called from a goroutine each.
type Ear struct {
	mu    sync.Mutex
	out   thin
	mic   thin
	pair  int // samples of what was played less those of the microphone, at one moment
	since int // samples at 4 kHz since the last look
	lag   int // of the last look that found it
	looks int // at that delay
	holds int // looks that the proof still holds
}

// thin keeps the newest samples of a stream at 4 kHz, oldest first.
type thin struct {
	kept []float64
	sum  float64
	fill int
	all  int // that there were
}

// take adds samples at 48 kHz, and tells how many that made.
func (t *thin) take(s []float32, most int) (n int) {
	for _, v := range s {
		t.sum += float64(v)
		if t.fill++; t.fill == howlDecim {
			t.kept = append(t.kept, t.sum)
			t.sum, t.fill, n = 0, 0, n+1
		}
	}
	t.all += n
	if over := len(t.kept) - most; over > howlEvery {
		t.kept = append(t.kept[:0], t.kept[over:]...)
	}
	return n
}

// NewEar makes one.
func NewEar() *Ear { return &Ear{} }

// Played takes what the output was given.
func (e *Ear) Played(s []float32) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.out.take(s, earKept)
}

// Listened takes what the microphone gave.
func (e *Ear) Listened(s []float32) {
	e.mu.Lock()
	e.since += e.mic.take(s, howlWindow)
	if e.since < howlEvery || len(e.mic.kept) < howlWindow || len(e.out.kept) < howlWindow+howlMost {
		e.mu.Unlock()
		return
	}
	e.since = 0
	over := e.out.all - e.mic.all - e.pair // what was played since the end of the pair
	if over < 0 || over > earOff {
		e.pair, over, e.looks = e.out.all-e.mic.all-earApart, earApart, 0
	}
	end := len(e.out.kept) - over
	if end < howlWindow+howlMost {
		e.mu.Unlock()
		return
	}
	mic := append([]float64(nil), e.mic.kept[len(e.mic.kept)-howlWindow:]...)
	out := append([]float64(nil), e.out.kept[end-howlWindow-howlMost:end]...)
	e.mu.Unlock()
	lag, strength, _ := echo(mic, out, -earApart)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.holds = max(e.holds-1, 0)
	switch near := lag >= e.lag-howlSame && lag <= e.lag+howlSame; {
	case strength < howlPeak:
		return
	case !near || e.looks == 0:
		e.looks = 0
	}
	e.looks, e.lag = min(e.looks+1, earLooks), lag
	if e.looks == earLooks {
		e.holds = earHolds
	}
}

// Heard tells whether the microphone heard the horn in the last seconds.
func (e *Ear) Heard() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.holds > 0
}
