package text

var viDialogs = Dialogs{
	Emergency: Emergency{
		Title: "KHẨN CẤP", DrillTitle: "DIỄN TẬP KHẨN CẤP", OpenTitle: "ĐANG CÓ KHẨN CẤP",
		Reach: "%s · %d/%d cụm liên lạc được", NotSure: "CHƯA CHẮC NGHE: %s",
		SirenMic: "Còi, rồi đọc micrô", SirenText: "Còi, rồi tin soạn sẵn", Drill: "DIỄN TẬP",
		End: "Kết thúc khẩn cấp", EndDrill: "Kết thúc diễn tập", Open: "Mở đã %s · %s",
		Choose: "Bấm số, hoặc ↑↓", Air: "Ctrl+K: PHÁT", Leave: "Esc: thôi",
	},
	Ask: Ask{
		WillMic:       "Ctrl+K: hú còi ở %s, ngắt mọi thứ đang phát, rồi mở micrô",
		WillText:      "Ctrl+K: hú còi ở %s, ngắt mọi thứ đang phát, rồi đọc lời này",
		WillSiren:     "Ctrl+K: hú còi ở %s, ngắt mọi thứ đang phát; chưa có lời nào",
		WillDrillMic:  "Ctrl+K: DIỄN TẬP ở %s, báo trước là diễn tập, còi, rồi mở micrô",
		WillDrillText: "Ctrl+K: DIỄN TẬP ở %s, báo trước là diễn tập, còi, rồi đọc lời này",
		WillEnd:       "Ctrl+K: tắt còi và lời khẩn cấp, bảng điện tử trở lại như trước", Cuts: "Sẽ bị ngắt: %s",
		NoText: "Chưa có lời: nên nói ở đâu, khi nào, bà con phải làm gì", Level: "Cấp độ: %s", LevelKeys: "Ctrl+L đổi cấp",
		DrillText:   "Đây là buổi diễn tập báo động của xã. Bà con nghe để biết, không phải sơ tán.",
		Placeholder: "Ở đâu, chuyện gì, khi nào, bà con phải làm gì, gọi số nào", TooLong: "Dài quá %d chữ",
		NoMic: "Không có micrô: chọn 2, tin soạn sẵn", Sent: "Đã lệnh hú còi · F12: kết thúc",
	},
	Live: Live{
		Title: "PHÁT TRỰC TIẾP", Will: "Enter: dạo chuông rồi mở micrô ở %s", Cuts: "Sẽ tạm ngắt: %s",
		NotSure: "Chưa chắc nghe: %s", Name: "Tên buổi đọc", Placeholder: "Thông báo", Go: "Enter mở micrô · Esc thôi",
		Targets: "Đổi nơi phát: Esc, F2, phím cách đánh dấu", Sent: "Đang mở micrô, chờ chữ MỜI ĐỌC rồi hãy nói",
		Only: "F2: chỉ %d cụm đã đánh dấu", All: "F2: cả xã",
	},
	Pick: Pick{
		Title: "Kho âm thanh · %d bài", Search: "Tìm", Path: "Tệp", PathHint: "/media/usb/ban-tin.mp3 hoặc https://… 30 VOV1",
		None: "Không có bài nào khớp", NoItems: "Kho trống: bấm Tab, gõ đường dẫn một tệp MP3, WAV, FLAC hay Ogg",
		Keys: "Enter thêm · Ctrl+G phát ngay · F6 nghe thử · Tab nhập tệp · Esc đóng", PathKeys: "Enter nhập vào kho · Tab gõ nốt đường dẫn · ↑ tìm trong kho · Esc đóng",
		Will: "Nơi phát: %s", Importing: "Đang nhập %s", Imported: "Đã nhập “%s” vào kho",
		Failed: "Không nhập được: %s", Cancelled: "Đã thôi nhập", Here: [2]string{"Đang nghe “%s” ở máy này, không ra loa · F6 thôi nghe", "Đã thôi nghe ở máy này"}, Added: "Đã thêm “%s”",
	},
	Card: Card{
		Title: "Tin cho bảng %s", Placeholder: "Viết tin, mỗi dòng một ý", Exact: "Hình trên bảng, đúng từng điểm:", Drawing: "đang vẽ…",
		Keys: "Để trống rồi F5: bảng trở lại tin mặc định", Will: "Enter: đăng ngay lên %s, thay tin đang hiện",
		WillDefault: "Enter: xóa tin, %s trở lại tin mặc định", Confirm: "Enter đăng · Esc sửa lại", NoPreview: "chưa vẽ được: %s",
		Sent: "Đã gửi tin lên bảng, chờ bảng xác nhận", All: "mọi bảng", Screen: "Bảng điện tử", Hints: [6]string{"đăng ngay", "sửa lại", "xem lại rồi đăng", "bảng khác", "mọi bảng", "về"},
		CardSays: CardSays{Clips: "Tin dài quá, có chữ không hiện được", Scrolls: "Tin dài hơn bảng, chữ sẽ chạy", Fresh: "Gõ chữ: viết tin mới thay hẳn · phím mũi tên: sửa tin đang hiện", Now: "Bảng đang hiện:", Unproved: "Đã gửi, bảng chưa nói là đang hiện:"},
	},
	Info: Info{
		Cluster: "Cụm loa %d · %s", Close: "Esc đóng", Report: "Báo về lần cuối", ProofAt: "Nói đã phát lần cuối", Output: "Đầu ra",
		Zones: "Khu vực", Head: "Trưởng thôn", State: "Tình trạng", Mute: "Ctrl+T tắt tiếng cụm này", Unmute: "Ctrl+T mở tiếng lại",
		Help: "Trợ giúp · các phím", Scroll: "↑↓ xem tiếp · Esc đóng", Quit: "Thoát màn hình",
		QuitStays: "Đài vẫn chạy, loa vẫn phát. Mở lại bằng lệnh: loaxa. Tắt hẳn đài: loaxa ctl shutdown", QuitDemo: "Xã mẫu sẽ tắt hẳn: đài, cụm loa và huyện mẫu đều dừng",
	},
	Demo: Demo{
		Title: "XÃ MẪU · DEMO", Try: "Không ra loa thật.", Begin: "Enter: bắt đầu 7 bước", Close: "Esc: tự xem",
		Lines: [4]string{"F4 đọc micrô", "F12 khẩn cấp, chọn 3 diễn tập", "F5 viết tin lên bảng", "F1 hay ? xem các phím"},
	},
	Held: Held{
		Title: "Bài dở quá lâu", Line: "“%s” bị ngắt quá lâu nên không tự phát lại.",
		Keys: "Enter phát tiếp · Delete bỏ bài này · Esc để sau", Wait: "chờ một chút…",
	},
	Screens: Screens{Log: viLog, Plan: viPlan, Settings: viSettings, Record: viRecord, Correct: viCorrect, Trials: viTrials, Tour: viTour, First: viFirst, Compose: viComposer, Above: viAbove, Day: viDay, Booth: viBooth, People: viPeople, CAP: viCAP},
	Lists: Lists{
		Faults: "Sự cố", FaultsNone: "Không có sự cố nào", Acked: "%s đã xem", Over: "đã hết",
		New: "MỚI", Ack: "đã xem", AckAll: "đã xem hết", SinceWhen: "Từ %s trước", Advice: viAdvice,
		Account: "Khung tiếng: đúng giờ %d, sửa được %d, vá %d, trễ %d, bỏ %d", Clock: "Đồng hồ: lệch %s ms ± %s, trôi %s ppm",
		Buffer: "Đệm %s ms", Version: "Phiên bản %s, chạy đã %s", Level: "Mức tiếng %s dBFS",
	},
}

var viKeys = Keys{
	Title: "Các phím", Key: "Phím", Act: "Làm gì", Screens: "Màn hình", Acts: "Việc", Lists: "Danh sách, bản đồ",
	Short: map[string]string{
		"help": "trợ giúp", "map": "cụm loa", "queue": "bài", "live": "ĐỌC MICRÔ", "live-stop": "NGỪNG MIC", "board": "bảng",
		"log": "nhật ký", "faults": "sự cố", "emergency": "KHẨN CẤP", "stop": "NGỪNG HẾT", "play": "phát", "pause": "dừng", "skip": "bỏ qua",
		"add": "thêm bài", "quit": "thoát",
	},
	Long: map[string]string{
		"pan-left": "Kéo bản đồ sang trái", "pan-right": "Kéo bản đồ sang phải", "pan-up": "Kéo bản đồ lên", "pan-down": "Kéo bản đồ xuống", "find": "Tìm và chọn nơi phát: tên, số, vùng", "box": "Vẽ khung chọn nơi phát: bấm ở hai góc", "command": "Gõ lệnh",
		"help": "Trợ giúp, các phím", "map": "Tới bản đồ và danh sách cụm loa", "queue": "Danh sách phát: hôm nay, lịch, kho",
		"live": "Mở micrô đọc trực tiếp; bấm lần nữa để ngừng", "board": "Viết tin lên bảng điện tử", "log": "Nhật ký: ai nghe được, mọi việc đã xảy ra",
		"faults": "Sổ sự cố: xem và ghi là đã xem", "emergency": "KHẨN CẤP, từ bất cứ màn hình nào", "stop": "NGỪNG HẾT mọi loa: bấm hai lần trong 2 giây",
		"play": "Phát hoặc dừng danh sách", "skip": "Bỏ qua bài đang phát", "add": "Thêm bài từ kho, nhập tệp mới",
		"remove": "Bỏ bài đang chọn", "undo": "Lấy lại bài vừa bỏ", "decide": "Xem việc chờ quyết định: quá giờ, tin ưu tiên trùng nơi", "up": "Chuyển bài lên", "down": "Chuyển bài xuống",
		"focus": "Sang ô kế bên", "focus-back": "Về ô trước", "prev": "Lên một dòng; trên bản đồ: sang cụm phía trên", "next": "Xuống một dòng; trên bản đồ: sang cụm phía dưới",
		"left": "Vào bản đồ; trên bản đồ: sang cụm bên trái", "right": "Vào bản đồ; trên bản đồ: sang cụm bên phải", "open": "Xem cụm loa đang chọn", "mark": "Đánh dấu nơi phát",
		"everywhere": "Bỏ hết dấu: phát cả xã", "mute": "Tắt hoặc mở tiếng cụm loa đang chọn", "zoom-in": "Phóng to bản đồ",
		"zoom-out": "Thu nhỏ bản đồ", "zoom-fit": "Thấy lại cả xã", "number": "Gõ số để chọn cụm loa", "lock": "Khóa màn hình ngay, cần mã PIN để mở", "technical": "Hiện, giấu số liệu kỹ thuật", "trials": "Xã mẫu: thử làm hỏng từng phần",
		"quit": "Thoát màn hình; đài vẫn chạy", "back": "Đóng cửa sổ, quay lại", "later": "Tin bài, phản ánh: chưa có trong bản này", "settings": "Cài đặt: đài, vùng, cụm loa, máy này",
	},
	Group: map[string]string{"air": "Phát thanh", "screens": "Màn hình", "queue": "Danh sách phát", "clusters": "Cụm loa và bản đồ", "other": "Khác"},
	Line:  viLine,
	Note:  "Gõ tiếng Việt đang bật vẫn dùng được: việc nào cũng có phím F, phím mũi tên, Enter hoặc Ctrl.",
}
