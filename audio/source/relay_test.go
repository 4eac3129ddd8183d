package source_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"loaxa/audio/audiotest"
	"loaxa/audio/source"
)

// pcm is a tone as s16le.
func pcm(hz float64, seconds float64) []byte {
	var b []byte
	for _, v := range audiotest.Sine(hz, 0.3, 0, int(seconds*48000)) {
		b = binary.LittleEndian.AppendUint16(b, uint16(int16(v*32767)))
	}
	return b
}

// station is a server far away: what each connection gives, in its own time.
type station struct {
	tries atomic.Int32
	give  func(ctx context.Context, try int, foreign bool, w io.Writer) error
	raw   bool
	wg    sync.WaitGroup
}

func (f *station) open(ctx context.Context, foreign bool) (io.ReadCloser, bool, error) {
	r, w := io.Pipe()
	try := int(f.tries.Add(1))
	f.wg.Go(func() { _ = w.CloseWithError(f.give(ctx, try, foreign, w)) })
	return r, f.raw || foreign, nil
}

// paced writes 100 ms of sound every 100 ms, the first two seconds at once.
func paced(ctx context.Context, w io.Writer, b []byte) error {
	const piece = 9600
	for at := 0; at < len(b); at += piece {
		if _, err := w.Write(b[at:min(at+piece, len(b))]); err != nil {
			return err
		}
		if at >= 20*piece {
			time.Sleep(100 * time.Millisecond)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}

// listen reads a relay to its end at the pace of a card, and gives what was
// heard.
func listen(r *source.Relay) (heard []float32) {
	out := make([]float32, 960)
	for {
		n := r.Read(out)
		heard = append(heard, out[:n]...)
		if n < len(out) {
			_ = r.Close()
			<-r.Done()
			return heard
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// sounding are the seconds in which something was heard.
func sounding(s []float32) (out []int) {
	for at := 0; at+48000 <= len(s); at += 48000 {
		if audiotest.RMS(s[at:at+48000]) > 0.1 {
			out = append(out, at/48000)
		}
	}
	return out
}

// TestARelayPassesOnAndConnectsAgain: sound as it comes; a connection that ends,
// or from which nothing comes any more, is silence and then another connection;
// it ends at its time, whatever the far side does.
func TestARelayPassesOnAndConnectsAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told []error
		far := &station{raw: true, give: func(ctx context.Context, try int, _ bool, w io.Writer) error {
			switch try {
			case 1:
				return errors.Join(paced(ctx, w, pcm(500, 10)), io.EOF)
			case 2: // ten seconds, then silence on an open line
				_ = paced(ctx, w, pcm(500, 10))
				<-ctx.Done()
				return ctx.Err()
			}
			return paced(ctx, w, pcm(500, 60))
		}}
		r := source.NewRelay(t.Context(), source.RelayOptions{Open: far.open, Length: 60 * 48000, Told: func(err error) { told = append(told, err) }})
		heard := listen(r)
		far.wg.Wait()
		if len(heard) != 60*48000 || r.Position()+r.Starved() != 60*48000 || r.Err() != nil {
			t.Fatalf("%d samples, at %d, starved %d, %v", len(heard), r.Position(), r.Starved(), r.Err())
		}
		if n := far.tries.Load(); n != 3 || len(told) != 2 {
			t.Errorf("%d connections, told %v", n, told)
		}
		loud := sounding(heard)
		if len(loud) < 42 || r.Starved() < 2*48000 || r.Starved() > 20*48000 {
			t.Errorf("heard in seconds %v, starved %.1f s", loud, float64(r.Starved())/48000)
		}
		for i := 1; i < len(heard); i++ { // gaps fade: no step is larger than the tone's own
			if d := math.Abs(float64(heard[i] - heard[i-1])); d > 0.3*2*math.Pi*500/48000*1.2 {
				t.Fatalf("a step of %.3f at %.3f s", d, float64(i)/48000)
			}
		}
	})
}

// TestARelaysLoudnessIsBroughtToTheStations: a loud and a quiet station sound
// alike after half a minute, and a station that connects again is not begun anew.
func TestARelaysLoudnessIsBroughtToTheStations(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, level := range []float32{3, 0.5} { // of 0.3: -4 and -20 LUFS of 500 Hz
			far := &station{raw: true, give: func(ctx context.Context, _ int, _ bool, w io.Writer) error {
				b := pcm(500, 25)
				for i := 0; i < len(b); i += 2 {
					v := float32(int16(binary.LittleEndian.Uint16(b[i:]))) * level
					binary.LittleEndian.PutUint16(b[i:], uint16(int16(v)))
				}
				return errors.Join(paced(ctx, w, b), io.EOF)
			}}
			r := source.NewRelay(t.Context(), source.RelayOptions{Open: far.open, Length: 45 * 48000, Target: -16})
			heard := listen(r)
			far.wg.Wait()
			var last []float32
			for _, sec := range sounding(heard) {
				last = heard[sec*48000 : (sec+1)*48000]
			}
			if got, want := audiotest.DB(audiotest.RMS(last)), -15.3; math.Abs(got-want) > 1 { // a sine of -16 LUFS at 500 Hz
				t.Errorf("level %v ends at %.1f dB RMS, want %.1f", level, got, want)
			}
		}
	})
}

// TestARelayIsASource by the contract, with nothing but silence coming.
func TestARelayIsASource(t *testing.T) {
	audiotest.CheckSource(t, func() source.Source {
		return source.NewRelay(t.Context(), source.RelayOptions{Length: 100_000, From: 1000, Open: func(ctx context.Context, _ bool) (io.ReadCloser, bool, error) {
			<-ctx.Done()
			return nil, false, ctx.Err()
		}})
	})
}

// TestWhatARelayCannotReadGoesToTheProgram: pages of text, lists of pieces and
// noise are refused, and the other way is tried.
func TestWhatARelayCannotReadGoesToTheProgram(t *testing.T) {
	for name, body := range map[string][]byte{
		"a page": bytes.Repeat([]byte("<html>404</html>\n"), 9000), "a list": []byte("#EXTM3U\n#EXTINF:10,\na.ts\n"), "nothing": {},
		"noise": pcm(12345, 2), "wav": append([]byte("RIFF0000WAVEfmt "), make([]byte, 4000)...),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				far := &station{give: func(ctx context.Context, _ int, foreign bool, w io.Writer) error {
					if foreign {
						return paced(ctx, w, pcm(700, 12))
					}
					_, err := w.Write(body)
					return errors.Join(err, io.EOF)
				}}
				heard := listen(source.NewRelay(t.Context(), source.RelayOptions{Open: far.open, Length: 10 * 48000}))
				far.wg.Wait()
				if loud := sounding(heard); len(loud) < 5 {
					t.Errorf("heard in seconds %v after %d connections", loud, far.tries.Load())
				}
			})
		})
	}
}

// TestRelaysOfEachFormInProcess: MP3 that begins in the middle of a frame, Ogg
// Vorbis and Ogg Opus, as servers send them.
func TestRelaysOfEachFormInProcess(t *testing.T) {
	bin, err := exec.LookPath("ffmpeg")
	if err != nil {
		t.Skip("skipped: no ffmpeg to make streams with")
	}
	wav := audiotest.WriteWAV(t, "a.wav", audiotest.Sine(440, 0.3, 0, 9*48000))
	for name, args := range map[string][]string{
		"a.mp3": {"-c:a", "libmp3lame", "-b:a", "64k", "-ar", "44100"}, "b.ogg": {"-c:a", "libvorbis", "-ar", "44100"}, "c.opus": {"-c:a", "libopus", "-b:a", "32k"},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), name)
			if out, err := exec.CommandContext(t.Context(), bin, append(append([]string{"-loglevel", "error", "-i", wav}, args...), file)...).CombinedOutput(); err != nil {
				t.Skipf("skipped: this ffmpeg does not make it: %s", out)
			}
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if name == "a.mp3" {
				b = b[1234:]
			}
			synctest.Test(t, func(t *testing.T) {
				far := &station{give: func(ctx context.Context, _ int, foreign bool, w io.Writer) error {
					if foreign {
						return errors.New("not in process")
					}
					return paced(ctx, w, b)
				}}
				heard := listen(source.NewRelay(t.Context(), source.RelayOptions{Open: far.open, Length: 7 * 48000}))
				far.wg.Wait()
				if loud := sounding(heard); len(loud) < 5 {
					t.Errorf("heard in seconds %v after %d connections", loud, far.tries.Load())
				}
				var re, im float64
				for i, v := range heard[5*48000 : 6*48000] {
					sin, cos := math.Sincos(2 * math.Pi * 440 * float64(i) / 48000)
					re, im = re+float64(v)*cos, im+float64(v)*sin
				}
				if level := 2 * math.Hypot(re, im) / 48000; level < 0.25 {
					t.Errorf("440 Hz at %.3f", level)
				}
			})
		})
	}
}

// TestAClosedRelayEndsItsConnection though the far side sends and nobody reads.
func TestAClosedRelayEndsItsConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		far := &station{raw: true, give: func(ctx context.Context, _ int, _ bool, w io.Writer) error {
			for {
				if _, err := w.Write(make([]byte, 9600)); err != nil {
					return err
				}
			}
		}}
		r := source.NewRelay(t.Context(), source.RelayOptions{Open: far.open, Length: 1 << 40})
		time.Sleep(time.Minute)
		_ = r.Close()
		<-r.Done()
		far.wg.Wait()
		if n := far.tries.Load(); n != 1 {
			t.Errorf("%d connections: a full ring is no broken one", n)
		}
	})
}
