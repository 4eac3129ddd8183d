package boot

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"loaxa/audio/audiotest"
	"loaxa/audio/frame"
	"loaxa/audio/library"
	"loaxa/audio/source"
	"loaxa/ui/text"
)

// TestAFileThatIsNotTakenIsExplained: whatever is wrong with a file, the screen
// says it in its own language.
func TestAFileThatIsNotTakenIsExplained(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, b []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	wav, err := os.ReadFile(audiotest.WriteWAV(t, "a.wav", audiotest.Sine(400, 0.3, 0, 2*frame.Rate)))
	if err != nil {
		t.Fatal(err)
	}
	lib, err := library.Open(filepath.Join(dir, "library"))
	if err != nil {
		t.Fatal(err)
	}
	s := &stationRooms{lib: lib}
	for path, want := range map[string]string{
		filepath.Join(dir, "none.mp3"): "không thấy tệp này trên máy đài",
		dir:                            "đây không phải tệp",
		write("zero.mp3", nil):         "tệp rỗng",
		write("letter.mp3", []byte("Kính gửi…")): "không phải tệp âm thanh đài đọc được (mp3, wav, flac, ogg, opus; cài ffmpeg thì thêm m4a, aac, amr, 3gp)",
		write("half.wav", wav[:len(wav)/2]):      "tệp bị cụt, chép lại từ nơi lấy tệp",
	} {
		_, err := s.importFile(t.Context(), path, "hoa", func(int64, int64) {})
		if got := text.For("vi").Why(err); err == nil || got != want {
			t.Errorf("%s: the screen says %q, want %q (%v)", filepath.Base(path), got, want, err)
		}
	}
	for _, w := range whys {
		err := worded(fmt.Errorf("import: %w", w.err))
		for _, lang := range []string{"vi", "en"} {
			if got := text.For(lang).Why(err); got == err.Error() || got == "" {
				t.Errorf("%s has no words for %q", lang, w.why)
			}
		}
	}
	if err := errors.New("other"); worded(err) != err || worded(nil) != nil {
		t.Error("an error without a word is changed")
	}
}

// TestTheSilenceAtAnItemsEndsIsNotAired: what is opened begins with the sound
// and ends with it, is as long as the list says, and can be begun in its middle.
func TestTheSilenceAtAnItemsEndsIsNotAired(t *testing.T) {
	lib, err := library.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	tone := audiotest.Sine(400, 0.3, 0, 2*frame.Rate)
	sound := append(append(make([]float32, frame.Rate), tone...), make([]float32, 3*frame.Rate/2)...)
	it, err := lib.Import(t.Context(), audiotest.WriteWAV(t, "a.wav", sound), nil)
	if err != nil {
		t.Fatal(err)
	}
	it.Tags = library.Tags{Title: "Bài ca", Artist: "Trọng Tấn"}
	item := itemOf(it, "hoa", false)
	if item.Tags != "Bài ca · Trọng Tấn" {
		t.Errorf("tags %q", item.Tags)
	}
	if item.Length < 2*time.Second || item.Length > 2*time.Second+20*time.Millisecond {
		t.Errorf("the item lasts %v", item.Length)
	}
	read := func(from time.Duration) []float32 {
		src, err := lib.Open(t.Context(), it.ID, item.Head+samplesOf(from))
		if err != nil {
			t.Fatal(err)
		}
		trimmed := source.NewTrim(src, item.Head, samplesOf(item.Length))
		defer func() { _ = trimmed.Close() }()
		if at := trimmed.Position(); at != samplesOf(from) {
			t.Errorf("it begins at %d", at)
		}
		out := audiotest.Read(t, trimmed, int(trimmed.Len()-trimmed.Position()))
		if n := trimmed.Read(make([]float32, 10)); n != 0 {
			t.Errorf("%d more samples come", n)
		}
		return out
	}
	whole := read(0)
	if int64(len(whole)) != samplesOf(item.Length) {
		t.Fatalf("%d samples, the list says %d", len(whole), samplesOf(item.Length))
	}
	for i, x := range whole {
		if math.Abs(float64(x-sound[item.Head+int64(i)])) > 1e-4 {
			t.Fatalf("sample %d differs", i)
		}
	}
	if rest := read(time.Second); len(rest) != len(whole)-frame.Rate {
		t.Errorf("from its middle %d samples", len(rest))
	}
}

func TestALibrarysShareOfTheDiskIsBounded(t *testing.T) {
	for gb, ok := range map[int]bool{0: true, 20: true, -1: false, maxSounds + 1: false} {
		c := DefaultConfig()
		c.Keep.Sounds = gb
		if err := c.validate(); (err == nil) != ok {
			t.Errorf("%d GB: %v", gb, err)
		}
	}
}
