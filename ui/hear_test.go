package ui_test

import (
	"reflect"
	"testing"
	"time"

	"loaxa/app/station"
	"loaxa/ui/uitest"
)

// TestAnItemIsHeardHere: F6 in the library lets it be heard on this machine, F6
// again ends it; after its own end F6 begins anew.
func TestAnItemIsHeardHere(t *testing.T) {
	drive(t, uitest.Idle(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("esc", "ctrl+o")
		d.Sees("F6 nghe thử")
		d.Press("f6")
		d.Sees("ở máy này, không ra loa")
		d.Press("f6")
		d.Sees("thôi nghe ở máy này")
		asked := desk.Asked()
		first, ok := asked[0].(station.HearHere)
		if !ok || first.Item == "" || len(asked) != 2 || !reflect.DeepEqual(asked[1], station.HearHere{}) {
			t.Fatalf("asked %+v", asked)
		}
		d.Press("f6")
		d.Pass(2 * time.Hour)
		d.Press("f6")
		if again := desk.Asked(); len(again) != 4 || !reflect.DeepEqual(again[3], first) {
			t.Errorf("after its end: %+v", again)
		}
	})
}
