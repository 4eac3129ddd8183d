package boot

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"loaxa/app/trust"
)

// packed is a backup with a journal of any bytes.
func packed(t testing.TB, journal []byte) []byte {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, journalFile)
	if err := errors.Join(os.WriteFile(path, journal, 0o600), WriteConfig(dir, DefaultConfig()), os.WriteFile(filepath.Join(dir, trust.KeyFile), []byte("key"), 0o600)); err != nil {
		t.Fatal(err)
	}
	id := fmt.Sprintf("%x", sha256.Sum256([]byte("sound")))
	if err := errors.Join(os.MkdirAll(filepath.Join(dir, soundsFolder), 0o750), os.WriteFile(filepath.Join(dir, soundsFolder, id), []byte("sound"), 0o600)); err != nil {
		t.Fatal(err)
	}
	sounds, total, err := soundsOf(dir)
	if err != nil || len(sounds) != 1 || total != 5 {
		t.Fatal(sounds, total, err)
	}
	var out bytes.Buffer
	if err := packBackup(&out, contents{dir: dir, journal: path, manifest: manifest{Form: 1, Station: "s", At: time.Unix(1, 0)}, key: true,
		sounds: sounds, total: total, progress: func(int64, int64) {}}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// A backup names no file of its own choice, and one that is cut is none.
func TestABackupIsReadStrictly(t *testing.T) {
	whole := packed(t, []byte("journal"))
	tmp := filepath.Join(t.TempDir(), "in")
	u, err := unpackTar(bytes.NewReader(whole), tmp)
	if err != nil || u.manifest.Station != "s" || string(u.files[trust.KeyFile]) != "key" || u.files[StationFile] == nil || len(u.sounds) != 1 || u.damaged != nil {
		t.Fatalf("%+v, %v", u, err)
	}
	if b, _ := os.ReadFile(tmp); string(b) != "journal" {
		t.Errorf("journal %q", b)
	}
	for n := range whole {
		u, err := unpackTar(bytes.NewReader(whole[:n]), tmp)
		if b, _ := os.ReadFile(tmp); !errors.Is(err, errBackup) && (err != nil || u.damaged == nil || string(b) != "journal") {
			t.Fatalf("cut at %d of %d: %v, %v, journal %q", n, len(whole), err, u.damaged, b)
		}
	}
	for _, h := range []tar.Header{{Name: "../../etc/passwd", Typeflag: tar.TypeReg}, {Name: journalFile, Typeflag: tar.TypeSymlink, Linkname: "/etc/passwd"},
		{Name: soundPrefix + "../../x", Typeflag: tar.TypeReg}, {Name: StationFile, Typeflag: tar.TypeReg, Size: maxBackupSmall + 1}} {
		var out bytes.Buffer
		z := gzip.NewWriter(&out)
		w := tar.NewWriter(z)
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		_ = w.Flush()
		_ = z.Close()
		if _, err := unpackTar(&out, tmp); !errors.Is(err, errBackup) {
			t.Errorf("%q: %v", h.Name, err)
		}
	}
}

// A sound proves itself by its name; one that does not is not taken in.
func TestADamagedSoundIsNotRestored(t *testing.T) {
	id := fmt.Sprintf("%x", sha256.Sum256([]byte("sound")))
	u := unpacked{stage: filepath.Join(t.TempDir(), "stage")}
	h := &tar.Header{Name: soundPrefix + id, Typeflag: tar.TypeReg, Size: 5}
	if err := u.takeSound(h, strings.NewReader("soung")); err == nil || len(u.sounds) > 0 {
		t.Errorf("taken in: %v, %v", u.sounds, err)
	}
	dir := t.TempDir()
	if err := u.takeSound(h, strings.NewReader("sound")); err != nil {
		t.Fatal(err)
	}
	if n, err := u.keepSounds(dir); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	if b, _ := os.ReadFile(filepath.Join(dir, soundsFolder, id)); string(b) != "sound" {
		t.Errorf("restored %q", b)
	}
}

func FuzzBackup(f *testing.F) {
	f.Add(packed(f, []byte("journal")))
	f.Add([]byte{0x1f, 0x8b, 8})
	f.Fuzz(func(t *testing.T, b []byte) {
		tmp := filepath.Join(t.TempDir(), "in")
		u, err := unpackTar(bytes.NewReader(b), tmp)
		if err == nil && (u.manifest.Form != 1 || u.journal != tmp || len(u.files[trust.KeyFile]) > maxBackupSmall) {
			t.Fatalf("%+v", u)
		}
	})
}
