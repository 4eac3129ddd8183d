package main

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"loaxa/app/station"
	"loaxa/audio/audiotest"
	"loaxa/audio/frame"
	"loaxa/store/storetest"
)

// wire is a link between two network namespaces, each with one end. Nothing
// else of the machine is on it.
type wire struct {
	t     *testing.T
	ns    [2]string
	addrs [2]string
}

func newWire(t *testing.T) *wire {
	t.Helper()
	storetest.Root(t, "ip", "nft")
	name := fmt.Sprintf("lx%d", time.Now().UnixNano()%1e9) // an interface's name has at most 15 characters
	w := &wire{t: t, ns: [2]string{name + "a", name + "b"}, addrs: [2]string{"10.77.0.1", "10.77.0.2"}}
	for _, ns := range w.ns {
		if out, err := exec.Command("ip", "netns", "add", ns).CombinedOutput(); err != nil {
			t.Skipf("skipped: no network namespaces on this machine: %v: %s", err, strings.TrimSpace(string(out)))
		}
		t.Cleanup(func() { w.run("ip", "netns", "del", ns) })
	}
	w.run("ip", "link", "add", w.ns[0], "netns", w.ns[0], "type", "veth", "peer", "name", w.ns[1], "netns", w.ns[1])
	for i, ns := range w.ns {
		w.run("ip", "-n", ns, "addr", "add", w.addrs[i]+"/24", "dev", ns)
		w.run("ip", "-n", ns, "link", "set", ns, "up")
		w.run("ip", "-n", ns, "link", "set", "lo", "up")
		w.nft(i, "add table inet fault\nadd chain inet fault in { type filter hook input priority 0; policy accept; }\n")
	}
	return w
}

func (w *wire) run(args ...string) string {
	w.t.Helper()
	out, err := exec.Command(args[0], args[1:]...).CombinedOutput()
	if err != nil {
		w.t.Errorf("%q: %v: %s", args, err, out)
	}
	return string(out)
}

func (w *wire) nft(end int, rules string) {
	w.t.Helper()
	cmd := exec.Command("ip", "netns", "exec", w.ns[end], "nft", "-f", "-")
	cmd.Stdin = strings.NewReader(rules)
	if out, err := cmd.CombinedOutput(); err != nil {
		w.t.Fatalf("nft %q: %v: %s", rules, err, out)
	}
}

// lose makes the wire lose so many packets of a thousand in each direction, by
// chance; 1000 cuts it.
func (w *wire) lose(perMille int) {
	w.t.Helper()
	rule := fmt.Sprintf("numgen random mod 1000 < %d counter drop", perMille)
	if perMille >= 1000 {
		rule = "counter drop"
	}
	for i, ns := range w.ns {
		w.nft(i, fmt.Sprintf("flush chain inet fault in\nadd rule inet fault in iifname %q %s\n", ns, rule))
	}
}

// lost tells whether packets were dropped at both ends since the last lose.
func (w *wire) lost() bool {
	w.t.Helper()
	for _, ns := range w.ns {
		out := w.run("ip", "netns", "exec", ns, "nft", "list", "chain", "inet", "fault", "in")
		if !strings.Contains(out, "counter packets ") || strings.Contains(out, "counter packets 0 ") {
			return false
		}
	}
	return true
}

// start runs a role at one end.
func (w *wire) start(end int, args ...string) *proc {
	w.t.Helper()
	p := program(args...)
	cmd := exec.Command("ip", append([]string{"netns", "exec", w.ns[end]}, p.Args...)...)
	cmd.Env = p.Env
	return launch(w.t, cmd)
}

// TestFaultLossyAndCutLink: over a link that loses 5 % each way a programme
// misses no frame and an emergency is heard; a link that is cut is shown as
// lost and never as playing without proof; restored, the pole plays again.
func TestFaultLossyAndCutLink(t *testing.T) {
	storetest.Rounds(t, 0, 1, 1, 1)
	w := newWire(t)
	v := newVillage(t, 1)
	out := filepath.Join(v.dir, "c1.wav")
	s := w.start(0, "station", "--data", v.station, "--listen", w.addrs[0]+":0", "--page", "127.0.0.1:0", "--mic", "none", "--pins", v.pins)
	w.lose(50)
	pole := w.start(1, "cluster", "--data", v.clusters[0], "--station", s.ready.Addr, "--peer", v.stationID, "--out", "wav:"+out)
	file := audiotest.WriteWAV(t, "dai.wav", audiotest.Sine(440, 0.1, 0, 240*frame.Rate))
	look := func() station.ClusterView { return snapshot(t, v.station).Clusters[0] }
	eventually(t, "the pole is there", func() bool {
		sn := snapshot(t, v.station)
		return len(sn.Clusters) == 1 && sn.Clusters[0].State == station.ClusterIdle
	})
	must(t, "ctl", "--data", v.station, "play", file)
	eventually(t, "the pole plays", func() bool { return look().State == station.ClusterPlaying })

	lossyProgramme(t, look)
	emergencyOverLoss(t, v)
	if !w.lost() {
		t.Error("the lossy link lost nothing: nothing was tested")
	}
	eventually(t, "the programme is back", func() bool { return look().State == station.ClusterPlaying })
	w.lose(1000)
	cutIsShown(t, v)
	w.lose(0)
	eventually(t, "the pole is back and plays", func() bool { return look().State == station.ClusterPlaying })
	if sn := snapshot(t, v.station); len(sn.Faults) == 0 || !sn.Faults[0].Over {
		t.Errorf("the fault of the lost link is not over: %+v", sn.Faults)
	}
	time.Sleep(3 * time.Second)
	pole.end()
	s.end()
	heardInOrder(t, audiotest.ReadFile(t, out))
	must(t, "verify", "--data", v.station)
}

// lossyProgramme: once the lead has grown to its 2 s, no frame of the next 20 s
// is missing although packets are.
func lossyProgramme(t *testing.T, look func() station.ClusterView) {
	t.Helper()
	eventually(t, "the lead has grown", func() bool { return look().Health.BufferMS > 1200 })
	a := look().Health.Account
	eventually(t, "20 s were played", func() bool { return look().Health.Account.Due >= a.Due+1000 })
	b := look().Health.Account
	t.Logf("5 %% lost each way: at first %+v, 20 s later %+v", a, b)
	if b.Concealed != a.Concealed || b.Late != a.Late || b.Dropped != a.Dropped {
		t.Errorf("frames are missing: account %+v, then %+v", a, b)
	}
}

func emergencyOverLoss(t *testing.T, v village) {
	t.Helper()
	must(t, "ctl", "--data", v.station, "emergency", "--siren", "iso-8201")
	eventually(t, "the pole sounds the emergency", func() bool {
		sn := snapshot(t, v.station)
		return len(sn.Air) > 0 && sn.Air[0].Class == station.Emergency && sn.Clusters[0].Health.Playing == sn.Air[0].ID
	})
	time.Sleep(4 * time.Second) // a whole group of the siren
	t.Logf("the siren's account: %+v", snapshot(t, v.station).Clusters[0].Health.Account)
	must(t, "ctl", "--data", v.station, "emergency", "--end")
}

// cutIsShown looks at a pole whose link was just cut: drawn as playing only as
// long as its last word is proof, drawn as lost within 10 s, both with a second
// for the looking itself.
func cutIsShown(t *testing.T, v village) {
	t.Helper()
	cut := snapshot(t, v.station).Now.Mono
	var good time.Duration // since the cut, when it was last drawn as playing
	for {
		sn := snapshot(t, v.station)
		since := sn.Now.Mono - cut
		switch sn.Clusters[0].State {
		case station.ClusterPlaying:
			good = since
		case station.ClusterLost:
			t.Logf("drawn as playing until %v after the cut, as lost after %v", good, since)
			if good > station.ProofLife+time.Second {
				t.Errorf("a pole that was cut off was drawn as playing for %v", good)
			}
			if since > 11*time.Second {
				t.Errorf("a pole that was cut off was lost after %v, want 10 s", since)
			}
			return
		}
		if since > 60*time.Second {
			t.Fatalf("a pole that was cut off is %s after %v", sn.Clusters[0].State, since)
		}
		time.Sleep(100 * time.Millisecond)
	}
}
