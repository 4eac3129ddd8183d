package mirror

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"loaxa/store"
)

// Messages of a snapshot, from protocol 2 on: the sender says what it has, the
// receiver asks for one part after another and acknowledges the whole. A
// connection that ends in between is gone on with by the next one.
const (
	KindSnapBegin Kind = 8
	KindSnapWant  Kind = 9
	KindSnapPart  Kind = 10
)

// snapProtocol is the first protocol version with snapshots.
const snapProtocol = 2

// Bounds of a part, in bytes: about a second of a slow line, and no less than
// the largest record.
const snapPart = 32 << 10

// Snapshots is a Source that can be read as of one moment; *store.DB is one.
type Snapshots interface {
	Snapshot() (*store.Snapshot, error)
}

// Stager is a Sink that takes snapshots; *store.Replica is one. Swap names
// records that had been wrong at the same point of the same history.
type Stager interface {
	Stage(c store.Claim) (class, key string, err error)
	Put(c store.Claim, items []store.Item) error
	Swap(c store.Claim) (at store.Cursor, wrong []string, err error)
}

type wireClass struct {
	Class string `cbor:"1,keyasint"`
	Count uint64 `cbor:"2,keyasint"`
	Root  []byte `cbor:"3,keyasint"`
}

type wireClaim struct {
	At      wireCursor  `cbor:"1,keyasint"`
	Bytes   uint64      `cbor:"2,keyasint"`
	Classes []wireClass `cbor:"3,keyasint"`
	Sum     []byte      `cbor:"4,keyasint"`
}

func encodeClaim(c store.Claim) ([]byte, error) {
	sum := c.Sum()
	w := wireClaim{At: toWire(c.At), Bytes: c.Bytes, Sum: sum[:]}
	for _, cc := range c.Classes {
		w.Classes = append(w.Classes, wireClass{cc.Class, cc.Count, cc.Root[:]})
	}
	return pack(KindSnapBegin, w)
}

func decodeClaim(msg []byte) (c store.Claim, err error) {
	var w wireClaim
	if err := unpack(msg, KindSnapBegin, MaxMessage, &w); err != nil {
		return c, err
	}
	if c.At, err = w.At.cursor(); err != nil {
		return c, err
	}
	if len(w.Classes) > store.MaxClaimClasses {
		return c, fmt.Errorf("mirror: a snapshot of %d classes", len(w.Classes))
	}
	c.Bytes = w.Bytes
	if sum := c.Sum(); !bytes.Equal(sum[:], w.Sum) {
		return c, errors.New("mirror: a snapshot's claim does not match its hash")
	}
	for _, wc := range w.Classes {
		cc := store.ClassClaim{Class: wc.Class, Count: wc.Count}
		if len(wc.Root) != len(cc.Root) || wc.Count == 0 {
			return c, errors.New("mirror: a snapshot's class out of bounds")
		}
		copy(cc.Root[:], wc.Root)
		c.Classes = append(c.Classes, cc)
	}
	return c, nil
}

// snapWant asks for the records behind one; two empty strings for the first.
type snapWant struct {
	Class string `cbor:"1,keyasint"`
	Key   string `cbor:"2,keyasint"`
}

func encodeWant(w snapWant) ([]byte, error) { return pack(KindSnapWant, w) }

func decodeWant(msg []byte) (w snapWant, err error) {
	return w, unpack(msg, KindSnapWant, MaxHello, &w)
}

type wireItem struct {
	Class   string `cbor:"1,keyasint"`
	Key     string `cbor:"2,keyasint"`
	Seq     uint64 `cbor:"3,keyasint"`
	Version uint16 `cbor:"4,keyasint"`
	Payload []byte `cbor:"5,keyasint"`
}

type wirePart struct {
	Items []wireItem `cbor:"1,keyasint"` // none: the end
}

// maxItems bounds the records of one part; the decoder refuses more.
const maxItems = 1024

func encodePart(items []store.Item) ([]byte, error) {
	w := wirePart{}
	for _, it := range items {
		w.Items = append(w.Items, wireItem{it.Class, it.Key, it.Seq, it.Version, it.Payload})
	}
	return pack(KindSnapPart, w)
}

func decodePart(msg []byte) (items []store.Item, err error) {
	var w wirePart
	if err := unpack(msg, KindSnapPart, MaxMessage, &w); err != nil {
		return nil, err
	}
	for _, it := range w.Items {
		items = append(items, store.Item{Class: it.Class, Record: store.Record{Key: it.Key, Seq: it.Seq, Version: it.Version, Payload: it.Payload}})
	}
	return items, nil
}

// snapshotting is a sender's snapshot. It outlives connections, so that a slow
// line gets through it in the end.
type snapshotting struct {
	wanted chan struct{} // size 1: somebody asked for a mending
	made   chan made     // size 1: one copy is made at a time
	busy   bool          // a copy is being made
	snap   *store.Snapshot
}

type made struct {
	snap *store.Snapshot
	err  error
}

// Mend sends every record anew as one snapshot, at the next moment when the
// receiver holds all entries: what had been wrong there is replaced and named.
func (s *Sender) Mend() {
	select {
	case s.snaps.wanted <- struct{}{}:
	default:
	}
}

// prepare has a copy made beside the link: it may take long, and receipts do
// not wait for it.
func (s *Sender) prepare() error {
	if s.snaps.busy || s.snaps.snap != nil {
		return nil
	}
	src, ok := s.src.(Snapshots)
	if !ok {
		return errors.New("mirror: this journal makes no snapshots")
	}
	s.snaps.busy = true
	s.order.all.Go(func() {
		snap, err := src.Snapshot()
		s.snaps.made <- made{snap, err}
	})
	return nil
}

// dropSnapshot lets the copy go.
func (s *Sender) dropSnapshot() {
	if s.snaps.snap != nil {
		_ = s.snaps.snap.Close() // the next copy takes its name
	}
	s.snaps.snap = nil
}

// endSnapshots waits for a copy that is being made and lets it go.
func (s *Sender) endSnapshots() {
	if s.snaps.busy {
		m := <-s.snaps.made
		s.snaps.busy, s.snaps.snap = false, m.snap
	}
	s.dropSnapshot()
}

// snapshot goes on with what is under way: the copy is there, the receiver
// stands where it can be told of it, or it asks for a part.
func (t *stream) snapshot(want *snapWant) error {
	sn := &t.s.snaps
	if sn.snap == nil {
		return nil
	}
	at := sn.snap.Claim().At
	if !t.begun {
		acked := t.s.state.Load().Acked.Seq
		if !t.below && (acked < at.Seq || len(t.under) > 0) {
			return nil // first the entries up to it
		}
		if acked > at.Seq { // an earlier connection's, overtaken
			t.s.dropSnapshot()
			return nil
		}
		if at.Seq+1 < t.s.src.Floor() { // what follows it is no longer kept
			t.s.dropSnapshot()
			return t.s.prepare()
		}
		t.begun, t.high = true, max(t.high, at.Seq)
		return t.send(func() ([]byte, error) { return encodeClaim(sn.snap.Claim()) })
	}
	if want == nil {
		return nil
	}
	items, err := sn.snap.Items(want.Class, want.Key, snapPart)
	if err != nil {
		return fmt.Errorf("mirror: %w", err)
	}
	return t.send(func() ([]byte, error) { return encodePart(items[:min(len(items), maxItems)]) })
}

// bound is the last entry that may be sent now, beside a snapshot; hold: none.
func (t *stream) bound(head uint64) (last uint64, hold bool) {
	switch snap := t.s.snaps.snap; {
	case t.below || t.begun:
		return 0, true
	case snap != nil:
		return min(head, snap.Claim().At.Seq), false
	}
	return head, false
}

// mends is when somebody asks for a mending that this receiver can take.
func (t *stream) mends() <-chan struct{} {
	if v, _ := protocol(t.s.state.Load().PeerHello); v < snapProtocol || t.s.snaps.busy || t.s.snaps.snap != nil {
		return nil
	}
	return t.s.snaps.wanted
}

// snapped ends the snapshot when the receiver has acknowledged it.
func (t *stream) snapped(at store.Cursor) {
	if t.begun && t.s.snaps.snap != nil && at == t.s.snaps.snap.Claim().At {
		t.s.dropSnapshot()
		t.begun, t.below = false, false
	}
}

// taking is what a session takes of a snapshot.
type taking struct {
	claim store.Claim
	open  bool
}

// snap handles the receiver's side of a snapshot.
func (s *Session) snap(sink Sink, msg []byte) error {
	st, ok := sink.(Stager)
	if !ok {
		return &Bye{Code: ByeCannot, Words: "no snapshots are taken here"}
	}
	if Kind(msg[0]) == KindSnapBegin {
		c, err := decodeClaim(msg)
		if err != nil {
			return &Bye{Code: ByeProtocol, Words: err.Error()}
		}
		class, key, err := st.Stage(c)
		if err != nil {
			return s.snapRefused(err)
		}
		s.taking = taking{c, true}
		s.note(func(st *SessionState) { st.Snapshot = true })
		return s.answer(encodeWant(snapWant{class, key}))
	}
	items, err := decodePart(msg)
	if err == nil && !s.taking.open {
		err = errors.New("mirror: a part of no snapshot")
	}
	if err != nil {
		return &Bye{Code: ByeProtocol, Words: err.Error()}
	}
	if len(items) > 0 {
		if err := st.Put(s.taking.claim, items); err != nil {
			return s.snapRefused(err)
		}
		last := items[len(items)-1]
		return s.answer(encodeWant(snapWant{last.Class, last.Key}))
	}
	s.taking.open = false
	at, wrong, err := st.Swap(s.taking.claim)
	if err != nil {
		return s.snapRefused(err)
	}
	now, _ := s.opt.Wall()
	s.note(func(st *SessionState) {
		st.At, st.LastAck, st.Head, st.Snapshot, st.Mended = at, now, max(st.Head, at.Seq), false, wrong
		if len(wrong) > 0 {
			st.LastError = cut("records that were wrong here were replaced: "+strings.Join(wrong, ", "), 300)
		}
	})
	return s.answer(EncodeAck(Ack{At: at, Credit: Credit}))
}

// snapRefused ends the connection; the next one begins again.
func (s *Session) snapRefused(err error) error {
	b := &Bye{Code: ByeBusy, Words: "the snapshot was not taken: " + err.Error(), RetryAfter: 5000}
	var fork *store.ForkError
	switch {
	case errors.As(err, &fork):
		b.Code = ByeFork
	case errors.Is(err, store.ErrDamaged), errors.Is(err, store.ErrStage), errors.Is(err, store.ErrEpoch):
		b.Code, b.RetryAfter = ByeCannot, 60_000
	}
	return b
}
