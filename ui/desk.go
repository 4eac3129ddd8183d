package ui

import (
	"context"
	"time"

	"loaxa/app/station"
	"loaxa/ui/dialog"
)

// Desk is what the screen needs of the station. It is used inside a command
// only, never while drawing; every method may be called from any goroutine.
type Desk interface {
	// Snapshot gives the newest snapshot; nil before the first.
	Snapshot() *station.Snapshot
	// Changed holds a signal when there is a newer one: one slot, latest wins.
	Changed() <-chan struct{}
	// Submit asks the desk for something. A refusal is an Answer, not an error;
	// an error means that nobody knows whether it was done.
	Submit(ctx context.Context, in station.Intent) (Answer, error)
	// Link tells whether the station can be reached.
	Link() Link
}

// Answer is what the desk said to an intent.
type Answer struct {
	Seq     uint64 // of the journal's entry
	Saved   bool   // it is on disk
	Refusal *station.Refusal
}

// Link is the state of the way to the station on this machine.
type Link struct {
	Up    bool
	Since time.Time // of the state, by this machine's wall clock
	Why   string    // of a lost link, in English
}

// Meters gives the levels; asked for 15 times a second while something sounds.
type Meters interface {
	Meters(ctx context.Context) (station.Meters, error)
}

// Archive takes files into the library.
type Archive interface {
	// Import reads a file of this machine. progress is called with bytes from
	// any goroutine; total 0 means unknown. Cancelling ctx ends the import.
	Import(ctx context.Context, path string, progress func(done, total int64)) (station.Item, error)
}

// Boards draws a card as a board would show it.
type Boards interface {
	Preview(ctx context.Context, card station.Card, board station.BoardID) (station.Strip, error)
}

// Books gives what the station has written down, and its map.
type Books interface {
	Log(ctx context.Context, q station.LogQuery) (station.LogPage, error)
	// Aired gives broadcasts, newest first, with their receipts.
	Aired(ctx context.Context, q station.LogQuery) ([]station.Aired, error)
	// Export writes what the query names as a CSV file and returns its path.
	Export(ctx context.Context, q station.LogQuery, progress func(done, total int64)) (path string, err error)
	Map(ctx context.Context) (station.Map, error)
	// DryRun says what the timetable will do on the coming days.
	DryRun(ctx context.Context, ask station.DryAsk) (station.DryRun, error)
}

// Mics lists the microphones of the station's machine, each as a rule names it.
type Mics interface {
	Mics(ctx context.Context) ([]string, error)
}

// Door lets machines in.
type Door interface {
	// Enrol opens a one-time code for one machine.
	Enrol(ctx context.Context, in station.Invitation) (station.EnrolCode, error)
}

// People are who may use the station, by PIN.
type People interface {
	// Unlock lets this screen in; a wrong PIN is no error.
	Unlock(ctx context.Context, name, pin string) (station.Unlocked, error)
	Lock(ctx context.Context) error
	// Me is who was let in; empty: nobody. It is used as Desk's methods are.
	Me() string
	// People makes, changes or removes an account. A refusal is a *station.Refusal.
	People(ctx context.Context, c station.AccountChange) error
}

// Trials breaks and mends parts of the sample commune, to see what happens.
type Trials interface {
	List(ctx context.Context) ([]Trial, error)
	// Set breaks (on) or mends a part; subject names which, "" the trial's own choice.
	Set(ctx context.Context, name, subject string, on bool) error
}

// Trial is one thing that can be broken.
type Trial = dialog.Trial
