package library

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
	"unicode/utf8"

	"loaxa/audio/dsp"
	"loaxa/audio/frame"
	"loaxa/audio/source"
)

const (
	tempPattern = ".import-*"
	stuckAfter  = 20 * time.Second // without one sample from the decoder
	shortBy     = frame.Rate / 2   // samples a file may lack of what its header says
	titleBytes  = 200
	maxSamples  = int64(MaxDuration/time.Second) * frame.Rate
)

// Import takes a file in: it copies it, tells its kind by its bytes, decodes it
// once to measure it, and places it under its SHA-256. A file that is there
// already gives the same Item again. It is safe to kill at any moment.
func (l *Library) Import(ctx context.Context, path string, progress Progress) (Item, error) {
	if progress == nil {
		progress = func(float64) {}
	}
	item, err := l.take(ctx, path, progress)
	if errors.Is(err, syscall.ENOSPC) {
		err = fmt.Errorf("%w: %w", ErrDiskFull, err)
	}
	if err != nil {
		return Item{}, opErr(path, err)
	}
	item.Title = title(path)
	progress(1)
	return item, nil
}

func (l *Library) take(ctx context.Context, path string, progress Progress) (Item, error) {
	kind, size, err := inspect(path)
	if err != nil {
		return Item{}, err
	}
	if info, err := source.Probe(ctx, path); err == nil && info.Expected > maxSamples { // before it is copied
		return Item{}, ErrTooLong
	}
	if err := l.room(size); err != nil {
		return Item{}, err
	}
	blob, id, err := l.copyIn(ctx, path, size, func(share float64) { progress(share * 0.2) })
	if err != nil {
		return Item{}, err
	}
	defer func() { _ = os.Remove(blob) }() // placed or refused: the temporary name goes
	item := Item{ID: id, Codec: string(kind), Bytes: size, Known: l.Has(id)}
	item.Tags = tagsOf(blob, kind)
	rest := func(share float64) { progress(0.2 + share*0.8) }
	air := blob
	var m measure
	if kind != source.Foreign {
		m, err = measureFile(ctx, blob, rest, nil)
	}
	if kind == source.Foreign || errors.Is(err, source.ErrFormat) {
		item.Codec = "ffmpeg"
		if air, err = l.convert(ctx, blob); err != nil {
			return Item{}, err
		}
		defer func() { _ = os.Remove(air) }()
		m, err = measureFile(ctx, air, rest, nil)
	}
	if err != nil {
		return Item{}, err
	}
	item.Samples, item.LUFS, item.PeakDB, item.Head, item.Tail = m.samples, m.lufs, m.peak, m.head, m.tail
	if air != blob {
		if err := place(air, l.Path(id)+airSuffix); err != nil {
			return Item{}, err
		}
	}
	return item, place(blob, l.Path(id))
}

// tagsOf reads a file's tags; one that cannot be read has none.
func tagsOf(path string, kind source.Kind) Tags {
	f, err := os.Open(path)
	if err != nil {
		return Tags{}
	}
	defer f.Close() // read only
	return ReadTags(f, kind)
}

// inspect refuses what need not be read: no file, empty, too big, no audio.
func inspect(path string) (source.Kind, int64, error) {
	st, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return "", 0, ErrMissing
	case err != nil:
		return "", 0, err
	case !st.Mode().IsRegular():
		return "", 0, ErrNotFile
	case st.Size() == 0:
		return "", 0, ErrEmpty
	}
	f, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer f.Close() // read only
	kind, err := source.Sniff(f)
	if errors.Is(err, source.ErrNotAudio) {
		return "", 0, ErrNotAudio
	}
	if err == nil && st.Size() > MaxBytes {
		err = ErrTooBig
	}
	return kind, st.Size(), err
}

// copyIn copies a file into the library's folder under a temporary name and
// hashes it on the way: what is measured is what is kept.
func (l *Library) copyIn(ctx context.Context, path string, size int64, progress Progress) (string, ID, error) {
	in, err := os.Open(path)
	if err != nil {
		return "", "", err
	}
	defer in.Close() // read only
	out, err := os.CreateTemp(l.dir, tempPattern)
	if err != nil {
		return "", "", err
	}
	h := sha256.New()
	_, err = copyBounded(ctx, io.MultiWriter(out, h), in, size, progress)
	if err == nil {
		err = out.Sync()
	}
	if e := out.Close(); err == nil {
		err = e
	}
	if err != nil {
		_ = os.Remove(out.Name()) // the first error is the one to tell
		return "", "", err
	}
	return out.Name(), ID(hex.EncodeToString(h.Sum(nil))), nil
}

func copyBounded(ctx context.Context, w io.Writer, r io.Reader, size int64, progress Progress) (int64, error) {
	buf := make([]byte, 1<<20)
	done := int64(0)
	for {
		if err := ctx.Err(); err != nil {
			return done, err
		}
		n, err := r.Read(buf)
		if done += int64(n); done > MaxBytes { // it grew while we read
			return done, ErrTooBig
		}
		if _, werr := w.Write(buf[:n]); werr != nil {
			return done, werr
		}
		progress(min(float64(done)/float64(size), 1))
		if errors.Is(err, io.EOF) {
			return done, nil
		}
		if err != nil {
			return done, err
		}
	}
}

// place gives a file its name for good: synced, renamed, the folder synced.
func place(temp, name string) error {
	if err := os.Chmod(temp, 0o640); err != nil {
		return err
	}
	if err := syncPath(temp); err != nil {
		return err
	}
	if err := os.Rename(temp, name); err != nil {
		return err
	}
	return syncPath(filepath.Dir(name))
}

func syncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	err = f.Sync()
	if e := f.Close(); err == nil {
		err = e
	}
	return err
}

type measure struct {
	samples    int64
	lufs, peak float64
	head, tail int64
}

// tee gets what a decoder gives, beside who measures it. It may wait; its error
// ends the decoding.
type tee func(ctx context.Context, s []float32) error

// work is a decoding under way.
type work struct {
	done, expected atomic.Int64
	waits          atomic.Bool // for a tee, not for the decoder
}

// measureFile decodes a file once. A decoder that gives nothing for 20 s is
// left behind: its goroutine cannot be ended, the import can.
func measureFile(ctx context.Context, path string, progress Progress, also tee) (measure, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var w work
	type answer struct {
		m   measure
		err error
	}
	result := make(chan answer, 1) // room for the answer nobody waits for any more
	go func() {
		m, err := decodeAll(ctx, path, &w, also)
		result <- answer{m, err}
	}()
	watch := time.NewTicker(200 * time.Millisecond)
	defer watch.Stop()
	seen, since := int64(-1), time.Now()
	for {
		select {
		case a := <-result:
			return a.m, a.err
		case <-watch.C:
			if n := w.done.Load(); n != seen || w.waits.Load() {
				seen, since = n, time.Now()
			}
			if time.Since(since) > stuckAfter {
				return measure{}, ErrStuck
			}
			if all := w.expected.Load(); all > 0 {
				progress(min(float64(seen)/float64(all), 1))
			}
		}
	}
}

func decodeAll(ctx context.Context, path string, w *work, also tee) (measure, error) {
	loud := dsp.NewLoudness()
	var ends edges
	began := func(i source.Info) { w.expected.Store(i.Expected) }
	info, err := source.Decode(ctx, path, 0, began, func(s []float32) error {
		loud.Take(s)
		ends.take(s)
		if w.done.Add(int64(len(s))) > maxSamples {
			return ErrTooLong
		}
		if also == nil {
			return nil
		}
		w.waits.Store(true)
		defer w.waits.Store(false)
		return also(ctx, s)
	})
	loud.Take(make([]float32, 16)) // brings out the last samples' true peak
	m := measure{samples: info.Samples, lufs: loud.Integrated(), peak: loud.PeakDB()}
	m.head, m.tail = ends.of(info.Samples)
	short := info.Expected >= 0 && info.Samples < info.Expected-shortBy
	switch {
	case errors.Is(err, source.ErrNotAudio):
		return m, ErrNotAudio
	case errors.Is(err, source.ErrDamaged) && short && info.Samples > frame.Rate:
		return m, fmt.Errorf("%w: %w", ErrTruncated, err)
	case errors.Is(err, source.ErrDamaged):
		return m, fmt.Errorf("%w: %w", ErrDamaged, err)
	case err != nil:
		return m, err
	case short:
		return m, fmt.Errorf("%w: %.1f of %.1f s", ErrTruncated, seconds(info.Samples), seconds(info.Expected))
	case info.Samples < minSamples:
		return m, fmt.Errorf("%w: no sound in it", ErrDamaged)
	}
	return m, nil
}

// edges finds where a recording's sound begins and ends.
type edges struct {
	pos         int64
	first, last int64 // loud samples; last 0: there is none
}

const (
	edgeLevel = 0.00316          // -50 dBFS
	edgeSafe  = frame.Rate / 100 // 10 ms are left at both ends
)

func (e *edges) take(s []float32) {
	for i, x := range s {
		if x > edgeLevel || x < -edgeLevel {
			if e.last == 0 {
				e.first = e.pos + int64(i)
			}
			e.last = e.pos + int64(i) + 1
		}
	}
	e.pos += int64(len(s))
}

// of are the trim points of a recording; one that is quiet throughout is kept
// whole.
func (e *edges) of(samples int64) (head, tail int64) {
	if e.last == 0 {
		return 0, samples
	}
	return max(e.first-edgeSafe, 0), min(e.last+edgeSafe, samples)
}

func seconds(samples int64) float64 { return float64(samples) / frame.Rate }

// title is a file's name without its path and ending, in valid UTF-8.
func title(path string) string {
	name := filepath.Base(path)
	if ext := filepath.Ext(name); len(ext) <= 5 && ext != name {
		name = strings.TrimSuffix(name, ext)
	}
	name = strings.ToValidUTF8(name, "?")
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, name)
	for len(name) > titleBytes {
		_, n := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-n]
	}
	return strings.TrimSpace(name)
}
