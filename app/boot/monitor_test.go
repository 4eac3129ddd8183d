package boot

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"loaxa/app/station"
	"loaxa/audio/audiotest"
	"loaxa/audio/frame"
	"loaxa/audio/source"
)

// TestTheLastCallIsHeardInTheHeadset: the chime, then the words behind it; where
// the machine cannot speak, the chime alone.
func TestTheLastCallIsHeardInTheHeadset(t *testing.T) {
	words := audiotest.Sine(440, 0.5, 0, frame.Rate/2)
	said := audiotest.WriteWAV(t, "said.wav", words)
	play := func(say func(context.Context, string) (source.Source, error)) ([]float32, error) {
		t.Helper()
		path := filepath.Join(t.TempDir(), "headset.wav")
		m := newMonitor(say, func(string, error) {})
		m.out = "wav:" + path
		err := m.sound(context.Background(), station.CueMonitor{Tone: "chime", Say: "Còn 30 giây."})
		if _, serr := os.Stat(path); serr != nil {
			return nil, err
		}
		return audiotest.ReadFile(t, path), err
	}
	heard, err := play(func(ctx context.Context, text string) (source.Source, error) {
		if text != "Còn 30 giây." {
			t.Errorf("said %q", text)
		}
		return source.OpenFile(ctx, said, 0)
	})
	if err != nil {
		t.Fatal(err)
	}
	tone, _ := toneOf("chime")
	n := int(tone.Len())
	if len(heard) < n+len(words) {
		t.Fatalf("%d samples, the chime alone has %d", len(heard), n)
	}
	if audiotest.RMS(heard[:n/4]) < 0.02 {
		t.Error("no chime")
	}
	if lag, like := audiotest.Delay(words, heard[n:], frame.Rate/2); like < 0.9 {
		t.Errorf("the words are not behind the chime: likeness %.2f at %.0f", like, lag)
	}
	heard, err = play(func(context.Context, string) (source.Source, error) { return nil, errors.New("no voice") })
	if err == nil || len(heard) < n || audiotest.RMS(heard[:n/4]) < 0.02 {
		t.Errorf("without a voice: %v, %d samples", err, len(heard))
	}
}
