package library

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"loaxa/audio/source"
)

// airSuffix marks the copy that is played where the original is not decoded
// here.
const airSuffix = ".wav"

// Library keeps files under a folder.
type Library struct {
	dir string
}

// Open uses or makes DIR/blobs and throws away what an import that was killed
// left half done.
func Open(dir string) (*Library, error) {
	blobs := filepath.Join(dir, "blobs")
	if err := os.MkdirAll(blobs, 0o750); err != nil {
		return nil, fmt.Errorf("library: %w", err)
	}
	old, err := filepath.Glob(filepath.Join(blobs, tempPattern))
	if err != nil {
		return nil, fmt.Errorf("library: %w", err)
	}
	for _, name := range old {
		if err := os.Remove(name); err != nil {
			return nil, fmt.Errorf("library: %w", err)
		}
	}
	return &Library{dir: blobs}, nil
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

// Open plays an item from a sample (48 kHz) on, without its gain. It waits
// until the first half second is decoded.
func (l *Library) Open(ctx context.Context, id ID, from int64) (source.Source, error) {
	if !id.Valid() {
		return nil, fmt.Errorf("open %q: %w", id, ErrUnknown)
	}
	f, err := source.OpenFile(ctx, l.airPath(id), from)
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
	gone := 0
	for _, e := range entries {
		id := ID(strings.TrimSuffix(e.Name(), airSuffix))
		if !id.Valid() || keep(id) {
			continue
		}
		if err := os.Remove(filepath.Join(l.dir, e.Name())); err != nil {
			return gone, fmt.Errorf("sweep: %w", err)
		}
		if !strings.HasSuffix(e.Name(), airSuffix) {
			gone++
		}
	}
	return gone, nil
}
