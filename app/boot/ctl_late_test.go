package boot

import (
	"strings"
	"testing"
	"time"

	"loaxa/app/station"
)

// TestLaterIsTheNextTimeTheClockShowsIt, over midnight too.
func TestLaterIsTheNextTimeTheClockShowsIt(t *testing.T) {
	now := time.Date(2026, 11, 22, 17, 42, 0, 0, Saigon)
	for at, want := range map[string]time.Time{
		"18:30": time.Date(2026, 11, 22, 18, 30, 0, 0, Saigon),
		"05:30": time.Date(2026, 11, 23, 5, 30, 0, 0, Saigon),
	} {
		in, err := (&CtlLate{ID: 3, Do: "later", At: at}).answer(now.UTC())
		if got, ok := in.(station.LateAnswer); err != nil || !ok || got.ID != 3 || got.Do != station.LateLater || got.At != want.Unix() {
			t.Errorf("%s: %+v %v", at, in, err)
		}
	}
	for _, k := range []CtlLate{{ID: 3}, {ID: 3, Do: "later"}, {ID: 3, Do: "later", At: "25:00"}} {
		if in, err := k.answer(now); err == nil {
			t.Errorf("%+v: %+v", k, in)
		}
	}
}

// TestDecisionsStandInTheShell, those of clashes behind what came too late.
func TestDecisionsStandInTheShell(t *testing.T) {
	var out strings.Builder
	c := &Caller{out: &out}
	s := &station.Snapshot{}
	if err := c.listLate(s); err != nil || out.String() != "nothing waits for a decision\n" {
		t.Errorf("%v %q", err, out.String())
	}
	out.Reset()
	s.Late = []station.Late{{ID: 3, Class: station.Operator, Who: "Hoa", Title: "Tiêm chủng", Why: "late", Due: time.Date(2026, 11, 22, 17, 0, 0, 0, Saigon)}}
	s.Clashes = []station.Clash{{First: 7, Second: 9}}
	s.Air = []station.BroadcastView{{ID: 7, Phase: station.OnAir, Who: "Huyện", Title: "Họp dân"}, {ID: 9, Phase: station.Suspended, Who: "Sở", Title: "Cắt điện"}}
	want := "3\t2026-11-22 17:00\toperator\tlate\t-\tHoa\t\"Tiêm chủng\"\nwhich is first (ctl first NUMBER):\n7\ton-air\tHuyện\t\"Họp dân\"\n9\tsuspended\tSở\t\"Cắt điện\"\n"
	if err := c.listLate(s); err != nil || out.String() != want {
		t.Errorf("%v\n%s", err, out.String())
	}
}
