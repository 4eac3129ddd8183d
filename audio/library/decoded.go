package library

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"loaxa/audio/frame"
	"loaxa/audio/source"
)

const (
	copiesDir   = "decoded" // beside the folder of the originals
	copySuffix  = ".pcm"
	workAtATime = 5 * time.Millisecond // of decoding between two calls of Pace …
	mostAtATime = frame.Rate           // … and samples, at most
)

// ErrBusy is a decoded copy that is not made because another is.
var ErrBusy = errors.New("another decoded copy is being made")

// ErrNoRoom is a decoded copy that does not fit beside those that are to stay.
var ErrNoRoom = errors.New("no room for a decoded copy")

// Copies says how decoded copies are kept; see Library.KeepCopies.
type Copies struct {
	Budget func() int64     // bytes that all of them may take now; 0: there are none
	Now    func() time.Time // tells the ones used longest ago from the others, nothing else
	Broken func(err error)  // a copy that could not be used was thrown away; called from any goroutine; nil: nobody hears it
}

// copies is where decoded copies of items stand: what the decoder gave, to be
// played without one. Losing one costs only time.
type copies struct {
	dir string
	Copies
	turn chan struct{} // 1: who has it makes a copy or removes some; others wait
}

// KeepCopies makes the library keep decoded copies, within bounds. It is called
// before the library is used.
func (l *Library) KeepCopies(c Copies) error {
	dir := filepath.Join(filepath.Dir(l.dir), copiesDir)
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return fmt.Errorf("library: %w", err)
	}
	if err := removeTemps(dir); err != nil {
		return err
	}
	l.copies = &copies{dir: dir, Copies: c, turn: make(chan struct{}, 1)}
	return nil
}

// HasCopy tells whether a decoded copy of an item stands ready.
func (l *Library) HasCopy(id ID) bool {
	return l.copies != nil && id.Valid() && source.CheckCopy(l.copies.path(id), id.sum()) == nil
}

// Prepared says how an item is prepared.
type Prepared struct {
	Samples int64         // of the item as far as known, for the room that its copy needs; 0: not known
	Keep    func(ID) bool // copies that make room for none; nil: each may
	// Pace is called with the time that was worked since the last call, and may
	// wait; its error ends the work. nil: nothing holds it up.
	Pace     func(ctx context.Context, worked time.Duration) error
	Progress Progress
	// Lazy leaves an item alone of which no copy is to be made: one that has one,
	// that needs none, or for which there is no room (ErrNoRoom).
	Lazy bool
}

// Prepare is Verify that keeps what it decodes, so that the item is played
// without a decoder. An item that is well and for whose copy there is no room
// gives no error but with Lazy; nor one whose turn it is not, for copies are made one
// at a time. It is safe to kill at any moment.
func (l *Library) Prepare(ctx context.Context, id ID, p Prepared) (Item, error) {
	c := l.copies
	only := func(why error) (Item, error) {
		if p.Lazy {
			return Item{ID: id}, why
		}
		return l.verify(ctx, id, p.Progress, p.paced())
	}
	if c == nil || !l.Has(id) || l.HasCopy(id) || !l.worthCopy(ctx, id) {
		return only(nil)
	}
	select {
	case c.turn <- struct{}{}:
		defer func() { <-c.turn }()
	default: // who has the turn may be held up for hours
		return only(ErrBusy)
	}
	if err := c.makeRoom(source.CopySize(p.Samples), p.Keep); err != nil {
		return only(err)
	}
	temp, err := os.CreateTemp(c.dir, tempPattern)
	if err != nil {
		return only(err)
	}
	defer func() { _ = os.Remove(temp.Name()) }() // placed or failed: the temporary name goes
	job := newCopyJob(c, temp, id)
	it, err := l.verify(ctx, id, p.Progress, job.tee(p.paced()))
	if bad := job.end(err == nil); bad == nil && err == nil {
		if bad = c.makeRoom(source.CopySize(it.Samples), p.Keep, temp.Name()); bad == nil {
			bad = place(temp.Name(), c.path(id))
		}
		if p.Lazy {
			err = bad
		}
	} else if p.Lazy {
		err = cmp.Or(err, bad)
	}
	return it, err
}

// worthCopy is false for what is played without a decoder or resampler, and for
// what is no audio.
func (l *Library) worthCopy(ctx context.Context, id ID) bool {
	f, err := os.Open(l.airPath(id))
	if err != nil {
		return false
	}
	defer f.Close() // read only
	kind, err := source.Sniff(f)
	if err != nil || kind != source.WAV {
		return err == nil && kind != source.Foreign
	}
	info, err := source.Probe(ctx, f.Name())
	return err == nil && info.Rate != frame.Rate
}

// copyJob is a copy that is being written. A decoder that was left behind may
// still call it when it is over.
type copyJob struct {
	mu    sync.Mutex
	of    *copies
	w     *source.CopyWriter
	temp  *os.File
	taken int64
	bound int64 // bytes; looked up again each lookAgain
	bad   error // of the copy; the item may be well
	over  bool
}

// lookAgain is how often the budget is asked for anew, in samples: others write
// to the disk too.
const lookAgain = 60 * frame.Rate

func newCopyJob(c *copies, temp *os.File, id ID) *copyJob {
	j := &copyJob{of: c, temp: temp, bound: c.Budget()}
	j.w, j.bad = source.NewCopyWriter(temp, id.sum())
	return j
}

// tee takes what is decoded, and then lets it be paced.
func (j *copyJob) tee(pace tee) tee {
	return func(ctx context.Context, s []float32) error {
		j.take(s)
		if pace == nil {
			return ctx.Err()
		}
		return pace(ctx, s)
	}
}

func (j *copyJob) take(s []float32) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.over || j.bad != nil {
		return
	}
	before := j.taken / lookAgain
	if j.taken += int64(len(s)); j.taken/lookAgain > before {
		j.bound = j.of.Budget()
	}
	if j.bad = j.w.Take(s); source.CopySize(j.taken) > j.bound {
		j.bad = cmp.Or(j.bad, ErrNoRoom)
	}
}

// end closes the file, whole or not.
func (j *copyJob) end(whole bool) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.over = true
	if whole && j.bad == nil {
		j.bad = j.w.Close()
	}
	if err := j.temp.Close(); j.bad == nil {
		j.bad = err
	}
	return j.bad
}

// paced calls Pace between two pieces of work.
func (p Prepared) paced() tee {
	if p.Pace == nil {
		return nil
	}
	since, worked, samples := time.Now(), time.Duration(0), 0
	return func(ctx context.Context, s []float32) error {
		worked, samples = worked+time.Since(since), samples+len(s)
		if worked >= workAtATime || samples >= mostAtATime {
			if err := p.Pace(ctx, worked); err != nil {
				return err
			}
			worked, samples = 0, 0
		}
		since = time.Now()
		return nil
	}
}

// ShrinkCopies removes the copies used longest ago until the rest keeps within
// the budget, those that Keep names last.
func (l *Library) ShrinkCopies(keep func(ID) bool) error {
	c := l.copies
	if c == nil {
		return nil
	}
	select {
	case c.turn <- struct{}{}:
		defer func() { <-c.turn }()
	default:
		return nil // one is being made, and minds the budget itself
	}
	if c.shrink(c.Budget(), keep) == nil {
		return nil
	}
	return c.shrink(c.Budget(), nil)
}

// UsedCopies is how many bytes the copies take.
func (l *Library) UsedCopies() int64 {
	if l.copies == nil {
		return 0
	}
	_, sum := l.copies.all()
	return sum
}

type copied struct {
	id    ID
	bytes int64
	used  time.Time
}

func (c *copies) path(id ID) string { return filepath.Join(c.dir, string(id)+copySuffix) }

// all are the copies, the one used longest ago first, and the bytes of all that
// stands in the folder.
func (c *copies) all() (found []copied, sum int64) {
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		return nil, 0
	}
	for _, e := range entries {
		st, err := e.Info()
		if err != nil {
			continue // it has just gone
		}
		sum += st.Size()
		if name, is := strings.CutSuffix(e.Name(), copySuffix); is {
			found = append(found, copied{ID(name), st.Size(), st.ModTime()})
		}
	}
	slices.SortFunc(found, func(a, b copied) int { return cmp.Or(a.used.Compare(b.used), cmp.Compare(a.id, b.id)) })
	return found, sum
}

// makeRoom removes copies until one of a size fits; none where that would take
// one that is to stay. Files that are not yet copies may stand there beside.
func (c *copies) makeRoom(size int64, keep func(ID) bool, beside ...string) error {
	bytes := c.Budget() - size
	for _, name := range beside {
		if st, err := os.Stat(name); err == nil {
			bytes += st.Size()
		}
	}
	found, sum := c.all()
	for _, f := range found {
		if keep == nil || !keep(f.id) {
			sum -= f.bytes
		}
	}
	if bytes <= 0 || sum > bytes {
		return ErrNoRoom
	}
	return c.shrink(bytes, keep)
}

// shrink removes copies, the one used longest ago first, until all keep within
// bytes.
func (c *copies) shrink(bytes int64, keep func(ID) bool) error {
	found, sum := c.all()
	for _, f := range found {
		if sum <= bytes {
			return nil
		}
		if keep != nil && keep(f.id) {
			continue
		}
		if err := os.Remove(c.path(f.id)); err != nil {
			return fmt.Errorf("decoded copies: %w", err)
		}
		sum -= f.bytes
	}
	if sum > max(bytes, 0) {
		return ErrNoRoom
	}
	return nil
}

// open opens an item by its copy; nil: there is none.
func (c *copies) open(ctx context.Context, l *Library, id ID, from int64) (*source.File, error) {
	path := c.path(id)
	if _, err := os.Stat(path); err != nil {
		return nil, nil
	}
	now := c.Now()
	_ = os.Chtimes(path, now, now) // it only says which goes first
	return source.OpenCopied(ctx, source.Copied{Path: l.airPath(id), Of: id.sum(), Copy: path, Broken: func(err error) {
		_ = os.Remove(path) // it is made again
		if c.Broken != nil {
			c.Broken(fmt.Errorf("decoded copy of %.12s: %w", id, err))
		}
	}}, from)
}

// sweep removes the copies of items that keep does not know.
func (c *copies) sweep(keep func(ID) bool) {
	found, _ := c.all()
	for _, f := range found {
		if !f.id.Valid() || !keep(f.id) {
			_ = os.Remove(c.path(f.id)) // it is only in the way
		}
	}
}

// sum is a valid ID as bytes.
func (id ID) sum() (b [32]byte) {
	_, _ = hex.Decode(b[:], []byte(id)) // it is valid
	return b
}
