// Package receive turns the packets of a station's streams into the samples of
// one device, in step with the station's clock: it keeps the time, orders and
// decodes the packets, hides what is lost, changes between streams at a sample
// and bends the sound to the device's crystal.
//
// A Receiver's state is behind one mutex, held for a block's decoding at most.
// It starts no goroutine and reads no clock: every moment is handed in. A
// stream's buffer holds 12 s; what comes beyond it is dropped and counted.
//
// Three axes meet here: the device's samples, the local monotonic clock (µs)
// and the station's clock (µs). Streams are mixed on the station's axis, one
// sample each 1/48 ms; a fractional resampler carries the mix to the device.
package receive

import (
	"errors"

	"loaxa/audio/frame"
)

// What can be wrong with a call.
var (
	ErrStream = errors.New("no such stream")
	ErrFull   = errors.New("too many streams are open")
)

// Fades, in samples.
const (
	switchFade = frame.Rate / 20  // 50 ms, equal power, from one stream to another
	joinFade   = frame.Rate / 50  // 20 ms, into a stream that runs already
	cutFade    = frame.Rate / 200 // 5 ms, where a stream is cut or a gap ends
	muteFade   = frame.Rate / 100 // 10 ms
	tailMargin = switchFade + frame.Samples
)

const (
	maxStreams = 16
	maxQueued  = 600 // packets of one stream: 12 s
	perMilli   = frame.Rate / 1000
)

// sampleAt is the place of a moment on the station's axis.
func sampleAt(micros int64) int64 { return (micros*perMilli + 500) / 1000 }

// microsAt is the moment of a sample of the station's axis.
func microsAt(sample int64) int64 { return sample * 1000 / perMilli }

// Account is the glitch account of a stream in frames of 20 ms: Due is the sum
// of the five that follow it.
type Account struct {
	Due, OnTime, Repaired, Concealed, Late, Dropped uint64
	Broadcast                                       uint64 // whose stream is counted
}

// Whole tells whether the identity holds.
func (a Account) Whole() bool {
	return a.Due == a.OnTime+a.Repaired+a.Concealed+a.Late+a.Dropped
}
