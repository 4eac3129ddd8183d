package mirror

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// FetchOptions say where blobs are brought together and what becomes of them.
type FetchOptions struct {
	Dir   string // of what is half here; nothing else lies there
	Wall  Clock
	Daily int64 // bytes taken a day; 0: no bound
	// Take is given the file of a whole blob whose SHA-256 was checked; the file
	// goes afterwards. An error has it tried again later.
	Take func(ctx context.Context, ref Ref, path, name string) error
}

// Bounds and pauses of fetching.
const (
	fetchRoom   = 64                  // blobs wanted at once: more are wanted again later
	fetchAnswer = 60 * time.Second    // a question this old is asked anew
	fetchAgain  = 60 * time.Second    // until what is not there, or broken, is asked for anew
	fetchBarred = 30 * time.Minute    // the same, where the peer gives nothing at all now
	fetchKeep   = 14 * 24 * time.Hour // how long half a blob that nobody wants is kept
	firstPiece  = 8 << 10             // before the line is measured
)

// Fetch brings blobs here, one piece after another over whatever connection
// there is, below everything else. What is half here survives a connection and
// a restart. Safe for concurrent use.
type Fetch struct {
	opt FetchOptions

	mu    sync.Mutex
	list  []*wanted // in the order of wishes
	under *asked    // the one question that waits for its answer
	since time.Time // of under, monotonic
	pace  float64   // bytes per second, smoothed; 0: not measured
	day   spentDay
	moved chan struct{}
	all   sync.WaitGroup // pieces being written, wholes being taken
}

// wanted is one blob on its way.
type wanted struct {
	ref        Ref
	until      time.Time // wall time: nobody wants it after
	have, size int64
	most       int64 // more bytes than that are not taken
	name       string
	rest       time.Time // monotonic: left alone until then
	busy       bool      // a piece is written, or the whole is taken
	barred     bool      // left alone because the peer gives nothing at all
	why        string
}

// spentDay is how much of the day's share is used.
type spentDay struct {
	Day   string `json:"day"`
	Bytes int64  `json:"bytes"`
}

// Fetching is how far the blobs are, for screens.
type Fetching struct {
	Count      int    // wanted and not here
	Have, Size int64  // bytes of those whose size is known
	Spent      bool   // the day's share is used up: it goes on tomorrow
	Why        string // what holds one up, in words; foreign text
}

// NewFetch makes a Fetch; a Sender that is given it does the asking.
func NewFetch(opt FetchOptions) (*Fetch, error) {
	if err := os.MkdirAll(opt.Dir, 0o750); err != nil {
		return nil, fmt.Errorf("mirror: %w", err)
	}
	f := &Fetch{opt: opt, moved: make(chan struct{})}
	if b, err := os.ReadFile(f.dayPath()); err == nil {
		_ = json.Unmarshal(b, &f.day) // a broken one begins the day anew
	}
	old, err := filepath.Glob(filepath.Join(opt.Dir, "*"+partSuffix))
	if err != nil {
		return nil, fmt.Errorf("mirror: %w", err)
	}
	now, _ := opt.Wall()
	for _, path := range old {
		if st, err := os.Stat(path); err == nil && now.Sub(st.ModTime()) > fetchKeep {
			_ = os.Remove(path)
		}
	}
	return f, nil
}

// partSuffix is the ending of half a blob's file.
const partSuffix = ".part"

func (f *Fetch) dayPath() string { return filepath.Join(f.opt.Dir, "spent.json") }
func (f *Fetch) partPath(ref Ref) string {
	return filepath.Join(f.opt.Dir, fmt.Sprintf("%x", ref[:])+partSuffix)
}

// Want has a blob brought here while wall time is before until. It is false
// when too many are wanted already.
func (f *Fetch) Want(ref Ref, until time.Time) bool { return f.WantUpTo(ref, MaxBlob, until) }

// WantUpTo is Want for a blob that has at most so many bytes.
func (f *Fetch) WantUpTo(ref Ref, most int64, until time.Time) bool {
	have := int64(0)
	if st, err := os.Stat(f.partPath(ref)); err == nil && st.Size() <= MaxBlob {
		have = st.Size()
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.forget()
	if i := slices.IndexFunc(f.list, func(w *wanted) bool { return w.ref == ref }); i >= 0 {
		if until.After(f.list[i].until) {
			f.list[i].until = until
		}
		return true
	}
	if len(f.list) >= fetchRoom {
		return false
	}
	f.list = append(f.list, &wanted{ref: ref, until: until, have: have, most: most})
	f.tell()
	return true
}

// forget drops what nobody wants any more; its file stays for fetchKeep.
func (f *Fetch) forget() {
	now, _ := f.opt.Wall()
	f.list = slices.DeleteFunc(f.list, func(w *wanted) bool { return !w.busy && !now.Before(w.until) })
}

func (f *Fetch) tell() {
	close(f.moved)
	f.moved = make(chan struct{})
}

// Changed is closed when there may be something new to ask for.
func (f *Fetch) Changed() <-chan struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.moved
}

// State tells how far everything is.
func (f *Fetch) State() (s Fetching) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.forget()
	for _, w := range f.list {
		s.Count++
		if w.size > 0 {
			s.Have, s.Size = s.Have+w.have, s.Size+w.size
		}
		if w.why != "" {
			s.Why = w.why
		}
	}
	s.Spent = s.Count > 0 && f.left() < MinPiece
	return s
}

// left is what may still be taken today.
func (f *Fetch) left() int64 {
	if f.opt.Daily <= 0 {
		return MaxPiece
	}
	now, _ := f.opt.Wall()
	if day := now.Format(time.DateOnly); day != f.day.Day {
		f.day = spentDay{Day: day}
	}
	return f.opt.Daily - f.day.Bytes
}

// begin forgets a question that an earlier connection took with it.
func (f *Fetch) begin() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.under, f.pace = nil, 0
	f.unbar() // it may have been told to give meanwhile
}

// Of tells how far one blob is; false: it is not wanted.
func (f *Fetch) Of(ref Ref) (s Fetching, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.forget()
	for _, w := range f.list {
		if w.ref == ref {
			return Fetching{Count: 1, Have: w.have, Size: w.size, Why: w.why}, true
		}
	}
	return s, false
}

// Drop lets a blob that was wanted go, with what is here of it.
func (f *Fetch) Drop(ref Ref) {
	f.mu.Lock()
	defer f.mu.Unlock()
	i := slices.IndexFunc(f.list, func(w *wanted) bool { return w.ref == ref })
	if i < 0 {
		return
	}
	if f.list[i].until = (time.Time{}); !f.list[i].busy {
		_ = os.Remove(f.partPath(ref)) // it may not have begun
	}
	f.forget()
}

// unbar forgets that the peer gave nothing.
func (f *Fetch) unbar() {
	for _, w := range f.list {
		if w.barred {
			w.barred, w.why, w.rest = false, "", time.Time{}
		}
	}
}

// bar leaves every blob alone for a while: the peer gives nothing now.
func (f *Fetch) bar(why string) {
	for _, w := range f.list {
		w.barred, w.why, w.rest = true, why, time.Now().Add(fetchBarred)
	}
}

// next is what to ask for now; false: nothing.
func (f *Fetch) next() (asked, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := time.Now()
	if f.under != nil && now.Sub(f.since) < fetchAnswer {
		return asked{}, false
	}
	f.forget()
	left := f.left()
	if left < MinPiece {
		return asked{}, false
	}
	for _, w := range f.list {
		if w.busy || now.Before(w.rest) {
			continue
		}
		most := firstPiece
		if f.pace > 0 {
			most = int(min(max(f.pace*chunkTime.Seconds(), MinPiece), MaxPiece))
		}
		f.under, f.since = &asked{w.ref, w.have, min(most, int(min(left, MaxPiece)))}, now
		return *f.under, true
	}
	return asked{}, false
}

// got takes an answer. What was not asked for is dropped; what is more than
// was asked for ends the connection. The disk is written beside the link.
func (f *Fetch) got(ctx context.Context, p Piece, bytes int, rtt time.Duration) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	q := f.under
	i := slices.IndexFunc(f.list, func(w *wanted) bool { return w.ref == p.Ref })
	beyond := q != nil && p.Size > 0 && q.offset > p.Size // more is here than there is
	if q == nil || q.ref != p.Ref || q.offset != p.Offset && p.Size > 0 && !beyond || i < 0 {
		return nil
	}
	if len(p.Data) > q.most {
		return fmt.Errorf("mirror: %d bytes of a blob came, %d were asked for", len(p.Data), q.most)
	}
	w := f.list[i]
	f.under = nil
	f.left()
	f.day.Bytes += int64(bytes)
	defer f.tell()
	if p.Why != "" {
		f.bar(p.Why)
		return nil
	}
	if p.Size > w.most {
		w.rest, w.why = time.Now().Add(fetchBarred), "larger than was said"
		return nil
	}
	whole := beyond || w.size > 0 && w.size != p.Size // another size of the same name: begin anew
	if p.Size == 0 || whole || len(p.Data) == 0 && p.Offset < p.Size {
		w.rest, w.why = time.Now().Add(fetchAgain), "not there yet"
		if whole {
			w.size, w.have = 0, 0
		}
		return nil
	}
	if took := time.Since(f.since); len(p.Data) >= q.most {
		// A way there and back that was measured behind a full line is too long:
		// without a bound the next piece would hold up an order.
		rate := float64(bytes) / max(max(took-rtt, took/2).Seconds(), 1e-3)
		if f.pace == 0 {
			f.pace = rate
		}
		f.pace += (rate - f.pace) / 4
	}
	f.unbar()
	w.size, w.name, w.busy = p.Size, p.Name, true
	f.all.Go(func() { f.keep(ctx, w, p) })
	return nil
}

// keep writes a piece, and has a whole taken.
func (f *Fetch) keep(ctx context.Context, w *wanted, p Piece) {
	path := f.partPath(w.ref)
	err := writePiece(path, p)
	have, whole := p.Offset+int64(len(p.Data)), false
	if err == nil && have == p.Size {
		if err = checkSum(path, w.ref); err != nil {
			have = 0
			_ = os.Remove(path)
		} else if err = f.opt.Take(ctx, w.ref, path, p.Name); err == nil {
			whole = true
			_ = os.Remove(path)
		}
	}
	f.writeDay()
	f.mu.Lock()
	defer f.mu.Unlock()
	defer f.tell()
	w.busy, w.why = false, ""
	if err == nil || have == 0 {
		w.have = have
	}
	if err != nil {
		w.rest, w.why = time.Now().Add(fetchAgain), cut(err.Error(), 300)
	}
	if whole {
		f.list = slices.DeleteFunc(f.list, func(o *wanted) bool { return o == w })
	}
}

// writeDay keeps what was used of the day's share. Two that write at once
// write nearly the same; lost, the share begins anew.
func (f *Fetch) writeDay() {
	f.mu.Lock()
	day := f.day
	f.mu.Unlock()
	if b, err := json.Marshal(day); err == nil {
		_ = os.WriteFile(f.dayPath(), b, 0o640)
	}
}

func writePiece(path string, p Piece) error {
	out, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o640)
	if err != nil {
		return fmt.Errorf("mirror: %w", err)
	}
	_, err = out.WriteAt(p.Data, p.Offset)
	if err == nil { // what a longer file of that name held behind this goes
		err = out.Truncate(p.Offset + int64(len(p.Data)))
	}
	return errors.Join(err, out.Close())
}

var errSum = errors.New("mirror: what came does not have its SHA-256: it is fetched anew")

func checkSum(path string, ref Ref) error {
	in, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("mirror: %w", err)
	}
	defer func() { _ = in.Close() }() // read only
	h := sha256.New()
	if _, err := io.Copy(h, in); err != nil {
		return fmt.Errorf("mirror: %w", err)
	}
	if Ref(h.Sum(nil)) != ref {
		return errSum
	}
	return nil
}

// copyAll copies and hashes at most one byte more than a blob may have.
func copyAll(out io.Writer, h hash.Hash, in io.Reader) (int64, error) {
	return io.Copy(io.MultiWriter(out, h), io.LimitReader(in, MaxBlob+1))
}
