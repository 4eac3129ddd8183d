package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// Side log: the same entries once more, in plain files that only grow, on
// another disk if there is one. A frame is
//
//	"LXs1" ‖ length of body (4) ‖ CRC-32C of length and body (4) ‖ body
//
// and a body is 1 ‖ magic ‖ epoch ‖ number ‖ h ‖ wall ms, what follows it
// follows that entry; or 2 ‖ h ‖ the entry's travelling form.
const (
	sideMark  = "LXs1"
	sideMagic = "loaxa side v1\n"
	sideHead  = len(sideMark) + 4 + 4
	sideStart = 1
	sideEntry = 2

	maxSideBody = 1 + len(Hash{}) + MaxHeader + 4 + MaxPayload
	maxSideFile = 64 << 20 // a new file is begun beyond it
	sidePage    = 1 << 20  // bytes of entries written at once when the log lags behind
)

// Pauses between attempts on a side log that fails.
const (
	sideRetryFirst = time.Second
	sideRetryMost  = time.Minute
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func appendFrame(dst []byte, body ...[]byte) []byte {
	n := 0
	for _, b := range body {
		n += len(b)
	}
	size := binary.BigEndian.AppendUint32(nil, uint32(n))
	sum := crc32.Update(0, castagnoli, size)
	for _, b := range body {
		sum = crc32.Update(sum, castagnoli, b)
	}
	dst = append(append(dst, sideMark...), size...)
	dst = binary.BigEndian.AppendUint32(dst, sum)
	for _, b := range body {
		dst = append(dst, b...)
	}
	return dst
}

func appendStart(dst []byte, c Cursor, wall int64) []byte {
	b := append([]byte{sideStart}, sideMagic...)
	b = append(b, c.Epoch[:]...)
	b = binary.BigEndian.AppendUint64(b, c.Seq)
	b = append(b, c.H[:]...)
	return appendFrame(dst, binary.BigEndian.AppendUint64(b, uint64(wall)))
}

func appendEntry(dst []byte, e *Entry) []byte {
	return appendFrame(dst, []byte{sideEntry}, e.H[:], AppendWire(nil, e))
}

// sideFile is what a side log writes to; *os.File is one.
type sideFile interface {
	io.Writer
	Sync() error
	Close() error
}

// sideDisk is the folder of a side log.
type sideDisk interface {
	Create(name string) (sideFile, error) // fails if there is one
	List() ([]string, error)              // in the order of names
	Read(name string) ([]byte, error)
	Replace(name string, b []byte) error // whole or not at all
	Remove(name string) error
}

// SideState is what is known of a side log.
type SideState struct {
	Dir   string
	At    Cursor    // last entry that is synced there
	Since time.Time // wall time since when it fails; zero: it does not
	Err   error
}

// sideLog follows a journal. Its lock is held while its disk works, which only
// who waits for "saved" notices.
type sideLog struct {
	disk sideDisk
	dir  string
	life uint32
	wall func() (time.Time, Quality)

	mu    sync.Mutex // guards the fields below
	file  sideFile
	size  int64
	day   int64
	at    Cursor
	since time.Time
	err   error
	retry time.Time // monotonic; not tried again before
	pause time.Duration
}

// sideName sorts by life of the journal, then by first entry.
func sideName(life uint32, epoch Epoch, first uint64, again int) string {
	return fmt.Sprintf("side-%06d-%s-%020d-%03d.log", life, epoch, first, again)
}

// parseSideName undoes sideName.
func parseSideName(name string) (life uint32, epoch Epoch, first uint64, ok bool) {
	f := strings.Split(strings.TrimSuffix(name, ".log"), "-")
	if len(f) != 5 || f[0] != "side" || !strings.HasSuffix(name, ".log") || epoch.UnmarshalText([]byte(f[2])) != nil {
		return 0, Epoch{}, 0, false
	}
	if _, err := fmt.Sscanf(f[1]+" "+f[3], "%d %d", &life, &first); err != nil {
		return 0, Epoch{}, 0, false
	}
	return life, epoch, first, true
}

// follow brings the log to where the journal stands. fresh, if it fits, saves
// reading the entries again. A failure is kept in the state, not returned:
// what the journal's own disk has is saved.
func (s *sideLog) follow(r *Reader, fresh []Entry, to Cursor) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.at.Epoch == to.Epoch && s.at.Seq >= to.Seq || s.err != nil && time.Now().Before(s.retry) {
		return
	}
	if err := s.write(r, fresh, to); err != nil {
		s.fail(err)
		return
	}
	s.err, s.since, s.pause = nil, time.Time{}, 0
}

func (s *sideLog) fail(err error) {
	if s.err == nil {
		s.since, _ = s.wall()
	}
	s.pause = min(max(2*s.pause, sideRetryFirst), sideRetryMost)
	s.err, s.retry = err, time.Now().Add(s.pause)
	if s.file != nil {
		_ = s.file.Close() // after a failed flush nothing in it can be relied on: the next attempt begins a new file
		s.file = nil
	}
}

func (s *sideLog) write(r *Reader, fresh []Entry, to Cursor) error {
	if s.at.Epoch != to.Epoch || s.at.Seq+1 < r.Floor() { // another life, or it lagged for longer than entries are kept
		if s.file != nil {
			_ = s.file.Close() // all in it was synced
			s.file = nil
		}
		floor := r.Floor() - 1
		m, err := r.At(floor)
		if err != nil {
			return err
		}
		s.at = Cursor{Epoch: to.Epoch, Seq: floor, H: m.H}
	}
	for s.at.Seq < to.Seq {
		if len(fresh) == 0 || fresh[0].Seq != s.at.Seq+1 {
			var err error
			if fresh, err = r.Entries(s.at.Seq+1, dropBatch, sidePage); err != nil {
				return err
			}
			if len(fresh) == 0 {
				return fmt.Errorf("%w: no entry %d", ErrCorrupt, s.at.Seq+1)
			}
		}
		if err := s.put(fresh); err != nil {
			return err
		}
		last := fresh[len(fresh)-1]
		s.at.Seq, s.at.H = last.Seq, last.H
		fresh = nil
	}
	return nil
}

// put writes entries that follow s.at and syncs them.
func (s *sideLog) put(es []Entry) error {
	wall, _ := s.wall()
	day := wall.Unix() / (24 * 3600)
	if s.file != nil && (day != s.day || s.size > maxSideFile) {
		err := s.file.Close()
		s.file = nil
		if err != nil {
			return err
		}
	}
	var buf []byte
	if s.file == nil {
		if err := s.begin(); err != nil {
			return err
		}
		s.day, s.size = day, 0
		buf = appendStart(buf, s.at, wall.UnixMilli())
	}
	for i := range es {
		buf = appendEntry(buf, &es[i])
	}
	n, err := s.file.Write(buf)
	if err == nil && n < len(buf) {
		err = io.ErrShortWrite
	}
	if err == nil {
		err = s.file.Sync()
	}
	s.size += int64(n)
	return err
}

func (s *sideLog) begin() (err error) {
	for again := range 1000 {
		s.file, err = s.disk.Create(sideName(s.life, s.at.Epoch, s.at.Seq+1, again))
		if !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	return err
}

func (s *sideLog) state() SideState {
	s.mu.Lock()
	defer s.mu.Unlock()
	return SideState{s.dir, s.at, s.since, s.err}
}

func (s *sideLog) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.file != nil {
		_ = s.file.Close() // all that was promised is synced
		s.file = nil
	}
}

// sideFolder is a sideDisk on a real one.
type sideFolder struct {
	dir  string
	open func(name string, flag int, perm os.FileMode) (*os.File, error)
}

func (d sideFolder) Create(name string) (sideFile, error) {
	if err := os.MkdirAll(d.dir, 0o750); err != nil {
		return nil, err
	}
	f, err := d.open(filepath.Join(d.dir, name), os.O_CREATE|os.O_EXCL|os.O_WRONLY|os.O_APPEND, 0o640)
	if err != nil {
		return nil, err
	}
	if err := syncDir(d.dir); err != nil {
		_ = f.Close() // the folder's error says more
		return nil, err
	}
	return f, nil
}

func (d sideFolder) List() ([]string, error) {
	all, err := os.ReadDir(d.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var names []string
	for _, f := range all {
		if _, _, _, ok := parseSideName(f.Name()); ok && f.Type().IsRegular() {
			names = append(names, f.Name())
		}
	}
	slices.Sort(names)
	return names, err
}

func (d sideFolder) Read(name string) ([]byte, error) {
	f, err := os.Open(filepath.Join(d.dir, name))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxSideFile+MaxWriteBytes+1<<20))
}

func (d sideFolder) Replace(name string, b []byte) error {
	path := filepath.Join(d.dir, name)
	tmp := path + ".new"
	defer os.Remove(tmp)
	f, err := os.OpenFile(tmp, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o640)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(tmp, path)
	}
	if err == nil {
		err = syncDir(d.dir)
	}
	return err
}

func (d sideFolder) Remove(name string) error { return os.Remove(filepath.Join(d.dir, name)) }
