package words

// Log are the words of the file of everything that happened.
type Log struct {
	File    string // how its name begins
	Columns [10]string
	Kinds   map[string]string // by what happened
}

var viLog = Log{
	File:    "so-nhat-ky",
	Columns: [10]string{"Số", "Ngày", "Giờ", "Việc", "Nội dung", "Lý do", "Người làm", "Cụm loa", "Diễn tập", "Giờ chắc chắn"},
	Kinds: map[string]string{
		"start": "Bắt đầu phát", "end": "Kết thúc", "suspend": "Tạm ngừng", "resume": "Phát tiếp", "held": "Giữ lại, chờ người trực",
		"item": "Phát bài", "item-end": "Hết bài", "broken": "Bài hỏng", "receipt": "Cụm loa đã phát", "refused": "Đài không nhận",
		"queue": "Danh sách phát", "cluster-up": "Có lại liên lạc", "cluster-lost": "Mất liên lạc", "cluster-fault": "Cụm loa báo lỗi",
		"upstream-up": "Nối lại cấp trên", "upstream-lost": "Mất đường lên cấp trên", "mic": "Micrô", "emergency": "Khẩn cấp",
		"emergency-end": "Hết khẩn cấp", "stop-all": "Ngừng hết", "card": "Bảng điện tử", "board-mismatch": "Bảng hiện sai",
		"fault-ack": "Đã xem sự cố", "mute": "Tắt, mở tiếng", "item-added": "Thêm vào kho", "boot": "Đài khởi động", "disk": "Ổ đĩa",
		"repaired": "Dựng lại sổ", "copies": "Bản sao sổ", "correction": "Đính chính", "all-clear": "Báo yên", "update": "Tin khẩn cấp mới",
		"clash": "Hai tin ưu tiên trùng nơi phát", "clash-over": "Đã chọn tin ưu tiên phát trước", "late-over": "Quyết định việc quá giờ",
		"turn": "Nhường tin khẩn cấp khác", "slot": "Lịch phát", "missed": "Lỡ buổi phát", "recorded": "Bản ghi âm", "settings": "Cài đặt",
		"roster": "Danh sách cụm loa", "stranger": "Máy lạ bị từ chối", "speaker-test": "Thử loa", "item-changed": "Sửa kho âm thanh",
		"order": "Lệnh cấp trên", "order-refused": "Không nhận lệnh", "keys": "Khóa ra lệnh", "enrolled": "Máy mới vào đài",
		"account": "Người dùng", "break-glass": "Khẩn cấp không mã PIN", "accounts": "Tệp mã PIN",
	},
}

var enLog = Log{
	File:    "log",
	Columns: [10]string{"Number", "Date", "Time", "What", "Title", "Reason", "By", "Cluster", "Drill", "Clock sure"},
	Kinds: map[string]string{
		"start": "Broadcast began", "end": "Broadcast ended", "suspend": "Suspended", "resume": "Resumed", "held": "Held", "item": "Item began",
		"item-end": "Item ended", "broken": "Item broken", "receipt": "Receipt", "refused": "Refused", "queue": "Play list",
		"cluster-up": "Cluster back", "cluster-lost": "Cluster lost", "cluster-fault": "Cluster fault", "upstream-up": "Upper tier back",
		"upstream-lost": "Upper tier lost", "mic": "Microphone", "emergency": "Emergency", "emergency-end": "Emergency ended",
		"stop-all": "All stopped", "card": "Board card", "board-mismatch": "Board shows something else", "fault-ack": "Fault seen",
		"mute": "Mute", "item-added": "Added to the library", "boot": "Station started", "disk": "Disk", "repaired": "Journal rebuilt",
		"copies": "Copies of the journal", "correction": "Correction", "all-clear": "All clear", "update": "Emergency updated",
		"clash": "Priority bulletins clash", "clash-over": "Priority bulletin first", "late-over": "Decision on what came late",
		"turn": "Another emergency's turn", "slot": "Timetable", "missed": "Start missed", "recorded": "Recording", "settings": "Settings",
		"roster": "Roster", "stranger": "Stranger turned away", "speaker-test": "Loudspeaker test", "item-changed": "Library changed",
		"order": "Order", "order-refused": "Order refused", "keys": "Keys", "enrolled": "Machine let in",
		"account": "Account", "break-glass": "Emergency without a PIN", "accounts": "File of PINs",
	},
}
