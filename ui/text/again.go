package text

// Again are the words of sending a broadcast once more to those who missed it.
type Again struct {
	Hint           string
	Ask, AskSiren  string // %s names
	Sent           string // %d clusters
	NotYet, Nobody string
	Over, Nothing  string
}

var viAgain = Again{
	Hint:     "phát lại nơi chưa nghe",
	Ask:      "Phát lại ngay, chỉ ở nơi chưa nghe đủ: %s. Enter: phát · phím khác: thôi",
	AskSiren: "HÚ CÒI và đọc lại tin khẩn cấp ngay, chỉ ở nơi chưa nghe đủ: %s. Enter: phát · phím khác: thôi",
	Sent:     "Đang phát lại ở %d cụm chưa nghe đủ",
	NotYet:   "Chưa đủ báo cáo của các cụm loa: chờ vài giây rồi bấm lại",
	Nobody:   "Mọi cụm báo về đều đã nghe đủ, không cần phát lại",
	Over:     "Tin khẩn cấp này đã kết thúc, không phát lại: cần báo nữa thì bấm F12 mở tin mới",
	Nothing:  "Buổi này không còn bài hay bản ghi âm để phát lại",
}

var enAgain = Again{
	Hint:     "again where it was missed",
	Ask:      "Play it again now, only where it was missed: %s. Enter: play · any other key: no",
	AskSiren: "SOUND THE SIREN and read the emergency again now, only where it was missed: %s. Enter: play · any other key: no",
	Sent:     "Playing again at %d clusters that missed it",
	NotYet:   "The clusters have not all reported yet: wait some seconds and press again",
	Nobody:   "Every cluster that reports heard all of it: nothing to play again",
	Over:     "This emergency is over and is not played again: press F12 for a new one",
	Nothing:  "Nothing of it is left to be played again, no item and no recording",
}

// Again are the words of sending once more.
func (t *Text) Again() *Again {
	if t.Lang == "en" {
		return &enAgain
	}
	return &viAgain
}
