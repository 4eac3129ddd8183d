package boot

import (
	"context"
	"time"

	"loaxa/app/station"
	"loaxa/audio/soundcard"
	"loaxa/devices"
)

// watchClusters turns what the poles say into facts.
func (s *stationRooms) watchClusters(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case r, ok := <-s.fleet.Reports():
			if !ok {
				return
			}
			id := station.ClusterID(r.ID)
			if r.Up && !s.knownCluster(r.ID) {
				s.fleet.Revoke(r.ID) // taken off the roster while it was linked
				continue
			}
			s.levels.set(id, r.Health.Level)
			if !r.Up {
				s.levels.set(id, 0)
			}
			s.desk.Report(station.ClusterReport{ID: id, Up: r.Up, Why: r.Why, Report: healthOf(r.Health)})
		}
	}
}

func healthOf(h devices.Health) station.ClusterHealth {
	if h.Output == soundcard.KindNone {
		h.Why = "no-output"
	}
	return station.ClusterHealth{Playing: station.BroadcastID(h.Playing), PlayedUntil: h.PlayedUntil, Output: h.Output,
		Level: h.Level, OffsetMS: h.Step.OffsetMS, BoundMS: h.Step.BoundMS, DriftPPM: h.Step.DriftPPM, BufferMS: h.BufferMS,
		Account: station.Account{Due: h.Account.Due, OnTime: h.Account.OnTime, Repaired: h.Account.Repaired,
			Concealed: h.Account.Concealed, Late: h.Account.Late, Dropped: h.Account.Dropped},
		Muted: h.Muted, Uptime: h.Uptime, Version: h.Version, Why: h.Why,
		Sense: station.Sense(h.Sense)}
}

// watchBoards turns what the boards confirm into facts.
func (s *stationRooms) watchBoards(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case r, ok := <-s.boards.Reports():
			if !ok {
				return
			}
			s.desk.Report(station.BoardReport{ID: station.BoardID(r.ID), Up: r.Up, Pixels: r.Pixels, Want: r.Want, Card: r.Card})
		}
	}
}

// dismissEvery is how soon a machine that was taken off the list is cut, whether
// it says anything or not.
const dismissEvery = 500 * time.Millisecond

// watchRoster cuts the links of machines that are not on the list any more.
func (s *stationRooms) watchRoster(ctx context.Context) {
	var seen uint64
	for pauseFor(ctx, dismissEvery) {
		snap := s.desk.Snapshot()
		if snap.Rev == seen {
			continue
		}
		seen = snap.Rev
		on := machines(snap)
		known := func(id string) bool { _, ok := on[id]; return ok }
		s.fleet.Dismiss(known)
		s.boards.Dismiss(known)
	}
}

// watchRest looks at the microphone, the disk and the upstream link, and
// reports what changed. 200 ms is faster than anyone reads.
func (s *stationRooms) watchRest(ctx context.Context) {
	t := time.NewTicker(200 * time.Millisecond)
	defer t.Stop()
	var mic station.MicReport
	var up station.UpstreamReport
	var saved station.SavedReport
	for {
		in := s.capture.State()
		if m := s.mic.report(in, s.micSaid(in.Config)); m != mic {
			mic = m
			s.desk.Report(m)
		}
		if u := s.upstream(); u != up {
			up = u
			s.desk.Report(u)
		}
		if v := s.journal.saved(); v != saved {
			saved = v
			s.desk.Report(v)
		}
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

// From when a difference of two clocks is told: more than a slow line feigns.
const (
	clockOff = 10 * time.Second
	clockRTT = 4 * time.Second
)

func (s *stationRooms) upstream() station.UpstreamReport {
	if s.sender == nil {
		return station.UpstreamReport{Above: s.above.view.Load()}
	}
	l := s.sender.Link()
	u := station.UpstreamReport{Configured: true, Up: l.Up, Since: l.Since, AckedSeq: l.Acked.Seq, LastAck: l.LastAck,
		Waiting: l.Waiting, WaitingBytes: l.WaitingBytes, Why: l.LastError, Above: s.above.view.Load(), Coming: s.orders.sounds.report(), Going: s.orders.going.report()}
	if l.Up && l.RTT > 0 && l.RTT < clockRTT && l.ClockOffset.Abs() >= clockOff {
		u.ClockOff = -l.ClockOffset.Round(5 * time.Second)
	}
	if u.Up {
		u.LastAck = u.LastAck.Truncate(time.Second) // moves with every entry; the screen shows minutes
	}
	return u
}
