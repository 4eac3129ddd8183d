package dialog

import (
	"testing"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"loaxa/app/station"
	"loaxa/ui/panel"
	"loaxa/ui/text"
	"loaxa/ui/theme"
)

// FuzzTakeCAP: whatever a file says, the composer draws in its area and never
// airs by itself; an exercise is never a real text.
func FuzzTakeCAP(f *testing.F) {
	const head = `<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>a</identifier><sender>b</sender><sent>2026-11-22T17:00:00+07:00</sent>`
	f.Add([]byte(head + `<status>Actual</status><msgType>Alert</msgType><info><event>Lũ</event><headline>Nước lên</headline></info></alert>`))
	f.Add([]byte(head + `<status>Actual</status><msgType>Cancel</msgType><references>x,y,z st,st-7,z</references></alert>`))
	f.Add([]byte(head + `<status>Exercise</status><msgType>Update</msgType><references>x,y,z</references><info><event>e&#27;[2J</event></info></alert>`))
	f.Fuzz(func(t *testing.T, b []byte) {
		msg, err := station.ParseCAP(b)
		if err != nil {
			return
		}
		s := &panel.Scene{Snap: &station.Snapshot{Station: station.StationView{ID: "st"}}, T: text.For("vi"), Th: theme.New("mono", "ascii")}
		s.Snap.Open = []station.EmergencyView{{ID: 7, Text: "Lũ", Origin: station.Origin{Source: "x,y"}}}
		s.Snap.Emergency = &s.Snap.Open[0]
		e := NewEmergency(s)
		e.chosen, e.comp.stage = sirenText, capping
		e.comp.cap.begin()
		e.comp.cap.waits = true
		e.Told(s, Told{Ask: Ask{Kind: AskCAP}, CAP: &msg})
		if msg.Exercise() && e.text.Value() != "" {
			t.Fatal("an exercise stands as a real text")
		}
		for _, l := range e.View(s, panel.Area{W: 80, H: 20}) {
			if ansi.StringWidth(l) > 80 || !utf8.ValidString(l) {
				t.Fatalf("%q", l)
			}
		}
	})
}
