// Package cluster is the wire between a station and a loudspeaker cluster: a
// websocket at Path inside TLS 1.3, binary messages only.
//
// The first byte of each message holds the version (high four bits) and the
// kind (low four bits): sound, a question for the time, its answer, or a
// control message in deterministic CBOR. Sound plays only where a control
// message OPEN, signed with the station's key, opened its stream; everything
// else is dropped and counted.
//
// Beside the websocket the live lane may go in sealed datagrams, where probes
// get through: see Sealing. What must open or cut a stream goes both ways.
//
// The package starts one writer goroutine for each Link, and two more where it
// has a datagram socket; nothing else here owns state. A control queue that is full ends the link: a peer that does not
// read 64 control messages is gone.
package cluster

import (
	"errors"
	"time"
)

// Path is where a station serves clusters.
const Path = "/ws/cluster"

// The protocol versions this build speaks.
const (
	ProtocolMin = 1
	ProtocolMax = 1
)

// Bounds of what is read.
const (
	StationReadLimit = 4 << 10  // bytes of the largest message a cluster may send
	ClusterReadLimit = 64 << 10 // bytes of the largest message a station may send
	MaxFrames        = 16       // frames in one message of sound
	MaxFrameBytes    = 1920     // bytes of one frame: L16
	MaxWords         = 256      // bytes of a text in a control message
	MaxAbilities     = 32       // abilities in a HELLO
	MaxStreams       = 64       // streams a cluster holds open at once
)

// Deadlines of a link.
const (
	HelloWait    = 5 * time.Second // for HELLO, WELCOME or REFUSE
	WriteWait    = 5 * time.Second // one write; the link is dead after it
	PingEvery    = 2 * time.Second
	StationQuiet = 8 * time.Second // a cluster that says nothing for so long is lost
	ClusterQuiet = 6 * time.Second // and so is a station
	ProbeEvery   = 500 * time.Millisecond
	ProbeLife    = 2 * time.Second // a lane whose probes stop for so long is shut
)

// Close codes of the websocket.
const (
	CloseReplaced = 4001 // a newer connection of the same cluster
	CloseRevoked  = 4002 // the key is no longer known
)

// What can be wrong with a message.
var (
	ErrMessage   = errors.New("malformed message")
	ErrVersion   = errors.New("message of another version")
	ErrSignature = errors.New("stream is not signed by the station")
	ErrEpoch     = errors.New("stream of another epoch")
)

const version = 1

// Kind is the low half of a message's first byte.
type Kind uint8

// The kinds of messages.
const (
	KindAudio   Kind = 1
	KindAsk     Kind = 2 // the cluster asks for the time
	KindAnswer  Kind = 3
	KindControl Kind = 4
	KindProbe   Kind = 5 // datagrams only: is the lane open both ways?
	KindEcho    Kind = 6 // its answer
)

// KindOf reads the first byte of a message.
func KindOf(b []byte) (Kind, error) {
	if len(b) == 0 {
		return 0, ErrMessage
	}
	if b[0]>>4 != version {
		return 0, ErrVersion
	}
	return Kind(b[0] & 0x0f), nil
}

func head(k Kind) byte { return version<<4 | byte(k) }
