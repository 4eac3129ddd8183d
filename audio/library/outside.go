package library

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"loaxa/audio/source"
)

// Bounds of the programs that help.
const (
	convertPatience = 10 * time.Minute
	speechPatience  = 30 * time.Second
	maxSpeech       = 4000 // runes of a text to be said: about five minutes
	errorTail       = 300  // bytes of a program's last words that are kept
)

// ErrSpeech is a text that cannot be said because the program is missing.
var ErrSpeech = errors.New("speech needs espeak-ng: type apt install espeak-ng")

// ErrText is a text that is empty or too long to be said.
var ErrText = errors.New("a text to be said has 1 to 4000 letters")

// convert turns a file into s16 mono 48 kHz WAV with ffmpeg: local files only,
// bounded in time, length and size.
func (l *Library) convert(ctx context.Context, path string) (string, error) {
	bin, err := exec.LookPath("ffmpeg")
	if err != nil {
		return "", ErrFFmpeg
	}
	out, err := os.CreateTemp(l.dir, tempPattern)
	if err != nil {
		return "", err
	}
	name := out.Name()
	if err := out.Close(); err != nil {
		return "", err
	}
	limit := int64(MaxDuration/time.Second) + 1
	err = program(ctx, convertPatience, "", bin, "-nostdin", "-hide_banner", "-loglevel", "error", "-y",
		"-protocol_whitelist", "file,pipe", "-i", "file:"+path, "-map", "0:a:0", "-vn", "-sn", "-dn",
		"-t", strconv.FormatInt(limit, 10), "-fs", strconv.FormatInt(limit*96000, 10),
		"-ac", "1", "-ar", "48000", "-c:a", "pcm_s16le", "-bitexact", "-f", "wav", "file:"+name)
	if err != nil {
		_ = os.Remove(name) // half a copy
		return "", fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return name, nil
}

// program runs an outside program with a text on its standard input, and tells
// its last words when it fails.
func program(ctx context.Context, patience time.Duration, stdin, bin string, args ...string) error {
	return programTo(ctx, patience, stdin, nil, bin, args...)
}

// programTo is program with what it writes on its standard output.
func programTo(ctx context.Context, patience time.Duration, stdin string, out io.Writer, bin string, args ...string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, bin, args...)
	cmd.Stdin = strings.NewReader(stdin)
	cmd.Stdout = out
	cmd.WaitDelay = time.Second
	var said tail
	cmd.Stderr = &said
	err := cmd.Run()
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	return fmt.Errorf("%w: %s", err, bytes.TrimSpace(said))
}

// tail keeps the last bytes written to it.
type tail []byte

func (t *tail) Write(p []byte) (int, error) {
	*t = append(*t, p...)
	if len(*t) > errorTail {
		*t = append((*t)[:0], (*t)[len(*t)-errorTail:]...)
	}
	return len(p), nil
}

// SpeechAvailable is nil where texts can be said; else its text says what to
// install.
func SpeechAvailable() error {
	if _, err := exec.LookPath("espeak-ng"); err != nil {
		return ErrSpeech
	}
	return nil
}

// Spoken is a text that was said. It lies in memory where the system has room
// for files there, so that it can be heard while the library's disk is full,
// slow or dead.
type Spoken struct {
	lib   *Library
	dir   string
	title string
	item  Item // measured, not kept
}

// ramFolder is where Linux keeps files in memory.
const ramFolder = "/dev/shm"

func spokenFolder() (string, error) {
	if dir, err := os.MkdirTemp(ramFolder, "loaxa-speech-"); err == nil {
		return dir, nil
	}
	return os.MkdirTemp("", "loaxa-speech-")
}

// Say says a text in the plain voice of a language.
func (l *Library) Say(ctx context.Context, text, lang string) (*Spoken, error) {
	return l.SayAs(ctx, text, Voice{Lang: lang})
}

// SayAs says a text. Close forgets what was said. Errors: ErrText, ErrSpeech,
// and those of the program that speaks.
func (l *Library) SayAs(ctx context.Context, text string, v Voice) (*Spoken, error) {
	text = strings.TrimSpace(strings.ToValidUTF8(text, ""))
	if n := len([]rune(text)); n == 0 || n > maxSpeech {
		return nil, fmt.Errorf("speech: %w", ErrText)
	}
	words := text
	if v.Lang != "en" {
		words = v.Lexicon.Respell(text)
	}
	dir, err := spokenFolder()
	if err != nil {
		return nil, fmt.Errorf("speech: %w", err)
	}
	s := &Spoken{lib: l, dir: dir, title: headline(text)}
	m, err := v.said(ctx, words, s.Path())
	if err != nil {
		s.Close()
		return nil, fmt.Errorf("speech: %w", err)
	}
	s.item = Item{Samples: m.samples, LUFS: m.lufs, PeakDB: m.peak}
	return s, nil
}

// Path is the file of what was said, until Close.
func (s *Spoken) Path() string { return filepath.Join(s.dir, "speech.wav") }

// Open plays what was said, without its gain. The source outlives Close.
func (s *Spoken) Open(ctx context.Context) (source.Source, error) {
	f, err := source.OpenFile(ctx, s.Path(), 0)
	if err != nil {
		return nil, fmt.Errorf("speech: %w", err)
	}
	return f, nil
}

// Gain brings what was said to the loudness of the library, linear.
func (s *Spoken) Gain() float64 { return s.item.Gain() }

// Keep takes what was said into the library like any other recording.
func (s *Spoken) Keep(ctx context.Context) (Item, error) {
	item, err := s.lib.Import(ctx, s.Path(), nil)
	if err != nil {
		return Item{}, fmt.Errorf("speech: %w", err)
	}
	item.Title = s.title
	return item, nil
}

// Close forgets what was said and not kept.
func (s *Spoken) Close() { _ = os.RemoveAll(s.dir) } // a temporary folder

// Speech says a text and keeps it.
func (l *Library) Speech(ctx context.Context, text, lang string) (Item, error) {
	s, err := l.Say(ctx, text, lang)
	if err != nil {
		return Item{}, err
	}
	defer s.Close()
	return s.Keep(ctx)
}

// headline is the head of a text, for a list.
func headline(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	r := []rune(text)
	if len(r) > 60 {
		return string(r[:59]) + "…"
	}
	return text
}
