package boot

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"loaxa/audio/audiotest"
	"loaxa/audio/frame"
)

// Each tone is shown as a line of its time before anybody has to hear it.
func TestTonesAreShownAsText(t *testing.T) {
	var out bytes.Buffer
	if err := (&SoundTones{Cells: 50}).Run(context.Background(), Program{Out: &out}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"hue-storm    Bão: 3 hồi 20 giây · Huế 2025 · 260.0 s", "all-clear", "▄▄▄▄▄▄▄▄▄▄"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, out.String())
		}
	}
	out.Reset()
	if err := (&SoundTones{ID: "iso-8201", Cells: 45}).Run(context.Background(), Program{Out: &out}); err != nil || strings.Count(out.String(), "\n") != 2 {
		t.Errorf("one of them: %v\n%s", err, out.String())
	}
	if (&SoundTones{ID: "none", Cells: 45}).Run(context.Background(), Program{Out: &out}) == nil || (&SoundTones{Cells: 1}).Run(context.Background(), Program{Out: &out}) == nil {
		t.Error("nonsense is shown")
	}
}

// What is wrong with a microphone is said in words, with what to do; a chime on
// an output is really played.
func TestTheSoundTestSaysWhatIsWrong(t *testing.T) {
	voice := audiotest.Noise(3, 0.1, 3*frame.Rate)
	loud := audiotest.Noise(3, 2, 3*frame.Rate)
	for i := range loud {
		loud[i] = min(max(loud[i], -1), 1)
	}
	for want, s := range map[string][]float32{
		"the microphone is heard well": voice,
		"dead silent":                  make([]float32, 3*frame.Rate),
		"too loud":                     loud,
		"too quiet":                    audiotest.Noise(3, 0.004, 3*frame.Rate),
	} {
		var out bytes.Buffer
		err := (&SoundTest{Mic: "file:" + audiotest.WriteWAV(t, "mic.wav", s), Out: "none", For: 2 * time.Second}).Run(context.Background(), Program{Out: &out})
		if !strings.Contains(out.String(), want) || (err == nil) != (want == "the microphone is heard well") {
			t.Errorf("want %q, got %v:\n%s", want, err, out.String())
		}
	}
	heard := filepath.Join(t.TempDir(), "out.wav")
	var out bytes.Buffer
	if err := (&SoundTest{Mic: "none", Out: "wav:" + heard, For: time.Second}).Run(context.Background(), Program{Out: &out}); err != nil {
		t.Fatal(err, out.String())
	}
	if s := audiotest.ReadFile(t, heard); audiotest.RMS(s) < 0.02 {
		t.Errorf("the chime is %d samples of %.4f", len(s), audiotest.RMS(s))
	}
	out.Reset()
	if err := (&SoundTest{Mic: "fifo:/nowhere/at/all", Out: "none", For: time.Second}).Run(context.Background(), Program{Out: &out}); err == nil || !strings.Contains(out.String(), "does not open") {
		t.Errorf("no microphone: %v\n%s", err, out.String())
	}
}
