package source_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"loaxa/audio/audiotest"
	"loaxa/audio/source"
)

var errGone = errors.New("gone")

// passes gives silence of n samples, times over, then an error.
func passes(n int64, times int) func(context.Context) (source.Source, error) {
	return func(context.Context) (source.Source, error) {
		if times--; times < 0 {
			return nil, errGone
		}
		return source.NewSilence(n), nil
	}
}

func TestALoopIsASource(t *testing.T) {
	audiotest.CheckSource(t, func() source.Source { return source.NewLoop(source.NewSilence(20_000), passes(20_000, 3)) })
	l := source.NewLoop(source.NewSilence(20_000), passes(20_000, 3))
	audiotest.Read(t, l, 200_000)
	if l.Position() != 80_000 || !errors.Is(l.Err(), errGone) {
		t.Errorf("four passes gave %d samples, then %v", l.Position(), l.Err())
	}
	empty := source.NewLoop(source.NewSilence(0), passes(0, 1000))
	audiotest.Read(t, empty, 200)
	if !errors.Is(empty.Err(), source.ErrDamaged) {
		t.Errorf("a sound without samples goes round: %v", empty.Err())
	}
}

// TestAClosedLoopLeavesNothingOpen, though its next pass is on its way.
func TestAClosedLoopLeavesNothingOpen(t *testing.T) {
	opening, closed := make(chan struct{}), make(chan struct{})
	l := source.NewLoop(source.NewSilence(20_000), func(ctx context.Context) (source.Source, error) {
		close(opening)
		<-ctx.Done()
		return &closing{source.NewSilence(1), closed}, nil // it came all the same
	})
	l.Read(make([]float32, 960))
	<-opening
	if err := l.Close(); err != nil || l.Read(make([]float32, 10)) != 0 {
		t.Errorf("%v", err)
	}
	select {
	case <-closed:
	case <-time.After(time.Minute):
		t.Error("the pass that came after the close stays open")
	}
}

type closing struct {
	*source.Silence
	told chan struct{}
}

func (c *closing) Close() error { close(c.told); return c.Silence.Close() }
