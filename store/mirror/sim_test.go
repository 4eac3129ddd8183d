package mirror

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"loaxa/store"
)

// sim is a station and a district on one goroutine: the real journal, sender,
// session and replica; network, disk and clock are drawn from a seed, so that
// a schedule is repeated to the letter.
type sim struct {
	rng      *rand.Rand
	dir      string
	bad      breach
	wall     time.Time
	db       *store.DB
	rep      *store.Replica
	sender   *Sender
	st       *stream
	ses      *Session
	up, down [][]byte
	acked    map[store.Epoch]uint64
	old      oldCopy
	life     int
	steps    int
}

// breach is a rule broken on purpose, at the seams the rooms are plugged in by.
type breach struct {
	name    string
	sink    func(Sink) Sink
	source  func(Source) Source
	compact bool // drops what nobody acknowledged
	credit  bool // the sender is told of more credit than there is
	bulk    bool // is no breach: much is written at once, so that credit counts
}

// oldCopy is an older copy of the replica.
type oldCopy struct {
	copied bool // it lies there
	lost   bool // it was put in place in this epoch: entries below the floor cannot come back
}

type simConn struct {
	out  *[][]byte
	read func() ([]byte, error)
}

func (c simConn) ReadMessage() ([]byte, error) { return c.read() }
func (c simConn) WriteMessage(b []byte) error {
	*c.out = append(*c.out, append([]byte{}, b...))
	return nil
}
func (simConn) SetReadDeadline(time.Time) error  { return nil }
func (simConn) SetWriteDeadline(time.Time) error { return nil }
func (simConn) Close() error                     { return nil }

var errSimDisk = errors.New("input/output error")

// failing is a disk that fails before or behind a commit.
type failing struct {
	*store.Replica
	s *sim
}

func (f failing) Apply(run store.Run) (store.Cursor, error) {
	dice := f.s.rng.IntN(40)
	if dice == 0 {
		return f.Cursor(), errSimDisk
	}
	c, err := f.Replica.Apply(run)
	if dice == 1 && err == nil {
		return c, errSimDisk
	}
	return c, err
}

func (s *sim) clock() (time.Time, store.Quality) { return s.wall, store.ClockGood }

func (s *sim) options() store.Options { return store.Options{Wall: s.clock, NoSync: true} }

func (s *sim) openStation() (err error) {
	if s.db, err = store.Open(filepath.Join(s.dir, fmt.Sprintf("station%d.db", s.life)), s.options()); err != nil {
		return err
	}
	var src Source = s.db
	if s.bad.source != nil {
		src = s.bad.source(src)
	}
	s.sender = NewSender(src, SenderOptions{Identity: Identity{Node: "station", Build: "b"}, Peer: "district", Wall: s.clock,
		Jitter: func(n int64) int64 { return s.rng.Int64N(n) }})
	return nil
}

func (s *sim) openDistrict() (err error) {
	s.rep, err = store.OpenReplica(filepath.Join(s.dir, "replica.db"), "station", s.options())
	return err
}

func (s *sim) sink(faulty bool) Sink {
	var k Sink = s.rep
	if faulty {
		k = failing{s.rep, s}
	}
	if s.bad.sink != nil {
		k = s.bad.sink(k)
	}
	return k
}

// link connects the two as Sender.once and Session.greet do.
func (s *sim) link(faulty bool) {
	s.unlink()
	s.ses = NewSession(simConn{out: &s.down}, "station", SessionOptions{Identity: Identity{Node: "district", Build: "b"}, Wall: s.clock})
	conn := simConn{out: &s.up, read: func() ([]byte, error) {
		h, err := DecodeHello(KindHello, s.up[0])
		if err != nil {
			return nil, err
		}
		s.up = nil
		if err := s.ses.welcome(h, s.sink(faulty)); err != nil {
			return nil, err
		}
		return <-s.ses.out, nil
	}}
	w, err := s.sender.hello(conn)
	if err != nil {
		s.unlink()
		return
	}
	acked, below, err := s.sender.resume(w)
	if err != nil {
		s.unlink()
		return
	}
	s.sender.set(func(st *linkState) { st.Up, st.Known, st.Acked = true, true, acked })
	s.st = newStream(s.sender, conn, w, acked, below)
}

func (s *sim) unlink() { s.st, s.ses, s.up, s.down = nil, nil, nil, nil }

// pump lets the sender do what its loop does; it may end the connection.
func (s *sim) pump() {
	if s.st == nil {
		return
	}
	err := s.st.open()
	if err == nil && s.st.below {
		if err = s.sender.prepare(); err == nil && s.sender.snaps.busy {
			m := <-s.sender.snaps.made
			s.sender.snaps.busy, s.sender.snaps.snap, err = false, m.snap, m.err
			if err == nil {
				err = s.st.open()
			}
		}
	}
	for sent := true; sent && err == nil; {
		sent, err = s.st.chunk()
	}
	if err != nil {
		s.unlink()
	}
}

// deliver brings one message to either side.
func (s *sim) deliver(faulty bool) {
	if s.st == nil {
		return
	}
	var err error
	if len(s.up) > 0 && (len(s.down) == 0 || s.rng.IntN(2) == 0) {
		msg := s.up[0]
		s.up = s.up[1:]
		err = s.ses.take(context.Background(), s.sink(faulty), msg)
		for len(s.ses.out) > 0 {
			s.down = append(s.down, <-s.ses.out)
		}
	} else if len(s.down) > 0 {
		msg := s.spoilCredit(s.down[0])
		s.down = s.down[1:]
		if err = s.st.sort(context.Background(), msg); err == nil {
			err = s.st.open()
		}
		if l := s.sender.Link(); err == nil && l.Acked.Epoch == s.db.Head().Epoch {
			s.acked[l.Acked.Epoch] = max(s.acked[l.Acked.Epoch], l.Acked.Seq)
		}
	}
	if err != nil {
		s.unlink()
	}
}

// disturb drops, doubles, swaps or spoils what is under way.
func (s *sim) disturb() {
	q := &s.up
	if s.rng.IntN(3) == 0 {
		q = &s.down
	}
	if len(*q) == 0 {
		return
	}
	i := s.rng.IntN(len(*q))
	switch s.rng.IntN(4) {
	case 0:
		*q = append((*q)[:i:i], (*q)[i+1:]...)
	case 1:
		*q = append(*q, (*q)[i])
	case 2:
		j := s.rng.IntN(len(*q))
		(*q)[i], (*q)[j] = (*q)[j], (*q)[i]
	case 3:
		if q == &s.up { // downward the line itself is proved; a spoilt answer ends it
			m := append([]byte{}, (*q)[i]...)
			m[s.rng.IntN(len(m))] ^= 1 << s.rng.IntN(8)
			(*q)[i] = m
		}
	}
}

func (s *sim) write() error {
	var ws []store.Write
	if s.bad.bulk {
		_, err := s.db.Append(s.much()...)
		return err
	}
	for range 1 + s.rng.IntN(12) {
		w := store.Write{Class: []string{"queue", "asrun", "of.tomorrow"}[s.rng.IntN(3)], Key: fmt.Sprint(s.rng.IntN(9)), Version: uint16(s.rng.IntN(5)), Delete: s.rng.IntN(5) == 0}
		if !w.Delete {
			w.Payload = make([]byte, s.rng.IntN(400))
			for i := range w.Payload {
				w.Payload[i] = byte(s.rng.IntN(8))
			}
		}
		ws = append(ws, w)
	}
	_, err := s.db.Append(ws...)
	return err
}

// rare is what happens seldom: crashes, old copies, new lives, compaction,
// clocks.
func (s *sim) rare() error {
	switch s.rng.IntN(8) {
	case 0:
		s.unlink()
		s.sender.dropSnapshot()
		return errors.Join(s.db.Close(), s.openStation())
	case 1, 2:
		s.unlink()
		return errors.Join(s.rep.Close(), s.openDistrict())
	case 3:
		s.old.copied = true
		return s.rep.HotCopy(filepath.Join(s.dir, "old.db"))
	case 4:
		if !s.old.copied {
			return nil
		}
		s.unlink()
		s.sender.dropSnapshot()
		s.old.copied, s.old.lost, s.acked = false, true, map[store.Epoch]uint64{}
		return errors.Join(s.rep.Close(), os.Rename(filepath.Join(s.dir, "old.db"), filepath.Join(s.dir, "replica.db")),
			s.openDistrict(), s.db.Close(), s.openStation())
	case 5:
		if s.life > 8 || s.rng.IntN(3) > 0 {
			return nil
		}
		s.unlink()
		s.sender.dropSnapshot()
		s.life++
		s.old.lost = false
		return errors.Join(s.db.Close(), s.openStation())
	case 6:
		limit := s.acked[s.db.Head().Epoch]
		if s.bad.compact {
			limit = s.db.Head().Seq
		}
		return s.db.DropBefore(limit)
	default:
		s.wall = s.wall.AddDate(s.rng.IntN(41)-20, 0, 0)
		if y := s.wall.Year(); y < 1990 || y > 2080 {
			s.wall = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		}
		return nil
	}
}

// step is one thing that happens, and what must hold behind it.
func (s *sim) step() error {
	s.steps++
	var err error
	switch d := s.rng.IntN(200); {
	case d < 20:
		err = s.write()
	case d < 60:
		s.pump()
	case d < 160:
		s.deliver(true)
	case d < 176:
		s.disturb()
	case d < 198:
		if s.st == nil || s.rng.IntN(4) == 0 {
			s.link(true)
		}
	default:
		err = s.rare()
	}
	if err != nil {
		return err
	}
	return s.check()
}

// check is P1, P2 and P5.
func (s *sim) check() error {
	if s.st != nil && s.st.pending > Credit+MaxChunk {
		return fmt.Errorf("P12: %d bytes are under way, the receiver takes %d", s.st.pending, Credit)
	}
	c, head := s.rep.Cursor(), s.db.Head()
	if c.Epoch != head.Epoch {
		if s.acked[head.Epoch] > 0 {
			return fmt.Errorf("P2: %d entries of this epoch were acknowledged, the replica is in another", s.acked[head.Epoch])
		}
		return nil
	}
	if c.Seq < s.acked[head.Epoch] {
		return fmt.Errorf("P2: entry %d was acknowledged, the replica ends at %d", s.acked[head.Epoch], c.Seq)
	}
	if m, err := s.db.At(c.Seq); err == nil && m.H != c.H || err != nil && !errors.Is(err, store.ErrDropped) {
		return fmt.Errorf("P1: entry %d of the replica is not the journal's: %w", c.Seq, err)
	}
	if s.rep.Floor() > 1 && !s.old.lost {
		return fmt.Errorf("P5: entries below %d were dropped before anybody had them", s.rep.Floor())
	}
	return nil
}

// heal is G4 and P7: without faults both are equal after few rounds.
func (s *sim) heal() error {
	for range 4 {
		s.link(false)
		for range 4000 {
			s.steps++
			s.pump()
			s.deliver(false)
			if s.st == nil || s.sender.Link().Acked == s.db.Head() && len(s.up)+len(s.down) == 0 {
				break
			}
		}
		if s.st != nil && s.sender.Link().Acked == s.db.Head() {
			break
		}
	}
	if err := s.check(); err != nil {
		return err
	}
	a, err := s.db.Proof()
	b, berr := s.rep.Proof()
	if err = errors.Join(err, berr, store.Compare(a, b)); err != nil {
		return fmt.Errorf("G4: after healing: %w", err)
	}
	return nil
}

// simulate runs one schedule and tells the first rule that did not hold.
func simulate(dir string, seed uint64, steps int, bad breach) (n int, err error) {
	s := &sim{rng: rand.New(rand.NewPCG(seed, 15)), dir: dir, bad: bad, acked: map[store.Epoch]uint64{}, wall: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	if err := errors.Join(s.openStation(), s.openDistrict()); err != nil {
		return 0, err
	}
	defer func() {
		s.sender.dropSnapshot()
		err = errors.Join(err, s.db.Close(), s.rep.Close())
	}()
	for i := range steps {
		if err := s.step(); err != nil {
			return s.steps, fmt.Errorf("seed %d, step %d: %w", seed, s.steps, err)
		}
		if i%1500 == 1499 || i == steps-1 {
			if err := s.heal(); err != nil {
				return s.steps, fmt.Errorf("seed %d, step %d: %w", seed, s.steps, err)
			}
		}
	}
	return s.steps, errors.Join(s.rep.Verify(true), s.db.Verify(true))
}
