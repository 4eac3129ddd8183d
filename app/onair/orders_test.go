package onair

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"loaxa/app/station"
)

// above is a desk in a story of orders, with its disk.
type above struct {
	t   *testing.T
	s   State
	d   disk
	now time.Duration
}

func newAbove(t *testing.T) *above { return &above{t: t, s: village(), d: disk{}} }

func (a *above) in(in Input) Outcome {
	a.t.Helper()
	a.now += time.Second
	s, o := Decide(a.s, in, stamp(a.now))
	a.s = s
	a.d.save(a.t, o.Events)
	n := 0
	for _, e := range o.Events { // records of their own
		for _, r := range e.Records {
			if r.Key == "" {
				n++
				b, _ := json.Marshal(r.Value)
				a.d[r.Class][fmt.Sprintf("%d-%d", a.now, n)] = b
				delete(a.d[r.Class], "")
			}
		}
	}
	return o
}

func (a *above) order(o station.Order) Outcome {
	a.t.Helper()
	o.Issuer = "Ban chỉ huy"
	return a.in(Input{Intent: station.OrderReceived{Order: station.SignedOrder{Order: o}, Via: "upstream"}, Actor: o.Issuer})
}

func (a *above) state(id station.OrderID) (r station.OrderRecord) {
	a.t.Helper()
	if b, ok := a.d[station.ClassOrder][id.String()]; ok {
		if err := json.Unmarshal(b, &r); err != nil {
			a.t.Fatal(err)
		}
	}
	return r
}

func flood(n byte) station.Order {
	return station.Order{ID: station.OrderID{n}, Kind: station.OrderPlay, Class: station.Emergency,
		Audience: station.Audience{Targets: station.Everywhere()}, Content: station.OrderContent{Text: "Lũ về", Siren: "unheard-of", Level: 4}}
}

// TestAnOrderDrivesTheDesk: it sounds as the operator's own would, is taken
// back with a correction, and its receipt says who heard it.
func TestAnOrderDrivesTheDesk(t *testing.T) {
	a := newAbove(t)
	a.in(Input{Fact: station.ClusterReport{ID: "c1", Up: true}})
	o := a.order(flood(1))
	if o.Refusal != nil || a.s.lead() == nil || a.s.lead().Who != "Ban chỉ huy" {
		t.Fatalf("%v, emergency %+v", o.Refusal, a.s.lead())
	}
	b := a.s.Air[0]
	if b.Class != station.Emergency || b.Pieces[0].Tone != "siren" {
		t.Errorf("class %v, first piece %+v: a siren that is not here must be the station's own", b.Class, b.Pieces[0])
	}
	if r := a.state(station.OrderID{1}); r.State != station.OrderStarted || r.Broadcast != b.ID {
		t.Errorf("record %+v", r)
	}
	a.in(Input{Fact: station.PieceStarted{Broadcast: b.ID, Tag: "1"}})
	a.in(Input{Fact: station.ClusterReport{ID: "c1", Up: true, Report: station.ClusterHealth{Playing: b.ID, PlayedUntil: 1, Account: station.Account{OnTime: 100, Due: 100}}}})
	cancel := station.Order{ID: station.OrderID{2}, Kind: station.OrderCancel, Class: station.Emergency, Supersedes: station.OrderID{1}}
	a.order(cancel)
	if a.s.lead() != nil || a.s.Books.Notice == nil {
		t.Fatal("the cancel left it open, or nobody hears that it was wrong")
	}
	for range 6 {
		a.in(Input{Tick: true})
	}
	if r := a.state(station.OrderID{1}); r.State != station.OrderWithdrawn {
		t.Errorf("state %s", r.State)
	}
	var got station.OrderReceipt
	for _, v := range a.d[station.ClassReceipt] {
		if err := json.Unmarshal(v, &got); err != nil {
			t.Fatal(err)
		}
	}
	if len(got.Clusters) != 3 || got.Clusters[0].Played != 2*time.Second || got.Clusters[1].Heard != station.HeardUnknown {
		t.Errorf("receipt %+v", got)
	}
	if len(a.s.Upper.Open) != 0 {
		t.Errorf("%d orders are open for ever", len(a.s.Upper.Open))
	}
}

// TestASecondWarningIsHeard: one that is being read waits for the next; one
// that nobody ended does not.
func TestASecondWarningIsHeard(t *testing.T) {
	a := newAbove(t)
	a.order(flood(1))
	id := a.s.Air[0].ID
	rows := len(a.s.Recent)
	if o := a.order(flood(2)); o.Refusal == nil || o.Refusal.Code != station.AlreadyOpen {
		t.Fatalf("refusal %v", o.Refusal)
	}
	if len(a.s.Recent) != rows {
		t.Error("an order that comes again writes a row each time")
	}
	a.in(Input{Fact: station.PieceStarted{Broadcast: id, Tag: "1"}})
	a.in(Input{Fact: station.Drained{Broadcast: id}})
	if o := a.order(flood(2)); o.Refusal != nil || a.s.lead() == nil || a.s.lead().Broadcast == id {
		t.Fatalf("%v, %+v", o.Refusal, a.s.lead())
	}
}

// TestOrdersOverARestart: a cancel finds what was on air before the restart.
func TestOrdersOverARestart(t *testing.T) {
	a := newAbove(t)
	a.in(Input{Fact: station.RosterSet{Clusters: a.s.Roster}})
	for _, c := range a.s.Roster {
		b, _ := json.Marshal(c)
		if a.d["cluster"] == nil {
			a.d["cluster"] = map[string][]byte{}
		}
		a.d["cluster"][string(c.ID)] = b
	}
	a.order(flood(1))
	s, err := Recover(a.d, a.s.Settings)
	if err != nil {
		t.Fatal(err)
	}
	a.s, _ = Restarted(s, nil, stamp(a.now))
	a.order(station.Order{ID: station.OrderID{2}, Kind: station.OrderCancel, Class: station.Emergency, Supersedes: station.OrderID{1}})
	if a.s.lead() != nil {
		t.Error("the cancel does not find it")
	}
}

// TestAFloodOfForgedOrdersFillsNoDisk: each is told apart, and none is written
// twice in a minute; beyond the bound they are counted.
func TestAFloodOfForgedOrdersFillsNoDisk(t *testing.T) {
	a := newAbove(t)
	a.d[station.ClassRefusal] = map[string][]byte{}
	for i := range 5000 {
		a.now -= time.Second - time.Millisecond
		a.in(Input{Fact: station.OrderRefused{RefusedOrder: station.RefusedOrder{Hash: fmt.Sprint(i / 2), Issuer: "x", Why: station.Refusal{Code: station.OrderBadSignature}}}})
	}
	if n := len(a.d[station.ClassRefusal]); n == 0 || n > maxRefusals {
		t.Errorf("%d rows", n)
	}
	a.now += time.Hour
	a.in(Input{Fact: station.OrderRefused{RefusedOrder: station.RefusedOrder{Hash: "new", Why: station.Refusal{Code: station.OrderExpired}}}})
	skipped := 0
	for _, v := range a.d[station.ClassRefusal] {
		var r station.RefusedOrder
		if err := json.Unmarshal(v, &r); err != nil {
			t.Fatal(err)
		}
		skipped = max(skipped, r.Skipped)
	}
	if skipped < 2000 {
		t.Errorf("%d were skipped, 2500 came", skipped)
	}
	if !slices.ContainsFunc(a.s.Faults, func(f station.Fault) bool { return f.Reason == string(station.OrderBadSignature) }) {
		t.Error("no bell")
	}
}

// TestTextsOfOrdersRankByTheirClass: an office's notice waits for an
// emergency; a sound that is not in the library is refused.
func TestTextsOfOrdersRankByTheirClass(t *testing.T) {
	a := newAbove(t)
	o := station.Order{ID: station.OrderID{1}, Kind: station.OrderPlay, Class: station.Priority,
		Audience: station.Audience{Targets: station.Targets{Zones: []string{"bắc"}}}, Content: station.OrderContent{Text: "Họp dân"}}
	if out := a.order(o); out.Refusal != nil || a.s.Air[0].Class != station.Priority || len(a.s.Air[0].Assigned) != 2 {
		t.Fatalf("%v %+v", out.Refusal, a.s.Air)
	}
	o.ID, o.Content = station.OrderID{2}, station.OrderContent{Item: "gone"}
	if out := a.order(o); out.Refusal == nil || out.Refusal.Code != station.UnknownItem {
		t.Errorf("%v", out.Refusal)
	}
	o.ID, o.Content = station.OrderID{3}, station.OrderContent{Item: "news"}
	o.Supersedes = station.OrderID{1}
	if out := a.order(o); out.Refusal != nil || len(a.s.Air) != 1 || a.s.Air[0].Pieces[0].Item != "news" {
		t.Errorf("%v: what it replaces must go", out.Refusal)
	}
	test := flood(4)
	test.Kind = station.OrderTest
	if out := a.order(test); out.Refusal != nil || a.s.lead() == nil || !a.s.lead().Drill {
		t.Errorf("a test is a drill: %v %+v", out.Refusal, a.s.lead())
	}
}

// TestANewerOrderTakesThePlaceOfTheOldWord: who heard the old one hears the new
// one too, the old one's record says that it was withdrawn, and a cancel of the
// new one corrects it.
func TestANewerOrderTakesThePlaceOfTheOldWord(t *testing.T) {
	a := newAbove(t)
	a.order(flood(1))
	second := flood(2)
	second.Supersedes, second.Content.Text = station.OrderID{1}, "Lũ lên nữa"
	second.Audience.Targets = station.Targets{Zones: []string{"nam"}}
	if o := a.order(second); o.Refusal != nil {
		t.Fatal(o.Refusal)
	}
	if len(a.s.Open) != 1 || a.s.Open[0].Version != 2 || len(a.s.Open[0].Targets.Match(a.s.Roster)) != 3 {
		t.Fatalf("open are %+v", a.s.Open)
	}
	if r := a.state(station.OrderID{1}); r.State != station.OrderWithdrawn {
		t.Errorf("the old one is %s", r.State)
	}
	a.order(station.Order{ID: station.OrderID{3}, Kind: station.OrderCancel, Class: station.Emergency, Supersedes: station.OrderID{2}})
	if len(a.s.Open) != 0 || a.s.Books.Notice == nil {
		t.Errorf("after the cancel open are %+v, notice %+v", a.s.Open, a.s.Books.Notice)
	}
}

// TestAnOrderThatRanOutIsNotHeard: a bulletin waits behind an emergency until
// its time is over.
func TestAnOrderThatRanOutIsNotHeard(t *testing.T) {
	for name, by := range map[string]time.Duration{"in time": -time.Minute, "too late": time.Minute} {
		a := newAbove(t)
		a.in(Input{Intent: station.EmergencyStart{Text: "x", Targets: station.Everywhere()}})
		a.order(station.Order{ID: station.OrderID{1}, Kind: station.OrderPlay, Class: station.Priority, Audience: station.Audience{Targets: station.Everywhere()},
			Content: station.OrderContent{Item: "news"}, Expires: stamp(10 * time.Minute).Wall.UnixMilli()})
		a.now = 10*time.Minute + by
		a.in(Input{Intent: station.EmergencyEnd{}})
		heard := len(a.s.Air) == 1 && a.s.Air[0].Flags.Opened
		if heard != (by < 0) {
			t.Errorf("%s: the air is %+v", name, a.s.Air)
		}
	}
}

// TestOnePersonsOrderRings: it is obeyed, and everybody is told that it was one
// person alone.
func TestOnePersonsOrderRings(t *testing.T) {
	for approvals, want := range map[int]bool{0: true, 1: false} {
		a := newAbove(t)
		o := flood(1)
		o.Issuer = "Ban chỉ huy"
		out := a.in(Input{Intent: station.OrderReceived{Order: station.SignedOrder{Order: o, Approvals: make([]station.OrderApproval, approvals)}, Via: "upstream"}, Actor: o.Issuer})
		rung := slices.ContainsFunc(a.s.Faults, func(f station.Fault) bool { return f.Kind == station.EvOrder && f.Reason == "order-alone" && !f.Acked })
		noted := slices.ContainsFunc(out.Events, func(e station.Event) bool { return e.Kind == station.EvOrder && e.Reason == "order-alone" })
		if out.Refusal != nil || rung != want || noted != want {
			t.Errorf("%d approvals: %v, rung %t, noted %t", approvals, out.Refusal, rung, noted)
		}
	}
}

// TestTheReceiptsOfAnOrderNameEveryPlace: a hamlet that heard the order later,
// because another danger was told there first, is in its receipts too.
func TestTheReceiptsOfAnOrderNameEveryPlace(t *testing.T) {
	a := newAbove(t)
	a.in(Input{Intent: station.EmergencyStart{Text: "Cháy", Level: 5, Targets: station.Targets{Numbers: []int{1}}}})
	a.in(Input{Fact: station.PieceStarted{Broadcast: 1, Tag: "1"}})
	a.order(flood(1))
	for _, id := range []station.BroadcastID{2, 1, 3} {
		for range 3 {
			b := a.s.find(id)
			if b == nil || !b.Flags.Opened {
				break
			}
			tag := b.Pieces[0].Tag
			a.in(Input{Fact: station.PieceStarted{Broadcast: id, Tag: tag}})
			a.in(Input{Fact: station.PieceEnded{Broadcast: id, Tag: tag}})
			if b = a.s.find(id); b != nil && b.Flags.Closing {
				a.in(Input{Fact: station.Closed{Broadcast: id, Tag: b.Pieces[0].Tag}})
			}
		}
		a.in(Input{Fact: station.Drained{Broadcast: id}})
	}
	for range 3 {
		for _, b := range a.s.Air {
			a.in(Input{Fact: station.PieceStarted{Broadcast: b.ID, Tag: b.Pieces[0].Tag}})
			a.in(Input{Fact: station.Drained{Broadcast: b.ID}})
		}
	}
	a.now += time.Minute
	a.in(Input{Tick: true})
	named := map[station.ClusterID]bool{}
	for _, raw := range a.d[station.ClassReceipt] {
		var r station.OrderReceipt
		if err := json.Unmarshal(raw, &r); err != nil {
			t.Fatal(err)
		}
		for _, c := range r.Clusters {
			named[c.Cluster] = true
		}
	}
	if len(named) != 3 {
		t.Errorf("the receipts name %v; the air is %+v", named, a.s.Air)
	}
	if r := a.state(station.OrderID{1}); r.State != station.OrderDone {
		t.Errorf("the order is %s", r.State)
	}
}
