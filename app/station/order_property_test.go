package station

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestOrderMemoryByRapid: in any interleaving of orders, cancels, second
// deliveries, restarts and clocks that jump, an order is obeyed at most once,
// never behind its end, and never behind its cancel.
func TestOrderMemoryByRapid(t *testing.T) {
	var docs [][]byte
	for n := range byte(12) {
		s := emergency(n + 1)
		docs = append(docs, s.Encode(), s.Cancel)
	}
	rapid.Check(t, func(t *rapid.T) {
		c := judge()
		bound := c.Now.Bound // true time, which only grows
		obeyed, void := map[OrderID]int{}, map[OrderID]bool{}
		var taken []Order // what the records hold
		t.Repeat(map[string]func(*rapid.T){
			"deliver": func(t *rapid.T) {
				s, r := CheckOrder(rapid.SampledFrom(docs).Draw(t, "doc"), c)
				if r != nil {
					return
				}
				if s.Expires <= bound {
					t.Fatalf("obeyed %d ms behind its end", bound-s.Expires)
				}
				if void[s.ID] {
					t.Fatal("obeyed behind its cancel")
				}
				c.Seen.Take(&s.Order)
				taken = append(taken, s.Order)
				if obeyed[s.ID]++; obeyed[s.ID] > 1 {
					t.Fatal("obeyed twice")
				}
				if s.Kind == OrderCancel {
					void[s.Supersedes] = true
				}
			},
			"time": func(t *rapid.T) {
				bound += rapid.Int64Range(0, 1800_000).Draw(t, "ms")
				c.Now.Bound, c.Now.Wall = bound, bound
				c.Seen.Forget(bound)
			},
			"clock": func(t *rapid.T) { // the battery is dead; a person confirms
				c.Now.Wall = rapid.Int64Range(-20*365*86400_000, 20*365*86400_000).Draw(t, "off") + bound
				c.Now.Unsure, c.Now.Confirmed = true, rapid.Bool().Draw(t, "confirmed")
			},
			"mended": func(t *rapid.T) { c.Now.Unsure, c.Now.Wall = false, bound },
			"restart": func(t *rapid.T) { // the records come in any order
				c.Seen = NewOrderMemory()
				again := slices.Clone(taken)
				for i := len(again) - 1; i > 0; i-- {
					j := rapid.IntRange(0, i).Draw(t, "swap")
					again[i], again[j] = again[j], again[i]
				}
				for i := range again {
					c.Seen.Take(&again[i])
				}
			},
		})
	})
}
