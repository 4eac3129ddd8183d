package boot

import (
	"strings"
	"testing"

	"loaxa/app/station"
)

// TestTheQuestionsStandInTheShell with the numbers that answer them.
func TestTheQuestionsStandInTheShell(t *testing.T) {
	var out strings.Builder
	c := &Caller{out: &out}
	s := &station.Snapshot{Air: []station.BroadcastView{
		{ID: 7, Phase: station.OnAir, Who: "Huyện", Title: "Họp dân"}, {ID: 8, Phase: station.OnAir, Title: "khác"},
		{ID: 9, Phase: station.Suspended, Who: "Sở", Title: "Cắt điện"}}}
	if err := c.listClashes(s); err != nil || !strings.HasPrefix(out.String(), "no two") {
		t.Errorf("%v %q", err, out.String())
	}
	out.Reset()
	s.Clashes = []station.Clash{{First: 7, Second: 9}}
	if err := c.listClashes(s); err != nil || out.String() != "7\ton-air\tHuyện\t\"Họp dân\"\n9\tsuspended\tSở\t\"Cắt điện\"\n" {
		t.Errorf("%v %q", err, out.String())
	}
}
