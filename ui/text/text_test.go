package text

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"golang.org/x/text/unicode/norm"

	"loaxa/app/station"
)

// walk calls fn with every string of a book, by its path.
func walk(v reflect.Value, path string, fn func(path, s string)) {
	switch v.Kind() {
	case reflect.String:
		fn(path, v.String())
	case reflect.Struct:
		for i := range v.NumField() {
			walk(v.Field(i), path+"."+v.Type().Field(i).Name, fn)
		}
	case reflect.Array:
		for i := range v.Len() {
			walk(v.Index(i), fmt.Sprintf("%s[%d]", path, i), fn)
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			walk(v.MapIndex(k), fmt.Sprintf("%s[%v]", path, k), fn)
		}
	default:
		panic("a book holds strings, not " + v.Kind().String())
	}
}

func all(t *Text) map[string]string {
	m := map[string]string{}
	walk(reflect.ValueOf(*t), "", func(p, s string) { m[p] = s })
	return m
}

var verb = regexp.MustCompile(`%[%a-z0-9.]|\{[a-z]+\}`)

func TestBothBooksAreFullAndAgree(t *testing.T) {
	a, b := all(&vi), all(&en)
	for p, s := range a {
		if s == "" {
			t.Errorf("vi%s is empty", p)
		}
		o, ok := b[p]
		if !ok {
			t.Errorf("en has no %s", p)
			continue
		}
		va, vb := verb.FindAllString(s, -1), verb.FindAllString(o, -1)
		if strings.Contains(s, "{") { // named: the order is free
			slices.Sort(va)
			slices.Sort(vb)
		}
		if !slices.Equal(va, vb) {
			t.Errorf("%s: vi takes %v, en takes %v", p, va, vb)
		}
	}
	for p, s := range b {
		if _, ok := a[p]; !ok || s == "" {
			t.Errorf("en%s is empty or stands alone", p)
		}
	}
}

func TestWordsMeasureTheSameComposedAndDecomposed(t *testing.T) {
	for _, book := range []*Text{&vi, &en} {
		for p, s := range all(book) {
			if !norm.NFC.IsNormalString(s) {
				t.Errorf("%s%s is not composed", book.Lang, p)
			}
			if a, b := ansi.StringWidth(s), ansi.StringWidth(norm.NFD.String(s)); a != b {
				t.Errorf("%s%s is %d cells composed and %d decomposed", book.Lang, p, a, b)
			}
			if strings.ContainsRune(s, 0xfe0f) {
				t.Errorf("%s%s holds an emoji selector", book.Lang, p)
			}
		}
	}
}

func TestStateWordsFitTheirColumns(t *testing.T) {
	for _, book := range []*Text{&vi, &en} {
		for st, s := range book.Books.State {
			if w := ansi.StringWidth(s); w > 10 {
				t.Errorf("%s: %s is %d cells", book.Lang, st, w)
			}
		}
		for st, s := range book.Books.MicState {
			if w := ansi.StringWidth(s); w > 15 {
				t.Errorf("%s: microphone %s is %d cells", book.Lang, st, w)
			}
		}
	}
}

// kinds and codes are read from the words themselves, so that a new one
// without a sentence is found.
func TestEveryEventAndRefusalHasASentence(t *testing.T) {
	kinds := []station.EventKind{station.EvStart, station.EvEnd, station.EvSuspend, station.EvResume, station.EvHeld, station.EvItem,
		station.EvItemEnd, station.EvBroken, station.EvReceipt, station.EvRefused, station.EvQueue, station.EvClusterUp,
		station.EvClusterLost, station.EvUpstreamUp, station.EvUpstreamLost, station.EvMic, station.EvEmergency,
		station.EvEmergencyEnd, station.EvStopAll, station.EvCard, station.EvBoardMismatch, station.EvFaultAck, station.EvMute,
		station.EvItemAdded, station.EvBoot, station.EvDisk, station.EvClusterFault, station.EvCorrection, station.EvAllClear,
		station.EvSlot, station.EvMissed, station.EvRecorded, station.EvSettings, station.EvRoster, station.EvStranger,
		station.EvSpeakerTest, station.EvLoud, station.EvItemChanged, station.EvRepaired, station.EvCopies, station.EvOrder, station.EvClockOff, station.EvClockUnsure, station.EvClockSure, station.EvBooks, station.EvPoleRefused, station.EvDirective, station.EvOrderRefused,
		station.EvKeys, station.EvEnrolled, station.EvUpdate, station.EvTurn, station.EvDeadAir, station.EvNoAir, station.EvItemBad, station.EvRepeat, station.EvWaived, station.EvBed, station.EvFallback, station.EvMicFault,
		station.EvPoleAlone, station.EvForeign, station.EvAccount, station.EvGlass, station.EvAccounts, station.EvClash, station.EvClashOver, station.EvLateOver}
	codes := []station.RefusalCode{station.UnknownTarget, station.UnknownItem, station.UnknownEntry, station.UnknownTone,
		station.UnknownBoard, station.UnknownFault, station.NoTargets, station.QueueEmpty, station.QueueFull, station.NothingPlays,
		station.AlreadyLive, station.NotLive, station.MicAbsent, station.EmergencyOnAir, station.NoEmergency, station.EmptyEmergency,
		station.TextTooLong, station.TextNotClean, station.DeskBusy, station.AirBusy, station.ClockImpossible, station.NotSaved, station.StationStopping, station.BadLevel,
		station.AlreadyOpen, station.UnknownSlot, station.UnknownZone, station.BadSlot, station.BadBed, station.BadRule, station.BadCluster,
		station.TooMany, station.ItemInUse, station.MicBusy, station.NotRecording, station.NoCard, station.QuietHours, station.QuietSlot, station.LongSession, station.ScreenLocked, station.RoleSmaller, station.OutsideArea,
		station.OutsideHours, station.BadPIN, station.BadAccount, station.LastOperator, station.AccountsUnfit, station.NoClash, station.UnknownLate}
	codes = append(codes, orderCodes...)
	for _, book := range []*Text{&vi, &en} {
		if len(book.Books.Event) != len(kinds) || len(book.Books.Refusal) != len(codes) {
			t.Errorf("%s: %d kinds and %d codes, the test knows %d and %d", book.Lang, len(book.Books.Event), len(book.Books.Refusal), len(kinds), len(codes))
		}
		for _, k := range kinds {
			s := book.Event(station.Event{Kind: k, Title: "T", Reason: "late", Actor: "Nguyễn Thị Hoa", Cluster: "c", Targets: 3}, "Thôn 6")
			if s == string(k) || strings.ContainsAny(s, "{}") || s == "" {
				t.Errorf("%s: event %s reads %q", book.Lang, k, s)
			}
		}
		for _, c := range codes {
			s := book.Refusal(&station.Refusal{Code: c, Subject: "X", Limit: 7})
			if strings.ContainsAny(s, "{}") || strings.HasPrefix(s, book.Foot.Refused) {
				t.Errorf("%s: refusal %s reads %q", book.Lang, c, s)
			}
		}
	}
}

func TestEventsReadAsSentences(t *testing.T) {
	for _, c := range []struct {
		e          station.Event
		name, want string
	}{
		{station.Event{Kind: station.EvClusterLost, Reason: "silent"}, "Thôn 6", "Thôn 6 mất kết nối, đã ghi sổ sự cố (F9): im lặng quá lâu, tự ngắt"},
		{station.Event{Kind: station.EvStart, Title: "Nhạc hiệu"}, "", "bắt đầu phát “Nhạc hiệu”"},
		{station.Event{Kind: station.EvResume, Title: "Bản tin", EventTimes: station.EventTimes{Pos: 265 * time.Second}}, "", "phát tiếp “Bản tin” từ 04:25"},
		{station.Event{Kind: station.EvItem, Title: "attention", Reason: "tone"}, "", "đang phát bài “còi báo động”"},
		{station.Event{Kind: station.EvItemEnd, Title: "attention", Drill: true}, "", "DIỄN TẬP: hết bài “còi báo động”"},
		{station.Event{Kind: station.EvItemEnd, Title: "chime", Item: "a1"}, "", "hết bài “chime”"},
		{station.Event{Kind: station.EvEmergency, Reason: "attention", Drill: true}, "", "DIỄN TẬP: KHẨN CẤP, còi báo động"},
		{station.Event{Kind: station.EvRefused, Reason: "queue-empty"}, "", "không nhận lệnh: Danh sách phát trống: bấm Ctrl+O để thêm bài"},
		{station.Event{Kind: station.EvCard, Reason: "UBND xã", Title: "Họp dân"}, "", "bảng UBND xã nhận tin “Họp dân”"},
	} {
		if got := vi.Event(c.e, c.name); got != c.want {
			t.Errorf("%s reads %q, want %q", c.e.Kind, got, c.want)
		}
	}
}

func TestSpansAndNames(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{vi.Age(2*time.Hour + 14*time.Minute + 9*time.Second), "2 giờ 14 phút"}, {vi.Age(59 * time.Second), "59 giây"},
		{vi.Age(3 * time.Hour), "3 giờ"}, {vi.Age(75 * time.Hour), "3 ngày"}, {vi.Age(-time.Second), "0 giây"},
		{vi.Short(47 * time.Hour), "47 giờ"}, {en.Age(61 * time.Minute), "1 h 1 min"},
		{Clock(192 * time.Second), "03:12"}, {Clock(3661 * time.Second), "1:01:01"}, {Clock(-5), "00:00"},
		{Name("Nguyễn Thị Hoa"), "N. T. Hoa"}, {Name("Hoa"), "Hoa"}, {Name(""), ""},
		{vi.Number(-18.34, 1), "-18,3"}, {en.Number(-18.34, 1), "-18.3"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

// orderCodes are why an order or a key set is refused.
var orderCodes = []station.RefusalCode{station.OrderMalformed, station.OrderUnknownKey, station.OrderBadSignature, station.OrderKeyRevoked,
	station.OrderKeyOver, station.OrderNotAllowed, station.OrderForOthers, station.OrderExpired, station.OrderNotYet, station.OrderClockUnsure,
	station.OrderReplay, station.OrderCounter, station.OrderNotApproved, station.OrderVoid, station.OrderUnknown, station.KeysMalformed,
	station.KeysUnknownSigner, station.KeysOld}

// TestRefusedOrdersReadInTheLog: the log's line says why in a few words.
func TestRefusedOrdersReadInTheLog(t *testing.T) {
	for _, book := range []*Text{&vi, &en} {
		for _, c := range orderCodes {
			if book.Word(string(c)) == string(c) {
				t.Errorf("%s: %s has no words for the log", book.Lang, c)
			}
		}
	}
	got := vi.Event(station.Event{Kind: station.EvOrderRefused, Title: "Ban chỉ huy PCTT tỉnh", Reason: string(station.OrderExpired)}, "")
	if want := "KHÔNG NHẬN LỆNH của Ban chỉ huy PCTT tỉnh: lệnh đã hết hạn"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
