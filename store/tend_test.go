package store

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const day = 24 * time.Hour

// clockwork is a wall clock that a test moves.
type clockwork struct {
	now     time.Time
	quality Quality
}

func (c *clockwork) wall() (time.Time, Quality) { return c.now, c.quality }

func tended(t *testing.T, path string, c *clockwork, tend Tending) *Safe {
	t.Helper()
	s, rec, err := OpenSafe(path, SafeOptions{Options: Options{Wall: c.wall}, Tending: tend, Warn: func(what string, err error) { t.Errorf("%s: %v", what, err) }})
	if err != nil || rec != nil {
		t.Fatal(rec, err)
	}
	return s
}

func endSafe(t *testing.T, s *Safe) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if _, err := ProveFile(s.Path()); err != nil {
		t.Error(err)
	}
}

// Entries leave when they are old and acknowledged, records stay; facts go
// after their years, and an unsure clock removes nothing.
func TestFloorAndRetention(t *testing.T) {
	path := filepath.Join(t.TempDir(), "j.db")
	c := &clockwork{time.Date(2026, 1, 1, 8, 0, 0, 0, time.UTC), ClockGood}
	s := tended(t, path, c, Tending{})
	write := func(s *Safe) {
		for range 3 {
			if _, err := s.Append(Write{Class: "asrun", Payload: []byte(c.now.String())}, Write{Class: "queue", Key: "a", Payload: []byte("x")}); err != nil {
				t.Fatal(err)
			}
		}
	}
	write(s)
	first := s.Head()
	c.now = c.now.Add(day)
	write(s)
	second := s.Head()
	c.now = c.now.Add(39 * day)
	write(s)
	proof, _ := s.Proof()
	endSafe(t, s)
	for _, step := range []struct {
		name  string
		tend  Tending
		q     Quality
		floor uint64
	}{
		{"unsure clock", Tending{}, ClockUnsure, 1},
		{"a peer that acknowledged nothing", Tending{Subscribed: true}, ClockGood, 1},
		{"a peer that has another history", Tending{Subscribed: true, Acked: Cursor{Epoch: first.Epoch, Seq: 4}}, ClockGood, 1},
		{"a peer that has the half of it", Tending{Subscribed: true, Acked: mustAt(t, path, 4)}, ClockGood, 5},
		{"all that is old", Tending{Subscribed: true, Acked: second}, ClockGood, first.Seq + 1},
		{"the same again", Tending{}, ClockGood, first.Seq + 1},
	} {
		c.quality = step.q
		s := tended(t, path, c, step.tend)
		if s.Floor() != step.floor {
			t.Errorf("%s: the first entry kept is %d, want %d", step.name, s.Floor(), step.floor)
		}
		if err := s.Verify(true); err != nil {
			t.Errorf("%s: %v", step.name, err)
		}
		if p, err := s.Proof(); err != nil || Compare(p, proof) != nil {
			t.Errorf("%s: the proof changed: %v", step.name, Compare(p, proof))
		}
		if _, err := s.Entries(1, 10, 1<<20); step.floor > 1 && !errors.Is(err, ErrDropped) {
			t.Errorf("%s: reading a dropped entry: %v", step.name, err)
		}
		if es, err := s.Entries(step.floor, 100, 1<<20); err != nil || uint64(len(es)) != s.Head().Seq-step.floor+1 {
			t.Errorf("%s: %d entries: %v", step.name, len(es), err)
		}
		endSafe(t, s)
	}
	c.now, c.quality = c.now.Add(5*365*day), ClockUnsure
	keep := Tending{Retention: []Retention{{"asrun", 5*365*day + 10*day}}}
	s = tended(t, path, c, keep)
	if n := countOf(t, &s.Reader, "asrun"); n != 9 {
		t.Errorf("an unsure clock left %d rows", n)
	}
	endSafe(t, s)
	c.quality = ClockGood
	s = tended(t, path, c, keep)
	if n := countOf(t, &s.Reader, "asrun"); n != 6 { // the second day's may be as young as the third's
		t.Errorf("after five years %d rows, want 6", n)
	}
	if n := countOf(t, &s.Reader, "queue"); n != 1 {
		t.Error("retention took a record that was not named")
	}
	endSafe(t, s)
}

func countOf(t *testing.T, r *Reader, class string) (n int) {
	t.Helper()
	if err := r.Each(class, func(Record) error { n++; return nil }); err != nil {
		t.Fatal(err)
	}
	return n
}

func mustAt(t *testing.T, path string, seq uint64) Cursor {
	t.Helper()
	r, err := OpenAny(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	m, err := r.At(seq)
	if err != nil {
		t.Fatal(err)
	}
	return Cursor{r.Head().Epoch, seq, m.H}
}

// Health samples can be spared, the log never.
func TestThinning(t *testing.T) {
	db := openTest(t, Options{})
	for i := range 50 {
		db.Append(Write{Class: "sample", Payload: fmt.Append(nil, i)}, Write{Class: "asrun"})
	}
	if n, err := db.Thin("sample", 5); n != 45 || err != nil {
		t.Errorf("%d taken, %v", n, err)
	}
	var left []string
	db.Each("sample", func(r Record) error { left = append(left, string(r.Payload)); return nil })
	if strings.Join(left, " ") != "45 46 47 48 49" || countOf(t, &db.Reader, "asrun") != 50 {
		t.Errorf("left are %v and %d rows", left, countOf(t, &db.Reader, "asrun"))
	}
	if n, err := db.Thin("sample", 5); n != 0 || err != nil {
		t.Errorf("again: %d, %v", n, err)
	}
}

// What is blanked is gone from every file once each had its turn, until then
// it is listed, and everything still proves itself; a copy of another machine
// comes to the same.
func TestBlankingReachesEveryFile(t *testing.T) {
	const secret = "Nguyễn Văn An, 0912 345 678"
	dir := t.TempDir()
	path := filepath.Join(dir, "j.db")
	c := &clockwork{time.Date(2026, 1, 1, 8, 0, 0, 0, time.UTC), ClockGood}
	s := tended(t, path, c, Tending{})
	s.Append(Write{Class: "feedback", Key: "7", Payload: []byte(secret)}, Write{Class: "asrun", Payload: []byte(secret)}, Write{Class: "asrun", Payload: []byte("other")})
	if err := s.CopyNow(); err != nil {
		t.Fatal(err)
	}
	es, _ := s.Entries(1, 3, 1<<20)
	s.Append(Write{Class: "feedback", Key: "7", Payload: []byte("answered")})
	r, err := OpenReplica(filepath.Join(dir, "r.db"), "n", Options{Wall: c.wall})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	r.Adopt(s.Head().Epoch)
	carry(t, s.DB, r, 3) // the replica has the payload before it is blanked
	for _, e := range es[:2] {
		w, err := BlankWrite(e, "asked by the person")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Append(w); err != nil {
			t.Fatal(err)
		}
	}
	if rec, ok, _ := s.Get("feedback", "7"); !ok || string(rec.Payload) != "answered" {
		t.Error("blanking an old entry took the newer record")
	}
	if n := countOf(t, &s.Reader, "asrun"); n != 1 {
		t.Errorf("%d rows left, want the other one", n)
	}
	if err := s.CopyNow(); err != nil {
		t.Fatal(err)
	}
	if n := s.Copies().Pending; n != 2 {
		t.Errorf("%d pending, want 2: an older copy has them", n)
	}
	carry(t, s.DB, r, 100)
	fresh, err := OpenReplica(filepath.Join(dir, "f.db"), "n", Options{Wall: c.wall})
	if err != nil {
		t.Fatal(err)
	}
	defer fresh.Close()
	fresh.Adopt(s.Head().Epoch)
	carry(t, s.DB, fresh, 100) // this one never saw it
	want, _ := s.Proof()
	for _, x := range []*Reader{&r.Reader, &fresh.Reader} {
		if err := x.Verify(true); err != nil {
			t.Error(err)
		}
		if p, _ := x.Proof(); Compare(want, p) != nil {
			t.Error(Compare(want, p))
		}
		if e, err := x.Entries(2, 1, 1); err != nil || !e[0].Blanked || len(e[0].Payload) != 0 {
			t.Errorf("entry 2: %+v, %v", e, err)
		}
	}
	for range HourlyCopies + DailyCopies + 2 {
		c.now = c.now.Add(25 * time.Hour)
		s.Append(Write{Class: "queue", Key: "k"})
		if err := s.CopyNow(); err != nil {
			t.Fatal(err)
		}
		files, _ := filepath.Glob(filepath.Join(dir, "copies", "*"))
		for _, f := range files {
			if st, err := os.Stat(f); err == nil && time.Since(st.ModTime()) < time.Hour {
				os.Chtimes(f, c.now, c.now)
			}
		}
	}
	endSafe(t, s)
	s = tended(t, path, c, Tending{})
	if err := s.CopyNow(); err != nil || s.Copies().Pending != 0 {
		t.Errorf("%d pending at the end, %v", s.Copies().Pending, err)
	}
	endSafe(t, s)
	filepath.Walk(dir, func(p string, st os.FileInfo, _ error) error {
		if b, err := os.ReadFile(p); err == nil && bytes.Contains(b, []byte("0912 345")) && filepath.Base(p) != "r.db" {
			t.Errorf("%s still holds it", p) // the free pages of a replica are its own machine's to compact
		}
		return nil
	})
}

// carry applies up to n entries to a replica.
func carry(t *testing.T, db *DB, r *Replica, n int) {
	t.Helper()
	at := r.Cursor()
	es, err := db.Entries(at.Seq+1, n, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	var wire []byte
	for i := range es {
		wire = AppendWire(wire, &es[i])
	}
	run := Run{Epoch: at.Epoch, From: at.Seq + 1, Prev: at.H, Last: es[len(es)-1].H}
	for len(wire) > 0 {
		var e Entry
		if e, wire, err = ParseWire(wire); err != nil {
			t.Fatal(err)
		}
		run.Items = append(run.Items, e)
	}
	if _, err := r.Apply(run); err != nil {
		t.Fatal(err)
	}
}

// A file that became mostly empty is made anew when it is opened, equal.
func TestCompactionAtTheStart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "j.db")
	c := &clockwork{time.Date(2026, 1, 1, 8, 0, 0, 0, time.UTC), ClockGood}
	s := tended(t, path, c, Tending{})
	big := make([]byte, MaxPayload)
	for range 30 {
		ws := make([]Write, 50)
		for i := range ws {
			ws[i] = Write{Class: "a", Key: fmt.Sprint(i), Payload: big}
		}
		if _, err := s.Append(ws...); err != nil {
			t.Fatal(err)
		}
	}
	before, _ := s.Stats()
	c.now = c.now.Add(day)
	s.Append(Write{Class: "a", Key: "last"})
	c.now = c.now.Add(40 * day)
	endSafe(t, s)
	s = tended(t, path, c, Tending{})
	endSafe(t, s) // the floor moved, the room is free
	s = tended(t, path, c, Tending{})
	after, _ := s.Stats()
	if after.FileBytes > before.FileBytes/4 || after.Cursor.Seq != 30*50+1 || s.Floor() == 1 {
		t.Errorf("%d MiB before, %d after; floor %d", before.FileBytes>>20, after.FileBytes>>20, s.Floor())
	}
	if n := countOf(t, &s.Reader, "a"); n != 51 {
		t.Errorf("%d records", n)
	}
	s.Append(Write{Class: "a", Key: "on"})
	endSafe(t, s)
	if left, _ := filepath.Glob(path + ".new*"); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// What a newer build wrote is kept byte for byte through repair, compaction,
// copies and replicas by one that does not know it.
func TestUnknownClassesAndVersionsSurvive(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "j.db")
	c := &clockwork{time.Date(2026, 1, 1, 8, 0, 0, 0, time.UTC), 77} // a quality of tomorrow too
	s := tended(t, path, c, Tending{})
	odd := []byte{0, 255, 'L', 'X', 's', '1', 0x80}
	s.Append(Write{Class: "zukunft.x-1", Key: "một/2", Version: 65535, Payload: odd}, Write{Class: ClassBlank, Key: "tomorrow", Version: 9, Payload: odd},
		Write{Class: ClassRecovery, Version: 9, Payload: odd}, Write{Class: "zukunft.x-1", Version: 3, Payload: odd})
	e, _ := s.Entries(1, 1, 1)
	endSafe(t, s)
	whole, _ := os.ReadFile(path)
	if err := os.WriteFile(path, whole[:4096], 0o600); err != nil {
		t.Fatal(err)
	}
	s, rec, err := OpenSafe(path, SafeOptions{Options: Options{Wall: c.wall}})
	if err != nil || rec == nil || !rec.Complete() {
		t.Fatal(rec, err)
	}
	r, ok, err := s.Get("zukunft.x-1", "một/2")
	if err != nil || !ok || r.Version != 65535 || !bytes.Equal(r.Payload, odd) {
		t.Errorf("after a repair: %+v, %v, %v", r, ok, err)
	}
	again, err := s.Entries(r.Seq, 1, 1)
	if err != nil || again[0].ClockQuality != 77 || again[0].Wall != e[0].Wall || again[0].Boot != e[0].Boot || again[0].Mono != e[0].Mono {
		t.Errorf("its time is not what it was: %+v", again)
	}
	if n := countOf(t, &s.Reader, "zukunft.x-1"); n != 2 {
		t.Errorf("%d records", n)
	}
	if all, err := s.Recoveries(); err != nil || len(all) != 1 {
		t.Errorf("recoveries: %v, %v", all, err)
	}
	endSafe(t, s)
}
