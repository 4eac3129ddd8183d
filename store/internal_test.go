package store

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
)

func wall() (time.Time, Quality) { return time.Now(), ClockGood }

func openTest(t testing.TB, opt Options) *DB {
	t.Helper()
	opt.Wall = wall
	db, err := Open(filepath.Join(t.TempDir(), "j.db"), opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
		if _, err := ProveFile(db.Path()); err != nil {
			t.Error(err)
		}
	})
	return db
}

// vector is one line of testdata/chain.json: the bytes that are final.
type vector struct {
	Note    string `json:"note"`
	Entry   Entry  `json:"entry"`
	Header  string `json:"header"`
	Prev    Hash   `json:"prev"`
	Want    Hash   `json:"h"`
	Leaf    Hash   `json:"leaf"`
	WireHex string `json:"wire"`
}

type vectors struct {
	Epoch   Epoch           `json:"epoch"`
	Genesis Hash            `json:"genesis"`
	Entries []vector        `json:"entries"`
	Roots   map[string]Hash `json:"roots"`
}

var update = flag.Bool("update", false, "write testdata anew; the bytes are final, so only for added cases")

func vectorEntries() []vector {
	return []vector{
		{Note: "smallest", Entry: Entry{Class: "a", Key: "k", Op: Put}},
		{Note: "every field", Entry: Entry{Class: "queue.item-2_x", Key: "Đak Pơ/7", Op: Put, Version: 513, Boot: 0x01020304,
			Mono: 0x05060708090a0b0c, Wall: 1767225600123, ClockQuality: ClockGood, Payload: []byte("xin chào")}},
		{Note: "before 1970", Entry: Entry{Class: "asrun", Key: SeqKey(3), Op: Put, Wall: -1, ClockQuality: ClockUnsure, Payload: []byte{0, 255}}},
		{Note: "delete with a reason", Entry: Entry{Class: "a", Key: "k", Op: Delete, Payload: []byte("by hand")}},
		{Note: "longest names", Entry: Entry{Class: strings.Repeat("c", MaxClass), Key: strings.Repeat("k", MaxKey), Op: Put, ClockQuality: 200}},
	}
}

// The bytes of header, chain, leaf and root are final: this compares them with
// what was written down.
func TestFinalBytes(t *testing.T) {
	got := vectors{Epoch: Epoch{0: 1, 15: 0xff}, Entries: vectorEntries()}
	got.Genesis = Genesis(got.Epoch)
	db := openTest(t, Options{})
	err := db.bolt.Update(func(tx *bolt.Tx) error {
		if err := createBook(tx, got.Epoch); err != nil {
			return err
		}
		if err := tx.Bucket(bucketFile).Put(keyCurrent, got.Epoch[:]); err != nil {
			return err
		}
		b, err := openBook(tx, got.Epoch)
		if err != nil {
			return err
		}
		for i := range got.Entries {
			v := &got.Entries[i]
			v.Entry.Seq, v.Prev = uint64(i)+1, b.head.h
			if err := b.add(&v.Entry); err != nil {
				return err
			}
			v.Header, v.Want = hex.EncodeToString(AppendHeader(nil, &v.Entry)), v.Entry.H
			v.WireHex = hex.EncodeToString(AppendWire(nil, &v.Entry))
			v.Leaf = leaf(v.Entry.Class, v.Entry.Key, v.Entry.Seq, v.Entry.Version, v.Entry.PayloadHash)
		}
		return b.flush()
	})
	if err != nil {
		t.Fatal(err)
	}
	if got.Roots, err = db.Roots(); err != nil {
		t.Fatal(err)
	}
	b, err := json.MarshalIndent(got, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("testdata", "chain.json")
	if *update {
		if err := os.WriteFile(path, append(b, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(bytes.TrimSpace(want), b) {
		t.Errorf("the final bytes changed; now they are\n%s", b)
	}
}

// One flipped bit in any value of the file is found by a full check.
func TestFlippedBitsInTheFileAreFound(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "j.db")
	db, err := Open(path, Options{Wall: wall})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 60 {
		if _, err := db.Append(Write{Class: "queue", Key: fmt.Sprint(i % 5), Payload: bytes.Repeat([]byte{byte(i)}, 40)}, Write{Class: "asrun"}); err != nil {
			t.Fatal(err)
		}
	}
	type place struct{ bucket, key []byte }
	var places []place
	err = db.bolt.View(func(tx *bolt.Tx) error {
		b, err := currentBook(tx)
		if err != nil {
			return err
		}
		for _, n := range [][]byte{bucketJournal, bucketRecord, bucketDigest} {
			_ = b.root.Bucket(n).ForEach(func(k, _ []byte) error {
				places = append(places, place{n, bytes.Clone(k)})
				return nil
			})
		}
		places = append(places, place{nil, keyHead}, place{nil, keyGenesis})
		return nil
	})
	if cerr := db.Close(); err != nil || cerr != nil {
		t.Fatal(err, cerr)
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 80 {
		p := places[rng.IntN(len(places))]
		bad := filepath.Join(dir, fmt.Sprintf("bad%d.db", i))
		if err := os.WriteFile(bad, whole, 0o600); err != nil {
			t.Fatal(err)
		}
		flip(t, bad, p.bucket, p.key, rng)
		if _, err := ProveFile(bad); !errors.Is(err, ErrCorrupt) {
			t.Errorf("a flip in %s %x was not found: %v", p.bucket, p.key, err)
		}
		os.Remove(bad)
	}
}

// flip turns one bit of a value behind the store's back.
func flip(t *testing.T, path string, bucket, key []byte, rng *rand.Rand) {
	t.Helper()
	db, err := bolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bolt.Tx) error {
		e, err := currentEpoch(tx)
		if err != nil {
			return err
		}
		b := tx.Bucket(bookName(e))
		if bucket != nil {
			b = b.Bucket(bucket)
		}
		v := bytes.Clone(b.Get(key))
		v[rng.IntN(len(v))] ^= 1 << rng.IntN(8)
		return b.Put(key, v)
	})
	if cerr := db.Close(); err != nil || cerr != nil {
		t.Fatal(err, cerr)
	}
}

// A file cut short under the map is an error in words, not the end of the
// process.
func TestTruncatedFileIsAnError(t *testing.T) {
	path := filepath.Join(t.TempDir(), "j.db")
	db, err := Open(path, Options{Wall: wall})
	if err != nil {
		t.Fatal(err)
	}
	for range 200 {
		db.Append(Write{Class: "asrun", Payload: make([]byte, 2000)})
	}
	if err := os.Truncate(path, 8192); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Entries(1, 1000, 1<<30); !errors.Is(err, ErrCorrupt) {
		t.Errorf("reading: %v", err)
	}
	if _, err := db.Append(Write{Class: "asrun"}); err == nil {
		t.Error("writing into a truncated file succeeded")
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
	if _, err := Open(path, Options{Wall: wall}); !errors.Is(err, ErrCorrupt) {
		t.Errorf("opening: %v", err)
	}
}

// A replica whose flush failed behind the write takes the same run again
// without a fork and acknowledges it only then.
func TestReplicaAfterAFailedFlush(t *testing.T) {
	db := openTest(t, Options{})
	r, err := OpenReplica(filepath.Join(t.TempDir(), "r.db"), "n", Options{Wall: wall})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	db.Append(Write{Class: "a", Key: "k"}, Write{Class: "a", Key: "l"})
	if err := r.Adopt(db.Head().Epoch); err != nil {
		t.Fatal(err)
	}
	es, _ := db.Entries(1, 10, 1<<20)
	run := Run{Epoch: db.Head().Epoch, From: 1, Prev: Genesis(db.Head().Epoch), Last: db.Head().H, Items: es}
	before := r.Cursor()
	if _, err := r.Apply(run); err != nil {
		t.Fatal(err)
	}
	r.head.Store(&headState{cursor: before}) // as if the commit had reported an error
	r.unsure = true
	if at, err := r.Apply(run); err != nil || at != db.Head() || r.Cursor() != at {
		t.Errorf("again: %+v, %v", at, err)
	}
	if r.unsure {
		t.Error("the doubt stayed after a good commit")
	}
}

func TestSumsAreOrderFreeAndReversible(t *testing.T) {
	var hs []Hash
	for i := range 100 {
		hs = append(hs, Genesis(Epoch{byte(i)}))
	}
	var a, b, zero sum
	for i := range hs {
		a.add(hs[i])
		b.add(hs[len(hs)-1-i])
	}
	if a != b || a == zero {
		t.Error("the order of adding shows")
	}
	for i := range hs {
		a.sub(hs[(i*37)%len(hs)])
	}
	if a != zero {
		t.Errorf("all taken away leaves %x", a)
	}
}

func FuzzEntry(f *testing.F) {
	for _, v := range vectorEntries() {
		v.Entry.Seq = 7
		f.Add(AppendWire(nil, &v.Entry))
	}
	f.Add([]byte{})
	f.Add(binary.BigEndian.AppendUint32(bytes.Repeat([]byte{1}, 40), 1<<31))
	f.Fuzz(func(t *testing.T, b []byte) {
		e, rest, err := ParseWire(b)
		if err != nil {
			return
		}
		if again := AppendWire(nil, &e); !bytes.Equal(again, b[:len(b)-len(rest)]) {
			t.Fatalf("a second form of the same entry:\n%x\n%x", b, again)
		}
		if checkClass(e.Class) != nil || checkKey(e.Key) != nil || len(e.Payload) > MaxPayload || e.Seq == 0 {
			t.Fatalf("out of bounds: %+v", e)
		}
	})
}
