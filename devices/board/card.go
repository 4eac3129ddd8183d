package board

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"

	"loaxa/devices/board/raster"
)

// Card is what a board is to show: its words, and the strip drawn from them.
type Card struct {
	Number    uint64       // of the station, ascending; 0: the default card
	Text      string       // the first MaxText bytes travel
	Name      string       // of the station, on the default card
	Clock     string       // on the default card
	Emergency bool         //
	Drill     bool         //
	Level     int          // 0–5
	Strip     raster.Strip // the pixels
}

// check refuses what no frame may carry.
func (c Card) check() error {
	switch {
	case len(c.Text) > MaxText, len(c.Name) > 4*raster.MaxName, len(c.Clock) > 4*raster.MaxName:
		return errors.New("text too long")
	case c.Level < 0 || c.Level > raster.MaxLevel:
		return errors.New("level out of bounds")
	}
	return c.Strip.Check()
}

// Signed is a card on the wire and in the board's cache: addressed to one board,
// counted for it, signed by the station.
type Signed struct {
	Order     uint64 `cbor:"1,keyasint"` // ascending per board; an older one is a replay
	Station   string `cbor:"2,keyasint"`
	Board     string `cbor:"3,keyasint"`
	Number    uint64 `cbor:"4,keyasint"`
	Text      string `cbor:"5,keyasint"`
	Name      string `cbor:"6,keyasint"`
	Clock     string `cbor:"7,keyasint"`
	Emergency bool   `cbor:"8,keyasint"`
	Drill     bool   `cbor:"9,keyasint"`
	Level     int    `cbor:"10,keyasint"`
	Strip     pixels `cbor:"11,keyasint"`
	Hash      string `cbor:"12,keyasint"` // of the strip, hex
	Signature []byte `cbor:"13,keyasint"` // Ed25519 over Canonical
}

// pixels is raster.Strip on the wire.
type pixels struct {
	Width  int    `cbor:"1,keyasint"`
	Height int    `cbor:"2,keyasint"`
	Window int    `cbor:"3,keyasint"`
	Speed  int    `cbor:"4,keyasint"`
	Bits   []byte `cbor:"5,keyasint"`
	Colour uint8  `cbor:"6,keyasint"`
	Clips  bool   `cbor:"7,keyasint"`
}

// signDomain opens the signed bytes, so that no other signature of the
// station's key fits.
const signDomain = "loaxa board card 1\n"

// Sign addresses a card to a board and signs it. Words beyond the bounds are
// cut: the strip was drawn from them already, and an emergency must not fail for
// its length.
func Sign(c Card, station, board string, order uint64, sign func([]byte) []byte) (*Signed, error) {
	c.Text = cut(c.Text, MaxText)
	c.Name, c.Clock = cut(c.Name, 4*raster.MaxName), cut(c.Clock, 4*raster.MaxName)
	if err := c.check(); err != nil {
		return nil, fmt.Errorf("board: card %d: %w", c.Number, err)
	}
	s := &Signed{
		Order: order, Station: station, Board: board,
		Number: c.Number, Text: c.Text, Name: c.Name, Clock: c.Clock,
		Emergency: c.Emergency, Drill: c.Drill, Level: c.Level,
		Strip: pixels(c.Strip), Hash: c.Strip.Hash(),
	}
	if err := s.check(); err != nil && !errors.Is(err, errNoSignature) {
		return nil, fmt.Errorf("board: card %d: %w", c.Number, err)
	}
	s.Signature = sign(s.Canonical())
	return s, s.check()
}

// Card is the card without its address.
func (s *Signed) Card() Card {
	return Card{
		Number: s.Number, Text: s.Text, Name: s.Name, Clock: s.Clock,
		Emergency: s.Emergency, Drill: s.Drill, Level: s.Level, Strip: raster.Strip(s.Strip),
	}
}

var errNoSignature = errors.New("no signature")

func (s *Signed) check() error {
	if err := s.Card().check(); err != nil {
		return err
	}
	switch {
	case s.Order < 1 || s.Order > maxOrder:
		return errors.New("order out of bounds")
	case len(s.Station) > MaxID || len(s.Board) > MaxID || s.Station == "" || s.Board == "":
		return errors.New("id out of bounds")
	case s.Hash != raster.Strip(s.Strip).Hash():
		return errors.New("the hash is not the strip's")
	case len(s.Signature) == 0:
		return errNoSignature
	case len(s.Signature) > 64:
		return errors.New("signature too long")
	}
	return nil
}

// Canonical is what the station signs: the text "loaxa board card 1\n"; then
// station and board, each as four bytes of length and its bytes; order and
// number, eight bytes each; text, name and clock like station; a byte of flags
// (1 emergency, 2 drill, 4 clips); a byte of level; the 32 bytes of the strip's
// hash. Numbers have their most significant byte first.
func (s *Signed) Canonical() []byte {
	out := []byte(signDomain)
	text := func(t string) {
		out = binary.BigEndian.AppendUint32(out, uint32(len(t)))
		out = append(out, t...)
	}
	text(s.Station)
	text(s.Board)
	out = binary.BigEndian.AppendUint64(out, s.Order)
	out = binary.BigEndian.AppendUint64(out, s.Number)
	text(s.Text)
	text(s.Name)
	text(s.Clock)
	var flags byte
	for i, set := range [...]bool{s.Emergency, s.Drill, s.Strip.Clips} {
		if set {
			flags |= 1 << i
		}
	}
	out = append(out, flags, byte(s.Level))
	sum, err := hex.DecodeString(s.Hash)
	if err != nil || len(sum) != sha256.Size {
		sum = make([]byte, sha256.Size) // never equal to a real one; check refuses it before
	}
	return append(out, sum...)
}

// Refusals of a card by a board.
var (
	ErrForeign   = errors.New("the card is for another board or from another station")
	ErrSignature = errors.New("the station did not sign the card")
	ErrReplay    = errors.New("the card is older than the one shown")
	ErrSize      = errors.New("the card is drawn for a board of another size")
)

// Terms is what a board asks of a card.
type Terms struct {
	Station string                     // id of the station that it belongs to
	Board   string                     // its own id
	After   uint64                     // order of the newest card taken
	Width   int                        // LEDs
	Height  int                        // LEDs
	Verify  func(msg, sig []byte) bool // with the station's key
}

// Verify tells whether a decoded card may be shown; the errors are the four
// refusals.
func (s *Signed) Verify(t Terms) error {
	switch {
	case s.Station != t.Station || s.Board != t.Board:
		return ErrForeign
	case !t.Verify(s.Canonical(), s.Signature):
		return ErrSignature
	case s.Order <= t.After:
		return ErrReplay
	case s.Strip.Window != t.Width || s.Strip.Height != t.Height:
		return ErrSize
	}
	return nil
}
