package agent

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"math/rand/v2"
	"testing"
	"time"

	"loaxa/app/station"
	"loaxa/devices/cluster"
)

// Office is a holder of a key; it follows from the name.
type Office struct {
	Name string
	key  ed25519.PrivateKey
}

// NewOffice makes an office.
func NewOffice(name string) Office {
	seed := sha256.Sum256([]byte(name))
	return Office{name, ed25519.NewKeyFromSeed(seed[:])}
}

func (o Office) pub() ed25519.PublicKey { return o.key.Public().(ed25519.PublicKey) }

// ID is the fingerprint of the office's key.
func (o Office) ID() string           { return station.KeyFingerprint(o.pub()) }
func (o Office) sign(m []byte) []byte { return ed25519.Sign(o.key, m) }

// The offices of the tests.
var (
	Root     = NewOffice("root")
	Issuer   = NewOffice("Ban chỉ huy")
	Approver = NewOffice("Chủ tịch")
	Thief    = NewOffice("Kẻ gian")
)

var dawn = time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC)

// KeysDoc is a key set signed by the root.
func KeysDoc(version uint64, by Office) []byte {
	k := station.KeySet{Version: version, IssuedAt: dawn.UnixMilli(), Signer: by.pub(), Keys: []station.IssuerKey{
		{Name: Issuer.Name, Key: Issuer.pub(), Roles: station.MayIssue, Top: station.Emergency},
		{Name: Approver.Name, Key: Approver.pub(), Roles: station.MayApprove}}}
	s := k.Sign(by.sign)
	return s.Encode()
}

// OrderDoc is an emergency with its cancel, signed by one and approved.
func OrderDoc(n byte, by Office, at time.Time) (doc, cancel []byte) {
	o := station.Order{ID: station.OrderID{15: n}, Issuer: Issuer.Name, KeyID: Issuer.ID(), Counter: uint64(n) * 2, Kind: station.OrderPlay,
		Class: station.Emergency, Audience: station.Audience{Areas: []string{"gia-lai"}, Targets: station.Everywhere()},
		IssuedAt: at.UnixMilli(), Expires: at.Add(time.Hour).UnixMilli(), Content: station.OrderContent{Text: "Lũ về."}}
	c := o
	c.ID, c.Kind, c.Content, c.Supersedes, c.Counter = station.OrderID{0: 1, 15: n}, station.OrderCancel, station.OrderContent{}, o.ID, o.Counter+1
	c.Expires = at.Add(2 * time.Hour).UnixMilli()
	sc := c.Sign(by.sign, nil)
	cancel = sc.Encode()
	s := o.Sign(by.sign, cancel)
	s.Approvals = []station.OrderApproval{{KeyID: Approver.ID(), Signature: Approver.sign(s.ApprovalBytes())}}
	return s.Encode(), cancel
}

func sitting(kept []byte, keep func([]byte) error) *judge {
	return newJudge(Orders{Root: Root.ID(), Kept: kept, Keep: keep, Built: dawn.Add(-time.Hour)}, "station")
}

// TestForgedOrdersByTheHundredThousand: mutants of a good one, and orders that
// a stolen key set, another's key or an old recording would make.
func TestForgedOrdersByTheHundredThousand(t *testing.T) {
	n := 100_000
	if testing.Short() {
		n = 20_000
	}
	j := sitting(nil, nil)
	good, cancel := OrderDoc(1, Issuer, dawn)
	if _, why := j.take(good); why == nil {
		t.Fatal("an order was taken before anybody is known")
	}
	if _, why := j.take(KeysDoc(1, Root)); why != nil {
		t.Fatal(why)
	}
	if who, why := j.take(good); why != nil || who != Issuer.Name {
		t.Fatal("the order itself must be good:", why)
	}
	rng := rand.New(rand.NewPCG(3, 4))
	for i := range n {
		b := bytes.Clone(good)
		for range 1 + rng.IntN(3) {
			switch at := rng.IntN(len(b)); rng.IntN(4) {
			case 0:
				b[at] ^= 1 << rng.IntN(8)
			case 1:
				b = append(b[:at], b[min(len(b), at+1+rng.IntN(40)):]...)
			case 2:
				b = append(b[:at], append([]byte{byte(rng.Uint32())}, b[at:]...)...)
			default:
				copy(b[at:], cancel[rng.IntN(len(cancel)):])
			}
			if len(b) == 0 {
				b = []byte{0}
			}
		}
		if _, why := j.take(b); why == nil && !bytes.Equal(b, good) {
			t.Fatalf("mutant %d was taken: %x", i, b)
		}
	}
	for i := range 200 { // well formed, signed by somebody else
		doc, _ := OrderDoc(byte(i), Thief, dawn)
		if _, why := j.take(doc); why == nil || why.Code == station.OrderReplay {
			t.Fatalf("a thief's order was taken: %v", why)
		}
	}
	for _, by := range []Office{Thief, Issuer, Approver} {
		if _, why := j.take(KeysDoc(9, by)); why == nil {
			t.Errorf("a key set signed by %s was taken", by.Name)
		}
	}
}

// TestAPoleRemembersWhatWasCancelled, over a power cut too; and an order is
// over when something newer was signed, whatever the clock says.
func TestAPoleRemembersWhatWasCancelled(t *testing.T) {
	var kept []byte
	j := sitting(nil, func(b []byte) error { kept = b; return nil })
	good, cancel := OrderDoc(1, Issuer, dawn)
	for _, doc := range [][]byte{KeysDoc(1, Root), good, good, cancel} {
		if _, why := j.take(doc); why != nil {
			t.Fatal(why)
		}
	}
	for _, at := range []*judge{j, sitting(kept, nil)} {
		if _, why := at.take(good); why == nil || why.Code != station.OrderVoid {
			t.Errorf("a cancelled order: %v", why)
		}
		if _, why := at.take(KeysDoc(1, Root)); why != nil {
			t.Errorf("the same key set again: %v", why)
		}
		later, _ := OrderDoc(2, Issuer, dawn.Add(3*time.Hour))
		if _, why := at.take(later); why != nil {
			t.Errorf("a newer order: %v", why)
		}
		old, _ := OrderDoc(3, Issuer, dawn)
		if _, why := at.take(old); why == nil || why.Code != station.OrderExpired {
			t.Errorf("an order from before it: %v", why)
		}
	}
	if j := sitting([]byte("rubbish"), nil); j.keys.Version != 0 || j.state.Bound == 0 {
		t.Error("a damaged file is believed")
	}
}

// TestARelinkCutsNoEmergency: what began while it was valid is told again at
// each link; a newer order's date does not end it, a cancel does, and one that
// never was valid here stays out. The power may go meanwhile.
func TestARelinkCutsNoEmergency(t *testing.T) {
	var kept []byte
	orders := Orders{Root: Root.ID(), Built: dawn.Add(-time.Hour), Keep: func(b []byte) error { kept = b; return nil }}
	first, cancel := OrderDoc(1, Issuer, dawn)
	second, _ := OrderDoc(2, Issuer, dawn.Add(90*time.Minute))
	late, _ := OrderDoc(3, Issuer, dawn.Add(10*time.Minute))
	a := New(Options{StationID: "station", Upper: Upper{Orders: orders}})
	tell := func() {
		a.order(cluster.Order{Document: KeysDoc(1, Root)})
		a.order(cluster.Order{Broadcast: 10, Document: first})
	}
	tell()
	a.order(cluster.Order{Broadcast: 20, Document: second})
	for _, when := range []string{"the link came back", "the power came back"} {
		tell()
		if !a.opened(cluster.Open{Stream: 1, Broadcast: 10}) || len(a.untold) > 0 {
			t.Errorf("%s: the emergency is cut, %v", when, a.untold)
		}
		orders.Kept = kept
		a = New(Options{StationID: "station", Upper: Upper{Orders: orders}})
	}
	tell()
	a.order(cluster.Order{Broadcast: 30, Document: late})
	if a.opened(cluster.Open{Stream: 3, Broadcast: 30}) {
		t.Error("an order whose end lies before what was signed is played")
	}
	a.order(cluster.Order{Document: cancel})
	tell()
	if a.opened(cluster.Open{Stream: 4, Broadcast: 10}) {
		t.Error("a cancelled emergency is played")
	}
}

// TestAFarDateEndsNoOrders: neither a key set nor an order of a far year bars
// the orders to come.
func TestAFarDateEndsNoOrders(t *testing.T) {
	j := sitting(nil, nil)
	far, _ := OrderDoc(1, Issuer, dawn.AddDate(60, 0, 0))
	good, _ := OrderDoc(2, Issuer, dawn)
	for _, doc := range [][]byte{KeysDoc(1, Root), far, good} {
		if _, why := j.take(doc); why != nil {
			t.Fatal(why)
		}
	}
}
