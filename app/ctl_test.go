package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"loaxa/app/station"
	"loaxa/audio/audiotest"
	"loaxa/audio/frame"
)

// TestADayFromAShell: the timetable, an emergency that is taken back, one that
// ends with its all-clear, and the station's own end.
func TestADayFromAShell(t *testing.T) {
	v := newVillage(t, 1)
	args := []string{"station", "--data", v.station, "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--mic", "none", "--pins", v.pins}
	s := start(t, args...)
	eventually(t, "the roster is known", func() bool { return len(snapshot(t, v.station).Clusters) == 1 })
	wav := audiotest.WriteWAV(t, "Bản tin.wav", audiotest.Sine(300, 0.2, 0, frame.Rate))
	ctl := func(args ...string) string {
		t.Helper()
		return must(t, append([]string{"ctl", "--data", v.station}, args...)...)
	}
	ctl("slot", "add", "05:00", wav, "--days", "135", "--mode", "hard", "--to", "1")
	slots := snapshot(t, v.station).Plan.Slots
	if len(slots) != 1 || slots[0].Minute != 300 || slots[0].Days != 0b10101 || slots[0].Mode != station.StartHard || slots[0].Title != "Bản tin" ||
		len(slots[0].Items) != 1 || slots[0].Targets.Numbers[0] != 1 {
		t.Fatalf("slots %+v", slots)
	}
	if out := ctl("slot", "list"); out != "#1  05:00  135  hard  Bản tin  1 items\n" {
		t.Errorf("the list is %q", out)
	}
	ctl("slot", "remove", "1")
	if ctl("clock"); len(events(t, v, station.EvClockSure)) != 1 {
		t.Error("the word for the clock is not in the log")
	}
	if got := snapshot(t, v.station).Plan.Slots; len(got) != 0 {
		t.Errorf("after the removal: %+v", got)
	}
	timetableFile(t, v, ctl)
	refuses(t, 2, "time of day", "ctl", "--data", v.station, "slot", "add", "25:00", wav)
	refuses(t, 2, "1 is Monday", "ctl", "--data", v.station, "slot", "add", "05:00", wav, "--days", "08")
	refuses(t, 1, "refused: no-emergency: No emergency is open", "ctl", "--data", v.station, "emergency", "correct")
	refuses(t, 1, "no-clash", "ctl", "--data", v.station, "first", "7")
	refuses(t, 1, "mic-absent", "ctl", "--data", v.station, "record", "start")
	refuses(t, 2, "not a day", "ctl", "--data", v.station, "log", "--from", "hôm qua")

	open := func() *station.EmergencyView { return snapshot(t, v.station).Emergency }
	ctl("emergency", "--siren", "attention", "Lũ về, bà con lên chỗ cao")
	eventually(t, "it is open", func() bool { return open() != nil })
	ctl("emergency", "correct")
	eventually(t, "it was taken back", func() bool { return len(events(t, v, station.EvCorrection)) == 1 })
	ctl("stop")
	ctl("emergency", "--siren", "attention", "Lũ về, bà con lên chỗ cao")
	eventually(t, "the second is open", func() bool { return open() != nil })
	ctl("emergency", "end", "--all-clear")
	eventually(t, "the all-clear follows", func() bool { return len(events(t, v, station.EvAllClear)) == 1 })

	severalDangers(t, v, ctl)

	if out := ctl("shutdown"); out != "stopped\n" {
		t.Errorf("shutdown says %q", out)
	}
	<-s.gone
	if code := s.cmd.ProcessState.ExitCode(); code != 0 {
		t.Errorf("the station ended with %d: %s", code, s.err)
	}
	if _, err := os.Stat(filepath.Join(v.station, "station.db")); err != nil {
		t.Fatal(err)
	}
	must(t, "verify", "--data", v.station)
	refuses(t, 1, "no station answers", "ctl", "--data", v.station, "shutdown")
}

// severalDangers: two are open at once, a file of another system becomes one, a
// new word takes the place of an older, and one is written for other systems.
func severalDangers(t *testing.T, v village, ctl func(args ...string) string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "alert.xml")
	at := time.Now().Add(time.Hour)
	b, err := station.NewCAP(station.EmergencyView{ID: 9, Text: "Cháy rừng ở Thôn 2", Level: 4, Kind: "forest-fire", Since: station.Stamp{Wall: at}},
		station.StationView{ID: "other", Name: "Huyện"}, "23995", nil).Bytes()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	ctl("stop")
	ctl("emergency", "--level", "2", "--kind", "spill", "--every", "10m", "--times", "3", "Xả lũ 370")
	refuses(t, 1, "not for commune", "ctl", "--data", v.station, "emergency", "--cap", file, "--commune", "24007")
	ctl("emergency", "--cap", file, "--commune", "23995")
	open := func() []station.EmergencyView { return snapshot(t, v.station).Open }
	eventually(t, "two are open", func() bool { return len(open()) == 2 })
	if first := open()[0]; first.Level != 4 || !strings.Contains(first.Text, "Cháy rừng ở Thôn 2") || first.Drill {
		t.Errorf("of the file came %+v", first)
	}
	newer := station.NewCAP(station.EmergencyView{ID: 10, Text: "Cháy lan sang Thôn 3", Level: 4, Since: station.Stamp{Wall: at}},
		station.StationView{ID: "other", Name: "Huyện"}, "23995", nil)
	for refs, works := range map[string]bool{"else,else-9,x": false, "other,other-9,x": true} {
		newer.MsgType, newer.References = "Update", refs
		if b, err = newer.Bytes(); err != nil || os.WriteFile(file, b, 0o600) != nil {
			t.Fatal(err)
		}
		if !works {
			refuses(t, 1, "--updates", "ctl", "--data", v.station, "emergency", "--cap", file)
			continue
		}
		ctl("emergency", "--cap", file)
		eventually(t, "the file's own update is in its place", func() bool {
			o := open()
			return len(o) == 2 && o[0].Version == 2 && strings.Contains(o[0].Text, "Cháy lan") && o[0].Source == "other,other-10"
		})
	}
	spill := open()[1]
	ctl("emergency", "--level", "3", "--kind", "spill", "--updates", fmt.Sprint(spill.ID), "Xả lũ 540")
	eventually(t, "the new word is open", func() bool { o := open(); return len(o) == 2 && o[1].Text == "Xả lũ 540" && o[1].Version == 2 })
	if out := ctl("emergency", "list"); !strings.Contains(out, "Xả lũ 540") || strings.Contains(out, "370") {
		t.Errorf("the list is %q", out)
	}
	c, err := station.ParseCAP([]byte(ctl("emergency", "export", "--commune", "23995")))
	if err != nil || c.In("vi").Level() != 4 {
		t.Errorf("%v, exported %+v", err, c)
	}
	ctl("emergency", "end", "--of", fmt.Sprint(open()[0].ID))
	ctl("emergency", "end")
	eventually(t, "none is open", func() bool { return len(open()) == 0 })
}

func events(t *testing.T, v village, kind station.EventKind) (all []station.Event) {
	t.Helper()
	for _, e := range snapshot(t, v.station).Events {
		if e.Kind == kind {
			all = append(all, e)
		}
	}
	return all
}

// timetableFile: a file is taken whole or not at all; what overlaps is refused,
// or answered as it was asked.
func timetableFile(t *testing.T, v village, ctl func(...string) string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "lich.csv")
	write := func(s string) {
		if err := os.WriteFile(path, []byte(s), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	starts := func() (out []int) {
		for _, sl := range snapshot(t, v.station).Plan.Slots {
			out = append(out, sl.Minute)
			ctl("slot", "remove", fmt.Sprint(sl.ID))
		}
		return out
	}
	write("Giờ;Tên;Bài\n05:00;Sáng;Bản tin\n17:00;Chiều;Chuyện lạ\n")
	refuses(t, 2, "Chuyện lạ", "ctl", "--data", v.station, "slot", "import", path)
	write("Giờ;Tên;Bài\n05:00;Sáng;Bản tin\n05:00;Cũng sáng;Bản tin\n")
	refuses(t, 1, "overlaps", "ctl", "--data", v.station, "slot", "import", path)
	if got := starts(); len(got) != 0 {
		t.Errorf("of a refused file there are slots: %v", got)
	}
	ctl("slot", "import", path, "--overlap", "shift")
	if got := starts(); len(got) != 2 || got[0] != 300 || got[1] != 301 {
		t.Errorf("moved to the next free minute: %v", got)
	}
}
