package boot

import (
	"strings"
	"testing"

	"loaxa/app/station"
	"loaxa/audio/dsp"
	"loaxa/audio/frame"
	"loaxa/audio/soundcard"
)

// Each fault of a signal has its word; a card that gives nothing for three
// seconds was pulled out, a FIFO without a writer was not.
func TestWhatIsWrongWithAMicrophone(t *testing.T) {
	good := soundcard.CaptureState{Kind: soundcard.KindCard, Flowing: true, Level: frame.Level{RMS: 0.1}}
	for kind, word := range micWords {
		c := good
		c.Faults = []dsp.MicKind{kind}
		if m := new(micWatch).report(c, "USB"); m.Wrong != word {
			t.Errorf("%s: %q", word, m.Wrong)
		}
	}
	gone := func(kind string) (m station.MicReport) {
		w, c := &micWatch{}, good
		w.report(c, "USB")
		c.Kind, c.Flowing = kind, false
		for range goneAfter {
			m = w.report(c, "USB")
		}
		c.Flowing = true
		if back := w.report(c, "USB"); back.Wrong != "" {
			t.Errorf("%s is back and %q", kind, back.Wrong)
		}
		return m
	}
	if m := gone(soundcard.KindCard); m.State != station.MicNoSignal || !strings.Contains(m.Wrong, station.MicUnplugged) {
		t.Errorf("a card that is gone: %+v", m)
	}
	if m := gone(soundcard.KindFIFO); strings.Contains(m.Wrong, station.MicUnplugged) {
		t.Errorf("a FIFO that rests: %+v", m)
	}
}
