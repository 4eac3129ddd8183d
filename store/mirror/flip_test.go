package mirror_test

import (
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"testing"

	"github.com/fxamacker/cbor/v2"

	"loaxa/store"
	"loaxa/store/mirror"
	"loaxa/store/storetest"
)

func inflated(t *testing.T, b []byte) []byte {
	t.Helper()
	out, err := io.ReadAll(flate.NewReader(bytes.NewReader(b)))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// P6: one flipped bit anywhere in a chunk is never applied.
func TestFlippedBitsAreNeverApplied(t *testing.T) {
	db, r := storetest.Open(t), storetest.OpenReplica(t, node)
	for i := range 6 {
		db.Append(put("class", fmt.Sprint(i), fmt.Sprintf("payload of entry %d, payload of entry %d", i, i)), put("asrun", "", ""))
	}
	if err := r.Adopt(db.Head().Epoch); err != nil {
		t.Fatal(err)
	}
	es, err := db.Entries(1, 100, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	start := r.Cursor()
	good := store.Run{Epoch: start.Epoch, From: 1, Prev: start.H, Last: db.Head().H, Items: es}
	msg, err := mirror.EncodeChunk(good)
	if err != nil {
		t.Fatal(err)
	}
	var fields map[int]any
	if err := cbor.Unmarshal(msg[1:], &fields); err != nil {
		t.Fatal(err)
	}
	packed, ok := fields[8].([]byte)
	body := len(msg) - len(packed) // it stands last
	if !ok || !bytes.Equal(msg[body:], packed) {
		t.Fatal("the chunk does not end with its body")
	}
	plain := inflated(t, packed)
	decoded, idle := 0, 0
	for bit := range len(msg) * 8 {
		bad := append([]byte{}, msg...)
		bad[bit/8] ^= 1 << (bit % 8)
		run, err := mirror.DecodeChunk(bad)
		if err != nil {
			continue
		}
		if sameRun(run, good) {
			// Only in the deflated body, where it inflates to the same bytes:
			// padding behind the last bit, the length of a code that is not used.
			if bit/8 < body || !bytes.Equal(inflated(t, bad[body:]), plain) {
				t.Errorf("bit %d means nothing", bit)
			}
			idle++
			continue
		}
		decoded++
		if at, err := r.Apply(run); err == nil || at != start {
			t.Fatalf("bit %d was applied: %v", bit, err)
		}
	}
	if decoded == 0 {
		t.Error("no flipped chunk came as far as the hashes")
	}
	t.Logf("%d flipped chunks came as far as the hashes, %d flips inflate to the same", decoded, idle)
	run, err := mirror.DecodeChunk(msg)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Apply(run); err != nil {
		t.Fatal(err)
	}
	equal(t, db, r)
}
