package district

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"time"

	"loaxa/store"
	"loaxa/store/mirror"
)

// Ledger keeps the replicas of many stations. It is what an engine of several
// machines would replace.
type Ledger interface {
	// Open gives the replica of a station, made at its first call. The same
	// station gives the same replica.
	Open(node string) (mirror.Sink, error)
	// Stations lists every station that has a replica, in the order of ids.
	Stations() []Station
	// Seen keeps what a station says of itself.
	Seen(s Station) error
	// Reader reads a station's mirrored records and proofs.
	Reader(node string) (*store.Reader, error)
	Close() error
}

// Station is what is kept of a station beside its journal. Name and Build are
// foreign text.
type Station struct {
	ID    string    `json:"id"`
	Name  string    `json:"name"`
	Build string    `json:"build"`
	Seen  time.Time `json:"seen"` // last begin or end of a connection
	Fault string    `json:"fault,omitempty"`
}

// ErrUnknown: no replica of that station.
var ErrUnknown = errors.New("district: no such station")

// Folder is a Ledger of one bbolt file for each station. So stations do not
// wait for one another's flushes, a damaged file touches one station, and a
// file can be handed over and proved against the station's own.
type Folder struct {
	dir string
	opt store.Options

	mu    sync.Mutex
	books map[string]*store.Replica
	known map[string]Station
}

const (
	bookSuffix = ".replica"
	infoSuffix = ".json"
	maxNode    = 80 // bytes of an id: three times as many must fit a file name
)

// OpenFolder opens the ledger in dir, which is made if missing, and verifies
// every replica in it. A damaged replica does not hinder the others: its
// station carries the fault. A second process on the folder gets
// store.ErrLocked.
func OpenFolder(dir string, opt store.Options) (*Folder, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("district: %w", err)
	}
	f := &Folder{dir: dir, opt: opt, books: map[string]*store.Replica{}, known: map[string]Station{}}
	files, err := filepath.Glob(filepath.Join(dir, "*"+bookSuffix))
	if err != nil {
		return nil, fmt.Errorf("district: %w", err)
	}
	for _, path := range files {
		node, ok := nodeOf(path)
		if !ok {
			continue
		}
		s := f.info(node)
		r, err := store.OpenReplica(path, node, opt)
		switch {
		case err == nil:
			f.books[node] = r
		case errors.Is(err, store.ErrLocked), errors.Is(err, store.ErrReadOnly):
			_ = f.Close()
			return nil, fmt.Errorf("district: %w", err)
		default:
			s.Fault = err.Error()
		}
		f.known[node] = s
	}
	return f, nil
}

// ReplicaFile is the file of a station's replica in the ledger's folder dir.
func ReplicaFile(dir, node string) string { return fileOf(dir, node, bookSuffix) }

func (f *Folder) fileOf(node, suffix string) string { return fileOf(f.dir, node, suffix) }

// fileOf escapes an id so that no id can leave the folder: letters, digits,
// "-" and "_" stand, every other byte is %XX.
func fileOf(dir, node, suffix string) string {
	var b strings.Builder
	for i := range len(node) {
		c := node[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return filepath.Join(dir, b.String()+suffix)
}

func nodeOf(path string) (string, bool) {
	name := strings.TrimSuffix(filepath.Base(path), bookSuffix)
	var out []byte
	for i := 0; i < len(name); i++ {
		if name[i] != '%' {
			out = append(out, name[i])
			continue
		}
		var c byte
		if n, err := fmt.Sscanf(name[i:min(i+3, len(name))], "%%%02X", &c); n != 1 || err != nil {
			return "", false
		}
		out = append(out, c)
		i += 2
	}
	return string(out), len(out) > 0
}

// info reads what was kept of a station; a missing or broken file gives its id.
func (f *Folder) info(node string) Station {
	s := Station{}
	b, err := os.ReadFile(f.fileOf(node, infoSuffix))
	if err == nil && len(b) < 1<<16 {
		_ = json.Unmarshal(b, &s)
	}
	s.ID, s.Fault = node, ""
	return s
}

// Open implements Ledger.
func (f *Folder) Open(node string) (mirror.Sink, error) {
	if node == "" || len(node) > maxNode {
		return nil, fmt.Errorf("district: a station id of %d bytes, want 1 to %d", len(node), maxNode)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if r := f.books[node]; r != nil {
		return r, nil
	}
	if s := f.known[node]; s.Fault != "" {
		return nil, fmt.Errorf("district: the replica of this station is out of order: %s", s.Fault)
	}
	r, err := store.OpenReplica(f.fileOf(node, bookSuffix), node, f.opt)
	if err != nil {
		return nil, fmt.Errorf("district: %w", err)
	}
	f.books[node] = r
	f.known[node] = Station{ID: node}
	return r, nil
}

// Stations implements Ledger.
func (f *Folder) Stations() []Station {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := make([]Station, 0, len(f.known))
	for _, s := range f.known {
		out = append(out, s)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].ID < out[j].ID })
	return out
}

// Seen implements Ledger. The file is replaced whole; it is a convenience for
// screens and not flushed.
func (f *Folder) Seen(s Station) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	old, ok := f.known[s.ID]
	if !ok {
		return ErrUnknown
	}
	s.Fault = old.Fault
	f.known[s.ID] = s
	b, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("district: %w", err)
	}
	path := f.fileOf(s.ID, infoSuffix)
	if err := os.WriteFile(path+".new", b, 0o640); err != nil {
		return fmt.Errorf("district: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("district: %w", err)
	}
	return nil
}

// Reader implements Ledger.
func (f *Folder) Reader(node string) (*store.Reader, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if r := f.books[node]; r != nil {
		return &r.Reader, nil
	}
	return nil, ErrUnknown
}

// Close closes every replica.
func (f *Folder) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	var errs []error
	for _, r := range f.books {
		errs = append(errs, r.Close())
	}
	return errors.Join(errs...)
}
