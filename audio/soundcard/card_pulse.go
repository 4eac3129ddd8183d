//go:build !cgo && linux

package soundcard

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jfreymuth/pulse"
	"github.com/jfreymuth/pulse/proto"

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

// sink is the output with a name, or the server's own choice.
func sink(c *pulse.Client, name string) (*pulse.Sink, error) {
	if name == "" {
		s, err := c.DefaultSink()
		if err == nil && isDummy(s.ID()) {
			err = errDummy
		}
		return s, err
	}
	all, err := c.ListSinks()
	if err != nil {
		return nil, err
	}
	names := make([]string, len(all))
	for i, s := range all {
		names[i] = s.Name()
	}
	if i := choose(names, name); i >= 0 {
		return all[i], nil
	}
	return nil, noDevice(name, names)
}

// input is the input with a name, or the server's own choice.
func input(c *pulse.Client, name string) (*pulse.Source, error) {
	if name == "" {
		s, err := c.DefaultSource()
		if err == nil && isDummy(s.ID()) {
			err = errDummy
		}
		return s, err
	}
	all, err := c.ListSources()
	if err != nil {
		return nil, err
	}
	names := make([]string, len(all))
	for i, s := range all {
		names[i] = s.Name()
	}
	if i := choose(names, name); i >= 0 {
		return all[i], nil
	}
	return nil, noDevice(name, names)
}

// pulseCard is a stream of PulseAudio or PipeWire, without C. When the server
// or the device goes away, or nothing moves for 2 s, it is opened again every
// 2 s. A stream is ended by its connection alone: the library's own Close races
// with the server's requests.
type pulseCard struct {
	open  func(*pulse.Client) (start, end func(), err error)
	end   func() // ends the stream's goroutine, after its connection
	taken atomic.Int64
	at    atomic.Int64 // ns since began, of the newest samples
	began time.Time
	quit  chan struct{}
	done  chan struct{}
	once  sync.Once
}

const (
	pulseRetry   = 2 * time.Second
	pulseSilence = 2 * time.Second
	pulseSettle  = 100 * time.Millisecond
)

func (p *pulseCard) start() error {
	p.began, p.quit, p.done = time.Now(), make(chan struct{}), make(chan struct{})
	c, err := p.connect()
	if err != nil {
		return err
	}
	go p.keep(c)
	return nil
}

func (p *pulseCard) connect() (*pulse.Client, error) {
	c, err := pulseClient()
	if err != nil {
		return nil, err
	}
	start, end, err := p.open(c)
	if err != nil {
		c.Close()
		return nil, fmt.Errorf("%w (%w)", ErrNoCard, err)
	}
	p.at.Store(int64(time.Since(p.began)))
	p.end = end
	go start() // it waits for the server; the connection's end ends it
	return c, nil
}

// release ends a connection, and what the library leaves behind of its stream
// when nothing of it can be under way any more.
func (p *pulseCard) release(c *pulse.Client) {
	c.Close()
	time.Sleep(pulseSettle)
	defer func() { _ = recover() }() // it may panic on a closed client, and nothing is left to save
	p.end()
}

// moved notes samples that went through.
func (p *pulseCard) moved(n int) {
	p.taken.Add(int64(n))
	p.at.Store(int64(time.Since(p.began)))
}

// keep owns the connection.
func (p *pulseCard) keep(c *pulse.Client) {
	defer close(p.done)
	look := time.NewTicker(pulseSilence / 4)
	defer look.Stop()
	next := time.Now()
	for {
		select {
		case <-p.quit:
			if c != nil {
				p.release(c)
			}
			return
		case <-look.C:
		}
		if c != nil && time.Since(p.began)-time.Duration(p.at.Load()) > pulseSilence {
			p.release(c)
			c = nil
		}
		if c == nil && !time.Now().Before(next) {
			next = time.Now().Add(pulseRetry)
			if again, err := p.connect(); err == nil {
				c = again
			}
		}
	}
}

// Kind is card.
func (p *pulseCard) Kind() string { return KindCard }

// Position is the sample count when the server last asked.
func (p *pulseCard) Position() (int64, time.Time) {
	return p.taken.Load(), p.began.Add(time.Duration(p.at.Load()))
}

// Dropped is 0: what the server is given it plays.
func (p *pulseCard) Dropped() int64 { return 0 }

// Close ends the stream.
func (p *pulseCard) Close() error {
	p.once.Do(func() { close(p.quit) })
	<-p.done
	return nil
}

// openCardPlayer opens a card. One that was chosen by its name is the one that
// is meant: when it is pulled out the server must not lead the sound to another.
func openCardPlayer(name string, pull Pull) (Player, error) {
	p := &pulseCard{}
	p.open = func(c *pulse.Client) (func(), func(), error) {
		to, err := sink(c, name)
		if err != nil {
			return nil, nil, err
		}
		s, err := c.NewPlayback(pulse.Float32Reader(func(out []float32) (int, error) {
			pull(out)
			p.moved(len(out))
			return len(out), nil
		}), pulse.PlaybackSink(to), pulse.PlaybackMono, pulse.PlaybackSampleRate(frame.Rate), pulse.PlaybackLatency(cardLatency),
			pulse.PlaybackRawOption(func(o *proto.CreatePlaybackStream) { o.NoMove = name != "" }))
		if err != nil {
			return nil, nil, err
		}
		return s.Start, s.Close, nil
	}
	if err := p.start(); err != nil {
		return nil, err
	}
	return p, nil
}

func openCardCapture(name string, take func([]float32)) (func() error, error) {
	p := &pulseCard{}
	p.open = func(c *pulse.Client) (func(), func(), error) {
		from, err := input(c, name)
		if err != nil {
			return nil, nil, err
		}
		s, err := c.NewRecord(pulse.Float32Writer(func(in []float32) (int, error) {
			take(in)
			p.moved(len(in))
			return len(in), nil
		}), pulse.RecordSource(from), pulse.RecordMono, pulse.RecordSampleRate(frame.Rate), pulse.RecordLatency(cardLatency),
			pulse.RecordRawOption(func(o *proto.CreateRecordStream) { o.NoMove = name != "" }))
		if err != nil {
			return nil, nil, err
		}
		return s.Start, s.Close, nil
	}
	if err := p.start(); err != nil {
		return nil, err
	}
	return p.Close, nil
}

// devices lists the names of what can be heard with and heard from.
func devices() (in, out []string, err error) {
	c, err := pulseClient()
	if err != nil {
		return nil, nil, err
	}
	defer c.Close()
	sinks, err := c.ListSinks()
	if err != nil {
		return nil, nil, err
	}
	sources, err := c.ListSources()
	if err != nil {
		return nil, nil, err
	}
	for _, s := range sinks {
		out = append(out, s.Name())
	}
	for _, s := range sources {
		in = append(in, s.Name())
	}
	return in, out, nil
}
