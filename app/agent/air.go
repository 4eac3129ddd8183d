package agent

import (
	"context"
	"errors"
	"fmt"
	"time"

	"loaxa/audio/frame"
	"loaxa/audio/receive"
	"loaxa/audio/source"
	"loaxa/devices/cluster"
)

// air begins a list of sounds whose first sample belongs to at, unless it is on
// the air already. It is written down when it is over, or when it cannot be.
func (a *Agent) air(ctx context.Context, kind string, id uint64, title string, class uint8, list []cluster.PlanPiece, at, now time.Time) {
	key := id << 1
	if kind == rowLast {
		key |= 1
	}
	a.alone.mu.Lock()
	defer a.alone.mu.Unlock()
	if _, on := a.alone.airing[key]; on {
		return
	}
	if a.alone.lost.IsZero() {
		return
	}
	ctx, cancel := context.WithCancel(ctx)
	a.alone.airing[key] = airing{at.Unix(), cancel}
	a.own()
	a.feeds.running.Go(func() {
		defer cancel()
		r := cluster.AloneRow{At: at.Unix(), Kind: kind, Title: bounded(title), Slot: id}
		n, err := a.airList(ctx, class, aloneBit|key, list, at, now)
		r.Played = n * 1000 / frame.Rate
		switch {
		case ctx.Err() != nil:
			r.Why = "gave-way"
		case errors.Is(err, errOver):
			r.Kind = "" // nothing of it was left
		case err != nil:
			r.Why = bounded(err.Error())
		}
		if r.Kind != "" && (n > 0 || r.Why != "gave-way") {
			a.note(r)
		}
		a.alone.mu.Lock()
		defer a.alone.mu.Unlock()
		if r.Kind != "" { // else it is looked at again, to no effect
			delete(a.alone.airing, key)
		} else {
			a.alone.airing[key] = airing{at.Unix(), func() {}}
			a.forgetLater(key)
		}
	})
}

// forgetLater lets a slot that was over be looked at the next day.
func (a *Agent) forgetLater(key uint64) {
	time.AfterFunc(longestSlot, func() {
		a.alone.mu.Lock()
		defer a.alone.mu.Unlock()
		delete(a.alone.airing, key)
	})
}

var errOver = errors.New("it was over")

// airList plays one sound behind the other; what was over by now is passed
// over. It returns the samples that were handed on.
func (a *Agent) airList(ctx context.Context, class uint8, broadcast uint64, list []cluster.PlanPiece, at, now time.Time) (played int64, err error) {
	clock, err := a.awaitClock(ctx)
	if err != nil {
		return 0, err
	}
	start := clock - max(now.Sub(at).Microseconds(), 0) + aloneLead
	any := false
	for _, piece := range list {
		n, err := a.lengthOf(ctx, piece.Asset)
		if err != nil {
			return played, err
		}
		end := start + n*1_000_000/frame.Rate
		if end <= clock+aloneLead {
			start = end
			continue
		}
		any = true
		got, err := a.airOne(ctx, class, broadcast, piece, start)
		if played += got; err != nil {
			return played, err
		}
		start = end
	}
	if !any {
		return 0, errOver
	}
	return played, nil
}

// airOne plays one sound from its place on play-out's clock and waits for its
// end; where the context ends it is cut in a fade.
func (a *Agent) airOne(ctx context.Context, class uint8, broadcast uint64, piece cluster.PlanPiece, start int64) (int64, error) {
	stream, begins := a.ownStream(), time.Now()
	if now, ok := a.rx.Now(float64(a.now())); ok {
		begins = begins.Add(time.Duration(start-now) * time.Microsecond)
	}
	heard := func(handed int64) int64 { // what was handed on may lie ahead, or have been over
		return min(handed, max(int64(time.Since(begins)/time.Microsecond)*frame.Rate/1_000_000, 0))
	}
	type result struct {
		n   int64
		err error
	}
	over := make(chan result, 1) // one answer, never waited for
	err := a.feed(playing{asset: piece.Asset, gain: piece.Gain, Open: receive.Open{Stream: stream, Broadcast: broadcast,
		Class: class, Codec: frame.L16, First: start}}, func(n int64, err error) { over <- result{n, err} })
	if err != nil {
		return 0, err
	}
	select {
	case r := <-over:
		return heard(r.n), r.err
	case <-ctx.Done():
		if at, ok := a.rx.Now(float64(a.now())); ok {
			a.rx.Cancel(stream, at+20_000)
		}
		a.stopFeed(stream)
		r := <-over
		return heard(r.n), ctx.Err()
	}
}

func (a *Agent) lengthOf(ctx context.Context, asset string) (int64, error) {
	src, err := a.openAsset(ctx, asset, 0)
	if err != nil {
		return 0, err
	}
	defer func() { _ = src.Close() }() // read only
	if sized, ok := src.(source.Sized); ok && sized.Len() > 0 {
		return sized.Len(), nil
	}
	return 0, fmt.Errorf("%.12s: its length is not known", asset)
}

func (a *Agent) ownStream() uint16 {
	a.alone.mu.Lock()
	defer a.alone.mu.Unlock()
	a.alone.next = (a.alone.next + 1) % aloneCount
	return aloneFirst - a.alone.next
}

// own lets play-out keep the pole's own time where it knows no station's. The
// caller holds alone.mu.
func (a *Agent) own() {
	now := a.now()
	if _, ok := a.rx.Now(float64(now)); ok {
		return
	}
	a.alone.own = true
	for i := range int64(ownAsks) {
		t := max(now-ownAsks+i, 0)
		a.rx.Time(receive.Exchange{T1: t, T2: t, T3: t, T4: t})
	}
}
