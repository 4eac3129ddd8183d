package player

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"loaxa/devices/board"
	"loaxa/devices/board/raster"
)

// cacheFile holds the frame of the last card, signature and all.
const cacheFile = "card.cbor"

// keep writes the card: a temporary file, synced, renamed, the folder synced.
func (p *Player) keep(s *board.Signed) (err error) {
	if p.opt.Dir == "" {
		return nil
	}
	frame, err := board.Encode(s)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(p.opt.Dir, 0o700); err != nil {
		return fmt.Errorf("player: keep: %w", err)
	}
	f, err := os.CreateTemp(p.opt.Dir, cacheFile+".*.tmp")
	if err != nil {
		return fmt.Errorf("player: keep: %w", err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	_, err = f.Write(frame)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("player: keep: %w", err)
	}
	if err = os.Rename(f.Name(), filepath.Join(p.opt.Dir, cacheFile)); err != nil {
		return fmt.Errorf("player: keep: %w", err)
	}
	return syncDir(p.opt.Dir)
}

// syncDir makes the rename last. Not every system syncs folders: an error of
// opening it counts, one of syncing does not.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("player: keep: %w", err)
	}
	_ = d.Sync()
	return d.Close()
}

// restore shows the card on disk, verified like one from the link.
func (p *Player) restore() {
	if p.opt.Dir == "" {
		return
	}
	p.sweep()
	s, err := p.load()
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err == nil {
		err = s.Verify(p.terms(0))
	}
	if s != nil && (err == nil || errors.Is(err, board.ErrSize)) {
		p.last = s.Order // the station did sign it: an older one stays a replay
	}
	if err != nil {
		p.opt.Log.Error("kept card not shown", "why", err.Error())
		p.complain("the card on disk is not shown: " + err.Error())
		return
	}
	card := s.Card()
	if clocked(card) {
		// Nobody knows how old the clock on it is.
		card = withoutClock(card, p.opt.Width, p.opt.Height)
	}
	p.draw(showing{card: card, order: s.Order})
}

func (p *Player) load() (*board.Signed, error) {
	f, err := os.Open(filepath.Join(p.opt.Dir, cacheFile))
	if err != nil {
		return nil, fmt.Errorf("player: load: %w", err)
	}
	defer f.Close()
	frame, err := io.ReadAll(io.LimitReader(f, board.ReadLimit+1))
	if err != nil {
		return nil, fmt.Errorf("player: load: %w", err)
	}
	msg, err := board.Decode(frame)
	if err != nil {
		return nil, fmt.Errorf("player: load: %w", err)
	}
	s, ok := msg.(*board.Signed)
	if !ok {
		return nil, errors.New("player: load: not a card")
	}
	return s, nil
}

// sweep removes what a cut left behind.
func (p *Player) sweep() {
	left, _ := filepath.Glob(filepath.Join(p.opt.Dir, cacheFile+".*.tmp"))
	for _, name := range left {
		_ = os.Remove(name)
	}
}

// clocked tells whether a card shows the time of day, which goes wrong by itself.
func clocked(c board.Card) bool {
	return !c.Emergency && c.Text == "" && c.Clock != ""
}

// withoutClock draws a default card anew with the name alone.
func withoutClock(c board.Card, width, height int) board.Card {
	return board.Draw(c.Number, raster.Card{Name: c.Name, Drill: c.Drill}, width, height)
}

// watchClock takes the clock off a default card when the station has been gone
// for clockKept: a wrong time is worse than none.
func (p *Player) watchClock(ctx context.Context) {
	tick := time.NewTicker(p.times.clockKept / 4)
	defer tick.Stop()
	gone := 0
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		p.mu.Lock()
		up, now := p.up, p.shown
		p.mu.Unlock()
		if gone++; up {
			gone = 0
		}
		if gone >= 4 && clocked(now.card) {
			now.card = withoutClock(now.card, p.opt.Width, p.opt.Height)
			p.draw(now)
		}
	}
}
