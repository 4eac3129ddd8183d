package ui_test

import (
	"testing"

	"loaxa/app/station"
	"loaxa/ui/uitest"
)

func TestClusterIsMutedFromTheList(t *testing.T) {
	drive(t, uitest.Live(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("3", "ctrl+t")
		asked(t, desk, station.ClusterMute{ID: uitest.ClusterID(3), Muted: true})
		d.Sees("khẩn cấp vẫn phát")
	})
}

// One key silences what is marked, one line a zone or everywhere; Ctrl+Z takes
// all of it back at once.
func TestGroupsAreMutedAndTheMuteIsTakenBack(t *testing.T) {
	drive(t, uitest.Live(), 120, 36, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		ids := []station.ClusterID{uitest.ClusterID(3), uitest.ClusterID(7)}
		d.Press("3", "space", "7", "space", "ctrl+t")
		d.Sees("Đã tắt tiếng 2 cụm loa")
		d.Press("ctrl+z")
		d.Press("5", "ctrl+t") // not marked: it alone
		asked(t, desk, station.ClusterMute{To: station.Targets{Clusters: ids}, Muted: true},
			station.ClusterMute{To: station.Targets{Clusters: ids}}, station.ClusterMute{ID: uitest.ClusterID(5), Muted: true})
	})
	drive(t, uitest.Live(), 120, 36, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("ctrl+n")
		d.Type("tat-tieng ca xa")
		d.Press("enter")
		if in, ok := desk.Asked()[0].(station.ClusterMute); !ok || !in.Muted || len(in.To.Clusters) != len(uitest.Live().Clusters) {
			t.Errorf("asked %+v", desk.Asked())
		}
		d.Press("ctrl+n")
		d.Type("mo-tieng ca xa")
		d.Press("enter")
		d.Sees("Không có cụm nào ở đó đang tắt tiếng")
	})
}
