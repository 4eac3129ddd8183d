package mirror

import (
	"bytes"
	"testing"
	"time"
)

func FuzzBlob(f *testing.F) {
	want, err := encodeBlobWant(asked{Ref{1}, 5, MinPiece})
	if err != nil {
		f.Fatal(err)
	}
	part, err := encodePiece(Piece{Ref: Ref{1}, Offset: 5, Size: 9, Name: "bản tin", Data: []byte("abcd"), RTT: time.Second})
	if err != nil {
		f.Fatal(err)
	}
	off, err := encodePiece(Piece{Ref: Ref{1}, Why: WhyOff})
	if err != nil {
		f.Fatal(err)
	}
	for _, b := range [][]byte{off, want, part, part[:len(part)/2], {byte(KindBlobPart)}} {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if q, err := decodeBlobWant(b); err == nil && (q.most <= 0 || q.most > MaxPiece || q.offset < 0 || q.offset > MaxBlob) {
			t.Fatalf("a question out of bounds: %+v", q)
		}
		p, err := decodePiece(b)
		if err != nil {
			return
		}
		if len(p.Data) > MaxPiece || p.Offset < 0 || p.Size < 0 || p.Size > MaxBlob || p.Offset+int64(len(p.Data)) > p.Size || len(p.Name) > maxBlobName {
			t.Fatalf("a piece out of bounds: %d bytes at %d of %d", len(p.Data), p.Offset, p.Size)
		}
		again, err := encodePiece(p)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := decodePiece(again); err != nil || !bytes.Equal(back.Data, p.Data) || back.Ref != p.Ref || back.Why != p.Why || back.RTT != p.RTT {
			t.Fatalf("does not survive a round trip: %v", err)
		}
	})
}
