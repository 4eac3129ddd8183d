package catalog

import (
	"errors"
	"maps"
	"slices"
	"sync"

	"loaxa/audio/frame"
	"loaxa/devices"
)

const (
	// maxAhead bounds the packets of a stream that are kept for outputs which
	// join it: 10 s of three codecs.
	maxAhead = 1500
	// joinAgain is how soon a stream that a driver refused is tried again, in µs.
	joinAgain = 500_000
	// maxLegs bounds how long what an output sent is still counted for its
	// broadcast: more legs than an hour of the busiest day has.
	maxLegs = 1024
)

// Fan hands every stream to the clusters and to the outputs that are meant to
// hear it. It is used as a fleet is.
type Fan struct {
	clusters Clusters
	now      func() int64 // µs of the station's clock

	mu      sync.Mutex
	streams map[uint16]*stream
	outputs map[string]*output
	legs    map[uint16]uint64 // a driver's stream → its broadcast
	order   []uint16          // of legs, older first
	next    uint16            // leg
}

// output is one driver, or the place of one that does not work now.
type output struct {
	driver Driver // nil: none
	muted  bool
	now    uint64 // the broadcast that it was given last; 0: none
	frames map[uint64]uint64
	err    error
	refuse error // the newest stream that the driver would not open; nil: it took it
	again  int64 // µs: before, no other try
}

// stream is one of the fleet's, as outputs need it.
type stream struct {
	devices.StreamOpen
	want  map[string]bool   // outputs that are meant to hear it
	legs  map[string]uint16 // those that do, and the number there
	ahead []frame.Packet    // of the codecs that outputs need, not heard yet
	cut   bool
	from  int64 // the cut, µs
}

// NewFan makes one with places for outputs; no driver sounds before Put.
func NewFan(clusters Clusters, now func() int64, outputs ...string) *Fan {
	f := &Fan{clusters: clusters, now: now, streams: map[uint16]*stream{}, outputs: map[string]*output{}, legs: map[uint16]uint64{}}
	for _, id := range outputs {
		f.outputs[id] = &output{frames: map[uint64]uint64{}}
	}
	return f
}

// Open announces a stream; see devices.Fleet.Open.
func (f *Fan) Open(o devices.StreamOpen) error {
	if err := f.clusters.Open(o); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.streams[o.Stream] = &stream{StreamOpen: o, want: map[string]bool{}, legs: map[string]uint16{}}
	return nil
}

// Assign says who hears the stream from now on, clusters and outputs alike.
func (f *Fan) Assign(number uint16, ids []string, fromMicros int64) error {
	f.mu.Lock()
	if s := f.streams[number]; s != nil {
		for id := range f.outputs {
			switch want := slices.Contains(ids, id); {
			case want && !s.want[id]:
				s.want[id] = true
				f.join(s, id)
			case !want && s.want[id]:
				delete(s.want, id)
				f.leave(s, id, fromMicros)
			}
		}
	}
	f.mu.Unlock()
	return f.clusters.Assign(number, slices.DeleteFunc(slices.Clone(ids), f.Has), fromMicros)
}

// Has tells whether an id is that of an output.
func (f *Fan) Has(id string) bool {
	return f.outputs[id] != nil // the map is never changed
}

// Send takes the stream's next packet, one for each codec.
func (f *Fan) Send(p frame.Packet) {
	f.mu.Lock()
	s := f.streams[p.Stream]
	if s == nil {
		f.mu.Unlock()
		return
	}
	ours := p.Codec == s.Codec
	if !s.cut || p.PlayAt < s.from {
		f.give(s, p)
	}
	f.mu.Unlock()
	if ours {
		f.clusters.Send(p)
	}
}

// give hands a packet to the outputs that need it. The caller holds mu.
func (f *Fan) give(s *stream, p frame.Packet) {
	needed := false
	for id, o := range f.outputs {
		if o.driver == nil || o.driver.Needs() != p.Codec {
			continue
		}
		needed = true
		if _, on := s.legs[id]; !on && s.want[id] && o.refuse != nil && f.now() >= o.again {
			f.join(s, id) // its table was full
		}
		if leg, ok := s.legs[id]; ok {
			q := p
			q.Stream = leg
			o.driver.Send(q)
		}
	}
	if !needed {
		return
	}
	now := f.now()
	drop := max(len(s.ahead)+1-maxAhead, 0)
	for drop < len(s.ahead) && s.ahead[drop].PlayAt <= now {
		drop++
	}
	s.ahead = append(slices.Delete(s.ahead, 0, drop), p)
}

// Cancel cuts the stream everywhere from a sample on.
func (f *Fan) Cancel(number uint16, fromMicros int64) error {
	f.mu.Lock()
	if s := f.streams[number]; s != nil {
		if !s.cut || fromMicros < s.from {
			s.cut, s.from = true, fromMicros
		}
		s.ahead = slices.DeleteFunc(s.ahead, func(p frame.Packet) bool { return p.PlayAt >= s.from })
		for id, leg := range s.legs {
			f.outputs[id].driver.Cancel(leg, s.from)
		}
	}
	f.mu.Unlock()
	return f.clusters.Cancel(number, fromMicros)
}

// CloseStream ends a stream: what was sent is heard to its end.
func (f *Fan) CloseStream(number uint16) {
	f.mu.Lock()
	if s := f.streams[number]; s != nil {
		for id, leg := range s.legs {
			o := f.outputs[id]
			o.driver.CloseStream(leg)
			if o.now == s.Broadcast {
				o.now = 0
			}
		}
		delete(f.streams, number)
	}
	f.mu.Unlock()
	f.clusters.CloseStream(number)
}

// Mute silences an output, now and from now on, emergencies excepted; false:
// it is none.
func (f *Fan) Mute(id string, muted bool) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	o := f.outputs[id]
	if o == nil {
		return false
	}
	o.muted = muted
	for _, s := range f.streams {
		switch _, on := s.legs[id]; {
		case s.Emergency || !s.want[id]:
		case muted && on:
			f.leave(s, id, f.now())
		case !muted && !on:
			f.join(s, id)
		}
	}
	return true
}

// Put sets an output's driver to work, or takes it away: nil. What is on the
// air goes on there at once.
func (f *Fan) Put(id string, d Driver) {
	f.mu.Lock()
	defer f.mu.Unlock()
	o := f.outputs[id]
	if o == nil {
		return
	}
	for _, s := range f.streams {
		f.leave(s, id, f.now())
	}
	f.count(o)
	o.driver, o.now, o.err, o.refuse = d, 0, nil, nil
	for _, s := range f.streams {
		if s.want[id] {
			f.join(s, id)
		}
	}
}

// join lets an output hear a stream, what was sent ahead included. The caller
// holds mu.
func (f *Fan) join(s *stream, id string) {
	o := f.outputs[id]
	if _, on := s.legs[id]; on || o.driver == nil || o.muted && !s.Emergency {
		return
	}
	leg := f.leg(s.Broadcast)
	if err := o.driver.OpenStream(leg, s.Emergency); err != nil {
		o.refuse, o.again = err, f.now()+joinAgain
		return
	}
	o.refuse = nil
	s.legs[id], o.now = leg, s.Broadcast
	now := f.now()
	for _, p := range s.ahead {
		if p.Codec == o.driver.Needs() && p.PlayAt > now {
			p.Stream = leg
			o.driver.Send(p)
		}
	}
	if s.cut {
		o.driver.Cancel(leg, s.from)
	}
}

// leave cuts a stream at an output. The caller holds mu.
func (f *Fan) leave(s *stream, id string, from int64) {
	leg, on := s.legs[id]
	if !on {
		return
	}
	o := f.outputs[id]
	o.driver.Cancel(leg, from)
	o.driver.CloseStream(leg)
	delete(s.legs, id)
	if o.now == s.Broadcast {
		o.now = 0
	}
}

// leg is a number that no driver knows. The caller holds mu.
func (f *Fan) leg(broadcast uint64) uint16 {
	for {
		f.next++
		if _, taken := f.legs[f.next]; f.next != 0 && !taken {
			break
		}
	}
	if len(f.order) >= maxLegs {
		delete(f.legs, f.order[0])
		f.order = slices.Delete(f.order, 0, 1)
	}
	f.legs[f.next] = broadcast
	f.order = append(f.order, f.next)
	return f.next
}

// Status is what is known of an output: what was sent, never what was heard.
type Status struct {
	ID        string
	Works     bool              // it has a driver
	Err       error             // of the last frame; nil: it went out
	Broadcast uint64            // that it is given now; 0: none
	Frames    map[uint64]uint64 // of 20 ms that went out since the last call, by broadcast; nil: none
}

// Outputs is how every output stands, by id.
func (f *Fan) Outputs() []Status {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := make([]Status, 0, len(f.outputs))
	for _, id := range slices.Sorted(maps.Keys(f.outputs)) {
		o := f.outputs[id]
		f.count(o)
		st := Status{ID: id, Works: o.driver != nil, Err: errors.Join(o.refuse, o.err), Broadcast: o.now}
		if len(o.frames) > 0 {
			st.Frames, o.frames = o.frames, map[uint64]uint64{}
		}
		out = append(out, st)
	}
	return out
}

// count asks an output what it sent. The caller holds mu.
func (f *Fan) count(o *output) {
	t, ok := o.driver.(Teller)
	if !ok {
		return
	}
	frames, err := t.Sent()
	for leg, n := range frames {
		if b, known := f.legs[leg]; known {
			o.frames[b] += n
		}
	}
	o.err = err
}

// Failing is what an output's driver was refused last; nil: nothing.
func (f *Fan) Failing(id string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	o := f.outputs[id]
	if o == nil {
		return nil
	}
	f.count(o)
	return errors.Join(o.refuse, o.err)
}
