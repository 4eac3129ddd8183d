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
		m := newMonitor(say, nil, func(string, error) {})
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

// TestAnItemOnTheOwnCardGivesWay: it is heard as it would go on air, and what
// comes next silences it at once.
func TestAnItemOnTheOwnCardGivesWay(t *testing.T) {
	sine := audiotest.Sine(440, 0.3, 0, 2*frame.Rate)
	item := audiotest.WriteWAV(t, "item.wav", sine)
	path := filepath.Join(t.TempDir(), "headset.wav")
	m := newMonitor(nil, nil, func(what string, err error) { t.Errorf("%s: %v", what, err) })
	m.out = "wav:" + path
	opened := make(chan struct{}, 1)
	m.open = func(ctx context.Context, id station.ItemID) (source.Source, error) {
		opened <- struct{}{}
		if id == "endless" {
			return source.NewSilence(-1), nil
		}
		return source.OpenFile(ctx, item, 0)
	}
	if err := m.hear(t.Context(), toHear{station.CueMonitor{Item: "a"}, 0}); err != nil {
		t.Fatal(err)
	}
	<-opened
	if lag, like := audiotest.Delay(sine, audiotest.ReadFile(t, path), frame.Rate/2); like < 0.99 {
		t.Errorf("likeness %.2f at %.0f", like, float64(lag))
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	over := make(chan struct{})
	go func() { m.run(ctx); close(over) }()
	for range 2 { // the second would wait for ever if the first did not give way
		m.play(station.CueMonitor{Item: "endless"})
		<-opened
	}
	m.play(station.CueMonitor{}) // silent
	m.play(station.CueMonitor{Item: "a"})
	<-opened
	cancel()
	<-over
}
