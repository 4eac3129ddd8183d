package codec

import (
	"errors"
	"fmt"

	"loaxa/audio/frame"
)

// Bitrates of Opus in bit/s. What is outside is taken to the nearest bound.
const (
	MinBitrate     = 16000
	DefaultBitrate = 32000
	MaxBitrate     = 64000
	MaxPacket      = 1920 // bytes of the largest packet: L16
)

// What can be wrong with a codec or a packet.
var (
	ErrUnknown = errors.New("unknown codec")
	ErrPacket  = errors.New("packet cannot be decoded")
	ErrFrame   = errors.New("a frame is 960 samples")
)

// Encoder turns frames into packets.
type Encoder interface {
	// Encode appends the packet of 960 samples to dst and returns it.
	Encode(dst []byte, in []float32) ([]byte, error)
	// Delay is by how many samples at 48 kHz the decoded sound lags the input,
	// the decoder's share included.
	Delay() int
	Reset()
	Close()
}

// Decoder turns packets into frames. A packet that cannot be decoded gives an
// error that wraps ErrPacket and a concealed frame.
type Decoder interface {
	// Decode fills out, 960 samples, from a packet. A nil packet is a lost one.
	Decode(packet []byte, out []float32) error
	// Conceal fills out with what hides a lost packet best.
	Conceal(out []float32)
	Reset()
	Close()
}

// Best is the codec a station should send: Opus where libopus is installed.
func Best() frame.Codec {
	if OpusAvailable() == nil {
		return frame.Opus
	}
	return frame.PCMU
}

// NewEncoder makes an encoder; bitrate in bit/s is for Opus alone, 0 means 32000.
func NewEncoder(c frame.Codec, bitrate int) (Encoder, error) {
	switch c {
	case frame.Opus:
		return newOpusEncoder(clampBitrate(bitrate))
	case frame.L16:
		return l16Encoder{}, nil
	case frame.PCMU:
		return newPCMUEncoder()
	}
	return nil, fmt.Errorf("encoder %d: %w", c, ErrUnknown)
}

// NewDecoder makes a decoder. Opus falls back to the decoder in Go, which
// conceals by fading, where libopus is missing.
func NewDecoder(c frame.Codec) (Decoder, error) {
	switch c {
	case frame.Opus:
		if OpusAvailable() == nil {
			return newOpusDecoder()
		}
		return NewPureOpusDecoder()
	case frame.L16:
		return &l16Decoder{}, nil
	case frame.PCMU:
		return newPCMUDecoder()
	}
	return nil, fmt.Errorf("decoder %d: %w", c, ErrUnknown)
}

func clampBitrate(b int) int {
	if b == 0 {
		return DefaultBitrate
	}
	return min(max(b, MinBitrate), MaxBitrate)
}

// fader conceals for decoders that have no concealment of their own: the last
// frame again, turned so that it joins, falling to nothing within 100 ms.
type fader struct {
	last [frame.Samples]float32
	gain float32
}

const fadeFrames = 5 // 100 ms

func (f *fader) keep(out []float32) {
	copy(f.last[:], out)
	f.gain = 1
}

func (f *fader) conceal(out []float32) {
	step := float32(1) / (fadeFrames * frame.Samples)
	for i := range out {
		f.gain = max(f.gain-step, 0)
		out[i] = f.last[len(f.last)-1-i%len(f.last)] * f.gain
	}
	for i, j := 0, len(f.last)-1; i < j; i, j = i+1, j-1 {
		f.last[i], f.last[j] = f.last[j], f.last[i]
	}
}
