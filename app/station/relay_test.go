package station

import (
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// TestParseRelay as people type it.
func TestParseRelay(t *testing.T) {
	for typed, want := range map[string]struct {
		title string
		long  time.Duration
		err   error
	}{
		"https://vov.example/live.m3u8":                 {"vov.example", DefaultRelay, nil},
		" http://10.0.0.5:8000/a  45  Đài tỉnh Gia Lai": {"Đài tỉnh Gia Lai", 45 * time.Minute, nil},
		"HTTP://vov.example/1 VOV1":                     {"VOV1", DefaultRelay, nil},
		"http://vov.example/1 0":                        {err: ErrRelayLong},
		"http://vov.example/1 361":                      {err: ErrRelayLong},
		"http://vov.example/1 307445735":                {err: ErrRelayLong},
		"http://user:pass@vov.example/":                 {err: ErrRelayURL},
		"ftp://vov.example/":                            {err: ErrRelayURL},
		"http://":                                       {err: ErrRelayURL},
		"/media/usb/a.mp3":                              {err: ErrRelayURL},
		"":                                              {err: ErrRelayURL},
		"http://x/" + strings.Repeat("a", maxRelayURL):  {err: ErrRelayURL},
	} {
		it, err := ParseRelay(typed)
		if !errors.Is(err, want.err) || it.Title != want.title || it.Length != want.long || err == nil && (!it.Relay() || len(it.ID) != 64) {
			t.Errorf("%.40q: %+v %v", typed, it, err)
		}
	}
	a, _ := ParseRelay("http://x/1 30 A")
	b, _ := ParseRelay("http://x/1 30 B")
	c, _ := ParseRelay("http://x/1 31 A")
	if a.ID != b.ID || a.ID == c.ID {
		t.Error("what is the same relay")
	}
}

func FuzzParseRelay(f *testing.F) {
	f.Add("https://vov.example/live 30 VOV1")
	f.Fuzz(func(t *testing.T, s string) {
		it, err := ParseRelay(s)
		if err == nil && (it.Length < time.Minute || it.Length > MaxRelay || it.Title == "" || utf8.RuneCountInString(it.Title) > MaxTitle || !LooksRelay(it.Tags)) {
			t.Errorf("%q: %+v", s, it)
		}
	})
}
