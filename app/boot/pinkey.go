package boot

import (
	"crypto/ed25519"
	"crypto/tls"
	"net"
	"os"
	"path/filepath"
	"sync"

	"loaxa/app/trust"
)

// stationKeyFile holds the station's public key beside its fingerprint's pin,
// so that a board or pole can check what it stored while the station is gone.
const stationKeyFile = "station.pub"

// pinnedKey is the public key behind a pinned fingerprint, once it is known.
type pinnedKey struct {
	mu  sync.Mutex
	pub ed25519.PublicKey
}

// load reads the key of an earlier run; one that does not match is ignored.
func (p *pinnedKey) load(dir, id string, kin *trust.Kin) {
	b, err := os.ReadFile(filepath.Join(dir, stationKeyFile))
	if err != nil || len(b) != ed25519.PublicKeySize || !kin.Is(trust.Fingerprint(b), id) {
		return
	}
	p.mu.Lock()
	p.pub = b
	p.mu.Unlock()
}

// keep remembers a key that TLS has proved to be the pinned one.
func (p *pinnedKey) keep(dir string, pub ed25519.PublicKey) {
	p.mu.Lock()
	known := p.pub.Equal(pub)
	p.pub = pub
	p.mu.Unlock()
	if !known {
		_ = writeFile(filepath.Join(dir, stationKeyFile), pub, 0o640)
	}
}

// verify checks a signature of the station; false while its key is not known.
func (p *pinnedKey) verify(msg, sig []byte) bool {
	p.mu.Lock()
	pub := p.pub
	p.mu.Unlock()
	return pub != nil && ed25519.Verify(pub, msg, sig)
}

// provedKey is the other end's key of a TLS connection.
func provedKey(c net.Conn) ed25519.PublicKey {
	t, ok := c.(*tls.Conn)
	if !ok {
		return nil
	}
	s := t.ConnectionState()
	pub, err := trust.PeerKey(&s)
	if err != nil {
		return nil
	}
	return pub
}
