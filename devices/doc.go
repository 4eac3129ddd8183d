// Package devices is everything at the far end of a wire. Its Fleet carries
// packets of sound to the loudspeaker clusters and their reports back.
//
// The Fleet's streams and links are behind one mutex that is never held across
// I/O; each cluster has one writer goroutine with a queue of its own, and its
// HTTP handler is its reader. A queue of sound that is too old drops its oldest
// messages and counts them; a cluster that stalls changes nothing for others.
package devices

import (
	"errors"

	"loaxa/devices/cluster"
)

// What can be wrong with a call.
var (
	ErrNoStream = errors.New("no such stream")
	ErrStream   = errors.New("stream number was used already")
)

// Health is what a cluster reports of itself.
type Health = cluster.Health

// Account is the glitch account of a stream at a cluster.
type Account = cluster.Account

// Why a link ended, in typed words.
const (
	WhyLost     = "lost"     // the connection broke
	WhySilent   = "timeout"  // it said nothing for too long
	WhyGarbage  = "garbage"  // it sent what cannot be read
	WhySlow     = "slow"     // it did not take what it was sent
	WhyRevoked  = "revoked"  // its key is no longer known
	WhyStopping = "stopping" // the fleet was closed
)

// Report is a cluster's report, or the news that its link came or went.
type Report struct {
	ID     string // fingerprint of the cluster's key
	Up     bool   // false: the link is gone and Health is the last one known
	Why    string // of a link that is gone: a Why… word
	New    bool   // the link has just come; Health holds only Output and Version
	Name   string // as the cluster calls itself
	Health Health
}

// LinkStatus is what is known of one cluster's link.
type LinkStatus struct {
	ID       string
	Up       bool
	Name     string
	Build    string
	Output   string
	Address  string
	Since    int64  // µs of the station's clock: of the link, or of its loss
	Waiting  int    // frames in its queue
	Sent     uint64 // frames handed to the connection, over all its links
	Dropped  uint64 // frames that grew too old in the queue, over all its links
	Muted    bool
	Streams  []uint16
	LastSaid int64 // µs of the station's clock: its newest report
	// Datagrams tells that live sound goes past the websocket; Loss is the share
	// of them that did not get there.
	Datagrams bool
	Loss      float64
}
