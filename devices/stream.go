package devices

import (
	"math"
	"slices"
	"time"

	"github.com/gorilla/websocket"

	"loaxa/audio/frame"
	"loaxa/devices/cluster"
)

// batchFrames is how many frames the programme lane puts into one message.
const batchFrames = 5

// maxRing bounds the packets kept for joiners: 10 s.
const maxRing = 500

// stream is one stream's state; the fleet's mutex guards it.
type stream struct {
	StreamOpen
	fleet   *Fleet
	members map[string]*member
	recent  []frame.Packet // the newest of a live stream, to be repeated
	ring    []frame.Packet // sent, and not yet played
	batch   []frame.Packet // not yet sent
	open    []byte         // the last OPEN made, for the frame openSeq
	openSeq uint32
	after   int64       // play-at behind the newest packet
	cut     int64       // play-at from which nothing is heard
	plays   []assetPlay // beside the stream, at clusters that hold them
}

// member is a cluster that hears the stream.
type member struct {
	open []byte // the OPEN sent over the present link; nil: none
	at   int64  // µs: when
	own  []span // what it sounds itself: it is not sent the stream there
}

const uncut = int64(math.MaxInt64)

func (s *stream) send(p frame.Packet) {
	if p.PlayAt >= s.cut || p.Codec != 0 && p.Codec != s.Codec {
		return
	}
	p.Codec = s.Codec
	s.timed(&p)
	if s.Live {
		p.Flags |= frame.Live
	}
	if len(p.Data) == 0 {
		p.Flags |= frame.Silence
	}
	if n := len(s.batch); n > 0 && !cluster.Follows(s.batch[n-1], p) {
		s.flush()
	}
	s.batch = append(s.batch, p)
	s.after = p.PlayAt + cluster.FrameMicros
	if s.Live || p.Flags&frame.Last != 0 || len(s.batch) >= batchFrames {
		s.flush()
	}
}

// flush sends the batch: one prepared message, shared by all members.
func (s *stream) flush() {
	if len(s.batch) == 0 {
		return
	}
	batch := s.batch
	s.batch = nil
	out, ok := s.message(batch)
	if !ok {
		return
	}
	now := s.fleet.opt.Now()
	var direct []*lane
	for id, m := range s.members {
		l := s.fleet.links[id]
		if l == nil {
			continue
		}
		if m.spares(batch) {
			continue
		}
		if m.open == nil {
			m = s.openAt(l, batch[0])
		}
		datagram, websocket := false, true
		if s.Live {
			datagram, websocket = s.fleet.lanes.ways(l.lane, now)
		}
		if datagram {
			direct = append(direct, l.lane)
			s.tellOpen(l, m, now)
		}
		if websocket || now-m.at < freshFor {
			l.queue.addSound(out, now)
		}
	}
	if s.Live {
		s.direct(direct, batch)
	}
	s.keep(batch, now)
}

// direct sends live packets past the websocket.
func (s *stream) direct(to []*lane, batch []frame.Packet) {
	for _, p := range batch {
		if len(to) > 0 {
			if f, ok := forms(s.recent, p); ok {
				s.fleet.lanes.send(outgoing{to: to, forms: f, copies: 1})
			}
		}
		s.recent = append(s.recent, p)
		if len(s.recent) > cluster.MaxRepeats {
			s.recent = s.recent[1:]
		}
	}
}

// tellOpen says OPEN beside a stream's first datagrams: with every frame of
// the first 100 ms, then with every fifth.
func (s *stream) tellOpen(l *link, m *member, now int64) {
	age := now - m.at
	if age > openFor || age > 100_000 && len(s.recent) > 0 && s.recent[len(s.recent)-1].Seq%5 != 0 {
		return
	}
	s.fleet.lanes.send(outgoing{to: []*lane{l.lane}, forms: alike(m.open), copies: 1})
}

// lanesOf are those of the members.
func (s *stream) lanesOf() (out []*lane) {
	if !s.Live || s.fleet.lanes == nil {
		return nil
	}
	for id, m := range s.members {
		if l := s.fleet.links[id]; l != nil && l.lane != nil && m.open != nil {
			if datagram, _ := s.fleet.lanes.ways(l.lane, s.fleet.opt.Now()); datagram {
				out = append(out, l.lane)
			}
		}
	}
	return out
}

func (s *stream) keep(batch []frame.Packet, now int64) {
	s.ring = append(s.ring, batch...)
	drop := max(len(s.ring)-maxRing, 0)
	for drop < len(s.ring) && s.ring[drop].PlayAt <= now {
		drop++
	}
	s.ring = slices.Delete(s.ring, 0, drop)
}

func (s *stream) message(packets []frame.Packet) (sound, bool) {
	b, err := cluster.AppendAudio(nil, packets)
	if err == nil {
		var m *websocket.PreparedMessage
		if m, err = websocket.NewPreparedMessage(websocket.BinaryMessage, b); err == nil {
			return sound{
				message: m, stream: s.Stream, playAt: packets[0].PlayAt, frames: len(packets), live: s.Live,
				dieAt: s.fleet.opt.Now() + int64(s.Lead/time.Microsecond) + ageMargin,
			}, true
		}
	}
	s.fleet.opt.Log.Error("packet cannot be sent", "stream", s.Stream, "seq", packets[0].Seq, "err", err)
	return sound{}, false
}

// openAt sends the signed OPEN for what begins with p.
func (s *stream) openAt(l *link, p frame.Packet) *member {
	m := &member{at: s.fleet.opt.Now()}
	if old := s.members[l.id]; old != nil {
		m.own = old.own
	}
	s.members[l.id] = m
	if s.open == nil || s.openSeq != p.Seq {
		o := cluster.Open{
			Protocol: cluster.ProtocolMax, Epoch: s.fleet.opt.Epoch, Stream: s.Stream,
			Broadcast: s.Broadcast, Class: s.Class, Codec: s.Codec,
			FrameMS: uint16(frame.Duration.Milliseconds()), First: p.PlayAt, FirstSeq: p.Seq, Live: s.Live,
		}
		o.Signature = s.fleet.opt.Sign(o.SignedBytes(s.fleet.opt.ID))
		b, err := cluster.EncodeControl(&o)
		if err != nil {
			s.fleet.opt.Log.Error("stream cannot be opened", "stream", s.Stream, "err", err)
			return m
		}
		s.open, s.openSeq = b, p.Seq
	}
	l.queue.addControl(s.open)
	m.open = s.open
	return m
}

// join makes the clusters members and sends them what lies ahead.
func (s *stream) join(ids []string) {
	now := s.fleet.opt.Now()
	var backlog []sound
	var first frame.Packet
	made := false
	for _, id := range ids {
		if m, ok := s.members[id]; ok && m.open != nil {
			continue
		}
		s.members[id] = &member{}
		l := s.fleet.links[id]
		if l == nil {
			continue
		}
		if !made {
			made = true
			first, backlog = s.backlog(now + 1)
		}
		s.catchUp(l, first, backlog)
		s.tellPlays(l)
	}
}

// catchUp sends a member what lies ahead; what it has already it passes over.
func (s *stream) catchUp(l *link, first frame.Packet, backlog []sound) {
	if len(backlog) == 0 {
		return
	}
	if s.members[l.id].open == nil {
		s.openAt(l, first)
	}
	for _, m := range backlog {
		l.queue.addSound(m, s.fleet.opt.Now())
	}
	if s.cut != uncut {
		l.control(&cluster.Cancel{Stream: s.Stream, From: max(s.cut, 0)})
	}
}

// backlog is what was sent and is heard from a moment on.
func (s *stream) backlog(from int64) (first frame.Packet, out []sound) {
	ahead := s.ring
	for len(ahead) > 0 && ahead[0].PlayAt < from {
		ahead = ahead[1:]
	}
	if len(ahead) > 0 {
		first = ahead[0]
	}
	for len(ahead) > 0 {
		n := 1
		for n < len(ahead) && n < batchFrames && cluster.Follows(ahead[n-1], ahead[n]) {
			n++
		}
		if m, ok := s.message(ahead[:n]); ok {
			out = append(out, m)
		}
		ahead = ahead[n:]
	}
	return first, out
}

func (s *stream) leave(id string, from int64) {
	m := s.members[id]
	delete(s.members, id)
	s.cutPlays([]*link{s.fleet.links[id]}, from)
	if l := s.fleet.links[id]; l != nil && m != nil && m.open != nil {
		c := &cluster.Cancel{Stream: s.Stream, From: max(from, 0)}
		l.queue.cancel(s.Stream, from)
		l.control(c)
		if datagram, _ := s.fleet.lanes.ways(l.lane, s.fleet.opt.Now()); datagram && s.Live {
			s.fleet.lanes.tell([]*lane{l.lane}, c)
		}
	}
}

func (s *stream) cancel(from int64) {
	s.cut = min(s.cut, from)
	late := func(p frame.Packet) bool { return p.PlayAt >= from }
	s.batch = slices.DeleteFunc(s.batch, late)
	s.flush() // what lies before the cut
	s.ring = slices.DeleteFunc(s.ring, late)
	c := &cluster.Cancel{Stream: s.Stream, From: max(from, 0)}
	for id, m := range s.members {
		if l := s.fleet.links[id]; l != nil && m.open != nil {
			l.queue.cancel(s.Stream, from)
			l.control(c)
		}
	}
	s.fleet.lanes.tell(s.lanesOf(), c)
	s.cutPlays(s.links(), from)
}

func (s *stream) end() {
	s.flush()
	c := &cluster.Cancel{Stream: s.Stream, From: max(s.after, 0)}
	for id, m := range s.members {
		if l := s.fleet.links[id]; l != nil && m.open != nil && s.cut == uncut {
			l.control(c)
		}
	}
	if s.cut == uncut {
		s.fleet.lanes.tell(s.lanesOf(), c)
	}
}
