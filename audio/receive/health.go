package receive

import (
	"math"
	"slices"

	"loaxa/audio/frame"
)

// output is what happens to samples behind the mix: mute, and the meter.
type output struct {
	muted bool
	pass  uint8 // streams of this class and greater are heard all the same; 0: none
	gain  float32
	sums  [40]float64 // squares of the last 40 blocks
	sizes [40]int
	slot  int
	tail  float32 // the newest sample
}

// decay fills out where there is nothing to play: the last sample's value is
// led to zero so that no click is heard.
func (o *output) decay(out []float32) {
	for i := range out {
		o.tail -= o.tail / (cutFade / 4)
		if o.tail*o.tail < 1e-12 {
			o.tail = 0
		}
		out[i] = o.tail
	}
}

// closed tells whether the mute holds for a stream; nil: silence.
func (o *output) closed(s *stream) bool {
	return o.muted && (s == nil || o.pass == 0 || s.Class < o.pass)
}

// finish applies the mute in a fade and meters what the device gets.
func (o *output) finish(out []float32, closed bool) {
	to := float32(1)
	if closed {
		to = 0
	}
	if len(out) > 0 {
		o.tail = out[len(out)-1]
	}
	sum := 0.0
	for i, v := range out {
		if o.gain != to {
			const step = float32(1) / muteFade
			o.gain = min(max(to, o.gain-step), o.gain+step)
		}
		if o.gain != 1 {
			v *= o.gain
			out[i] = v
		}
		sum += float64(v) * float64(v)
	}
	o.sums[o.slot], o.sizes[o.slot] = sum, len(out)
	o.slot = (o.slot + 1) % len(o.sums)
}

// level is the root mean square of the newest 400 ms.
func (o *output) level() float32 {
	sum, n := 0.0, 0
	for k := range o.sums {
		i := (o.slot - 1 - k + 2*len(o.sums)) % len(o.sums)
		if n >= frame.Rate*4/10 {
			break
		}
		sum, n = sum+o.sums[i], n+o.sizes[i]
	}
	if n == 0 {
		return 0
	}
	return float32(math.Sqrt(sum / float64(n)))
}

// SetMute silences the device or lets it sound, in a fade of 10 ms. Streams of
// class pass and greater are heard all the same; 0: none. What is silenced is
// not said to be played.
func (r *Receiver) SetMute(muted bool, pass uint8) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.out.muted, r.out.pass = muted, pass
}

// Health is what is known of the play-out at one moment.
type Health struct {
	Heard       uint64  // broadcast of the newest sample the device played
	Sounding    bool    // a stream is being rendered now
	PlayedUntil int64   // µs of the station's clock, behind the newest sample of a packet that was played
	StationNow  int64   // µs of the station's clock at the device's newest position, less the delay
	Level       float32 // RMS of 400 ms
	OffsetMS    float64 // station's clock less the local one
	BoundMS     float64 // half the least round trip
	DriftPPM    float64 // of the station's samples against the device's
	ErrorMS     float64 // from where play-out should be
	BufferMS    float64
	Jumps       uint64
	Account     Account
	Muted       bool
	InStep      bool // clock and device are known
	Slack
}

// Slack is by how much live frames come in time: 99 of 100 of the newest ten
// seconds' came at least SlackMS before play-at; below 0: after it.
type Slack struct {
	SlackMS   float64
	SlackOf   uint16 // the stream; 0: none
	SlackBase int64  // µs: play-at of its frame 0, as the measured frames have it
}

// slackRoom is ten seconds of frames.
const slackRoom = 500

// slack remembers how early live frames came.
type slack struct {
	stream uint16
	base   int64
	ms     [slackRoom]float64
	n      int // since the stream began, or its lead was changed
}

func (s *slack) add(p frame.Packet, ms float64) {
	base := p.PlayAt - int64(p.Seq)*frame.Duration.Microseconds()
	if s.stream != p.Stream || s.base != base {
		*s = slack{stream: p.Stream, base: base}
	}
	s.ms[s.n%slackRoom] = ms
	s.n++
}

// least is the 99 % of what was added; a second of sound says enough.
func (s *slack) least() (out Slack) {
	n := min(s.n, slackRoom)
	if n < 50 {
		return out
	}
	all := slices.Clone(s.ms[:n])
	slices.Sort(all)
	return Slack{all[n/100], s.stream, s.base}
}

// Arrived says when live packets came, in µs of the local clock. Those that
// came a second time say nothing of the way.
func (r *Receiver) Arrived(packets []frame.Packet, local float64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.station.Ready() {
		return
	}
	now := r.station.At(local)
	for _, p := range packets {
		if p.Flags&frame.Live != 0 && p.Flags&frame.Repeat == 0 {
			r.slack.add(p, (float64(p.PlayAt)-now)/1000)
		}
	}
}

// Health reads it; local is the present in µs.
func (r *Receiver) Health(local float64) Health {
	r.mu.Lock()
	defer r.mu.Unlock()
	h := Health{
		Heard: r.last.played.broadcast, PlayedUntil: r.last.played.until, Sounding: r.mix.heard != nil,
		Level: r.out.level(), Jumps: r.last.jumps, Muted: r.out.muted,
		InStep: r.station.Ready() && r.device.Ready(),
	}
	if r.station.Ready() {
		now := r.station.At(local)
		h.StationNow, h.OffsetMS, h.BoundMS = int64(now)-r.delay*1000/perMilli, (now-local)/1000, r.station.Bound()/1000
		d, _ := r.drift()
		h.DriftPPM, h.ErrorMS = d*1e6, r.last.err/1000
	}
	h.Slack = r.slack.least()
	if s := r.last.stream; s != nil {
		h.Account = s.book.Account
		h.Account.Broadcast = s.Broadcast
		h.BufferMS = float64(s.buffered(r.mix.x)) / perMilli
	}
	return h
}

// Unread tells whether the device's newest samples reached nobody.
func (r *Receiver) Unread() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.last.dropped
}

// Close frees the decoders; Pull gives silence afterwards.
func (r *Receiver) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.mix.clear()
}
