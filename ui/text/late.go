package text

// Late are the words of what waits for the operator's decision: what came too
// late to be heard by itself, and bulletins that want the same places.
type Late struct {
	Title, Lead, Empty string
	Line               string // %d things, on the main screen
	Row                string // %s where · by how much it is late
	At                 string // %s when it will be played, by a person's word
	Clash              string // %s first, %s second title
	ClashHint          string
	Ask                string    // %s title, %s when it was due
	Ways               [3]string // %s where; %s time; –
	Done               [3]string // %s title; %s title, %s time; %s title
	Keys, Do, Leave    string
	CAP                string // key word: an aired emergency as a CAP file
}

var viLate = Late{
	Title: "Chờ quyết định", Lead: "Đã quá giờ thì đài không tự phát. Chọn từng việc:", Empty: "Không còn việc nào chờ quyết định.",
	Line: "CHỜ QUYẾT ĐỊNH: %d việc · Ctrl+V",
	Row:  "%s · quá giờ %s", At: "sẽ phát lúc %s",
	Clash: "Hai tin ưu tiên cùng nơi: %s / %s", ClashHint: "chọn tin phát trước",
	Ask:  "“%s” lẽ ra phát lúc %s, đã quá giờ. Quyết định:",
	Ways: [3]string{"Phát ngay ở %s", "Để sau: đài phát lúc %s", "Bỏ, không phát nữa"},
	Done: [3]string{"Phát ngay: %s", "Để sau: %s, phát lúc %s", "Đã bỏ: %s"},
	Keys: "↑↓ chọn · Enter: quyết định · Esc: để đó", Do: "làm", Leave: "chưa quyết định",
	CAP: "xuất tệp CAP",
}

var enLate = Late{
	Title: "Waiting for a decision", Lead: "What came too late does not play by itself. Decide on each:", Empty: "Nothing waits for a decision.",
	Line: "DECISIONS WAITING: %d · Ctrl+V",
	Row:  "%s · late by %s", At: "plays at %s",
	Clash: "Two priority bulletins, same places: %s / %s", ClashHint: "choose which is first",
	Ask:  "“%s” was due at %s and is too late. Decide:",
	Ways: [3]string{"Play now, %s", "Later: the station plays it at %s", "Skip it"},
	Done: [3]string{"Playing: %s", "Later: %s, at %s", "Skipped: %s"},
	Keys: "↑↓ choose · Enter: decide · Esc: leave it", Do: "do it", Leave: "not yet",
	CAP: "CAP file",
}

// Late are the words of what waits for a decision.
func (t *Text) Late() *Late {
	if t.Lang == "en" {
		return &enLate
	}
	return &viLate
}
