package library

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"

	"loaxa/audio/source"
)

// Endings of what stands beside an original: a copy that is played where the
// original is not decoded here, and the air copy for the poles.
const (
	airSuffix  = ".wav"
	poleSuffix = ".opus"
)

// idOf is the item that a file belongs to; not valid: to none.
func idOf(name string) ID {
	return ID(strings.TrimSuffix(strings.TrimSuffix(name, airSuffix), poleSuffix))
}

// Library keeps files under a folder.
type Library struct {
	dir   string
	quota atomic.Int64 // bytes; 0: no bound

	copies *copies // nil: none are kept
}

// SetQuota bounds the bytes that the library's files take; 0: no bound. It is
// looked at when something is taken in: nothing is removed.
func (l *Library) SetQuota(bytes int64) { l.quota.Store(bytes) }

// Used is how many bytes the library's files take.
func (l *Library) Used() (int64, error) {
	entries, err := os.ReadDir(l.dir)
	if err != nil {
		return 0, fmt.Errorf("library: %w", err)
	}
	sum := int64(0)
	for _, e := range entries {
		if st, err := e.Info(); err == nil { // one that has just gone takes nothing
			sum += st.Size()
		}
	}
	return sum, nil
}

// room refuses what does not fit in the quota.
func (l *Library) room(size int64) error {
	quota := l.quota.Load()
	if quota <= 0 {
		return nil
	}
	used, err := l.Used()
	if err == nil && used+size > quota {
		err = fmt.Errorf("%w: %d of %d MB are used, %d more are needed", ErrQuota, used>>20, quota>>20, size>>20+1)
	}
	return err
}

// Open uses or makes DIR/blobs and throws away what an import that was killed
// left half done.
func Open(dir string) (*Library, error) {
	blobs := filepath.Join(dir, "blobs")
	if err := os.MkdirAll(blobs, 0o750); err != nil {
		return nil, fmt.Errorf("library: %w", err)
	}
	if err := removeTemps(blobs); err != nil {
		return nil, err
	}
	return &Library{dir: blobs}, nil
}

// removeTemps throws away what was left half done.
func removeTemps(dir string) error {
	old, err := filepath.Glob(filepath.Join(dir, tempPattern))
	if err != nil {
		return fmt.Errorf("library: %w", err)
	}
	for _, name := range old {
		if err := os.Remove(name); err != nil {
			return fmt.Errorf("library: %w", err)
		}
	}
	return nil
}

// Path is where an item's original stands.
func (l *Library) Path(id ID) string { return filepath.Join(l.dir, string(id)) }

// airPath is the file that is played.
func (l *Library) airPath(id ID) string {
	copied := l.Path(id) + airSuffix
	if _, err := os.Stat(copied); err == nil {
		return copied
	}
	return l.Path(id)
}

// Has is true when an item's file is there.
func (l *Library) Has(id ID) bool {
	st, err := os.Stat(l.Path(id))
	return id.Valid() && err == nil && st.Mode().IsRegular()
}

// Open plays an item from a sample (48 kHz) on, without its gain, by its decoded
// copy where there is one. It waits until the first half second is there.
func (l *Library) Open(ctx context.Context, id ID, from int64) (source.Source, error) {
	if !id.Valid() {
		return nil, fmt.Errorf("open %q: %w", id, ErrUnknown)
	}
	var f *source.File
	var err error
	if l.copies != nil && l.Has(id) {
		f, err = l.copies.open(ctx, l, id, from)
	}
	if f == nil && err == nil {
		f, err = source.OpenFile(ctx, l.airPath(id), from)
	}
	if errors.Is(err, os.ErrNotExist) {
		err = ErrUnknown
	}
	if err != nil {
		return nil, fmt.Errorf("open %.12s: %w", id, err)
	}
	return f, nil
}

// Sweep removes every file whose item keep does not know, and returns how many
// items that were. It is meant for the start, before imports.
func (l *Library) Sweep(keep func(ID) bool) (int, error) {
	entries, err := os.ReadDir(l.dir)
	if err != nil {
		return 0, fmt.Errorf("sweep: %w", err)
	}
	if l.copies != nil {
		l.copies.sweep(keep)
	}
	gone := 0
	for _, e := range entries {
		id := idOf(e.Name())
		if !id.Valid() || keep(id) {
			continue
		}
		if err := os.Remove(filepath.Join(l.dir, e.Name())); err != nil {
			return gone, fmt.Errorf("sweep: %w", err)
		}
		if string(id) == e.Name() {
			gone++
		}
	}
	return gone, nil
}
