package bus

import (
	"loaxa/audio/dsp"
	"loaxa/audio/frame"
	"loaxa/audio/source"
)

// Lengths in samples.
const (
	FadeSamples = frame.Rate / 20   // 50 ms: suspend, resume, skip, end
	history     = 15 * frame.Rate   // how far back ItemAt can look: above any lead
	block       = frame.Samples / 2 // 10 ms: what the chain works on at once
	ceilingDB   = -1.0              // dBTP
	lookProg    = 240               // 5 ms look-ahead of the limiter
	lookLive    = 96                // 2 ms: the microphone must not wait
	highPassHz  = 40                // below what any horn plays; protects it from rumble
)

// Piece is one source in the playlist. The bus closes it.
type Piece struct {
	Tag    string
	Source source.Source
	Gain   float64 // linear; 0 means 1
	At     int64   // not before this sample of the bus; 0: right after the piece before
	FadeIn int     // samples
	// Cross lets two neighbours that both have it overlap, by the smaller of the
	// two in samples, where the first knows its length, with equal power: for
	// music. The first is then marked as ended where the second starts.
	Cross int
	// Bed sounds under the piece. A neighbour with a bed of the same tag goes on
	// with the one that sounds; one without lets it fade out.
	Bed *Bed
}

// Close closes what a piece would have played.
func (p Piece) Close() {
	if p.Bed != nil {
		_ = p.Bed.Source.Close() // read only
	}
	if p.Source != nil {
		_ = p.Source.Close() // read only
	}
}

// Kind says what a mark marks.
type Kind uint8

// The kinds of marks.
const (
	Started    Kind = iota + 1 // the piece's first sample is at At
	Ended                      // the piece's last sample was before At
	Broken                     // the piece ended by an error, at At
	Drained                    // nothing follows: silence from At on
	Closed                     // the stream ended: its last packet is sent
	BedStarted                 // a bed's first sample is at At
	BedEnded                   // a bed ended before At; Err: it broke
	AirWarn                    // sound is due and nothing worth hearing came for 3 s; Air says what did
	AirDead                    // for 5 s
	AirBack                    // 2 s of sound after a warning, or none is due any more
)

// Mark is something that happens at a sample of the bus. Item is the sample of
// the piece's own that stands there.
type Mark struct {
	Kind Kind
	Tag  string
	At   int64
	Item int64
	Err  error
	Air  dsp.Air
}

// Options of a bus.
type Options struct {
	Live     bool    // shorter look-ahead
	HighPass float64 // Hz; 0: 40, negative: none
}

// Bus renders one broadcast.
type Bus struct {
	pos     int64 // of the next sample given
	mix     int64 // of the next sample taken from the sources: pos + the limiter's delay
	list    []Piece
	playing bool // list[0] has started
	drained bool
	gate    ramp // suspend and resume of the whole bus
	skip    ramp // out of the piece that plays
	plan    []event
	under   under // what sounds beside the piece that plays
	spans   []span
	marks   []Mark
	proc    processing
	sense   sense
	endAt   int64 // -1: no end set
	work    [block]float32
}

// processing is what the whole bus goes through.
type processing struct {
	high  *dsp.Biquad // nil: none
	limit *dsp.Limiter
}

// sense is all that measures the bus' output.
type sense struct {
	meter dsp.Meter
	live  *dsp.Live
	watch *dsp.AirWatch
	own   [block]float32 // the playlist's own sound, without the bed
}

// span is a run of bus samples that came from one piece without a break.
type span struct {
	bus, n int64
	tag    string
	item   int64
}

// New makes a bus that plays silence.
func New(o Options) *Bus {
	look := lookProg
	if o.Live {
		look = lookLive
	}
	b := &Bus{proc: processing{limit: dsp.NewLimiter(ceilingDB, look)}, endAt: -1, drained: true, gate: ramp{gain: 1}, skip: ramp{gain: 1},
		sense: sense{live: dsp.NewLive(), watch: dsp.NewAirWatch()}}
	if o.HighPass == 0 {
		o.HighPass = highPassHz
	}
	if o.HighPass > 0 {
		b.proc.high = dsp.HighPass(o.HighPass)
	}
	return b
}

// Play puts pieces at the end of the playlist.
func (b *Bus) Play(p ...Piece) {
	b.list = append(b.list, p...)
	b.drained = b.drained && len(p) == 0
}

// SetNext replaces all that follows the piece that plays, and closes what it
// replaces. A piece that has not started yet counts as following.
func (b *Bus) SetNext(p ...Piece) {
	keep := 0
	if b.playing {
		keep = 1
	}
	for _, old := range b.list[keep:] {
		old.Close()
	}
	b.list = append(b.list[:keep:keep], p...)
	b.drained = b.drained && len(p) == 0
}

// Skip fades the piece that plays out in 50 ms; the next follows.
func (b *Bus) Skip() {
	if b.playing {
		b.skip.to(0)
	}
}

// Suspend fades out in 50 ms and then holds every source where it is.
func (b *Bus) Suspend() { b.gate.to(0) }

// Resume goes on where Suspend stopped, fading in for 50 ms.
func (b *Bus) Resume() { b.gate.to(1) }

// Suspended is true when the bus is silent by Suspend.
func (b *Bus) Suspended() bool { return b.gate.still(0) }

// EndAt fades out so that the sample at and all after it are silent; the
// playlist is closed there. A sample already rendered means now, with a fade.
func (b *Bus) EndAt(at int64) { b.endAt = max(at, b.mix+FadeSamples) }

// Ended is true when nothing is left that could sound: the playlist is empty,
// and the limiter has given its last.
func (b *Bus) Ended() bool { return b.drained && b.under.empty() && b.quiet() }

// Pos is the index of the next sample that Render gives.
func (b *Bus) Pos() int64 { return b.pos }

// Idle is true when the bus plays nothing for a reason of its own: it is
// drained or suspended.
func (b *Bus) Idle() bool { return b.drained && b.under.empty() || b.gate.still(0) }

// Ready is false when the next n samples would starve the piece that plays.
// A pump with time in hand waits.
func (b *Bus) Ready(n int) bool {
	if b.gate.still(0) {
		return true
	}
	return (!b.playing || has(b.list[0].Source, n+block)) && b.under.has(n+block)
}

func has(s source.Source, n int) bool {
	b, ok := s.(source.Buffered)
	return !ok || b.Ready() >= n
}

// Level reads the meter; it may be called from any goroutine.
func (b *Bus) Level() frame.Level { return b.sense.meter.Level() }

// Reading reads the programme meters; it may be called from any goroutine.
func (b *Bus) Reading() dsp.Reading { return b.sense.live.Reading() }

// Marks returns and forgets what happened since the last call.
func (b *Bus) Marks() []Mark {
	m := b.marks
	b.marks = nil
	return m
}

// Close closes all sources.
func (b *Bus) Close() {
	for _, p := range b.list {
		p.Close()
	}
	b.list, b.playing, b.drained = nil, false, true
	b.closeUnder()
}

// Render gives the next samples. Sample k of a source stands where it should:
// the limiter's delay is taken up by reading the sources that much earlier.
func (b *Bus) Render(out []float32) {
	for b.mix < b.pos+int64(b.proc.limit.Delay()) {
		n := min(b.pos+int64(b.proc.limit.Delay())-b.mix, block)
		b.chain(b.work[:n])
	}
	for len(out) > 0 {
		n := min(len(out), block)
		b.chain(out[:n])
		b.measure(out[:n])
		b.pos += int64(n)
		out = out[n:]
	}
}

// measure meters what goes out, and watches for dead air while sound is due.
func (b *Bus) measure(s []float32) {
	b.sense.meter.Take(s)
	b.sense.live.Take(s)
	if !b.due() {
		if b.sense.watch.Rest(len(s)) {
			b.marks = append(b.marks, Mark{Kind: AirBack, At: b.pos})
		}
		return
	}
	if b.under.bed != nil { // it does not stand in for words that are not there
		s = b.sense.own[:len(s)]
	}
	b.sense.watch.Take(s)
	kinds := [...]Kind{dsp.AirWarn: AirWarn, dsp.AirDead: AirDead, dsp.AirBack: AirBack}
	for _, f := range b.sense.watch.Facts() {
		b.marks = append(b.marks, Mark{Kind: kinds[f.Kind], At: f.At, Air: f.Why})
	}
}

// due is true while a piece plays whose silence would be a fault.
func (b *Bus) due() bool {
	if !b.playing || b.gate.left > 0 || b.gate.gain == 0 {
		return false
	}
	p, ok := b.list[0].Source.(source.Pausing)
	return !ok || !p.Pauses()
}

func (b *Bus) chain(out []float32) {
	b.fill(out)
	if b.proc.high != nil {
		b.proc.high.Filter(out)
	}
	b.proc.limit.Process(out)
}

// quiet is true when what the limiter still holds is silence.
func (b *Bus) quiet() bool {
	return len(b.spans) == 0 || b.pos >= b.spans[len(b.spans)-1].bus+b.spans[len(b.spans)-1].n
}

// ItemAt tells which piece stood at a sample of the bus, and which sample of
// its own. It knows the last 15 s; false: silence, or too long ago.
func (b *Bus) ItemAt(at int64) (tag string, item int64, ok bool) {
	for i := len(b.spans) - 1; i >= 0; i-- {
		s := b.spans[i]
		if at < s.bus {
			continue
		}
		if at < s.bus+s.n {
			return s.tag, s.item + at - s.bus, true
		}
		return s.tag, s.item + s.n, false // in silence after it
	}
	return "", 0, false
}

func (b *Bus) remember(tag string, item, n int64) {
	if n == 0 {
		return
	}
	if k := len(b.spans); k > 0 {
		l := &b.spans[k-1]
		if l.tag == tag && l.bus+l.n == b.mix && l.item+l.n == item {
			l.n += n
			return
		}
	}
	b.spans = append(b.spans, span{b.mix, n, tag, item})
	for len(b.spans) > 1 && b.spans[0].bus+b.spans[0].n < b.mix-history {
		b.spans = b.spans[1:]
	}
}

// ramp is a gain on its way, in a raised-cosine of 50 ms.
type ramp struct {
	gain float64
	goal float64
	left int
}

func (r *ramp) to(goal float64) {
	if r.left == 0 && r.gain == goal || r.left > 0 && r.goal == goal {
		return
	}
	r.goal, r.left = goal, FadeSamples
}

func (r *ramp) still(at float64) bool { return r.left == 0 && r.gain == at }

// apply scales the samples by the ramp.
func (r *ramp) apply(s []float32) {
	if r.left == 0 {
		if r.gain != 1 {
			for i := range s {
				s[i] *= float32(r.gain)
			}
		}
		return
	}
	for i := range s {
		if r.left > 0 {
			r.gain += (r.goal - r.gain) / float64(r.left)
			r.left--
		}
		s[i] *= float32(dsp.Smooth(r.gain))
	}
	if r.left == 0 {
		r.gain = r.goal
	}
}
