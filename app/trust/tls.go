package trust

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"time"
)

// ErrNoPeerKey is returned for a connection whose other end showed no Ed25519 key.
var ErrNoPeerKey = errors.New("the other end showed no Ed25519 key")

// UnknownPeerError says that the other end's key is not one that was expected.
type UnknownPeerError struct {
	Got, Want string // fingerprints; Want is empty at a server
}

func (e *UnknownPeerError) Error() string {
	if e.Want == "" {
		return fmt.Sprintf("the peer %s (%s) is not known here: enrol it first", e.Got, Short(e.Got))
	}
	return fmt.Sprintf("the other end's key is %s, expected %s: wrong address, or somebody in between", e.Got, e.Want)
}

// certificate is a self-signed one of the key. Its dates say nothing: the key
// is pinned, and a dead clock battery must not part a station from its poles.
func (i *Identity) certificate() (tls.Certificate, error) {
	t := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: i.id},
		NotBefore:    time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC),
		NotAfter:     time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC),
		KeyUsage:     x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, t, t, i.Public(), i.key)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("certificate: %w", err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: i.key}, nil
}

// ServerConfig is TLS 1.3 for a listener. known is asked for the fingerprint
// of every peer; its error refuses the peer. Each peer must show a key.
func (i *Identity) ServerConfig(known func(id string) error, now func() time.Time) (*tls.Config, error) {
	c, err := i.config(now)
	if err != nil {
		return nil, err
	}
	c.ClientAuth = tls.RequireAnyClientCert
	c.VerifyConnection = func(s tls.ConnectionState) error {
		id, err := PeerID(&s)
		if err != nil {
			return err
		}
		return known(id)
	}
	return c, nil
}

// ClientConfig is TLS 1.3 for a dialler that expects the key named by peer, or
// one of next: a key that was announced to follow it.
func (i *Identity) ClientConfig(peer string, now func() time.Time, next ...string) (*tls.Config, error) {
	return i.ClientFor(peer, now, nil, next...)
}

// ClientFor is ClientConfig for a dialler that also takes the key that the peer
// has announced, by kin; nil: none. Behind the handshake Kin.Peer makes that key
// the peer's only one.
func (i *Identity) ClientFor(peer string, now func() time.Time, kin *Kin, next ...string) (*tls.Config, error) {
	c, err := i.config(now)
	if err != nil {
		return nil, err
	}
	// The chain and the name are not checked because the key itself is pinned below.
	c.InsecureSkipVerify = true
	c.VerifyConnection = func(s tls.ConnectionState) error {
		key, err := PeerID(&s)
		if err != nil {
			return err
		}
		id := key
		if kin != nil {
			if id, err = kin.Named(key); err != nil {
				return &UnknownPeerError{Got: key, Want: peer}
			}
		}
		if id != peer && !slices.Contains(next, key) {
			return &UnknownPeerError{Got: key, Want: peer}
		}
		return nil
	}
	return c, nil
}

func (i *Identity) config(now func() time.Time) (*tls.Config, error) {
	cert, err := i.certificate()
	if err != nil {
		return nil, err
	}
	return &tls.Config{
		MinVersion:             tls.VersionTLS13,
		Certificates:           []tls.Certificate{cert},
		Time:                   now,
		SessionTicketsDisabled: true, // a ticket would outlive a revoked key
		NextProtos:             []string{"http/1.1"},
	}, nil
}

// PeerID is the fingerprint of the other end's key.
func PeerID(s *tls.ConnectionState) (string, error) {
	pub, err := PeerKey(s)
	if err != nil {
		return "", err
	}
	return Fingerprint(pub), nil
}

// PeerKey is the other end's public key. The handshake has proved that it
// holds the private one.
func PeerKey(s *tls.ConnectionState) (ed25519.PublicKey, error) {
	if s == nil || len(s.PeerCertificates) == 0 {
		return nil, ErrNoPeerKey
	}
	pub, ok := s.PeerCertificates[0].PublicKey.(ed25519.PublicKey)
	if !ok {
		return nil, ErrNoPeerKey
	}
	return pub, nil
}
