package onair

import (
	"slices"
	"testing"
	"time"

	"loaxa/app/station"
)

// pole is a desk with one linked pole, and what is said of it.
type pole struct {
	t *testing.T
	s State
	o []station.Event
	c []station.Cue
}

func (p *pole) step(at time.Duration, in Input) {
	p.t.Helper()
	var o Outcome
	in.Actor = "hoa"
	p.s, o = Decide(p.s, in, stamp(at))
	if o.Refusal != nil {
		p.t.Fatal(o.Refusal)
	}
	p.o, p.c = append(p.o, o.Events...), append(p.c, o.Cues...)
}

// says lets the pole report the same five times a second, as the desk ticks.
func (p *pole) says(from, to time.Duration, h station.ClusterHealth) {
	p.t.Helper()
	for at := from; at < to; at += 200 * time.Millisecond {
		h.Muted = p.s.cluster("c1").Muted
		h.PlayedUntil = at.Microseconds()
		p.step(at, Input{Fact: station.ClusterReport{ID: "c1", Up: true, Report: h}})
		p.step(at, Input{Tick: true})
	}
}

func (p *pole) open(kind station.EventKind, reason string) bool {
	return slices.ContainsFunc(p.s.Faults, func(f station.Fault) bool {
		return f.Kind == kind && f.Reason == reason && f.Cluster == "c1" && !f.Over
	})
}

// TestSoundThatNobodyOrderedRingsInTwoSecondsAndIsMuted: sound while nothing is
// on the air, by the output or the amplifier, and a broadcast that this desk
// did not open. It stays muted until a person lifts it.
func TestSoundThatNobodyOrderedRingsInTwoSecondsAndIsMuted(t *testing.T) {
	for reason, h := range map[string]station.ClusterHealth{
		"foreign-source": {Output: "card", Playing: 99, Level: 0.2},
		"foreign-idle":   {Output: "card", Sense: station.Sense{Has: true, Amp: 0.1}},
	} {
		p := &pole{t: t, s: village()}
		p.says(0, time.Second, station.ClusterHealth{Output: "card"})
		p.says(time.Second, 2800*time.Millisecond, h)
		if !p.open(station.EvForeign, reason) || !p.s.cluster("c1").Muted ||
			!slices.Contains(p.c, station.Cue(station.CueMute{Cluster: "c1", Muted: true})) {
			t.Fatalf("%s: no alarm in two seconds: %+v", reason, p.s.Faults)
		}
		n := len(p.o)
		p.says(2800*time.Millisecond, 9*time.Second, station.ClusterHealth{Output: "card"})
		if len(p.o) != n || !p.open(station.EvForeign, reason) {
			t.Errorf("%s: it rings again, or mends by itself while nobody looked: %+v", reason, p.o[n:])
		}
		p.step(9*time.Second, Input{Intent: station.ClusterMute{ID: "c1"}})
		p.says(9*time.Second, 10*time.Second, station.ClusterHealth{Output: "card"})
		if p.open(station.EvForeign, reason) || p.s.cluster("c1").Muted {
			t.Errorf("%s: lifted and silent, it rings on", reason)
		}
	}
}

// TestWhatIsOrderedNeverRingsAsForeign: a broadcast on the air, its end, a pole
// that airs its own, hum, and sound of less than a second.
func TestWhatIsOrderedNeverRingsAsForeign(t *testing.T) {
	p := &pole{t: t, s: village()}
	p.says(0, time.Second, station.ClusterHealth{Output: "card", Level: 0.005})
	p.step(time.Second, Input{Intent: station.LiveStart{Title: "Họp", Targets: station.Everywhere(), NoChime: true}})
	p.step(time.Second, Input{Fact: station.PieceStarted{Broadcast: 1, Tag: "1"}})
	p.says(time.Second, 5*time.Second, station.ClusterHealth{Output: "card", Playing: 1, Level: 0.2})
	p.step(5*time.Second, Input{Intent: station.LiveStop{}})
	p.says(5*time.Second, 6*time.Second, station.ClusterHealth{Output: "card", Playing: 1, Level: 0.2})
	p.says(6*time.Second, 20*time.Second, station.ClusterHealth{Output: "card", Playing: 1<<63 | 8, Level: 0.2})
	p.says(20*time.Second, 21*time.Second, station.ClusterHealth{Output: "card", Level: 0.2})
	p.says(21*time.Second, 25*time.Second, station.ClusterHealth{Output: "card"})
	if slices.ContainsFunc(p.o, func(e station.Event) bool { return e.Kind == station.EvForeign || e.Kind == station.EvMute }) {
		t.Errorf("%+v", p.s.Faults)
	}
}

// TestAnAmplifierThatGivesNothingRings while its pole plays, and no sooner than
// a pause of speech is over; without the input nothing is said of it.
func TestAnAmplifierThatGivesNothingRings(t *testing.T) {
	for _, has := range []bool{true, false} {
		p := &pole{t: t, s: village()}
		p.says(0, time.Second, station.ClusterHealth{Output: "card"})
		p.step(time.Second, Input{Intent: station.LiveStart{Title: "Họp", Targets: station.Everywhere(), NoChime: true}})
		p.step(time.Second, Input{Fact: station.PieceStarted{Broadcast: 1, Tag: "1"}})
		h := station.ClusterHealth{Output: "card", Playing: 1, Level: 0.2, Sense: station.Sense{Has: has}}
		p.says(time.Second, 4*time.Second, h)
		if p.open(station.EvClusterFault, "amp-silent") {
			t.Error("it rang in a pause of speech")
		}
		p.says(4*time.Second, 8*time.Second, h)
		if p.open(station.EvClusterFault, "amp-silent") != has {
			t.Errorf("with the input: %v, rings: %v", has, !has)
		}
		h.Sense.Amp = 0.1
		p.says(8*time.Second, 9*time.Second, h)
		if p.open(station.EvClusterFault, "amp-silent") {
			t.Error("it sounds again, and rings on")
		}
	}
}

// TestAHornThatIsNotHeardRings: only where a microphone stands before it, only
// after a minute of sound, and no more once it is heard.
func TestAHornThatIsNotHeardRings(t *testing.T) {
	for _, has := range []bool{true, false} {
		p := &pole{t: t, s: village()}
		p.says(0, time.Second, station.ClusterHealth{Output: "card"})
		p.step(time.Second, Input{Intent: station.PlayNow{Items: []station.ItemID{"news"}, Targets: station.Everywhere()}})
		p.step(time.Second, Input{Fact: station.PieceStarted{Broadcast: 1, Tag: "1"}})
		h := station.ClusterHealth{Output: "card", Playing: 1, Level: 0.2, Sense: station.Sense{HasEar: has}}
		p.says(time.Second, 50*time.Second, h)
		if p.open(station.EvClusterFault, "horn-silent") {
			t.Error("it rang while a lorry passed")
		}
		p.says(50*time.Second, 70*time.Second, h)
		if p.open(station.EvClusterFault, "horn-silent") != has {
			t.Errorf("with a microphone: %v, rings: %v", has, !has)
		}
		h.Sense.Ear = has
		p.says(70*time.Second, 72*time.Second, h)
		if p.open(station.EvClusterFault, "horn-silent") {
			t.Error("it is heard again, and rings on")
		}
	}
}
