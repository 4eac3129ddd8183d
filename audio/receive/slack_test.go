package receive

import (
	"math"
	"testing"

	"loaxa/audio/frame"
)

// TestSlackTellsTheWorstOfTheWay: of frames that come 45 ms before their time,
// one in fifty only 10 ms before, the slack is those 10; repeats and programmes
// say nothing; a new stream is measured anew.
func TestSlackTellsTheWorstOfTheWay(t *testing.T) {
	g := newRig(t, 20, -15)
	g.run(5)
	arrive := func(stream uint16, early float64, flags frame.Flags) {
		at := g.local(g.n)
		g.r.Arrived([]frame.Packet{{Stream: stream, PlayAt: int64(g.station(at) + early*1000), Flags: flags}}, at)
		g.run(0.02)
	}
	slackNow := func() Slack { return g.r.Health(g.local(g.n)).Slack }
	for i := range 40 {
		arrive(7, 45, frame.Live)
		if i < 39 && slackNow().SlackOf != 0 {
			t.Fatal("less than a second of sound is called a measure")
		}
	}
	for i := range 400 {
		early := 45.0
		if i%50 == 0 {
			early = 10
		}
		arrive(7, early, frame.Live)
		arrive(7, -900, frame.Live|frame.Repeat)
		arrive(8, -900, 0)
	}
	if s := slackNow(); s.SlackOf != 7 || math.Abs(s.SlackMS-10) > 1 {
		t.Errorf("slack %+v, want 10 ms of stream 7", s)
	}
	for range 60 {
		arrive(9, -30, frame.Live)
	}
	if s := slackNow(); s.SlackOf != 9 || math.Abs(s.SlackMS+30) > 1 {
		t.Errorf("slack %+v of a stream whose frames come 30 ms late", s)
	}
}
