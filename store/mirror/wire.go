package mirror

import (
	"errors"
	"fmt"

	"github.com/fxamacker/cbor/v2"

	"loaxa/store"
)

// Kind is the first byte of a message. The values are on the wire. Kinds that
// a receiver does not know are skipped.
type Kind byte

// Messages of protocol 1. HELLO, WELCOME, CHUNK and ACK are final.
const (
	KindHello   Kind = 1
	KindWelcome Kind = 2
	KindChunk   Kind = 3
	KindAck     Kind = 4
	KindNack    Kind = 5
	KindTime    Kind = 6
	KindBye     Kind = 7
)

// MaxMessage bounds any message, in bytes; a peer that sends more is cut off.
const MaxMessage = 256 << 10

// MaxHello bounds HELLO and WELCOME, in bytes.
const MaxHello = 4 << 10

// magic opens every HELLO, so that a stray client is told apart from an old peer.
const magic = "loaxa-mirror"

// Verdict of a WELCOME. The values are on the wire.
type Verdict uint8

// Verdicts.
const (
	Resume   Verdict = 1 // go on behind the cursor
	NewEpoch Verdict = 2 // a new life of the journal; begin with entry 1
	Fork     Verdict = 3 // histories differ; nothing is taken
)

// String names the verdict.
func (v Verdict) String() string {
	switch v {
	case Resume:
		return "resume"
	case NewEpoch:
		return "new epoch"
	case Fork:
		return "fork"
	}
	return "none"
}

// Hello opens a link from both sides. The text fields are shown to people and
// must be treated as foreign text.
type Hello struct {
	Min, Max uint // protocol range
	Identity
	Head    store.Cursor // the speaker's own journal; zero if it sends none
	Floor   uint64       // first entry it still holds
	Have    store.Cursor // its durable cursor of the peer's journal
	Wall    int64        // Unix ms of its clock
	Credit  uint64       // bytes it takes unacknowledged
	Verdict Verdict      // of the receiver, in a WELCOME
	Words   string       // the reason of a verdict
}

// Ack says that everything up to At is on the receiver's disk.
type Ack struct {
	At     store.Cursor
	Credit uint64 // bytes of chunks it takes beyond this
}

// Reason of a Nack. The values are on the wire.
type Reason uint8

// Reasons.
const (
	ReasonGap   Reason = 1 // entries are missing before the chunk
	ReasonHash  Reason = 2 // the chunk does not hash to what it says
	ReasonFork  Reason = 3 // another history
	ReasonEpoch Reason = 4 // another epoch
	ReasonDisk  Reason = 5 // the receiver cannot write
)

// Nack refuses a chunk: go on behind Want.
type Nack struct {
	Want   store.Cursor
	Reason Reason
	Words  string
}

// Time compares clocks and shows life: a question carries T0, its answer also
// T1 (received) and T2 (answered); Unix µs.
type Time struct{ T0, T1, T2 int64 }

// Codes of a Bye, which are also used as websocket close codes.
const (
	ByeDown     = 4000 // orderly end
	ByeReplaced = 4001 // a newer connection of the same node came
	ByeRefused  = 4002 // not known here, or revoked
	ByeFork     = 4003
	ByeBusy     = 4004 // come back after the pause given
	ByeUpgrade  = 4005 // no common protocol
	ByeProtocol = 4006 // a message broke the rules
	ByeCannot   = 4007 // the cursor cannot be resumed
)

// Bye ends a link in words. It is also the error a link ended with.
type Bye struct {
	Code       uint
	Words      string
	RetryAfter uint32 // ms; 0: as the sender likes
}

// Error gives code and words.
func (b *Bye) Error() string { return fmt.Sprintf("%s (%d)", b.Words, b.Code) }

var (
	encoder = must(cbor.CoreDetEncOptions().EncMode())
	decoder = must(cbor.DecOptions{
		DupMapKey: cbor.DupMapKeyEnforcedAPF, IndefLength: cbor.IndefLengthForbidden, TagsMd: cbor.TagsForbidden,
		MaxNestedLevels: 4, MaxArrayElements: 1024, MaxMapPairs: 64,
	}.DecMode())
)

// must is for the two modes above, whose options are constants.
func must[M any](m M, err error) M {
	if err != nil {
		panic(err)
	}
	return m
}

// pack makes a message: the kind, then the body as a CBOR map with small
// integer keys.
func pack(k Kind, body any) ([]byte, error) {
	b, err := encoder.Marshal(body)
	if err != nil {
		return nil, fmt.Errorf("mirror: %w", err)
	}
	return append([]byte{byte(k)}, b...), nil
}

var errEmpty = errors.New("mirror: an empty message")

// unpack reads the body of a message of kind k into body.
func unpack(msg []byte, k Kind, limit int, body any) error {
	if len(msg) == 0 {
		return errEmpty
	}
	if Kind(msg[0]) != k {
		return fmt.Errorf("mirror: message of kind %d, expected %d", msg[0], k)
	}
	if len(msg) > limit {
		return fmt.Errorf("mirror: message of %d bytes, limit %d", len(msg), limit)
	}
	if err := decoder.Unmarshal(msg[1:], body); err != nil {
		return fmt.Errorf("mirror: message of kind %d: %w", k, err)
	}
	return nil
}

type wireCursor struct {
	Epoch []byte `cbor:"1,keyasint"`
	Seq   uint64 `cbor:"2,keyasint"`
	H     []byte `cbor:"3,keyasint"`
}

func toWire(c store.Cursor) wireCursor { return wireCursor{c.Epoch[:], c.Seq, c.H[:]} }

func (w wireCursor) cursor() (c store.Cursor, err error) {
	if len(w.Epoch) != len(c.Epoch) || len(w.H) != len(c.H) {
		return c, fmt.Errorf("mirror: cursor with an epoch of %d and a hash of %d bytes", len(w.Epoch), len(w.H))
	}
	copy(c.Epoch[:], w.Epoch)
	copy(c.H[:], w.H)
	c.Seq = w.Seq
	return c, nil
}

type wireHello struct {
	Magic   string     `cbor:"1,keyasint"`
	Min     uint       `cbor:"2,keyasint"`
	Max     uint       `cbor:"3,keyasint"`
	Build   string     `cbor:"4,keyasint"`
	Node    string     `cbor:"5,keyasint"`
	Name    string     `cbor:"6,keyasint"`
	Boot    uint32     `cbor:"7,keyasint"`
	Head    wireCursor `cbor:"8,keyasint"`
	Floor   uint64     `cbor:"9,keyasint"`
	Have    wireCursor `cbor:"10,keyasint"`
	Wall    int64      `cbor:"11,keyasint"`
	Credit  uint64     `cbor:"12,keyasint"`
	Verdict uint8      `cbor:"13,keyasint"`
	Words   string     `cbor:"14,keyasint"`
}

// EncodeHello makes a HELLO or, with k = KindWelcome, a WELCOME.
func EncodeHello(k Kind, h Hello) ([]byte, error) {
	return pack(k, wireHello{
		magic, h.Min, h.Max, cut(h.Build, 64), h.Node, cut(h.Name, 100), h.Boot, toWire(h.Head), h.Floor,
		toWire(h.Have), h.Wall, h.Credit, uint8(h.Verdict), cut(h.Words, 300),
	})
}

// DecodeHello reads a HELLO or WELCOME. Keys it does not know are skipped.
func DecodeHello(k Kind, msg []byte) (h Hello, err error) {
	var w wireHello
	if err := unpack(msg, k, MaxHello, &w); err != nil {
		return h, err
	}
	if w.Magic != magic {
		return h, errors.New("mirror: not a mirror peer")
	}
	if w.Min == 0 || w.Min > w.Max || w.Node == "" || len(w.Node) > 128 || len(w.Build) > 64 || len(w.Name) > 100 || len(w.Words) > 300 {
		return h, errors.New("mirror: hello out of bounds")
	}
	h = Hello{
		Min: w.Min, Max: w.Max, Identity: Identity{w.Node, w.Name, w.Build, w.Boot}, Floor: w.Floor,
		Wall: w.Wall, Credit: w.Credit, Verdict: Verdict(w.Verdict), Words: w.Words,
	}
	if h.Head, err = w.Head.cursor(); err == nil {
		h.Have, err = w.Have.cursor()
	}
	return h, err
}

type wireAck struct {
	At     wireCursor `cbor:"1,keyasint"`
	Credit uint64     `cbor:"2,keyasint"`
}

// EncodeAck makes an ACK.
func EncodeAck(a Ack) ([]byte, error) { return pack(KindAck, wireAck{toWire(a.At), a.Credit}) }

// DecodeAck reads an ACK.
func DecodeAck(msg []byte) (a Ack, err error) {
	var w wireAck
	if err := unpack(msg, KindAck, MaxHello, &w); err != nil {
		return a, err
	}
	a.Credit = w.Credit
	a.At, err = w.At.cursor()
	return a, err
}

type wireNack struct {
	Want   wireCursor `cbor:"1,keyasint"`
	Reason uint8      `cbor:"2,keyasint"`
	Words  string     `cbor:"3,keyasint"`
}

func encodeNack(n Nack) ([]byte, error) {
	return pack(KindNack, wireNack{toWire(n.Want), uint8(n.Reason), cut(n.Words, 300)})
}

func decodeNack(msg []byte) (n Nack, err error) {
	var w wireNack
	if err := unpack(msg, KindNack, MaxHello, &w); err != nil {
		return n, err
	}
	n.Reason, n.Words = Reason(w.Reason), cut(w.Words, 300)
	n.Want, err = w.Want.cursor()
	return n, err
}

type wireTime struct {
	T0 int64 `cbor:"1,keyasint"`
	T1 int64 `cbor:"2,keyasint"`
	T2 int64 `cbor:"3,keyasint"`
}

func encodeTime(t Time) ([]byte, error) { return pack(KindTime, wireTime(t)) }

func decodeTime(msg []byte) (Time, error) {
	var w wireTime
	err := unpack(msg, KindTime, MaxHello, &w)
	return Time(w), err
}

type wireBye struct {
	Code       uint   `cbor:"1,keyasint"`
	Words      string `cbor:"2,keyasint"`
	RetryAfter uint32 `cbor:"3,keyasint"`
}

func encodeBye(b Bye) ([]byte, error) {
	b.Words = cut(b.Words, 300)
	return pack(KindBye, wireBye(b))
}

func decodeBye(msg []byte) (*Bye, error) {
	var w wireBye
	if err := unpack(msg, KindBye, MaxHello, &w); err != nil {
		return nil, err
	}
	w.Words = cut(w.Words, 300)
	b := Bye(w)
	return &b, nil
}

// cut bounds s to n bytes without splitting a letter.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xC0 == 0x80 {
		n--
	}
	return s[:n]
}
