package source

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"os"

	"loaxa/audio/frame"
)

// A decoded copy is what Decode gave of a file, as it was: float32, little
// endian, mono at 48 kHz. Behind a head of 64 bytes stand blocks of 100 ms, each
// with its number and samples under a CRC-32C, so that a copy that is not whole,
// or not of this file, is told before a sample of it is given.
const (
	copyMagic   = "loaxaPCM"
	copyVersion = 1 // of the form, and of what decoders give: a change of either makes old copies void
	copyHead    = 64
	copyBlock   = chunkSamples
	copySum     = 4 // bytes behind each block
)

// ErrCopy is a decoded copy that is not to be used.
var ErrCopy = errors.New("the decoded copy is damaged")

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// CopySize is how many bytes a decoded copy of so many samples has.
func CopySize(samples int64) int64 {
	return copyHead + 4*samples + copySum*((samples+copyBlock-1)/copyBlock)
}

// CopyWriter writes a decoded copy. It is not safe for concurrent use.
type CopyWriter struct {
	w       io.WriteSeeker
	of      [32]byte
	samples int64
	blocks  uint64
	block   []byte
}

// NewCopyWriter begins a copy of the file whose SHA-256 is given, at the start
// of w. It has a head, and so is one, once Close was called.
func NewCopyWriter(w io.WriteSeeker, of [32]byte) (*CopyWriter, error) {
	c := &CopyWriter{w: w, of: of, block: make([]byte, 0, 4*copyBlock+copySum)}
	_, err := w.Write(make([]byte, copyHead))
	return c, err
}

// Take writes samples.
func (c *CopyWriter) Take(s []float32) error {
	for len(s) > 0 {
		n := min(len(s), copyBlock-len(c.block)/4)
		for _, x := range s[:n] {
			c.block = binary.LittleEndian.AppendUint32(c.block, math.Float32bits(x))
		}
		c.samples += int64(n)
		if s = s[n:]; len(c.block) == 4*copyBlock {
			if err := c.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *CopyWriter) flush() error {
	sum := copyCRC(c.blocks, c.block)
	_, err := c.w.Write(binary.LittleEndian.AppendUint32(c.block, sum))
	c.block, c.blocks = c.block[:0], c.blocks+1
	return err
}

// Close writes what is left and the head. It does not close w.
func (c *CopyWriter) Close() error {
	if len(c.block) > 0 {
		if err := c.flush(); err != nil {
			return err
		}
	}
	if _, err := c.w.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err := c.w.Write(copyHeader(c.of, c.samples))
	return err
}

func copyHeader(of [32]byte, samples int64) []byte {
	b := make([]byte, 0, copyHead)
	b = append(b, copyMagic...)
	b = binary.LittleEndian.AppendUint32(b, copyVersion)
	b = binary.LittleEndian.AppendUint32(b, frame.Rate)
	b = binary.LittleEndian.AppendUint64(b, uint64(samples))
	b = append(b, of[:]...)
	b = append(b, 0, 0, 0, 0) // of no use yet
	return binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
}

func copyCRC(number uint64, block []byte) uint32 {
	var n [8]byte
	binary.LittleEndian.PutUint64(n[:], number)
	return crc32.Update(crc32.Checksum(n[:], castagnoli), castagnoli, block)
}

// ReadCopy gives a decoded copy of the file whose SHA-256 is given, from a sample
// on, to emit, and returns the first sample that it did not give. An error that
// wraps ErrCopy or one of the disk means that the samples from there on are to be
// had from the file itself; any other is emit's or the context's. began hears its
// length before the first sample.
func ReadCopy(ctx context.Context, path string, of [32]byte, from int64, began func(Info), emit func([]float32) error) (next int64, err error) {
	return readCopy(ctx, path, of, from, new(disk), began, emit)
}

func readCopy(ctx context.Context, path string, of [32]byte, from int64, disk *disk, began func(Info), emit func([]float32) error) (next int64, err error) {
	from = max(from, 0)
	f, err := disk.get(path)
	if err != nil {
		return from, copyErr(err)
	}
	in := &guard{f, ctx, disk}
	defer f.Close() // read only
	samples, err := copyLength(in, of)
	if err != nil {
		return from, copyErr(err)
	}
	if began != nil {
		began(Info{Rate: frame.Rate, Samples: samples, Expected: samples})
	}
	number := from / copyBlock
	if _, err := in.Seek(CopySize(number*copyBlock), io.SeekStart); err != nil {
		return from, copyErr(err)
	}
	var raw [4*copyBlock + copySum]byte
	var pcm [copyBlock]float32
	for ; from < samples; number++ {
		n := min(samples-number*copyBlock, copyBlock)
		if err := copyRead(in, raw[:4*n+copySum], uint64(number), pcm[:n]); err != nil {
			if ctx.Err() != nil {
				return from, ctx.Err()
			}
			return from, copyErr(err)
		}
		if err := emit(pcm[from-number*copyBlock : n]); err != nil {
			return from, err
		}
		from = number*copyBlock + n
	}
	return from, nil
}

// copyRead reads one block and gives its samples, or none.
func copyRead(r io.Reader, raw []byte, number uint64, pcm []float32) error {
	if _, err := io.ReadFull(r, raw); err != nil {
		return err
	}
	data := raw[:len(raw)-copySum]
	if copyCRC(number, data) != binary.LittleEndian.Uint32(raw[len(data):]) {
		return fmt.Errorf("block %d", number)
	}
	for i := range pcm {
		x := math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
		if !(x >= -64 && x <= 64) { // far beyond what a resampler makes of full scale, or no number
			return fmt.Errorf("block %d: sample %d is none", number, i)
		}
		pcm[i] = x
	}
	return nil
}

// copyLength checks the head of a copy and the file's size against it.
func copyLength(f file, of [32]byte) (samples int64, err error) {
	st, err := f.Stat()
	if err != nil {
		return 0, err
	}
	var head [copyHead]byte
	if _, err := io.ReadFull(f, head[:]); err != nil {
		return 0, err
	}
	samples = int64(binary.LittleEndian.Uint64(head[16:]))
	if samples < 0 || samples > st.Size() || CopySize(samples) != st.Size() || !bytes.Equal(head[:], copyHeader(of, samples)) {
		return 0, errors.New("its head does not fit")
	}
	return samples, nil
}

// CheckCopy tells whether a file may be a decoded copy of the file whose SHA-256
// is given: its head and length are looked at, its blocks when they are played.
func CheckCopy(path string, of [32]byte) error {
	f, err := os.Open(path)
	if err != nil {
		return copyErr(err)
	}
	defer f.Close() // read only
	if _, err := copyLength(f, of); err != nil {
		return copyErr(err)
	}
	return nil
}

func copyErr(err error) error { return fmt.Errorf("%w: %w", ErrCopy, err) }

// Copied is a file with a decoded copy beside it.
type Copied struct {
	Path   string          // the file
	Of     [32]byte        // its SHA-256
	Copy   string          // the decoded copy
	Broken func(err error) // the copy could not be used to its end; called once, from a goroutine; nil: nobody is told
}

// OpenCopied is OpenFile for a file with a decoded copy. What the copy does not
// give is decoded from the file, from that sample on.
func OpenCopied(ctx context.Context, c Copied, from int64) (*File, error) {
	return openFile(ctx, c.Path, from, nil, &c)
}

// samples gives what is to be played: from the copy, where there is one and as
// far as it goes, else from the file.
func (f *File) samples(ctx context.Context, path string, from int64, c *Copied, began func(Info), emit func([]float32) error) error {
	if c != nil {
		next, err := readCopy(ctx, c.Copy, c.Of, from, &f.disk, began, emit)
		if !errors.Is(err, ErrCopy) {
			return err
		}
		if c.Broken != nil && !errors.Is(err, os.ErrNotExist) {
			c.Broken(err)
		}
		if next > from { // the copy has told the length
			began = nil
		}
		from = next
	}
	_, err := decode(ctx, path, from, &f.disk, began, emit)
	return err
}
