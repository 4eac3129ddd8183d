package ui_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"loaxa/app/station"
	"loaxa/ui/uitest"
)

// capFile writes a message and gives its path.
func capFile(t *testing.T, id, kind, status, refs string, expires time.Time) string {
	t.Helper()
	const form = `<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>%s</identifier><sender>kttv@gialai</sender><sent>2026-11-22T17:00:00+07:00</sent>
<status>%s</status><msgType>%s</msgType><scope>Public</scope><references>%s</references>
<info><language>vi-VN</language><category>Met</category><event>Lũ</event><urgency>Immediate</urgency><severity>Severe</severity><certainty>Likely</certainty>
<expires>%s</expires><headline>Lũ trên sông Ba lên nhanh</headline><instruction>Bà con rời bờ sông</instruction><area><areaDesc>xã Đak Pơ</areaDesc></area></info></alert>`
	path := filepath.Join(t.TempDir(), id+".xml")
	if err := os.WriteFile(path, fmt.Appendf(nil, form, id, status, kind, refs, expires.Format("2006-01-02T15:04:05-07:00")), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestACAPFileBecomesADraft: its words, level and source stand in the composer,
// and nothing airs before Ctrl+K.
func TestACAPFileBecomesADraft(t *testing.T) {
	later := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	path := capFile(t, "A1", "Alert", "Actual", "", later)
	drive(t, uitest.Idle(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("f12", "2", "ctrl+o")
		d.Type(path + "\n")
		d.Sees("Lũ trên sông Ba lên nhanh", "kttv@gialai", "chưa ai kiểm chữ ký")
		uitest.Golden(t, "cap-80x24", d.Frame())
		if n := len(desk.Asked()); n != 0 {
			t.Fatalf("it aired by itself: %v", desk.Asked())
		}
		d.Press("ctrl+k")
		in, ok := desk.Asked()[0].(station.EmergencyStart)
		if !ok || in.Source != "kttv@gialai,A1" || in.Kind != "cap" || in.Level != 3 || in.Updates != 0 || in.Drill {
			t.Errorf("%+v", in)
		}
	})
}

// TestACAPFileThatSpeaksOfAnOpenOne updates or cancels that one; what speaks of
// none, ran out, is an exercise or no message at all is said so.
func TestACAPFileThatSpeaksOfAnOpenOne(t *testing.T) {
	later := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	s := uitest.Idle()
	s.Open = []station.EmergencyView{{ID: 70, Broadcast: 70, Text: "Mưa lớn", Since: uitest.Ago(0), OnAir: true, Targets: station.Everywhere()},
		{ID: 77, Broadcast: 77, Text: "Lũ lên", Origin: station.Origin{Source: "kttv@gialai,A1"}, Since: uitest.Ago(0), OnAir: true, Targets: station.Everywhere()}}
	s.Emergency = &s.Open[0]
	refs := "kttv@gialai,A1,2026-11-22T17:00:00+07:00"
	take := func(d *uitest.Driver, path string) {
		d.Press("f12", "5", "ctrl+o")
		d.Type(path + "\n")
	}
	update, cancel := capFile(t, "A2", "Update", "Actual", refs, later), capFile(t, "A3", "Cancel", "Actual", refs, later)
	drive(t, s, 120, 36, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		take(d, update)
		d.Sees("thay tin đang phát")
		d.Press("ctrl+k")
		if in, ok := desk.Asked()[0].(station.EmergencyStart); !ok || in.Updates != 77 || in.Source != "kttv@gialai,A2" {
			t.Errorf("%+v", desk.Asked())
		}
		take(d, cancel)
		d.Sees("thu hồi tin đang phát")
		d.Press("ctrl+k")
		if got := desk.Asked(); len(got) != 2 || got[1] != (station.EmergencyEnd{AllClear: true, Of: 77}) {
			t.Errorf("%+v", got)
		}
	})
	bad := filepath.Join(t.TempDir(), "bad.xml")
	if err := os.WriteFile(bad, []byte("<alert>"), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, words := range map[string]string{capFile(t, "B1", "Cancel", "Actual", "x,y,z", later): "không còn phát ở đài", bad: "không phải tin CAP",
		capFile(t, "B2", "Alert", "Actual", "", later.AddDate(-1, 0, 0)): "đã hết hạn", capFile(t, "B3", "Ack", "Actual", "", later): "không phải tin cảnh báo",
		capFile(t, "B4", "Alert", "Exercise", "", later): "diễn tập", "/nowhere.xml": "không thấy tệp", capFile(t, "B5", "Update", "Actual", "x,y,z", later): "như tin mới"} {
		drive(t, s, 120, 36, nil, func(desk *uitest.Desk, d *uitest.Driver) {
			take(d, path)
			d.Sees(words)
			if n := len(desk.Asked()); n != 0 {
				t.Errorf("%s: aired by itself", path)
			}
		})
	}
}

// TestTheAreaOfACAPFileIsProposed: everywhere stays chosen; F2 takes the area,
// once more gives it back, and a choice made anew forgets it. What reaches none
// of our clusters says so.
func TestTheAreaOfACAPFileIsProposed(t *testing.T) {
	later := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	with := func(area string) string {
		path := capFile(t, "A1", "Alert", "Actual", "", later)
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		b = []byte(strings.Replace(string(b), "xã Đak Pơ</areaDesc>", "vùng ngập</areaDesc>"+area, 1))
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	one := uitest.Roster()[0]
	near := with(fmt.Sprintf("<circle>%f,%f 0.1</circle>", one.Lat, one.Lon))
	drive(t, uitest.Idle(), 120, 36, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("f12", "2", "ctrl+o")
		d.Type(near + "\n")
		d.Sees("1/12 cụm loa: "+one.Name, "Vẫn đang chọn cả", "F2: chỉ 1 cụm trong vùng của tin")
		d.Press("f2", "f2", "f2", "ctrl+k")
		in, ok := desk.Asked()[0].(station.EmergencyStart)
		if !ok || !in.Targets.Equal(station.Targets{Clusters: []station.ClusterID{one.ID}}) {
			t.Errorf("%+v", desk.Asked())
		}
	})
	drive(t, uitest.Idle(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("f12", "2", "ctrl+o")
		d.Type(near + "\n")
		d.Sees("Vẫn đang chọn cả")
		d.Press("f2", "esc", "1", "ctrl+k")
		if in, ok := desk.Asked()[0].(station.EmergencyStart); !ok || !in.Targets.All {
			t.Errorf("a forgotten area holds on: %+v", desk.Asked())
		}
	})
	drive(t, uitest.Idle(), 80, 24, nil, func(_ *uitest.Desk, d *uitest.Driver) {
		d.Press("f12", "2", "ctrl+o")
		d.Type(with("<polygon>10,105 10.1,105 10.1,105.1 10,105</polygon>") + "\n")
		d.Sees("không có cụm loa nào của xã")
		d.SeesNot("F2: chỉ")
	})
}
