// Package attach serves the desk to consoles and ctl on a local socket, and is
// the client's side of it too. Frames are a 4-byte big-endian length and CBOR.
// The server owns nothing but its connections: each has one reader, one writer
// and a slot for the newest snapshot, so that a stuck console delays nobody.
package attach

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/fxamacker/cbor/v2"

	"loaxa/app/station"
)

// Protocol is what this build speaks; the other end must speak it too.
const (
	ProtocolMin = 1
	ProtocolMax = 1
)

// Bounds of a frame, in bytes.
const (
	maxToServer = 1 << 20  // a whole timetable, station.MaxTable
	maxToClient = 16 << 20 // a snapshot of 1000 clusters and their library
)

// SocketName is the attach socket inside a station's data folder.
const SocketName = "desk.sock"

// ErrFrame is returned for a frame that is longer than allowed or not CBOR.
var ErrFrame = errors.New("not an attach frame")

// ErrProtocol is returned when the other end speaks another protocol.
var ErrProtocol = errors.New("console and station are of different versions: install the same on both")

// kind says what a message is. Closed set.
type kind uint8

const (
	kindHello kind = iota + 1
	kindSnapshot
	kindSubmit
	kindAnswer
	kindMeters
	kindPreview
	kindImport
	kindProgress
	kindProof
	kindSubscribe
	kindSaved // the second answer to an urgent intent
	kindLog
	kindAired
	kindExport
	kindMap
	kindMapImport
	kindStop // ends the station in order
	kindKeep // what keeps the journal is asked to work: Path says what
	kindOrder
	kindEnrol // opens a code for one machine
	kindBeat  // a sign of life, each beatEvery to who subscribed
	kindDryRun
	kindMics
	kindUnlock
	kindLock
	kindPeople
)

// ErrUnknown answers a question that this end has not learnt.
var ErrUnknown = errors.New("this station does not know the question: console and station are of different versions")

// message is every frame; fields that a kind does not use stay empty.
type message struct {
	Kind    kind             `cbor:"1,keyasint"`
	ID      uint64           `cbor:"2,keyasint,omitempty"`
	Error   string           `cbor:"3,keyasint,omitempty"`
	Body    cbor.RawMessage  `cbor:"4,keyasint,omitempty"`
	Intent  []byte           `cbor:"5,keyasint,omitempty"` // JSON, station.EncodeIntent
	Path    string           `cbor:"6,keyasint,omitempty"`
	Done    int64            `cbor:"7,keyasint,omitempty"`
	Total   int64            `cbor:"8,keyasint,omitempty"`
	Refusal *station.Refusal `cbor:"10,keyasint,omitempty"` // Error is a refusal: which
	Why     string           `cbor:"9,keyasint,omitempty"`  // beside Error: the screen's word for it
	in      station.Intent   // decoded by the server's reader
}

type hello struct {
	Min   uint16 `cbor:"1,keyasint"`
	Max   uint16 `cbor:"2,keyasint"`
	Build string `cbor:"3,keyasint"`
	ID    string `cbor:"4,keyasint"`
	Actor string `cbor:"5,keyasint"`
}

// orderAsk is an order or a key set by hand.
type orderAsk struct {
	Doc       []byte `cbor:"1,keyasint"`
	Confirmed bool   `cbor:"2,keyasint"`
}

type previewAsk struct {
	Card  station.Card    `cbor:"1,keyasint"`
	Board station.BoardID `cbor:"2,keyasint"`
}

var (
	encoder = must(encoding().EncMode())
	decoder = must(cbor.DecOptions{MaxNestedLevels: 16, MaxArrayElements: 1 << 17, MaxMapPairs: 1 << 16}.DecMode())
)

// encoding keeps times whole: to the nanosecond and with their zone, so that a
// console on a machine set to another zone shows the commune's time.
func encoding() cbor.EncOptions {
	o := cbor.CoreDetEncOptions()
	o.Time = cbor.TimeRFC3339Nano
	return o
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func (m *message) put(v any) error {
	b, err := encoder.Marshal(v)
	if err != nil {
		return fmt.Errorf("attach: encode: %w", err)
	}
	m.Body = b
	return nil
}

func (m *message) get(v any) error {
	if err := decoder.Unmarshal(m.Body, v); err != nil {
		return fmt.Errorf("%w: %w", ErrFrame, err)
	}
	return nil
}

func writeMessage(w io.Writer, m message) error {
	b, err := encoder.Marshal(m)
	if err != nil {
		return fmt.Errorf("attach: encode: %w", err)
	}
	buf := make([]byte, 4+len(b))
	binary.BigEndian.PutUint32(buf, uint32(len(b)))
	copy(buf[4:], b)
	_, err = w.Write(buf)
	return err
}

func readMessage(r io.Reader, limit uint32) (message, error) {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return message{}, err
	}
	n := binary.BigEndian.Uint32(head[:])
	if n == 0 || n > limit {
		return message{}, fmt.Errorf("%w: %d bytes, limit %d", ErrFrame, n, limit)
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(r, b); err != nil {
		return message{}, err
	}
	var m message
	if err := decoder.Unmarshal(b, &m); err != nil {
		return message{}, fmt.Errorf("%w: %w", ErrFrame, err)
	}
	return m, nil
}

// speak tells whether two ranges of protocols meet.
func speak(h hello) error {
	if h.Min > ProtocolMax || h.Max < ProtocolMin {
		return fmt.Errorf("%w (theirs %d-%d, ours %d-%d)", ErrProtocol, h.Min, h.Max, ProtocolMin, ProtocolMax)
	}
	return nil
}
