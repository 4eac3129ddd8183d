// Package codec turns frames of 960 mono samples at 48 kHz into packets and
// back. Opus is libopus, opened when the program runs, so that nothing need be
// installed to build; where it is missing a station sends PCMU, and a pole
// still hears Opus through a decoder written in Go. An encoder or decoder
// belongs to the one goroutine that calls it; only the loaded library is shared.
package codec
