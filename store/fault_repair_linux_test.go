package store_test

import (
	"errors"
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"loaxa/store"
	"loaxa/store/storetest"
)

// TestFaultPowerCutDuringCompactionAndRepair: whatever a cut interrupts, every
// row that was saved is there at the next start.
func TestFaultPowerCutDuringCompactionAndRepair(t *testing.T) {
	rounds := storetest.Rounds(t, 0, 4, 20, 500)
	disk := storetest.NewDisk(t, 512)
	disk.Abandon() // the library keeps a file that it found damaged open
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	path := filepath.Join(disk.Dir, "j.db")
	all, repairs := map[string]bool{}, 0
	for round := range rounds {
		t.Setenv(reopenEnv, strconv.Itoa(len(all)+round*1000))
		c := startCutChild(t, path, false)
		select {
		case <-c.started:
		case <-c.gone:
			t.Fatalf("round %d: the writer did not start", round)
		}
		time.Sleep(time.Duration(50+rng.IntN(600)) * time.Millisecond)
		disk.Cut()
		time.Sleep(20 * time.Millisecond)
		c.end()
		disk.Again()
		for i := range c.acked {
			all[strconv.FormatUint(i, 10)] = true
		}
		s, rec, err := store.OpenSafe(path, store.SafeOptions{Options: storetest.Options()})
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		if rec != nil {
			repairs++
			if !rec.Complete() {
				t.Errorf("round %d: lost with a side log: %+v", round, rec)
			}
		}
		have := map[string]bool{}
		for _, row := range rows(t, &s.Reader, "asrun") {
			if have[row] {
				t.Errorf("round %d: row %s is there twice", round, row)
			}
			have[row] = true
		}
		for row := range all {
			if !have[row] {
				t.Fatalf("round %d: row %s was saved and is gone; repair %+v", round, row, rec)
			}
		}
		closeSafe(t, s)
	}
	t.Logf("%d cuts, %d rows, %d repairs at the start after a cut", rounds, len(all), repairs)
}

// TestFaultDisksThatFail: the side log's disk is full, dead or read-only. What
// is called saved is saved, the state says what is missing, and the side log
// comes back by itself and is whole.
func TestFaultDisksThatFail(t *testing.T) {
	storetest.Rounds(t, 0, 1, 1, 1)
	for name, c := range map[string]struct {
		fail, mend func(*storetest.Disk)
		early      bool // before the first byte
	}{
		"full":      {fail: (*storetest.Disk).Fill, mend: (*storetest.Disk).Free},
		"dead":      {fail: (*storetest.Disk).Cut, mend: (*storetest.Disk).Again},
		"read-only": {func(d *storetest.Disk) { d.ReadOnly(true) }, func(d *storetest.Disk) { d.ReadOnly(false) }, true},
	} {
		t.Run("side log "+name, func(t *testing.T) {
			disk := storetest.NewDisk(t, 32)
			if c.early {
				c.fail(disk)
			}
			opt := store.SafeOptions{Options: storetest.Options(), Side: filepath.Join(disk.Dir, "side")}
			s, _, err := store.OpenSafe(filepath.Join(t.TempDir(), "j.db"), opt)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { closeSafe(t, s) }()
			write(t, s.DB, 0, 3)
			if !c.early {
				c.fail(disk)
			}
			for i := 0; s.Side().Err == nil && i < 2000; i++ {
				if _, err := s.Append(put("asrun", "", string(make([]byte, 60_000)))); err != nil { // saved all the same
					t.Fatal(err)
				}
			}
			if st := s.Side(); st.Err == nil || st.Since.IsZero() || st.At.Seq >= s.Head().Seq {
				t.Fatalf("the side log stands at %+v, the journal at %d", st, s.Head().Seq)
			}
			c.mend(disk)
			deadline := time.Now().Add(30 * time.Second)
			for i := 0; s.Side().Err != nil && time.Now().Before(deadline); i++ {
				write(t, s.DB, i, 1)
				time.Sleep(100 * time.Millisecond)
			}
			if st := s.Side(); st.Err != nil || st.At != s.Head() {
				t.Errorf("the disk works again and the side log stands at %+v, the journal at %+v", st, s.Head())
			}
			if k, err := s.CheckSide(s.Side().Dir); err != nil || k.Last != s.Head().Seq || !c.early && k.Entries == 0 {
				t.Errorf("%+v, %v", k, err)
			}
		})
	}
}

// TestFaultJournalsDiskIsFull: nothing is called saved that is not, reading goes
// on, the side log never runs ahead, and with room again all goes on.
func TestFaultJournalsDiskIsFull(t *testing.T) {
	storetest.Rounds(t, 0, 1, 1, 1)
	disk := storetest.NewDisk(t, 32)
	opt := store.SafeOptions{Options: storetest.Options(), Side: filepath.Join(t.TempDir(), "side"), Copies: t.TempDir()}
	s, _, err := store.OpenSafe(filepath.Join(disk.Dir, "j.db"), opt)
	if err != nil {
		t.Fatal(err)
	}
	write(t, s.DB, 0, 3)
	disk.Fill()
	for i := 0; err == nil && i < 5000; i++ {
		_, err = s.Append(put("asrun", "", string(make([]byte, 60_000))))
	}
	if err == nil {
		t.Fatal("the disk is full and everything was saved")
	}
	if s.Side().At.Seq > s.Head().Seq {
		t.Error("the side log holds what the journal never said")
	}
	if n := len(rows(t, &s.Reader, "asrun")); n < 3 {
		t.Errorf("reading goes on: %d rows", n)
	}
	boot := s.Boot()
	closeSafe(t, s)
	// A start on the full disk is a start.
	if s, _, err = store.OpenSafe(filepath.Join(disk.Dir, "j.db"), opt); err != nil {
		t.Fatal(err)
	}
	if s.Boot() != boot+1 {
		t.Errorf("start %d after start %d", s.Boot(), boot)
	}
	disk.Free()
	if _, err := s.Append(put("asrun", "", "again")); err != nil {
		t.Errorf("with room again: %v", err)
	}
	if s.Side().At != s.Head() {
		t.Error("the side log did not follow")
	}
	closeSafe(t, s)
	disk.ReadOnly(true)
	if _, _, err := store.OpenSafe(filepath.Join(disk.Dir, "j.db"), opt); !errors.Is(err, store.ErrReadOnly) {
		t.Errorf("on a read-only disk: %v", err)
	}
	disk.ReadOnly(false)
	s, rec, err := store.OpenSafe(filepath.Join(disk.Dir, "j.db"), opt)
	if err != nil || rec != nil || s.Boot() != boot+2 {
		t.Fatalf("%+v, %v", rec, err)
	}
	closeSafe(t, s)
}

// TestFaultNoRoomForARepair: a damaged journal on a full disk. The state is
// there from memory, nothing is called saved, and with room again the next
// start repairs the file.
func TestFaultNoRoomForARepair(t *testing.T) {
	storetest.Rounds(t, 0, 1, 1, 1)
	disk := storetest.NewDisk(t, 32)
	disk.Abandon() // the library keeps a file that it found damaged open
	path := filepath.Join(disk.Dir, "j.db")
	s, _ := openSafe(t, path)
	write(t, s.DB, 0, 30)
	want := state(t, &s.Reader)
	closeSafe(t, s)
	spoil(t, path, 2*4096, 3*4096)
	disk.Fill()
	opt := store.SafeOptions{Options: storetest.Options()}
	s, rec, err := store.OpenSafe(path, opt)
	if err != nil {
		t.Fatalf("a station without a journal is silent: %v", err)
	}
	if rec == nil || s.Volatile() == nil || len(state(t, &s.Reader)) != len(want) {
		t.Errorf("repair %+v, %v, %d records of %d", rec, s.Volatile(), len(state(t, &s.Reader)), len(want))
	}
	if _, err := s.Append(put("asrun", "", "x")); !errors.Is(err, store.ErrVolatile) {
		t.Errorf("an order that only memory has was saved: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	disk.Free()
	s, rec = openSafe(t, path)
	if rec == nil || !rec.Complete() || s.Volatile() != nil || len(state(t, &s.Reader)) != len(want) {
		t.Errorf("with room again: %+v, %v", rec, s.Volatile())
	}
	closeSafe(t, s)
}
