package library_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"loaxa/audio/audiotest"
	"loaxa/audio/library"
	"loaxa/audio/source"
)

// TestAPersonsOwnWords stand above the program's; a line that cannot be read is
// named and harms no other.
func TestAPersonsOwnWords(t *testing.T) {
	lx, wrong := library.ParseLexicon([]byte("\ufeff# tên làng\nKjang = cờ giang\r\nđak = đạc # ở đây nói thế\nđây không có dấu bằng\n= rỗng\n7 = bảy\n" +
		strings.Repeat("a", 61) + " = a\nBo\u0302ng = bông\n"))
	if lx.Words() != 3 || len(wrong) != 4 || !strings.Contains(wrong[0].Error(), "line 4") {
		t.Errorf("%d words, wrong: %v", lx.Words(), wrong)
	}
	if got, want := lx.Respell("Đak Pơ, KJANG, Bông, plei."), "Đạc Pơ, Cờ giang, Bông, pờ-lây."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if _, wrong := library.ParseLexicon(make([]byte, library.MaxLexicon+1)); len(wrong) != 1 {
		t.Errorf("a file too large: %v", wrong)
	}
}

func FuzzParseLexicon(f *testing.F) {
	f.Add([]byte("Kbang = cờ bang\n#\n=\n\xff = a"), "Kbang, xã Đak Pơ")
	f.Fuzz(func(t *testing.T, b []byte, text string) {
		lx, _ := library.ParseLexicon(b)
		said := lx.Respell(text)
		if utf8.ValidString(text) && !utf8.ValidString(said) {
			t.Errorf("%q became %q", text, said)
		}
	})
}

// TestVoicesAndEngines: each region and rate speaks, slower is longer; a better
// engine's sound is taken, and where it fails, is silent or gives no WAV the
// plainer voice speaks all the same.
func TestVoicesAndEngines(t *testing.T) {
	if err := library.SpeechAvailable(); err != nil {
		t.Skip("skipped: " + err.Error())
	}
	l, _ := open(t)
	const text = "Xã Đak Pơ thông báo: lũ đang lên, bà con di chuyển đến nơi cao."
	long := func(v library.Voice) time.Duration {
		t.Helper()
		s, err := l.SayAs(t.Context(), text, v)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		src, err := s.Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer src.Close()
		return time.Duration(src.(source.Sized).Len()) * time.Second / 48000
	}
	usual := long(library.Voice{Lang: "vi"})
	slow, fast := long(library.Voice{Lang: "vi", Rate: 120, Region: "central"}), long(library.Voice{Lang: "vi", Rate: 175, Region: "south"})
	if slow <= usual || fast >= usual || usual < time.Second {
		t.Errorf("slow %v, usual %v, fast %v", slow, usual, fast)
	}
	wav := audiotest.WriteWAV(t, "engine.wav", audiotest.Sine(440, 0.2, 0, 48000))
	if got := long(library.Voice{Lang: "vi", Engine: []string{"cat", wav}}); got != time.Second {
		t.Errorf("the engine's second lasts %v", got)
	}
	silent := audiotest.WriteWAV(t, "silent.wav", make([]float32, 48000))
	for _, bad := range [][]string{{"cat", silent}, {"false"}, {"true"}, {"echo", "no sound"}, {"/no/such/engine"}} {
		if got := long(library.Voice{Lang: "vi", Engine: bad}); got != usual {
			t.Errorf("behind %q it lasts %v", bad, got)
		}
	}
}
