package ui_test

import (
	"testing"

	"loaxa/app/station"
	"loaxa/ui"
	"loaxa/ui/uitest"
)

// TestTheSevenStepsTickThemselves goes through the sample commune's steps: each
// is done when the station says so, whatever was pressed.
func TestTheSevenStepsTickThemselves(t *testing.T) {
	drive(t, uitest.Playing(), 80, 24, func(o *ui.Options) { o.Demo = true }, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Sees("Enter: bắt đầu 7 bước")
		d.Press("enter")
		d.Sees("BƯỚC 1/7")
		d.Press("down", "f2", "up") // pressing ticks nothing
		d.Sees("BƯỚC 1/7")
		show := func(change func(*station.Snapshot)) {
			s := *desk.Snapshot()
			s.Rev++
			s.Air, s.Clusters, s.Boards = append([]station.BroadcastView(nil), s.Air...), append([]station.ClusterView(nil), s.Clusters...), append([]station.BoardView(nil), s.Boards...)
			change(&s)
			desk.Show(&s)
			d.Pass(0)
		}
		show(func(s *station.Snapshot) {
			s.Air = append(s.Air, station.BroadcastView{ID: 50, Class: station.Operator, Phase: station.OnAir, Title: "x", Since: uitest.Ago(0), PieceAt: uitest.Ago(0)})
		})
		d.Sees("BƯỚC 2/7", "F4, Enter")
		show(func(s *station.Snapshot) { s.Mic.Open, s.Mic.Broadcast = true, 51 })
		d.Sees("BƯỚC 2/7", "F4 để ngừng")
		show(func(s *station.Snapshot) { s.Mic.Open, s.Mic.Last = false, "item-4" })
		d.Sees("BƯỚC 2/7", "Nghe lại")
		show(func(s *station.Snapshot) { s.Air[len(s.Air)-1].Piece.Item = "item-4" })
		d.Sees("BƯỚC 3/7")
		show(func(s *station.Snapshot) { s.Clusters[0].State = station.ClusterLost })
		d.Sees("BƯỚC 3/7", "Sửa lại")
		show(func(s *station.Snapshot) { s.Clusters[0].State = station.ClusterPlaying })
		d.Sees("BƯỚC 4/7")
		show(func(s *station.Snapshot) { s.Upstream.Up, s.Upstream.Waiting = false, 9 })
		d.Sees("Đang chờ gửi")
		show(func(s *station.Snapshot) { s.Upstream.Up, s.Upstream.Waiting = true, 9 })
		d.Sees("Đang chờ gửi") // joined, not yet equal
		show(func(s *station.Snapshot) { s.Upstream.Waiting = 0 })
		d.Sees("BƯỚC 5/7")
		show(func(s *station.Snapshot) { s.Boards[0].Card.Number++; s.Boards[0].Shown = "old" })
		d.Sees("BƯỚC 5/7") // sent, not yet shown
		show(func(s *station.Snapshot) { s.Boards[0].Shown = s.Boards[0].Want })
		d.Sees("BƯỚC 6/7")
		d.Press("esc", "esc") // back from the map, then left: the card says how to go on
		d.SeesNot("BƯỚC")
		d.Press("enter")
		d.Sees("BƯỚC 6/7")
		show(func(s *station.Snapshot) {
			s.Emergency = &station.EmergencyView{Drill: true, Since: uitest.Ago(0), Broadcast: 52}
		})
		d.Sees("F12 rồi F8")
		show(func(s *station.Snapshot) {
			s.Emergency = nil
			s.Events = append([]station.Event{{Kind: station.EvCorrection, At: uitest.Ago(0), Drill: true}}, s.Events...)
		})
		d.Sees("BƯỚC 7/7")
		d.Press("f8", "esc")
		d.Sees("Xong bảy bước", "loaxa listen 6")
		d.Press("esc")
		d.SeesNot("BƯỚC", "Xong bảy bước")
	})
}
