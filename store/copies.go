package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// How many hot copies are kept, and how often one is made.
const (
	HourlyCopies = 24
	DailyCopies  = 14
	copyEvery    = time.Hour
	dayEvery     = 24 * time.Hour
	// copyReserve is what a copy must leave free for the journal and the
	// recordings, in bytes.
	copyReserve = 256 << 20
	// sideKept is how long a file of the side log stays at least; it also stays
	// until a copy holds all of it.
	sideKept = 30 * 24 * time.Hour
)

// ErrNoRoom: the disk has no room for another hot copy.
var ErrNoRoom = errors.New("store: no room for a copy")

// CopyState is what is known of the hot copies.
type CopyState struct {
	Dir     string
	Newest  time.Time // wall time at which the newest was complete or still equal; zero: none
	Head    Cursor    // what it holds
	Hourly  int
	Daily   int
	Since   time.Time // wall time since when none could be made; zero: all is well
	Err     error
	Pending int // blanked payloads that a copy, the side log or the file may still hold
}

// suspectSuffix marks a journal that a copy found damaged: the next opening
// verifies all of it.
const suspectSuffix = ".suspect"

const (
	hourPrefix = "hour"
	dayPrefix  = "day"
)

// hotCopy is one file of the copies' folder.
type hotCopy struct {
	path  string
	kind  string
	life  uint32
	epoch Epoch
	seq   uint64
}

func copyName(kind string, life uint32, c Cursor) string {
	return fmt.Sprintf("%s-%06d-%020d-%s.db", kind, life, c.Seq, c.Epoch)
}

func parseCopyName(name string) (c hotCopy, ok bool) {
	f := strings.Split(strings.TrimSuffix(name, ".db"), "-")
	if len(f) != 4 || !strings.HasSuffix(name, ".db") || f[0] != hourPrefix && f[0] != dayPrefix || c.epoch.UnmarshalText([]byte(f[3])) != nil {
		return c, false
	}
	c.kind = f[0]
	_, err := fmt.Sscanf(f[1]+" "+f[2], "%d %d", &c.life, &c.seq)
	return c, err == nil
}

// listCopies lists the copies, oldest first.
func listCopies(dir string) []hotCopy {
	all, _ := os.ReadDir(dir) // none is none
	var out []hotCopy
	for _, f := range all {
		if c, ok := parseCopyName(f.Name()); ok && f.Type().IsRegular() {
			c.path = filepath.Join(dir, f.Name())
			out = append(out, c)
		}
	}
	slices.SortStableFunc(out, func(a, b hotCopy) int {
		if a.life != b.life {
			return int(a.life) - int(b.life)
		}
		return cmpUint(a.seq, b.seq)
	})
	return out
}

func cmpUint(a, b uint64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// Copies tells how the hot copies stand.
func (s *Safe) Copies() CopyState { return *s.copies.Load() }

// Keep makes hot copies until ctx ends: each hour, at the lowest priority the
// system has, each verified in full before it counts.
func (s *Safe) Keep(ctx context.Context) {
	for {
		done := make(chan struct{})
		go func() { // its thread, made slow, ends with it
			defer close(done)
			leisurely()
			s.CopyIfDue()
		}()
		<-done
		select {
		case <-ctx.Done():
			return
		case <-time.After(copyEvery / 12):
		}
	}
}

// CopyIfDue makes a hot copy if the newest is an hour old.
func (s *Safe) CopyIfDue() {
	if s.due.IsZero() {
		s.due = time.Now()
		if age, ok := s.newestAge(); ok && age < copyEvery {
			s.due = s.due.Add(copyEvery - age)
		}
		s.note(nil, false)
	}
	if time.Now().Before(s.due) {
		return
	}
	if s.CopyNow() == nil {
		s.due = time.Now().Add(copyEvery)
	}
}

// newestAge is the wall time since the newest copy of this life was made.
func (s *Safe) newestAge() (time.Duration, bool) {
	wall, _ := s.wall()
	all := listCopies(s.opt.Copies)
	for i := len(all) - 1; i >= 0; i-- {
		if st, err := os.Stat(all[i].path); err == nil && all[i].epoch == s.Head().Epoch && !st.ModTime().After(wall) {
			return wall.Sub(st.ModTime()), true
		}
	}
	return 0, false
}

// CopyNow makes a hot copy, unless the newest still equals the journal, and
// lets go of what is no longer needed.
func (s *Safe) CopyNow() error {
	if s.volatile != nil {
		return s.volatile
	}
	err := s.makeCopy()
	s.note(err, true)
	if err == nil {
		err = s.tidy()
	}
	return err
}

func (s *Safe) makeCopy() error {
	s.copying.Lock()
	defer s.copying.Unlock()
	head, life := s.Head(), s.lifeOf()
	if err := os.MkdirAll(s.opt.Copies, 0o750); err != nil {
		return fmt.Errorf("store: copies: %w", err)
	}
	forget(s.opt.Copies+string(os.PathSeparator), "*.copying", 0)
	path := filepath.Join(s.opt.Copies, copyName(hourPrefix, life, head))
	if _, err := os.Stat(path); err != nil {
		if err := s.room(); err != nil {
			return err
		}
		if err := s.HotCopy(path); err != nil {
			if errors.Is(err, ErrCorrupt) { // an opening looks at the last links only: have it look at all
				err = errors.Join(err, os.WriteFile(s.Path()+suspectSuffix, nil, 0o640))
			}
			return err
		}
		// Writers went on meanwhile: the name says at least.
	}
	return s.daily(path)
}

// CopyFor makes a verified copy for somebody who asks, beside the hot copies
// and not one of them; the next one replaces it.
func (s *Safe) CopyFor() (path string, err error) {
	if s.volatile != nil {
		return "", s.volatile
	}
	s.copying.Lock()
	defer s.copying.Unlock()
	if err := os.MkdirAll(s.opt.Copies, 0o750); err != nil {
		return "", fmt.Errorf("store: copies: %w", err)
	}
	if err := s.room(); err != nil {
		return "", err
	}
	path = filepath.Join(s.opt.Copies, "asked.db")
	return path, s.HotCopy(path)
}

// room makes room for a copy: the oldest hourly ones go first, the newest two
// stay.
func (s *Safe) room() error {
	st, err := s.Stats()
	if err != nil {
		return err
	}
	for {
		free := s.opt.Free(s.opt.Copies)
		if free < 0 || free >= st.FileBytes+copyReserve {
			return nil
		}
		var hours []hotCopy
		for _, c := range listCopies(s.opt.Copies) {
			if c.kind == hourPrefix {
				hours = append(hours, c)
			}
		}
		if len(hours) <= 2 {
			return fmt.Errorf("%w: %d MiB free, %d MiB needed", ErrNoRoom, free>>20, (st.FileBytes+copyReserve)>>20)
		}
		if err := os.Remove(hours[0].path); err != nil {
			return err
		}
	}
}

// daily keeps a copy as the day's when the last one is a day old.
func (s *Safe) daily(path string) error {
	var last time.Time
	for _, c := range listCopies(s.opt.Copies) {
		if st, err := os.Stat(c.path); err == nil && c.kind == dayPrefix && st.ModTime().After(last) {
			last = st.ModTime()
		}
	}
	wall, _ := s.wall()
	if age := wall.Sub(last); !last.IsZero() && age >= 0 && age < dayEvery {
		return nil
	}
	day := filepath.Join(s.opt.Copies, strings.Replace(filepath.Base(path), hourPrefix, dayPrefix, 1))
	if err := os.Link(path, day); err != nil && !errors.Is(err, os.ErrExist) {
		if err := copyFile(path, day+".copying"); err != nil { // a file system without hard links
			return err
		}
		return os.Rename(day+".copying", day)
	}
	return nil
}

// tidy removes copies beyond their number and files of the side log that are
// old and held by a copy, and carries blankings on to the side log.
func (s *Safe) tidy() error {
	byKind := map[string][]hotCopy{}
	all := listCopies(s.opt.Copies)
	for _, c := range all {
		byKind[c.kind] = append(byKind[c.kind], c)
	}
	var errs []error
	for kind, keep := range map[string]int{hourPrefix: HourlyCopies, dayPrefix: DailyCopies} {
		for len(byKind[kind]) > keep {
			errs = append(errs, os.Remove(byKind[kind][0].path))
			byKind[kind] = byKind[kind][1:]
		}
	}
	blanks, err := s.Blanks()
	if err != nil {
		return err
	}
	seqs := map[uint64]bool{}
	for _, b := range blanks {
		seqs[b.Seq] = true
	}
	errs = append(errs, s.log.blankSide(s.Head().Epoch, seqs), s.trimSide(all))
	s.note(nil, false)
	return errors.Join(errs...)
}

// trimSide removes old files of the side log whose every entry is in a copy.
func (s *Safe) trimSide(copies []hotCopy) error {
	names, err := s.log.disk.List()
	if err != nil || len(copies) == 0 {
		return err
	}
	wall, quality := s.wall()
	if quality != ClockGood {
		return nil
	}
	newest := copies[len(copies)-1]
	for i, name := range names {
		if i == len(names)-1 {
			return nil
		}
		life, _, _, _ := parseSideName(name)
		nextLife, _, next, _ := parseSideName(names[i+1])
		st, err := os.Stat(filepath.Join(s.opt.Side, name))
		if err != nil || wall.Sub(st.ModTime()) < sideKept {
			return err
		}
		covered := life < newest.life || nextLife == newest.life && next <= newest.seq+1
		if !covered {
			return nil
		}
		if err := s.log.disk.Remove(name); err != nil {
			return err
		}
	}
	return nil
}

// note keeps the state for screens. made tells that a copy was tried.
func (s *Safe) note(err error, made bool) {
	old := s.Copies()
	st := CopyState{Dir: s.opt.Copies, Newest: old.Newest, Since: old.Since, Err: old.Err}
	all := listCopies(s.opt.Copies)
	for _, c := range all {
		if c.kind == hourPrefix {
			st.Hourly++
		} else {
			st.Daily++
		}
	}
	wall, _ := s.wall()
	if n := len(all); n > 0 {
		st.Head = Cursor{Epoch: all[n-1].epoch, Seq: all[n-1].seq}
		if f, err := os.Stat(all[n-1].path); err == nil && st.Newest.IsZero() {
			st.Newest = f.ModTime()
		}
	}
	switch {
	case made && err == nil:
		st.Newest, st.Since, st.Err = wall, time.Time{}, nil
	case made:
		if st.Err = err; st.Since.IsZero() {
			st.Since = wall
		}
	}
	st.Pending = s.pending(all)
	s.copies.Store(&st)
}

// pending counts blanked payloads that some file may still hold.
func (s *Safe) pending(copies []hotCopy) (n int) {
	blanks, err := s.Blanks()
	if err != nil {
		return 0
	}
	oldest := uint64(1<<64 - 1)
	for _, c := range copies {
		if c.epoch == s.Head().Epoch {
			oldest = min(oldest, c.seq)
		} else {
			oldest = 0
		}
	}
	at := s.compactedAt()
	for _, b := range blanks {
		if b.By > oldest || b.By > at {
			n++
		}
	}
	return n
}

// NewestCopy tells when the newest hot copy in dir was made and how many there
// are; the zero time: none.
func NewestCopy(dir string) (at time.Time, n int) {
	all := listCopies(dir)
	for _, c := range all {
		if st, err := os.Stat(c.path); err == nil && st.ModTime().After(at) {
			at = st.ModTime()
		}
	}
	return at, len(all)
}

// FreeSpace is how many bytes the disk of dir can still take; -1: not known.
func FreeSpace(dir string) int64 { return freeSpace(dir) }
