package uitest

import (
	"context"
	"slices"
	"strings"
	"time"

	"loaxa/app/station"
)

// plan is the sample's timetable: what was aired this morning, what was missed
// while the power was off, what comes.
func plan() station.PlanView {
	all, day := station.Everywhere(), Moment.Truncate(24*time.Hour).Add(-7*time.Hour)
	slot := func(id station.SlotID, h, m int, title string, mode station.StartMode, item string, days station.Days) station.Slot {
		return station.Slot{ID: id, Title: title, Minute: h*60 + m, Days: days, Items: []station.ItemID{station.ItemID(item)}, Targets: all, Mode: mode, By: "Nguyễn Thị Hoa"}
	}
	slots := []station.Slot{
		slot(1, 5, 0, "Nhạc hiệu và bản tin sáng", station.StartHard, "item-1", station.EveryDay),
		slot(2, 11, 30, "Đọc lại: Tiêm chủng", station.StartWait, "item-4", 1<<6|1<<2),
		slot(3, 18, 0, "Bản tin nông nghiệp", station.StartHard, "item-1", station.EveryDay),
		slot(4, 19, 30, "Tiếng Ba Na: phòng sốt xuất huyết", station.StartSkip, "item-3", 1<<6),
	}
	due := func(i int, state station.DueState) station.DueView {
		s := slots[i]
		length := map[station.ItemID]time.Duration{"item-1": 12 * time.Minute, "item-3": 6*time.Minute + 30*time.Second, "item-4": 3 * time.Minute}
		return station.DueView{Slot: s.ID, Title: s.Title, At: day.Add(time.Duration(s.Minute) * time.Minute), Length: length[s.Items[0]], Targets: all, Mode: s.Mode, State: state}
	}
	return station.PlanView{Slots: slots, Due: []station.DueView{due(0, station.DueDone), due(1, station.DueMissed), due(2, station.DueComing), due(3, station.DueComing)}}
}

// Books is what the sample station has written down.
type Books struct{}

// Aired implements ui.Books.
func (Books) Aired(_ context.Context, q station.LogQuery) ([]station.Aired, error) {
	receipts := func(played time.Duration, missed map[int]time.Duration) (out []station.Receipt) {
		for _, c := range Roster() {
			r := station.Receipt{Cluster: c.ID, Number: c.Number, Name: c.Name, Played: played, Heard: station.HeardAll}
			switch m, cut := missed[c.Number]; {
			case c.Number == 9:
				r.Played, r.Heard = 0, station.HeardUnknown
			case cut && m >= played:
				r.Played, r.Heard = 0, station.HeardNone
			case cut:
				r.Played, r.Heard = played-m, station.HeardPart
			}
			out = append(out, r)
		}
		return out
	}
	all := []station.Aired{
		{Seq: 5400, ID: 42, Class: station.Live, Title: "Thông báo tiêm chủng", Who: "Nguyễn Thị Hoa", Began: Ago(spoken), Duration: spoken, Meant: 12},
		{Seq: 5200, ID: 40, Class: station.Emergency, Title: "Xả lũ hồ An Khê, bà con ven sông lên chỗ cao", Who: "Nguyễn Thị Hoa", Began: Ago(3 * time.Hour),
			Ended: Ago(2*time.Hour + 56*time.Minute), Duration: 4 * time.Minute, Reason: "by-hand", Meant: 12, Receipts: receipts(4*time.Minute, map[int]time.Duration{10: 4 * time.Minute, 8: 30 * time.Second})},
		{Seq: 5100, ID: 39, Class: station.Live, Title: "Diễn tập: còi báo lũ", Who: "Nguyễn Thị Hoa", Drill: true, Began: Ago(5 * time.Hour),
			Ended: Ago(5*time.Hour - time.Minute), Duration: time.Minute, Reason: "by-hand", Meant: 12, Receipts: receipts(time.Minute, nil)},
		{Seq: 5000, ID: 38, Class: station.Scheduled, Title: "Bản tin sáng", Who: "Nguyễn Thị Hoa", Began: Ago(12 * time.Hour), Ended: Ago(11*time.Hour + 30*time.Minute),
			Duration: 12 * time.Minute, Reason: "done", Meant: 12, Record: "item-4", Cuts: 1, Receipts: receipts(12*time.Minute, map[int]time.Duration{10: 14 * time.Second})},
		{Seq: 4900, ID: 37, Class: station.Scheduled, Title: programme[1].title, Who: "Nguyễn Thị Hoa", Began: Ago(13 * time.Hour), Ended: Ago(12*time.Hour + 40*time.Minute),
			Duration: 20 * time.Minute, Reason: "done", Meant: 12, Items: []station.ItemID{"item-2", "item-3", "item-5"}, Receipts: receipts(20*time.Minute, nil)},
	}
	var out []station.Aired
	for _, a := range all {
		urgent := a.Class.IsEmergency() || a.Drill
		kind := map[station.AiredKind]bool{"": true, station.AiredEmergency: urgent, station.AiredLive: a.Class == station.Live && !urgent, station.AiredList: a.Class < station.Live}
		if strings.Contains(a.Title, q.Text) && kind[q.Only] && inSpan(q, a.Began.Wall) && (q.Before == 0 || a.Seq < q.Before) {
			out = append(out, a)
		}
	}
	return out, nil
}

func inSpan(q station.LogQuery, at time.Time) bool {
	return !at.Before(q.From) && (q.Until.IsZero() || at.Before(q.Until))
}

// DryRun implements ui.Books: the sample's timetable on the coming days; a slot
// that begins less than ten minutes after another one overlaps it.
func (Books) DryRun(_ context.Context, ask station.DryAsk) (station.DryRun, error) {
	y, m, d := Moment.Date()
	r := station.DryRun{From: time.Date(y, m, d, 0, 0, 0, 0, Moment.Location()), Days: station.DryDays, Quiet: station.Quiet{From: 22 * 60, Until: 5 * 60, By: "Nguyễn Thị Hoa"}}
	slots := plan().Slots
	if ask.Slot != nil {
		slots = slices.DeleteFunc(slots, func(s station.Slot) bool { return s.ID == ask.Slot.ID })
		slots = append(slots, *ask.Slot)
	}
	for day := range r.Days {
		for _, sl := range slots {
			if at, ok := sl.On(r.From.AddDate(0, 0, day)); ok && !sl.Off {
				r.Starts = append(r.Starts, station.DryStart{Slot: sl.ID, Title: sl.Title, At: at, Length: 12 * time.Minute, Mode: sl.Mode, Clusters: len(sites)})
			}
		}
	}
	slices.SortFunc(r.Starts, func(a, b station.DryStart) int { return a.At.Compare(b.At) })
	over := map[[2]station.SlotID]int{}
	for i := range r.Starts {
		if i == 0 || r.Starts[i].At.Sub(r.Starts[i-1].At) >= 10*time.Minute {
			continue
		}
		a, b := &r.Starts[i-1], &r.Starts[i]
		a.Over, b.Over = true, true
		k := [2]station.SlotID{a.Slot, b.Slot}
		if over[k]++; over[k] == 1 {
			f := station.DryFinding{Why: station.DryOverlap, Slot: b.Slot, Title: b.Title, Mode: b.Mode, Other: a.Slot, With: a.Title, First: b.At, By: a.At.Add(a.Length).Sub(b.At)}
			for _, c := range Roster() {
				f.Clusters = append(f.Clusters, c.Number)
			}
			r.Findings = append(r.Findings, f)
		}
		r.Findings[len(r.Findings)-1].Times = over[k]
	}
	r.Ways = ways(slots, r.Findings, ask.Slot)
	r.Count = len(r.Starts)
	for _, c := range Roster() {
		if ask.Cluster == "" || c.ID == ask.Cluster {
			r.Heard = append(r.Heard, station.DryHeard{Cluster: c.ID, Number: c.Number, Name: c.Name, Starts: r.Count, Sounds: time.Duration(r.Count) * 12 * time.Minute})
		}
	}
	return r, nil
}

// Log implements ui.Books.
func (Books) Log(_ context.Context, q station.LogQuery) (p station.LogPage, _ error) {
	if q.Began != 0 {
		return story(q.Broadcast), nil
	}
	for i, e := range events() {
		if (len(q.Kinds) == 0 || slices.Contains(q.Kinds, e.Kind)) && inSpan(q, e.At.Wall) && strings.Contains(e.Title, q.Text) && (q.Before == 0 || uint64(5400-i) < q.Before) {
			p.Rows = append(p.Rows, station.LogRow{Seq: uint64(5400 - i), Event: e})
		}
	}
	return p, nil
}

// Export implements ui.Books.
func (Books) Export(context.Context, station.LogQuery, func(done, total int64)) (string, error) {
	return "exports/nhat-ky-2026-11-22.csv", nil
}

// Map implements ui.Books: a border, a road, a river and two hamlets, all DEMO.
func (Books) Map(context.Context) (station.Map, error) {
	line := func(kind station.MapKind, pts ...[2]float64) station.MapLine {
		l := station.MapLine{Kind: kind}
		for _, p := range pts {
			l.Points = append(l.Points, station.LatLon{Lat: p[0], Lon: p[1]})
		}
		return l
	}
	return station.Map{Source: "DEMO", Lines: []station.MapLine{{Kind: station.MapOutline, Points: Outline()},
		line(station.MapRoad, [2]float64{14.030, 108.425}, [2]float64{14.000, 108.470}, [2]float64{13.975, 108.5525}, [2]float64{13.930, 108.590}, [2]float64{13.885, 108.600}),
		line(station.MapRiver, [2]float64{13.990, 108.420}, [2]float64{13.950, 108.490}, [2]float64{13.915, 108.540}, [2]float64{13.892, 108.580}, [2]float64{13.884, 108.615})},
		Places: []station.MapPlace{{Name: "Làng mẫu A", LatLon: station.LatLon{Lat: 14.035, Lon: 108.47}}, {Name: "Làng mẫu B", LatLon: station.LatLon{Lat: 13.905, Lon: 108.545}}}}, nil
}

// above is what the sample knows of the tier above.
func above() *station.Above {
	return &station.Above{Keys: 3, Issuers: []string{"Ban chỉ huy PCTT Gia Lai", "UBND huyện"}, Compared: Ago(11 * time.Hour).Wall,
		Refused: []station.RefusedOrder{
			{Issuer: "Ban chỉ huy PCTT Gia Lai", Title: "Sơ tán ngay", At: Ago(3 * time.Hour), Why: station.Refusal{Code: station.OrderBadSignature, Subject: "Ban chỉ huy PCTT Gia Lai"}, Hash: "1"},
			{Issuer: "UBND huyện", At: Ago(26 * time.Hour), Why: station.Refusal{Code: station.OrderExpired}, Hash: "2"}},
		Repairs: []station.Repair{{At: Ago(50 * time.Hour).Wall, From: "copy", Lost: []station.Lost{{From: 812, To: 823, Since: Ago(51 * time.Hour).Wall,
			Until: Ago(50 * time.Hour).Wall, Classes: []string{"asrun", "queue"}}}}}}
}

// ways answers the overlap of a slot with one that it falls on.
func ways(slots []station.Slot, found []station.DryFinding, sl *station.Slot) (out []station.OverlapWay) {
	if sl == nil || len(found) == 0 {
		return nil
	}
	for _, o := range slots {
		if o.ID != found[0].Other || o.ID == sl.ID {
			continue
		}
		moved, soft := *sl, *sl
		moved.Minute, soft.Mode, o.Off = o.Minute+12, station.StartSoft, true
		out = append(out, station.OverlapWay{Kind: station.OverlapReplace, Puts: []station.Slot{*sl, o}},
			station.OverlapWay{Kind: station.OverlapAppend, Puts: []station.Slot{soft}}, station.OverlapWay{Kind: station.OverlapShift, Puts: []station.Slot{moved}})
	}
	return out
}
