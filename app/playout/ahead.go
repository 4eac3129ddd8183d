package playout

import (
	"context"
	"sync"
	"time"

	"loaxa/app/station"
	"loaxa/audio/source"
)

// Opener opens an item from a place in it on; see Library.Item.
type Opener func(ctx context.Context, id station.ItemID, from time.Duration) (source.Source, float64, error)

// Coming is an item that will be opened from its start, and what for: the same
// item of another start is another.
type Coming struct {
	Item station.ItemID
	At   int64 // Unix seconds of the start
}

// maxComing bounds the sources held open: each has a few seconds decoded, most
// of a megabyte. What is more is opened when it is due.
const maxComing = 8

// Ahead opens items before their second, so that a slow one starts on it. What
// was opened and is not fetched is closed when it is wanted no more. It is safe
// for concurrent use.
type Ahead struct {
	open Opener
	mu   sync.Mutex
	held map[Coming]*held // bounded by maxComing
	work sync.WaitGroup
}

// held is an item on its way, or there.
type held struct {
	cancel context.CancelFunc
	done   chan struct{} // closed when src, gain and err are set
	src    source.Source
	gain   float64
	err    error
	taken  bool // fetched or dropped: its source is somebody else's; guarded by Ahead.mu
	orphan bool // nobody waits: who opens it closes it; guarded by Ahead.mu
}

// NewAhead opens nothing yet.
func NewAhead(open Opener) *Ahead { return &Ahead{open: open, held: map[Coming]*held{}} }

// Want says what is due within seconds. What was not wanted before is opened
// beside the caller; what is wanted no more is closed.
func (a *Ahead) Want(ctx context.Context, coming []Coming) {
	a.mu.Lock()
	defer a.mu.Unlock()
	still := map[Coming]bool{}
	for _, c := range coming {
		still[c] = true
	}
	for c, h := range a.held {
		if !still[c] {
			delete(a.held, c)
			a.drop(h)
		}
	}
	for _, c := range coming {
		if a.held[c] != nil || len(a.held) >= maxComing || ctx.Err() != nil {
			continue
		}
		ctx, cancel := context.WithCancel(ctx)
		h := &held{cancel: cancel, done: make(chan struct{})}
		a.held[c] = h
		a.work.Go(func() { a.bring(ctx, c.Item, h) })
	}
}

// bring opens an item, and closes it where nobody waits for it any more.
func (a *Ahead) bring(ctx context.Context, id station.ItemID, h *held) {
	defer h.cancel()
	src, gain, err := a.open(ctx, id, 0)
	a.mu.Lock()
	defer a.mu.Unlock()
	h.src, h.gain, h.err = src, gain, err
	close(h.done)
	if h.orphan && err == nil {
		_ = src.Close() // read only
	}
}

// drop closes what nobody fetched, or lets it be closed when it comes. It is
// called with mu held.
func (a *Ahead) drop(h *held) {
	if h.taken {
		return
	}
	h.taken = true
	h.cancel()
	select {
	case <-h.done:
		if h.err == nil {
			_ = h.src.Close() // read only
		}
	default:
		h.orphan = true
	}
}

// Item is Library.Item: what is held is handed over, or waited for where it is
// on its way; all else is opened now, also where opening it ahead went wrong.
func (a *Ahead) Item(ctx context.Context, id station.ItemID, from time.Duration) (source.Source, float64, error) {
	h := a.fetch(id, from)
	if h == nil {
		return a.open(ctx, id, from)
	}
	select {
	case <-h.done:
	case <-ctx.Done():
		a.mu.Lock()
		defer a.mu.Unlock()
		h.taken = false // nobody has it: it is closed when it comes
		a.drop(h)
		return nil, 0, ctx.Err()
	}
	if h.err != nil {
		return a.open(ctx, id, from)
	}
	return h.src, h.gain, nil
}

func (a *Ahead) fetch(id station.ItemID, from time.Duration) *held {
	if from != 0 {
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	var first *held
	at := int64(0)
	for c, h := range a.held {
		if c.Item == id && !h.taken && (first == nil || c.At < at) {
			first, at = h, c.At
		}
	}
	if first != nil {
		first.taken = true
	}
	return first
}

// Close closes what nobody fetched, and waits for it. No call to Want may
// follow.
func (a *Ahead) Close() {
	a.mu.Lock()
	for c, h := range a.held {
		delete(a.held, c)
		a.drop(h)
	}
	a.mu.Unlock()
	a.work.Wait()
}
