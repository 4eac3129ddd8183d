// Package frame holds the few values of the audio room that other rooms may
// hold: a frame's size, an encoded packet, a level and the place packets go to.
// It owns no state and starts nothing.
package frame

import "time"

// The one clock of the house: 48 kHz, mono, 20 ms frames.
const (
	Rate     = 48000
	Samples  = 960
	Duration = 20 * time.Millisecond
)

// Codec names how the bytes of a Packet are coded. The values are on the wire.
type Codec uint8

// The codecs a lane may carry.
const (
	Opus Codec = 1 // RFC 6716, 48 kHz mono
	L16  Codec = 2 // s16be 48 kHz mono
	PCMU Codec = 3 // ITU-T G.711 µ-law, 8 kHz mono
)

// String returns the codec's name as the peers say it.
func (c Codec) String() string {
	switch c {
	case Opus:
		return "opus"
	case L16:
		return "l16"
	case PCMU:
		return "pcmu"
	}
	return "unknown"
}

// Flags of a Packet; the values are on the wire.
type Flags uint8

// What a receiver must know of a packet beyond its sound.
const (
	Live          Flags = 1 << iota // live lane: lateness matters more than loss
	First                           // first packet of its stream
	Last                            // last packet of its stream; fade out after it
	Discontinuity                   // the decoder must be reset before it
	Silence                         // no bytes: 20 ms of silence
	Repeat                          // came a second time: what it fills was repaired
	Sooner                          // a pause before it was left out: it leaves a frame later before its play-at than the one before; never on the wire
)

// Packet is one encoded frame of one stream, the same bytes for every cluster.
// It is never changed once sent.
type Packet struct {
	Stream uint16 // never reused within a station's epoch
	Seq    uint32 // counts the stream's frames from 0
	PlayAt int64  // µs of the station's monotonic epoch, of the first sample
	Codec  Codec
	Flags  Flags
	Data   []byte // empty with Silence
}

// Sink takes packets. Send never blocks: a sink bounds its queue by age, drops
// the oldest and counts it.
type Sink interface {
	Send(p Packet)
}

// Level is what a meter shows of one moment, linear, full scale = 1.
type Level struct {
	Peak float32 // largest magnitude since the last reading
	RMS  float32 // root mean square over the last 400 ms
}
