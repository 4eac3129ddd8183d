package codec

import (
	"errors"
	"fmt"

	"github.com/pion/opus"

	"loaxa/audio/frame"
)

var (
	errNoOpus = errors.New("libopus is not installed: type apt install libopus0 (Fedora: dnf install opus; macOS: brew install opus)")
	errClosed = errors.New("codec is closed")
)

// pureOpus decodes Opus without any library. It has no concealment of Opus'
// own: lost frames fade out.
type pureOpus struct {
	dec  opus.Decoder
	fade fader
}

// NewPureOpusDecoder is the Opus decoder written in Go, for machines without
// libopus and as a second opinion in tests.
func NewPureOpusDecoder() (Decoder, error) {
	d, err := opus.NewDecoderWithOutput(frame.Rate, 1)
	if err != nil {
		return nil, fmt.Errorf("opus decoder: %w", err)
	}
	return &pureOpus{dec: d}, nil
}

func (p *pureOpus) Decode(packet []byte, out []float32) (err error) {
	if len(out) != frame.Samples {
		return ErrFrame
	}
	if len(packet) == 0 {
		p.Conceal(out)
		return nil
	}
	defer func() { // a damaged packet may not take the pole down
		if r := recover(); r != nil {
			p.Conceal(out)
			err = fmt.Errorf("opus: %v: %w", r, ErrPacket)
		}
	}()
	n, err := p.dec.DecodeToFloat32(packet, out)
	if err != nil || n != frame.Samples {
		p.Conceal(out)
		return fmt.Errorf("opus: %d samples: %w", n, ErrPacket)
	}
	p.fade.keep(out)
	return nil
}

func (p *pureOpus) Conceal(out []float32) { p.fade.conceal(out) }

func (p *pureOpus) Reset() {
	p.fade = fader{}
	_ = p.dec.Init(frame.Rate, 1) // these arguments were accepted once
}

func (p *pureOpus) Close() {}
