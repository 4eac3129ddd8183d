package soundcard

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"loaxa/audio/frame"
	"loaxa/audio/wavfile"
)

// Pull is what an output asks for its next samples; it must fill out and never
// wait. It is called from one goroutine or one thread of the device.
type Pull func(out []float32)

// Player is an output that pulls samples at the pace of its own crystal.
type Player interface {
	// Kind is card, virtual, wav or fifo.
	Kind() string
	// Position is how many samples the device had taken, and when by the
	// station's monotonic clock: two readings give the crystal's true rate.
	Position() (samples int64, at time.Time)
	// Dropped counts samples that were due and reached nobody.
	Dropped() int64
	// Close ends the output and waits for its goroutine.
	Close() error
}

// blockSamples is what the outputs without a card take at once: 10 ms.
const blockSamples = frame.Samples / 2

// OpenPlayer opens an output: auto, card:NAME, virtual, wav:PATH or fifo:PATH. The ppm bend
// the crystal of all but auto, from -1000 to 1000. Without a sound card auto is
// refused with ErrNoCard.
func OpenPlayer(config string, ppm float64, pull Pull) (Player, error) {
	kind, path, err := split(config)
	if err != nil {
		return nil, err
	}
	if ppm < -1000 || ppm > 1000 {
		return nil, fmt.Errorf("clock of %g ppm: %w", ppm, ErrConfig)
	}
	switch kind {
	case "auto", KindCard:
		return openCardPlayer(path, pull)
	case KindVirtual:
		return startPaced(KindVirtual, ppm, pull, nowhere{}), nil
	case KindWAV:
		w, err := wavfile.Create(path)
		if err != nil {
			return nil, fmt.Errorf("output %s: %w", config, err)
		}
		return startPaced(KindWAV, ppm, pull, wavDrain{w}), nil
	case KindFIFO:
		f, err := openFIFOWriter(path)
		if err != nil {
			return nil, fmt.Errorf("output %s: %w", config, err)
		}
		return startPaced(KindFIFO, ppm, pull, f), nil
	}
	return nil, fmt.Errorf("%q: %w", config, ErrConfig)
}

// drain takes a block of samples; it returns how many reached somebody.
type drain interface {
	put(block []float32) int
	Close() error
}

type wavDrain struct{ *wavfile.Writer }

func (w wavDrain) put(b []float32) int {
	if w.Write(b) != nil { // full, or the disk is: what is due is counted as dropped
		return 0
	}
	return len(b)
}

type nowhere struct{}

func (nowhere) put(b []float32) int { return len(b) }
func (nowhere) Close() error        { return nil }

// paced is an output at the pace of a virtual crystal: block n is taken at
// start + n·blockSamples/(48000·(1+ppm·1e-6)) s. A block that is taken late is
// taken all the same: the crystal does not wait, and nothing is lost.
type paced struct {
	kind    string
	start   time.Time
	rate    float64 // samples a second by the station's clock
	taken   atomic.Int64
	dropped atomic.Int64
	quit    chan struct{}
	once    sync.Once
	done    chan error // of size 1: the goroutine's last word, read once by Close
	err     error
}

func startPaced(kind string, ppm float64, pull Pull, d drain) *paced {
	p := &paced{
		kind: kind, start: time.Now(), rate: frame.Rate * (1 + ppm*1e-6),
		quit: make(chan struct{}), done: make(chan error, 1),
	}
	go p.run(pull, d)
	return p
}

// due is when the crystal has taken n samples.
func (p *paced) due(n int64) time.Time {
	return p.start.Add(time.Duration(float64(n) / p.rate * 1e9))
}

func (p *paced) run(pull Pull, d drain) {
	var block [blockSamples]float32
	timer := time.NewTimer(0)
	defer timer.Stop()
	for n := int64(blockSamples); ; n += blockSamples {
		timer.Reset(time.Until(p.due(n)))
		select {
		case <-p.quit:
			p.done <- d.Close()
			return
		case <-timer.C:
		}
		pull(block[:])
		p.dropped.Add(int64(len(block) - d.put(block[:])))
		p.taken.Store(n)
	}
}

// Kind names the output.
func (p *paced) Kind() string { return p.kind }

// Position is exact: the moment at which the crystal had taken the samples,
// not the one at which the machine got round to it.
func (p *paced) Position() (int64, time.Time) {
	n := p.taken.Load()
	return n, p.due(n)
}

// Dropped counts samples that nobody took.
func (p *paced) Dropped() int64 { return p.dropped.Load() }

// Close ends the output.
func (p *paced) Close() error {
	p.once.Do(func() {
		close(p.quit)
		p.err = <-p.done
	})
	return p.err
}
