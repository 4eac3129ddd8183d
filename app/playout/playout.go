package playout

import (
	"context"
	"sync"
	"time"

	"loaxa/app/station"
	"loaxa/audio"
)

// Playout is the crew of the desk. Cue, Meters and Positions are safe for
// concurrent use.
type Playout struct {
	parts   Parts
	cues    chan []station.Cue // 64 batches: an operator's burst; full is a fault, never a wait
	inbox   chan func()        // 64 answers of loaders; full: the loader waits
	shows   map[station.BroadcastID]*show
	streams map[uint16]*show
	next    uint16
	due     []dueFact // by time; owned by Run
	loading sync.WaitGroup
	mu      sync.Mutex // guards air
	air     map[station.BroadcastID]uint16
}

// dueFact is a fact that comes true when its sound is heard.
type dueFact struct {
	at     int64 // µs of the station's clock
	stream uint16
	fact   station.Fact
	sample int64 // of the piece, for an end
}

// New returns a playout that does nothing before Run.
func New(parts Parts) *Playout {
	return &Playout{parts: parts, cues: make(chan []station.Cue, 64), inbox: make(chan func(), 64),
		shows: map[station.BroadcastID]*show{}, streams: map[uint16]*show{}, air: map[station.BroadcastID]uint16{}}
}

// Cue hands over cues; see onair.Crew.
func (p *Playout) Cue(cues []station.Cue) error {
	if len(cues) == 0 {
		return nil
	}
	select {
	case p.cues <- cues:
		return nil
	default:
		return ErrStuck
	}
}

// Run carries out cues until ctx ends.
func (p *Playout) Run(ctx context.Context) {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	defer p.loading.Wait()
	for {
		timer.Reset(p.untilDue())
		select {
		case <-ctx.Done():
			return
		case cues := <-p.cues:
			for _, c := range cues {
				p.carryOut(ctx, c)
			}
		case f := <-p.inbox:
			f()
		case m := <-p.parts.Read.Marks():
			p.mark(ctx, m)
		case <-timer.C:
		}
		p.tell()
	}
}

func (p *Playout) carryOut(ctx context.Context, c station.Cue) {
	switch c := c.(type) {
	case station.CueOpen:
		p.open(ctx, c)
	case station.CueNext:
		if s := p.shows[c.Broadcast]; s != nil {
			p.follow(ctx, s, c.Piece)
		}
	case station.CueTargets:
		if s := p.shows[c.Broadcast]; s != nil {
			s.clusters = ids(c.Clusters)
			if s.streaming {
				p.warnIf("assign", p.parts.Fleet.Assign(s.stream, s.clusters, p.cutAt()))
			}
		}
	case station.CueClose:
		p.close(c.Broadcast)
	case station.CueSkip:
		p.skip(ctx, c.Broadcast)
	case station.CueMute:
		p.parts.Mute(c.Cluster, c.Muted)
	case station.CueCard:
		p.parts.Card(c.Board, c.Card)
	}
}

// cutAt is the moment from which something is to be silent: where a live
// stream that opens now begins, so that one gives way to the other in one step.
func (p *Playout) cutAt() int64 { return p.parts.Read.Now() + audio.LiveLead.Microseconds() }

func (p *Playout) warnIf(msg string, err error) {
	if err != nil {
		p.parts.Warn(msg, err)
	}
}

// later puts a fact where its time is; facts of one moment keep their order.
func (p *Playout) later(d dueFact) {
	i := len(p.due)
	for i > 0 && p.due[i-1].at > d.at {
		i--
	}
	p.due = append(p.due, dueFact{})
	copy(p.due[i+1:], p.due[i:])
	p.due[i] = d
}

func (p *Playout) untilDue() time.Duration {
	if len(p.due) == 0 {
		return time.Hour
	}
	return max(time.Duration(p.due[0].at-p.parts.Read.Now())*time.Microsecond, 0)
}

// tell reports what has come true by now.
func (p *Playout) tell() {
	now := p.parts.Read.Now()
	for len(p.due) > 0 && p.due[0].at <= now {
		d := p.due[0]
		p.due = p.due[1:]
		p.heard(d)
		p.parts.Report(d.fact)
	}
}

// heard keeps the show's list in step with the air.
func (p *Playout) heard(d dueFact) {
	s := p.streams[d.stream]
	if s == nil {
		return
	}
	switch f := d.fact.(type) {
	case station.PieceStarted:
		s.trim(f.Tag)
	case station.Drained:
		p.forget(s)
	}
}

// forget takes a show off the books; its stream's last sound was heard.
func (p *Playout) forget(s *show) {
	if s.streaming {
		p.parts.Fleet.CloseStream(s.stream)
		delete(p.streams, s.stream)
	}
	s.gone = true
	s.stop()
	delete(p.shows, s.id)
	p.mu.Lock()
	delete(p.air, s.id)
	p.mu.Unlock()
}

// Positions is where each broadcast is, as heard now.
func (p *Playout) Positions() map[station.BroadcastID]station.Moving {
	out := map[station.BroadcastID]station.Moving{}
	now := p.parts.Read.Now()
	for id, stream := range p.onAir() {
		if at, err := p.parts.Read.Where(stream, now); err == nil && at.Tag != "" {
			out[id] = station.Moving{Tag: at.Tag, At: length(at.Sample)}
		}
	}
	return out
}

// Meters is the level of each broadcast, as heard now.
func (p *Playout) Meters() (m []station.AirMeter) {
	for id, stream := range p.onAir() {
		l := p.parts.Read.Level(stream)
		m = append(m, station.AirMeter{Broadcast: id, Meter: station.Meter{Peak: l.Peak, RMS: l.RMS}})
	}
	return m
}

func (p *Playout) onAir() map[station.BroadcastID]uint16 {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := make(map[station.BroadcastID]uint16, len(p.air))
	for k, v := range p.air {
		out[k] = v
	}
	return out
}
