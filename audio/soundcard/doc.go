// Package soundcard is where sound enters and leaves the machine: real cards,
// FIFOs, files, and a virtual card whose crystal can be bent. An input or
// output owns its goroutine and ends it in Close. Nothing here ever waits for
// a peer: what a FIFO's reader does not take is dropped and counted, what a
// writer does not give is silence and counted.
package soundcard

import (
	"errors"
	"fmt"
	"strings"
)

// What can be wrong with a device.
var (
	ErrNoCard  = errors.New("no sound card was found: plug one in, start PulseAudio or PipeWire, or name an output of the kind virtual, wav:PATH or fifo:PATH")
	ErrNotFIFO = errors.New("the path is there and is not a FIFO: remove it or name another (mkfifo PATH makes one)")
	ErrClosed  = errors.New("the sound device was closed")
	ErrConfig  = errors.New("unknown sound device")
)

// Kinds of devices, as reports name them.
const (
	KindCard    = "card"
	KindVirtual = "virtual"
	KindWAV     = "wav"
	KindFIFO    = "fifo"
	KindFile    = "file"
	KindNone    = "none"
)

// split takes a device's word apart: "kind" or "kind:PATH".
func split(config string) (kind, path string, err error) {
	kind, path, has := strings.Cut(config, ":")
	if has && path == "" {
		return "", "", fmt.Errorf("%q names no path: %w", config, ErrConfig)
	}
	return kind, path, nil
}
