package ui_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"

	"loaxa/app/station"
	"loaxa/ui"
	"loaxa/ui/uitest"
)

// asked fails unless exactly these intents were submitted.
func asked(t *testing.T, desk *uitest.Desk, want ...station.Intent) {
	t.Helper()
	if diff := cmp.Diff(want, desk.Asked()); diff != "" {
		t.Errorf("asked of the station (-want +got):\n%s", diff)
	}
}

func TestPlayPauseAndSkip(t *testing.T) {
	drive(t, uitest.Playing(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("ctrl+g", "ctrl+f")
		asked(t, desk, station.QueuePause{}, station.QueueSkip{})
		held := uitest.Playing()
		held.Queue.Running, held.Air[0].Phase = false, station.Held
		desk.Show(held)
		d.Press("ctrl+g")
		asked(t, desk, station.QueuePause{}, station.QueueSkip{}, station.QueuePlay{})
		d.Sees("TẠM DỪNG", "Đang dừng tay")
	})
}

func TestMicrophoneOpensAfterAConfirmingLineAndClosesAtOnce(t *testing.T) {
	drive(t, uitest.Playing(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("f4")
		asked(t, desk)
		d.Sees("dạo chuông rồi mở micrô ở cả xã, 12 cụm loa", "Sẽ tạm ngắt: Bản tin nông nghiệp", "11/12 cụm liên lạc được")
		d.Type("Họp dân")
		d.Press("enter")
		asked(t, desk, station.LiveStart{Title: "Họp dân", Targets: station.Everywhere()})
		desk.Show(uitest.Live())
		d.Pass(time.Millisecond)
		d.Sees("MỜI ĐỌC", "NGỪNG MIC")
		d.Press("f4")
		asked(t, desk, station.LiveStart{Title: "Họp dân", Targets: station.Everywhere()}, station.LiveStop{})
	})
}

func TestEmergencyIsThreeKeysAndNeverFewer(t *testing.T) {
	drive(t, uitest.Live(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("ctrl+k", "ctrl+k", "ctrl+k", "f12", "enter", "space")
		asked(t, desk)
		d.Sees("10/12 cụm", "Thôn 6", "Còi, rồi đọc micrô", "Còi, rồi tin soạn sẵn", "DIỄN TẬP")
		d.Press("1")
		d.Sees("Ctrl+K: hú còi ở cả xã, 12 cụm loa")
		d.Press("ctrl+k")
		asked(t, desk, station.EmergencyStart{Mic: true, Targets: station.Everywhere()})
	})
}

func TestEmergencyTextIsComposedWhateverTheInputMethodSends(t *testing.T) {
	drive(t, uitest.Live(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("f12", "down", "down", "ctrl+l", "ctrl+l")
		text := "Lũ về! Bà con ở Thôn 6 lên chỗ cao"
		d.Type(norm.NFD.String(text))
		d.Sees("cấp 2", "Lũ về! Bà con")
		d.Press("ctrl+k")
		asked(t, desk, station.EmergencyStart{Text: text, Level: 2, Targets: station.Everywhere()})
		got := desk.Asked()[0].(station.EmergencyStart).Text
		if !norm.NFC.IsNormalString(got) {
			t.Errorf("%q is not composed", got)
		}
	})
}

func TestNoTextIsNoWallBeforeTheSiren(t *testing.T) {
	drive(t, uitest.Live(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("f12", "2")
		d.Sees("Chưa có lời: nên nói ở đâu", "chưa có lời")
		d.Press("ctrl+k")
		asked(t, desk, station.EmergencyStart{Siren: "din-33404-3", Targets: station.Everywhere()})
	})
}

func TestPreparedTextsStandBehindTab(t *testing.T) {
	snap := uitest.Playing()
	snap.Station.Rules.Phrases = []string{"Xả lũ hồ An Khê", "Cháy rừng"}
	drive(t, snap, 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("f12", "2")
		d.Type("của tôi")
		d.Press("tab")
		d.Sees("Xả lũ hồ An Khê", "Tab: tin soạn sẵn (1/2)")
		d.Press("tab", "tab")
		d.Sees("của tôi")
		d.Press("tab", "tab", "ctrl+k")
		if in := desk.Asked()[0].(station.EmergencyStart); in.Text != "Cháy rừng" {
			t.Errorf("aired %q", in.Text)
		}
	})
}

func TestDrillLooksAndReadsDifferent(t *testing.T) {
	drive(t, uitest.Live(), 120, 36, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("f12", "1")
		emergency := d.Colour()
		d.Press("esc", "3")
		d.Sees("DIỄN TẬP KHẨN CẤP", "báo trước là diễn tập")
		if d.Colour() == emergency {
			t.Error("a drill looks like an emergency")
		}
		d.Press("ctrl+k")
		in := desk.Asked()[0].(station.EmergencyStart)
		if !in.Drill || in.Text == "" {
			t.Errorf("asked %+v", in)
		}
	})
}

func TestOpenEmergencyIsCorrectedClearedOrEnded(t *testing.T) {
	drive(t, uitest.Emergency(false), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Sees("KHẨN CẤP 00:40")
		d.Press("f12", "9", "ctrl+k")
		asked(t, desk)
		d.Press("3")
		d.Sees("bảng điện tử trở lại như trước")
		d.Press("ctrl+k")
		asked(t, desk, station.EmergencyEnd{})
		d.Press("f12", "2")
		d.Sees("tín hiệu báo yên")
		d.Press("ctrl+k")
		asked(t, desk, station.EmergencyEnd{}, station.EmergencyEnd{AllClear: true})
	})
	drive(t, uitest.Emergency(false), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("f12", "1")
		d.Sees("ĐÍNH CHÍNH", "17:41 là KHÔNG ĐÚNG")
		d.Press("esc", "esc")
		asked(t, desk)
		d.Press("f12", "f8") // two keys from the running emergency
		asked(t, desk, station.EmergencyCorrect{})
	})
	drive(t, uitest.Emergency(true), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Sees("DIỄN TẬP")
		d.Press("f12", "1", "ctrl+k")
		asked(t, desk, station.EmergencyStart{Mic: true, Targets: station.Everywhere()})
	})
}

func TestStopNeedsTheSecondKeyWithinTwoSeconds(t *testing.T) {
	drive(t, uitest.Live(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("ctrl+x")
		d.Sees("ngừng hết mọi loa trong cả xã")
		d.Press("down", "ctrl+x")
		d.Pass(2100 * time.Millisecond)
		d.SeesNot("ngừng hết mọi loa")
		d.Press("ctrl+x")
		asked(t, desk)
		d.Press("ctrl+x")
		asked(t, desk, station.StopAll{})
		d.Sees("Đã ngừng hết")
		d.Press("f12", "2", "ctrl+x", "ctrl+x") // over any window
		asked(t, desk, station.StopAll{}, station.StopAll{})
	})
}

func TestPlayListIsEditedByHand(t *testing.T) {
	drive(t, uitest.Playing(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("delete")
		d.Sees("Chưa chọn bài nào")
		d.Press("f3", "delete")
		d.Sees("đang phát")
		asked(t, desk)
		d.Press("down", "ctrl+up", "ctrl+down", "delete", "ctrl+z", "ctrl+z")
		asked(t, desk, station.QueueMove{ID: 2, To: 2}, station.QueueRemove{ID: 2},
			station.QueueAdd{Item: "item-2", Targets: station.Everywhere(), At: 1}, station.QueueMove{ID: 2, To: 1})
		d.Press("ctrl+z")
		d.Sees("Không có việc nào để làm lại")
	})
}

func TestLibraryIsSearchedWithoutToneMarksAndAddsToMarkedClusters(t *testing.T) {
	drive(t, uitest.Playing(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("1", "2", "space", "ctrl+o")
		d.Type("tiem")
		d.Sees("Đọc lại: Tiêm chủng")
		d.SeesNot("Nhạc hiệu kết thúc")
		d.Press("enter", "ctrl+g")
		to := station.Targets{Clusters: []station.ClusterID{uitest.ClusterID(12)}}
		asked(t, desk, station.QueueAdd{Item: "item-4", Targets: to, At: -1},
			station.PlayNow{Items: []station.ItemID{"item-4"}, Targets: to})
	})
}

func TestImportShowsProgressAndCanBeCancelled(t *testing.T) {
	drive(t, uitest.Idle(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		ended := make(chan error, 1) // the import's end; one
		desk.Taken = func(ctx context.Context, path string, progress func(done, total int64)) (station.Item, error) {
			progress(30, 100)
			<-ctx.Done()
			ended <- ctx.Err()
			return station.Item{}, ctx.Err()
		}
		d.Press("ctrl+o", "tab")
		d.Type("/media/usb/bản tin.mp3")
		d.Press("enter")
		d.Pass(time.Second)
		d.Sees("Đang nhập bản tin.mp3", "30%", "mỗi giây, còn chừng 00:0")
		d.Press("ctrl+d")
		d.Sees("Đã thôi nhập")
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("the import ended with %v", err)
		}
		desk.Taken = func(context.Context, string, func(done, total int64)) (station.Item, error) {
			return station.Item{}, errors.New("no sound in it")
		}
		d.Press("enter")
		d.Sees("Không nhập được: no sound in it")
	})
}

func TestBoardCardIsPreviewedThenPublishedByAnotherKey(t *testing.T) {
	drive(t, uitest.Playing(), 120, 36, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("f5")
		for range 40 {
			d.Press("backspace")
		}
		d.Type("HỌP DÂN")
		before := d.Frame()
		d.Type("!")
		if before == d.Frame() {
			t.Error("the preview did not follow the text")
		}
		d.Press("enter", "f5")
		asked(t, desk)
		d.Sees("đăng ngay lên UBND xã")
		d.Press("enter")
		asked(t, desk, station.CardPublish{Board: "board-1", Text: "HỌP DÂN!"})
	})
}

// twoBoards has a second, smaller board that is away.
func twoBoards() *station.Snapshot {
	s := uitest.Playing()
	b := s.Boards[0]
	b.ID, b.Name, b.Width, b.Up, b.Shown = "board-2", "Chợ", 32, false, "other"
	b.Card = station.Card{Number: 3, Text: "CHỢ PHIÊN"}
	s.Boards = append(s.Boards, b)
	return s
}

func TestEveryBoardHasItsPlaceOnItsScreen(t *testing.T) {
	drive(t, twoBoards(), 120, 36, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("f5")
		d.Sees("UBND xã 96×32  ✓ hiện đúng", "Chợ 32×32  ✕", "Tin cho bảng UBND xã", "Bảng đang hiện:")
		d.Press("tab")
		d.Sees("Tin cho bảng Chợ", "CHỢ PHIÊN", "bảng chưa nói là đang hiện")
		d.Type("HỌP")
		d.Press("f3")
		d.Sees("Tin cho bảng Chợ") // what was typed is not lost by a key of another screen
		d.Press("shift+tab")
		d.Sees("Tin cho bảng UBND xã")
		d.Press("ctrl+a")
		d.Sees("Tin cho bảng mọi bảng")
		d.Press("f5")
		d.Sees("đăng ngay lên mọi bảng")
		asked(t, desk)
		d.Press("enter")
		asked(t, desk, station.CardPublish{Text: "HỌP"})
		d.Sees("F5 Bảng điện tử") // where the boards' own word comes
		d.Press("f3")
		d.SeesNot("F5 Bảng điện tử")
	})
}

func TestRefusalsAreSentencesAndTheWindowComesBack(t *testing.T) {
	drive(t, uitest.Live(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		desk.Answer = func(station.Intent) (ui.Answer, error) {
			return ui.Answer{Refusal: &station.Refusal{Code: station.AlreadyOpen}}, nil
		}
		d.Press("f12", "2")
		d.Type("Lũ về")
		d.Press("ctrl+k")
		d.Sees("Đang có khẩn cấp này rồi", "Lũ về")
		desk.Answer = func(station.Intent) (ui.Answer, error) { return ui.Answer{}, errors.New("socket closed") }
		d.Press("ctrl+k")
		d.Sees("LỆNH CHƯA TỚI ĐÀI")
	})
}

// A window that opens by itself must not take the Enter that was meant for
// something else.
func TestWindowThatOpensByItselfWaitsForAQuietKeyboard(t *testing.T) {
	late := uitest.Live()
	late.Air = late.Air[1:]
	late.Air[0].Phase, late.Queue.Running = station.Held, false
	late.Events = append([]station.Event{{Kind: station.EvHeld, At: uitest.Ago(0), Broadcast: 41, Title: "Bản tin nông nghiệp", Reason: "late"}}, late.Events...)
	drive(t, uitest.Live(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Pass(time.Second)
		desk.Show(late)
		d.Pass(time.Millisecond)
		d.Sees("bị ngắt quá lâu nên không tự phát lại")
		d.Press("enter", "delete")
		d.Pass(300 * time.Millisecond)
		d.Press("enter")
		asked(t, desk)
		d.Pass(450 * time.Millisecond)
		d.Press("enter")
		asked(t, desk, station.QueuePlay{})
	})
}

func TestLeavingSaysWhatGoesOn(t *testing.T) {
	drive(t, uitest.Live(), 80, 24, func(o *ui.Options) { o.Demo = true }, func(_ *uitest.Desk, d *uitest.Driver) {
		d.Press("ctrl+q")
		d.Sees("Xã mẫu sẽ tắt hẳn")
		d.Press("esc", "ctrl+c", "enter")
		if !d.Quit {
			t.Error("the screen was not left")
		}
	})
	// A second screen of the sample commune ends nothing.
	drive(t, uitest.Live(), 80, 24, nil, func(_ *uitest.Desk, d *uitest.Driver) {
		d.Press("ctrl+q")
		d.Sees("Đài vẫn chạy, loa vẫn phát")
	})
}

func TestDeadKeysSayWhy(t *testing.T) {
	s := uitest.Idle()
	s.Boards, s.Mic = nil, station.MicView{}
	drive(t, s, 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		for key, want := range map[string]string{"ctrl+g": "Ctrl+O", "ctrl+f": "Không có bài nào đang phát", "f4": "Không có micrô",
			"f5": "Chưa khai bảng", "f6": "chưa có trong bản", "z": "Phím z không dùng", "ctrl+z": "Không có việc nào", "ctrl+up": "trống"} {
			d.Press(key)
			d.Sees(want)
		}
		asked(t, desk)
	})
	drive(t, nil, 80, 24, nil, func(_ *uitest.Desk, d *uitest.Driver) {
		d.Press("ctrl+g")
		d.Sees("Chưa liên lạc được với đài")
	})
}

func TestMapZoomsAndNumbersSelect(t *testing.T) {
	drive(t, uitest.Live(), 120, 36, nil, func(_ *uitest.Desk, d *uitest.Driver) {
		d.Press("1", "1", "enter")
		d.Sees("Cụm loa 11 · Thôn 5 · Chợ", "0900 000 011 (số mẫu)")
		d.Press("esc", "pgup", "pgup")
		d.Sees("2 km", "11 Thôn 5 · Chợ")
		d.Press("home")
		d.Sees("5 km")
	})
}

func TestFaultIsAcknowledged(t *testing.T) {
	drive(t, uitest.Live(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("f9")
		d.Sees("Thôn 6 mất kết nối", "MỚI", "N. T. Hoa đã xem", "đã hết")
		d.Press("down", "enter")
		asked(t, desk, station.FaultAck{ID: "f1"})
	})
}

func TestHelpListsEveryKey(t *testing.T) {
	drive(t, uitest.Live(), 80, 60, nil, func(_ *uitest.Desk, d *uitest.Driver) {
		d.Press("?")
		for _, b := range ui.Bindings {
			d.Sees(b.Shown)
		}
	})
}

func TestPasteGoesIntoTheField(t *testing.T) {
	drive(t, uitest.Live(), 80, 24, nil, func(desk *uitest.Desk, d *uitest.Driver) {
		d.Press("f12", "2")
		d.Send(tea.PasteMsg{Content: norm.NFD.String("Xả lũ lúc 2 giờ\x07")})
		d.Press("ctrl+k")
		in := desk.Asked()[0].(station.EmergencyStart)
		if !strings.HasPrefix(in.Text, "Xả lũ lúc 2 giờ") || slices.Contains([]byte(in.Text), 7) {
			t.Errorf("text %q", in.Text)
		}
	})
}
