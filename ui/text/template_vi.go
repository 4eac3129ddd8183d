package text

var viComposer = Composer{
	Pick: "Chọn mẫu tin", Keys: "↑↓ chọn mẫu · Enter · Esc: tự viết", FormKeys: "Tab: mục sau · Enter ở mục cuối: xem lời · Ctrl+W: bỏ mục này, có lý do",
	Missing: "CÒN THIẾU: %s", Waived: "bỏ, vì %s", WaiveK: "Ctrl+T: mẫu tin",
	SirenFirst: "Ctrl+K: HÚ CÒI NGAY ở %s; lời còn thiếu thì điền tiếp, chưa đọc", Sounding: "CÒI ĐÃ HÚ. Viết tiếp lời rồi Ctrl+K để đọc", NoWords: "Còi đã hú. Viết lời rồi Ctrl+K để đọc; Esc: thôi, chỉ còi",
	Done: "Lời đã đủ, xem lại rồi Ctrl+K", Level: "Rủi ro thiên tai %s.",
	Repeats: Repeats{Plan: "Đọc lại: %s   Ctrl+R đổi", PlanNone: "không, chỉ đọc hai lần", PlanEvery: "mỗi %d phút, %d lần, xong lúc %s"},
	Why:     [3]string{"chưa rõ", "không áp dụng", "báo sau"}, LevelPart: "cấp độ rủi ro",
	Beside: Beside{Of: "Tin %d/%d đang mở · ← → tin khác", NewWord: "Tin mới thay tin này", NewText: "Nguy hiểm khác: còi, rồi tin soạn sẵn",
		NewMic: "Nguy hiểm khác: còi, rồi đọc micrô", WillUpdate: "Ctrl+K: ngừng tin phát lúc %s, hú còi và đọc lời mới ở những nơi đã nghe",
		Others: "và %d tin khẩn cấp khác đang mở", Next: "đọc lại lúc %s, lần cuối %s", Versions: "bản %d"},
}

// The questions that most dangers ask, Civil Defence Law 2023, article 6.
var (
	viPlace  = TemplateField{Part: "place", Label: "Nơi có nguy hiểm", Say: "Khu vực: %s", Need: true}
	viTime   = TemplateField{Part: "time", Label: "Thời gian", Say: "Thời gian: %s", Need: true}
	viNext   = TemplateField{Part: "forecast", Label: "Dự báo", Say: "Dự báo: %s", Need: true}
	viSource = TemplateField{Part: "source", Label: "Nguồn tin", Say: "Nguồn tin: %s", Need: true}
)

func viStrength(label, say string) TemplateField {
	return TemplateField{Part: "strength", Label: label, Say: say, Need: true}
}

func viDo(words string) TemplateField {
	return TemplateField{Part: "do", Label: "Bà con cần làm", Say: "Đề nghị bà con: %s", Value: words, Need: true}
}

var viTemplates = []Template{
	{Kind: "flood", Name: "Lũ, ngập", Head: "CẢNH BÁO LŨ.", Level: true, Fields: []TemplateField{viPlace, viTime,
		viStrength("Mực nước", "Mực nước: %s"), viNext, viDo("đưa người già, trẻ em, gia súc và tài sản lên chỗ cao; không qua ngầm, tràn, suối khi nước chảy xiết"), viSource}},
	{Kind: "spill", Name: "Hồ xả lũ", Head: "THÔNG BÁO XẢ LŨ.", Fields: []TemplateField{
		{Part: "reservoir", Label: "Hồ", Say: "Hồ chứa: %s", Need: true}, {Part: "time", Label: "Xả từ lúc", Say: "Xả từ: %s", Need: true},
		viStrength("Lưu lượng lúc này", "Lưu lượng xả lúc này: %s mét khối một giây"), {Part: "forecast", Label: "Lưu lượng sắp tới", Say: "Sắp tới: %s mét khối một giây", Need: true},
		{Part: "place", Label: "Nơi bị ảnh hưởng", Say: "Ảnh hưởng: %s", Need: true},
		viDo("không xuống sông, suối; đưa người, bò, máy bơm và lưới ra khỏi bãi sông ngay"), viSource}},
	{Kind: "storm", Name: "Bão, giông lốc", Head: "CẢNH BÁO BÃO.", Level: true, Fields: []TemplateField{viPlace, viTime,
		viStrength("Sức gió", "Sức gió: %s"), viNext, viDo("chằng chống nhà cửa, chặt cành cây gần nhà, ở trong nhà chắc chắn, không ra ngoài khi gió mạnh"), viSource}},
	{Kind: "flash-flood", Name: "Lũ quét", Head: "CẢNH BÁO LŨ QUÉT.", Level: true, Fields: []TemplateField{viPlace, viTime,
		viStrength("Mức độ", "Mức độ: %s"), viNext, viDo("rời ngay nhà ở ven suối, lên chỗ cao; tuyệt đối không qua suối"), viSource}},
	{Kind: "landslide", Name: "Sạt lở đất", Head: "CẢNH BÁO SẠT LỞ ĐẤT.", Level: true, Fields: []TemplateField{viPlace, viTime,
		viStrength("Mức độ", "Mức độ: %s"), viNext, viDo("rời ngay nhà ở chân đồi, mép taluy; không đi qua đoạn đường sạt lở"), viSource}},
	{Kind: "forest-fire", Name: "Cháy rừng", Head: "CẢNH BÁO CHÁY RỪNG.", Level: true, Fields: []TemplateField{viPlace, viTime,
		viStrength("Mức độ", "Mức độ: %s"), viNext, viDo("không đốt nương, không vào rừng; thấy khói thì báo ngay; người có sức khỏe nghe lệnh của xã để chữa cháy"), viSource}},
	{Kind: "heat", Name: "Nắng nóng", Head: "CẢNH BÁO NẮNG NÓNG.", Level: true, Fields: []TemplateField{viPlace, viTime,
		viStrength("Nhiệt độ", "Nhiệt độ: %s"), viNext, viDo("không làm đồng lúc trưa, uống đủ nước, để ý người già và trẻ nhỏ"), viSource}},
	{Kind: "epidemic", Name: "Dịch bệnh", Head: "THÔNG BÁO KHẨN VỀ DỊCH BỆNH.", Fields: []TemplateField{
		{Part: "what", Label: "Bệnh", Say: "Bệnh: %s", Need: true}, viPlace, viTime, viStrength("Số ca, mức lây", "Tình hình: %s"), viNext,
		viDo("không tụ tập, rửa tay, đeo khẩu trang; có triệu chứng thì tới trạm y tế ngay"), viSource}},
	{Kind: "rabies", Name: "Chó dại", Head: "THÔNG BÁO KHẨN: CHÓ NGHI BỊ DẠI.", Fields: []TemplateField{viPlace, viTime,
		viStrength("Con vật", "Con vật: %s"), {Part: "forecast", Label: "Đang chạy về hướng", Say: "Có thể đang ở: %s"},
		viDo("nhốt chó nhà, giữ trẻ em trong nhà; ai bị cắn thì rửa vết thương bằng xà phòng 15 phút và tới trạm y tế tiêm phòng ngay"), viSource}},
	{Kind: "lost-person", Name: "Tìm người lạc", Head: "THÔNG BÁO TÌM NGƯỜI.", Siren: "attention", Fields: []TemplateField{
		{Part: "what", Label: "Tên, tuổi", Say: "Họ tên, tuổi: %s", Need: true}, viStrength("Hình dáng, quần áo", "Đặc điểm: %s"),
		{Part: "place", Label: "Thấy lần cuối ở", Say: "Thấy lần cuối ở: %s", Need: true}, {Part: "time", Label: "Lúc", Say: "Lúc: %s", Need: true},
		viDo("ai thấy thì giữ người đó lại và báo ngay"), {Part: "source", Label: "Báo cho ai, số nào", Say: "Báo cho: %s", Need: true}}},
	{Kind: "power-line", Name: "Dây điện đứt", Head: "NGUY HIỂM: DÂY ĐIỆN ĐỨT.", Fields: []TemplateField{viPlace, viTime,
		viStrength("Đường dây", "Đường dây: %s"), {Part: "forecast", Label: "Bao giờ sửa xong", Say: "Dự kiến sửa xong: %s"},
		viDo("đứng xa ít nhất 10 mét, không chạm vào dây, cây, vũng nước gần dây; trông chừng trẻ em và trâu bò"), viSource}},
	{Kind: "evacuation", Name: "Sơ tán", Head: "LỆNH SƠ TÁN.", Level: true, Fields: []TemplateField{viPlace,
		{Part: "time", Label: "Phải đi trước lúc", Say: "Rời nhà trước: %s", Need: true}, viStrength("Vì sao", "Lý do: %s"),
		{Part: "forecast", Label: "Nơi đến, đường đi", Say: "Đến: %s", Need: true},
		viDo("mang giấy tờ, thuốc, nước; khóa điện, bếp ga; giúp người già, trẻ em đi trước; không quay lại khi chưa có lệnh"),
		{Part: "source", Label: "Ai ra lệnh", Say: "Theo lệnh của: %s", Need: true}}},
	{Kind: "all-clear", Name: "Báo yên (soạn lời)", Head: "BÁO YÊN.", Siren: "all-clear", Fields: []TemplateField{
		{Part: "what", Label: "Nguy hiểm nào đã hết", Say: "Đã hết: %s", Need: true}, viPlace,
		{Part: "time", Label: "Từ lúc", Say: "Từ: %s", Need: true}, viDo("trở về nhà, kiểm tra điện và nhà cửa trước khi vào; giúp nhau dọn dẹp"), viSource}},
}
