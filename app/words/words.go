// Package words holds what is said and written to people away from the
// operator's screen: speech, boards, pages, reports. Vietnamese and English
// literals side by side; it owns no state.
package words

// Lang is a language of the station's words.
type Lang string

// The languages that the house speaks.
const (
	Vietnamese Lang = "vi"
	English    Lang = "en"
)

// Words are the sentences of one language.
type Words struct {
	OnAir
	Tests
	DrillOpen       string // spoken before and in every drill
	RepeatIntro     string // spoken before an emergency text is read again
	Untitled        string // a live broadcast without a title; the time follows
	Recording       string // a recording without a title; the time follows
	Correction      string // takes a wrong emergency back; {time} of the wrong one
	AllClear        string // the emergency is over
	CorrectionTitle string // what was aired follows
	AllClearTitle   string // the same
	Hotline         string // said with an emergency; {number}
	TimeOfDay       string // {hour}, {minute}
	FullHour        string // {hour}
	Report          Report
	Demo            Demo
}

// OnAir are the sentences of what takes the place of something else.
type OnAir struct {
	Listen string // on boards under a siren without words
	Filler string // title of the music in the place of a slot; {title} of that
	Update string // before a word that takes the place of the one of {time}

	LastCall string // into the headset, {seconds} before the microphone closes by itself
}

// Tests are the titles of tests of the loudspeakers.
type Tests struct {
	SpeakerTest string // the cluster's name follows
	LineCheck   string // the silent check of the night
}

// Demo are the texts of the demonstration commune's sample programme.
type Demo struct {
	Signature string // title of the signature tune
	Bed       string // title of the music
	Bulletins []Bulletin
	Card      string    // the board's first notice
	Mic       string    // name of the sample microphone
	Voice     string    // what is said into it
	Slots     [2]string // titles of the morning's and the evening's slot
}

// Bulletin is a text that the speech engine reads.
type Bulletin struct {
	Title string
	Text  string
}

var vi = Words{
	Report:      viReport,
	DrillOpen:   "Đây là diễn tập. Không phải tình huống thật.",
	RepeatIntro: "Tôi xin nhắc lại.",
	Untitled:    "Phát thanh trực tiếp lúc",
	Recording:   "Bản ghi âm lúc",
	Tests:       Tests{SpeakerTest: "Thử loa", LineCheck: "Kiểm tra đường loa (không có tiếng)"},
	Correction: "ĐÍNH CHÍNH: Tin khẩn cấp đài phát lúc {time} là KHÔNG ĐÚNG. Đề nghị bà con bình tĩnh, không làm theo tin đó " +
		"và không truyền tin đó đi. Khi có tin chính thức, đài sẽ thông báo ngay.",
	AllClear: "BÁO YÊN: Tình huống khẩn cấp đã kết thúc. Bà con trở lại sinh hoạt bình thường " +
		"và tiếp tục theo dõi thông báo của đài.",
	CorrectionTitle: "Đính chính", AllClearTitle: "Báo yên",
	Hotline:   "Cần giúp đỡ, bà con gọi số {number}.",
	TimeOfDay: "{hour} giờ {minute} phút",
	FullHour:  "{hour} giờ đúng",
	OnAir: OnAir{Listen: "KHẨN CẤP! Bà con chú ý nghe loa.", Filler: "Nhạc thay cho: {title}", Update: "TIN MỚI, thay cho tin phát lúc {time}.",
		LastCall: "Còn {seconds} giây."},
	Demo: Demo{
		Signature: "Nhạc hiệu (mẫu)",
		Bed:       "Nhạc nền (mẫu)",
		Mic:       "micrô mẫu (DEMO)",
		Voice: "Đây là giọng mẫu của bản dùng thử. Máy tính này không có micrô, nên đài phát giọng mẫu này thay cho lời người trực. " +
			"Ở đài thật, bà con sẽ nghe lời của người đọc. Kính mời bà con chú ý. Trạm y tế xã thông báo: sáng mai, từ bảy giờ đến mười một giờ, " +
			"trạm tổ chức tiêm chủng cho trẻ em dưới hai tuổi. Đề nghị các gia đình đưa trẻ đến đúng giờ và mang theo sổ tiêm chủng. " +
			"Bà con ở các thôn, làng xa có thể liên hệ trưởng thôn để được hướng dẫn. Tôi xin nhắc lại: sáng mai, từ bảy giờ đến mười một giờ, " +
			"tại trạm y tế xã, tiêm chủng cho trẻ em dưới hai tuổi. Đây là giọng mẫu của bản dùng thử. Xin cảm ơn bà con đã lắng nghe.",
		Card:  "TIÊM CHỦNG\nTRẠM Y TẾ 8 GIỜ",
		Slots: [2]string{"Bản tin sáng (mẫu)", "Bản tin chiều (mẫu)"},
		Bulletins: []Bulletin{
			{"Chào buổi sáng (mẫu)", "Đây là chương trình mẫu của đài truyền thanh xã Đak Pơ. Kính chào bà con. " +
				"Hôm nay, đài xin gửi tới bà con bản tin trong xã, thông báo của trạm y tế và dự báo thời tiết."},
			{"Lịch tiêm chủng (mẫu)", "Trạm y tế xã thông báo: sáng thứ ba tuần này, từ 8 giờ đến 11 giờ, trạm tổ chức tiêm chủng cho trẻ em dưới hai tuổi. " +
				"Đề nghị các gia đình đưa trẻ đến đúng giờ và mang theo sổ tiêm chủng."},
			{"Bản tin nông nghiệp (mẫu)", "Bản tin nông nghiệp. Trời sắp mưa nhiều, bà con nên khơi thông mương rãnh ở ruộng mía và ruộng lúa, " +
				"kiểm tra sâu bệnh trên cây sắn, và không phun thuốc khi trời sắp mưa."},
		},
	},
}

var en = Words{
	Report:      enReport,
	DrillOpen:   "This is an exercise. This is not a real situation.",
	RepeatIntro: "I repeat.",
	Untitled:    "Live broadcast at",
	Recording:   "Recording at",
	Tests:       Tests{SpeakerTest: "Loudspeaker test:", LineCheck: "Check of the lines (silent)"},
	Correction: "CORRECTION: The emergency message aired at {time} is NOT TRUE. Please stay calm, do not act on it " +
		"and do not pass it on. Official news will be announced here at once.",
	AllClear:        "ALL CLEAR: The emergency is over. You may return to your daily work. Please go on listening for announcements.",
	CorrectionTitle: "Correction", AllClearTitle: "All clear",
	Hotline:   "If you need help, call {number}.",
	TimeOfDay: "{hour}:{minute}",
	FullHour:  "{hour}:00",
	OnAir: OnAir{Listen: "EMERGENCY! Listen to the loudspeakers.", Filler: "Music instead of: {title}", Update: "NEW MESSAGE, in place of the one of {time}.",
		LastCall: "{seconds} seconds left."},
	Demo: Demo{
		Signature: "Signature tune (sample)",
		Bed:       "Music bed (sample)",
		Mic:       "sample microphone (DEMO)",
		Voice: "This is the sample voice of the demonstration. This computer has no microphone, so the station airs this voice in the operator's place. " +
			"At a real station people hear whoever reads. Your attention please. The health station announces: tomorrow morning, from seven to eleven, " +
			"children under two are vaccinated. Families are asked to come on time and to bring the vaccination book. I repeat: tomorrow morning, " +
			"from seven to eleven, at the commune's health station, vaccination of children under two. Thank you for listening.",
		Card:  "VACCINATION\nCLINIC 8:00",
		Slots: [2]string{"Morning news (sample)", "Evening news (sample)"},
		Bulletins: []Bulletin{
			{"Good morning (sample)", "This is the sample programme of the Dak Po commune radio. Good morning, everybody. Today: news of the commune, a notice of the clinic, and the weather."},
			{"Vaccination (sample)", "The clinic announces: this Tuesday from eight to eleven, children under two years are vaccinated. Please be on time and bring the booklet."},
			{"Farming (sample)", "Farming news. Heavy rain is coming: clear the ditches of the cane and rice fields, and do not spray before the rain."},
		},
	},
}

// In returns the words of a language, Vietnamese unless English is asked for.
func In(l Lang) Words {
	if l == English {
		return en
	}
	return vi
}
