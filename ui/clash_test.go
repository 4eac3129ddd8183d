package ui_test

import (
	"testing"
	"time"

	"loaxa/app/station"
	"loaxa/ui/uitest"
)

func bulletins() *station.Snapshot {
	s := uitest.Idle()
	s.Air = []station.BroadcastView{
		{ID: 71, Class: station.Priority, Phase: station.OnAir, Title: "Lịch họp tiếp xúc cử tri", Who: "UBND huyện Đak Pơ", Since: uitest.Ago(20 * time.Second),
			Targets: station.Everywhere(), Meant: len(s.Clusters), Clusters: []station.ClusterID{uitest.ClusterID(1)}},
		{ID: 72, Class: station.Priority, Phase: station.Suspended, Title: "Cắt điện sửa đường dây", Who: "Sở Công Thương", Since: uitest.Ago(time.Second),
			Targets: station.Everywhere(), Meant: len(s.Clusters)},
	}
	s.Clashes = []station.Clash{{First: 71, Second: 72, Title: "Lịch họp tiếp xúc cử tri"}}
	s.Rev++
	return s
}

// TestTheOperatorIsAskedWhichBulletinIsFirst: the window opens by itself with
// both, and is answered with an arrow and Enter.
func TestTheOperatorIsAskedWhichBulletinIsFirst(t *testing.T) {
	drive(t, uitest.Idle(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Pass(time.Second)
		desk.Show(bulletins())
		d.Pass(time.Millisecond)
		d.Sees("Tin nào phát trước?", "từ UBND huyện Đak Pơ", "đang phát", "từ Sở Công Thương", "đang chờ")
		d.Press("enter") // was meant for something else
		asked(t, desk)
		d.Pass(time.Second)
		uitest.Golden(t, "clash-vi-80x24", d.Frame())
		d.Press("down", "enter")
		asked(t, desk, station.PriorityFirst{ID: 72})
		d.Sees("Phát trước: Cắt điện sửa đường dây")
		d.SeesNot("Tin nào phát trước?")
	})
}

// Esc leaves the order in which they came, and asks no more; a question that
// was answered elsewhere goes off the screen.
func TestAQuestionOfBulletinsGoesAway(t *testing.T) {
	drive(t, bulletins(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Pass(time.Second)
		d.Press("esc")
		again := bulletins()
		again.Rev += 2
		desk.Show(again)
		d.Pass(time.Second)
		d.SeesNot("Tin nào phát trước?")
		asked(t, desk)
	})
	drive(t, bulletins(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Sees("Tin nào phát trước?")
		done := bulletins()
		done.Rev, done.Clashes = done.Rev+2, nil
		desk.Show(done)
		d.Pass(time.Second)
		d.SeesNot("Tin nào phát trước?")
	})
}

// A window that is open is not covered; the question comes when it is left.
func TestAQuestionOfBulletinsWaitsForAnOpenWindow(t *testing.T) {
	drive(t, uitest.Idle(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("f9")
		desk.Show(bulletins())
		d.Pass(time.Second)
		d.SeesNot("Tin nào phát trước?")
		d.Press("esc")
		d.Pass(2 * time.Second)
		d.Sees("Tin nào phát trước?")
	})
}
