package cluster

import (
	"bytes"
	"crypto/ed25519"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"
)

func somePlan() *Plan {
	return &Plan{Version: 3, Station: "s", Made: 1, Until: 2, After: 600, Zone: 7 * 3600,
		Slots: []PlanSlot{{ID: 1, Title: "Bản tin", Minute: 300, Days: 0x7f, Play: []PlanPiece{{Asset: "tone:chime", Gain: 1}}}},
		Last:  []LastWord{{ID: 2, After: 120, Every: 600, Times: 3, Until: 9, Play: []PlanPiece{{Asset: "tone:din-33404-3", Gain: 1}}}},
		Guard: Guard{QuietFrom: 22 * 60, QuietTo: 5 * 60, QuietCap: 0.5},
		Keep:  []PlanFile{{Asset: strings.Repeat("ab", 32), Bytes: 4}}}
}

// FuzzPlan: what is read is within its bounds and is written back as it was.
func FuzzPlan(f *testing.F) {
	b, err := somePlan().Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte{0xa0})
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := ParsePlan(b)
		if err != nil {
			return
		}
		again, err := p.Encode()
		if err != nil {
			t.Fatalf("read and not written: %v", err)
		}
		if q, err := ParsePlan(again); err != nil || !reflect.DeepEqual(p, q) && !bytes.Equal(b, again) {
			t.Fatalf("another plan came back: %v", err)
		}
	})
}

func TestQuietHoursOverMidnight(t *testing.T) {
	g := Guard{QuietFrom: 22 * 60, QuietTo: 5 * 60}
	for hour, want := range map[int]bool{21: false, 22: true, 0: true, 4: true, 5: false, 12: false} {
		if got := g.Quiet(time.Date(2026, 11, 23, hour, 0, 0, 0, time.UTC)); got != want {
			t.Errorf("%d o'clock: %v", hour, got)
		}
	}
	if (Guard{}).Quiet(time.Now()) {
		t.Error("without hours of peace it is quiet")
	}
}

// TestNoForgedPlayIsTaken: every bit of a signed play and plan counts, and
// another station's, epoch's or key's is none.
func TestNoForgedPlayIsTaken(t *testing.T) {
	pub, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	taken := 0
	link := &Link{opt: LinkOptions{StationID: "s", Verify: func(m, sig []byte) bool { return ed25519.Verify(pub, m, sig) },
		Handlers: Handlers{Play: func(Play) { taken++ }}}, plays: map[uint16]bool{}, welcome: Welcome{Epoch: 7, Protocol: ProtocolMax}}
	good := Play{Protocol: ProtocolMax, Epoch: 7, Stream: 2, Broadcast: 9, Class: 6, Asset: "tone:attention", At: 5, From: 6, Gain: 1}
	good.Signature = ed25519.Sign(key, good.SignedBytes("s"))
	give := func(p Play) { link.takeControl(&p) }
	r := rand.New(rand.NewPCG(1, 2))
	for range 20000 {
		p := good
		switch r.IntN(9) {
		case 0:
			p.Epoch++
		case 1:
			p.Broadcast ^= 1 << r.IntN(64)
		case 2:
			p.Class ^= 1 << r.IntN(8)
		case 3:
			p.Asset += "x"
		case 4:
			p.At ^= 1 << r.IntN(40)
		case 5:
			p.From++
		case 6:
			p.Gain *= 2
		case 7:
			p.Stream ^= 1 << r.IntN(16)
		default:
			p.Signature = bytes.Clone(p.Signature)
			p.Signature[r.IntN(64)] ^= 1 << r.IntN(8)
		}
		give(p)
	}
	other := good
	other.Signature = ed25519.Sign(key, good.SignedBytes("another station"))
	give(other)
	if taken != 0 || link.Rejected().Sum() != 20001 {
		t.Fatalf("%d forged plays were taken, %d were counted", taken, link.Rejected().Sum())
	}
	give(good)
	give(good)
	if taken != 1 {
		t.Errorf("the station's own was taken %d times", taken)
	}
}
