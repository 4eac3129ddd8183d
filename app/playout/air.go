package playout

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"time"

	"loaxa/app/station"
	"loaxa/audio"
	"loaxa/audio/bus"
	"loaxa/audio/dsp"
	"loaxa/audio/frame"
	"loaxa/devices"
)

const (
	// soonest is how long before its first sound a programme's stream is opened
	// at the latest: less may not reach a far pole in time.
	soonest = 200 * time.Millisecond
	// Numbers of streams are never used twice in a run, since a pole would take
	// packets of the older for the newer. The last ones are kept for
	// emergencies; a station that has used up the rest (a new stream every
	// minute for six weeks) refuses its pieces in words, long after it warned.
	reserved  = 4096
	warnEvery = 1000
	warnLast  = 8 * warnEvery
	// maxRuns bounds what a stream remembers: more pieces than fit into its lead.
	maxRuns = 64
)

// air is one stream of a show. A programme is not held open for a follower that
// is late: silence rendered ahead of time could not be taken back. The follower
// gets a stream of its own that begins where the sound of this one ends.
type air struct {
	stream uint16
	live   bool
	held   bool
	over   bool  // the engine has rendered it to its end
	end    int64 // µs behind its last sound, when nothing follows that; else 0
	runs   []run
}

// done tells whether a follower comes too late for the stream.
func (a *air) done() bool { return a.over || !a.live && a.end != 0 }

// run is a piece on a stream, from the first to behind the last sample.
type run struct {
	tag      string
	from, to int64  // µs of the station's clock; to is 0 while it is rendered
	first    int64  // sample of the piece's own at from
	last     int64  // … and at to
	own      uint16 // the number under which poles sound it from their own store; 0: none does
}

// view is what Meters and Positions see of a stream.
type view struct {
	stream uint16
	over   bool
	runs   []run
}

// place is what stands at a moment of a stream that is over.
func place(runs []run, at int64) audio.Place {
	for _, r := range runs {
		if r.from <= at && at < r.to {
			return audio.Place{Tag: r.tag, Sample: max(r.last-(r.to-at)*6/125, r.first), Sounds: true}
		}
	}
	return audio.Place{}
}

func (s *show) last() *air {
	if len(s.airs) == 0 {
		return nil
	}
	return s.airs[len(s.airs)-1]
}

// hold keeps a live stream open while something is still to come: its
// amplifiers stay keyed.
func (p *Playout) hold(s *show) {
	a := s.last()
	want := s.load != nil || s.given < len(s.list) || s.more
	if a == nil || a.over || !a.live || a.held == want {
		return
	}
	a.held = want
	if err := p.parts.Sound.SetHold(a.stream, want); errors.Is(err, audio.ErrStream) {
		p.ended(a)
	} else {
		p.warnIf("hold", err)
	}
}

// number is one that no stream of this run has had.
func (p *Playout) number(c station.Class) (uint16, error) {
	last := uint16(math.MaxUint16)
	if !c.IsEmergency() {
		last -= reserved
	}
	if p.next >= last {
		return 0, ErrNumbers
	}
	p.next++
	if left := math.MaxUint16 - reserved - int(p.next); left < warnLast && left%warnEvery == 0 {
		p.parts.Warn("few stream numbers are left", ErrNumbers)
	}
	return p.next, nil
}

// begin opens a stream of the show with its first piece, behind the one before.
// The piece's source is taken over, whatever it returns.
func (p *Playout) begin(s *show, b bus.Piece) error {
	a := &air{live: station.StandingOf(s.class).LiveLane}
	lead, soon := audio.ProgrammeLead, soonest
	if a.live {
		lead = p.liveLead()
		soon = lead
	}
	var start int64 // as soon as the lead allows
	if before := s.last(); before != nil && before.end >= p.parts.Read.Now()+soon.Microseconds() {
		start = before.end
	} else if before == nil && s.at >= p.parts.Read.Now()+soon.Microseconds() {
		start = s.at
	}
	var err error
	if a.stream, err = p.number(s.class); err != nil {
		b.Close()
		return err
	}
	front := p.front(s, &b, a.live, &start, lead)
	err = p.parts.Fleet.Open(devices.StreamOpen{Stream: a.stream, Broadcast: uint64(s.id), Class: uint8(s.class),
		Codec: p.parts.Codecs[0], Live: a.live, Lead: lead, Emergency: s.class.IsEmergency()})
	if err != nil {
		b.Close()
		return err
	}
	a.held = a.live && (s.given+1 < len(s.list) || s.more)
	if err = p.parts.Fleet.Assign(a.stream, s.clusters, 0); err != nil {
		b.Close()
	} else {
		err = p.parts.Sound.Open(audio.BusOptions{Stream: a.stream, Live: a.live, Lead: lead, Codecs: p.parts.Codecs,
			Bitrate: p.parts.Bitrate, Sink: p.parts.Fleet, StartAt: start, Hold: a.held, Pieces: []bus.Piece{b}})
	}
	if err != nil {
		p.parts.Fleet.CloseStream(a.stream)
		return err
	}
	s.airs = append(s.airs, a)
	p.streams[a.stream] = s
	p.publish(s)
	if front != nil {
		p.warnIf("asset", p.parts.Front(a.stream, *front))
	}
	return nil
}

// over ends a stream whose last sound was heard.
func (p *Playout) over(s *show, stream uint16) {
	p.parts.Fleet.CloseStream(stream)
	delete(p.streams, stream)
	s.airs = slices.DeleteFunc(s.airs, func(a *air) bool { return a.stream == stream })
	if len(s.airs) == 0 {
		s.drop(s.given) // heard, even where the engine's mark of it was lost
	}
	p.publish(s)
}

// ended notes that the engine does not know a stream any more.
func (p *Playout) ended(a *air) {
	p.takeMarks()
	if !a.over { // its marks were lost
		a.over = true
		p.later(dueFact{p.cutAt(), a.stream, station.Drained{}})
	}
}

// takeMarks takes what the engine has marked up to now. A command to the engine
// is answered after the marks of all that it rendered before.
func (p *Playout) takeMarks() {
	for {
		select {
		case m := <-p.parts.Read.Marks():
			p.mark(m)
		default:
			return
		}
	}
}

// mark turns what the engine rendered into facts for the moment it is heard.
// It opens nothing: that is done between two cues.
func (p *Playout) mark(m audio.Mark) {
	s := p.streams[m.Stream]
	if s == nil {
		return
	}
	a := s.airs[slices.IndexFunc(s.airs, func(a *air) bool { return a.stream == m.Stream })]
	switch m.Kind {
	case bus.Started:
		p.later(dueFact{m.PlayAt, m.Stream, station.PieceStarted{Broadcast: s.id, Tag: m.Tag, From: length(m.Sample)}})
		s.begun = max(s.begun, s.index(m.Tag)+1)
		a.end = 0
		a.runs = append(a.runs[max(len(a.runs)-maxRuns, 0):], run{tag: m.Tag, from: m.PlayAt, first: m.Sample, own: p.instead(s, a, m)})
	case bus.Ended, bus.Broken:
		f := station.PieceEnded{Broadcast: s.id, Tag: m.Tag, Played: length(m.Sample)}
		if m.Kind == bus.Broken {
			f.Broken = "damaged"
			if m.Err != nil {
				f.Broken = m.Err.Error()
			}
		}
		p.later(dueFact{m.PlayAt, m.Stream, f})
		if n := len(a.runs); n > 0 {
			r := &a.runs[n-1]
			if r.to, r.last = m.PlayAt, m.Sample; r.own != 0 && p.parts.Cease != nil {
				p.parts.Cease(a.stream, r.own, m.PlayAt)
			}
		}
	case bus.Drained: // silence until the next piece or the stream's end
		a.end = m.PlayAt
	case bus.Closed:
		a.over = true
		p.later(dueFact{m.PlayAt, m.Stream, station.Drained{Broadcast: s.id}})
		p.publish(s)
	case bus.BedStarted, bus.BedEnded:
		p.bedMark(s, m)
	case bus.AirDead:
		p.later(dueFact{m.PlayAt, m.Stream, station.AirSound{Broadcast: s.id, Wrong: airWords[m.Air]}})
	case bus.AirBack:
		p.later(dueFact{m.PlayAt, m.Stream, station.AirSound{Broadcast: s.id}})
	default: // air that is not dead yet: nothing that a broadcast waits for
	}
}

// airWords are the typed words of what is sent in the place of sound.
var airWords = map[dsp.Air]string{dsp.AirSilence: station.AirSilent, dsp.AirHum: station.AirHums, dsp.AirNoise: station.AirHisses}

// cut silences a show from the cut on, here and at the clusters, and drops the
// facts that will not come true. It returns the piece that is heard at the cut
// and its sample there; no tag: none is. The show is left without streams.
func (p *Playout) cut(s *show) (heard audio.Place) {
	heard = p.silence(s, p.cutAt())
	p.letGo(s)
	return heard
}

// silence is cut for a moment of which the streams stay open to be cut sooner.
func (p *Playout) silence(s *show, at int64) (heard audio.Place) {
	if len(s.airs) == 0 {
		return audio.Place{}
	}
	for _, a := range s.airs {
		var there audio.Place
		err := audio.ErrStream
		if !a.over {
			there, err = p.parts.Sound.Cut(a.stream, at)
			p.takeMarks()
		}
		if err != nil { // the engine has rendered it to its end
			there = place(a.runs, at)
		}
		if there.Sounds || heard.Tag == "" {
			heard = there
		}
		p.warnIf("cancel", p.parts.Fleet.Cancel(a.stream, at))
		a.over = true
	}
	unheard := p.unsay(s, at)
	s.begun, s.given, s.floor = 0, 0, at
	if s.index(heard.Tag) < 0 || slices.Contains(unheard, heard.Tag) { // it ended by the cut, or would begin there
		return audio.Place{}
	}
	return heard
}

// letGo closes the streams of a show.
func (p *Playout) letGo(s *show) {
	for len(s.airs) > 0 {
		p.over(s, s.airs[0].stream)
	}
}

// unsay drops the facts of a show that come true at the cut or behind it, and
// returns the pieces that would have begun. The facts before are still told in
// time: what they say of the list is true now.
func (p *Playout) unsay(s *show, at int64) (unheard []string) {
	keep := p.due[:0]
	for _, d := range p.due {
		if p.streams[d.stream] != s {
			keep = append(keep, d)
			continue
		}
		_, ended := d.fact.(station.PieceEnded)
		if f, ok := d.fact.(station.PieceStarted); ok && d.at >= at {
			unheard = append(unheard, f.Tag)
		}
		if _, over := d.fact.(station.Drained); over || d.at > at || d.at == at && !ended {
			continue
		}
		s.hear(d.fact)
		keep = append(keep, dueFact{at: d.at, fact: d.fact})
	}
	clear(p.due[len(keep):])
	p.due = keep
	return unheard
}

// publish lets Meters and Positions see a show's streams.
func (p *Playout) publish(s *show) {
	views := make([]view, 0, len(s.airs))
	for _, a := range s.airs {
		v := view{stream: a.stream, over: a.over}
		if a.over {
			v.runs = a.runs // never changed any more
		}
		views = append(views, v)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(views) == 0 {
		delete(p.air, s.id)
		return
	}
	p.air[s.id] = views
}

func (p *Playout) onAir() map[station.BroadcastID][]view {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := make(map[station.BroadcastID][]view, len(p.air))
	for k, v := range p.air {
		out[k] = v
	}
	return out
}

// Positions is where each broadcast is, as heard now.
func (p *Playout) Positions() map[station.BroadcastID]station.Moving {
	out := map[station.BroadcastID]station.Moving{}
	now := p.parts.Read.Now()
	for id, views := range p.onAir() {
		for _, v := range views {
			at := place(v.runs, now)
			if !v.over {
				at, _ = p.parts.Read.Where(v.stream, now) // no such stream: nowhere
			}
			if _, known := out[id]; at.Tag != "" && (at.Sounds || !known) {
				out[id] = station.Moving{Tag: at.Tag, At: length(at.Sample)}
			}
		}
	}
	return out
}

// Meters is the level of each broadcast, as heard now, in the order of their
// numbers.
func (p *Playout) Meters() (m []station.AirMeter) {
	for id, views := range p.onAir() {
		var l frame.Level
		for _, v := range views {
			next := p.parts.Read.Level(v.stream)
			l.Peak, l.RMS = max(l.Peak, next.Peak), max(l.RMS, next.RMS)
		}
		m = append(m, station.AirMeter{Broadcast: id, Meter: station.Meter{Peak: l.Peak, RMS: l.RMS}})
	}
	slices.SortFunc(m, func(a, b station.AirMeter) int { return cmp.Compare(a.Broadcast, b.Broadcast) })
	return m
}
