package playout

import (
	"context"
	"slices"
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
	next    uint16            // the stream number given last
	due     []dueFact         // by time; owned by Run
	beside  sync.WaitGroup    // loaders and the drawer of cards
	cards   chan struct{}     // 1: a card waits; full: it is known already
	mu      sync.Mutex        // guards drawn and air
	drawn   []station.CueCard // one for each board: the newest wins
	air     map[station.BroadcastID][]view
}

// dueFact is a fact that comes true when its sound is heard.
type dueFact struct {
	at     int64  // µs of the station's clock
	stream uint16 // 0: of none that is open
	fact   station.Fact
}

// New returns a playout that does nothing before Run.
func New(parts Parts) *Playout {
	return &Playout{parts: parts, cues: make(chan []station.Cue, 64), inbox: make(chan func(), 64), cards: make(chan struct{}, 1),
		shows: map[station.BroadcastID]*show{}, streams: map[uint16]*show{}, air: map[station.BroadcastID][]view{}}
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

// Run carries out cues until ctx ends. It returns when all that it started has
// ended and every source that it opened and did not hand on is closed.
func (p *Playout) Run(ctx context.Context) {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	leads := time.NewTicker(leadEvery)
	defer leads.Stop()
	defer p.stop()
	p.beside.Go(func() { p.draw(ctx) })
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
			p.mark(m)
		case <-leads.C:
			p.keepLeads()
		case <-timer.C:
		}
		p.tell()
		p.closeDue()
		p.goOn()
		p.tell()
	}
}

// stop waits for the loaders, whose context has ended, and closes what they
// brought.
func (p *Playout) stop() {
	for _, s := range p.shows {
		s.gone = true
		s.stop()
	}
	p.beside.Wait()
	for {
		select {
		case f := <-p.inbox:
			f()
		default:
			return
		}
	}
}

func (p *Playout) carryOut(ctx context.Context, c station.Cue) {
	switch c := c.(type) {
	case station.CueOpen:
		p.open(ctx, c)
	case station.CueNext:
		if s := p.shows[c.Broadcast]; s != nil {
			p.follow(s, c.Piece)
		}
	case station.CueTargets:
		if s := p.shows[c.Broadcast]; s != nil {
			s.clusters = ids(c.Clusters)
			for _, a := range s.airs {
				p.warnIf("assign", p.parts.Fleet.Assign(a.stream, s.clusters, max(c.At.Microseconds(), p.cutAt())))
			}
		}
	case station.CueClose:
		p.close(c.Broadcast, c.At.Microseconds())
	case station.CueSkip:
		if s := p.shows[c.Broadcast]; s != nil {
			p.skip(s)
		}
	case station.CueStore:
		if s := p.shows[c.Broadcast]; s != nil {
			p.fromStore(s)
		}
	case station.CueMute:
		p.parts.Mute(c.Cluster, c.Muted)
	case station.CueCard:
		p.card(c)
	case station.CueRecord:
		p.parts.Record(c)
	case station.CueMic:
		p.parts.Mic(c.On)
	case station.CueMonitor:
		p.parts.Monitor(c)
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
	p.due = slices.Insert(p.due, i, d)
}

// now puts a fact behind all that was said of the show and is true already.
func (p *Playout) now(s *show, f station.Fact) {
	p.later(dueFact{at: max(p.parts.Read.Now(), s.floor), fact: f})
}

func (p *Playout) untilDue() time.Duration {
	next := p.parts.Read.Now() + time.Hour.Microseconds()
	if len(p.due) > 0 {
		next = min(next, p.due[0].at)
	}
	for _, s := range p.shows {
		if s.closing != nil {
			next = min(next, s.closing.at)
		}
	}
	return max(time.Duration(next-p.parts.Read.Now())*time.Microsecond, 0)
}

// tell reports what has come true by now.
func (p *Playout) tell() {
	now := p.parts.Read.Now()
	for len(p.due) > 0 && p.due[0].at <= now {
		d := p.due[0]
		p.due = slices.Delete(p.due, 0, 1)
		if s := p.streams[d.stream]; s != nil {
			if _, over := d.fact.(station.Drained); over {
				p.over(s, d.stream)
				continue // goOn finds whether something follows
			}
			s.hear(d.fact)
		}
		p.parts.Report(d.fact)
	}
}

// goOn opens what comes next of every show and lets those go that are over.
func (p *Playout) goOn() {
	for _, s := range p.shows {
		if s.closing != nil {
			continue
		}
		p.fill(s)
		if len(s.list) == 0 && len(s.airs) == 0 && s.load == nil && !s.more {
			p.forget(s)
			p.now(s, station.Drained{Broadcast: s.id})
		}
	}
}

// forget takes a show off the books.
func (p *Playout) forget(s *show) {
	for len(s.airs) > 0 {
		p.over(s, s.airs[0].stream)
	}
	s.gone = true
	s.stop()
	delete(p.shows, s.id)
	p.publish(s)
}

// card keeps the newest card of each board for the one who draws.
func (p *Playout) card(c station.CueCard) {
	p.mu.Lock()
	p.drawn = slices.DeleteFunc(p.drawn, func(o station.CueCard) bool { return o.Board.ID == c.Board.ID })
	p.drawn = append(p.drawn, c)
	p.mu.Unlock()
	select {
	case p.cards <- struct{}{}:
	default:
	}
}

// draw puts cards onto boards, one after the other, until ctx ends.
func (p *Playout) draw(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-p.cards:
		}
		for ctx.Err() == nil {
			p.mu.Lock()
			if len(p.drawn) == 0 {
				p.mu.Unlock()
				break
			}
			c := p.drawn[0]
			p.drawn = slices.Delete(p.drawn, 0, 1)
			p.mu.Unlock()
			p.parts.Card(c.Board, c.Card)
		}
	}
}
