package source

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/gopxl/beep/v2/vorbis"

	"loaxa/audio/dsp"
	"loaxa/audio/frame"
)

// Bounds of a relay.
const (
	relayRing   = 10 * frame.Rate        // samples kept ahead; full: the connection waits
	relayPrime  = frame.Rate * 3 / 2     // samples there before it sounds, at first and after a gap
	relayFade   = frame.Rate * 20 / 1000 // at both ends of a gap
	relayHead   = 256 << 10              // bytes that may be read again to find out what comes
	relayStall  = 8 * time.Second        // without a byte the connection is given up
	relayLeast  = time.Second            // pause before the first try after a broken connection
	relayMost   = 15 * time.Second       // … at most, doubling
	relaySettle = 30 * time.Second       // a connection that held so long begins the pauses anew
)

// RelayOptions describe a broadcast of somebody else that is passed on.
type RelayOptions struct {
	// Open connects. foreign asks for a program that reads what is not decoded
	// here; raw tells that r gives s16le mono at 48 kHz.
	Open   func(ctx context.Context, foreign bool) (r io.ReadCloser, raw bool, err error)
	Length int64           // samples that it lasts, silence included
	From   int64           // of them that were heard before
	Target float64         // LUFS that its loudness is brought to as it runs; 0: it stays as it is
	Told   func(err error) // why a connection ended; must not wait; nil: nobody is told
}

// Relay passes on a stream from the network: MP3, Ogg Vorbis or Ogg Opus as it
// comes, anything else through Open's program. It connects again for as long as
// it lasts, and is silent, counted, while nothing comes. A goroutine reads and
// decodes beside it; what it has ahead is bounded, the oldest is never dropped.
type Relay struct {
	opt  RelayOptions
	stop context.CancelFunc
	done chan struct{} // closed when the reader has ended

	level *dsp.Leveler // of the reader; nil: none

	mu      sync.Mutex
	room    *sync.Cond // the ring was read, or the relay closed
	ring    []float32
	primed  bool
	fresh   int // samples of the fade in that are to come
	pos     int64
	starved int64
	closed  bool
}

// NewRelay begins to connect.
func NewRelay(ctx context.Context, opt RelayOptions) *Relay {
	ctx, stop := context.WithCancel(ctx)
	r := &Relay{opt: opt, stop: stop, done: make(chan struct{}), pos: max(opt.From, 0)}
	r.room = sync.NewCond(&r.mu)
	if opt.Target != 0 {
		r.level = dsp.NewLeveler(opt.Target)
	}
	go r.run(ctx)
	return r
}

// Read gives the next samples; see Source.
func (r *Relay) Read(out []float32) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := 0
	if !r.closed {
		n = int(min(int64(len(out)), max(r.opt.Length-r.pos-r.starved, 0)))
	}
	clear(out)
	k := min(n, len(r.ring))
	if !r.primed && len(r.ring) < relayPrime {
		k = 0
	}
	if k > 0 {
		if !r.primed {
			r.primed, r.fresh = true, relayFade
		}
		copy(out, r.ring[:k])
		r.ring = r.ring[:copy(r.ring, r.ring[k:])]
		for i := 0; i < k && r.fresh > 0; i++ {
			out[i] *= 1 - float32(r.fresh)/relayFade
			r.fresh--
		}
		r.room.Broadcast()
	}
	if k < n && r.primed {
		fade(out[k-min(k, relayFade):k], true)
		r.primed = false
	}
	r.pos, r.starved = r.pos+int64(k), r.starved+int64(n-k)
	return n
}

// Position implements Source.
func (r *Relay) Position() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.pos
}

// Starved implements Source.
func (r *Relay) Starved() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.starved
}

// Err implements Source: a relay ends in order; what it lacked is silence.
func (r *Relay) Err() error { return nil }

// Close implements Source. The connection ends beside it.
func (r *Relay) Close() error {
	r.mu.Lock()
	r.closed, r.ring = true, nil
	r.room.Broadcast()
	r.mu.Unlock()
	r.stop()
	return nil
}

// Done is closed when nothing of the relay runs any more.
func (r *Relay) Done() <-chan struct{} { return r.done }

var errRelayOver = errors.New("the relay is over")

// feed brings samples to their level, in place, and waits for room in the ring.
func (r *Relay) feed(s []float32) error {
	if r.level != nil {
		r.level.Apply(s)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for !r.closed && len(r.ring)+len(s) > relayRing {
		r.room.Wait()
	}
	if r.closed {
		return errRelayOver
	}
	r.ring = append(r.ring, s...)
	return nil
}

func (r *Relay) run(ctx context.Context) {
	defer close(r.done)
	wait, foreign := relayLeast, false
	for ctx.Err() == nil {
		began := time.Now()
		gave, err := r.once(ctx, foreign)
		if ctx.Err() != nil || errors.Is(err, errRelayOver) {
			return
		}
		if r.opt.Told != nil {
			r.opt.Told(err)
		}
		if gave == 0 && (foreign || errors.Is(err, ErrNotAudio) || errors.Is(err, ErrFormat) || errors.Is(err, ErrDamaged)) {
			foreign = !foreign // the other way may read it
		}
		if time.Since(began) >= relaySettle {
			wait = relayLeast
		}
		t := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			t.Stop()
			return
		case <-t.C:
		}
		wait = min(2*wait, relayMost)
	}
}

// once passes one connection on; gave counts its samples.
func (r *Relay) once(ctx context.Context, foreign bool) (gave int64, err error) {
	body, raw, err := r.opt.Open(ctx, foreign)
	if err != nil {
		return 0, err
	}
	defer context.AfterFunc(ctx, func() { _ = body.Close() })()
	watch := time.AfterFunc(relayStall, func() { _ = body.Close() })
	defer watch.Stop()
	defer func() {
		_ = body.Close()
		if p := recover(); p != nil {
			err = fmt.Errorf("%v: %w", p, ErrDamaged)
		}
	}()
	in := &alive{body, watch}
	give := func(s []float32) error {
		gave += int64(len(s))
		watch.Stop() // a full ring is no stalled connection
		err := r.feed(s)
		watch.Reset(relayStall)
		return err
	}
	if raw {
		return gave, relayRaw(in, give)
	}
	return gave, relayStream(in, give)
}

// alive tells a watch of every piece that comes.
type alive struct {
	r     io.Reader
	watch *time.Timer
}

func (a *alive) Read(p []byte) (int, error) {
	n, err := a.r.Read(p)
	if n > 0 {
		a.watch.Reset(relayStall)
	}
	return n, err
}

func relayRaw(r io.Reader, give func([]float32) error) error {
	var b [2 * frame.Samples]byte
	s := make([]float32, frame.Samples)
	for {
		n, err := io.ReadFull(r, b[:])
		for i := range n / 2 {
			s[i] = float32(int16(binary.LittleEndian.Uint16(b[2*i:]))) / 32768
		}
		if gerr := give(s[:n/2]); gerr != nil {
			return gerr
		}
		if err != nil {
			return err
		}
	}
}

// relayStream finds out what comes and decodes it.
func relayStream(r io.Reader, give func([]float32) error) error {
	in := &replay{r: r}
	kind, err := in.sniff()
	if err != nil {
		return err
	}
	var st stream
	var rate int
	switch kind {
	case MP3:
		m, err := openMP3(in)
		if err != nil {
			return err
		}
		st, rate = m, m.rate
	case Vorbis:
		v, f, err := vorbis.Decode(io.NopCloser(in))
		if err != nil {
			return damaged(err)
		}
		if f.NumChannels > 2 {
			return fmt.Errorf("vorbis with %d channels: %w", f.NumChannels, ErrFormat)
		}
		st, rate = v, int(f.SampleRate)
	case Opus:
		o, err := openOpus(in)
		if err != nil {
			return err
		}
		defer o.close()
		st, rate = o, frame.Rate
	case WAV, FLAC, Foreign:
		return fmt.Errorf("%s as a stream: %w", kind, ErrFormat)
	}
	return relayDecode(st, rate, give)
}

func relayDecode(st stream, rate int, give func([]float32) error) error {
	re, err := dsp.NewResampler(rate, frame.Rate)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrFormat, err)
	}
	var stereo [1024][2]float64
	var mono [1024]float32
	out := make([]float32, 0, 8192)
	for {
		n, ok := st.Stream(stereo[:])
		for i, v := range stereo[:n] {
			mono[i] = clean((v[0] + v[1]) / 2)
		}
		if out = re.Process(mono[:n], out[:0]); len(out) > 0 {
			if err := give(out); err != nil {
				return err
			}
		}
		if ok && n > 0 {
			continue
		}
		if err := st.Err(); err != nil {
			return err
		}
		return io.EOF
	}
}

// replay reads a stream whose first bytes may be read again.
type replay struct {
	r    io.Reader
	head []byte
	at   int  // in head
	past bool // what was not kept was given: no way back
}

func (p *replay) Read(b []byte) (int, error) {
	if p.at < len(p.head) {
		n := copy(b, p.head[p.at:])
		p.at += n
		return n, nil
	}
	n, err := p.r.Read(b)
	if !p.past && len(p.head)+n <= relayHead {
		p.head = append(p.head, b[:n]...)
		p.at = len(p.head)
	} else if n > 0 {
		p.past, p.head, p.at = true, nil, 0
	}
	return n, err
}

// Seek implements io.Seeker for the start alone.
func (p *replay) Seek(offset int64, whence int) (int64, error) {
	if offset != 0 || whence != io.SeekStart || p.past {
		return 0, errors.New("a stream has no way back")
	}
	p.at = 0
	return 0, nil
}

// sniff finds the kind of a stream by its first bytes, reading no more than it
// needs, and stands at its start: of MP3 the first whole frame.
func (p *replay) sniff() (Kind, error) {
	buf := make([]byte, 4096)
	for len(p.head) < sniffBytes {
		p.at = len(p.head)
		n, err := p.Read(buf)
		switch kind := sniffMagic(p.head); {
		case kind != "" && len(p.head) >= 256:
			p.at = 0
			return kind, nil
		case bytes.HasPrefix(p.head, []byte("#EXTM3U")):
			return "", fmt.Errorf("a list of pieces (HLS): %w", ErrFormat)
		}
		if at := findFrame(p.head); at >= 0 && len(p.head) > at+4096 {
			p.head, p.at = p.head[at:], 0
			return MP3, nil
		}
		if err != nil && n == 0 {
			if errors.Is(err, io.EOF) {
				return "", ErrNotAudio
			}
			return "", err
		}
	}
	return "", ErrNotAudio
}
