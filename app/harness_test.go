package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"loaxa/app/boot"
	"loaxa/app/station"
	"loaxa/app/trust"
)

// asLoaxa makes the test binary be the program: each role of a drill is a real
// process of it.
const asLoaxa = "LOAXA_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asLoaxa) == "1" {
		os.Exit(run(os.Args[1:]))
	}
	if os.Getenv(asStubs) == "1" {
		os.Exit(runStubs(os.Args[1:]))
	}
	os.Exit(m.Run())
}

// proc is one running role.
type proc struct {
	t     testing.TB
	cmd   *exec.Cmd
	ready boot.Ready
	err   *lockedBuffer
	gone  chan struct{}
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func program(args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), asLoaxa+"=1")
	return cmd
}

// start runs a role until the test ends and waits for its ready line.
func start(t testing.TB, args ...string) *proc {
	t.Helper()
	return launch(t, program(args...))
}

func launch(t testing.TB, cmd *exec.Cmd) *proc {
	t.Helper()
	p := &proc{t: t, cmd: cmd, err: &lockedBuffer{}, gone: make(chan struct{})}
	p.cmd.Stderr = p.err
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.kill)
	line, read := make(chan error, 1), make(chan struct{})
	go func() {
		defer close(read)
		r := bufio.NewReader(out)
		l, err := r.ReadBytes('\n')
		if err == nil {
			err = json.Unmarshal(l, &p.ready)
		}
		line <- err
		_, _ = io.Copy(io.Discard, r)
	}()
	go func() { <-read; _ = p.cmd.Wait(); close(p.gone) }()
	select {
	case err := <-line:
		if err != nil {
			p.kill()
			t.Fatalf("%v did not start: %v\n%s", cmd.Args, err, p.err)
		}
	case <-time.After(30 * time.Second):
		t.Fatalf("%v said nothing\n%s", cmd.Args, p.err)
	}
	return p
}

// kill is kill -9.
func (p *proc) kill() {
	_ = p.cmd.Process.Kill()
	<-p.gone
}

// end asks the role to end in order.
func (p *proc) end() {
	p.t.Helper()
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.gone:
	case <-time.After(20 * time.Second):
		p.t.Fatalf("%v does not end", p.cmd.Args)
	}
}

// call runs a command to its end.
func call(args ...string) (stdout, stderr string, code int) {
	cmd := program(args...)
	var out, errb bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errb
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { _ = cmd.Process.Kill() })
	defer stop()
	_ = cmd.Run()
	return out.String(), errb.String(), cmd.ProcessState.ExitCode()
}

// must is a command that is expected to work; it returns what it printed.
func must(t testing.TB, args ...string) string {
	t.Helper()
	out, errs, code := call(args...)
	if code != 0 && strings.Contains(errs, "not-saved (the disk does not answer)") {
		t.Logf("loaxa %s: this machine's disk took over 5 s; it was done all the same", strings.Join(args, " "))
		return out
	}
	if code != 0 {
		t.Fatalf("loaxa %s: exit %d: %s%s", strings.Join(args, " "), code, errs, out)
	}
	return out
}

// snapshot is what `ctl status --json` says.
func snapshot(t testing.TB, data string) *station.Snapshot {
	t.Helper()
	var s station.Snapshot
	if err := json.Unmarshal([]byte(must(t, "ctl", "--data", data, "status", "--json")), &s); err != nil {
		t.Fatal(err)
	}
	return &s
}

// eventually waits until ok; it fails the test when that takes longer than a
// person would wait.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(40 * time.Second)
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatalf("never came true: %s", what)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// village makes the keys of a station, a district and n clusters and writes
// who knows whom.
type village struct {
	dir, pins          string
	station, district  string
	stationID, upperID string
	clusters           []string
}

func newVillage(t testing.TB, n int) village {
	t.Helper()
	v := village{dir: t.TempDir()}
	v.station, v.district = filepath.Join(v.dir, "s"), filepath.Join(v.dir, "d")
	v.stationID, v.upperID = keyOf(t, v.station), keyOf(t, v.district)
	pins := boot.Pins{Stations: []boot.Peer{{ID: v.stationID, Name: "test"}}}
	for i := range n {
		d := filepath.Join(v.dir, fmt.Sprintf("c%d", i+1))
		v.clusters = append(v.clusters, d)
		pins.Clusters = append(pins.Clusters, station.Cluster{ID: station.ClusterID(keyOf(t, d)), Number: i + 1,
			Name: fmt.Sprintf("Thôn %d", i+1), Kind: "IP", Zones: []string{fmt.Sprintf("z%d", i%2)}})
	}
	pins.Boards = []station.Board{{ID: station.BoardID(keyOf(t, filepath.Join(v.dir, "b"))), Name: "UBND", Width: 96, Height: 32}}
	b, err := json.Marshal(pins)
	if err != nil {
		t.Fatal(err)
	}
	// What a virtual output played counts in a demonstration only.
	if err := os.WriteFile(filepath.Join(v.station, boot.StationFile), []byte("demo = true\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	v.pins = filepath.Join(v.dir, "pins.json")
	if err := os.WriteFile(v.pins, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return v
}

func keyOf(t testing.TB, dir string) string {
	t.Helper()
	id, err := trust.LoadOrMake(dir)
	if err != nil {
		t.Fatal(err)
	}
	return id.ID()
}
