package boot

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"loaxa/app/station"
)

// TestDrillFalseAlarm: sent at 17:42, taken back a minute later; within two
// seconds the wrong words are silent, the correction sounds where they were
// heard, and both boards say it.
func TestDrillFalseAlarm(t *testing.T) {
	inOffice(t, 17, 42, func(o *office) {
		a := o.must(station.EmergencyStart{Text: "Vỡ đập", Siren: "siren", Level: 5, Targets: to("c1", "c2")})
		time.Sleep(7 * time.Second)
		if got := o.heard(time.Time{}); !slices.Equal(got, []string{"siren", "Vỡ đập"}) {
			t.Fatalf("heard %q", got)
		}
		pressed := time.Now()
		o.must(station.EmergencyCorrect{Of: a.Started})
		if b := o.boards(); !strings.Contains(b[0], "KHÔNG ĐÚNG") || b[0] != b[1] {
			t.Errorf("the boards say %q", b)
		}
		time.Sleep(2 * time.Second)
		if got := o.heard(pressed); len(got) == 0 || got[0] != "attention" {
			t.Errorf("within two seconds: %q", got)
		}
		time.Sleep(30 * time.Second)
		got := strings.Join(o.heard(pressed), " ")
		if !strings.Contains(got, "ĐÍNH CHÍNH: tin lúc 17 giờ 42 phút là KHÔNG ĐÚNG") || strings.Contains(got, "Vỡ đập") {
			t.Errorf("heard %q", got)
		}
		for _, p := range o.deck.said {
			if !slices.Equal(p.where, []station.ClusterID{"c1", "c2"}) {
				t.Errorf("%q at %v", p.text(), p.where)
			}
		}
		if len(o.desk.Snapshot().Open) != 0 {
			t.Error("it is open still")
		}
	})
}

// TestDrillMicrophoneLeftOpen: somebody talks in the room for an hour; it closes
// at its limit, and says so.
func TestDrillMicrophoneLeftOpen(t *testing.T) {
	inOffice(t, 17, 0, func(o *office) {
		o.must(station.LiveStart{Title: "Họp dân", Targets: station.Everywhere()})
		time.Sleep(9*time.Minute + 50*time.Second)
		if o.desk.Snapshot().Mic.Stage != station.MicSpeak {
			t.Fatalf("stage %s", o.desk.Snapshot().Mic.Stage)
		}
		time.Sleep(50 * time.Minute)
		synctest.Wait()
		if s := o.desk.Snapshot(); s.Mic.Stage != station.MicClosed || len(s.Air) != 0 {
			t.Errorf("an hour later: %s, %d on air", s.Mic.Stage, len(s.Air))
		}
		if got := o.rows("end Họp dân (time-limit)"); len(got) != 1 || !strings.HasPrefix(got[0], "22 17:10") {
			t.Errorf("the log says %q", got)
		}
	})
}

// TestDrillJingleAgainstALongTalk: the 20:00 jingle under a talk does not sound
// when the talk ends at 22:10; the row says that it was missed.
func TestDrillJingleAgainstALongTalk(t *testing.T) {
	inOffice(t, 19, 50, func(o *office) {
		o.must(station.SettingsPut{Rules: station.Rules{Name: "x", MicLimit: 2*time.Hour - time.Minute}})
		o.must(station.SlotPut{Slot: station.Slot{Title: "nhạc hiệu", Minute: 20 * 60, Days: station.EveryDay, Mode: station.StartSkip, Items: []station.ItemID{"jingle"}, Targets: station.Everywhere()}})
		o.must(station.QueueAdd{Item: "jingle", Targets: station.Everywhere(), At: -1})
		o.must(station.QueuePlay{})
		time.Sleep(20 * time.Second)
		o.must(station.LiveStart{Title: "Họp", Targets: station.Everywhere()})
		time.Sleep(10 * time.Minute)
		_ = o.desk.Tell(o.ctx, station.SlotDue{Slot: 1, At: time.Date(2026, 11, 22, 20, 0, 0, 0, Saigon).Unix()})
		time.Sleep(100 * time.Minute)
		over := time.Now()
		o.must(station.LiveStop{})
		time.Sleep(time.Hour)
		if got := o.heard(over); len(got) != 0 {
			t.Errorf("hours late there sounds %q", got)
		}
		if got := o.rows("missed nhạc hiệu (air-taken)"); len(got) != 1 {
			t.Errorf("missed: %q in %q", got, o.disk.rows)
		}
		if got := o.rows("missed"); len(got) != 1 {
			t.Errorf("the log says %q", got)
		}
	})
}

// TestDrillSpillNotice: revised four times in an afternoon; each takes the place
// of the one before, says which, and one alone is open.
func TestDrillSpillNotice(t *testing.T) {
	inOffice(t, 13, 0, func(o *office) {
		id := o.must(station.EmergencyStart{Text: "Xả lũ 200", Siren: "siren", Level: 2, Targets: to("c1", "c2")}).Started
		for n, flow := range []string{"350", "500", "800", "300"} {
			time.Sleep(45 * time.Minute)
			since := time.Now()
			id = o.must(station.EmergencyStart{Text: "Xả lũ " + flow, Siren: "siren", Level: 3, Targets: to("c2", "c3"), Updates: id}).Started
			open := o.desk.Snapshot().Open
			if len(open) != 1 || open[0].Version != n+2 || open[0].Text != "Xả lũ "+flow {
				t.Fatalf("revision %d: open are %+v", n+1, open)
			}
			time.Sleep(time.Minute)
			got := o.heard(since)
			if len(got) != 3 || got[0] != "siren" || !strings.HasPrefix(got[1], "TIN MỚI, thay tin lúc") || !strings.HasSuffix(got[1], "Xả lũ "+flow) {
				t.Errorf("revision %d: heard %q", n+1, got)
			}
		}
		last := o.deck.said[len(o.deck.said)-1]
		if len(last.where) != 3 {
			t.Errorf("who heard an older word does not hear the newest: %v", last.where)
		}
		if got := o.boards(); !strings.Contains(got[0], "Xả lũ 300") {
			t.Errorf("the boards say %q", got)
		}
	})
}

// TestDrillTwoEmergenciesForOverlappingHamlets: both are heard whole by all whom
// they are for, in turns, the more dangerous first; never both at once.
func TestDrillTwoEmergenciesForOverlappingHamlets(t *testing.T) {
	inOffice(t, 2, 0, func(o *office) {
		o.must(station.EmergencyStart{Text: "Lũ", Siren: "siren", Level: 3, Targets: to("c1", "c2")})
		time.Sleep(time.Second)
		o.must(station.EmergencyStart{Text: "Sạt lở", Siren: "siren", Level: 4, Targets: to("c2", "c3")})
		time.Sleep(3 * time.Minute)
		heard := map[station.ClusterID]map[string]bool{}
		for _, p := range o.deck.said {
			for _, c := range p.where {
				if heard[c] == nil {
					heard[c] = map[string]bool{}
				}
				heard[c][strings.TrimPrefix(p.text(), "Xin nhắc lại. ")] = true
			}
		}
		if !heard["c1"]["Lũ"] || !heard["c2"]["Lũ"] || !heard["c2"]["Sạt lở"] || !heard["c3"]["Sạt lở"] || heard["c1"]["Sạt lở"] || heard["c3"]["Lũ"] {
			t.Errorf("heard: %v", heard)
		}
		if len(o.desk.Snapshot().Air) != 0 || len(o.desk.Snapshot().Open) != 2 {
			t.Errorf("after it %d sound, %d are open", len(o.desk.Snapshot().Air), len(o.desk.Snapshot().Open))
		}
	})
}

// TestDrillIsCutByTheReal: the exercise says in each sentence what it is, ends
// when the real one comes, and is not heard again.
func TestDrillIsCutByTheReal(t *testing.T) {
	inOffice(t, 8, 0, func(o *office) {
		o.must(station.EmergencyStart{Text: "Tập", Siren: "siren", Level: 3, Drill: true, Targets: station.Everywhere()})
		time.Sleep(16 * time.Second)
		for _, s := range o.heard(time.Time{}) {
			if s != "siren" && !strings.Contains(s, "diễn tập") {
				t.Errorf("the drill says %q", s)
			}
		}
		real := time.Now()
		o.must(station.EmergencyStart{Text: "Cháy rừng", Siren: "siren", Level: 4, Targets: to("c3")})
		time.Sleep(5 * time.Minute)
		for _, s := range o.heard(real) {
			if strings.Contains(s, "diễn tập") {
				t.Errorf("after the real one began: %q", s)
			}
		}
		if open := o.desk.Snapshot().Open; len(open) != 1 || open[0].Drill {
			t.Errorf("open are %+v", open)
		}
	})
}

// TestDrillClockTenYearsBack: an open emergency is read on as planned, what was
// aired today is not aired again, and what plays goes on.
func TestDrillClockTenYearsBack(t *testing.T) {
	inOffice(t, 17, 59, func(o *office) {
		o.must(station.SlotPut{Slot: station.Slot{Title: "chiều", Minute: 18 * 60, Days: station.EveryDay, Mode: station.StartHard, Items: []station.ItemID{"news"}, Targets: station.Everywhere()}})
		at := time.Date(2026, 11, 22, 18, 0, 0, 0, Saigon).Unix()
		time.Sleep(time.Minute)
		_ = o.desk.Tell(o.ctx, station.SlotDue{Slot: 1, At: at})
		time.Sleep(2 * time.Minute)
		o.must(station.EmergencyStart{Text: "Lũ", Siren: "siren", Level: 3, Targets: station.Everywhere(), Repeat: station.Repeat{Every: 10 * time.Minute, Times: 2}})
		time.Sleep(2 * time.Minute)
		back := time.Now()
		o.disk.set(time.Date(2016, 11, 22, 18, 5, 0, 0, Saigon))
		time.Sleep(25 * time.Minute)
		got := o.heard(back)
		lu := 0
		for _, s := range got {
			if s == "Lũ" {
				lu++
			}
			if s == "news" {
				t.Error("a start is heard twice")
			}
		}
		if lu != 2 {
			t.Errorf("the plan of two readings came %d times: %q", lu, got)
		}
		o.disk.set(time.Date(2026, 11, 22, 18, 35, 0, 0, Saigon))
		_ = o.desk.Tell(o.ctx, station.SlotDue{Slot: 1, At: at})
		time.Sleep(5 * time.Minute)
		if n := len(o.rows("start chiều")); n != 1 {
			t.Errorf("the slot was aired %d times: %q", n, o.disk.rows)
		}
		if len(o.desk.Snapshot().Open) != 1 {
			t.Error("the emergency is not open any more")
		}
	})
}

// TestDrillDiskDeadAtTheSiren: the siren sounds in the same moment, words after
// it; the answer does not claim that anything is saved.
func TestDrillDiskDeadAtTheSiren(t *testing.T) {
	inOffice(t, 3, 0, func(o *office) {
		o.dead = true
		_ = o.desk.Tell(o.ctx, station.SavedReport{Failing: true, Why: "no such device"})
		pressed := time.Now()
		a := o.must(station.EmergencyStart{Text: "Lũ quét", Siren: "siren", Level: 5, Targets: station.Everywhere()})
		if a.Saved || a.Started == 0 || time.Since(pressed) > 0 {
			t.Errorf("answered %+v after %v", a, time.Since(pressed))
		}
		if got := o.heard(pressed); !slices.Equal(got, []string{"siren"}) {
			t.Fatalf("at the press: %q", got)
		}
		time.Sleep(30 * time.Second)
		if got := o.heard(pressed); len(got) != 3 || got[1] != "Lũ quét" {
			t.Errorf("heard %q", got)
		}
		if s := o.desk.Snapshot(); !s.Saved.Failing || s.Saved.Why != "no such device" {
			t.Errorf("the screen says %+v", s.Saved)
		}
	})
}

// TestDrillPowerCut: 17:58 to 18:07 with a start in it and a slot that is now or
// never: the first is heard late by itself, the second is listed, to be played
// or skipped, and says why.
func TestDrillPowerCut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &diskAndClock{recs: map[string]map[string][]byte{}}
		d.set(time.Date(2026, 11, 22, 17, 50, 0, 0, Saigon))
		desk, cut := d.powerOn(t)
		_ = desk.Tell(t.Context(), station.RosterSet{Clusters: []station.Cluster{{ID: "c1", Number: 1, Name: "Thôn 1"}}})
		_ = desk.Tell(t.Context(), station.ItemAdded{Item: station.Item{ID: "news", Title: "news", Length: time.Minute}})
		for title, mode := range map[string]station.StartMode{"bản tin": station.StartHard, "nhạc hiệu": station.StartSkip} {
			a, err := desk.Submit(t.Context(), station.SlotPut{Slot: station.Slot{Title: title, Minute: 18 * 60, Days: station.EveryDay, Mode: mode,
				Items: []station.ItemID{"news"}, Targets: station.Everywhere()}}, "hoa")
			if err != nil || a.Refusal != nil {
				t.Fatal(err, a.Refusal)
			}
		}
		time.Sleep(8 * time.Minute)
		cut()
		time.Sleep(9 * time.Minute)
		desk, cut = d.powerOn(t)
		time.Sleep(3 * time.Minute)
		synctest.Wait()
		var missed []station.DueView
		for _, due := range desk.Snapshot().Plan.Due {
			if due.State == station.DueMissed {
				missed = append(missed, due)
			}
		}
		if len(missed) != 1 || missed[0].Title != "nhạc hiệu" || missed[0].Why != "late" {
			t.Errorf("missed: %+v", missed)
		}
		if n := strings.Join(d.rows, "\n"); !strings.Contains(n, "22 18:07 start bản tin") || strings.Count(n, "start ") != 1 {
			t.Errorf("the log: %s", n)
		}
		a, err := desk.Submit(t.Context(), station.PlayNow{Items: []station.ItemID{"news"}, Targets: station.Everywhere()}, "hoa")
		if err != nil || a.Refusal != nil {
			t.Fatal(err, a.Refusal)
		}
		time.Sleep(2 * time.Minute)
		cut()
		if n := strings.Join(d.rows, "\n"); strings.Count(n, "end ") != 2 {
			t.Errorf("played by hand: %s", n)
		}
	})
}
