// Package record writes what a microphone hears to a file that survives the
// station. Take may be called from a device's own thread: it copies and never
// waits. One goroutine of each recording owns its file; what a slow disk does
// not take within maxAge is dropped, the oldest first, and counted.
//
// A file is synced each second with a header that is true, so that a kill or a
// power cut costs about that second. Beside KEY.wav stands KEY.json, which says
// what it is and is there first.
package record

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"loaxa/audio/frame"
	"loaxa/audio/wavfile"
)

const (
	maxAge  = 10 * frame.Rate // samples that wait for the disk
	minimum = frame.Rate / 10 // less is no recording
)

// What can go wrong with a recording.
var (
	ErrKey   = errors.New("a recording's key is letters, digits and -")
	ErrEmpty = errors.New("nothing came from the microphone")
)

// Note says what a recording is.
type Note struct {
	Key   string    `json:"key"`
	Title string    `json:"title"`
	Of    uint64    `json:"of,omitempty"` // a broadcast's number
	Began time.Time `json:"began"`
}

// File is what a recording is written to; *wavfile.Writer is one.
type File interface {
	Write(s []float32) error
	Sync() error
	Close() error
}

// Recording is one at work.
type Recording struct {
	note Note
	path string
	file File
	done chan struct{} // closed when the file is

	mu      sync.Mutex // guards the fields below
	wait    [][]float32
	waiting int // samples in wait
	dropped int64
	ended   bool
	err     error
	wake    chan struct{} // 1: something waits; full: it is known already

	samples int64 // written; owned by run
	synced  int64
}

// Begin makes the files of a recording in dir. create is nil but in tests.
func Begin(dir string, note Note, create func(path string) (File, error)) (*Recording, error) {
	if !keyOK(note.Key) {
		return nil, ErrKey
	}
	if create == nil {
		create = func(path string) (File, error) { return wavfile.Create(path) }
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("recording: %w", err)
	}
	r := &Recording{note: note, path: filepath.Join(dir, note.Key+".wav"), done: make(chan struct{}), wake: make(chan struct{}, 1)}
	b, err := json.Marshal(note)
	if err == nil {
		err = writeSynced(filepath.Join(dir, note.Key+".json"), b)
	}
	if err == nil {
		r.file, err = create(r.path)
	}
	if err != nil {
		return nil, fmt.Errorf("recording: %w", err)
	}
	go r.run()
	return r, nil
}

func keyOK(k string) bool {
	return k != "" && len(k) <= 64 && strings.Trim(k, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

func writeSynced(path string, b []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o640)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	return errors.Join(err, f.Sync(), f.Close())
}

// Take adds samples. It never waits.
func (r *Recording) Take(s []float32) {
	r.mu.Lock()
	if !r.ended && r.err == nil {
		r.wait = append(r.wait, append([]float32(nil), s...))
		r.waiting += len(s)
		for r.waiting > maxAge && len(r.wait) > 1 {
			n := len(r.wait[0])
			r.wait = r.wait[1:]
			r.waiting -= n
			r.dropped += int64(n)
		}
	}
	r.mu.Unlock()
	r.nudge()
}

func (r *Recording) nudge() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

func (r *Recording) run() {
	defer close(r.done)
	for range r.wake {
		for {
			r.mu.Lock()
			ended := r.ended
			var next []float32
			if len(r.wait) > 0 {
				next, r.wait = r.wait[0], r.wait[1:]
				r.waiting -= len(next)
			}
			r.mu.Unlock()
			if next == nil {
				if ended {
					r.fail(r.close())
					return
				}
				break
			}
			if err := r.write(next); err != nil {
				r.fail(errors.Join(err, r.file.Close()))
				return
			}
		}
	}
}

func (r *Recording) write(s []float32) error {
	if err := r.file.Write(s); err != nil {
		return err
	}
	r.samples += int64(len(s))
	if r.samples-r.synced < frame.Rate {
		return nil
	}
	r.synced = r.samples
	return r.file.Sync()
}

func (r *Recording) close() error {
	err := errors.Join(r.file.Sync(), r.file.Close())
	if err == nil && r.samples < minimum {
		err = ErrEmpty
	}
	return err
}

func (r *Recording) fail(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.err, r.wait, r.waiting = err, nil, 0
}

// Failed is closed when the recording has ended, by End or because its disk
// failed.
func (r *Recording) Failed() <-chan struct{} { return r.done }

// End brings out what waits and closes the file. It waits for the disk.
func (r *Recording) End() (path string, note Note, dropped int64, err error) {
	r.mu.Lock()
	r.ended = true
	r.mu.Unlock()
	r.nudge()
	<-r.done
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.path, r.note, r.dropped, r.err
}

// Left are the recordings in dir whose end nobody has taken up: those of a
// station that was killed. Each file's header is made true.
func Left(dir string) (paths []string, notes []Note, err error) {
	all, err := filepath.Glob(filepath.Join(dir, "*.wav"))
	if err != nil {
		return nil, nil, fmt.Errorf("recordings: %w", err)
	}
	var errs []error
	for _, path := range all {
		note := Note{Key: strings.TrimSuffix(filepath.Base(path), ".wav")}
		if !keyOK(note.Key) {
			continue
		}
		if b, err := os.ReadFile(noteOf(path)); err == nil {
			key := note.Key
			if json.Unmarshal(b, &note) != nil || note.Key != key {
				note = Note{Key: key}
			}
		}
		if err := wavfile.Repair(path); err != nil {
			errs = append(errs, fmt.Errorf("recording %s: %w", note.Key, err))
			continue
		}
		paths, notes = append(paths, path), append(notes, note)
	}
	return paths, notes, errors.Join(errs...)
}

func noteOf(path string) string { return strings.TrimSuffix(path, ".wav") + ".json" }

// Forget takes a recording's files away: it is in the library, or not wanted.
func Forget(path string) error {
	err := os.Remove(path)
	if e := os.Remove(noteOf(path)); err == nil && !errors.Is(e, os.ErrNotExist) {
		err = e
	}
	return err
}

// Spoil gives a recording that cannot be used another name, so that it is kept
// for a person to look at and not taken up again at every start.
func Spoil(path string) error { return os.Rename(path, path+".bad") }
