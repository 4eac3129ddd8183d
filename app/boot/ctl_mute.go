package boot

import (
	"context"

	"loaxa/app/station"
)

// CtlPoles is what a station orders its clusters themselves.
type CtlPoles struct {
	Mute   CtlMute   `cmd:"" help:"Silence clusters until they are unmuted."`
	Unmute CtlUnmute `cmd:"" help:"Let clusters sound again."`
	Lines  CtlLines  `cmd:"" help:"Send four seconds of silence to every cluster now, as each night, and note which take it."`
}

// CtlLines is `loaxa ctl lines`.
type CtlLines struct{}

// Run sends the silent check.
func (*CtlLines) Run(ctx context.Context, p Program, c *Ctl) error {
	return RunCtl(ctx, c.Data, p.Build, p.Out, func(ctx context.Context, c *Caller) error {
		return c.submit(ctx, station.LineCheck{})
	})
}

// CtlMute is `loaxa ctl mute` and `loaxa ctl unmute`.
type (
	CtlMute struct {
		To string `arg:"" help:"all, a zone, or cluster numbers, comma-separated. An emergency is heard all the same."`
	}
	CtlUnmute struct {
		To string `arg:"" help:"all, a zone, or cluster numbers, comma-separated."`
	}
)

// Run silences clusters until they are unmuted.
func (k *CtlMute) Run(ctx context.Context, p Program, c *Ctl) error {
	return RunCtl(ctx, c.Data, p.Build, p.Out, func(ctx context.Context, c *Caller) error {
		return c.submit(ctx, station.ClusterMute{To: station.ParseTargets(k.To), Muted: true})
	})
}

// Run lets clusters sound again.
func (k *CtlUnmute) Run(ctx context.Context, p Program, c *Ctl) error {
	return RunCtl(ctx, c.Data, p.Build, p.Out, func(ctx context.Context, c *Caller) error {
		return c.submit(ctx, station.ClusterMute{To: station.ParseTargets(k.To)})
	})
}
