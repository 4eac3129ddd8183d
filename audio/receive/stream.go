package receive

import (
	"math"
	"slices"

	"loaxa/audio/codec"
	"loaxa/audio/frame"
)

const (
	never       = int64(math.MaxInt64)
	fullConceal = 3 // frames of concealment at full level: 60 ms
	goneAfter   = 5 // frames after which concealment has faded out: 100 ms
	keepMarks   = 1024
	// A stream whose link does not come back is forgotten after 10 minutes.
	abandonAfter = 600 * frame.Rate
)

// book is a stream's account; both parts of a stream that was cut and opened
// again share it, and a stream and what is heard in its place.
type book struct {
	Account
	pending uint64             // frames due while the link was gone: counted if the stream comes back
	hidden  map[place]struct{} // concealed, may still come late
}

// place is a frame of a stream.
type place struct {
	stream uint16
	seq    uint32
}

func (s *stream) conceal(seq uint32) {
	b := s.book
	b.Due++
	b.Concealed++
	if len(b.hidden) >= keepMarks {
		clear(b.hidden)
	}
	b.hidden[place{s.Stream, seq}] = struct{}{}
}

// forgive takes back that a frame was due.
func (s *stream) forgive(seq uint32) {
	if s.came(seq) {
		s.book.Due--
		s.book.Concealed--
	}
}

// came tells whether a frame was concealed, and forgets it.
func (s *stream) came(seq uint32) bool {
	_, ok := s.book.hidden[place{s.Stream, seq}]
	delete(s.book.hidden, place{s.Stream, seq})
	return ok
}

// stream is one stream's packets on their way to samples. Its axis is the
// station's.
type stream struct {
	Open
	order   uint64 // of opening: the newer of two of one class is heard
	book    *book
	dec     codec.Decoder
	queue   []frame.Packet // by sequence, none played
	next    int64          // first sample of the next frame
	nextSeq uint32
	endAt   int64 // first sample not to be heard: cancelled, or behind the last frame
	cur     [frame.Samples]float32
	curAt   int64 // first sample of cur
	real    bool  // cur was decoded from a packet
	gap     int   // frames concealed in a row
	begun   bool  // something was rendered
	ramp    ramp

	lostAt int64 // place at which the link went; never: it is there
}

// ramp is a gain that moves between two samples.
type ramp struct {
	at, length int64 // length 0: stands at to
	from, to   float32
}

// gain is of equal power: quarter turns of a sine.
func (r ramp) gain(x int64) float32 {
	if x >= r.at+r.length {
		return r.to
	}
	u := max(float64(x-r.at)/float64(r.length), 0)
	if r.to >= r.from {
		return r.from + (r.to-r.from)*float32(math.Sin(u*math.Pi/2))
	}
	return r.to + (r.from-r.to)*float32(math.Cos(u*math.Pi/2))
}

func (r *ramp) turn(x int64, to float32, length int64) {
	*r = ramp{at: x, length: length, from: r.gain(x), to: to}
}

func newStream(o Open, order uint64, dec codec.Decoder, b *book) *stream {
	if b == nil {
		b = &book{hidden: map[place]struct{}{}}
	}
	return &stream{
		Open: o, order: order, dec: dec, book: b, next: sampleAt(o.First), nextSeq: o.FirstSeq, endAt: never,
		curAt: math.MinInt64 / 2, lostAt: never,
	}
}

func after(a, b uint32) bool { return int32(a-b) > 0 }

// push takes a packet.
func (s *stream) push(p frame.Packet) {
	if p.PlayAt > math.MaxInt64/perMilli {
		return
	}
	if after(s.nextSeq, p.Seq) && sampleAt(p.PlayAt) >= s.next && s.nextSeq-p.Seq <= keepMarks {
		for seq := p.Seq; seq != s.nextSeq; seq++ { // they were not lost: the station gave the way more time
			s.forgive(seq)
		}
		s.nextSeq = p.Seq
	}
	if after(s.nextSeq, p.Seq) {
		if s.came(p.Seq) {
			s.book.Concealed--
			s.book.Late++
		}
		return
	}
	at, found := slices.BinarySearchFunc(s.queue, p.Seq, func(q frame.Packet, seq uint32) int { return int(int32(q.Seq - seq)) })
	if found {
		return
	}
	if len(s.queue) >= maxQueued {
		if at == len(s.queue) {
			return // its frame will be concealed when it is due
		}
		s.queue = s.queue[:len(s.queue)-1]
	}
	s.queue = slices.Insert(s.queue, at, p)
	if p.Flags&frame.Last != 0 {
		s.endAt = min(s.endAt, sampleAt(p.PlayAt)+frame.Samples)
	}
}

// cancel cuts at a sample; what the cut's fade needs stays. Where the news
// comes late, the frames missed beyond the cut were never due.
func (s *stream) cancel(at int64) {
	for i := range uint32(s.gap) {
		if seq := s.nextSeq - 1 - i; s.next-int64(i+1)*frame.Samples >= at {
			s.forgive(seq)
		}
	}
	s.endAt = min(s.endAt, at)
	s.queue = slices.DeleteFunc(s.queue, func(p frame.Packet) bool { return sampleAt(p.PlayAt) >= at+tailMargin })
}

// orphan tells that no packets come for now: the link is gone.
func (s *stream) orphan() bool { return s.lostAt != never }

// over tells whether s is heard where both want to be.
func (s *stream) over(b *stream) bool {
	if s.Class == b.Class && s.Broadcast == b.Broadcast && s.Front != b.Front {
		return s.Front
	}
	return s.Class > b.Class || s.Class == b.Class && s.order > b.order
}

// active tells whether the stream wants to be heard at x.
func (s *stream) active(x int64) bool {
	if x < sampleAt(s.First) || x >= s.endAt {
		return false
	}
	return !s.orphan() || s.gap < goneAfter || len(s.queue) > 0
}

// buffered is how much sound lies ahead of x, in samples.
func (s *stream) buffered(x int64) int64 {
	end := x
	if n := len(s.queue); n > 0 {
		end = sampleAt(s.queue[n-1].PlayAt) + frame.Samples
	} else if s.real {
		end = s.next
	}
	return max(min(end, s.endAt)-x, 0)
}

// passing says what becomes of frames whose time went by without rendering.
type passing uint8

const (
	unheard passing = iota // another stream was heard: nothing was due
	tooLate                // they came after their time
	jumped                 // play-out jumped over them
	awaited                // the link is gone: due if the stream comes back
)

// pass moves on to x without rendering what lies before it.
func (s *stream) pass(x int64, how passing) {
	if x <= s.next {
		return
	}
	limit := min(x, s.endAt)
	for s.next+frame.Samples <= limit {
		if len(s.queue) == 0 {
			s.miss(uint64(limit-s.next)/frame.Samples, how)
			break
		}
		p, ok := s.take()
		if !ok {
			if head := s.headAt(); s.lost() {
				s.miss(1, how)
				s.next = min(s.next, head)
			} else {
				s.next = min(s.next+frame.Samples, head)
			}
			continue
		}
		s.next, s.nextSeq = sampleAt(p.PlayAt)+frame.Samples, p.Seq+1
		switch how {
		case tooLate:
			s.book.Due++
			s.book.Late++
		case jumped:
			s.book.Due++
			s.book.Dropped++
		default: // nothing was due
		}
	}
	s.curAt, s.real = math.MinInt64/2, false
	if !s.orphan() {
		s.gap = 0
	}
}

// miss passes n frames that are not there.
func (s *stream) miss(n uint64, how passing) {
	switch how {
	case awaited:
		s.book.pending += n
	case tooLate, jumped:
		few := min(n, keepMarks)
		for i := range few {
			s.conceal(s.nextSeq + uint32(i))
		}
		s.book.Due += n - few
		s.book.Concealed += n - few
	default: // nothing was due
	}
	s.nextSeq += uint32(n)
	s.next += int64(n) * frame.Samples
}

func (s *stream) headAt() int64 {
	if len(s.queue) == 0 {
		return never
	}
	return sampleAt(s.queue[0].PlayAt)
}

// take removes the packet of the frame at next.
func (s *stream) take() (p frame.Packet, ok bool) {
	if s.headAt() > s.next {
		return p, false
	}
	p = s.queue[0]
	s.queue = s.queue[1:]
	return p, true
}

// lost tells a lost frame from a pause that the station made: a pause skips no
// sequence number.
func (s *stream) lost() bool { return len(s.queue) == 0 || s.queue[0].Seq != s.nextSeq }

// read renders samples from x on into out and counts what was due.
func (s *stream) read(x int64, out []float32) {
	if x > s.next && s.next+frame.Samples <= x {
		how := tooLate
		if s.begun {
			how = unheard
		}
		s.pass(x, how)
	}
	s.begun = true
	for len(out) > 0 {
		n := int64(len(out))
		switch end := min(s.curAt+frame.Samples, s.next); {
		case x >= s.curAt && x < end:
			n = int64(copy(out, s.cur[x-s.curAt:end-s.curAt]))
		case x < s.curAt: // play-out jumped back
			n = min(n, s.curAt-x)
			clear(out[:n])
		case x < s.next:
			n = min(n, s.next-x)
			clear(out[:n])
		default:
			s.advance()
			n = 0
		}
		out, x = out[n:], x+n
	}
}

// advance renders the next frame into cur.
func (s *stream) advance() {
	due := s.next < s.endAt
	p, ok := s.take()
	if !ok {
		s.bridge(due)
		return
	}
	at := sampleAt(p.PlayAt)
	s.curAt, s.next, s.nextSeq = at, at+frame.Samples, p.Seq+1
	good := s.decode(p)
	if due {
		s.book.Due++
		switch {
		case !good:
			s.book.Dropped++
		case p.Flags&frame.Repeat != 0:
			s.book.Repaired++
		default:
			s.book.OnTime++
		}
	}
	if s.gap >= fullConceal {
		for i := range cutFade {
			s.cur[i] *= float32(i) / cutFade
		}
	}
	s.gap, s.real = 0, good
}

func (s *stream) decode(p frame.Packet) bool {
	if p.Flags&frame.Discontinuity != 0 {
		s.dec.Reset()
	}
	if p.Flags&frame.Silence != 0 {
		clear(s.cur[:])
		return true
	}
	return s.dec.Decode(p.Data, s.cur[:]) == nil
}

// bridge fills a frame that is not there: hidden for 60 ms, gone at 100.
func (s *stream) bridge(due bool) {
	s.curAt, s.real = s.next, false
	length := int64(frame.Samples)
	if s.lost() {
		switch {
		case !due:
		case s.orphan() && s.gap >= goneAfter:
			s.book.pending++
		default:
			s.conceal(s.nextSeq)
		}
		s.nextSeq++
	}
	if head := s.headAt(); head < s.next+length {
		length = head - s.next
	}
	s.next += length
	s.gap++
	if s.gap > goneAfter {
		clear(s.cur[:])
		return
	}
	s.dec.Conceal(s.cur[:])
	if s.gap > fullConceal {
		const fade = (goneAfter - fullConceal) * frame.Samples
		begun := (s.gap - 1 - fullConceal) * frame.Samples
		for i := range s.cur {
			s.cur[i] *= 1 - float32(begun+i+1)/fade
		}
	}
}

// adopt takes a stream up again whose link was gone.
func (s *stream) adopt() {
	s.lostAt = never
	s.book.Due += s.book.pending
	s.book.Concealed += s.book.pending
	s.book.pending = 0
}
