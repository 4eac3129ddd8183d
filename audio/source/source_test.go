package source_test

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"loaxa/audio/audiotest"
	"loaxa/audio/source"
)

func mustTone(t testing.TB, id string, from int64) source.Source {
	t.Helper()
	p, ok := source.FindTone(source.Tones(), id)
	if !ok {
		t.Fatalf("no tone %q", id)
	}
	s, err := source.NewTone(p, from)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func mustFile(t testing.TB, path string, from int64) *source.File {
	t.Helper()
	f, err := source.OpenFile(context.Background(), path, from)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// broken ends at once with an error.
type broken struct{ source.Source }

func (broken) Err() error { return source.ErrDamaged }

func TestContract(t *testing.T) {
	wav := audiotest.WriteWAV(t, "a.wav", audiotest.Noise(1, 0.3, 100_000))
	cases := map[string]func() source.Source{
		"silence": func() source.Source { return source.NewSilence(5000) },
		"chime":   func() source.Source { return mustTone(t, "chime", 0) },
		"late":    func() source.Source { return mustTone(t, "attention", 30000) },
		"gain":    func() source.Source { return source.NewGain(mustTone(t, "chime", 0), 0.5) },
		"file":    func() source.Source { return mustFile(t, wav, 0) },
		"file from the middle": func() source.Source {
			return mustFile(t, wav, 77_777)
		},
		"siren, then words": func() source.Source {
			return source.NewConcat(mustTone(t, "chime", 0), source.NewSilence(100), mustFile(t, wav, 0))
		},
		"a broken part is passed over": func() source.Source {
			return source.NewConcat(broken{source.NewSilence(0)}, source.NewSilence(100))
		},
		"a decoded copy":            func() source.Source { return mustCopied(t, wav, copyOf(t, wav, 100_000), 0) },
		"a copy from the middle":    func() source.Source { return mustCopied(t, wav, copyOf(t, wav, 100_000), 43_210) },
		"a copy that breaks midway": func() source.Source { return mustCopied(t, wav, spoil(t, copyOf(t, wav, 100_000)), 0) },
		"nothing":                   func() source.Source { return source.NewConcat() },
		"microphone":                func() source.Source { return source.NewPart(talking(), 50_000) },
		"microphone before horns":   func() source.Source { return source.NewPart(source.NewHorn(talking()), 50_000) },
		"microphone through its chain": func() source.Source {
			return source.NewPart(source.NewVoice(talking()), 50_000)
		},
		"voice":                    func() source.Source { return source.NewVoice(mustFile(t, wav, 0)) },
		"a part":                   func() source.Source { return source.NewPart(mustFile(t, wav, 1000), 50_000) },
		"a part that begins later": func() source.Source { return source.NewTrim(mustFile(t, wav, 1000), 700, 50_000) },
		"a part that is longer than its source": func() source.Source {
			return source.NewPart(mustTone(t, "chime", 0), 1<<40)
		},
	}
	for name, f := range cases {
		t.Run(name, func(t *testing.T) { audiotest.CheckSource(t, f) })
	}
}

// talker is a microphone whose writer comes just in time.
type talker struct{ *source.Mic }

func talking() source.Source { return talker{source.NewMic(nil)} }

func (m talker) Read(out []float32) int {
	for n := m.Stats().Fill; n < len(out)+1600; n += 480 {
		m.Feed(audiotest.Noise(1, 0.3, 480))
	}
	return m.Mic.Read(out)
}

func TestConcatTellsOnlyTheLastError(t *testing.T) {
	for _, c := range []struct {
		parts []source.Source
		want  error
	}{
		{[]source.Source{broken{source.NewSilence(5)}, source.NewSilence(5)}, nil},
		{[]source.Source{source.NewSilence(5), broken{source.NewSilence(5)}}, source.ErrDamaged},
	} {
		s := source.NewConcat(c.parts...)
		if n := s.Read(make([]float32, 100)); n != 10 || !errors.Is(s.Err(), c.want) {
			t.Errorf("%d samples, error %v, want 10 and %v", n, s.Err(), c.want)
		}
	}
}

func TestEveryToneIsHeardAndFades(t *testing.T) {
	for _, p := range source.Tones() {
		t.Run(p.ID, func(t *testing.T) {
			s, err := source.NewTone(p, 0)
			if err != nil {
				t.Fatal(err)
			}
			n := min(int(s.Len()), 15*48000)
			tail, err := source.NewTone(p, s.Len()-4800)
			if err != nil {
				t.Fatal(err)
			}
			last := make([]float32, 4800)
			tail.Read(last)
			out := make([]float32, n)
			s.Read(out)
			if level := audiotest.DB(audiotest.RMS(out)); level < -20 || level > -3 {
				t.Errorf("level %.1f dBFS", level)
			}
			for i := 1; i < n; i++ { // a click is a step no wave of 1200 Hz and its harmonics makes
				if d := math.Abs(float64(out[i] - out[i-1])); d > 0.5 {
					t.Fatalf("step of %.2f at %d", d, i)
				}
			}
			if math.Abs(float64(out[0])) > 0.01 || math.Abs(float64(last[4799])) > 0.01 {
				t.Errorf("starts at %v and ends at %v", out[0], last[4799])
			}
		})
	}
}

// The published code of Huế: blasts, their length and the gaps between them.
func TestSirenCodeOfHue(t *testing.T) {
	for id, want := range map[string]struct{ blasts, seconds, gap, repeats int }{
		"hue-storm": {3, 20, 10, 3}, "hue-flood-2": {2, 10, 10, 2}, "hue-urgent": {5, 30, 5, 3},
	} {
		p, _ := source.FindTone(source.Tones(), id)
		s := mustTone(t, id, 0).(*source.Tone)
		out := make([]float32, s.Len()/48) // a thousandth of a second apart
		for i := range out {
			out[i] = p.At(int64(i) * 48)
		}
		gaps := audiotest.Gaps(out, 1e-6, 1000)
		if len(gaps) != want.blasts*want.repeats-1 {
			t.Fatalf("%s: %d gaps, want %d blasts %d times", id, len(gaps), want.blasts, want.repeats)
		}
		if g := gaps[0]; math.Abs(float64(g.At)-float64(1000*want.seconds)) > 5 || math.Abs(float64(g.Samples)-float64(1000*want.gap)) > 5 {
			t.Errorf("%s: first gap %+v ms", id, g)
		}
	}
}

func TestLateJoinerIsInPhase(t *testing.T) {
	whole := make([]float32, 480_000)
	mustTone(t, "hue-storm", 0).Read(whole)
	late := make([]float32, 1000)
	mustTone(t, "hue-storm", 123_456).Read(late)
	for i := range late {
		if late[i] != whole[123_456+i] {
			t.Fatalf("sample %d: %v, the others hear %v", i, late[i], whole[123_456+i])
		}
	}
}

func TestBadTonesAreRefused(t *testing.T) {
	good, _ := source.FindTone(source.Tones(), "hue-storm")
	for name, bend := range map[string]func(*source.Pattern){
		"no id": func(p *source.Pattern) { p.ID = "" }, "no blast": func(p *source.Pattern) { p.Blasts = 0 },
		"wave": func(p *source.Pattern) { p.Wave = "saw" }, "pitch": func(p *source.Pattern) { p.From = math.NaN() },
		"endless": func(p *source.Pattern) { p.Repeats, p.Blasts = 1000, 1000 },
		"seconds": func(p *source.Pattern) { p.Seconds = math.Inf(1) },
		"note":    func(p *source.Pattern) { p.Notes = []source.Note{{Hz: -1, Seconds: 1}} },
	} {
		p := good
		bend(&p)
		if _, err := source.NewTone(p, 0); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

// A start in the middle gives the same samples as a play from the start.
func TestSeekIsExact(t *testing.T) {
	dir := t.TempDir()
	wav := filepath.Join(dir, "a.wav")
	audiotest.Tool(t, "sox", "-n", "-r", "44100", "-b", "16", "-c", "2", wav, "synth", "20", "pinknoise", "sine", "300-3000", "gain", "-6")
	files := []string{wav}
	for _, c := range []struct{ tool, name string }{{"lame", "b.mp3"}, {"flac", "c.flac"}, {"oggenc", "d.ogg"}} {
		path := filepath.Join(dir, c.name)
		ok := t.Run("make "+c.name, func(t *testing.T) {
			switch c.tool {
			case "lame":
				audiotest.Tool(t, "lame", "--quiet", "-V2", wav, path)
			case "flac":
				audiotest.Tool(t, "sox", wav, path)
			case "oggenc":
				audiotest.Tool(t, "sox", wav, path)
			}
		})
		if _, err := os.Stat(path); ok && err == nil {
			files = append(files, path)
		}
	}
	for _, path := range files {
		whole := audiotest.ReadFile(t, path)
		if len(whole) != 960_000 {
			t.Errorf("%s: %d samples of 20 s", filepath.Base(path), len(whole))
		}
		for _, from := range []int64{1, 12_345, 333_333, 700_000, 955_000} {
			got := audiotest.Read(t, mustFile(t, path, from), 4000)
			if db := audiotest.SNR(whole[from:from+4000], got); db < 90 {
				t.Errorf("%s from %d: %.1f dB", filepath.Base(path), from, db)
			}
		}
	}
}

func TestFileEndsAndSaysWhy(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "a.mp3")
	if err := os.WriteFile(text, []byte("no sound here"), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]error{
		text: source.ErrNotAudio, filepath.Join(dir, "missing.wav"): os.ErrNotExist,
	} {
		if _, err := source.OpenFile(context.Background(), path, 0); !errors.Is(err, want) {
			t.Errorf("%s: %v", path, err)
		}
	}
	f := mustFile(t, audiotest.WriteWAV(t, "b.wav", make([]float32, 1000)), 5000)
	if n := f.Read(make([]float32, 10)); n != 0 || f.Err() != nil {
		t.Errorf("past the end: %d samples, %v", n, f.Err())
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	<-ctx.Done()
	if f, err := source.OpenFile(ctx, audiotest.WriteWAV(t, "c.wav", make([]float32, 10)), 0); err == nil {
		_ = f.Close() // it may well have been quicker
	}
}
