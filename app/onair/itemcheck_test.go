package onair

import (
	"testing"

	"loaxa/app/station"
)

// TestAnItemThatCannotBeAiredRings: each reason stands in the fault book once,
// until the item is whole again.
func TestAnItemThatCannotBeAiredRings(t *testing.T) {
	for _, word := range station.ItemFaults {
		s, _ := Decide(village(), Input{Fact: station.ItemAdded{Item: station.Item{ID: "x", Title: "Nhạc"}}}, stamp(0))
		tell := func(wrong string) (events int) {
			var o Outcome
			s, o = Decide(s, Input{Fact: station.ItemChecked{ID: "x", Wrong: wrong}}, stamp(0))
			return len(o.Events)
		}
		open := func() bool {
			for _, f := range s.Faults {
				if f.Kind == station.EvItemBad && f.Reason == word && f.Subject == "Nhạc" {
					return !f.Over
				}
			}
			return false
		}
		if n := tell(word); n != 1 || !open() {
			t.Errorf("%s does not ring: %d events, %+v", word, n, s.Faults)
		}
		if n := tell(word); n != 0 {
			t.Errorf("%s rings twice", word)
		}
		if tell(""); open() {
			t.Errorf("%s rings on though the item is whole", word)
		}
	}
	s, o := Decide(village(), Input{Fact: station.ItemChecked{ID: "gone", Wrong: station.ItemMissing}}, stamp(0))
	if len(s.Faults) != 0 || len(o.Events) != 0 {
		t.Error("an item that nobody has rings")
	}
}
