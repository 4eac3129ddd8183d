package library_test

import (
	"context"
	"testing"

	"loaxa/audio/audiotest"
	"loaxa/audio/frame"
	"loaxa/audio/library"
)

// BenchmarkImport takes in a minute of sound: copied, hashed, decoded, measured
// and placed.
func BenchmarkImport(b *testing.B) {
	lib, err := library.Open(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	path := audiotest.WriteWAV(b, "a.wav", audiotest.Noise(1, 0.2, 60*frame.Rate))
	for b.Loop() {
		if _, err := lib.Import(context.Background(), path, nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(60*float64(b.N)/b.Elapsed().Seconds(), "x-realtime")
}
