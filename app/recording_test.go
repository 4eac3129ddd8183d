package main

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"loaxa/app/station"
	"loaxa/audio/audiotest"
	"loaxa/audio/frame"
)

func recordings(s *station.Snapshot) (all []station.Item) {
	for _, it := range s.Items {
		if it.Kind == station.KindRecording {
			all = append(all, it)
		}
	}
	return all
}

// TestFaultAKilledRecordingIsKept: the station is killed with kill -9 while it
// records a voice; what was said up to a second before is in the library after
// the restart, once, and its files are gone.
func TestFaultAKilledRecordingIsKept(t *testing.T) {
	t.Parallel() // it mostly waits
	v := newVillage(t, 1)
	voice := audiotest.WriteWAV(t, "giọng.wav", audiotest.Sine(440, 0.25, 0, 60*frame.Rate))
	args := []string{"station", "--data", v.station, "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--mic", "file:" + voice}
	s := start(t, args...)
	folder := filepath.Join(v.station, "recordings")
	must(t, "ctl", "--data", v.station, "record", "start", "--title", "Lời bà trưởng thôn")
	eventually(t, "three seconds are on disk", func() bool {
		st, err := os.Stat(filepath.Join(folder, "rec-1.wav"))
		return err == nil && st.Size() > 3*2*frame.Rate
	})
	if m := snapshot(t, v.station).Mic; m.Stage != station.MicRecord || m.State != station.MicGood {
		t.Errorf("while it records the microphone is %+v", m)
	}
	st, err := os.Stat(filepath.Join(folder, "rec-1.wav"))
	if err != nil {
		t.Fatal(err)
	}
	s.kill()
	s = start(t, args...)
	eventually(t, "the recording is in the library", func() bool { return len(recordings(snapshot(t, v.station))) == 1 })
	it := recordings(snapshot(t, v.station))[0]
	least := time.Duration(st.Size()-2*frame.Rate) * time.Second / (2 * frame.Rate)
	if it.Title != "Lời bà trưởng thôn" || it.Length < least || math.Abs(it.LUFS+15) > 3 {
		t.Errorf("the recording is %+v, at least %v were on disk", it, least)
	}
	gone := func() bool { left, err := os.ReadDir(folder); return err == nil && len(left) == 0 }
	eventually(t, "its files are gone", gone)
	s.end()
	s = start(t, args...)
	if got := recordings(snapshot(t, v.station)); len(got) != 1 || got[0].ID != it.ID {
		t.Errorf("after one more restart: %+v", got)
	}

	// One that ends in order is there at once; one thrown away is not.
	must(t, "ctl", "--data", v.station, "record", "start", "--title", "Hai")
	time.Sleep(700 * time.Millisecond)
	must(t, "ctl", "--data", v.station, "record", "stop")
	eventually(t, "the second is there", func() bool {
		return slices.ContainsFunc(recordings(snapshot(t, v.station)), func(it station.Item) bool { return it.Title == "Hai" && it.Length > 300*time.Millisecond })
	})
	must(t, "ctl", "--data", v.station, "record", "start", "--title", "Ba")
	time.Sleep(300 * time.Millisecond)
	must(t, "ctl", "--data", v.station, "record", "stop", "--discard")
	eventually(t, "its files are gone too", gone)
	if got := recordings(snapshot(t, v.station)); len(got) != 2 {
		t.Errorf("at the end: %+v", got)
	}
	s.end()
	must(t, "verify", "--data", v.station)
}

// TestWhatIsSaidOnAirIsKept: a live broadcast leaves a recording that names it.
func TestWhatIsSaidOnAirIsKept(t *testing.T) {
	t.Parallel() // it mostly waits
	v := newVillage(t, 1)
	voice := audiotest.WriteWAV(t, "giọng.wav", audiotest.Sine(440, 0.25, 0, 60*frame.Rate))
	s := start(t, "station", "--data", v.station, "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--mic", "file:"+voice, "--pins", v.pins)
	start(t, "cluster", "--data", v.clusters[0], "--station", s.ready.Addr, "--peer", v.stationID, "--out", "virtual")
	eventually(t, "the roster is known", func() bool { return len(snapshot(t, v.station).Clusters) == 1 })
	if m := snapshot(t, v.station).Mic; m.State != station.MicReady {
		t.Errorf("a microphone that nobody opened is %s", m.State)
	}
	must(t, "ctl", "--data", v.station, "live", "start", "--title", "Tiêm chủng", "--no-chime")
	eventually(t, "it is recorded", func() bool { m := snapshot(t, v.station).Mic; return m.Open && m.Recording })
	time.Sleep(time.Second)
	must(t, "ctl", "--data", v.station, "live", "stop")
	eventually(t, "the recording is there", func() bool {
		got := recordings(snapshot(t, v.station))
		return len(got) == 1 && got[0].Of == 1 && got[0].Title == "Tiêm chủng" && got[0].Length > 500*time.Millisecond && got[0].LUFS > -40
	})
}
