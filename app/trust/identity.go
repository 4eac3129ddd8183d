// Package trust is who is who: each program's Ed25519 key, the fingerprint that
// is its id, and TLS 1.3 between two ends that know each other's key. There is
// no certificate authority and no plain mode. It owns the key file; everything
// it hands out may be used from any goroutine.
package trust

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/base32"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"loaxa/app/station"
)

// Errors of the key file.
var (
	// ErrKeyFile is returned when the key file is there and cannot be used.
	ErrKeyFile = errors.New("key file is damaged: restore it from a copy, or move it away to be enrolled anew")
	// ErrKeyExposed is returned when others may read the key file.
	ErrKeyExposed = errors.New("key file can be read by others: run chmod 600 on it")
)

// KeyFile is the name of the private key inside a program's data folder.
const KeyFile = "identity.pem"

// Identity is a program's own key. It never leaves the machine.
type Identity struct {
	key ed25519.PrivateKey
	id  string
}

var fingerprintCoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// Fingerprint names a public key: the first 20 bytes of its SHA-256 in
// lower-case base32, 32 characters.
func Fingerprint(pub ed25519.PublicKey) string {
	return station.KeyFingerprint(pub)
}

// Short is a fingerprint as people compare it: two groups of four.
func Short(id string) string {
	if len(id) < 8 {
		return id
	}
	return id[:4] + "-" + id[4:8]
}

// CheckFingerprint says what is wrong with a fingerprint that somebody typed.
func CheckFingerprint(s string) error {
	b, err := fingerprintCoding.DecodeString(s)
	if err != nil || len(s) != 32 || len(b) != 20 || strings.ToLower(s) != s {
		return fmt.Errorf("%q is no fingerprint: 32 characters a-z and 2-7, as printed by the other end at its start", s)
	}
	return nil
}

// LoadOrMake returns the key in dir, making it at the first start. The folder
// is made if it is not there.
func LoadOrMake(dir string) (*Identity, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	path := filepath.Join(dir, KeyFile)
	b, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return makeKey(path)
	case err != nil:
		return nil, fmt.Errorf("read key: %w", err)
	}
	if st, err := os.Stat(path); err == nil && st.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s: %w", path, ErrKeyExposed)
	}
	return parseKey(path, b)
}

// Load returns the key in dir; unlike LoadOrMake it makes none.
func Load(dir string) (*Identity, error) {
	path := filepath.Join(dir, KeyFile)
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("no key in %s: %w", dir, err)
	}
	return parseKey(path, b)
}

func parseKey(path string, b []byte) (*Identity, error) {
	block, _ := pem.Decode(b)
	if block == nil {
		return nil, fmt.Errorf("%s: %w", path, ErrKeyFile)
	}
	k, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, ErrKeyFile)
	}
	key, ok := k.(ed25519.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("%s: %w", path, ErrKeyFile)
	}
	return newIdentity(key), nil
}

func newIdentity(key ed25519.PrivateKey) *Identity {
	return &Identity{key, Fingerprint(key.Public().(ed25519.PublicKey))}
}

// makeKey writes the key under a temporary name, synced, before it is used: a
// key that is lost in a power cut would be a program that nobody knows.
func makeKey(path string) (*Identity, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	f, err := os.OpenFile(path+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	err = errors.Join(pem.Encode(f, &pem.Block{Type: "PRIVATE KEY", Bytes: der}), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(path+".new", path)
	}
	if err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	if d, err := os.Open(filepath.Dir(path)); err == nil {
		_ = d.Sync()
		_ = d.Close()
	}
	return newIdentity(key), nil
}

// ID is the fingerprint of the program's own key.
func (i *Identity) ID() string { return i.id }

// Public is the program's own public key, 32 bytes.
func (i *Identity) Public() ed25519.PublicKey { return i.key.Public().(ed25519.PublicKey) }

// Sign signs a message that the caller has separated by domain.
func (i *Identity) Sign(msg []byte) []byte { return ed25519.Sign(i.key, msg) }
