package boot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"loaxa/audio/library"
	"loaxa/audio/soundcard"
)

// sampleMicFile is the voice that a demonstration hears where the machine has
// no microphone, inside the data folder.
const sampleMicFile = "sample-mic.wav"

// openMic opens the microphone. A demonstration on a machine without one hears
// a sample voice, named as such: who tries it should hear somebody speak.
func (s *stationRooms) openMic(ctx context.Context, dir string) {
	c, err := soundcard.OpenCapture(s.conf.Mic)
	s.capture, s.micName = c, s.conf.Mic
	if err == nil {
		return
	}
	if !s.conf.Demo || s.conf.Mic != "auto" || !errors.Is(err, soundcard.ErrNoCard) {
		s.warn("no microphone", err)
		return
	}
	path, serr := s.sampleMic(ctx, dir)
	if serr == nil {
		var sample *soundcard.Capture
		if sample, serr = soundcard.OpenCapture("file:" + path); serr == nil {
			_ = c.Close() // it is open on nothing
			s.capture, s.micName = sample, s.words.Demo.Mic
			s.log.Info("no microphone, a sample voice instead", "why", err)
			return
		}
		_ = sample.Close() // it is open on nothing
	}
	s.warn("no microphone", errors.Join(err, serr))
}

// sampleMic makes the sample voice, spoken where the machine can speak.
func (s *stationRooms) sampleMic(ctx context.Context, dir string) (string, error) {
	path := filepath.Join(dir, sampleMicFile)
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	said, err := s.lib.Say(ctx, s.words.Demo.Voice, string(s.conf.Language))
	if err != nil {
		return path, library.DemoVoice(path)
	}
	defer said.Close()
	return path, copyFile(path, said.Path())
}

// copyFile makes path a copy of from, whole or not at all.
func copyFile(path, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }() // read only
	b, err := io.ReadAll(io.LimitReader(in, maxSampleMic))
	if err != nil {
		return err
	}
	if len(b) == maxSampleMic {
		return fmt.Errorf("%s is too long", from)
	}
	return writeFile(path, b, 0o640)
}

// maxSampleMic bounds the sample voice, in bytes: five minutes.
const maxSampleMic = 32 << 20
