// Package playout carries out the desk's cues on sound and devices and reports
// what is really heard. One goroutine, in Run, owns the streams; sources that
// need a disk are opened beside it and cards are drawn beside it, so that a
// siren never waits for a file or a picture.
//
// Facts are told when their sound is heard, not when it is rendered; what a cut
// takes away is never told. A piece that cannot be opened is told as broken at
// once, ahead of its turn: the desk may still find another in time. Every
// CueClose is answered by one Closed, at the moment of the cut.
//
// Full queues: see Playout.cues and Playout.inbox where they are made.
package playout

import (
	"context"
	"errors"
	"time"

	"loaxa/app/station"
	"loaxa/audio"
	"loaxa/audio/bus"
	"loaxa/audio/frame"
	"loaxa/audio/source"
	"loaxa/devices"
)

// ErrStuck is returned when cues come faster than they are carried out.
var ErrStuck = errors.New("playout is stuck: cues are not taken")

// ErrNumbers breaks a piece for which no stream can be opened any more.
var ErrNumbers = errors.New("the stream numbers of this run are used up: restart the station")

// Sound is the sound engine as playout needs it; *audio.Engine is one.
type Sound interface {
	Open(o audio.BusOptions) error
	Play(stream uint16, pieces ...bus.Piece) error
	SetNext(stream uint16, pieces ...bus.Piece) error
	SetHold(stream uint16, hold bool) error
	Cut(stream uint16, at int64) (audio.Place, error)
}

// Reader is what of the sound engine may be read from any goroutine.
type Reader interface {
	Now() int64
	Where(stream uint16, at int64) (audio.Place, error)
	Level(stream uint16) frame.Level
	Marks() <-chan audio.Mark
}

// Fleet is the clusters as playout needs them; *devices.Fleet is one.
type Fleet interface {
	frame.Sink
	Open(o devices.StreamOpen) error
	Assign(stream uint16, ids []string, fromMicros int64) error
	Cancel(stream uint16, fromMicros int64) error
	CloseStream(stream uint16)
}

// Library opens sources. Item and Speech may take long, but return when their
// context ends; Tone and Mic may not wait.
type Library struct {
	Item   func(ctx context.Context, id station.ItemID, from time.Duration) (source.Source, float64, error) // with its gain, linear
	Speech func(ctx context.Context, text string) (source.Source, float64, error)
	Tone   func(id string, from time.Duration) (source.Source, error)
	Mic    func() (source.Source, error)
}

// Parts are what playout works on.
type Parts struct {
	Sound   Sound
	Read    Reader
	Fleet   Fleet
	Library Library
	Codecs  []frame.Codec // the first is the clusters', the others are what outputs beside them need
	Bitrate int           // bit/s of Opus
	Leads
	OwnStore
	Mute    func(id station.ClusterID, muted bool) // at the pole
	Card    func(b station.Board, c station.Card)  // onto the board; may take its time, called from a goroutine of its own
	Record  func(c station.CueRecord)              // the microphone into a file; may not wait, answers by a fact of its own
	Mic     func(on bool)                          // open for its level only; may not wait
	Monitor func(c station.CueMonitor)             // on the station's own card; may not wait
	Report  func(f station.Fact)                   // to the desk
	Warn    func(msg string, err error)
}

// Leads is how much time live sound has on its way.
type Leads struct {
	Lead    func() time.Duration                          // that live streams need now; nil: audio.LiveLead
	SetLead func(stream uint16, lead time.Duration) error // of one on the air, 0: as it is; nil: it stays as it began
}

// OwnStore is what clusters hold themselves.
type OwnStore struct {
	// Front lets clusters sound an asset that they hold in the place of a
	// stream; nil: they hold none.
	Front func(stream uint16, p devices.AssetPlay) error
	// Stored is an item as clusters may hold it: its asset, samples and gain,
	// linear; false: none does. nil: none ever does. It may not wait.
	Stored func(id station.ItemID) (asset string, samples int64, gain float32, ok bool)
	// Cease ends at a moment what Front let clusters sound; nil: nothing does.
	Cease func(stream, play uint16, at int64)
}
