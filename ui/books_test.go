package ui_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"loaxa/app/station"
	"loaxa/ui"
	"loaxa/ui/uitest"
)

// longBooks is a log of n broadcasts and n rows, one an hour, that notes what it
// was asked for.
type longBooks struct {
	uitest.Books
	n       int
	exports *[]station.LogQuery
}

func (b longBooks) Aired(_ context.Context, q station.LogQuery) (out []station.Aired, _ error) {
	for i := b.n; i > 0 && len(out) < q.Limit; i-- {
		at := uitest.Ago(time.Duration(b.n-i) * time.Hour)
		if q.Before != 0 && uint64(i) >= q.Before || !q.From.IsZero() && (at.Wall.Before(q.From) || !at.Wall.Before(q.Until)) || !strings.Contains(fmt.Sprint("Bản tin số ", i), q.Text) {
			continue
		}
		out = append(out, station.Aired{Seq: uint64(i), ID: station.BroadcastID(i), Class: station.Scheduled, Title: fmt.Sprint("Bản tin số ", i), Began: at, Ended: at, Reason: "done"})
	}
	return out, nil
}

func (b longBooks) Log(ctx context.Context, q station.LogQuery) (p station.LogPage, _ error) {
	all, err := b.Aired(ctx, q)
	for _, a := range all {
		p.Rows = append(p.Rows, station.LogRow{Seq: a.Seq, Event: station.Event{Kind: station.EvStart, Title: a.Title, At: a.Began}})
		p.Next, p.More = a.Seq, a.Seq > 1
	}
	return p, err
}

func (b longBooks) Export(_ context.Context, q station.LogQuery, _ func(done, total int64)) (string, error) {
	*b.exports = append(*b.exports, q)
	return "exports/x.csv", nil
}

// TestTheLogIsReadPageByPage to its first row, both tabs of it, and keeps its
// place while new rows come.
func TestTheLogIsReadPageByPage(t *testing.T) {
	for _, keys := range [][]string{{"f8"}, {"f8", "f8"}} {
		drive(t, uitest.Playing(), 80, 24, func(o *ui.Options) { o.Books = longBooks{n: 950} }, func(desk *uitest.Desk, d *uitest.Driver) {
			d.Press(keys...)
			d.Sees("Bản tin số 950", "Đã đọc 200 dòng")
			for range 10 {
				d.Press("end")
			}
			d.Sees("14/10 04:42", "Hết, 950 dòng")
			s := *desk.Snapshot()
			s.Saved.Seq++
			s.Now.Mono += 10 * time.Second
			desk.Show(&s)
			d.Pass(2 * time.Second)
			d.Sees("14/10 04:42", "Hết, 950 dòng")
		})
	}
}

// TestADayIsChosenByArrowsOrByItsDate.
func TestADayIsChosenByArrowsOrByItsDate(t *testing.T) {
	drive(t, uitest.Playing(), 120, 36, func(o *ui.Options) { o.Books = longBooks{n: 60} }, func(_ *uitest.Desk, d *uitest.Driver) {
		d.Press("f8", "left")
		d.Sees("CN 22/11", "22/11 17:42", "22/11 00:42")
		d.SeesNot("21/11")
		d.Press("left")
		d.Sees("T7 21/11", "21/11 23:42")
		d.SeesNot("22/11 0", "22/11 17:42")
		d.Press("right", "right")
		d.Sees("mọi ngày", "22/11 17:42", "21/11 23:42")
		d.Type("20/11 số 8")
		d.Sees("T6 20/11", "20/11 13:42", "Bản tin số 8")
		d.SeesNot("21/11 ", "Bản tin số 9")
	})
}

// TestAnExportNamesEveryFilterInForce.
func TestAnExportNamesEveryFilterInForce(t *testing.T) {
	var got []station.LogQuery
	drive(t, uitest.Playing(), 120, 36, func(o *ui.Options) { o.Books = longBooks{n: 60, exports: &got} }, func(_ *uitest.Desk, d *uitest.Driver) {
		d.Press("f8", "left", "tab")
		d.Type("số 5")
		d.Press("ctrl+e")
		d.Sees("Đã ghi: exports/x.csv")
		d.Press("f8", "ctrl+e")
	})
	day := time.Date(2026, 11, 22, 0, 0, 0, 0, uitest.Moment.Location())
	if len(got) != 2 || got[0].Only != station.AiredEmergency || got[0].Rows || !got[0].From.Equal(day) || !got[0].Until.Equal(day.AddDate(0, 0, 1)) || got[0].Text != "số 5" || got[0].Limit != 0 {
		t.Fatalf("exported %+v", got)
	}
	if q := got[1]; !q.Rows || !slices.Contains(q.Kinds, station.EvEmergency) || !q.From.Equal(day) || q.Text != "số 5" || q.Before != 0 {
		t.Errorf("exported %+v", q)
	}
}

// outage is the sample with its upstream and forty clusters gone at once, one
// with the mains, and a fault that somebody saw.
func outage() *station.Snapshot {
	s := uitest.Live()
	c := s.Clusters[0]
	s.Clusters, s.Faults = nil, []station.Fault{{ID: "up", Kind: station.EvUpstreamLost, Reason: "link", Since: uitest.Ago(15 * time.Minute)}}
	for i := range 41 {
		c.ID, c.Number, c.Name = station.ClusterID(fmt.Sprint("c", i+1)), i+1, fmt.Sprint("Xóm ", i+1)
		s.Clusters = append(s.Clusters, c)
	}
	for i := range 40 {
		reason := "link"
		if i%3 == 0 {
			reason = "timeout"
		}
		s.Faults = append([]station.Fault{{ID: fmt.Sprint("lost-", i+1), Kind: station.EvClusterLost, Cluster: station.ClusterID(fmt.Sprint("c", i+1)),
			Subject: fmt.Sprint("Xóm ", i+1), Reason: reason, Since: uitest.Ago(15*time.Minute - time.Duration(i)*10*time.Second)}}, s.Faults...)
	}
	return s
}

// TestOneDeadLineIsThreeRows: a heading, the line, and its forty clusters; one
// key acknowledges them all, and each can be seen for itself.
func TestOneDeadLineIsThreeRows(t *testing.T) {
	drive(t, outage(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("f9")
		d.Sees("MỚI, CẦN XEM NGAY", "40 cụm loa mất liên lạc cùng lúc", "mất kết nối tuyến trên", "Từ 15 phút trước")
		rows := 0
		for _, l := range strings.Split(d.Frame(), "\n")[3:18] {
			if strings.Trim(l, "│ ") != "" && !strings.Contains(l, "Từ ") && !strings.Contains(l, "Gọi trưởng thôn") && !strings.Contains(l, "Chưa liên lạc") && !strings.Contains(l, "Gồm:") && !strings.HasPrefix(l, "│ Xóm") {
				rows++
			}
		}
		if rows != 3 {
			t.Errorf("%d rows:\n%s", rows, d.Frame())
		}
		d.Press("right", "down", "enter") // the newest of them only
		asked(t, desk, station.FaultAck{ID: "lost-40"})
		d.Press("left", "enter")
		got := desk.Asked()
		if len(got) != 41 || !slices.Contains(got[1:], station.Intent(station.FaultAck{ID: "lost-1"})) || slices.Contains(got, station.Intent(station.FaultAck{ID: "up"})) {
			t.Errorf("%d were asked for: %+v", len(got), got)
		}
	})
}

// TestPowerAndAnotherDayAreOtherCauses.
func TestPowerAndAnotherDayAreOtherCauses(t *testing.T) {
	s := outage()
	s.Faults[0].Reason, s.Faults[1].Reason = "power", "power"
	s.Faults[39].Since = uitest.Ago(8 * time.Hour)
	s.Faults[2].Acked, s.Faults[2].AckedBy = true, "Nguyễn Thị Hoa"
	s.Faults[3].Acked, s.Faults[3].AckedBy, s.Faults[3].Over = true, "Nguyễn Thị Hoa", true
	drive(t, s, 120, 36, nil, func(_ *uitest.Desk, d *uitest.Driver) {
		d.Press("f9")
		d.Sees("35 cụm loa mất liên lạc cùng lúc", "2 cụm loa mất liên lạc cùng lúc · nghi mất điện", "22/11 09:42 Xóm 1 mất", "ĐÃ XEM, CHƯA HẾT", "ĐÃ HẾT")
	})
}

// Nobody is asked to fill a night with music: a fixed start that is hours off
// has nothing to do with the play list.
func TestAStartThatIsFarOffWantsNoMusic(t *testing.T) {
	s := uitest.Playing()
	d := s.Plan.Due[0]
	for _, d = range s.Plan.Due {
		if d.State == station.DueComing {
			break
		}
	}
	d.At, d.Mode = s.Now.Wall.Add(15*time.Hour), station.StartHard
	s.Plan.Due = []station.DueView{d}
	drive(t, s, 120, 36, nil, func(desk *uitest.Desk, dr *uitest.Driver) {
		dr.Sees("sau 15:00:00")
		dr.SeesNot("Thừa")
		dr.Press("f3", "ctrl+n")
		dr.Sees("còn lâu, chưa cần chèn nhạc")
		dr.Press("enter")
		asked(t, desk)
	})
}
