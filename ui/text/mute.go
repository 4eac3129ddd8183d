package text

// Mute is what the screen says of clusters that are silenced by hand.
type Mute struct {
	Off, On        string // %s where
	OffAgain       string // said when a mute was taken back
	OnAgain        string // said when the lifting was taken back
	Keys           string // how it is taken back, behind Off
	None, NoneHere string // nothing there is muted; %s where: all of it is already
}

var viMute = Mute{
	Off: "Đã tắt tiếng %s", On: "Đã mở tiếng lại %s", Keys: "khẩn cấp vẫn phát · Ctrl+Z mở lại",
	OffAgain: "Đã mở tiếng lại như trước", OnAgain: "Đã tắt tiếng lại như trước",
	None: "Không có cụm nào ở đó đang tắt tiếng", NoneHere: "Các cụm ở đó đã tắt tiếng cả rồi",
}

var enMute = Mute{
	Off: "Muted: %s", On: "Sounds again: %s", Keys: "an emergency is still heard · Ctrl+Z undoes",
	OffAgain: "They sound as before", OnAgain: "Muted as before",
	None: "Nothing there is muted", NoneHere: "Everything there is muted already",
}
