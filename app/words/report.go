package words

// Report are the words of the file of broadcasts.
type Report struct {
	File    string // how its name begins
	CAP     string // … of an emergency as CAP
	Columns [17]string
	Classes map[string]string // by the class's name
	Reasons map[string]string // of an end, by its code
	Yes, No string
	Comma   rune // between fields: what the language's spreadsheets expect
	Log     Log
}

var viReport = Report{
	File: "phat-thanh", CAP: "canh-bao",
	Columns: [17]string{"Số", "Ngày", "Giờ bắt đầu", "Giờ kết thúc", "Thời lượng phát", "Loại", "Tiêu đề", "Người phát", "Diễn tập",
		"Lý do kết thúc", "Số cụm loa cần phát", "Phát đủ", "Phát thiếu", "Không phát", "Không rõ", "Cụm loa phát thiếu hoặc không phát",
		"Giờ chắc chắn"},
	Classes: map[string]string{"bed": "Nhạc nền", "scheduled": "Theo lịch", "operator": "Phát tay", "priority": "Ưu tiên", "live": "Trực tiếp",
		"emergency": "Khẩn cấp", "emergency-live": "Khẩn cấp trực tiếp"},
	Reasons: map[string]string{"done": "Phát xong", "by-hand": "Người trực ngừng", "interrupted": "Bị tin gấp hơn chen ngang",
		"late": "Dở quá lâu", "stop-all": "Ngừng hết", "restart": "Đài khởi động lại", "time-limit": "Hết giờ cho phép",
		"silent": "Im lặng quá lâu", "emergency": "Có tin khẩn cấp", "real-emergency": "Có khẩn cấp thật", "updated": "Có tin mới thay", "corrected": "Đã đính chính", "replaced": "Có tin mới thay"},
	Yes: "có", No: "không", Comma: ';', Log: viLog,
}

var enReport = Report{
	File: "broadcasts", CAP: "warning",
	Columns: [17]string{"Number", "Date", "Began", "Ended", "Time on air", "Class", "Title", "By", "Drill", "Ended because",
		"Clusters meant", "Played all", "Played part", "Played none", "Unknown", "Clusters that missed it", "Clock sure"},
	Classes: map[string]string{"bed": "Background", "scheduled": "Scheduled", "operator": "By hand", "priority": "Priority", "live": "Live",
		"emergency": "Emergency", "emergency-live": "Emergency live"},
	Reasons: map[string]string{"done": "Finished", "by-hand": "Ended by hand", "interrupted": "Cut by something more urgent",
		"late": "Suspended for too long", "stop-all": "All stopped", "restart": "Station restarted", "time-limit": "Time limit",
		"silent": "Silent for too long", "emergency": "Emergency", "real-emergency": "A real emergency", "updated": "A newer word came", "corrected": "Corrected", "replaced": "A newer word came"},
	Yes: "yes", No: "no", Comma: ',', Log: enLog,
}
