package onair

import "loaxa/app/station"

// Journal makes events durable. Write never waits for the disk; done is called
// once, from another goroutine, with the sequence number of the last record
// after it was synced, or with why it was not saved. An error from Write means
// that the journal's queue is full: the air goes on without it.
type Journal interface {
	Write(events []station.Event, done func(seq uint64, err error)) error
}

// Crew carries out cues in the order given. Cue never waits; an error means
// that the crew is stuck, which is a fault.
type Crew interface {
	Cue(cues []station.Cue) error
}

// Drawer draws a card for a board and names its pixels: SHA-256, hex.
type Drawer func(c station.Card, b station.Board) (strip station.Strip, hash string)

// Parts are what a desk needs.
type Parts struct {
	Journal Journal
	Crew    Crew
	Draw    Drawer
	Now     func() station.Stamp
	View    func() station.StationView // what the screen says of the station itself
	Warn    func(msg string, err error)
}
