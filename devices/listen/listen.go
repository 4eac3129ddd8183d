// Package listen lets boxes of other makers fetch a place's sound: one endless
// Ogg-Opus stream over HTTP, programme and emergencies alike, silence between.
//
// A Driver's streams and listeners are behind one mutex that is never held
// across I/O. Run, its one goroutine, takes a packet each 20 ms by the station's
// clock; each listener is written to by its own request. A listener that is
// five seconds behind is dropped: it dials again and is in time.
package listen

import (
	"bytes"
	"cmp"
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"loaxa/audio/frame"
)

var (
	// ErrStream is what can be wrong with a stream's number.
	ErrStream = errors.New("listen stream")
	// ErrNobody says that no box fetches the sound.
	ErrNobody = errors.New("nobody listens")
)

// Muxer makes pages of packets; *ogg.Writer of the audio room is one.
type Muxer interface {
	Write(packet []byte, samples int) error
	Flush() error
}

// Options of a driver. All but Limit must be set.
type Options struct {
	Token string       // who listens must say it
	Limit int          // listeners at once; 0: 8
	Now   func() int64 // µs of the station's monotonic epoch
	// Mux writes the head of a stream and returns what makes its pages.
	Mux func(w io.Writer, serial uint32) (Muxer, error)
}

const (
	perPage    = 5   // frames: 100 ms, so that the pages' heads cost little
	behind     = 50  // pages that a listener may be behind: 5 s
	maxWaiting = 600 // packets of one stream: 12 s
	maxStreams = 64  // open at once
	maxTold    = 1024
	maxPacket  = 1275 // RFC 6716, 3.2.1: of one frame
	writeWait  = 10 * time.Second
	step       = int64(frame.Duration / time.Microsecond)
	lost       = 1_000_000 // µs behind the clock: the machine slept
)

// opusSilence is 20 ms of silence, full band, CELT.
var opusSilence = []byte{0xf8, 0xff, 0xfe}

// Driver serves one place's sound. It is a frame.Sink and an http.Handler.
type Driver struct {
	opt Options

	mu        sync.Mutex
	streams   map[uint16]*stream
	opened    uint64 // streams, ever
	listeners map[*listener]struct{}
	page      [][]byte
	sent      map[uint16]uint64
	serial    uint32
	stopped   bool
}

type stream struct {
	emergency bool
	order     uint64         // of opening
	waiting   []frame.Packet // by PlayAt
	ending    bool
	cut       bool
	from      int64 // the cut, µs
}

// listener is one request.
type listener struct {
	pages chan [][]byte // behind; full: it is dropped
	gone  chan struct{} // closed when it is
}

// New makes a driver; Run makes it sound.
func New(opt Options) *Driver {
	opt.Limit = cmp.Or(opt.Limit, 8)
	return &Driver{opt: opt, streams: map[uint16]*stream{}, listeners: map[*listener]struct{}{}, sent: map[uint16]uint64{}}
}

// Needs is the codec of the packets that it takes.
func (d *Driver) Needs() frame.Codec { return frame.Opus }

// OpenStream announces a stream; an emergency is heard instead of anything else. Where
// there are too many it takes the place of the oldest ordinary one.
func (d *Driver) OpenStream(number uint16, emergency bool) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.streams[number] != nil || len(d.streams) >= maxStreams && !(emergency && d.yield()) {
		return fmt.Errorf("%w %d: open already, or more than %d", ErrStream, number, maxStreams)
	}
	d.opened++
	d.streams[number] = &stream{emergency: emergency, order: d.opened}
	return nil
}

// yield makes room for an emergency: the oldest ordinary stream goes. It is
// false where there is none. The caller holds mu.
func (d *Driver) yield() bool {
	oldest, order := uint16(0), uint64(0)
	for n, s := range d.streams {
		if !s.emergency && (order == 0 || s.order < order) {
			oldest, order = n, s.order
		}
	}
	if order == 0 {
		return false
	}
	delete(d.streams, oldest)
	return true
}

// Send takes the stream's next packet.
func (d *Driver) Send(p frame.Packet) {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := d.streams[p.Stream]
	quiet := p.Flags&frame.Silence != 0
	if s == nil || d.stopped || s.cut && p.PlayAt >= s.from || p.Codec != frame.Opus || !quiet && (len(p.Data) == 0 || len(p.Data) > maxPacket) {
		return
	}
	if quiet {
		p.Data = opusSilence
	}
	at, _ := slices.BinarySearchFunc(s.waiting, p, func(a, b frame.Packet) int {
		return cmp.Or(cmp.Compare(a.PlayAt, b.PlayAt), -1) // behind its equals
	})
	s.waiting = slices.Insert(s.waiting, at, p)
	if len(s.waiting) > maxWaiting {
		s.waiting = slices.Delete(s.waiting, 0, 1)
	}
}

// Cancel takes back what would be sent from the sample at fromMicros on. What a
// box has fetched is heard.
func (d *Driver) Cancel(number uint16, fromMicros int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := d.streams[number]
	if s == nil || s.cut && fromMicros >= s.from {
		return
	}
	s.cut, s.from = true, fromMicros
	s.waiting = slices.DeleteFunc(s.waiting, func(p frame.Packet) bool { return p.PlayAt >= fromMicros })
}

// CloseStream ends a stream: what waits is still sent.
func (d *Driver) CloseStream(number uint16) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if s := d.streams[number]; s != nil {
		if s.ending = true; len(s.waiting) == 0 {
			delete(d.streams, number)
		}
	}
}

// Sent is how many frames of each stream were handed to at least one listener
// since it was asked last; ErrNobody while there is none.
func (d *Driver) Sent() (map[uint16]uint64, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := d.sent
	d.sent = map[uint16]uint64{}
	if len(d.listeners) == 0 {
		return out, ErrNobody
	}
	return out, nil
}

// Run hands out a packet each 20 ms until ctx ends; then every listener is let go.
func (d *Driver) Run(ctx context.Context) {
	t := time.NewTimer(0)
	defer t.Stop()
	next := d.opt.Now()/step*step + step
	for {
		now := d.opt.Now()
		if now-next > lost {
			next = now/step*step + step
		}
		t.Reset(time.Duration(max(next-now, 0)) * time.Microsecond)
		select {
		case <-ctx.Done():
			d.stop()
			return
		case <-t.C:
		}
		d.tick(next)
		next += step
	}
}

func (d *Driver) stop() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.stopped = true
	clear(d.streams)
	for l := range d.listeners {
		d.drop(l)
	}
}

// drop lets a listener go. The caller holds mu.
func (d *Driver) drop(l *listener) {
	delete(d.listeners, l)
	close(l.gone)
}

// tick takes what is heard in the 20 ms that end at a moment.
func (d *Driver) tick(at int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	best, packet := uint16(0), opusSilence
	for n, s := range d.streams {
		p, ok := s.take(at)
		if ok && (best == 0 || s.emergency && !d.streams[best].emergency || s.emergency == d.streams[best].emergency && n > best) {
			best, packet = n, p.Data
		}
	}
	if _, known := d.sent[best]; best != 0 && len(d.listeners) > 0 && (known || len(d.sent) < maxTold) {
		d.sent[best]++
	}
	for n, s := range d.streams {
		if s.ending && len(s.waiting) == 0 {
			delete(d.streams, n)
		}
	}
	if d.page = append(d.page, packet); len(d.page) < perPage {
		return
	}
	page := d.page
	d.page = nil
	for l := range d.listeners {
		select {
		case l.pages <- page:
		default:
			d.drop(l)
		}
	}
}

// take is the packet due in the 20 ms that end at a moment; older ones are
// thrown away.
func (s *stream) take(at int64) (p frame.Packet, ok bool) {
	for len(s.waiting) > 0 && s.waiting[0].PlayAt <= at {
		p, ok = s.waiting[0], s.waiting[0].PlayAt > at-step
		s.waiting = s.waiting[1:]
		if ok {
			return p, true
		}
	}
	return p, false
}

// ServeHTTP is one listener: the stream from now on, until it leaves or is too
// slow.
func (d *Driver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "GET or HEAD", http.StatusMethodNotAllowed)
		return
	}
	said := r.URL.Query().Get("token")
	if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		said = bearer
	}
	if subtle.ConstantTimeCompare([]byte(said), []byte(d.opt.Token)) != 1 {
		http.Error(w, "the token is wrong", http.StatusForbidden)
		return
	}
	w.Header().Set("Content-Type", "audio/ogg")
	w.Header().Set("Cache-Control", "no-store")
	if r.Method == http.MethodHead {
		return
	}
	l, serial := d.enter()
	if l == nil {
		w.Header().Set("Retry-After", "30")
		http.Error(w, "too many listeners", http.StatusServiceUnavailable)
		return
	}
	defer d.leave(l)
	d.serve(w, r, l, serial)
}

func (d *Driver) enter() (*listener, uint32) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.stopped || len(d.listeners) >= d.opt.Limit {
		return nil, 0
	}
	l := &listener{pages: make(chan [][]byte, behind), gone: make(chan struct{})}
	d.listeners[l] = struct{}{}
	d.serial++
	return l, d.serial
}

func (d *Driver) leave(l *listener) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, still := d.listeners[l]; still {
		d.drop(l)
	}
}

// serve writes pages; the server's own deadlines are for short answers.
func (d *Driver) serve(w http.ResponseWriter, r *http.Request, l *listener, serial uint32) {
	rc := http.NewResponseController(w)
	_ = rc.SetReadDeadline(time.Time{}) // a test's writer has none
	var buf bytes.Buffer
	mux, err := d.opt.Mux(&buf, serial)
	for err == nil {
		_ = rc.SetWriteDeadline(time.Now().Add(writeWait))
		if _, err = w.Write(buf.Bytes()); err != nil {
			return
		}
		_ = rc.Flush()
		buf.Reset()
		select {
		case <-r.Context().Done():
			return
		case <-l.gone:
			return
		case page := <-l.pages:
			for _, p := range page {
				err = errors.Join(err, mux.Write(p, frame.Samples))
			}
			err = errors.Join(err, mux.Flush())
		}
	}
}
