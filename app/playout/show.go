package playout

import (
	"context"
	"errors"
	"slices"
	"time"

	"loaxa/app/station"
	"loaxa/audio"
	"loaxa/audio/bus"
	"loaxa/audio/frame"
	"loaxa/audio/source"
)

// show is one broadcast that playout was told to open. The head of its list is
// with the engine: the first begun pieces have started there, the first given
// were handed over. One is given ahead of what has begun.
type show struct {
	id       station.BroadcastID
	class    station.Class
	clusters []string
	list     []station.Piece // what was not yet heard to its end
	begun    int             // of list
	given    int             // of list; begun or one more
	load     *load           // of list[given]; nil: none runs
	more     bool            // a CueNext will come
	airs     []*air          // older first; more than one while a late follower waits for the end of the first
	floor    int64           // µs: a cut until which facts of the show are still to be told
	gone     bool            // off the books: what a loader brings is closed
	at       int64           // µs: when its first sample is to be heard; 0: at once
	closing  *closing        // it was cut at a moment that is still to come
	ctx      context.Context
	stop     context.CancelFunc
}

// closing is where a show is cut at a moment to come.
type closing struct {
	at    int64 // µs
	heard audio.Place
}

// load is a piece on its way from the disk.
type load struct{ cancel context.CancelFunc }

func ids(cs []station.ClusterID) []string {
	out := make([]string, len(cs))
	for i, c := range cs {
		out[i] = string(c)
	}
	return out
}

// length is samples as time; both are exact to the microsecond.
func length(samples int64) time.Duration {
	return time.Duration(samples) * time.Second / frame.Rate
}

func (s *show) index(tag string) int {
	return slices.IndexFunc(s.list, func(p station.Piece) bool { return p.Tag == tag })
}

// hear keeps the list in step with what was heard.
func (s *show) hear(f station.Fact) {
	switch f := f.(type) {
	case station.PieceStarted:
		s.drop(s.index(f.Tag))
	case station.PieceEnded:
		s.drop(s.index(f.Tag) + 1)
	}
}

// drop takes the first n pieces out of the list.
func (s *show) drop(n int) {
	n = max(n, 0)
	s.list = s.list[n:]
	s.begun, s.given = max(s.begun-n, 0), max(s.given-n, 0)
}

func (s *show) unload() {
	if s.load != nil {
		s.load.cancel()
		s.load = nil
	}
}

func (p *Playout) open(ctx context.Context, c station.CueOpen) {
	if old := p.shows[c.Broadcast]; old != nil {
		p.cut(old)
		p.forget(old)
	}
	s := &show{id: c.Broadcast, class: c.Class, clusters: ids(c.Clusters), list: slices.Clone(c.Pieces), more: c.More, at: c.At.Microseconds()}
	s.ctx, s.stop = context.WithCancel(ctx)
	p.shows[s.id] = s
	p.fill(s)
}

// ready opens what needs no disk.
func (p *Playout) ready(piece station.Piece) (bus.Piece, bool, error) {
	var src source.Source
	var err error
	switch piece.Kind {
	case station.FromTone:
		src, err = p.parts.Library.Tone(piece.Tone, piece.From)
	case station.FromMic:
		src, err = p.parts.Library.Mic()
	case station.FromSilence:
		src = source.NewSilence(int64(max(station.LineCheckLength-piece.From, 0) * frame.Rate / time.Second))
	default:
		return bus.Piece{}, false, nil
	}
	return bus.Piece{Tag: piece.Tag, Source: src}, true, err
}

func (p *Playout) read(ctx context.Context, piece station.Piece) (bus.Piece, error) {
	var src source.Source
	var gain float64
	var err error
	if piece.Kind == station.FromSpeech {
		src, gain, err = p.parts.Library.Speech(ctx, piece.Text)
	} else {
		src, gain, err = p.parts.Library.Item(ctx, piece.Item, piece.From)
	}
	if err != nil {
		return bus.Piece{}, err
	}
	b := bus.Piece{Tag: piece.Tag, Source: src, Gain: gain, Cross: int(piece.Cross * frame.Rate / time.Second)}
	if piece.From > 0 {
		b.FadeIn = bus.FadeSamples
	}
	return b, nil
}

// fill hands the next piece to the engine: one ahead of the one that it renders.
func (p *Playout) fill(s *show) {
	for s.load == nil && s.ctx.Err() == nil && s.given < len(s.list) && s.given <= s.begun {
		b, quick, err := p.ready(s.list[s.given])
		if !quick {
			p.fetch(s, s.list[s.given])
			break
		}
		if !p.loaded(s, b, err) {
			break
		}
	}
	p.hold(s)
}

// fetch opens a piece beside the loop. What comes when nobody waits for it any
// more is closed.
func (p *Playout) fetch(s *show, piece station.Piece) {
	ctx, cancel := context.WithCancel(s.ctx)
	l := &load{cancel}
	s.load = l
	patience := bedPatience
	if s.last() == nil {
		patience = bedHurry
	}
	p.beside.Go(func() {
		defer cancel()
		b, bad, err := p.withBed(ctx, piece, patience)
		arrive := func() {
			if s.gone || s.closing != nil || s.load != l {
				b.Close()
				return
			}
			s.load = nil
			if bad != nil {
				p.now(s, station.BedStarted{Broadcast: s.id, Item: piece.Bed, Broken: bad.Error()})
			}
			if p.loaded(s, b, err) {
				p.fill(s)
			}
		}
		select {
		case p.inbox <- arrive:
		case <-ctx.Done():
			b.Close()
		}
	})
}

// loaded puts the piece list[given] on the air, or reports that it is broken.
// It is false when the station stops: then nothing is broken.
func (p *Playout) loaded(s *show, b bus.Piece, err error) bool {
	if err == nil {
		p.takeMarks()
		if a := s.last(); a == nil || a.done() {
			err = p.begin(s, b)
		} else if err = p.parts.Sound.Play(a.stream, b); errors.Is(err, audio.ErrStream) {
			p.ended(a) // the engine has closed the source: it is opened again for a stream of its own
			return true
		}
	}
	switch {
	case err == nil:
		s.given++
		return true
	case errors.Is(err, audio.ErrStopped) || s.ctx.Err() != nil:
		s.stop()
		return false
	}
	tag := s.list[s.given].Tag
	s.list = slices.Delete(s.list, s.given, s.given+1)
	p.now(s, station.PieceEnded{Broadcast: s.id, Tag: tag, Broken: err.Error()})
	return true
}

// follow changes what comes after the piece that plays: after the last one that
// the engine has begun, since that is on its way and will be heard. While none
// has begun, the first of the list is the one that plays.
func (p *Playout) follow(s *show, next *station.Piece) {
	s.more = false
	keep := min(max(s.begun, 1), len(s.list))
	if next != nil && len(s.list) == keep+1 && s.list[keep] == *next {
		return
	}
	if a := s.last(); s.given > keep && a != nil {
		err := p.parts.Sound.SetNext(a.stream)
		p.takeMarks() // the follower may have begun meanwhile
		if errors.Is(err, audio.ErrStream) {
			p.ended(a)
		} else {
			p.warnIf("next", err)
		}
		keep = min(max(s.begun, 1), len(s.list))
	}
	if s.given >= keep {
		s.unload()
	}
	s.list = s.list[:keep:keep]
	s.given = min(s.given, keep)
	if next != nil {
		s.list = append(s.list, *next)
	}
	p.fill(s)
}

// close takes a show off the air, at a moment that is still to come or now, and
// reports then where it was.
func (p *Playout) close(id station.BroadcastID, at int64) {
	s := p.shows[id]
	switch {
	case s == nil:
		p.later(dueFact{at: max(at, p.cutAt()), fact: station.Closed{Broadcast: id}})
	case s.closing != nil:
		p.closeSooner(s, p.cutAt())
	case at > p.cutAt():
		s.stop() // nothing more of it is loaded
		s.closing = &closing{at, p.silence(s, at)}
		p.publish(s)
	default:
		p.closed(s, p.cut(s))
	}
}

// closeSooner cuts a show again that was cut at a later moment.
func (p *Playout) closeSooner(s *show, at int64) {
	c := s.closing
	if at < c.at {
		for _, a := range s.airs {
			p.warnIf("cancel", p.parts.Fleet.Cancel(a.stream, at))
		}
		c.heard.Sample = max(c.heard.Sample-(c.at-at)*6/125, 0)
		s.floor = at
	}
	p.letGo(s)
	p.closed(s, c.heard)
}

// closeDue ends the shows whose moment has come.
func (p *Playout) closeDue() {
	now := p.parts.Read.Now()
	for _, s := range p.shows {
		if s.closing != nil && s.closing.at <= now {
			p.letGo(s)
			p.closed(s, s.closing.heard)
		}
	}
}

// closed takes a show off the books and reports where it was cut.
func (p *Playout) closed(s *show, at audio.Place) {
	p.forget(s)
	p.now(s, station.Closed{Broadcast: s.id, Tag: at.Tag, At: length(at.Sample)})
}

// skip cuts the piece that is heard, or the first that is still to be heard,
// and begins with the one after it.
func (p *Playout) skip(s *show) {
	given := s.given
	had := len(s.list)
	place := p.cut(s)
	given -= had - len(s.list) // cut drops what was heard before it
	i := max(s.index(place.Tag), 0)
	if i < len(s.list) {
		played := s.list[i].From
		if place.Tag != "" {
			played = length(place.Sample)
		}
		p.now(s, station.PieceEnded{Broadcast: s.id, Tag: s.list[i].Tag, Played: played})
		s.list = s.list[i+1:]
	}
	if given != i+1 {
		s.unload()
	}
	p.fill(s)
}
