package agent

import "time"

// Own is what a pole keeps for when it is alone.
type Own struct {
	Data string                        // folder of its store; empty: none
	Wall func() (time.Time, bool)      // wall clock, and whether it can be trusted; nil: never
	Key  Keying                        // of what stands behind the output
	Amp  func() (rms float32, ok bool) // what the amplifier gives; nil: no input is wired to it
	Ear  Ear
}

// Ear is a microphone before the pole's horn; the zero value: there is none.
type Ear struct {
	Played func(s []float32)       // takes what the output is given; must not wait
	Heard  func() (heard, ok bool) // whether the microphone hears it; ok: it gives samples
}
