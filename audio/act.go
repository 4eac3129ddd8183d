package audio

import (
	"loaxa/audio/bus"
	"loaxa/audio/dsp"
)

// Plan lets an act happen on a stream at a moment in µs of the epoch; a moment
// already rendered means the render head.
func (e *Engine) Plan(stream uint16, at int64, act bus.Act) error {
	var refused error
	err := e.on(stream, func(l *line) { refused = l.bus.Plan(l.sampleAt(at), act) })
	if err == nil {
		err = refused
	}
	return err
}

// SetBed puts a bed under a stream's playlist, from the render head on. The
// engine owns its source from the call on, whatever it returns.
func (e *Engine) SetBed(stream uint16, bed bus.Bed) error {
	err := e.on(stream, func(l *line) { l.bus.SetBed(bed) })
	if err != nil {
		_ = bed.Source.Close() // it never played
	}
	return err
}

// LeaveBed fades a stream's bed out in 1.5 s from the render head on.
func (e *Engine) LeaveBed(stream uint16) error {
	return e.on(stream, func(l *line) { l.bus.LeaveBed() })
}

// Reading is what the programme meters of a stream show at its render head, up
// to the stream's lead before it is heard; silence for a stream that is not
// open. It may be called by any number of readers.
func (e *Engine) Reading(stream uint16) dsp.Reading {
	if a, ok := e.air.Load(stream); ok {
		return a.(*airLevel).reading()
	}
	return dsp.NewLive().Reading()
}
