package boot

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"loaxa/app/station"
	"loaxa/audio/library"
	"loaxa/audio/record"
	"loaxa/audio/soundcard"
)

// recordingsFolder holds recordings until the library has them.
const recordingsFolder = "recordings"

// recorder carries out the cues of the microphone off the air. Its methods do
// not wait: what needs a disk is done by goroutines of its own, the cues of one
// recording in their order.
type recorder struct {
	recorderParts
	wg   sync.WaitGroup
	jobs chan func() // 64 cues: a day's worth in one moment; full: the newest is refused and said

	mu   sync.Mutex // guards test
	test func()     // ends the microphone's test; nil: none runs

	open map[string]*taping // owned by run
}

type recorderParts struct {
	dir     string
	capture *soundcard.Capture
	lib     *library.Library
	report  func(station.Fact)
	saved   func(station.ItemID) bool // its record is on disk
	changed func() <-chan struct{}    // closed at the next commit
	now     func() time.Time
	warn    func(string, error)
}

// taping is a recording at work.
type taping struct {
	rec  *record.Recording
	stop func() // ends the tap
	note record.Note
}

func newRecorder(p recorderParts) *recorder {
	return &recorder{recorderParts: p, jobs: make(chan func(), 64), open: map[string]*taping{}}
}

// run carries out cues until ctx ends; then every recording is closed, to be
// taken up at the next start.
func (r *recorder) run(ctx context.Context) {
	r.takeUp(ctx)
	defer r.wg.Wait()
	for {
		select {
		case job := <-r.jobs:
			job()
			continue
		case <-ctx.Done():
		}
		for _, t := range r.open {
			t.stop()
			_, _, _, err := t.rec.End()
			r.warnIf("recording", err)
		}
		return
	}
}

func (r *recorder) warnIf(msg string, err error) {
	if err != nil {
		r.warn(msg, err)
	}
}

// cue is playout.Parts.Record.
func (r *recorder) cue(ctx context.Context, c station.CueRecord) {
	job := func() {
		if c.On {
			r.begin(ctx, c)
		} else {
			r.end(ctx, c)
		}
	}
	select {
	case r.jobs <- job:
	default:
		r.warn("recording", errors.New("too many cues wait for the disk"))
		r.broken(record.Note{Key: c.Key, Of: uint64(c.Of), Title: c.Title}, brokenDisk)
	}
}

// Why a recording is none, in typed words.
const (
	brokenFull   = "record-disk-full"
	brokenDisk   = "record-disk"
	brokenEmpty  = "record-no-sound"
	brokenSpoilt = "record-damaged"
)

func brokenWord(err error) string {
	switch {
	case errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT):
		return brokenFull
	case errors.Is(err, record.ErrEmpty):
		return brokenEmpty
	case errors.Is(err, library.ErrDamaged) || errors.Is(err, library.ErrEmpty) || errors.Is(err, library.ErrNotAudio):
		return brokenSpoilt
	}
	return brokenDisk
}

func (r *recorder) broken(n record.Note, why string) {
	r.report(station.Recorded{Key: n.Key, Of: station.BroadcastID(n.Of), Item: station.Item{Title: n.Title}, Broken: why})
}

func (r *recorder) begin(ctx context.Context, c station.CueRecord) {
	if r.open[c.Key] != nil {
		return
	}
	note := record.Note{Key: c.Key, Title: c.Title, Of: uint64(c.Of), Began: r.now()}
	rec, err := record.Begin(r.dir, note, nil)
	if err != nil {
		r.warn("recording", err)
		r.broken(note, brokenWord(err))
		return
	}
	t := &taping{rec: rec, note: note, stop: r.capture.Tap(rec.Take)}
	r.open[c.Key] = t
	r.wg.Go(func() { // a disk that fails is said at once, not at the end
		select {
		case <-rec.Failed():
		case <-ctx.Done():
			return
		}
		select {
		case r.jobs <- func() {
			if r.open[c.Key] == t {
				r.end(ctx, c)
			}
		}:
		case <-ctx.Done():
		}
	})
}

func (r *recorder) end(ctx context.Context, c station.CueRecord) {
	t := r.open[c.Key]
	if t == nil {
		return // it broke, and that was said
	}
	delete(r.open, c.Key)
	t.stop()
	r.wg.Go(func() {
		path, note, dropped, err := t.rec.End()
		switch {
		case c.Discard:
			r.warnIf("recording thrown away", record.Forget(path))
			r.report(station.Recorded{Key: note.Key, Of: station.BroadcastID(note.Of)})
			return
		case errors.Is(err, record.ErrEmpty):
			r.warnIf("recording", record.Forget(path))
			r.broken(note, brokenEmpty)
			return
		case err != nil: // what is there is taken up at the next start
			r.warn("recording", err)
			r.broken(note, brokenWord(err))
			return
		}
		if dropped > 0 {
			r.warn("recording has gaps", errors.New("the disk was too slow"))
		}
		r.keep(ctx, path, note)
	})
}

// keep takes a closed recording into the library. Its own file goes when the
// item's record is on disk, not before.
func (r *recorder) keep(ctx context.Context, path string, note record.Note) {
	it, err := r.lib.Import(ctx, path, nil)
	if err != nil {
		if ctx.Err() != nil {
			return // it is taken up at the next start
		}
		r.warn("recording not kept", err)
		why := brokenWord(err)
		if why == brokenSpoilt {
			r.warnIf("recording", record.Spoil(path))
		}
		r.broken(note, why)
		return
	}
	item := itemOf(it, "station", false)
	item.Title, item.Kind, item.Of, item.At = note.Title, station.KindRecording, station.BroadcastID(note.Of), note.Began
	r.report(station.Recorded{Key: note.Key, Of: item.Of, Item: item})
	ctx, cancel := context.WithTimeout(ctx, itemWait)
	defer cancel()
	for {
		moved := r.changed()
		if r.saved(item.ID) {
			r.warnIf("recording", record.Forget(path))
			return
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return
		}
	}
}

// takeUp finishes what a killed station was recording.
func (r *recorder) takeUp(ctx context.Context) {
	paths, notes, err := record.Left(r.dir)
	r.warnIf("recordings of the run before", err)
	r.wg.Go(func() {
		for i, path := range paths {
			if st, err := os.Stat(path); err == nil && st.Size() < minRecording {
				r.warnIf("recording", record.Forget(path)) // it was killed before a word was said
				continue
			}
			r.keep(ctx, path, notes[i])
		}
	})
}

// minRecording is a tenth of a second, in bytes.
const minRecording = 44 + 9600

// listen is playout.Parts.Mic: it opens the microphone for its level only.
func (r *recorder) listen(on bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.test != nil {
		r.test()
		r.test = nil
	}
	if on {
		r.test = r.capture.Tap(func([]float32) {})
	}
}

// newRecorder makes the recorder of a station.
func (s *stationRooms) newRecorder(dir string) *recorder {
	return newRecorder(recorderParts{dir: filepath.Join(dir, recordingsFolder), capture: s.capture, lib: s.lib, warn: s.warn,
		report:  func(f station.Fact) { s.desk.Report(f) },
		now:     func() time.Time { t, _ := s.clock.Wall(); return t },
		changed: s.journal.db.Changed,
		saved: func(id station.ItemID) bool {
			_, ok, err := s.journal.db.Get(station.ClassItem, string(id))
			return ok && err == nil
		}})
}
