package boot

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"loaxa/app/station"
	"loaxa/app/trust"
	"loaxa/devices"
	"loaxa/devices/board"
	"loaxa/devices/cluster"
)

// The doors of the house, in typed words.
const (
	doorCluster  = "cluster"
	doorBoard    = "board"
	doorMachine  = "machine"  // not known yet which
	doorStation  = "station"  // of an upstream end
	doorUpstream = "upstream" // not a door: we went there
)

// Why a machine is turned away, in typed words.
const (
	whyUnknownKey = "unknown-key" // not on the list
	whyWrongKey   = "wrong-key"   // not the one that was expected
	whyNoKey      = "no-key"      // it began to shake hands and showed no key
	whyGarbage    = "garbage"     // it does not speak our language
)

// door is what the listener for machines is opened with.
type door struct {
	known  func(id string) bool
	kin    *trust.Kin
	name   func(*http.Request) string
	turned func(station.StrangerRefused) // does not wait; nil: nobody is told
	enrol  http.Handler                  // asked by machines that nobody knows yet; nil: none is let in
	each   int                           // connections of one machine at a time; 0: any number
}

// machineRoom is what a pole or a board may hold open: its link, its question
// for keys, and those of before that the network has not ended yet.
const machineRoom = 16

// door is the station's.
func (s *stationRooms) door() door {
	return door{known: s.known, kin: s.kin, turned: s.strangers.turned, enrol: s.enrolling.codes, each: machineRoom, name: func(r *http.Request) string {
		switch r.URL.Path {
		case cluster.Path:
			return doorCluster
		case board.Path:
			return doorBoard
		}
		return doorMachine
	}}
}

func (d door) turn(name, remote, id, why string) {
	if d.turned == nil {
		return
	}
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		host = remote
	}
	d.turned(station.StrangerRefused{Door: name, Addr: host, ID: id, Why: why})
}

// poleRefused passes on what a cluster itself would not take.
func (s *stationRooms) poleRefused(r devices.Refusal) {
	s.log.Warn("a cluster refused", "id", r.ID, "what", r.What, "why", r.Code, "who", r.Who, "count", r.Count)
	s.desk.Report(station.PoleRefused{Cluster: station.ClusterID(r.ID), Who: r.Who, Why: "pole-" + r.What})
}

// watchUpstreamKey reports an upstream end with another key than the pinned one.
func (s *stationRooms) watchUpstreamKey(conf *tls.Config) {
	verify := conf.VerifyConnection
	conf.VerifyConnection = func(st tls.ConnectionState) error {
		err := verify(st)
		var other *trust.UnknownPeerError
		f := station.StrangerRefused{Door: doorUpstream, Addr: s.conf.Upstream.Address}
		switch {
		case errors.As(err, &other):
			f.ID, f.Why = other.Got, whyWrongKey
			s.strangers.turned(f)
		case errors.Is(err, trust.ErrNoPeerKey):
			f.Why = whyNoKey
			s.strangers.turned(f)
		}
		return err
	}
}

// strangers passes on who was turned away: each address, door and reason once a
// minute. Who reports does not wait.
type strangers struct {
	seldom *seldom
	queue  chan station.StrangerRefused // 64 addresses at once; full: the next ones come again
}

func newStrangers(now func() time.Time) *strangers {
	return &strangers{newSeldom(now), make(chan station.StrangerRefused, 64)}
}

func (s *strangers) turned(f station.StrangerRefused) {
	if !s.seldom.may(f.Door + " " + f.Addr + " " + f.Why) {
		return
	}
	select {
	case s.queue <- f:
	default:
	}
}

func (s *strangers) run(ctx context.Context, report func(station.Fact)) {
	for {
		select {
		case <-ctx.Done():
			return
		case f := <-s.queue:
			report(f)
		}
	}
}

// seldom lets one address be heard of once a minute: a stranger who knocks all
// night must not fill the disk.
type seldom struct {
	mu   sync.Mutex
	now  func() time.Time
	last map[string]time.Time
}

// seldomRoom bounds the addresses remembered; full: all are forgotten.
const seldomRoom = 1024

func newSeldom(now func() time.Time) *seldom { return &seldom{now: now, last: map[string]time.Time{}} }

func (s *seldom) may(who string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	if at, ok := s.last[who]; ok && now.Sub(at).Abs() < time.Minute {
		return false
	}
	if len(s.last) >= seldomRoom {
		clear(s.last)
	}
	s.last[who] = now
	return true
}

// machineServer answers machines on TLS with known keys. Who is not known is
// told so in words, by HTTP, and nothing else.
func machineServer(l net.Listener, id *trust.Identity, now func() time.Time, d door, mux http.Handler, lg *slog.Logger) (*http.Server, net.Listener, error) {
	conf, err := id.ServerConfig(func(string) error { return nil }, now)
	if err != nil {
		return nil, nil, err
	}
	seldom, rooms := newSeldom(now), &rooms{each: d.each, by: map[string]int{}}
	guard := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if d.enrol != nil && r.URL.Path == trust.EnrolPath {
			w.Header().Set("Connection", "close")
			d.enrol.ServeHTTP(w, r)
			return
		}
		peer, err := d.kin.Peer(r.TLS)
		if err == nil && !d.known(peer) {
			err = &trust.UnknownPeerError{Got: peer}
			d.turn(d.name(r), r.RemoteAddr, peer, whyUnknownKey)
		}
		if err != nil {
			if host, _, _ := net.SplitHostPort(r.RemoteAddr); seldom.may(host) {
				lg.Warn("peer refused", "remote", r.RemoteAddr, "why", err)
			}
			w.Header().Set("Connection", "close")
			http.Error(w, err.Error(), http.StatusForbidden)
			return
		}
		if c, ok := r.Context().Value(callerKey{}).(*caller); ok {
			c.leave()
		}
		if !rooms.enter(peer) {
			w.Header().Set("Connection", "close")
			http.Error(w, "too many connections of one machine", http.StatusTooManyRequests)
			return
		}
		defer rooms.leave(peer)
		mux.ServeHTTP(w, r)
	})
	porch := newPorch(l)
	porch.turned = func(c *caller, why string) { d.turn(doorMachine, c.RemoteAddr().String(), "", why) }
	watchCallers(conf)
	srv := &http.Server{Handler: guard, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: readWhole, MaxHeaderBytes: 8 << 10,
		IdleTimeout: 30 * time.Second, ErrorLog: quietLog(lg), ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			if t, ok := c.(*tls.Conn); ok {
				return context.WithValue(ctx, callerKey{}, t.NetConn())
			}
			return ctx
		}}
	return srv, tls.NewListener(porch, conf), nil
}

// watchCallers notes at the porch how far each caller came in shaking hands.
func watchCallers(conf *tls.Config) {
	conf.GetConfigForClient = func(h *tls.ClientHelloInfo) (*tls.Config, error) {
		c, ok := h.Conn.(*caller)
		if !ok {
			return nil, nil
		}
		c.greeted.Store(true)
		own := conf.Clone()
		own.GetConfigForClient = nil
		own.VerifyConnection = func(st tls.ConnectionState) error {
			if _, err := trust.PeerID(&st); err != nil {
				return err
			}
			c.proved.Store(true)
			return nil
		}
		return own, nil
	}
}

// readWhole is how long a request may take to come, its body included: a body
// that never ends would keep a place on the porch. It is longer than a pole waits
// for a pipe; what becomes a websocket is free of it.
const readWhole = 30 * time.Second

// callerKey finds the caller behind a request.
type callerKey struct{}

// rooms counts the requests and links of each machine that is known.
type rooms struct {
	each int
	mu   sync.Mutex // guards by
	by   map[string]int
}

func (r *rooms) enter(id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.each > 0 && r.by[id] >= r.each {
		return false
	}
	r.by[id]++
	return true
}

func (r *rooms) leave(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.by[id]--; r.by[id] <= 0 {
		delete(r.by, id)
	}
}

// Bounds of those who have not shown a known key: of one address (a village
// behind one SIM card reconnects at once), and in all.
const (
	porchRoom = 64
	porchAll  = 512
)

// porch is a listener on which strangers have little room: who has no place is
// hung up on, those who are known stand inside.
type porch struct {
	net.Listener
	turned func(*caller, string) // nil: nobody is told

	mu  sync.Mutex // guards by and all
	by  map[string]int
	all int
}

func newPorch(l net.Listener) *porch { return &porch{Listener: l, by: map[string]int{}} }

// Accept also sets what every machine link needs on the socket itself.
func (p *porch) Accept() (net.Conn, error) {
	for {
		c, err := p.Listener.Accept()
		if err != nil {
			return nil, err
		}
		host := neighbourhood(c.RemoteAddr())
		if !p.enter(host) {
			_ = c.Close() // it comes again
			continue
		}
		if t, ok := c.(*net.TCPConn); ok {
			_ = t.SetNoDelay(true)
			_ = t.SetWriteBuffer(sendBuffer)
			setUserTimeout(t, 8*time.Second)
		}
		return &caller{Conn: c, porch: p, host: host}, nil
	}
}

// neighbourhood is the address by which strangers are counted: of IPv6 the part
// that one line is given whole.
func neighbourhood(a net.Addr) string {
	ap, err := netip.ParseAddrPort(a.String())
	if err != nil {
		return a.String()
	}
	if ip := ap.Addr().Unmap(); ip.Is6() {
		if p, err := ip.WithZone("").Prefix(64); err == nil {
			return p.String()
		}
	}
	return ap.Addr().Unmap().String()
}

func (p *porch) enter(host string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.by[host] >= porchRoom || p.all >= porchAll {
		return false
	}
	p.by[host]++
	p.all++
	return true
}

func (p *porch) leave(host string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all--
	if p.by[host]--; p.by[host] <= 0 {
		delete(p.by, host)
	}
}

// caller is one who came to the porch.
type caller struct {
	net.Conn
	porch   *porch
	host    string
	left    sync.Once
	closed  sync.Once
	came    atomic.Bool // it sent something
	greeted atomic.Bool // it began to shake hands
	proved  atomic.Bool // it showed a key
	gone    atomic.Bool // it went away, or its link broke
}

func (c *caller) leave() { c.left.Do(func() { c.porch.leave(c.host) }) }

// Read notes how the other end behaves.
func (c *caller) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if n > 0 {
		c.came.Store(true)
	}
	if err != nil && !errors.Is(err, net.ErrClosed) {
		c.gone.Store(true)
	}
	return n, err
}

// Close says who was hung up on for what it said, not for a link that broke.
func (c *caller) Close() error {
	c.leave()
	c.closed.Do(func() {
		switch {
		case c.porch.turned == nil || c.proved.Load() || c.gone.Load() || !c.came.Load():
		case c.greeted.Load():
			c.porch.turned(c, whyNoKey)
		default:
			c.porch.turned(c, whyGarbage)
		}
	})
	return c.Conn.Close()
}
