package boot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"loaxa/audio/library"
	"loaxa/audio/soundcard"
)

// sampleMicFile is the voice that a demonstration hears where the machine has
// no microphone, inside the data folder.
const sampleMicFile = "sample-mic.wav"

// openMic opens the microphone of the station file.
func (s *stationRooms) openMic(ctx context.Context, dir string) {
	var err error
	s.capture, err = soundcard.OpenCapture(s.conf.Mic)
	s.onStop(func() { _ = s.capture.Close() })
	s.micOpened(ctx, dir, s.conf.Mic, err)
}

// micOpened looks at what came of opening one. A demonstration on a machine
// without any hears a sample voice, named as such: who tries it should hear
// somebody speak.
func (s *stationRooms) micOpened(ctx context.Context, dir, config string, err error) {
	if err == nil {
		return
	}
	if !s.conf.Demo || config != "auto" || !errors.Is(err, soundcard.ErrNoCard) {
		s.warn("no microphone", err)
		return
	}
	path, serr := s.sampleMic(ctx, dir)
	if serr == nil {
		if serr = s.capture.Switch("file:" + path); serr == nil {
			s.log.Info("no microphone, a sample voice instead", "why", err)
			return
		}
	}
	s.warn("no microphone", errors.Join(err, serr))
}

// watchMic opens the microphone that the operator chose, at the start and at
// each choice.
func (s *stationRooms) watchMic(ctx context.Context, dir string) {
	changed, end := s.desk.Subscribe()
	defer end()
	is := s.conf.Mic
	again := time.NewTicker(micAgain)
	defer again.Stop()
	for {
		if want := cmp.Or(s.desk.Snapshot().Station.Rules.Mic, s.conf.Mic); want != is {
			is = want
			s.log.Info("another microphone", "mic", want)
			s.micOpened(ctx, dir, want, s.capture.Switch(want))
		}
		select {
		case <-changed:
		case <-again.C:
			if in := s.capture.State(); in.Kind == soundcard.KindNone && in.Err != nil {
				_ = s.capture.Switch(is) // its state says why
			}
		case <-ctx.Done():
			return
		}
	}
}

// micAgain is how soon a microphone that does not open is tried again: it may
// have been plugged in meanwhile.
const micAgain = 10 * time.Second

// micSaid names a microphone for people: a card by its own name, what is none
// in a typed word.
func (s *stationRooms) micSaid(config string) string {
	kind, name, _ := strings.Cut(config, ":")
	switch kind {
	case soundcard.KindCard:
		return name
	case soundcard.KindFile:
		if filepath.Base(name) == sampleMicFile {
			return s.words.Demo.Mic
		}
	}
	return "mic-" + kind // mic-auto, mic-fifo, mic-file, mic-none
}

// microphones are the system's, as a rule names them.
func microphones() ([]string, error) {
	in, _, err := soundcard.Devices()
	if errors.Is(err, soundcard.ErrNoCard) {
		return nil, nil
	}
	for i := range in {
		in[i] = "card:" + in[i]
	}
	return in, err
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
