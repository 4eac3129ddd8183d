package store_test

import (
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"loaxa/store"
	"loaxa/store/storetest"
)

// copyTree copies a folder of plain files.
func copyTree(t testing.TB, from, to string) {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
}

// TestFaultFlippedBits turns one bit anywhere in the journal: it is found
// before anything is used, and what it cost comes back from side log or copy;
// where these are gone too the loss is named and nothing else is wrong.
func TestFaultFlippedBits(t *testing.T) {
	rounds := storetest.Rounds(t, 40, 150, 1000, 10_000)
	dir := t.TempDir()
	good := filepath.Join(dir, "good")
	if err := os.Mkdir(good, 0o700); err != nil {
		t.Fatal(err)
	}
	s, _ := openSafe(t, filepath.Join(good, "j.db"))
	write(t, s.DB, 0, 60)
	if err := s.CopyNow(); err != nil {
		t.Fatal(err)
	}
	write(t, s.DB, 60, 40)
	want := state(t, &s.Reader)
	small := filepath.Join(dir, "small") // without the free pages that a file grows by
	if err := s.HotCopy(small); err != nil {
		t.Fatal(err)
	}
	closeSafe(t, s)
	if err := os.Rename(small, s.Path()); err != nil {
		t.Fatal(err)
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	found, named := 0, 0
	for round := range rounds {
		bad := filepath.Join(dir, "bad")
		copyTree(t, good, bad)
		path := filepath.Join(bad, "j.db")
		flipAnywhere(t, path, rng)
		noSide, noCopies := round%4 == 1 || round%4 == 3, round%4 >= 2
		if noSide {
			_ = os.RemoveAll(filepath.Join(bad, "side"))
		}
		if noCopies {
			_ = os.RemoveAll(filepath.Join(bad, "copies"))
		}
		_, proof := store.ProveFile(path)
		opt := store.SafeOptions{Options: storetest.Options()}
		opt.NoSync = true // the power stays on
		s, rec, err := store.OpenSafe(path, opt)
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		if (proof != nil) != (rec != nil) {
			t.Errorf("round %d: a full check says %v, the opening %+v", round, proof, rec)
		}
		got := state(t, &s.Reader)
		switch {
		case rec == nil || rec.Complete():
			if !maps.Equal(got, want) {
				t.Errorf("round %d (side gone %v, copies gone %v): the state is another; %+v", round, noSide, noCopies, rec)
			}
		case !noSide:
			t.Errorf("round %d: something was lost with the side log there: %+v", round, rec)
		default:
			named++
			onlyWritten(t, round, got, want)
		}
		if rec != nil {
			found++
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		_ = os.RemoveAll(bad)
	}
	if found == 0 {
		t.Error("no flip hit anything: nothing was tested")
	}
	t.Logf("%d flips: %d hit what is in use and were found and repaired, %d of them with a loss that was named; the others lay in free pages", rounds, found, named)
}

// onlyWritten: facts that are there were written, word for word.
func onlyWritten(t *testing.T, round int, got, want map[string]string) {
	t.Helper()
	for k, v := range got {
		if len(k) > 6 && k[:6] == "asrun/" && want[k] != v {
			t.Errorf("round %d: a row that nobody wrote: %q", round, k)
		}
	}
}

func flipAnywhere(t *testing.T, path string, rng *rand.Rand) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at := rng.IntN(len(b))
	for b[at] == 0 { // most of a page is empty
		at = rng.IntN(len(b))
	}
	b[at] ^= 1 << rng.IntN(8)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestFaultTornSideLog: a side log that ends in the middle of a frame, or has
// rubbish in it, hinders nothing and is whole again after the next start.
func TestFaultTornSideLog(t *testing.T) {
	rounds := storetest.Rounds(t, 10, 30, 200, 2000)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	path := filepath.Join(t.TempDir(), "j.db")
	opt := store.SafeOptions{Options: storetest.Options()}
	for round := range rounds {
		s, rec, err := store.OpenSafe(path, opt)
		if err != nil || rec != nil {
			t.Fatalf("round %d: %+v, %v", round, rec, err)
		}
		write(t, s.DB, round*3, 3)
		dir := s.Side().Dir
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		files, _ := filepath.Glob(filepath.Join(dir, "*"))
		last := files[len(files)-1]
		b, _ := os.ReadFile(last)
		cut := b[:rng.IntN(len(b)+1)]
		if round%2 == 1 {
			cut = append(cut, []byte("LXs1 rubbish \x00\x00\xff")...)
		}
		if err := os.WriteFile(last, cut, 0o600); err != nil {
			t.Fatal(err)
		}
		s, rec, err = store.OpenSafe(path, opt)
		if err != nil || rec != nil || s.Side().Err != nil || s.Side().At != s.Head() {
			t.Fatalf("round %d: repair %+v, side log %+v, %v", round, rec, s.Side(), err)
		}
		if c, err := s.CheckSide(dir); err != nil || c.Last != s.Head().Seq {
			t.Errorf("round %d: %+v, %v", round, c, err)
		}
		closeSafe(t, s)
	}
}

// TestADamageFoundByACopyIsRepairedAtTheNextStart: the links that an opening
// does not look at are looked at by each copy.
func TestADamageFoundByACopyIsRepairedAtTheNextStart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "j.db")
	s, _ := openSafe(t, path)
	ws := make([]store.Write, 1000)
	for i := range ws {
		ws[i] = put("queue", "one", "the same again and again")
	}
	ws[0] = put("asrun", "", "far behind")
	for range 12 {
		if _, err := s.Append(ws...); err != nil {
			t.Fatal(err)
		}
		ws[0] = ws[1]
	}
	want := state(t, &s.Reader)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	spoilEntry(t, path, 5)
	s, rec := openSafe(t, path)
	if rec != nil {
		t.Fatalf("the opening looked at entry 5 of 12000: %+v", rec)
	}
	if err := s.CopyNow(); err == nil || s.Copies().Err == nil {
		t.Fatal("a copy of a damaged journal counts")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s, rec = openSafe(t, path)
	defer func() { closeSafe(t, s) }()
	if rec == nil || !rec.Complete() || !maps.Equal(state(t, &s.Reader), want) {
		t.Errorf("recovery %+v", rec)
	}
	if err := s.CopyNow(); err != nil {
		t.Error(err)
	}
}

func spoilEntry(t *testing.T, path string, seq uint64) {
	t.Helper()
	if err := store.SpoilEntry(path, seq); err != nil {
		t.Fatal(err)
	}
}
