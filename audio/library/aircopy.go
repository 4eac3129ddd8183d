package library

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"os/exec"
	"strconv"

	"loaxa/audio/codec"
	"loaxa/audio/frame"
	"loaxa/audio/ogg"
	"loaxa/audio/source"
)

// Cut is a piece of a file in samples at 48 kHz. The zero Cut is the whole file.
type Cut struct{ Head, N int64 }

// AirCopy makes the copy of a piece of an item that is sent to the poles: Ogg
// Opus, mono, at a bitrate in bit/s (0: 32000), the sound unchanged in level. It
// returns its path; one that is there already is kept, as an item has one piece
// that is aired. Without libopus ffmpeg makes it; without both the error says
// what to install.
func (l *Library) AirCopy(ctx context.Context, id ID, cut Cut, bitrate int) (string, error) {
	if !l.Has(id) {
		return "", fmt.Errorf("air copy of %q: %w", id, ErrUnknown)
	}
	path := l.Path(id) + poleSuffix
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	temp, err := os.CreateTemp(l.dir, tempPattern)
	if err != nil {
		return "", fmt.Errorf("air copy: %w", err)
	}
	defer func() { _ = os.Remove(temp.Name()) }() // placed or failed: the temporary name goes
	err = codec.OpusAvailable()
	if err == nil {
		err = encodeFile(ctx, l.airPath(id), temp, id, cut, bitrate)
	}
	if e := temp.Close(); err == nil {
		err = e
	}
	if e := codec.OpusAvailable(); e != nil {
		err = encodeOutside(ctx, l.airPath(id), temp.Name(), cut, bitrate, e)
	}
	if err == nil {
		err = place(temp.Name(), path)
	}
	if err != nil {
		return "", fmt.Errorf("air copy of %.12s: %w", id, err)
	}
	return path, nil
}

// errEnough ends the decoding of a file whose end is not wanted.
var errEnough = errors.New("enough")

// encodeFile decodes a file and writes it as Opus, its ends cut to the sample.
func encodeFile(ctx context.Context, path string, out *os.File, id ID, cut Cut, bitrate int) error {
	enc, err := codec.NewEncoder(frame.Opus, bitrate)
	if err != nil {
		return err
	}
	defer enc.Close()
	head := ogg.Head{Channels: 1, PreSkip: enc.Delay(), Rate: frame.Rate}
	w, err := ogg.NewWriter(out, crc32.ChecksumIEEE([]byte(id)), head, 0)
	if err != nil {
		return err
	}
	pcm := make([]float32, 0, frame.Samples)
	packet := []byte(nil)
	encode := func() error {
		if packet, err = enc.Encode(packet[:0], pcm); err != nil {
			return err
		}
		pcm = pcm[:0]
		return w.Write(packet, frame.Samples)
	}
	given := int64(0)
	_, err = source.Decode(ctx, path, cut.Head, nil, func(s []float32) error {
		if cut.N > 0 {
			s = s[:min(int64(len(s)), cut.N-given)]
		}
		given += int64(len(s))
		for len(s) > 0 {
			n := min(len(s), frame.Samples-len(pcm))
			pcm = append(pcm, s[:n]...)
			if s = s[n:]; len(pcm) == frame.Samples {
				if err := encode(); err != nil {
					return err
				}
			}
		}
		if given == cut.N && cut.N > 0 {
			return errEnough
		}
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return err
	}
	end := given + int64(enc.Delay())
	written := given - int64(len(pcm))
	for written < end { // what is left, and silence to bring out what the encoder holds
		pcm = append(pcm, make([]float32, frame.Samples-len(pcm))...)
		if err := encode(); err != nil {
			return err
		}
		written += frame.Samples
	}
	return w.Close(end)
}

func encodeOutside(ctx context.Context, path, out string, cut Cut, bitrate int, missing error) error {
	bin, err := exec.LookPath("ffmpeg")
	if err != nil {
		return missing
	}
	if bitrate == 0 {
		bitrate = codec.DefaultBitrate
	}
	filter := "aresample=48000,atrim=start_sample=" + strconv.FormatInt(cut.Head, 10)
	if cut.N > 0 {
		filter += ":end_sample=" + strconv.FormatInt(cut.Head+cut.N, 10)
	}
	err = program(ctx, convertPatience, "", bin, "-nostdin", "-hide_banner", "-loglevel", "error", "-y",
		"-protocol_whitelist", "file,pipe", "-i", "file:"+path, "-map", "0:a:0", "-ac", "1", "-af", filter, "-ar", "48000",
		"-c:a", "libopus", "-b:a", strconv.Itoa(bitrate), "-f", "ogg", "file:"+out)
	if err != nil {
		return errors.Join(missing, err)
	}
	return nil
}
