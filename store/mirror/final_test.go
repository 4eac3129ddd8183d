package mirror

import (
	"encoding/hex"
	"testing"

	"loaxa/store"
)

// The bytes of HELLO, CHUNK and ACK are final: these were written down once.
func TestFinalMessages(t *testing.T) {
	hello, _ := EncodeHello(KindHello, Hello{Min: 1, Max: 2, Identity: Identity{"n", "N", "b", 3}, Head: store.Cursor{Epoch: store.Epoch{1}, Seq: 9}, Floor: 1, Wall: 5})
	ack, _ := EncodeAck(Ack{At: store.Cursor{Epoch: store.Epoch{1}, Seq: 9}, Credit: 256})
	run := seedRun()
	var raw []byte // not deflated: that is the compressor's business
	for i := range run.Items {
		raw = store.AppendWire(raw, &run.Items[i])
	}
	chunk, _ := pack(KindChunk, wireChunk{
		Epoch: run.Epoch[:], From: run.From, To: run.To(), Prev: run.Prev[:], Last: run.Last[:], Size: uint32(len(raw)), Body: raw,
	})
	if back, err := DecodeChunk(chunk); err != nil || back.To() != 6 || back.Items[1].Op != store.Delete {
		t.Errorf("the plain chunk: %+v %v", back, err)
	}
	for name, c := range map[string]struct {
		got  []byte
		want string
	}{"hello": {hello, finalHello}, "ack": {ack, finalAck}, "chunk": {chunk, finalChunk}} {
		if hex.EncodeToString(c.got) != c.want {
			t.Errorf("%s is now\n%s", name, hex.EncodeToString(c.got))
		}
	}
}

// The messages that TestFinalMessages makes.
const (
	finalHello = "01ae016c6c6f6178612d6d6972726f720201030204616205616e06614e070308a30150010000000000000000000000000000000209035820000000000000000000000000000000000000000000000000000000000000000009010aa3015000000000000000000000000000000000020003582000000000000000000000000000000000000000000000000000000000000000000b050c000d000e60"
	finalAck   = "04a201a30150010000000000000000000000000000000209035820000000000000000000000000000000000000000000000000000000000000000002190100"
	finalChunk = "03a801500100000000000000000000000000000002050306045820000000000000000000000000000000000000000000000000000000000000000005582009000000000000000000000000000000000000000000000000000000000000000600071882085882010000000000000005000000000000000000000000000000000000000000010000057175657565016b000000287061796c6f6164207061796c6f6164207061796c6f6164207061796c6f6164207061796c6f616420010000000000000006000000000000000000000000000000000000000000020000057175657565016b00000000"
)
