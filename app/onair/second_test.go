package onair

import (
	"strings"
	"testing"

	"loaxa/app/station"
)

// heardOf are the pieces of a broadcast in their order.
func heardOf(b *Broadcast) (out []string) {
	for _, p := range b.Pieces {
		out = append(out, string(p.Kind)+" "+p.Tone+string(p.Item)+p.Text)
	}
	return out
}

// TestTheSecondLanguageFollowsTheFirst, each time that the words are read; on
// the boards and in what is kept it stands below them. No siren waits for a
// recording that is gone, and a drill has none.
func TestTheSecondLanguageFollowsTheFirst(t *testing.T) {
	in := station.EmergencyStart{Text: "Lũ về", Targets: station.Everywhere(), Second: station.Second{Item: "news", Text: "Đak huch"}}
	a := newAbove(t)
	if o := a.in(Input{Intent: in, Actor: "Hoa"}); o.Refusal != nil {
		t.Fatal(o.Refusal)
	}
	want := "tone siren|speech Lũ về|item news|speech Xin nhắc lại. Lũ về|item news"
	if got := strings.Join(heardOf(&a.s.Air[0]), "|"); got != want {
		t.Errorf("heard %q, want %q", got, want)
	}
	if c := a.s.Card("b1"); c.Text != "Lũ về\nĐak huch" {
		t.Errorf("the board shows %q", c.Text)
	}
	if al := a.alert(a.s.lead().ID); al.Second.Text != "Đak huch" || al.Second.Item != "news" {
		t.Errorf("kept %+v", al)
	}

	a = newAbove(t)
	in.Second.Item = "gone"
	if o := a.in(Input{Intent: in, Actor: "Hoa"}); o.Refusal != nil {
		t.Fatal(o.Refusal)
	}
	if got := heardOf(&a.s.Air[0]); len(got) != 3 || len(a.s.Faults) != 1 || a.s.Faults[0].Reason != "unknown-item" {
		t.Errorf("heard %q, faults %+v", got, a.s.Faults)
	}

	a = newAbove(t)
	in.Second.Item, in.Drill = "news", true
	a.in(Input{Intent: in, Actor: "Hoa"})
	if got := strings.Join(heardOf(&a.s.Air[0]), "|"); strings.Contains(got, "item") || strings.Contains(a.s.Card("b1").Text, "Đak") {
		t.Errorf("a drill: %q, board %q", got, a.s.Card("b1").Text)
	}
	for _, bad := range []station.Second{{Lang: "<b>"}, {Text: "a\x1bb"}, {Text: strings.Repeat("x", station.MaxEmergency+1)}} {
		if o := newAbove(t).in(Input{Intent: station.EmergencyStart{Text: "Lũ", Targets: station.Everywhere(), Second: bad}}); o.Refusal == nil {
			t.Errorf("taken: %+v", bad)
		}
	}
}
