package source

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/gopxl/beep/v2"
	"github.com/gopxl/beep/v2/flac"
	"github.com/gopxl/beep/v2/vorbis"

	"loaxa/audio/dsp"
	"loaxa/audio/frame"
)

// Info is what decoding a file told.
type Info struct {
	Kind     Kind
	Rate     int   // Hz, of the file
	Samples  int64 // given, at 48 kHz
	Expected int64 // by the header, at 48 kHz; -1: the file does not say
}

// Decode gives the whole file from a sample index (48 kHz) on to emit, in mono
// at 48 kHz, resampled, with an MP3's encoder delay and padding cut off. It
// stops with emit's error or the context's. A decoder's panic becomes an error
// that wraps ErrDamaged; what it gave before stands.
//
// began, if given, hears what the header says before the first sample comes.
func Decode(ctx context.Context, path string, from int64, began func(Info), emit func([]float32) error) (Info, error) {
	return decode(ctx, path, from, new(disk), began, emit)
}

func decode(ctx context.Context, path string, from int64, disk *disk, began func(Info), emit func([]float32) error) (Info, error) {
	d, err := openDecoder(ctx, path, disk)
	if err != nil {
		return Info{}, err
	}
	defer d.close()
	info := Info{Kind: d.kind, Rate: d.rate, Expected: -1}
	re, err := dsp.NewResampler(d.rate, frame.Rate)
	if err != nil {
		return info, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	up, down := int64(frame.Rate), int64(d.rate)
	if d.length >= 0 {
		info.Expected = (d.length*up + down - 1) / down
	}
	if began != nil {
		began(info)
	}
	start, skip := startAt(from, d.rate, re.Ahead())
	if err := d.seek(ctx, start); err != nil {
		return info, err
	}
	out := make([]float32, 0, 8192)
	give := func() error {
		cut := min(skip, int64(len(out)))
		skip -= cut
		info.Samples += int64(len(out)) - cut
		if len(out) == int(cut) {
			return nil
		}
		return emit(out[cut:])
	}
	for {
		in, err := d.next()
		if err != nil && !errors.Is(err, io.EOF) {
			return info, err
		}
		if len(in) == 0 {
			break
		}
		out = re.Process(in, out[:0])
		if err := give(); err != nil {
			return info, err
		}
	}
	out = re.Flush(out[:0])
	return info, give()
}

// Probe tells what a file's header says, without decoding it.
func Probe(ctx context.Context, path string) (Info, error) {
	d, err := openDecoder(ctx, path, new(disk))
	if err != nil {
		return Info{}, err
	}
	defer d.close()
	info := Info{Kind: d.kind, Rate: d.rate, Expected: -1}
	if d.length >= 0 && d.rate > 0 {
		info.Expected = d.length * frame.Rate / int64(d.rate)
	}
	return info, nil
}

// startAt finds the input sample to decode from so that the resampler's output
// is the same, bit for bit, as in a decode from the start, and how many output
// samples must then be thrown away.
func startAt(from int64, rate, ahead int) (start, skip int64) {
	if from <= 0 {
		return 0, 0
	}
	g := int64(1)
	for _, d := range []int64{2, 2, 2, 2, 2, 2, 2, 3, 5, 5, 5} { // 48000 = 2^7·3·5^3
		if int64(frame.Rate)%(g*d) == 0 && int64(rate)%(g*d) == 0 {
			g *= d
		}
	}
	up, down := int64(frame.Rate)/g, int64(rate)/g
	q := max(from/up-int64(ahead)/down-1, 0)
	return q * down, from - q*up
}

// stream is what the decoders of all kinds have in common.
type stream interface {
	Stream(samples [][2]float64) (int, bool)
	Err() error
	Seek(to int) error
}

// decoder reads one file; positions are in samples of the file, after the cut
// of the encoder's delay.
type decoder struct {
	kind   Kind
	path   string
	file   *guard
	stream stream
	end    func() // frees what the stream holds; nil: nothing
	rate   int
	skip   int64 // samples before the sound starts
	length int64 // of the sound, -1: to the end
	pos    int64 // of the stream, skip included
	empty  int   // reads in a row that gave nothing
	raw    [1024][2]float64
	mono   [1024]float32
}

func openDecoder(ctx context.Context, path string, disk *disk) (d *decoder, err error) {
	f, err := disk.get(path)
	if err != nil {
		return nil, err
	}
	d = &decoder{path: path, file: &guard{f, ctx, disk}, length: -1}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v: %w", r, ErrDamaged)
		}
		if err != nil {
			_ = f.Close() // read only
			d = nil
		}
	}()
	if d.kind, err = Sniff(d.file); err != nil {
		return d, err
	}
	switch d.kind {
	case MP3:
		err = d.openMP3()
	case WAV:
		err = d.openWAV()
	case FLAC:
		err = d.open(flac.Decode(d.file))
	case Vorbis:
		err = d.openVorbis()
	case Opus:
		err = d.openOpus()
	default:
		err = ErrFormat
	}
	return d, err
}

func (d *decoder) open(s beep.StreamSeekCloser, f beep.Format, err error) error {
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if f.NumChannels > 2 { // the library would take two of them
		return fmt.Errorf("%d channels: %w", f.NumChannels, ErrFormat)
	}
	d.stream, d.rate = s, int(f.SampleRate)
	if n := s.Len(); n > 0 {
		d.length = int64(n)
	}
	return nil
}

// openVorbis refuses more than two channels: the library would take two.
func (d *decoder) openVorbis() error {
	head := make([]byte, 64)
	n, err := readStart(d.file, 0, head)
	if err != nil {
		return err
	}
	if at := bytes.Index(head[:n], []byte("\x01vorbis")); at >= 0 && at+11 < n && head[at+11] > 2 {
		return fmt.Errorf("vorbis with %d channels: %w", head[at+11], ErrFormat)
	}
	if _, err := d.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	return d.open(vorbis.Decode(d.file))
}

func (d *decoder) openMP3() error {
	info, err := readMP3Info(d.file)
	if err != nil {
		return err
	}
	if info.Rate > 0 && info.Rate <= 12000 {
		return fmt.Errorf("mpeg 2.5 of %d hz: %w", info.Rate, ErrFormat)
	}
	m, err := openMP3(d.file)
	if err != nil {
		return err
	}
	d.stream, d.rate = m, m.rate
	if !info.Tagged {
		return nil
	}
	// The decoder gives the tag's own frame as a frame of silence.
	d.skip = int64(info.Spf)
	if info.Frames > 0 {
		d.length = info.Frames * int64(info.Spf)
	}
	if info.Gapless {
		d.skip += int64(info.Delay + decoderDelay)
		if d.length > 0 {
			d.length -= int64(info.Delay + info.Padding)
		}
	}
	return nil
}

func (d *decoder) openWAV() error {
	st, err := d.file.Stat()
	if err != nil {
		return err
	}
	h, err := readWAVHead(d.file, st.Size())
	if err != nil {
		return err
	}
	v, err := newWAVStream(d.file, h)
	if err != nil {
		return err
	}
	d.stream, d.rate = v, h.Rate
	if h.Declared >= 0 {
		d.length = h.Declared / h.frame()
	}
	return nil
}

// preroll is how far before its goal an MP3 is decoded, in samples: the bit
// reservoir and the overlap of ten frames.
const preroll = 10 * 1152

// seek goes to a sample of the sound. Where the format's own seek fails it
// decodes from the start instead.
func (d *decoder) seek(ctx context.Context, start int64) error {
	goal := start + d.skip
	near := goal - preroll
	if near > 5*int64(d.rate) && d.jump(near) != nil {
		skip, length := d.skip, d.length
		d.close()
		again, err := openDecoder(ctx, d.path, d.file.disk)
		if err != nil {
			return err
		}
		*d = *again
		d.skip, d.length = skip, length
	}
	for d.pos < goal {
		n, err := d.pull(int(min(goal-d.pos, int64(len(d.raw)))))
		if errors.Is(err, io.EOF) {
			return nil // past the end: next says so too
		}
		if n == 0 {
			return err
		}
	}
	return nil
}

func (d *decoder) jump(to int64) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v: %w", r, ErrDamaged)
		}
	}()
	if err := d.stream.Seek(int(to)); err != nil {
		return err
	}
	d.pos = to
	return nil
}

// next returns the next samples of the sound in mono; none at its end.
func (d *decoder) next() ([]float32, error) {
	want := int64(len(d.raw))
	if d.length >= 0 {
		want = min(want, d.skip+d.length-d.pos)
	}
	if want <= 0 {
		return nil, io.EOF
	}
	n, err := d.pull(int(want))
	for i, s := range d.raw[:n] {
		d.mono[i] = clean((s[0] + s[1]) / 2)
	}
	return d.mono[:n], err
}

// clean keeps what a damaged file may hold out of the filters.
func clean(x float64) float32 {
	if !(x >= -8 && x <= 8) {
		return 0
	}
	return float32(x)
}

// pull reads up to n raw samples; none means the end or an error.
func (d *decoder) pull(n int) (got int, err error) {
	defer func() {
		if r := recover(); r != nil {
			got, err = 0, fmt.Errorf("%v: %w", r, ErrDamaged)
		}
	}()
	for {
		got, ok := d.stream.Stream(d.raw[:n])
		if got > 0 {
			d.pos += int64(got)
			return got, nil
		}
		if err := d.file.ctx.Err(); err != nil {
			return 0, err
		}
		if err := d.stream.Err(); err != nil {
			return 0, fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		if !ok {
			return 0, io.EOF
		}
		if d.empty++; d.empty > 16 { // a file shorter than its header says
			return 0, io.EOF
		}
	}
}

func (d *decoder) close() {
	if d.end != nil {
		d.end()
	}
	_ = d.file.Close() // read only: nothing can be lost
}
