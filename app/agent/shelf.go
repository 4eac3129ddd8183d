package agent

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"loaxa/devices/cluster"
)

const (
	shelfDir   = "assets"
	planFile   = "plan"
	partSuffix = ".part"
	shelfMost  = 512 << 20 // bytes of files that a pole keeps
)

// shelf is the pole's store: files by hash, and the newest plan. A file has its
// name only when all of it is on the disk; what a power cut left behind is
// found by its hash at the next start and fetched again.
type shelf struct {
	dir string

	mu    sync.Mutex
	files map[string]int64 // held in full and proved
	hash  func(path string) (string, error)
	ready chan struct{} // closed when what was there at the start is proved
}

// openShelf opens the store in a folder of the pole's.
func openShelf(data string) (*shelf, error) {
	s := &shelf{dir: filepath.Join(data, shelfDir), files: map[string]int64{}, hash: hashFile, ready: make(chan struct{})}
	if err := os.MkdirAll(s.dir, 0o750); err != nil {
		return nil, fmt.Errorf("assets: %w", err)
	}
	return s, nil
}

func hashFile(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }() // read only
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// prove hashes what lies in the folder and throws away what is not what its
// name says. It takes its time and runs beside everything else.
func (s *shelf) prove(stop <-chan struct{}) error {
	defer close(s.ready)
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return fmt.Errorf("assets: %w", err)
	}
	for _, e := range entries {
		select {
		case <-stop:
			return nil
		default:
		}
		if !cluster.FileName(e.Name()) || s.has(e.Name()) {
			continue
		}
		sum, err := s.hash(s.path(e.Name()))
		if err != nil || sum != e.Name() {
			_ = os.Remove(s.path(e.Name()))
			continue
		}
		if info, err := e.Info(); err == nil {
			s.mu.Lock()
			s.files[e.Name()] = info.Size()
			s.mu.Unlock()
		}
	}
	return nil
}

// proved tells whether what is not held by now is not there at all.
func (s *shelf) proved() bool {
	select {
	case <-s.ready:
		return true
	default:
		return false
	}
}

func (s *shelf) path(asset string) string { return filepath.Join(s.dir, asset) }

func (s *shelf) has(asset string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.files[asset]
	return ok
}

func (s *shelf) held() (names []string, bytes int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for n, size := range s.files {
		names, bytes = append(names, n), bytes+size
	}
	slices.Sort(names)
	return names, bytes
}

// next is the first file that is missing, and how much of it is there.
func (s *shelf) next(keep []cluster.PlanFile) (asset string, offset int64) {
	room := int64(shelfMost)
	for _, f := range keep {
		if room -= f.Bytes; room < 0 {
			break
		}
		if s.has(f.Asset) {
			continue
		}
		if st, err := os.Stat(s.path(f.Asset) + partSuffix); err == nil {
			offset = st.Size()
		}
		return f.Asset, offset
	}
	return "", 0
}

// sweep throws away files that no plan names.
func (s *shelf) sweep(keep []cluster.PlanFile) {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		name := strings.TrimSuffix(e.Name(), partSuffix)
		if slices.ContainsFunc(keep, func(f cluster.PlanFile) bool { return f.Asset == name }) {
			continue
		}
		s.mu.Lock()
		delete(s.files, name)
		s.mu.Unlock()
		_ = os.Remove(filepath.Join(s.dir, e.Name()))
	}
}

var errPart = errors.New("a part that does not fit")

// add takes a part. done: the file is there in full and proved.
func (s *shelf) add(p cluster.Part) (done bool, err error) {
	path := s.path(p.Asset) + partSuffix
	if p.Total == 0 || s.has(p.Asset) {
		return false, errPart
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o640)
	if err != nil {
		return false, fmt.Errorf("asset: %w", err)
	}
	st, err := f.Stat()
	if err == nil && st.Size() != p.Offset {
		err = errPart
		if st.Size() > p.Total { // no beginning of this file
			err = f.Truncate(0)
		}
		_ = f.Close()
		return false, err
	}
	if err == nil {
		_, err = f.WriteAt(p.Data, p.Offset)
	}
	whole := err == nil && p.Offset+int64(len(p.Data)) == p.Total
	if whole {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil || !whole {
		return false, err
	}
	return s.finish(p, path)
}

// finish proves a file and gives it its name.
func (s *shelf) finish(p cluster.Part, path string) (bool, error) {
	sum, err := s.hash(path)
	if err == nil && sum != p.Asset {
		_ = os.Remove(path)
		err = fmt.Errorf("asset %.12s came as %.12s: %w", p.Asset, sum, errPart)
	}
	if err == nil {
		err = os.Rename(path, s.path(p.Asset))
	}
	if err == nil {
		err = syncDir(s.dir)
	}
	if err != nil {
		return false, err
	}
	s.mu.Lock()
	s.files[p.Asset] = p.Total
	s.mu.Unlock()
	return true, nil
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	if e := d.Close(); err == nil {
		err = e
	}
	return err
}

// replace writes a file so that after a power cut either the old or the new one
// is there.
func replace(path string, b []byte) error {
	temp := path + ".new"
	f, err := os.OpenFile(temp, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o640)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(temp, path)
	}
	if err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}
