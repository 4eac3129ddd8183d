package uitest

import (
	"time"

	"loaxa/app/station"
)

// SpillText is the whole text of the sample's emergency of the log.
const SpillText = "THÔNG BÁO XẢ LŨ hồ An Khê. Hiện đang xả 120 mét khối một giây, từ 15 giờ sẽ tăng lên 300 mét khối một giây.\n" +
	"Bà con Thôn 1, Thôn 2 Hà Tam, Làng 3 và các hộ ven sông Ba chuyển người, gia súc và tài sản lên chỗ cao trước 14 giờ 30 phút. " +
	"Không vớt củi, không đi qua ngầm tràn.\nCần giúp gọi số 0269 000 000. Nguồn: Công ty Thủy điện An Khê."

// story is what the sample's books say of one broadcast.
func story(id station.BroadcastID) (p station.LogPage) {
	row := func(at time.Duration, e station.Event) {
		e.At, e.Broadcast = Ago(at), id
		p.Rows = append(p.Rows, station.LogRow{Seq: uint64(5000 + len(p.Rows)), Event: e})
	}
	switch id {
	case 40:
		title := "Xả lũ hồ An Khê, bà con ven sông lên chỗ cao"
		row(3*time.Hour, station.Event{Kind: station.EvEmergency, Class: station.Emergency, Title: title, Actor: "Nguyễn Thị Hoa", Reason: "attention"})
		row(3*time.Hour, station.Event{Kind: station.EvStart, Class: station.Emergency, Title: title, Actor: "Nguyễn Thị Hoa", Targets: 12})
		row(2*time.Hour+56*time.Minute, station.Event{Kind: station.EvEnd, Class: station.Emergency, Title: title, Reason: "by-hand", Duration: 4 * time.Minute, Actor: "Nguyễn Thị Hoa"})
		p.Alert = &station.Alert{ID: 40, Type: station.AlertNew, Text: SpillText, Level: 3, Kind: "spill", Who: "Nguyễn Thị Hoa"}
	case 38:
		began := Ago(12 * time.Hour)
		row(12*time.Hour, station.Event{Kind: station.EvStart, Class: station.Scheduled, Title: "Bản tin sáng", Targets: 12, EventTimes: station.EventTimes{Due: began.Wall.Unix() - 8}})
		row(11*time.Hour+50*time.Minute, station.Event{Kind: station.EvSuspend, Title: "Bản tin sáng", Reason: "resume-at-cut"})
		row(11*time.Hour+48*time.Minute, station.Event{Kind: station.EvResume, Title: "Bản tin sáng", EventTimes: station.EventTimes{Pos: 10 * time.Minute}})
		row(11*time.Hour+30*time.Minute, station.Event{Kind: station.EvEnd, Title: "Bản tin sáng", Reason: "done"})
	}
	return p
}
