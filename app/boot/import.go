package boot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/x/term"

	"loaxa/app/attach"
)

// ImportOptions are the flags of `loaxa import`.
type ImportOptions struct {
	Files []string `arg:"" help:"Audio files, folders of them, or a map (.geojson)." type:"path"`
	Data  string   `help:"The station's data folder." placeholder:"DIR"`
}

// maxFolderFiles bounds what one command takes in.
const maxFolderFiles = 5000

// Run imports each file through the running station. What cannot be taken in is
// said and passed over; then the command fails in the end.
func (o *ImportOptions) Run(ctx context.Context, p Program) error {
	files, err := findFiles(o.Files)
	if err != nil {
		return &UseError{err.Error()}
	}
	return RunCtl(ctx, o.Data, p.Build, p.Out, func(ctx context.Context, c *Caller) error {
		failed := 0
		for i, f := range files {
			err := c.importAny(ctx, f, counter(p.Err, i+1, len(files)))
			if errors.Is(err, attach.ErrDetached) || ctx.Err() != nil {
				return err
			}
			if err != nil {
				failed++
				fmt.Fprintf(p.Err, "%s: %v\n", f, err)
			}
		}
		if failed > 0 {
			return fmt.Errorf("%d of %d files were not imported", failed, len(files))
		}
		return nil
	})
}

// mapNames are the endings of map files, audioNames of what a folder is
// searched for. A file that is named itself may be called anything.
var (
	mapNames   = []string{".geojson", ".json"}
	audioNames = []string{".mp3", ".wav", ".flac", ".ogg", ".oga", ".m4a", ".aac", ".amr", ".3gp", ".opus"}
)

func endsIn(path string, names []string) bool {
	return slices.Contains(names, strings.ToLower(filepath.Ext(path)))
}

// findFiles puts the sounds of a folder in its place, in the order of names.
func findFiles(args []string) (files []string, err error) {
	for _, a := range args {
		st, err := os.Stat(a)
		if err != nil {
			return nil, err
		}
		if !st.IsDir() {
			files = append(files, a)
			continue
		}
		before := len(files)
		err = filepath.WalkDir(a, func(path string, e fs.DirEntry, err error) error {
			if err == nil && e.Type().IsRegular() && endsIn(path, audioNames) {
				files = append(files, path)
			}
			return err
		})
		switch {
		case err != nil:
			return nil, err
		case len(files) == before:
			return nil, fmt.Errorf("no sound file lies in %s", a)
		}
	}
	if len(files) > maxFolderFiles {
		return nil, fmt.Errorf("%d files, limit %d: import them in parts", len(files), maxFolderFiles)
	}
	return files, nil
}

func (c *Caller) importAny(ctx context.Context, path string, progress func(done, total int64)) error {
	abs, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, importWait)
	defer cancel()
	if endsIn(path, mapNames) {
		m, err := c.client.ImportMap(ctx, abs)
		if err == nil {
			points := 0
			for _, l := range m.Lines {
				points += len(l.Points)
			}
			fmt.Fprintf(c.out, "map  %d lines, %d points, %d places  %s\n", len(m.Lines), points, len(m.Places), m.Source)
		}
		return err
	}
	it, err := c.client.Import(ctx, abs, progress)
	progress(0, 0)
	if err == nil {
		fmt.Fprintf(c.out, "%s  %s  %s\n", it.ID[:12], it.Length.Round(time.Second), it.Title)
	}
	return err
}

// counter shows on a terminal how far a file is; total 0 wipes the line.
func counter(w io.Writer, n, of int) func(done, total int64) {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(f.Fd()) {
		return func(int64, int64) {}
	}
	return func(done, total int64) {
		if total <= 0 {
			_, _ = f.WriteString("\r\x1b[K")
			return
		}
		_, _ = fmt.Fprintf(f, "\r\x1b[K%d/%d  %d %%", n, of, done*100/total)
	}
}
