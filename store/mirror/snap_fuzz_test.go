package mirror

import (
	"bytes"
	"testing"

	"loaxa/store"
)

// FuzzSnapshot feeds the three messages of a snapshot: what is taken lies
// within bounds and survives a round trip.
func FuzzSnapshot(f *testing.F) {
	claim, err := encodeClaim(store.Claim{At: store.Cursor{Epoch: store.Epoch{1}, Seq: 9}, Bytes: 7, Classes: []store.ClassClaim{{Class: "queue", Count: 2, Root: store.Hash{3}}}})
	if err != nil {
		f.Fatal(err)
	}
	want, err := encodeWant(snapWant{"queue", "k"})
	if err != nil {
		f.Fatal(err)
	}
	part, err := encodePart([]store.Item{{Class: "queue", Record: store.Record{Key: "k", Seq: 4, Version: 1, Payload: []byte("p")}}})
	if err != nil {
		f.Fatal(err)
	}
	for _, msg := range [][]byte{claim, want, part} {
		f.Add(msg)
		f.Add(msg[:len(msg)/2])
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var again []byte
		if c, err := decodeClaim(b); err == nil {
			if len(c.Classes) > store.MaxClaimClasses {
				t.Fatalf("%d classes", len(c.Classes))
			}
			again, _ = encodeClaim(c)
			if d, err := decodeClaim(again); err != nil || d.At != c.At || len(d.Classes) != len(c.Classes) {
				t.Fatalf("claim: %v", err)
			}
		}
		if w, err := decodeWant(b); err == nil {
			again, _ = encodeWant(w)
			if d, err := decodeWant(again); err != nil || d != w {
				t.Fatalf("want: %v", err)
			}
		}
		if items, err := decodePart(b); err == nil {
			if len(items) > maxItems {
				t.Fatalf("%d records", len(items))
			}
			again, _ = encodePart(items)
			d, err := decodePart(again)
			if err != nil || len(d) != len(items) {
				t.Fatalf("part: %v", err)
			}
			for i := range d {
				if d[i].Key != items[i].Key || d[i].Seq != items[i].Seq || !bytes.Equal(d[i].Payload, items[i].Payload) {
					t.Fatalf("record %d", i)
				}
			}
		}
	})
}
