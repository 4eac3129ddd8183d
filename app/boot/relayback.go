package boot

import (
	"context"
	"time"

	"loaxa/app/station"
	"loaxa/audio/dsp"
	"loaxa/audio/frame"
	"loaxa/audio/source"
)

// Times of listening to a relay that music stands in for.
const (
	backLook  = 2 * time.Second
	backSound = 6 * frame.Rate   // samples without a gap, silence, hum or noise
	backAgain = 15 * time.Second // between two words of one that is back, should the desk not have taken the first
)

// watchRelays listens beside the air to relays that music stands in for, and
// tells the desk of each that has sound again.
func (s *stationRooms) watchRelays(ctx context.Context) {
	listening := map[station.ItemID]context.CancelFunc{} // bounded by what is on the air
	defer func() {
		for _, stop := range listening {
			stop()
		}
	}()
	for pauseFor(ctx, backLook) {
		want := map[station.ItemID]bool{}
		for _, b := range s.desk.Snapshot().Air {
			if b.Relay != "" {
				want[b.Relay] = true
			}
		}
		for id, stop := range listening {
			if !want[id] {
				stop()
				delete(listening, id)
			}
		}
		for id := range want {
			if listening[id] != nil {
				continue
			}
			it := s.item(id)
			if !it.Relay() {
				continue
			}
			ctx, cancel := context.WithCancel(ctx)
			listening[id] = cancel
			s.wg.Go(func() {
				open := func() source.Source { return s.openRelay(ctx, it, 0) }
				listenForRelay(ctx, open, func() { s.desk.Report(station.RelayBack{Item: id}) })
			})
		}
	}
}

// listenForRelay reads a relay at the pace of the clock until ctx ends, and tells
// when it has sounded for some seconds, again and again while it does.
func listenForRelay(ctx context.Context, open func() source.Source, back func()) {
	for ctx.Err() == nil {
		src := open()
		if heardRelay(ctx, src) {
			back()
		}
		_ = src.Close() // read only
		if !pauseFor(ctx, backAgain) {
			return
		}
	}
}

// heardRelay is true once a relay has sounded without a gap; false at its end.
func heardRelay(ctx context.Context, src source.Source) bool {
	tick := time.NewTicker(frame.Duration)
	defer tick.Stop()
	buf := make([]float32, frame.Samples)
	watch, dead, good, starved := dsp.NewAirWatch(), false, 0, int64(0)
	for {
		select {
		case <-ctx.Done():
			return false
		case <-tick.C:
		}
		if src.Read(buf) < len(buf) {
			return false
		}
		if n := src.Starved(); n != starved {
			watch, dead, good, starved = dsp.NewAirWatch(), false, 0, n
			continue
		}
		watch.Take(buf)
		for _, f := range watch.Facts() {
			dead = f.Kind != dsp.AirBack
		}
		if good += len(buf); dead {
			good = 0
		}
		if good >= backSound {
			return true
		}
	}
}
