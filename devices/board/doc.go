// Package board is the link between the station and the program at a public
// bulletin board: a websocket on /ws/board over the station's TLS, opened by
// the board. The station sends signed cards; the board answers with the hash of
// the pixels that it really drew, read back from where it drew them.
//
// Server owns the cards wanted per board (latest wins, sent again at every
// reconnect) and the reports (latest per board wins); one reader and one writer
// goroutine own each link. When a board does not read, its link is closed after
// writeWait and the card waits for the next one; nothing grows.
//
// Every message is one binary frame: a byte of kind, then a CBOR map with
// integer keys (RFC 8949 core deterministic). Unknown keys are skipped, so that
// neighbouring versions understand each other.
package board

import "time"

// Versions of the protocol that this build speaks.
const (
	ProtocolMin = 1
	ProtocolMax = 1
)

// Path is where the station serves the link.
const Path = "/ws/board"

// Bounds of the link.
const (
	// ReadLimit holds the largest strip with everything around it.
	ReadLimit = 1<<20 + 16<<10
	// ReportLimit is the largest frame a board may send.
	ReportLimit = 4 << 10

	MaxID     = 128  // bytes of an id
	MaxBuild  = 64   // bytes of a build's name
	MaxWhy    = 256  // bytes of a reason in words
	MaxText   = 1600 // bytes of a card's text: 400 runes
	MaxBoards = 256  // boards of one station
	maxLinks  = 2 * MaxBoards
	maxOrder  = 1 << 62 // leaves room for every card to come

	helloWait = 10 * time.Second
	writeWait = 10 * time.Second
	// PingEvery and ReadWait: a link is dead after three lost pings.
	PingEvery = 10 * time.Second
	ReadWait  = 35 * time.Second
)
