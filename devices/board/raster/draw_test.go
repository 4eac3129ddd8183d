package raster

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden pictures anew")

var pictures = []struct {
	name          string
	card          Card
	width, height int
}{
	{"notice", Card{Text: "TIÊM CHỦNG / TRẠM Y TẾ 8 GIỜ"}, 96, 32},
	{"marks", Card{Text: "Ỗ ễ ữ ợ"}, 96, 32},
	{"marks-small", Card{Text: "Ỗ ễ ữ ợ Ặ ỷ đ Đ"}, 96, 16},
	{"scroll", Card{Text: "Lịch cắt điện thôn 3"}, 64, 16},
	{"default", Card{Name: "XÃ ĐAK PƠ", Clock: "18:05"}, 96, 32},
	{"emergency", Card{Text: "Lũ đang lên", Emergency: true, Level: 3}, 96, 32},
	{"drill", Card{Text: "Lũ đang lên", Emergency: true, Drill: true, Level: 4}, 192, 64},
	{"drill-scroll", Card{Text: "Lũ ống", Emergency: true, Drill: true}, 64, 16},
	{"unknown", Card{Text: "A👩‍🌾B"}, 64, 16},
}

func TestPictures(t *testing.T) {
	for _, p := range pictures {
		t.Run(p.name, func(t *testing.T) {
			s := Draw(p.card, p.width, p.height)
			if err := s.Check(); err != nil {
				t.Fatal(err)
			}
			file := filepath.Join("testdata", p.name+".txt")
			if *update {
				if err := os.WriteFile(file, []byte(s.Picture()), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if got := s.Picture(); got != string(want) {
				t.Errorf("other pixels than the golden picture:\n%s", got)
			}
		})
	}
}

func TestDecomposedTextIsTheSamePicture(t *testing.T) {
	nfc := Draw(Card{Text: "Ỗ ợ"}, 96, 32)
	nfd := Draw(Card{Text: "O\u0302\u0303 o\u031b\u0323"}, 96, 32)
	if nfc.Hash() != nfd.Hash() {
		t.Errorf("NFC and NFD differ:\n%s\n%s", nfc.Picture(), nfd.Picture())
	}
}

// All 134 letters of Vietnamese with a mark: every one has a glyph of its own
// and no ink is lost on a row of 16 px.
func TestEveryVietnameseLetter(t *testing.T) {
	const lower = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"
	seen := map[string]rune{}
	for _, r := range lower + strings.ToUpper(lower) {
		s := Draw(Card{Text: string(r)}, 6, 16)
		if s.Clips {
			t.Errorf("%c clips", r)
		}
		if other, ok := seen[s.Hash()]; ok {
			t.Errorf("%c looks like %c", r, other)
		}
		seen[s.Hash()] = r
	}
	if len(seen) != 134 {
		t.Errorf("%d pictures, want 134", len(seen))
	}
}

func TestClipsWhatHasNoGlyph(t *testing.T) {
	for text, want := range map[string]bool{
		"Đak Pơ": false, "tàu 🚢": true, "\xff": true, "漢字": false, "a\u200bb": false, "한": false, "ཨ": true,
	} {
		if s := Draw(Card{Text: text}, 96, 32); s.Clips != want {
			t.Errorf("%q: Clips %v, want %v\n%s", text, s.Clips, want, s.Picture())
		}
	}
}

func TestNothingOffTheEdgeWithoutScrolling(t *testing.T) {
	long := strings.Repeat("nước dâng ", 40)
	for _, size := range [][2]int{{96, 32}, {64, 16}, {320, 160}, {1920, 1080}, {7, 16}} {
		s := Draw(Card{Text: long}, size[0], size[1])
		if s.Clips {
			t.Errorf("%v clips", size)
		}
		if s.Width > s.Window != (s.Speed > 0) {
			t.Errorf("%v: width %d, window %d, speed %d", size, s.Width, s.Window, s.Speed)
		}
	}
	if s := Draw(Card{Text: "cao"}, 96, 32); s.Speed != 0 || s.Width != 96 {
		t.Errorf("a short text scrolls: %+v", s)
	}
	if s := Draw(Card{Text: "Ỗg"}, 96, 8); !s.Clips {
		t.Error("a board of 8 rows cuts marks and says nothing")
	}
}

func TestTooLongTextIsCutAndSaid(t *testing.T) {
	just, over := strings.Repeat("ợ", MaxText), strings.Repeat("ợ", MaxText+1)
	if Draw(Card{Text: just}, 96, 32).Clips {
		t.Error("400 runes clip")
	}
	s := Draw(Card{Text: over}, 96, 32)
	if !s.Clips || s.Check() != nil {
		t.Errorf("401 runes: clips %v, %v", s.Clips, s.Check())
	}
}

func TestLevelsHaveTheirColour(t *testing.T) {
	for level := range MaxLevel + 1 {
		s := Draw(Card{Text: "x", Emergency: true, Level: level}, 192, 64)
		if int(s.Colour) != level || s.Clips {
			t.Errorf("level %d: colour %d, clips %v", level, s.Colour, s.Clips)
		}
	}
	if s := Draw(Card{Text: "x", Emergency: true, Level: 6}, 96, 32); s.Colour != 0 || !s.Clips {
		t.Error("level 6 is taken for one")
	}
	if Draw(Card{Text: "x", Level: 4}, 96, 32).Colour != 0 {
		t.Error("a plain notice takes a level's colour")
	}
}

func TestSizesOutOfBounds(t *testing.T) {
	for _, size := range [][2]int{{0, 16}, {16, 0}, {-1, 16}, {MaxWidth + 1, 16}, {16, MaxHeight + 1}} {
		if s := Draw(Card{Text: "a"}, size[0], size[1]); s.Check() == nil || !s.Clips {
			t.Errorf("%v drawn", size)
		}
	}
	if s := Draw(Card{}, 96, 32); s.Check() != nil || strings.Contains(s.Picture(), "#") {
		t.Error("an empty card is not a dark board")
	}
}

func TestHashSeesEveryField(t *testing.T) {
	base := Draw(Card{Text: "Lịch cắt điện thôn 3"}, 64, 16)
	seen := map[string]string{base.Hash(): "base"}
	for name, change := range map[string]func(*Strip){
		"width":  func(s *Strip) { s.Width++ },
		"height": func(s *Strip) { s.Height++ },
		"window": func(s *Strip) { s.Window-- },
		"speed":  func(s *Strip) { s.Speed++ },
		"colour": func(s *Strip) { s.Colour = 4 },
		"pixel":  func(s *Strip) { s.Set(3, 3, !s.At(3, 3)) },
	} {
		s := base
		s.Bits = append([]byte(nil), base.Bits...)
		change(&s)
		if other, ok := seen[s.Hash()]; ok {
			t.Errorf("%s hashes like %s", name, other)
		}
		seen[s.Hash()] = name
	}
}

func FuzzDraw(f *testing.F) {
	for _, p := range pictures {
		f.Add(p.card.Text, p.card.Name, p.card.Emergency, p.card.Drill, p.card.Level, p.width, p.height)
	}
	f.Add("a\u0301\u0301\u0301\n\n\n\r\n\x00\xff\u202e", "", true, true, -1, 1, 1)
	f.Fuzz(func(t *testing.T, text, name string, emergency, drill bool, level, width, height int) {
		card := Card{Text: text, Name: name, Emergency: emergency, Drill: drill, Level: level}
		s := Draw(card, width, height)
		if width < 1 || width > MaxWidth || height < 1 || height > MaxHeight {
			if s.Check() == nil {
				t.Fatal("out of bounds and drawn")
			}
			return
		}
		if err := s.Check(); err != nil {
			t.Fatalf("%v: %d×%d window %d speed %d bits %d", err, s.Width, s.Height, s.Window, s.Speed, len(s.Bits))
		}
		if s.Height != height || s.Window != width {
			t.Fatalf("%d×%d for a board of %d×%d", s.Window, s.Height, width, height)
		}
		if s.Hash() != Draw(card, width, height).Hash() {
			t.Fatal("two pictures of one card")
		}
	})
}
