package text

// Voice is the line of the settings that says how texts are read out.
type Voice struct {
	Field, Hint string
	Regions     [3]string // as station.SpeechRegions
	Rates       [3]string // as station.SpeechRates
	Aloud       string    // where no program speaks: %s how long a person reads
}

var viVoice = Voice{Field: "Giọng đọc máy", Hint: "← → chọn giọng. Tên đọc sai: sửa trong tệp lexicon.txt ở thư mục dữ liệu",
	Regions: [3]string{"miền Bắc", "miền Trung", "miền Nam"}, Rates: [3]string{"đọc vừa", "đọc chậm", "đọc nhanh"},
	Aloud: "Sau còi, bấm F4 tự đọc tin này vào micrô: chừng %s"}

var enVoice = Voice{Field: "Reading voice", Hint: "← → choose. Names said wrong: write them into lexicon.txt in the data folder",
	Regions: [3]string{"northern", "central", "southern"}, Rates: [3]string{"usual pace", "slow", "fast"},
	Aloud: "After the siren, F4 and read this into the microphone yourself: about %s"}
