package ui_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"loaxa/app/station"
	"loaxa/ui"
	"loaxa/ui/uitest"
)

// TestASlotPicksItsItemsFromTheLibrary, and says before it is saved what it
// falls on; then it is saved by another key than the one that asked.
func TestASlotPicksItsItemsFromTheLibrary(t *testing.T) {
	drive(t, uitest.Playing(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("f3", "f3", "ctrl+o")
		d.Type("Tin chiều")
		d.Press("down")
		d.Type("18h05")
		d.Press("down", "down")
		d.Type("tiem") // opens the library and searches
		d.Sees("Chọn bài, theo thứ tự phát", "Đọc lại: Tiêm chủng")
		d.SeesNot("Nhạc hiệu kết thúc")
		d.Press("enter")
		for range 4 {
			d.Press("backspace")
		}
		d.Press("down", "enter", "enter", "delete", "esc")
		d.Sees("2 bài, dài 03:45", "TRÙNG GIỜ 18:05 “Tin chiều” · “Bản tin nông nghiệp” còn 07:00", "cắt ngang, bài dở phát tiếp sau · cả xã")
		d.Press("down", "down", "down", "down", "down", "right", "down", "enter")
		d.Sees("Vẫn lưu? TRÙNG GIỜ 18:05", "Ctrl+G: đồng ý")
		d.Press("enter")
		asked(t, desk)
		d.Press("ctrl+g")
		d.Sees("Đã ghi vào lịch: 18:05 Tin chiều")
		asked(t, desk, station.SlotPut{Slot: station.Slot{Title: "Tin chiều", Minute: 18*60 + 5, Days: station.EveryDay, Mode: station.StartHard,
			Items: []station.ItemID{"item-4", "item-2"}, Targets: station.Everywhere(), SlotSound: station.SlotSound{Bed: "item-5"}}})
	})
}

// TestWithoutABookTheSlotIsSavedAllTheSame: a station that cannot check the
// timetable takes the slot unchecked.
func TestWithoutABookTheSlotIsSavedAllTheSame(t *testing.T) {
	drive(t, uitest.Playing(), 80, 24, func(o *ui.Options) { o.Books = nil }, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("f3", "f3", "enter", "down", "down", "down", "down", "down", "down", "down", "down", "down", "enter")
		if _, ok := desk.Asked()[0].(station.SlotPut); !ok {
			t.Errorf("asked %+v", desk.Asked())
		}
	})
}

// TestTheWeekAndTheCheckOfTwoWeeks name what overlaps, in words and by marks,
// everywhere or in one place.
func TestTheWeekAndTheCheckOfTwoWeeks(t *testing.T) {
	drive(t, uitest.Playing(), 120, 36, func(o *ui.Options) { o.Books = clashing{} }, func(_ *uitest.Desk, d *uitest.Driver) {
		d.Press("f3", "f3", "tab")
		d.Sees("CN 22 T2 23 T3 24", "18:00 Bản tin nông nghiệp", "Số phút mỗi ngày", "! trùng giờ")
		d.Press("enter")
		d.Sees("CN 29 T2 30 T3 01", "Từ 29/11 đến 05/12/2026")
		d.Press("right")
		d.Sees("Nghe ở: ‹ 1 Tổ dân phố 2 · UBND ›")
		d.Press("tab")
		d.Sees("TRÙNG GIỜ 18:00 “Bản tin nông nghiệp” · “Thể dục” còn 05:00", "CN 22/11 và 13 ngày nữa · cắt ngang, bài dở phát tiếp sau · cụm 2, 4",
			"GIỜ YÊN TĨNH 04:30 “Nhạc sớm” · phát 30:00 trong giờ này", "KHÔNG CÓ LOA 12:00 “Trưa”", "giờ yên tĩnh: 22:00–05:00")
	})
}

// clashing is a dry run with something of everything.
type clashing struct{ uitest.Books }

func (clashing) DryRun(ctx context.Context, a station.DryAsk) (station.DryRun, error) {
	r, err := uitest.Books{}.DryRun(ctx, a)
	first := r.From.Add(18 * time.Hour)
	r.Findings = []station.DryFinding{
		{Why: station.DryNowhere, Title: "Trưa", First: r.From.Add(12 * time.Hour), Times: 1},
		{Why: station.DryQuiet, Title: "Nhạc sớm", First: r.From.Add(4*time.Hour + 30*time.Minute), Times: 2, By: 30 * time.Minute, Clusters: []int{1}},
		{Why: station.DryOverlap, Title: "Bản tin nông nghiệp", With: "Thể dục", Mode: station.StartHard, First: first, Times: 14, By: 5 * time.Minute, Clusters: []int{2, 4}},
	}
	return r, err
}

// TestAZoneIsNamedWithItsClusters: one act, taken back as one.
func TestAZoneIsNamedWithItsClusters(t *testing.T) {
	drive(t, uitest.Playing(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("f10", "f10", "f10", "ctrl+o")
		d.Type("Đông Bắc")
		d.Press("down")
		d.Type("1, 99")
		d.Press("down", "enter")
		d.Sees("Không có cụm loa số 99")
		d.Press("backspace", "backspace", "2", "down", "enter")
		one, two := uitest.Roster()[0], uitest.Roster()[1]
		zoned := func(c station.Cluster) station.Cluster {
			c.Zones = append(slices.Clone(c.Zones), "dong-bac")
			return c
		}
		put := []station.Intent{station.ZonePut{Zone: station.Zone{ID: "dong-bac", Name: "Đông Bắc"}}, station.ClusterPut{Cluster: zoned(one)}, station.ClusterPut{Cluster: zoned(two)}}
		asked(t, desk, put...)
		d.Press("ctrl+z")
		asked(t, desk, append(put, station.ZoneRemove{ID: "dong-bac"})...)
	})
}

// TestAClusterIsChangedAndChangedBack.
func TestAClusterIsChangedAndChangedBack(t *testing.T) {
	drive(t, uitest.Playing(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("f10", "f10", "f10", "f10", "down", "enter")
		d.Type(" mới")
		for range 9 {
			d.Press("down")
		}
		d.Press("enter")
		was := uitest.Roster()[1]
		now := was
		now.Name += " mới"
		asked(t, desk, station.ClusterPut{Cluster: now})
		d.Press("ctrl+z")
		asked(t, desk, station.ClusterPut{Cluster: now}, station.ClusterPut{Cluster: was})
	})
}

// TestTwentyPreparedTextsAreAllEdited, and no more than twenty.
func TestTwentyPreparedTextsAreAllEdited(t *testing.T) {
	snap := uitest.Playing()
	for i := range 19 {
		snap.Station.Rules.Phrases = append(snap.Station.Rules.Phrases, fmt.Sprint("Tin ", i+1))
	}
	drive(t, snap, 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		desk.Answer = func(in station.Intent) (ui.Answer, error) {
			s := *desk.Snapshot()
			s.Station.Rules = in.(station.SettingsPut).Rules
			desk.Show(&s)
			return ui.Answer{Seq: 1, Saved: true}, nil
		}
		d.Press("f10", "f10", "ctrl+o")
		d.Type("Tin 20")
		d.Press("enter", "enter")
		d.Pass(100 * time.Millisecond)
		d.Press("ctrl+o")
		d.Sees("Đã đủ 20 tin")
		d.Press("end", "enter")
		d.Type(": lên chỗ cao!")
		d.Press("enter", "enter")
		d.Pass(100 * time.Millisecond)
		if got := desk.Snapshot().Station.Rules.Phrases; len(got) != 20 || got[19] != "Tin 20: lên chỗ cao!" || got[0] != "Tin 1" {
			t.Errorf("the texts are %q", got)
		}
		d.Press("home", "delete")
		d.Sees("Xóa tin soạn sẵn số 1")
		d.Press("enter")
		d.Pass(100 * time.Millisecond)
		if got := desk.Snapshot().Station.Rules.Phrases; len(got) != 19 || got[0] != "Tin 2" {
			t.Errorf("the texts are %q", got)
		}
		d.Press("ctrl+z", "ctrl+z", "ctrl+z")
		d.Pass(100 * time.Millisecond)
		if got := desk.Snapshot().Station.Rules; len(got.Phrases) != 19 || got.Phrases[0] != "Tin 1" || got.Name != "xã Đak Pơ" {
			t.Errorf("the rules are %+v", got)
		}
	})
}

// TestQuietHoursAreSet as people write them.
func TestQuietHoursAreSet(t *testing.T) {
	for typed, want := range map[string]station.Quiet{"21h30-5h": {From: 21*60 + 30, Until: 5 * 60}, "": {}, "23:00–6:00": {From: 23 * 60, Until: 6 * 60}} {
		drive(t, uitest.Playing(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
			d.Press("f10")
			for range 6 {
				d.Press("down")
			}
			for range 12 {
				d.Press("backspace")
			}
			d.Type(typed)
			d.Press("down", "down", "down", "down", "down", "enter")
			if put, ok := desk.Asked()[0].(station.SettingsPut); !ok || put.Rules.Quiet != want {
				t.Errorf("%q: asked %+v", typed, desk.Asked())
			}
		})
	}
}

// TestAClusterIsLetInByAOneTimeCode: the code, the station's key to compare, the
// time that is left, and the cluster when it came.
func TestAClusterIsLetInByAOneTimeCode(t *testing.T) {
	drive(t, uitest.Playing(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("f10", "f10", "f10", "f10", "ctrl+o")
		d.Type("Thôn 9")
		d.Press("down", "down")
		d.Type("hà tam")
		d.Press("down", "enter")
		d.Sees("MÃ DÙNG MỘT LẦN  ABCDE-FGHJK", "192.168.1.10:7443", "stat-ion2", "--enroll", "15:00")
		if got := desk.Invited(); len(got) != 1 || got[0].Name != "Thôn 9" || got[0].Number != 13 || got[0].Kind != "cluster" || !slices.Equal(got[0].Zones, []string{"ha-tam"}) {
			t.Errorf("invited %+v", got)
		}
		d.Pass(time.Minute)
		d.Sees("Mã còn dùng được 14:0")
		s := *desk.Snapshot()
		s.Now.Mono += time.Minute
		s.Clusters = append(slices.Clone(s.Clusters), station.ClusterView{Cluster: station.Cluster{ID: "wxyz2345aaaa", Number: 13, Name: "Thôn 9"}})
		desk.Show(&s)
		d.Pass(100 * time.Millisecond)
		d.Sees("Cụm loa 13 Thôn 9 đã vào đài", "wxyz-2345")
		d.SeesNot("ABCDE")
		if n := len(desk.Invited()); n != 1 {
			t.Errorf("%d codes were opened", n)
		}
	})
}

// TestAnImportGoesOnWhenTheScreenIsLeft, is shown again on return, and says on
// the main screen when it is done.
func TestAnImportGoesOnWhenTheScreenIsLeft(t *testing.T) {
	drive(t, uitest.Idle(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		go_ := make(chan struct{}) // closed: the file is in
		desk.Taken = func(_ context.Context, path string, progress func(done, total int64)) (station.Item, error) {
			progress(2_000_000, 10_000_000)
			<-go_
			return station.Item{ID: "new", Title: "Bản tin mới"}, nil
		}
		d.Press("f3", "f3", "f3", "tab")
		d.Type("/media/usb/bản tin.mp3")
		d.Press("enter")
		d.Pass(4 * time.Second)
		d.Sees("Đang nhập bản tin.mp3", "20%", "kB mỗi giây, còn chừng 00:1")
		d.Press("f2")
		d.SeesNot("Đang nhập")
		d.Press("f3", "ctrl+left")
		d.Sees("Đang nhập bản tin.mp3", "20%")
		d.Press("esc")
		close(go_)
		d.Pass(100 * time.Millisecond)
		d.Sees("Đã nhập “Bản tin mới” vào kho")
		asked(t, desk)
	})
}

// TestAPathIsCompleted folder by folder; what is no sound is not offered.
func TestAPathIsCompleted(t *testing.T) {
	dir := t.TempDir()
	for _, f := range []string{"usb/Bản tin/sáng.mp3", "usb/Bản tin/chiều.flac", "usb/Bản tin/thư.docx", "usb/ảnh/a.jpg"} {
		path := filepath.Join(dir, f)
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	drive(t, uitest.Playing(), 200, 50, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		imported := ""
		desk.Taken = func(_ context.Context, path string, _ func(done, total int64)) (station.Item, error) {
			imported = path
			return station.Item{ID: "new", Title: "sáng"}, nil
		}
		d.Press("f3", "f3", "f3", "tab")
		d.Type(dir + "/us")
		d.Press("tab")
		d.Sees("2 mục", "Bản tin/", "ảnh/")
		d.Type("ban")
		d.Press("tab")
		d.Sees("2 mục", "sáng.mp3", "chiều.flac")
		d.SeesNot("thư.docx")
		d.Type("xx")
		d.Press("tab")
		d.Sees("Không có thư mục hay tệp âm thanh nào tên như vậy")
		d.Press("backspace", "backspace")
		d.Type("sang")
		d.Press("tab", "enter")
		if !strings.HasSuffix(imported, "/usb/Bản tin/sáng.mp3") {
			t.Errorf("imported %q", imported)
		}
	})
}
