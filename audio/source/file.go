package source

import (
	"context"
	"errors"
	"sync/atomic"
	"time"
)

const (
	chunkSamples = 4800             // 100 ms: what the decoder hands over at once
	aheadChunks  = 40               // 4 s decoded ahead; the floor is 3 s
	primeChunks  = 5                // 0.5 s are there before a file counts as open
	stallSamples = 80 * 48          // 80 ms without anything ends a source as stalled
	openPatience = 10 * time.Second // for the first samples of a file
)

// File plays an audio file. Its decoder runs in a goroutine of its own, at
// most 4 s ahead; when the buffer is full it waits there, when it is empty Read
// gives counted silence and after 80 ms ends with ErrStalled. A decoder that
// never returns from its library cannot be killed: its goroutine stays, its
// source does not.
type File struct {
	chunks   chan []float32 // decoder → Read; full: the decoder waits (4 s ahead is enough)
	free     chan []float32 // Read → decoder, to use memory again; full: given to the collector
	cancel   context.CancelFunc
	finished atomic.Bool
	primed   chan struct{}

	result error // of the decoder; read after chunks is closed
	length atomic.Int64

	cur     []float32 // what is left of whole
	whole   []float32
	pos     int64
	starved int64
	dry     int // starved samples in a row
	ended   bool
	err     error
}

// OpenFile opens a file at a sample index (48 kHz) and waits until half a
// second is decoded, the context ends, or 10 s have passed.
func OpenFile(ctx context.Context, path string, from int64) (*File, error) {
	run, cancel := context.WithCancel(context.Background())
	f := &File{
		chunks: make(chan []float32, aheadChunks),
		free:   make(chan []float32, aheadChunks+2),
		cancel: cancel,
		primed: make(chan struct{}),
		pos:    max(from, 0),
	}
	f.length.Store(-1)
	go f.decode(run, path, f.pos)
	timer := time.NewTimer(openPatience)
	defer timer.Stop()
	select {
	case <-f.primed:
	case <-ctx.Done():
		cancel()
		return nil, ctx.Err()
	case <-timer.C:
		cancel()
		return nil, ErrStalled
	}
	if f.finished.Load() && len(f.chunks) == 0 && f.result != nil {
		cancel()
		return nil, f.result
	}
	return f, nil
}

func (f *File) decode(ctx context.Context, path string, from int64) {
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
	_, err := Decode(ctx, path, from, began, func(s []float32) error {
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
			lack := len(out) - n
			f.starved += int64(lack)
			if f.dry += lack; f.dry > stallSamples {
				f.end(ErrStalled)
			}
			clear(out[n:])
			return len(out)
		}
		k := copy(out[n:], f.cur)
		n += k
		f.pos += int64(k)
		f.dry = 0
		if f.cur = f.cur[k:]; len(f.cur) == 0 {
			f.giveBack()
		}
	}
	clear(out[n:])
	return n
}

// take gets the next chunk; false: there is none now, or the end.
func (f *File) take() bool {
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
