package text

var viDay = Day{
	Undo: DayUndo{Gone: "Việc vừa rồi không còn gì để lấy lại"},
	Week: DayWeek{
		Views: [3]string{"danh sách", "cả tuần", "soát 14 ngày"}, Heard: "Nghe ở:",
		Sum: "%d buổi trong %d ngày, %s", SumAll: "%d buổi trong %d ngày", Days: "Từ %s đến %s", Minutes: "Số phút mỗi ngày",
		Empty: "Tuần này chưa có buổi nào", Legend: "%s phát · ! trùng giờ · + phát nối · * giờ yên tĩnh · – bỏ qua", Next: "tuần kia", Place: "nơi khác",
	},
	Dry: DayDry{
		Reckoning: "Đang soát lịch…", Well: "Không trùng giờ, không phát vào giờ yên tĩnh", Span: "Từ %s đến %s · giờ yên tĩnh: %s",
		Overlap: "TRÙNG GIỜ %s “%s” · “%s” còn %s", Quiet: "GIỜ YÊN TĨNH %s “%s” · phát %s trong giờ này",
		NoItem: "THIẾU BÀI %s “%s”: có bài không còn trong kho", Nowhere: "KHÔNG CÓ LOA %s “%s”: nơi phát không có cụm nào",
		More: " và %d ngày nữa", Where: "cụm %s",
		Modes:    [4]string{"cắt ngang, bài dở phát tiếp sau", "chờ hết bài, nhiều nhất 5 phút", "phát sau khi hết", "phát đúng giờ, bài dở phát tiếp sau"},
		Checking: "Đang soát lịch, bấm Enter lần nữa", Ask: "Vẫn lưu? %s", AskMore: " · và %d việc khác",
	},
	Ways: viWays, Cards: viCards, Rungs: viRungs,
	Bed:   DayBed{Field: "Nhạc nền", Hint: "← → chọn bài nhạc mở nhỏ dưới lời đọc, hết thì quay lại từ đầu", None: "không có", Key: "Ctrl+N: nhạc nền khi phát ngay: %s"},
	Feast: DayFeast{Field: "Ngày lễ", Hint: "← → chọn. Tết và các ngày lễ cả nước, máy tự biết", Words: [3]string{"phát như mọi ngày", "nghỉ ngày lễ", "chỉ phát ngày lễ"}},
	Items: DayItems{
		Title: "Chọn bài, theo thứ tự phát", Chosen: "%d bài, dài %s:", None: "chưa chọn bài nào",
		Keys: "Gõ để tìm · Enter thêm bài · Delete bỏ bài cuối · Esc xong", Gone: "bài không còn trong kho (%s)",
		Hint:  "Enter: mở kho chọn bài. Gõ chữ cũng mở kho và tìm luôn",
		Hints: [3]string{"thêm bài", "bỏ bài cuối", "xong"},
	},
	Store: DayStore{
		Columns: [6]string{"Tên bài", "Loại", "Dài", "Tiếng", "Người thêm", "Ngày thêm"}, Loud: [5]string{"rất nhỏ", "hơi nhỏ", "vừa", "hơi to", "rất to"},
		By: "%s thêm ngày %s", Rate: "%s mỗi giây, còn chừng %s", Bytes: [3]string{"%s kB", "%s MB", "%s GB"}, Stop: "Ctrl+D: thôi nhập · Esc: ra ngoài, vẫn nhập tiếp",
		Nothing: "Không có thư mục hay tệp âm thanh nào tên như vậy", Found: "%d mục · Tab gõ nốt",
		Complete: "Gõ đường dẫn, Tab gõ nốt: /media/ rồi Tab để xem USB", Unknown: "Không có thư mục này",
	},
	Log: DayLog{AllDays: "mọi ngày", Older: "Đã đọc %d dòng, xuống cuối thì đọc thêm", End: "Hết, %d dòng", Hint: "ngày"},
	Cause: DayCause{
		Heads: [3]string{"MỚI, CẦN XEM NGAY", "ĐÃ XEM, CHƯA HẾT", "ĐÃ HẾT"},
		Group: map[string]string{"cluster-lost": "%d cụm loa mất liên lạc cùng lúc", "cluster-fault": "%d cụm loa cùng báo lỗi", "missed": "%d buổi phát bị lỡ",
			"broken": "%d bài không phát được", "stranger": "%d lần máy lạ bị từ chối", "order-refused": "%d lệnh không được nhận"},
		Many: "%d sự cố cùng loại", Members: "Gồm: %s", InBook: ", đã ghi sổ sự cố (F9)", Open: "mở", One: "%d đã hết",
	},
	Rules: DayRules{
		Quiet: "Giờ yên tĩnh", QuietHint: "Ví dụ 22:00–5:00; để trống: không có. Soát lịch theo giờ này, tin khẩn cấp luôn được phát", NoQuiet: "không có",
		Session: "Buổi dài nhất (phút)", SessionHint: "Mục trong lịch không dài hơn; 0: không hạn chế. Từ 5 đến 480 phút",
		BadQuiet: "Giờ yên tĩnh chưa đúng. Ví dụ: 22:00–5:00", NewPhrase: "thêm tin", NoPhrase: "Chưa có tin soạn sẵn nào · Ctrl+O thêm, để khi khẩn cấp chỉ việc chọn",
		RemovePhrase: "Xóa tin soạn sẵn số %d", FullPhrase: "Đã đủ %d tin soạn sẵn, xóa bớt rồi thêm",
		ZoneClusters: "Các cụm loa", ZoneHint: "Số của cụm loa, cách nhau bằng dấu phẩy", BadClusters: "Không có cụm loa số %s",
	},
	Enrol: DayEnrol{
		New: "thêm cụm loa", Title: "Cho cụm loa “%s” vào đài", Open: "Mở mã dùng một lần", Waiting: "Đang mở mã…",
		Fields: [3]string{"Nơi đặt loa", "Số", "Vùng"}, Hints: [3]string{"Ví dụ: Thôn 6", "Từ 1 đến 999, chưa cụm nào dùng", "Tên vùng, cách nhau bằng dấu phẩy; để trống cũng được"},
		Code: "MÃ DÙNG MỘT LẦN", Address: "Địa chỉ của đài", Key: "Khóa của đài",
		How:  "Trên máy ở cụm loa, gõ: loaxa cluster --station %s --enroll %s. Máy hiện khóa của đài: so với dòng trên, giống nhau mới đúng.",
		Left: "Mã còn dùng được %s. Đang chờ cụm loa…", Over: "Mã đã hết giờ. Esc rồi làm lại.", Came: "Cụm loa %d %s đã vào đài",
		Done: "So khóa trên với khóa hiện ở máy của cụm loa. Esc: xong", BadNumber: "Số này đã có cụm dùng, hoặc không từ 1 đến 999",
	},
}
