package audiotest

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"loaxa/audio/codec"
	"loaxa/audio/frame"
	"loaxa/audio/ogg"
)

// WriteOpus writes samples to a new Ogg Opus file in the test's folder; the
// test is skipped in words where libopus is missing.
func WriteOpus(t testing.TB, name string, s []float32) string {
	t.Helper()
	if err := codec.OpusAvailable(); err != nil {
		t.Skipf("skipped: %v", err)
	}
	enc, err := codec.NewEncoder(frame.Opus, 64000)
	if err != nil {
		t.Fatal(err)
	}
	defer enc.Close()
	var b bytes.Buffer
	w, err := ogg.NewWriter(&b, 7, ogg.Head{Channels: 1, PreSkip: enc.Delay(), Rate: frame.Rate}, 0)
	if err != nil {
		t.Fatal(err)
	}
	end := int64(len(s) + enc.Delay())
	for at := int64(0); at < end; at += frame.Samples {
		pcm := make([]float32, frame.Samples)
		if at < int64(len(s)) {
			copy(pcm, s[at:])
		}
		p, err := enc.Encode(nil, pcm)
		if err == nil {
			err = w.Write(p, frame.Samples)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(end); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
