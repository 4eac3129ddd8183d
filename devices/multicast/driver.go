package multicast

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/pion/rtp"

	"loaxa/audio/frame"
)

const (
	maxWaiting = 1024                   // packets: ten streams with 2 s of lead each
	tooLate    = 500 * time.Millisecond // behind its time a packet is no use to anybody
	maxStreams = 64                     // open at once; a station has a handful of broadcasts
	maxTold    = 1024                   // streams of which somebody may still ask what was sent
)

// opusSilence is 20 ms of silence, full band, CELT.
var opusSilence = []byte{0xf8, 0xff, 0xfe}

// Account is all that a driver knows: what it sent. It says nothing of what was
// heard.
type Account struct {
	Sent     uint64 // frames handed to the network
	Late     uint64 // dropped: too old, or more than the queue holds
	Cut      uint64 // taken back before they were sent
	Unfit    uint64 // of a codec that the coding is not made of, or damaged
	Failed   uint64 // refused by the network
	LastSent int64  // µs of the station's clock; 0: never
	Err      error  // the newest refusal; nil after a frame that was sent
}

// Driver sends streams to one group of loudspeakers. All methods may be called
// from any goroutine and none of them waits for the network. It is a frame.Sink.
type Driver struct {
	opt  Options
	wake chan struct{} // 1: that the queue changed; full: it is known already

	mu       sync.Mutex
	streams  map[uint16]*stream
	opened   uint64         // streams, ever
	waiting  []frame.Packet // by PlayAt
	channels [2]channel
	account  Account
	sent     map[uint16]uint64 // frames by stream, until somebody asks
}

type stream struct {
	emergency bool
	order     uint64 // of opening
	begun     bool
	first     frame.Packet // what time stamps are counted from
	stamp     uint32       // of first
	cut       bool
	ending    bool  // closed; something of it waits
	from      int64 // the cut, µs
}

// channel is one RTP source: one SSRC, numbers without gaps but for loss.
type channel struct {
	conn net.Conn
	ssrc uint32
	seq  uint16
	base uint32 // of time stamps
	last uint16 // the stream that spoke last
	said bool   // that there was one
}

// Open makes a driver and its sockets; Run sends, and closes them.
func Open(opt Options) (*Driver, error) {
	if err := opt.validate(); err != nil {
		return nil, err
	}
	d := &Driver{opt: opt, wake: make(chan struct{}, 1), streams: map[uint16]*stream{}, sent: map[uint16]uint64{}}
	for i, c := range opt.channels() {
		conn, err := opt.Dial(c, opt.TTL, opt.Interface)
		if err != nil {
			for _, open := range d.channels[:i] {
				_ = open.conn.Close()
			}
			return nil, fmt.Errorf("multicast to %v: %w", c.To, err)
		}
		var b [10]byte // RFC 3550: chosen at random
		_, _ = rand.Read(b[:])
		d.channels[i] = channel{conn: conn, ssrc: binary.BigEndian.Uint32(b[:]), seq: binary.BigEndian.Uint16(b[4:]),
			base: binary.BigEndian.Uint32(b[6:])}
	}
	return d, nil
}

// OpenStream announces a stream; an emergency goes by the emergencies' channel. Where
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
	before := len(d.waiting)
	d.waiting = slices.DeleteFunc(d.waiting, func(p frame.Packet) bool { return p.Stream == oldest })
	d.account.Cut += uint64(before - len(d.waiting))
	delete(d.streams, oldest)
	return true
}

// Send takes the stream's next packet. Packets of a stream that is not open,
// and those behind its cut, are dropped.
func (d *Driver) Send(p frame.Packet) {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := d.streams[p.Stream]
	switch {
	case s == nil:
		return
	case s.cut && p.PlayAt >= s.from:
		d.account.Cut++
		return
	case !fits(d.opt.Coding, p):
		d.account.Unfit++
		return
	}
	at, _ := slices.BinarySearchFunc(d.waiting, p, func(a, b frame.Packet) int {
		return cmp.Or(cmp.Compare(a.PlayAt, b.PlayAt), -1) // behind its equals
	})
	d.waiting = slices.Insert(d.waiting, at, p)
	if len(d.waiting) > maxWaiting {
		d.drop()
	}
	d.signal()
}

// drop takes the oldest packet that is no emergency's out of a full queue. The
// caller holds mu.
func (d *Driver) drop() {
	at := max(slices.IndexFunc(d.waiting, func(p frame.Packet) bool { return !d.streams[p.Stream].emergency }), 0)
	number := d.waiting[at].Stream
	d.waiting = slices.Delete(d.waiting, at, at+1)
	d.account.Late++
	d.settle(number)
}

// settle forgets a closed stream of which nothing waits. The caller holds mu.
func (d *Driver) settle(number uint16) {
	s := d.streams[number]
	if s == nil || !s.ending || slices.ContainsFunc(d.waiting, func(p frame.Packet) bool { return p.Stream == number }) {
		return
	}
	delete(d.streams, number)
}

// Cancel takes back what the stream would still send from the sample at
// fromMicros on. What lies at the boxes already is heard: up to Ahead.
func (d *Driver) Cancel(number uint16, fromMicros int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := d.streams[number]
	if s == nil {
		return
	}
	if !s.cut || fromMicros < s.from {
		s.cut, s.from = true, fromMicros
	}
	before := len(d.waiting)
	d.waiting = slices.DeleteFunc(d.waiting, func(p frame.Packet) bool { return p.Stream == number && p.PlayAt >= s.from })
	d.account.Cut += uint64(before - len(d.waiting))
	d.settle(number)
}

// CloseStream ends a stream: what waits is still sent.
func (d *Driver) CloseStream(number uint16) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if s := d.streams[number]; s != nil {
		s.ending = true
		d.settle(number)
	}
}

// Account is what was sent so far.
func (d *Driver) Account() Account {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.account
}

func (d *Driver) signal() {
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

// Run sends each packet at its time until ctx ends, then closes the sockets.
func (d *Driver) Run(ctx context.Context) {
	defer func() {
		for i := range d.opt.channels() {
			_ = d.channels[i].conn.Close()
		}
	}()
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		due, wait := d.next()
		for _, o := range due {
			d.write(o)
		}
		if len(due) > 0 {
			continue
		}
		timer.Reset(wait)
		select {
		case <-ctx.Done():
			return
		case <-d.wake:
		case <-timer.C:
		}
	}
}

// outgoing is a frame in its RTP packets.
type outgoing struct {
	conn   net.Conn
	stream uint16
	parts  [][]byte
}

// next takes what is due, and says how long until the next one.
func (d *Driver) next() ([]outgoing, time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.opt.Now()
	var out []outgoing
	for len(d.waiting) > 0 {
		p := d.waiting[0]
		due := p.PlayAt - d.opt.Ahead.Microseconds()
		if due > now {
			return out, time.Duration(due-now) * time.Microsecond
		}
		d.waiting = d.waiting[1:]
		s := d.streams[p.Stream]
		if now-due > tooLate.Microseconds() {
			d.account.Late++
		} else {
			out = append(out, d.pack(s, p))
		}
		d.settle(p.Stream)
	}
	return out, time.Hour
}

// pack makes the RTP packets of a frame. Time stamps count the stream's frames,
// so that what was dropped leaves its gap. The caller holds mu.
func (d *Driver) pack(s *stream, p frame.Packet) outgoing {
	rate := d.opt.Coding.rate()
	c := &d.channels[0]
	if s.emergency && d.opt.Emergency.To.IsValid() {
		c = &d.channels[1]
	}
	step := uint32(rate / 50)
	if !s.begun || p.Flags&frame.Discontinuity != 0 {
		s.begun, s.first = true, p
		s.stamp = c.base + uint32(uint64(p.PlayAt)*uint64(rate)/1_000_000)
	}
	stamp := s.stamp + (p.Seq-s.first.Seq)*step
	marker := !c.said || c.last != p.Stream || s.first.Seq == p.Seq
	c.said, c.last = true, p.Stream
	o := outgoing{conn: c.conn, stream: p.Stream}
	data, n := payload(d.opt.Coding, p), d.opt.Coding.parts()
	for i := range n {
		r := rtp.Packet{Header: rtp.Header{Version: 2, Marker: marker && i == 0, PayloadType: d.opt.Coding.payload(),
			SequenceNumber: c.seq, Timestamp: stamp + uint32(i)*step/uint32(n), SSRC: c.ssrc},
			Payload: data[i*len(data)/n : (i+1)*len(data)/n]}
		c.seq++
		if b, err := r.Marshal(); err == nil {
			o.parts = append(o.parts, b)
		}
	}
	return o
}

func (d *Driver) write(o outgoing) {
	var err error
	for _, b := range o.parts {
		_, e := o.conn.Write(b)
		if errors.Is(e, syscall.ECONNREFUSED) { // said of the packet before it; this one was not sent
			_, e = o.conn.Write(b)
		}
		err = errors.Join(err, e)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.account.Err = err
	if err != nil {
		d.account.Failed++
		return
	}
	d.account.Sent++
	d.account.LastSent = d.opt.Now()
	if _, known := d.sent[o.stream]; known || len(d.sent) < maxTold {
		d.sent[o.stream]++
	}
}

// Needs is the codec of the packets that it takes.
func (d *Driver) Needs() frame.Codec { return d.opt.Coding.Needs() }

// Sent is how many frames of each stream went out since it was asked last, and
// the newest refusal of the network.
func (d *Driver) Sent() (map[uint16]uint64, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := d.sent
	d.sent = map[uint16]uint64{}
	return out, d.account.Err
}
