package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"time"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// What can be wrong with a file, as errors.Is sees it. The text of each error
// says more and names the file.
var (
	// ErrLocked: another process, such as a second station on the same folder,
	// holds the file.
	ErrLocked = errors.New("the file is in use by another process")
	// ErrReadOnly: the file or its folder may not be written.
	ErrReadOnly = errors.New("the data folder cannot be written")
	// ErrCorrupt: what was read is not what was written.
	ErrCorrupt = errors.New("the file is damaged")
	// ErrInvalid: what the caller asks to write breaks a bound; nothing was written.
	ErrInvalid = errors.New("store: invalid write")
	// ErrClosed: the file was closed.
	ErrClosed = errors.New("store: closed")
)

// What a file is; kept inside it.
const (
	fileForm    = 1
	kindStation = "station"
	kindReplica = "replica"
)

// minPage is the smallest page of bbolt, in bytes; a file has four at birth.
const minPage = 4096

// lockWait is how long an opener waits for another to let go.
const lockWait = time.Second

// mapSize is the address space mapped at first, so that growth up to it never
// waits for readers; Windows would make the file that large.
func mapSize() int {
	if strconv.IntSize == 64 && runtime.GOOS != "windows" {
		return 256 << 20
	}
	return 0
}

func closedWords(err error) error {
	if errors.Is(err, berrors.ErrDatabaseNotOpen) {
		return ErrClosed
	}
	return err
}

// openWords gives an error of opening its kind.
func openWords(path string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, berrors.ErrTimeout):
		return fmt.Errorf("store: %s: %w", path, ErrLocked)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return fmt.Errorf("store: %w: %w", ErrReadOnly, err)
	case errors.Is(err, berrors.ErrInvalid), errors.Is(err, berrors.ErrChecksum), errors.Is(err, berrors.ErrVersionMismatch):
		return fmt.Errorf("store: %s: %w: %w", path, ErrCorrupt, err)
	}
	return fmt.Errorf("store: %s: %w", path, err)
}

// openBolt opens an existing file with our options.
func openBolt(path string, opt Options) (*bolt.DB, *os.File, error) {
	open := opt.OpenFile
	if open == nil {
		open = os.OpenFile
	}
	var file *os.File
	var db *bolt.DB
	err := guard(func() (err error) {
		db, err = bolt.Open(path, 0o640, &bolt.Options{
			Timeout: lockWait, ReadOnly: opt.ReadOnly, NoSync: opt.NoSync, MaxSize: opt.MaxSize,
			FreelistType: bolt.FreelistMapType, PreLoadFreelist: true, InitialMmapSize: mapSize(),
			OpenFile: func(name string, flag int, perm os.FileMode) (*os.File, error) {
				f, err := open(name, flag, perm)
				file = f
				return f, err
			},
		})
		return err
	})
	if err != nil {
		if file != nil {
			_ = letGo(file) // a panic inside bolt.Open leaves it open and locked
		}
		return nil, nil, openWords(path, err)
	}
	return db, file, nil
}

// birth makes the file at path if there is none: under a temporary name,
// synced, closed, checked, then given its name, which fails if somebody else
// was faster, and the folder synced.
func birth(path string, opt Options, first func(tx *bolt.Tx) error) error {
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return fmt.Errorf("store: %s is a folder", path)
	case err == nil && info.Size() == 0:
		return fmt.Errorf("store: %s: %w: it is empty", path, ErrCorrupt)
	case err == nil && info.Size() < 4*minPage: // bbolt refuses it without a typed error
		return fmt.Errorf("store: %s: %w: it has %d bytes", path, ErrCorrupt, info.Size())
	case err == nil:
		return nil
	case !errors.Is(err, fs.ErrNotExist) || opt.ReadOnly:
		return openWords(path, err)
	}
	tmp := fmt.Sprintf("%s.new-%d-%d", path, os.Getpid(), time.Now().UnixNano())
	defer os.Remove(tmp)
	db, _, err := openBolt(tmp, opt)
	if err != nil {
		return err
	}
	err = db.Update(first)
	if err == nil {
		err = db.View(boltCheck)
	}
	if cerr := db.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return openWords(path, err)
	}
	return openWords(path, claim(tmp, path))
}

// claim gives tmp the name path unless that is taken, and syncs the folder.
func claim(tmp, path string) error {
	err := os.Link(tmp, path)
	if errors.Is(err, fs.ErrExist) {
		return nil // somebody else was faster; opening it tells the rest
	}
	if err != nil { // a file system without hard links
		if _, serr := os.Stat(path); serr == nil {
			return nil
		}
		if err := os.Rename(tmp, path); err != nil {
			return err
		}
	}
	return syncDir(filepath.Dir(path))
}

// open opens, recognises and verifies the file.
func (r *Reader) open(path string, opt Options, kind, node string) error {
	db, file, err := openBolt(path, opt)
	if err != nil {
		return err
	}
	r.bolt, r.file, r.path, r.moved = db, file, path, make(chan struct{})
	err = r.view(func(tx *bolt.Tx) error {
		if err := r.checkedPages(tx); err != nil {
			return err
		}
		return recognise(tx, kind, node)
	})
	if err == nil {
		err = r.load()
	}
	if err == nil {
		err = r.verify(recentLinks)
	}
	if err != nil {
		_ = r.Close()
		return fmt.Errorf("store: %s: %w", path, err)
	}
	if !opt.ReadOnly {
		sweep(path)
	}
	return nil
}

// recognise refuses a file of another form, kind or node. Kind "" takes any.
func recognise(tx *bolt.Tx, kind, node string) error {
	f := tx.Bucket(bucketFile)
	if f == nil {
		return fmt.Errorf("%w: not a file of this program", ErrCorrupt)
	}
	if v := f.Get(keyForm); len(v) != 1 || v[0] != fileForm {
		if len(v) != 1 || v[0] != fileForm+1 { // no flipped bit makes it the next form
			return fmt.Errorf("%w: form %x", ErrCorrupt, v)
		}
		return fmt.Errorf("the file has form %v, this program knows %d", v, fileForm)
	}
	if have := string(f.Get(keyKind)); have != kindStation && have != kindReplica {
		return fmt.Errorf("%w: kind %q", ErrCorrupt, have)
	} else if kind != "" && have != kind {
		return fmt.Errorf("the file is of kind %q, not %q", have, kind)
	}
	if have := string(f.Get(keyNode)); kind != "" && have != node {
		return fmt.Errorf("the file copies node %q, not %q", have, node)
	}
	// Without a current epoch only a new replica is empty; a file that lost the
	// name of its epoch is not.
	if f.Get(keyCurrent) == nil && (string(f.Get(keyKind)) == kindStation || generations(tx) > 0) {
		return fmt.Errorf("%w: it names no epoch", ErrCorrupt)
	}
	return checkFileNotes(f)
}

// sweep removes what births that were cut short left behind. Whoever holds the
// lock on path may do so: a birth in progress finds its name taken anyway.
func sweep(path string) {
	old, _ := filepath.Glob(globQuote(path) + ".new-*")
	for _, f := range old {
		_ = os.Remove(f)
	}
}

// globQuote keeps characters of a folder's name from being read as a pattern.
func globQuote(s string) string {
	out := make([]rune, 0, len(s))
	for _, c := range s {
		if runtime.GOOS != "windows" && (c == '*' || c == '?' || c == '[' || c == '\\') {
			out = append(out, '\\')
		}
		out = append(out, c)
	}
	return string(out)
}
