package text

// First is what a new station is asked.
type First struct {
	Title, Count    string    // Count %d of %d
	Ask, Keys       [3]string // name, microphone, loudspeaker
	Name, NameHint  string
	Speak, Heard    string
	Again, NoMic    string // NoMic %s why
	Own, Rung       string
	NoSpeaker, Sent string
}

var viFirst = First{
	Title: "ĐÀI MỚI · ba câu hỏi", Count: "Câu %d/%d.",
	Ask: [3]string{"Đài này tên là gì?", "Nói vào micrô: vạch có chạy không?", "Kêu thử một loa: có nghe thấy không?"},
	Keys: [3]string{"Enter: tiếp · Esc: để sau", "Enter: tiếp · F4: thử lại · Esc: để sau",
		"↑↓ chọn loa · Enter: kêu thử, nghe thấy rồi bấm Enter lần nữa: xong · F5: kêu lại · Esc: để sau"},
	Name: "Tên đài", NameHint: "xã Đak Pơ",
	Speak: "Nói bình thường, cách micrô một gang tay. Chưa có loa nào kêu.", Heard: "Micrô tốt: máy nghe rõ tiếng nói.",
	Again: "Micrô đã tự đóng. Bấm F4 để thử lại.", NoMic: "Chưa dùng được micrô: %s. Cắm micrô sau cũng được.",
	Own: "loa của máy này", Rung: "Đang kêu chuông. Không nghe thấy thì xem dây loa, tăng âm, âm lượng, rồi F5 kêu lại hoặc chọn loa khác.",
	NoSpeaker: "Chưa có loa nào để thử: máy này không có loa, cụm loa chưa khai. Bấm Enter, khai cụm loa sau ở F10.",
	Sent:      "SẴN SÀNG. Cụm loa, vùng, số trực: sửa lúc nào cũng được ở F10",
}

var enFirst = First{
	Title: "A NEW STATION · three questions", Count: "%d of %d.",
	Ask: [3]string{"What is this station called?", "Speak into the microphone: does the bar move?", "Try a loudspeaker: do you hear it?"},
	Keys: [3]string{"Enter: next · Esc: later", "Enter: next · F4: try again · Esc: later",
		"↑↓ choose · Enter: ring it, and Enter again when you heard it: done · F5: ring again · Esc: later"},
	Name: "Name", NameHint: "xã Đak Pơ",
	Speak: "Speak as usual, a hand's width from the microphone. No loudspeaker sounds yet.", Heard: "The microphone is good: you are heard clearly.",
	Again: "The microphone closed by itself. F4 tries again.", NoMic: "No microphone can be used: %s. It can be plugged in later.",
	Own: "this machine's own loudspeaker", Rung: "The chime sounds. Nothing heard? Look at wires, amplifier and volume, then F5 rings again, or choose another.",
	NoSpeaker: "There is no loudspeaker to try: this machine has none, and no cluster is known. Press Enter; clusters are added later, in F10.",
	Sent:      "READY. Clusters, zones, duty number: changed at any time in F10",
}
