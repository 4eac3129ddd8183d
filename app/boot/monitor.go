package boot

import (
	"context"
	"errors"
	"time"

	"loaxa/audio/frame"
	"loaxa/audio/soundcard"
	"loaxa/audio/source"
)

// monitor plays tones on the station's own sound card, one at a time.
type monitor struct {
	tones chan string // 1: a tone waits while one plays; full: the newest is passed over
	warn  func(string, error)
}

func newMonitor(warn func(string, error)) *monitor {
	return &monitor{tones: make(chan string, 1), warn: warn}
}

// play is playout.Parts.Monitor; it does not wait.
func (m *monitor) play(tone string) {
	select {
	case m.tones <- tone:
	default:
	}
}

func (m *monitor) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case id := <-m.tones:
			if err := sound(ctx, "auto", id); err != nil {
				m.warn("tone on the station's own card", err)
			}
		}
	}
}

// monitorTail is how long the card may still have sound after it took the last.
const monitorTail = 300 * time.Millisecond

// sound plays a tone on an output to its end.
func sound(ctx context.Context, config, id string) error {
	p, ok := source.FindTone(source.Tones(), id)
	if !ok {
		return errors.New("no such tone")
	}
	src, err := source.NewTone(p, 0)
	if err != nil {
		return err
	}
	defer func() { _ = src.Close() }() // computed, not read
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
	timer := time.NewTimer(time.Duration(src.Len())*time.Second/frame.Rate + 5*time.Second) // a card that stands still
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
