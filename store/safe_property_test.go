package store

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// folder is a journal with all that keeps it, the model of what it must hold,
// and every entry it ever gave a number to.
type folder struct {
	path  string
	clock clockwork
	s     *Safe
	facts []string          // payloads in order
	state map[string]string // key → payload
	used  map[Epoch]map[uint64]Hash
	saves []string // earlier copies of the file, put back by hand
	sum   int      // facts written
}

func (f *folder) open(t *rapid.T) *Recovery {
	opt := SafeOptions{Options: Options{Wall: f.clock.wall, NoSync: true}}
	opt.Warn = func(what string, err error) {
		if !errors.Is(err, ErrNoRoom) {
			t.Errorf("%s: %v", what, err)
		}
	}
	s, rec, err := OpenSafe(f.path, opt)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	f.s = s
	f.note(t)
	return rec
}

func (f *folder) shut(t *rapid.T) {
	if err := f.s.Close(); err != nil {
		t.Fatal(err)
	}
}

// note holds every number against what it was before: no number of an epoch is
// ever used twice.
func (f *folder) note(t *rapid.T) {
	head := f.s.Head()
	if f.used[head.Epoch] == nil {
		f.used[head.Epoch] = map[uint64]Hash{}
	}
	es, err := f.s.Entries(f.s.Floor(), 1<<20, 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range es {
		if h, has := f.used[head.Epoch][e.Seq]; has && h != e.H {
			t.Fatalf("number %d of epoch %s was used twice", e.Seq, head.Epoch)
		}
		f.used[head.Epoch][e.Seq] = e.H
	}
}

// check compares the journal with the model.
func (f *folder) check(t *rapid.T) {
	var facts []string
	f.s.Each("asrun", func(r Record) error { facts = append(facts, string(r.Payload)); return nil })
	if !slices.Equal(facts, f.facts) {
		t.Fatalf("%d facts, want %d\n%v\n%v", len(facts), len(f.facts), facts, f.facts)
	}
	state := map[string]string{}
	f.s.Each("queue", func(r Record) error { state[r.Key] = string(r.Payload); return nil })
	if !maps.Equal(state, f.state) {
		t.Fatalf("state %v, want %v", state, f.state)
	}
}

func (f *folder) append(t *rapid.T) {
	for range rapid.IntRange(1, 6).Draw(t, "batches") {
		f.sum++
		fact, key := fmt.Sprintf("fact %d %s", f.sum, strings.Repeat("x", f.sum%50)), fmt.Sprint(rapid.IntRange(0, 4).Draw(t, "key"))
		ws := []Write{{Class: "asrun", Payload: []byte(fact)}}
		if _, has := f.state[key]; has && rapid.Bool().Draw(t, "delete") {
			ws = append(ws, Write{Class: "queue", Key: key, Delete: true})
			delete(f.state, key)
		} else {
			ws = append(ws, Write{Class: "queue", Key: key, Payload: []byte(fact)})
			f.state[key] = fact
		}
		if _, err := f.s.Append(ws...); err != nil {
			t.Fatal(err)
		}
		f.facts = append(f.facts, fact)
	}
}

func (f *folder) blank(t *rapid.T) {
	if len(f.facts) == 0 {
		return
	}
	i := rapid.IntRange(0, len(f.facts)-1).Draw(t, "which")
	var seq uint64
	f.s.Each("asrun", func(r Record) error {
		if string(r.Payload) == f.facts[i] {
			seq = r.Seq
		}
		return nil
	})
	if seq < f.s.Floor() {
		return
	}
	es, err := f.s.Entries(seq, 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	w, err := BlankWrite(es[0], "test")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.s.Append(w); err != nil {
		t.Fatal(err)
	}
	f.facts = slices.Delete(f.facts, i, i+1)
}

// reopen opens again after some harm and says what the harm must have led to.
func (f *folder) reopen(t *rapid.T, harm func(), must bool) {
	f.note(t)
	epoch := f.s.Head().Epoch
	f.shut(t)
	harm()
	_, damage := ProveFile(f.path) // harm to a free page is none
	repaired := must || damage != nil
	rec := f.open(t)
	if rec != nil && !rec.Complete() {
		t.Fatalf("something was lost with side log and copies there: %+v", rec)
	}
	if repaired != (rec != nil) || repaired == (f.s.Head().Epoch == epoch) {
		t.Fatalf("repair %+v, epoch %s after %s", rec, f.s.Head().Epoch, epoch)
	}
}

// Whatever happens to the file, what was saved is there, in order, once; no
// number is used twice; a repair begins a new epoch and nothing else does.
func TestNothingSavedIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "safe")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		f := &folder{path: filepath.Join(dir, "j.db"), clock: clockwork{time.Date(2026, 1, 1, 8, 0, 0, 0, time.UTC), ClockGood},
			state: map[string]string{}, used: map[Epoch]map[uint64]Hash{}}
		if rec := f.open(t); rec != nil {
			t.Fatalf("a new journal was repaired: %+v", rec)
		}
		f.append(t) // an empty journal has nothing to tell how far it went
		defer func() { f.shut(t) }()
		for range 14 {
			switch rapid.SampledFrom([]string{"append", "append", "append", "copy", "blank", "days", "reopen", "heads", "pages", "gone", "back", "keep"}).Draw(t, "step") {
			case "append":
				f.append(t)
			case "copy":
				if err := f.s.CopyNow(); err != nil {
					t.Fatal(err)
				}
			case "blank":
				f.blank(t)
			case "days": // the clock may also go back
				f.clock.now = f.clock.now.Add(time.Duration(rapid.IntRange(-400, 60).Draw(t, "days")) * day)
			case "reopen":
				f.reopen(t, func() {}, false)
			case "heads":
				f.reopen(t, func() { zero(t, f.path, 0, 2) }, true)
			case "pages":
				f.reopen(t, func() { zero(t, f.path, 2, rapid.Int64Range(2, 6).Draw(t, "pages")) }, false)
			case "gone":
				f.reopen(t, func() { os.Remove(f.path) }, true)
			case "keep":
				to := filepath.Join(dir, fmt.Sprintf("kept%d", len(f.saves)))
				if err := f.s.HotCopy(to); err != nil {
					t.Fatal(err)
				}
				f.saves = append(f.saves, to)
				f.append(t) // so that it is old
			case "back":
				if len(f.saves) == 0 {
					continue
				}
				from := rapid.SampledFrom(f.saves).Draw(t, "kept")
				f.reopen(t, func() {
					if err := copyFile(from, f.path); err != nil {
						t.Fatal(err)
					}
				}, true)
			}
			f.check(t)
		}
	})
}

func zero(t *rapid.T, path string, first, pages int64) {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := file.WriteAt(make([]byte, pages*int64(os.Getpagesize())), first*int64(os.Getpagesize())); err != nil {
		t.Fatal(err)
	}
}
