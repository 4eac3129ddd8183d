package board

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"loaxa/devices/board/raster"
)

// Options is what the station hands in.
type Options struct {
	StationID string
	Build     string
	Epoch     uint64
	Sign      func(msg []byte) []byte                    // Ed25519 with the station's key
	Peer      func(*tls.ConnectionState) (string, error) // the id that the TLS peer proved
	Known     func(id string) bool                       // a board of this station
	Log       *slog.Logger                               // nil: none
}

// Report is what the station knows of one board.
type Report struct {
	ID     string    // of the board
	Up     bool      // its link stands
	Pixels string    // SHA-256 of the pixels that it last confirmed, hex; empty: never
	Want   string    // SHA-256 of the pixels that it should show; empty: none asked for
	Card   uint64    // number of the card that it last confirmed
	By     By        // whose eyes
	At     time.Time // of the confirmation by the board's clock; zero: it has none
	Width  int       // LEDs, as the board said
	Height int       // LEDs, as the board said
	Why    string    // why it shows something else, or why the link ended
}

// Server is the station's side of all boards. Use New.
type Server struct {
	opt      Options
	upgrader websocket.Upgrader

	mu     sync.Mutex
	boards map[string]*place
	links  map[*link]struct{}
	closed bool

	dirty   chan struct{} // size 1, latest wins: some place has a report to give
	stop    chan struct{} // closed by Close
	reports chan Report   // size 16; when full the newest report per board waits in its place
	running sync.WaitGroup
}

// place is what the station knows of one board; Server.mu guards it.
type place struct {
	want    *Card
	version uint64 // counts Show
	link    *link  // nil: down
	report  Report
	unsent  bool
}

// New makes a server; Close ends it. Sign, Peer and Known must be set.
func New(opt Options) (*Server, error) {
	if opt.Sign == nil || opt.Peer == nil || opt.Known == nil || opt.StationID == "" {
		return nil, errors.New("board: Sign, Peer, Known and StationID are needed")
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	s := &Server{
		opt:     opt,
		boards:  map[string]*place{},
		links:   map[*link]struct{}{},
		dirty:   make(chan struct{}, 1),
		stop:    make(chan struct{}),
		reports: make(chan Report, 16),
	}
	s.upgrader = websocket.Upgrader{
		HandshakeTimeout: helloWait,
		// The handler has refused every Origin already.
		CheckOrigin: func(*http.Request) bool { return true },
	}
	s.running.Add(1)
	go s.tell()
	return s, nil
}

// Reports gives every change of every board; a slow reader misses only what a
// newer report of the same board replaced. Close closes it.
func (s *Server) Reports() <-chan Report { return s.reports }

// Show sets what a board shows from now on, and after every reconnect. The
// error says that the card cannot be drawn or that there are too many boards.
func (s *Server) Show(id string, c Card) error {
	if err := c.check(); err != nil && !tooLong(c) {
		return fmt.Errorf("board: card %d: %w", c.Number, err)
	}
	if id == "" || len(id) > MaxID {
		return errors.New("board: id out of bounds")
	}
	c.Strip.Bits = append([]byte(nil), c.Strip.Bits...)
	s.mu.Lock()
	defer s.mu.Unlock()
	p, err := s.placeOf(id)
	if err != nil {
		return err
	}
	p.want = &c
	p.version++
	p.report.Want = c.Strip.Hash()
	s.changed(p)
	if p.link != nil {
		signal(p.link.wake)
	}
	return nil
}

// tooLong tells whether only the length of the words is wrong: Sign cuts them.
func tooLong(c Card) bool {
	c.Text, c.Name, c.Clock = "", "", ""
	return c.check() == nil
}

// Dismiss ends the links of boards that are not known any more.
func (s *Server) Dismiss(known func(id string) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for l := range s.links {
		if !known(l.id) {
			l.end("its key was revoked")
		}
	}
}

// Close ends every link and waits for its goroutines.
func (s *Server) Close() {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		s.running.Wait()
		return
	}
	s.closed = true
	close(s.stop)
	for l := range s.links {
		l.end("the station ends")
	}
	s.mu.Unlock()
	s.running.Wait()
	close(s.reports)
}

// placeOf finds or makes a board's place; mu is held.
func (s *Server) placeOf(id string) (*place, error) {
	if p := s.boards[id]; p != nil {
		return p, nil
	}
	if len(s.boards) >= MaxBoards {
		return nil, fmt.Errorf("board: more than %d boards", MaxBoards)
	}
	p := &place{report: Report{ID: id}}
	s.boards[id] = p
	return p, nil
}

// changed marks a report as untold; mu is held.
func (s *Server) changed(p *place) {
	p.unsent = true
	signal(s.dirty)
}

// tell hands reports over, the newest of each board.
func (s *Server) tell() {
	defer s.running.Done()
	for {
		select {
		case <-s.stop:
			return
		case <-s.dirty:
		}
		for {
			r, ok := s.takeReport()
			if !ok {
				break
			}
			select {
			case <-s.stop:
				return
			case s.reports <- r:
			}
		}
	}
}

func (s *Server) takeReport() (Report, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.boards {
		if p.unsent {
			p.unsent = false
			return p.report, true
		}
	}
	return Report{}, false
}

// attach makes a link the board's only one.
func (s *Server) attach(l *link) (*place, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, err := s.placeOf(l.id)
	if err != nil {
		return nil, err
	}
	if p.link != nil {
		p.link.end("the board came back on another link")
	}
	p.link = l
	p.report.Up, p.report.Why = true, ""
	p.report.Width, p.report.Height = l.hello.Width, l.hello.Height
	s.changed(p)
	return p, nil
}

// detach says that a link is gone, unless a newer one has taken its place.
func (s *Server) detach(p *place, l *link, why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p.link == l {
		p.link = nil
		p.report.Up, p.report.Why = false, Words(why)
		s.changed(p)
	}
}

// shown takes what a board said.
func (s *Server) shown(p *place, l *link, m *Shown) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p.link != l {
		return
	}
	p.report.Pixels, p.report.Card = m.Hash, m.Number
	p.report.By, p.report.At, p.report.Why = m.By, m.At(), m.Why
	s.changed(p)
}

// next gives the card that a link has not sent yet; nil: none.
func (s *Server) next(p *place, sent uint64) (*Card, uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p.want == nil || p.version == sent {
		return nil, sent
	}
	return p.want, p.version
}

// Draw draws a card for a board and puts its words beside the strip.
func Draw(number uint64, c raster.Card, width, height int) Card {
	return Card{
		Number: number, Text: c.Text, Name: c.Name, Clock: c.Clock,
		Emergency: c.Emergency, Drill: c.Drill, Level: max(0, min(c.Level, raster.MaxLevel)),
		Strip: raster.Draw(c, width, height),
	}
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
