package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"loaxa/app/boot"
	"loaxa/app/station"
	"loaxa/audio/audiotest"
	"loaxa/audio/frame"
)

// evenPort is one at which nobody listens.
func evenPort(t testing.TB) int {
	t.Helper()
	for range 200 {
		c, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
		if err != nil {
			t.Fatal(err)
		}
		port := c.LocalAddr().(*net.UDPAddr).Port
		_ = c.Close()
		if port%2 == 0 && port < 65000 {
			return port
		}
	}
	t.Fatal("no even port is free")
	return 0
}

// player is another maker's: it opens a description and writes the first second
// that it hears.
type player struct {
	out, bad bytes.Buffer
	done     chan error
}

func otherMaker(t testing.TB, ffmpeg, name string, sdp string) *player {
	t.Helper()
	file := filepath.Join(t.TempDir(), name+".sdp")
	if err := os.WriteFile(file, []byte(sdp), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), 90*time.Second)
	p := &player{done: make(chan error, 1)} // its one end
	cmd := exec.CommandContext(ctx, ffmpeg, "-hide_banner", "-loglevel", "error", "-nostdin", "-protocol_whitelist", "file,udp,rtp",
		"-analyzeduration", "100000", "-i", file, "-t", "1", "-f", "s16le", "-") //nolint:gosec // a fixed program on the test's own file
	cmd.Stdout, cmd.Stderr = &p.out, &p.bad
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { p.done <- cmd.Wait(); close(ended) }()
	t.Cleanup(func() { stop(); <-ended })
	return p
}

// heard waits for the player and returns its samples, s16le.
func (p *player) heard(t testing.TB) []byte {
	t.Helper()
	if err := <-p.done; err != nil {
		t.Fatalf("the player: %v: %s", err, p.bad.String())
	}
	return p.out.Bytes()
}

// checkSent finds 100 ms of what was heard in what left the station, whole.
func checkSent(t testing.TB, what, tap string, heard []byte) {
	t.Helper()
	ps, err := boot.ReadTap(tap)
	if err != nil {
		t.Fatal(err)
	}
	var sent []byte
	for _, p := range ps {
		if p.Codec != frame.L16 {
			continue
		}
		for i := 0; i+1 < len(p.Data); i += 2 {
			sent = binary.LittleEndian.AppendUint16(sent, binary.BigEndian.Uint16(p.Data[i:]))
		}
	}
	size := frame.Samples * 2 * 5
	for at := 0; at+size <= len(heard); at += size {
		if part := heard[at : at+size]; bytes.Count(part, []byte{0}) < size/2 && bytes.Contains(sent, part) {
			return
		}
	}
	t.Errorf("%s: nothing of the %d bytes that were heard was sent", what, len(heard))
}

// TestALoudspeakerOfAnotherMaker: it is in the list as what says nothing back,
// a player that knows nothing of us hears an item and an emergency, each by its
// own description, and nobody says that it was heard.
func TestALoudspeakerOfAnotherMaker(t *testing.T) {
	t.Parallel() // it mostly waits
	ffmpeg, err := exec.LookPath("ffmpeg")
	if err != nil {
		t.Skip("skipped: no ffmpeg here")
	}
	v := newVillage(t, 1)
	usual := evenPort(t)
	emergency := evenPort(t)
	for emergency == usual {
		emergency = evenPort(t)
	}
	conf := fmt.Sprintf("demo = true\n[[multicast]]\nname = 'Chợ'\nnumber = 7\nzones = ['z0']\naddress = '127.0.0.1:%d'\nemergency = '127.0.0.1:%d'\ncoding = 'l16'\nttl = 1\n", usual, emergency)
	if err := os.WriteFile(filepath.Join(v.station, boot.StationFile), []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	tap := filepath.Join(v.dir, "tap")
	s := start(t, "station", "--data", v.station, "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--pins", v.pins, "--mic", "none", "--tap", tap)
	market := func() station.ClusterView {
		for _, c := range snapshot(t, v.station).Clusters {
			if c.Number == 7 {
				return c
			}
		}
		return station.ClusterView{}
	}
	eventually(t, "it is in the list as what says nothing back", func() bool {
		c := market()
		return c.Name == "Chợ" && c.ID.SentOnly() && c.State == station.ClusterUnknown && c.Why == station.WhySentOnly
	})
	ear := otherMaker(t, ffmpeg, "usual", must(t, "sdp", "Chợ", "--data", v.station))
	siren := otherMaker(t, ffmpeg, "emergency", must(t, "sdp", "Chợ", "--data", v.station, "--emergency"))
	file := audiotest.WriteWAV(t, "a.wav", audiotest.Noise(4, 0.2, 60*frame.Rate))
	must(t, "ctl", "--data", v.station, "play", file, "--to", "z0")
	eventually(t, "it is said that sound is sent to it, never that it plays", func() bool {
		c := market()
		if c.State == station.ClusterPlaying || c.Proof != (station.Stamp{}) {
			t.Fatalf("nobody can know that: %+v", c)
		}
		return c.State == station.ClusterUnknown && c.Why == station.WhySent
	})
	item := ear.heard(t)
	must(t, "ctl", "--data", v.station, "emergency", "--siren", "iso-8201", "--to", "z0")
	danger := siren.heard(t)
	must(t, "ctl", "--data", v.station, "emergency", "--end")
	must(t, "ctl", "--data", v.station, "stop")
	eventually(t, "the log says what was sent, and that nothing else is known", func() bool {
		var as []station.Aired
		if err := json.Unmarshal([]byte(must(t, "ctl", "--data", v.station, "aired", "--json")), &as); err != nil {
			t.Fatal(err)
		}
		sent := 0
		for _, a := range as {
			for _, r := range a.Receipts {
				if r.Number == 7 && r.Played > 0 {
					sent++
					if r.Heard == station.HeardAll {
						t.Fatalf("nobody can know that: %+v", r)
					}
				}
			}
		}
		return sent >= 2
	})
	s.end()
	checkSent(t, "the item", tap, item)
	checkSent(t, "the emergency", tap, danger)
}

// TestOtherMakersPlayersDecodeOpus: RTP Opus, one note whole, in two players that
// know nothing of us: one by its description, one by its caps.
func TestOtherMakersPlayersDecodeOpus(t *testing.T) {
	t.Parallel() // it mostly waits
	ffmpeg, err := exec.LookPath("ffmpeg")
	if err != nil {
		t.Skip("skipped: no ffmpeg here")
	}
	v := newVillage(t, 1)
	port := evenPort(t)
	conf := fmt.Sprintf("demo = true\n[[multicast]]\nname = 'Trường'\nnumber = 8\nzones = ['z9']\naddress = '127.0.0.1:%d'\ncoding = 'opus'\nttl = 1\n", port)
	if err := os.WriteFile(filepath.Join(v.station, boot.StationFile), []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	start(t, "station", "--data", v.station, "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--pins", v.pins, "--mic", "none")
	eventually(t, "it is in the list", func() bool {
		return slices.ContainsFunc(snapshot(t, v.station).Clusters, func(c station.ClusterView) bool { return c.Number == 8 && c.Why == station.WhySentOnly })
	})
	if slices.Contains(snapshot(t, v.station).Station.Missing, "opus") {
		t.Skip("skipped: no Opus library here")
	}
	ear := otherMaker(t, ffmpeg, "opus", must(t, "sdp", "Trường", "--data", v.station))
	const note = 440
	must(t, "ctl", "--data", v.station, "play", audiotest.WriteWAV(t, "la.wav", audiotest.Sine(note, 0.2, 0, 60*frame.Rate)), "--to", "z9")
	checkNote(t, "ffmpeg", note, 2, ear.heard(t)) // two channels, as the format's description has it
	gst, err := exec.LookPath("gst-launch-1.0")
	if err != nil {
		t.Skip("skipped: no GStreamer here")
	}
	raw := filepath.Join(v.dir, "gst.raw")
	ctx, stop := context.WithTimeout(t.Context(), 60*time.Second)
	defer stop()
	out, err := exec.CommandContext(ctx, gst, "-q", "udpsrc", "num-buffers=100", "address=127.0.0.1", fmt.Sprint("port=", port),
		"caps=application/x-rtp,media=audio,clock-rate=48000,encoding-name=OPUS,payload=97", "!", "rtpopusdepay", "!", "opusdec", "!", "audioconvert", "!",
		"audio/x-raw,format=S16LE,rate=48000,channels=1", "!", "filesink", "location="+raw).CombinedOutput() //nolint:gosec // a fixed program on the test's own port
	b, rerr := os.ReadFile(raw)
	if err != nil || rerr != nil {
		t.Fatalf("%v %v: %s", err, rerr, out)
	}
	checkNote(t, "GStreamer", note, 1, b)
}

// checkNote tells whether one note is all that is heard, in s16le at 48 kHz.
func checkNote(t testing.TB, who string, note float64, channels int, b []byte) {
	t.Helper()
	var left []float64
	for i := 0; i+2*channels <= len(b); i += 2 * channels {
		left = append(left, float64(int16(binary.LittleEndian.Uint16(b[i:])))/32768)
	}
	left = left[len(left)/2:] // behind the fade in and what the player begins with
	if len(left) < frame.Rate/3 {
		t.Fatalf("%s: %d samples were heard", who, len(left))
	}
	var re, im, all float64
	for i, x := range left {
		w := 2 * math.Pi * note * float64(i) / frame.Rate
		re, im, all = re+x*math.Cos(w), im+x*math.Sin(w), all+x*x
	}
	if share := 2 * (re*re + im*im) / float64(len(left)) / all; share < 0.98 || all/float64(len(left)) < 1e-4 {
		t.Errorf("%s: %.3f of what was heard is the note, power %g", who, share, all/float64(len(left)))
	}
}
