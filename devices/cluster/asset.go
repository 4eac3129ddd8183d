package cluster

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"
)

// Bounds of assets.
const (
	MaxAssets  = 40       // named in one message
	PartBytes  = 16 << 10 // of a file in one message: a frame of live sound waits no longer for it than 0.2 s at 1 Mbit/s
	MaxAsset   = 64 << 20 // bytes of one file: over four hours of Opus
	assetName  = 80       // bytes of a name
	maxGain    = 16       // linear
	maxPlanDoc = 48 << 10 // bytes of a Plan
)

// Play sounds an asset that the cluster holds: the sample From of it at At. A
// cluster that gets the message late begins in the middle, in step.
type Play struct {
	Protocol  uint16  `cbor:"1,keyasint"`
	Epoch     uint64  `cbor:"2,keyasint"`
	Stream    uint16  `cbor:"3,keyasint"` // a number of its own: Cancel names it
	Broadcast uint64  `cbor:"4,keyasint"`
	Class     uint8   `cbor:"5,keyasint"`
	Asset     string  `cbor:"6,keyasint"` // SHA-256 of a file in hex, or "tone:" and an id
	At        int64   `cbor:"7,keyasint"` // µs of the station's clock
	From      int64   `cbor:"8,keyasint"` // sample at 48 kHz
	Gain      float32 `cbor:"9,keyasint"` // linear
	Signature []byte  `cbor:"10,keyasint"`
}

// Held is what a cluster has: the newest plan and the files in full.
type Held struct {
	Plan   uint64   `cbor:"1,keyasint"` // version; 0: none
	Assets []string `cbor:"2,keyasint"` // a tone table's name among them
	Free   int64    `cbor:"3,keyasint"` // bytes that it may still keep
}

// Want asks for a piece of a file; a cluster asks for one at a time, so that a
// transfer that broke off goes on where it was.
type Want struct {
	Asset  string `cbor:"1,keyasint"`
	Offset int64  `cbor:"2,keyasint"`
}

// Part is the answer. No Data and no Total: the station has no such file.
type Part struct {
	Asset  string `cbor:"1,keyasint"`
	Offset int64  `cbor:"2,keyasint"`
	Total  int64  `cbor:"3,keyasint"`
	Data   []byte `cbor:"4,keyasint"`
}

// PlanMessage carries a plan: what a cluster keeps for when it is alone. Doc
// is what the station's key signed, kept as it came.
type PlanMessage struct {
	Doc       []byte `cbor:"1,keyasint"`
	Signature []byte `cbor:"2,keyasint"`
	Wall      int64  `cbor:"3,keyasint"` // Unix ms at the station when it was sent; 0: its clock is not sure
}

// Alone is what a cluster did by itself while no station was there, oldest
// first. It is said again until AloneTaken names its last number.
type Alone struct {
	Rows []AloneRow `cbor:"1,keyasint"`
}

// AloneRow is one thing that was aired, or not.
type AloneRow struct {
	Number uint64 `cbor:"1,keyasint"` // ascending in the cluster's life
	At     int64  `cbor:"2,keyasint"` // Unix seconds by the cluster's clock
	Kind   string `cbor:"3,keyasint"` // slot, last-words, lost, back, refused
	Title  string `cbor:"4,keyasint"`
	Slot   uint64 `cbor:"5,keyasint"`
	Played int64  `cbor:"6,keyasint"` // ms that were heard
	Why    string `cbor:"7,keyasint"` // a typed word
}

// AloneTaken says that rows up to a number are on the station's disk.
type AloneTaken struct {
	Number uint64 `cbor:"1,keyasint"`
}

// AbilityBroke is said by clusters that say when an asset breaks off: they need
// not be sent a stream in whose place they sound one.
const AbilityBroke = "says-broke"

// Broke says where a Play ends or breaks, ahead of that place if it can: the
// stream beside it is needed from there on.
type Broke struct {
	Stream uint16 `cbor:"1,keyasint"` // of the Play
	At     int64  `cbor:"2,keyasint"` // µs of the station's clock; 0: nothing of it is heard
	Why    string `cbor:"3,keyasint"` // empty: its file ends there
}

func (*Play) code() byte        { return 9 }
func (*Held) code() byte        { return 10 }
func (*Want) code() byte        { return 11 }
func (*Part) code() byte        { return 12 }
func (*PlanMessage) code() byte { return 13 }
func (*Alone) code() byte       { return 14 }
func (*AloneTaken) code() byte  { return 15 }
func (*Broke) code() byte       { return 16 }

func blankAsset(code byte) Control {
	switch code {
	case 9:
		return &Play{}
	case 10:
		return &Held{}
	case 11:
		return &Want{}
	case 12:
		return &Part{}
	case 13:
		return &PlanMessage{}
	case 14:
		return &Alone{}
	case 15:
		return &AloneTaken{}
	case 16:
		return &Broke{}
	}
	return nil
}

// FileName tells whether an asset is a file: 64 hex digits, never a path.
func FileName(asset string) bool {
	return len(asset) == 64 && strings.Trim(asset, "0123456789abcdef") == ""
}

func assetOK(names ...string) error {
	for _, n := range names {
		if n == "" || len(n) > assetName || strings.ContainsAny(n, "/\\\x00") {
			return fmt.Errorf("asset %.80q: %w", n, ErrMessage)
		}
	}
	return nil
}

func (p *Play) valid() error {
	gain := float64(p.Gain)
	if math.IsNaN(gain) || gain < 0 || gain > maxGain || p.From < 0 || p.From > MaxAsset*48 || len(p.Signature) > 64 {
		return fmt.Errorf("play: %w", ErrMessage)
	}
	if err := assetOK(p.Asset); err != nil {
		return err
	}
	return moment(p.At)
}

func (h *Held) valid() error {
	if len(h.Assets) > MaxAssets || h.Free < 0 {
		return fmt.Errorf("held: %w", ErrMessage)
	}
	return assetOK(h.Assets...)
}

func (w *Want) valid() error {
	if w.Offset < 0 || w.Offset > MaxAsset || !FileName(w.Asset) {
		return fmt.Errorf("want: %w", ErrMessage)
	}
	return nil
}

func (p *Part) valid() error {
	if p.Offset < 0 || p.Total < 0 || p.Total > MaxAsset || p.Offset+int64(len(p.Data)) > p.Total ||
		len(p.Data) > PartBytes || !FileName(p.Asset) {
		return fmt.Errorf("part: %w", ErrMessage)
	}
	return nil
}

func (p *PlanMessage) valid() error {
	if len(p.Doc) == 0 || len(p.Doc) > maxPlanDoc || len(p.Signature) > 64 || p.Wall < 0 {
		return fmt.Errorf("plan: %w", ErrMessage)
	}
	return nil
}

// MaxAloneRows bounds one message of rows: they fit what a station reads.
const MaxAloneRows = 6

func (a *Alone) valid() error {
	if len(a.Rows) > MaxAloneRows {
		return fmt.Errorf("alone: %w", ErrMessage)
	}
	for _, r := range a.Rows {
		if r.Played < 0 {
			return fmt.Errorf("alone: %w", ErrMessage)
		}
		if err := words(r.Kind, r.Title, r.Why); err != nil {
			return err
		}
	}
	return nil
}

func (*AloneTaken) valid() error { return nil }

func (b *Broke) valid() error {
	if err := moment(b.At); err != nil {
		return err
	}
	return words(b.Why)
}

// SignedBytes is what the station's key signs, as Open.SignedBytes.
func (p Play) SignedBytes(station string) []byte {
	b := append([]byte("loaxa cluster play 1\x00"), byte(len(station)>>8), byte(len(station)))
	b = append(b, station...)
	b = binary.BigEndian.AppendUint16(b, p.Protocol)
	b = binary.BigEndian.AppendUint64(b, p.Epoch)
	b = binary.BigEndian.AppendUint16(b, p.Stream)
	b = binary.BigEndian.AppendUint64(b, p.Broadcast)
	b = append(b, p.Class, byte(len(p.Asset)))
	b = append(b, p.Asset...)
	b = binary.BigEndian.AppendUint64(b, uint64(p.At))
	b = binary.BigEndian.AppendUint64(b, uint64(p.From))
	return binary.BigEndian.AppendUint32(b, math.Float32bits(p.Gain))
}

// acceptPlay checks a Play as accept does an Open.
func (l *Link) acceptPlay(p *Play) bool {
	switch {
	case p.Epoch != l.welcome.Epoch || p.Protocol != l.welcome.Protocol:
		l.count(func(r *Rejected) { r.Epoch++ })
		return false
	case !l.opt.Verify(p.SignedBytes(l.opt.StationID), p.Signature):
		l.count(func(r *Rejected) { r.Unsigned++ })
		return false
	}
	if len(l.plays) >= MaxStreams {
		clear(l.plays)
	}
	l.plays[p.Stream] = true
	return true
}
