package boot

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"filippo.io/age"

	"loaxa/app/trust"
	"loaxa/audio/library"
	"loaxa/store"
)

// RestoreOptions are the flags of `loaxa restore`.
type RestoreOptions struct {
	File     string `arg:"" help:"A backup, or a copy out of the folder copies." type:"path"`
	Data     string `help:"The station's data folder." placeholder:"DIR"`
	Identity string `help:"File with the age identity that opens an encrypted backup." type:"path"`
	Only     bool   `help:"The backup alone; without it the side log brings back what came after."`
	Other    bool   `help:"The backup is of another station, and that is meant."`
	Damaged  bool   `help:"Take what can be read of a damaged backup: its journal must be whole."`
	Yes      bool   `help:"Do not ask."`
}

// errBackup is a file that is no backup.
var errBackup = errors.New("not a backup of this program")

// unpacked is a backup on its way in.
type unpacked struct {
	manifest manifest
	journal  string            // file
	files    map[string][]byte // station file, map, private key: those that are in it
	sounds   []library.ID      // in stage
	stage    string            // folder
	whole    bool              // the journal came to its end
	damaged  error             // what comes after the journal cannot be read
}

// Run builds the journal anew from a backup, under a new epoch. The former one
// stays aside.
func (o *RestoreOptions) Run(ctx context.Context, p Program) error {
	dir := o.Data
	if dir == "" {
		dir = DefaultData()
	}
	if c, err := dialAttach(dir)(ctx); err == nil {
		_ = c.Close()
		return fmt.Errorf("a station runs on %s: end it first, then restore", dir)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	path := filepath.Join(dir, journalFile)
	u, err := o.unpack(path + ".new-restore")
	if u.journal != "" && u.journal != o.File {
		defer func() { _ = errors.Join(os.Remove(u.journal), os.RemoveAll(u.stage)) }() // only a way in
	}
	if err != nil {
		return fmt.Errorf("restore: %s: %w", o.File, err)
	}
	if u.damaged != nil && !o.Damaged {
		return fmt.Errorf("restore: %s: %w; its journal and %d sounds can be read: give --damaged to take these", o.File, u.damaged, len(u.sounds))
	}
	proof, err := store.ProveFile(u.journal)
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	if err := o.sameStation(dir, u); err != nil {
		return err
	}
	fmt.Fprintf(p.Out, "the backup: %s, %d entries, chain %s, %d sounds\n", u.words(), proof.Seq, proof.H.String()[:16], len(u.sounds))
	fmt.Fprintf(p.Out, "restored to: %s\n", dir)
	if !o.Yes && !confirmed(p, "What is there now stays aside. Type yes to restore: ") {
		return errors.New("not confirmed: nothing was changed")
	}
	if err := u.keepFiles(dir, p); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	if _, err := u.keepSounds(dir); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	conf, err := LoadConfig(dir)
	if err != nil {
		return err
	}
	clock := NewClock()
	rec, err := store.Restore(path, store.Backup{File: u.journal, Name: filepath.Base(o.File), Only: o.Only}, safeOptions(dir, conf, func() (time.Time, store.Quality) {
		t, q := clock.Wall()
		return t, uint8(q)
	}))
	if errors.Is(err, store.ErrLocked) {
		return fmt.Errorf("a station runs on %s: end it first, then restore", dir)
	}
	if err != nil {
		return err
	}
	fmt.Fprintln(p.Out, "ok:", repairWords(repairOf(*rec)))
	sayWhoNeedsPINs(dir, p)
	return nil
}

func sayWhoNeedsPINs(dir string, p Program) {
	if names, _ := newStaff(dir).WithoutPIN(); len(names) > 0 { // a damaged file says so at the start
		fmt.Fprintf(p.Out, "PINs are not in this backup. Emergencies need none; for all else give each a new one with loaxa account pin --data %s NAME: %s\n",
			dir, strings.Join(names, ", "))
	}
}

func confirmed(p Program, ask string) bool {
	fmt.Fprint(p.Out, ask)
	line, err := bufio.NewReader(io.LimitReader(p.In, 100)).ReadString('\n')
	return err == nil && strings.TrimSpace(line) == "yes"
}

func (u unpacked) words() string {
	if u.manifest.Form == 0 {
		return "a copy of a journal"
	}
	return fmt.Sprintf("%q of %s, station %s", u.manifest.Name, u.manifest.At.In(Saigon).Format(time.DateTime), trust.Short(u.manifest.Station))
}

// sameStation refuses the journal of one station in the folder of another.
func (o *RestoreOptions) sameStation(dir string, u unpacked) error {
	id, err := trust.Load(dir)
	if err != nil || u.manifest.Station == "" || id.ID() == u.manifest.Station || o.Other {
		return nil
	}
	return fmt.Errorf("the backup is of station %s, the folder belongs to station %s: give --other if that is meant",
		trust.Short(u.manifest.Station), trust.Short(id.ID()))
}

// keepFiles writes the station file, the map and the key where there are none.
func (u unpacked) keepFiles(dir string, p Program) error {
	for name, b := range u.files {
		path := filepath.Join(dir, name)
		switch _, err := os.Stat(path); {
		case err == nil:
			fmt.Fprintf(p.Out, "%s stays as it is in the folder\n", name)
		case errors.Is(err, fs.ErrNotExist):
			if err := writeFile(path, b, 0o600); err != nil {
				return err
			}
		default:
			return err
		}
	}
	return nil
}

// unpack reads a backup of any form; the journal goes to tmp.
func (o *RestoreOptions) unpack(tmp string) (u unpacked, err error) {
	f, err := os.Open(o.File)
	if err != nil {
		return u, err
	}
	defer func() { _ = f.Close() }() // only read
	in := bufio.NewReader(f)
	head, _ := in.Peek(64) // a short file is no backup, which shows below
	if bytes.HasPrefix(head, []byte("age-encryption.org/")) {
		if o.Identity == "" {
			return u, &UseError{"the backup is encrypted: name the file of its age identity with --identity"}
		}
		plain, err := decrypt(in, o.Identity)
		if err != nil {
			return u, err
		}
		return unpackTar(plain, tmp)
	}
	if bytes.HasPrefix(head, []byte{0x1f, 0x8b}) {
		return unpackTar(in, tmp)
	}
	return unpacked{journal: o.File}, nil // a journal itself: it proves itself or not
}

func decrypt(in io.Reader, identity string) (io.Reader, error) {
	f, err := os.Open(identity)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // only read
	ids, err := age.ParseIdentities(io.LimitReader(f, maxBackupSmall))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", identity, err)
	}
	return age.Decrypt(in, ids...)
}

// unpackTar reads the archive to its end, so that a cut one is found. Nothing
// in it chooses a name of a file here.
func unpackTar(in io.Reader, tmp string) (u unpacked, err error) {
	u.stage, u.files = tmp+"-sounds", map[string][]byte{}
	z, err := gzip.NewReader(in)
	if err != nil {
		return u, fmt.Errorf("%w: %w", errBackup, err)
	}
	t := tar.NewReader(z)
	if err = u.takeAll(t, tmp); err == nil {
		_, err = io.Copy(io.Discard, z)
	}
	switch {
	case u.manifest.Form != 1 || !u.whole:
		return u, errors.Join(errBackup, err)
	case err != nil:
		u.damaged = fmt.Errorf("the backup is damaged or cut short: %w", err)
	}
	return u, nil
}

func (u *unpacked) takeAll(t *tar.Reader, tmp string) error {
	for {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = u.take(h, t, tmp)
		}
		if err != nil {
			return err
		}
	}
}

func (u *unpacked) take(h *tar.Header, t io.Reader, tmp string) error {
	if strings.HasPrefix(h.Name, soundPrefix) {
		return u.takeSound(h, t)
	}
	limit := int64(maxBackupSmall)
	switch h.Name {
	case journalFile:
		limit = maxBackupDB
	case mapFile:
		limit = maxMapFile
	}
	if h.Typeflag != tar.TypeReg || h.Size > limit {
		return fmt.Errorf("%w: %q in it", errBackup, h.Name)
	}
	if h.Name == journalFile {
		f, err := os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
		if err != nil {
			return err
		}
		u.journal = tmp
		if _, err = io.CopyN(f, t, h.Size); errors.Is(err, io.ErrUnexpectedEOF) {
			err = fmt.Errorf("%w: it is cut short", errBackup)
		}
		err = errors.Join(err, f.Sync(), f.Close())
		u.whole = err == nil
		return err
	}
	b, err := io.ReadAll(io.LimitReader(t, limit))
	if err != nil {
		return fmt.Errorf("%w: %w", errBackup, err)
	}
	switch h.Name {
	case backupManifest:
		if err := json.Unmarshal(b, &u.manifest); err != nil || u.manifest.Form != 1 {
			return fmt.Errorf("%w: form %d, this program knows 1", errBackup, u.manifest.Form)
		}
	case StationFile:
		if _, err := ParseConfig(b); err != nil {
			return fmt.Errorf("%s in it: %w", StationFile, err)
		}
		u.files[h.Name] = b
	case trust.KeyFile, trust.StaffFile, mapFile, kinFile: // a damaged map is passed over at the start
		u.files[h.Name] = b
	default:
		return fmt.Errorf("%w: %q in it", errBackup, h.Name)
	}
	return nil
}
