package text

// DayCards is what F5 says of several boards and of a card's own end.
type DayCards struct {
	Marked     string    // %d boards
	Until      string    // label of the field
	UntilHint  string    // and what may be typed
	Ends, None string    // Ends %s
	Bad        string    // what was typed is no time
	Keys       [2]string // hints: mark a board, its end
	Stands     string    // %s: on a board's line
	Other      [2]string // the key: to what it shows now, back to the draft
}

var viCards = DayCards{
	Marked: "%d bảng đã đánh dấu", Until: "Hiện đến", UntilHint: "18:00 · 23/11 · 23/11 18:00 · 3 ngày; để trống: đến khi có tin khác · Enter xong",
	Ends: "tự gỡ lúc %s", None: "hiện đến khi có tin khác", Bad: "Chưa hiểu giờ này, hoặc đã qua, hoặc xa quá một năm",
	Keys: [2]string{"đánh dấu", "hiện đến"}, Stands: "đến %s",
	Other: [2]string{"PgDn: bảng đang hiện", "PgDn: tin đang viết"},
}

var enCards = DayCards{
	Marked: "%d boards marked", Until: "Until", UntilHint: "18:00 · 23/11 · 23/11 18:00 · 3 days; empty: until another comes · Enter when done",
	Ends: "goes by itself at %s", None: "stands until another comes", Bad: "This is no time, or it is over, or more than a year away",
	Keys: [2]string{"mark a board", "until"}, Stands: "until %s",
	Other: [2]string{"PgDn: what it shows now", "PgDn: the draft"},
}
