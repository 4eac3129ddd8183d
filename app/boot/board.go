package boot

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"loaxa/app/station"
	"loaxa/app/trust"
	"loaxa/devices/board"
	"loaxa/devices/board/player"
	"loaxa/devices/board/raster"
)

// BoardOptions are the flags of `loaxa board`.
type BoardOptions struct {
	Data    string `help:"Folder of the board: key and last card." required:"" type:"path"`
	Station string `help:"Address of the station; as kept at the enrolment without it." placeholder:"ADDR"`
	Peer    string `help:"Fingerprint of the station's key; as kept at the enrolment without it." placeholder:"FP"`
	Enroll  string `help:"Code that the station shows (loaxa ctl enroll), or @FILE that it wrote." placeholder:"CODE"`
	Page    string `help:"Address of the board's own page; keep it on 127.0.0.1." default:"127.0.0.1:7440"`
	Size    string `help:"Size in LEDs." default:"96x32"`
	Listen  string `help:"Not used: a board opens no door." hidden:""`
}

// Run shows the station's cards until ctx ends.
func (o *BoardOptions) Run(ctx context.Context, p Program) error {
	var w, h int
	if n, err := fmt.Sscanf(o.Size, "%dx%d", &w, &h); err != nil || n != 2 || w < 1 || h < 1 ||
		w > station.MaxBoardWidth || h > station.MaxBoardHeight {
		return &UseError{fmt.Sprintf("--size: %q is not WIDTHxHEIGHT up to %dx%d", o.Size, station.MaxBoardWidth, station.MaxBoardHeight)}
	}
	r, err := Role{Data: o.Data, Build: p.Build, Out: p.Out, Err: p.Err}.begin("board")
	if err != nil {
		return err
	}
	defer r.end()
	if o.Station, o.Peer, err = r.belong(ctx, o.Station, o.Peer, o.Enroll, trust.EnrolBoard, ""); err != nil {
		return err
	}
	pin := &pinnedKey{}
	dial, err := r.dialStation(o.Station, o.Peer, pin)
	if err != nil {
		return &UseError{err.Error()}
	}
	l, err := listenTCP(o.Page)
	if err != nil {
		return err
	}
	pl, err := player.New(player.Options{Dial: dial, ID: r.id.ID(), StationID: o.Peer, Verify: pin.verify, Width: w, Height: h,
		Dir: o.Data, PageListen: l, Build: p.Build, Epoch: r.epoch, Wall: func() time.Time { t, _ := r.clock.Wall(); return t }, Log: r.log})
	if err != nil {
		return err
	}
	r.announce(Ready{Page: l.Addr().String()})
	telling, stop := r.background(ctx)
	defer stop()
	telling(func(ctx context.Context) { r.tellKeys(ctx, o.Station, o.Peer) })
	return ignoreCancel(pl.Run(ctx))
}

// ignoreCancel is nil for the end that was asked for.
func ignoreCancel(err error) error {
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// stripOf is the raster's strip in the station's words.
func stripOf(s raster.Strip) station.Strip {
	return station.Strip{Width: s.Width, Height: s.Height, Window: s.Window, Speed: s.Speed, Bits: s.Bits,
		Colour: uint8(s.Colour), Clips: s.Clips}
}

// drawCard draws a card for a board; name stands on the default card.
func drawCard(c station.Card, b station.Board, name string) board.Card {
	return board.Draw(c.Number, raster.Card{Text: c.Text, Emergency: c.Emergency, Drill: c.Drill, Level: c.Level, Name: name},
		b.Width, b.Height)
}

// dialStation dials the station and remembers the key that it proved, which is
// what its signatures are checked with.
func (r *running) dialStation(addr, peer string, pin *pinnedKey) (func(ctx context.Context) (net.Conn, error), error) {
	dial, err := dialTLS(addr, peer, r.id, r.clock.Bounded, r.kin, r.road)
	if err != nil {
		return nil, err
	}
	pin.load(r.Data, peer, r.kin)
	return func(ctx context.Context) (net.Conn, error) {
		c, err := dial(ctx)
		if err != nil {
			return nil, err
		}
		if pub := provedKey(c); pub != nil {
			pin.keep(r.Data, pub)
		}
		return c, nil
	}, nil
}
