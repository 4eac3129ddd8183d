package onair

import (
	"testing"
	"time"

	"loaxa/app/station"
)

// TestTheLastCall: half a minute before the limit who speaks is told once, into
// the headset; a limit that is moved away tells again; no cluster hears it.
func TestTheLastCall(t *testing.T) {
	s := village()
	s.Settings.Say.LastCall = "còn {seconds} giây"
	var calls []station.CueMonitor
	step := func(at time.Duration, in Input) Outcome {
		t.Helper()
		in.Actor = "hoa"
		var o Outcome
		if s, o = Decide(s, in, stamp(at)); o.Refusal != nil {
			t.Fatal(o.Refusal)
		}
		for _, c := range o.Cues {
			if m, ok := c.(station.CueMonitor); ok {
				calls = append(calls, m)
			}
		}
		return o
	}
	ticks := func(from, to time.Duration) {
		for at := from; at < to; at += time.Second {
			for _, c := range step(at, Input{Tick: true}).Cues {
				if _, air := c.(station.CueOpen); air {
					t.Errorf("at %v something was opened on the air: %#v", at, c)
				}
			}
		}
	}
	step(0, Input{Fact: station.ClusterReport{ID: "c1", Up: true}})
	step(0, Input{Intent: station.LiveStart{Title: "Họp", Targets: station.Everywhere()}})
	step(time.Second, Input{Fact: station.PieceStarted{Broadcast: 1, Tag: "1"}})
	step(3*time.Second, Input{Fact: station.PieceEnded{Broadcast: 1, Tag: "1"}})
	step(3*time.Second, Input{Fact: station.PieceStarted{Broadcast: 1, Tag: "2"}})
	limit := 3*time.Second + s.rules().MicLimit
	ticks(4*time.Second, limit-station.LastCall)
	if len(calls) != 0 {
		t.Fatalf("told too early: %v", calls)
	}
	ticks(limit-station.LastCall, limit-time.Second)
	if len(calls) != 1 || calls[0].Tone != s.Settings.Chime || calls[0].Say != "còn 30 giây" {
		t.Fatalf("told %v", calls)
	}
	if s.liveAir() == nil {
		t.Fatal("closed before its limit")
	}
	r := s.rules()
	r.MicLimit += 5 * time.Minute
	step(limit-time.Second, Input{Intent: station.SettingsPut{Rules: r}})
	ticks(limit-time.Second, limit+5*time.Minute-time.Second)
	if len(calls) != 2 {
		t.Errorf("a limit that was moved: told %v", calls)
	}
	ticks(limit+5*time.Minute, limit+5*time.Minute+2*time.Second)
	if s.liveAir() != nil {
		t.Error("the microphone stayed open")
	}

	// Off the air too; not where the desk has loudspeakers.
	calls = nil
	at := time.Hour
	step(at, Input{Intent: station.RecordStart{}})
	ticks(at, at+s.rules().MicLimit-time.Second)
	if len(calls) != 1 {
		t.Errorf("a recording: told %v", calls)
	}
	step(at+s.rules().MicLimit, Input{Tick: true})
	r.NoLastCall = true
	at = 2 * time.Hour
	step(at, Input{Intent: station.SettingsPut{Rules: r}})
	step(at, Input{Intent: station.RecordStart{}})
	ticks(at, at+s.rules().MicLimit-time.Second)
	if len(calls) != 1 {
		t.Errorf("into loudspeakers beside the microphone: told %v", calls[1:])
	}
}

// TestTheMicrophoneIsChosenByName: what the system names, never a path.
func TestTheMicrophoneIsChosenByName(t *testing.T) {
	for name, want := range map[string]bool{"": true, "auto": true, "card:USB Audio CODEC": true, "card:": false,
		"fifo:/etc/x": false, "file:/etc/passwd": false, "card:a\nb": false, "none": false} {
		s := village()
		s, o := Decide(s, Input{Intent: station.SettingsPut{Rules: station.Rules{Mic: name}}, Actor: "hoa"}, stamp(0))
		if got := o.Refusal == nil; got != want || want && s.rules().Mic != name {
			t.Errorf("%q: taken %t, holds %q", name, got, s.rules().Mic)
		}
	}
}
