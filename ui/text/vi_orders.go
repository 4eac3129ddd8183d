package text

import (
	"maps"

	"loaxa/app/station"
)

func init() {
	maps.Copy(vi.Books.Event, viOrderEvents)
	maps.Copy(vi.Books.Refusal, viOrderRefusals)
	maps.Copy(vi.Books.Reason, viOrderReasons)
}

var viOrderEvents = map[station.EventKind]string{
	station.EvOrder:        "LỆNH TUYẾN TRÊN, {reason}: {title}",
	station.EvOrderRefused: "KHÔNG NHẬN LỆNH của {title}: {reason}",
	station.EvKeys:         "danh sách khóa ra lệnh: {reason}",
	station.EvEnrolled:     "kết nạp máy “{title}”: {reason}",
	station.EvPoleRefused:  "CỤM LOA {name} KHÔNG PHÁT: {reason} {title}",
	station.EvDirective:    "TUYẾN TRÊN GỬI {reason}: {title}",
	station.EvClockOff:     "đồng hồ máy này {reason} tuyến trên {title} (giờ:phút:giây)",
	station.EvClockUnsure:  "GIỜ MÁY CHƯA CHẮC ĐÚNG ({title}): lịch phát không tự chạy",
	station.EvClockSure:    "đã xác nhận giờ máy đúng",
	station.EvBooks:        "SỔ GHI KHÔNG KHỚP với tuyến trên: {reason}",
}

var viOrderRefusals = map[station.RefusalCode]string{
	station.OrderMalformed:    "Tệp này không phải lệnh đúng mẫu hoặc đã bị sửa: xin tuyến trên gửi lại",
	station.OrderUnknownKey:   "Lệnh ký bằng khóa đài không biết: hỏi lại tuyến trên trước khi phát",
	station.OrderBadSignature: "Chữ ký trên lệnh SAI, có thể lệnh giả: gọi điện hỏi {subject}",
	station.OrderKeyRevoked:   "Khóa của {subject} đã bị thu hồi: không phát, gọi điện hỏi lại",
	station.OrderKeyOver:      "Khóa của {subject} chưa đến hạn hoặc đã hết hạn dùng: xin lệnh ký bằng khóa mới",
	station.OrderNotAllowed:   "{subject} không được quyền ra lệnh loại này",
	station.OrderForOthers:    "Lệnh này gửi cho đài khác, không phải đài mình",
	station.OrderExpired:      "Lệnh đã hết hạn: nếu còn cần, xin lệnh mới",
	station.OrderNotYet:       "Lệnh chưa đến giờ phát: đài chờ đến giờ",
	station.OrderClockUnsure:  "Đồng hồ máy không tin được nên chưa dám nhận lệnh: chỉnh giờ, hoặc người trực xác nhận",
	station.OrderReplay:       "Lệnh này đài đã nhận rồi, không phát lần nữa",
	station.OrderCounter:      "Số thứ tự của lệnh đã dùng rồi: xin {subject} ký lệnh mới",
	station.OrderNotApproved:  "Lệnh còn thiếu chữ ký của người duyệt thứ hai",
	station.OrderVoid:         "Lệnh này đã bị thu hồi hoặc có lệnh khác thay",
	station.OrderUnknown:      "Lệnh thu hồi này nói về một lệnh không còn phát ở đài",
	station.KeysMalformed:     "Tệp này không phải danh sách khóa đúng mẫu: xin tuyến trên gửi lại",
	station.KeysUnknownSigner: "Danh sách khóa do người đài không biết ký: không nhận",
	station.KeysOld:           "Danh sách khóa này cũ hơn hoặc bằng bản đài đang giữ",
}

var viOrderReasons = map[string]string{
	"order-play": "phát", "order-alone": "phát, chỉ MỘT NGƯỜI ký", "order-cancel": "thu hồi lệnh", "order-test": "diễn tập", "order-cancelled": "tuyến trên thu hồi lệnh",
	"order-malformed": "sai mẫu hoặc đã bị sửa", "order-unknown-key": "khóa không quen", "order-bad-signature": "CHỮ KÝ SAI, nghi lệnh giả",
	"order-key-revoked": "khóa đã bị thu hồi", "order-key-over": "khóa ngoài hạn dùng", "order-not-allowed": "không đủ quyền",
	"order-for-others": "lệnh gửi đài khác", "order-expired": "lệnh đã hết hạn", "order-not-yet": "chưa đến giờ",
	"order-clock-unsure": "đồng hồ máy không tin được", "order-replay": "lệnh cũ gửi lại", "order-counter": "số thứ tự đã dùng",
	"order-not-approved": "thiếu người duyệt", "order-void": "lệnh đã bị thu hồi", "order-unknown": "không có lệnh đó đang phát",
	"keys-malformed": "tệp sai mẫu, không nhận", "keys-unknown-signer": "người ký không quen, không nhận", "keys-old": "bản cũ, không nhận",
	"keys-taken": "đã nhận bản mới", "emergency-is-open": "tin này đang phát rồi",
	"direct-notice": "thông báo", "direct-timetable": "lịch phát", "direct-settings": "cài đặt",
	"pole-order": "lệnh không kiểm được là thật", "pole-stranger": "gặp máy lạ mạo danh đài", "pole-session": "có tiếng không do đài ký",
	"books-differ": "hai bên ghi khác nhau", "other-life": "tuyến trên giữ sổ của lần ghi trước",
	"enrolled": "đã nhận", "code-wrong": "SAI MÃ", "code-spoilt": "sai quá số lần, mã đã hủy", "code-over": "mã đã hết hạn",
}
