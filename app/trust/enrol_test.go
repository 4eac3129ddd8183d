package trust

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// gate is a server with a code, and what became of each try.
type gate struct {
	codes *Codes
	addr  string
	mu    sync.Mutex
	let   []Applicant
	told  []string
}

func newGate(t *testing.T, id *Identity) *gate {
	t.Helper()
	g := &gate{}
	g.codes = NewCodes(id, "xã Đak Pơ", func(a Applicant) error { g.let = append(g.let, a); return nil }, func(_ Applicant, became string) {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.told = append(g.told, became)
	})
	g.addr = serveTLS(t, id, g.codes)
	return g
}

func serveTLS(t *testing.T, id *Identity, h http.Handler) string {
	t.Helper()
	conf, err := id.ServerConfig(func(string) error { return nil }, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = srv.Serve(tls.NewListener(l, conf)) }()
	t.Cleanup(func() { _ = srv.Close() })
	return l.Addr().String()
}

func enrol(i *Identity, addr, code, want string) (string, string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	h, err := i.Enrol(ctx, addr, code, want, EnrolCluster, "Thôn 3", time.Now)
	return h.ID, h.Name, err
}

func TestACodeLetsOneMachineIn(t *testing.T) {
	server, pole, other := identity(t), identity(t), identity(t)
	g := newGate(t, server)
	code := NewCode()
	if _, _, err := enrol(pole, g.addr, code, ""); !errors.Is(err, ErrEnrol) {
		t.Fatalf("before any code is open: %v", err)
	}
	g.codes.Open(code, EnrolCluster, CodeLife)
	if _, _, err := enrol(pole, g.addr, code, other.ID()); err == nil {
		t.Error("another key than the file's was taken")
	}
	id, name, err := enrol(pole, g.addr, code, "")
	if err != nil || id != server.ID() || name != "xã Đak Pơ" {
		t.Fatalf("%q %q %v", id, name, err)
	}
	if len(g.let) != 1 || g.let[0] != (Applicant{pole.ID(), pole.ID(), EnrolCluster, "Thôn 3"}) {
		t.Fatalf("let in: %+v", g.let)
	}
	if _, _, err := enrol(other, g.addr, code, ""); !errors.Is(err, ErrEnrol) || len(g.let) != 1 {
		t.Errorf("the code was good twice: %v", err)
	}
	g.codes.Open(code, EnrolBoard, CodeLife)
	if _, _, err := enrol(other, g.addr, code, ""); err == nil {
		t.Error("a code for a board let a cluster in")
	}
	g.codes.Open(code, EnrolCluster, -time.Second)
	if _, _, err := enrol(other, g.addr, code, ""); err == nil || len(g.let) != 1 {
		t.Error("a code whose time is over let a machine in")
	}
}

func TestGuessingSpoilsACode(t *testing.T) {
	server, thief := identity(t), identity(t)
	g := newGate(t, server)
	code := NewCode()
	g.codes.Open(code, EnrolCluster, CodeLife)
	for range codeTries {
		if _, _, err := enrol(thief, g.addr, NewCode(), ""); !errors.Is(err, ErrEnrol) {
			t.Fatal(err)
		}
	}
	if _, _, err := enrol(identity(t), g.addr, code, ""); !errors.Is(err, ErrEnrol) || len(g.let) > 0 {
		t.Errorf("a code that was guessed at five times is still good: %v", err)
	}
	if strings.Join(g.told, " ") != "code-wrong code-wrong code-wrong code-wrong code-spoilt code-over" {
		t.Errorf("told %v", g.told)
	}
}

// TestSomebodyInBetweenIsNotLetIn: he answers with his own key and hands on
// what he hears; neither end takes him.
func TestSomebodyInBetweenIsNotLetIn(t *testing.T) {
	server, pole, thief := identity(t), identity(t), identity(t)
	g := newGate(t, server)
	code := NewCode()
	g.codes.Open(code, EnrolCluster, CodeLife)
	relay := serveTLS(t, thief, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		conf, _ := thief.ClientConfig(server.ID(), time.Now)
		hc := &http.Client{Transport: &http.Transport{TLSClientConfig: conf}}
		resp, err := hc.Post("https://"+g.addr+EnrolPath, "application/json", bytes.NewReader(body))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		defer func() { _ = resp.Body.Close() }()
		w.WriteHeader(resp.StatusCode)
		_, _ = io.Copy(w, resp.Body)
	}))
	if _, _, err := enrol(pole, relay, code, ""); err == nil || len(g.let) != 0 {
		t.Fatalf("he was let in as %v: %v", g.let, err)
	}
	liar := serveTLS(t, thief, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"name":"x","proof":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}`))
	}))
	if _, _, err := enrol(pole, liar, code, ""); !errors.Is(err, ErrEnrol) {
		t.Fatalf("a server that does not know the code was believed: %v", err)
	}
}

func TestCodesAreTyped(t *testing.T) {
	code := NewCode()
	for _, typed := range []string{code, ShowCode(code), " " + strings.ToUpper(ShowCode(code)) + "\n"} {
		if got, err := ParseCode(typed); err != nil || got != code {
			t.Errorf("%q: %q %v", typed, got, err)
		}
	}
	for _, bad := range []string{"", "abc", code + "a", "oooooooooo"} {
		if _, err := ParseCode(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

func TestOfficersKey(t *testing.T) {
	o, err := NewOfficer("Ban chỉ huy")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.Seal("ngắn", 10); !errors.Is(err, ErrWeak) {
		t.Error("a short passphrase was taken")
	}
	b, err := o.Seal("mot hai ba bon", 10)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(b, o.key.Seed()) || bytes.Contains(b, []byte(o.Name)) {
		t.Error("the file shows what it protects")
	}
	if _, err := OpenOfficer(b, "mot hai ba nam"); !errors.Is(err, ErrPassphrase) {
		t.Errorf("wrong passphrase: %v", err)
	}
	got, err := OpenOfficer(b, "mot hai ba bon")
	if err != nil || got.ID() != o.ID() || got.Name != o.Name {
		t.Fatalf("%v", err)
	}
	for i := 0; i < len(b); i += 31 {
		m := bytes.Clone(b)
		m[i] ^= 4
		if got, err := OpenOfficer(m, "mot hai ba bon"); err == nil && got.ID() != o.ID() {
			t.Fatalf("a changed file opens as another key (byte %d)", i)
		}
	}
	if err := got.Change(); err == nil {
		t.Error("changed over to a key that is not there")
	}
	if err := got.Prepare(); err != nil {
		t.Fatal(err)
	}
	next := Fingerprint(got.Public().Next)
	if err := got.Change(); err != nil || got.ID() != next || got.ID() == o.ID() {
		t.Errorf("after the change: %v", err)
	}
	path := t.TempDir() + "/k"
	if _, err := TakeCounters(path, 1); !errors.Is(err, ErrCounter) {
		t.Error("a counter from nowhere")
	}
	if err := SetCounter(path, 0); err != nil {
		t.Fatal(err)
	}
	for want := uint64(1); want < 9; want += 2 {
		if n, err := TakeCounters(path, 2); err != nil || n != want {
			t.Errorf("%d %v, want %d", n, err, want)
		}
	}
}

func FuzzEnrolAsk(f *testing.F) {
	f.Add([]byte(`{"form":1,"kind":"cluster","name":"Thôn 3","proof":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if a, err := parseAsk(b); err == nil && (len(a.Proof) != 32 || len(a.Name) > 240) {
			t.Fatalf("%+v", a)
		}
	})
}

func FuzzOfficerFile(f *testing.F) {
	o, _ := NewOfficer("x")
	b, _ := o.Seal("mot hai ba bon", 1)
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 4096 {
			return
		}
		if got, err := OpenOfficer(b, "mot hai ba bon"); err == nil && (got.Name == "" || CheckFingerprint(got.ID()) != nil) {
			t.Fatalf("a key without a holder: %+v", got.Public())
		}
		_, _ = ParseOfficerPublic(b)
	})
}
