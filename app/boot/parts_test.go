package boot

import (
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"loaxa/app/station"
	"loaxa/app/trust"
	"loaxa/audio/frame"
	"loaxa/audio/soundcard"
	"loaxa/store"
	"loaxa/store/storetest"
)

// TestAStoredKeyMustFitItsPin: a key file that was swapped is not believed.
func TestAStoredKeyMustFitItsPin(t *testing.T) {
	dir := t.TempDir()
	pub, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	sig := ed25519.Sign(key, []byte("x"))
	var first pinnedKey
	first.keep(dir, pub)
	var again, swapped pinnedKey
	kin, err := trust.OpenKin(filepath.Join(dir, kinFile))
	if err != nil {
		t.Fatal(err)
	}
	again.load(dir, trust.Fingerprint(pub), kin)
	if !again.verify([]byte("x"), sig) || again.verify([]byte("y"), sig) {
		t.Error("the station's key is not known after a restart")
	}
	swapped.load(dir, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", kin)
	if swapped.verify([]byte("x"), sig) {
		t.Error("a key that is not the pinned one was believed")
	}
}

func TestTheDesksSocketIsForItsOwn(t *testing.T) {
	dir := t.TempDir()
	l, err := listenAttach(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	st, err := os.Stat(filepath.Join(dir, "desk.sock"))
	if err != nil || st.Mode().Perm() != 0o660 {
		t.Errorf("mode %v, %v", st.Mode(), err)
	}
	if _, err := listenAttach(dir); err == nil {
		t.Error("a second station took the first one's socket")
	}
}

// TestTheJournalHoldsWhatTheDeskSays: a value is a record, none deletes it, and
// done is told the number of the last entry.
func TestTheJournalHoldsWhatTheDeskSays(t *testing.T) {
	db := storetest.Open(t)
	j := &journal{db: db, writer: store.NewWriter(db)}
	defer func() { _ = j.writer.Close(t.Context()) }()
	write := func(r station.Record) (seq uint64) {
		t.Helper()
		done := make(chan uint64, 1)
		err := j.Write([]station.Event{{Records: []station.Record{r}}}, func(n uint64, err error) {
			if err != nil {
				t.Error(err)
			}
			done <- n
		})
		if err != nil {
			t.Fatal(err)
		}
		return <-done
	}
	count := func() (n int) {
		_ = j.Each(station.ClassQueue, func(string, []byte) error { n++; return nil })
		return n
	}
	if n := write(station.Record{Class: station.ClassQueue, Key: "1", Value: station.QueueEntry{ID: 1}}); n != 1 || count() != 1 {
		t.Errorf("entry %d, %d records", n, count())
	}
	if n := write(station.Record{Class: station.ClassQueue, Key: "1"}); n != 2 || count() != 0 {
		t.Errorf("entry %d, %d records", n, count())
	}
	if got := j.saved(); got.Seq != 2 || got.Failing {
		t.Errorf("saved %+v", got)
	}
}

func TestTheMicrophoneInWords(t *testing.T) {
	voice := frame.Level{RMS: 0.1, Peak: 0.4}
	for _, c := range []struct {
		in   soundcard.CaptureState
		want station.MicState
		why  string
	}{
		{soundcard.CaptureState{Kind: "fifo", Flowing: true, Level: voice}, station.MicGood, ""},
		{soundcard.CaptureState{Kind: "fifo", Level: voice}, station.MicNoSignal, ""},
		{soundcard.CaptureState{Kind: "fifo", Flowing: true, Quiet: true}, station.MicNoSignal, ""},
		{soundcard.CaptureState{Kind: "fifo", Flowing: true, Level: frame.Level{RMS: 0.005}}, station.MicQuiet, ""},
		{soundcard.CaptureState{Kind: "fifo", Flowing: true, Level: voice, Clipped: 3}, station.MicClipping, ""},
		{soundcard.CaptureState{Kind: "none"}, station.MicNone, ""},
		{soundcard.CaptureState{Kind: "none", Err: soundcard.ErrNoCard}, station.MicBroken, "no-mic-card"},
		{soundcard.CaptureState{Kind: "fifo", Err: soundcard.ErrNotPCM}, station.MicNoSignal, "not-pcm"},
		{soundcard.CaptureState{Kind: "card", Err: errors.New("odd")}, station.MicNoSignal, "odd"},
	} {
		if got := new(micWatch).report(c.in, ""); got.State != c.want || got.Why != c.why {
			t.Errorf("%+v: %s %q, want %s %q", c.in, got.State, got.Why, c.want, c.why)
		}
	}
}

func TestAStrangerIsOneLineAMinute(t *testing.T) {
	now := time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC)
	s := newSeldom(func() time.Time { return now })
	lines := 0
	for range 1000 {
		now = now.Add(100 * time.Millisecond)
		if s.may("10.0.0.1") {
			lines++
		}
	}
	if lines != 2 || !s.may("10.0.0.2") {
		t.Errorf("%d lines in 100 s", lines)
	}
}

func TestTheReadyLine(t *testing.T) {
	b, err := json.Marshal(Ready{Ready: true, Role: "station", Addr: "127.0.0.1:1", ID: "x"})
	if err != nil || string(b) != `{"ready":true,"role":"station","addr":"127.0.0.1:1","id":"x"}` {
		t.Errorf("%s %v", b, err)
	}
}

// TestTheLastWordsOfAProgramAreBounded: a program that is started again and
// again leaves two files of a bounded size, and warns into its log only.
func TestTheLastWordsOfAProgramAreBounded(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "station.stderr")
	for range 4 {
		f, err := openStderr(path)
		if err != nil {
			t.Fatal(err)
		}
		r, err := Role{Data: filepath.Join(dir, "s"), Err: f}.begin("station")
		if err != nil {
			t.Fatal(err)
		}
		r.warn("said once", errors.New("why"))
		r.end()
		if _, err := f.Write(make([]byte, maxStderr)); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	total := int64(0)
	files, err := filepath.Glob(path + "*")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		st, err := os.Stat(f)
		if err != nil {
			t.Fatal(err)
		}
		total += st.Size()
		if b, err := os.ReadFile(f); err != nil || strings.Contains(string(b), "said once") {
			t.Errorf("%s holds a warning, or %v", f, err)
		}
	}
	if len(files) != 2 || total > 4*maxStderr {
		t.Errorf("%d files of %d bytes", len(files), total)
	}
	if b, err := os.ReadFile(filepath.Join(dir, "s", "station.log")); err != nil || strings.Count(string(b), "said once") != 4 {
		t.Errorf("the log: %v", err)
	}
}
