package boot

import (
	"testing"

	"loaxa/app/station"
	"loaxa/devices/cluster"
)

// TestThePoleKeepsTheCap of what stands beside it, in the hours of peace the
// lower of the two, and none where there is none.
func TestThePoleKeepsTheCap(t *testing.T) {
	rules := station.Rules{Caps: station.Caps{School: 60, Health: 30}}
	for near, want := range map[station.Place]cluster.Guard{
		"":                   {QuietCap: 0.5},
		station.PlaceSchool:  {Cap: 0.6, QuietCap: 0.5},
		station.PlaceHealth:  {Cap: 0.3, QuietCap: 0.3},
		station.PlaceWorship: {QuietCap: 0.5},
	} {
		if got := guardOf(rules, station.Cluster{Near: near}); got != want {
			t.Errorf("%q: %+v, want %+v", near, got, want)
		}
	}
}
