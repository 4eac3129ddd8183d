package trust

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"unicode/utf8"

	"filippo.io/age"
	"filippo.io/age/armor"
)

// Errors of an officer's key file.
var (
	// ErrPassphrase is returned for a passphrase that does not open the file.
	ErrPassphrase = errors.New("this passphrase does not open the key")
	// ErrWeak is returned for a passphrase that is too short.
	ErrWeak = fmt.Errorf("a passphrase has at least %d characters", MinPassphrase)
	// ErrOfficerFile is returned for a file that is no officer's key.
	ErrOfficerFile = errors.New("this file is no officer's key, or it is damaged")
	// ErrCounter is returned when a key's counter is gone: an order with a
	// number that was used is refused everywhere.
	ErrCounter = errors.New("the key's counter file is missing or damaged: give the last number used with --counter")
)

// MinPassphrase is the least length of a passphrase, in characters.
const MinPassphrase = 12

// Work of the passphrase's stretching, log2 of scrypt's N: age's own default,
// about a second of a desk PC; and the most that a file may ask of us.
const (
	OfficerWork    = 18
	maxOfficerWork = 20
	maxOfficerFile = 64 << 10 // bytes
)

// Officer is a person's key for orders. It lives in a file that only a
// passphrase opens, on that person's machine; no server holds one.
type Officer struct {
	Name string
	key  ed25519.PrivateKey
	next ed25519.PrivateKey // nil: none
}

// OfficerPublic is what others may know of an officer's key.
type OfficerPublic struct {
	Name string `json:"name"`
	Key  []byte `json:"key"`            // Ed25519, 32 bytes
	Next []byte `json:"next,omitempty"` // that will follow it
}

type officerFile struct {
	Form int    `json:"form"`
	Name string `json:"name"`
	Seed []byte `json:"seed"`
	Next []byte `json:"next,omitempty"`
}

// NewOfficer makes a key for name.
func NewOfficer(name string) (*Officer, error) {
	if name == "" || len(name) > 120 || !utf8.ValidString(name) {
		return nil, errors.New("a key needs its holder's name, at most 120 bytes")
	}
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	return &Officer{Name: name, key: key}, nil
}

// ID is the fingerprint of the key in use.
func (o *Officer) ID() string { return Fingerprint(o.key.Public().(ed25519.PublicKey)) }

// Sign signs a message that the caller has separated by domain.
func (o *Officer) Sign(msg []byte) []byte { return ed25519.Sign(o.key, msg) }

// Public is what others may know.
func (o *Officer) Public() OfficerPublic {
	p := OfficerPublic{Name: o.Name, Key: o.key.Public().(ed25519.PublicKey)}
	if o.next != nil {
		p.Next = o.next.Public().(ed25519.PublicKey)
	}
	return p
}

// Prepare makes the key that will follow. It is announced in a key set before
// it is used.
func (o *Officer) Prepare() error {
	if o.next != nil {
		return errors.New("a next key is there already: announce it, then change over")
	}
	n, err := NewOfficer(o.Name)
	if err == nil {
		o.next = n.key
	}
	return err
}

// Change makes the next key the one in use; the old one is gone.
func (o *Officer) Change() error {
	if o.next == nil {
		return errors.New("no next key was prepared")
	}
	o.key, o.next = o.next, nil
	return nil
}

// Seal is the officer's key file under a passphrase: age with scrypt, armoured.
// work is log2 of scrypt's N; 0 means OfficerWork.
func (o *Officer) Seal(passphrase string, work int) ([]byte, error) {
	if utf8.RuneCountInString(passphrase) < MinPassphrase {
		return nil, ErrWeak
	}
	r, err := age.NewScryptRecipient(passphrase)
	if err != nil {
		return nil, fmt.Errorf("seal key: %w", err)
	}
	if work == 0 {
		work = OfficerWork
	}
	r.SetWorkFactor(work)
	f := officerFile{Form: 1, Name: o.Name, Seed: o.key.Seed()}
	if o.next != nil {
		f.Next = o.next.Seed()
	}
	plain, err := json.Marshal(f)
	if err != nil {
		return nil, fmt.Errorf("seal key: %w", err)
	}
	var out bytes.Buffer
	arm := armor.NewWriter(&out)
	w, err := age.Encrypt(arm, r)
	if err == nil {
		_, err = w.Write(plain)
		err = errors.Join(err, w.Close(), arm.Close())
	}
	if err != nil {
		return nil, fmt.Errorf("seal key: %w", err)
	}
	return out.Bytes(), nil
}

// OpenOfficer opens a key file.
func OpenOfficer(b []byte, passphrase string) (*Officer, error) {
	if len(b) > maxOfficerFile {
		return nil, ErrOfficerFile
	}
	id, err := age.NewScryptIdentity(passphrase)
	if err != nil {
		return nil, ErrPassphrase
	}
	id.SetMaxWorkFactor(maxOfficerWork)
	r, err := age.Decrypt(armor.NewReader(bytes.NewReader(b)), id)
	var wrong *age.NoIdentityMatchError
	switch {
	case errors.As(err, &wrong):
		return nil, ErrPassphrase
	case err != nil:
		return nil, ErrOfficerFile
	}
	plain, err := io.ReadAll(io.LimitReader(r, maxOfficerFile))
	if err != nil {
		return nil, ErrOfficerFile
	}
	var f officerFile
	if json.Unmarshal(plain, &f) != nil || f.Form != 1 || f.Name == "" || len(f.Seed) != ed25519.SeedSize ||
		len(f.Next) != 0 && len(f.Next) != ed25519.SeedSize {
		return nil, ErrOfficerFile
	}
	o := &Officer{Name: f.Name, key: ed25519.NewKeyFromSeed(f.Seed)}
	if len(f.Next) > 0 {
		o.next = ed25519.NewKeyFromSeed(f.Next)
	}
	return o, nil
}

// ParseOfficerPublic reads the public part that an officer hands out.
func ParseOfficerPublic(b []byte) (p OfficerPublic, err error) {
	if len(b) > maxOfficerFile || json.Unmarshal(b, &p) != nil || p.Name == "" || len(p.Name) > 120 ||
		len(p.Key) != ed25519.PublicKeySize || len(p.Next) != 0 && len(p.Next) != ed25519.PublicKeySize {
		return OfficerPublic{}, errors.New("this file is no officer's public key")
	}
	return p, nil
}

const counterSuffix = ".counter"

// TakeCounters reserves n numbers of the key in path and returns the first. It
// is on disk before anything is signed with it: no number is used twice.
func TakeCounters(path string, n uint64) (uint64, error) {
	b, err := os.ReadFile(path + counterSuffix)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, ErrCounter
	}
	if err != nil {
		return 0, fmt.Errorf("counter: %w", err)
	}
	last, err := strconv.ParseUint(strings.TrimSpace(string(b)), 10, 63)
	if err != nil {
		return 0, ErrCounter
	}
	return last + 1, SetCounter(path, last+n)
}

// SetCounter says which number of the key in path was used last.
func SetCounter(path string, last uint64) error {
	return WriteSecret(path+counterSuffix, []byte(strconv.FormatUint(last, 10)+"\n"))
}

// WriteSecret writes a file that only its owner reads, whole or not at all.
func WriteSecret(path string, b []byte) error {
	f, err := os.OpenFile(path+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("write key: %w", err)
	}
	_, err = f.Write(b)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(path+".new", path)
	}
	if err != nil {
		return fmt.Errorf("write key: %w", err)
	}
	if d, err := os.Open(filepath.Dir(path)); err == nil {
		_ = d.Sync()
		_ = d.Close()
	}
	return nil
}
