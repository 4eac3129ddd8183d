package boot

import (
	"context"
	"errors"
	"sync"
	"time"

	"loaxa/app/station"
	"loaxa/audio/frame"
	"loaxa/audio/library"
	"loaxa/audio/soundcard"
	"loaxa/audio/source"
)

// monitor plays tones, words and items on the station's own sound card, the
// headset of who speaks, one at a time. Nothing of it goes on air.
type monitor struct {
	tones chan toHear // 1: a tone waits while one plays; full: the newest is passed over
	out   string      // as OpenPlayer takes it
	say   func(ctx context.Context, text string) (source.Source, error)
	warn  func(string, error)
	open  func(ctx context.Context, id station.ItemID) (source.Source, error)

	mu    sync.Mutex
	hush  context.CancelFunc // ends the item that plays; nil: none does
	asked int                // times something was to be heard, or silent
}

// toHear is a cue and when it was asked.
type toHear struct {
	station.CueMonitor
	asked int
}

func newMonitor(say func(context.Context, string) (source.Source, error), open func(context.Context, station.ItemID) (source.Source, error), warn func(string, error)) *monitor {
	return &monitor{tones: make(chan toHear, 1), out: "auto", say: say, open: open, warn: warn}
}

// play is playout.Parts.Monitor; it does not wait. What is heard gives way.
func (m *monitor) play(c station.CueMonitor) {
	m.mu.Lock()
	m.asked++
	if m.hush != nil {
		m.hush()
	}
	asked := m.asked
	m.mu.Unlock()
	if c == (station.CueMonitor{}) {
		return
	}
	select {
	case m.tones <- toHear{c, asked}:
	default:
	}
}

func (m *monitor) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case c := <-m.tones:
			var err error
			if c.Item != "" {
				err = m.hear(ctx, c)
			} else {
				err = m.sound(ctx, c.CueMonitor)
			}
			if err != nil && !errors.Is(err, context.Canceled) {
				m.warn("the station's own card", err)
			}
		}
	}
}

// hear plays an item to its end or until something else is to be heard.
func (m *monitor) hear(ctx context.Context, c toHear) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	m.mu.Lock()
	m.hush = cancel
	asked := m.asked
	m.mu.Unlock()
	if asked != c.asked {
		return nil // something else was asked since
	}
	src, err := m.open(ctx, c.Item)
	if err != nil {
		return err
	}
	return soundOut(ctx, m.out, src, int64(library.MaxDuration/time.Second)*frame.Rate)
}

// sayWait bounds the making of words: they are of use at their moment only.
const sayWait = 10 * time.Second

// sound plays the tone, and the words after it; without a voice the tone alone.
func (m *monitor) sound(ctx context.Context, c station.CueMonitor) error {
	tone, err := toneOf(c.Tone)
	if err != nil {
		return err
	}
	if c.Say == "" || m.say == nil {
		return soundOut(ctx, m.out, tone, tone.Len())
	}
	making, cancel := context.WithTimeout(ctx, sayWait)
	defer cancel()
	said, err := m.say(making, c.Say)
	if err != nil {
		return errors.Join(err, soundOut(ctx, m.out, tone, tone.Len()))
	}
	return soundOut(ctx, m.out, source.NewConcat(tone, said), tone.Len()+saidMost)
}

// saidMost bounds the words, in samples: 20 s.
const saidMost = 20 * frame.Rate

// monitorTail is how long the card may still have sound after it took the last.
const monitorTail = 300 * time.Millisecond

func toneOf(id string) (*source.Tone, error) {
	p, ok := source.FindTone(source.Tones(), id)
	if !ok {
		return nil, errors.New("no such tone")
	}
	return source.NewTone(p, 0)
}

// sound plays a tone on an output to its end.
func sound(ctx context.Context, config, id string) error {
	src, err := toneOf(id)
	if err != nil {
		return err
	}
	return soundOut(ctx, config, src, src.Len())
}

// soundOut plays a source of at most so many samples to its end and closes it.
func soundOut(ctx context.Context, config string, src source.Source, most int64) error {
	defer func() { _ = src.Close() }() // read only
	over := make(chan struct{})        // closed once, by the card's thread
	done := false
	out, err := soundcard.OpenPlayer(config, 0, func(s []float32) {
		n := 0
		for n < len(s) && !done {
			k := src.Read(s[n:])
			if n += k; k == 0 {
				done = true
				close(over)
			}
		}
		clear(s[n:])
	})
	if err != nil {
		return err
	}
	timer := time.NewTimer(time.Duration(most)*time.Second/frame.Rate + 5*time.Second) // a card that stands still
	defer timer.Stop()
	select {
	case <-over:
		select {
		case <-time.After(monitorTail):
		case <-ctx.Done():
		}
	case <-timer.C:
		err = errors.New("the sound card takes nothing")
	case <-ctx.Done():
	}
	return errors.Join(err, out.Close())
}

// cardAvailable is nil where the station's own machine can be heard.
func cardAvailable() error {
	out, err := soundcard.OpenPlayer("auto", 0, func(s []float32) { clear(s) })
	if err != nil {
		return err
	}
	return out.Close()
}
