package ui

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"loaxa/ui/dialog"
)

// Bounds of a folder that is looked into.
const (
	maxFolder = 5000
	maxPaths  = 200
)

var soundFiles = []string{".mp3", ".wav", ".flac", ".ogg", ".oga", ".opus"}

var errFolder = errors.New("no such folder")

// complete gives the folders and sound files whose path begins with what was
// typed, letters' case and tone marks aside; folders end in a slash. "~" is the
// operator's own folder.
func complete(typed string) ([]string, error) {
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
		case slices.Contains(soundFiles, strings.ToLower(filepath.Ext(name))):
			out = append(out, dir+name)
		}
	}
	slices.Sort(out)
	return out[:min(len(out), maxPaths)], nil
}
