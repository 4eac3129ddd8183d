package onair

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"loaxa/app/station"
)

// crew plays what it is told, in its own time, and remembers what each cluster
// heard whole.
type crew struct {
	t     *rapid.T
	s     State
	now   time.Duration
	on    map[station.BroadcastID]*sounding
	long  map[string]time.Duration // of the texts
	heard map[station.ClusterID]map[string]time.Duration
	gone  []station.Closed
}

type sounding struct {
	pieces   []station.Piece
	began    time.Duration // of the first piece
	told     bool
	clusters []station.ClusterID // now
	whole    []station.ClusterID // since the piece began
}

func (c *crew) length(p station.Piece) time.Duration {
	if p.Kind != station.FromSpeech {
		return 4 * time.Second
	}
	for text, n := range c.long {
		if strings.HasSuffix(p.Text, text) {
			return n
		}
	}
	return 10 * time.Second
}

func (c *crew) do(in Input) {
	in.Actor = "hoa"
	s, o := Decide(c.s, in, stamp(c.now))
	c.s = s
	for _, cue := range o.Cues {
		switch cue := cue.(type) {
		case station.CueOpen:
			if c.on[cue.Broadcast] != nil {
				c.t.Fatalf("#%d is opened twice", cue.Broadcast)
			}
			c.on[cue.Broadcast] = &sounding{pieces: cue.Pieces, began: c.now, clusters: cue.Clusters, whole: cue.Clusters}
		case station.CueTargets:
			if b := c.on[cue.Broadcast]; b != nil {
				b.clusters = cue.Clusters
				b.whole = slices.DeleteFunc(slices.Clone(b.whole), func(id station.ClusterID) bool { return !slices.Contains(cue.Clusters, id) })
			}
		case station.CueClose:
			if b := c.on[cue.Broadcast]; b != nil {
				c.gone = append(c.gone, station.Closed{Broadcast: cue.Broadcast, Tag: b.pieces[0].Tag, At: c.now - b.began})
				delete(c.on, cue.Broadcast)
			}
		}
	}
}

// second lets a second pass.
func (c *crew) second() {
	c.now += time.Second
	gone := c.gone
	c.gone = nil
	for _, f := range gone {
		c.do(Input{Fact: f})
	}
	ids := make([]station.BroadcastID, 0, len(c.on))
	for id := range c.on {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		c.play(id)
	}
	c.do(Input{Tick: true})
	hears := map[station.ClusterID]station.BroadcastID{}
	for id, b := range c.on {
		for _, k := range b.clusters {
			if hears[k] != 0 {
				c.t.Fatalf("I1: %s hears #%d and #%d", k, id, hears[k])
			}
			hears[k] = id
		}
	}
}

func (c *crew) play(id station.BroadcastID) {
	b := c.on[id]
	if b == nil {
		return
	}
	p := b.pieces[0]
	if !b.told {
		b.told = true
		c.do(Input{Fact: station.PieceStarted{Broadcast: id, Tag: p.Tag}})
	}
	if c.on[id] != b || c.now-b.began < c.length(p) {
		return
	}
	for _, k := range b.whole {
		if p.Kind == station.FromSpeech {
			text := p.Text[strings.LastIndex(p.Text, " ")+1:]
			if _, ok := c.heard[k][text]; !ok {
				c.heard[k][text] = c.now
			}
		}
	}
	b.pieces, b.began, b.told, b.whole = b.pieces[1:], c.now, false, b.clusters
	if len(b.pieces) == 0 {
		delete(c.on, id)
		c.do(Input{Fact: station.PieceEnded{Broadcast: id, Tag: p.Tag, Played: c.length(p)}})
		c.do(Input{Fact: station.Drained{Broadcast: id}})
		return
	}
	c.do(Input{Fact: station.PieceEnded{Broadcast: id, Tag: p.Tag, Played: c.length(p)}})
}

// TestEveryWarningIsHeardWholeEverywhere: whatever dangers come for whatever
// hamlets in whatever order, each hamlet hears the whole text of each that
// concerns it, and none waits longer than the others need for a turn each.
func TestEveryWarningIsHeardWholeEverywhere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := &crew{t: t, s: village(), on: map[station.BroadcastID]*sounding{}, long: map[string]time.Duration{}, heard: map[station.ClusterID]map[string]time.Duration{}}
		for _, k := range c.s.Roster {
			c.heard[k.ID] = map[string]time.Duration{}
		}
		n := rapid.IntRange(1, 5).Draw(t, "dangers")
		asked := map[string]time.Duration{}
		to := map[string][]station.ClusterID{}
		for i := range n {
			text := fmt.Sprintf("Tin%d.", i)
			c.long[text] = time.Duration(rapid.IntRange(3, 60).Draw(t, "length")) * time.Second
			in := station.EmergencyStart{Text: text, Level: rapid.IntRange(0, 5).Draw(t, "level"), Targets: rapid.SampledFrom([]station.Targets{{All: true},
				{Zones: []string{"bắc"}}, {Numbers: []int{3}}, {Numbers: []int{2, 3}}, {Numbers: []int{1}}}).Draw(t, "to")}
			c.do(Input{Intent: in})
			asked[text], to[text] = c.now, in.Targets.Match(c.s.Roster)
			for range rapid.IntRange(0, 50).Draw(t, "later") {
				c.second()
			}
		}
		for range 30 * 60 {
			if c.second(); len(c.s.Air) == 0 {
				break
			}
		}
		if len(c.s.Air) > 0 {
			t.Fatalf("after half an hour: %+v", c.s.Air)
		}
		longest := time.Duration(0)
		for _, d := range c.long {
			longest = max(longest, d)
		}
		for text, ids := range to {
			for _, k := range ids {
				at, ok := c.heard[k][text]
				if bound := asked[text] + time.Duration(2*n)*(longest+maxUtterance+10*time.Second); !ok || at > bound {
					t.Fatalf("%s hears %q at %v (%t), asked at %v, bound %v", k, text, at, ok, asked[text], bound)
				}
			}
		}
	})
}
