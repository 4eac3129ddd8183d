package station

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"slices"
)

// KeyRole says what the holder of a key may do; roles are added up. The values
// are in the signed bytes.
type KeyRole uint8

// The roles of keys.
const (
	MayIssue   KeyRole = 1 // sign orders
	MayApprove KeyRole = 2 // approve orders of others
	MayKeys    KeyRole = 4 // sign key sets
	MayAlone   KeyRole = 8 // issue an emergency without a second person: see Order.Alone
)

// Has tells whether r holds every role of o.
func (r KeyRole) Has(o KeyRole) bool { return r&o == o }

// IssuerKey is one key of a key set. Times are Unix ms; 0: open or not.
type IssuerKey struct {
	Name    string  `json:"name"` // of the office or person; two keys of one holder have one name
	Key     []byte  `json:"key"`  // Ed25519, 32 bytes
	Roles   KeyRole `json:"roles"`
	Top     Class   `json:"top"` // the highest class that it may order
	From    int64   `json:"from"`
	Until   int64   `json:"until"`
	Revoked int64   `json:"revoked"` // since when; an order signed before that is refused too
	Next    string  `json:"next"`    // fingerprint of the key that will follow it
}

// ID is the key's fingerprint.
func (k *IssuerKey) ID() string { return KeyFingerprint(k.Key) }

// KeySet is whose orders a station takes. A newer set replaces an older one.
type KeySet struct {
	Version  uint64      `json:"version"`
	IssuedAt int64       `json:"issuedAt"`
	Keys     []IssuerKey `json:"keys"`
	Signer   []byte      `json:"signer"` // the key that signed it, 32 bytes
}

// SignedKeySet is a key set with its signature.
type SignedKeySet struct {
	KeySet
	Signature []byte
}

// Bounds of a key set.
const (
	MaxKeySetBytes = 44 << 10 // so that its record fits one journal entry
	MaxKeys        = 200
)

func (k *KeySet) core() wire {
	var w wire
	w.u64(k.Version)
	w.u64(uint64(k.IssuedAt))
	w = append(w, k.Signer...)
	w.u16(len(k.Keys))
	for i := range k.Keys {
		e := &k.Keys[i]
		w.str(e.Name)
		w = append(w, e.Key...)
		w = append(w, byte(e.Roles), byte(e.Top))
		w.u64(uint64(e.From))
		w.u64(uint64(e.Until))
		w.u64(uint64(e.Revoked))
		w.str(e.Next)
	}
	return w
}

// SignedBytes is what is signed of a key set.
func (k *KeySet) SignedBytes() []byte {
	var w wire
	w.str(domainKeySet)
	return append(w, k.core()...)
}

// Sign signs the set with the key that Signer names.
func (k KeySet) Sign(sign func(msg []byte) []byte) SignedKeySet {
	return SignedKeySet{k, sign(k.SignedBytes())}
}

// Encode is the key set as it travels.
func (s *SignedKeySet) Encode() []byte {
	w := wire(keySetMagic)
	w.blob(s.core())
	return append(w, s.Signature...)
}

// DecodeKeySet reads a key set's document strictly. It proves no signature.
func DecodeKeySet(b []byte) (SignedKeySet, error) {
	s, err := decodeKeySet(b)
	if err != nil {
		return SignedKeySet{}, fmt.Errorf("not a key set: %w", err)
	}
	return s, nil
}

func decodeKeySet(b []byte) (s SignedKeySet, err error) {
	if len(b) > MaxKeySetBytes || !IsKeySet(b) {
		return s, fmt.Errorf("%d bytes that do not begin like one, or more than %d", len(b), MaxKeySetBytes)
	}
	outer := unwire{b: b[len(keySetMagic):]}
	r := unwire{b: outer.blob(MaxKeySetBytes)}
	s.Signature = bytes.Clone(outer.take(64))
	s.Version, s.IssuedAt, s.Signer = r.u64(), int64(r.u64()), bytes.Clone(r.take(32))
	for range r.count(MaxKeys) {
		if r.err != nil {
			break
		}
		s.Keys = append(s.Keys, IssuerKey{Name: r.str(MaxOrderName), Key: bytes.Clone(r.take(32)), Roles: KeyRole(r.u8()),
			Top: Class(r.u8()), From: int64(r.u64()), Until: int64(r.u64()), Revoked: int64(r.u64()), Next: r.str(MaxOrderName)})
	}
	if err := errors.Join(outer.err, r.err); err != nil {
		return s, err
	}
	if !bytes.Equal(s.Encode(), b) {
		return s, errors.New("it is not in the one form that it has")
	}
	return s, s.bounds()
}

func (k *KeySet) bounds() error {
	if k.Version == 0 || k.IssuedAt <= 0 || k.IssuedAt > maxTime || len(k.Keys) == 0 {
		return errors.New("no version, no time or no keys")
	}
	var ids []string
	for i := range k.Keys {
		e := &k.Keys[i]
		switch {
		case !cleanName(e.Name):
			return errors.New("a name is empty or holds what cannot be shown")
		case e.Roles == 0 || e.Roles > MayIssue|MayApprove|MayKeys|MayAlone || e.Top > Emergency:
			return fmt.Errorf("%s: a role or class that is unknown", e.Name)
		case e.From < 0 || e.Until < 0 || e.Revoked < 0 || e.Until != 0 && e.Until <= e.From:
			return fmt.Errorf("%s: times that are not in order", e.Name)
		case e.Next != "" && !isFingerprint(e.Next):
			return fmt.Errorf("%s: its next key is no fingerprint", e.Name)
		case slices.Contains(ids, e.ID()):
			return fmt.Errorf("%s: its key stands there twice", e.Name)
		}
		ids = append(ids, e.ID())
	}
	return nil
}

// find returns the key of that fingerprint, nil if there is none.
func (k *KeySet) find(id string) *IssuerKey {
	i := slices.IndexFunc(k.Keys, func(e IssuerKey) bool { return e.ID() == id })
	if i < 0 {
		return nil
	}
	return &k.Keys[i]
}

// usable says why a key must not be used, "" if it may.
func (e *IssuerKey) usable(now OrderTime) RefusalCode {
	switch {
	case e.Revoked != 0:
		return OrderKeyRevoked
	case e.Until != 0 && e.Until <= now.Bound:
		return OrderKeyOver
	case e.From > now.latest():
		return OrderKeyOver
	}
	return ""
}

// maxKeysStep bounds how far ahead a version may be that another key than the
// root signed: the root's word always comes after it.
const maxKeysStep = 1000

// CheckKeySet says whether a set may replace the one that holds. The first is
// signed by the root that the station pins; a later one by the root, or by a
// key of the present set that may sign key sets. No root: none is taken.
func CheckKeySet(b []byte, holds KeySet, root string, now OrderTime) (SignedKeySet, *Refusal) {
	s, err := decodeKeySet(b)
	if err != nil {
		return s, &Refusal{Code: KeysMalformed, Subject: err.Error()}
	}
	signer := KeyFingerprint(s.Signer)
	if root == "" || signer != root {
		e := holds.find(signer)
		switch {
		case e == nil || !e.Roles.Has(MayKeys):
			return s, &Refusal{Code: KeysUnknownSigner, Subject: signer}
		case e.usable(now) != "":
			return s, &Refusal{Code: e.usable(now), Subject: signer}
		}
	}
	switch {
	case !ed25519.Verify(s.Signer, s.SignedBytes(), s.Signature):
		return s, &Refusal{Code: OrderBadSignature, Subject: signer}
	case s.Version <= holds.Version:
		return s, &Refusal{Code: KeysOld, Subject: fmt.Sprint(s.Version), Limit: int(min(holds.Version, 1<<30))}
	case signer != root && s.Version-holds.Version > maxKeysStep:
		return s, &Refusal{Code: KeysMalformed, Subject: "its version is too far ahead"}
	case s.IssuedAt-clockSkew > now.latest():
		return s, &Refusal{Code: OrderNotYet}
	}
	return s, nil
}
