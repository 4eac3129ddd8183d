package text

// CAPArea are the words of where a CAP message holds.
type CAPArea struct {
	Only string // %d clusters: what F2 does
	Some string // %d of %d clusters, %s their names
	None string
}

var viCAPArea = CAPArea{
	Only: "F2: chỉ %d cụm trong vùng của tin",
	Some: "Vùng ghi trong tin có %d/%d cụm loa: %s. Vẫn đang chọn cả xã; F2: chỉ phát ở vùng đó.",
	None: "Vùng ghi trong tin không có cụm loa nào của xã: hỏi lại nơi gửi trước khi phát.",
}

var enCAPArea = CAPArea{
	Only: "F2: only the %d clusters of its area",
	Some: "Its area has %d of %d clusters: %s. Everywhere is still chosen; F2: only there.",
	None: "Its area has no cluster of this commune: ask the sender before you air it.",
}

// CAPArea are the words of where a CAP message holds.
func (t *Text) CAPArea() *CAPArea {
	if t.Lang == "en" {
		return &enCAPArea
	}
	return &viCAPArea
}
