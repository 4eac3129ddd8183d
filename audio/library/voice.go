package library

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strconv"
	"time"
)

// Voice is how a text is said.
type Voice struct {
	Lang    string   // "vi" or "en"; what else is asked is said in Vietnamese
	Region  string   // of a Vietnamese voice: "central", "south"; else northern
	Rate    int      // words a minute, MinRate to MaxRate; 0: 150
	Lexicon Lexicon  // of Vietnamese
	Engine  []string // a better program: the text on its input, a whole WAV on its output; none: espeak-ng
}

// Bounds and default of a voice's rate, words a minute.
const (
	MinRate     = 80
	MaxRate     = 220
	defaultRate = 150
)

const (
	// enginePatience is short: the words of a warning wait for it.
	enginePatience = 15 * time.Second
	// leastVoice: what peaks lower, in dBTP, is no voice.
	leastVoice = -50.0
	// maxSpoken bounds what an engine may give for one text, in bytes.
	maxSpoken = 20 * 60 * 48000 * 2
)

// espeak is what espeak-ng calls the voice.
func (v Voice) espeak() string {
	switch {
	case v.Lang == "en":
		return "en-gb"
	case v.Region == "central" || v.Region == "south":
		return "vi-vn-x-" + v.Region
	}
	return "vi"
}

func (v Voice) rate() int {
	if v.Rate < MinRate || v.Rate > MaxRate {
		return defaultRate
	}
	return v.Rate
}

// said writes a WAV of the words and measures it. An engine that fails, or whose
// sound cannot be read, is passed over: a warning is said in the plainer voice
// rather than not at all.
func (v Voice) said(ctx context.Context, words, to string) (m measure, err error) {
	var failed error
	if len(v.Engine) > 0 {
		out := &bounded{left: maxSpoken}
		failed = programTo(ctx, enginePatience, words, out, v.Engine[0], v.Engine[1:]...)
		if failed == nil {
			failed = os.WriteFile(to, out.b, 0o600)
		}
		if failed == nil {
			m, failed = measureFile(ctx, to, func(float64) {}, nil)
		}
		if failed == nil && m.peak < leastVoice {
			failed = errors.New("it gives silence")
		}
		if failed == nil {
			return m, nil
		}
	}
	bin, err := exec.LookPath("espeak-ng")
	if err != nil {
		return m, errors.Join(failed, ErrSpeech)
	}
	// 80 % amplitude: the voice's peaks would clip in a resampler.
	err = program(ctx, speechPatience, words, bin, "-v", v.espeak(), "-s", strconv.Itoa(v.rate()), "-a", "80", "-b", "1", "--stdin", "-w", to)
	if err != nil {
		return m, err
	}
	return measureFile(ctx, to, func(float64) {}, nil)
}

// bounded keeps so many bytes and refuses more.
type bounded struct {
	b    []byte
	left int
}

func (o *bounded) Write(p []byte) (int, error) {
	if len(p) > o.left {
		return 0, errors.New("it gives more sound than any text has")
	}
	o.b, o.left = append(o.b, p...), o.left-len(p)
	return len(p), nil
}
