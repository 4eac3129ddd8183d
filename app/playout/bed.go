package playout

import (
	"context"
	"errors"
	"time"

	"loaxa/app/station"
	"loaxa/audio"
	"loaxa/audio/bus"
	"loaxa/audio/frame"
	"loaxa/audio/source"
)

const (
	// bedHurry is how long a bed may keep the first words of a broadcast
	// waiting, which may have a second to keep; bedPatience those that follow.
	bedHurry    = 250 * time.Millisecond
	bedPatience = 2 * time.Second
	// bedRise is the bed's fade in, in samples: the first words come before it.
	bedRise = frame.Rate
)

var errBedLate = errors.New("it did not open in time")

// made is what came of opening a bed.
type made struct {
	bed *bus.Bed
	err error
}

// withBed opens a piece and its bed side by side. A bed that is not there in
// its time after the piece is left out, and closed when it comes.
func (p *Playout) withBed(ctx context.Context, piece station.Piece, patience time.Duration) (b bus.Piece, bad, err error) {
	if piece.Bed == "" {
		b, err = p.read(ctx, piece)
		return b, nil, err
	}
	came, left := make(chan made), make(chan struct{}) // one is handed over, or nobody takes it any more
	defer close(left)
	run, cancel := context.WithCancel(ctx)
	defer cancel()
	p.beside.Go(func() {
		bed, err := p.bed(run, piece.Bed)
		select {
		case came <- made{bed, err}:
		case <-left:
			if err == nil {
				_ = bed.Source.Close() // read only
			}
		}
	})
	if b, err = p.read(ctx, piece); err != nil {
		return b, nil, err
	}
	late := time.NewTimer(patience)
	defer late.Stop()
	select {
	case m := <-came:
		b.Bed, bad = m.bed, m.err
	case <-late.C:
		bad = errBedLate
	case <-ctx.Done():
	}
	return b, bad, nil
}

// bed opens an item that sounds again and again under a piece.
func (p *Playout) bed(ctx context.Context, id station.ItemID) (*bus.Bed, error) {
	src, gain, err := p.parts.Library.Item(ctx, id, 0)
	if err != nil {
		return nil, err
	}
	again := func(ctx context.Context) (source.Source, error) {
		src, _, err := p.parts.Library.Item(ctx, id, 0)
		return src, err
	}
	return &bus.Bed{Tag: string(id), Source: source.NewLoop(src, again), Gain: gain, FadeIn: bedRise}, nil
}

// bedMark turns what became of a bed into a fact. That it faded out with what
// was said is none.
func (p *Playout) bedMark(s *show, m audio.Mark) {
	f := station.BedStarted{Broadcast: s.id, Item: station.ItemID(m.Tag)}
	switch {
	case m.Kind == bus.BedStarted:
	case m.Err != nil:
		f.Broken = m.Err.Error()
	default:
		return
	}
	p.later(dueFact{m.PlayAt, m.Stream, f})
}
