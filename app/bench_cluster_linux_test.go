package main

import (
	"encoding/binary"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"loaxa/app/station"
	"loaxa/audio/audiotest"
	"loaxa/audio/frame"
)

// taking measures a station's process and what a crowd takes of it meanwhile.
func taking(b *testing.B, s *proc, c *crowdOf, poles int) {
	b.Helper()
	was, began := c.counted(), time.Now()
	watch(b, s)
	is := c.counted()
	seconds := time.Since(began).Seconds()
	each := float64(is.Frames-was.Frames) / float64(poles) / seconds
	b.ReportMetric(each, "frames/s")
	b.ReportMetric(100*float64(is.OnTime-was.OnTime)/float64(is.Frames-was.Frames), "%ontime")
	b.ReportMetric(float64(is.Bytes-was.Bytes)/float64(poles)/seconds*3600/1e6, "MB/cluster-hour")
}

// BenchmarkLiveToAThousand is the microphone to 1000 poles on the websocket:
// what the station's process uses, and how many frames come before their time.
func BenchmarkLiveToAThousand(b *testing.B) {
	for range b.N {
		const n = 1000
		v := newVillage(b, n)
		mic := audiotest.WriteWAV(b, "mic.wav", audiotest.Noise(3, 0.2, 90*frame.Rate))
		s := start(b, "station", "--data", v.station, "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--mic", "file:"+mic, "--pins", v.pins)
		c := crowd(b, v, n, s.ready.Addr)
		must(b, "ctl", "--data", v.station, "live", "start", "--no-chime")
		was := c.counted().Frames
		eventually(b, "sound comes", func() bool { return c.counted().Frames > was+n*50 })
		taking(b, s, c, n)
		c.kill()
		s.kill()
	}
}

// BenchmarkProgrammeTo is a file to many poles, encoding included; 60 of them
// are a large commune.
func BenchmarkProgrammeTo(b *testing.B) {
	for _, many := range []struct {
		name string
		n    int
	}{{"60", 60}, {"200", 200}} {
		b.Run(many.name, func(b *testing.B) {
			for range b.N {
				v := newVillage(b, many.n)
				s := start(b, "station", "--data", v.station, "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--mic", "none", "--pins", v.pins)
				c := crowd(b, v, many.n, s.ready.Addr)
				must(b, "ctl", "--data", v.station, "play", audiotest.WriteWAV(b, "dai.wav", audiotest.Noise(1, 0.2, 60*frame.Rate)))
				was := c.counted().Frames
				eventually(b, "sound comes", func() bool { return c.counted().Frames > was+uint64(many.n)*150 })
				taking(b, s, c, many.n)
				c.kill()
				s.kill()
			}
		})
	}
}

// BenchmarkPoleOnAir is a pole that plays, of the program as it is delivered
// and not of this test: what its process uses.
func BenchmarkPoleOnAir(b *testing.B) {
	bin := filepath.Join(b.TempDir(), "loaxa")
	if out, err := exec.Command("go", "build", "-trimpath", "-o", bin, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	for range b.N {
		v, s := benchStation(b, 1)
		p := launch(b, exec.Command(bin, "cluster", "--data", v.clusters[0], "--station", s.ready.Addr, "--peer", v.stationID, "--out", "virtual"))
		eventually(b, "it is linked", func() bool { return snapshot(b, v.station).Clusters[0].State == station.ClusterIdle })
		must(b, "ctl", "--data", v.station, "play", audiotest.WriteWAV(b, "dai.wav", audiotest.Noise(1, 0.2, 60*frame.Rate)))
		time.Sleep(5 * time.Second)
		watch(b, p)
		b.ReportMetric(ownMemory(b, p.cmd.Process.Pid)*(1<<20)/1e6, "MB-own") // the rest is the program's file, as the kernel maps it
		p.kill()
		s.kill()
	}
}

// ear reads a pole's FIFO as a person stands under it: which sample came when.
type ear struct {
	mu     sync.Mutex
	rate   float64 // of the pole's crystal
	taken  int64
	start  float64 // seconds: when sample 0 was played, by the least delay seen
	clicks []click // as they end
	open   *click  // that is heard now
	quiet  int64   // samples since the last loud one
}

// click is a burst: its first loud sample, and its energy's middle.
type click struct {
	first       int64
	sum, weight float64
}

// burst is a click's threshold; its energy is taken for span, and hush stands
// between two.
const (
	burst = 0.05
	span  = frame.Rate / 50
	hush  = frame.Rate / 10
)

func listenAt(b *testing.B, path string, ppm float64) *ear {
	b.Helper()
	if err := unix.Mkfifo(path, 0o600); err != nil {
		b.Skip("skipped: no FIFO here: ", err)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		b.Fatal(err)
	}
	e := &ear{rate: frame.Rate * (1 + ppm*1e-6), start: math.Inf(1)}
	b.Cleanup(func() { _ = f.Close() })
	go func() {
		buf := make([]byte, 960)
		for {
			n, err := io.ReadFull(f, buf)
			if err != nil {
				return
			}
			e.hear(buf[:n], float64(time.Now().UnixNano())/1e9)
		}
	}()
	return e
}

// hear takes a block of s16le that came at a moment.
func (e *ear) hear(block []byte, now float64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for i := 0; i+1 < len(block); i += 2 {
		e.sample(math.Abs(float64(int16(binary.LittleEndian.Uint16(block[i:])))) / 32768)
	}
	e.start = min(e.start, now-float64(e.taken)/e.rate)
}

func (e *ear) sample(x float64) {
	switch {
	case e.open == nil && x > burst && e.quiet > hush:
		e.open = &click{first: e.taken}
		fallthrough
	case e.open != nil:
		e.open.sum += x * x * float64(e.taken)
		e.open.weight += x * x
		if e.taken-e.open.first > span {
			e.clicks = append(e.clicks, *e.open)
			e.open = nil
		}
	}
	if e.quiet++; x > burst {
		e.quiet = 0
	}
	e.taken++
}

// moments are when the clicks were played, in seconds: their middles, and
// their first samples.
func (e *ear) moments() (middles, firsts []float64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, c := range e.clicks {
		middles = append(middles, e.start+c.sum/c.weight/e.rate)
		firsts = append(firsts, e.start+float64(c.first)/e.rate)
	}
	return middles, firsts
}

// BenchmarkSpreadOfFive is how far five poles with crystals of ±40 ppm are from
// each other while they play the same clicks: the moments at which the FIFOs
// behind them give the same sample.
func BenchmarkSpreadOfFive(b *testing.B) {
	for name, ppm := range map[string][]float64{"one-crystal": {0, 0, 0, 0, 0}, "40ppm": {-40, -20, 0, 20, 40}} {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				spreadOf(b, ppm)
			}
		})
	}
}

func spreadOf(b *testing.B, ppm []float64) {
	b.Helper()
	const seconds = 60
	v, s := benchStation(b, len(ppm))
	var ears []*ear
	for i, c := range v.clusters {
		path := filepath.Join(v.dir, "pole"+string(rune('0'+i)))
		ears = append(ears, listenAt(b, path, ppm[i]))
		start(b, "cluster", "--data", c, "--station", s.ready.Addr, "--peer", v.stationID, "--out", "fifo:"+path, "--clock-ppm="+strconv.FormatFloat(ppm[i], 'f', -1, 64))
	}
	eventually(b, "all are linked", func() bool {
		return !slices.ContainsFunc(snapshot(b, v.station).Clusters, func(c station.ClusterView) bool { return c.State != station.ClusterIdle })
	})
	time.Sleep(10 * time.Second) // clocks in step
	must(b, "ctl", "--data", v.station, "play", audiotest.WriteWAV(b, "clicks.wav", audiotest.Clicks(0.5, seconds*frame.Rate)))
	time.Sleep((seconds + 4) * time.Second)
	var spreads []float64
	reference, _ := ears[0].moments()
	for _, at := range reference {
		least, most := at, at
		for _, e := range ears[1:] {
			near := math.Inf(1)
			others, _ := e.moments()
			for _, m := range others {
				if math.Abs(m-at) < math.Abs(near-at) {
					near = m
				}
			}
			least, most = min(least, near), max(most, near)
		}
		if most-least < 0.1 { // the same click at all
			spreads = append(spreads, most-least)
		}
	}
	if len(spreads) < 20 {
		b.Fatalf("%d clicks were heard by all", len(spreads))
	}
	slices.Sort(spreads)
	b.ReportMetric(1e3*spreads[len(spreads)/2], "p50-ms")
	b.ReportMetric(1e3*spreads[(len(spreads)*95-1)/100], "p95-ms")
	b.ReportMetric(1e3*spreads[len(spreads)-1], "worst-ms")
	b.ReportMetric(float64(len(spreads)), "clicks")
	b.ReportMetric(0, "ns/op")
	s.kill()
}

// BenchmarkMicrophoneToPole is from the write into the station's microphone
// FIFO to the moment at which a pole's output takes the sample, on the loopback,
// at the lead that the group's rule chose.
func BenchmarkMicrophoneToPole(b *testing.B) {
	for range b.N {
		const seconds = 30
		v := newVillage(b, 1)
		in := filepath.Join(v.dir, "mic")
		if err := unix.Mkfifo(in, 0o600); err != nil {
			b.Skip("skipped: no FIFO here: ", err)
		}
		mic, err := os.OpenFile(in, os.O_RDWR, 0)
		if err != nil {
			b.Fatal(err)
		}
		s := start(b, "station", "--data", v.station, "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--mic", "fifo:"+in, "--pins", v.pins)
		out := filepath.Join(v.dir, "pole")
		e := listenAt(b, out, 0)
		p := start(b, "cluster", "--data", v.clusters[0], "--station", s.ready.Addr, "--peer", v.stationID, "--out", "fifo:"+out)
		eventually(b, "it is linked", func() bool { return snapshot(b, v.station).Clusters[0].State == station.ClusterIdle })
		said, done := speak(mic, 10*time.Second+seconds*time.Second), make(chan []float64)
		go func() { done <- said() }()
		time.Sleep(8 * time.Second) // clocks in step
		must(b, "ctl", "--data", v.station, "live", "start", "--no-chime")
		var late []float64
		words := <-done
		_, heard := e.moments()
		for _, at := range words {
			if i := slices.IndexFunc(heard, func(h float64) bool { return h > at }); i >= 0 && heard[i]-at < 0.5 {
				late = append(late, heard[i]-at)
			}
		}
		if len(late) < seconds/2 {
			b.Fatalf("%d of %d words were heard", len(late), len(words))
		}
		slices.Sort(late)
		b.ReportMetric(1e3*late[len(late)/2], "p50-ms")
		b.ReportMetric(1e3*late[(len(late)*99-1)/100], "p99-ms")
		b.ReportMetric(float64(len(late)), "words")
		b.ReportMetric(0, "ns/op")
		s.kill()
		p.kill()
		_ = mic.Close()
	}
}

// speak writes a tenth of a second of tone each second, and faint noise between,
// for so long; it tells when each began.
func speak(mic io.Writer, long time.Duration) func() []float64 {
	return func() (words []float64) {
		began := time.Now()
		const step = frame.Rate / 100
		noise := audiotest.Noise(7, 0.001, step)
		for i := 0; time.Since(began) < long; i++ {
			time.Sleep(time.Until(began.Add(time.Duration(i) * 10 * time.Millisecond)))
			block := make([]byte, 2*step)
			for k := range step {
				x := float64(noise[k])
				if i%100 < 10 {
					x = 0.4 * math.Cos(2*math.Pi*1000*float64(k)/frame.Rate)
				}
				binary.LittleEndian.PutUint16(block[2*k:], uint16(int16(x*32767)))
			}
			if i%100 == 0 {
				words = append(words, float64(time.Now().UnixNano())/1e9)
			}
			if _, err := mic.Write(block); err != nil {
				return words
			}
		}
		return words
	}
}
