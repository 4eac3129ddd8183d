// Package devicetest serves a fleet over real TLS on the loopback for tests.
// Everything it starts ends with the test.
package devicetest

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"math/big"
	"net"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"loaxa/devices"
	"loaxa/devices/cluster"
)

// Key is a device's identity.
type Key struct {
	ID      string
	Private ed25519.PrivateKey
	Cert    tls.Certificate
}

// NewKey makes a key with a self-signed certificate.
func NewKey(t testing.TB) Key {
	t.Helper()
	pub, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, pub, private)
	if err != nil {
		t.Fatal(err)
	}
	return Key{
		ID: fingerprint(pub), Private: private,
		Cert: tls.Certificate{Certificate: [][]byte{der}, PrivateKey: private},
	}
}

func fingerprint(pub ed25519.PublicKey) string {
	sum := sha256.Sum256(pub)
	return hex.EncodeToString(sum[:])
}

// Station is a fleet behind a TLS listener.
type Station struct {
	Fleet *devices.Fleet
	Key   Key
	Epoch uint64
	start time.Time
	srv   *httptest.Server
	pipes *pipes // nil: it listens on the loopback
}

// NewStation starts one; change may alter the fleet's options and may be nil.
func NewStation(t testing.TB, change func(*devices.Options)) *Station {
	t.Helper()
	return NewStationOf(t, NewKey(t), change)
}

// NewStationOf starts one with a given key, as after a restart.
func NewStationOf(t testing.TB, key Key, change func(*devices.Options)) *Station {
	t.Helper()
	return newStation(t, key, nil, change)
}

func newStation(t testing.TB, key Key, in *pipes, change func(*devices.Options)) *Station {
	t.Helper()
	s := &Station{Key: key, Epoch: 77, start: time.Now().Add(-time.Hour), pipes: in}
	opt := devices.Options{
		Now: s.Now, Epoch: s.Epoch, Build: "test", ID: s.Key.ID,
		Sign:  func(b []byte) []byte { return ed25519.Sign(s.Key.Private, b) },
		Peer:  Peer,
		Known: func(string) bool { return true },
	}
	if change != nil {
		change(&opt)
	}
	s.Epoch = opt.Epoch
	s.Fleet = devices.New(opt)
	s.srv = httptest.NewUnstartedServer(s.Fleet.Handler())
	if in != nil {
		_ = s.srv.Listener.Close()
		s.srv.Listener = in
	} else {
		s.srv.Listener = smallBuffers{s.srv.Listener}
	}
	s.srv.TLS = &tls.Config{
		MinVersion: tls.VersionTLS13, ClientAuth: tls.RequireAnyClientCert, Certificates: []tls.Certificate{s.Key.Cert},
	}
	s.srv.StartTLS()
	t.Cleanup(s.Close)
	return s
}

// socketBuffer is the size of the sockets' buffers in bytes: what the kernel
// takes is not delivered.
const socketBuffer = 16 << 10

type smallBuffers struct{ net.Listener }

func (l smallBuffers) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if t, ok := c.(*net.TCPConn); ok {
		_ = t.SetWriteBuffer(socketBuffer)
	}
	return c, err
}

// Close ends the fleet and the listener.
func (s *Station) Close() {
	s.Fleet.Close()
	s.srv.Close()
}

// Now is the station's clock in µs.
func (s *Station) Now() int64 { return time.Since(s.start).Microseconds() }

// Address is where it listens.
func (s *Station) Address() string { return s.srv.Listener.Addr().String() }

// Verify checks the station's signature.
func (s *Station) Verify(message, signature []byte) bool {
	return ed25519.Verify(s.Key.Private.Public().(ed25519.PublicKey), message, signature)
}

// Dial connects with the key and finishes TLS; the station's key is pinned.
func (s *Station) Dial(ctx context.Context, key Key) (net.Conn, error) {
	tcp, err := s.connect(ctx)
	if err != nil {
		return nil, err
	}
	conn := tls.Client(tcp, &tls.Config{
		MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{key.Cert}, InsecureSkipVerify: true,
		VerifyConnection: func(cs tls.ConnectionState) error {
			if id, err := Peer(&cs); err != nil || id != s.Key.ID {
				return errors.New("another station's key")
			}
			return nil
		},
	})
	if err := conn.HandshakeContext(ctx); err != nil {
		_ = tcp.Close()
		return nil, err
	}
	return conn, nil
}

func (s *Station) connect(ctx context.Context) (net.Conn, error) {
	if s.pipes != nil {
		return s.pipes.dial(ctx)
	}
	var d net.Dialer
	tcp, err := d.DialContext(ctx, "tcp", s.Address())
	if err == nil {
		_ = tcp.(*net.TCPConn).SetReadBuffer(socketBuffer)
	}
	return tcp, err
}

// Peer is the fingerprint of the certificate's Ed25519 key.
func Peer(cs *tls.ConnectionState) (string, error) {
	if len(cs.PeerCertificates) == 0 {
		return "", errors.New("no certificate")
	}
	pub, ok := cs.PeerCertificates[0].PublicKey.(ed25519.PublicKey)
	if !ok {
		return "", errors.New("not an Ed25519 key")
	}
	return fingerprint(pub), nil
}

// Link opens a cluster's end of the wire; handlers may be nil.
func (s *Station) Link(ctx context.Context, key Key, h cluster.Handlers) (*cluster.Link, error) {
	return s.LinkOver(ctx, key, h, func(c net.Conn) net.Conn { return c }, nil)
}

// LinkOver is Link with the inside of the connection wrapped and, where
// datagrams is not nil, with a datagram socket wrapped by it.
func (s *Station) LinkOver(ctx context.Context, key Key, h cluster.Handlers, wrap, datagrams func(net.Conn) net.Conn) (*cluster.Link, error) {
	conn, err := s.Dial(ctx, key)
	if err != nil {
		return nil, err
	}
	opt := cluster.LinkOptions{
		Hello:     cluster.Hello{Build: "test", ID: key.ID, Name: "pole", Output: "virtual"},
		StationID: s.Key.ID, Verify: s.Verify, Now: s.Now, Handlers: h,
	}
	if datagrams != nil {
		opt.Datagrams = func(port uint16) (net.Conn, error) {
			c, err := net.DialUDP("udp", nil, &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: int(port)})
			if err != nil {
				return nil, err
			}
			return datagrams(c), nil
		}
	}
	return cluster.DialLink(ctx, withState{wrap(conn), conn.(*tls.Conn)}, opt)
}

// withState is a wrapped connection that still knows its TLS.
type withState struct {
	net.Conn
	tls *tls.Conn
}

func (c withState) ConnectionState() tls.ConnectionState { return c.tls.ConnectionState() }

// Raw is a websocket that may say anything.
func Raw(ctx context.Context, conn net.Conn) (*websocket.Conn, error) {
	d := websocket.Dialer{NetDialContext: func(context.Context, string, string) (net.Conn, error) { return conn, nil }}
	ws, _, err := d.DialContext(ctx, "ws://station"+cluster.Path, nil)
	return ws, err
}
