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
	"loaxa/devices"
)

// show is one broadcast that playout was told to open.
type show struct {
	id        station.BroadcastID
	class     station.Class
	clusters  []string
	list      []station.Piece // from the piece that is heard on
	given     int             // of list, handed to the engine or being opened
	stream    uint16
	streaming bool // the stream is open
	filling   bool // a piece is being opened
	gone      bool // off the books: what a loader brings is closed
	round     int  // counts streams: a loader of an earlier one is too late
	ctx       context.Context
	stop      context.CancelFunc
}

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

// trim drops what was heard before the piece.
func (s *show) trim(tag string) {
	if i := s.index(tag); i > 0 {
		s.list = s.list[i:]
		s.given = max(s.given-i, 0)
	}
}

func (p *Playout) open(ctx context.Context, c station.CueOpen) {
	if old := p.shows[c.Broadcast]; old != nil {
		p.forget(old)
	}
	s := &show{id: c.Broadcast, class: c.Class, clusters: ids(c.Clusters), list: slices.Clone(c.Pieces)}
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
	default:
		return bus.Piece{}, false, nil
	}
	return bus.Piece{Tag: piece.Tag, Source: src}, true, err
}

func (p *Playout) load(ctx context.Context, piece station.Piece) (bus.Piece, error) {
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
	b := bus.Piece{Tag: piece.Tag, Source: src, Gain: gain}
	if piece.From > 0 {
		b.FadeIn = bus.FadeSamples
	}
	return b, nil
}

// fill hands the next piece to the engine: one ahead of the one that sounds.
func (p *Playout) fill(s *show) {
	for !s.filling && !s.gone && s.given < len(s.list) && s.given < 2 {
		piece := s.list[s.given]
		b, quick, err := p.ready(piece)
		if quick {
			p.loaded(s, piece, b, err)
			continue
		}
		s.filling = true
		round := s.round
		p.loading.Go(func() {
			b, err := p.load(s.ctx, piece)
			arrive := func() {
				if s.gone || s.round != round {
					if err == nil {
						_ = b.Source.Close()
					}
					return
				}
				s.filling = false
				p.loaded(s, piece, b, err)
				p.fill(s)
			}
			select {
			case p.inbox <- arrive:
			case <-s.ctx.Done():
				if err == nil {
					_ = b.Source.Close()
				}
			}
		})
	}
	p.hold(s)
}

// hold keeps the stream open while something is still to come.
func (p *Playout) hold(s *show) {
	if s.streaming {
		p.warnIf("hold", p.parts.Sound.SetHold(s.stream, s.filling || s.given < len(s.list)))
	}
}

// loaded puts a piece on the air, or reports that it is broken.
func (p *Playout) loaded(s *show, piece station.Piece, b bus.Piece, err error) {
	if err == nil && !s.streaming {
		err = p.begin(s, b)
	} else if err == nil {
		err = p.parts.Sound.Play(s.stream, b)
		if errors.Is(err, audio.ErrStream) {
			err = p.begin(s, b) // the one before ended while this one was opened
		}
	}
	if err == nil {
		s.given++
		return
	}
	if errors.Is(err, context.Canceled) {
		return
	}
	i := s.index(piece.Tag)
	s.list = slices.Delete(s.list, i, i+1)
	p.parts.Report(station.PieceEnded{Broadcast: s.id, Tag: piece.Tag, Broken: err.Error()})
	if len(s.list) == 0 && !s.streaming {
		p.forget(s)
		p.parts.Report(station.Drained{Broadcast: s.id})
	}
}

// begin opens the show's stream with its first piece.
func (p *Playout) begin(s *show, b bus.Piece) error {
	live := station.StandingOf(s.class).LiveLane
	lead := audio.ProgrammeLead
	if live {
		lead = audio.LiveLead
	}
	p.next++
	s.stream = p.next
	err := p.parts.Fleet.Open(devices.StreamOpen{Stream: s.stream, Broadcast: uint64(s.id), Class: uint8(s.class),
		Codec: p.parts.Codec, Live: live, Lead: lead})
	if err == nil {
		err = p.parts.Fleet.Assign(s.stream, s.clusters, 0)
	}
	if err != nil {
		_ = b.Source.Close()
		return err
	}
	s.streaming = true
	p.streams[s.stream] = s
	p.mu.Lock()
	p.air[s.id] = s.stream
	p.mu.Unlock()
	return p.parts.Sound.Open(audio.BusOptions{Stream: s.stream, Live: live, Lead: lead, Codecs: []frame.Codec{p.parts.Codec},
		Bitrate: p.parts.Bitrate, Sink: p.parts.Fleet, Hold: s.given+1 < len(s.list), Pieces: []bus.Piece{b}})
}

// follow changes what comes after the piece that the engine renders now.
func (p *Playout) follow(ctx context.Context, s *show, next *station.Piece) {
	if !s.streaming {
		s.list = s.list[:min(len(s.list), 1)]
		if next != nil {
			s.list = append(s.list, *next)
		}
		p.fill(s)
		return
	}
	keep := s.rendered(p)
	s.list = s.list[:min(keep, len(s.list))]
	s.given = min(s.given, len(s.list))
	s.round++
	s.filling = false
	p.warnIf("next", p.parts.Sound.SetNext(s.stream))
	if next != nil {
		s.list = append(s.list, *next)
	}
	p.fill(s)
}

// rendered counts the pieces of the list that the engine has begun: those are
// on their way and will be heard.
func (s *show) rendered(p *Playout) int {
	n := 1
	for _, d := range p.due {
		if f, ok := d.fact.(station.PieceStarted); ok && d.stream == s.stream {
			n = max(n, s.index(f.Tag)+1)
		}
	}
	return n
}

// close takes a show off the air now and reports where it was.
func (p *Playout) close(id station.BroadcastID) {
	s := p.shows[id]
	if s == nil {
		p.parts.Report(station.Closed{Broadcast: id})
		return
	}
	place := p.cut(s)
	p.forget(s)
	p.parts.Report(station.Closed{Broadcast: id, Tag: place.Tag, At: length(place.Sample)})
}

// cut silences a show's stream from the cut on, here and at the clusters, and
// drops the facts that will not come true.
func (p *Playout) cut(s *show) audio.Place {
	if !s.streaming {
		return audio.Place{}
	}
	at := p.cutAt()
	place, err := p.parts.Sound.Cut(s.stream, at)
	if err != nil {
		place = p.tail(s, at)
	}
	p.warnIf("cancel", p.parts.Fleet.Cancel(s.stream, at))
	keep := p.due[:0]
	for _, d := range p.due {
		if d.stream != s.stream {
			keep = append(keep, d)
			continue
		}
		if d.at < at { // it is heard before the cut
			p.parts.Report(d.fact)
		}
	}
	p.due = keep
	return place
}

// tail is the place of a stream that the engine has rendered to its end.
func (p *Playout) tail(s *show, at int64) audio.Place {
	for _, d := range p.due {
		if f, ok := d.fact.(station.PieceEnded); ok && d.stream == s.stream && d.at >= at {
			return audio.Place{Tag: f.Tag, Sample: max(d.sample-(d.at-at)*6/125, 0), Sounds: true}
		}
	}
	return audio.Place{}
}

// skip cuts the piece that is heard and begins with the one after it.
func (p *Playout) skip(ctx context.Context, id station.BroadcastID) {
	s := p.shows[id]
	if s == nil || !s.streaming {
		return
	}
	place := p.cut(s)
	i := s.index(place.Tag)
	rest := slices.Clone(s.list[i+1:])
	fresh := &show{id: s.id, class: s.class, clusters: s.clusters, list: rest}
	p.forget(s)
	p.parts.Report(station.PieceEnded{Broadcast: id, Tag: place.Tag, Played: length(place.Sample)})
	if len(rest) == 0 {
		p.parts.Report(station.Drained{Broadcast: id})
		return
	}
	fresh.ctx, fresh.stop = context.WithCancel(ctx)
	p.shows[id] = fresh
	p.fill(fresh)
}

// mark turns what the engine rendered into facts for the moment it is heard.
func (p *Playout) mark(_ context.Context, m audio.Mark) {
	s := p.streams[m.Stream]
	if s == nil {
		return
	}
	switch m.Kind {
	case bus.Started:
		p.later(dueFact{m.PlayAt, m.Stream, station.PieceStarted{Broadcast: s.id, Tag: m.Tag, From: length(m.Sample)}, m.Sample})
		if i := s.index(m.Tag); i > 0 && s.given <= i+1 {
			p.ahead(s, i)
		}
	case bus.Ended:
		p.later(dueFact{m.PlayAt, m.Stream, station.PieceEnded{Broadcast: s.id, Tag: m.Tag, Played: length(m.Sample)}, m.Sample})
	case bus.Broken:
		why := "damaged"
		if m.Err != nil {
			why = m.Err.Error()
		}
		p.later(dueFact{m.PlayAt, m.Stream, station.PieceEnded{Broadcast: s.id, Tag: m.Tag, Played: length(m.Sample), Broken: why}, m.Sample})
	case bus.Closed:
		p.later(dueFact{m.PlayAt, m.Stream, station.Drained{Broadcast: s.id}, 0})
	case bus.Drained: // silence until the next piece or the stream's end
	}
}

// ahead drops from the books what the engine has left behind, so that the
// piece after the one it renders is opened in time.
func (p *Playout) ahead(s *show, i int) {
	s.list = s.list[i:]
	s.given = max(s.given-i, 1)
	p.fill(s)
}
