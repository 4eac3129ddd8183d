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
	begin, seq, lead := int64(g.station(g.local(g.n))), uint32(0), 0.0
	arrive := func(stream uint16, early float64, flags frame.Flags) {
		at := g.local(g.n)
		p := frame.Packet{Stream: stream, Seq: seq, PlayAt: begin + int64(seq)*20_000 + int64(lead*1000), Flags: flags}
		if flags&(frame.Repeat) == 0 && flags != 0 {
			seq++
			g.run(0.02)
		}
		g.r.Arrived([]frame.Packet{p}, at+(lead-early)*1000)
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
	lead = 100 // the same stream, from here on with more time
	for i := range 60 {
		arrive(7, 145, frame.Live)
		if s := slackNow(); i == 30 && s.SlackOf != 0 {
			t.Errorf("slack %+v of frames with another lead", s)
		}
	}
	if s := slackNow(); s.SlackOf != 7 || math.Abs(s.SlackMS-145) > 1 || s.SlackBase != begin+100_000 {
		t.Errorf("slack %+v, want 145 ms", s)
	}
	for range 60 {
		arrive(9, -30, frame.Live)
	}
	if s := slackNow(); s.SlackOf != 9 || math.Abs(s.SlackMS+30) > 1 {
		t.Errorf("slack %+v of a stream whose frames come 30 ms late", s)
	}
}
