package station

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"fmt"
)

// OrderID names an order: 128 random bits.
type OrderID [16]byte

// String is the id in hex.
func (id OrderID) String() string { return hex.EncodeToString(id[:]) }

// IsZero tells the id that names nothing.
func (id OrderID) IsZero() bool { return id == OrderID{} }

// MarshalText writes the id in hex.
func (id OrderID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads 32 hex digits.
func (id *OrderID) UnmarshalText(b []byte) error {
	v, err := ParseOrderID(string(b))
	if err == nil {
		*id = v
	}
	return err
}

// ParseOrderID reads 32 hex digits.
func ParseOrderID(s string) (id OrderID, err error) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(id) {
		return id, fmt.Errorf("%q is no order id: 32 digits 0-9 and a-f", s)
	}
	copy(id[:], b)
	return id, nil
}

// OrderKind says what an order asks for. The values are in the signed bytes.
type OrderKind uint8

// The kinds of orders.
const (
	OrderPlay   OrderKind = 1 // air the content
	OrderCancel OrderKind = 2 // take the order that it supersedes back
	OrderTest   OrderKind = 3 // air the content as an exercise
)

// String is the kind as people type it.
func (k OrderKind) String() string {
	switch k {
	case OrderPlay:
		return "play"
	case OrderCancel:
		return "cancel"
	case OrderTest:
		return "test"
	default:
		return "unknown"
	}
}

// Audience is who is meant: stations by their keys, areas by their names, and
// what of each station is to sound. A station that is named or lies in a named
// area is meant.
type Audience struct {
	Stations []string `json:"stations,omitempty"` // fingerprints
	Areas    []string `json:"areas,omitempty"`
	Targets  Targets  `json:"targets"`
}

// Wide tells whether more than one station may be meant.
func (a Audience) Wide() bool { return len(a.Areas) > 0 || len(a.Stations) > 1 }

// OrderContent is what is to be heard: a text with its siren, or an item of
// the library. A cancel has none.
type OrderContent struct {
	Text  string `json:"text,omitempty"`
	Siren string `json:"siren,omitempty"` // tone id; empty: the station's own
	Item  ItemID `json:"item,omitempty"`  // SHA-256 of the sound
	Level int    `json:"level,omitempty"` // 1–5; 0 not given
}

// Order is what an issuer signs. Times are Unix ms.
type Order struct {
	ID         OrderID      `json:"id"`
	Issuer     string       `json:"issuer"` // as the key set names the holder of the key
	KeyID      string       `json:"keyId"`  // fingerprint of the key that signs
	Counter    uint64       `json:"counter"`
	Kind       OrderKind    `json:"kind"`
	Class      Class        `json:"class"`
	Audience   Audience     `json:"audience"`
	IssuedAt   int64        `json:"issuedAt"`
	NotBefore  int64        `json:"notBefore"`
	Expires    int64        `json:"expires"`
	Content    OrderContent `json:"content"`
	Supersedes OrderID      `json:"supersedes"`
	CancelHash [32]byte     `json:"-"` // SHA-256 of the pre-signed cancel; zero: none
}

// SignedOrder is an order with what makes it valid. Cancel is a whole signed
// order of its own: it takes this one back and needs no key at hand.
type SignedOrder struct {
	Order
	Signature []byte
	Approvals []OrderApproval
	Cancel    []byte
}

// OrderApproval is another person's signature under an order.
type OrderApproval struct {
	KeyID     string
	Signature []byte
}

// Bounds of an order.
const (
	MaxOrderBytes    = 32 << 10 // so that its record fits one journal entry
	MaxOrderStations = 200
	MaxOrderAreas    = 100
	MaxOrderNumbers  = 500
	MaxOrderName     = 120 // bytes of a name, an area, a zone, a tone
	MaxApprovals     = 8
	maxOrderText     = 4 * MaxEmergency // bytes
)

// Lifetimes of orders, in ms from IssuedAt to Expires. One in the wrong hands
// is worth nothing soon.
const (
	MaxEmergencyLife = 6 * 3600_000
	MaxTestLife      = 15 * 60_000
	MaxOrderLife     = 7 * 24 * 3600_000
)

// Domains of what is signed: one signature is never valid for another purpose.
// An exercise has a domain of its own.
const (
	domainOrder    = "truyenthanh/order/v1"
	domainTest     = "truyenthanh/order-test/v1"
	domainApproval = "truyenthanh/order-approval/v1"
	domainContent  = "truyenthanh/order-content/v1"
	domainKeySet   = "truyenthanh/key-set/v1"
)

var fingerprintCoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// KeyFingerprint names a public key: the first 20 bytes of its SHA-256 in
// lower-case base32, 32 characters.
func KeyFingerprint(pub ed25519.PublicKey) string {
	h := sha256.Sum256(pub)
	return fingerprintCoding.EncodeToString(h[:20])
}

// isFingerprint tells 32 characters of our base32.
func isFingerprint(s string) bool {
	b, err := fingerprintCoding.DecodeString(s)
	return err == nil && len(s) == 32 && len(b) == 20
}

// core is the order's canonical form without its domain: fixed field order,
// every string and list with its length before it, big-endian.
func (o *Order) core() []byte {
	var w wire
	w = append(w, o.ID[:]...)
	w.str(o.Issuer)
	w.str(o.KeyID)
	w.u64(o.Counter)
	w = append(w, byte(o.Kind), byte(o.Class))
	w.strs(o.Audience.Stations)
	w.strs(o.Audience.Areas)
	w.targets(o.Audience.Targets)
	w.u64(uint64(o.IssuedAt))
	w.u64(uint64(o.NotBefore))
	w.u64(uint64(o.Expires))
	h := o.Content.Hash()
	w = append(w, h[:]...)
	w = append(w, o.Supersedes[:]...)
	return append(w, o.CancelHash[:]...)
}

// bytes is the content's canonical form.
func (c OrderContent) bytes() []byte {
	var w wire
	w.str(c.Text)
	w.str(c.Siren)
	w.str(string(c.Item))
	return append(w, byte(c.Level))
}

// Hash is what the order's signature says of its content.
func (c OrderContent) Hash() [32]byte {
	return sha256.Sum256(append([]byte(domainContent), c.bytes()...))
}

// SignedBytes is what the issuer signs: the domain, then the canonical form.
func (o *Order) SignedBytes() []byte {
	d := domainOrder
	if o.Kind == OrderTest {
		d = domainTest
	}
	var w wire
	w.str(d)
	return append(w, o.core()...)
}

// ApprovalBytes is what another person signs to approve the order.
func (o *Order) ApprovalBytes() []byte {
	var w wire
	w.str(domainApproval)
	return append(w, o.SignedBytes()...)
}

// Sign signs with key, whose fingerprint KeyID must be. cancel is the order's
// pre-signed cancel, nil for none.
func (o Order) Sign(sign func(msg []byte) []byte, cancel []byte) SignedOrder {
	o.CancelHash = [32]byte{}
	if cancel != nil {
		o.CancelHash = sha256.Sum256(cancel)
	}
	return SignedOrder{Order: o, Signature: sign(o.SignedBytes()), Cancel: cancel}
}

// MaxAloneLife bounds, in ms, an emergency that one person orders alone.
const MaxAloneLife = 30 * 60_000

// Alone tells whether an order is such that a key with the role MayAlone may
// issue it without a second person: glass that one breaks. An emergency for one
// named station, for half an hour.
func (o *Order) Alone() bool {
	return o.Kind == OrderPlay && o.Class.IsEmergency() && len(o.Audience.Areas) == 0 && len(o.Audience.Stations) == 1 &&
		o.Expires-o.IssuedAt <= MaxAloneLife && o.Content.Text != ""
}

// NeedsApproval tells whether a second person must have signed.
func (o *Order) NeedsApproval() bool {
	return o.Kind != OrderCancel && (o.Class.IsEmergency() && o.Kind == OrderPlay || o.Audience.Wide())
}
