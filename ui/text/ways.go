package text

import "loaxa/app/station"

// DayWays is what is said of an overlap's answers, and of the caps of places.
type DayWays struct {
	Keep     string // let it be
	Replace  string // %s titles with what becomes of each
	Silent   string // %s title: heard nowhere else
	Rest     string // %s title, %s clusters where it stays
	Append   string
	Shift    string // %s time
	Session  string // %s time, %s title, %s how much too long
	Near     string // field
	NearHint string
	Places   map[station.Place]string
	Caps     string // field
	CapsHint string
	BadCaps  string
	Missed   [2]string // a missed start, %s time, %s title; let it go
}

var viWays = DayWays{
	Keep:    "vẫn để trùng: cắt ngang, bài dở phát tiếp sau",
	Replace: "phát thay: %s", Silent: "“%s” thôi phát", Rest: "“%s” chỉ còn phát ở cụm %s",
	Append: "phát nối tiếp, sau khi bài kia hết", Shift: "dời sang %s, lúc đó loa rảnh",
	Session: "BUỔI QUÁ DÀI %s “%s”: cả buổi liền nhau dài hơn quy định %s",
	Near:    "Gần loa có", NearHint: "← → chọn. Mức loa lớn nhất cho từng nơi đặt ở thẻ Đài; khẩn cấp luôn phát to hết cỡ",
	Places: map[station.Place]string{"": "nhà dân", station.PlaceSchool: "trường học", station.PlaceHealth: "trạm y tế, bệnh viện",
		station.PlaceWorship: "chùa, nhà thờ", station.PlaceLibrary: "thư viện"},
	Caps:     "Mức loa lớn nhất (%)",
	CapsHint: "Bốn số: gần trường học, trạm y tế, chùa và nhà thờ, thư viện. 0: không hạn chế. Ví dụ: 60 40 50 50",
	BadCaps:  "Mức loa chưa đúng. Bốn số từ 10 đến 100, hoặc 0; ví dụ: 60 40 50 50",
	Missed:   [2]string{"%s “%s” đã lỡ. Chọn:", "bỏ, không phát nữa"},
}

var enWays = DayWays{
	Keep:    "let it be: cut in, the other goes on after it",
	Replace: "in place of: %s", Silent: "“%s” falls silent", Rest: "“%s” stays at clusters %s only",
	Append: "behind it, when the other is over", Shift: "move it to %s, when nothing sounds",
	Session: "SESSION TOO LONG %s “%s”: what sounds in one go is %s over the rule",
	Near:    "Near the cluster", NearHint: "← → choose. The loudest beside each place stands on the Station tab; an emergency is always as loud as it can be",
	Places: map[station.Place]string{"": "homes", station.PlaceSchool: "a school", station.PlaceHealth: "a health post, a hospital",
		station.PlaceWorship: "a pagoda, a church", station.PlaceLibrary: "a library"},
	Caps:     "Loudest (%)",
	CapsHint: "Four numbers: near schools, health posts, pagodas and churches, libraries. 0: no bound. Example: 60 40 50 50",
	BadCaps:  "The caps are wrong. Four numbers from 10 to 100, or 0; example: 60 40 50 50",
	Missed:   [2]string{"%s “%s” was missed. Choose:", "let it go"},
}
