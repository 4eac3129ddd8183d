package boot

import (
	"context"
	"fmt"
	"strings"
	"time"

	"loaxa/app/station"
)

// CtlPoles is what a station orders its clusters themselves.
type CtlPoles struct {
	Mute   CtlMute   `cmd:"" help:"Silence clusters until they are unmuted."`
	Unmute CtlUnmute `cmd:"" help:"Let clusters sound again."`
	Relay  CtlRelay  `cmd:"" help:"Take the broadcast of another station into the library, as an item that is passed on from its address."`
	Lines  CtlLines  `cmd:"" help:"Send four seconds of silence to every cluster now, as each night, and note which take it."`
}

// CtlRelay is `loaxa ctl relay`.
type CtlRelay struct {
	Address string `arg:"" help:"http or https address of another station's stream."`
	Minutes int    `help:"How long it lasts." default:"30"`
	Title   string `help:"What it is called."`
}

// Run takes a relay into the library, to be put into the timetable or played.
func (k *CtlRelay) Run(ctx context.Context, p Program, c *Ctl) error {
	if !station.LooksRelay(k.Address) || strings.ContainsAny(k.Address, " \t\n") {
		return &UseError{station.ErrRelayURL.Error()}
	}
	typed := fmt.Sprintf("%s %d %s", k.Address, k.Minutes, k.Title)
	return RunCtl(ctx, c.Data, p.Build, p.Out, func(ctx context.Context, c *Caller) error {
		it, err := c.client.Import(ctx, typed, func(int64, int64) {})
		if err == nil {
			_, err = fmt.Fprintf(c.out, "%s  %s  %s\n", it.ID[:12], it.Length.Round(time.Second), it.Title)
		}
		return err
	})
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
