package store

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// fakeDisk is a folder whose power can be cut: what was not flushed is cut at
// any byte. It may refuse any work.
type fakeDisk struct {
	files map[string]*fakeFile
	fail  func() error // asked before each write and flush
}

type fakeFile struct {
	disk   *fakeDisk
	data   []byte
	synced int
	dead   bool // the machine it was opened on is gone
}

func newFakeDisk() *fakeDisk {
	return &fakeDisk{files: map[string]*fakeFile{}, fail: func() error { return nil }}
}

func (d *fakeDisk) Create(name string) (sideFile, error) {
	if d.files[name] != nil {
		return nil, fs.ErrExist
	}
	if err := d.fail(); err != nil {
		return nil, err
	}
	f := &fakeFile{disk: d}
	d.files[name] = f
	return f, nil
}
func (d *fakeDisk) List() ([]string, error)          { return slices.Sorted(maps.Keys(d.files)), nil }
func (d *fakeDisk) Read(name string) ([]byte, error) { return bytes.Clone(d.files[name].data), nil }
func (d *fakeDisk) Replace(name string, b []byte) error {
	d.files[name].data = bytes.Clone(b)
	return nil
}
func (d *fakeDisk) Remove(name string) error { delete(d.files, name); return nil }

// cut takes the power: of what was not flushed, any beginning may be there.
func (d *fakeDisk) cut(keep func(unsynced int) int) {
	for _, f := range d.files {
		f.data = f.data[:f.synced+keep(len(f.data)-f.synced)]
		f.synced, f.dead = len(f.data), true
	}
}

func (f *fakeFile) Write(b []byte) (int, error) {
	if f.dead {
		return 0, fs.ErrClosed
	}
	if err := f.disk.fail(); err != nil { // half of it may have gone out
		f.data = append(f.data, b[:len(b)/2]...)
		return len(b) / 2, err
	}
	f.data = append(f.data, b...)
	return len(b), nil
}

func (f *fakeFile) Sync() error {
	if err := f.disk.fail(); err != nil {
		return err
	}
	f.synced = len(f.data)
	return nil
}
func (f *fakeFile) Close() error { return nil }

// held reads all entries of an epoch from a side log and checks each chain.
func held(t interface{ Fatalf(string, ...any) }, disk sideDisk, epoch Epoch) map[uint64]Entry {
	out := map[uint64]Entry{}
	names, _ := disk.List()
	for _, name := range names {
		b, _ := disk.Read(name)
		r := sideReader{buf: b}
		for {
			e, ep, _, ok := r.next()
			if !ok {
				break
			}
			if old, has := out[e.Seq]; ep == epoch && has && old.H != e.H {
				t.Fatalf("two entries %d", e.Seq)
			}
			if ep == epoch {
				out[e.Seq] = e
			}
		}
	}
	return out
}

// Whatever the disk of the side log does, what it said it has is there, equal
// and chained, and it comes back to where the journal is.
func TestSideLogOnAFailingDisk(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "side")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		db, err := Open(filepath.Join(dir, "j.db"), Options{Wall: wall, NoSync: true})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		disk, now := newFakeDisk(), time.Unix(1e9, 0)
		clock := func() (time.Time, Quality) { return now, ClockGood }
		side := &sideLog{disk: disk, life: 1, wall: clock}
		db.side = side
		var promised Cursor
		epoch := db.Head().Epoch
		t.Repeat(map[string]func(*rapid.T){
			"append": func(t *rapid.T) {
				n := rapid.IntRange(1, 4).Draw(t, "entries")
				var ws []Write
				for i := range n {
					ws = append(ws, Write{Class: "a", Key: fmt.Sprint(i), Payload: bytes.Repeat([]byte{7}, rapid.IntRange(0, 300).Draw(t, "bytes"))})
				}
				side.retry = time.Time{}
				if _, err := db.Append(ws...); err != nil {
					t.Fatal(err)
				}
			},
			"break": func(t *rapid.T) {
				left := rapid.IntRange(0, 3).Draw(t, "works")
				disk.fail = func() error {
					if left--; left < 0 {
						return errors.New("no such device")
					}
					return nil
				}
			},
			"mend": func(*rapid.T) { disk.fail = func() error { return nil } },
			"cut": func(t *rapid.T) {
				disk.cut(func(n int) int { return rapid.IntRange(0, n).Draw(t, "kept") })
				disk.fail = func() error { return nil }
				at, err := headOf(disk, epoch)
				if err != nil {
					t.Fatal(err)
				}
				if at.Seq < promised.Seq {
					t.Fatalf("promised %d, the disk has %d", promised.Seq, at.Seq)
				}
				side = &sideLog{disk: disk, life: 1, wall: clock, at: at}
				db.side = side
			},
			"day": func(*rapid.T) { now = now.Add(26 * time.Hour) },
			"": func(t *rapid.T) {
				st := side.state()
				if st.Err == nil && st.At.Seq == db.Head().Seq {
					promised = st.At
				}
				have := held(t, disk, epoch)
				prev := Genesis(epoch)
				for seq := uint64(1); seq <= promised.Seq; seq++ {
					e, ok := have[seq]
					if !ok || Chain(prev, &e) != e.H {
						t.Fatalf("entry %d of %d: there %v", seq, promised.Seq, ok)
					}
					prev = e.H
				}
				if promised.Seq > 0 && prev != promised.H {
					t.Fatalf("the chain ends elsewhere")
				}
			},
		})
		disk.fail = func() error { return nil }
		side.retry = time.Time{}
		if _, err := db.Append(Write{Class: "a", Key: "last"}); err != nil {
			t.Fatal(err)
		}
		if st := side.state(); st.Err != nil || st.At != db.Head() {
			t.Fatalf("the disk works and the side log stands at %+v, the journal at %+v", st, db.Head())
		}
	})
}

// A day, or 64 MiB, is one file; the pieces fit.
func TestSideLogBeginsAFileEachDay(t *testing.T) {
	db := openTest(t, Options{NoSync: true})
	disk, now := newFakeDisk(), time.Unix(1e9, 0)
	db.side = &sideLog{disk: disk, life: 1, wall: func() (time.Time, Quality) { return now, ClockGood }}
	for range 3 {
		for range 2 {
			db.Append(Write{Class: "a", Key: "k"})
		}
		now = now.Add(24 * time.Hour)
	}
	for range 80 { // 20 each of 64 KiB
		ws := make([]Write, 20)
		for i := range ws {
			ws[i] = Write{Class: "a", Key: "k", Payload: make([]byte, MaxPayload)}
		}
		if _, err := db.Append(ws...); err != nil {
			t.Fatal(err)
		}
	}
	names, _ := disk.List()
	if len(names) != 5 {
		t.Errorf("%d files for four days and 100 MiB: %v", len(names), names)
	}
	for _, n := range names {
		if size := len(disk.files[n].data); size > maxSideFile+2*MaxWriteBytes {
			t.Errorf("%s has %d bytes", n, size)
		}
	}
	if have := held(t, disk, db.Head().Epoch); uint64(len(have)) != db.Head().Seq {
		t.Errorf("%d entries, want %d", len(have), db.Head().Seq)
	}
	db.side = nil
}

// Damage costs the frames it touches, never one behind them, and nothing that
// was not written is read.
func TestSideLogDamagedAnywhere(t *testing.T) {
	db := openTest(t, Options{NoSync: true})
	disk := newFakeDisk()
	db.side = &sideLog{disk: disk, life: 1, wall: wall}
	for i := range 20 {
		db.Append(Write{Class: "a", Key: fmt.Sprint(i), Payload: []byte(strings.Repeat("LXs1", i))})
	}
	db.side = nil
	names, _ := disk.List()
	whole, _ := disk.Read(names[0])
	want := held(t, disk, db.Head().Epoch)
	for at := range whole {
		bad := bytes.Clone(whole)
		bad[at] ^= 1 << (at % 8)
		got := held(t, &fakeDisk{files: map[string]*fakeFile{names[0]: {data: bad}}}, db.Head().Epoch)
		for seq, e := range got {
			if want[seq].H != e.H || !bytes.Equal(want[seq].Payload, e.Payload) {
				t.Fatalf("a flip at %d made an entry %d of its own", at, seq)
			}
		}
		start := len(appendStart(nil, Cursor{}, 0))
		if at >= start && len(got) != len(want)-1 {
			t.Fatalf("a flip at %d cost %d entries", at, len(want)-len(got))
		}
	}
	for n := range whole { // torn at any byte
		r := sideReader{buf: whole[:n]}
		last := uint64(0)
		for {
			e, _, linked, ok := r.next()
			if !ok {
				break
			}
			if !linked || e.Seq != last+1 || e.H != want[e.Seq].H {
				t.Fatalf("torn at %d: entry %d after %d", n, e.Seq, last)
			}
			last = e.Seq
		}
	}
}

func FuzzSideLog(f *testing.F) {
	e := Entry{Seq: 4, Class: "a", Key: "k", Op: Put, Payload: []byte("p")}
	e.PayloadHash = sha256.Sum256(e.Payload)
	at := Cursor{Epoch: Epoch{1}, Seq: 3}
	e.H = Chain(at.H, &e)
	f.Add(appendEntry(appendStart(nil, at, 5), &e))
	f.Add([]byte("LXs1\x00\x00\x00\x01\x00\x00\x00\x00\x02LXs1"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, n := sideReader{buf: b}, 0
		for {
			e, epoch, _, ok := r.next()
			if !ok {
				break
			}
			if n++; n > len(b)/sideHead || epoch.IsZero() || e.Seq == 0 || len(e.Payload) > MaxPayload || checkClass(e.Class) != nil {
				t.Fatalf("entry %+v out of %d bytes", e, len(b))
			}
		}
		if out, _ := blankFrames(b, Epoch{1}, map[uint64]bool{4: true}); len(out) > len(b)+32*(len(b)/sideHead) {
			t.Fatalf("%d bytes became %d", len(b), len(out))
		}
		_, _ = parseStart(b)
		_, _, _, _ = parseSideName(string(b))
		_, _ = parseCopyName(string(b))
	})
}
