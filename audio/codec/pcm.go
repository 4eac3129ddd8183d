package codec

import (
	"math"

	"loaxa/audio/dsp"
	"loaxa/audio/frame"
)

// toS16 rounds a sample to 16 bits, clipping.
func toS16(x float32) int16 {
	v := math.RoundToEven(float64(x) * 32768)
	return int16(min(max(v, -32768), 32767))
}

type l16Encoder struct{}

func (l16Encoder) Encode(dst []byte, in []float32) ([]byte, error) {
	if len(in) != frame.Samples {
		return dst, ErrFrame
	}
	for _, x := range in {
		v := toS16(x)
		dst = append(dst, byte(v>>8), byte(v))
	}
	return dst, nil
}

func (l16Encoder) Delay() int { return 0 }
func (l16Encoder) Reset()     {}
func (l16Encoder) Close()     {}

type l16Decoder struct{ fade fader }

func (d *l16Decoder) Decode(packet []byte, out []float32) error {
	if len(out) != frame.Samples {
		return ErrFrame
	}
	if len(packet) != 2*frame.Samples {
		d.Conceal(out)
		if len(packet) == 0 {
			return nil
		}
		return ErrPacket
	}
	for i := range out {
		out[i] = float32(int16(uint16(packet[2*i])<<8|uint16(packet[2*i+1]))) / 32768
	}
	d.fade.keep(out)
	return nil
}

func (d *l16Decoder) Conceal(out []float32) { d.fade.conceal(out) }
func (d *l16Decoder) Reset()                { d.fade = fader{} }
func (d *l16Decoder) Close()                {}

const narrow = frame.Samples / 6 // samples of a frame at 8 kHz

// pcmuEncoder carries the sound at 8 kHz; the anti-alias filters of both ways
// together delay it by Delay samples.
type pcmuEncoder struct {
	down *dsp.Resampler
	low  []float32
}

func newPCMUEncoder() (Encoder, error) {
	e := &pcmuEncoder{}
	var err error
	if e.down, err = dsp.NewResampler(frame.Rate, 8000); err != nil {
		return nil, err
	}
	e.Reset()
	return e, nil
}

// Reset primes the filter with the silence before the first frame, so that
// each frame in gives a frame out.
func (e *pcmuEncoder) Reset() {
	e.down.Reset()
	e.low = e.down.Process(make([]float32, e.down.Ahead()), e.low[:0])[:0]
}

func (e *pcmuEncoder) Encode(dst []byte, in []float32) ([]byte, error) {
	if len(in) != frame.Samples {
		return dst, ErrFrame
	}
	e.low = e.down.Process(in, e.low[:0])
	for _, x := range e.low {
		dst = append(dst, muLaw(toS16(x)))
	}
	return dst, nil
}

func (e *pcmuEncoder) Delay() int { return e.down.Ahead() + pcmuAhead*6 }
func (e *pcmuEncoder) Close()     {}

const pcmuAhead = 32 // samples at 8 kHz: half the taps of the way up

type pcmuDecoder struct {
	up   *dsp.Resampler
	low  [narrow]float32
	wide []float32
	fade fader
}

func newPCMUDecoder() (Decoder, error) {
	d := &pcmuDecoder{}
	var err error
	if d.up, err = dsp.NewResampler(8000, frame.Rate); err != nil {
		return nil, err
	}
	d.Reset()
	return d, nil
}

func (d *pcmuDecoder) Reset() {
	d.up.Reset()
	d.wide = d.up.Process(make([]float32, pcmuAhead), d.wide[:0])[:0]
	d.fade = fader{}
}

func (d *pcmuDecoder) Decode(packet []byte, out []float32) error {
	if len(out) != frame.Samples {
		return ErrFrame
	}
	if len(packet) != narrow {
		d.Conceal(out)
		if len(packet) == 0 {
			return nil
		}
		return ErrPacket
	}
	for i, b := range packet {
		d.low[i] = float32(muTable[b]) / 32768
	}
	d.wide = d.up.Process(d.low[:], d.wide[:0])
	copy(out, d.wide)
	d.fade.keep(out)
	return nil
}

func (d *pcmuDecoder) Conceal(out []float32) { d.fade.conceal(out) }
func (d *pcmuDecoder) Close()                {}

const muBias, muClip = 0x84, 32635

// muLaw codes a sample after ITU-T G.711, table 2a (µ-law, all bits inverted).
func muLaw(v int16) byte {
	x, sign := int(v), byte(0)
	if x < 0 {
		x, sign = -x, 0x80
	}
	x = min(x, muClip) + muBias
	exp := 7
	for mask := 0x4000; exp > 0 && x&mask == 0; mask >>= 1 {
		exp--
	}
	return ^(sign | byte(exp<<4) | byte(x>>(exp+3))&0x0f)
}

var muTable = func() (t [256]int16) {
	for i := range t {
		b := ^byte(i)
		x := (int(b&0x0f)<<3+muBias)<<(b>>4&7) - muBias
		if b&0x80 != 0 {
			x = -x
		}
		t[i] = int16(x)
	}
	return t
}()
