package boot

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"crypto/tls"

	"loaxa/app/station"
	"loaxa/app/trust"
)

// TestOneMachineHasItsRoom: a stolen pole's key holds a few places at the door,
// and another machine is served meanwhile; what never ends is ended.
func TestOneMachineHasItsRoom(t *testing.T) {
	var ids []*trust.Identity
	for range 3 {
		id, err := trust.LoadOrMake(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	kin, err := trust.OpenKin(filepath.Join(t.TempDir(), "kin.json"))
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	hold := make(chan struct{})
	d := door{known: func(string) bool { return true }, kin: kin, each: machineRoom, name: func(*http.Request) string { return "m" }}
	srv, tl, err := machineServer(l, ids[0], time.Now, d, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/hold" {
			<-hold
		}
	}), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = srv.Serve(tl) }()
	defer srv.Close()
	defer close(hold)
	if srv.ReadTimeout == 0 {
		t.Error("a body that never ends keeps its place for ever")
	}
	ask := func(id *trust.Identity, path string) (net.Conn, string) {
		t.Helper()
		conf, err := id.ClientConfig(ids[0].ID(), time.Now)
		if err != nil {
			t.Fatal(err)
		}
		c, err := tls.Dial("tcp", l.Addr().String(), conf)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", path)
		if path == "/hold" {
			return c, ""
		}
		b := make([]byte, 12)
		_ = c.SetReadDeadline(time.Now().Add(20 * time.Second))
		_, err = c.Read(b)
		if err != nil {
			t.Fatal(err)
		}
		return c, string(b)
	}
	for range machineRoom {
		c, _ := ask(ids[1], "/hold")
		defer c.Close()
	}
	refused := false
	for range 100 { // the last of them may just be entering
		c, answer := ask(ids[1], "/")
		_ = c.Close()
		if refused = answer == "HTTP/1.1 429"; refused {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if !refused {
		t.Error("one machine holds any number of places")
	}
	c, answer := ask(ids[2], "/")
	_ = c.Close()
	if answer != "HTTP/1.1 200" {
		t.Errorf("another machine meanwhile: %q", answer)
	}
}

func TestStrangersAreCountedByTheirLine(t *testing.T) {
	for addr, want := range map[string]string{"203.0.113.7:80": "203.0.113.7", "[::ffff:203.0.113.7]:80": "203.0.113.7",
		"[2001:db8:1:2:3:4:5:6]:80": "2001:db8:1:2::/64", "[fe80::1%eth0]:80": "fe80::/64"} {
		a, err := net.ResolveTCPAddr("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		if got := neighbourhood(a); got != want {
			t.Errorf("%s is counted as %s, want %s", addr, got, want)
		}
	}
}

// TestACodeAtTheDistrictTakesNoName: who was let in under another station's name
// would get its replica and its orders.
func TestACodeAtTheDistrictTakesNoName(t *testing.T) {
	r := &running{Role: Role{Data: t.TempDir()}}
	var ids []string
	for range 4 {
		id, err := trust.LoadOrMake(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id.KeyID())
	}
	kin, err := trust.OpenKin(filepath.Join(r.Data, kinFile))
	if err != nil {
		t.Fatal(err)
	}
	p := &peers{dir: r.Data, fixed: []string{ids[0]}, kin: kin}
	if err := p.letIn(trust.Applicant{ID: ids[1], Key: ids[1], Name: "xã A"}); err != nil {
		t.Fatal(err)
	}
	for _, name := range ids[:2] {
		if err := p.letIn(trust.Applicant{ID: name, Key: ids[2], Name: "kẻ gian"}); !errors.Is(err, errTaken) {
			t.Errorf("another's name: %v", err)
		}
		if id, err := kin.Named(ids[2]); err != nil || id != ids[2] {
			t.Errorf("the thief is called %s, %v", id, err)
		}
	}
	if err := p.letIn(trust.Applicant{ID: ids[3], Key: ids[2], Name: "xã B"}); err != nil {
		t.Errorf("a station that changed its key before it came: %v", err)
	}
}

// TestAFarDateBarsNoEmergency: neither a key set nor a notice moves the time by
// which orders end.
func TestAFarDateBarsNoEmergency(t *testing.T) {
	m := &epochs{true: clockFloor.AddDate(0, 1, 0)}
	m.restart()
	root, err := trust.NewOfficer("Gốc")
	if err != nil {
		t.Fatal(err)
	}
	low, err := trust.NewOfficer("Cán bộ")
	if err != nil {
		t.Fatal(err)
	}
	far := m.true.AddDate(60, 0, 0).UnixMilli()
	holds := station.KeySet{Version: 1, Keys: []station.IssuerKey{{Name: low.Name, Key: low.Public().Key, Roles: station.MayIssue | station.MayKeys, Top: station.Operator}}}
	set := func(version uint64, at int64, by *trust.Officer) []byte {
		k := station.KeySet{Version: version, IssuedAt: at, Keys: holds.Keys, Signer: by.Public().Key}
		s := k.Sign(by.Sign)
		return s.Encode()
	}
	for what, doc := range map[string][]byte{"dated in a far year": set(2, far, root), "with the last number": set(1<<64-1, m.true.UnixMilli(), low)} {
		if _, why := station.CheckKeySet(doc, holds, root.ID(), m.clock.forOrders(true)); why == nil {
			t.Errorf("a key set %s is taken", what)
		}
	}
	if _, why := station.CheckKeySet(set(1<<64-1, m.true.UnixMilli(), root), holds, root.ID(), m.clock.forOrders(true)); why != nil {
		t.Errorf("the root's word: %v", why)
	}
	// A dead battery: the notice is taken, the time stays.
	m.off = -40 * 365 * 24 * time.Hour
	here, before := "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", m.clock.Signed()
	body, err := json.Marshal(station.NoticeBody{Text: "x"})
	if err != nil {
		t.Fatal(err)
	}
	n := station.Directive{ID: newOrderID(), Issuer: low.Name, KeyID: low.ID(), Kind: station.DirectNotice, Version: 1, Stations: []string{here}, IssuedAt: far, Expires: far + 3600_000, Body: body}
	s := n.Sign(low.Sign)
	if _, why := station.CheckDirective(s.Encode(), station.OrderContext{Keys: holds, Station: here, Now: m.clock.forOrders(false)}); why != nil {
		t.Fatal(why)
	}
	if !m.clock.Signed().Equal(before) {
		t.Error("a notice moved the time")
	}
}
