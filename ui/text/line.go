package text

var viLine = CommandLine{
	Title: "Gõ lệnh", Hint: "Tab gõ nốt · ↑↓ lệnh trước · Enter làm · Esc thôi", Unknown: "Không có lệnh “%s” · F1 xem các lệnh",
	Nearest: "Không có lệnh “%s”, có phải: %s?", Commands: "Lệnh, gõ sau dấu : hoặc Ctrl+N",
	FindWords: FindWords{NoMap: "Cụm này chưa có tọa độ trên bản đồ", Find: "Chọn nơi phát", FindHint: "tên, số, hoặc vùng; gõ không dấu cũng được", FindKeys: "Enter đánh dấu, bỏ dấu · Ctrl+A cả xã · Esc xong",
		NoPlace: "Không có nơi nào khớp"}, Zone: "Vùng %s", ZoneKind: "%d cụm", Box: "Đã đánh dấu %d cụm trong khung",
	BoxFrom: "Góc thứ nhất ở %s. Đi tới góc kia rồi bấm End lần nữa · Esc thôi",
	Reach:   "Nơi phát: %s · %d/%d cụm liên lạc được", HelpKeys: "Gõ để tìm · ↑↓ xem tiếp · Esc đóng", HelpNone: "Không có phím hay lệnh nào khớp",
	Names: map[string]string{
		"play": "phát", "pause": "dừng", "skip": "bỏ-qua", "live": "mic|micrô|đọc", "emergency": "khẩn|khẩn-cấp", "drill": "diễn-tập",
		"find": "tìm", "zone": "vùng", "show": "xem", "everywhere": "cả-xã", "queue": "lịch|danh-sách", "add": "kho|thêm", "board": "bảng",
		"log": "nhật-ký", "faults": "sự-cố", "above": "huyện|tuyến-trên", "settings": "cài-đặt", "theme": "giao-diện", "lang": "ngôn-ngữ", "technical": "kỹ-thuật", "lock": "khóa|khóa-màn-hình", "clock": "giờ-đúng",
		"trials": "thử|thu", "map": "bản-đồ", "help": "trợ-giúp", "mute": "tắt-tiếng", "unmute": "mở-tiếng", "quit": "thoát",
	},
	Help: map[string]string{
		"play": "phát danh sách", "pause": "dừng danh sách", "skip": "bỏ qua bài đang phát", "live": "mở cửa sổ đọc micrô",
		"emergency": "mở cửa sổ khẩn cấp", "drill": "mở cửa sổ khẩn cấp, chọn sẵn diễn tập", "find": "tìm nơi phát theo tên: tìm bung bang",
		"zone": "đánh dấu một vùng: vùng hà tam", "show": "xem một cụm loa: xem 6", "everywhere": "bỏ dấu, phát cả xã",
		"queue": "danh sách, lịch phát", "add": "kho âm thanh", "board": "viết tin lên bảng", "log": "nhật ký", "faults": "sổ sự cố", "above": "tuyến trên: còn gì chờ gửi, lệnh nào không nhận",
		"settings": "cài đặt", "theme": "giao-diện ngày, đêm, đơn-sắc, tương-phản", "lang": "ngôn-ngữ vi, en", "technical": "số liệu kỹ thuật", "lock": "khóa màn hình ngay", "clock": "xác nhận giờ máy đúng, khi cạnh đồng hồ có dấu ?",
		"trials": "xã mẫu: thử làm hỏng từng phần", "map": "bản đồ", "help": "trợ giúp", "mute": "tắt tiếng: tắt-tiếng cả-xã, tắt-tiếng hà tam; khẩn cấp vẫn phát", "unmute": "mở tiếng lại: mở-tiếng cả-xã", "quit": "thoát màn hình",
	},
}

var enLine = CommandLine{
	Title: "Command", Hint: "Tab completes · ↑↓ earlier ones · Enter does it · Esc leaves", Unknown: "There is no command “%s” · F1 lists them",
	Nearest: "There is no command “%s”, did you mean %s?", Commands: "Commands, typed after : or Ctrl+N",
	FindWords: FindWords{NoMap: "This cluster has no place on the map", Find: "Choose where", FindHint: "a name, a number or a zone; tone marks may be left out", FindKeys: "Enter marks, unmarks · Ctrl+A everywhere · Esc done",
		NoPlace: "Nothing matches"}, Zone: "Zone %s", ZoneKind: "%d clusters", Box: "Marked %d clusters in the box",
	BoxFrom: "First corner at %s. Walk to the other corner and press End again · Esc leaves",
	Reach:   "Where: %s · %d of %d clusters in reach", HelpKeys: "Type to search · ↑↓ more · Esc closes", HelpNone: "No key or command matches",
	Names: map[string]string{
		"play": "play", "pause": "pause", "skip": "skip", "live": "mic|live", "emergency": "emergency", "drill": "drill",
		"find": "find", "zone": "zone", "show": "show", "everywhere": "everywhere|all", "queue": "timetable|list", "add": "library|add", "board": "board",
		"log": "log", "faults": "faults", "above": "above|district", "settings": "settings", "theme": "theme", "lang": "lang|language", "technical": "technical", "lock": "lock", "clock": "clock-right",
		"trials": "trials|break", "map": "map", "help": "help", "mute": "mute", "unmute": "unmute", "quit": "quit|exit",
	},
	Help: map[string]string{
		"play": "let the list play", "pause": "pause the list", "skip": "skip what plays", "live": "the microphone's window",
		"emergency": "the emergency window", "drill": "the emergency window with a drill chosen", "find": "find where by name: find bung bang",
		"zone": "mark a zone: zone ha tam", "show": "one cluster: show 6", "everywhere": "no marks, everywhere",
		"queue": "list and timetable", "add": "the library", "board": "write for the board", "log": "the log", "faults": "the fault book", "above": "the tier above: what waits, what was refused",
		"settings": "settings", "theme": "theme day, night, mono, contrast", "lang": "lang vi, en", "technical": "technical figures", "lock": "lock the screen now", "clock": "this machine's clock is right, where a ? stands beside it",
		"trials": "sample commune: break its parts", "map": "the map", "help": "help", "mute": "mute all, mute ha tam; an emergency is still heard", "unmute": "let it sound again: unmute all", "quit": "leave the screen",
	},
}
