package playout_test

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"loaxa/app/playout"
	"loaxa/app/station"
	"loaxa/audio"
	"loaxa/audio/audiotest"
	"loaxa/audio/frame"
	"loaxa/audio/source"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// stage is playout on the real sound engine, with clusters and a library made
// up, in a bubble whose time jumps.
type stage struct {
	t      *testing.T
	eng    *audio.Engine
	fleet  *fleet
	p      *playout.Playout
	parts  playout.Parts
	cancel context.CancelFunc
	mute   context.CancelFunc // ends the engine alone
	ended  chan struct{}

	mu     sync.Mutex
	facts  []told
	warned []string
	cards  []string
	shelf
}

// shelf is the library: what it has, and what is done with it.
type shelf struct {
	files  map[station.ItemID]file
	open   int // sources
	busy   int // openers at work
	opened map[station.ItemID]int
}

type told struct {
	at   int64
	fact station.Fact
}

// file is an item of the library.
type file struct {
	length time.Duration
	delay  time.Duration    // until it is open
	deaf   bool             // the opener does not look at its context
	mute   [2]time.Duration // from where to where it is silent
	hz     int              // 0: 1000
	sized  bool             // it knows its length
	err    error
}

// run is a bubble with a stage; the stage is struck at its end and must have
// left nothing.
func run(t *testing.T, play func(s *stage)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := build(t)
		s.start()
		play(s)
		s.strike()
	})
}

func build(t *testing.T) *stage {
	s := &stage{t: t, eng: audio.New(audio.Options{}), shelf: shelf{files: map[station.ItemID]file{}, opened: map[station.ItemID]int{}}}
	s.fleet = &fleet{s: s, streams: map[uint16]*stream{}}
	s.parts = playout.Parts{Sound: s.eng, Read: s.eng, Fleet: s.fleet, Codecs: []frame.Codec{frame.L16},
		Library: playout.Library{Item: s.item, Speech: s.speech, Tone: s.tone, Mic: s.mic},
		Mute:    func(station.ClusterID, bool) {},
		Card:    func(b station.Board, c station.Card) { s.note(&s.cards, fmt.Sprint(b.ID, " ", c.Text)) },
		Report:  s.report,
		Warn:    func(msg string, err error) { s.note(&s.warned, fmt.Sprint(msg, ": ", err)) },
	}
	return s
}

func (s *stage) start() {
	s.p = playout.New(s.parts)
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel, s.ended = cancel, make(chan struct{})
	engine := make(chan struct{})
	sound, mute := context.WithCancel(ctx)
	s.mute = mute
	go func() { defer close(engine); _ = s.eng.Run(sound) }()
	go func() { s.p.Run(ctx); <-engine; close(s.ended) }()
}

// strike ends the station and proves that nothing is left open.
func (s *stage) strike() {
	s.t.Helper()
	s.cancel()
	<-s.ended
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open != 0 {
		s.t.Errorf("%d sources are left open", s.open)
	}
	if len(s.warned) > 0 {
		s.t.Errorf("warned: %q", s.warned)
	}
}

func (s *stage) note(list *[]string, what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	*list = append(*list, what)
}

func (s *stage) report(f station.Fact) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.facts = append(s.facts, told{s.eng.Now(), f})
}

func (s *stage) now() time.Duration { return time.Duration(s.eng.Now()) * time.Microsecond }

// wait lets d go by and everything settle.
func (s *stage) wait(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func (s *stage) until(at time.Duration) { s.wait(at - s.now()) }

func (s *stage) cue(c ...station.Cue) {
	s.t.Helper()
	if err := s.p.Cue(c); err != nil {
		s.t.Fatal(err)
	}
	synctest.Wait()
}

// log is what was told so far of the broadcasts, all if none is named, each
// fact with its second.
func (s *stage) log(of ...station.BroadcastID) string {
	var out []string
	for _, f := range s.told(of...) {
		out = append(out, fmt.Sprintf("%.3f %s", float64(f.at)/1e6, words(f.fact)))
	}
	return strings.Join(out, "\n")
}

// order is the same without times.
func (s *stage) order(of ...station.BroadcastID) string {
	var out []string
	for _, f := range s.told(of...) {
		out = append(out, words(f.fact))
	}
	return strings.Join(out, ", ")
}

func (s *stage) told(of ...station.BroadcastID) (out []told) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.facts {
		if len(of) == 0 || slices.Contains(of, about(f.fact)) {
			out = append(out, f)
		}
	}
	return out
}

func about(f station.Fact) station.BroadcastID {
	switch f := f.(type) {
	case station.PieceStarted:
		return f.Broadcast
	case station.PieceEnded:
		return f.Broadcast
	case station.Drained:
		return f.Broadcast
	case station.Closed:
		return f.Broadcast
	case station.AirSound:
		return f.Broadcast
	case station.BedStarted:
		return f.Broadcast
	}
	return 0
}

func words(f station.Fact) string {
	switch f := f.(type) {
	case station.PieceStarted:
		return fmt.Sprintf("%s starts", f.Tag)
	case station.PieceEnded:
		if f.Broken != "" {
			return fmt.Sprintf("%s breaks", f.Tag)
		}
		return fmt.Sprintf("%s ends", f.Tag)
	case station.Drained:
		return "drained"
	case station.BedStarted:
		if f.Broken != "" {
			return fmt.Sprintf("bed %s breaks", f.Item)
		}
		return fmt.Sprintf("bed %s", f.Item)
	case station.Closed:
		if f.Tag == "" {
			return "closed"
		}
		return fmt.Sprintf("closed in %s", f.Tag)
	}
	return fmt.Sprint(f)
}

func want(t *testing.T, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("told\n%s\nwant\n%s", got, want)
	}
}

// near compares two times; the bound is one frame.
func near(t *testing.T, what string, got, want time.Duration) {
	t.Helper()
	if d := got - want; d > frame.Duration || d < -frame.Duration {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

func item(tag string) station.Piece {
	return station.Piece{Tag: tag, Kind: station.FromItem, Item: station.ItemID(tag)}
}

func (s *stage) item(ctx context.Context, id station.ItemID, from time.Duration) (source.Source, float64, error) {
	return s.bring(ctx, id, from)
}

func (s *stage) speech(ctx context.Context, text string) (source.Source, float64, error) {
	return s.bring(ctx, station.ItemID(text), 0)
}

func (s *stage) tone(id string, from time.Duration) (source.Source, error) {
	src, _, err := s.bring(context.Background(), station.ItemID(id), from)
	return src, err
}

func (s *stage) mic() (source.Source, error) { return s.tone("mic", 0) }

func (s *stage) bring(ctx context.Context, id station.ItemID, from time.Duration) (source.Source, float64, error) {
	s.mu.Lock()
	f, ok := s.files[id]
	s.opened[id]++
	s.busy++
	s.mu.Unlock()
	defer func() { s.mu.Lock(); s.busy--; s.mu.Unlock() }()
	if !ok {
		return nil, 0, fs.ErrNotExist
	}
	switch {
	case f.deaf:
		time.Sleep(f.delay)
	case f.delay > 0:
		select {
		case <-time.After(f.delay):
		case <-ctx.Done():
			return nil, 0, ctx.Err()
		}
	}
	if f.err != nil {
		return nil, 0, f.err
	}
	s.mu.Lock()
	s.open++
	s.mu.Unlock()
	c := &sine{s: s, pos: samples(from), end: samples(f.length), mute: [2]int64{samples(f.mute[0]), samples(f.mute[1])}, period: period}
	if f.hz > 0 {
		c.period = audiotest.Sine(float64(f.hz), 0.1, 0, frame.Rate/1000)
	}
	if f.sized {
		return &sizedSine{c}, 1, nil
	}
	return c, 1, nil
}

// loading counts the openers at work.
func (s *stage) loading() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.busy
}

func samples(d time.Duration) int64 { return int64(d) * frame.Rate / int64(time.Second) }

// period is one of 1 kHz.
var period = audiotest.Sine(1000, 0.3, 0, frame.Rate/1000)

// sizedSine knows its length.
type sizedSine struct{ *sine }

func (c *sizedSine) Len() int64 { return c.end }

// sine is a source of 1 kHz, or a multiple, that knows whether it was closed.
type sine struct {
	s        *stage
	pos, end int64
	mute     [2]int64
	period   []float32
	closed   bool
}

func (c *sine) Read(out []float32) int {
	n := int(min(int64(len(out)), c.end-c.pos))
	clear(out[n:])
	for i := range out[:n] {
		at := c.pos + int64(i)
		if out[i] = c.period[at%int64(len(c.period))]; at >= c.mute[0] && at < c.mute[1] {
			out[i] = 0
		}
	}
	c.pos += int64(n)
	return n
}
func (c *sine) Position() int64 { return c.pos }
func (c *sine) Starved() int64  { return 0 }
func (c *sine) Err() error      { return nil }
func (c *sine) Close() error {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if !c.closed {
		c.closed = true
		c.s.open--
	}
	c.end = c.pos
	return nil
}
