// Package player is the program at the screen of a public bulletin board. It
// takes signed cards from its station, draws them, keeps the last one on disk,
// serves a page of its own on the machine it runs on, and reports the hash of
// the pixels read back from where they were drawn.
//
// Player owns what is shown, under one mutex; one goroutine reads the link, one
// writes it, the page's handlers come and go. The board depends on nobody: with
// the station gone, with the disk dead or without any page it goes on showing.
// Nothing queues: a newer card replaces an older one.
package player

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	"loaxa/devices/board"
	"loaxa/devices/board/raster"
)

// Options is what the board's program hands in.
type Options struct {
	// Dial opens TLS to the pinned station, handshake done.
	Dial      func(context.Context) (net.Conn, error)
	ID        string                     // of the board: its key's fingerprint
	StationID string                     // of the only station whose cards are shown
	Verify    func(msg, sig []byte) bool // with that station's key
	Width     int                        // LEDs
	Height    int                        // LEDs
	Dir       string                     // of the last card; empty: not kept
	// PageListen is where the board's own page is served; nil: no page. Run
	// closes it.
	PageListen net.Listener
	Build      string
	Epoch      uint64
	Wall       func() time.Time // wall clock for the reports; nil: none
	Log        *slog.Logger     // nil: none
}

// Times of the player.
const (
	// pageFresh is how long a page's word counts: five of its reports.
	pageFresh = 10 * time.Second
	// shownEvery is how often the pixels are confirmed anew, changed or not.
	shownEvery = 5 * time.Second
	// clockKept is how long a default card may stand without the station before
	// its clock is taken off: one minute shown, one lost.
	clockKept = 2 * time.Minute
)

// maxPages bounds how many open pages are told apart.
const maxPages = 8

// Player is one board's program. Use New, then Run.
type Player struct {
	opt   Options
	token string // of the page, made anew at every start

	mu      sync.Mutex
	shown   showing
	canvas  canvas
	last    uint64               // order of the newest card taken
	version uint64               // counts what was drawn
	pages   map[string]pageSight // by the page's own random name
	up      bool                 // the link stands

	report  chan struct{} // size 1, latest wins: there is something to tell the station
	changes chan struct{} // size 1, latest wins: other pixels than before

	times times
}

// showing is what the board shows and why.
type showing struct {
	card  board.Card // what was taken last; Strip is what is drawn now
	order uint64
	why   string // why it is not what the station sent; empty: it is
}

// pageSight is what one open page read back from its canvas.
type pageSight struct {
	version uint64
	hash    string
	at      time.Time // monotonic
}

// times are the waits; tests shorten them.
type times struct {
	pageFresh, shownEvery, clockKept, firstRetry, lastRetry time.Duration
}

// New checks the options and takes the last card from disk: what it shows, the
// board shows before any station is reached. A damaged card on disk is no
// error; the board is dark then and says so.
func New(opt Options) (*Player, error) {
	switch {
	case opt.Dial == nil || opt.Verify == nil:
		return nil, errors.New("player: Dial and Verify are needed")
	case opt.ID == "" || len(opt.ID) > board.MaxID || opt.StationID == "" || len(opt.StationID) > board.MaxID:
		return nil, errors.New("player: the ids of board and station are needed")
	case opt.Width < 1 || opt.Width > raster.MaxWidth || opt.Height < 1 || opt.Height > raster.MaxHeight:
		return nil, fmt.Errorf("player: a board of %d×%d", opt.Width, opt.Height)
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	var token [16]byte
	_, _ = rand.Read(token[:]) // never fails
	p := &Player{
		opt:     opt,
		token:   hex.EncodeToString(token[:]),
		pages:   map[string]pageSight{},
		report:  make(chan struct{}, 1),
		changes: make(chan struct{}, 1),
		times: times{
			pageFresh: pageFresh, shownEvery: shownEvery, clockKept: clockKept,
			firstRetry: 500 * time.Millisecond, lastRetry: 15 * time.Second,
		},
	}
	p.draw(showing{card: board.Draw(0, raster.Card{}, opt.Width, opt.Height)})
	p.restore()
	return p, nil
}

// Run shows, reports and serves until ctx ends; it returns nil then, or why the
// page could not be served.
func (p *Player) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var all sync.WaitGroup
	defer all.Wait()
	var pageErr error
	if p.opt.PageListen != nil {
		all.Go(func() {
			pageErr = p.servePage(ctx)
			cancel()
		})
	}
	all.Go(func() { p.watchClock(ctx) })
	p.follow(ctx)
	cancel()
	all.Wait()
	return pageErr
}

// Strip is what the board shows now.
func (p *Player) Strip() raster.Strip {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.shown.card.Strip
}

// Changes signals that Strip has other pixels than before; one slot.
func (p *Player) Changes() <-chan struct{} { return p.changes }

// Shown reads the pixels back and says what a report would say now: from the
// open pages where there are any, the one that differs first; else from the
// framebuffer.
func (p *Player) Shown() board.Shown {
	p.mu.Lock()
	defer p.mu.Unlock()
	m := board.Shown{
		Number: p.shown.card.Number, Order: p.shown.order,
		Hash: p.canvas.read().Hash(), By: board.ByFramebuffer, Why: p.shown.why,
	}
	if hash, ok := p.pageHash(m.Hash); ok {
		m.Hash, m.By = hash, board.ByPage
	}
	if p.opt.Wall != nil {
		m.When = max(0, p.opt.Wall().UnixMilli())
	}
	return m
}

// pageHash is the word of the open pages; mu is held.
func (p *Player) pageHash(own string) (hash string, ok bool) {
	for name, s := range p.pages {
		if time.Since(s.at) > p.times.pageFresh {
			delete(p.pages, name)
			continue
		}
		if s.version == p.version && (!ok || s.hash != own) {
			hash, ok = s.hash, true
		}
	}
	return hash, ok
}

// sight takes what a page saw; false: too many pages, or not what is shown now.
func (p *Player) sight(name string, version uint64, hash string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	old, known := p.pages[name]
	if !known && len(p.pages) >= maxPages {
		p.pageHash("") // forgets the stale ones
		if len(p.pages) >= maxPages {
			return false
		}
	}
	if version != p.version {
		return false
	}
	p.pages[name] = pageSight{version: version, hash: hash, at: time.Now()}
	if old.version != version || old.hash != hash {
		signal(p.report)
	}
	return true
}

// draw puts a strip on the canvas and wakes whoever looks.
func (p *Player) draw(s showing) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.shown = s
	p.version++
	p.canvas.draw(s.card.Strip)
	signal(p.report)
	signal(p.changes)
}

// take judges a card from the station: shown at once, then kept on disk.
func (p *Player) take(s *board.Signed) {
	p.mu.Lock()
	last := p.last
	p.mu.Unlock()
	if err := s.Verify(p.terms(last)); err != nil {
		p.opt.Log.Warn("card refused", "card", s.Number, "order", s.Order, "why", err.Error())
		p.complain(fmt.Sprintf("card %d: %v", s.Number, err))
		return
	}
	p.mu.Lock()
	p.last = s.Order
	p.mu.Unlock()
	p.draw(showing{card: s.Card(), order: s.Order})
	if err := p.keep(s); err != nil {
		p.opt.Log.Error("card not kept", "card", s.Number, "why", err.Error())
		p.complain(fmt.Sprintf("card %d is shown, but not kept: %v", s.Number, err))
	}
}

func (p *Player) terms(after uint64) board.Terms {
	return board.Terms{
		Station: p.opt.StationID, Board: p.opt.ID, After: after,
		Width: p.opt.Width, Height: p.opt.Height, Verify: p.opt.Verify,
	}
}

// complain tells the station why all is not as it asked.
func (p *Player) complain(why string) {
	p.mu.Lock()
	p.shown.why = board.Words(why)
	p.mu.Unlock()
	signal(p.report)
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
