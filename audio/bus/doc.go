// Package bus joins sources into the sound of one broadcast: one after the
// other without a gap, each at its gain, through high-pass and limiter to a
// meter. Everything happens at a sample of the bus' own count, which starts at
// 0; the bus knows no time. When it has nothing to play it gives silence.
//
// A bus belongs to the one goroutine that renders it. Its level alone may be
// read from anywhere.
package bus
