package main

import (
	"encoding/json"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"loaxa/app/boot"
	"loaxa/app/onair"
	"loaxa/app/station"
	"loaxa/audio/audiotest"
	"loaxa/audio/frame"
	"loaxa/audio/library"
	"loaxa/store"
	"loaxa/store/storetest"
)

// onDisk makes a village whose station lives on a disk that can be filled and
// cut; its poles live elsewhere.
func onDisk(t *testing.T, mib int64) (village, *storetest.Disk, []string) {
	t.Helper()
	disk := storetest.NewDisk(t, mib)
	v := newVillage(t, 1)
	conf, err := boot.LoadConfig(v.station)
	if err != nil {
		t.Fatal(err)
	}
	v.station = filepath.Join(disk.Dir, "s")
	v.stationID = keyOf(t, v.station)
	if err := boot.WriteConfig(v.station, conf); err != nil {
		t.Fatal(err)
	}
	return v, disk, []string{"station", "--data", v.station, "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--mic", "none", "--pins", v.pins}
}

// ctl is a command to the station; saved is what its answer says.
func ctl(v village, args ...string) (a onair.Answer, saved bool, errs string) {
	out, errs, code := call(append([]string{"ctl", "--data", v.station}, args...)...)
	saved = code == 0 && json.Unmarshal([]byte(out), &a) == nil && a.Saved
	return a, saved, errs
}

// TestFaultCutStationKeepsWhatItAnswered cuts the power of the station's disk
// while it plays and is given orders: whatever was answered "saved" is in the
// journal of the next start, the item is there to be heard, and the key is
// still the one the poles know.
func TestFaultCutStationKeepsWhatItAnswered(t *testing.T) {
	rounds := storetest.Rounds(t, 0, 1, 5, 100)
	v, disk, args := onDisk(t, 64)
	file := audiotest.WriteWAV(t, "dai.wav", audiotest.Sine(300, 0.2, 0, 5*frame.Rate))
	all := map[uint64]bool{} // journal numbers that were answered saved
	entries := 0
	for round := range rounds {
		s := start(t, args...)
		if s.ready.ID != v.stationID {
			t.Fatalf("round %d: the station is %s, was %s", round, s.ready.ID, v.stationID)
		}
		eventually(t, "the roster is known", func() bool { return len(snapshot(t, v.station).Clusters) == 1 })
		if round == 0 {
			must(t, "ctl", "--data", v.station, "queue", "add", file) // waits on; paused, so that it stays
			entries++
		}
		entries += orderUntil(t, v, file, all, disk.Cut)
		s.kill()
		disk.Again()
		inJournal(t, v, all)
	}
	s := start(t, args...)
	if s.ready.ID != v.stationID {
		t.Errorf("the station is %s, was %s", s.ready.ID, v.stationID)
	}
	if got := len(snapshot(t, v.station).Queue.Entries); got < entries {
		t.Errorf("the queue has %d entries, %d were answered saved", got, entries)
	}
	must(t, "ctl", "--data", v.station, "queue", "play")
	eventually(t, "the queue plays", func() bool {
		sn := snapshot(t, v.station)
		return len(sn.Air) == 1 && sn.Air[0].Phase == station.OnAir
	})
	for _, e := range snapshot(t, v.station).Events {
		if e.Kind == station.EvBroken {
			t.Errorf("an item was lost: %q %s", e.Title, e.Reason)
		}
	}
	s.end()
	must(t, "verify", "--data", v.station)
	t.Logf("%d cuts, %d orders answered saved", rounds, len(all))
}

// orderUntil adds entries from three sides, cuts after a while, and returns
// how many were answered saved.
func orderUntil(t *testing.T, v village, file string, all map[uint64]bool, cut func()) (n int) {
	t.Helper()
	var mu sync.Mutex
	var wg sync.WaitGroup
	off := make(chan struct{})
	for range 3 {
		wg.Go(func() {
			for {
				select {
				case <-off:
					return
				default:
				}
				if a, saved, _ := ctl(v, "queue", "add", file); saved {
					mu.Lock()
					all[a.Seq] = true
					n++
					mu.Unlock()
				}
			}
		})
	}
	eventually(t, "some orders are saved", func() bool { mu.Lock(); defer mu.Unlock(); return n >= 4 })
	cut()
	close(off)
	wg.Wait()
	return n
}

func inJournal(t *testing.T, v village, all map[uint64]bool) {
	t.Helper()
	path := filepath.Join(v.station, "station.db")
	if _, err := store.ProveFile(path); err != nil {
		t.Fatal(err)
	}
	r, err := store.OpenAny(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	for seq := range all {
		if _, err := r.At(seq); err != nil {
			t.Errorf("entry %d was answered saved and is gone: %v", seq, err)
		}
	}
}

// TestFaultFullDiskDoesNotStopTheAir fills the station's disk while it plays:
// the pole plays on, no order is answered saved, the screen's account says
// that the disk fails, an emergency is heard, and when there is room again all
// that was decided is in the journal.
func TestFaultFullDiskDoesNotStopTheAir(t *testing.T) {
	storetest.Rounds(t, 0, 1, 1, 1)
	v, disk, args := onDisk(t, 96)
	out := filepath.Join(v.dir, "c1.wav")
	s := start(t, args...)
	pole := start(t, "cluster", "--data", v.clusters[0], "--station", s.ready.Addr, "--peer", v.stationID, "--out", "wav:"+out)
	long := audiotest.WriteWAV(t, "dai.wav", audiotest.Sine(440, 0.1, 0, 150*frame.Rate))
	other := audiotest.WriteWAV(t, "khac.wav", audiotest.Sine(300, 0.1, 0, 5*frame.Rate))
	eventually(t, "the pole is there", func() bool {
		sn := snapshot(t, v.station)
		return len(sn.Clusters) == 1 && sn.Clusters[0].State == station.ClusterIdle
	})
	for _, f := range []string{long, other, other} {
		must(t, "ctl", "--data", v.station, "queue", "add", f)
	}
	must(t, "ctl", "--data", v.station, "queue", "play")
	playing := func() bool { return snapshot(t, v.station).Clusters[0].State == station.ClusterPlaying }
	eventually(t, "the pole plays", playing)
	disk.Fill()
	if _, saved, errs := ctl(v, "queue", "add", audiotest.WriteWAV(t, "moi.wav", audiotest.Noise(1, 0.1, 5*frame.Rate))); saved || !strings.Contains(errs, "no space") {
		t.Errorf("an import on a full disk: saved %t, said %q", saved, errs)
	}
	before := untilFailing(t, v)
	_, saved, errs := ctl(v, "queue", "move", "3", "2")
	if saved || !strings.Contains(errs, string(station.NotSaved)) {
		t.Errorf("an order on a full disk: saved %t, said %q", saved, errs)
	}
	t.Logf("an order on a full disk is answered: %s", strings.TrimSpace(errs))
	if !playing() {
		t.Errorf("the pole is %s while the disk is full", snapshot(t, v.station).Clusters[0].State)
	}
	if a, _, errs := ctl(v, "emergency", "--siren", "iso-8201"); a.Started == 0 || a.Saved || a.Refusal != nil {
		t.Errorf("the emergency was answered %+v %s", a, errs)
	}
	eventually(t, "the pole sounds the emergency", func() bool {
		sn := snapshot(t, v.station)
		return len(sn.Air) > 0 && sn.Air[0].Class == station.Emergency && sn.Clusters[0].Health.Playing == sn.Air[0].ID
	})
	time.Sleep(3 * time.Second) // a whole group of the siren
	must(t, "ctl", "--data", v.station, "emergency", "--end")
	spoken := sayOnFullDisk(t, v)
	eventually(t, "the programme goes on", func() bool { sn := snapshot(t, v.station); return sn.Emergency == nil && playing() })
	if sn := snapshot(t, v.station); !sn.Saved.Failing || sn.Saved.Seq > before {
		t.Errorf("the disk is full and the journal says %+v, was at %d", sn.Saved, before)
	}
	disk.Free()
	eventually(t, "the disk is said to work", func() bool { return !snapshot(t, v.station).Saved.Failing })
	if _, saved, errs := ctl(v, "queue", "move", "2", "2"); !saved {
		t.Errorf("with room again: %s", errs)
	}
	time.Sleep(time.Second) // the pole's file is whole at every second
	pole.end()
	s.end()
	must(t, "verify", "--data", v.station)
	heardInOrder(t, audiotest.ReadFile(t, out))
	emergencies := 0
	for e := range asRun(t, v) {
		if e.Kind == station.EvEmergency {
			emergencies++
		}
	}
	if emergencies != 1+spoken {
		t.Errorf("the log has %d emergencies, there were %d", emergencies, 1+spoken)
	}
}

// sayOnFullDisk airs an emergency's words where the machine has a voice: they
// are spoken from memory. It returns how many emergencies that were.
func sayOnFullDisk(t *testing.T, v village) int {
	t.Helper()
	if err := library.SpeechAvailable(); err != nil {
		t.Log(err)
		return 0
	}
	if a, _, errs := ctl(v, "emergency", "Nước sông lên nhanh"); a.Started == 0 {
		t.Errorf("the emergency was answered %+v %s", a, errs)
	}
	eventually(t, "the words are spoken", func() bool {
		sn := snapshot(t, v.station)
		return len(sn.Air) > 0 && sn.Air[0].Piece.Kind == station.FromSpeech && sn.Air[0].Phase == station.OnAir
	})
	must(t, "ctl", "--data", v.station, "emergency", "--end")
	return 1
}

// untilFailing gives orders until the journal finds no block that is free and
// returns its last saved number. Orders after the first failure are given up
// by their callers, never answered saved.
func untilFailing(t *testing.T, v village) (seq uint64) {
	t.Helper()
	for range 200 {
		sn := snapshot(t, v.station)
		if sn.Saved.Failing {
			return sn.Saved.Seq
		}
		_, _, _ = ctl(v, "card", "Thông báo "+strings.Repeat("dài ", 40))
		_, _, _ = ctl(v, "queue", "move", "3", "2")
		_, _, _ = ctl(v, "queue", "move", "2", "2")
	}
	t.Fatal("the disk is full and the journal never says so")
	return 0
}

// heardInOrder: programme, siren, programme, each for a second and more.
func heardInOrder(t *testing.T, heard []float32) {
	t.Helper()
	const part = frame.Rate / 4
	var siren, before, after int
	for i := 0; i+part <= len(heard); i += part {
		switch s := heard[i : i+part]; {
		case tone(s, 800) > 0.4:
			siren++
		case tone(s, 440) > 0.4 && siren == 0:
			before++
		case tone(s, 440) > 0.4:
			after++
		}
	}
	if before < 4 || siren < 3 || after < 4 {
		t.Errorf("heard in quarters of a second: programme %d, siren %d, programme %d", before, siren, after)
	}
}

func asRun(t *testing.T, v village) iter.Seq[station.Event] {
	return func(yield func(station.Event) bool) {
		for e, err := range boot.ReadAsRun(filepath.Join(v.station, "station.db")) {
			if err != nil {
				t.Fatal(err)
			}
			if !yield(e) {
				return
			}
		}
	}
}

// TestFaultARecordingOnAFullDisk fills the disk while the station plays and
// records: the recording breaks and says why, the air does not; what was said
// before is in the library when there is room again.
func TestFaultARecordingOnAFullDisk(t *testing.T) {
	v, disk, args := onDisk(t, 64)
	args[8] = "file:" + audiotest.WriteWAV(t, "giọng.wav", audiotest.Sine(440, 0.25, 0, 120*frame.Rate))
	s := start(t, args...)
	out := filepath.Join(v.dir, "heard.wav")
	start(t, "cluster", "--data", v.clusters[0], "--station", s.ready.Addr, "--peer", v.stationID, "--out", "wav:"+out)
	file := audiotest.WriteWAV(t, "dai.wav", audiotest.Sine(300, 0.2, 0, 60*frame.Rate))
	eventually(t, "the pole is there", func() bool {
		sn := snapshot(t, v.station)
		return len(sn.Clusters) == 1 && sn.Clusters[0].State == station.ClusterIdle
	})
	must(t, "ctl", "--data", v.station, "play", file)
	must(t, "ctl", "--data", v.station, "record", "start", "--title", "Lời bà trưởng thôn")
	written := func() int64 {
		st, err := os.Stat(filepath.Join(v.station, "recordings", "rec-1.wav"))
		if err != nil {
			return 0
		}
		return st.Size()
	}
	eventually(t, "two seconds are on disk", func() bool { return written() > 2*2*frame.Rate })
	disk.Fill()
	eventually(t, "it is said that the recording broke", func() bool {
		sn := snapshot(t, v.station)
		return sn.Mic.Stage == station.MicClosed && slices.ContainsFunc(sn.Faults, func(f station.Fault) bool {
			return f.Reason == "record-disk-full" && f.Subject == "Lời bà trưởng thôn"
		})
	})
	time.Sleep(2 * time.Second)
	if sn := snapshot(t, v.station); sn.Clusters[0].State != station.ClusterPlaying || sn.Clusters[0].Missed != 0 {
		t.Errorf("on the full disk the pole is %s and missed %v", sn.Clusters[0].State, sn.Clusters[0].Missed)
	}
	least := written()
	disk.Free()
	s.end()
	s = start(t, args...)
	eventually(t, "what was said is in the library", func() bool { return len(recordings(snapshot(t, v.station))) == 1 })
	if got := recordings(snapshot(t, v.station))[0]; got.Length < time.Duration(least-frame.Rate)*time.Second/(2*frame.Rate) {
		t.Errorf("%v of it are there, %d bytes were on disk", got.Length, least)
	}
	s.end()
	must(t, "verify", "--data", v.station)
}
