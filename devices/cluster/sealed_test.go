package cluster

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
	"testing"

	"loaxa/audio/frame"
)

// exporter stands for one TLS session.
func exporter(secret string) Exporter {
	return func(label string, context []byte, n int) (out []byte, _ error) {
		for i := byte(0); len(out) < n; i++ {
			h := sha256.Sum256(append([]byte(secret+label+string(i)), context...))
			out = append(out, h[:]...)
		}
		return out[:n], nil
	}
}

func sealings(t testing.TB, session uint32, secret string) (station, pole *Sealing) {
	t.Helper()
	station, err := NewSealing(session, exporter(secret), true)
	if err != nil {
		t.Fatal(err)
	}
	pole, err = NewSealing(session, exporter(secret), false)
	if err != nil {
		t.Fatal(err)
	}
	return station, pole
}

// TestSealedOnceAndOnlyHere: what another session sealed, what was changed and
// what came before is not opened; each end's own datagrams are not its own to
// open.
func TestSealedOnceAndOnlyHere(t *testing.T) {
	station, pole := sealings(t, 7, "a")
	other, _ := sealings(t, 7, "b")
	d := station.Seal(nil, []byte("one"))
	if m, err := pole.Open(d); err != nil || string(m) != "one" {
		t.Fatalf("%q %v", m, err)
	}
	if _, err := pole.Open(d); err == nil {
		t.Error("a replay was opened")
	}
	if _, err := pole.Open(other.Seal(nil, []byte("x"))); err == nil {
		t.Error("another session's datagram was opened")
	}
	if _, err := station.Open(station.Seal(nil, []byte("x"))); err == nil {
		t.Error("a station opened its own datagram, sent back to it")
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 100_000 {
		m := bytes.Clone(station.Seal(nil, []byte("sound")))
		m[r.IntN(len(m))] ^= 1 << r.IntN(8)
		if _, err := pole.Open(m); err == nil {
			t.Fatalf("a changed datagram was opened: %x", m)
		}
	}
}

// TestDatagramsInAnyOrder: each is opened once, in whatever order, while it is
// in the window.
func TestDatagramsInAnyOrder(t *testing.T) {
	station, pole := sealings(t, 7, "a")
	r := rand.New(rand.NewPCG(3, 4))
	var all [][]byte
	for i := range 5000 {
		all = append(all, station.Seal(nil, binary.BigEndian.AppendUint32(nil, uint32(i))))
	}
	for i := 0; i < len(all); i += 500 { // up to 500 places from where it was
		r.Shuffle(500, func(a, b int) { all[i+a], all[i+b] = all[i+b], all[i+a] })
	}
	got := map[string]bool{}
	for _, d := range append(all, all...) {
		if m, err := pole.Open(d); err == nil {
			if got[string(m)] {
				t.Fatal("opened twice")
			}
			got[string(m)] = true
		}
	}
	if len(got) != 5000 {
		t.Errorf("%d of 5000 opened", len(got))
	}
	if opened, sent := pole.Counts(); opened != uint64(len(got)) || sent != 5000 {
		t.Errorf("counts %d of %d", opened, sent)
	}
}

func TestRepeatsFillWhatWasLost(t *testing.T) {
	var ps []frame.Packet
	for i := range 4 {
		ps = append(ps, frame.Packet{Stream: 3, Seq: uint32(10 + i), PlayAt: int64(i) * FrameMicros, Flags: frame.Live, Data: []byte{byte(i + 1)}})
	}
	b, err := AppendRepeated(nil, ps[1:3], ps[3])
	if err != nil {
		t.Fatal(err)
	}
	got, err := parseRepeated(b)
	if err != nil || len(got) != 3 {
		t.Fatalf("%v %v", got, err)
	}
	for i, p := range got {
		w := ps[1+i]
		if p.Seq != w.Seq || p.PlayAt != w.PlayAt || !bytes.Equal(p.Data, w.Data) || (p.Flags&frame.Repeat != 0) != (i < 2) {
			t.Errorf("frame %d is %+v", i, p)
		}
	}
	ps[3].Flags |= frame.Discontinuity // nothing leads up to it
	if b, _ = AppendRepeated(nil, ps[1:3], ps[3]); len(b) != 16+3 {
		t.Errorf("%d bytes for a frame that nothing leads up to", len(b))
	}
	// The websocket's reader leaves repeats out of a message it can read.
	if _, err := ParseAudio(b); err != nil {
		t.Error(err)
	}
}

func FuzzDatagramMessage(f *testing.F) {
	b, _ := AppendRepeated(nil, []frame.Packet{{Stream: 1, Seq: 1, Data: []byte{1}}}, frame.Packet{Stream: 1, Seq: 2, PlayAt: FrameMicros, Data: []byte{2}})
	f.Add(b)
	f.Add(AppendProbe(nil, Probe{1, 2, 3, 4}))
	f.Add(AppendEcho(nil, 9))
	f.Fuzz(func(t *testing.T, b []byte) {
		if packets, err := parseRepeated(b); err == nil {
			if len(packets) == 0 || len(packets) > MaxFrames+MaxRepeats {
				t.Fatalf("%d packets", len(packets))
			}
			for _, p := range packets {
				if p.PlayAt < 0 || len(p.Data) > MaxFrameBytes {
					t.Fatalf("%+v", p)
				}
			}
		}
		if p, err := ParseProbe(b); err == nil && !bytes.Equal(AppendProbe(nil, p), b) {
			t.Fatalf("%+v", p)
		}
		_, _ = ParseEcho(b)
	})
}
