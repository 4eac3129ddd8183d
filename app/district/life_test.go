package district

import (
	"crypto/ed25519"
	"fmt"
	"testing"
	"time"

	"loaxa/app/station"
	"loaxa/store/mirror"
)

// TestARestoredStationGetsTheKeysAgain: set back to an older copy it would obey a
// key that was revoked since.
func TestARestoredStationGetsTheKeysAgain(t *testing.T) {
	dir := t.TempDir()
	pub, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	ks := station.KeySet{Version: 2, IssuedAt: time.Now().UnixMilli(), Signer: pub, Keys: []station.IssuerKey{{Name: "x", Key: pub, Roles: station.MayIssue, Top: station.Emergency, Revoked: 1}}}
	s := ks.Sign(func(m []byte) []byte { return ed25519.Sign(key, m) })
	if _, err := PutOrder(dir, s.Encode()); err != nil {
		t.Fatal(err)
	}
	open := func() *Orders {
		o, err := OpenOrders(dir, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
	waits := func(o *Orders, life string) int {
		o.Life("xã", life)
		return len(o.For("xã").Pending())
	}
	o := open()
	if waits(o, "1") != 1 {
		t.Fatal("it is not carried at all")
	}
	o.For("xã").Receipt(mirror.RefOf(s.Encode()), mirror.Receipt{Code: "keys-taken", Final: true, Saved: true})
	if n := waits(o, "1"); n != 0 {
		t.Errorf("%d are carried to one that has them", n)
	}
	o = open() // the district starts anew
	if n := waits(o, "1"); n != 0 {
		t.Errorf("%d are carried again without need", n)
	}
	if n := waits(o, "2"); n != 1 {
		t.Errorf("%d are carried to a station that was set back", n)
	}
	if n := waits(open(), "2"); n != 1 {
		t.Errorf("%d behind the district's restart", n)
	}
}

// TestOneStationTakesNotAllPipes: what it names as its poles is its own word.
func TestOneStationTakesNotAllPipes(t *testing.T) {
	p := NewPipes(func(string) bool { return true }, nil)
	bad := &waiting{poles: map[string]bool{}, calls: make(chan PipeCall, maxWaiting)}
	p.waiting["bad"], p.waiting["good"] = bad, &waiting{poles: map[string]bool{"true-pole": true}, calls: make(chan PipeCall, maxWaiting)}
	type stood struct {
		pole, token string
		c           *pipeCalled
	}
	var all []stood
	for i := range 3000 {
		pole := fmt.Sprint("p", i)
		bad.poles = map[string]bool{pole: true}
		if token, c, err := p.call(pole, "bad"); err == nil {
			all = append(all, stood{pole, token, c})
			<-bad.calls
		}
	}
	if len(all) != maxHomePipes {
		t.Errorf("one station holds %d pipes", len(all))
	}
	if _, _, err := p.call("true-pole", "good"); err != nil {
		t.Errorf("another's pole: %v", err)
	}
	for _, s := range all {
		p.end(s.pole, s.token, s.c)
	}
	if len(p.homes) != 1 || p.Open() != 1 {
		t.Errorf("behind their end %v, %d open", p.homes, p.Open())
	}
}
