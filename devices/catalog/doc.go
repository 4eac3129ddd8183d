// Package catalog joins a station's own clusters and the drivers of all that
// says nothing back behind one set of calls: loudspeakers of other makers, old
// lines behind a sound card, listeners of a web address.
//
// A Fan's streams and outputs are behind one mutex; nothing is called under it
// that waits. It has no goroutine and no queue: a driver bounds its own.
package catalog

import (
	"context"

	"loaxa/audio/frame"
	"loaxa/devices"
)

// Driver plays streams somewhere. None of its methods waits for a wire or a
// card, and any goroutine may call them. Numbers of streams are the Fan's own:
// one is not used again before the driver has forgotten it.
type Driver interface {
	// Sink takes packets of the codec that Needs names. A packet is heard when
	// its PlayAt comes; where too many wait the oldest that is no emergency's
	// goes first.
	frame.Sink
	// Needs is the codec of the packets that it takes.
	Needs() frame.Codec
	// OpenStream announces a stream. It is refused where one of that number is
	// open, or where there are too many; then an emergency takes the place of the
	// oldest ordinary one at once.
	OpenStream(number uint16, emergency bool) error
	// Cancel takes back what would be heard from a sample on.
	Cancel(number uint16, fromMicros int64)
	// CloseStream ends a stream: what waits is still heard.
	CloseStream(number uint16)
}

// Runner is a driver with a goroutine of its own: it sounds while Run runs, and
// what it holds is let go when Run returns.
type Runner interface {
	Run(ctx context.Context)
}

// Teller is a driver that knows what left this machine. It is no proof that
// anybody heard it.
type Teller interface {
	// Sent is how many frames of each stream went out since it was asked last,
	// and the newest refusal; nil: the last one went out.
	Sent() (frames map[uint16]uint64, err error)
}

// Describer is a driver whose listeners read a description.
type Describer interface {
	// Description is the one of the usual sound, or of emergencies.
	Description(emergency bool) ([]byte, error)
}

// Clusters are the station's own clusters; *devices.Fleet is one.
type Clusters interface {
	frame.Sink
	Open(o devices.StreamOpen) error
	Assign(stream uint16, ids []string, fromMicros int64) error
	Cancel(stream uint16, fromMicros int64) error
	CloseStream(stream uint16)
}
