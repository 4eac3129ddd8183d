package station

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

const capFlood = `<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
  <identifier>VN-2026-0042</identifier><sender>khituong@example.vn</sender><sent>2026-11-22T17:42:00+07:00</sent>
  <status>Actual</status><msgType>Alert</msgType><scope>Public</scope>
  <info><language>en-US</language><category>Met</category><event>Flood</event><urgency>Immediate</urgency><severity>Severe</severity><certainty>Likely</certainty>
    <headline>Flood warning</headline></info>
  <info><language>vi-VN</language><category>Met</category><event>Lũ</event><urgency>Immediate</urgency><severity>Severe</severity><certainty>Likely</certainty>
    <expires>2026-11-23T05:00:00+07:00</expires><headline>Cảnh báo lũ sông Ba</headline><description>Nước lên
     nhanh</description><instruction>Lên chỗ cao!</instruction><contact>0900 000 001</contact>
    <parameter><valueName>risk-level-vn</valueName><value>2</value></parameter>
    <area><areaDesc>Xã Đak Pơ</areaDesc><geocode><valueName>vn-commune</valueName><value>23995</value></geocode></area></info>
</alert>`

func TestACAPMessageIsContentInTheListenersLanguage(t *testing.T) {
	c, err := ParseCAP([]byte(capFlood))
	if err != nil {
		t.Fatal(err)
	}
	i := c.In("vi")
	if want := "Cảnh báo lũ sông Ba. Xã Đak Pơ. Nước lên nhanh. Lên chỗ cao! 0900 000 001."; i.Text() != want {
		t.Errorf("said %q", i.Text())
	}
	if i.Level() != 2 || c.In("en").Level() != 3 {
		t.Errorf("levels %d and %d", i.Level(), c.In("en").Level())
	}
	if !i.For("23995") || i.For("24007") || !c.In("en").For("24007") {
		t.Error("the commune's code is not obeyed")
	}
	now := time.Date(2026, 11, 22, 18, 0, 0, 0, time.UTC)
	if i.Over(now.Add(-time.Hour)) || !i.Over(now.Add(6*time.Hour)) || c.Exercise() {
		t.Error("validity or status is wrong")
	}
}

func TestWhatIsNoAlertIsRefusedInWords(t *testing.T) {
	for name, x := range map[string]struct{ old, new, want string }{
		"no identifier":  {"VN-2026-0042", "", "no identifier"},
		"status":         {"Actual", "Maybe", "status"},
		"type":           {"<msgType>Alert", "<msgType>Song", "msgType"},
		"lone update":    {"<msgType>Alert", "<msgType>Update", "references"},
		"time":           {"2026-11-22T17:42:00+07:00", "gestern", "sent"},
		"other language": {"cap:1.2", "cap:1.0", "cap:1.2"},
		"document type":  {"<alert", `<!DOCTYPE x [<!ENTITY a "b">]><alert`, "document type"},
		"deep":           {"<scope>Public", "<scope>" + strings.Repeat("<a>", 9) + strings.Repeat("</a>", 9), "deep"},
		"cut":            {"</alert>", "", "EOF"},
	} {
		_, err := ParseCAP([]byte(strings.Replace(capFlood, x.old, x.new, 1)))
		if err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := ParseCAP(make([]byte, MaxCAPBytes+1)); err == nil {
		t.Error("a huge one was read")
	}
}

func TestAnOpenEmergencyIsWrittenAsCAP(t *testing.T) {
	at := time.Date(2026, 11, 22, 17, 42, 0, 0, time.FixedZone("+07", 7*3600))
	em := EmergencyView{ID: 7, Text: "Lũ về <nhanh> & mạnh", Level: 5, Kind: "flood", Drill: true, Since: Stamp{Wall: at}}
	b, err := NewCAP(em, StationView{ID: "abc", Name: "xã Đak Pơ"}, "23995", []string{"Thôn 1", "Thôn 2"}).Bytes()
	if err != nil {
		t.Fatal(err)
	}
	c, err := ParseCAP(b)
	if err != nil {
		t.Fatal(err)
	}
	i := c.In("vi")
	if !c.Exercise() || i.Level() != 5 || i.Description != em.Text || !i.For("23995") || i.For("1") || c.Identifier != "abc-7" {
		t.Errorf("came back as %+v", c)
	}
}

func FuzzCAP(f *testing.F) {
	f.Add([]byte(capFlood))
	f.Add([]byte(strings.Replace(capFlood, "</areaDesc>", "</areaDesc><polygon>13,108 13,109 14,109 13,108</polygon><circle>13.95,108.55 1e3</circle>", 1)))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := ParseCAP(b)
		if err != nil {
			return
		}
		if i := c.In("vi"); i != nil {
			s := i.Text()
			if !utf8.ValidString(s) || utf8.RuneCountInString(s) > MaxEmergency || strings.ContainsAny(s, "\n\x00\x1b\u202e") || i.Level() < 0 || i.Level() > 5 {
				t.Fatalf("text %q level %d", s, i.Level())
			}
			if ids, _ := i.Within(farms); len(ids) > len(farms) {
				t.Fatal(ids)
			}
		}
		if _, err := c.Bytes(); err != nil {
			t.Fatal(err)
		}
	})
}
