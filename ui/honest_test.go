package ui_test

import (
	"testing"
	"time"

	"loaxa/app/station"
	"loaxa/ui"
	"loaxa/ui/uitest"
)

func TestEmergencyThatNobodyEndedIsSaidAfterItsSound(t *testing.T) {
	s := uitest.Emergency(false)
	s.Air = s.Air[1:]
	s.Air[0].Phase, s.Emergency.OnAir = station.OnAir, false
	for _, w := range []int{80, 120} {
		drive(t, s, w, 36, nil, func(_ *uitest.Desk, d *uitest.Driver) {
			d.Sees("KHẨN CẤP CHƯA KẾT THÚC 40 giây", "F12 kết thúc", "Bản tin nông")
		})
	}
}

func TestStationOutOfReachIsSaidAndNothingIsGreen(t *testing.T) {
	drive(t, uitest.Live(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		desk.Cut(uitest.Moment)
		d.Pass(65 * time.Second)
		d.Sees("KHÔNG LIÊN LẠC ĐƯỢC VỚI ĐÀI TRÊN MÁY NÀY từ 17:42:08", "0 đang phát, 12 không rõ", "1 phút")
		d.SeesNot("●", "▶", "đang phát ▮", "MỜI ĐỌC")
	})
}

// Proof that grows old on the way is no proof.
func TestGreenFadesWithoutNewProof(t *testing.T) {
	drive(t, uitest.Playing(), 80, 24, nil, func(_ *uitest.Desk, d *uitest.Driver) {
		d.Sees("LOA: 11 đang phát")
		d.Pass(6 * time.Second)
		d.Sees("LOA 0 phát ◐11", "chưa báo lại")
	})
}

func TestVirtualLoudspeakerIsGreenInTheSampleCommuneOnly(t *testing.T) {
	s := uitest.Playing()
	s.Station.Demo = false
	drive(t, s, 120, 36, func(o *ui.Options) { o.Books = nil }, func(_ *uitest.Desk, d *uitest.Driver) {
		d.Sees("0 đang phát", "LOA ẢO, không ra tiếng")
		d.SeesNot("DEMO")
	})
}

func TestBoardThatShowsOtherPixelsIsAnAlarm(t *testing.T) {
	s := uitest.Playing()
	s.Boards[0].Shown = "other"
	for _, w := range []int{80, 120} {
		drive(t, s, w, 36, nil, func(_ *uitest.Desk, d *uitest.Driver) {
			d.Sees("BẢNG HIỆN SAI")
			d.SeesNot("hiện đúng")
		})
	}
}

func TestDiskFailureStandsInLineTwo(t *testing.T) {
	s := uitest.Playing()
	s.Saved = station.SavedReport{Failing: true, Since: uitest.Moment.Add(-time.Minute), Why: "no space"}
	drive(t, s, 120, 36, nil, func(_ *uitest.Desk, d *uitest.Driver) { d.Sees("Ổ ĐĨA LỖI từ 17:41") })
}

// What was done but is not on disk is said so, and not offered again.
func TestWhatIsNotOnDiskIsSaid(t *testing.T) {
	drive(t, uitest.Playing(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		desk.Answer = func(station.Intent) (ui.Answer, error) {
			return ui.Answer{Refusal: &station.Refusal{Code: station.NotSaved, Subject: "no space"}}, nil
		}
		d.Press("f5", "f5", "enter")
		d.Sees("CHƯA LƯU ĐƯỢC vào ổ đĩa (no space)")
		d.SeesNot("Enter đăng")
		desk.Answer = func(station.Intent) (ui.Answer, error) { return ui.Answer{Seq: 3}, nil }
		d.Press("ctrl+g")
		d.Sees("ổ đĩa chưa ghi xong")
	})
}

func TestFirstSecondsAreJoiningThenTheTruth(t *testing.T) {
	drive(t, nil, 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		desk.Cut(time.Now())
		d.Pass(2 * time.Second)
		d.Sees("Đang nối với đài")
		d.SeesNot("KHÔNG LIÊN LẠC")
		d.Pass(3 * time.Second)
		d.Sees("KHÔNG LIÊN LẠC ĐƯỢC VỚI ĐÀI")
	})
}
