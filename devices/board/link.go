package board

import (
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// link is one board's websocket at the station: serve reads, write writes.
type link struct {
	conn  *websocket.Conn
	id    string
	hello *Hello
	wake  chan struct{} // size 1, latest wins: a new card is wanted
	done  chan struct{} // closed by end

	once sync.Once
	why  string // written before done is closed
}

// end asks both goroutines to go; the first reason stays.
func (l *link) end(why string) {
	l.once.Do(func() {
		l.why = why
		close(l.done)
		// A reader that waits for the board returns at once.
		_ = l.conn.SetReadDeadline(time.Now())
	})
}

// Handler serves Path. It refuses what is not a known board of this station, in
// words: before the upgrade by HTTP status 403, after it by REFUSE.
func (s *Server) Handler() http.Handler {
	return http.HandlerFunc(s.serveHTTP)
}

func (s *Server) serveHTTP(w http.ResponseWriter, r *http.Request) {
	id, err := s.admit(r)
	if err != nil {
		s.opt.Log.Warn("board refused", "peer", r.RemoteAddr, "why", err.Error())
		http.Error(w, err.Error(), http.StatusForbidden)
		return
	}
	conn, err := s.upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // the upgrader has answered
	}
	l := &link{conn: conn, id: id, wake: make(chan struct{}, 1), done: make(chan struct{})}
	if !s.enter(l) {
		_ = conn.Close()
		return
	}
	defer s.leave(l)
	s.serve(l)
}

// admit decides by what the TLS peer proved.
func (s *Server) admit(r *http.Request) (string, error) {
	if r.Header.Get("Origin") != "" || r.Header.Get("Cookie") != "" {
		return "", errors.New("this is a link for machines, not for browsers")
	}
	if r.TLS == nil {
		return "", errors.New("this link needs TLS")
	}
	id, err := s.opt.Peer(r.TLS)
	if err != nil {
		return "", fmt.Errorf("the peer has no key: %w", err)
	}
	if len(id) > MaxID || !s.opt.Known(id) {
		return "", errors.New("the key is not that of a board of this station")
	}
	return id, nil
}

// enter counts a link in; false: the server ends or is full.
func (s *Server) enter(l *link) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || len(s.links) >= maxLinks {
		return false
	}
	s.links[l] = struct{}{}
	s.running.Add(1)
	return true
}

func (s *Server) leave(l *link) {
	l.end("")
	_ = l.conn.Close()
	s.mu.Lock()
	delete(s.links, l)
	s.mu.Unlock()
	s.running.Done()
}

// serve runs a link from HELLO to its end.
func (s *Server) serve(l *link) {
	l.conn.SetReadLimit(ReportLimit)
	_ = l.conn.SetReadDeadline(time.Now().Add(helloWait))
	protocol, err := l.readHello()
	if err != nil {
		s.opt.Log.Warn("board refused", "board", l.id, "why", err.Error())
		l.send(&Refuse{Why: Words(err.Error())})
		return
	}
	p, err := s.attach(l)
	if err != nil {
		l.send(&Refuse{Why: Words(err.Error())})
		return
	}
	s.opt.Log.Info("board came", "board", l.id, "build", l.hello.Build, "protocol", protocol)
	var writer sync.WaitGroup
	writer.Go(func() { s.write(l, p, protocol) })
	err = s.read(l, p)
	l.end(err.Error())
	writer.Wait()
	s.opt.Log.Info("board went", "board", l.id, "why", l.why)
	s.detach(p, l, l.why)
}

// readHello takes the first frame and chooses the protocol.
func (l *link) readHello() (uint, error) {
	msg, err := l.receive()
	if err != nil {
		return 0, err
	}
	hello, ok := msg.(*Hello)
	if !ok {
		return 0, fmt.Errorf("%w: HELLO comes first", ErrFrame)
	}
	if hello.ID != l.id {
		return 0, fmt.Errorf("HELLO names %q, the key is that of %q", hello.ID, l.id)
	}
	if hello.Min > ProtocolMax || hello.Max < ProtocolMin {
		return 0, fmt.Errorf("protocol %d–%d is wanted, this station (%d–%d) does not speak it",
			hello.Min, hello.Max, ProtocolMin, ProtocolMax)
	}
	l.hello = hello
	return min(hello.Max, ProtocolMax), nil
}

func (l *link) receive() (any, error) {
	kind, frame, err := l.conn.ReadMessage()
	if err != nil {
		return nil, fmt.Errorf("board: read: %w", err)
	}
	if kind != websocket.BinaryMessage {
		return nil, fmt.Errorf("%w: text", ErrFrame)
	}
	return Decode(frame)
}

// read takes the board's reports until the link ends.
func (s *Server) read(l *link, p *place) error {
	renew := func() error {
		if err := l.conn.SetReadDeadline(time.Now().Add(ReadWait)); err != nil {
			return err
		}
		select {
		case <-l.done:
			return errors.New("ended") // end's deadline may have been overwritten here
		default:
			return nil
		}
	}
	l.conn.SetPongHandler(func(string) error { return renew() })
	for {
		if err := renew(); err != nil {
			return err
		}
		msg, err := l.receive()
		if err != nil {
			return err
		}
		switch m := msg.(type) {
		case *Shown:
			s.shown(p, l, m)
		case *Bye:
			return errors.New(m.Why)
		default:
			return fmt.Errorf("%w: not a board's message", ErrFrame)
		}
	}
}

// write is the only writer after HELLO: WELCOME, cards, pings, BYE.
func (s *Server) write(l *link, p *place, protocol uint) {
	ping := time.NewTicker(PingEvery)
	defer ping.Stop()
	if !l.send(&Welcome{Protocol: protocol, Build: s.opt.Build, ID: s.opt.StationID, Epoch: s.opt.Epoch}) {
		return
	}
	order, sent := l.hello.Last, uint64(0)
	for {
		var c *Card
		if c, sent = s.next(p, sent); c != nil {
			order++
			if !s.sendCard(l, *c, order) {
				return
			}
		}
		select {
		case <-l.wake:
		case <-ping.C:
			err := l.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeWait))
			if err != nil {
				l.end("board: ping: " + err.Error())
				return
			}
		case <-l.done:
			l.send(&Bye{Why: Words(l.why)})
			return
		}
	}
}

func (s *Server) sendCard(l *link, c Card, order uint64) bool {
	signed, err := Sign(c, s.opt.StationID, l.id, order, s.opt.Sign)
	if err != nil {
		l.end(err.Error())
		return false
	}
	return l.send(signed)
}

// send writes one message; on failure the link ends.
func (l *link) send(msg any) bool {
	frame, err := Encode(msg)
	if err == nil {
		_ = l.conn.SetWriteDeadline(time.Now().Add(writeWait))
		err = l.conn.WriteMessage(websocket.BinaryMessage, frame)
	}
	if err != nil {
		l.end("board: write: " + err.Error())
		return false
	}
	return true
}
