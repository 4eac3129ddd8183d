package district

// words are the page's sentences. Keys "ev X" are kinds of events, "why X"
// typed reasons; the rest are named by their place.
func (s *Server) words() map[string]string {
	if s.opt.Lang == "en" {
		return english
	}
	return vietnamese
}

var vietnamese = map[string]string{
	"lang": "vi", "title": "Các đài truyền thanh", "stations": "Các đài", "station": "Đài", "link": "Liên lạc", "up": "liên lạc được",
	"down": "MẤT LIÊN LẠC", "since": "từ", "entries": "Mục đã nhận", "behind": "còn thiếu", "ack": "Xác nhận cuối", "note": "Ghi chú",
	"none": "Chưa có đài nào kết nối.", "login": "Đăng nhập", "logout": "Đăng xuất", "name": "Tên", "password": "Mật khẩu",
	"wrong": "Tên hoặc mật khẩu chưa đúng.", "wait": "Sai quá nhiều lần: chờ %d giây rồi thử lại.",
	"noaccount": "Chưa có tài khoản nào. Trên máy này, gõ: loaxa district account add TÊN --data THƯ-MỤC",
	"map":       "Bản đồ", "dots": "chấm nhỏ: cụm loa", "absent": "Chưa biết vị trí", "onair": "Đang phát ở các đài", "silent": "Hiện không phát gì.",
	"emergency": "KHẨN CẤP", "drill": "DIỄN TẬP", "waits": "Chờ đài trả lời", "orders": "lệnh", "nothing": "không", "faults": "Sự cố",
	"refused": "Lệnh đài không nhận", "norefused": "Không có.", "nofaults": "Không có.", "asrun": "Nhật ký phát", "nolog": "Chưa có gì.",
	"older": "Xem các mục cũ hơn", "stale": "đài đang mất liên lạc: theo tin cuối cùng", "ordersTitle": "Lệnh chuyển xuống", "noorders": "Chưa có lệnh nào.", "put": "Chuyển lệnh đã ký",
	"putNote": "Tệp lệnh hoặc danh sách khóa đã ký trên máy của người ra lệnh. Huyện chỉ chuyển, không ký được.",
	"nofile":  "Chưa chọn tệp.", "badorder": "Tệp này không phải lệnh hay danh sách khóa đúng mẫu.", "time": "Ký lúc", "issuer": "Người ra lệnh",
	"what": "Nội dung", "until": "Hết hạn", "answers": "Đài trả lời", "keyset": "danh sách khóa", "play": "phát", "cancel": "thu hồi lệnh",
	"test": "diễn tập", "notice": "thông báo", "timetable": "lịch phát", "settings": "cài đặt", "bed": "nhạc chờ", "scheduled": "theo lịch", "operator": "phát ngay", "priority": "ưu tiên", "live": "trực tiếp",
	"emergency-live": "khẩn cấp trực tiếp", "pole": "cụm loa", "days": "ngày", "hours": "giờ", "minutes": "phút", "seconds": "giây",

	"spoken": "Bản ghi các buổi đã phát", "nospoken": "Chưa có bản ghi nào.", "fetch": "Lấy về nghe", "remove": "Xóa ở huyện", "stop": "Thôi lấy", "comes": "đang lấy về", "askedBy": "người lấy:",
	"spokenNote": "Bản ghi nằm ở đài. Chỉ lấy về khi có người bấm, vào lúc đường truyền rảnh, trong mức mỗi ngày mà đài cho phép.", "recordings": "bản ghi", "sending": "âm thanh đang gửi xuống:",
	"heldLink": "chờ đài liên lạc lại", "held off": "đài không gửi bản ghi lên (mức mỗi ngày đặt bằng 0)", "held spent": "hôm nay đài đã gửi hết mức, mai gửi tiếp", "held": "chưa lấy được, sẽ thử lại",
	"note full": "Không còn chỗ cho bản ghi nữa: xóa bớt bản đã nghe rồi lấy lại.", "note failed": "Chưa ghi lại được yêu cầu: ổ đĩa của huyện có thể đã đầy.",

	"ev start": "bắt đầu phát", "ev end": "hết", "ev suspend": "tạm ngắt", "ev resume": "phát tiếp", "ev held": "chưa phát tiếp",
	"ev item": "phát bài", "ev item-end": "hết bài", "ev broken": "không phát được", "ev receipt": "cụm loa báo đã phát", "ev refused": "đài không làm",
	"ev queue": "danh sách phát", "ev cluster-up": "cụm loa nối lại được", "ev cluster-lost": "cụm loa mất kết nối", "ev cluster-fault": "cụm loa báo hỏng",
	"ev upstream-up": "nối lại được tuyến trên", "ev upstream-lost": "mất kết nối tuyến trên", "ev mic": "micrô", "ev emergency": "KHẨN CẤP",
	"ev emergency-end": "kết thúc khẩn cấp", "ev stop-all": "NGỪNG HẾT", "ev card": "bảng điện tử nhận tin", "ev board-mismatch": "bảng điện tử hiện sai",
	"ev no-air": "ĐANG PHÁT MÀ KHÔNG CÓ TIẾNG", "ev foreign-sound": "CỤM LOA CÓ TIẾNG LẠ", "ev account": "sửa tài khoản", "ev accounts": "không đọc được sổ tài khoản", "ev break-glass": "khẩn cấp từ màn hình khóa hoặc người không có quyền", "ev fault-ack": "đã xem sự cố", "ev mute": "tắt, mở tiếng", "ev item-added": "kho có thêm", "ev boot": "đài khởi động", "ev disk": "ổ đĩa",
	"ev repaired": "SỔ GHI đã được dựng lại", "ev copies": "bản sao sổ ghi", "ev correction": "ĐÍNH CHÍNH tin khẩn cấp", "ev all-clear": "báo yên",
	"ev slot": "sửa lịch phát", "ev missed": "LỠ GIỜ phát", "ev recorded": "đã lưu bản ghi âm", "ev settings": "sửa cài đặt", "ev roster": "sửa cụm loa",
	"ev stranger": "máy lạ bị từ chối", "ev speaker-test": "thử loa", "ev mic-fault": "sự cố micrô", "ev item-changed": "sửa kho âm thanh", "ev order": "LỆNH TUYẾN TRÊN",
	"ev order-refused": "KHÔNG NHẬN LỆNH", "ev keys": "danh sách khóa ra lệnh", "ev dead-air": "ĐANG PHÁT MÀ KHÔNG AI NGHE", "ev waived": "tin khẩn cấp bỏ mục", "ev repeat": "khẩn cấp đọc lại", "ev fallback": "phát nội dung dự phòng", "ev directive": "TUYẾN TRÊN GỬI", "why direct-notice": "thông báo", "why direct-timetable": "lịch phát", "why direct-settings": "cài đặt",
	"ev pole-refused": "cụm loa tự từ chối", "why pole-order": "lệnh không kiểm được là thật", "why pole-stranger": "gặp máy lạ mạo danh đài",
	"why pole-session": "có tiếng không do đài ký", "ev update": "khẩn cấp có tin mới thay tin cũ", "ev clash": "HAI TIN ƯU TIÊN TRÙNG NƠI PHÁT", "ev clash-over": "tin ưu tiên được phát trước", "ev late-over": "quyết định việc quá giờ", "ev turn": "nhường lượt cho tin khẩn cấp khác", "ev enrolled": "kết nạp máy", "ev books": "SỔ GHI KHÔNG KHỚP với tuyến trên",
	"ev bed": "nhạc nền dưới lời", "ev clock-unsure": "ĐỒNG HỒ MÁY không tin được", "ev clock-sure": "có người xác nhận đồng hồ đúng", "ev clock-off": "đồng hồ lệch với tuyến trên",

	"why obeyed": "đã phát", "why heard-not-saved": "đã phát, CHƯA LƯU được", "why keys-taken": "đã nhận khóa mới", "why sound-coming": "đang tải âm thanh", "why not-saved": "chưa lưu được",
	"why order-malformed": "sai mẫu hoặc đã bị sửa", "why order-unknown-key": "khóa không quen", "why order-bad-signature": "CHỮ KÝ SAI, nghi lệnh giả",
	"why order-key-revoked": "khóa đã bị thu hồi", "why order-key-over": "khóa ngoài hạn dùng", "why order-not-allowed": "không đủ quyền",
	"why order-for-others": "lệnh gửi đài khác", "why order-expired": "lệnh đã hết hạn", "why order-not-yet": "chưa đến giờ",
	"why order-clock-unsure": "đồng hồ đài không tin được", "why order-replay": "lệnh cũ gửi lại", "why order-counter": "số thứ tự đã dùng",
	"why order-not-approved": "thiếu người duyệt", "why order-void": "lệnh đã bị thu hồi", "why order-unknown": "không có lệnh đó đang phát",
	"why keys-malformed": "tệp khóa sai mẫu", "why keys-unknown-signer": "người ký khóa không quen", "why keys-old": "khóa bản cũ",
	"why station-stopping": "đài đang tắt", "why emergency-is-open": "đài đang mở một khẩn cấp khác", "why no-targets": "chưa có cụm loa ở nơi đó",
	"why unknown-target": "không có cụm loa hay khu vực đó", "why unknown-item": "đài chưa có bài này", "why emergency-on-air": "đang phát khẩn cấp",
	"why finished": "phát xong", "why done": "phát xong", "why drained": "phát xong", "why by-hand": "người trực ngừng", "why interrupted": "bị tin gấp hơn chen ngang",
	"why stop-all": "ngừng hết", "why lost": "đứt đường truyền", "why link": "đứt đường truyền", "why timeout": "quá lâu không báo về", "why power": "nghi mất điện",
	"why order-play": "phát", "why order-alone": "phát, chỉ MỘT NGƯỜI ký", "why order-cancel": "thu hồi lệnh", "why order-test": "diễn tập", "why enrolled": "đã nhận", "why books-differ": "hai bên ghi khác nhau", "why other-life": "bản ở huyện là của lần ghi trước", "why code-wrong": "SAI MÃ",
	"why code-spoilt": "sai quá số lần, mã đã hủy", "why add": "thêm", "why remove": "bỏ", "why move": "chuyển chỗ", "why fails": "GHI KHÔNG ĐƯỢC", "why works": "ghi lại được",
}

var english = map[string]string{
	"lang": "en", "title": "Stations", "stations": "Stations", "station": "Station", "link": "Link", "up": "linked",
	"down": "LINK LOST", "since": "since", "entries": "Entries received", "behind": "missing", "ack": "Last acknowledged", "note": "Note",
	"none": "No station has connected yet.", "login": "Log in", "logout": "Log out", "name": "Name", "password": "Password",
	"wrong": "That name or password is wrong.", "wait": "Too many wrong tries: wait %d seconds.",
	"noaccount": "There is no account yet. On this machine: loaxa district account add NAME --data FOLDER",
	"map":       "Map", "dots": "small dots: clusters", "absent": "Place unknown", "onair": "On air at the stations", "silent": "Nothing is on air.",
	"emergency": "EMERGENCY", "drill": "DRILL", "waits": "Awaits an answer", "orders": "orders", "nothing": "none", "faults": "Faults",
	"refused": "Orders refused", "norefused": "None.", "nofaults": "None.", "asrun": "As-run log", "nolog": "Nothing yet.",
	"older": "Older rows", "stale": "link lost: as last told", "ordersTitle": "Orders carried down", "noorders": "No orders yet.", "put": "Carry a signed order",
	"putNote": "An order or key set signed on its officer's own machine. The district only carries, it cannot sign.",
	"nofile":  "Choose a file.", "badorder": "This file is neither an order nor a key set.", "time": "Signed", "issuer": "Issuer",
	"what": "Content", "until": "Expires", "answers": "Stations answered", "keyset": "key set", "play": "play", "cancel": "cancel",
	"test": "exercise", "notice": "notice", "timetable": "timetable", "settings": "settings", "bed": "bed", "scheduled": "scheduled", "operator": "operator", "priority": "priority", "live": "live",
	"emergency-live": "live emergency", "pole": "cluster", "days": "days", "hours": "hours", "minutes": "minutes", "seconds": "seconds",

	"spoken": "Recordings of what was aired", "nospoken": "No recordings yet.", "fetch": "Fetch to hear", "remove": "Delete here", "stop": "Stop fetching", "comes": "on its way", "askedBy": "asked for by",
	"spokenNote": "Recordings stay at the station. One is fetched only when somebody asks, while the line is free, within the station's share of the day.", "recordings": "recordings", "sending": "sound on its way down:",
	"heldLink": "waits for the station's link", "held off": "the station sends no recordings up (its share of a day is 0)", "held spent": "the station's share of today is used up, it goes on tomorrow", "held": "not yet, it is tried again",
	"note full": "No room for another recording: delete one that was heard.", "note failed": "The wish could not be written down: the district's disk may be full.",

	"ev start": "began", "ev end": "ended", "ev suspend": "pushed off", "ev resume": "resumed", "ev held": "held back",
	"ev item": "item", "ev item-end": "item ended", "ev broken": "could not be played", "ev receipt": "a cluster reports it played", "ev refused": "the station would not",
	"ev queue": "queue", "ev cluster-up": "cluster linked", "ev cluster-lost": "cluster lost", "ev cluster-fault": "cluster reports a fault",
	"ev upstream-up": "upstream linked", "ev upstream-lost": "upstream lost", "ev mic": "microphone", "ev emergency": "EMERGENCY",
	"ev emergency-end": "emergency ended", "ev stop-all": "ALL STOPPED", "ev card": "board took a card", "ev board-mismatch": "board shows other pixels",
	"ev no-air": "ON AIR WITHOUT SOUND", "ev foreign-sound": "STRANGE SOUND at a cluster", "ev account": "account changed", "ev accounts": "accounts cannot be read", "ev break-glass": "danger from a locked screen or without the right", "ev fault-ack": "fault seen", "ev mute": "mute", "ev item-added": "library grew", "ev boot": "station started", "ev disk": "disk",
	"ev repaired": "JOURNAL rebuilt", "ev copies": "copies of the journal", "ev correction": "CORRECTION of an emergency", "ev all-clear": "all clear",
	"ev slot": "timetable changed", "ev missed": "MISSED", "ev recorded": "recording kept", "ev settings": "settings changed", "ev roster": "cluster changed",
	"ev stranger": "stranger turned away", "ev speaker-test": "loudspeaker test", "ev mic-fault": "microphone fault", "ev item-changed": "library changed", "ev order": "ORDER FROM ABOVE",
	"ev order-refused": "ORDER REFUSED", "ev keys": "issuing keys", "ev dead-air": "ON AIR AND HEARD NOWHERE", "ev waived": "left out of an emergency", "ev repeat": "emergency read again", "ev fallback": "a stand-in was aired", "ev directive": "FROM ABOVE", "why direct-notice": "a notice", "why direct-timetable": "a timetable", "why direct-settings": "settings",
	"ev pole-refused": "a cluster itself refused", "why pole-order": "an order that it does not hold valid", "why pole-stranger": "a stranger in the station's place",
	"why pole-session": "sound that the station did not sign", "ev update": "newer words of an emergency", "ev clash": "two priority bulletins want the same places", "ev clash-over": "the priority bulletin that is first", "ev late-over": "decision on what came too late", "ev turn": "makes room for another emergency", "ev enrolled": "machine let in", "ev books": "BOOKS DIFFER from those above",
	"ev bed": "music under what is said", "ev clock-unsure": "THE MACHINE'S CLOCK cannot be believed", "ev clock-sure": "a person said that the clock is right", "ev clock-off": "the clock differs from the one above",

	"why obeyed": "obeyed", "why heard-not-saved": "heard, NOT SAVED", "why keys-taken": "keys taken", "why sound-coming": "fetching its sound", "why not-saved": "not saved",
	"why order-malformed": "malformed or changed", "why order-unknown-key": "unknown key", "why order-bad-signature": "WRONG SIGNATURE, forged?",
	"why order-key-revoked": "key revoked", "why order-key-over": "key out of its time", "why order-not-allowed": "not allowed to",
	"why order-for-others": "for other stations", "why order-expired": "expired", "why order-not-yet": "not yet",
	"why order-clock-unsure": "the station's clock is unsure", "why order-replay": "seen before", "why order-counter": "number used before",
	"why order-not-approved": "approval missing", "why order-void": "taken back", "why order-unknown": "no such order on air",
	"why keys-malformed": "malformed key set", "why keys-unknown-signer": "unknown signer of keys", "why keys-old": "older key set",
	"why station-stopping": "the station is stopping", "why emergency-is-open": "another emergency is open", "why no-targets": "no cluster there",
	"why unknown-target": "no such cluster or zone", "why unknown-item": "the station lacks this item", "why emergency-on-air": "an emergency is on air",
	"why finished": "finished", "why done": "finished", "why drained": "finished", "why by-hand": "by hand", "why interrupted": "interrupted by what is more urgent",
	"why stop-all": "all stopped", "why lost": "line cut", "why link": "line cut", "why timeout": "no report for too long", "why power": "power cut?",
	"why order-play": "play", "why order-alone": "aired, signed by ONE PERSON alone", "why order-cancel": "cancel", "why order-test": "exercise", "why enrolled": "let in", "why books-differ": "both sides hold other records", "why other-life": "the copy is of an earlier life", "why code-wrong": "WRONG CODE",
	"why code-spoilt": "too many tries, code void", "why add": "added", "why remove": "removed", "why move": "moved", "why fails": "FAILS", "why works": "works again",
}
