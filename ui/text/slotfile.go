package text

func init() {
	vi.Books.Reason["slots-bad"], en.Books.Reason["slots-bad"] = "tệp không phải bảng lịch phát (CSV)", "the file is no timetable (CSV)"
	vi.Books.Reason["slots-file"], en.Books.Reason["slots-file"] = "ghi {n} mục từ tệp", "{n} slots from the file"
	vi.Books.Reason["slots-file-back"], en.Books.Reason["slots-file-back"] = "lấy lại {n} mục đã ghi từ tệp", "{n} slots taken back that came from the file"
}

// FileWrong are the words of what is wrong with such a file.
type FileWrong struct {
	WrongHead string // %d places
	Wrong     string // %d line, %s column, %s value
	WrongLine string // %d line
	Columns   map[string]string
}

// SlotFile are the words of a timetable that is taken from a file.
type SlotFile struct {
	Key, Path, Keys string    // the key's word; the field; below it
	Title, Form     string    // Form: how a file is written
	Reading, Bad    string    // %s why
	Kinds           [3]string // new, changed, as it is
	Sum             string    // %d new, %d changed, %d as they are
	Overlap         string    // %s time, %s title, %s other
	FileWrong
	Do, Nothing string // what Ctrl+G does
	Done        string // %d slots
	Hints       [2]string
}

var viSlotFile = SlotFile{
	Key: "nhập từ tệp", Path: "Tệp lịch phát", Keys: "gõ đường dẫn, Tab: điền nốt · Enter: xem trước · Esc: thôi",
	Title:   "Nhập lịch phát từ tệp CSV: chưa ghi gì cho đến khi bấm Ctrl+G",
	Form:    "Mỗi dòng một mục: giờ; tên; các bài (ngăn bằng |); ngày; nơi; cách bắt đầu Đ C N B; ngày lễ; từ; đến",
	Reading: "đang đọc tệp…", Bad: "Không đọc được: %s", Kinds: [3]string{"mới", "sửa", "như cũ"},
	Sum: "%d mục mới, %d mục sửa, %d mục như cũ. Không mục nào bị bỏ.", Overlap: "TRÙNG GIỜ %s: “%s” và “%s”",
	FileWrong: FileWrong{WrongHead: "%d chỗ chưa đúng, chưa ghi gì. Sửa tệp rồi Enter đọc lại:", Wrong: "dòng %d, cột %s: “%s”", WrongLine: "dòng %d: thừa cột",
		Columns: map[string]string{"time": "giờ", "title": "tên", "items": "các bài", "days": "ngày", "where": "nơi", "mode": "cách bắt đầu", "holidays": "ngày lễ", "from": "từ ngày", "until": "đến ngày"}},
	Do: "Ctrl+G: ghi vào lịch · Esc: thôi", Nothing: "Lịch đã đúng như tệp: không có gì để ghi · Esc", Done: "Đã nhập %d mục vào lịch · Ctrl+Z lấy lại",
	Hints: [2]string{"xem trước", "ghi vào lịch"},
}

var enSlotFile = SlotFile{
	Key: "from a file", Path: "Timetable file", Keys: "type its path, Tab completes · Enter: preview · Esc: no",
	Title:   "Timetable from a CSV file: nothing is written before Ctrl+G",
	Form:    "One slot a line: time; title; items (| between); days; where; mode Đ C N B; holidays; from; until",
	Reading: "reading the file…", Bad: "Cannot be read: %s", Kinds: [3]string{"new", "changed", "as it is"},
	Sum: "%d new, %d changed, %d as they are. None is taken out.", Overlap: "OVERLAP %s: “%s” and “%s”",
	FileWrong: FileWrong{WrongHead: "%d places are wrong, nothing is written. Mend the file, Enter reads it again:", Wrong: "line %d, column %s: “%s”", WrongLine: "line %d: too many columns",
		Columns: map[string]string{"time": "time", "title": "title", "items": "items", "days": "days", "where": "where", "mode": "mode", "holidays": "holidays", "from": "from", "until": "until"}},
	Do: "Ctrl+G: write them · Esc: no", Nothing: "The timetable is as the file already · Esc", Done: "%d slots written · Ctrl+Z takes them back",
	Hints: [2]string{"preview", "write them"},
}

// SlotFile are the words of a timetable file.
func (t *Text) SlotFile() *SlotFile {
	if t.Lang == "en" {
		return &enSlotFile
	}
	return &viSlotFile
}
