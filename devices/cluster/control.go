package cluster

import (
	"encoding/binary"
	"fmt"
	"math"
	"unicode/utf8"

	"github.com/fxamacker/cbor/v2"

	"loaxa/audio/frame"
)

// Control is a message that is neither sound nor time. Closed set: Hello,
// Welcome, Refuse, Open, Cancel, Mute, Health, Bye, Play, Held, Want, Part,
// PlanMessage, Alone, AloneTaken, Broke, Order, Refusal.
type Control interface {
	code() byte
	valid() error
}

// Hello is the cluster's first message.
type Hello struct {
	Min       uint16   `cbor:"1,keyasint"` // protocol versions it speaks
	Max       uint16   `cbor:"2,keyasint"`
	Build     string   `cbor:"3,keyasint"`
	ID        string   `cbor:"4,keyasint"` // fingerprint of its key
	Epoch     uint64   `cbor:"5,keyasint"` // of this run of the cluster
	Name      string   `cbor:"6,keyasint"`
	Abilities []string `cbor:"7,keyasint"`
	Output    string   `cbor:"8,keyasint"` // card, virtual, wav, fifo
}

// Welcome is the station's answer to a Hello it accepts.
type Welcome struct {
	Protocol uint16 `cbor:"1,keyasint"`
	Build    string `cbor:"2,keyasint"`
	ID       string `cbor:"3,keyasint"`           // fingerprint of the station's key
	Epoch    uint64 `cbor:"4,keyasint"`           // of this run of the station
	Now      int64  `cbor:"5,keyasint"`           // µs of the station's monotonic epoch
	Port     uint16 `cbor:"6,keyasint,omitempty"` // where the station takes datagrams; 0: nowhere
	Session  uint32 `cbor:"7,keyasint,omitempty"` // of this connection's datagrams
}

// Refuse is its answer to any other; the connection ends after it.
type Refuse struct {
	Words string `cbor:"1,keyasint"`
	After uint16 `cbor:"2,keyasint"` // seconds to wait before coming again; 0: as after a lost link
}

// Open allows a cluster to play a stream from a frame on.
type Open struct {
	Protocol  uint16      `cbor:"1,keyasint"`
	Epoch     uint64      `cbor:"2,keyasint"`
	Stream    uint16      `cbor:"3,keyasint"`
	Broadcast uint64      `cbor:"4,keyasint"`
	Class     uint8       `cbor:"5,keyasint"`
	Codec     frame.Codec `cbor:"6,keyasint"`
	FrameMS   uint16      `cbor:"7,keyasint"`
	First     int64       `cbor:"8,keyasint"` // play-at of the first frame that is sent, µs
	FirstSeq  uint32      `cbor:"9,keyasint"` // its sequence number
	Live      bool        `cbor:"10,keyasint"`
	Signature []byte      `cbor:"11,keyasint"` // Ed25519 over SignedBytes
}

// Cancel cuts a stream at a sample, however much of it is queued.
type Cancel struct {
	Stream uint16 `cbor:"1,keyasint"`
	From   int64  `cbor:"2,keyasint"` // play-at of the first sample not to be heard, µs
}

// Mute silences the cluster or lets it sound again.
type Mute struct {
	Muted bool `cbor:"1,keyasint"`
}

// Bye says in words why the link ends.
type Bye struct {
	Words string `cbor:"1,keyasint"`
	After uint16 `cbor:"2,keyasint"` // seconds to wait before coming again; 0: as after a lost link
}

// Health is what a cluster reports of itself.
type Health struct {
	Playing     uint64  `cbor:"1,keyasint"` // broadcast heard within the last report's time; 0 none
	PlayedUntil int64   `cbor:"2,keyasint"` // µs of the station's clock: newest sample the device consumed
	Output      string  `cbor:"3,keyasint"` // card, virtual, wav, fifo
	Level       float32 `cbor:"4,keyasint"` // RMS of the last 400 ms, full scale 1
	Step        Step    `cbor:"5,keyasint"`
	BufferMS    float64 `cbor:"8,keyasint"`  // sound that waits to be played
	Account     Account `cbor:"9,keyasint"`  // of the stream that plays or played last
	Muted       bool    `cbor:"10,keyasint"` //
	Uptime      int64   `cbor:"11,keyasint"` // seconds
	Version     string  `cbor:"12,keyasint"` // build
	Why         string  `cbor:"13,keyasint"` // what the cluster says is wrong
	Rejected    uint64  `cbor:"15,keyasint"` // frames and streams that no signed session allowed
	Sense       Sense   `cbor:"16,keyasint,omitempty"`
}

// Sense is what a cluster measures behind its output.
type Sense struct {
	Has bool    `cbor:"1,keyasint"` // an input is wired, and gives samples
	Amp float32 `cbor:"2,keyasint"` // RMS of 400 ms at the amplifier's output, full scale 1

	HasEar bool `cbor:"3,keyasint,omitempty"` // a microphone stands before the horn, and gives samples
	Ear    bool `cbor:"4,keyasint,omitempty"` // it heard in the last seconds what the output was given
}

// Step is how well a cluster keeps step with its station.
type Step struct {
	OffsetMS float64 `cbor:"1,keyasint"` // station's clock less the cluster's
	BoundMS  float64 `cbor:"2,keyasint"` // half the least round trip; 0: not known yet
	DriftPPM float64 `cbor:"3,keyasint"` // of the output against the station
	ErrorMS  float64 `cbor:"4,keyasint"` // play-out's distance from where it should be
	SlackMS  float64 `cbor:"5,keyasint"` // 99 of 100 frames of the live stream came so long before play-at; below 0: too late
	SlackOf  uint16  `cbor:"6,keyasint"` // that stream; 0: none was measured
	// SlackBase is the play-at of that stream's frame 0 as the measured frames
	// have it, µs: it tells which lead they had.
	SlackBase int64 `cbor:"7,keyasint,omitempty"`
}

// Account is the glitch account of a stream in frames of 20 ms. Due is the sum
// of the five others.
type Account struct {
	Due       uint64 `cbor:"1,keyasint"`
	OnTime    uint64 `cbor:"2,keyasint"`
	Repaired  uint64 `cbor:"3,keyasint"` // rebuilt from a repeat
	Concealed uint64 `cbor:"4,keyasint"` // never came
	Late      uint64 `cbor:"5,keyasint"` // came when its time was over
	Dropped   uint64 `cbor:"6,keyasint"` // came, and could not be played
	Broadcast uint64 `cbor:"7,keyasint"` // whose stream is counted; 0 none
}

// Whole tells whether the identity holds.
func (a Account) Whole() bool {
	return a.Due == a.OnTime+a.Repaired+a.Concealed+a.Late+a.Dropped
}

func (*Hello) code() byte   { return 1 }
func (*Welcome) code() byte { return 2 }
func (*Refuse) code() byte  { return 3 }
func (*Open) code() byte    { return 4 }
func (*Cancel) code() byte  { return 5 }
func (*Mute) code() byte    { return 6 }
func (*Health) code() byte  { return 7 }
func (*Bye) code() byte     { return 8 }

func blank(code byte) Control {
	switch code {
	case 1:
		return &Hello{}
	case 2:
		return &Welcome{}
	case 3:
		return &Refuse{}
	case 4:
		return &Open{}
	case 5:
		return &Cancel{}
	case 6:
		return &Mute{}
	case 7:
		return &Health{}
	case 8:
		return &Bye{}
	}
	return blankAsset(code)
}

func words(all ...string) error {
	for _, s := range all {
		if len(s) > MaxWords || !utf8.ValidString(s) {
			return fmt.Errorf("text of %d bytes: %w", len(s), ErrMessage)
		}
	}
	return nil
}

func moment(v int64) error {
	if v < 0 || v > maxMicros {
		return fmt.Errorf("time %d µs: %w", v, ErrMessage)
	}
	return nil
}

func (h *Hello) valid() error {
	if h.Min > h.Max || len(h.Abilities) > MaxAbilities {
		return ErrMessage
	}
	if err := words(h.Abilities...); err != nil {
		return err
	}
	return words(h.Build, h.ID, h.Name, h.Output)
}

func (w *Welcome) valid() error {
	if err := moment(w.Now); err != nil {
		return err
	}
	return words(w.Build, w.ID)
}

func (r *Refuse) valid() error { return words(r.Words) }
func (b *Bye) valid() error    { return words(b.Words) }
func (*Mute) valid() error     { return nil }
func (c *Cancel) valid() error { return moment(c.From) }

func (o *Open) valid() error {
	if o.FrameMS != uint16(frame.Duration.Milliseconds()) || o.Codec.String() == "unknown" || len(o.Signature) > 64 {
		return fmt.Errorf("stream of codec %d, %d ms: %w", o.Codec, o.FrameMS, ErrMessage)
	}
	return moment(o.First)
}

func (h *Health) valid() error {
	for _, v := range []float64{float64(h.Level), float64(h.Sense.Amp), h.BufferMS,
		h.Step.OffsetMS, h.Step.BoundMS, h.Step.DriftPPM, h.Step.ErrorMS, h.Step.SlackMS} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("report: %w", ErrMessage)
		}
	}
	if h.Level < 0 || h.Sense.Amp < 0 || h.PlayedUntil < -maxMicros || h.PlayedUntil > maxMicros || !h.Account.Whole() {
		return fmt.Errorf("report: %w", ErrMessage)
	}
	return words(h.Output, h.Version, h.Why)
}

var (
	encMode = must(cbor.CoreDetEncOptions().EncMode())
	decMode = must(cbor.DecOptions{
		DupMapKey: cbor.DupMapKeyEnforcedAPF, IndefLength: cbor.IndefLengthForbidden,
		TagsMd: cbor.TagsForbidden, UTF8: cbor.UTF8RejectInvalid,
		MaxNestedLevels: 4, MaxArrayElements: 64, MaxMapPairs: 64,
	}.DecMode())
	planMode = must(cbor.DecOptions{
		DupMapKey: cbor.DupMapKeyEnforcedAPF, IndefLength: cbor.IndefLengthForbidden,
		TagsMd: cbor.TagsForbidden, UTF8: cbor.UTF8RejectInvalid,
		MaxNestedLevels: 6, MaxArrayElements: 256, MaxMapPairs: 64,
	}.DecMode())
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err) // options fixed above
	}
	return v
}

// EncodeControl returns the message: version and kind, the message's number,
// its CBOR.
func EncodeControl(c Control) ([]byte, error) {
	if err := c.valid(); err != nil {
		return nil, fmt.Errorf("encode %T: %w", c, err)
	}
	b, err := encMode.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("encode %T: %w", c, err)
	}
	return append([]byte{head(KindControl), c.code()}, b...), nil
}

// DecodeControl reads EncodeControl's form. A message whose number is not known
// gives (nil, nil): a newer peer may say more.
func DecodeControl(b []byte) (Control, error) {
	if k, err := KindOf(b); err != nil || k != KindControl || len(b) < 3 || len(b) > ClusterReadLimit {
		return nil, fmt.Errorf("control: %w", ErrMessage)
	}
	c := blank(b[1])
	if c == nil {
		c = blankOrder(b[1])
	}
	if c == nil {
		return nil, nil
	}
	if err := decMode.Unmarshal(b[2:], c); err != nil {
		return nil, fmt.Errorf("control %T: %w: %w", c, ErrMessage, err)
	}
	if err := c.valid(); err != nil {
		return nil, fmt.Errorf("control %T: %w", c, err)
	}
	return c, nil
}

// SignedBytes is what the station's key signs: a domain, the station's id and
// the fields in the order of their keys, fixed width, big-endian.
func (o Open) SignedBytes(station string) []byte {
	b := append([]byte("loaxa cluster open 1\x00"), byte(len(station)>>8), byte(len(station)))
	b = append(b, station...)
	b = binary.BigEndian.AppendUint16(b, o.Protocol)
	b = binary.BigEndian.AppendUint64(b, o.Epoch)
	b = binary.BigEndian.AppendUint16(b, o.Stream)
	b = binary.BigEndian.AppendUint64(b, o.Broadcast)
	b = append(b, o.Class, byte(o.Codec))
	b = binary.BigEndian.AppendUint16(b, o.FrameMS)
	b = binary.BigEndian.AppendUint64(b, uint64(o.First))
	b = binary.BigEndian.AppendUint32(b, o.FirstSeq)
	if o.Live {
		return append(b, 1)
	}
	return append(b, 0)
}
