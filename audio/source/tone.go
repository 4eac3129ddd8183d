package source

import (
	"fmt"
	"math"

	"loaxa/audio/dsp"
	"loaxa/audio/frame"
)

// Wave is the shape of a tone.
type Wave string

// The shapes of tones. Rich adds the third and fifth harmonic at 1/3 and 1/5,
// which small horns carry further than a plain sine.
const (
	Sine Wave = "sine"
	Rich Wave = "rich"
)

// Use is what a tone tells those who hear it.
type Use string

// The uses of tones. Only a siren may open an emergency.
const (
	Siren Use = "siren" // act now
	Call  Use = "call"  // listen
	Clear Use = "clear" // the danger is over
	Drill Use = "drill" // what follows is an exercise
)

// Pattern is a siren or call as data: Repeats groups of Blasts, each blast
// Seconds long with Gap of silence after it, and Rest of silence between the
// groups. Within a blast the pitch moves from From to To in each Period
// (seconds) and starts again, or swings there and back with Swing; with Period
// 0 it stays at From. Notes, where given, replace all that: one after another.
type Pattern struct {
	ID        string  `json:"id"`
	Name      string  `json:"name"`
	Authority string  `json:"authority"`
	Use       Use     `json:"use"`
	Blasts    int     `json:"blasts"`
	Seconds   float64 `json:"seconds"`
	Gap       float64 `json:"gap"`
	Repeats   int     `json:"repeats"`
	Rest      float64 `json:"rest"`
	From      float64 `json:"from"` // Hz
	To        float64 `json:"to"`   // Hz
	Period    float64 `json:"period"`
	Swing     bool    `json:"swing"`
	Wave      Wave    `json:"wave"`
	Notes     []Note  `json:"notes,omitempty"`
}

// Note is one note of a chime: it dies away with time constant Decay.
type Note struct {
	Hz      float64 `json:"hz"`
	Seconds float64 `json:"seconds"`
	Decay   float64 `json:"decay"` // seconds to 37 %; 0: steady
}

// Bounds of a pattern; a table comes from a station's own file.
const (
	maxToneSeconds = 3600
	maxToneHz      = 12000
	toneLevel      = 0.5 // full scale; -6 dBFS leaves the harmonics room
	toneFade       = 0.020
)

// FindTone returns the pattern with an id from a table.
func FindTone(table []Pattern, id string) (Pattern, bool) {
	for _, p := range table {
		if p.ID == id {
			return p, true
		}
	}
	return Pattern{}, false
}

// Check says what is wrong with a pattern.
func (p Pattern) Check() error {
	ok := func(v, low, high float64) bool { return v >= low && v <= high }
	for _, n := range p.Notes {
		if !ok(n.Hz, 20, maxToneHz) || !ok(n.Seconds, 0.05, 60) || !ok(n.Decay, 0, 60) {
			return fmt.Errorf("tone %q: a note is out of bounds", p.ID)
		}
	}
	switch {
	case p.ID == "" || len(p.ID) > 64:
		return fmt.Errorf("tone %q: an id has 1 to 64 bytes", p.ID)
	case p.Use != Siren && p.Use != Call && p.Use != Clear && p.Use != Drill:
		return fmt.Errorf("tone %q: use %q is unknown", p.ID, p.Use)
	case p.Wave != Sine && p.Wave != Rich:
		return fmt.Errorf("tone %q: wave %q is unknown", p.ID, p.Wave)
	case len(p.Notes) > 64:
		return fmt.Errorf("tone %q: too many notes", p.ID)
	case len(p.Notes) > 0:
		return nil
	case p.Blasts < 1 || p.Blasts > 1000 || p.Repeats < 1 || p.Repeats > 1000:
		return fmt.Errorf("tone %q: blasts and repeats are 1 to 1000", p.ID)
	case !ok(p.Seconds, 0.05, 600) || !ok(p.Gap, 0, 600) || !ok(p.Rest, 0, 600):
		return fmt.Errorf("tone %q: seconds, gap or rest is out of bounds", p.ID)
	case !ok(p.From, 20, maxToneHz) || !ok(p.To, 20, maxToneHz) || p.Period != 0 && !ok(p.Period, 0.01, 600):
		return fmt.Errorf("tone %q: pitch or period is out of bounds", p.ID)
	case p.length() > maxToneSeconds*frame.Rate:
		return fmt.Errorf("tone %q: longer than an hour", p.ID)
	}
	return nil
}

func samples(seconds float64) int64 { return int64(math.Round(seconds * frame.Rate)) }

// group is the length in samples of one group of blasts, without its rest.
func (p Pattern) group() int64 {
	return int64(p.Blasts)*samples(p.Seconds) + int64(p.Blasts-1)*samples(p.Gap)
}

// length is the whole pattern in samples.
func (p Pattern) length() int64 {
	if len(p.Notes) > 0 {
		n := int64(0)
		for _, note := range p.Notes {
			n += samples(note.Seconds)
		}
		return n
	}
	return int64(p.Repeats)*p.group() + int64(p.Repeats-1)*samples(p.Rest)
}

// At is the value of the pattern at a sample. It depends on nothing else, so
// that who joins late is in phase.
func (p Pattern) At(n int64) float32 {
	if n < 0 || n >= p.length() {
		return 0
	}
	if len(p.Notes) > 0 {
		return p.note(n)
	}
	n %= p.group() + samples(p.Rest)
	if n >= p.group() {
		return 0
	}
	blast := samples(p.Seconds)
	n %= blast + samples(p.Gap)
	if n >= blast {
		return 0
	}
	return float32(toneLevel * float64(p.shape(p.phase(n))*edge(n, blast)))
}

// edge is the fade at both ends of a blast of n samples.
func edge(i, n int64) float64 {
	return dsp.Smooth(float64(min(i, n-1-i)) / (toneFade * frame.Rate))
}

func (p Pattern) note(n int64) float32 {
	for _, note := range p.Notes {
		length := samples(note.Seconds)
		if n >= length {
			n -= length
			continue
		}
		v := toneLevel * float64(p.shape(cycles(micro(note.Hz), n))*edge(n, length))
		if note.Decay > 0 {
			v *= dsp.Fall(float64(n) / (note.Decay * frame.Rate))
		}
		return float32(v)
	}
	return 0
}

// Tone is a pattern as a source.
type Tone struct {
	pattern Pattern
	pos     int64
	end     int64
}

// NewTone makes a source of a pattern from a sample on.
func NewTone(p Pattern, from int64) (*Tone, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	end := p.length()
	return &Tone{pattern: p, pos: min(max(from, 0), end), end: end}, nil
}

// Read gives the next samples; see Source.
func (t *Tone) Read(out []float32) int {
	n := int(min(int64(len(out)), t.end-t.pos))
	for i := range out[:n] {
		out[i] = t.pattern.At(t.pos + int64(i))
	}
	clear(out[n:])
	t.pos += int64(n)
	return n
}

// Position is the next sample of the pattern.
func (t *Tone) Position() int64 { return t.pos }

// Len is the pattern's length in samples.
func (t *Tone) Len() int64 { return t.pattern.length() }

// Starved is always 0: a formula never waits.
func (t *Tone) Starved() int64 { return 0 }

// Err is always nil.
func (t *Tone) Err() error { return nil }

// Close ends the tone.
func (t *Tone) Close() error { t.end = t.pos; return nil }
