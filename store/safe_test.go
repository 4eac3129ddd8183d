package store_test

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

	"loaxa/store"
	"loaxa/store/storetest"
)

func openSafe(t testing.TB, path string) (*store.Safe, *store.Recovery) {
	t.Helper()
	s, rec, err := store.OpenSafe(path, store.SafeOptions{Options: storetest.Options()})
	if err != nil {
		t.Fatal(err)
	}
	return s, rec
}

func closeSafe(t testing.TB, s *store.Safe) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if _, err := store.ProveFile(s.Path()); err != nil {
		t.Errorf("verify at the end: %v", err)
	}
}

// write appends n rounds of facts, changed records and deletes.
func write(t testing.TB, db *store.DB, from, n int) {
	t.Helper()
	for i := from; i < from+n; i++ {
		ws := []store.Write{put("asrun", "", fmt.Sprintf("row %d", i)), put("queue", fmt.Sprint(i%7), fmt.Sprintf("queue %d", i))}
		if i%5 == 4 {
			ws = append(ws, store.Write{Class: "queue", Key: fmt.Sprint((i + 3) % 7), Delete: true})
		}
		if _, err := db.Append(ws...); err != nil {
			t.Fatal(err)
		}
	}
}

// state is all records but those of the store itself. Facts are known by what
// they say: a new epoch gives them new numbers.
func state(t testing.TB, r *store.Reader) map[string]string {
	t.Helper()
	roots, err := r.Roots()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for class := range roots {
		if strings.HasPrefix(class, "store.") {
			continue
		}
		err := r.Each(class, func(rec store.Record) error {
			key := rec.Key
			if key == store.SeqKey(rec.Seq) {
				key = string(rec.Payload)
			}
			out[class+"/"+key] = string(rec.Payload)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// rows are the facts of a class in the order of their numbers.
func rows(t testing.TB, r *store.Reader, class string) (out []string) {
	t.Helper()
	if err := r.Each(class, func(rec store.Record) error { out = append(out, string(rec.Payload)); return nil }); err != nil {
		t.Fatal(err)
	}
	return out
}

// spoil overwrites n bytes at off.
func spoil(t testing.TB, path string, off int64, n int) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt(make([]byte, n), off); err != nil {
		t.Fatal(err)
	}
}

// What a damaged, missing or old file is repaired from, and that every loss is
// named.
func TestRecoveryLadder(t *testing.T) {
	page := int64(os.Getpagesize())
	middle := func(t *testing.T, path string) { // every page but the two heads
		st, _ := os.Stat(path)
		spoil(t, path, 2*page, int(st.Size()-2*page))
	}
	sideGone := func(t *testing.T, path string) { remove(t, filepath.Join(filepath.Dir(path), "side")) }
	copiesGone := func(t *testing.T, path string) { remove(t, filepath.Join(filepath.Dir(path), "copies")) }
	all := func(fs ...func(*testing.T, string)) func(*testing.T, string) {
		return func(t *testing.T, path string) {
			for _, f := range fs {
				f(t, path)
			}
		}
	}
	heads := func(t *testing.T, path string) { spoil(t, path, 0, int(2*page)) }
	for name, c := range map[string]struct {
		harm  func(*testing.T, string)
		cause store.Cause
		from  store.Origin
		lost  bool
	}{
		"copy and side log":         {middle, store.CauseDamaged, store.FromCopy, false},
		"both heads, copy and side": {heads, store.CauseDamaged, store.FromCopy, false},
		"emptied":                   {func(t *testing.T, p string) { truncate(t, p, 0) }, store.CauseDamaged, store.FromCopy, false},
		"cut in half":               {func(t *testing.T, p string) { truncate(t, p, 2*page+100) }, store.CauseDamaged, store.FromCopy, false},
		"missing":                   {remove, store.CauseMissing, store.FromCopy, false},
		"missing, side log only":    {all(remove, copiesGone), store.CauseMissing, store.FromSide, false},
		"side log only":             {all(middle, copiesGone), store.CauseDamaged, store.FromSide, false},
		"copy only":                 {all(middle, sideGone), store.CauseDamaged, store.FromCopy, true},
		"copy and what is readable": {all(heads, sideGone), store.CauseDamaged, store.FromCopy, false},
		"only what is readable":     {all(heads, sideGone, copiesGone), store.CauseDamaged, store.FromSalvage, false},
		"nothing":                   {all(middle, sideGone, copiesGone), store.CauseDamaged, store.FromNothing, true},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "j.db")
			s, rec := openSafe(t, path)
			if rec != nil {
				t.Fatalf("a new file was recovered: %+v", rec)
			}
			write(t, s.DB, 0, 40)
			if err := s.CopyNow(); err != nil {
				t.Fatal(err)
			}
			copied := s.Head()
			write(t, s.DB, 40, 25)
			want, head, boot := state(t, &s.Reader), s.Head(), s.Boot()
			wantRows := rows(t, &s.Reader, "asrun")
			closeSafe(t, s)
			c.harm(t, path)
			harmed, _ := os.ReadFile(path)
			s, rec = openSafe(t, path)
			defer func() { closeSafe(t, s) }()
			if rec == nil || rec.Cause != c.cause || rec.From != c.from || rec.Complete() == c.lost {
				t.Fatalf("recovery %+v", rec)
			}
			got := state(t, &s.Reader)
			if !c.lost && !maps.Equal(got, want) {
				t.Errorf("%d records, want %d; recovery %+v", len(got), len(want), rec)
			}
			if !c.lost && !slices.Equal(rows(t, &s.Reader, "asrun"), wantRows) {
				t.Error("the rows of the log stand in another order")
			}
			if s.Head().Epoch == head.Epoch {
				t.Error("a repair kept the old epoch")
			}
			if c.from != store.FromNothing && s.Boot() <= boot {
				t.Errorf("start %d after start %d", s.Boot(), boot)
			}
			if c.from == store.FromCopy && rec.Old != copied {
				t.Errorf("built on %+v, the copy is %+v", rec.Old, copied)
			}
			if again, err := s.Recoveries(); err != nil || len(again) != 1 || again[0].From != c.from {
				t.Errorf("the journal does not tell of it: %+v, %v", again, err)
			}
			if len(harmed) > 0 {
				if kept, err := os.ReadFile(filepath.Join(filepath.Dir(path), rec.Kept)); err != nil || !slices.Equal(kept, harmed) {
					t.Errorf("the damaged file is not kept as it was: %v", err)
				}
			}
			write(t, s.DB, 100, 5)
			closeSafe(t, s)
			if s, rec = openSafe(t, path); rec != nil {
				t.Errorf("the next start recovers again: %+v", rec)
			}
		})
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.RemoveAll(path); err != nil {
		t.Fatal(err)
	}
}

func truncate(t *testing.T, path string, n int64) {
	t.Helper()
	if err := os.Truncate(path, n); err != nil {
		t.Fatal(err)
	}
}

// An old copy put in the place of the file by hand is found by the side log:
// nothing is lost and no number is used twice.
func TestOldCopyPutBack(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "j.db")
	s, _ := openSafe(t, path)
	write(t, s.DB, 0, 20)
	closeSafe(t, s)
	old, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s, _ = openSafe(t, path)
	write(t, s.DB, 20, 20)
	want, epoch := state(t, &s.Reader), s.Head().Epoch
	closeSafe(t, s)
	if err := os.WriteFile(path, old, 0o600); err != nil {
		t.Fatal(err)
	}
	s, rec := openSafe(t, path)
	defer func() { closeSafe(t, s) }()
	if rec == nil || rec.Cause != store.CauseSetBack || !rec.Complete() || rec.From != store.FromFile || rec.Recovered.To == 0 {
		t.Fatalf("recovery %+v", rec)
	}
	if s.Head().Epoch == epoch || !maps.Equal(state(t, &s.Reader), want) {
		t.Error("the state is not what it was, or the epoch is")
	}
	// And once more, with the file of the former life.
	closeSafe(t, s)
	if err := os.WriteFile(path, old, 0o600); err != nil {
		t.Fatal(err)
	}
	s, rec = openSafe(t, path)
	if rec == nil || rec.Cause != store.CauseSetBack || !rec.Complete() || !maps.Equal(state(t, &s.Reader), want) {
		t.Errorf("a file of an earlier life: %+v", rec)
	}
}

func TestRestoreABackup(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "j.db")
	s, _ := openSafe(t, path)
	write(t, s.DB, 0, 20)
	backup := filepath.Join(dir, "backup.db")
	if err := s.HotCopy(backup); err != nil {
		t.Fatal(err)
	}
	then := state(t, &s.Reader)
	write(t, s.DB, 20, 20)
	now, epoch := state(t, &s.Reader), s.Head().Epoch
	opt := store.SafeOptions{Options: storetest.Options()}
	if _, err := store.Restore(path, store.Backup{File: backup, Only: true}, opt); !errors.Is(err, store.ErrLocked) {
		t.Errorf("a restore over an open journal: %v", err)
	}
	closeSafe(t, s)
	for _, only := range []bool{true, false} {
		rec, err := store.Restore(path, store.Backup{File: backup, Only: only}, opt)
		if err != nil || rec.Cause != store.CauseRestore || !rec.Complete() {
			t.Fatalf("restore: %+v, %v", rec, err)
		}
		s, again := openSafe(t, path)
		if again != nil {
			t.Errorf("only %v: the start after it recovers: %+v", only, again)
		}
		want := now
		if only {
			want = then
		}
		if !maps.Equal(state(t, &s.Reader), want) {
			t.Errorf("only %v: %d records, want %d", only, len(state(t, &s.Reader)), len(want))
		}
		if s.Head().Epoch == epoch {
			t.Error("the epoch stayed")
		}
		epoch = s.Head().Epoch
		closeSafe(t, s)
	}
	if kept, _ := filepath.Glob(path + ".aside-*"); len(kept) != 2 {
		t.Errorf("%d old files kept, want 2", len(kept))
	}
	if err := os.WriteFile(backup, []byte("no database"), 0o600); err != nil {
		t.Fatal(err)
	}
	before, _ := os.ReadFile(path)
	if _, err := store.Restore(path, store.Backup{File: backup, Only: true}, opt); !errors.Is(err, store.ErrCorrupt) {
		t.Errorf("a broken backup: %v", err)
	}
	if after, _ := os.ReadFile(path); !slices.Equal(before, after) {
		t.Error("a broken backup changed the journal")
	}
}

func TestHotCopiesAreKeptAndTheirNumberToo(t *testing.T) {
	now := time.Now().Add(-60 * 24 * time.Hour)
	opt := store.SafeOptions{Options: store.Options{Wall: func() (time.Time, store.Quality) { return now, store.ClockGood }}}
	path := filepath.Join(t.TempDir(), "j.db")
	s, _, err := store.OpenSafe(path, opt)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { closeSafe(t, s) }()
	for i := range 24*20 + 3 {
		if i%16 == 0 {
			write(t, s.DB, i, 1)
			if err := s.CopyNow(); err != nil {
				t.Fatal(err)
			}
			stampCopies(t, path, now)
		}
		now = now.Add(time.Hour)
	}
	st := s.Copies()
	if st.Hourly != store.HourlyCopies || st.Daily != store.DailyCopies || st.Head.Seq != s.Head().Seq || st.Err != nil {
		t.Errorf("copies: %+v", st)
	}
	files, _ := filepath.Glob(filepath.Join(st.Dir, "*"))
	if len(files) != store.HourlyCopies+store.DailyCopies {
		t.Errorf("%d files in the folder", len(files))
	}
	for _, f := range files {
		if _, err := store.ProveFile(f); err != nil {
			t.Error(err)
		}
	}
	before := s.Copies().Newest
	now = now.Add(5 * time.Hour)
	if err := s.CopyNow(); err != nil || !s.Copies().Newest.After(before) {
		t.Errorf("a copy that still equals the journal does not count: %v", err)
	}
}

// stampCopies gives files made just now the time of the test's clock.
func stampCopies(t *testing.T, path string, now time.Time) {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "copies", "*"))
	for _, f := range files {
		if st, err := os.Stat(f); err == nil && time.Since(st.ModTime()) < time.Hour {
			if err := os.Chtimes(f, now, now); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestCopiesLeaveRoomOnTheDisk(t *testing.T) {
	free := int64(1 << 40)
	opt := store.SafeOptions{Options: storetest.Options(), Free: func(string) int64 { return free }}
	s, _, err := store.OpenSafe(filepath.Join(t.TempDir(), "j.db"), opt)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { closeSafe(t, s) }()
	for i := range 5 {
		write(t, s.DB, i, 1)
		if err := s.CopyNow(); err != nil {
			t.Fatal(err)
		}
	}
	free = 1 << 20
	write(t, s.DB, 9, 1)
	if err := s.CopyNow(); !errors.Is(err, store.ErrNoRoom) {
		t.Errorf("on a full disk: %v", err)
	}
	if st := s.Copies(); st.Hourly != 2 || st.Err == nil || st.Since.IsZero() {
		t.Errorf("copies: %+v", st)
	}
	free = 1 << 40
	if err := s.CopyNow(); err != nil || s.Copies().Err != nil {
		t.Errorf("with room again: %v, %+v", err, s.Copies())
	}
}
