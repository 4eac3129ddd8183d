package codec_test

import (
	"errors"
	"math"
	"testing"

	"loaxa/audio/audiotest"
	"loaxa/audio/codec"
	"loaxa/audio/frame"
)

var all = []frame.Codec{frame.Opus, frame.L16, frame.PCMU}

// voice is a signal with pitch, breath and pauses.
func voice(n int) []float32 {
	s, noise := make([]float32, n), audiotest.Noise(11, 0.02, n)
	for i := range s {
		t := float64(i) / frame.Rate
		env := max(0, math.Sin(2*math.Pi*1.7*t))
		for k := 1.0; k < 8; k++ {
			s[i] += float32(0.25 * env / k * math.Sin(2*math.Pi*k*(140*t+3*math.Sin(2*t))))
		}
		s[i] += noise[i] * float32(env)
	}
	return s
}

func encoder(t testing.TB, c frame.Codec, bitrate int) codec.Encoder {
	t.Helper()
	if c == frame.Opus && codec.OpusAvailable() != nil {
		t.Skipf("skipped: %v", codec.OpusAvailable())
	}
	e, err := codec.NewEncoder(c, bitrate)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	return e
}

func decoder(t testing.TB, c frame.Codec) codec.Decoder {
	t.Helper()
	d, err := codec.NewDecoder(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return d
}

func encodeAll(t testing.TB, e codec.Encoder, s []float32) [][]byte {
	t.Helper()
	var out [][]byte
	for ; len(s) >= frame.Samples; s = s[frame.Samples:] {
		p, err := e.Encode(nil, s[:frame.Samples])
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, p)
	}
	return out
}

func decodeAll(t testing.TB, d codec.Decoder, packets [][]byte) []float32 {
	t.Helper()
	var out []float32
	for _, p := range packets {
		pcm := make([]float32, frame.Samples)
		if err := d.Decode(p, pcm); err != nil {
			t.Fatal(err)
		}
		out = append(out, pcm...)
	}
	return out
}

func TestThereAndBack(t *testing.T) {
	in := voice(5 * frame.Rate)
	for c, want := range map[frame.Codec]struct{ snr, like float64 }{
		frame.L16: {80, 0.999}, frame.PCMU: {20, 0.99}, frame.Opus: {8, 0.95},
	} {
		t.Run(c.String(), func(t *testing.T) {
			e := encoder(t, c, 0)
			out := decodeAll(t, decoder(t, c), encodeAll(t, e, in))
			lag, like := audiotest.Delay(in, out, 2000)
			if math.Abs(lag-float64(e.Delay())) > 1.5 || like < want.like {
				t.Errorf("lags by %.1f samples, says %d; likeness %.3f", lag, e.Delay(), like)
			}
			if snr := audiotest.SNR(in, out[e.Delay():]); snr < want.snr {
				t.Errorf("%.1f dB", snr)
			}
		})
	}
}

func TestPCMUCarriesNoAliases(t *testing.T) {
	in := audiotest.Sine(5500, 0.5, 0, frame.Rate)
	out := decodeAll(t, decoder(t, frame.PCMU), encodeAll(t, encoder(t, frame.PCMU, 0), in))
	if db := audiotest.DB(audiotest.RMS(out[9600:])); db > -65 {
		t.Errorf("5.5 khz comes through 8 khz sampling at %.1f dBFS", db)
	}
}

// Packets of PCMU are what others send: silence is 0xff, and the loudest are
// 0x80 and 0x00.
func TestPCMUIsG711(t *testing.T) {
	silent := encodeAll(t, encoder(t, frame.PCMU, 0), make([]float32, frame.Samples))[0]
	if len(silent) != 160 || silent[0] != 0xff {
		t.Errorf("%d bytes, first %#x", len(silent), silent[0])
	}
	for b, want := range map[byte]float32{0x80: 32124, 0x00: -32124, 0xff: 0, 0xfe: 8, 0xef: 132, 0x6f: -132} {
		p := make([]byte, 160)
		for i := range p {
			p[i] = b
		}
		out := decodeAll(t, decoder(t, frame.PCMU), [][]byte{p, p})
		if got := out[1500] * 32768; math.Abs(float64(got-want)) > 0.01*math.Abs(float64(want))+0.5 {
			t.Errorf("%#x is %.1f, want %.0f", b, got, want)
		}
	}
}

// The decoder in Go is a second opinion on libopus.
func TestPureOpusAgreesWithLibopus(t *testing.T) {
	packets := encodeAll(t, encoder(t, frame.Opus, 0), voice(4*frame.Rate))
	pure, err := codec.NewPureOpusDecoder()
	if err != nil {
		t.Fatal(err)
	}
	a, b := decodeAll(t, decoder(t, frame.Opus), packets), decodeAll(t, pure, packets)
	if db := audiotest.SNR(a, b); db < 40 {
		t.Errorf("they differ at %.1f dB", db)
	}
}

func TestBitrateIsHeld(t *testing.T) {
	in := voice(4 * frame.Rate)
	size := func(bitrate int) (n int) {
		for _, p := range encodeAll(t, encoder(t, frame.Opus, bitrate), in) {
			n += len(p)
		}
		return n
	}
	low, mid, high := size(1), size(0), size(1<<30)
	if low >= mid || mid >= high || high > 64000/8*4*13/10 || mid > 32000/8*4*13/10 {
		t.Errorf("4 s take %d, %d and %d bytes", low, mid, high)
	}
}

func TestLossIsConcealedAndDiesAway(t *testing.T) {
	for _, c := range all {
		t.Run(c.String(), func(t *testing.T) {
			e, d := encoder(t, c, 0), decoder(t, c)
			decodeAll(t, d, encodeAll(t, e, audiotest.Sine(300, 0.3, 0, frame.Rate)))
			out := make([]float32, frame.Samples)
			if err := d.Decode(nil, out); err != nil {
				t.Fatal(err)
			}
			if rms := audiotest.RMS(out); rms < 0.02 {
				t.Errorf("one lost packet is silence: %.4f", rms)
			}
			for range 40 {
				d.Conceal(out)
			}
			if rms := audiotest.RMS(out); rms > 0.01 {
				t.Errorf("after 0.8 s it still sounds: %.4f", rms)
			}
		})
	}
}

func TestDamagedPacketsAreErrorsNotNoise(t *testing.T) {
	decoders := map[string]func() codec.Decoder{
		"opus": func() codec.Decoder { return decoder(t, frame.Opus) },
		"l16":  func() codec.Decoder { return decoder(t, frame.L16) },
		"pcmu": func() codec.Decoder { return decoder(t, frame.PCMU) },
		"pure opus": func() codec.Decoder {
			d, err := codec.NewPureOpusDecoder()
			if err != nil {
				t.Fatal(err)
			}
			return d
		},
	}
	for name, make1 := range decoders {
		d := make1()
		if err := d.Decode([]byte{1, 2, 3}, make([]float32, 7)); !errors.Is(err, codec.ErrFrame) {
			t.Errorf("%s: a frame of 7 samples: %v", name, err)
		}
		seed := uint64(1)
		for range 3000 {
			seed = seed*6364136223846793005 + 1442695040888963407
			p := make([]byte, seed>>33%200)
			for i := range p {
				seed = seed*6364136223846793005 + 1442695040888963407
				p[i] = byte(seed >> 40)
			}
			out := make([]float32, frame.Samples)
			if err := d.Decode(p, out); err != nil && !errors.Is(err, codec.ErrPacket) {
				t.Fatalf("%s: %v", name, err)
			}
			for _, x := range out {
				if x != x || math.IsInf(float64(x), 0) {
					t.Fatalf("%s: a damaged packet gave %v", name, x)
				}
			}
		}
	}
}

func TestClosedAndUnknown(t *testing.T) {
	if _, err := codec.NewEncoder(99, 0); !errors.Is(err, codec.ErrUnknown) {
		t.Errorf("%v", err)
	}
	if _, err := codec.NewDecoder(0); !errors.Is(err, codec.ErrUnknown) {
		t.Errorf("%v", err)
	}
	for _, c := range all {
		e, d := encoder(t, c, 0), decoder(t, c)
		if _, err := e.Encode(nil, make([]float32, 480)); !errors.Is(err, codec.ErrFrame) {
			t.Errorf("%v: a frame of 480: %v", c, err)
		}
		for range 2 {
			e.Close()
			d.Close()
		}
		e.Reset()
		d.Reset()
		d.Conceal(make([]float32, frame.Samples)) // must not touch freed memory
	}
}

func TestResetForgets(t *testing.T) {
	for _, c := range all {
		e, d := encoder(t, c, 0), decoder(t, c)
		in := voice(frame.Rate)
		first := decodeAll(t, d, encodeAll(t, e, in))
		e.Reset()
		d.Reset()
		if db := audiotest.SNR(first, decodeAll(t, d, encodeAll(t, e, in))); db < 100 {
			t.Errorf("%v: after a reset the same sound differs at %.1f dB", c, db)
		}
	}
}

func FuzzPureOpus(f *testing.F) {
	f.Add([]byte{0xf8, 0xff, 0xfe})
	f.Add([]byte{0x0b, 0x41})
	d, err := codec.NewPureOpusDecoder()
	if err != nil {
		f.Fatal(err)
	}
	out := make([]float32, frame.Samples)
	f.Fuzz(func(t *testing.T, p []byte) {
		if err := d.Decode(p, out); err != nil && !errors.Is(err, codec.ErrPacket) {
			t.Fatal(err)
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	for _, c := range all {
		b.Run(c.String(), func(b *testing.B) {
			e, in := encoder(b, c, 0), voice(frame.Rate)
			var p []byte
			for i := 0; b.Loop(); i++ { // an op is a frame of 20 ms
				at := i % 50 * frame.Samples
				var err error
				if p, err = e.Encode(p[:0], in[at:at+frame.Samples]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkDecode(b *testing.B) {
	for _, c := range all {
		b.Run(c.String(), func(b *testing.B) {
			packets, d := encodeAll(b, encoder(b, c, 0), voice(frame.Rate)), decoder(b, c)
			out := make([]float32, frame.Samples)
			for i := 0; b.Loop(); i++ {
				if err := d.Decode(packets[i%50], out); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
