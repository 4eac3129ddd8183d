package text

func init() {
	vi.Books.Reason["cap-bad"], en.Books.Reason["cap-bad"] = "tệp không phải tin CAP 1.2 đúng mẫu", "the file is no CAP 1.2 message in order"
}

// CAPIn is what is said of a CAP message that is brought into F12.
type CAPIn struct {
	Key, Path, Keys string
	Reading         string
	Bad             string // %s why
	NotWarning      string
	Over            string // %s when
	NoOld           string // an update of what is not open here
	NoCancel        string // a cancel of what is not open here
	Update, Cancel  string // what Ctrl+K will do now
	Drill           string
	DrillBlocked    string
	Taken           string // %s sender
}

var viCAP = CAPIn{
	Key: "Ctrl+O lấy tin từ tệp CAP", Path: "Tệp CAP", Keys: "gõ hoặc dán đường dẫn · Enter lấy tin · Esc thôi", Reading: "đang đọc tệp…",
	Bad: "Không lấy được tin: %s", NotWarning: "Tệp này không phải tin cảnh báo: không lấy", Over: "Tin này đã hết hạn lúc %s: không lấy",
	NoOld: "Tin này thay một tin cũ không còn phát ở đài: sẽ phát như tin mới. Đọc lại trước khi phát.", NoCancel: "Tin này thu hồi một tin không còn phát ở đài: không có gì để kết thúc",
	Update: "Tin này thay tin đang phát. Đọc lại, rồi Ctrl+K để phát thay.", Cancel: "Tin này thu hồi tin đang phát. Ctrl+K: báo yên; Esc: thôi.",
	Drill: "Tệp ghi là diễn tập hoặc thử: chỉ phát như DIỄN TẬP.", DrillBlocked: "Tệp ghi là diễn tập, đang có khẩn cấp thật: không lấy",
	Taken: "Tin lấy từ tệp của %s, chưa ai kiểm chữ ký: gọi điện hỏi lại, đọc kỹ rồi mới phát.",
}

var enCAP = CAPIn{
	Key: "Ctrl+O take a CAP file", Path: "CAP file", Keys: "type or paste its path · Enter take it · Esc no", Reading: "reading the file…",
	Bad: "Nothing was taken: %s", NotWarning: "The file is no warning: not taken", Over: "The warning ran out at %s: not taken",
	NoOld: "It takes the place of one that is not open here: it will be a new one. Read it before you air it.", NoCancel: "It cancels what is not open here: there is nothing to end",
	Update: "It takes the place of the open one. Read it, then Ctrl+K airs it.", Cancel: "It cancels the open one. Ctrl+K: all clear; Esc: no.",
	Drill: "The file says exercise or test: it is aired as a DRILL only.", DrillBlocked: "The file says exercise, and a real emergency is open: not taken",
	Taken: "From a file of %s; nobody has proved it: ring back and read it before you air it.",
}
