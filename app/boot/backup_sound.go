package boot

import (
	"archive/tar"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"loaxa/audio/library"
)

// soundPrefix stands before a sound's hash in a backup.
const soundPrefix = "sound/"

// soundsFolder holds the library's originals inside the data folder.
var soundsFolder = filepath.Join("library", "blobs")

// original is one sound of the library.
type original struct {
	id   library.ID
	size int64
}

// soundsOf lists the library of a data folder, and its bytes. What is being
// imported is not in it yet.
func soundsOf(dir string) (out []original, total int64, err error) {
	entries, err := os.ReadDir(filepath.Join(dir, soundsFolder))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, err
	}
	for _, e := range entries {
		st, err := e.Info()
		if err != nil || !library.ID(e.Name()).Valid() || !st.Mode().IsRegular() {
			continue // gone meanwhile, or something else
		}
		out = append(out, original{library.ID(e.Name()), st.Size()})
		total += st.Size()
	}
	return out, total, nil
}

// packSounds puts each original behind its hash. One that was removed since it
// was listed is passed over.
func packSounds(t *tar.Writer, dir string, sounds []original, total int64, progress func(done, total int64)) error {
	var done int64
	defer progress(0, 0)
	for _, s := range sounds {
		err := packFile(t, soundPrefix+string(s.id), filepath.Join(dir, soundsFolder, string(s.id)))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		done += s.size
		progress(done, total)
	}
	return nil
}

// takeSound stages one sound of a backup; its name is its hash, so it proves
// itself.
func (u *unpacked) takeSound(h *tar.Header, t io.Reader) error {
	id := library.ID(strings.TrimPrefix(h.Name, soundPrefix))
	if !id.Valid() || h.Typeflag != tar.TypeReg || h.Size > library.MaxBytes {
		return fmt.Errorf("%w: %q in it", errBackup, h.Name)
	}
	if err := os.MkdirAll(u.stage, 0o700); err != nil {
		return err
	}
	path := filepath.Join(u.stage, string(id))
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o640)
	if err != nil {
		return err
	}
	sum := sha256.New()
	_, err = io.CopyN(io.MultiWriter(f, sum), t, h.Size)
	if err == nil && hex.EncodeToString(sum.Sum(nil)) != string(id) {
		err = fmt.Errorf("%w: the sound %.12s is damaged", errBackup, id)
	}
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	u.sounds = append(u.sounds, id)
	return nil
}

// keepSounds moves the staged sounds to the library; one that is there is
// the same.
func (u *unpacked) keepSounds(dir string) (n int, err error) {
	to := filepath.Join(dir, soundsFolder)
	if len(u.sounds) == 0 {
		return 0, nil
	}
	if err := os.MkdirAll(to, 0o750); err != nil {
		return 0, err
	}
	for _, id := range u.sounds {
		path := filepath.Join(to, string(id))
		if _, err := os.Stat(path); err == nil {
			continue
		}
		if err := os.Rename(filepath.Join(u.stage, string(id)), path); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}
