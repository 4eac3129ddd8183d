package bus_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"testing"
	"time"

	"loaxa/audio/audiotest"
	"loaxa/audio/bus"
	"loaxa/audio/frame"
	"loaxa/audio/source"
)

// pcm is a source of samples that are there; err ends it if not nil.
type pcm struct {
	s   []float32
	pos int
	err error
}

func (p *pcm) Read(out []float32) int {
	n := copy(out, p.s[p.pos:])
	clear(out[n:])
	p.pos += n
	return n
}
func (p *pcm) Position() int64 { return int64(p.pos) }
func (p *pcm) Starved() int64  { return 0 }
func (p *pcm) Err() error {
	if p.pos < len(p.s) {
		return nil
	}
	return p.err
}
func (p *pcm) Close() error { return nil }

func flat() *bus.Bus { return bus.New(bus.Options{HighPass: -1}) }

func render(b *bus.Bus, frames int) []float32 {
	out := make([]float32, frames*frame.Samples)
	for i := range frames {
		b.Render(out[i*frame.Samples : (i+1)*frame.Samples])
	}
	return out
}

func piece(tag string, s []float32) bus.Piece { return bus.Piece{Tag: tag, Source: &pcm{s: s}} }

// A sine cut into pieces of odd lengths nulls against the whole.
func TestGaplessToTheSample(t *testing.T) {
	whole := audiotest.Sine(440, 0.5, 0, 100*frame.Samples)
	b := flat()
	for at, n := 0, 1; at < len(whole); n = n*3 + 7 {
		end := min(at+n, len(whole))
		b.Play(piece(fmt.Sprint(at), whole[at:end]))
		at = end
	}
	for i, x := range render(b, 100) {
		if x != whole[i] {
			t.Fatalf("sample %d is %v, want %v", i, x, whole[i])
		}
	}
	var marks []bus.Mark
	for _, m := range b.Marks() {
		if m.Kind == bus.Started {
			marks = append(marks, m)
		}
	}
	for _, m := range marks {
		if m.Tag != fmt.Sprint(m.At) || m.Item != 0 {
			t.Errorf("mark %+v", m)
		}
	}
	if len(marks) < 8 {
		t.Errorf("%d pieces started", len(marks))
	}
}

// The same through real files: each piece encoded and decoded on its own.
func TestGaplessThroughFiles(t *testing.T) {
	for _, kind := range []string{"wav", "flac", "ogg", "mp3"} {
		t.Run(kind, func(t *testing.T) {
			whole := audiotest.Sine(440, 0.5, 0, 6*frame.Rate)
			b := flat()
			cuts := []int{0, 30_001, 50_000, 70_002, 101_111, 123_456, 150_003, 200_000, 230_017, 260_000, len(whole)} // ten files
			for i := range len(cuts) - 1 {
				path := audiotest.WriteWAV(t, "piece.wav", whole[cuts[i]:cuts[i+1]])
				switch kind {
				case "flac", "ogg":
					next := filepath.Join(filepath.Dir(path), "piece."+kind)
					audiotest.Tool(t, "sox", path, "-C", "8", next)
					path = next
				case "mp3":
					next := filepath.Join(filepath.Dir(path), "piece.mp3")
					audiotest.Tool(t, "lame", "--quiet", "-b", "192", path, next)
					path = next
				}
				f, err := source.OpenFile(context.Background(), path, 0)
				if err != nil {
					t.Fatal(err)
				}
				b.Play(bus.Piece{Tag: fmt.Sprint(i), Source: f})
			}
			defer b.Close()
			out := make([]float32, len(whole))
			for at := 0; at < len(out); at += frame.Samples {
				for range 60_000 {
					if b.Ready(frame.Samples) {
						break
					}
					time.Sleep(time.Millisecond)
				}
				b.Render(out[at : at+frame.Samples])
			}
			want := map[string]float64{"wav": 85, "flac": 85, "ogg": 25, "mp3": 25}[kind]
			if db := audiotest.SNR(whole, out); db < want {
				t.Errorf("%.1f dB against the whole, want %.0f", db, want)
			}
			for _, m := range b.Marks() {
				if m.Kind == bus.Started && m.At != int64(cuts[int(m.Tag[0]-'0')]) {
					t.Errorf("piece %s started at %d, want %d", m.Tag, m.At, cuts[int(m.Tag[0]-'0')])
				}
			}
		})
	}
}

func TestEventsHappenAtTheirSample(t *testing.T) {
	b := flat()
	p := piece("late", audiotest.Sine(1000, 0.5, 12, 9600))
	p.At = 5001
	b.Play(p)
	out := render(b, 40)
	gaps := audiotest.Gaps(out, 0, 100)
	if len(gaps) != 2 || gaps[0].Samples != 5001 || gaps[1].At != 5001+9600 {
		t.Errorf("silence at %v", gaps)
	}
	b = flat()
	b.Play(piece("a", audiotest.Sine(1000, 0.5, 12, 96000)))
	render(b, 5)
	b.EndAt(9999)
	out = render(b, 10)
	gaps = audiotest.Gaps(out, 0, 100)
	if len(gaps) != 1 || math.Abs(float64(gaps[0].At+5*frame.Samples-9999)) > 2 {
		t.Errorf("silence at %v", gaps)
	}
	if !b.Ended() {
		t.Error("it has not ended")
	}
}

func TestSuspendHoldsTheSourceAndResumesThere(t *testing.T) {
	b := flat()
	src := &pcm{s: audiotest.Sine(500, 0.5, 0, 200*frame.Samples)}
	b.Play(bus.Piece{Tag: "a", Source: src})
	render(b, 10)
	b.Suspend()
	fading := render(b, 4)
	held := src.Position()
	if got := render(b, 20); audiotest.RMS(got) != 0 || src.Position() != held || !b.Suspended() {
		t.Errorf("suspended: level %v, source moved by %d", audiotest.RMS(got), src.Position()-held)
	}
	b.Resume()
	out := append(fading, render(b, 10)...)
	for i := 1; i < len(out); i++ { // neither fade may click
		if d := math.Abs(float64(out[i] - out[i-1])); d > 0.05 {
			t.Fatalf("step of %.3f at %d", d, i)
		}
	}
	if src.Position() <= held {
		t.Error("it did not go on")
	}
	// The item's samples are found again around the pause.
	at := b.Pos() - 100
	tag, item, ok := b.ItemAt(at)
	if want := src.Position() - 100 - 248; !ok || tag != "a" || math.Abs(float64(item-want)) > 20 {
		t.Errorf("at %d: %s %d %v, want about %d", at, tag, item, ok, want)
	}
}

func TestItemAtKnowsTheAirNotTheHead(t *testing.T) {
	b := flat()
	src := &pcm{s: make([]float32, 500*frame.Samples), pos: 1000}
	b.Play(bus.Piece{Tag: "a", Source: src})
	b.Play(piece("b", make([]float32, 100*frame.Samples)))
	render(b, 520)
	for _, c := range []struct {
		at, item int64
		tag      string
		ok       bool
	}{{0, 1000, "a", true}, {4800, 5800, "a", true}, {500*960 - 1001, 500*960 - 1, "a", true}, {500*960 - 1000, 0, "b", true},
		{500*960 - 1000 + 77, 77, "b", true}} {
		if tag, item, ok := b.ItemAt(c.at); tag != c.tag || item != c.item || ok != c.ok {
			t.Errorf("at %d: %s %d %v, want %s %d", c.at, tag, item, ok, c.tag, c.item)
		}
	}
	if _, _, ok := b.ItemAt(-1); ok {
		t.Error("it knows what was before it")
	}
}

func TestSetNextReplacesWhatFollows(t *testing.T) {
	b := flat()
	one := audiotest.Sine(440, 0.3, 0, 5*frame.Samples)
	b.Play(piece("a", one), piece("b", one), piece("c", one))
	render(b, 2)
	b.SetNext(piece("d", one))
	render(b, 10)
	got := ""
	for _, m := range b.Marks() {
		got += fmt.Sprintf("%d%s@%d ", m.Kind, m.Tag, m.At)
	}
	if want := "1a@0 2a@4800 1d@4800 2d@9600 4@9600 "; got != want {
		t.Errorf("marks %q, want %q", got, want)
	}
	b.Play(piece("e", one))
	render(b, 1)
	b.Skip()
	render(b, 4)
	if m := b.Marks(); len(m) != 3 || m[1].Kind != bus.Ended || m[1].At-m[0].At != 720+2400+252 && m[1].At-m[0].At > 4000 {
		t.Errorf("after a skip: %+v", m)
	}
}

// jumper panics, as a decoder may on a damaged file.
type jumper struct{ pcm }

func (*jumper) Read([]float32) int { panic("index out of range") }

func TestBrokenSourcesDoNotStopTheBus(t *testing.T) {
	b := flat()
	good := audiotest.Sine(440, 0.3, 0, 4800)
	b.Play(piece("a", good))
	for i := range 50 {
		b.Play(bus.Piece{Tag: fmt.Sprint("x", i), Source: &pcm{err: source.ErrDamaged}})
	}
	b.Play(bus.Piece{Tag: "panic", Source: &jumper{}}, piece("b", good))
	out := render(b, 10)
	if gaps := audiotest.Gaps(out[:9600], 1e-3, 20); len(gaps) != 0 {
		t.Errorf("silence between two good pieces: %v", gaps)
	}
	broken := 0
	for _, m := range b.Marks() {
		if m.Kind == bus.Broken {
			broken++
			if !errors.Is(m.Err, source.ErrDamaged) || m.At != 4800 {
				t.Errorf("%+v", m)
			}
		}
	}
	if broken != 51 {
		t.Errorf("%d broken marks, want 51", broken)
	}
}

func TestLevelIsMeasured(t *testing.T) {
	b := flat()
	b.Play(bus.Piece{Tag: "a", Source: &pcm{s: audiotest.Sine(1000, 0.25, 0, 96000)}, Gain: 2})
	render(b, 50)
	if l := b.Level(); math.Abs(float64(l.Peak)-0.5) > 0.01 || math.Abs(float64(l.RMS)-0.3536) > 0.01 {
		t.Errorf("%+v", l)
	}
}

func BenchmarkChain(b *testing.B) {
	s := audiotest.Noise(1, 0.3, frame.Rate)
	out := make([]float32, frame.Samples)
	for b.Loop() { // an op is a second of sound
		u := bus.New(bus.Options{})
		u.Play(bus.Piece{Tag: "a", Source: &pcm{s: s}})
		for range 50 {
			u.Render(out)
		}
	}
}
