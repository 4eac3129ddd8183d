package playout

import (
	"time"

	"loaxa/app/station"
	"loaxa/audio"
	"loaxa/audio/bus"
	"loaxa/audio/frame"
	"loaxa/audio/source"
	"loaxa/devices"
)

const (
	// frontSoonest is how soon poles sound a siren that they hold: word of it
	// needs a part of what sound needs, and who hears late joins in phase.
	frontSoonest = 60 * time.Millisecond
	// frontLeast is the shortest tone worth it.
	frontLeast = 2 * frame.Rate
)

// front makes the poles that hold a tone sound it by themselves, before and
// instead of the stream: no lead delays it and no loss breaks it. The stream
// then begins in the middle of the tone, so that all poles are in phase. It
// sets where the stream starts and turns the piece's source to there. nil: the
// stream carries the sound alone.
func (p *Playout) front(s *show, b *bus.Piece, live bool, start *int64, lead time.Duration) *devices.AssetPlay {
	piece := s.list[s.given]
	sized, ok := b.Source.(source.Sized)
	if p.parts.Front == nil || !live || piece.Kind != station.FromTone || !ok || sized.Len()-b.Source.Position() < frontLeast {
		return nil
	}
	number, err := p.number(s.class)
	if err != nil {
		return nil
	}
	from := b.Source.Position()
	at := *start
	if at == 0 {
		now := p.parts.Read.Now()
		*start = now + min(lead, soonest).Microseconds()
		at = min(*start, now+frontSoonest.Microseconds())
	}
	late := (*start - at) * frame.Rate / 1_000_000
	if late > 0 {
		src, err := p.parts.Library.Tone(piece.Tone, length(from+late))
		if err != nil {
			return nil
		}
		_ = b.Source.Close() // read only
		b.Source = src
	}
	return &devices.AssetPlay{Stream: number, Asset: devices.ToneAsset + piece.Tone, At: at, From: from, Gain: 1,
		Until: at + length(sized.Len()-from).Microseconds()}
}

// instead lets the poles that hold a programme's item sound it themselves, from
// the sample and moment that the station begins it; those without it are sent
// the stream. Only a piece that sounds alone is the same from a file: nothing
// under it and nothing that it fades into. It returns the number under which
// poles sound it; 0: none does.
func (p *Playout) instead(s *show, a *air, m audio.Mark) uint16 {
	i := s.index(m.Tag)
	if p.parts.Front == nil || p.parts.Stored == nil || a.live || i < 0 || !alone(s.list, i) {
		return 0
	}
	asset, samples, gain, ok := p.parts.Stored(s.list[i].Item)
	if !ok || m.Sample >= samples {
		return 0
	}
	number, err := p.number(s.class)
	if err == nil {
		err = p.parts.Front(a.stream, devices.AssetPlay{Stream: number, Asset: asset, At: m.PlayAt, From: m.Sample, Gain: gain, Instead: true,
			Until: m.PlayAt + length(samples-m.Sample).Microseconds()})
	}
	if err != nil {
		p.parts.Warn("asset", err)
		return 0
	}
	return number
}

// alone tells whether nothing else sounds with a piece of a list.
func alone(list []station.Piece, i int) bool {
	plain := func(c station.Piece) bool { return c.Bed == "" && c.Cross == 0 }
	return list[i].Kind == station.FromItem && plain(list[i]) && (i == 0 || plain(list[i-1]))
}

// fromStore lets the poles that hold the item which is heard sound it by
// themselves from here on, beside the stream and in its place.
func (p *Playout) fromStore(s *show) {
	if p.parts.Front == nil || p.parts.Stored == nil {
		return
	}
	at := p.parts.Read.Now() + frontSoonest.Microseconds()
	for _, a := range s.airs {
		for _, r := range a.runs {
			i := s.index(r.tag)
			if i < 0 || r.from > at || r.to != 0 && r.to <= at || r.own != 0 || s.list[i].Kind != station.FromItem {
				continue
			}
			asset, samples, gain, ok := p.parts.Stored(s.list[i].Item)
			from := r.first + (at-r.from)*6/125
			if !ok || from >= samples {
				return
			}
			number, err := p.number(s.class)
			if err == nil {
				err = p.parts.Front(a.stream, devices.AssetPlay{Stream: number, Asset: asset, At: at, From: from, Gain: gain,
					Until: at + length(samples-from).Microseconds()})
			}
			p.warnIf("asset", err)
			return
		}
	}
}
