package mirror

import (
	"bytes"
	"testing"

	"loaxa/store"
)

func seedRun() store.Run {
	run := store.Run{Epoch: store.Epoch{1}, From: 5, Items: []store.Entry{
		{Seq: 5, Class: "queue", Key: "k", Op: store.Put, Payload: bytes.Repeat([]byte("payload "), 5)},
		{Seq: 6, Class: "queue", Key: "k", Op: store.Delete},
	}}
	run.Last[0] = 9
	return run
}

func FuzzChunk(f *testing.F) {
	msg, err := EncodeChunk(seedRun())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(msg)
	f.Add(msg[:len(msg)/2])
	f.Add([]byte{byte(KindChunk)})
	bomb, err := pack(KindChunk, wireChunk{Epoch: make([]byte, 16), From: 1, To: 1, Prev: make([]byte, 32), Last: make([]byte, 32),
		Form: formDeflate, Size: 40, Body: squeezed(f, make([]byte, 1<<22))})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(bomb)
	f.Fuzz(func(t *testing.T, b []byte) {
		run, err := DecodeChunk(b)
		if err != nil {
			return
		}
		if len(run.Items) == 0 || len(run.Items) > maxRun || run.Items[0].Seq != run.From {
			t.Fatalf("out of bounds: %d entries from %d", len(run.Items), run.From)
		}
		again, err := EncodeChunk(run)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := DecodeChunk(again); err != nil || back.To() != run.To() || back.Last != run.Last {
			t.Fatalf("does not survive a round trip: %v", err)
		}
	})
}

func squeezed(f *testing.F, raw []byte) []byte {
	f.Helper()
	c := chunker{raw: raw}
	if err := c.squeeze(); err != nil {
		f.Fatal(err)
	}
	return bytes.Clone(c.out.Bytes())
}

func FuzzHello(f *testing.F) {
	msg, err := EncodeHello(KindHello, Hello{
		Min: 1, Max: 1, Identity: Identity{"fingerprint", "Xã Đak Pơ", "v1", 3}, Head: store.Cursor{Seq: 7},
		Floor: 1, Wall: -1, Credit: 5, Verdict: Fork, Words: "why",
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(msg)
	f.Add([]byte{byte(KindHello), 0xa0})
	f.Fuzz(func(t *testing.T, b []byte) {
		h, err := DecodeHello(KindHello, b)
		if err != nil {
			return
		}
		again, err := EncodeHello(KindHello, h)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := DecodeHello(KindHello, again); err != nil || back != h {
			t.Fatalf("does not survive a round trip: %v\n%+v\n%+v", err, h, back)
		}
	})
}

func FuzzSmallMessages(f *testing.F) {
	for _, make := range []func() ([]byte, error){
		func() ([]byte, error) { return EncodeAck(Ack{At: store.Cursor{Seq: 4}, Credit: Credit}) },
		func() ([]byte, error) {
			return encodeNack(Nack{Want: store.Cursor{Seq: 4}, Reason: ReasonGap, Words: "thiếu"})
		},
		func() ([]byte, error) { return encodeTime(Time{1, 2, 3}) },
		func() ([]byte, error) { return encodeBye(Bye{ByeBusy, "bận", 500}) },
	} {
		msg, err := make()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(msg)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var again []byte
		var err error
		if a, aerr := DecodeAck(b); aerr == nil {
			again, err = EncodeAck(a)
		} else if n, nerr := decodeNack(b); nerr == nil {
			if again, err = encodeNack(n); len(n.Words) > 300 {
				t.Fatal("endless words")
			}
		} else if q, qerr := decodeTime(b); qerr == nil {
			again, err = encodeTime(q)
		} else if bye, berr := decodeBye(b); berr == nil {
			again, err = encodeBye(*bye)
		} else {
			return
		}
		if err != nil || again[0] != b[0] {
			t.Fatalf("does not survive a round trip: %v", err)
		}
	})
}

// A chunk that would inflate beyond the cap is refused, whatever it claims.
func TestInflationIsCapped(t *testing.T) {
	body := new(chunker)
	body.raw = make([]byte, MaxInflated+1)
	if err := body.squeeze(); err != nil {
		t.Fatal(err)
	}
	for _, size := range []uint32{10, MaxInflated, MaxInflated + 1, 1<<32 - 1} {
		w := wireChunk{Epoch: make([]byte, 16), From: 1, To: 1, Prev: make([]byte, 32), Last: make([]byte, 32), Form: formDeflate, Size: size, Body: body.out.Bytes()}
		msg, err := pack(KindChunk, w)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := DecodeChunk(msg); err == nil {
			t.Errorf("taken with a claimed size of %d", size)
		}
	}
}

func FuzzOrderLane(f *testing.F) {
	o, err := encodeOrder([]byte("LXORDER1"))
	if err != nil {
		f.Fatal(err)
	}
	r, err := encodeReceipt(RefOf([]byte("x")), Receipt{Code: "obeyed", Final: true})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(o)
	f.Add(r)
	f.Fuzz(func(t *testing.T, b []byte) {
		if doc, err := decodeOrder(b); err == nil && (len(doc) == 0 || len(doc) > MaxOrder) {
			t.Fatalf("an order of %d bytes", len(doc))
		}
		if ref, v, err := decodeReceipt(b); err == nil {
			if _, err := encodeReceipt(ref, v); err != nil || len(v.Code) > 60 {
				t.Fatal("a receipt out of bounds")
			}
		}
	})
}
