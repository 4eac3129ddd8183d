package mirror

import (
	"crypto/sha256"
	"errors"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"loaxa/store"
)

// much is a batch that does not compress.
func (s *sim) much() (ws []store.Write) {
	for range 30 {
		w := store.Write{Class: "asrun", Payload: make([]byte, 4000)}
		for i := range w.Payload {
			w.Payload[i] = byte(s.rng.IntN(256))
		}
		ws = append(ws, w)
	}
	return ws
}

// spoilCredit makes of an ACK one that promises more room than there is.
func (s *sim) spoilCredit(msg []byte) []byte {
	if !s.bad.credit || Kind(msg[0]) != KindAck {
		return msg
	}
	a, err := DecodeAck(msg)
	if err != nil {
		return msg
	}
	a.Credit *= 100
	if msg, err = EncodeAck(a); err != nil {
		panic(err) // it was one
	}
	return msg
}

// TestCreditBoundsWhatIsUnderWay is P12: however much waits and however fast the
// line is, no more is under way than the receiver said it takes and one frame.
func TestCreditBoundsWhatIsUnderWay(t *testing.T) {
	for seed := range uint64(3) {
		if _, err := simulate(simDir(t), seed, 250, breach{bulk: true}); err != nil {
			t.Error(err)
		}
	}
	for seed := range uint64(10) {
		if _, err := simulate(simDir(t), seed, 250, breach{bulk: true, credit: true}); err != nil {
			t.Logf("credit that is not there is found: %v", err)
			return
		}
	}
	t.Error("a sender that knows no bound is not found")
}

// pair is one station served by two gateways at once, as when a line is thought
// dead and is not: two senders of one journal, two sessions.
type pair [2]*sim

func newPair(t *testing.T, dir string, rng *rand.Rand) pair {
	t.Helper()
	a := &sim{rng: rng, dir: dir, acked: map[store.Epoch]uint64{}, wall: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	if err := errors.Join(a.openStation(), a.openDistrict()); err != nil {
		t.Fatal(err)
	}
	b := &sim{rng: rng, dir: dir, db: a.db, rep: a.rep, acked: a.acked, wall: a.wall}
	b.sender = NewSender(a.db, SenderOptions{Identity: Identity{Node: "station", Build: "b"}, Peer: "district", Wall: b.clock,
		Jitter: func(n int64) int64 { return rng.Int64N(n) }})
	return pair{a, b}
}

// run lets both work in turns drawn from the seed, and tells the first rule that
// did not hold.
func (p pair) run(steps int) error {
	for range steps {
		s := p[p[0].rng.IntN(2)]
		var err error
		switch d := s.rng.IntN(20); {
		case d < 2:
			err = s.write()
		case d < 8:
			s.pump()
		case d < 17:
			s.deliver(true)
		case d < 18:
			s.disturb()
		default:
			if s.st == nil || s.rng.IntN(8) == 0 {
				s.link(true)
			}
		}
		if err == nil {
			err = p[0].check()
		}
		if err == nil {
			err = p[1].check()
		}
		if err != nil {
			return err
		}
	}
	if err := p[0].heal(); err != nil {
		return err
	}
	return p[0].rep.Verify(true)
}

func (p pair) close() error { return errors.Join(p[0].db.Close(), p[0].rep.Close()) }

// TestTwoGatewaysMakeOneChain is P14: what both bring is one journal without a
// gap, and what either was told is safe is in it. Gateways that keep a replica
// each and acknowledge for the other are found.
func TestTwoGatewaysMakeOneChain(t *testing.T) {
	for seed := range uint64(12) {
		p := newPair(t, simDir(t), rand.New(rand.NewPCG(seed, 14)))
		if err := errors.Join(p.run(1500), p.close()); err != nil {
			t.Errorf("seed %d: %v", seed, err)
		}
	}
	for seed := range uint64(10) {
		dir := simDir(t)
		p := newPair(t, dir, rand.New(rand.NewPCG(seed, 14)))
		own, err := store.OpenReplica(filepath.Join(dir, "other.db"), "station", p[0].options())
		if err != nil {
			t.Fatal(err)
		}
		p[1].bad = breach{name: "P14", sink: func(Sink) Sink { return own }}
		err = p.run(1500)
		if cerr := errors.Join(own.Close(), p.close()); cerr != nil {
			t.Fatal(cerr)
		}
		if err != nil {
			t.Logf("two replicas are found: %v", err)
			return
		}
	}
	t.Error("gateways with a replica each are not found")
}

// TestNoEntryComesDown is P10: a journal has one writer. A chunk, or a part of a
// snapshot, that a district sends down is not applied, however well it fits.
func TestNoEntryComesDown(t *testing.T) {
	dir := simDir(t)
	p := newPair(t, dir, rand.New(rand.NewPCG(1, 1)))
	s := p[0]
	if _, err := s.db.Append(store.Write{Class: "order", Key: "1", Payload: []byte("ours")}); err != nil {
		t.Fatal(err)
	}
	head := s.db.Head()
	e := store.Entry{Seq: head.Seq + 1, Class: "order", Key: "1", Version: 1, Op: store.Put, Payload: []byte("theirs")}
	e.PayloadHash = sha256.Sum256(e.Payload)
	next := store.Run{Epoch: head.Epoch, From: e.Seq, Prev: head.H, Last: store.Chain(head.H, &e), Items: []store.Entry{e}}
	msg, err := EncodeChunk(next)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := DecodeChunk(msg); err != nil {
		t.Fatal(err) // it is a good one
	}
	s.link(false)
	for k := range 256 {
		if s.st == nil {
			s.link(false)
		}
		m := append([]byte{byte(k)}, msg[1:]...)
		if s.st.sort(t.Context(), m) != nil || s.st.open() != nil {
			s.unlink() // not one of ours
		}
		if s.db.Head() != head {
			t.Fatalf("kind %d wrote entry %d into the journal", k, s.db.Head().Seq)
		}
	}
	if err := p.close(); err != nil {
		t.Fatal(err)
	}
}
