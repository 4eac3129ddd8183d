package text

func init() {
	vi.Books.Reason["second-language"], en.Books.Reason["second-language"] = "tiếng thứ hai", "second language"
}

// Second are the words of the emergency window for the second language and the
// siren's pattern.
type Second struct {
	Key          string // in the composer
	Title, Text  string
	NoClip       string
	Keys         string
	Clip, Board  string // %s title of a recording; a text for boards
	Siren        string // %s pattern
	MorePhones   string // %d more places that may not hear
	NoHotline    string
	FromCAP      string // %s language
	NoRecordings string
}

var viSecond = Second{
	Key: "Ctrl+G còi · Ctrl+N tiếng 2", Title: "Tiếng thứ hai (Ba Na …): bản ghi đọc sau lời tiếng Việt, chữ lên bảng", Text: "Chữ cho bảng",
	NoClip: "không có bản ghi", Keys: "gõ chữ · ↑↓ chọn bản ghi trong kho · Enter xong",
	Clip: "tiếng thứ hai: bản ghi “%s”", Board: "tiếng thứ hai: chữ trên bảng",
	Siren:      "còi: %s",
	MorePhones: "và %d nơi nữa chưa chắc nghe: xem danh sách cụm loa (F2)", NoHotline: "Chưa khai số trực (F10): lời sẽ không có số gọi",
	FromCAP: "Tệp có thêm lời tiếng %s: chữ lên bảng, không có giọng đọc", NoRecordings: "Kho chưa có bài nào: ghi sẵn ở F4 hoặc nhập tệp",
}

var enSecond = Second{
	Key: "Ctrl+G siren · Ctrl+N 2nd tongue", Title: "Second language: a recording after the words, a text on the boards", Text: "Text for boards",
	NoClip: "no recording", Keys: "type · ↑↓ choose a recording of the library · Enter done",
	Clip: "second language: recording “%s”", Board: "second language: text on the boards",
	Siren:      "siren: %s",
	MorePhones: "and %d more that may not hear: see the clusters (F2)", NoHotline: "No hotline is set (F10): the words will have no number to call",
	FromCAP: "The file has words in %s too: on the boards, no voice reads them", NoRecordings: "The library is empty: record at F4 or import a file",
}

// Second are the words of the second language.
func (t *Text) Second() *Second {
	if t.Lang == "en" {
		return &enSecond
	}
	return &viSecond
}
