package soundcard

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"loaxa/audio/dsp"
	"loaxa/audio/frame"
	"loaxa/audio/source"
)

// Bounds of what counts as a signal.
const (
	quietRMS   = 1e-3                   // -60 dBFS
	clipLevel  = 0.999                  // full scale but for rounding
	flowWithin = 500 * time.Millisecond // without a sample for longer nothing flows
	fileAhead  = 10 * time.Millisecond  // a file is fed early by so much: it has no jitter to hide
	pauseAfter = 200 * time.Millisecond // a FIFO silent for so long starts a new run
)

// CaptureState is what an input knows of itself. Flowing, Quiet and Clipped are
// facts of their own.
type CaptureState struct {
	Config  string
	Kind    string // card, fifo, file, none
	Level   frame.Level
	Flowing bool          // samples came within the last 500 ms
	Closed  bool          // a file that nobody plays: there is nothing to hear, and nothing is wrong
	Quiet   bool          // what comes is below -60 dBFS: no signal
	Clipped int64         // samples at full scale
	Samples int64         // that came in
	Odd     int64         // bytes dropped because half a sample was left in a pause
	Err     error         // what is wrong now, nil when nothing
	Faults  []dsp.MicKind // of the signal, each with its own hysteresis
}

// Capture is an input that is open for as long as the station runs. Each Live
// hears it from that moment on.
type Capture struct {
	whole  context.Context // ends with Close
	cancel context.CancelFunc
	wait   sync.WaitGroup
	turn   sync.Mutex // held while one device takes the place of another

	mu    sync.Mutex // guards what follows, the counters apart
	dev   device
	mics  map[*source.Mic]context.CancelFunc
	taps  map[*tap]context.CancelFunc
	plays int // files that are being played
	err   error

	meter  dsp.Meter
	faults faults
	last   atomic.Int64 // monotonic ns since began, of the newest sample
	began  time.Time
	count  struct{ samples, clipped, odd atomic.Int64 }
}

// device is what an input is open on.
type device struct {
	config, kind string
	ctx          context.Context // ends with the device
	end          context.CancelFunc
	stop         func() error // nil: there is none
}

func (d *device) close() error {
	if d.end != nil {
		d.end()
	}
	if d.stop == nil {
		return nil
	}
	return d.stop()
}

// OpenCapture opens an input: auto, card:NAME, fifo:PATH, file:PATH or none. It returns a
// Capture even with an error: that one gives counted silence and says why in
// its State, so that a station without a microphone still starts.
func OpenCapture(config string) (*Capture, error) {
	c := &Capture{dev: device{config: config, kind: KindNone}, mics: map[*source.Mic]context.CancelFunc{}, taps: map[*tap]context.CancelFunc{}, began: time.Now()}
	c.last.Store(-int64(time.Hour))
	c.whole, c.cancel = context.WithCancel(context.Background())
	return c, c.Switch(config)
}

// Switch closes the device and opens another. Who hears a card or a FIFO hears
// the new one without joining again; a file is heard by those who join later.
// With an error the input is open on nothing, like OpenCapture's.
func (c *Capture) Switch(config string) error {
	c.turn.Lock()
	defer c.turn.Unlock()
	c.mu.Lock()
	old := c.dev
	c.dev, c.err = device{config: config, kind: KindNone}, nil
	c.mu.Unlock()
	cerr := old.close()
	if c.whole.Err() != nil {
		return errors.Join(ErrClosed, cerr)
	}
	c.last.Store(-int64(time.Hour))
	kind, path, err := split(config)
	if err == nil {
		err = c.open(config, kind, path)
	}
	if err != nil {
		err = fmt.Errorf("microphone %q: %w", config, err)
		c.fail(err)
	}
	return err
}

func (c *Capture) open(config, kind, path string) error {
	d := device{config: config}
	d.ctx, d.end = context.WithCancel(c.whole)
	err := c.openDevice(&d, kind, path)
	if err != nil || d.kind == "" {
		d.end()
		return err
	}
	c.mu.Lock()
	c.dev = d
	c.mu.Unlock()
	return nil
}

// openDevice fills d; its kind stays empty for none.
func (c *Capture) openDevice(d *device, kind, path string) error {
	switch kind {
	case KindNone:
		return nil
	case "auto", KindCard:
		stop, err := openCardCapture(path, c.take)
		if err != nil {
			return err
		}
		d.kind, d.stop = KindCard, stop
		return nil
	case KindFIFO:
		f, err := openFIFOReader(path)
		if err != nil {
			return err
		}
		d.kind, d.stop = KindFIFO, f.Close
		ctx, config := d.ctx, d.config
		c.wait.Go(func() { c.readFIFO(ctx, f, config) })
		return nil
	case KindFile:
		st, err := os.Stat(path)
		if err != nil {
			return err
		}
		if !st.Mode().IsRegular() {
			return fmt.Errorf("%s is not a file: %w", path, ErrConfig)
		}
		d.kind = KindFile
		return nil
	}
	return ErrConfig
}

// tap hears what comes in.
type tap struct{ take func([]float32) }

// Tap hands every sample that comes in to take, which must not wait, until stop.
// With file:PATH it hears the live that plays the file, or starts to play the
// file itself when none does. take may be called from any goroutine, by one at
// a time but where two lives play a file.
func (c *Capture) Tap(take func([]float32)) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	t := &tap{take}
	c.mu.Lock()
	c.taps[t] = cancel
	if c.dev.kind == KindFile && c.plays == 0 {
		c.play(ctx, nil)
	}
	c.mu.Unlock()
	return func() {
		cancel()
		c.mu.Lock()
		delete(c.taps, t)
		c.mu.Unlock()
	}
}

// play plays the file for one who asked; the caller holds mu.
func (c *Capture) play(ctx context.Context, m *source.Mic) {
	config, over := c.dev.config, c.dev.ctx
	_, path, _ := split(config) // was good when the input was opened
	c.plays++
	c.wait.Go(func() {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		defer context.AfterFunc(over, cancel)()
		c.playFile(ctx, config, path, m)
		c.mu.Lock()
		c.plays--
		c.mu.Unlock()
	})
}

// Live starts to hear the input. With file:PATH it plays the file once from
// its start; after its end there is no signal. The caller closes the source.
func (c *Capture) Live() *source.Mic {
	ctx, cancel := context.WithCancel(context.Background())
	var m *source.Mic
	m = source.NewMic(func() {
		cancel()
		c.mu.Lock()
		delete(c.mics, m)
		c.mu.Unlock()
	})
	c.mu.Lock()
	c.mics[m] = cancel
	if c.dev.kind == KindFile {
		c.play(ctx, m)
	}
	c.mu.Unlock()
	return m
}

// State reads what the input knows of itself; any goroutine may.
func (c *Capture) State() CaptureState {
	level := c.meter.Level()
	c.mu.Lock()
	err, config, kind := c.err, c.dev.config, c.dev.kind
	closed := kind == KindFile && c.plays+len(c.mics)+len(c.taps) == 0
	c.mu.Unlock()
	return CaptureState{
		Config: config, Kind: kind, Level: level,
		Flowing: time.Since(c.began)-time.Duration(c.last.Load()) < flowWithin,
		Quiet:   level.RMS < quietRMS,
		Closed:  closed,
		Clipped: c.count.clipped.Load(), Samples: c.count.samples.Load(), Odd: c.count.odd.Load(), Err: err, Faults: c.faults.on(),
	}
}

// Close ends the input and every live that hears it.
func (c *Capture) Close() error {
	c.cancel()
	c.turn.Lock()
	defer c.turn.Unlock()
	c.mu.Lock()
	old := c.dev
	c.dev.stop = nil
	c.mu.Unlock()
	err := old.close()
	c.mu.Lock()
	for _, cancel := range c.mics {
		cancel()
	}
	for _, cancel := range c.taps {
		cancel()
	}
	c.mu.Unlock()
	c.wait.Wait()
	return err
}

func (c *Capture) fail(err error) {
	c.mu.Lock()
	c.err = err
	c.mu.Unlock()
}

// take measures samples and hands them to all who listen.
func (c *Capture) take(s []float32) {
	c.observe(s)
	c.mu.Lock()
	defer c.mu.Unlock()
	for m := range c.mics {
		m.Feed(s)
	}
	for t := range c.taps {
		t.take(s)
	}
}

// heard measures a block of a file and hands it to its live and to the taps.
func (c *Capture) heard(m *source.Mic, s []float32) {
	if m != nil {
		m.Feed(s)
	}
	c.mu.Lock() // one that was told to end may still be at its last block
	defer c.mu.Unlock()
	c.observe(s)
	for t := range c.taps {
		t.take(s)
	}
}

func (c *Capture) observe(s []float32) {
	c.meter.Take(s)
	c.faults.take(s)
	clipped := 0
	for _, x := range s {
		if x >= clipLevel || x <= -clipLevel {
			clipped++
		}
	}
	c.count.clipped.Add(int64(clipped))
	c.count.samples.Add(int64(len(s)))
	c.last.Store(int64(time.Since(c.began)))
}

// readFIFO reads s16le until the FIFO is closed. A pause starts a new run: half
// a sample left over from the last writer would turn all that follows to noise.
func (c *Capture) readFIFO(ctx context.Context, f *os.File, config string) {
	var pcm PCMReader
	buf := make([]byte, 4096)
	out := make([]float32, 0, 4096)
	for ctx.Err() == nil {
		_ = f.SetReadDeadline(time.Now().Add(pauseAfter)) // a FIFO has deadlines
		n, err := f.Read(buf)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			c.count.odd.Add(int64(pcm.Pause()))
			continue
		}
		if err != nil && !errors.Is(err, io.EOF) {
			if ctx.Err() == nil {
				c.fail(fmt.Errorf("microphone %q: %w", config, err))
			}
			return
		}
		out, err = pcm.Take(buf[:n], out[:0])
		c.fail(err)
		if len(out) > 0 {
			c.take(out)
		}
	}
}

// playFile feeds one live, or only the taps, with a file at the pace of the clock.
func (c *Capture) playFile(ctx context.Context, config, path string, m *source.Mic) {
	start, fed := time.Now(), int64(0)
	timer := time.NewTimer(0)
	defer timer.Stop()
	<-timer.C
	err := readAudio(ctx, path, func(s []float32) error {
		for len(s) > 0 {
			n := min(len(s), frame.Samples)
			c.heard(m, s[:n])
			s, fed = s[n:], fed+int64(n)
			due := time.Duration(fed)*time.Second/frame.Rate - fileAhead
			timer.Reset(time.Until(start.Add(due)))
			select {
			case <-timer.C:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	if err != nil && ctx.Err() == nil {
		c.fail(fmt.Errorf("microphone %q: %w", config, err))
	}
}

// readAudio gives a file's samples: decoded where it is audio of a known kind,
// else taken as raw s16le mono at 48 kHz.
func readAudio(ctx context.Context, path string, emit func([]float32) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if kind, err := source.Sniff(f); err == nil && kind != source.MP3 { // raw samples may look like a frame
		_, err := source.Decode(ctx, path, 0, nil, emit)
		return err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	buf := make([]byte, 2*frame.Samples)
	out := make([]float32, 0, frame.Samples)
	for {
		n, err := io.ReadFull(f, buf)
		out = out[:0]
		for i := 0; i+1 < n; i += 2 {
			out = append(out, fromS16(buf[i], buf[i+1]))
		}
		if len(out) > 0 {
			if err := emit(out); err != nil {
				return err
			}
		}
		if err != nil {
			if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				return nil
			}
			return err
		}
	}
}
