package boot

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"os"
	"path/filepath"
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
	var out bytes.Buffer
	if err := packBackup(&out, dir, path, manifest{Form: 1, Station: "s", At: time.Unix(1, 0)}, true); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// A backup names no file of its own choice, and one that is cut is none.
func TestABackupIsReadStrictly(t *testing.T) {
	whole := packed(t, []byte("journal"))
	tmp := filepath.Join(t.TempDir(), "in")
	u, err := unpackTar(bytes.NewReader(whole), tmp)
	if err != nil || u.manifest.Station != "s" || string(u.key) != "key" || u.station == nil {
		t.Fatalf("%+v, %v", u, err)
	}
	if b, _ := os.ReadFile(tmp); string(b) != "journal" {
		t.Errorf("journal %q", b)
	}
	for n := range whole {
		if _, err := unpackTar(bytes.NewReader(whole[:n]), tmp); !errors.Is(err, errBackup) {
			t.Fatalf("cut at %d of %d: %v", n, len(whole), err)
		}
	}
	for _, h := range []tar.Header{{Name: "../../etc/passwd", Typeflag: tar.TypeReg}, {Name: journalFile, Typeflag: tar.TypeSymlink, Linkname: "/etc/passwd"},
		{Name: StationFile, Typeflag: tar.TypeReg, Size: maxBackupSmall + 1}} {
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

func FuzzBackup(f *testing.F) {
	f.Add(packed(f, []byte("journal")))
	f.Add([]byte{0x1f, 0x8b, 8})
	f.Fuzz(func(t *testing.T, b []byte) {
		tmp := filepath.Join(t.TempDir(), "in")
		u, err := unpackTar(bytes.NewReader(b), tmp)
		if err == nil && (u.manifest.Form != 1 || u.journal != tmp || len(u.key) > maxBackupSmall) {
			t.Fatalf("%+v", u)
		}
	})
}
