package storetest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// Disk is an ext4 file system in a file: small enough to be filled, and its
// power can be cut. It belongs to one test.
type Disk struct {
	// Dir is where it is mounted.
	Dir       string
	t         testing.TB
	image     string
	abandoned bool
}

// NewDisk makes and mounts a disk of so many MiB until the test ends. Without
// root or the tools the test is skipped in words.
func NewDisk(t testing.TB, mib int64) *Disk {
	t.Helper()
	Root(t, "mkfs.ext4", "mount", "umount")
	dir := t.TempDir()
	d := &Disk{t: t, image: filepath.Join(dir, "disk"), Dir: filepath.Join(dir, "m")}
	if err := errors.Join(os.WriteFile(d.image, nil, 0o600), os.Truncate(d.image, mib<<20), os.Mkdir(d.Dir, 0o700)); err != nil {
		t.Fatal(err)
	}
	tool(t, "mkfs.ext4", "-q", "-F", "-m", "0", d.image) // no blocks kept for root: full is full
	if out, err := exec.Command("mount", "-o", "loop", d.image, d.Dir).CombinedOutput(); err != nil {
		t.Skipf("skipped: no loop mount on this machine: %v: %s", err, strings.TrimSpace(string(out)))
	}
	t.Cleanup(func() {
		if err := d.unmount(); err != nil {
			t.Errorf("the disk stays mounted: %v", err)
		}
	})
	return d
}

// Root skips a test that needs root and some programs where they are not.
func Root(t testing.TB, programs ...string) {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("skipped: needs root")
	}
	for _, p := range programs {
		if _, err := exec.LookPath(p); err != nil {
			t.Skipf("skipped: %s is not installed", p)
		}
	}
}

func tool(t testing.TB, name string, args ...string) {
	t.Helper()
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %q: %v: %s", name, args, err, out)
	}
}

// shutdownNow is EXT4_IOC_SHUTDOWN of fs/ext4/ext4.h, noLogFlush its flag
// EXT4_GOING_FLAGS_NOLOGFLUSH: what is not in the journal on disk is lost.
const (
	shutdownNow = 0x8004587d
	noLogFlush  = 2
)

// Cut takes the power away: nothing reaches the disk from now on, and what was
// not flushed is gone. Every later write and flush fails until Again.
func (d *Disk) Cut() {
	d.t.Helper()
	f, err := os.Open(d.Dir)
	if err == nil {
		err = unix.IoctlSetPointerInt(int(f.Fd()), shutdownNow, noLogFlush)
		_ = f.Close() // a folder that was only read
	}
	if err != nil {
		d.t.Fatalf("power cut: %v", err)
	}
}

// Abandon says that a damaged file may stay open until the process ends: the
// disk is then only detached when the test ends.
func (d *Disk) Abandon() { d.abandoned = true }

// Again gives the power back: what was in memory is forgotten and the file
// system repairs itself from its journal. Who held a file there has ended.
func (d *Disk) Again() {
	d.t.Helper()
	if err := d.unmount(); err != nil {
		d.t.Fatal(err)
	}
	tool(d.t, "mount", "-o", "loop", d.image, d.Dir)
}

func (d *Disk) unmount() error {
	var err error
	for range 50 { // a killed process lets go of its maps a moment later
		if err = unix.Unmount(d.Dir, 0); err == nil || errors.Is(err, unix.EINVAL) {
			return nil // EINVAL: it is not mounted
		}
		time.Sleep(100 * time.Millisecond)
	}
	if d.abandoned {
		return unix.Unmount(d.Dir, unix.MNT_DETACH)
	}
	return fmt.Errorf("unmount %s: %w", d.Dir, err)
}

// ReadOnly makes the disk refuse every write, or take them again. No file on it
// may be open for writing.
func (d *Disk) ReadOnly(on bool) {
	d.t.Helper()
	flag := "remount,rw"
	if on {
		flag = "remount,ro"
	}
	tool(d.t, "mount", "-o", flag, d.Dir)
}

// Fill writes until not one more block is to be had; Free gives the room back.
func (d *Disk) Fill() {
	d.t.Helper()
	f, err := os.OpenFile(d.filler(), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		d.t.Fatal(err)
	}
	for size := 1 << 20; size >= 4096; {
		_, err = f.Write(make([]byte, size))
		if err == nil {
			err = f.Sync()
		}
		if err != nil {
			size /= 2
		}
	}
	_ = f.Close() // it is full: that was the purpose
	if !errors.Is(err, unix.ENOSPC) {
		d.t.Fatalf("filling the disk ended with %v", err)
	}
}

// Free undoes Fill.
func (d *Disk) Free() {
	d.t.Helper()
	if err := os.Remove(d.filler()); err != nil {
		d.t.Fatal(err)
	}
}

func (d *Disk) filler() string { return filepath.Join(d.Dir, "filler") }
