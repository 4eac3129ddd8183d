package devices

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"loaxa/audio/frame"
	"loaxa/devices/cluster"
)

// Options is what a fleet needs of its station.
type Options struct {
	Now   func() int64 // µs of the station's monotonic epoch
	Epoch uint64       // of this run of the station
	Build string
	ID    string                      // fingerprint of the station's key
	Sign  func(message []byte) []byte // Ed25519 with the station's key
	// Peer is the fingerprint of the key that the far end proved in TLS.
	Peer func(*tls.ConnectionState) (string, error)
	// Known tells whether a cluster of that fingerprint may connect.
	Known func(id string) bool
	// MaxLinks bounds connections; 0 means 2000.
	MaxLinks int
	// Datagrams is the socket of the live lane; nil: it goes over the
	// websocket. The fleet closes it.
	Datagrams net.PacketConn
	Assets    Assets
	Log       *slog.Logger // nil: none
	// Refused is told what a cluster itself would not take; it must not wait.
	// nil: nobody is told.
	Refused func(Refusal)
}

// StreamOpen describes a stream before its first packet.
type StreamOpen struct {
	Stream    uint16 // never reused within the epoch
	Broadcast uint64
	Class     uint8
	Codec     frame.Codec
	Live      bool          // one frame a message; else five
	Lead      time.Duration // how far ahead of play-at packets are sent
	Emergency bool
}

// Fleet carries streams to clusters. All methods may be called from any
// goroutine and none of them waits for a cluster. It is a frame.Sink.
type Fleet struct {
	opt     Options
	mail    *mail
	lanes   *lanes // nil: none
	quit    chan struct{}
	running sync.WaitGroup // handlers, writers and the mail

	mu      sync.Mutex
	closed  bool
	half    int // connections that have not said HELLO yet
	streams map[uint16]*stream
	used    map[uint16]timing // stream numbers of this epoch
	leads   leads
	links   map[string]*link
	carried carried
	past    map[string]*LinkStatus // of every cluster ever linked
	meant
}

// meant is what every cluster is told when it connects, by its id.
type meant struct {
	muted map[string]bool
	plans map[string]*cluster.PlanMessage
}

// New starts a fleet without streams or clusters. Close ends it.
func New(opt Options) *Fleet {
	if opt.MaxLinks == 0 {
		opt.MaxLinks = 2000
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	f := &Fleet{
		opt: opt, mail: newMail(), quit: make(chan struct{}),
		streams: map[uint16]*stream{}, used: map[uint16]timing{}, links: map[string]*link{},
		past: map[string]*LinkStatus{}, leads: leads{ways: map[string]*way{}},
		meant: meant{muted: map[string]bool{}, plans: map[string]*cluster.PlanMessage{}},
	}
	f.running.Go(func() { f.mail.run(f.quit) })
	if opt.Datagrams != nil {
		f.lanes = newLanes(opt.Datagrams, opt.Now)
		f.running.Go(f.lanes.read)
		f.running.Go(func() { f.lanes.run(f.quit) })
	}
	return f
}

// Handler serves clusters; mount it at cluster.Path of the machines' listener.
func (f *Fleet) Handler() http.Handler { return http.HandlerFunc(f.serve) }

// Reports gives every cluster's reports and its coming and going, at once.
// When nobody takes them the newest of each cluster is kept. It is closed by
// Close.
func (f *Fleet) Reports() <-chan Report { return f.mail.out }

// Close says goodbye to every cluster and returns when all goroutines ended.
func (f *Fleet) Close() {
	f.mu.Lock()
	if !f.closed {
		f.closed = true
		close(f.quit)
		if f.lanes != nil {
			_ = f.lanes.conn.Close()
		}
		for _, l := range f.links {
			l.end(WhyStopping, byeStopping)
		}
	}
	f.mu.Unlock()
	f.running.Wait()
}

// Open announces a stream. No cluster hears it before Assign.
func (f *Fleet) Open(o StreamOpen) error {
	if o.Codec.String() == "unknown" || o.Lead < 0 {
		return fmt.Errorf("open stream %d: codec %d, lead %v", o.Stream, o.Codec, o.Lead)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, ok := f.used[o.Stream]; ok {
		return fmt.Errorf("open stream %d: %w", o.Stream, ErrStream)
	}
	f.used[o.Stream] = timing{}
	if o.Live {
		f.used[o.Stream] = timing{lead: o.Lead}
	}
	f.streams[o.Stream] = &stream{StreamOpen: o, fleet: f, members: map[string]*member{}, cut: uncut}
	return nil
}

// Assign says which clusters hear the stream from now on. New ones are sent
// what was sent already and lies ahead, so that they begin in step; those that
// leave are cut from the sample at fromMicros of the station's clock.
func (f *Fleet) Assign(number uint16, ids []string, fromMicros int64) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.streams[number]
	if s == nil {
		return fmt.Errorf("assign stream %d: %w", number, ErrNoStream)
	}
	for id := range s.members {
		if !slices.Contains(ids, id) {
			s.leave(id, fromMicros)
		}
	}
	s.join(ids)
	return nil
}

// Send takes the stream's next packet. Packets of a stream that is not open
// are dropped.
func (f *Fleet) Send(p frame.Packet) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if s := f.streams[p.Stream]; s != nil {
		s.send(p)
	}
}

// Cancel cuts the stream everywhere from the sample at fromMicros: what is
// queued, sent or still to be sent beyond it is not heard.
func (f *Fleet) Cancel(number uint16, fromMicros int64) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.streams[number]
	if s == nil {
		return fmt.Errorf("cancel stream %d: %w", number, ErrNoStream)
	}
	s.cancel(fromMicros)
	return nil
}

// CloseStream ends a stream: what was sent is played to its end, nothing more
// is due. The number cannot be opened again.
func (f *Fleet) CloseStream(number uint16) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if s := f.streams[number]; s != nil {
		s.end()
		delete(f.streams, number)
	}
}

// Mute silences a cluster at the pole, now and whenever it connects.
func (f *Fleet) Mute(id string, muted bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if muted {
		f.muted[id] = true
	} else {
		delete(f.muted, id)
	}
	if l := f.links[id]; l != nil {
		l.control(&cluster.Mute{Muted: muted})
	}
}

// Revoke ends the link of a cluster whose key is no longer known.
func (f *Fleet) Revoke(id string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if l := f.links[id]; l != nil {
		l.end(WhyRevoked, &cluster.Bye{Words: "this cluster's key was revoked", After: 60})
	}
}

// Dismiss ends the links of clusters that are not known any more, whether they
// report or not.
func (f *Fleet) Dismiss(known func(id string) bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for id, l := range f.links {
		if !known(id) {
			l.end(WhyRevoked, &cluster.Bye{Words: "this cluster's key was revoked", After: 60})
		}
	}
}

// Links is what is known of every cluster that was ever linked, by id.
func (f *Fleet) Links() []LinkStatus {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := make([]LinkStatus, 0, len(f.past))
	for id, p := range f.past {
		st := *p
		st.Muted = f.muted[id]
		if l := f.links[id]; l != nil {
			st.Datagrams, st.Loss = f.lanes.status(l.lane)
			waiting, sent, dropped := l.queue.counts()
			st.Waiting, st.Sent, st.Dropped = waiting, st.Sent+sent, st.Dropped+dropped
		}
		for n, s := range f.streams {
			if _, ok := s.members[id]; ok {
				st.Streams = append(st.Streams, n)
			}
		}
		slices.Sort(st.Streams)
		out = append(out, st)
	}
	slices.SortFunc(out, func(a, b LinkStatus) int {
		if a.ID < b.ID {
			return -1
		}
		return 1
	})
	return out
}
