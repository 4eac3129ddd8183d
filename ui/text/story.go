package text

// Story are the words of one broadcast with everything about it.
type Story struct {
	StoryTimes
	Who, Meant     string // Who %s; Meant %d clusters
	Items, Course  string
	Words, Second  string // Second %s language
	NoWords        string
	More, Reading  string
	Hear           string // the key's word
	NoSound, Place string
}

// StoryTimes say when a broadcast was to be and when it was.
type StoryTimes struct {
	Due, DueTo   string // %s planned start; %s start, %s end
	Late, OnTime string // %s by how much
	Began, Why   string // Began %s start, %s end; Why %s
}

var viStory = Story{
	StoryTimes: StoryTimes{Due: "Theo lịch: %s", DueTo: "Theo lịch: %s – %s", Late: " · trễ %s", OnTime: " · đúng giờ",
		Began: "Thực tế: %s – %s", Why: "Kết thúc: %s"}, Who: "Người phát: %s", Meant: "Nơi phát: %d cụm loa, tên từng cụm ở cuối trang này",
	Items: "Đã phát các bài:", Course: "Diễn biến:", Words: "Nguyên văn:", Second: "Nguyên văn (%s):",
	NoWords: "Buổi này không có lời soạn sẵn: nghe bản ghi hoặc bài đã phát",
	More:    "… còn nữa: xem thẻ Mọi việc", Reading: "đang đọc sổ…",
	Hear: "nghe tại máy", NoSound: "Không còn bản ghi hay bài nào của buổi này để nghe lại",
	Place: "Chọn một cụm loa ở cuối trang (End) rồi hãy bấm Ctrl+G",
}

var enStory = Story{
	StoryTimes: StoryTimes{Due: "Planned: %s", DueTo: "Planned: %s – %s", Late: " · %s late", OnTime: " · on time",
		Began: "Real: %s – %s", Why: "Ended: %s"}, Who: "By: %s", Meant: "Where: %d clusters, each by name at the end of this page",
	Items: "Items that sounded:", Course: "What happened:", Words: "The whole text:", Second: "The whole text (%s):",
	NoWords: "Nothing was read from a text: hear the recording or the item",
	More:    "… there is more: see the tab Everything", Reading: "reading the log…",
	Hear: "hear it here", NoSound: "Nothing of it is left to be heard, no recording and no item",
	Place: "Choose a cluster at the end of the page (End), then press Ctrl+G",
}

// Story are the words of one broadcast.
func (t *Text) Story() *Story {
	if t.Lang == "en" {
		return &enStory
	}
	return &viStory
}
