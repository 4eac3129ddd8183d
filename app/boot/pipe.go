package boot

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"loaxa/app/district"
)

// Pauses and bounds of the line to the district over which poles come that
// cannot reach the station.
const (
	pipeLook  = time.Second      // how often the poles are compared
	pipeBeat  = 10 * time.Second // how often the line is proved
	pipeDead  = 30 * time.Second // nothing heard for so long
	pipeLeast = 2 * time.Second  // before the line is laid again
	pipeMost  = time.Minute
	pipeComes = 16 // poles that are fetched at once; more wait at the district
)

// pipeConn is a connection that was upgraded; what came with the answer is read
// first.
type pipeConn struct {
	net.Conn
	in   io.Reader
	from net.Addr
}

func (c *pipeConn) Read(b []byte) (int, error) { return c.in.Read(b) }

// RemoteAddr names the pole where it is known, else the district.
func (c *pipeConn) RemoteAddr() net.Addr {
	if c.from != nil {
		return c.from
	}
	return c.Conn.RemoteAddr()
}

// dialPipe lays a pipe over the district at addr.
func dialPipe(ctx context.Context, by road, conf *tls.Config, addr, path string, query url.Values) (net.Conn, error) {
	raw, err := by(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = raw.Close() })
	defer stop()
	conn := tls.Client(raw, conf)
	in, err := upgradePipe(ctx, conn, addr, path, query)
	if err != nil || ctx.Err() != nil {
		_ = raw.Close()
		return nil, fmt.Errorf("the district at %s: %w", addr, err)
	}
	return &pipeConn{Conn: conn, in: in}, nil
}

func upgradePipe(ctx context.Context, conn *tls.Conn, addr, path string, query url.Values) (*bufio.Reader, error) {
	if err := conn.HandshakeContext(ctx); err != nil {
		return nil, err
	}
	u := url.URL{Scheme: "https", Host: addr, Path: path, RawQuery: query.Encode()}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Connection", "Upgrade")
	req.Header.Set("Upgrade", district.PipeName)
	if err := req.Write(conn); err != nil {
		return nil, err
	}
	in := bufio.NewReader(conn)
	resp, err := http.ReadResponse(in, req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusSwitchingProtocols {
		words, _ := io.ReadAll(io.LimitReader(resp.Body, 200))
		_ = resp.Body.Close()
		return nil, fmt.Errorf("%s: %s", resp.Status, strings.TrimSpace(string(words)))
	}
	return in, nil
}

// dialStationOver returns how to reach the station through the district: the
// pipe is the district's, the session inside it is with the station's own key.
func (r *running) dialStationOver(relay, relayPeer, peer string, pin *pinnedKey) (func(ctx context.Context) (net.Conn, error), error) {
	outer, err := r.id.ClientFor(relayPeer, r.clock.Bounded, r.kin)
	if err != nil {
		return nil, fmt.Errorf("--relay-peer: %w", err)
	}
	inner, err := r.id.ClientFor(peer, r.clock.Bounded, r.kin)
	if err != nil {
		return nil, err
	}
	pin.load(r.Data, peer, r.kin)
	return func(ctx context.Context) (net.Conn, error) {
		ctx, cancel := context.WithTimeout(ctx, callWait)
		defer cancel()
		pipe, err := dialPipe(ctx, r.road, outer, relay, district.PipePole, url.Values{"to": {peer}})
		if err != nil {
			return nil, err
		}
		conn := tls.Client(pipe, inner)
		err = conn.HandshakeContext(ctx)
		if err == nil {
			err = proved(conn, r.kin)
		}
		if err != nil {
			_ = pipe.Close()
			return nil, err
		}
		if pub := provedKey(conn); pub != nil {
			pin.keep(r.Data, pub)
		}
		return conn, nil
	}, nil
}

// either tries the direct way and then the district's; over tells which it was.
func either(direct, relayed func(context.Context) (net.Conn, error), over *atomic.Bool) func(context.Context) (net.Conn, error) {
	return func(ctx context.Context) (net.Conn, error) {
		if direct != nil {
			c, err := direct(ctx)
			if err == nil || relayed == nil || ctx.Err() != nil {
				over.Store(false)
				return c, err
			}
		}
		over.Store(true)
		return relayed(ctx)
	}
}

// pipes is the station's end: a listener for the connections that it fetches.
type pipes struct {
	conf  *tls.Config
	addr  string
	conns chan net.Conn // none is held: who fetches waits until it is taken
	quit  chan struct{}
	once  sync.Once
}

// Accept waits for a pole that came over the district.
func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.quit:
		return nil, net.ErrClosed
	}
}

// Close takes no more.
func (p *pipes) Close() error {
	p.once.Do(func() { close(p.quit) })
	return nil
}

// Addr is the district's.
func (p *pipes) Addr() net.Addr { return pipeAddr(p.addr) }

type pipeAddr string

func (pipeAddr) Network() string  { return "pipe" }
func (a pipeAddr) String() string { return string(a) }

// servePipes answers poles that come over the district as those that come to
// the machines' door.
func (s *stationRooms) servePipes(ctx context.Context, h http.Handler) error {
	if s.conf.Upstream.Address == "" {
		return nil
	}
	conf, err := s.id.ClientFor(s.conf.Upstream.Peer, s.clock.Bounded, s.kin, s.conf.Upstream.Next)
	if err != nil {
		return err
	}
	p := &pipes{conf: conf, addr: s.conf.Upstream.Address, conns: make(chan net.Conn), quit: make(chan struct{})}
	srv, l, err := machineServer(p, s.id, s.clock.Bounded, s.door(), s.withKeys(h), s.log)
	if err != nil {
		return err
	}
	s.serve(srv, l)
	s.wg.Go(func() {
		wait := pipeLeast
		for {
			began := time.Now()
			err := s.holdLine(ctx, p)
			if ctx.Err() != nil {
				return
			}
			if time.Since(began) > pipeMost {
				wait = pipeLeast
			}
			s.log.Debug("no line for poles over the district", "why", err, "again", wait)
			if !pauseFor(ctx, wait) {
				return
			}
			wait = min(2*wait, pipeMost)
		}
	})
	return nil
}

// holdLine waits at the district, names the poles and fetches those that call.
func (s *stationRooms) holdLine(ctx context.Context, p *pipes) error {
	dial, cancel := context.WithTimeout(ctx, callWait)
	conn, err := dialPipe(dial, s.road, p.conf, p.addr, district.PipeStation, nil)
	cancel()
	if err != nil {
		return err
	}
	ctx, end := context.WithCancel(ctx)
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	var fetching sync.WaitGroup
	defer fetching.Wait()
	defer stop()
	defer end()
	fetching.Go(func() { defer end(); s.namePoles(ctx, conn) })
	room := make(chan struct{}, pipeComes)
	in := bufio.NewScanner(conn)
	for {
		_ = conn.SetReadDeadline(time.Now().Add(pipeDead))
		if !in.Scan() {
			return in.Err()
		}
		var c district.PipeCall
		if err := json.Unmarshal(in.Bytes(), &c); err != nil {
			return err
		}
		if c.Call == "" {
			continue
		}
		select {
		case room <- struct{}{}:
			fetching.Go(func() { defer func() { <-room }(); s.fetch(ctx, p, c) })
		default: // it calls again
		}
	}
}

// namePoles says whom the district may let through, at once when that changes.
func (s *stationRooms) namePoles(ctx context.Context, conn net.Conn) {
	var said []string
	var at time.Time
	for {
		ids := []string{}
		for _, c := range s.desk.Snapshot().Clusters {
			ids = append(ids, string(c.ID))
		}
		if slices.Sort(ids); at.IsZero() || !slices.Equal(ids, said) || time.Since(at) >= pipeBeat {
			_ = conn.SetWriteDeadline(time.Now().Add(pipeBeat))
			if json.NewEncoder(conn).Encode(district.PipePoles{Poles: ids}) != nil {
				return
			}
			said, at = ids, time.Now()
		}
		if !pauseFor(ctx, pipeLook) {
			return
		}
	}
}

// fetch goes for one pole; what it says is judged as at the machines' door.
func (s *stationRooms) fetch(ctx context.Context, p *pipes, c district.PipeCall) {
	dial, cancel := context.WithTimeout(ctx, callWait)
	defer cancel()
	conn, err := dialPipe(dial, s.road, p.conf, p.addr, district.PipeAnswer, url.Values{"call": {c.Call}})
	if err != nil {
		s.log.Debug("a pole over the district was not reached", "why", err)
		return
	}
	conn.(*pipeConn).from = pipeAddr("district-" + c.Pole[:min(len(c.Pole), 8)])
	select {
	case p.conns <- conn:
	case <-p.quit:
		_ = conn.Close()
	case <-dial.Done():
		_ = conn.Close()
	}
}
