package mirror

import (
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"time"
)

// LendOptions say what a sender hands up when its receiver asks for it.
type LendOptions struct {
	Shelf Shelf  // of what may be asked for; everything else is fs.ErrNotExist
	Path  string // of the file that keeps what was used of the day's share
	Wall  Clock
	Daily int64 // bytes handed up a day; 0: nothing goes up
}

// pieceHead is the most that stands around the bytes of a piece.
const pieceHead = 512

// Why a piece does not come though it may be there. The words are on the wire.
const (
	WhyOff   = "off"   // nothing is handed up from there
	WhySpent = "spent" // the day's share is used up
)

// Lend hands blobs up, a piece for a question, below everything else on the
// link and within a day's share that outlives a restart. Safe for concurrent
// use.
type Lend struct {
	opt LendOptions

	mu   sync.Mutex
	busy bool // a piece is read: one at a time, a question beside it is dropped
	day  spentDay
	last Lending
	all  sync.WaitGroup
}

// Lending is how far the blob that was asked for last is, for screens.
type Lending struct {
	At         time.Time // wall time of the question; zero: there was none
	Name       string
	Sent, Size int64 // Size 0: it was not given, see Why
	Why        string
	Today      int64 // bytes of the day's share that are used
}

// NewLend makes a Lend; a Sender that is given it does the answering.
func NewLend(opt LendOptions) *Lend {
	l := &Lend{opt: opt}
	if b, err := os.ReadFile(opt.Path); err == nil {
		_ = json.Unmarshal(b, &l.day) // a broken one begins the day anew
	}
	return l
}

// State tells how far it is.
func (l *Lend) State() Lending {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.turn()
	s := l.last
	s.Today = l.day.Bytes
	return s
}

// turn begins a new day's share when it is due.
func (l *Lend) turn() {
	now, _ := l.opt.Wall()
	if day := now.Format(time.DateOnly); day != l.day.Day {
		l.day = spentDay{Day: day}
	}
}

// take reads what is asked for beside the link and hands the answer to put.
func (l *Lend) take(q asked, rtt time.Duration, put func([]byte)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.busy {
		return
	}
	l.busy = true
	l.all.Go(func() {
		msg, err := l.answer(q, rtt)
		l.mu.Lock()
		l.busy = false
		l.mu.Unlock()
		if err == nil {
			put(msg)
		}
	})
}

func (l *Lend) answer(q asked, rtt time.Duration) ([]byte, error) {
	p := Piece{Ref: q.ref, RTT: rtt}
	now, _ := l.opt.Wall()
	l.mu.Lock()
	l.turn()
	left := l.opt.Daily - l.day.Bytes
	l.mu.Unlock()
	switch {
	case l.opt.Daily <= 0:
		p.Why = WhyOff
	case left < MinPiece:
		p.Why = WhySpent
	default:
		if got, err := l.opt.Shelf.Piece(q.ref, q.offset, int(min(left-pieceHead, int64(q.most)))); err == nil {
			got.RTT = rtt
			p = got
		}
	}
	msg, err := encodePiece(p)
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last = Lending{At: now, Name: p.Name, Sent: p.Offset + int64(len(p.Data)), Size: p.Size, Why: p.Why}
	if len(p.Data) > 0 { // a refusal is as small as a sign of life
		l.day.Bytes += int64(len(msg))
		if err := l.keepDay(); err != nil { // what cannot be counted is not sent
			l.last.Why, l.last.Size = err.Error(), 0
			return nil, err
		}
	}
	return msg, nil
}

// keepDay replaces the file whole.
func (l *Lend) keepDay() error {
	b, err := json.Marshal(l.day)
	if err == nil {
		err = os.WriteFile(l.opt.Path+".new", b, 0o640)
	}
	if err == nil {
		err = os.Rename(l.opt.Path+".new", l.opt.Path)
	}
	if err != nil {
		return fmt.Errorf("mirror: the day's share: %w", err)
	}
	return nil
}

// asks takes a question for a piece; the writer sends the answer when nothing
// else is to be sent.
func (t *stream) asks(msg []byte) error {
	q, err := decodeBlobWant(msg)
	if err != nil || t.s.opt.Lend == nil {
		return err
	}
	t.s.opt.Lend.take(q, t.s.state.Load().RTT, func(piece []byte) {
		t.mail.put(func(m *mailbox) { m.piece = piece })
	})
	return nil
}

// give sends the piece that waits, below everything else: not while entries
// are under way or wait for room.
func (t *stream) give() error {
	if t.pending > 0 {
		return nil
	}
	t.mail.mu.Lock()
	piece, more := t.mail.piece, len(t.mail.orders) > 0
	if more || piece == nil {
		t.mail.mu.Unlock()
		return nil // receipts of orders first: their signal is set
	}
	t.mail.piece = nil
	t.mail.mu.Unlock()
	return t.send(func() ([]byte, error) { return piece, nil })
}
