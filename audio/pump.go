package audio

import (
	"math"
	"slices"
	"sync/atomic"
	"time"

	"loaxa/audio/bus"
	"loaxa/audio/codec"
	"loaxa/audio/dsp"
	"loaxa/audio/frame"
)

const (
	maxLead  = 10 * time.Second
	maxBurst = 8                      // frames a bus renders in one tick: others wait meanwhile
	slack    = 200 * time.Millisecond // time in hand above which a bus waits for its source
	faint    = 1e-4                   // -80 dBFS: what a filter leaves behind is silence
)

// line is a stream: a bus, its encoders and its place in time.
type line struct {
	stream   uint16
	bus      *bus.Bus
	start    int64 // µs of sample 0
	lead     time.Duration
	hold     bool
	closing  bool
	ended    bool
	seq      uint32
	silent   int // frames of silence in a row
	encoders []encoder
	sink     frame.Sink
	air      *airLevel
	pcm      [frame.Samples]float32
	pace     pace
}

type encoder struct {
	codec frame.Codec
	enc   codec.Encoder
	fresh bool
}

func newEncoders(codecs []frame.Codec, bitrate int) ([]encoder, error) {
	if len(codecs) == 0 {
		codecs = []frame.Codec{bestCodec()}
	}
	var all []encoder
	for _, c := range codecs {
		e, err := codec.NewEncoder(c, bitrate)
		if err != nil {
			for _, made := range all {
				made.enc.Close()
			}
			return nil, err
		}
		all = append(all, encoder{c, e, true})
	}
	return all, nil
}

func newLine(o BusOptions) (*line, error) {
	enc, err := newEncoders(o.Codecs, o.Bitrate)
	if err != nil {
		return nil, err
	}
	l := &line{
		stream: o.Stream, lead: o.Lead, hold: o.Hold, sink: o.Sink, encoders: enc,
		bus: bus.New(bus.Options{Live: o.Live}),
	}
	l.air = &airLevel{live: o.Live, reading: l.bus.Reading}
	if l.lead <= 0 {
		l.lead = ProgrammeLead
		if o.Live {
			l.lead = LiveLead
		}
	}
	l.lead = min(max(l.lead, 2*frame.Duration), maxLead)
	l.pace.want = l.lead
	l.bus.Play(o.Pieces...)
	return l, nil
}

// micros is the time of a sample after sample 0.
func micros(sample int64) int64 { return sample * 125 / 6 }

// sampleAt is the sample at or before a moment.
func (l *line) sampleAt(at int64) int64 { return (at - l.pace.startAt(at, l.start)) * 6 / 125 }

func (l *line) head() int64 { return l.start + micros(l.bus.Pos()) }

// render brings every bus up to its lead.
func (e *Engine) render() {
	e.forget()
	for i := 0; i < len(e.lines); i++ {
		l := e.lines[i]
		for range maxBurst {
			now := e.Now()
			ahead := time.Duration(l.head()-now) * time.Microsecond
			if ahead >= l.lead {
				break
			}
			if ahead > slack && !l.bus.Ready(frame.Samples) {
				e.stats.held.Add(1)
				break
			}
			if ahead < 0 {
				e.stats.lateFrames.Add(1)
			}
			e.frame(l)
			if l.ended {
				e.remove(i)
				i--
				break
			}
		}
	}
}

// remove takes a line out and frees it.
func (e *Engine) remove(i int) {
	l := e.lines[i]
	e.lines = append(e.lines[:i], e.lines[i+1:]...)
	if l.ended { // its last two seconds are still to be heard
		e.fading = append(e.fading, fading{l.stream, l.head()})
	} else {
		e.air.Delete(l.stream)
	}
	l.free()
}

// fading is a stream that is rendered whole; its level is forgotten when its
// end was heard.
type fading struct {
	stream uint16
	end    int64 // µs
}

func (e *Engine) forget() {
	now := e.Now()
	e.fading = slices.DeleteFunc(e.fading, func(f fading) bool {
		if f.end > now {
			return false
		}
		e.air.Delete(f.stream)
		return true
	})
}

func (l *line) free() {
	l.bus.Close()
	for _, c := range l.encoders {
		c.enc.Close()
	}
}

// frame renders, encodes and sends the next 20 ms. When the bus has ended one
// more frame of silence brings out what the encoders hold: it is the Last.
func (e *Engine) frame(l *line) {
	pos := l.bus.Pos()
	last := l.bus.Ended() && (l.closing || !l.hold)
	l.wait()
	l.bus.Render(l.pcm[:])
	e.stats.frames.Add(1)
	var flags frame.Flags
	if l.hurry(last, &flags) {
		e.marksOf(l)
		return
	}
	if l.seq == 0 {
		flags |= frame.First
	}
	if l.air.live {
		flags |= frame.Live
	}
	if l.bus.Idle() && quiet(l.pcm[:]) {
		l.silent++
	} else {
		l.silent = 0
	}
	if last {
		flags |= frame.Last
		l.ended = true
	} else if l.silent > 1 { // the first silent frame is coded: it flushes the encoder
		flags |= frame.Silence
	}
	l.air.put(l.start+micros(pos), l.seq, l.pcm[:])
	e.marksOf(l)
	e.send(l, pos, flags)
	l.seq++
	if last {
		e.mark(Mark{Stream: l.stream, Kind: bus.Closed, PlayAt: l.head()})
	}
}

func quiet(s []float32) bool {
	for _, x := range s {
		if x > faint || x < -faint {
			return false
		}
	}
	return true
}

// send encodes the frame at pos once for each codec. Play-at allows for the
// codec's delay: the sound, not the packet, is on time.
func (e *Engine) send(l *line, pos int64, flags frame.Flags) {
	for i := range l.encoders {
		c := &l.encoders[i]
		p := frame.Packet{
			Stream: l.stream, Seq: l.seq, Codec: c.codec, Flags: flags,
			PlayAt: l.start + micros(pos-int64(c.enc.Delay())),
		}
		if c.fresh && l.seq > 0 {
			p.Flags |= frame.Discontinuity
		}
		if flags&frame.Silence == 0 {
			data, err := c.enc.Encode(make([]byte, 0, packetRoom(c.codec)), l.pcm[:])
			if err != nil { // never seen; the listeners conceal it
				continue
			}
			p.Data = data
		}
		c.fresh = false
		if e.tap != nil {
			e.tap(p)
		}
		if l.sink != nil {
			l.sink.Send(p)
		}
	}
}

func packetRoom(c frame.Codec) int {
	if c == frame.L16 {
		return codec.MaxPacket
	}
	return 160 // 32 kbit/s are 80 bytes
}

// marksOf sends on what the bus marked.
func (e *Engine) marksOf(l *line) {
	for _, m := range l.bus.Marks() {
		e.mark(Mark{Stream: l.stream, Tag: m.Tag, Kind: m.Kind, PlayAt: l.start + micros(m.At), Sample: m.Item, Err: m.Err, Air: m.Air})
	}
}

func (e *Engine) mark(m Mark) {
	select {
	case e.marks <- m:
	default:
		e.stats.marksLost.Add(1)
	}
}

func (l *line) close() {
	l.closing = true
	l.bus.EndAt(l.bus.Pos())
}

// swap takes over new encoders, keeps the old one where the codec is the same,
// and returns those that are not needed.
func (l *line) swap(fresh []encoder) (unused []encoder) {
	old := l.encoders
	l.encoders = nil
	for _, f := range fresh {
		for i, o := range old {
			if o.codec == f.codec {
				unused = append(unused, f)
				f = o
				old = append(old[:i:i], old[i+1:]...)
				break
			}
		}
		l.encoders = append(l.encoders, f)
	}
	return append(unused, old...)
}

// cut renders up to the moment, so that the devices have sound to fade, and
// takes the line out.
func (e *Engine) cut(l *line, at int64) Place {
	limit := at + frame.Duration.Microseconds()
	for i := 0; l.head() < limit && !l.ended && i < int(maxLead/frame.Duration); i++ {
		e.frame(l)
	}
	p := l.place(at)
	for i := range e.lines {
		if e.lines[i] == l {
			e.remove(i)
			break
		}
	}
	return p
}

func (l *line) place(at int64) Place {
	tag, item, ok := l.bus.ItemAt(l.sampleAt(at))
	return Place{Tag: tag, Sample: item, Sounds: ok}
}

// airLevel keeps the levels of the frames between the render head and the air.
// The pump writes, anyone reads.
type airLevel struct {
	live    bool
	reading func() dsp.Reading
	base    atomic.Int64 // µs of the newest frame
	seq     atomic.Uint32
	ring    [1024]atomic.Uint64 // mean square and peak as float32 bits, by sequence
	known   atomic.Bool
}

func (a *airLevel) put(at int64, seq uint32, s []float32) {
	var top, sum float32
	for _, x := range s {
		top = max(top, x, -x)
		sum += x * x
	}
	bits := uint64(math.Float32bits(sum/float32(len(s))))<<32 | uint64(math.Float32bits(top))
	a.ring[seq%uint32(len(a.ring))].Store(bits)
	a.seq.Store(seq)
	a.base.Store(at)
	a.known.Store(true)
}

// at is the level heard at a moment: the peak of the last 100 ms, the RMS of
// the last 400.
func (a *airLevel) at(now int64) frame.Level {
	if !a.known.Load() {
		return frame.Level{}
	}
	back := (a.base.Load() - now + 19999) / 20000
	newest := int64(a.seq.Load())
	var l frame.Level
	sum := float64(0)
	for i := range int64(20) {
		seq := newest - back - i
		if seq < 0 || seq > newest || newest-seq >= int64(len(a.ring)) {
			continue
		}
		bits := a.ring[seq%int64(len(a.ring))].Load()
		sum += float64(math.Float32frombits(uint32(bits >> 32)))
		if i < 5 {
			l.Peak = max(l.Peak, math.Float32frombits(uint32(bits)))
		}
	}
	l.RMS = float32(math.Sqrt(sum / 20))
	return l
}
