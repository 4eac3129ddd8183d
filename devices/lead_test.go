package devices

import (
	"fmt"
	"testing"
	"time"

	"loaxa/audio/frame"
	"loaxa/devices/cluster"
)

// group is a fleet with a clock of its own and n linked clusters.
func group(t *testing.T, n int) (f *Fleet, now *int64) {
	t.Helper()
	now = new(int64)
	*now = 1
	f = New(Options{Now: func() int64 { return *now }})
	t.Cleanup(f.Close)
	for i := range n {
		f.links[fmt.Sprint(i)] = nil
	}
	t.Cleanup(func() { clear(f.links) })
	if err := f.Open(StreamOpen{Stream: 9, Codec: 1, Live: true, Lead: 60 * time.Millisecond}); err != nil {
		t.Fatal(err)
	}
	return f, now
}

// TestTheLeadFollowsTheGroup: near clusters need little, unknown ones much; a
// line that turns bad raises the lead at once, one in twenty-five does not, and
// what was raised goes down slowly.
func TestTheLeadFollowsTheGroup(t *testing.T) {
	f, now := group(t, 25)
	if got := f.LiveLead(); got != leadFar {
		t.Errorf("of clusters that nothing is known of: %v", got)
	}
	all := func(s cluster.Step, from, to int) {
		for i := from; i < to; i++ {
			f.learn(fmt.Sprint(i), s, *now)
		}
	}
	all(cluster.Step{BoundMS: 0.4}, 0, 25)
	*now += 10 * 60 * 1_000_000
	if got := f.LiveLead(); got != leadNear {
		t.Errorf("on a LAN: %v", got)
	}
	// 60 ms of lead and 45 of slack: 15 ms on the way, 20 in hand.
	all(cluster.Step{BoundMS: 0.4, SlackMS: 45, SlackOf: 9}, 0, 25)
	*now += 10 * 60 * 1_000_000 / 2
	if got := f.LiveLead(); got != leadLeast {
		t.Errorf("measured at 15 ms: %v", got)
	}
	all(cluster.Step{BoundMS: 90, SlackMS: -200, SlackOf: 9}, 0, 1)
	if got := f.LiveLead(); got != leadLeast {
		t.Errorf("one bad line of 25 makes %v", got)
	}
	all(cluster.Step{BoundMS: 90, SlackMS: -200, SlackOf: 9}, 0, 3)
	if got := f.LiveLead(); got != 280*time.Millisecond {
		t.Errorf("three lines of 260 ms make %v", got)
	}
	all(cluster.Step{BoundMS: 0.4, SlackMS: 45, SlackOf: 9}, 0, 25)
	*now += 10_000_000
	if got := f.LiveLead(); got < 250*time.Millisecond || got > 256*time.Millisecond {
		t.Errorf("ten seconds after it got better: %v", got)
	}
	all(cluster.Step{SlackMS: -5000, SlackOf: 9}, 0, 25)
	if got := f.LiveLead(); got != leadMost {
		t.Errorf("beyond all bounds: %v", got)
	}
}

// TestAMeasureOfAnotherLeadSaysNothing: a stream's lead is raised in mid-stream;
// what clusters measured before does not raise it again, what they measured
// after is held against the new one, and a pause that was left out lowers it.
func TestAMeasureOfAnotherLeadSaysNothing(t *testing.T) {
	f, now := group(t, 1)
	say := func(base int64, slack float64) time.Duration {
		f.learn("0", cluster.Step{BoundMS: 0.4, SlackMS: slack, SlackOf: 9, SlackBase: base}, *now)
		return f.leads.ways["0"].transit
	}
	send := func(seq uint32, at int64, flags frame.Flags) {
		f.Send(frame.Packet{Stream: 9, Seq: seq, PlayAt: at, Codec: 1, Flags: flags, Data: []byte{1}})
	}
	send(0, 1_000_000, frame.First)
	if got := say(1_000_000, 45); got != 15*time.Millisecond {
		t.Fatalf("%v on the way", got)
	}
	send(1, 1_020_000+100_000, 0)
	if got := say(1_000_000, 5); got != 15*time.Millisecond {
		t.Errorf("%v by frames that had another lead", got)
	}
	if got := say(1_100_000, 110); got != 50*time.Millisecond {
		t.Errorf("%v by frames that have 160 ms", got)
	}
	send(2, 1_140_000, frame.Sooner)
	if got := say(1_100_000, 110); got != 30*time.Millisecond {
		t.Errorf("%v by frames that have 140 ms", got)
	}
	if got := say(0, 5); got != 30*time.Millisecond {
		t.Errorf("%v by a cluster that does not say which", got)
	}
}
