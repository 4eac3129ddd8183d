package receive

import (
	"slices"

	"loaxa/audio/frame"
)

// mix renders the station's axis: at each sample the newest stream of the
// highest class is heard, and a change is a fade at that sample.
type mix struct {
	streams []*stream
	heard   *stream // nil: silence
	voice   [frame.Samples]float32
	x       int64 // next sample
	floor   uint8 // streams of smaller classes are not heard
	// What was rendered last from a packet:
	until     int64 // sample behind it
	broadcast uint64
}

// best is the stream to be heard at x.
func (m *mix) best(x int64) *stream {
	var b *stream
	for _, s := range m.streams {
		if s.Class >= m.floor && s.active(x) && (b == nil || s.over(b)) {
			b = s
		}
	}
	return b
}

// event is the next sample behind x at which another stream may be heard.
func (m *mix) event(x int64) int64 {
	next := never
	for _, s := range m.streams {
		for _, e := range [2]int64{sampleAt(s.First), s.endAt} {
			if e > x {
				next = min(next, e)
			}
		}
	}
	return next
}

// idle tells whether nothing sounds from x to y.
func (m *mix) idle(x, y int64) bool {
	for _, s := range m.streams {
		if s.ramp.length > 0 && x < s.ramp.at+s.ramp.length {
			return false
		}
		if s.active(x) || sampleAt(s.First) > x && sampleAt(s.First) <= y && s.endAt > x {
			return false
		}
	}
	return m.heard == nil
}

// render fills out with the next samples.
func (m *mix) render(out []float32) {
	for len(out) > 0 {
		m.turn(m.best(m.x))
		n := min(m.event(m.x)-m.x, int64(len(out)), frame.Samples)
		part := out[:n]
		clear(part)
		for _, s := range m.streams {
			m.add(s, part)
		}
		if h := m.heard; h != nil && h.real {
			m.until, m.broadcast = m.x+n, h.Broadcast
		}
		out, m.x = out[n:], m.x+n
	}
	m.sweep()
}

// turn makes s the stream that is heard from the next sample on.
func (m *mix) turn(s *stream) {
	if s == m.heard {
		return
	}
	old := m.heard
	relieved := old != nil && s != nil && old.Front && old.Broadcast == s.Broadcast && m.x >= old.endAt
	switch {
	case old == nil:
	case relieved: // the same sound goes on from another place
		old.ramp, old = ramp{}, nil
	case m.x >= old.endAt && old.headAt() == never && m.x >= old.next: // it ended by itself: nothing is cut
		old.ramp, old = ramp{}, nil
	case s != nil:
		old.ramp.turn(m.x, 0, switchFade)
	default:
		old.ramp.turn(m.x, 0, cutFade)
	}
	if s != nil {
		switch {
		case old != nil:
			s.ramp.turn(m.x, 1, switchFade)
		case relieved && s.Front && m.x == sampleAt(s.First):
			s.ramp = ramp{to: 1}
		case relieved:
			s.ramp.turn(m.x, 1, cutFade)
		case s.begun || s.FirstSeq != 0 || m.x > sampleAt(s.First):
			s.ramp.turn(m.x, 1, joinFade)
		default:
			s.ramp = ramp{to: 1}
		}
	}
	m.heard = s
}

// add mixes a stream into part, which begins at m.x.
func (m *mix) add(s *stream, part []float32) {
	end := m.x + int64(len(part))
	fading := s.ramp.length > 0 && m.x < s.ramp.at+s.ramp.length
	if s != m.heard && !fading {
		how := unheard
		if s.orphan() && (m.heard == nil || s.over(m.heard)) {
			how = awaited
		}
		s.pass(min(end, s.endAt), how)
		return
	}
	voice := m.voice[:len(part)]
	s.read(m.x, voice)
	if s.Gain != 0 && s.Gain != 1 {
		for i := range voice {
			voice[i] *= s.Gain
		}
	}
	if !fading {
		for i, v := range voice {
			part[i] += v
		}
		return
	}
	for i, v := range voice {
		part[i] += v * s.ramp.gain(m.x+int64(i))
	}
	if end >= s.ramp.at+s.ramp.length {
		s.ramp = ramp{to: s.ramp.to}
	}
}

// sweep forgets streams that are over.
func (m *mix) sweep() {
	m.streams = slices.DeleteFunc(m.streams, func(s *stream) bool {
		abandoned := s.orphan() && m.x > s.lostAt+abandonAfter
		if s == m.heard || s.ramp.length > 0 || m.x < s.endAt && !abandoned {
			return false
		}
		s.dec.Close()
		return true
	})
}

// seek jumps to another place of the axis.
func (m *mix) seek(x int64) {
	if m.heard != nil {
		m.heard.pass(min(x, m.heard.endAt), jumped)
	}
	m.x = x
}

// find is the newest part of a stream.
func (m *mix) find(id uint16) *stream {
	for _, s := range slices.Backward(m.streams) {
		if s.Stream == id {
			return s
		}
	}
	return nil
}

// account is the book of the stream in whose place another is to be heard, or
// which takes that one's; nil: none.
func (m *mix) account(o Open) *book {
	for _, s := range slices.Backward(m.streams) {
		if s.Broadcast == o.Broadcast && (s.Front || o.Front) {
			return s.book
		}
	}
	return nil
}

// forget makes room: the first stream goes whose link never came back.
func (m *mix) forget() bool {
	for i, s := range m.streams {
		if s.orphan() && s != m.heard {
			s.dec.Close()
			m.streams = slices.Delete(m.streams, i, i+1)
			return true
		}
	}
	return false
}

// yield makes room for a greater class: the oldest stream of the least class
// that nobody hears now goes. All but two are such.
func (m *mix) yield(class uint8) bool {
	at := -1
	for i, s := range m.streams { // in the order of opening
		if s.Class < class && s != m.heard && s.ramp.length == 0 && (at < 0 || s.Class < m.streams[at].Class) {
			at = i
		}
	}
	if at < 0 {
		return false
	}
	m.streams[at].dec.Close()
	m.streams = slices.Delete(m.streams, at, at+1)
	return true
}

// clear drops every stream.
func (m *mix) clear() {
	for _, s := range m.streams {
		s.dec.Close()
	}
	m.streams, m.heard = nil, nil
}
