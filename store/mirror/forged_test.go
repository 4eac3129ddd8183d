package mirror_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"loaxa/store"
	"loaxa/store/mirror"
	"loaxa/store/storetest"
)

// forger makes frames of runs that a replica has, expects and does not expect
// yet: spoilt as a line spoils them, or as a hand that knows the format and its
// hashes would.
type forger struct {
	t    *testing.T
	rng  *rand.Rand
	runs []store.Run
	msgs [][]byte
	next int // of runs: the one that the replica expects
}

// spoilt is a frame with bytes changed, lost, put in or doubled; often in
// several places.
func (f *forger) spoilt() []byte {
	b := bytes.Clone(f.msgs[f.rng.IntN(len(f.msgs))])
	for range 1 + f.rng.IntN(3) {
		if len(b) == 0 {
			break
		}
		switch at := f.rng.IntN(len(b)); f.rng.IntN(6) {
		case 0:
			b[at] ^= 1 << f.rng.IntN(8)
		case 1:
			b[at] = byte(f.rng.Uint32())
		case 2:
			b = slices.Delete(b, at, at+1)
		case 3:
			b = slices.Insert(b, at, byte(f.rng.Uint32()))
		case 4:
			b = slices.Delete(b, at, min(len(b), at+f.rng.IntN(64)))
		default: // the end of another frame
			o := f.msgs[f.rng.IntN(len(f.msgs))]
			b = append(b[:at], o[min(at, len(o)):]...)
		}
	}
	return b
}

// forged is a well-formed frame that says what the station never wrote.
func (f *forger) forged() []byte {
	which := f.rng.IntN(len(f.runs))
	run := f.runs[which]
	run.Items = slices.Clone(run.Items)
	e := &run.Items[f.rng.IntN(len(run.Items))]
	switch f.rng.IntN(7) {
	case 0:
		e.Payload = append(bytes.Clone(e.Payload), 'x')
	case 1:
		e.Class += "x"
	case 2:
		e.Key += "x"
	case 3:
		e.Wall++
	case 4:
		run.Epoch[f.rng.IntN(len(run.Epoch))]++
	case 5:
		run.Prev[f.rng.IntN(len(run.Prev))]++
	default: // the entries of one place in another
		run.Items = slices.Clone(f.runs[(which+1)%len(f.runs)].Items)
		for i := range run.Items {
			run.Items[i].Seq = run.From + uint64(i)
		}
	}
	// A run that follows on what is held and whose hashes are right is the
	// station's word: only its key speaks there. Elsewhere they are made right.
	if which != f.next && f.rng.IntN(2) == 0 {
		h := run.Prev
		for i := range run.Items {
			run.Items[i].PayloadHash = sha256.Sum256(run.Items[i].Payload)
			h = store.Chain(h, &run.Items[i])
		}
		run.Last = h
	}
	msg, err := mirror.EncodeChunk(run)
	if err != nil {
		f.t.Fatal(err)
	}
	return msg
}

// TestFaultForgedFrames: of spoilt, forged and repeated chunks by the hundred
// thousand none moves a replica or changes what it holds.
func TestFaultForgedFrames(t *testing.T) {
	n := storetest.Rounds(t, 2_000, 10_000, 200_000, 2_000_000)
	seed := storetest.Seed(t)
	db, r := storetest.Open(t), storetest.OpenReplica(t, node)
	f := &forger{t: t, rng: rand.New(rand.NewPCG(seed, 3)), next: 1}
	for i := range 3 {
		for k := range 4 {
			if _, err := db.Append(put("queue", fmt.Sprint(k), fmt.Sprintf("payload %d of %d, payload %d of %d", k, i, k, i))); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := r.Adopt(db.Head().Epoch); err != nil {
		t.Fatal(err)
	}
	at := r.Cursor()
	for from := uint64(1); from < 12; from += 4 {
		es, err := db.Entries(from, 4, 1<<20)
		if err != nil || len(es) != 4 {
			t.Fatal(len(es), err)
		}
		run := store.Run{Epoch: at.Epoch, From: from, Prev: at.H, Last: es[3].H, Items: es}
		msg, err := mirror.EncodeChunk(run)
		if err != nil {
			t.Fatal(err)
		}
		f.runs, f.msgs, at.H = append(f.runs, run), append(f.msgs, msg), run.Last
	}
	take := func(msg []byte) (store.Cursor, error) {
		run, err := mirror.DecodeChunk(msg)
		if err != nil {
			return r.Cursor(), err
		}
		return r.Apply(run)
	}
	if _, err := take(f.msgs[0]); err != nil {
		t.Fatal(err)
	}
	held, read := r.Cursor(), 0
	for i := range n {
		msg := f.msgs[0] // repeated
		switch i % 8 {
		case 0:
		case 1, 2, 3, 4:
			msg = f.spoilt()
		default:
			msg = f.forged()
		}
		run, err := mirror.DecodeChunk(msg)
		if err != nil {
			continue
		}
		if read++; slices.ContainsFunc(f.runs[1:], func(good store.Run) bool { return sameRun(run, good) }) {
			continue // flips that inflate to the same: nothing was changed
		}
		if now, _ := r.Apply(run); now != held || r.Cursor() != held {
			t.Fatalf("frame %d of seed %d moved the replica to %+v: %x", i, seed, now, msg)
		}
	}
	if read < n/4 {
		t.Errorf("only %d of %d frames came as far as the replica", read, n)
	}
	for _, msg := range f.msgs { // all of it changed nothing
		if _, err := take(msg); err != nil {
			t.Fatal(err)
		}
	}
	equal(t, db, r)
}
