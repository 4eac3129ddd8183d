package boot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"loaxa/audio/dsp"
	"loaxa/audio/frame"
	"loaxa/audio/soundcard"
	"loaxa/audio/source"
)

// SoundOptions are `loaxa sound`.
type SoundOptions struct {
	Test SoundTest `cmd:"" default:"withargs" help:"List the sound devices, play a chime, listen to the microphone, and say what is wrong."`

	Tones SoundTones `cmd:"" help:"Show each siren and call as a line of time, without a sound."`
}

// SoundTones are the flags of `loaxa sound tones`.
type SoundTones struct {
	ID    string `arg:"" optional:"" help:"One tone; empty: all."`
	Cells int    `help:"Width of the line, in characters." default:"60"`
}

// Run writes tones as text: nothing sounds, and no station needs to run.
func (o *SoundTones) Run(_ context.Context, p Program) error {
	if o.Cells < 10 || o.Cells > 400 {
		return &UseError{"--cells: 10 to 400"}
	}
	all := source.Tones()
	if o.ID != "" {
		one, ok := source.FindTone(all, o.ID)
		if !ok {
			return &UseError{fmt.Sprintf("no tone %q: loaxa sound tones lists them", o.ID)}
		}
		all = []source.Pattern{one}
	}
	for _, t := range all {
		fmt.Fprintf(p.Out, "%-12s %s · %s · %.1f s\n             %s\n", t.ID, t.Name, t.Authority, t.Duration(), t.Timeline(o.Cells))
	}
	return nil
}

// SoundTest are the flags of `loaxa sound test`.
type SoundTest struct {
	Mic string        `help:"Microphone: auto, card:NAME, fifo:PATH, file:PATH or none." default:"auto"`
	Out string        `help:"Output for the chime: auto, card:NAME, wav:PATH, fifo:PATH, virtual or none." default:"auto"`
	For time.Duration `help:"How long to listen: speak meanwhile." default:"6s"`
}

// errSoundWrong is the end of a test that found something.
var errSoundWrong = errors.New("something is wrong with the sound: see above")

// Run tests this machine's sound beside the station: nothing goes on air.
func (o *SoundTest) Run(ctx context.Context, p Program) error {
	if o.For < time.Second || o.For > 10*time.Minute {
		return &UseError{"--for: 1s to 10m"}
	}
	t := soundTest{out: p.Out}
	t.devices()
	if o.Out != "none" {
		t.chime(ctx, o.Out)
	}
	if o.Mic != "none" {
		t.listen(ctx, o.Mic, o.For)
	}
	if t.wrong {
		return errSoundWrong
	}
	return nil
}

// soundTest says what it finds.
type soundTest struct {
	out   io.Writer
	wrong bool
}

func (t *soundTest) good(format string, a ...any) { fmt.Fprintf(t.out, "ok    "+format+"\n", a...) }

// bad says what is wrong and what to do.
func (t *soundTest) bad(what, do string) {
	t.wrong = true
	fmt.Fprintf(t.out, "WRONG %s\n      %s\n", what, do)
}

func (t *soundTest) devices() {
	in, out, err := soundcard.Devices()
	if err != nil {
		fmt.Fprintf(t.out, "      no sound devices: %v\n", err)
		return
	}
	for _, n := range in {
		fmt.Fprintf(t.out, "      microphone  card:%s\n", n)
	}
	for _, n := range out {
		fmt.Fprintf(t.out, "      output      card:%s\n", n)
	}
}

// chime plays one on an output and tells whether it was taken.
func (t *soundTest) chime(ctx context.Context, config string) {
	if err := sound(ctx, config, "chime"); err != nil {
		t.bad("the chime could not be played: "+err.Error(), "Plug in loudspeakers or headphones, or name an output with --out; --out none leaves it out.")
		return
	}
	t.good("the output took a chime: you should have heard it")
}

// heard is what a microphone gave while somebody listened.
type heard struct {
	samples int
	full    int     // at full scale
	peak    float32 // full scale 1
	loudest float64 // RMS of the loudest 400 ms
	sum     float64
	n       int
	faults  []dsp.MicKind
	state   soundcard.CaptureState
}

const heardWindow = frame.Rate * 2 / 5

func (h *heard) take(s []float32) {
	h.samples += len(s)
	for _, x := range s {
		a := max(x, -x)
		if h.peak = max(h.peak, a); a >= 0.999 {
			h.full++
		}
		h.sum += float64(x) * float64(x)
		if h.n++; h.n == heardWindow {
			h.loudest = max(h.loudest, math.Sqrt(h.sum/heardWindow))
			h.sum, h.n = 0, 0
		}
	}
}

// listen meters a microphone and says in words how it is.
func (t *soundTest) listen(ctx context.Context, config string, long time.Duration) {
	c, err := soundcard.OpenCapture(config)
	defer func() { _ = c.Close() }()
	if err != nil {
		t.bad("the microphone does not open: "+err.Error(), "Plug it in, or name another with --mic; the names stand above.")
		return
	}
	fmt.Fprintf(t.out, "      speak now, as into the microphone on air, for %s\n", long)
	t.verdict(gather(ctx, c, long))
}

// gather listens for a while.
func gather(ctx context.Context, c *soundcard.Capture, long time.Duration) (h heard) {
	blocks := make(chan []float32, 256) // 5 s; full: this machine is too busy, the block is left out
	taken := make(chan heard, 1)        // what was heard, once
	go func() {
		var h heard
		for b := range blocks {
			h.take(b)
		}
		taken <- h
	}()
	stop := c.Tap(func(s []float32) {
		select {
		case blocks <- slices.Clone(s):
		default:
		}
	})
	end := time.NewTimer(long)
	defer end.Stop()
	look := time.NewTicker(200 * time.Millisecond)
	defer look.Stop()
	var faults []dsp.MicKind
	for run := true; run; {
		select {
		case <-ctx.Done():
			run = false
		case <-end.C:
			run = false
		case <-look.C:
			for _, f := range c.State().Faults {
				if !slices.Contains(faults, f) {
					faults = append(faults, f)
				}
			}
		}
	}
	state := c.State()
	stop()
	_ = c.Close() // no block comes after it
	close(blocks)
	h = <-taken
	h.faults, h.state = faults, state
	return h
}

// verdict says the one thing that is most wrong, or that all is well.
func (t *soundTest) verdict(h heard) {
	switch hum := slices.Contains(h.faults, dsp.MicHum); {
	case h.state.Err != nil:
		t.bad("the microphone: "+h.state.Err.Error(), "Put that right and try again.")
	case h.samples < frame.Rate/2:
		t.bad("no samples came from the microphone", "Pull it out and plug it in again; look whether another program holds it.")
	case h.loudest < 1.8e-4:
		t.bad("the microphone is dead silent", "Look at its switch and its wire, and at the input's volume in the system.")
	case hum && h.loudest < quietVoice:
		t.bad("there is nothing but mains hum", "The wire's shield is broken or the plug is half in: try another wire.")
	case h.full > 4:
		t.bad("too loud: the sound is clipped", "Turn the input down, or speak from a hand's breadth further away.")
	case h.loudest < quietVoice:
		t.bad("too quiet: the village would strain its ears", "Come nearer, a hand's breadth away, or turn the input up.")
	default:
		t.good("the microphone is heard well")
	}
	fmt.Fprintf(t.out, "      loudest %s, peak %s\n", bar(float32(h.loudest)), bar(h.peak))
}

// bar draws a level from -60 dBFS to full scale in 30 signs.
func bar(v float32) string {
	n := 0
	if v > 1e-3 {
		n = min(30, max(0, int(math.Round((20*math.Log10(float64(v))+60)/2))))
	}
	return "[" + strings.Repeat("#", n) + strings.Repeat(".", 30-n) + "]"
}
