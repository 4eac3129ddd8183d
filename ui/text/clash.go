package text

// Clash are the words of the question which of two priority bulletins is first.
type Clash struct {
	Title, Ask    string
	From          string // %s who sent it, where, how it stands
	Sounds, Waits string
	Rule, Cut     string
	Keys          string
	Sent          string // %s title
}

var viClash = Clash{
	Title: "Hai tin ưu tiên cùng nơi phát", Ask: "Tin nào phát trước?",
	From: "từ %s · %s · %s", Sounds: "đang phát", Waits: "đang chờ",
	Rule: "Chưa chọn thì tin đến trước được phát trước, tin kia chờ phát sau.",
	Cut:  "Tin đang phát mà phải nhường thì sau đó phát lại từ đầu.",
	Keys: "↑↓ chọn · Enter: phát tin này trước · Esc: giữ thứ tự tin đến",
	Sent: "Phát trước: %s",
}

var enClash = Clash{
	Title: "Two priority bulletins want the same places", Ask: "Which is first?",
	From: "from %s · %s · %s", Sounds: "on the air", Waits: "waiting",
	Rule: "Until you choose, the one that came first is heard first; the other waits.",
	Cut:  "One that is cut to make room is heard again from its beginning.",
	Keys: "↑↓ choose · Enter: this one first · Esc: in the order they came",
	Sent: "First: %s",
}

// Clash are the words of the question which of two priority bulletins is first.
func (t *Text) Clash() *Clash {
	if t.Lang == "en" {
		return &enClash
	}
	return &viClash
}
