package soundcard

import (
	"sync"

	"loaxa/audio/dsp"
)

// faults watches an input's signal. The mutex is held for a block of samples.
type faults struct {
	mu    sync.Mutex
	watch *dsp.MicWatch
}

func (f *faults) take(s []float32) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.watch == nil {
		f.watch = dsp.NewMicWatch()
	}
	f.watch.Take(s)
	f.watch.Facts() // who wants to know asks what is on
}

// on lists the faults that last.
func (f *faults) on() (list []dsp.MicKind) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, k := range []dsp.MicKind{dsp.MicNoSignal, dsp.MicQuiet, dsp.MicClipped, dsp.MicHum} {
		if f.watch != nil && f.watch.On(k) {
			list = append(list, k)
		}
	}
	return list
}
