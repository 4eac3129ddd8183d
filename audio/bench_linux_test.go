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
		n := broadcast(b, voice, music)
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
		n := broadcast(b, voice, music)
		ours += (cpu(b, syscall.RUSAGE_SELF) - from) * time.Second / (time.Duration(n) * frame.Duration)
	}
	b.ReportMetric(ours.Seconds()*1000/float64(b.N), "ms-cpu/s")
	b.ReportMetric(0, "ns/op")
}

// broadcast renders and encodes a voice over a bed to its end, as fast as the
// decoders give, and returns how many frames that took.
func broadcast(b *testing.B, voice, bed string) (frames int) {
	b.Helper()
	enc, err := codec.NewEncoder(codec.Best(), 0)
	if err != nil {
		b.Fatal(err)
	}
	defer enc.Close()
	open := func(path string) source.Source {
		f, err := source.OpenFile(context.Background(), path, 0)
		if err != nil {
			b.Fatal(err)
		}
		return f
	}
	u := bus.New(bus.Options{})
	defer u.Close()
	u.Play(bus.Piece{Tag: "voice", Source: open(voice)})
	u.SetBed(bus.Bed{Tag: "bed", Source: open(bed)})
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
