package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"loaxa/app/boot"
	"loaxa/app/station"
	"loaxa/app/trust"
)

// field is a word that a command printed behind its name.
func field(t *testing.T, out, name string) string {
	t.Helper()
	for _, l := range strings.Split(out, "\n") {
		if f := strings.Fields(l); len(f) > 1 && f[0] == name {
			return f[1]
		}
	}
	t.Fatalf("no %s in %q", name, out)
	return ""
}

// TestMachinesAreLetInByACode: a pole, a board by file and a station by a code
// each; a wrong code lets nobody in; a revoked station is cut off.
func TestMachinesAreLetInByACode(t *testing.T) {
	t.Parallel() // it mostly waits
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	up := start(t, "district", "--data", at("d"), "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0")
	if err := os.MkdirAll(at("s"), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(at("s"), boot.StationFile), []byte("demo = true\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	// The station at the district.
	code := field(t, must(t, "district", "enroll", "--data", at("d"), "--no-wait"), "code")
	begin := func(more ...string) *proc {
		return start(t, append([]string{"station", "--data", at("s"), "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--mic", "none"}, more...)...)
	}
	eventually(t, "the district has taken the code", func() bool {
		_, err := os.Stat(at("d/enrol-code.json"))
		return os.IsNotExist(err)
	})
	_, words, exit := call("station", "--data", at("stranger"), "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--mic", "none",
		"--district", up.ready.Addr, "--enroll", "aaaaa-aaaaa")
	if exit != 1 || !strings.Contains(words, "code-wrong") {
		t.Errorf("a wrong code: exit %d, %s", exit, words)
	}
	s := begin("--district", up.ready.Addr, "--enroll", code)
	eventually(t, "both fingerprints are shown", func() bool {
		said := s.err.String()
		return strings.Contains(said, trust.Short(up.ready.ID)) && strings.Contains(said, trust.Short(s.ready.ID))
	})
	eventually(t, "the mirror runs", func() bool { return snapshot(t, at("s")).Upstream.Up })
	s.end()
	s = begin() // it has kept whom it belongs to
	eventually(t, "the mirror runs after a restart", func() bool { return snapshot(t, at("s")).Upstream.Up })

	// A pole by its code, a board by a file.
	out := must(t, "ctl", "--data", at("s"), "enroll", "Thôn 3", "--number", "3", "--zone", "cho", "--no-wait")
	if !strings.Contains(out, trust.Short(s.ready.ID)) {
		t.Errorf("the station's fingerprint is not shown: %q", out)
	}
	if _, words, exit := call("cluster", "--data", at("thief"), "--station", s.ready.Addr, "--enroll", "bbbbb-bbbbb"); exit != 1 || !strings.Contains(words, "code-wrong") {
		t.Errorf("a thief with a wrong code: exit %d, %s", exit, words)
	}
	pole := start(t, "cluster", "--data", at("c"), "--station", s.ready.Addr, "--enroll", field(t, out, "code"), "--out", "virtual")
	linked := func(n int) bool {
		snap := snapshot(t, at("s"))
		return len(snap.Clusters) == n && snap.Clusters[0].Number == 3 && snap.Clusters[0].State == station.ClusterIdle
	}
	eventually(t, "the pole is on the roster and linked", func() bool { return linked(1) })
	pole.kill()
	start(t, "cluster", "--data", at("c"), "--out", "virtual")
	eventually(t, "it knows whom it belongs to", func() bool { return linked(1) })
	must(t, "ctl", "--data", at("s"), "enroll", "UBND", "--board", "96x32", "--file", at("stick"), "--no-wait")
	screen := start(t, "board", "--data", at("b"), "--page", "127.0.0.1:0", "--enroll", "@"+at("stick"))
	eventually(t, "the board is linked", func() bool {
		snap := snapshot(t, at("s"))
		return len(snap.Boards) == 1 && snap.Boards[0].Up
	})
	if got := reasons(snapshot(t, at("s")), station.EvEnrolled); len(got) != 3 || got[1] != "enrolled" || got[2] != "code-wrong" {
		t.Errorf("the log says %v", got)
	}

	// A revoked board and a revoked pole, each while it is linked.
	revoking := time.Now()
	must(t, "ctl", "--data", at("s"), "revoke", screen.ready.ID)
	eventually(t, "the board is off the list and knows it", func() bool {
		b, err := os.ReadFile(filepath.Join(at("b"), "board.log"))
		return err == nil && len(snapshot(t, at("s")).Boards) == 0 && strings.Contains(string(b), "403")
	})
	t.Logf("board cut %v behind the command", time.Since(revoking).Round(time.Millisecond))
	revoking = time.Now()
	must(t, "ctl", "--data", at("s"), "revoke", "3")
	eventually(t, "the pole is off the list and knows it", func() bool {
		b, err := os.ReadFile(filepath.Join(at("c"), "cluster.log"))
		return err == nil && len(snapshot(t, at("s")).Clusters) == 0 && strings.Contains(string(b), "revoked")
	})
	t.Logf("pole cut %v behind the command", time.Since(revoking).Round(time.Millisecond))
	if _, errs, exit := call("ctl", "--data", at("s"), "revoke", "3"); exit == 0 || !strings.Contains(errs, "3") {
		t.Errorf("twice: exit %d %s", exit, errs)
	}

	// A revoked station.
	revoked := time.Now()
	must(t, "district", "revoke", "--data", at("d"), s.ready.ID)
	eventually(t, "its link is cut", func() bool { return !snapshot(t, at("s")).Upstream.Up })
	t.Logf("cut %v behind the command", time.Since(revoked).Round(time.Millisecond))
	time.Sleep(2 * time.Second)
	if snapshot(t, at("s")).Upstream.Up {
		t.Error("it came back")
	}
}
