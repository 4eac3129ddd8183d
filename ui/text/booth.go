package text

// Booth is what F4 says of the microphone before it is opened, and of what was
// recorded.
type Booth struct {
	Limit, Silent string    // %s how long a reading may be; %s of silence that closes it
	Test, TestEnd string    // keys
	List, None    string    // List %d recordings
	Hear          [2]string // %s where; on this machine
	Send, Queue   string    // Send %s where
	Delete, Sure  string    // Sure %s title
	Choose        [4]string // key; head of the list; the station's own choice; no other is there
	Chosen        string    // %s name
	LastCall      [4]string // F10: field, hint, yes, no
	Keys          [6]string // hints: open or begin, the other way, the recordings, test, back, send
}

var viBooth = Booth{
	Limit: "Được đọc tối đa %s", Silent: "im lặng %s thì tự ngắt",
	Test: "Ctrl+T: thử micrô, không ra loa", TestEnd: "Ctrl+T: thôi thử",
	List: "Bản ghi trong kho: %d", None: "Chưa có bản ghi nào trong kho",
	Hear: [2]string{"F5: nghe thử ở %s", "F6: nghe ở máy này"}, Send: "Enter: phát ngay ở %s", Queue: "Ctrl+O: đưa vào danh sách phát",
	Delete: "Delete: xóa", Sure: "Enter: xóa hẳn bản ghi “%s” khỏi kho · phím khác: thôi",
	Choose:   [4]string{"Ctrl+O: chọn micrô khác", "Chọn micrô: ↑ ↓ rồi Enter, đài nghe thử ngay, không ra loa · Esc thôi", "để máy tự chọn", "Máy không thấy micrô nào. Cắm micrô vào rồi mở lại mục này"},
	Chosen:   "Đã chọn micrô: %s. Nói thử và xem vạch tiếng",
	LastCall: [4]string{"Nhắc trước khi hết giờ", "Còn 30 giây thì nhắc vào tai nghe, không ra loa. Máy dùng loa ngoài thì chọn: không", "nhắc vào tai nghe", "không, chỉ hiện trên màn hình"},
	Keys:     [6]string{"mở micrô", "đổi cách", "bản ghi", "thử micrô", "về", "phát ngay"},
}

var enBooth = Booth{
	Limit: "A reading may take %s", Silent: "%s of silence close it",
	Test: "Ctrl+T: try the microphone, nothing sounds", TestEnd: "Ctrl+T: end the trial",
	List: "Recordings in the library: %d", None: "No recording in the library yet",
	Hear: [2]string{"F5: hear it at %s", "F6: hear it here"}, Send: "Enter: send now to %s", Queue: "Ctrl+O: into the play list",
	Delete: "Delete: throw away", Sure: "Enter: removes the recording “%s” from the library · any other key: no",
	Choose:   [4]string{"Ctrl+O: choose another microphone", "Choose a microphone: ↑ ↓ and Enter, it is tried at once, nothing sounds · Esc no", "let the machine choose", "This machine sees no microphone. Plug one in and come back"},
	Chosen:   "Microphone chosen: %s. Speak and watch the bar",
	LastCall: [4]string{"Word before the limit", "30 seconds before it, into the headset, never on air. With loudspeakers at the desk choose: no", "into the headset", "no, on the screen only"},
	Keys:     [6]string{"open", "other way", "recordings", "try", "back", "send now"},
}
