package source

import (
	"context"
	"sync"
	"time"

	"loaxa/audio/frame"
)

const (
	loopAhead    = 10 * frame.Rate // the next pass is opened so long before the end of this one
	loopPatience = 5 * time.Second // … and has so long to open
)

// Loop plays a sound from its start again and again, without a gap where the
// next pass is open in time; else it gives counted silence until it is. It ends
// only by Close, or when a pass breaks, gives nothing, or cannot be opened. A
// pass is opened in a goroutine of the loop's own that Close ends.
type Loop struct {
	open    func(context.Context) (Source, error)
	ctx     context.Context
	cancel  context.CancelFunc
	cur     Source // nil: the next pass is waited for
	passed  int64  // samples of the passes before this one
	begun   int64  // position at which this pass began in its own
	starved int64  // … and outside of this pass
	asked   bool   // a pass is on its way, or waits in next
	ended   bool
	err     error

	mu   sync.Mutex // guards what follows; held for assignments alone
	next *pass
	shut bool
}

// pass is what came of opening.
type pass struct {
	src Source
	err error
}

// NewLoop plays first, then what open gives, again and again. It owns first.
func NewLoop(first Source, open func(context.Context) (Source, error)) *Loop {
	l := &Loop{open: open, cur: first, begun: first.Position()}
	l.ctx, l.cancel = context.WithCancel(context.Background())
	return l
}

// Read gives the next samples; see Source.
func (l *Loop) Read(out []float32) int {
	n := 0
	for n < len(out) && !l.ended {
		if l.cur == nil && !l.turn() {
			if !l.ended {
				l.starved += int64(len(out) - n)
				clear(out[n:])
				return len(out)
			}
			break
		}
		l.ask()
		want := out[n:]
		got := l.cur.Read(want)
		n += got
		if got < len(want) {
			l.passOver()
		}
	}
	clear(out[n:])
	return n
}

// ask opens the next pass when the end of this one is near, or not known.
func (l *Loop) ask() {
	if l.asked {
		return
	}
	if s, ok := l.cur.(Sized); ok && s.Len()-l.cur.Position() > loopAhead {
		return
	}
	l.asked = true
	go func() {
		ctx, cancel := context.WithTimeout(l.ctx, loopPatience)
		defer cancel()
		src, err := l.open(ctx)
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.shut && err == nil {
			_ = src.Close() // it never played
			return
		}
		l.next = &pass{src, err}
	}()
}

// turn begins the next pass; false: it is not there yet, or there is none.
func (l *Loop) turn() bool {
	l.mu.Lock()
	next := l.next
	l.next = nil
	l.mu.Unlock()
	switch {
	case next == nil:
		return false
	case next.err != nil:
		l.end(next.err)
		return false
	}
	l.cur, l.begun, l.asked = next.src, next.src.Position(), false
	return true
}

// passOver closes the pass that ended.
func (l *Loop) passOver() {
	gave, err := l.cur.Position()-l.begun, l.cur.Err()
	if err == nil && gave == 0 {
		err = ErrDamaged
	}
	l.ask()
	l.passed += gave
	l.starved += l.cur.Starved()
	_ = l.cur.Close() // read only: nothing can be lost
	l.cur = nil
	if err != nil {
		l.end(err)
	}
}

func (l *Loop) end(err error) {
	l.ended = true
	if l.err == nil {
		l.err = err
	}
}

// Position counts over all passes, from where the first began.
func (l *Loop) Position() int64 {
	if l.cur == nil {
		return l.passed
	}
	return l.passed + l.cur.Position() - l.begun
}

// Starved sums over the passes and the waits between them.
func (l *Loop) Starved() int64 {
	if l.cur == nil {
		return l.starved
	}
	return l.starved + l.cur.Starved()
}

// Ready is what the pass that plays can give at once.
func (l *Loop) Ready() int {
	switch b, ok := l.cur.(Buffered); {
	case l.ended:
		return ready
	case l.cur == nil:
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.next == nil {
			return 0
		}
		return ready
	case ok:
		return b.Ready()
	default:
		return ready
	}
}

// Err is what broke a pass, or kept the next from being opened.
func (l *Loop) Err() error { return l.err }

// Close ends the pass that plays and the opening of the next.
func (l *Loop) Close() error {
	l.cancel()
	l.mu.Lock()
	next := l.next
	l.next, l.shut = nil, true
	l.mu.Unlock()
	if next != nil && next.err == nil {
		_ = next.src.Close() // it never played
	}
	l.ended = true
	if l.cur != nil {
		return l.cur.Close()
	}
	return nil
}
