package onair

import (
	"testing"
	"time"

	"loaxa/app/station"
)

// ladder is a desk with one item on the air that no pole proves.
type ladder struct {
	t   *testing.T
	s   State
	now time.Duration
	log []station.Event
}

func (l *ladder) do(in Input) (cues []station.Cue) {
	l.t.Helper()
	in.Actor = "hoa"
	s, o := Decide(l.s, in, stamp(l.now))
	if o.Refusal != nil {
		l.t.Fatal(o.Refusal)
	}
	l.s, l.log = s, append(l.log, o.Events...)
	return o.Cues
}

// dead lets poles that are linked and play nothing report for so long.
func (l *ladder) dead(long time.Duration) (cues []station.Cue) {
	for end := l.now + long; l.now < end; l.now += time.Second {
		for _, id := range []station.ClusterID{"c1", "c2", "c3"} {
			l.do(Input{Fact: station.ClusterReport{ID: id, Up: true}})
		}
		cues = append(cues, l.do(Input{Tick: true})...)
	}
	return cues
}

func (l *ladder) fell() (out []string) {
	for _, e := range l.log {
		if e.Kind == station.EvFallback {
			out = append(out, e.Reason)
		}
	}
	return out
}

func begun(t *testing.T, music bool) *ladder {
	t.Helper()
	l := &ladder{t: t, s: village()}
	if music {
		it := l.s.Items["music"]
		it.Kind = station.KindMusic
		l.s.Items["music"] = it
	}
	l.do(Input{Intent: station.PlayNow{Items: []station.ItemID{"news"}, Targets: station.Everywhere()}})
	l.now += time.Second
	l.do(Input{Fact: station.PieceStarted{Broadcast: 1, Tag: "1"}})
	return l
}

// TestTheLadderByTheWordOfThePoles: what is due, the same from the poles' store,
// music, and each step with its reason on the screen and in the log.
func TestTheLadderByTheWordOfThePoles(t *testing.T) {
	l := begun(t, true)
	cues := l.dead(deadAfter + 2*time.Second)
	stored := 0
	for _, c := range cues {
		if c == (station.CueStore{Broadcast: 1}) {
			stored++
		}
	}
	if v := l.s.viewAir(l.s.find(1)); stored != 1 || v.Rung != station.RungStore || v.Why != "no-proof" {
		t.Fatalf("second step: %d cues, %+v", stored, v.Ladder)
	}
	l.dead(deadAfter + 2*time.Second)
	if len(l.s.Air) != 1 || l.s.Air[0].Class != station.Bed {
		t.Fatalf("third step: on the air is %+v", l.s.Air)
	}
	if v := l.s.viewAir(&l.s.Air[0]); v.Rung != station.RungFiller || v.Why != "no-proof" || v.Piece.Item != "music" {
		t.Errorf("third step: %+v", v)
	}
	if got := l.fell(); len(got) != 2 || got[0] != string(station.RungStore) || got[1] != string(station.RungFiller) {
		t.Errorf("the log says %v", got)
	}
	for i, e := range l.log {
		if e.Kind == station.EvEnd && e.Reason != "no-proof" {
			t.Errorf("the end of what is dead: %+v (%d)", e, i)
		}
	}
}

// TestTheLastStepIsSilenceThatRings until something is heard again.
func TestTheLastStepIsSilenceThatRings(t *testing.T) {
	l := begun(t, false)
	l.dead(2*deadAfter + 4*time.Second)
	open := func() bool {
		for _, f := range l.s.Faults {
			if f.ID == silentKey {
				return !f.Over
			}
		}
		return false
	}
	v := l.s.viewPlan().Silent
	if len(l.s.Air) != 0 || v == nil || v.Rung != station.RungSilence || v.Why != "no-proof" || !open() {
		t.Fatalf("last step: %+v, %+v", l.s.Air, v)
	}
	l.do(Input{Intent: station.PlayNow{Items: []station.ItemID{"tune"}, Targets: station.Everywhere()}})
	l.do(Input{Fact: station.PieceStarted{Broadcast: 2, Tag: "1"}})
	if l.s.viewPlan().Silent != nil || open() {
		t.Error("it rings on while something is heard")
	}
}

// TestSoundAgainStaysOnItsStep: one proof ends the fall; the next item is what
// is due again.
func TestSoundAgainStaysOnItsStep(t *testing.T) {
	l := begun(t, true)
	l.dead(deadAfter + 2*time.Second)
	for range 30 {
		l.now += time.Second
		for _, id := range []station.ClusterID{"c1", "c2", "c3"} {
			l.do(Input{Fact: station.ClusterReport{ID: id, Up: true, Report: station.ClusterHealth{Playing: 1, PlayedUntil: int64(l.now), Level: 0.1}}})
		}
		l.do(Input{Tick: true})
	}
	if b := l.s.find(1); b == nil || b.Rung != station.RungStore {
		t.Errorf("on the air is %+v", l.s.Air)
	}
}

// TestNoLadderUnderAVoice: nothing stands in for a person or an emergency.
func TestNoLadderUnderAVoice(t *testing.T) {
	l := &ladder{t: t, s: village()}
	l.do(Input{Intent: station.LiveStart{Title: "Họp", Targets: station.Everywhere()}})
	l.do(Input{Fact: station.PieceStarted{Broadcast: 1, Tag: "1"}})
	l.dead(3 * deadAfter)
	if b := l.s.find(1); b == nil || b.Rung != "" || len(l.fell()) != 0 {
		t.Errorf("a voice fell: %+v, %v", l.s.Air, l.fell())
	}
}
