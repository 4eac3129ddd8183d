// Package district is the upstream end: it takes the journals of many
// stations, keeps a verified replica of each, and shows how they stand.
//
// State: a Ledger owns the files; the Server owns the table of connections.
// One connection a station: a newer one evicts the older. When the table is
// full a connection is refused with the words to come back later; nothing of
// a journal can be lost by that, since stations keep what was not
// acknowledged.
package district

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"html/template"
	"net/http"
	"slices"
	"sync"
	"time"

	"loaxa/store"
	"loaxa/store/mirror"
)

// Options of a Server.
type Options struct {
	Ledger   Ledger
	Identity mirror.Identity
	Peer     mirror.PeerID // whose key a connection proved, or a refusal in words
	Wall     mirror.Clock
	Timing   mirror.Timing
	MaxConns int    // connections at once, 0: 4096
	Lang     string // of the page: "vi" (default) or "en"
	Orders   *Orders
	Blobs    mirror.Shelf                     // sounds that stations may fetch; nil: none
	Heard    *Recordings                      // recordings of stations that people here asked for; nil: none are fetched
	Gate     *Gate                            // of the page; nil: nobody is let in
	Put      func(doc []byte) (string, error) // takes an order that somebody brings to the page; nil: none is taken
	Zone     *time.Location                   // of times on the page; nil: this machine's
}

// Server takes stations' connections and tells how they stand.
type Server struct {
	opt   Options
	start time.Time
	shelf shelf
	tmpl  func() *template.Template

	mu      sync.Mutex
	links   map[string]*link
	faults  map[string]string // why a station was last refused, until it is taken
	open    int
	closing bool
	all     sync.WaitGroup
}

// link is one connection of a station.
type link struct {
	session *mirror.Session
	done    chan struct{} // closed when it has ended
}

// NewServer makes a Server; its handlers are served by boot.
func NewServer(opt Options) *Server {
	if opt.MaxConns <= 0 {
		opt.MaxConns = 4096
	}
	if opt.Gate == nil {
		opt.Gate = NewGate(nobody{}, "")
	}
	if opt.Zone == nil {
		opt.Zone = time.Local
	}
	start, _ := opt.Wall()
	s := &Server{opt: opt, start: start, links: map[string]*link{}, faults: map[string]string{}}
	s.tmpl = sync.OnceValue(s.makeTemplates)
	return s
}

// Handler serves machines: /ws/mirror for journals, /proof for the proof of
// the asking station's own replica. It belongs behind TLS with proved keys.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/ws/mirror", s.limit(mirror.Handler(s.opt.Peer, s.serve)))
	mux.HandleFunc("GET /proof", func(w http.ResponseWriter, r *http.Request) {
		id, err := s.opt.Peer(r.TLS)
		if err != nil {
			http.Error(w, err.Error(), http.StatusForbidden)
			return
		}
		s.proof(w, id)
	})
	return mux
}

// limit refuses connections beyond MaxConns before they cost anything.
func (s *Server) limit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		full := s.open >= s.opt.MaxConns || s.closing
		if !full {
			s.open++
			s.all.Add(1)
		}
		s.mu.Unlock()
		if full {
			w.Header().Set("Retry-After", "30")
			http.Error(w, "too many connections, come back later", http.StatusServiceUnavailable)
			return
		}
		defer func() {
			s.mu.Lock()
			s.open--
			s.mu.Unlock()
			s.all.Done()
		}()
		next.ServeHTTP(w, r)
	})
}

// serve lives through one connection of the station id.
func (s *Server) serve(ctx context.Context, c mirror.Conn, id string) {
	opt := mirror.SessionOptions{Identity: s.opt.Identity, Wall: s.opt.Wall, Timing: s.opt.Timing, Blobs: s.opt.Blobs, Fetch: s.opt.Heard.fetch(id)}
	if s.opt.Orders != nil {
		opt.Orders = s.opt.Orders.For(id)
	}
	l := &link{session: mirror.NewSession(c, id, opt), done: make(chan struct{})}
	defer close(l.done)
	s.mu.Lock()
	older := s.links[id]
	s.links[id] = l
	closing := s.closing
	s.mu.Unlock()
	if closing {
		l.session.End(mirror.Bye{Code: mirror.ByeDown, Words: "going down"})
	}
	if older != nil {
		older.session.End(mirror.Bye{Code: mirror.ByeReplaced, Words: "a newer connection of this station came"})
		<-older.done
	}
	_ = l.session.Run(ctx, func(h mirror.Hello) (mirror.Sink, error) {
		sink, err := s.opt.Ledger.Open(id)
		if err == nil {
			_ = s.seen(h) // a name for the screen; the journal matters more
			if s.opt.Orders != nil {
				s.opt.Orders.Life(id, h.Head.Epoch.String())
			}
		}
		return sink, err
	})
	st := l.session.State()
	s.mu.Lock()
	if s.links[id] == l {
		delete(s.links, id)
	}
	delete(s.faults, id)
	if st.LastError != "" {
		s.faults[id] = st.LastError
	}
	s.mu.Unlock()
	if !st.Since.IsZero() {
		_ = s.seen(st.Hello) // only a name and a time for the screen
	}
}

func (s *Server) seen(h mirror.Hello) error {
	now, _ := s.opt.Wall()
	return s.opt.Ledger.Seen(Station{ID: h.Node, Name: h.Name, Build: h.Build, Seen: now})
}

// Dismiss ends the connection of a station that may not come any more. It
// does not wait.
func (s *Server) Dismiss(known func(id string) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, l := range s.links {
		if !known(id) {
			l.session.End(mirror.Bye{Code: mirror.ByeRefused, Words: "this station's key was revoked here"})
		}
	}
}

// Close says BYE to every station and waits until all connections have ended.
// The Ledger stays open.
func (s *Server) Close() {
	s.mu.Lock()
	s.closing = true
	for _, l := range s.links {
		l.session.End(mirror.Bye{Code: mirror.ByeDown, Words: "the district is going down", RetryAfter: 1000})
	}
	s.mu.Unlock()
	s.all.Wait()
}

// Status is how everything stands, for screens and programs.
type Status struct {
	ID       string          `json:"id"`
	Name     string          `json:"name"`
	Build    string          `json:"build"`
	Now      time.Time       `json:"now"`
	Started  time.Time       `json:"started"`
	Stations []StationStatus `json:"stations"`
	Orders   []OrderStatus   `json:"orders"`
}

// StationStatus is how one station stands. Name, Build and Error may be
// foreign text.
type StationStatus struct {
	ID        string      `json:"id"`
	Name      string      `json:"name"`
	Build     string      `json:"build"`
	Connected bool        `json:"connected"`
	Since     time.Time   `json:"since"` // connected or gone since
	Epoch     store.Epoch `json:"epoch"`
	Seq       uint64      `json:"seq"`  // entries on our disk
	Head      uint64      `json:"head"` // entries of the station as last told
	H         store.Hash  `json:"h"`
	LastAck   *time.Time  `json:"lastAck,omitempty"`
	Error     string      `json:"error,omitempty"`
	Waiting   int         `json:"waiting"` // orders and key sets that it has not answered for good
	Books     *Books      `json:"books,omitempty"`
	Sound     *SoundSent  `json:"sound,omitempty"` // the last one that it fetched on this connection
	Heard     []Wish      `json:"heard,omitempty"` // recordings that people here asked it for
}

// SoundSent is how far a sound was handed out; Size 0: it is not here.
type SoundSent struct {
	Hash string `json:"hash"`
	Sent int64  `json:"sent"`
	Size int64  `json:"size"`
}

// Behind is how many entries the station has told of that are not here.
func (s *StationStatus) Behind() uint64 { return s.Head - min(s.Head, s.Seq) }

// Title is what the station calls itself, or the begin of its id.
func (s *StationStatus) Title() string {
	if s.Name != "" {
		return s.Name
	}
	return s.ID[:min(len(s.ID), 9)]
}

func (s *StationStatus) emergency() bool {
	return s.Books != nil && slices.ContainsFunc(s.Books.Air, func(a OnAir) bool { return a.Emergency && !a.Drill })
}

// Status tells the present state.
func (s *Server) Status() Status {
	now, _ := s.opt.Wall()
	st := Status{
		ID: s.opt.Identity.Node, Name: s.opt.Identity.Name, Build: s.opt.Identity.Build,
		Now: now, Started: s.start, Stations: []StationStatus{},
	}
	if s.opt.Orders != nil {
		st.Orders = s.opt.Orders.Status()
	}
	for _, known := range s.opt.Ledger.Stations() {
		one := StationStatus{ID: known.ID, Name: known.Name, Build: known.Build, Since: known.Seen, Error: known.Fault}
		if r, err := s.opt.Ledger.Reader(known.ID); err == nil {
			c := r.Head()
			one.Epoch, one.Seq, one.H, one.Head = c.Epoch, c.Seq, c.H, c.Seq
			one.Books, one.Heard = s.shelf.of(known.ID, r), s.opt.Heard.Of(known.ID, r)
		}
		if s.opt.Orders != nil {
			one.Waiting = len(s.opt.Orders.For(known.ID).Pending())
		}
		s.mu.Lock()
		l := s.links[known.ID]
		if f := s.faults[known.ID]; f != "" {
			one.Error = f
		}
		s.mu.Unlock()
		if l != nil {
			one.link(l.session.State())
		}
		st.Stations = append(st.Stations, one)
	}
	return st
}

// link adds what a connection tells.
func (s *StationStatus) link(st mirror.SessionState) {
	if st.Since.IsZero() {
		return // no HELLO yet
	}
	s.Error = st.LastError
	s.Connected, s.Since, s.Head = true, st.Since, max(s.Head, st.Head)
	if b := st.Blob; b.Ref != (mirror.Ref{}) {
		s.Sound = &SoundSent{hex.EncodeToString(b.Ref[:]), b.Sent, b.Size}
	}
	if !st.LastAck.IsZero() {
		s.LastAck = &st.LastAck
	}
}

// Proof is the proof of a station's replica; ErrUnknown if there is none.
func (s *Server) Proof(node string) (store.Proof, error) {
	r, err := s.opt.Ledger.Reader(node)
	if err != nil {
		return store.Proof{}, err
	}
	return r.Proof()
}

func (s *Server) proof(w http.ResponseWriter, node string) {
	p, err := s.Proof(node)
	if errors.Is(err, ErrUnknown) {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	writeJSON(w, p)
}

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	_ = enc.Encode(v) // the reader has gone
}
