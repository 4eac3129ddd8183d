package boot

import (
	"context"
	"encoding/json"
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
	"time"

	"loaxa/app/district"
	"loaxa/app/trust"
	"loaxa/store"
	"loaxa/store/mirror"
)

// DistrictOptions are the flags of `loaxa district`.
type DistrictOptions struct {
	Data   string   `help:"Folder of the replicas." required:"" type:"path"`
	Listen string   `help:"Address for stations." default:"127.0.0.1:7430"`
	Page   string   `help:"Address of the page for people; keep it on 127.0.0.1." default:"127.0.0.1:7431"`
	Peer   []string `help:"Fingerprint of a station that may connect; may be given again." placeholder:"FP"`
	Pins   string   `help:"Pin file with the stations that may connect." type:"path"`
	Name   string   `help:"What this upstream is called." default:"Huyện Đak Pơ"`
	Lang   string   `help:"Language of the page." enum:"vi,en" default:"vi"`

	Recordings int `help:"MB of the disk for recordings that people ask stations for; the longest here go first." default:"2048"`
}

// readyFile holds the ready line of a running role, so that commands beside it
// find it by its folder.
const readyFile = "ready.json"

// maxReplica bounds what one station may fill of the district's disk, in bytes:
// three times what five years of a large commune take, so that a station that was
// stolen leaves room for the others and for orders.
const maxReplica = 2<<30 - 1

// Run serves stations until ctx ends.
func (o *DistrictOptions) Run(ctx context.Context, p Program) error {
	ids, err := o.stations()
	if err != nil {
		return err
	}
	r, err := Role{Data: o.Data, Build: p.Build, Out: p.Out, Err: p.Err}.begin("district")
	if err != nil {
		return err
	}
	defer r.end()
	wall := func() (time.Time, store.Quality) { t, q := r.clock.Wall(); return t, uint8(q) }
	ledger, err := district.OpenFolder(filepath.Join(o.Data, "stations"), store.Options{Wall: wall, MaxSize: maxReplica})
	if err != nil {
		return err
	}
	r.onStop(func() { _ = ledger.Close() })
	orders, err := district.OpenOrders(filepath.Join(o.Data, ordersFolder), func() time.Time { t, _ := r.clock.Wall(); return t })
	if err != nil {
		r.warn("a file among the orders", err)
	}
	if orders == nil {
		return err
	}
	gate, err := r.openGate()
	if err != nil {
		return err
	}
	srv := district.NewServer(district.Options{Blobs: mirror.Folder(filepath.Join(o.Data, blobsFolder)), Ledger: ledger, Wall: wall, Peer: r.kin.Peer, Lang: o.Lang, Orders: orders,
		Heard: district.NewRecordings(district.RecordingOptions{Dir: filepath.Join(o.Data, "recordings"), Wall: wall, Room: int64(o.Recordings) << 20}),
		Gate:  gate, Zone: Saigon, Put: func(doc []byte) (string, error) { return district.PutOrder(filepath.Join(o.Data, ordersFolder), doc) },
		Identity: mirror.Identity{Node: r.id.ID(), Name: o.Name, Build: p.Build}})
	r.onStop(srv.Close)
	peers, err := r.openPeers(o.Name, ids)
	if err != nil {
		return err
	}
	door, machines := r.layPipes(peers, srv.Handler())
	addr, err := r.serveMachines(o.Listen, door, machines)
	if err != nil {
		return err
	}
	page, err := r.servePage(o.Page, srv.Page())
	if err != nil {
		return err
	}
	r.announce(Ready{Addr: addr, Page: page})
	var looking sync.WaitGroup
	looking.Go(func() { r.lookAtPeers(ctx, peers, srv) })
	r.lookAtOrders(ctx, orders)
	looking.Wait()
	return nil
}

// stations checks the flags and returns who may connect.
func (o *DistrictOptions) stations() ([]string, error) {
	pins, err := LoadPins(o.Pins)
	if err != nil {
		return nil, err
	}
	if o.Recordings < 0 || o.Recordings > maxDaily {
		return nil, &UseError{fmt.Sprintf("--recordings: %d is outside 0 to %d MB", o.Recordings, maxDaily)}
	}
	ids := slices.Clone(o.Peer)
	for _, fp := range o.Peer {
		if err := trust.CheckFingerprint(fp); err != nil {
			return nil, &UseError{"--peer: " + err.Error()}
		}
	}
	for _, s := range pins.Stations {
		ids = append(ids, s.ID)
	}
	return ids, nil
}

// layPipes lets poles through to the stations that wait for them, beside what
// stations come for.
func (r *running) layPipes(p *peers, next http.Handler) (door, http.Handler) {
	pipes := district.NewPipes(p.known, r.kin.Peer)
	r.onStop(pipes.Close)
	d := p.door()
	d.known = func(id string) bool { return p.known(id) || pipes.Knows(id) }
	return d, pipes.Handler(next)
}

// announce prints the ready line and leaves it in the folder while it holds.
func (r *running) announce(rd Ready) {
	rd.Ready, rd.Role, rd.ID = true, r.name, r.id.ID()
	if b, err := json.Marshal(rd); err == nil {
		path := filepath.Join(r.Data, readyFile)
		if err := writeFile(path, b, 0o640); err == nil {
			r.onStop(func() { _ = os.Remove(path) })
		}
	}
	r.ready(rd)
}

// serveMachines opens the listener for machines and returns its address.
func (r *running) serveMachines(addr string, d door, h http.Handler) (string, error) {
	l, err := listenTCP(addr)
	if err != nil {
		return "", err
	}
	srv, tl, err := machineServer(l, r.id, r.clock.Bounded, d, r.withKeys(h), r.log)
	if err != nil {
		return "", errors.Join(err, l.Close())
	}
	r.serve(srv, tl)
	return l.Addr().String(), nil
}

// servePage opens the listener for people; an empty address means none.
func (r *running) servePage(addr string, h http.Handler) (string, error) {
	if addr == "" {
		return "", nil
	}
	l, err := listenTCP(addr)
	if err != nil {
		return "", err
	}
	srv := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second,
		WriteTimeout: 60 * time.Second, IdleTimeout: 60 * time.Second, MaxHeaderBytes: 16 << 10, ErrorLog: quietLog(r.log)}
	r.serve(srv, newPorch(l))
	return l.Addr().String(), nil
}

func (r *running) serve(srv *http.Server, l net.Listener) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := srv.Serve(l); err != nil && !errors.Is(err, http.ErrServerClosed) {
			r.warn("listener ended", err)
		}
	}()
	r.onStop(func() {
		_ = srv.Close()
		<-done
	})
}

// DistrictStatusOptions are the flags of `loaxa district status`.
type DistrictStatusOptions struct {
	Data string `help:"The district's folder; the running demonstration's without it." type:"path"`
	JSON bool   `help:"As JSON."`
}

// Run asks the running district through its page.
func (o *DistrictStatusOptions) Run(ctx context.Context, p Program) error {
	dir, err := districtDir(o.Data)
	if err != nil {
		return err
	}
	b, err := askDistrict(ctx, dir, "/status.json")
	if err != nil {
		return err
	}
	if o.JSON {
		_, err = p.Out.Write(b)
		return err
	}
	var st district.Status
	if err := json.Unmarshal(b, &st); err != nil {
		return fmt.Errorf("district status: %w", err)
	}
	for _, s := range st.Stations {
		state := "cut since " + s.Since.In(Saigon).Format("02/01/2006 15:04:05")
		if s.Connected {
			state = "connected"
		}
		air := 0
		if s.Books != nil {
			air = len(s.Books.Air)
		}
		fmt.Fprintf(p.Out, "%s  %s  %s  entries %d of %d  orders waiting %d  recordings waiting %d  on air %d  %s\n", trust.Short(s.ID), s.Name, state, s.Seq, s.Head, s.Waiting, s.Coming(), air, s.Error)
	}
	return nil
}

func districtDir(dir string) (string, error) {
	if dir != "" {
		return dir, nil
	}
	d := runningDemo()
	if d == "" {
		return "", errors.New("no demonstration runs: name the district's folder with --data")
	}
	return filepath.Join(d, "district"), nil
}

// askDistrict reads a page of the district that runs in dir.
func askDistrict(ctx context.Context, dir, path string) ([]byte, error) {
	b, err := os.ReadFile(filepath.Join(dir, readyFile))
	if err != nil {
		return nil, fmt.Errorf("no district runs in %s: start it with loaxa district --data %s", dir, dir)
	}
	var rd Ready
	if err := json.Unmarshal(b, &rd); err != nil || rd.Page == "" {
		return nil, fmt.Errorf("the district in %s serves no page: start it with --page", dir)
	}
	token, err := readToken(filepath.Join(dir, tokenFile))
	if err != nil {
		return nil, err
	}
	body, err := askPage(ctx, "http://"+rd.Page+path, token)
	if err != nil {
		return nil, fmt.Errorf("the district in %s does not answer: %w", dir, err)
	}
	return body, nil
}

// askPage reads a page of at most 16 MiB. An empty token is not shown.
func askPage(ctx context.Context, url, token string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 16<<20))
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", resp.Status, strings.TrimSpace(string(body)))
	}
	return body, err
}
