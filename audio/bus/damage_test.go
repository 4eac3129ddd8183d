package bus_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"loaxa/audio/audiotest"
	"loaxa/audio/bus"
	"loaxa/audio/frame"
	"loaxa/audio/source"
)

// Damaged files in the middle of a broadcast: each is refused when it is opened,
// or what of it can be decoded is heard and the next begins within 100 ms of air
// that was lost; the bus never stops and gives nothing but numbers.
func TestFaultDamagedFilesAreSkippedOnAir(t *testing.T) {
	rounds := 25
	if v := os.Getenv("LOAXA_FAULTS"); v == "full" || v == "soak" {
		rounds = 1000
	}
	found, onAir := 0, 0
	wav := audiotest.WriteWAV(t, "s.wav", audiotest.Noise(1, 0.3, frame.Rate*6/5))
	for kind, tool := range map[string][]string{"wav": nil, "mp3": {"lame", "--quiet", "-b", "48"}, "flac": {"sox"}, "ogg": {"sox"}, "opus": {"opusenc", "--quiet"}} {
		t.Run(kind, func(t *testing.T) {
			path := wav
			if tool != nil {
				path = filepath.Join(t.TempDir(), "s."+kind)
				audiotest.Tool(t, tool[0], append(tool[1:], wav, path)...)
			}
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			damaged := filepath.Join(t.TempDir(), "damaged")
			refused, broken := 0, 0
			for seed := range rounds {
				whole := seed % 3 / 2 * len(data) / 2 // of each third file the first half stays, so that it breaks while it is heard
				audiotest.Damage(t, damaged, data[whole:], uint64(seed)*2654435761+17)
				tail, err := os.ReadFile(damaged)
				if err == nil {
					err = os.WriteFile(damaged, append(data[:whole:whole], tail...), 0o600)
				}
				if err != nil {
					t.Fatal(err)
				}
				f, err := source.OpenFile(context.Background(), damaged, 0)
				if err != nil {
					refused++
					continue
				}
				if airDamaged(t, seed, f) {
					broken++
				}
			}
			t.Logf("%d: %d refused, %d broke on the air", rounds, refused, broken)
			found += refused + broken // a wav and an mp3 hide most
			if broken > 0 {
				onAir++
			}
		})
	}
	if found == 0 {
		t.Error("none was found: the damage proves nothing")
	}
	t.Logf("%d found, files of %d kinds broke on the air", found, onAir)
}

// airDamaged plays a file between two good pieces and tells whether it broke.
func airDamaged(t *testing.T, seed int, f *source.File) (broke bool) {
	t.Helper()
	b := flat()
	defer b.Close()
	b.Play(piece("before", audiotest.Sine(700, 0.3, 0, 4800)), bus.Piece{Tag: "damaged", Source: f}, piece("next", audiotest.Sine(700, 0.3, 0, 4800)))
	out := make([]float32, frame.Samples)
	next := false
	for frames := 0; !next; frames++ {
		if frames > 30*50 {
			t.Fatalf("seed %d: nothing follows in 30 s", seed)
		}
		for wait := 0; !b.Ready(frame.Samples) && wait < 3000; wait++ { // a slow machine is no damage
			time.Sleep(100 * time.Microsecond)
		}
		b.Render(out)
		for _, x := range out {
			if !(x >= -1.01 && x <= 1.01) {
				t.Fatalf("seed %d: a sample of %v", seed, x)
			}
		}
		for _, m := range b.Marks() {
			broke = broke || m.Kind == bus.Broken && m.Tag == "damaged"
			next = next || m.Kind == bus.Started && m.Tag == "next"
		}
	}
	if lost := f.Starved(); lost > frame.Rate/10 {
		t.Errorf("seed %d: %d ms of air were lost", seed, lost*1000/frame.Rate)
	}
	return broke
}
