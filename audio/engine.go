// Package audio is the room of sound: it renders each running broadcast as a
// bus, encodes it once for each codec that somebody listens to, and sends the
// packets to a sink ahead of the moment they are to be heard. It knows no
// orders, zones or clusters.
//
// All buses belong to the pump, the goroutine in Engine.Run. Others act by
// methods of Engine, which run between two frames. What happened comes out of
// Marks. Full queues: see Engine.commands and Engine.marks where they are made.
package audio

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"loaxa/audio/bus"
	"loaxa/audio/codec"
	"loaxa/audio/dsp"
	"loaxa/audio/frame"
)

// What a command may be refused with.
var (
	ErrStopped = errors.New("the sound engine has stopped")
	ErrStream  = errors.New("no such stream")
	ErrTaken   = errors.New("stream number is in use")
)

// Leads and waits of a stream.
const (
	LiveLead      = 60 * time.Millisecond
	ProgrammeLead = 2 * time.Second
	startLead     = 200 * time.Millisecond // a programme is heard so soon; its lead grows while it plays
	commandRoom   = 64
	markRoom      = 1024
)

// Mark tells what happened on a stream and when it is to be heard. Marks come
// when the sound is rendered, up to the stream's lead before PlayAt; marks of a
// stream with a PlayAt at or after the moment it was cut never come true.
type Mark struct {
	Stream uint16
	Tag    string
	Kind   bus.Kind
	PlayAt int64 // µs of the engine's epoch
	Sample int64 // of the piece's own, 48 kHz
	Err    error // of Broken and BedEnded
	Air    dsp.Air
}

// BusOptions open a stream.
type BusOptions struct {
	Stream  uint16 // never used before in this epoch
	Live    bool
	Lead    time.Duration // 0: 60 ms live, else 2 s
	Codecs  []frame.Codec // empty: codec.Best
	Bitrate int           // bit/s of Opus; 0: 32000
	Sink    frame.Sink    // called by the pump
	StartAt int64         // µs when sample 0 is to be heard; 0: as soon as the lead allows
	Hold    bool          // stay open with silence after the last piece
	Pieces  []bus.Piece   // owned by the engine from the call on, whatever it returns
}

// Options of an engine.
type Options struct {
	Epoch time.Time          // with its monotonic reading; zero: now
	Tap   func(frame.Packet) // sees each packet sent, in the pump; for tests
}

// Engine runs the buses.
type Engine struct {
	epoch    time.Time
	tap      func(frame.Packet)
	commands chan command
	marks    chan Mark
	done     chan struct{}
	air      sync.Map // stream → *airLevel
	lines    []*line  // owned by the pump
	fading   []fading // owned by the pump
	stats    counters
}

type command struct {
	do    func() error
	reply chan error
}

type counters struct {
	frames, lateTicks, lateFrames, marksLost, held atomic.Int64
}

// Stats counts what an engine did since it was made.
type Stats struct {
	Frames     int64 // rendered
	LateTicks  int64 // ticks that came more than half a frame late
	LateFrames int64 // rendered after their play-at
	MarksLost  int64 // nobody read them in time
	Held       int64 // ticks in which a bus waited for its source with time in hand
}

// New makes an engine; Run starts it.
func New(o Options) *Engine {
	if o.Epoch.IsZero() {
		o.Epoch = time.Now()
	}
	return &Engine{
		epoch: o.Epoch,
		tap:   o.Tap,
		// Commands are drained before each frame: 64 are more than an operator
		// can give in 20 ms. Full: the caller waits, the pump never.
		commands: make(chan command, commandRoom),
		// A mark is a few a minute for a bus; 1024 are a reader that is dead.
		// Full: the newest is dropped and counted, the sound goes on.
		marks: make(chan Mark, markRoom),
		done:  make(chan struct{}),
	}
}

// Now is the time since the epoch in µs; it never falls.
func (e *Engine) Now() int64 { return time.Since(e.epoch).Microseconds() }

// Marks gives what happened. It is never closed.
func (e *Engine) Marks() <-chan Mark { return e.marks }

// Stats reads the counters.
func (e *Engine) Stats() Stats {
	return Stats{
		Frames: e.stats.frames.Load(), LateTicks: e.stats.lateTicks.Load(), LateFrames: e.stats.lateFrames.Load(),
		MarksLost: e.stats.marksLost.Load(), Held: e.stats.held.Load(),
	}
}

// do runs f in the pump between two frames and returns its answer.
func (e *Engine) do(f func() error) error {
	c := command{f, make(chan error, 1)}
	select {
	case e.commands <- c:
	case <-e.done:
		return ErrStopped
	}
	select {
	case err := <-c.reply:
		return err
	case <-e.done:
		return ErrStopped
	}
}

// on runs f on a stream's line in the pump.
func (e *Engine) on(stream uint16, f func(*line)) error {
	return e.do(func() error {
		for _, l := range e.lines {
			if l.stream == stream {
				f(l)
				return nil
			}
		}
		return fmt.Errorf("stream %d: %w", stream, ErrStream)
	})
}

// Open starts a stream. Its first packets are rendered at once, not at the
// next tick.
func (e *Engine) Open(o BusOptions) error {
	l, err := newLine(o)
	if err == nil {
		err = e.do(func() error { return e.open(l, o) })
	}
	if err != nil {
		closePieces(o.Pieces)
		return fmt.Errorf("open stream %d: %w", o.Stream, err)
	}
	return nil
}

func (e *Engine) open(l *line, o BusOptions) error {
	for _, other := range e.lines {
		if other.stream == l.stream {
			return ErrTaken
		}
	}
	l.start = o.StartAt
	if l.start == 0 {
		l.start = e.Now() + min(l.lead, startLead).Microseconds()
	}
	e.lines = append(e.lines, l)
	e.air.Store(l.stream, l.air)
	return nil
}

func closePieces(p []bus.Piece) {
	for _, piece := range p {
		piece.Close() // it never played
	}
}

// SetNext replaces what follows the piece that plays on a stream.
func (e *Engine) SetNext(stream uint16, pieces ...bus.Piece) error {
	err := e.on(stream, func(l *line) { l.bus.SetNext(pieces...) })
	if err != nil {
		closePieces(pieces)
	}
	return err
}

// Play puts pieces at the end of a stream's playlist.
func (e *Engine) Play(stream uint16, pieces ...bus.Piece) error {
	err := e.on(stream, func(l *line) { l.bus.Play(pieces...) })
	if err != nil {
		closePieces(pieces)
	}
	return err
}

// Skip fades out the piece that is being rendered; the next follows. On a
// programme that is heard one lead later: to act at once, Cut and open anew.
func (e *Engine) Skip(stream uint16) error {
	return e.on(stream, func(l *line) { l.bus.Skip() })
}

// Suspend fades a stream to silence at the render head and holds its sources.
func (e *Engine) Suspend(stream uint16) error {
	return e.on(stream, func(l *line) { l.bus.Suspend() })
}

// Resume goes on where Suspend stopped.
func (e *Engine) Resume(stream uint16) error {
	return e.on(stream, func(l *line) { l.bus.Resume() })
}

// SetHold changes whether a stream stays open after its last piece.
func (e *Engine) SetHold(stream uint16, hold bool) error {
	return e.on(stream, func(l *line) { l.hold = hold })
}

// SetLead changes how far ahead a stream is rendered. A programme is, from the
// next frame on. What a live stream says cannot be rendered before it is said:
// its later frames are to be heard later, or sooner, in steps of a frame. More
// time is taken at once where nothing sounds, and else by three frames in a
// fifth of a second, which the poles bridge; less is taken in pauses alone. 0:
// as it is now.
func (e *Engine) SetLead(stream uint16, lead time.Duration) error {
	return e.on(stream, func(l *line) {
		switch {
		case lead <= 0:
			l.pace.want = l.lead
		case l.air.live:
			l.pace.want = min(max(lead, 2*frame.Duration), maxLead)
		default:
			l.lead = min(max(lead, 2*frame.Duration), maxLead)
		}
	})
}

// SetCodecs changes what a stream is encoded to. A codec that stays keeps its
// state; one that is new begins with a Discontinuity.
func (e *Engine) SetCodecs(stream uint16, codecs ...frame.Codec) error {
	fresh, err := newEncoders(codecs, 0)
	if err != nil {
		return err
	}
	err = e.on(stream, func(l *line) { fresh = l.swap(fresh) })
	for _, c := range fresh {
		c.enc.Close()
	}
	return err
}

// Close ends a stream in order: it fades out in 50 ms at the render head and
// its last packet says Last. What is already sent is still heard.
func (e *Engine) Close(stream uint16) error {
	return e.on(stream, func(l *line) { l.close() })
}

// Place is a sample of a piece.
type Place struct {
	Tag    string
	Sample int64 // of the piece's own, 48 kHz
	Sounds bool  // false: silence stood there, after that sample of the piece
}

// Cut ends a stream for those who will cancel it at the devices from the same
// moment on, at µs of the epoch: no packet follows, none says Last. It returns
// what stood at that moment, so that it can be taken up again there.
func (e *Engine) Cut(stream uint16, at int64) (Place, error) {
	var p Place
	err := e.on(stream, func(l *line) { p = e.cut(l, at) })
	return p, err
}

// Where tells what of a stream stands at a moment of the last 15 s, in µs of
// the epoch.
func (e *Engine) Where(stream uint16, at int64) (Place, error) {
	var p Place
	err := e.on(stream, func(l *line) { p = l.place(at) })
	return p, err
}

// Level is what a stream sounds like now, at the play-at of this moment; zero
// for a stream that is not open. It may be called by any number of readers.
func (e *Engine) Level(stream uint16) frame.Level {
	if a, ok := e.air.Load(stream); ok {
		return a.(*airLevel).at(e.Now())
	}
	return frame.Level{}
}

// Run pumps until the context ends, then closes every bus.
func (e *Engine) Run(ctx context.Context) error {
	defer e.stop()
	tick := time.NewTicker(frame.Duration)
	defer tick.Stop()
	last := time.Now()
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case c := <-e.commands:
			c.reply <- c.do()
		case <-tick.C:
			now := time.Now()
			if now.Sub(last) > frame.Duration*3/2 {
				e.stats.lateTicks.Add(1)
			}
			last = now
		}
		e.drain()
		e.render()
	}
}

// drain runs the commands that wait.
func (e *Engine) drain() {
	for range commandRoom {
		select {
		case c := <-e.commands:
			c.reply <- c.do()
		default:
			return
		}
	}
}

func (e *Engine) stop() {
	close(e.done)
	for _, l := range e.lines {
		e.air.Delete(l.stream)
		l.free()
	}
	e.lines = nil
}

var bestCodec = sync.OnceValue(codec.Best)
