package audio_test

import (
	"context"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"loaxa/audio/audiotest"
	"loaxa/audio/bus"
	"loaxa/audio/codec"
	"loaxa/audio/frame"
	"loaxa/audio/library"
	"loaxa/audio/source"
)

// cpu is the processor time that this process, or its children, have used.
func cpu(b *testing.B, who int) time.Duration {
	b.Helper()
	var r syscall.Rusage
	if err := syscall.Getrusage(who, &r); err != nil {
		b.Fatal(err)
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

// The bar of a broadcast: two files decoded, one ducked under the other,
// limited, metered and encoded in at most 12 ms of processor time a second. The
// ratio is to ffmpeg doing as much in the same run: two decoders, side-chain
// compressor, limiter, Opus encoder.
func BenchmarkTwoFilesDuckedAndEncoded(b *testing.B) {
	const seconds = 60
	dir := b.TempDir()
	music, voice := filepath.Join(dir, "music.mp3"), filepath.Join(dir, "voice.mp3")
	audiotest.Tool(b, "lame", "--quiet", "-b", "128", audiotest.WriteWAV(b, "m.wav", audiotest.Noise(1, 0.2, seconds*frame.Rate)), music)
	audiotest.Tool(b, "lame", "--quiet", "-b", "64", audiotest.WriteWAV(b, "v.wav", audiotest.Clicks(0.3, seconds*frame.Rate)), voice)
	bin, err := exec.LookPath("ffmpeg")
	if err != nil {
		b.Skip("skipped: ffmpeg is not installed")
	}
	var ours, theirs time.Duration
	for b.Loop() { // in turn: ours, theirs
		from := cpu(b, syscall.RUSAGE_SELF)
		v, m := files(b, voice, music)
		n := broadcast(b, v, m)
		ours += (cpu(b, syscall.RUSAGE_SELF) - from) * time.Second / (time.Duration(n) * frame.Duration)
		from = cpu(b, syscall.RUSAGE_CHILDREN)
		out, err := exec.Command(bin, "-nostdin", "-loglevel", "error", "-y", "-i", voice, "-i", music, "-filter_complex",
			"[0:a]aresample=48000,asplit[v][k];[1:a]aresample=48000[m];[m][k]sidechaincompress=threshold=0.01:ratio=8[d];[v][d]amix=2:normalize=0,alimiter=limit=0.89[o]",
			"-map", "[o]", "-ac", "1", "-c:a", "libopus", "-b:a", "32k", "-compression_level", "7", filepath.Join(dir, "o.opus")).CombinedOutput()
		if err != nil {
			b.Fatalf("%v: %s", err, out)
		}
		theirs += (cpu(b, syscall.RUSAGE_CHILDREN) - from) / seconds
	}
	b.ReportMetric(ours.Seconds()*1000/float64(b.N), "ms-cpu/s")
	b.ReportMetric(ours.Seconds()*1000/float64(b.N)/12, "of-bar")
	b.ReportMetric(float64(ours)/float64(theirs), "of-ffmpeg")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkTwoFilesWithoutMP3 is the same work on WAV files: what the MP3
// library costs is the difference.
func BenchmarkTwoFilesWithoutMP3(b *testing.B) {
	const seconds = 60
	music := audiotest.WriteWAV(b, "m.wav", audiotest.Noise(1, 0.2, seconds*frame.Rate))
	voice := audiotest.WriteWAV(b, "v.wav", audiotest.Clicks(0.3, seconds*frame.Rate))
	var ours time.Duration
	for b.Loop() {
		from := cpu(b, syscall.RUSAGE_SELF)
		v, m := files(b, voice, music)
		n := broadcast(b, v, m)
		ours += (cpu(b, syscall.RUSAGE_SELF) - from) * time.Second / (time.Duration(n) * frame.Duration)
	}
	b.ReportMetric(ours.Seconds()*1000/float64(b.N), "ms-cpu/s")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkTwoItemsDecodedAhead is the same work on two MP3 items of a library
// that were decoded before, as what is due is: what a broadcast costs while it
// airs. open-ms is how long the slower of two takes to be ready.
func BenchmarkTwoItemsDecodedAhead(b *testing.B) {
	const seconds = 60
	dir := b.TempDir()
	lib, err := library.Open(dir)
	if err == nil {
		err = lib.KeepCopies(library.Copies{Budget: func() int64 { return 1 << 30 }, Now: time.Now})
	}
	if err != nil {
		b.Fatal(err)
	}
	item := func(name string, s []float32) library.ID {
		path := filepath.Join(dir, name)
		audiotest.Tool(b, "lame", "--quiet", "-b", "128", audiotest.WriteWAV(b, "i.wav", s), path)
		it, err := lib.Import(context.Background(), path, nil)
		if err == nil {
			_, err = lib.Prepare(context.Background(), it.ID, library.Prepared{Samples: it.Samples})
		}
		if err != nil {
			b.Fatal(err)
		}
		return it.ID
	}
	music, voice := item("m.mp3", audiotest.Noise(1, 0.2, seconds*frame.Rate)), item("v.mp3", audiotest.Clicks(0.3, seconds*frame.Rate))
	open := func(id library.ID) source.Source {
		s, err := lib.Open(context.Background(), id, 0)
		if err != nil {
			b.Fatal(err)
		}
		return s
	}
	var ours, opened time.Duration
	for b.Loop() {
		began, from := time.Now(), cpu(b, syscall.RUSAGE_SELF)
		v, m := open(voice), open(music)
		opened = max(opened, time.Since(began))
		n := broadcast(b, v, m)
		ours += (cpu(b, syscall.RUSAGE_SELF) - from) * time.Second / (time.Duration(n) * frame.Duration)
	}
	b.ReportMetric(ours.Seconds()*1000/float64(b.N), "ms-cpu/s")
	b.ReportMetric(opened.Seconds()*1000, "open-ms")
	b.ReportMetric(0, "ns/op")
}

// files opens a voice and a bed.
func files(b *testing.B, voice, bed string) (v, m source.Source) {
	b.Helper()
	open := func(path string) source.Source {
		f, err := source.OpenFile(context.Background(), path, 0)
		if err != nil {
			b.Fatal(err)
		}
		return f
	}
	return open(voice), open(bed)
}

// broadcast renders and encodes a voice over a bed to its end, as fast as the
// decoders give, and returns how many frames that took.
func broadcast(b *testing.B, voice, bed source.Source) (frames int) {
	b.Helper()
	enc, err := codec.NewEncoder(codec.Best(), 0)
	if err != nil {
		b.Fatal(err)
	}
	defer enc.Close()
	u := bus.New(bus.Options{})
	defer u.Close()
	u.Play(bus.Piece{Tag: "voice", Source: voice})
	u.SetBed(bus.Bed{Tag: "bed", Source: bed})
	out, packet := make([]float32, frame.Samples), []byte(nil)
	for !u.Ended() {
		for !u.Ready(frame.Samples) {
			time.Sleep(100 * time.Microsecond)
		}
		u.Render(out)
		if packet, err = enc.Encode(packet[:0], out); err != nil {
			b.Fatal(err)
		}
		frames++
	}
	return frames
}
