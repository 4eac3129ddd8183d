package boot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"loaxa/app/station"
	"loaxa/app/trust"
	"loaxa/app/words"
)

// DemoOptions are what `loaxa demo` is started with.
type DemoOptions struct {
	Data      string // emptied at the start; empty: the user's own
	Lang      words.Lang
	Clusters  int  // 1 to 12
	Headless  bool // no console: for scripts, until ctx ends
	Mic       string
	Console   []string // further flags of the console
	Build     string
	Out, Err  io.Writer
	Self      string // path of this program
	NoRestart bool   // a child that ends stays ended: for tests of faults
}

// demoMarker stands in a folder that a demonstration made and may empty.
const demoMarker = "LOAXA-DEMO"

// RunDemo brings up the demonstration commune as processes of their own and
// the console in front. It returns after the console's orderly end, when all
// of them are gone.
func RunDemo(ctx context.Context, o DemoOptions) error {
	dir, err := demoFolder(o.Data)
	if err != nil {
		return err
	}
	s, err := newSupervisor(o.Self, dir, !o.NoRestart)
	if err != nil {
		return err
	}
	defer s.stop()
	// The console comes first: it shows the parts as they join.
	end := make(chan error, 1) // one answer: the console's
	if !o.Headless {
		args := append([]string{"console", "--data", filepath.Join(dir, "station"), "--lang", string(o.Lang), "--demo"}, o.Console...)
		go func() { end <- s.console(ctx, args) }()
	}
	if err := startCommune(ctx, s, dir, o); err != nil {
		return err
	}
	if err := os.WriteFile(demoMark(), []byte(dir), 0o600); err == nil {
		defer func() { _ = os.Remove(demoMark()) }()
	}
	select {
	case <-ctx.Done():
		if !o.Headless {
			return <-end // the console puts the terminal back
		}
		return nil
	case err := <-end:
		return err
	}
}

// demoFolder returns an empty folder. It empties only what a demonstration made.
func demoFolder(dir string) (string, error) {
	if dir == "" {
		dir = filepath.Join(stateHome(), "demo")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if d := runningDemo(); d == dir {
		return "", fmt.Errorf("a demonstration already runs: attach to it with loaxa, or choose another folder with --data")
	}
	names, err := os.ReadDir(dir)
	if err == nil && len(names) > 0 {
		if _, err := os.Stat(filepath.Join(dir, demoMarker)); err != nil {
			return "", fmt.Errorf("folder %s is not a demonstration's and is not empty: choose another with --data", dir)
		}
		if err := os.RemoveAll(dir); err != nil {
			return "", err
		}
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return "", err
	}
	return dir, os.WriteFile(filepath.Join(dir, demoMarker), nil, 0o640)
}

// startCommune starts the district, the station, the clusters and the board.
func startCommune(ctx context.Context, s *supervisor, dir string, o DemoOptions) error {
	n := o.Clusters
	if n < 1 || n > len(demoClusters) {
		return fmt.Errorf("--clusters: %d is outside 1 to %d", n, len(demoClusters))
	}
	pins, err := demoPins(dir, n)
	if err != nil {
		return err
	}
	districtID, err := trust.LoadOrMake(filepath.Join(dir, "district"))
	if err != nil {
		return err
	}
	district, err := s.start(ctx, "district", func(addr, page string) []string {
		return []string{"district", "--data", filepath.Join(dir, "district"), "--listen", addr, "--page", page, "--pins", pins}
	})
	if err != nil {
		return err
	}
	t, err := newTrials(s, dir, district.Addr)
	if err != nil {
		return err
	}
	s.onStop = t.close
	conf := demoConfig(o.Lang, o.Mic)
	conf.Upstream.Address, conf.Upstream.Peer = t.upstream.addr(), districtID.ID()
	sdir := filepath.Join(dir, "station")
	if err := os.MkdirAll(sdir, 0o750); err != nil {
		return err
	}
	if err := WriteConfig(sdir, conf); err != nil {
		return err
	}
	st, err := s.start(ctx, "station", func(addr, page string) []string {
		return []string{"station", "--data", sdir, "--listen", addr, "--page", page, "--pins", pins, "--sample"}
	})
	if err != nil {
		return err
	}
	t.station = st.Addr
	if err := t.serve(filepath.Join(dir, trialsSocket)); err != nil {
		return err
	}
	return startPoles(ctx, s, dir, n, st, t)
}

func startPoles(ctx context.Context, s *supervisor, dir string, n int, st Ready, t *trials) error {
	var wg sync.WaitGroup
	errs := make([]error, n+1)
	for i := range n {
		wg.Go(func() {
			args := []string{"cluster", "--data", clusterDir(dir, i+1), "--peer", st.ID, "--out", "virtual", "--name", demoClusters[i].Name, "--station"}
			if strings.Contains(demoClusters[i].Kind, "4G") { // its line can be cut, and carries no datagrams
				at, err := t.sim(i + 1)
				if err != nil {
					errs[i] = err
					return
				}
				args = append(args, at, "--no-udp")
			} else {
				args = append(args, st.Addr)
			}
			_, errs[i] = s.start(ctx, fmt.Sprintf("cluster-%d", i+1), func(string, string) []string { return args })
		})
	}
	wg.Go(func() {
		_, errs[n] = s.start(ctx, "board-1", func(_, page string) []string {
			return []string{"board", "--data", filepath.Join(dir, "board-1"), "--station", st.Addr, "--peer", st.ID, "--page", page,
				"--size", fmt.Sprintf("%dx%d", demoBoard.Width, demoBoard.Height)}
		})
	})
	wg.Wait()
	return errors.Join(errs...)
}

func clusterDir(dir string, n int) string { return filepath.Join(dir, "cluster-"+strconv.Itoa(n)) }

// demoPins makes the keys of all parts and writes who knows whom.
func demoPins(dir string, n int) (string, error) {
	var p Pins
	key := func(name string) (string, error) {
		id, err := trust.LoadOrMake(filepath.Join(dir, name))
		if err != nil {
			return "", err
		}
		return id.ID(), nil
	}
	id, err := key("station")
	if err != nil {
		return "", err
	}
	p.Stations = []Peer{{ID: id, Name: "xã Đak Pơ"}}
	for i := range n {
		id, err := key("cluster-" + strconv.Itoa(i+1))
		if err != nil {
			return "", err
		}
		c := demoClusters[i]
		c.ID = station.ClusterID(id)
		c.Head, c.Phone = "Mẫu", fmt.Sprintf("0900 000 %03d", c.Number)
		p.Clusters = append(p.Clusters, c)
	}
	if id, err = key("board-1"); err != nil {
		return "", err
	}
	b := demoBoard
	b.ID = station.BoardID(id)
	p.Boards = []station.Board{b}
	out, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "pins.json")
	return path, writeFile(path, out, 0o640)
}

// readyWait bounds how long a part may take to serve.
const readyWait = 20 * time.Second
