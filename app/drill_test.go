package main

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"loaxa/app/boot"
	"loaxa/app/station"
	"loaxa/audio/audiotest"
	"loaxa/audio/codec"
	"loaxa/audio/frame"
)

// programme is 14 s of a steady tone with a click each second: its level,
// its gaps and its delay can all be read from what a pole played.
func programme() []float32 {
	n := 14 * frame.Rate
	s := audiotest.Sine(440, 0.1, 0, n)
	for i, c := range audiotest.Clicks(1, n) {
		s[i] += c * 0.5
	}
	return s
}

// feeder writes a voice into the station's microphone at the pace of time.
func feeder(t *testing.T, fifo string, hz float64, d time.Duration) (stop func()) {
	t.Helper()
	done, gone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		f, err := os.OpenFile(fifo, os.O_WRONLY, 0)
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = f.Close() }()
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		began := time.Now()
		for sent := 0; time.Since(began) < d; {
			for want := int(time.Since(began).Seconds() * frame.Rate); sent < want; sent += frame.Samples {
				if _, err := f.Write(pcm16(audiotest.Sine(hz, 0.25, sent, frame.Samples))); err != nil {
					return
				}
			}
			select {
			case <-tick.C:
			case <-done:
				return
			}
		}
	}()
	return func() { close(done); <-gone }
}

func pcm16(s []float32) []byte {
	b := make([]byte, 0, 2*len(s))
	for _, x := range s {
		v := int16(math.Round(float64(x) * 32767))
		b = append(b, byte(v), byte(v>>8))
	}
	return b
}

// TestTheWholeRoad drives a file, the microphone and an emergency through real
// processes to a pole's WAV file, cuts the district off meanwhile, and asks
// every witness: the samples, the log, the district.
func TestTheWholeRoad(t *testing.T) {
	v := newVillage(t, 2)
	mic, tap, out := filepath.Join(v.dir, "mic"), filepath.Join(v.dir, "tap"), filepath.Join(v.dir, "c1.wav")
	district := start(t, "district", "--data", v.district, "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--pins", v.pins)
	s := start(t, "station", "--data", v.station, "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--pins", v.pins,
		"--mic", "fifo:"+mic, "--tap", tap, "--district", district.ready.Addr, "--peer", v.upperID)
	pole := start(t, "cluster", "--data", v.clusters[0], "--station", s.ready.Addr, "--peer", v.stationID, "--out", "wav:"+out)
	start(t, "cluster", "--data", v.clusters[1], "--station", s.ready.Addr, "--peer", v.stationID, "--out", "virtual", "--clock-ppm", "40")
	start(t, "board", "--data", filepath.Join(v.dir, "b"), "--station", s.ready.Addr, "--peer", v.stationID, "--page", "127.0.0.1:0")
	eventually(t, "both poles, the board and the district are there", func() bool {
		sn := snapshot(t, v.station)
		return len(sn.Clusters) == 2 && sn.Clusters[0].State == station.ClusterIdle && sn.Clusters[1].State == station.ClusterIdle &&
			sn.Upstream.Up && sn.Boards[0].Up
	})
	time.Sleep(2500 * time.Millisecond) // the poles' clocks settle: 20 exchanges in the first 2 s

	src := programme()
	file := audiotest.WriteWAV(t, "chuong-trinh.wav", src)
	must(t, "ctl", "--data", v.station, "queue", "add", file)
	must(t, "ctl", "--data", v.station, "queue", "play")
	eventually(t, "both poles prove that they play", func() bool {
		sn := snapshot(t, v.station)
		return sn.Clusters[0].State == station.ClusterPlaying && sn.Clusters[1].State == station.ClusterPlaying
	})
	time.Sleep(5 * time.Second)
	district.kill()
	eventually(t, "the district is said to be cut", func() bool { return !snapshot(t, v.station).Upstream.Up })

	stop := feeder(t, mic, 1000, time.Minute)
	defer stop()
	eventually(t, "the microphone hears", func() bool { return snapshot(t, v.station).Mic.State == station.MicGood })
	must(t, "ctl", "--data", v.station, "live", "start", "--title", "Thông báo")
	eventually(t, "the microphone is open", func() bool { return snapshot(t, v.station).Mic.Open })
	time.Sleep(3 * time.Second)
	if got := must(t, "ctl", "--data", v.station, "emergency", "--siren", "iso-8201"); !strings.Contains(got, `"saved":false,"started":3`) ||
		!strings.Contains(got, `"saved":true,"started":3`) {
		t.Errorf("an emergency is decided, then saved; ctl said %q", got)
	}
	eventually(t, "the board says so", func() bool {
		b := snapshot(t, v.station).Boards[0]
		return b.Card.Emergency && b.Shown == b.Want
	})
	time.Sleep(3 * time.Second)
	must(t, "ctl", "--data", v.station, "emergency", "--end")
	eventually(t, "the programme is back and comes to its end", func() bool { return len(snapshot(t, v.station).Queue.Entries) == 0 })
	eventually(t, "nothing is on the air", func() bool { return len(snapshot(t, v.station).Air) == 0 })
	waiting := snapshot(t, v.station).Upstream.Waiting
	if waiting == 0 {
		t.Error("the district was away and nothing waits for it")
	}

	start(t, "district", "--data", v.district, "--listen", district.ready.Addr, "--page", "127.0.0.1:0", "--pins", v.pins)
	if got := must(t, "verify", "--data", v.station, "--against", v.district, "--wait", "70s"); !strings.Contains(got, "equal") {
		t.Errorf("verify says %q", got)
	}
	time.Sleep(time.Second) // the pole's file is whole at every second
	pole.end()
	s.end()
	heard := audiotest.ReadFile(t, out)
	packets, err := boot.ReadTap(tap)
	if err != nil {
		t.Fatal(err)
	}
	checkNull(t, packets, heard)
	checkProgramme(t, src, heard)
	checkLog(t, v, checkOrder(t, heard))
}

// checkNull compares what the pole played of the first stream with a decode of
// the very packets that were sent: 60 dB and more are the same sound.
func checkNull(t *testing.T, packets []frame.Packet, heard []float32) {
	t.Helper()
	if len(packets) == 0 {
		t.Fatal("the station sent nothing")
	}
	dec, err := codec.NewDecoder(packets[0].Codec)
	if err != nil {
		t.Fatal(err)
	}
	defer dec.Close()
	var want []float32
	for _, p := range packets {
		if p.Stream != packets[0].Stream || p.Seq > 4*50 {
			continue
		}
		out := make([]float32, frame.Samples)
		if p.Flags&frame.Silence == 0 {
			if err := dec.Decode(p.Data, out); err != nil {
				t.Fatal(err)
			}
		}
		want = append(want, out...)
	}
	at := firstSound(heard)
	from := frame.Rate // the first second has the fade and the clock's settling
	db, lag := audiotest.NullDepth(want[from:], heard[at:at+6*frame.Rate], 3*frame.Rate)
	t.Logf("null against a decode of the packets: %.1f dB at lag %d", db, lag)
	if db < 60 {
		t.Errorf("the pole played something else than what was sent: %.1f dB, want 60", db)
	}
}

func firstSound(s []float32) int {
	for i, x := range s {
		if x > 0.02 || x < -0.02 {
			return i
		}
	}
	return len(s)
}

// checkProgramme compares with the source: each click at its second, the level
// within 1 dB each second, no gap, until the microphone took over.
func checkProgramme(t *testing.T, src, heard []float32) {
	t.Helper()
	at := firstSound(heard)
	part := heard[at : at+5*frame.Rate]
	if gaps := audiotest.Gaps(part[frame.Rate/10:], 0.002, 480); len(gaps) > 0 {
		t.Errorf("gaps in the programme: %v", gaps)
	}
	clicks := audiotest.FindClicks(part, 0.25)
	for i := 1; i < len(clicks); i++ {
		if d := clicks[i] - clicks[i-1] - frame.Rate; d < -48 || d > 48 {
			t.Errorf("click %d comes %d samples off its second", i, d)
		}
	}
	if len(clicks) < 4 {
		t.Errorf("%d clicks in 5 s", len(clicks))
	}
	want := audiotest.LevelPerSecond(src[:5*frame.Rate])
	got := audiotest.LevelPerSecond(part)
	gain := got[2] - want[2]
	for i := 1; i < 4; i++ {
		if d := got[i] - want[i] - gain; math.Abs(d) > 1 {
			t.Errorf("second %d is %.1f dB off", i, d)
		}
	}
	delay, like := audiotest.Delay(src[frame.Rate:4*frame.Rate], part, 2*frame.Rate)
	t.Logf("delay against the source: %.1f samples, likeness %.3f", delay, like)
	if like < 0.5 {
		t.Errorf("what was heard is not the source: likeness %.2f", like)
	}
}

// tone is how much of a second is one frequency (Goertzel), 0 to 1.
func tone(s []float32, hz float64) float64 {
	w := 2 * math.Cos(2*math.Pi*hz/frame.Rate)
	var a, b, energy float64
	for _, x := range s {
		a, b = float64(x)+w*a-b, a
		energy += float64(x) * float64(x)
	}
	if energy < 1e-6 {
		return 0
	}
	return (a*a + b*b - w*a*b) * 2 / energy / float64(len(s))
}

// checkOrder finds in the pole's sound what the station did, in its order:
// the programme, the microphone's 1000 Hz, the siren's 800 Hz, the programme.
func checkOrder(t *testing.T, heard []float32) (began []time.Duration) {
	t.Helper()
	var story []string
	for i := 0; i+frame.Rate/4 <= len(heard); i += frame.Rate / 4 {
		part := heard[i : i+frame.Rate/4]
		now := ""
		switch {
		case tone(part, 1000) > 0.6:
			now = "mic"
		case tone(part, 800) > 0.4:
			now = "siren"
		case tone(part, 440) > 0.4:
			now = "programme"
		}
		if now != "" && (len(story) == 0 || story[len(story)-1] != now) {
			story = append(story, now)
			began = append(began, time.Duration(i)*time.Second/frame.Rate)
		}
	}
	if got := strings.Join(story, " "); got != "programme mic siren programme" {
		t.Errorf("the pole played %q", got)
	}
	return began
}

// checkLog reads the as-run rows of the stopped station and finds the same
// story, to the second: heard is when each part began at the pole.
func checkLog(t *testing.T, v village, heard []time.Duration) {
	t.Helper()
	rows := boot.ReadAsRun(filepath.Join(v.station, "station.db"))
	var got []string
	var cut, resumed time.Duration
	var said []time.Time
	for e, err := range rows {
		if err != nil {
			t.Fatal(err)
		}
		switch e.Kind {
		case station.EvStart, station.EvEnd, station.EvSuspend, station.EvResume:
			got = append(got, string(e.Kind)+" "+e.Class.String())
		case station.EvItem:
			if e.Class != station.Live { // its chime
				said = append(said, e.At.Wall)
			}
		case station.EvMic:
			said = append(said, e.At.Wall)
		case station.EvItemEnd:
			if e.Class == station.Scheduled && e.Reason == "cut" {
				cut = e.Pos
			}
		}
		if e.Kind == station.EvResume && e.Class == station.Scheduled {
			resumed = e.Pos
		}
	}
	if len(said) != len(heard) {
		t.Fatalf("the log has %d beginnings, the pole %d", len(said), len(heard))
	}
	for i := range heard {
		if off := said[i].Sub(said[0]) - (heard[i] - heard[0]); off.Abs() > time.Second {
			t.Errorf("part %d: the log is %v off what was heard", i+1, off)
		}
	}
	want := []string{"start scheduled", "suspend scheduled", "start live", "end live", "start emergency", "end emergency",
		"resume scheduled", "end scheduled"}
	if strings.Join(got, ",") != strings.Join(want, ",") {
		b, _ := json.Marshal(got)
		t.Errorf("the log tells %s", b)
	}
	if cut < 4*time.Second || cut > 13*time.Second || resumed != cut {
		t.Errorf("cut at %v, resumed at %v", cut, resumed)
	}
}
