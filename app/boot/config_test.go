package boot

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"loaxa/app/onair"
	"loaxa/app/station"
	"loaxa/app/words"
	"loaxa/store"
	"loaxa/store/mirror"
)

func TestFirstRunWritesTheStationFile(t *testing.T) {
	dir := t.TempDir()
	a, err := LoadConfig(dir)
	if err != nil {
		t.Fatal(err)
	}
	b, err := LoadConfig(dir)
	if err != nil || a.Name != b.Name || a.Listen != b.Listen || b.Upstream.Label == "" {
		t.Fatalf("read back %+v, %v", b, err)
	}
	d := demoConfig(words.Vietnamese, "none")
	if err := WriteConfig(dir, d); err != nil {
		t.Fatal(err)
	}
	c, err := LoadConfig(dir)
	if err != nil || c.Name != "xã Đak Pơ" || len(c.Map.Outline) != len(demoOutline) {
		t.Fatalf("the demo's file reads as %+v, %v", c, err)
	}
}

func TestStationFileFaults(t *testing.T) {
	for text, words := range map[string]string{
		"name = \"x\"\nvolumme = 3": "line 2",
		"name = ":                   "line 1",
		"language = \"fr\"":         "neither vi nor en",
		"bitrate = 8000":            "outside 16000 to 64000",
		"listen = \"here\"":         "not host:port",
		"[upstream]\naddress = \"a:1\"\npeer = \"zz\"":                                                                 "no fingerprint",
		"[[multicast]]\nname = 'a'\naddress = '239.1.1.1:5005'\ncoding = 'l16'\nttl = 1":                               "not an even one",
		"[[multicast]]\nname = 'a'\naddress = 'group'\ncoding = 'l16'\nttl = 1":                                        "not ADDRESS:PORT",
		"[[multicast]]\nname = 'a'\naddress = '239.1.1.1:5004'\ncoding = 'mp3'\nttl = 1":                               "none of opus",
		"[[multicast]]\nname = 'a'\naddress = '239.1.1.1:5004'\ncoding = 'l16'":                                        "ttl 0",
		"[[multicast]]\nname = 'a'\naddress = '239.1.1.1:5004'\ncoding = 'l16'\nttl = 1\nahead = -1":                   "ahead: -1",
		"[[multicast]]\nname = 'a\tb'\naddress = '239.1.1.1:5004'\ncoding = 'l16'\nttl = 1":                            "line",
		"[[multicast]]\nname = 'a'\nzones = ['Trung tâm']\naddress = '239.1.1.1:5004'\ncoding = 'l16'\nttl = 1":        "small letters",
		"[[multicast]]\nname = 'a'\nlat = nan\naddress = '239.1.1.1:5004'\ncoding = 'l16'\nttl = 1":                    "lat",
		"[[multicast]]\nname = 'a'\naddress = '239.1.1.1:5004'\nemergency = '239.1.1.1:5004'\ncoding = 'l16'\nttl = 1": "port of their own",
		"name = \"\"":     "name",
		"name = \"\xff\"": "UTF-8",
		"#" + strings.Repeat("x", maxStationFile): "limit",
	} {
		if _, err := ParseConfig([]byte(text)); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%.40q: %v, want %q", text, err, words)
		}
	}
}

func FuzzStationFile(f *testing.F) {
	f.Add([]byte("name = \"xã Đak Pơ\"\n[map]\noutline = [[13.9, 108.5]]"))
	f.Add([]byte("bitrate = -1"))
	f.Add([]byte("[[multicast]]\nname = 'a'\naddress = '239.1.1.1:5004'\ncoding = 'l16'\nttl = 1"))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := ParseConfig(b)
		if err == nil && c.validate() != nil {
			t.Fatal("accepted what does not hold")
		}
	})
}

func FuzzPins(f *testing.F) {
	f.Add([]byte(`{"clusters":[{"id":"abcdefghijklmnopqrstuvwxyz234567","number":1}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := ParsePins(b)
		if err != nil {
			return
		}
		for _, c := range p.Clusters {
			if c.Number < 1 {
				t.Fatal("a cluster without a number")
			}
		}
	})
}

func TestPlayheadSurvivesAndDamageIsSaid(t *testing.T) {
	dir := t.TempDir()
	want := onair.Playhead{7: {Tag: "e3", At: 42 * time.Second}}
	if err := writePlayhead(dir, want); err != nil {
		t.Fatal(err)
	}
	got, err := readPlayhead(dir)
	if err != nil || got[7] != want[7] {
		t.Fatalf("%v, %v", got, err)
	}
	path := filepath.Join(dir, playheadFile)
	b, _ := os.ReadFile(path)
	if err := os.WriteFile(path, []byte(strings.Replace(string(b), "42", "24", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := readPlayhead(dir); err == nil || got != nil {
		t.Fatalf("a damaged playhead was believed: %v", got)
	}
}

func TestUpstreamsWordIsKept(t *testing.T) {
	dir := t.TempDir()
	if got, err := readUpstream(dir, "p"); err != nil || got.Peer != "" {
		t.Fatalf("from nothing: %v, %v", got, err)
	}
	link := mirror.Link{Known: true, Acked: store.Cursor{Seq: 7, H: store.Hash{1}}, LastAck: time.Unix(5, 0)}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	keepUpstream(ctx, dir, "p", func() mirror.Link { return link }, func(what string, err error) { t.Error(what, err) })
	if got, err := readUpstream(dir, "p"); err != nil || got.Acked != link.Acked || !got.LastAck.Equal(link.LastAck) {
		t.Errorf("%+v, %v", got, err)
	}
	if got, _ := readUpstream(dir, "another"); got.Peer != "" {
		t.Errorf("one upstream's word taken for another's: %+v", got)
	}
	if err := os.WriteFile(filepath.Join(dir, upstreamFile), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := readUpstream(dir, "p"); err == nil || got.Peer != "" {
		t.Errorf("damaged: %+v, %v", got, err)
	}
}

func TestClockIsUnsureOutsideWhatIsKnown(t *testing.T) {
	c := NewClock()
	if _, q := c.Wall(); q != station.ClockGood {
		t.Fatalf("the machine's clock is %v", q)
	}
	c.Raise(time.Now().Add(time.Hour))
	if _, q := c.Wall(); q != station.ClockUnsure {
		t.Fatal("a clock before the newest entry is believed")
	}
	if c.Bounded().Before(time.Now().Add(59 * time.Minute)) {
		t.Fatal("TLS is told a time before the bound")
	}
	c.Raise(time.Now())
	if _, q := c.Wall(); q != station.ClockUnsure {
		t.Fatal("the bound went back")
	}
}

func TestDemoFolderEmptiesOnlyItsOwn(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	dir := t.TempDir()
	keep := filepath.Join(dir, "thesis.odt")
	if err := os.WriteFile(keep, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := demoFolder(dir); err == nil {
		t.Fatal("a foreign folder was taken")
	}
	if _, err := os.Stat(keep); err != nil {
		t.Fatal("a foreign file is gone")
	}
	own := filepath.Join(dir, "demo")
	for range 2 {
		if _, err := demoFolder(own); err != nil {
			t.Fatal(err)
		}
	}
}

func TestDemoCommuneIsWhole(t *testing.T) {
	seen := map[int]bool{}
	for _, c := range demoClusters {
		if seen[c.Number] || c.Name == "" || len(c.Zones) == 0 || !inside(c.Lat, c.Lon) {
			t.Errorf("cluster %+v", c)
		}
		seen[c.Number] = true
	}
}

// inside tells whether a point lies in the demo's outline (even-odd rule).
func inside(lat, lon float64) bool {
	in := false
	for i, j := 0, len(demoOutline)-1; i < len(demoOutline); j, i = i, i+1 {
		a, b := demoOutline[i], demoOutline[j]
		if (a[0] > lat) != (b[0] > lat) && lon < (b[1]-a[1])*(lat-a[0])/(b[0]-a[0])+a[1] {
			in = !in
		}
	}
	return in
}
