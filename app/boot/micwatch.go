package boot

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"sync/atomic"

	"loaxa/app/station"
	"loaxa/audio/dsp"
	"loaxa/audio/soundcard"
	"loaxa/audio/source"
)

// Bounds of a voice at the microphone, RMS of the last 400 ms, full scale 1.
const (
	quietVoice = 0.01 // -40 dBFS: below it the village strains its ears
	clipHold   = 5    // readings for which a clipped sample is shown: 1 s
	goneAfter  = 15   // readings without a sample: a card that was pulled out, 3 s
)

// micWhy is the typed word for what is wrong with the microphone; what has none
// is said as it is.
func micWhy(err error) string {
	for _, w := range []struct {
		err  error
		word string
	}{{soundcard.ErrNoCard, "no-mic-card"}, {soundcard.ErrNotFIFO, "not-a-fifo"}, {soundcard.ErrNotPCM, "not-pcm"}, {fs.ErrNotExist, "missing"}} {
		if errors.Is(err, w.err) {
			return w.word
		}
	}
	return err.Error()
}

// micWatch makes a report of what the input and the guard against howling say.
type micWatch struct {
	horn    atomic.Pointer[source.Horn] // of the newest live broadcast
	clipped int64                       // samples, when last looked
	clip    int                         // readings for which it is shown yet
	still   int                         // readings in a row in which a card gave nothing
}

// micWords are the typed words of what is wrong with a signal.
var micWords = map[dsp.MicKind]string{dsp.MicNoSignal: station.MicMute, dsp.MicQuiet: station.MicFaint, dsp.MicClipped: station.MicClipped, dsp.MicHum: station.MicHums}

// wrong lists what is wrong.
func (w *micWatch) wrong(c soundcard.CaptureState, howls bool) string {
	var out []string
	for _, k := range c.Faults {
		if word := micWords[k]; word != "" && c.Flowing {
			out = append(out, word)
		}
	}
	if !c.Flowing && !slices.Contains(out, station.MicMute) {
		out = append(out, station.MicMute)
	}
	if w.still++; c.Kind != soundcard.KindCard || c.Flowing {
		w.still = 0
	}
	if w.still >= goneAfter {
		out = append(out, station.MicUnplugged)
	}
	if howls {
		out = append(out, station.MicEcho)
	}
	return strings.Join(out, ",")
}

// report is called five times a second, by one goroutine.
func (w *micWatch) report(c soundcard.CaptureState, name string) station.MicReport {
	h := w.horn.Load()
	howls := h != nil && h.Howl() != dsp.HowlNone
	m := station.MicReport{Name: name, Wrong: w.wrong(c, howls)}
	if c.Clipped > w.clipped {
		w.clipped, w.clip = c.Clipped, clipHold
	} else if w.clip > 0 {
		w.clip--
	}
	switch {
	case c.Err != nil && c.Kind == soundcard.KindNone:
		m.State, m.Why = station.MicBroken, micWhy(c.Err)
	case c.Kind == soundcard.KindNone:
		m.State = station.MicNone
	case c.Err != nil:
		m.State, m.Why = station.MicNoSignal, micWhy(c.Err)
	case c.Closed:
		m.State = station.MicReady
	case !c.Flowing || c.Quiet:
		m.State = station.MicNoSignal
	case howls:
		m.State = station.MicHowl
	case w.clip > 0:
		m.State = station.MicClipping
	case c.Level.RMS < quietVoice:
		m.State = station.MicQuiet
	default:
		m.State = station.MicGood
	}
	return m
}
