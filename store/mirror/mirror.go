// Package mirror carries a node's journal to a peer that keeps a verified
// replica: the station sends, the district receives. The receiver's durable
// cursor is the only truth about delivery, and an acknowledgement means that
// the receiver's own disk has it.
//
// State: a Sender is owned by the goroutine in Run and seen through Link; a
// Session by the goroutine in its Run and seen through State. Each connection
// has one reading and one writing goroutine. Nothing is queued in memory: the
// journal is the queue, and what is under way is bounded by the receiver's
// credit plus one frame.
package mirror

import (
	"time"

	"loaxa/store"
)

// Protocol versions this build speaks.
const (
	MinProtocol = 1
	MaxProtocol = 2 // from 2 on: snapshots
)

// Conn carries whole messages. One goroutine may read and one may write at a
// time; Close may be called from anywhere and ends both.
type Conn interface {
	ReadMessage() ([]byte, error)
	WriteMessage(b []byte) error
	SetReadDeadline(t time.Time) error
	SetWriteDeadline(t time.Time) error
	Close() error
}

// Source is the journal that is sent; *store.DB is one.
type Source interface {
	Head() store.Cursor
	Floor() uint64
	At(seq uint64) (store.Mark, error)
	Entries(from uint64, maxEntries, maxBytes int) ([]store.Entry, error)
	Changed() <-chan struct{}
}

// Sink is the replica that is filled; *store.Replica is one. Apply returns
// after its own commit and flush.
type Sink interface {
	Cursor() store.Cursor
	Knows(epoch store.Epoch) (bool, error)
	Adopt(epoch store.Epoch) error
	Apply(run store.Run) (store.Cursor, error)
}

// Identity is what a node says of itself in HELLO and WELCOME.
type Identity struct {
	Node  string // fingerprint of its key
	Name  string // for people
	Build string
	Boot  uint32
}

// Timing of a link. Zero fields take the value in brackets.
type Timing struct {
	Base    time.Duration // first bound of the pause before another attempt [1 s]
	Cap     time.Duration // largest bound of that pause [60 s]
	Settled time.Duration // a connection of that age resets the pause [60 s]
	Ping    time.Duration // pause between signs of life, ±20 % [25 s]
	Dead    time.Duration // silence after which a link is dead [75 s]
	Write   time.Duration // longest wait for one write [10 s]
	Hello   time.Duration // longest wait for the peer's first message [20 s]
}

func (t Timing) filled() Timing {
	for _, d := range []struct {
		v   *time.Duration
		def time.Duration
	}{
		{&t.Base, time.Second}, {&t.Cap, time.Minute}, {&t.Settled, time.Minute}, {&t.Ping, 25 * time.Second},
		{&t.Dead, 75 * time.Second}, {&t.Write, 10 * time.Second}, {&t.Hello, 20 * time.Second},
	} {
		if *d.v <= 0 {
			*d.v = d.def
		}
	}
	return t
}

// Clock gives wall time and its quality; boot makes it.
type Clock func() (time.Time, store.Quality)

// protocol picks the version both speak; ok is false if there is none.
func protocol(peer Hello) (v uint, ok bool) {
	v = min(peer.Max, MaxProtocol)
	return v, v >= max(peer.Min, MinProtocol)
}
