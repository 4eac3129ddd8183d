package library_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"loaxa/audio/audiotest"
	"loaxa/audio/library"
)

func open(t testing.TB) (*library.Library, string) {
	t.Helper()
	dir := t.TempDir()
	l, err := library.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return l, dir
}

func mustImport(t testing.TB, l *library.Library, path string) library.Item {
	t.Helper()
	item, err := l.Import(context.Background(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	return item
}

// files lists what an import left in the folder.
func files(t testing.TB, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(dir, "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestImportMeasures(t *testing.T) {
	l, dir := open(t)
	path := audiotest.WriteWAV(t, "Bản tin sáng.wav", audiotest.Sine(1000, 0.1, 0, 5*48000))
	var shares []float64
	item, err := l.Import(context.Background(), path, func(s float64) { shares = append(shares, s) })
	if err != nil {
		t.Fatal(err)
	}
	if item.Samples != 240_000 || item.Codec != "wav" || item.Title != "Bản tin sáng" || item.Bytes != 480_044 {
		t.Errorf("item %+v", item)
	}
	// A sine of 1 kHz measures its RMS: -20 dB peak is -23.0 dBFS, and K-weighting adds 0.7 - 0.69.
	if math.Abs(item.LUFS+23.0) > 0.1 || math.Abs(item.PeakDB+20) > 0.1 {
		t.Errorf("%.2f LUFS, %.2f dBTP", item.LUFS, item.PeakDB)
	}
	if math.Abs(item.GainDB()-7) > 0.1 {
		t.Errorf("gain %.2f dB", item.GainDB())
	}
	if n := len(shares); n == 0 || shares[n-1] != 1 {
		t.Errorf("progress %v", shares)
	}
	if again := mustImport(t, l, path); again.ID != item.ID || len(files(t, dir)) != 1 {
		t.Errorf("a second import made %v", files(t, dir))
	}
	src, err := l.Open(context.Background(), item.ID, 100_000)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	out := audiotest.Read(t, src, 4800)
	if db := audiotest.SNR(audiotest.Sine(1000, 0.1, 100_000, 4800), out); db < 60 {
		t.Errorf("played from the middle: %.1f dB", db)
	}
}

func TestGainIsLimitedByThePeak(t *testing.T) {
	for _, c := range []struct {
		item library.Item
		want float64
	}{
		{library.Item{LUFS: -30, PeakDB: -5}, 3.5}, {library.Item{LUFS: -10, PeakDB: 0}, -6},
		{library.Item{LUFS: -70, PeakDB: -120}, 0}, {library.Item{LUFS: -60, PeakDB: -50}, 20},
	} {
		if got := c.item.GainDB(); got != c.want {
			t.Errorf("%+v: %v dB, want %v", c.item, got, c.want)
		}
	}
}

func TestBadFilesAreRefusedInWords(t *testing.T) {
	l, dir := open(t)
	in := t.TempDir()
	write := func(name string, b []byte) string {
		path := filepath.Join(in, name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	whole, err := os.ReadFile(audiotest.WriteWAV(t, "a.wav", audiotest.Noise(3, 0.2, 480_000)))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path string
		want error
	}{
		{filepath.Join(in, "missing.mp3"), library.ErrMissing},
		{in, library.ErrNotFile},
		{write("empty.mp3", nil), library.ErrEmpty},
		{write("text.mp3", []byte(strings.Repeat("This is text. ", 10_000))), library.ErrNotAudio},
		{write("one.wav", []byte("R")), library.ErrNotAudio},
		{write("half.wav", whole[:len(whole)/2]), library.ErrTruncated},
		{write("head.wav", whole[:44]), library.ErrTruncated},
		{write("nohead.wav", whole[:30]), library.ErrDamaged},
	} {
		if _, err := l.Import(context.Background(), c.path, nil); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", filepath.Base(c.path), err, c.want)
		}
	}
	if left := files(t, dir); len(left) != 0 {
		t.Errorf("refused imports left %v", left)
	}
}

// A text of 2 GB that calls itself an mp3: a sparse file, of which not more
// than the head may be read.
func TestHugeTextIsRefusedByItsHead(t *testing.T) {
	l, _ := open(t)
	path := filepath.Join(t.TempDir(), "big.mp3")
	if err := os.WriteFile(path, []byte(strings.Repeat("la la la\n", 20_000)), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, 2<<30); err != nil {
		t.Skipf("skipped: no sparse files here: %v", err)
	}
	if _, err := l.Import(context.Background(), path, func(float64) { t.Error("it was read on") }); !errors.Is(err, library.ErrNotAudio) {
		t.Errorf("%v", err)
	}
}

func TestCancelledImportLeavesNothing(t *testing.T) {
	l, dir := open(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	path := audiotest.WriteWAV(t, "a.wav", make([]float32, 480_000))
	if _, err := l.Import(ctx, path, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if left := files(t, dir); len(left) != 0 {
		t.Errorf("left %v", left)
	}
}

func TestSweepKeepsWhatIsKnown(t *testing.T) {
	l, dir := open(t)
	a := mustImport(t, l, audiotest.WriteWAV(t, "a.wav", audiotest.Sine(500, 0.1, 0, 9600)))
	b := mustImport(t, l, audiotest.WriteWAV(t, "b.wav", audiotest.Sine(700, 0.1, 0, 9600)))
	if err := os.WriteFile(filepath.Join(dir, "blobs", ".import-123"), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := library.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := l.Sweep(func(id library.ID) bool { return id == a.ID }); n != 1 || err != nil {
		t.Errorf("swept %d, %v", n, err)
	}
	if got := files(t, dir); len(got) != 1 || !l.Has(a.ID) || l.Has(b.ID) {
		t.Errorf("left %v", got)
	}
	if _, err := l.Open(context.Background(), b.ID, 0); !errors.Is(err, library.ErrUnknown) {
		t.Errorf("%v", err)
	}
	if _, err := l.Open(context.Background(), "../../etc/passwd", 0); !errors.Is(err, library.ErrUnknown) {
		t.Errorf("%v", err)
	}
}

func TestEveryKindOfFile(t *testing.T) {
	l, _ := open(t)
	dir := t.TempDir()
	wav := filepath.Join(dir, "a.wav")
	audiotest.Tool(t, "sox", "-n", "-r", "44100", "-b", "16", "-c", "1", wav, "synth", "6", "sine", "440", "gain", "-9")
	for _, c := range []struct {
		name, codec string
		tool        []string
	}{
		{"b.mp3", "mp3", []string{"lame", "--quiet", "-b", "64", wav, "OUT"}},
		{"c.flac", "flac", []string{"sox", wav, "OUT"}},
		{"d.ogg", "vorbis", []string{"sox", wav, "OUT"}},
		{"e.wav", "wav", []string{"sox", wav, "-b", "24", "-r", "22050", "-c", "2", "OUT"}},
		{"float.wav", "wav", []string{"sox", wav, "-b", "32", "-e", "float", "OUT"}},
		{"u-law.wav", "ffmpeg", []string{"sox", wav, "-e", "u-law", "OUT"}},
		{"rf64.wav", "ffmpeg", []string{"ffmpeg", "-loglevel", "error", "-i", wav, "-rf64", "always", "OUT"}},
		{"mpeg-2.5.mp3", "ffmpeg", []string{"lame", "--quiet", "--resample", "11.025", "-b", "32", wav, "OUT"}},
		{"six.flac", "ffmpeg", []string{"sox", wav, "-c", "6", "OUT"}},
		{"six.wav", "wav", []string{"sox", wav, "-c", "6", "OUT"}},
		{"six.ogg", "ffmpeg", []string{"sox", wav, "-c", "6", "OUT"}},
		{"six.opus", "ffmpeg", []string{"ffmpeg", "-loglevel", "error", "-i", wav, "-ac", "6", "OUT"}},
		{"f.m4a", "ffmpeg", []string{"ffmpeg", "-loglevel", "error", "-i", wav, "OUT"}},
		{"g.opus", "opus", []string{"ffmpeg", "-loglevel", "error", "-i", wav, "OUT"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(dir, c.name)
			for i, a := range c.tool {
				if a == "OUT" {
					c.tool[i] = path
				}
			}
			audiotest.Tool(t, c.tool[0], c.tool[1:]...)
			if c.codec == "ffmpeg" {
				audiotest.Tool(t, "ffmpeg", "-version")
			}
			item := mustImport(t, l, path)
			if item.Codec != c.codec {
				t.Errorf("codec %s, want %s", item.Codec, c.codec)
			}
			padded := c.name == "f.m4a" || c.name == "mpeg-2.5.mp3" // what the encoder put around it is not cut
			if !padded && item.Samples != 288_000 {
				t.Errorf("%d samples of 6 s", item.Samples)
			}
			src, err := l.Open(context.Background(), item.ID, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer src.Close()
			out := audiotest.Read(t, src, 19200)
			if level := audiotest.DB(audiotest.RMS(out)); math.Abs(level+12) > 1 && !strings.HasPrefix(c.name, "six") {
				t.Errorf("level %.1f dBFS, want -12", level)
			}
		})
	}
}

func TestForeignFileWithoutFFmpeg(t *testing.T) {
	l, _ := open(t)
	t.Setenv("PATH", t.TempDir())
	path := filepath.Join(t.TempDir(), "a.m4a")
	if err := os.WriteFile(path, []byte("\x00\x00\x00\x20ftypM4A 0000000000"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Import(context.Background(), path, nil); !errors.Is(err, library.ErrFFmpeg) {
		t.Errorf("%v", err)
	}
	if _, err := l.Speech(context.Background(), "xin chào", "vi"); !errors.Is(err, library.ErrSpeech) {
		t.Errorf("%v", err)
	}
}

var (
	ebuLoud = regexp.MustCompile(`I:\s+(-?[\d.]+) LUFS`)
	ebuPeak = regexp.MustCompile(`Peak:\s+(-?[\d.]+) dBFS`)
)

func TestLoudnessAgainstFFmpeg(t *testing.T) {
	l, _ := open(t)
	dir := t.TempDir()
	for name, synth := range map[string][]string{
		"pink":   {"synth", "8", "pinknoise", "gain", "-12"},
		"sweep":  {"synth", "8", "sine", "50-15000", "gain", "-6", "fade", "t", "0.1", "0", "0.1"},
		"gated":  {"synth", "4", "pinknoise", "gain", "-10", "pad", "0", "6"},
		"square": {"synth", "5", "square", "997", "gain", "-3"},
	} {
		path := filepath.Join(dir, name+".wav")
		audiotest.Tool(t, "sox", append([]string{"-R", "-n", "-r", "48000", "-b", "16", "-c", "1", path}, synth...)...)
		said := audiotest.Tool(t, "ffmpeg", "-nostdin", "-hide_banner", "-i", path, "-af", "ebur128=peak=true", "-f", "null", "-")
		said = said[strings.LastIndex(said, "Summary:"):]
		want, _ := strconv.ParseFloat(ebuLoud.FindStringSubmatch(said)[1], 64)
		peak, _ := strconv.ParseFloat(ebuPeak.FindStringSubmatch(said)[1], 64)
		item := mustImport(t, l, path)
		if math.Abs(item.LUFS-want) > 0.2 || math.Abs(item.PeakDB-peak) > 0.3 {
			t.Errorf("%s: %.2f LUFS and %.2f dBTP, ffmpeg says %.1f and %.1f", name, item.LUFS, item.PeakDB, want, peak)
		}
	}
}

func TestSpeech(t *testing.T) {
	if err := library.SpeechAvailable(); err != nil {
		t.Skipf("skipped: %v", err)
	}
	l, _ := open(t)
	item, err := l.Speech(context.Background(), "Xã Đak Pơ thông báo: lũ đang lên.", "vi")
	if err != nil {
		t.Fatal(err)
	}
	if item.Samples < 48_000 || item.Samples > 10*48_000 || item.LUFS < -40 {
		t.Errorf("%+v", item)
	}
	if item.Title != "Xã Đak Pơ thông báo: lũ đang lên." {
		t.Errorf("title %q", item.Title)
	}
	for _, bad := range []string{"", "  \n", strings.Repeat("a", 4001)} {
		if _, err := l.Speech(context.Background(), bad, "vi"); !errors.Is(err, library.ErrText) {
			t.Errorf("%.10q: %v", bad, err)
		}
	}
}

func TestRespell(t *testing.T) {
	for in, want := range map[string]string{
		"Xã Đak Pơ, làng Plei Kjang.": "Xã Đắc Pơ, làng Pờ-lây Kjang.",
		"đak, ĐAK, Đakk":              "đắc, Đắc, Đakk",
		"":                            "",
		"Sông Ia Ayun 115":            "Sông I-a A-yun 115",
	} {
		if got := (library.Lexicon{}).Respell(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestDemoMusicIsTheSameEachTimeAndPlayable(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: makes 100 s of music")
	}
	l, _ := open(t)
	dir := t.TempDir()
	f, err := library.Demo(dir)
	if err != nil {
		t.Fatal(err)
	}
	bed := mustImport(t, l, f.Bed)
	if s := bed.Duration().Seconds(); s < 85 || s > 100 {
		t.Errorf("the bed lasts %.1f s", s)
	}
	sig := mustImport(t, l, f.Signature)
	if bed.LUFS < -30 || sig.LUFS < -30 {
		t.Errorf("%.1f and %.1f LUFS", bed.LUFS, sig.LUFS)
	}
	other := t.TempDir()
	g, err := library.Demo(other)
	if err != nil {
		t.Fatal(err)
	}
	for _, pair := range [][2]string{{f.Bed, g.Bed}, {f.Signature, g.Signature}} {
		a, errA := os.ReadFile(pair[0])
		b, errB := os.ReadFile(pair[1])
		if errA != nil || errB != nil || !bytes.Equal(a, b) {
			t.Errorf("%s differs from one time to the next (%v, %v)", filepath.Base(pair[0]), errA, errB)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*.part")); len(left) != 0 {
		t.Errorf("left %v", left)
	}
}
