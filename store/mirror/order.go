package mirror

import (
	"context"
	"crypto/sha256"
	"errors"
	"sync"
	"time"
)

// Messages of the order lane. A peer that does not know them skips them.
const (
	KindOrder   Kind = 20 // downward: bytes that the mirror does not understand
	KindReceipt Kind = 21 // upward: what became of them
)

// MaxOrder bounds one order, in bytes.
const MaxOrder = 96 << 10

// Receipt is what became of an order. Code is a typed word; Final: sending it
// again changes nothing; Saved: the station's disk has it.
type Receipt struct {
	Code  string `cbor:"1,keyasint" json:"code"`
	Final bool   `cbor:"2,keyasint" json:"final"`
	Saved bool   `cbor:"3,keyasint" json:"saved"`
}

// Ref names an order on the lane: the SHA-256 of its bytes.
type Ref [sha256.Size]byte

// RefOf is the Ref of an order's bytes.
func RefOf(doc []byte) Ref { return sha256.Sum256(doc) }

// Parcel is an order under way. One with another Turn is sent again at once.
type Parcel struct {
	Ref  Ref
	Doc  []byte
	Turn int
}

// Outbox holds what is still to be brought to a station. Pending gives the
// most urgent first; Changed is closed when there may be more. All three are
// safe for concurrent use.
type Outbox interface {
	Pending() []Parcel
	Receipt(ref Ref, v Receipt)
	Changed() <-chan struct{}
}

// resendEvery is how long an order may lie without a final receipt before it
// is sent again; resendLook is how often that is looked at.
const (
	resendEvery = 10 * time.Second
	resendLook  = time.Second
)

type wireOrder struct {
	Doc []byte `cbor:"1,keyasint"`
}

type wireReceipt struct {
	Ref     []byte  `cbor:"1,keyasint"`
	Receipt Receipt `cbor:"2,keyasint"`
}

func encodeOrder(doc []byte) ([]byte, error) {
	if len(doc) == 0 || len(doc) > MaxOrder {
		return nil, errors.New("mirror: an order without bytes or with too many")
	}
	return pack(KindOrder, wireOrder{doc})
}

func decodeOrder(msg []byte) ([]byte, error) {
	var w wireOrder
	if err := unpack(msg, KindOrder, MaxOrder+64, &w); err != nil {
		return nil, err
	}
	if len(w.Doc) == 0 || len(w.Doc) > MaxOrder {
		return nil, errors.New("mirror: an order without bytes or with too many")
	}
	return w.Doc, nil
}

func encodeReceipt(ref Ref, v Receipt) ([]byte, error) {
	v.Code = cut(v.Code, 60)
	return pack(KindReceipt, wireReceipt{ref[:], v})
}

func decodeReceipt(msg []byte) (ref Ref, v Receipt, err error) {
	var w wireReceipt
	if err := unpack(msg, KindReceipt, MaxHello, &w); err != nil {
		return ref, v, err
	}
	if len(w.Ref) != len(ref) || len(w.Receipt.Code) > 60 {
		return ref, v, errors.New("mirror: receipt out of bounds")
	}
	copy(ref[:], w.Ref)
	return ref, w.Receipt, nil
}

// orderRoom bounds the orders that are judged at once; more are left to be
// sent again. It is far above what a district has open.
const orderRoom = 64

// accepting judges orders beside the link: an order that waits for the disk
// holds up neither the next order nor the journal.
type accepting struct {
	accept func(ctx context.Context, doc []byte) Receipt
	slots  chan struct{} // orderRoom; full: the order is dropped and comes again
	all    sync.WaitGroup
}

func newAccepting(accept func(ctx context.Context, doc []byte) Receipt) *accepting {
	return &accepting{accept: accept, slots: make(chan struct{}, orderRoom)}
}

// take judges doc and hands the receipt to answer, from another goroutine.
func (a *accepting) take(ctx context.Context, doc []byte, answer func(msg []byte)) {
	if a.accept == nil {
		return
	}
	select {
	case a.slots <- struct{}{}:
	default:
		return
	}
	a.all.Go(func() {
		defer func() { <-a.slots }()
		if msg, err := encodeReceipt(RefOf(doc), a.accept(ctx, doc)); err == nil {
			answer(msg)
		}
	})
}

// lane is what a session has sent of its outbox. It belongs to the writer.
type lane struct {
	box  Outbox
	sent map[Ref]sending
}

type sending struct {
	at   time.Time
	turn int
}

// due are the orders to be sent now: those that this connection has not sent,
// or not for a while.
func (l *lane) due(now time.Time) (out []Parcel) {
	keep := map[Ref]sending{}
	for _, p := range l.box.Pending() {
		s, sent := l.sent[p.Ref]
		if !sent || s.turn != p.Turn || now.Sub(s.at) >= resendEvery {
			out = append(out, p)
			s = sending{now, p.Turn}
		}
		keep[p.Ref] = s
	}
	l.sent = keep
	return out
}
