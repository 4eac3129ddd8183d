package store_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"loaxa/store"
	"loaxa/store/storetest"
)

func TestMain(m *testing.M) {
	if os.Getenv(childEnv) != "" {
		if os.Getenv("STORE_TEST_REOPEN") != "" {
			childReopens()
		}
		child()
		return
	}
	goleak.VerifyTestMain(m)
}

func put(class, key, payload string) store.Write {
	return store.Write{Class: class, Key: key, Version: 1, Payload: []byte(payload)}
}

func TestAppendAndReadBack(t *testing.T) {
	db := storetest.Open(t)
	if last, err := db.Append(put("queue", "a", "one"), put("queue", "b", "two"), put("asrun", "", "start")); err != nil || last != 3 {
		t.Fatalf("append: %d, %v", last, err)
	}
	if last, err := db.Append(store.Write{Class: "queue", Key: "a", Delete: true}, put("queue", "b", "three")); err != nil || last != 5 {
		t.Fatalf("append: %d, %v", last, err)
	}
	if _, ok, err := db.Get("queue", "a"); ok || err != nil {
		t.Errorf("deleted record: found %v, %v", ok, err)
	}
	got, ok, err := db.Get("queue", "b")
	if want := (store.Record{Key: "b", Payload: []byte("three"), Seq: 5, Version: 1}); err != nil || !ok || !cmp.Equal(got, want) {
		t.Errorf("record: %v %v: %s", ok, err, cmp.Diff(want, got))
	}
	if _, ok, _ = db.Get("asrun", store.SeqKey(3)); !ok {
		t.Error("a fact is not found under its number")
	}
	es, err := db.Entries(1, 100, 1<<20)
	if err != nil || len(es) != 5 {
		t.Fatalf("entries: %d, %v", len(es), err)
	}
	if e := es[3]; e.Op != store.Delete || e.Key != "a" || e.Seq != 4 || e.Boot != 1 || e.ClockQuality != store.ClockGood {
		t.Errorf("entry 4: %+v", e)
	}
	if db.Head().H != es[4].H || db.Head().Seq != 5 {
		t.Error("the head is not the last entry")
	}
}

func TestEntriesKeepTheirBounds(t *testing.T) {
	db := storetest.Open(t)
	for i := range 50 {
		if _, err := db.Append(put("x", fmt.Sprint(i), strings.Repeat("p", 1000))); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		from     uint64
		n, bytes int
		want     int
	}{{1, 7, 1 << 20, 7}, {1, 100, 1, 1}, {1, 100, 5000, 4}, {48, 100, 1 << 20, 3}, {51, 1, 1, 0}, {0, 1, 1, 0}} {
		es, err := db.Entries(c.from, c.n, c.bytes)
		if err != nil || len(es) != c.want {
			t.Errorf("entries(%d, %d, %d): %d entries, %v; want %d", c.from, c.n, c.bytes, len(es), err, c.want)
		}
	}
}

func TestEachGoesByPagesInOrder(t *testing.T) {
	db := storetest.Open(t)
	var ws []store.Write
	for i := range 700 {
		ws = append(ws, put("dev", fmt.Sprintf("%04d", i), "x"), put("deva", fmt.Sprint(i), "y"))
	}
	for len(ws) > 0 {
		n := min(len(ws), store.MaxWrites)
		if _, err := db.Append(ws[:n]...); err != nil {
			t.Fatal(err)
		}
		ws = ws[n:]
	}
	n := 0
	err := db.Each("dev", func(r store.Record) error {
		if r.Key != fmt.Sprintf("%04d", n) || string(r.Payload) != "x" {
			t.Errorf("record %d is %q", n, r.Key)
		}
		n++
		if n == 300 { // writing between pages is allowed
			_, err := db.Append(put("other", "k", "v"))
			return err
		}
		return nil
	})
	if err != nil || n != 700 {
		t.Errorf("%d records, %v", n, err)
	}
	stop := errors.New("stop")
	if err := db.Each("dev", func(store.Record) error { return stop }); err != stop {
		t.Errorf("the caller's error came back as %v", err)
	}
}

func TestInvalidWritesAreRefusedWhole(t *testing.T) {
	db := storetest.Open(t)
	long := strings.Repeat("k", store.MaxKey+1)
	for name, w := range map[string]store.Write{
		"class empty":    put("", "k", ""),
		"class capital":  put("Queue", "k", ""),
		"class long":     put(strings.Repeat("c", store.MaxClass+1), "k", ""),
		"key long":       put("c", long, ""),
		"key control":    put("c", "a\x00b", ""),
		"key not utf-8":  put("c", "a\xff", ""),
		"payload long":   {Class: "c", Key: "k", Payload: make([]byte, store.MaxPayload+1)},
		"delete nothing": {Class: "c", Delete: true},
	} {
		if _, err := db.Append(put("c", "good", "x"), w); !errors.Is(err, store.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := db.Append(); !errors.Is(err, store.ErrInvalid) {
		t.Errorf("no writes: %v", err)
	}
	if db.Head().Seq != 0 {
		t.Errorf("a refused batch left %d entries", db.Head().Seq)
	}
	if _, err := db.Append(store.Write{Class: "c", Key: strings.Repeat("k", store.MaxKey), Payload: make([]byte, store.MaxPayload)}); err != nil {
		t.Errorf("largest write: %v", err)
	}
}

func TestBootsAndReopen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "j.db")
	var head store.Cursor
	for boot := uint32(1); boot <= 3; boot++ {
		db, err := store.Open(path, storetest.Options())
		if err != nil {
			t.Fatal(err)
		}
		if db.Boot() != boot {
			t.Errorf("boot %d, want %d", db.Boot(), boot)
		}
		if boot > 1 && db.Head() != head {
			t.Errorf("head after reopening: %+v, want %+v", db.Head(), head)
		}
		if _, err := db.Append(put("c", "k", "v")); err != nil {
			t.Fatal(err)
		}
		es, _ := db.Entries(uint64(boot), 1, 1)
		if len(es) != 1 || es[0].Boot != boot {
			t.Errorf("entry of boot %d: %+v", boot, es)
		}
		head = db.Head()
		storetest.End(t, &db.Reader)
	}
}

func TestTwoBirthsHaveTwoEpochs(t *testing.T) {
	a, b := storetest.Open(t), storetest.Open(t)
	if a.Head().Epoch == b.Head().Epoch || a.Head().H == b.Head().H {
		t.Error("two files share an epoch or a first hash")
	}
}

func TestSecondStationIsLockedOut(t *testing.T) {
	db := storetest.Open(t)
	if _, err := store.Open(db.Path(), storetest.Options()); !errors.Is(err, store.ErrLocked) {
		t.Errorf("second opener: %v", err)
	}
	if _, err := store.ProveFile(db.Path()); !errors.Is(err, store.ErrLocked) {
		t.Errorf("proof of a running file: %v", err)
	}
}

func TestRaceForABirthHasOneWinner(t *testing.T) {
	path := filepath.Join(t.TempDir(), "j.db")
	type result struct {
		db  *store.DB
		err error
	}
	results := make(chan result, 4)
	for range cap(results) {
		go func() {
			db, err := store.Open(path, storetest.Options())
			results <- result{db, err}
		}()
	}
	var winner *store.DB
	for range cap(results) {
		r := <-results
		switch {
		case r.err == nil && winner == nil:
			winner = r.db
		case r.err == nil:
			t.Error("two hold the same file")
			r.db.Close()
		case !errors.Is(r.err, store.ErrLocked):
			t.Errorf("a loser heard: %v", r.err)
		}
	}
	if winner == nil {
		t.Fatal("nobody won")
	}
	if _, err := winner.Append(put("a", "b", "c")); err != nil {
		t.Error(err)
	}
	storetest.End(t, &winner.Reader)
	if left, _ := os.ReadDir(filepath.Dir(path)); len(left) != 1 {
		t.Errorf("left in the folder: %v", left)
	}
}

func TestFolderThatCannotBeWritten(t *testing.T) {
	for _, cause := range []error{os.ErrPermission, syscall.EROFS} {
		opt := storetest.Options()
		opt.OpenFile = func(name string, _ int, _ os.FileMode) (*os.File, error) {
			return nil, &os.PathError{Op: "open", Path: name, Err: cause}
		}
		_, err := store.Open(filepath.Join(t.TempDir(), "j.db"), opt)
		if !errors.Is(err, store.ErrReadOnly) || !strings.Contains(err.Error(), "j.db") {
			t.Errorf("%v: %v", cause, err)
		}
	}
	if _, err := store.Open(filepath.Join(t.TempDir(), "none", "j.db"), storetest.Options()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing folder: %v", err)
	}
}

func TestForeignAndBrokenFiles(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{
		"empty": "", "text": "this is no database\n", "long": strings.Repeat("text ", 10000),
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := store.Open(path, storetest.Options()); !errors.Is(err, store.ErrCorrupt) {
			t.Errorf("%s: %v", name, err)
		}
		if left, _ := os.ReadFile(path); string(left) != content {
			t.Errorf("%s: the file was changed", name)
		}
	}
}

func TestLeftoversOfABirthAreSwept(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "odd [name]*")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "j.db")
	if err := os.WriteFile(path+".new-1-1", []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	storetest.OpenAt(t, path)
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("left in the folder: %v", left)
	}
}

func TestReadOnlyWritesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "j.db")
	if _, err := store.Open(path, store.Options{ReadOnly: true}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("reading a missing file: %v", err)
	}
	db, _ := store.Open(path, storetest.Options())
	db.Append(put("c", "k", "v"))
	db.Close()
	ro, err := store.Open(path, store.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer ro.Close()
	if _, err := ro.Append(put("c", "k", "w")); !errors.Is(err, store.ErrReadOnly) {
		t.Errorf("writing: %v", err)
	}
	if rec, ok, err := ro.Get("c", "k"); !ok || err != nil || string(rec.Payload) != "v" {
		t.Errorf("reading: %v %v %v", rec, ok, err)
	}
}

func TestChangedMissesNothing(t *testing.T) {
	db := storetest.Open(t)
	ch := db.Changed()
	select {
	case <-ch:
		t.Fatal("signalled without a change")
	default:
	}
	db.Append(put("c", "k", "v"))
	select {
	case <-ch:
	default:
		t.Error("no signal after a commit")
	}
}

func TestHotCopyIsThePast(t *testing.T) {
	db := storetest.Open(t)
	for i := range 100 {
		db.Append(put("c", fmt.Sprint(i%7), fmt.Sprint(i)))
	}
	before, _ := db.Proof()
	path := filepath.Join(t.TempDir(), "copy.db")
	if err := db.HotCopy(path); err != nil {
		t.Fatal(err)
	}
	db.Append(put("c", "later", "x"))
	got, err := store.ProveFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Compare(before, got); err != nil {
		t.Error(err)
	}
	after, _ := db.Proof()
	if err := store.Compare(after, got); err == nil || !strings.Contains(err.Error(), "1 behind") {
		t.Errorf("copy against a longer journal: %v", err)
	}
}

func TestClockJumpsChangeNoOrder(t *testing.T) {
	year := 365 * 24 * time.Hour
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	opt := store.Options{Wall: func() (time.Time, store.Quality) { return now, store.ClockUnsure }}
	db, err := store.Open(filepath.Join(t.TempDir(), "j.db"), opt)
	if err != nil {
		t.Fatal(err)
	}
	defer storetest.End(t, &db.Reader)
	for _, jump := range []time.Duration{0, -20 * year, 20 * year, -100 * year, 0} {
		now = now.Add(jump)
		if _, err := db.Append(put("c", "k", now.String())); err != nil {
			t.Fatal(err)
		}
	}
	es, err := db.Entries(1, 10, 1<<20)
	if err != nil || len(es) != 5 {
		t.Fatal(len(es), err)
	}
	if rec, _, _ := db.Get("c", "k"); string(rec.Payload) != now.String() {
		t.Error("the last write did not win")
	}
	if es[3].Wall >= 0 || es[3].ClockQuality != store.ClockUnsure {
		t.Errorf("a time before 1970 was not kept: %+v", es[3])
	}
}
