// Package source is where sound comes from: files, tones, the microphone.
//
// Everything here is mono float32 at 48 kHz, full scale = 1. A source belongs
// to the one goroutine that reads it (the pump); what a source runs beside it
// (a file's decoder, a microphone's feeder) it owns itself and ends in Close.
// Each says at its own place what it does when its buffer is full or empty.
package source

import (
	"errors"

	"loaxa/audio/frame"
)

// Source is a run of samples. The contract, proved by audiotest.CheckSource:
//
//  1. Read writes every sample of out; what the source lacks is zero.
//  2. Read returns how many samples of out lie before the source's end: len(out)
//     until the end, less in the one call in which it ends, 0 from then on.
//  3. Where nothing came in time, Read fills with silence, counts it in Starved,
//     and does not move Position.
//  4. Read never waits: no lock held by slow work, no disk, no network.
//  5. Position is the index, in the item at 48 kHz, of the next sample that the
//     source has to give; it never falls and counts from the item's own start,
//     wherever reading began.
//  6. Err is nil until the end, nil after an orderly end, and says what broke
//     otherwise. An error ends the source.
//  7. Close may be called more than once; after it Read gives silence and 0.
type Source interface {
	Read(out []float32) int
	Position() int64
	Starved() int64
	Err() error
	Close() error
}

// Sized is a source that knows its length in samples at 48 kHz.
type Sized interface {
	Len() int64
}

// Buffered is a source that can say how many samples it can give at once
// without starving. A pump with time in hand waits for it.
type Buffered interface {
	Ready() int
}

// Pausing is a source whose silence may be meant: a microphone, a pause.
type Pausing interface {
	Pauses() bool
}

// What can end a source before its time.
var (
	ErrClosed   = errors.New("source is closed")
	ErrStalled  = errors.New("the decoder gave nothing in time")
	ErrNotAudio = errors.New("not an audio file of a known kind")
	ErrDamaged  = errors.New("the audio file is damaged")
	ErrFormat   = errors.New("this form of audio is not decoded here")
)

// Millis turns milliseconds into samples.
func Millis(ms int) int64 { return int64(ms) * frame.Rate / 1000 }
