package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	bolt "go.etcd.io/bbolt"
)

// SafeOptions are what a journal is kept with.
type SafeOptions struct {
	Options
	Side   string // folder of the side log, on another disk if there is one; "": "side" beside the file
	Copies string // folder of the hot copies; "": "copies" beside the file
	// Free tells how many bytes a folder's disk can still take; nil asks the
	// system. A negative number is "not known".
	Free func(dir string) int64
	Tending
	Warn func(what string, err error) // what failed and was not needed; nil: nobody is told
}

func (o *SafeOptions) fill(path string) {
	dir := filepath.Dir(path)
	if o.Side == "" {
		o.Side = filepath.Join(dir, "side")
	}
	if o.Copies == "" {
		o.Copies = filepath.Join(dir, "copies")
	}
	if o.Free == nil {
		o.Free = freeSpace
	}
	if o.Warn == nil {
		o.Warn = func(string, error) {}
	}
	if o.OpenFile == nil {
		o.OpenFile = os.OpenFile
	}
}

func (o *SafeOptions) side() sideFolder { return sideFolder{o.Side, o.OpenFile} }

// Safe is a journal with a side log and hot copies, that was repaired when it
// was opened if it had to be. One process holds it at a time.
type Safe struct {
	*DB
	opt      SafeOptions
	log      *sideLog
	lock     *os.File
	copies   atomic.Pointer[CopyState]
	copying  sync.Mutex // one copy at a time
	due      time.Time  // monotonic; of the next hot copy; owned by Keep
	volatile error      // why the journal is not on its own disk; nil: it is
}

// ErrVolatile: the data folder took no repair, so the journal lives in the
// machine's memory; nothing is acknowledged.
var ErrVolatile = errors.New("store: the data folder could not be repaired, nothing is saved")

// OpenSafe opens the journal at path, or makes it, with all that keeps it. A
// file that does not verify, is gone, or is older than its side log is never
// opened for repair: a new one with a new epoch is built from copies, the old
// one stays aside, and the Recovery tells what came back and what did not.
// Errors: ErrLocked, ErrReadOnly, or the system's own.
func OpenSafe(path string, opt SafeOptions) (*Safe, *Recovery, error) {
	opt.fill(path)
	if opt.Wall == nil {
		return nil, nil, errors.New("store: no wall clock given")
	}
	lock, err := lockFile(path + ".lock")
	if err != nil {
		return nil, nil, openWords(path, err)
	}
	s := &Safe{opt: opt, lock: lock}
	s.copies.Store(&CopyState{Dir: opt.Copies})
	rec, err := s.open(path)
	if err != nil {
		_ = lock.Close()
		return nil, nil, err
	}
	if err := s.tend(opt.Tending); err != nil {
		if s.DB == nil || s.broken.Load() != nil {
			_ = lock.Close()
			return nil, nil, err
		}
		opt.Warn("journal not tended", err)
	}
	s.log = &sideLog{disk: opt.side(), dir: opt.Side, life: s.lifeOf(), wall: opt.Wall}
	if at, err := headOf(s.log.disk, s.Head().Epoch); err == nil && at.Seq > 0 {
		if m, err := s.At(at.Seq); err == nil && m.H == at.H {
			s.log.at = at
		}
	}
	if s.volatile != nil {
		s.log.err, s.log.since = s.volatile, rec.At // a life that ends with the process leaves no traces
		return s, rec, nil
	}
	s.side = s.log
	s.log.follow(&s.Reader, nil, s.Head())
	return s, rec, nil
}

// open opens the file, or repairs and opens it.
func (s *Safe) open(path string) (*Recovery, error) {
	cause, why := s.judge(path)
	if why != nil && cause == "" {
		return nil, why
	}
	if cause == "" {
		return nil, nil
	}
	wall, good := s.opt.Wall()
	l := &ladder{path: path, opt: s.opt, now: wall, good: good, scan: cause == CauseDamaged,
		report: Recovery{Cause: cause}}
	if why != nil {
		l.report.Why = why.Error()
	}
	defer l.close()
	rec, err := l.repair(path)
	if err != nil && l.plan != nil {
		rec, err = s.openVolatile(l, err)
		return rec, err
	}
	if err != nil {
		return nil, fmt.Errorf("store: repair %s: %w", path, err)
	}
	s.DB, err = Open(path, s.opt.Options)
	return rec, err
}

// judge opens the file if it can be used as it is; else it says why not.
func (s *Safe) judge(path string) (Cause, error) {
	_, err := os.Lstat(path)
	l := &ladder{path: path, opt: s.opt}
	lives := l.lives()
	if errors.Is(err, fs.ErrNotExist) && len(lives) > 0 {
		return CauseMissing, nil
	}
	s.DB, err = Open(path, s.opt.Options)
	if err != nil {
		s.DB = nil
		if errors.Is(err, ErrCorrupt) || errors.Is(err, syscall.EIO) {
			return CauseDamaged, err
		}
		return "", err
	}
	if _, err := os.Lstat(path + suspectSuffix); err == nil {
		if err := s.Verify(true); errors.Is(err, ErrCorrupt) {
			err = errors.Join(err, s.DB.Close())
			s.DB = nil
			return CauseDamaged, err
		}
		_ = os.Remove(path + suspectSuffix) // it was the copy's disk
	}
	head := s.Head()
	if at, err := headOf(s.opt.side(), head.Epoch); err == nil && at.Seq > 0 {
		m, err := s.At(at.Seq)
		if at.Seq > head.Seq || err == nil && m.H != at.H {
			err = fmt.Errorf("it ends with entry %d, its side log with %d", head.Seq, at.Seq)
			return s.setBack(err)
		}
	}
	if n := len(lives); n > 0 && lives[n-1].n > s.lifeOf() && lives[n-1].epoch != head.Epoch {
		return s.setBack(fmt.Errorf("it is of life %d, its copies know life %d", s.lifeOf(), lives[n-1].n))
	}
	return "", nil
}

func (s *Safe) setBack(why error) (Cause, error) {
	err := s.DB.Close()
	s.DB = nil
	return CauseSetBack, errors.Join(why, err)
}

// repair climbs, builds and puts in place.
func (l *ladder) repair(path string) (*Recovery, error) {
	if err := l.climb(); err != nil {
		return nil, err
	}
	tmp := fmt.Sprintf("%s.new-%d", path, os.Getpid())
	l.temps = append(l.temps, tmp)
	_ = os.Remove(tmp)
	l.plan.report.Kept = ""
	if _, err := os.Lstat(path); err == nil {
		l.plan.report.Kept = filepath.Base(asideName(path, l.now))
	}
	if err := l.plan.build(tmp); err != nil {
		return nil, err
	}
	if err := place(tmp, path, asideName(path, l.now)); err != nil {
		return nil, err
	}
	_ = os.Remove(path + suspectSuffix) // the new file was proved
	return &l.plan.report, nil
}

// openVolatile builds the state in memory's folder when the disk takes nothing:
// the air needs the roster more than the log. Nothing is called saved then.
func (s *Safe) openVolatile(l *ladder, why error) (*Recovery, error) {
	dir, err := os.MkdirTemp("", "loaxa-")
	if err != nil {
		return nil, errors.Join(why, err)
	}
	path := filepath.Join(dir, "station.db")
	if err := l.plan.build(path); err != nil {
		return nil, errors.Join(why, err)
	}
	opt := s.opt.Options
	opt.NoSync = true
	if s.DB, err = Open(path, opt); err != nil {
		return nil, errors.Join(why, err)
	}
	s.volatile = fmt.Errorf("%w: %w", ErrVolatile, why)
	s.fault = func() error { return s.volatile }
	return &l.plan.report, nil
}

// Side tells how far the side log is and whether it fails.
func (s *Safe) Side() SideState { return s.log.state() }

// Volatile is not nil when nothing can be saved, and says why.
func (s *Safe) Volatile() error { return s.volatile }

// Close closes the journal and its side log and lets the folder go.
func (s *Safe) Close() error {
	s.log.close()
	err := s.DB.Close()
	if s.volatile != nil {
		_ = os.RemoveAll(filepath.Dir(s.Path()))
	}
	return errors.Join(err, s.lock.Close())
}

// Backup is what a restore starts from.
type Backup struct {
	File string
	Name string // for people; "": the file's
	Only bool   // nothing beyond it; else the side log brings back what came after
}

// Restore replaces the journal at path by a backup, with a new epoch. The former file stays aside. Errors: ErrLocked while a station runs.
func Restore(path string, from Backup, opt SafeOptions) (*Recovery, error) {
	opt.fill(path)
	lock, err := lockFile(path + ".lock")
	if err != nil {
		return nil, openWords(path, err)
	}
	defer lock.Close()
	if _, err := os.Lstat(path); err == nil {
		if err := tryLock(path); err != nil {
			return nil, openWords(path, err)
		}
	}
	wall, good := opt.Wall()
	l := &ladder{path: path, opt: opt, now: wall, good: good, from: from, report: Recovery{Cause: CauseRestore}}
	defer l.close()
	rec, err := l.repair(path)
	if err != nil {
		return nil, fmt.Errorf("store: restore %s: %w", from.File, err)
	}
	return rec, nil
}

// tryLock finds out whether somebody has the file open for writing.
func tryLock(path string) error {
	f, err := lockFile(path)
	if err != nil {
		return err
	}
	return f.Close()
}

// bootOf reads the count of starts.
func (r *Reader) bootOf() (n uint32) {
	_ = r.view(func(tx *bolt.Tx) error { // a file that does not read is judged elsewhere
		if v := tx.Bucket(bucketFile).Get(keyBoot); len(v) == 4 {
			n = binary.BigEndian.Uint32(v)
		}
		return nil
	})
	return n
}
