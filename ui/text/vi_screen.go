package text

import "loaxa/app/station"

var viLog = LogScreen{
	Title: "Nhật ký", Reading: "Đang đọc sổ…", NoBooks: "màn hình này không đọc được sổ của đài", None: "Không có gì khớp",
	Tabs: [2]string{"Buổi phát", "Mọi việc"}, Kinds: [6]string{"tất cả", "khẩn cấp", "micrô", "danh sách, lịch", "sự cố", "bị từ chối"}, Filter: "Tìm:",
	Hints: [5]string{"xem ai nghe", "lọc", "ghi ra tệp CSV", "quay lại", "nghe lại ở cụm này"},
	Heard: [5]string{"nghe đủ", "thiếu", "không phát", "không biết", "đã gửi, không rõ"},
	Row: LogRow{
		HeardAll: "nghe đủ %d/%d", HeardPart: "nghe đủ %d/%d", NotYet: "chưa đủ báo cáo", OnAir: "đang phát", Others: " và %d bài khác", Drill: "DIỄN TẬP",
		Cuts: "Bị ngắt %d lần rồi phát tiếp",
	},
	Who: LogWho{
		Missed: "Chưa nghe đủ: %s", Unknown: "Không báo về được, không biết: %s", Whole: "Tất cả các cụm đều nghe đủ",
		Receipts: "Từng cụm loa đã phát được bao nhiêu:", Played: "Phát trong %s", NotAgain: "Không phát lại bản ghi khẩn cấp ra loa: bà con dễ hiểu nhầm", Recording: "Có bản ghi âm · chọn một cụm rồi Ctrl+G: nghe lại ở cụm đó",
	},
	File: LogFile{
		Typing: "Đang sửa dở: Lưu, hoặc Esc để bỏ, rồi hãy sang màn hình khác", Slow: "đài chưa trả lời kịp, chờ một chút", Exporting: "Đang ghi ra tệp…", Saved: "Đã ghi: %s", Failed: "Không đọc được: %s",
	},
}

var viPlan = PlanScreen{
	Title: "Danh sách phát", Tabs: [3]string{"Hôm nay", "Lịch phát", "Kho âm thanh"}, Nothing: "Hôm nay chưa có bài nào, chưa có mục nào trong lịch",
	State: [5]string{"sắp tới", "đang phát", "đã phát", "LỠ", "bỏ qua"},
	Hints: [8]string{"thẻ kế", "thêm", "đổi chỗ", "bỏ", "chèn nhạc", "sửa", "đồng ý", "quay lại"},
	Count: PlanCount{
		Now: "Bài này còn %s", Fixed: "Tới mục đúng giờ %s: còn %s", NoFixed: "Không có mục đúng giờ nào sắp tới", Far: "Mục đúng giờ %s còn lâu, chưa cần chèn nhạc",
		Over: "Quá %s: danh sách dài hơn thời gian còn lại", Under: "Thừa %s · Ctrl+N chèn nhạc cho vừa giờ", Fits: "Vừa giờ",
		End: "Hết danh sách: còn %s, lúc %s",
	},
	Slot: PlanSlot{
		Slots: "Đã ghi vào lịch: %s %s", NoSlots: "Chưa có mục nào trong lịch phát", Mode: [4]string{"Đ", "C", "N", "B"},
		ModeWords: [4]string{"đúng giờ", "chờ hết bài, nhiều nhất 5 phút", "nối tiếp sau mọi thứ", "bỏ nếu trễ"},
		Days:      [7]string{"T2", "T3", "T4", "T5", "T6", "T7", "CN"}, Daily: "hằng ngày", On: "đang dùng", Off: "tạm nghỉ", New: "thêm mục mới",
		Delete: "Xóa “%s” khỏi lịch phát, từ nay không tự phát nữa", Heard: "Đ đúng giờ · C chờ hết bài · N nối tiếp · B bỏ nếu trễ",
	},
	Form: PlanForm{
		Fields: [7]string{"Tên", "Giờ", "Ngày", "Các bài", "Nơi phát", "Cách bắt đầu", "Dùng"},
		Hints:  [7]string{"Để trống thì lấy tên bài đầu", "Ví dụ 5:00 hoặc 17h30", "hằng ngày, hoặc T2-T6, hoặc T7 CN", "Gõ một phần tên bài, nhiều bài cách nhau bằng dấu ;", "cả xã, hoặc tên vùng, hoặc số cụm loa, cách nhau bằng dấu phẩy", "← → chọn", "← → chọn"},
		Save:   "Lưu", BadTime: "Giờ chưa đúng. Ví dụ: 5:00 hoặc 17h30", BadDays: "Ngày chưa đúng. Ví dụ: hằng ngày, T2-T6, T7 CN",
		BadItems: "Trong kho không có bài này: %s", BadWhere: "Không có vùng hay cụm loa này: %s",
	},
	Ask: PlanAsk{
		Skip: "Bỏ qua: %s", SkipAsk: "Bỏ qua buổi %s “%s”, chỉ buổi này", Fill: "Đã chèn nhạc", PlayMissed: "Phát bù ngay “%s”",
		Undone: "Đã làm lại như trước", FillNone: "Không có bài nhạc nào vừa. Ghi loại “nhạc” cho bài ở thẻ Kho âm thanh",
		FillWill: "Thêm %d bài nhạc, dài %s, vào cuối danh sách cho vừa tới %s",
	},
	Item: PlanItem{
		Kind: "Loại", KindHint: "← → chọn. Nhạc thì dùng được để chèn cho vừa giờ", Remove: "Xóa “%s” khỏi kho",
		Kinds: [5]string{"chưa ghi", "nhạc", "bản tin", "nhạc hiệu", "ghi âm"},
	},
}

var viSettings = SettingsScreen{
	Title: "Cài đặt", Tabs: [5]string{"Đài", "Tin soạn sẵn", "Vùng", "Cụm loa", "Máy này"}, Save: "Lưu", Saved: "Đã lưu cài đặt", BadNumber: "Chưa đúng: %s.",
	Hints: [5]string{"thẻ kế", "sửa", "xóa", "thử loa", "quay lại"},
	Rules: SetRules{Voice: viVoice,
		Fields:  [6]string{"Tên đài", "Micrô tự ngắt, khẩn cấp (phút)", "Im lặng thì tự ngắt sau (giây)", "Chuông trước khi đọc", "Còi khẩn cấp", "Số trực"},
		Hints:   [6]string{"Ví dụ: xã Đak Pơ", "Hai số: đọc thường, khẩn cấp. Ví dụ 10 30. Từ 1 đến 120 phút", "Từ 15 đến 600 giây", "← → chọn", "← → chọn", "Đọc và hiện kèm tin khẩn cấp"},
		Phrases: "Tin soạn sẵn %d", PhraseHint: "Dùng trong cửa sổ khẩn cấp", Chime: "có chuông", NoChime: "không chuông",
	},
	Zone: SetZone{
		New: "thêm vùng", None: "Chưa có vùng nào · Ctrl+O thêm vùng", Name: "Tên vùng", Remove: "Xóa vùng “%s”. Các cụm loa vẫn còn",
	},
	Cluster: SetCluster{
		Fields: [8]string{"Nơi đặt loa", "Số", "Loại", "Vùng", "Trưởng thôn", "Điện thoại", "Vĩ độ", "Kinh độ"},
		Hints:  [8]string{"Ví dụ: Thôn 6", "Từ 1 đến 999, không trùng", "IP, IP 4G hoặc FM", "Tên vùng, cách nhau bằng dấu phẩy", "Họ và tên", "Để gọi khi loa mất liên lạc", "Ví dụ 13.9733", "Ví dụ 108.5525"},
		Tested: "Đang kêu chuông thử ở %s", Remove: "Bỏ “%s” khỏi đài: loa này từ nay không vào được nữa",
	},
	Machine: SetMachine{
		Nothing: "Máy này đủ cả", Folder: "Đài cất dữ liệu ở: %s", Version: "Phiên bản %s", Key: "Khóa của đài %s",
	},
}

var viRecord = Record{
	Going: "ĐANG GHI ÂM %s · chưa phát", Stop: "Enter: ghi xong · Esc: bỏ bản này", Wait: "Đang cất bản ghi vào kho…", Done: "Đã ghi xong, dài %s",
	Hear: "F5: nghe thử ở %s", Send: "Enter: phát ngay · %s", Queue: "Ctrl+O: đưa vào danh sách phát", Drop: "Delete: bỏ, ghi lại · Esc: để trong kho",
	Choose: RecordChoose{
		Live: "Đọc trực tiếp", Record: "Ghi âm, nghe lại rồi phát", Mode: "Tab đổi cách",
		Will: "Chỉ ghi âm, chưa loa nào kêu. Ghi xong nghe lại rồi mới phát", Begin: "Enter: bắt đầu ghi",
	},
	Said: RecordSaid{
		Kept: "Bản ghi nằm trong kho âm thanh", Heard: "Đang nghe thử ở %s", Sent: "Đã lệnh phát bản ghi", Queued: "Đã đưa vào danh sách",
		Gone: "Đã bỏ bản ghi",
	},
}

var viCorrect = Correct{
	Correct: "ĐÍNH CHÍNH: tin vừa phát không đúng   (F8: làm ngay)", AllClear: "Kết thúc, phát tín hiệu BÁO YÊN", WillClear: "Ctrl+K: ngừng tin đang mở, phát tín hiệu báo yên và lời kết thúc cảnh báo ở những nơi đã nghe",
	WillCorrect: "Ctrl+K: ngừng ngay, rồi đọc hai lần và hiện lên bảng: “ĐÍNH CHÍNH: Tin khẩn cấp đài phát lúc %s là KHÔNG ĐÚNG…”",
	Corrected:   "Đang phát đính chính", Cleared: "Đang báo yên", CorrectDrill: "ĐÍNH CHÍNH: đây chỉ là diễn tập   (F8: làm ngay)", ClearDrill: "Kết thúc diễn tập, phát tín hiệu báo yên",
	Phrase: "Tab: tin soạn sẵn (%d/%d)",
}

var viAdvice = map[station.EventKind]string{
	station.EvClusterLost:   "Gọi trưởng thôn hỏi: có điện không, có sóng không, tủ loa có sáng đèn không. Chưa liên lạc được thì nơi này không nghe gì.",
	station.EvClusterFault:  "Cụm loa tự báo có lỗi. Nhờ người gần đó xem dây loa, tăng âm; kéo dài thì báo kỹ thuật.",
	station.EvUpstreamLost:  "Đài vẫn phát bình thường, mọi việc được lưu lại và tự gửi khi có đường. Quá một ngày thì báo nhà mạng.",
	station.EvMicFault:      "Xem dây và công tắc micrô, ngồi gần micrô hơn hoặc xa hơn. Nếu hú: vặn nhỏ loa gần phòng đọc, hoặc tắt tiếng cụm loa ở đó. Lời đọc vẫn ra loa.",
	station.EvBoardMismatch: "Bảng đang hiện khác tin đã gửi. Ra xem bảng; tắt bật lại máy ở bảng nếu cần.",
	station.EvDisk:          "Loa vẫn phát nhưng không lưu được. Xóa bớt tệp trên máy này hoặc báo kỹ thuật ngay.",
	station.EvItemBad:       "Bài này có trong lịch phát mà không phát được. Nhập lại tệp gốc ở F3 (Kho âm thanh) hoặc chọn bài khác trước giờ phát.",
	station.EvForeign:       "Cụm loa có tiếng mà đài không lệnh phát. Đài đã tự tắt tiếng cụm này, tin khẩn cấp vẫn phát. Gọi người ở gần nghe xem tiếng gì, có ai cắm thêm nguồn khác không; xong thì chọn cụm, Ctrl+T mở lại.",
	station.EvNoAir:         "Bài đang phát không nghe được gì, có thể tệp hỏng hoặc tiếp âm mất sóng. Bỏ qua bài này hoặc phát bài khác (F3), rồi nghe lại tệp gốc.",
	station.EvDeadAir:       "Đài gửi tiếng đi nhưng không cụm loa nào báo là kêu. Gọi trưởng thôn hỏi; khẩn cấp thì báo dân bằng cách khác ngay.",
	station.EvMissed:        "Buổi này không phát được. Vào F3 để phát bù hoặc bỏ.",
	station.EvOrder:         "Một người đã ra lệnh khẩn cấp một mình, đúng quyền. Tuyến trên đã biết. Gọi lại cơ quan đó để chắc chắn.",
	station.EvPoleRefused:   "Cụm loa này tự kiểm thấy không đúng nên không phát. Gọi điện hỏi tuyến trên; lặp lại nhiều thì báo kỹ thuật.",
	station.EvClockUnsure:   "Xem đồng hồ ở điện thoại. Máy này sai thì chỉnh ngày giờ (hay hỏng thì thay pin trên bo mạch). Giờ đã đúng mà vẫn báo thì bấm dấu : rồi gõ giờ-đúng.",
	station.EvClockOff:      "Lịch phát chạy theo giờ của máy này. Xem đồng hồ ở điện thoại: máy này sai thì chỉnh giờ (đài tự theo giờ mới), máy này đúng thì gọi báo tuyến trên.",
	station.EvBooks:         "Sổ ghi ở đây và ở tuyến trên không giống nhau. Đài vẫn phát, không mất gì. Tuyến trên lấy lại bản của đài nếu được; ngày mai còn báo nữa thì gọi kỹ thuật.",
	station.EvOrderRefused:  "Có lệnh không đúng gửi tới, đài KHÔNG phát. Bấm Tab xem từng lệnh; lệnh sai chữ ký thì gọi điện hỏi tuyến trên.",
	station.EvStranger:      "Có máy không đúng khóa xin vào và đã bị từ chối; không có tiếng lạ nào phát ra. Lặp lại nhiều thì báo kỹ thuật.",
	station.EvBroken:        "Bài này không phát được, đài đã bỏ qua. Nhập lại tệp âm thanh ở F3.",
}

var viTrials = Trials{
	Title: "THỬ LÀM HỎNG · xã mẫu", Intro: "Làm hỏng thật một phần của xã mẫu, xem màn hình nói gì, rồi sửa lại. Không động tới đài thật.",
	Keys: "Bấm số, hoặc ↑↓ rồi Enter: làm hỏng, bấm lần nữa: sửa · Esc đóng", Whole: "tốt", Broken: "ĐANG HỎNG",
	Names: map[string]string{"district": "Đứt đường lên huyện", "internet": "Mất internet: huyện và mọi loa dùng sim", "cluster": "Cụm loa mất điện",
		"power": "Mất điện ở đài 4 giây", "foreign": "Tiếng lạ: máy lạ chen vào đường của cụm", "forged": "Lệnh giả: máy lạ xưng là huyện"},
	See: map[string]string{"district": "Dòng 2 ghi ngắt từ bao giờ, bao nhiêu mục chờ gửi. Đài vẫn phát. Sửa lại: tự gửi hết.",
		"internet": "Loa dùng sim mất dần, dòng 2 ghi mất internet; loa trong mạng xã vẫn phát. Số cụm nghe được giảm theo.",
		"cluster":  "Cụm đang chọn mất ngay, lên đầu danh sách, kèm số điện thoại trưởng thôn. Có sự cố ở F9.",
		"power":    "Màn hình nói mất liên lạc với đài; 4 giây sau đài tự chạy lại, bài đang dở phát tiếp.",
		"foreign":  "Cụm đó không nhận tiếng lạ: mất kết nối chứ không kêu bậy. Máy lạ gõ cửa đài bị từ chối, ghi ở F9.",
		"forged":   "Huyện giả bị từ chối vì sai khóa, ghi ở F9. Không lệnh nào được nghe theo."},
}

var viTour = Tour{
	Title: "Xong bảy bước", Line: "BƯỚC %d/%d  %s",
	Steps: [7]string{"Phát một bài: Ctrl+O chọn bài, Ctrl+G phát ngay", "F4, Enter: đọc vài câu vào micrô, rồi F4 để ngừng", "Làm mất một cụm loa: Ctrl+W, bấm 3, rồi Esc nhìn danh sách",
		"Cắt đường lên huyện: Ctrl+W, bấm 1, Esc, nhìn dòng 2", "Viết tin lên bảng: F5, gõ chữ, F5, Enter", "Diễn tập khẩn cấp: F12, bấm 3, Ctrl+K", "F8: ai nghe được, ai chưa"},
	More: [7]string{"-", "F4 để ngừng micrô; lời vừa đọc được cất vào kho", "Cụm loa đã mất và lên đầu. Sửa lại: Ctrl+W, bấm 3", "Đang chờ gửi. Nối lại: Ctrl+W, bấm 1, chờ “đã gửi hết”", "-",
		"Diễn tập đang mở. Đính chính: F12 rồi F8", "-"},
	Hear: "Nghe lại lời vừa đọc: Ctrl+O, chọn bản ghi trên cùng, Ctrl+G",
	End: [5]string{"Bạn đã phát bài, đọc micrô, xem mất loa, mất huyện rồi khớp lại, viết bảng, diễn tập và đính chính, và xem ai nghe được.",
		"Tắt ngang màn hình này (kill -9), tiếng không ngừng: màn hình tự hiện lại.", "Nghe đúng tiếng của một cụm loa, ở cửa sổ khác: loaxa listen 6 --out x.wav", "Ctrl+W: thử làm hỏng thêm. F1: mọi phím.", "Đài thật: gõ loaxa, trả lời ba câu."},
}
