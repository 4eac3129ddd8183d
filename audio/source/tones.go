package source

import (
	"math"
	"strings"

	"loaxa/audio/frame"
)

// Tones is the table of patterns that is shipped. What a rule or standard gives
// is theirs, the pitches of Huế's code and the station's own calls are ours:
//
//   - hue-*: the siren code of Huế 2025: storm 3 blasts of 20 s, 10 s apart, up
//     to 3 times; flood above alarm 2 two blasts of 10 s, 10 s apart, up to
//     twice; flood above alarm 3, urgent storm, tsunami 5 blasts of 30 s, 5 s
//     apart, up to 3 times. The code names no pitch.
//   - din-33404-3: DIN 33404-3:2016, a sweep from 1200 to 500 Hz each second.
//   - iso-8201: ISO 8201 temporal pattern: 0.5 s on and 0.5 s off three times,
//     with 1.5 s off after the third (±10 %).
//   - slow-whoop: NEN 2575: 500 to 1200 Hz in 3.5 s, 0.5 s off.
//   - all-clear: one steady, plain tone, like no siren of the table.
//   - drill: two pairs of short falling notes, before each drill.
func Tones() []Pattern {
	siren := func(id, name string, blasts int, sec, gap float64, repeats int) Pattern {
		return Pattern{ID: id, Name: name, Authority: "Huế 2025", Use: Siren, Blasts: blasts, Seconds: sec, Gap: gap, Repeats: repeats,
			Rest: 10, From: 400, To: 800, Period: 4, Swing: true, Wave: Rich}
	}
	return []Pattern{
		{ID: "chime", Name: "Nhạc hiệu hai nốt", Authority: "station", Use: Call, Wave: Sine,
			Notes: []Note{{659.26, 0.6, 0.35}, {523.25, 1.2, 0.45}}},
		{ID: "attention", Name: "Báo chú ý", Authority: "station", Use: Siren, Wave: Rich,
			Blasts: 3, Seconds: 0.8, Gap: 0.2, Repeats: 1, From: 853, To: 960, Period: 0.4},
		{ID: "all-clear", Name: "Báo yên", Authority: "station", Use: Clear, Wave: Sine,
			Blasts: 1, Seconds: 30, Repeats: 1, From: 500, To: 500},
		siren("hue-storm", "Bão: 3 hồi 20 giây", 3, 20, 10, 3),
		siren("hue-flood-2", "Lũ trên báo động 2: 2 hồi 10 giây", 2, 10, 10, 2),
		siren("hue-urgent", "Lũ trên báo động 3, bão khẩn cấp, sóng thần: 5 hồi 30 giây", 5, 30, 5, 3),
		{ID: "din-33404-3", Name: "DIN 33404-3", Authority: "DIN 33404-3", Use: Siren, Wave: Rich,
			Blasts: 1, Seconds: 60, Repeats: 1, From: 1200, To: 500, Period: 1},
		{ID: "iso-8201", Name: "ISO 8201", Authority: "ISO 8201", Use: Siren, Wave: Rich,
			Blasts: 3, Seconds: 0.5, Gap: 0.5, Repeats: 15, Rest: 1.5, From: 800, To: 800},
		{ID: "slow-whoop", Name: "Slow whoop", Authority: "NEN 2575", Use: Siren, Wave: Rich,
			Blasts: 1, Seconds: 3.5, Repeats: 15, Rest: 0.5, From: 500, To: 1200, Period: 3.5},
		{ID: "drill", Name: "Hiệu diễn tập", Authority: "station", Use: Drill, Wave: Sine,
			Notes: []Note{{880, 0.25, 0}, {587.33, 0.45, 0}, {880, 0.25, 0}, {587.33, 0.7, 0.5}}},
	}
}

// Duration is how long the whole pattern lasts, in seconds.
func (p Pattern) Duration() float64 { return float64(p.length()) / frame.Rate }

// pitch is what sounds at a sample in Hz, 0 in silence.
func (p Pattern) pitch(n int64) float64 {
	for _, note := range p.Notes {
		length := samples(note.Seconds)
		if n < length {
			return note.Hz
		}
		n -= length
	}
	if len(p.Notes) > 0 || n >= p.length() {
		return 0
	}
	n %= p.group() + samples(p.Rest)
	blast := samples(p.Seconds)
	if n >= p.group() || n%(blast+samples(p.Gap)) >= blast {
		return 0
	}
	n %= blast + samples(p.Gap)
	period := samples(p.Period)
	if period == 0 {
		return p.From
	}
	share := float64(n%period) / float64(period)
	if p.Swing {
		share = 1 - math.Abs(2*share-1)
	}
	return p.From + (p.To-p.From)*share
}

// Timeline draws the pattern as one line of text: each cell is the same share
// of its time, a bar by the pitch in its middle (the lowest of the pattern ▁,
// its highest █, a pitch that never changes ▄), and · for silence.
func (p Pattern) Timeline(cells int) string {
	if cells < 1 || cells > 1000 || p.Check() != nil {
		return ""
	}
	low, high := min(p.From, p.To), max(p.From, p.To)
	if len(p.Notes) > 0 {
		low, high = p.Notes[0].Hz, p.Notes[0].Hz
		for _, n := range p.Notes {
			low, high = min(low, n.Hz), max(high, n.Hz)
		}
	}
	bars := []rune("▁▂▃▄▅▆▇█")
	var b strings.Builder
	for c := range int64(cells) {
		hz := p.pitch((2*c + 1) * p.length() / int64(2*cells))
		switch {
		case hz == 0:
			b.WriteRune('·')
		case high == low:
			b.WriteRune('▄')
		default:
			b.WriteRune(bars[int(math.Round((hz-low)/(high-low)*7))])
		}
	}
	return b.String()
}
