package station

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"
)

// capOrder is the order of elements in the schema of CAP 1.2 (OASIS, section
// 3.4); sequences are strict there.
var capOrder = map[string][]string{
	"alert": {"identifier", "sender", "sent", "status", "msgType", "source", "scope", "restriction", "addresses", "code", "note", "references", "incidents", "info"},
	"info": {"language", "category", "event", "responseType", "urgency", "severity", "certainty", "audience", "eventCode", "effective", "onset", "expires",
		"senderName", "headline", "description", "instruction", "web", "contact", "parameter", "resource", "area"},
	"area":      {"areaDesc", "polygon", "circle", "geocode", "altitude", "ceiling"},
	"parameter": {"valueName", "value"}, "geocode": {"valueName", "value"},
}

var capNeeds = map[string][]string{
	"alert": {"identifier", "sender", "sent", "status", "msgType", "scope"},
	"info":  {"category", "event", "urgency", "severity", "certainty"},
	"area":  {"areaDesc"},
}

// schemaOrder fails where an element is unknown, out of its order, or missing.
func schemaOrder(t *testing.T, doc []byte) {
	t.Helper()
	type open struct {
		name string
		at   int
		seen []string
	}
	var stack []open
	d := xml.NewDecoder(bytes.NewReader(doc))
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			if tok.Name.Space != "urn:oasis:names:tc:emergency:cap:1.2" {
				t.Fatalf("%s is of %q", tok.Name.Local, tok.Name.Space)
			}
			if n := len(stack); n > 0 {
				p := &stack[n-1]
				at := slices.Index(capOrder[p.name], tok.Name.Local)
				if at < p.at {
					t.Fatalf("%s in %s after %v", tok.Name.Local, p.name, p.seen)
				}
				p.at, p.seen = at, append(p.seen, tok.Name.Local)
			}
			stack = append(stack, open{name: tok.Name.Local})
		case xml.EndElement:
			p := stack[len(stack)-1]
			for _, need := range capNeeds[p.name] {
				if !slices.Contains(p.seen, need) {
					t.Fatalf("%s has no %s", p.name, need)
				}
			}
			stack = stack[:len(stack)-1]
		}
	}
}

// TestAnAiredEmergencyComesBackFromItsCAP: by our own reader, with all of its
// words, its places, its times and what it takes the place of.
func TestAnAiredEmergencyComesBackFromItsCAP(t *testing.T) {
	at := time.Date(2026, 11, 22, 17, 42, 0, 0, time.FixedZone("+07", 7*3600))
	st := StationView{ID: "abc", Name: "xã Đak Pơ"}
	st.Rules.Hotline = "0900 000 001"
	words := "Thủy điện xả 540 m³/s & còn tăng.\nBà con ven sông lên chỗ cao <ngay>."
	first := Alert{ID: 7, Type: AlertNew, Sent: Stamp{Wall: at}, Text: words, Level: 3, Kind: "spill", Places: []string{"Thôn 1", "Làng Jro Ktu"}}
	update := Alert{ID: 9, Type: AlertUpdate, Sent: Stamp{Wall: at.Add(time.Hour)}, Text: "Xả 370 m³/s", Level: 2, Kind: "spill", Refs: []AlertRef{first.Reference()}}
	wrong := Alert{ID: 12, Type: AlertCancel, Sent: Stamp{Wall: at.Add(2 * time.Hour)}, Text: "ĐÍNH CHÍNH", Drill: true, Refs: []AlertRef{first.Reference(), update.Reference()}}
	over := wrong
	over.Clear, over.Drill = true, false
	first.Second = Second{Text: "Đak huch ƀôh"}
	for _, a := range []Alert{first, update, wrong, over} {
		doc, err := a.CAP(st, "23995").Bytes()
		if err != nil {
			t.Fatal(err)
		}
		schemaOrder(t, doc)
		c, err := ParseCAP(doc)
		if err != nil {
			t.Fatalf("%v\n%s", err, doc)
		}
		i := c.In("vi")
		if c.MsgType != string(a.Type) || c.Exercise() != a.Drill || i.Description != a.Text || i.SenderName != st.Name || i.Contact != st.Rules.Hotline || !i.For("23995") || i.For("1") {
			t.Errorf("came back as %+v", c)
		}
		if o := c.Second(); (o != nil) != (a.Second.Text != "") || o != nil && (o.Description != a.Second.Text || o.Language != SecondLang) {
			t.Errorf("the second language came back as %+v", o)
		}
		if a.Level > 0 && i.Level() != a.Level {
			t.Errorf("level %d, want %d", i.Level(), a.Level)
		}
		if sent, err := time.Parse(capTime, c.Sent); err != nil || !sent.Equal(a.Sent.Wall) || i.Over(a.Sent.Wall.Add(23*time.Hour)) || !i.Over(a.Sent.Wall.Add(25*time.Hour)) {
			t.Errorf("sent %s, expires %s", c.Sent, i.Expires)
		}
		for _, r := range a.Refs { // who has the older one open knows it again
			if !c.UpdatesOne(EmergencyView{ID: r.ID}, st.ID) {
				t.Errorf("%q does not name %d", c.References, r.ID)
			}
		}
		if len(a.Places) > 0 && i.Area[0].Desc != strings.Join(a.Places, ", ") || len(a.Places) == 0 && i.Area[0].Desc != st.Name {
			t.Errorf("area %q", i.Area[0].Desc)
		}
		if got := strings.Contains(string(doc), "<responseType>AllClear</responseType>"); got != a.Clear {
			t.Errorf("all clear %t of %+v", got, a)
		}
	}
}
