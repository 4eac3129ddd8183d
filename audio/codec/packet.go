package codec

import (
	"fmt"

	"github.com/pion/opus"
)

// MaxPacketSamples is the longest Opus packet: 120 ms at 48 kHz.
const MaxPacketSamples = 5760

// PacketDecoder decodes the Opus packets of a file, whatever their length, to
// mono at 48 kHz.
type PacketDecoder interface {
	// Decode fills the head of out, at least MaxPacketSamples long, and returns
	// how many samples there are. An error wraps ErrPacket.
	Decode(packet []byte, out []float32) (int, error)
	Close()
}

// NewPacketDecoder makes one with libopus, or with the decoder written in Go
// where that is missing.
func NewPacketDecoder() (PacketDecoder, error) {
	if OpusAvailable() == nil {
		return newOpusPackets()
	}
	return NewPurePacketDecoder()
}

// PacketSamples is how many samples at 48 kHz a packet holds by its first
// bytes, RFC 6716 §3.1 and §3.2.
func PacketSamples(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, fmt.Errorf("empty: %w", ErrPacket)
	}
	config := int(p[0] >> 3)
	var frame int
	switch {
	case config < 12: // SILK
		frame = [4]int{480, 960, 1920, 2880}[config%4]
	case config < 16: // hybrid
		frame = [2]int{480, 960}[config%2]
	default: // CELT
		frame = [4]int{120, 240, 480, 960}[config%4]
	}
	count := 1
	switch p[0] & 3 {
	case 1, 2:
		count = 2
	case 3:
		if len(p) < 2 {
			return 0, fmt.Errorf("no frame count: %w", ErrPacket)
		}
		count = int(p[1] & 63)
	default:
	}
	if n := frame * count; n > 0 && n <= MaxPacketSamples {
		return n, nil
	}
	return 0, fmt.Errorf("%d frames of %d samples: %w", count, frame, ErrPacket)
}

type purePackets struct{ dec opus.Decoder }

// NewPurePacketDecoder is the decoder written in Go.
func NewPurePacketDecoder() (PacketDecoder, error) {
	d, err := opus.NewDecoderWithOutput(48000, 1)
	if err != nil {
		return nil, fmt.Errorf("opus decoder: %w", err)
	}
	return &purePackets{d}, nil
}

func (d *purePackets) Decode(packet []byte, out []float32) (n int, err error) {
	want, err := PacketSamples(packet)
	if err != nil {
		return 0, err
	}
	defer func() {
		if r := recover(); r != nil {
			n, err = 0, fmt.Errorf("opus: %v: %w", r, ErrPacket)
		}
	}()
	if n, err = d.dec.DecodeToFloat32(packet, out[:want]); err != nil || n != want {
		return 0, fmt.Errorf("opus: %d of %d samples: %w", n, want, ErrPacket)
	}
	return n, nil
}

func (d *purePackets) Close() {}
