package ui

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"loaxa/app/station"
	"loaxa/ui/dialog"
)

// Bounds of a folder that is looked into.
const (
	maxFolder = 5000
	maxPaths  = 200
)

var (
	soundFiles = []string{".mp3", ".wav", ".flac", ".ogg", ".oga", ".opus"}
	tableFiles = []string{".csv", ".txt"}
)

var errFolder = errors.New("no such folder")

// complete gives the folders and the files of some kinds whose path begins with what was
// typed, letters' case and tone marks aside; folders end in a slash. "~" is the
// operator's own folder.
func complete(typed string, kinds []string) ([]string, error) {
	if home, err := os.UserHomeDir(); err == nil && (typed == "~" || strings.HasPrefix(typed, "~/")) {
		typed = home + "/" + strings.TrimPrefix(typed[1:], "/")
	}
	if !filepath.IsAbs(typed) {
		typed = "/" + typed
	}
	dir, base := filepath.Split(typed)
	f, err := os.Open(dir)
	if err != nil {
		return nil, errFolder
	}
	defer func() { _ = f.Close() }()
	all, err := f.ReadDir(maxFolder)
	if err != nil && len(all) == 0 {
		return nil, nil
	}
	var out []string
	for _, e := range all {
		name := e.Name()
		if strings.HasPrefix(name, ".") && !strings.HasPrefix(base, ".") || !strings.HasPrefix(dialog.Fold(name), dialog.Fold(base)) {
			continue
		}
		folder := e.IsDir()
		if st, err := os.Stat(filepath.Join(dir, name)); err == nil { // a stick may be a link
			folder = st.IsDir()
		}
		switch {
		case folder:
			out = append(out, dir+name+"/")
		case slices.Contains(kinds, strings.ToLower(filepath.Ext(name))):
			out = append(out, dir+name)
		}
	}
	slices.Sort(out)
	return out[:min(len(out), maxPaths)], nil
}

var errNoFile = &station.Worded{Err: errors.New("no such file"), Why: "missing"}

// readFile reads a file of this machine, at most limit bytes and one more.
func readFile(path string, limit int64) ([]byte, error) {
	path = strings.TrimSpace(path)
	if home, err := os.UserHomeDir(); err == nil && strings.HasPrefix(path, "~/") {
		path = filepath.Join(home, path[2:])
	}
	if st, err := os.Stat(path); err != nil || !st.Mode().IsRegular() { // a pipe would be waited for
		return nil, errNoFile
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, errNoFile
	}
	defer func() { _ = f.Close() }() // only read
	return io.ReadAll(io.LimitReader(f, limit+1))
}

// readCAP reads a file of this machine as a CAP message; it is content for a
// person, whoever wrote it.
func readCAP(_ context.Context, t *dialog.Told) error {
	b, err := readFile(t.Path, station.MaxCAPBytes)
	if err != nil {
		return err
	}
	msg, err := station.ParseCAP(b)
	if err != nil {
		return &station.Worded{Err: err, Why: "cap-bad"}
	}
	t.CAP = &msg
	return nil
}

// maxTable bounds a timetable file, in bytes.
const maxTable = 1 << 20

// slotReader reads a timetable file of this machine; nil: none can be read.
func (c *Console) slotReader() func(ctx context.Context, t *dialog.Told) error {
	slots, snap := c.opts.Slots, c.known.snap
	if slots == nil {
		return nil
	}
	return func(_ context.Context, t *dialog.Told) error {
		b, err := readFile(t.Path, maxTable)
		if err != nil {
			return err
		}
		file, err := slots(b, snap)
		if err != nil {
			return &station.Worded{Err: err, Why: "slots-bad"}
		}
		t.Slots = &file
		return nil
	}
}
