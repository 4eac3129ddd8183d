package main

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"loaxa/app/station"
	"loaxa/app/trust"
	"loaxa/audio/audiotest"
)

// refuses asserts that a command fails with an exit code and says why in words.
func refuses(t *testing.T, code int, words string, args ...string) {
	t.Helper()
	out, errs, got := call(args...)
	if got != code || !strings.Contains(errs, words) {
		t.Errorf("loaxa %s: exit %d, want %d with %q; said %q %q", strings.Join(args, " "), got, code, words, errs, out)
	}
	lines := strings.Split(strings.TrimSpace(errs), "\n")
	lines = slices.DeleteFunc(lines, func(l string) bool { return strings.HasPrefix(l, "time=") }) // the log says what this machine lacks
	if len(lines) != 1 {
		t.Errorf("loaxa %s: an error of %d lines: %q", args[0], len(lines), errs)
	}
}

func TestBadInputIsRefusedInWords(t *testing.T) {
	v := newVillage(t, 1)
	s := start(t, "station", "--data", v.station, "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--mic", "none", "--pins", v.pins)
	eventually(t, "the roster is known", func() bool { return len(snapshot(t, v.station).Clusters) == 1 })
	play := func(words, path string) { t.Helper(); refuses(t, 1, words, "ctl", "--data", v.station, "play", path) }
	file := func(name string, b []byte) string {
		path := filepath.Join(v.dir, name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	play("does not exist", filepath.Join(v.dir, "none.mp3"))
	play("empty", file("empty.mp3", nil))
	play("not audio", file("text.mp3", bytes.Repeat([]byte("Kính chào bà con. "), 9000)))
	play("not a file", v.dir)
	big := file("big.mp3", []byte("Kính chào"))
	if err := os.Truncate(big, 2<<30); err != nil {
		t.Fatal(err)
	}
	play("not audio", big)
	wav := testWAV(t, 5, 440)
	play("cut off", file("cut.wav", wav[:len(wav)/2]))
	good := file("good.wav", wav)
	refuses(t, 1, "unknown-target", "ctl", "--data", v.station, "play", good, "--to", "nowhere")
	refuses(t, 1, "mic-absent", "ctl", "--data", v.station, "live", "start")
	refuses(t, 1, "empty-emergency", "ctl", "--data", v.station, "emergency")
	refuses(t, 1, "unknown-tone", "ctl", "--data", v.station, "emergency", "--siren", "whistle")
	refuses(t, 1, "unknown-entry", "ctl", "--data", v.station, "queue", "remove", "99")
	refuses(t, 2, "unexpected argument", "ctl", "--data", v.station, "dance")
	refuses(t, 1, "no station answers", "ctl", "--data", v.dir, "status")
	// A second station on the same folder, a busy port, a folder that cannot be written.
	refuses(t, 1, "in use by a running station", "station", "--data", v.station, "--listen", "127.0.0.1:0", "--mic", "none")
	refuses(t, 1, "is in use", "station", "--data", filepath.Join(v.dir, "s2"), "--listen", s.ready.Addr, "--page", "127.0.0.1:0", "--mic", "none")
	readOnly := file("a-file", []byte("x"))
	refuses(t, 1, "data folder", "station", "--data", filepath.Join(readOnly, "s"), "--mic", "none")
	// A station file with an unknown key names its line.
	odd := filepath.Join(v.dir, "odd")
	if err := os.MkdirAll(odd, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(odd, "station.toml"), []byte("name = \"x\"\nvolumme = 3\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	refuses(t, 1, "line 2", "station", "--data", odd)
	refuses(t, 2, "fingerprint", "cluster", "--data", v.clusters[0], "--station", s.ready.Addr, "--peer", "xyz", "--out", "virtual")
	// Through all this the station answers and holds one journal.
	if snapshot(t, v.station).Saved.Failing {
		t.Error("the disk is said to fail")
	}
	must(t, "verify", "--data", v.station)
}

// TestStrangersAtTheDoor: who has the wrong key, or no websocket manners, is
// refused in words, and the station goes on.
func TestStrangersAtTheDoor(t *testing.T) {
	v := newVillage(t, 1)
	s := start(t, "station", "--data", v.station, "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--mic", "none", "--pins", v.pins)
	eventually(t, "the roster is known", func() bool { return len(snapshot(t, v.station).Clusters) == 1 })
	get := func(dir string, header http.Header) (int, string, error) {
		id, err := trust.LoadOrMake(dir)
		if err != nil {
			t.Fatal(err)
		}
		conf, err := id.ClientConfig(v.stationID, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		return ask(t, "https://"+s.ready.Addr+"/ws/cluster", conf, header)
	}
	code, words, err := get(filepath.Join(v.dir, "stranger"), nil)
	if err != nil || code != http.StatusForbidden || !strings.Contains(words, "not known here") {
		t.Errorf("a stranger got %d %q %v", code, words, err)
	}
	code, words, err = get(v.clusters[0], http.Header{"Origin": {"http://evil.example"}})
	if err != nil || code < 400 || words == "" {
		t.Errorf("a browser got %d %q %v", code, words, err)
	}
	if _, _, err := ask(t, "https://"+s.ready.Addr+"/", &tls.Config{InsecureSkipVerify: true}, nil); err == nil {
		t.Error("a client without a key was let in")
	}
	if _, _, err := ask(t, "http://"+s.ready.Addr+"/", nil, nil); err == nil {
		if code, _, _ := ask(t, "http://"+s.ready.Addr+"/", nil, nil); code < 400 {
			t.Error("plain HTTP was answered")
		}
	}
	if got := snapshot(t, v.station).Clusters[0].State; got != "unknown" {
		t.Errorf("a cluster that never came is %q", got)
	}
	// A port that is only tried, or a link that breaks, is no stranger.
	for _, word := range []string{"", "\x16\x03\x01"} {
		c, err := net.Dial("tcp", s.ready.Addr)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = c.Write([]byte(word))
		_ = c.Close()
	}
	rows := func() (all []string) {
		for _, e := range snapshot(t, v.station).Events {
			if e.Kind == station.EvStranger {
				all = append(all, e.Title+" "+e.Reason)
			}
		}
		slices.Sort(all)
		return all
	}
	want := []string{"127.0.0.1 garbage", "127.0.0.1 no-key", "127.0.0.1 unknown-key"}
	eventually(t, "the desk knows who was turned away", func() bool { return len(rows()) >= len(want) })
	for range 20 { // one that knocks all night is one row
		_, _, _ = get(filepath.Join(v.dir, "stranger"), nil)
	}
	time.Sleep(500 * time.Millisecond)
	if got := rows(); !slices.Equal(got, want) {
		t.Errorf("the log has %q, want %q", got, want)
	}
	id := ""
	for _, e := range snapshot(t, v.station).Events {
		if e.Reason == "unknown-key" {
			id = string(e.Cluster)
		}
	}
	if want := keyOf(t, filepath.Join(v.dir, "stranger")); id != want {
		t.Errorf("the stranger's key is %q, want %q", id, want)
	}
}

// TestAnUpstreamWithAnotherKey: the station says that it did not talk to it.
func TestAnUpstreamWithAnotherKey(t *testing.T) {
	v := newVillage(t, 0)
	other := start(t, "district", "--data", filepath.Join(v.dir, "other"), "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--pins", v.pins)
	start(t, "station", "--data", v.station, "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--mic", "none", "--district", other.ready.Addr, "--peer", v.upperID)
	eventually(t, "the wrong key is in the book", func() bool {
		return slices.ContainsFunc(snapshot(t, v.station).Faults, func(f station.Fault) bool {
			return f.Kind == station.EvStranger && f.Subject == other.ready.Addr && f.Reason == "wrong-key"
		})
	})
}

// TestACrowdAtTheDoorShutsNobodyOut: strangers who stand there and say nothing
// fill their own place only; poles that are known come and stay.
func TestACrowdAtTheDoorShutsNobodyOut(t *testing.T) {
	v := newVillage(t, 1)
	s := start(t, "station", "--data", v.station, "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--mic", "none", "--pins", v.pins)
	start(t, "cluster", "--data", v.clusters[0], "--station", s.ready.Addr, "--peer", v.stationID, "--out", "virtual")
	there := func() bool {
		sn := snapshot(t, v.station)
		return len(sn.Clusters) == 1 && sn.Clusters[0].State == station.ClusterIdle
	}
	eventually(t, "the pole is there", there)
	hungUp := 0
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range 200 {
		c, err := net.Dial("tcp", s.ready.Addr)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		wg.Go(func() {
			_ = c.SetReadDeadline(time.Now().Add(2 * time.Second))
			if _, err := c.Read(make([]byte, 1)); err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
				mu.Lock()
				hungUp++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if hungUp < 100 {
		t.Errorf("%d of 200 silent strangers of one address were hung up on", hungUp)
	}
	if !there() {
		t.Error("the pole is not there any more")
	}
}

func ask(t *testing.T, url string, conf *tls.Config, header http.Header) (int, string, error) {
	t.Helper()
	c := &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{TLSClientConfig: conf, DisableKeepAlives: true}}
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for k, vs := range header {
		req.Header[k] = vs
	}
	resp, err := c.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(io.LimitReader(resp.Body, 4096))
	return resp.StatusCode, string(b), err
}

// TestAFileInTheMicrophone: who writes a WAV file into the microphone's FIFO is
// told what is wanted; raw samples after it are heard.
func TestAFileInTheMicrophone(t *testing.T) {
	v := newVillage(t, 1)
	mic := filepath.Join(v.dir, "mic")
	start(t, "station", "--data", v.station, "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--mic", "fifo:"+mic, "--pins", v.pins)
	f, err := os.OpenFile(mic, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(testWAV(t, 0.3, 440)); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the wrong form is said", func() bool {
		m := snapshot(t, v.station).Mic
		return m.State == station.MicNoSignal && m.Why == "not-pcm"
	})
	_ = f.Close()
	time.Sleep(300 * time.Millisecond)
	stop := feeder(t, mic, 700, 20*time.Second)
	defer stop()
	eventually(t, "a voice is heard", func() bool { return snapshot(t, v.station).Mic.State == station.MicGood })
}

// TestGarbageFromAKnownPole: a pole with a good key and bad words is cut off
// in words, others are served on.
func TestGarbageFromAKnownPole(t *testing.T) {
	v := newVillage(t, 2)
	s := start(t, "station", "--data", v.station, "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--mic", "none", "--pins", v.pins)
	start(t, "cluster", "--data", v.clusters[1], "--station", s.ready.Addr, "--peer", v.stationID, "--out", "virtual")
	eventually(t, "the good pole is there", func() bool {
		sn := snapshot(t, v.station)
		return len(sn.Clusters) == 2 && sn.Clusters[1].State == station.ClusterIdle
	})
	id, err := trust.LoadOrMake(v.clusters[0])
	if err != nil {
		t.Fatal(err)
	}
	conf, err := id.ClientConfig(v.stationID, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	for i, garbage := range [][]byte{{}, {0xff}, bytes.Repeat([]byte("A"), 300<<10), []byte("\x41not cbor at all")} {
		d := websocket.Dialer{TLSClientConfig: conf, HandshakeTimeout: 5 * time.Second}
		c, _, err := d.Dial("wss://"+s.ready.Addr+"/ws/cluster", nil)
		if err != nil {
			t.Fatalf("garbage %d: %v", i, err)
		}
		_ = c.WriteMessage(websocket.BinaryMessage, garbage)
		_ = c.SetReadDeadline(time.Now().Add(15 * time.Second))
		for err = nil; err == nil; _, _, err = c.ReadMessage() {
		}
		if ne, ok := err.(net.Error); ok && ne.Timeout() {
			t.Errorf("garbage %d: the station keeps the connection", i)
		}
		_ = c.Close()
	}
	if sn := snapshot(t, v.station); sn.Clusters[1].State != station.ClusterIdle || sn.Clusters[0].State == station.ClusterIdle {
		t.Errorf("after the garbage the poles are %s and %s", sn.Clusters[0].State, sn.Clusters[1].State)
	}
}

// TestTwoPlacesTwoProgrammes: what is played to one zone leaves the other with
// what it had, and the zone comes back to it.
func TestTwoPlacesTwoProgrammes(t *testing.T) {
	t.Parallel() // it mostly waits
	v := newVillage(t, 2)
	s := start(t, "station", "--data", v.station, "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--mic", "none", "--pins", v.pins)
	var outs [2]string
	var poles [2]*proc
	for i := range 2 {
		outs[i] = filepath.Join(v.dir, fmt.Sprintf("out%d.wav", i))
		poles[i] = start(t, "cluster", "--data", v.clusters[i], "--station", s.ready.Addr, "--peer", v.stationID, "--out", "wav:"+outs[i])
	}
	eventually(t, "both poles are there", func() bool {
		sn := snapshot(t, v.station)
		return len(sn.Clusters) == 2 && sn.Clusters[0].State == station.ClusterIdle && sn.Clusters[1].State == station.ClusterIdle
	})
	time.Sleep(2500 * time.Millisecond)
	long := audiotest.WriteWAV(t, "dai.wav", audiotest.Sine(500, 0.2, 0, 14*48000))
	short := audiotest.WriteWAV(t, "ngan.wav", audiotest.Sine(900, 0.2, 0, 3*48000))
	must(t, "ctl", "--data", v.station, "queue", "add", long)
	must(t, "ctl", "--data", v.station, "queue", "play")
	eventually(t, "both play", func() bool {
		sn := snapshot(t, v.station)
		return sn.Clusters[0].State == station.ClusterPlaying && sn.Clusters[1].State == station.ClusterPlaying
	})
	time.Sleep(time.Second)
	must(t, "ctl", "--data", v.station, "play", short, "--to", "z1")
	eventually(t, "all is over", func() bool { return len(snapshot(t, v.station).Air) == 0 })
	must(t, "ctl", "--data", v.station, "lines") // silence to both: their word on it is a fact
	eventually(t, "both lines were found good", func() bool {
		return !slices.ContainsFunc(snapshot(t, v.station).Clusters, func(c station.ClusterView) bool { return c.Tried.Night.Found != station.FoundPlayed })
	})
	for i, want := range []string{"500", "500 900 500"} {
		poles[i].end()
		var story []string
		heard := audiotest.ReadFile(t, outs[i])
		for n := 0; n+12000 <= len(heard); n += 12000 {
			for _, hz := range []float64{500, 900} {
				if now := fmt.Sprint(hz); tone(heard[n:n+12000], hz) > 0.6 && (len(story) == 0 || story[len(story)-1] != now) {
					story = append(story, now)
				}
			}
		}
		if got := strings.Join(story, " "); got != want {
			t.Errorf("pole %d played %q, want %q", i+1, got, want)
		}
	}
}
