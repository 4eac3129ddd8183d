//go:build !cgo && linux

package soundcard

import (
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/jfreymuth/pulse"

	"loaxa/audio/frame"
)

const cardLatency = 0.020 // s

func pulseClient() (*pulse.Client, error) {
	c, err := pulse.NewClient(pulse.ClientApplicationName("loaxa"))
	if err != nil {
		return nil, fmt.Errorf("%w (%w)", ErrNoCard, err)
	}
	return c, nil
}

var errDummy = errors.New("the sound server has no real device")

// pulsePlayer plays through PulseAudio or PipeWire without C.
type pulsePlayer struct {
	client *pulse.Client
	stream *pulse.PlaybackStream
	taken  atomic.Int64
	at     atomic.Int64
	began  time.Time
}

func openCardPlayer(pull Pull) (Player, error) {
	client, err := pulseClient()
	if err != nil {
		return nil, err
	}
	p := &pulsePlayer{client: client, began: time.Now()}
	sink, err := client.DefaultSink()
	if err == nil && isDummy(sink.ID()) {
		err = errDummy
	}
	if err == nil {
		p.stream, err = client.NewPlayback(pulse.Float32Reader(func(out []float32) (int, error) {
			pull(out)
			p.taken.Add(int64(len(out)))
			p.at.Store(int64(time.Since(p.began)))
			return len(out), nil
		}), pulse.PlaybackMono, pulse.PlaybackSampleRate(frame.Rate), pulse.PlaybackLatency(cardLatency))
	}
	if err != nil {
		client.Close()
		return nil, fmt.Errorf("%w (%w)", ErrNoCard, err)
	}
	p.stream.Start()
	return p, nil
}

// Kind is card.
func (p *pulsePlayer) Kind() string { return KindCard }

// Position is the sample count when the server last asked.
func (p *pulsePlayer) Position() (int64, time.Time) {
	return p.taken.Load(), p.began.Add(time.Duration(p.at.Load()))
}

// Dropped is 0: what the server is given it plays.
func (p *pulsePlayer) Dropped() int64 { return 0 }

// Close ends the stream.
func (p *pulsePlayer) Close() error {
	p.stream.Close()
	p.client.Close()
	return nil
}

func openCardCapture(take func([]float32)) (func() error, error) {
	client, err := pulseClient()
	if err != nil {
		return nil, err
	}
	src, err := client.DefaultSource()
	if err == nil && isDummy(src.ID()) {
		err = errDummy
	}
	var stream *pulse.RecordStream
	if err == nil {
		stream, err = client.NewRecord(pulse.Float32Writer(func(in []float32) (int, error) {
			take(in)
			return len(in), nil
		}), pulse.RecordMono, pulse.RecordSampleRate(frame.Rate), pulse.RecordLatency(cardLatency))
	}
	if err != nil {
		client.Close()
		return nil, fmt.Errorf("%w (%w)", ErrNoCard, err)
	}
	stream.Start()
	return func() error {
		stream.Close()
		client.Close()
		return nil
	}, nil
}
