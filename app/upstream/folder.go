package upstream

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Folder is a road that somebody else fills: a synchronised folder, a USB stick,
// a program of the tier above. Each file NAME is one document as it was signed;
// its receipt is NAME.receipt.json beside it, and statistics are
// statistics-DAY.json.
type Folder struct {
	Dir   string
	Every time.Duration       // between two looks; 0: 1 s
	Warn  func(string, error) // does not wait

	sums map[string]fileState // owned by Run
	said bool
}

// fileState is a file as it was last answered.
type fileState struct {
	size  int64
	mod   time.Time
	final bool
}

const (
	receiptSuffix = ".receipt.json"
	maxFiles      = 2000
	folderLook    = time.Second
)

// Name implements SourceSystem.
func (f *Folder) Name() string { return "folder" }

// Run implements SourceSystem.
func (f *Folder) Run(ctx context.Context, accept Accept) error {
	if f.Every <= 0 {
		f.Every = folderLook
	}
	f.sums = map[string]fileState{}
	for {
		err := f.look(ctx, accept)
		if err != nil && !f.said && f.Warn != nil {
			f.Warn("the folder of the tier above", err)
		}
		f.said = err != nil
		if !pause(ctx, f.Every) {
			return nil
		}
	}
}

// look answers every file that is new or was not answered for good, the newest
// key sets first, for they tell what may be obeyed.
func (f *Folder) look(ctx context.Context, accept Accept) error {
	names, err := os.ReadDir(f.Dir)
	if err != nil {
		return fmt.Errorf("folder: %w", err)
	}
	var errs []error
	var docs []waiting
	for _, e := range names {
		name := e.Name()
		if !e.Type().IsRegular() || strings.HasPrefix(name, ".") || strings.HasSuffix(name, ".json") || len(docs) >= maxFiles {
			continue
		}
		w, err := f.read(name)
		if err != nil {
			errs = append(errs, err)
		}
		if w.doc != nil {
			docs = append(docs, w)
		}
	}
	slices.SortStableFunc(docs, func(a, b waiting) int { return a.rank() - b.rank() })
	for _, w := range docs {
		if ctx.Err() != nil {
			return nil
		}
		r := accept(ctx, w.doc, f.Name())
		f.sums[w.name] = fileState{w.state.size, w.state.mod, r.Final}
		errs = append(errs, writeJSON(filepath.Join(f.Dir, w.name+receiptSuffix), r))
	}
	return errors.Join(errs...)
}

type waiting struct {
	name  string
	doc   []byte
	state fileState
}

func (w waiting) rank() int {
	if bytes.HasPrefix(w.doc, []byte("LXKEYS")) {
		return 0
	}
	return 1
}

// read returns a file that waits for an answer; nil: it does not.
func (f *Folder) read(name string) (w waiting, err error) {
	path := filepath.Join(f.Dir, name)
	st, err := os.Lstat(path)
	if err == nil && !st.Mode().IsRegular() {
		err = errors.New(name + " is no file")
	}
	if err != nil {
		return w, fmt.Errorf("folder: %w", err)
	}
	now := fileState{size: st.Size(), mod: st.ModTime()}
	if had, ok := f.sums[name]; ok && had.final && had.size == now.size && had.mod.Equal(now.mod) {
		return w, nil
	}
	if _, ok := f.sums[name]; !ok && answered(path) { // by an earlier run
		now.final = true
		f.sums[name] = now
		return w, nil
	}
	file, err := os.Open(path)
	if err != nil {
		return w, fmt.Errorf("folder: %w", err)
	}
	defer func() { _ = file.Close() }()
	b, err := io.ReadAll(io.LimitReader(file, maxDocument+1))
	if err != nil {
		return w, fmt.Errorf("folder: %w", err)
	}
	if !Documents(b) { // also one that is still being written
		return w, fmt.Errorf("folder: %s is no document of ours", name)
	}
	return waiting{name, b, now}, nil
}

// answered tells whether a file has its final receipt and was not changed since.
func answered(path string) bool {
	rs, err := os.Lstat(path + receiptSuffix)
	if err != nil || !rs.Mode().IsRegular() || rs.Size() > 4096 {
		return false
	}
	b, err := os.ReadFile(path + receiptSuffix)
	var r Receipt
	if err != nil || len(b) > 4096 || json.Unmarshal(b, &r) != nil || !r.Final {
		return false
	}
	st, err := os.Stat(path)
	return err == nil && !st.ModTime().After(rs.ModTime())
}

// Report implements SourceSystem.
func (f *Folder) Report(_ context.Context, s Statistics) error {
	return writeJSON(filepath.Join(f.Dir, "statistics-"+s.Day+".json"), s)
}

func writeJSON(path string, v any) error {
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return fmt.Errorf("folder: %w", err)
	}
	// A name that nobody knows before: who may write the folder could have laid a
	// link there that leads to a file of ours.
	f, err := os.CreateTemp(filepath.Dir(path), ".answer-*")
	if err != nil {
		return fmt.Errorf("folder: %w", err)
	}
	_, err = f.Write(append(b, '\n'))
	err = errors.Join(err, f.Chmod(0o640), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return fmt.Errorf("folder: %w", err)
	}
	return nil
}
