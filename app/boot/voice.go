package boot

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"loaxa/audio/library"
)

// LexiconFile is the name, inside the data folder, of the words that the
// station's people spell for the voice.
const LexiconFile = "lexicon.txt"

const lexiconHead = `# Tên riêng mà giọng đọc máy đọc sai: mỗi dòng một từ, viết cách đọc sau dấu =
# Names that the voice says wrong: a word on each line, and how it is said behind the =
# Kbang = cờ bang
`

// Speech is the program that speaks, as the station file names it.
type Speech struct {
	Engine []string `toml:"engine" comment:"a better voice: program and arguments; it reads the text and writes a whole WAV; empty: espeak-ng"`
}

func (s Speech) validate() error {
	switch {
	case len(s.Engine) > 32:
		return errors.New("speech.engine: 32 words at most")
	case len(s.Engine) > 0 && s.Engine[0] == "":
		return errors.New("speech.engine: the program's name is empty")
	}
	return nil
}

// voices gives the voice as the rules, the station file and the lexicon have it
// now.
type voices struct {
	path string
	warn func(string, error)

	mu      sync.Mutex
	lexicon library.Lexicon
	at      time.Time // of the file that was read
	size    int64
}

// read looks whether a person changed the lexicon. Lines that cannot be read
// are told of once for each change; the others hold.
func (v *voices) read() library.Lexicon {
	v.mu.Lock()
	defer v.mu.Unlock()
	st, err := os.Stat(v.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		v.lexicon, v.at, v.size = library.Lexicon{}, time.Time{}, 0
		return v.lexicon
	case err != nil || st.ModTime().Equal(v.at) && st.Size() == v.size:
		return v.lexicon // what was read last holds
	}
	v.at, v.size = st.ModTime(), st.Size()
	lexicon, wrong := readLexicon(v.path)
	for i, err := range wrong {
		if i == 5 {
			v.warn("lexicon", fmt.Errorf("%d lines more", len(wrong)-i))
			break
		}
		v.warn("lexicon", err)
	}
	v.lexicon = lexicon
	return lexicon
}

func readLexicon(path string) (library.Lexicon, []error) {
	st, err := os.Stat(path)
	if err != nil {
		return library.Lexicon{}, []error{err}
	}
	if st.Size() > library.MaxLexicon {
		return library.Lexicon{}, []error{fmt.Errorf("%s has %d bytes, limit %d", path, st.Size(), library.MaxLexicon)}
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return library.Lexicon{}, []error{err}
	}
	return library.ParseLexicon(b)
}

// openVoices writes the lexicon's form where there is none.
func (s *stationRooms) openVoices(dir string) {
	path := filepath.Join(dir, LexiconFile)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		if err := os.WriteFile(path, []byte(lexiconHead), 0o640); err != nil {
			s.warn("lexicon", err)
		}
	}
	s.voices = &voices{path: path, warn: s.warn}
}

// voice is how a text is said now.
func (s *stationRooms) voice() library.Voice {
	v := library.Voice{Lang: string(s.conf.Language), Engine: s.conf.Speech.Engine, Lexicon: s.voices.read()}
	if snap := s.desk.Snapshot(); snap != nil {
		r := snap.Station.Rules.Speech
		v.Region, v.Rate = r.Region, r.Rate
	}
	return v
}

// canSpeak tells why no text can be said; nil: it can.
func (s Speech) canSpeak() error {
	if len(s.Engine) > 0 {
		if _, err := exec.LookPath(s.Engine[0]); err == nil {
			return nil
		}
	}
	return library.SpeechAvailable()
}
