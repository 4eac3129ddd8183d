package onair

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"loaxa/app/station"
)

// The precedence table as the operator was told it, apart from the program's
// own: who goes first, and what becomes of the one that was pushed off.
var precedenceTold = []row{
	{"emergency-live", 7, "drop", 0, false},
	{"emergency", 6, "restart", 6 * time.Hour, false},
	{"live", 5, "drop", 0, false},
	{"priority", 4, "restart", 2 * time.Hour, false},
	{"operator", 3, "resume", 30 * time.Minute, false},
	{"slot", 2, "resume", 30 * time.Minute, true},
	{"queue", 2, "resume", 30 * time.Minute, false},
}

type row struct {
	name   string
	rank   int
	rule   string
	late   time.Duration
	second bool // begins on the second, over its own class
}

// moments of the item that is on the air when the other one comes.
var tableMoments = []string{"start", "middle", "last second", "paused", "suspended"}

// cast plays one row of the table against another.
type cast struct {
	t      *testing.T
	s      State
	now    time.Duration
	cues   []station.Cue
	events []station.Event
}

func (c *cast) do(in Input) *station.Refusal {
	c.t.Helper()
	in.Actor = "hoa"
	s, o := Decide(c.s, in, stamp(c.now))
	c.s, c.cues, c.events = s, append(c.cues, o.Cues...), append(c.events, o.Events...)
	return o.Refusal
}

// begin starts a broadcast of a row and says its number; 0: refused.
func (c *cast) begin(r row, text string) (station.BroadcastID, *station.Refusal) {
	all := station.Everywhere()
	before := c.s.Counters.Broadcast
	var no *station.Refusal
	switch r.name {
	case "emergency-live":
		no = c.do(Input{Intent: station.EmergencyStart{Text: text, Mic: true, Targets: all}})
	case "emergency":
		no = c.do(Input{Intent: station.EmergencyStart{Text: text, Targets: all}})
	case "live":
		no = c.do(Input{Intent: station.LiveStart{Title: text, Targets: all}})
	case "priority":
		no = c.do(Input{Intent: station.OrderReceived{Order: station.SignedOrder{Order: station.Order{ID: station.OrderID{byte(before + 1)}, Issuer: "Huyện",
			Kind: station.OrderPlay, Class: station.Priority, Audience: station.Audience{Targets: all}, Content: station.OrderContent{Item: "news"}}}}})
	case "operator":
		no = c.do(Input{Intent: station.PlayNow{Items: []station.ItemID{"tune"}, Targets: all}})
	case "slot":
		no = c.do(Input{Intent: station.SlotPut{Slot: station.Slot{Title: text, Minute: 1, Days: station.EveryDay, Items: []station.ItemID{"music"}, Targets: all, Mode: station.StartHard}}})
		c.do(Input{Fact: station.SlotDue{Slot: c.s.Counters.Slot, At: stamp(c.now).Wall.Unix() + 1}})
	case "queue":
		no = c.do(Input{Intent: station.QueueAdd{Item: "music", Targets: all, At: -1}})
		c.do(Input{Intent: station.QueuePlay{}})
	}
	if c.s.Counters.Broadcast == before {
		return 0, no
	}
	return before + 1, no
}

// sounds makes the air heard up to its last piece.
func (c *cast) sounds(id station.BroadcastID) {
	b := c.s.find(id)
	for b != nil && b.Flags.Opened && len(b.Pieces) > 0 {
		p := b.Pieces[0]
		c.do(Input{Fact: station.PieceStarted{Broadcast: id, Tag: p.Tag, From: p.From}})
		if b = c.s.find(id); len(b.Pieces) == 1 {
			return
		}
		c.now += 2 * time.Second
		c.do(Input{Fact: station.PieceEnded{Broadcast: id, Tag: p.Tag, Played: 2 * time.Second}})
		b = c.s.find(id)
	}
}

// closing answers for the crew what was told to close.
func (c *cast) closing(at time.Duration) {
	for i := range c.s.Air {
		if b := &c.s.Air[i]; b.Flags.Closing {
			tag := ""
			if b.Flags.Heard && len(b.Pieces) > 0 {
				tag = b.Pieces[0].Tag
			}
			c.do(Input{Fact: station.Closed{Broadcast: b.ID, Tag: tag, At: at}})
			return
		}
	}
}

func (c *cast) over(id station.BroadcastID) {
	b := c.s.find(id)
	switch {
	case b == nil:
	case b.Of != 0:
		c.do(Input{Intent: station.EmergencyEnd{Of: b.Of}})
	default:
		c.do(Input{Intent: station.BroadcastEnd{ID: id}})
	}
}

// heard is who has the first cluster.
func (c *cast) heard() station.BroadcastID {
	for _, b := range c.s.Air {
		if len(b.Assigned) > 0 {
			return b.ID
		}
	}
	return 0
}

// play is what happened, in one line.
func play(t *testing.T, a row, moment string, b row, long bool) (string, bool) {
	c := &cast{t: t, s: village()}
	id, no := c.begin(a, "A")
	if no != nil {
		t.Fatalf("%s alone: %v", a.name, no)
	}
	c.now += time.Second
	over := station.BroadcastID(0)
	switch moment {
	case "middle", "last second", "paused", "suspended":
		c.sounds(id)
		c.now += 10 * time.Second
	}
	switch moment {
	case "paused":
		if a.name != "queue" {
			return "", false // only the queue can be held by hand
		}
		c.do(Input{Intent: station.QueuePause{}})
		c.closing(10 * time.Second)
	case "suspended":
		if a.rule == "drop" {
			return "", false
		}
		var no *station.Refusal
		if over, no = c.begin(precedenceTold[0], "C"); no != nil {
			t.Fatal(no)
		}
		c.closing(10 * time.Second)
		c.now += time.Second
	}
	other, refusal := c.begin(b, "B")
	if refusal != nil {
		return fmt.Sprintf("refused, %s", refusal.Code), true
	}
	out := c.after(id, over, other, moment)
	if other == 0 { // the queue grew; a held one goes on
		return out, true
	}
	if long {
		c.now += a.late + time.Second
		c.do(Input{Tick: true})
	}
	c.over(other)
	c.over(over)
	c.closing(0)
	return out + "; " + c.fate(id), true
}

func (c *cast) after(id, over, other station.BroadcastID, moment string) string {
	if moment == "last second" {
		if b := c.s.find(id); b != nil && b.Flags.Closing && len(b.Pieces) == 1 { // its end crossed the order to close
			c.do(Input{Fact: station.PieceEnded{Broadcast: id, Tag: b.Pieces[0].Tag, Played: time.Minute}})
		}
	}
	c.closing(10 * time.Second)
	who := map[station.BroadcastID]string{id: "A", other: "B", over: "C"}
	who[0] = "nobody"
	return who[c.heard()] + " is heard"
}

// fate is what became of A when B is over.
func (c *cast) fate(id station.BroadcastID) string {
	b := c.s.find(id)
	if b == nil {
		for i := len(c.events) - 1; i >= 0; i-- {
			if e := c.events[i]; e.Broadcast == id && (e.Kind == station.EvEnd || e.Kind == station.EvHeld) {
				return "A ended, " + e.Reason
			}
		}
		return "A is gone without a word"
	}
	if !b.Flags.Opened {
		return "A " + string(b.Phase)
	}
	for i := len(c.cues) - 1; i >= 0; i-- {
		if o, ok := c.cues[i].(station.CueOpen); ok && o.Broadcast == id {
			return fmt.Sprintf("A from %v", o.Pieces[0].From)
		}
	}
	return "A on air"
}

// foretold is the model: what the table says must happen.
func foretold(a row, moment string, b row, long bool) string {
	mic := func(r row) bool { return r.name == "live" || r.name == "emergency-live" }
	switch suspended := moment == "suspended"; {
	case b.name == "live" && (mic(a) || suspended):
		return "refused, already-live"
	case b.name == "emergency-live" && (a.name == "emergency-live" || suspended):
		return "refused, mic-busy"
	case b.name == "live" && a.rank > b.rank:
		return "refused, emergency-on-air"
	case b.name == "queue" && a.name == "queue" && suspended:
		return "C is heard"
	case b.name == "queue" && a.name == "queue":
		return "A is heard"
	}
	wins := b.rank > a.rank || b.rank == a.rank && b.second
	first := "A is heard"
	switch {
	case moment == "suspended":
		first = "C is heard"
	case wins || moment == "paused":
		first = "B is heard"
	}
	pushed := wins || moment == "suspended"
	heard := moment != "start"
	switch {
	case moment == "paused":
		return first + "; A held"
	case !pushed:
		return first + "; A from 0s"
	case a.rule == "drop" && !heard:
		return first + "; A ended, interrupted"
	case a.rule == "drop":
		return first + "; A ended, interrupted"
	case moment == "last second":
		return first + "; A ended, done"
	case long && a.name == "queue":
		return first + "; A held"
	case long:
		return first + "; A ended, late"
	case a.rule == "restart" || !heard:
		return first + "; A from 0s"
	}
	return first + "; A from 10s"
}

// TestTheTableHoldsAtEveryMoment plays every row against every other, at every
// moment of the one that is on the air, briefly and for longer than the limit
// of lateness, and holds what happened against the model; the file is for
// people to read.
func TestTheTableHoldsAtEveryMoment(t *testing.T) {
	var out strings.Builder
	n := 0
	for _, a := range precedenceTold {
		for _, moment := range tableMoments {
			for _, b := range precedenceTold {
				for _, long := range []bool{false, true} {
					got, fits := play(t, a, moment, b, long)
					if !fits || long && a.late == 0 {
						continue
					}
					n++
					name := fmt.Sprintf("A %s, %s; B %s", a.name, moment, b.name)
					if long {
						name += ", for longer than A may wait"
					}
					if want := foretold(a, moment, b, long); got != want {
						t.Errorf("%s: %s; the table says %s", name, got, want)
					}
					fmt.Fprintf(&out, "%s → %s\n", name, got)
				}
			}
		}
	}
	if n < 300 {
		t.Errorf("only %d stories", n)
	}
	const file = "testdata/table/precedence.golden"
	if *update {
		_ = os.MkdirAll("testdata/table", 0o755)
		if err := os.WriteFile(file, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil || string(want) != out.String() {
		t.Errorf("the table's file is old (%v): %s", err, diff(string(want), out.String()))
	}
}
