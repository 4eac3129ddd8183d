package boot

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"time"

	"loaxa/app/trust"
	"loaxa/devices/cluster"
	"loaxa/ui"
)

// The trials of the sample commune, in the order that the screen shows.
const (
	trialDistrict = "district" // the line to the district is dead
	trialInternet = "internet" // … and that of every cluster on a SIM card
	trialCluster  = "cluster"  // one cluster's power is gone
	trialPower    = "power"    // the station's power is gone for some seconds
	trialForeign  = "foreign"  // somebody else answers a cluster, and knocks at the station
	trialForged   = "forged"   // somebody else says that he is the district
)

var trialNames = []string{trialDistrict, trialInternet, trialCluster, trialPower, trialForeign, trialForged}

// trialsSocket is where a demonstration's console asks for trials.
const trialsSocket = "trials.sock"

// powerOff is how long a power cut of the station lasts.
const powerOff = 4 * time.Second

// trials breaks and mends parts of a demonstration.
type trials struct {
	sup      *supervisor
	station  string // its machines' address
	district string
	upstream *relay
	sims     map[int]*relay // of the clusters on SIM cards, by number
	rogue    net.Listener
	id       *trust.Identity // the rogue's
	wg       sync.WaitGroup

	mu sync.Mutex
	on map[string]string // what is broken, with its subject
}

// trialAsk and trialTold are one line each of the socket, at most 4 KiB.
type trialAsk struct {
	Set     bool   `json:"set"`
	Name    string `json:"name,omitempty"`
	Subject string `json:"subject,omitempty"`
	On      bool   `json:"on,omitempty"`
}

type trialTold struct {
	Trials []ui.Trial `json:"trials"`
	Error  string     `json:"error,omitempty"`
}

const maxTrialLine = 4 << 10

// newTrials makes the relays; the station's address is given later.
func newTrials(sup *supervisor, dir, district string) (*trials, error) {
	t := &trials{sup: sup, district: district, sims: map[int]*relay{}, on: map[string]string{}}
	var err error
	if t.upstream, err = newRelay(district); err != nil {
		return nil, err
	}
	if t.id, err = trust.LoadOrMake(filepath.Join(dir, "stranger")); err != nil {
		return nil, err
	}
	if t.rogue, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, err
	}
	conf, err := t.id.ServerConfig(func(string) error { return nil }, time.Now)
	if err != nil {
		return nil, err
	}
	srv := &http.Server{Handler: http.NotFoundHandler(), ReadHeaderTimeout: 5 * time.Second, ErrorLog: log.New(io.Discard, "", 0)}
	t.wg.Go(func() { _ = srv.Serve(tls.NewListener(t.rogue, conf)) })
	return t, nil
}

// sim gives the address at which a cluster on a SIM card finds the station.
func (t *trials) sim(number int) (string, error) {
	r, err := newRelay(t.station)
	if err != nil {
		return "", err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sims[number] = r
	return r.addr(), nil
}

func (t *trials) close() {
	_ = t.rogue.Close()
	t.upstream.close()
	for _, r := range t.sims {
		r.close()
	}
	t.wg.Wait()
}

// list tells what is broken now.
func (t *trials) list() []ui.Trial {
	t.mu.Lock()
	defer t.mu.Unlock()
	var out []ui.Trial
	for _, n := range trialNames {
		subject, on := t.on[n]
		out = append(out, ui.Trial{Name: n, Subject: subject, On: on})
	}
	return out
}

// set breaks or mends. A trial that is as it should be stays so.
func (t *trials) set(name, subject string, on bool) error {
	if !slices.Contains(trialNames, name) {
		return fmt.Errorf("no trial %q", name)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	was, broken := t.on[name]
	if broken == on {
		return nil
	}
	if !on {
		subject = was
		delete(t.on, name)
	}
	switch name {
	case trialCluster:
		return t.setCluster(subject, on)
	case trialPower:
		if on {
			t.power()
		}
		return nil
	case trialForeign:
		if on {
			subject = t.firstSIM()
			t.wg.Go(t.knock)
		}
	}
	if on {
		t.on[name] = subject
	}
	t.lead()
	return nil
}

// lead sets every line as the trials want it; the caller holds mu.
func (t *trials) lead() {
	_, district := t.on[trialDistrict]
	_, internet := t.on[trialInternet]
	_, forged := t.on[trialForged]
	foreign := t.on[trialForeign]
	to := t.district
	if forged {
		to = t.rogue.Addr().String()
	}
	t.upstream.set(district || internet, to)
	for n, r := range t.sims {
		to := t.station
		if foreign == strconv.Itoa(n) {
			to = t.rogue.Addr().String()
		}
		r.set(internet, to)
	}
}

func (t *trials) firstSIM() string {
	least := 0
	for n := range t.sims {
		if least == 0 || n < least {
			least = n
		}
	}
	return strconv.Itoa(least)
}

func (t *trials) setCluster(subject string, on bool) error {
	if subject == "" {
		subject = "2"
	}
	if on {
		if err := t.sup.fell("cluster-" + subject); err != nil {
			return fmt.Errorf("cluster %s: %w", subject, err)
		}
		t.on[trialCluster] = subject
		return nil
	}
	t.sup.raise("cluster-" + subject)
	return nil
}

// power takes the station's power for some seconds.
func (t *trials) power() {
	if t.sup.fell("station") != nil {
		return
	}
	t.on[trialPower] = ""
	t.wg.Go(func() {
		select {
		case <-time.After(powerOff):
		case <-t.sup.ctx.Done():
		}
		t.sup.raise("station")
		t.mu.Lock()
		delete(t.on, trialPower)
		t.mu.Unlock()
	})
}

// knock comes to the station's door with a key that it does not know.
func (t *trials) knock() {
	conf := &tls.Config{MinVersion: tls.VersionTLS13, InsecureSkipVerify: true} // a stranger trusts anybody
	if own, err := t.id.ServerConfig(func(string) error { return nil }, time.Now); err == nil {
		conf.Certificates = own.Certificates
	}
	ctx, cancel := context.WithTimeout(t.sup.ctx, 5*time.Second)
	defer cancel()
	d := tls.Dialer{Config: conf}
	c, err := d.DialContext(ctx, "tcp", t.station)
	if err != nil {
		return
	}
	defer func() { _ = c.Close() }()
	_ = c.SetDeadline(time.Now().Add(5 * time.Second))
	_, _ = fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: station\r\n\r\n", cluster.Path)
	_, _ = io.Copy(io.Discard, io.LimitReader(c, 4<<10))
}

// serve answers the console's socket until the supervisor ends.
func (t *trials) serve(path string) error {
	l, err := listenUnix(path)
	if err != nil {
		return err
	}
	context.AfterFunc(t.sup.ctx, func() { _ = l.Close() })
	t.wg.Go(func() {
		for {
			c, err := l.Accept()
			if errors.Is(err, net.ErrClosed) {
				return
			}
			if err != nil {
				time.Sleep(100 * time.Millisecond)
				continue
			}
			t.wg.Go(func() { t.answer(c) })
		}
	})
	return nil
}

func (t *trials) answer(c net.Conn) {
	defer func() { _ = c.Close() }()
	_ = c.SetDeadline(time.Now().Add(10 * time.Second))
	line, err := bufio.NewReaderSize(c, maxTrialLine).ReadSlice('\n')
	if err != nil {
		return
	}
	var ask trialAsk
	told := trialTold{}
	if err := json.Unmarshal(line, &ask); err != nil {
		told.Error = "not a trial"
	} else if ask.Set {
		if err := t.set(ask.Name, ask.Subject, ask.On); err != nil {
			told.Error = err.Error()
		}
	}
	told.Trials = t.list()
	_ = json.NewEncoder(c).Encode(told)
}

// trialsClient asks a demonstration's supervisor; it is ui.Trials.
type trialsClient struct{ path string }

func (c trialsClient) ask(ctx context.Context, a trialAsk) (told trialTold, err error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "unix", c.path)
	if err != nil {
		return told, fmt.Errorf("trials: %w", err)
	}
	defer func() { _ = conn.Close() }()
	if at, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(at)
	}
	if err := json.NewEncoder(conn).Encode(a); err != nil {
		return told, fmt.Errorf("trials: %w", err)
	}
	if err := json.NewDecoder(io.LimitReader(conn, 64<<10)).Decode(&told); err != nil {
		return told, fmt.Errorf("trials: %w", err)
	}
	if told.Error != "" {
		return told, errors.New(told.Error)
	}
	return told, nil
}

// List implements ui.Trials.
func (c trialsClient) List(ctx context.Context) ([]ui.Trial, error) {
	t, err := c.ask(ctx, trialAsk{})
	return t.Trials, err
}

// Set implements ui.Trials.
func (c trialsClient) Set(ctx context.Context, name, subject string, on bool) error {
	_, err := c.ask(ctx, trialAsk{Set: true, Name: name, Subject: subject, On: on})
	return err
}
