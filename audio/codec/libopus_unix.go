//go:build linux || darwin || freebsd

package codec

import (
	"fmt"
	"runtime"
	"sync"
	"unsafe"

	"github.com/ebitengine/purego"

	"loaxa/audio/frame"
)

// Requests and constants of opus_defines.h.
const (
	appAudio         = 2049
	setBitrate       = 4002
	setVBR           = 4006
	setComplexity    = 4010
	getLookahead     = 4027
	resetState       = 4028
	opusComplexity   = 7
	opusLargestBytes = 1275 // of one frame, RFC 6716 §3.2
)

// library holds the addresses of libopus; it is loaded once and never closed.
type library struct {
	encoderCreate, encoderDestroy, encoderCtl, encodeFloat uintptr
	decoderCreate, decoderDestroy, decoderCtl, decodeFloat uintptr
	version                                                string
	err                                                    error
}

var load = sync.OnceValue(loadLibrary)

// libraryNames are tried in order: the loader's own search, then the places
// where distributions put it.
func libraryNames() []string {
	if runtime.GOOS == "darwin" {
		return []string{"libopus.0.dylib", "/opt/homebrew/lib/libopus.0.dylib", "/usr/local/lib/libopus.0.dylib"}
	}
	return []string{
		"libopus.so.0", "/usr/lib/x86_64-linux-gnu/libopus.so.0", "/usr/lib/aarch64-linux-gnu/libopus.so.0",
		"/usr/lib64/libopus.so.0", "/usr/lib/libopus.so.0", "/usr/local/lib/libopus.so.0", "libopus.so",
	}
}

func loadLibrary() *library {
	var handle uintptr
	var err error
	for _, name := range libraryNames() {
		if handle, err = purego.Dlopen(name, purego.RTLD_NOW|purego.RTLD_LOCAL); err == nil {
			break
		}
	}
	if err != nil {
		return &library{err: errNoOpus}
	}
	l := &library{}
	for name, at := range map[string]*uintptr{
		"opus_encoder_create": &l.encoderCreate, "opus_encoder_destroy": &l.encoderDestroy,
		"opus_encoder_ctl": &l.encoderCtl, "opus_encode_float": &l.encodeFloat,
		"opus_decoder_create": &l.decoderCreate, "opus_decoder_destroy": &l.decoderDestroy,
		"opus_decoder_ctl": &l.decoderCtl, "opus_decode_float": &l.decodeFloat,
	} {
		if *at, err = purego.Dlsym(handle, name); err != nil {
			return &library{err: fmt.Errorf("%w: %s is missing in the library found", errNoOpus, name)}
		}
	}
	var version func() string
	purego.RegisterLibFunc(&version, handle, "opus_get_version_string")
	l.version = version()
	return l
}

// OpusAvailable is nil where libopus can be used; else its text says what to
// install.
func OpusAvailable() error { return load().err }

// OpusVersion names the library in use, empty without one.
func OpusVersion() string { return load().version }

type opusEncoder struct {
	lib   *library
	state uintptr
	delay int
	out   [opusLargestBytes]byte
}

func newOpusEncoder(bitrate int) (Encoder, error) {
	lib := load()
	if lib.err != nil {
		return nil, lib.err
	}
	code := new(int32)
	state, _, _ := purego.SyscallN(lib.encoderCreate, frame.Rate, 1, appAudio, uintptr(unsafe.Pointer(code)))
	if *code != 0 || state == 0 {
		return nil, fmt.Errorf("opus encoder: code %d", *code)
	}
	e := &opusEncoder{lib: lib, state: state}
	e.set(setBitrate, bitrate)
	e.set(setComplexity, opusComplexity)
	e.set(setVBR, 1)
	look := new(int32)
	purego.SyscallN(lib.encoderCtl, state, getLookahead, uintptr(unsafe.Pointer(look)))
	e.delay = int(*look)
	return e, nil
}

// set makes a control call with one integer; the call is variadic in C, which
// on amd64 and on arm64 Linux passes integers like any other call.
func (e *opusEncoder) set(request, value int) {
	purego.SyscallN(e.lib.encoderCtl, e.state, uintptr(request), uintptr(value))
}

func (e *opusEncoder) Encode(dst []byte, in []float32) ([]byte, error) {
	if len(in) != frame.Samples {
		return dst, ErrFrame
	}
	if e.state == 0 {
		return dst, errClosed
	}
	n, _, _ := purego.SyscallN(e.lib.encodeFloat, e.state, uintptr(unsafe.Pointer(&in[0])), frame.Samples,
		uintptr(unsafe.Pointer(&e.out[0])), opusLargestBytes)
	if int32(n) < 0 {
		return dst, fmt.Errorf("opus encode: code %d", int32(n))
	}
	return append(dst, e.out[:n]...), nil
}

func (e *opusEncoder) Delay() int { return e.delay }

func (e *opusEncoder) Reset() {
	if e.state != 0 {
		purego.SyscallN(e.lib.encoderCtl, e.state, resetState)
	}
}

func (e *opusEncoder) Close() {
	if e.state != 0 {
		purego.SyscallN(e.lib.encoderDestroy, e.state)
		e.state = 0
	}
}

type opusDecoder struct {
	lib   *library
	state uintptr
	lost  int // frames in a row
}

// libopus conceals well for 60 ms and then hums on; from there it fades to
// nothing within 100 ms.
const (
	concealFrames = 3
	concealFade   = 5
)

func newOpusDecoder() (Decoder, error) {
	lib := load()
	if lib.err != nil {
		return nil, lib.err
	}
	code := new(int32)
	state, _, _ := purego.SyscallN(lib.decoderCreate, frame.Rate, 1, uintptr(unsafe.Pointer(code)))
	if *code != 0 || state == 0 {
		return nil, fmt.Errorf("opus decoder: code %d", *code)
	}
	return &opusDecoder{lib: lib, state: state}, nil
}

func (d *opusDecoder) Decode(packet []byte, out []float32) error {
	if len(out) != frame.Samples {
		return ErrFrame
	}
	if d.state == 0 {
		clear(out)
		return errClosed
	}
	if len(packet) == 0 {
		d.Conceal(out)
		return nil
	}
	n, _, _ := purego.SyscallN(d.lib.decodeFloat, d.state, uintptr(unsafe.Pointer(&packet[0])), uintptr(len(packet)),
		uintptr(unsafe.Pointer(&out[0])), frame.Samples, 0)
	if int32(n) != frame.Samples {
		d.Conceal(out)
		return fmt.Errorf("opus: code %d: %w", int32(n), ErrPacket)
	}
	d.lost = 0
	return nil
}

func (d *opusDecoder) Conceal(out []float32) {
	clear(out)
	if d.state == 0 || len(out) != frame.Samples {
		return
	}
	n, _, _ := purego.SyscallN(d.lib.decodeFloat, d.state, 0, 0, uintptr(unsafe.Pointer(&out[0])), frame.Samples, 0)
	if int32(n) != frame.Samples {
		clear(out)
	}
	d.lost = min(d.lost+1, concealFrames+concealFade+1)
	faded := max(d.lost-1-concealFrames, 0) * frame.Samples
	if d.lost <= concealFrames {
		return
	}
	for i := range out {
		out[i] *= max(1-float32(faded+i)/(concealFade*frame.Samples), 0)
	}
}

func (d *opusDecoder) Reset() {
	d.lost = 0
	if d.state != 0 {
		purego.SyscallN(d.lib.decoderCtl, d.state, resetState)
	}
}

func (d *opusDecoder) Close() {
	if d.state != 0 {
		purego.SyscallN(d.lib.decoderDestroy, d.state)
		d.state = 0
	}
}

type opusPackets struct{ opusDecoder }

func newOpusPackets() (PacketDecoder, error) {
	d, err := newOpusDecoder()
	if err != nil {
		return nil, err
	}
	return &opusPackets{*d.(*opusDecoder)}, nil
}

func (d *opusPackets) Decode(packet []byte, out []float32) (int, error) {
	want, err := PacketSamples(packet)
	if err != nil {
		return 0, err
	}
	if d.state == 0 {
		return 0, errClosed
	}
	n, _, _ := purego.SyscallN(d.lib.decodeFloat, d.state, uintptr(unsafe.Pointer(&packet[0])), uintptr(len(packet)),
		uintptr(unsafe.Pointer(&out[0])), MaxPacketSamples, 0)
	if int(int32(n)) != want {
		return 0, fmt.Errorf("opus: code %d: %w", int32(n), ErrPacket)
	}
	return want, nil
}
