package text

// Talk are the words of a microphone that is held open, and of leaving its
// window.
type Talk struct {
	Hold        string // in F4, where the terminal tells releases
	Held, LetGo string
	Left        string
	Leaves      [2]string // leaving closes it, it stays; with the key that changes it
}

var viTalk = Talk{
	Hold: "Giữ F4: nói, thả tay là ngừng", Held: "ĐANG GIỮ F4, chờ chữ MỜI ĐỌC rồi nói: thả tay là ngừng mic", LetGo: "Đã thả F4: ngừng micrô",
	Left:   "Đã rời màn hình đài: ngừng micrô",
	Leaves: [2]string{"Rời sang cửa sổ khác thì ngừng mic · Ctrl+R: giữ mở", "Rời sang cửa sổ khác mic vẫn mở · Ctrl+R: ngừng"},
}

var enTalk = Talk{
	Hold: "Hold F4 to speak, let go to stop", Held: "F4 IS HELD, speak when it says SPEAK NOW: let go to stop", LetGo: "F4 let go: the microphone closes",
	Left:   "The window was left: the microphone closes",
	Leaves: [2]string{"Leaving for another window closes it · Ctrl+R: it stays open", "Leaving for another window it stays open · Ctrl+R: it closes"},
}

// Talk are the words of a microphone that is held open.
func (t *Text) Talk() *Talk {
	if t.Lang == "en" {
		return &enTalk
	}
	return &viTalk
}
