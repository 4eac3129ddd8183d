// Package dsp holds the arithmetic of sound: resampler, high-pass, true-peak
// limiter and loudness meter. Samples are float32, mono, full scale = 1, at
// 48 kHz unless a rate is named. Every value is owned by the one goroutine that
// feeds it; nothing here starts, waits or allocates after construction, save
// what a caller's slice must grow.
//
// What runs for each sample is marked go:norace: the race detector looks at
// each access to memory, and made of a test's minute of sound a minute of work.
// What takes a block of samples is not marked, so two goroutines at one value
// are still found.
package dsp
