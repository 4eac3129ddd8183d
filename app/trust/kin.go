package trust

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"sync"
	"time"
)

// Succession is a machine's word that another key will follow its own. ID is
// what it is called, and stays: the fingerprint of its first key.
type Succession struct {
	ID     string `json:"id"`
	Key    []byte `json:"key"`    // in use now
	Next   []byte `json:"next"`   // will follow
	ByKey  []byte `json:"byKey"`  // signature of all of it
	ByNext []byte `json:"byNext"` // … by the next key: nobody announces a key that he has not got
}

// Errors of successions.
var (
	ErrSuccession = errors.New("this announcement of a next key is not in order")
	ErrOldKey     = errors.New("this key was replaced by another")
)

const (
	domainSuccession = "truyenthanh/succession/v1"
	maxSuccession    = 2 << 10 // bytes
	maxKin           = 1 << 20 // bytes of the file
	maxKinKeys       = 4096
)

func (s *Succession) signedBytes() []byte {
	var b bytes.Buffer
	for _, f := range [][]byte{[]byte(domainSuccession), []byte(s.ID), s.Key, s.Next} {
		fmt.Fprintf(&b, "%d:%s,", len(f), f)
	}
	return b.Bytes()
}

// ParseSuccession reads an announcement and checks both signatures.
func ParseSuccession(b []byte) (s Succession, err error) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if len(b) > maxSuccession || d.Decode(&s) != nil || CheckFingerprint(s.ID) != nil ||
		len(s.Key) != ed25519.PublicKeySize || len(s.Next) != ed25519.PublicKeySize || bytes.Equal(s.Key, s.Next) ||
		!ed25519.Verify(s.Key, s.signedBytes(), s.ByKey) || !ed25519.Verify(s.Next, s.signedBytes(), s.ByNext) {
		return Succession{}, ErrSuccession
	}
	return s, nil
}

// Succession is this machine's announcement; false while no next key was made.
func (i *Identity) Succession() (Succession, bool) {
	if i.next == nil {
		return Succession{}, false
	}
	s := Succession{ID: i.id, Key: i.Public(), Next: i.next.Public().(ed25519.PublicKey)}
	msg := s.signedBytes()
	s.ByKey, s.ByNext = ed25519.Sign(i.key, msg), ed25519.Sign(i.next, msg)
	return s, true
}

// Kin is which key each other machine uses now, and which will follow. A
// machine that never changed its key is not in it. Safe for concurrent use.
type Kin struct {
	path string

	mu   sync.Mutex
	held map[string]kinship // by id
}

type kinship struct {
	Key  string    `json:"key"`            // fingerprint of the one in use
	Next string    `json:"next,omitempty"` // of the one that was announced
	Told time.Time `json:"told,omitzero"`  // when it was told of our own next key
}

// OpenKin reads the file; it need not be there.
func OpenKin(path string) (*Kin, error) {
	k := &Kin{path: path, held: map[string]kinship{}}
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return k, nil
	}
	if err != nil {
		return nil, fmt.Errorf("successions: %w", err)
	}
	if k.held, err = parseKin(b); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return k, nil
}

func parseKin(b []byte) (map[string]kinship, error) {
	held := map[string]kinship{}
	if len(b) > maxKin || json.Unmarshal(b, &held) != nil || len(held) > maxKinKeys {
		return nil, errors.New("the list of replaced keys is damaged: restore it from a copy, or enrol anew the machines that changed their keys")
	}
	for id, h := range held {
		if CheckFingerprint(id) != nil || CheckFingerprint(h.Key) != nil || h.Next != "" && CheckFingerprint(h.Next) != nil {
			return nil, ErrSuccession
		}
	}
	return held, nil
}

func (k *Kin) save() error {
	b, err := json.MarshalIndent(k.held, "", " ")
	if err != nil {
		return fmt.Errorf("successions: %w", err)
	}
	return WriteSecret(k.path, b)
}

// owner finds who has or has announced a key; mu is held.
func (k *Kin) owner(key string) (id string, announced, ok bool) {
	for id, h := range k.held {
		if h.Key == key || h.Next == key {
			return id, h.Key != key, true
		}
	}
	return "", false, false
}

// Named is the machine that a key is said to belong to, by what was announced.
// It changes nothing: in the middle of a handshake nobody has proved yet that
// he holds the key that he shows.
func (k *Kin) Named(key string) (id string, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if id, _, ok := k.owner(key); ok {
		return id, nil
	}
	if _, changed := k.held[key]; changed {
		return "", ErrOldKey
	}
	return key, nil
}

// Whose is Named of a key whose possession was proved. The first time that an
// announced key is proved the one before it is good no more; that is on disk
// first.
func (k *Kin) Whose(key string) (id string, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	id, announced, ok := k.owner(key)
	switch {
	case ok && announced:
		return id, k.put(id, kinship{Key: key, Told: k.held[id].Told})
	case ok:
		return id, nil
	}
	if _, changed := k.held[key]; changed {
		return "", ErrOldKey
	}
	return key, nil
}

// Is tells whether a key is the one that id uses now. Unlike Whose it changes
// nothing.
func (k *Kin) Is(key, id string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if h, ok := k.held[id]; ok {
		return h.Key == key
	}
	return key == id
}

// Expect makes id known by another key than its first: it proved a code.
func (k *Kin) Expect(id, key string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	h, changed := k.held[id]
	if _, old := k.held[key]; id == key {
		if old && changed && h.Key != key {
			return ErrOldKey
		}
		return nil
	}
	if changed && h.Key == key {
		return nil // it is known by that already
	}
	_, _, owned := k.owner(key)
	_, _, taken := k.owner(id)
	if changed || owned || taken {
		return ErrSuccession
	}
	return k.put(id, kinship{Key: key})
}

// Announced takes a machine's word over a connection that showed the key shown.
func (k *Kin) Announced(s Succession, shown string) error {
	id, err := k.Whose(shown)
	next := Fingerprint(s.Next)
	switch {
	case err != nil:
		return err
	case s.ID != id || Fingerprint(s.Key) != shown || next == id:
		return ErrSuccession
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	owner, _, owned := k.owner(next)
	if _, was := k.held[next]; was || owned && owner != id {
		return ErrSuccession // somebody's already
	}
	h, ok := k.held[id]
	if !ok {
		h = kinship{Key: shown}
	}
	if h.Next == next {
		return nil
	}
	h.Next = next
	return k.put(id, h)
}

// put keeps one entry, on disk before it holds; mu is held.
func (k *Kin) put(id string, h kinship) error {
	old, had := k.held[id]
	if !had && len(k.held) >= maxKinKeys {
		return fmt.Errorf("more than %d machines have changed their keys", maxKinKeys)
	}
	k.held[id] = h
	if err := k.save(); err != nil {
		if delete(k.held, id); had {
			k.held[id] = old
		}
		return err
	}
	return nil
}

// Told notes that a machine was told of our own next key.
func (k *Kin) Told(id string, at time.Time) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	h, ok := k.held[id]
	if !ok {
		h = kinship{Key: id}
	}
	if at.Sub(h.Told).Abs() < time.Hour {
		return nil
	}
	h.Told = at
	return k.put(id, h)
}

// ToldSince lists the machines that were told of our next key after it was made.
func (k *Kin) ToldSince(made time.Time) (ids []string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for id, h := range k.held {
		if h.Told.After(made) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}
