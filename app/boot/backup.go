package boot

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"filippo.io/age"

	"loaxa/app/attach"
	"loaxa/app/trust"
	"loaxa/store"
)

// BackupOptions are the flags of `loaxa backup`.
type BackupOptions struct {
	File string `arg:"" help:"File to write: on a stick, on another machine's disk." type:"path"`
	Data string `help:"The station's data folder." placeholder:"DIR"`
	Age  string `help:"Encrypt for this age recipient (age1…); only then the station's key goes along." placeholder:"RECIPIENT"`
	Bare bool   `help:"Leave the sounds of the library and the recordings out."`
}

// A backup is a gzipped tar, encrypted with age on wish. Its files:
const (
	backupManifest = "backup.json" // the first
	maxBackupDB    = 64 << 30      // bytes
	maxBackupSmall = 256 << 10     // bytes of any other file but the map and a sound
	keepWait       = 30 * time.Minute
)

// manifest says what a backup is of.
type manifest struct {
	Form    int          `json:"form"` // 1
	Station string       `json:"station"`
	Name    string       `json:"name"`
	Build   string       `json:"build"`
	At      time.Time    `json:"at"`
	Head    store.Cursor `json:"head"`
}

// Run writes a verified copy of the journal with what belongs to it.
func (o *BackupOptions) Run(ctx context.Context, p Program) error {
	dir := o.Data
	if dir == "" {
		dir = DefaultData()
	}
	id, err := trust.Load(dir)
	if err != nil {
		return fmt.Errorf("no station in %s: name its folder with --data: %w", dir, err)
	}
	var to age.Recipient
	if o.Age != "" {
		if to, err = age.ParseX25519Recipient(o.Age); err != nil {
			return &UseError{fmt.Sprintf("--age: %q is no recipient: make one with age-keygen", o.Age)}
		}
	}
	path, done, err := copyOfJournal(ctx, dir, p.Build)
	if err != nil {
		return err
	}
	defer done()
	proof, err := store.ProveFile(path)
	if err != nil {
		return err
	}
	conf, err := LoadConfig(dir)
	if err != nil {
		return err
	}
	m := manifest{Form: 1, Station: id.ID(), Name: conf.Name, Build: p.Build, At: time.Now(),
		Head: store.Cursor{Epoch: proof.Epoch, Seq: proof.Seq, H: proof.H}}
	c := contents{dir: dir, journal: path, manifest: m, key: to != nil, progress: counter(p.Err, 1, 1)}
	if !o.Bare {
		if c.sounds, c.total, err = soundsOf(dir); err != nil {
			return fmt.Errorf("backup: %w", err)
		}
	}
	if err := writeBackup(o.File, c, to); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	fmt.Fprintf(p.Out, "ok: %s: %s, entry %d, chain %s, %d sounds, %d MB of them\n", o.File, m.Name, proof.Seq, proof.H.String()[:16],
		len(c.sounds), (c.total+1<<20-1)>>20)
	if to == nil {
		fmt.Fprintln(p.Out, "not encrypted: neither the station's key nor anybody's PIN is in it; with --age they would be")
	}
	return nil
}

// copyOfJournal asks the running station for a verified copy, or gives the
// stopped one's file. done lets go of it.
func copyOfJournal(ctx context.Context, dir, build string) (path string, done func(), err error) {
	if c, err := dialAttach(dir)(ctx); err == nil {
		_ = c.Close()
		b, err := askKeep(ctx, dir, build, attach.KeepCopy)
		if err != nil {
			return "", nil, err
		}
		err = json.Unmarshal(b, &path)
		return path, func() { _ = os.Remove(path) }, err
	}
	return filepath.Join(dir, journalFile), func() {}, nil
}

func askKeep(ctx context.Context, dir, build, what string) (b json.RawMessage, err error) {
	ctx, cancel := context.WithTimeout(ctx, keepWait)
	defer cancel()
	err = RunCtl(ctx, dir, build, io.Discard, func(ctx context.Context, c *Caller) (err error) {
		b, err = c.client.Keep(ctx, what)
		return err
	})
	return b, err
}

// contents is what goes into a backup.
type contents struct {
	dir      string
	journal  string // file
	manifest manifest
	key      bool
	sounds   []original
	total    int64 // bytes of sounds
	progress func(done, total int64)
}

// writeBackup writes the file whole or not at all.
func writeBackup(file string, c contents, to age.Recipient) error {
	tmp := file + ".new"
	f, err := os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(tmp) }() // gone already when all went well
	var w io.Writer = f
	var sealed io.WriteCloser
	if to != nil {
		if sealed, err = age.Encrypt(f, to); err != nil {
			_ = f.Close() // nothing in it
			return err
		}
		w = sealed
	}
	err = packBackup(w, c)
	if sealed != nil {
		err = errors.Join(err, sealed.Close())
	}
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(tmp, file)
}

func packBackup(w io.Writer, c contents) error {
	z := gzip.NewWriter(w)
	t := tar.NewWriter(z)
	b, err := json.MarshalIndent(c.manifest, "", "  ")
	if err != nil {
		return err
	}
	if err := t.WriteHeader(&tar.Header{Name: backupManifest, Mode: 0o600, Size: int64(len(b)), ModTime: c.manifest.At}); err != nil {
		return err
	}
	if _, err := t.Write(b); err != nil {
		return err
	}
	files := []string{StationFile, mapFile, kinFile}
	if c.key {
		files = append(files, trust.KeyFile, trust.StaffFile)
	} else if err := packPeople(t, c.dir); err != nil {
		return err
	}
	for _, name := range files {
		if err := packFile(t, name, filepath.Join(c.dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if err := packFile(t, journalFile, c.journal); err != nil {
		return err
	}
	if err := packSounds(t, c.dir, c.sounds, c.total, c.progress); err != nil {
		return err
	}
	return errors.Join(t.Close(), z.Close())
}

// packPeople packs names and roles without what is kept of the PINs: a short
// one could be guessed from it by who finds the stick.
func packPeople(t *tar.Writer, dir string) error {
	b, err := newStaff(dir).WithoutPINs()
	if errors.Is(err, trust.ErrStaffFile) || err == nil && b == nil {
		return nil // damaged, it is worth nothing in a backup
	}
	if err == nil {
		err = t.WriteHeader(&tar.Header{Name: trust.StaffFile, Mode: 0o600, Size: int64(len(b)), ModTime: time.Now()})
	}
	if err == nil {
		_, err = t.Write(b)
	}
	return err
}

func packFile(t *tar.Writer, name, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // only read
	st, err := f.Stat()
	if err != nil {
		return err
	}
	if err := t.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: st.Size(), ModTime: st.ModTime()}); err != nil {
		return err
	}
	_, err = io.CopyN(t, f, st.Size())
	return err
}
