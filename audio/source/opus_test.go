package source_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"loaxa/audio/audiotest"
	"loaxa/audio/source"
)

func TestOpusFileIsWhatWasEncoded(t *testing.T) {
	in := audiotest.Sine(440, 0.3, 0, 100_001)
	path := audiotest.WriteOpus(t, "a.opus", in)
	out := audiotest.ReadFile(t, path)
	if len(out) != len(in) {
		t.Errorf("%d samples, want %d", len(out), len(in))
	}
	if lag, like := audiotest.Delay(in, out, 2000); lag > 1 || lag < -1 || like < 0.99 {
		t.Errorf("it lags by %.1f samples, likeness %.3f", lag, like)
	}
}

// Files of another maker, of every frame length and number of channels, decode
// to what their own decoder gives.
func TestOpusencFilesDecodeAsOpusdecDoes(t *testing.T) {
	dir := t.TempDir()
	wav, stereo := filepath.Join(dir, "a.wav"), filepath.Join(dir, "s.wav")
	audiotest.Tool(t, "sox", "-R", "-n", "-r", "44100", "-b", "16", "-c", "1", wav, "synth", "5", "pinknoise", "gain", "-9")
	audiotest.Tool(t, "sox", "-R", "-n", "-r", "48000", "-b", "16", "-c", "2", stereo, "synth", "5", "sine", "300-3000", "gain", "-9")
	for name, args := range map[string][]string{
		"2.5 ms": {"--framesize", "2.5", wav}, "10 ms": {"--framesize", "10", wav}, "20 ms": {wav}, "60 ms": {"--framesize", "60", "--bitrate", "16", wav},
		"stereo": {"--bitrate", "96", stereo}, "speech": {"--speech", "--bitrate", "12", wav},
	} {
		t.Run(name, func(t *testing.T) {
			path, ref := filepath.Join(t.TempDir(), "x.opus"), filepath.Join(t.TempDir(), "x.wav")
			audiotest.Tool(t, "opusenc", append(append([]string{"--quiet"}, args...), path)...)
			audiotest.Tool(t, "opusdec", "--quiet", "--rate", "48000", "--float", path, ref)
			got, want := audiotest.ReadFile(t, path), audiotest.ReadFile(t, ref)
			if len(got) < 240_000-2 || len(got) > 240_000+2 {
				t.Errorf("%d samples of 5 s", len(got))
			}
			if db := audiotest.SNR(want, got); db < 40 { // stereo is summed before or after the last step
				t.Errorf("%.1f dB to opusdec", db)
			}
			for _, from := range []int64{1, 77_777, 200_001} {
				part := audiotest.Read(t, mustFile(t, path, from), 9600)
				if db := audiotest.SNR(got[from:from+9600], part); db < 50 {
					t.Errorf("from %d: %.1f dB to a play from the start", from, db)
				}
			}
		})
	}
}

func TestOpusThatIsCutOffPlaysAndSaysSo(t *testing.T) {
	data, err := os.ReadFile(audiotest.WriteOpus(t, "a.opus", audiotest.Sine(440, 0.3, 0, 480_000)))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "cut.opus")
	if err := os.WriteFile(path, data[:len(data)*2/3], 0o600); err != nil {
		t.Fatal(err)
	}
	n := 0
	_, err = source.Decode(context.Background(), path, 0, nil, func(s []float32) error { n += len(s); return nil })
	if !errors.Is(err, source.ErrDamaged) || n < 240_000 || n > 340_000 {
		t.Errorf("%d samples and %v", n, err)
	}
}
