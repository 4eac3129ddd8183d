package agent

import (
	"context"
	"time"

	"loaxa/devices/cluster"
)

// How often a pole reports.
const (
	reportLook  = 100 * time.Millisecond // it looks for changes
	reportMeter = 200 * time.Millisecond // while sounding: the station's meters move
	reportAir   = 2 * time.Second        // with a stream that does not sound
	reportIdle  = 3 * time.Second
)

// heardLevel is the RMS from which something is heard: -40 dB.
const heardLevel = 0.01

// provedFor is for how long a sample that was played says that the pole plays,
// in µs: some lost frames do not make it silent.
const provedFor = 500_000

// report says at once what changed, and else what is in its time.
func (a *Agent) report(ctx context.Context, link *cluster.Link) {
	tick := time.NewTicker(reportLook)
	defer tick.Stop()
	var said cluster.Health
	var refused uint64
	var at time.Time
	for {
		h := a.Health()
		refused = a.sessions(link, refused)
		if time.Since(at) >= every(h) || changed(said, h) {
			if err := link.Report(h); err != nil {
				a.opt.Log.Error("report", "err", err)
			}
			said, at = h, time.Now()
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

func every(h cluster.Health) time.Duration {
	switch {
	case h.Playing != 0:
		return reportMeter
	case max(h.Level, h.Sense.Amp) > heardLevel: // sound that is not of a stream
		return reportMeter
	case h.BufferMS > 0:
		return reportAir
	}
	return reportIdle
}

func changed(was, is cluster.Health) bool {
	return was.Playing != is.Playing || was.Muted != is.Muted || was.Why != is.Why || was.Output != is.Output || was.Sense.Ear != is.Sense.Ear ||
		was.Account.Broadcast != is.Account.Broadcast || is.Playing == 0 && was.Account != is.Account
}

// Health is what the pole would report now.
func (a *Agent) Health() cluster.Health {
	h := a.rx.Health(float64(a.now()))
	a.mu.Lock()
	defer a.mu.Unlock()
	out := cluster.Health{
		PlayedUntil: h.PlayedUntil, Output: *a.outKind.Load(), Level: h.Level,
		BufferMS: h.BufferMS,
		Step: cluster.Step{OffsetMS: h.OffsetMS, BoundMS: h.BoundMS, DriftPPM: h.DriftPPM, ErrorMS: h.ErrorMS,
			SlackMS: h.SlackMS, SlackOf: h.SlackOf, SlackBase: h.SlackBase},
		Account: cluster.Account(h.Account), Muted: h.Muted,
		Uptime: int64(time.Since(a.start) / time.Second), Version: a.opt.Build, Why: bounded(a.why), Rejected: a.passed,
	}
	if a.opt.Amp != nil {
		out.Sense.Amp, out.Sense.Has = a.opt.Amp()
	}
	if a.opt.Ear.Heard != nil {
		out.Sense.Ear, out.Sense.HasEar = a.opt.Ear.Heard()
	}
	if a.link != nil {
		out.Rejected += a.link.Rejected().Sum()
	}
	if h.PlayedUntil > 0 && h.PlayedUntil > h.StationNow-provedFor {
		out.Playing = h.Heard
	}
	if out.Why == "" && a.rx.Unread() {
		out.Why = "nobody reads the output"
	}
	if a.keyBad {
		out.Why = whyKey // nothing is heard: it stands before all else
	}
	if out.Why == "" {
		out.Why = a.guard.refusing()
	}
	return out
}

func bounded(s string) string {
	if len(s) > cluster.MaxWords {
		s = s[:cluster.MaxWords-3]
		for len(s) > 0 && s[len(s)-1] >= 0x80 { // no part of a letter
			s = s[:len(s)-1]
		}
		s += "..."
	}
	return s
}
