package source

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"loaxa/audio/frame"
)

const (
	chunkSamples = 4800             // 100 ms: what the decoder hands over at once
	aheadChunks  = 40               // 4 s decoded ahead; the floor is 3 s
	primeChunks  = 5                // 0.5 s are there before a file counts as open
	hangSamples  = 80 * 48          // 80 ms of a decoder that neither reads nor gives: it hangs
	deadSamples  = 10 * frame.Rate  // 10 s without a byte from the disk: it is dead
	hopeless     = 60 * frame.Rate  // a minute of silence in a row, whatever the disk still gives
	openPatience = 30 * time.Second // for the first byte of a file
	openSlow     = 5 * time.Second  // for the first samples of a file that is being read
)

// File plays an audio file. Its decoder runs in a goroutine of its own, at
// most 4 s ahead; when the buffer is full it waits there, when it is empty Read
// gives counted silence. A slow disk makes silence until half a second is there
// again; a disk that gives no byte for 10 s, or a decoder that neither reads
// nor gives for 80 ms, ends the source with ErrStalled. A decoder that never
// returns from its library cannot be killed: its goroutine stays, its source
// does not.
type File struct {
	chunks   chan []float32 // decoder → Read; full: the decoder waits (4 s ahead is enough)
	free     chan []float32 // Read → decoder, to use memory again; full: given to the collector
	cancel   context.CancelFunc
	finished atomic.Bool
	primed   chan struct{}
	disk     disk

	result error // of the decoder; read after chunks is closed
	length atomic.Int64

	cur     []float32 // what is left of whole
	whole   []float32
	pos     int64
	starved int64
	wait    wait
	ended   bool
	err     error
}

// wait is the state of a file that has run dry.
type wait struct {
	filling bool  // until half a second is there
	dry     int   // starved samples in a row
	still   int   // of them, since the disk last answered
	seen    int64 // the disk's answers by then
	sounded bool  // something was given before
}

// OpenFile opens a file at a sample index (48 kHz) and waits until half a
// second is decoded or the context ends. From a disk that is so slow that this
// takes more than 5 s the file plays all the same, beginning with silence; a
// disk that does not answer in 30 s is refused with ErrStalled.
func OpenFile(ctx context.Context, path string, from int64) (*File, error) {
	return openFile(ctx, path, from, nil, nil)
}

func openFile(ctx context.Context, path string, from int64, open func(string) (file, error), copied *Copied) (*File, error) {
	run, cancel := context.WithCancel(context.Background())
	f := &File{
		chunks: make(chan []float32, aheadChunks),
		free:   make(chan []float32, aheadChunks+2),
		cancel: cancel,
		primed: make(chan struct{}),
		pos:    max(from, 0),
		wait:   wait{filling: true},
	}
	f.disk.open = open
	f.length.Store(-1)
	go f.decode(run, path, f.pos, copied)
	if err := f.prime(ctx); err != nil {
		cancel()
		return nil, err
	}
	if f.finished.Load() && len(f.chunks) == 0 && f.result != nil {
		cancel()
		return nil, f.result
	}
	return f, nil
}

// prime waits for the first half second, or for the word that the disk is slow.
func (f *File) prime(ctx context.Context) error {
	look := time.NewTicker(openSlow)
	defer look.Stop()
	for waited, seen := openSlow, int64(0); ; waited += openSlow {
		select {
		case <-f.primed:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		case <-look.C:
		}
		waits := f.disk.waits.Load() // before the calls, see back
		n := f.disk.calls.Load()
		hangs := n == seen && !waits
		switch {
		case hangs, n == 0 && waited >= openPatience:
			return ErrStalled
		case n > 0:
			return nil
		}
		seen = n
	}
}

func (f *File) decode(ctx context.Context, path string, from int64, copied *Copied) {
	var chunk []float32
	sent := 0
	send := func() error {
		select {
		case f.chunks <- chunk:
		case <-ctx.Done():
			return ErrClosed
		}
		chunk = nil
		if sent++; sent == primeChunks {
			close(f.primed)
		}
		return nil
	}
	began := func(i Info) { f.length.Store(i.Expected) }
	err := f.samples(ctx, path, from, copied, began, func(s []float32) error {
		for len(s) > 0 {
			if chunk == nil {
				chunk = f.fresh()
			}
			n := min(len(s), chunkSamples-len(chunk))
			chunk = append(chunk, s[:n]...)
			s = s[n:]
			if len(chunk) == chunkSamples {
				if err := send(); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if len(chunk) > 0 {
		_ = send() // fails only when nobody reads any more
	}
	f.result = err
	f.finished.Store(true)
	close(f.chunks)
	if sent < primeChunks {
		close(f.primed)
	}
}

func (f *File) fresh() []float32 {
	select {
	case c := <-f.free:
		return c[:0]
	default:
		return make([]float32, 0, chunkSamples)
	}
}

// Read gives the next samples; see Source.
func (f *File) Read(out []float32) int {
	n := 0
	for n < len(out) && !f.ended {
		if len(f.cur) == 0 && !f.take() {
			if f.ended {
				break
			}
			f.starve(len(out) - n)
			clear(out[n:])
			return len(out)
		}
		k := copy(out[n:], f.cur)
		n += k
		f.pos += int64(k)
		f.wait.dry, f.wait.still, f.wait.sounded = 0, 0, true
		if f.cur = f.cur[k:]; len(f.cur) == 0 {
			f.giveBack()
		}
	}
	clear(out[n:])
	return n
}

// starve counts silence and tells a slow disk from a dead one and from a
// decoder that hangs.
func (f *File) starve(lack int) {
	w := &f.wait
	w.filling = true
	f.starved += int64(lack)
	w.dry += lack
	waits := f.disk.waits.Load()
	if n := f.disk.calls.Load(); n != w.seen {
		w.seen, w.still = n, 0
	}
	w.still += lack
	limit := deadSamples
	if w.sounded && !waits {
		limit = hangSamples
	}
	if w.still > limit || w.dry > hopeless {
		f.end(ErrStalled)
	}
}

// take gets the next chunk; false: there is none now, or the end.
func (f *File) take() bool {
	if f.wait.filling && len(f.chunks) < primeChunks && !f.finished.Load() {
		return false
	}
	f.wait.filling = false
	select {
	case c, ok := <-f.chunks:
		if !ok {
			f.end(f.result)
			return false
		}
		f.cur, f.whole = c, c
		return len(c) > 0
	default:
		return false
	}
}

// giveBack hands the chunk that was read to the decoder again.
func (f *File) giveBack() {
	select {
	case f.free <- f.whole:
	default:
	}
	f.cur, f.whole = nil, nil
}

func (f *File) end(err error) {
	f.ended = true
	f.cancel()
	if f.err == nil && !errors.Is(err, ErrClosed) {
		f.err = err
	}
}

// Position is the next sample of the file at 48 kHz.
func (f *File) Position() int64 { return f.pos }

// Starved counts the samples that the decoder did not give in time.
func (f *File) Starved() int64 { return f.starved }

// Len is the file's length at 48 kHz by its header, -1 where it does not say.
func (f *File) Len() int64 { return f.length.Load() }

// Ready is how many samples are decoded and not read.
func (f *File) Ready() int {
	if f.ended || f.finished.Load() {
		return ready
	}
	if f.wait.filling && len(f.chunks) < primeChunks {
		return 0
	}
	return len(f.chunks)*chunkSamples + len(f.cur)
}

// Err is what ended the file before its time.
func (f *File) Err() error { return f.err }

// Close ends the decoder.
func (f *File) Close() error {
	f.end(ErrClosed)
	f.cur = nil
	return nil
}
