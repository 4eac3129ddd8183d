package text

import "loaxa/app/station"

var viTried = Tried{Night: "Kiểm tra đêm", Tone: "Thử loa gần nhất", Never: "chưa lần nào",
	Found: map[station.TrialFound]string{station.FoundHeard: "tốt, mic ở loa nghe thấy", station.FoundSound: "tốt, tăng âm có tiếng", station.FoundPlayed: "tốt, cụm đã nhận đủ",
		station.FoundPart: "chỉ nhận được một phần", station.FoundNothing: "KHÔNG nhận được gì", station.FoundAbsent: "lúc đó mất liên lạc"}}
