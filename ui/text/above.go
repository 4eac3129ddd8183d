package text

// Above is what is said of the tier above.
type Above struct {
	Title, None          string
	Tab, TabBack, More   string // of the key line
	Orders, NoKeys, Keys string // Keys %d version, %s names
	Refused, RefusedNone string
	Unknown              string
	AboveLink
	AboveBooks
}

// AboveLink says how the line is and what waits for it.
type AboveLink struct {
	Up, Cut, Acked, Ago string // %s when; Ago %s age
	NothingWaits        string
	Waits, Sending      string // %d entries, %s size
	Sounds              string // %d how many, %d percent, %s size
	SoundsSpent         string
	SoundsStuck         string
	Going               string // %s title, %d percent, %s size
	GoingSpent          string
}

// AboveBooks says how the books compare, and what was lost of them.
type AboveBooks struct {
	NotCompared       string
	Equal, Differs    string // %s when; Differs %s why
	Repairs           string
	LostNone, Lost    string // %s when
	LostRun, LostMore string // %d entries, %s since, %s until, %s what
	Something         string
	Classes           map[string]string // of lost entries
}

var viAbove = Above{
	Title: "Tuyến trên", None: "Đài chưa nối với tuyến trên. Vẫn phát bình thường; mọi việc ghi tại máy này.",
	Tab: "tuyến trên", TabBack: "sự cố", More: "xem tiếp",
	Orders: "Lệnh của tuyến trên", NoKeys: "Chưa có danh sách người được ra lệnh: đài chưa nhận lệnh nào.",
	Keys: "Danh sách người được ra lệnh, bản %d: %s", Refused: "Lệnh đài KHÔNG nhận, mới nhất trước", RefusedNone: "Không có.",
	Unknown: "không rõ ai",
	AboveLink: AboveLink{Up: "● Liên lạc được, từ %s",
		Cut:          "✕ NGẮT, từ %s. Đài vẫn phát bình thường.",
		Acked:        "Tuyến trên xác nhận lần cuối: %s",
		Ago:          "%s trước",
		NothingWaits: "Không còn gì chờ gửi.",
		Waits:        "%d mục đã lưu ở máy này (%s), chờ gửi: có đường là tự gửi.",
		Sending:      "Đang gửi: còn %d mục (%s).",
		Sounds:       "Đang nhận %d tệp âm thanh của tuyến trên: được %d%% (%s).",
		SoundsSpent:  "Đã hết mức tải âm thanh của hôm nay: sang ngày tự tải tiếp.",
		SoundsStuck:  "Có tệp âm thanh chưa tải được: máy tự thử lại. Để lâu thì báo tuyến trên.",
		Going:        "Tuyến trên đang lấy bản ghi “%s” về nghe: đã gửi %d%% (%s). Lệnh và nhật ký luôn đi trước.",
		GoingSpent:   "Đã gửi hết mức bản ghi của hôm nay lên tuyến trên: sang ngày tự gửi tiếp."},
	AboveBooks: AboveBooks{NotCompared: "Chưa đối chiếu sổ ghi hai bên lần nào: tự đối chiếu khi gửi xong.",
		Equal:     "Đối chiếu sổ ghi hai bên: KHỚP, lúc %s",
		Differs:   "Đối chiếu sổ ghi hai bên: KHÔNG KHỚP, lúc %s: %s. Máy không tự sửa: báo kỹ thuật.",
		Repairs:   "Sổ ghi đã dựng lại",
		LostNone:  "%s: không mất gì.",
		Lost:      "%s: CÓ MẤT",
		LostRun:   "%d mục, từ %s đến %s: %s",
		LostMore:  "Có thể còn nữa.",
		Something: "không rõ là gì",
		Classes: map[string]string{"asrun": "nhật ký phát", "queue": "danh sách phát", "air": "việc đang phát", "desk": "cài đặt", "item": "kho âm thanh",
			"cluster": "cụm loa", "board": "bảng điện tử", "card": "tin trên bảng", "fault": "sổ sự cố", "slot": "lịch phát", "zone": "khu vực",
			"order": "lệnh tuyến trên", "refusal": "lệnh không nhận", "receipt": "kết quả phát lệnh", "keyset": "danh sách khóa", "start": "giờ phát đã qua",
			"directive": "văn bản của tuyến trên", "store.recovery": "lần dựng lại sổ", "store.blank": "xóa dữ liệu riêng"}},
}

var enAbove = Above{
	Title: "Tier above", None: "This station is not linked with a tier above. It works as usual; everything is kept on this machine.",
	Tab: "tier above", TabBack: "faults", More: "more",
	Orders: "Orders from above", NoKeys: "No list of those who may order: no order is obeyed yet.",
	Keys: "Those who may order, list %d: %s", Refused: "Orders NOT obeyed, newest first", RefusedNone: "None.",
	Unknown: "not known who",
	AboveLink: AboveLink{Up: "● Linked since %s",
		Cut:          "✕ CUT since %s. The station works on.",
		Acked:        "Last acknowledged above: %s",
		Ago:          "%s ago",
		NothingWaits: "Nothing waits to be sent.",
		Waits:        "%d entries are kept here (%s) and wait: they go when there is a line.",
		Sending:      "Sending: %d entries to go (%s).",
		Sounds:       "Receiving %d sounds from above: %d%% (%s) is here.",
		SoundsSpent:  "Today's share for sounds is used up: it goes on by itself tomorrow.",
		SoundsStuck:  "A sound could not be received yet: it is tried again. Tell the tier above if this lasts.",
		Going:        "Those above fetch the recording “%s”: %d%% (%s) is sent. Orders and the log go first.",
		GoingSpent:   "Today's share of recordings for those above is used up: it goes on by itself tomorrow."},
	AboveBooks: AboveBooks{NotCompared: "The books on both sides were never compared: they will be when all is sent.",
		Equal:     "Books on both sides: EQUAL, %s",
		Differs:   "Books on both sides: NOT EQUAL, %s: %s. Nothing is repaired by itself: tell a technician.",
		Repairs:   "The journal was built anew",
		LostNone:  "%s: nothing was lost.",
		Lost:      "%s: SOME WAS LOST",
		LostRun:   "%d entries, from %s to %s: %s",
		LostMore:  "There may have been more.",
		Something: "not known what",
		Classes: map[string]string{"asrun": "as-run log", "queue": "play list", "air": "what was on air", "desk": "settings", "item": "library",
			"cluster": "clusters", "board": "boards", "card": "cards", "fault": "fault book", "slot": "timetable", "zone": "zones",
			"order": "orders from above", "refusal": "refused orders", "receipt": "what was heard of orders", "keyset": "issuing keys", "start": "past starts",
			"directive": "directives from above", "store.recovery": "earlier repairs", "store.blank": "blanked data"}},
}
