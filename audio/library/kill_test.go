//go:build unix

package library_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"loaxa/audio/audiotest"
	"loaxa/audio/library"
	"loaxa/audio/source"
)

// victim is the environment variable that turns the test binary into a process
// that imports until it is killed.
const victim = "LOAXA_TEST_IMPORTS"

func TestMain(m *testing.M) {
	if dirs := os.Getenv(victim); dirs != "" {
		importForEver(dirs)
	}
	os.Exit(m.Run())
}

func importForEver(dirs string) {
	to, from, _ := strings.Cut(dirs, ":")
	l, err := library.Open(to)
	if err != nil {
		os.Exit(3)
	}
	_ = l.KeepCopies(library.Copies{Budget: func() int64 { return 1 << 30 }, Now: time.Now}) // the parent finds it missing
	names, err := filepath.Glob(filepath.Join(from, "*"))
	for err == nil {
		for _, name := range names {
			item, e := l.Import(context.Background(), name, nil)
			if e == nil {
				_, _ = l.Prepare(context.Background(), item.ID, library.Prepared{Samples: item.Samples})
				_, e = l.AirCopy(context.Background(), item.ID, library.Cut{}, 0)
			}
			fmt.Println("done")
			err = errors.Join(err, os.RemoveAll(l.Path(item.ID)), os.RemoveAll(l.Path(item.ID)+".opus"),
				os.RemoveAll(filepath.Join(to, "decoded", string(item.ID)+".pcm")))
			_ = e // a copy that cannot be made here is no fault of this test
		}
	}
	os.Exit(4)
}

// A kill at any moment leaves whole files under their own hash, and rests that
// the next start throws away.
func TestFaultKilledImportLeavesNothingHalf(t *testing.T) {
	kills := 6
	if v := os.Getenv("LOAXA_FAULTS"); v == "full" || v == "soak" {
		kills = 100
	}
	from, to := t.TempDir(), t.TempDir()
	for i := range 3 {
		data, err := os.ReadFile(audiotest.WriteForm(t, "a.wav", audiotest.Form{Rate: 24000, Channels: 1, Bits: 16}, 2*float64(i+1),
			func(_ int, at float64) float64 { return 0.3 * math.Sin(float64(i+1)*3000*at*at) }))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(from, fmt.Sprint(i, ".wav")), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	rests := 0
	for i := range kills {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), victim+"="+to+":"+from)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if _, err := out.Read(make([]byte, 1)); err != nil { // it works
			t.Fatal(err)
		}
		time.Sleep(time.Duration(i*37%100) * time.Millisecond)
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // killed: that is its error
		rests += check(t, to)
	}
	t.Logf("%d kills left %d half files, all swept", kills, rests)
}

// check opens the library and proves that every file left is whole.
func check(t *testing.T, dir string) (rests int) {
	t.Helper()
	before := len(files(t, dir))
	l, err := library.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.KeepCopies(library.Copies{Budget: func() int64 { return 1 << 30 }, Now: time.Now}); err != nil {
		t.Fatal(err)
	}
	copies, err := os.ReadDir(filepath.Join(dir, "decoded"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range copies {
		of, n := idSum(t, strings.TrimSuffix(e.Name(), ".pcm")), 0
		_, err := source.ReadCopy(t.Context(), filepath.Join(dir, "decoded", e.Name()), of, 0, nil, func(s []float32) error { n += len(s); return nil })
		if err != nil || n == 0 || n%96000 != 0 {
			t.Errorf("a decoded copy of %d samples: %v", n, err)
		}
	}
	left := files(t, dir)
	for _, name := range left {
		data, err := os.ReadFile(filepath.Join(dir, "blobs", name))
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, ".opus") {
			if n := len(audiotest.ReadFile(t, filepath.Join(dir, "blobs", name))); n%96000 != 0 || n == 0 {
				t.Errorf("an air copy of %d samples", n)
			}
			continue
		}
		sum := sha256.Sum256(data)
		if hex.EncodeToString(sum[:]) != name || !l.Has(library.ID(name)) {
			t.Errorf("%s is not what its name says", name)
		}
	}
	return before - len(left)
}

// What an outside program does ends with the import that asked for it.
func TestCancelEndsFFmpeg(t *testing.T) {
	bin := t.TempDir()
	mark := filepath.Join(t.TempDir(), "running")
	script := "#!/bin/sh\necho $$ > " + mark + "\nexec sleep 600\n"
	if err := os.WriteFile(filepath.Join(bin, "ffmpeg"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	l, dir := open(t)
	path := filepath.Join(t.TempDir(), "a.m4a")
	if err := os.WriteFile(path, []byte("\x00\x00\x00\x20ftypM4A 0000000000"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		for range 1000 {
			if b, err := os.ReadFile(mark); err == nil && len(b) > 1 {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		cancel()
	}()
	if _, err := l.Import(ctx, path, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	pid, err := os.ReadFile(mark)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat("/proc/" + strings.TrimSpace(string(pid))); err == nil {
		t.Error("it still runs")
	}
	if left := files(t, dir); len(left) != 0 {
		t.Errorf("left %v", left)
	}
}

// Ten hours of nothing are refused by what the header says, not after an hour.
func TestTenHoursAreRefusedByTheHeader(t *testing.T) {
	l, dir := open(t)
	path := audiotest.WriteForm(t, "a.wav", audiotest.Form{Rate: 8000, Channels: 1, Bits: 8}, 0.1, func(int, float64) float64 { return 0 })
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	const size = 10 * 3600 * 8000
	_, err = f.WriteAt([]byte{byte(size & 0xff), byte(size >> 8 & 0xff), byte(size >> 16 & 0xff), byte(size >> 24)}, 40)
	if err := errors.Join(err, f.Truncate(44+size), f.Close()); err != nil {
		t.Skipf("skipped: no sparse files here: %v", err)
	}
	if _, err := l.Import(context.Background(), path, nil); !errors.Is(err, library.ErrTooLong) {
		t.Errorf("%v", err)
	}
	one := audiotest.WriteWAV(t, "one.wav", make([]float32, 1))
	if _, err := l.Import(context.Background(), one, nil); !errors.Is(err, library.ErrDamaged) {
		t.Errorf("one sample: %v", err)
	}
	if left := files(t, dir); len(left) != 0 {
		t.Errorf("left %v", left)
	}
}
