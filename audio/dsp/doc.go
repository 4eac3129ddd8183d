// Package dsp holds the arithmetic of sound: resampler, high-pass, true-peak
// limiter and loudness meter. Samples are float32, mono, full scale = 1, at
// 48 kHz unless a rate is named. Every value is owned by the one goroutine that
// feeds it; nothing here starts, waits or allocates after construction, save
// what a caller's slice must grow.
package dsp
