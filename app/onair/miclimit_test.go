package onair

import (
	"testing"
	"time"

	"loaxa/app/station"
)

// TestTheLimitIsThatOfTheClass: a reading closes at its own, an emergency's
// microphone is left more, never less; both are shown, and both can be set.
func TestTheLimitIsThatOfTheClass(t *testing.T) {
	for _, c := range []struct {
		rules station.Rules
		start station.Intent
		want  time.Duration
	}{
		{station.Rules{}, station.LiveStart{Title: "Họp", Targets: station.Everywhere(), NoChime: true}, 10 * time.Minute},
		{station.Rules{}, station.EmergencyStart{Siren: "siren", Mic: true, Targets: station.Everywhere()}, 30 * time.Minute},
		{station.Rules{MicRules: station.MicRules{DangerLimit: 20 * time.Minute}}, station.EmergencyStart{Siren: "siren", Mic: true, Targets: station.Everywhere()}, 20 * time.Minute},
		{station.Rules{MicLimit: time.Hour}, station.EmergencyStart{Siren: "siren", Mic: true, Targets: station.Everywhere()}, time.Hour},
	} {
		d := &toldDesk{t: t, s: village()}
		c.rules.Name = "x"
		d.do(Input{Intent: station.SettingsPut{Rules: c.rules}})
		d.do(Input{Intent: c.start})
		b := d.s.Air[0]
		for _, p := range b.Pieces {
			d.do(Input{Fact: station.PieceStarted{Broadcast: b.ID, Tag: p.Tag}})
		}
		open := d.s.liveAir()
		if open == nil || !open.Flags.Speak {
			t.Fatalf("%T: the microphone is not open", c.start)
		}
		if v := d.s.viewMic(stamp(d.at)); v.Limit != c.want {
			t.Errorf("%T: the screen says %v, want %v", c.start, v.Limit, c.want)
		}
		began := open.PieceAt.Mono
		d.at = began + c.want - 3*time.Second
		d.do(Input{Tick: true})
		if d.s.liveAir() == nil {
			t.Errorf("%T closed before its limit", c.start)
		}
		d.at = began + c.want
		d.do(Input{Tick: true})
		if b := d.s.liveAir(); b != nil && b.Flags.Speak {
			t.Errorf("%T is open past its limit", c.start)
		}
	}
	s := village()
	if out := askDesk(&s, station.SettingsPut{Rules: station.Rules{Name: "x", MicRules: station.MicRules{DangerLimit: time.Second}}}); out.Refusal == nil || out.Refusal.Code != station.BadRule {
		t.Errorf("a limit of a second: %+v", out.Refusal)
	}
}
