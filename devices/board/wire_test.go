package board

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"reflect"
	"strings"
	"testing"

	"loaxa/devices/board/raster"
)

func testKey() ed25519.PrivateKey {
	seed := sha256.Sum256([]byte("station"))
	return ed25519.NewKeyFromSeed(seed[:])
}

func sign(msg []byte) []byte { return ed25519.Sign(testKey(), msg) }

func testCard(t testing.TB) *Signed {
	t.Helper()
	c := Draw(7, raster.Card{Text: "Lũ đang lên", Emergency: true, Drill: true, Level: 3}, 96, 32)
	s, err := Sign(c, "station-one", "board-one", 12, sign)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func messages(t testing.TB) []any {
	return []any{
		&Hello{Min: 1, Max: 1, Build: "b", ID: "board-one", Epoch: 3, Width: 96, Height: 32, Last: 5},
		&Welcome{Protocol: 1, Build: "b", ID: "station-one", Epoch: 9},
		&Refuse{Why: "không quen"},
		testCard(t),
		&Shown{Number: 7, Order: 12, Hash: strings.Repeat("0a", 32), By: ByPage, When: 1, Why: ""},
		&Bye{Why: "hết"},
	}
}

func TestMessagesTravel(t *testing.T) {
	for _, msg := range messages(t) {
		frame, err := Encode(msg)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Decode(frame)
		if err != nil || !reflect.DeepEqual(got, msg) {
			t.Errorf("%T: %v, %+v", msg, err, got)
		}
		if len(frame) > ReportLimit && kindOfFrame(frame) != KindCard {
			t.Errorf("%T takes %d bytes", msg, len(frame))
		}
		for end := range len(frame) {
			if _, err := Decode(frame[:end]); err == nil {
				t.Fatalf("%T: %d of %d bytes are taken", msg, end, len(frame))
			}
		}
		if _, err := Decode(append(frame, 0)); !errors.Is(err, ErrFrame) {
			t.Errorf("%T with a byte too many: %v", msg, err)
		}
	}
}

func kindOfFrame(frame []byte) Kind { return Kind(frame[0]) }

// The signed bytes are an agreement with every board in the field: they may not
// change without a new domain.
func TestSignedBytesStayTheSame(t *testing.T) {
	s := testCard(t)
	s.Hash = strings.Repeat("ab", 32)                  // the vector is of the form, not of the type face
	want := "6c6f61786120626f617264206361726420310a" + // loaxa board card 1
		"0000000b" + hex.EncodeToString([]byte("station-one")) +
		"00000009" + hex.EncodeToString([]byte("board-one")) +
		"000000000000000c" + "0000000000000007" +
		"0000000e" + hex.EncodeToString([]byte("Lũ đang lên")) +
		"00000000" + "00000000" + "03" + "03" + strings.Repeat("ab", 32)
	if got := hex.EncodeToString(s.Canonical()); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestEverySignedFieldCounts(t *testing.T) {
	base := testCard(t).Canonical()
	for name, change := range map[string]func(*Signed){
		"order":     func(s *Signed) { s.Order++ },
		"station":   func(s *Signed) { s.Station += "x" },
		"board":     func(s *Signed) { s.Board += "x" },
		"number":    func(s *Signed) { s.Number++ },
		"text":      func(s *Signed) { s.Text += "x" },
		"name":      func(s *Signed) { s.Name += "x" },
		"clock":     func(s *Signed) { s.Clock += "x" },
		"emergency": func(s *Signed) { s.Emergency = false },
		"drill":     func(s *Signed) { s.Drill = false },
		"level":     func(s *Signed) { s.Level = 4 },
		"clips":     func(s *Signed) { s.Strip.Clips = true },
		"hash":      func(s *Signed) { s.Hash = strings.Repeat("00", 32) },
	} {
		s := testCard(t)
		change(s)
		if bytes.Equal(s.Canonical(), base) {
			t.Errorf("%s is not signed", name)
		}
	}
}

func TestBoundsOfMessages(t *testing.T) {
	for name, msg := range map[string]any{
		"no protocol":   &Hello{Min: 0, Max: 1, ID: "a", Width: 1, Height: 1},
		"range upside":  &Hello{Min: 2, Max: 1, ID: "a", Width: 1, Height: 1},
		"no id":         &Hello{Min: 1, Max: 1, Width: 1, Height: 1},
		"long id":       &Hello{Min: 1, Max: 1, ID: strings.Repeat("a", MaxID+1), Width: 1, Height: 1},
		"no size":       &Hello{Min: 1, Max: 1, ID: "a", Width: 0, Height: 1},
		"huge size":     &Hello{Min: 1, Max: 1, ID: "a", Width: 1, Height: raster.MaxHeight + 1},
		"last order":    &Hello{Min: 1, Max: 1, ID: "a", Width: 1, Height: 1, Last: maxOrder + 1},
		"by nobody":     &Shown{Hash: strings.Repeat("0", 64), By: "someone"},
		"half a hash":   &Shown{Hash: "00", By: ByPage},
		"upper hash":    &Shown{Hash: strings.Repeat("A", 64), By: ByPage},
		"before time":   &Shown{Hash: strings.Repeat("0", 64), By: ByPage, When: -1},
		"a long reason": &Bye{Why: strings.Repeat("a", MaxWhy+1)},
		"other pixels":  with(t, func(s *Signed) { s.Strip.Bits[0] ^= 1 }),
		"fewer pixels":  with(t, func(s *Signed) { s.Strip.Bits = s.Strip.Bits[1:] }),
		"no signature":  with(t, func(s *Signed) { s.Signature = nil }),
		"order nought":  with(t, func(s *Signed) { s.Order = 0 }),
		"level six":     with(t, func(s *Signed) { s.Level = 6 }),
	} {
		frame, err := Encode(msg)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Decode(frame); !errors.Is(err, ErrFrame) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func with(t *testing.T, change func(*Signed)) *Signed {
	s := testCard(t)
	change(s)
	return s
}

func TestTooManyWordsDoNotStopACard(t *testing.T) {
	long := strings.Repeat("lũ quét ", 1000)
	s, err := Sign(Draw(1, raster.Card{Text: long, Emergency: true, Level: 4}, 96, 32), "s", "b", 1, sign)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Text) > MaxText || !strings.HasPrefix(long, s.Text) || !s.Strip.Clips {
		t.Errorf("%d bytes, clips %v", len(s.Text), s.Strip.Clips)
	}
}

func FuzzDecode(f *testing.F) {
	for _, msg := range messages(f) {
		frame, err := Encode(msg)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(frame)
	}
	f.Add([]byte{byte(KindHello), 0xbf, 0xff})
	f.Add([]byte{byte(KindCard), 0xa1, 0x0b, 0xa1, 0x05, 0x5b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, frame []byte) {
		msg, err := Decode(frame)
		if err != nil {
			if !errors.Is(err, ErrFrame) {
				t.Fatalf("another error: %v", err)
			}
			return
		}
		again, err := Encode(msg)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := Decode(again); err != nil || !reflect.DeepEqual(got, msg) {
			t.Fatalf("%+v came back as %+v, %v", msg, got, err)
		}
	})
}
