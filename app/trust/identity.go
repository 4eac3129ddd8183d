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

// Names of the private keys inside a program's data folder.
const (
	KeyFile     = "identity.pem"
	NextKeyFile = "identity-next.pem" // will follow; not there: none was made
)

// idHeader holds, in a key file, what the program is called: the fingerprint of
// its first key.
const idHeader = "Id"

// Identity is a program's own key. It never leaves the machine.
type Identity struct {
	key  ed25519.PrivateKey
	next ed25519.PrivateKey // nil: none was made
	id   string
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
		return makeKey(path, "")
	case err != nil:
		return nil, fmt.Errorf("read key: %w", err)
	}
	if st, err := os.Stat(path); err == nil && st.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s: %w", path, ErrKeyExposed)
	}
	i, err := parseKey(path, b)
	if err == nil {
		err = i.loadNext(dir)
	}
	return i, err
}

// loadNext reads the key that will follow, where there is one.
func (i *Identity) loadNext(dir string) error {
	path := filepath.Join(dir, NextKeyFile)
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read key: %w", err)
	}
	n, err := parseKey(path, b)
	if err == nil && n.id != i.id {
		err = fmt.Errorf("%s: %w", path, ErrKeyFile)
	}
	if err == nil {
		i.next = n.key
	}
	return err
}

// LoadNext is the fingerprint of the key that will follow the one in dir; empty:
// none was made.
func LoadNext(dir string) (string, error) {
	i, err := LoadOrMake(dir)
	if err != nil || i.next == nil {
		return "", err
	}
	return Fingerprint(i.next.Public().(ed25519.PublicKey)), nil
}

// Prepare makes the key that will follow the one in dir.
func Prepare(dir string) (*Identity, error) {
	i, err := Load(dir)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, NextKeyFile)
	if _, err := os.Stat(path); err == nil {
		return nil, errors.New("a next key was made already: change over to it, or take the file away")
	}
	n, err := makeKey(path, i.id)
	if err == nil {
		i.next = n.key
	}
	return i, err
}

// Change makes the next key in dir the one in use; the old one is gone. The
// program takes it at its next start.
func Change(dir string) (*Identity, error) {
	i, err := LoadOrMake(dir)
	if err != nil {
		return nil, err
	}
	if i.next == nil {
		return nil, errors.New("no next key was made: prepare one, and wait until the other machines know it")
	}
	if err := os.Rename(filepath.Join(dir, NextKeyFile), filepath.Join(dir, KeyFile)); err != nil {
		return nil, fmt.Errorf("change key: %w", err)
	}
	syncFolder(dir)
	return Load(dir)
}

func syncFolder(dir string) {
	if d, err := os.Open(dir); err == nil {
		_ = d.Sync()
		_ = d.Close()
	}
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
	i := newIdentity(key)
	if id := block.Headers[idHeader]; id != "" {
		if err := CheckFingerprint(id); err != nil {
			return nil, fmt.Errorf("%s: %w", path, ErrKeyFile)
		}
		i.id = id
	}
	return i, nil
}

func newIdentity(key ed25519.PrivateKey) *Identity {
	return &Identity{key: key, id: Fingerprint(key.Public().(ed25519.PublicKey))}
}

// makeKey writes the key under a temporary name, synced, before it is used: a
// key that is lost in a power cut would be a program that nobody knows. id is
// what the program is called already; "": it is its first key.
func makeKey(path, id string) (*Identity, error) {
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
	block := &pem.Block{Type: "PRIVATE KEY", Bytes: der}
	if id != "" {
		block.Headers = map[string]string{idHeader: id}
	}
	err = errors.Join(pem.Encode(f, block), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(path+".new", path)
	}
	if err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	syncFolder(filepath.Dir(path))
	i := newIdentity(key)
	if id != "" {
		i.id = id
	}
	return i, nil
}

// ID is what the program is called: the fingerprint of its first key.
func (i *Identity) ID() string { return i.id }

// KeyID is the fingerprint of the key that it uses now.
func (i *Identity) KeyID() string { return Fingerprint(i.Public()) }

// Public is the program's own public key, 32 bytes.
func (i *Identity) Public() ed25519.PublicKey { return i.key.Public().(ed25519.PublicKey) }

// Sign signs a message that the caller has separated by domain.
func (i *Identity) Sign(msg []byte) []byte { return ed25519.Sign(i.key, msg) }
