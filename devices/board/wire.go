package board

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/fxamacker/cbor/v2"

	"loaxa/devices/board/raster"
)

// Kind is the first byte of a message.
type Kind byte

// The kinds of message; HELLO, SHOWN and BYE come from the board.
const (
	KindHello   Kind = 1
	KindWelcome Kind = 2
	KindRefuse  Kind = 3
	KindCard    Kind = 4
	KindShown   Kind = 5
	KindBye     Kind = 6
)

// Hello opens the link: who the board is, how large, and the order of the
// newest card that it has taken.
type Hello struct {
	Min    uint   `cbor:"1,keyasint"`
	Max    uint   `cbor:"2,keyasint"`
	Build  string `cbor:"3,keyasint"`
	ID     string `cbor:"4,keyasint"`
	Epoch  uint64 `cbor:"5,keyasint"`
	Width  int    `cbor:"6,keyasint"` // LEDs
	Height int    `cbor:"7,keyasint"` // LEDs
	Last   uint64 `cbor:"8,keyasint"`
}

// Welcome is the station's answer: the protocol chosen and who it is.
type Welcome struct {
	Protocol uint   `cbor:"1,keyasint"`
	Build    string `cbor:"2,keyasint"`
	ID       string `cbor:"3,keyasint"`
	Epoch    uint64 `cbor:"4,keyasint"`
}

// Refuse ends a link that was never welcome, in words.
type Refuse struct {
	Why string `cbor:"1,keyasint"`
}

// Bye ends a link in order.
type Bye struct {
	Why string `cbor:"1,keyasint"`
}

// By says whose eyes confirmed the pixels.
type By string

// The two ways to confirm: a page read its own canvas back, or no page is open
// and the board's program read its framebuffer.
const (
	ByPage        By = "page"
	ByFramebuffer By = "framebuffer"
)

// Shown is what a board shows now.
type Shown struct {
	Number uint64 `cbor:"1,keyasint"` // of the card drawn
	Order  uint64 `cbor:"2,keyasint"` // of the card drawn
	Hash   string `cbor:"3,keyasint"` // of the pixels read back, hex
	By     By     `cbor:"4,keyasint"`
	When   int64  `cbor:"5,keyasint"` // the board's wall clock, ms since 1970; 0: it has none
	Why    string `cbor:"6,keyasint"` // why it is not the card that was sent; empty: it is
}

// ErrFrame says that a message is not one of this protocol.
var ErrFrame = errors.New("board: bad frame")

var encMode = func() cbor.EncMode {
	m, err := cbor.CoreDetEncOptions().EncMode()
	if err != nil {
		panic(err) // fixed options
	}
	return m
}()

var decMode = func() cbor.DecMode {
	m, err := cbor.DecOptions{
		DupMapKey:        cbor.DupMapKeyEnforcedAPF,
		MaxNestedLevels:  4,
		MaxArrayElements: 16,
		MaxMapPairs:      32,
		IndefLength:      cbor.IndefLengthForbidden,
		TagsMd:           cbor.TagsForbidden,
		UTF8:             cbor.UTF8RejectInvalid,
	}.DecMode()
	if err != nil {
		panic(err) // fixed options
	}
	return m
}()

// Encode makes the frame of one message: *Hello, *Welcome, *Refuse, *Signed,
// *Shown or *Bye.
func Encode(msg any) ([]byte, error) {
	kind, ok := kindOf(msg)
	if !ok {
		return nil, fmt.Errorf("board: no message: %T", msg)
	}
	body, err := encMode.Marshal(msg)
	if err != nil {
		return nil, fmt.Errorf("board: encode: %w", err)
	}
	return append([]byte{byte(kind)}, body...), nil
}

func kindOf(msg any) (Kind, bool) {
	switch msg.(type) {
	case *Hello:
		return KindHello, true
	case *Welcome:
		return KindWelcome, true
	case *Refuse:
		return KindRefuse, true
	case *Signed:
		return KindCard, true
	case *Shown:
		return KindShown, true
	case *Bye:
		return KindBye, true
	}
	return 0, false
}

// Decode reads one frame into a pointer to its message and checks every bound;
// its errors wrap ErrFrame. A card's signature is not looked at: see
// Signed.Verify.
func Decode(frame []byte) (any, error) {
	if len(frame) < 2 || len(frame) > ReadLimit {
		return nil, fmt.Errorf("%w: %d bytes", ErrFrame, len(frame))
	}
	var msg interface{ check() error }
	switch Kind(frame[0]) {
	case KindHello:
		msg = new(Hello)
	case KindWelcome:
		msg = new(Welcome)
	case KindRefuse:
		msg = new(Refuse)
	case KindCard:
		msg = new(Signed)
	case KindShown:
		msg = new(Shown)
	case KindBye:
		msg = new(Bye)
	default:
		return nil, fmt.Errorf("%w: kind %d", ErrFrame, frame[0])
	}
	if err := decMode.Unmarshal(frame[1:], msg); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFrame, err)
	}
	if err := msg.check(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFrame, err)
	}
	return msg, nil
}

func (h *Hello) check() error {
	switch {
	case h.Min < 1 || h.Max < h.Min || h.Max > 1<<16:
		return errors.New("protocol range")
	case h.ID == "":
		return errors.New("no id")
	case h.Width < 1 || h.Width > raster.MaxWidth || h.Height < 1 || h.Height > raster.MaxHeight:
		return errors.New("size of the board")
	case h.Last > maxOrder:
		return errors.New("order of the last card")
	}
	return bounded(h.Build, MaxBuild, h.ID, MaxID)
}

func (w *Welcome) check() error { return bounded(w.Build, MaxBuild, w.ID, MaxID) }
func (r *Refuse) check() error  { return bounded(r.Why, MaxWhy, "", 0) }
func (b *Bye) check() error     { return bounded(b.Why, MaxWhy, "", 0) }

func (s *Shown) check() error {
	if s.By != ByPage && s.By != ByFramebuffer {
		return errors.New("by whom")
	}
	if !IsHash(s.Hash) {
		return errors.New("hash")
	}
	if s.Order > maxOrder || s.When < 0 || s.When > 1<<48 {
		return errors.New("number out of bounds")
	}
	return bounded(s.Why, MaxWhy, "", 0)
}

// At is when the board looked, by its own clock; zero where it has none.
func (s *Shown) At() time.Time {
	if s.When == 0 {
		return time.Time{}
	}
	return time.UnixMilli(s.When)
}

// IsHash tells whether a text is a SHA-256 in lower-case hex.
func IsHash(s string) bool {
	_, err := hex.DecodeString(s)
	return err == nil && len(s) == 64 && s == strings.ToLower(s)
}

func bounded(a string, maxA int, b string, maxB int) error {
	if len(a) > maxA || len(b) > maxB {
		return errors.New("text too long")
	}
	return nil
}

// Words bounds a reason to MaxWhy bytes, without cutting a letter.
func Words(why string) string { return cut(why, MaxWhy) }

// cut bounds a text in bytes, without cutting a letter.
func cut(text string, limit int) string {
	text = strings.ToValidUTF8(text, "?")
	if len(text) <= limit {
		return text
	}
	end := limit
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end]
}
