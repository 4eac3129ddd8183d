package station

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// ring is a square border about a place, in degrees.
func ring(lat, lon, half float64) []LatLon {
	return []LatLon{{lat - half, lon - half}, {lat - half, lon + half}, {lat + half, lon + half}, {lat + half, lon - half}, {lat - half, lon - half}}
}

var farms = []Cluster{{ID: "a", Name: "Thôn 1", Lat: 13.95, Lon: 108.55}, {ID: "b", Name: "Thôn 2", Lat: 13.97, Lon: 108.55}, {ID: "c", Name: "Làng 3"}}

// TestWhatIsWrittenIsFoundAgain: the circles of some places reach those places
// and no others, the border of the commune all that lie in it.
func TestWhatIsWrittenIsFoundAgain(t *testing.T) {
	border := Map{Lines: []MapLine{{Kind: MapRiver, Points: ring(13, 108, 1)}, {Kind: MapOutline, Points: ring(13.96, 108.55, 0.05)}, {Kind: MapOutline, Points: ring(0, 0, 1)[:3]}}}
	for _, c := range []struct {
		names []string
		m     Map
		want  []ClusterID
		part  string
	}{
		{[]string{"Thôn 2"}, border, []ClusterID{"b"}, "13.97000,108.55000 0.3"},
		{nil, border, []ClusterID{"a", "b"}, "<polygon>13.91000,108.50000 13.91000,108.60000 14.01000,108.60000 14.01000,108.50000 13.91000,108.50000</polygon>"},
		{nil, Map{}, []ClusterID{"a", "b"}, "<circle>13.95000,108.55000 0.3</circle>"},
		{[]string{"Làng 3", "Thôn 1"}, Map{}, []ClusterID{"a", "c"}, "<areaDesc>Làng 3</areaDesc>"},
	} {
		doc := Alert{ID: 1, Type: AlertNew, Text: "Lũ", Second: Second{Lang: "bdq", Text: "x"}}.CAP(StationView{ID: "st", Name: "xã Đak Pơ"}, "")
		doc.Locate(CAPAreas(c.names, "xã Đak Pơ", "23992", farms, c.m))
		b, err := doc.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		got, err := ParseCAP(b)
		if err != nil {
			t.Fatal(err)
		}
		ids, shaped := got.In("vi").Within(farms)
		if !slices.Equal(ids, c.want) || !shaped || strings.Count(string(b), c.part) != 2 {
			t.Errorf("%v: %v, %t\n%s", c.names, ids, shaped, b)
		}
		if partial := len(c.names) > 0; strings.Contains(string(b), "23992") == partial {
			t.Errorf("%v: the commune's code\n%s", c.names, b)
		}
	}
}

// TestAnAreaIsReadAsItStands: beside a border, in its notch, at its edge; what
// is no place is passed over, and a hostile message is bounded.
func TestAnAreaIsReadAsItStands(t *testing.T) {
	at := []Cluster{{ID: "x", Name: "X", Lat: 14, Lon: 108}}
	for area, want := range map[string]bool{
		"<polygon>13.9,107.9 13.9,108.1 14.1,108.1 14.1,107.9 13.9,107.9</polygon>":           true,
		"<polygon>13.9,107.9 13.9,108.1 14.1,108.1 14,108.05 14.1,107.9 13.9,107.9</polygon>": true,
		"<polygon>13.9,107.9 13.9,108.1 14.1,108.1 13.95,108 14.1,107.9 13.9,107.9</polygon>": false, // a notch
		"<polygon>14.002,107.9 14.002,108.1 14.1,108.1 14.002,107.9</polygon>":                true,  // 220 m away
		"<polygon>14.01,107.9 14.01,108.1 14.1,108.1 14.01,107.9</polygon>":                   false,
		"<circle>14.02,108 2</circle>":                                         true,
		"<circle>14.05,108 5.1</circle>":                                       false,
		"<circle>14,108 -1</circle>":                                           false,
		"<circle>14,108</circle>":                                              false,
		"<circle>NaN,108 5</circle>":                                           false,
		"<circle>14,108 NaN</circle>":                                          false,
		"<polygon>14,108</polygon>":                                            false,
		"<polygon>" + strings.Repeat("14,108 ", maxCAPPoints+1) + "</polygon>": false,
	} {
		msg := fmt.Sprintf(`<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>a</identifier><sender>b</sender><sent>2026-11-22T17:00:00+07:00</sent>
<status>Actual</status><msgType>Alert</msgType><info><event>Lũ</event><area><areaDesc>vùng</areaDesc>%s</area></info></alert>`, area)
		c, err := ParseCAP([]byte(msg))
		if err != nil {
			t.Fatal(err)
		}
		if ids, _ := c.In("vi").Within(at); (len(ids) == 1) != want {
			t.Errorf("%.80s: %v", area, ids)
		}
	}
}

// capSequence is the sequence of elements of CAP 1.2, section 3.3 of the standard,
// with those that must be there.
var capSequence = map[string][]string{
	"alert": {"identifier!", "sender!", "sent!", "status!", "msgType!", "source", "scope!", "restriction", "addresses", "code", "note", "references", "incidents", "info"},
	"info": {"language", "category!", "event!", "responseType", "urgency!", "severity!", "certainty!", "audience", "eventCode", "effective", "onset", "expires", "senderName",
		"headline", "description", "instruction", "web", "contact", "parameter", "resource", "area"},
	"area":      {"areaDesc!", "polygon", "circle", "geocode", "altitude", "ceiling"},
	"parameter": {"valueName!", "value!"}, "geocode": {"valueName!", "value!"},
}

// TestWhatIsWrittenIsInOrder: elements in the order of the standard, none
// unknown, none missing that must be there, its words from the closed lists.
func TestWhatIsWrittenIsInOrder(t *testing.T) {
	st := StationView{ID: "st", Name: "xã Đak Pơ", Rules: Rules{Hotline: "0269 000 000"}}
	for _, a := range []Alert{
		{ID: 1, Type: AlertNew, Text: "Lũ", Level: 4, Kind: "flood", Places: []string{"Thôn 1"}, Second: Second{Lang: "bdq", Text: "x"}},
		{ID: 2, Type: AlertUpdate, Text: "Lũ", Refs: []AlertRef{{ID: 1}}, Drill: true},
		{ID: 3, Type: AlertCancel, Text: "Hết", Refs: []AlertRef{{ID: 1}}, Clear: true},
		{ID: 4, Type: AlertCancel, Text: "Sai", Refs: []AlertRef{{ID: 1}}},
	} {
		doc := a.CAP(st, "")
		doc.Locate(CAPAreas(a.Places, st.Name, "23992", farms, Map{}))
		b, err := doc.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		inOrder(t, b)
	}
}
