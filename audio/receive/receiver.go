package receive

import (
	"fmt"
	"math"
	"sync"

	"loaxa/audio/codec"
	"loaxa/audio/dsp"
	"loaxa/audio/frame"
)

// Open describes a stream that may be heard.
type Open struct {
	Stream    uint16
	Broadcast uint64
	Class     uint8 // a greater class is heard instead of a smaller one
	Codec     frame.Codec
	First     int64  // play-at of the first frame that will come, µs of the station's clock
	FirstSeq  uint32 // its sequence number; 0: the stream begins here
	Live      bool
	// Front lets it be heard instead of its broadcast's other streams for as
	// long as it lasts: the same sound from a nearer place.
	Front bool
	Gain  float32 // linear; 0: as it comes
}

// Receiver is one device's play-out. The zero value is not usable: New.
type Receiver struct {
	mu      sync.Mutex
	mix     mix
	station StationClock
	device  DeviceClock
	control control
	order   uint64

	handed int64     // samples given to the device
	buf    []float32 // of the station's axis: the next output sample is buf[half-1] and frac behind
	at     int64     // place of buf[half-1] on the station's axis
	frac   float64
	placed bool
	delay  int64 // samples by which everything is heard late
	out    output
	slack  slack
	last   last
}

// last is what the newest Pull found.
type last struct {
	err     float64 // µs from where play-out should be
	bend    float64 // ratio less one
	jumps   uint64
	stream  *stream // heard last; its account is reported
	marks   []mark  // what was handed over and not yet played
	played  mark
	until   int64 // of the newest mark
	dropped bool
}

// mark says what the device will have played when it has taken n samples.
type mark struct {
	n         int64
	until     int64 // µs of the station's clock
	broadcast uint64
}

// New makes a receiver that plays silence.
func New() *Receiver {
	return &Receiver{buf: make([]float32, 0, frame.Samples+4*taps), out: output{gain: 1}}
}

// Open lets a stream be heard. One that was cut may be opened again.
func (r *Receiver) Open(o Open) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if s := r.mix.find(o.Stream); s != nil && s.endAt == never {
		s.adopt() // a link came back: what is buffered goes on
		return nil
	}
	if len(r.mix.streams) >= maxStreams && !r.mix.forget() && !r.mix.yield(o.Class) {
		return fmt.Errorf("stream %d: %w", o.Stream, ErrFull)
	}
	dec, err := codec.NewDecoder(o.Codec)
	if err != nil {
		return fmt.Errorf("stream %d: %w", o.Stream, err)
	}
	b := r.mix.account(o)
	if s := r.mix.find(o.Stream); s != nil {
		b = s.book
	} else if s := r.last.stream; s != nil && s.Stream == o.Stream && s.Broadcast == o.Broadcast {
		b = s.book
	}
	r.order++
	r.mix.streams = append(r.mix.streams, newStream(o, r.order, dec, b))
	return nil
}

// Adopt takes a stream up again after its link was gone: what feeds it is here.
func (r *Receiver) Adopt(stream uint16) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if s := r.mix.find(stream); s != nil {
		s.adopt()
	}
}

// Push takes packets of an open stream; the receiver keeps their bytes.
func (r *Receiver) Push(packets []frame.Packet) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range packets {
		if s := r.mix.find(p.Stream); s != nil {
			s.push(p)
		}
	}
}

// Cancel cuts a stream from the sample at fromMicros of the station's clock.
func (r *Receiver) Cancel(stream uint16, fromMicros int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if s := r.mix.find(stream); s != nil {
		s.cancel(sampleAt(fromMicros))
	}
}

// LinkLost says that no packets will come for now: what is buffered is played
// and fades out.
func (r *Receiver) LinkLost() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range r.mix.streams {
		s.lostAt = r.mix.x
	}
}

// NewEpoch says that the station was restarted: its clock and its streams are
// gone, what is buffered with them.
func (r *Receiver) NewEpoch() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.mix.clear()
	r.buf, r.placed = r.buf[:0], false
	r.last = last{jumps: r.last.jumps}
	r.mix.until, r.mix.broadcast = 0, 0
	r.station.Forget()
}

// Time takes an exchange with the station's clock.
func (r *Receiver) Time(x Exchange) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.station.Add(x)
}

// Now is the station's clock in µs at a local time; false: not known yet.
func (r *Receiver) Now(localMicros float64) (int64, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.station.Ready() {
		return 0, false
	}
	return int64(r.station.At(localMicros)), true
}

// SetDelay makes everything heard later, by µs: a trim, the way of sound between
// two loudspeakers, or what a transmitter needs to be on the air.
func (r *Receiver) SetDelay(micros int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.delay = micros * perMilli / 1000
}

// Sounds tells whether something is heard, or will be within ahead µs.
func (r *Receiver) Sounds(ahead int64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	x, until := r.mix.x, r.mix.x+ahead*perMilli/1000
	for _, s := range r.mix.streams {
		if s.Class >= r.mix.floor && (s.active(x) || sampleAt(s.First) > x && sampleAt(s.First) <= until && s.endAt > sampleAt(s.First)) {
			return r.placed
		}
	}
	return r.mix.heard != nil
}

// SetFloor silences streams of smaller classes: the quiet hours.
func (r *Receiver) SetFloor(class uint8) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.mix.floor = class
}

// Settled tells whether the clock may be asked less often.
func (r *Receiver) Settled() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.station.Settled()
}

// Position takes a reading of the device: so many samples had been played at a
// local time in µs. reached tells whether they reached somebody.
func (r *Receiver) Position(samples int64, localMicros float64, reached bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.device.Add(samples, localMicros)
	r.last.take(samples, reached)
}

func (l *last) take(samples int64, reached bool) {
	l.dropped = !reached
	for len(l.marks) > 0 && l.marks[0].n <= samples {
		if reached {
			l.played = l.marks[0]
		}
		l.marks = l.marks[1:]
	}
}

// Pull fills out with the next samples of the device, at most 20 ms at once.
func (r *Receiver) Pull(out []float32) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(out) > 0 {
		n := min(len(out), frame.Samples)
		r.pull(out[:n])
		out = out[n:]
	}
}

func (r *Receiver) pull(out []float32) {
	n := r.handed
	r.handed += int64(len(out))
	if !r.station.Ready() || !r.device.Ready() {
		r.out.decay(out)
		r.placed = false
		r.out.finish(out, r.out.closed(nil))
		return
	}
	target := r.station.At(r.device.At(n))*perMilli/1000 - float64(r.delay)
	if !r.placed || math.Abs(r.place()-target) > 0.5 && r.silent(len(out)) {
		r.put(int64(math.Round(target)))
	}
	r.last.err = (r.place() - target) * 1000 / perMilli
	drift, sd := r.drift()
	doubt := r.station.Doubt(r.device.At(n))
	bend, pass := r.control.step(r.last.err, drift, sd, doubt, float64(len(out))*1000/perMilli)
	r.last.bend = bend
	if math.Abs(r.last.err) > jumpDistance {
		r.jump(out, target+float64(len(out)))
	} else {
		r.fill(out, bend, pass)
	}
	if r.mix.heard != nil {
		r.last.stream = r.mix.heard
	}
	closed := r.out.closed(r.mix.heard)
	r.out.finish(out, closed)
	r.mark(closed)
}

// silent tells whether play-out may be moved without being heard.
func (r *Receiver) silent(ahead int) bool {
	for _, v := range r.buf {
		if v != 0 {
			return false
		}
	}
	return r.mix.idle(r.mix.x, r.mix.x+int64(ahead+2*taps))
}

// place is where the next output sample stands on the station's axis.
func (r *Receiver) place() float64 { return float64(r.at) + r.frac }

// put sets play-out to a sample; the filter's past is silence.
func (r *Receiver) put(at int64) {
	r.buf = append(r.buf[:0], make([]float32, half-1)...)
	r.at, r.frac, r.placed = at, 0, true
	r.control = control{}
	r.mix.seek(at)
}

// drift is by how much the station's samples must be consumed faster than one
// for each of the device's, with its standard deviation.
func (r *Receiver) drift() (d, sd float64) {
	s, sdS := r.station.Slope()
	p, sdP := r.device.Slope()
	return (1+s)*(1+p) - 1, math.Hypot(sdS, sdP)
}

// jump goes to another place inside a fade of 10 ms.
func (r *Receiver) jump(out []float32, target float64) {
	a := out[:len(out)/2]
	r.fill(a, 0, true)
	for i := range a {
		a[i] *= 1 - float32(i+1)/float32(len(a))
	}
	b := out[len(a):]
	r.put(int64(math.Round(target - float64(len(b)))))
	r.fill(b, 0, true)
	for i := range b {
		b[i] *= float32(i) / float32(len(b))
	}
	r.last.jumps++
}

// need renders until n samples and the filter's width lie ahead.
func (r *Receiver) need(n int) {
	want := half - 1 + n + half + 1
	if have := len(r.buf); have < want {
		r.buf = append(r.buf, make([]float32, want-have)...)
		r.mix.render(r.buf[have:])
	}
}

func (r *Receiver) drop(n int) {
	r.buf = r.buf[:copy(r.buf, r.buf[n:])]
	r.at += int64(n)
}

// fill makes the device's samples. With pass, a fraction left over from bending
// is walked off first; then samples go through unchanged.
func (r *Receiver) fill(out []float32, bend float64, pass bool) {
	r.need(len(out) + 1)
	if pass && r.frac != 0 {
		if bend = maxBend; r.frac < 0.5 {
			bend = -maxBend
		}
	}
	i, at := 0, 0
	for ; i < len(out) && (!pass || r.frac != 0); i++ {
		out[i] = dsp.Between(r.buf[at:], r.frac)
		r.frac += 1 + bend
		step := math.Floor(r.frac)
		if pass && bend < 0 && step < 1 { // an integer was crossed
			step, r.frac = 1, 1
		} else if pass && step > 1 {
			r.frac = step
		}
		r.frac -= step
		at += int(step)
	}
	n := copy(out[i:], r.buf[at+half-1:])
	r.drop(at + n)
}

// mark notes what the device will have played after this block; of what is
// muted nobody hears anything.
func (r *Receiver) mark(closed bool) {
	m := mark{n: r.handed, broadcast: r.mix.broadcast, until: microsAt(min(r.mix.until, r.at))}
	if closed {
		m.broadcast, m.until = 0, r.last.until
	}
	r.last.until = m.until
	if len(r.last.marks) >= 256 { // 2.5 s: a device that says nothing of its position
		r.last.marks = r.last.marks[1:]
	}
	r.last.marks = append(r.last.marks, m)
}
