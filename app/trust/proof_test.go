package trust

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	"net/http"
	"testing"
	"time"
)

// unproved is a certificate that shows a key whose other half nobody has.
func unproved(t *testing.T, pub ed25519.PublicKey) tls.Certificate {
	t.Helper()
	_, own, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	leaf := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "x"}, NotAfter: time.Now().Add(time.Hour)}
	ca := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "ca"}, NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, leaf, ca, pub, own)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: own}
}

// TestAnAnnouncedKeyMustBeProved: who shows the public half of a key that was
// announced, as every machine that was told of it can, changes nothing: the key
// before it stays good, now and after a restart.
func TestAnAnnouncedKeyMustBeProved(t *testing.T) {
	before, after := changing(t)
	k := kin(t)
	if err := k.Announced(announce(t, before), before.KeyID()); err != nil {
		t.Fatal(err)
	}
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{unproved(t, after.Public())}})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() { _, _ = io.Copy(io.Discard, c); _ = c.Close() }()
		}
	}()
	conf, err := identity(t).ClientFor(before.ID(), time.Now, k)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	d := tls.Dialer{Config: conf}
	if _, err := d.DialContext(ctx, "tcp", l.Addr().String()); err == nil {
		t.Fatal("a key that nobody holds was taken")
	}
	again, err := OpenKin(k.path)
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []*Kin{k, again} {
		if id, err := at.Named(before.KeyID()); err != nil || id != before.ID() {
			t.Errorf("the true key afterwards: %q %v", id, err)
		}
	}
	c, err := d.DialContext(ctx, "tcp", serveTLS(t, before, http.NotFoundHandler()))
	if err != nil {
		t.Fatal("the true machine:", err)
	}
	_ = c.Close()
	// The true next key, proved, ends the one before.
	if c, err = d.DialContext(ctx, "tcp", serveTLS(t, after, http.NotFoundHandler())); err != nil {
		t.Fatal("with its next key:", err)
	}
	s := c.(*tls.Conn).ConnectionState()
	if id, err := k.Peer(&s); err != nil || id != before.ID() {
		t.Errorf("%q %v", id, err)
	}
	_ = c.Close()
	if _, err := k.Named(before.KeyID()); !errors.Is(err, ErrOldKey) {
		t.Errorf("the key before: %v", err)
	}
}

// TestACodeGivesNobodysName: a key that was let in is known by its own name, or
// by one that is nobody else's.
func TestACodeGivesNobodysName(t *testing.T) {
	a, b, c := identity(t).KeyID(), identity(t).KeyID(), identity(t).KeyID()
	k := kin(t)
	if err := k.Expect(a, b); err != nil { // a machine that changed its key before it came
		t.Fatal(err)
	}
	if err := k.Expect(a, b); err != nil {
		t.Errorf("the same machine again: %v", err)
	}
	for what, pair := range map[string][2]string{"another key for its name": {a, c}, "its key for another name": {c, b}, "its key as a name": {b, c}} {
		if err := k.Expect(pair[0], pair[1]); err == nil {
			t.Errorf("%s was taken", what)
		}
	}
	if err := k.Expect(a, a); !errors.Is(err, ErrOldKey) {
		t.Errorf("its replaced key: %v", err)
	}
	if err := k.Expect(c, c); err != nil {
		t.Error(err)
	}
}
