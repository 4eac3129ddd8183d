package station

import "time"

// Fact is what a device, a feed or a link reports; the desk never assumes.
// Closed set.
type Fact interface{ fact() }

// PieceStarted: the first sample of the piece is heard now.
type PieceStarted struct {
	Broadcast BroadcastID   `json:"broadcast"`
	Tag       string        `json:"tag"`
	From      time.Duration `json:"from"`
}

// PieceEnded: the last sample of the piece was heard now, or it broke.
type PieceEnded struct {
	Broadcast BroadcastID   `json:"broadcast"`
	Tag       string        `json:"tag"`
	Played    time.Duration `json:"played"` // position inside the piece
	Broken    string        `json:"broken,omitempty"`
}

// BedStarted: a bed is heard from now on under what is said; Broken: it will
// not be, or not any more. What is said goes on.
type BedStarted struct {
	Broadcast BroadcastID `json:"broadcast"`
	Item      ItemID      `json:"item"`
	Broken    string      `json:"broken,omitempty"`
}

// Drained: nothing followed; the stream is over.
type Drained struct {
	Broadcast BroadcastID `json:"broadcast"`
}

// Closed answers CueClose: where in which piece the air was cut.
type Closed struct {
	Broadcast BroadcastID   `json:"broadcast"`
	Tag       string        `json:"tag"`
	At        time.Duration `json:"at"` // position inside the piece
}

// AirSound: what the station sends of a broadcast has had nothing worth hearing
// for 5 s, though sound is due; Wrong is one of the words of AirFaults. Empty:
// it has again, or none is due any more.
type AirSound struct {
	Broadcast BroadcastID `json:"broadcast"`
	Wrong     string      `json:"wrong,omitempty"`
}

// What is sent in the place of sound.
const (
	AirSilent = "air-silence"
	AirHums   = "air-hum"   // mains hum and nothing else
	AirHisses = "air-noise" // steady noise and nothing else
)

// AirFaults are all of them.
var AirFaults = []string{AirSilent, AirHums, AirHisses}

// ClusterReport is what a cluster said of itself; Up false: its link is gone.
type ClusterReport struct {
	ID     ClusterID     `json:"id"`
	Up     bool          `json:"up"`
	Why    string        `json:"why,omitempty"` // of a lost link, in a typed word
	Report ClusterHealth `json:"report"`
}

// ClusterHealth is the body of a cluster's own report.
type ClusterHealth struct {
	Playing     BroadcastID `json:"playing"`     // heard within the last report's time
	PlayedUntil int64       `json:"playedUntil"` // µs of the station's clock: the newest sample played
	Output      string      `json:"output"`      // card, virtual, wav, fifo
	Level       float32     `json:"level"`       // RMS of the last 400 ms, full scale 1
	OffsetMS    float64     `json:"offsetMs"`
	BoundMS     float64     `json:"boundMs"`
	DriftPPM    float64     `json:"driftPpm"`
	BufferMS    float64     `json:"bufferMs"`
	Account     Account     `json:"account"`
	Muted       bool        `json:"muted"`
	Uptime      int64       `json:"uptime"` // seconds
	Version     string      `json:"version"`
	Why         string      `json:"why,omitempty"` // what the pole says is wrong
	Sense       Sense       `json:"sense,omitzero"`
}

// Sense is what a pole measures behind its output, where an input for it is
// wired: the second proof.
type Sense struct {
	Has bool    `json:"has"`
	Amp float32 `json:"amp"` // RMS of 400 ms at the amplifier's output, full scale 1

	HasEar bool `json:"hasEar,omitempty"` // a microphone stands before the horn, and gives samples
	Ear    bool `json:"ear,omitempty"`    // it heard in the last seconds what the output was given: the third proof
}

// senseFloor is the RMS below which an amplifier is silent: -50 dB.
const senseFloor = 0.003

// Sounds tells whether the amplifier gives sound.
func (s Sense) Sounds() bool { return s.Has && s.Amp >= senseFloor }

// Account is the glitch account of the stream that plays. Due is the sum of
// the five others.
type Account struct {
	Due       uint64 `json:"due"` // frames of 20 ms
	OnTime    uint64 `json:"onTime"`
	Repaired  uint64 `json:"repaired"`
	Concealed uint64 `json:"concealed"`
	Late      uint64 `json:"late"`
	Dropped   uint64 `json:"dropped"`
}

// MicReport is the state of the microphone. Wrong is what is wrong with its
// signal, typed words of MicFaults joined by commas; each has a hysteresis of
// its own.
type MicReport struct {
	State MicState `json:"state"`
	Name  string   `json:"name"`
	Why   string   `json:"why,omitempty"`
	Wrong string   `json:"wrong,omitempty"`
}

// What can be wrong with a microphone's signal. Unplugged counts at any time,
// the others while it is used.
const (
	MicUnplugged = "unplugged" // its card gives nothing any more
	MicMute      = "no-signal" // open, and not even noise comes
	MicFaint     = "quiet"     // somebody speaks, too far away
	MicClipped   = "clipping"  // too near, or turned up too far
	MicHums      = "hum"       // mains hum and nothing else
	MicEcho      = "howl"      // it hears our own loudspeakers
)

// MicFaults are all of them.
var MicFaults = []string{MicUnplugged, MicMute, MicFaint, MicClipped, MicHums, MicEcho}

// BoardReport is what a board said that it shows.
type BoardReport struct {
	ID     BoardID `json:"id"`
	Up     bool    `json:"up"`
	Pixels string  `json:"pixels"` // SHA-256 of the pixels drawn, hex; empty: it has not said
	Want   string  `json:"want"`   // of those that it was sent
	Card   uint64  `json:"card"`   // number of the card drawn
}

// UpstreamReport is the state of the mirror's link.
type UpstreamReport struct {
	Configured   bool      `json:"configured"`
	Up           bool      `json:"up"`
	Since        time.Time `json:"since"`
	AckedSeq     uint64    `json:"ackedSeq"`
	LastAck      time.Time `json:"lastAck"`
	Waiting      uint64    `json:"waiting"` // entries
	WaitingBytes uint64    `json:"waitingBytes"`
	Why          string    `json:"why,omitempty"`
	Above        *Above    `json:"above,omitempty"`

	// ClockOff is this machine's clock less that of the tier above, to 5 s; 0
	// while it is not known or within 10 s.
	ClockOff time.Duration `json:"clockOff,omitempty"`

	Coming SoundsComing `json:"coming,omitzero"`
	Going  SoundGoing   `json:"going,omitzero"`
}

// SoundGoing is the recording that the tier above fetches, while it does.
type SoundGoing struct {
	Title   string `json:"title,omitempty"` // empty: nothing is fetched
	Percent int    `json:"percent,omitempty"`
	Size    int64  `json:"size,omitempty"`  // bytes
	Spent   bool   `json:"spent,omitempty"` // the day's share is used up: it goes on tomorrow
}

// SoundsComing are the sounds that signed documents of the tier above ask for
// and that are still on their way.
type SoundsComing struct {
	Count   int    `json:"count"`
	Percent int    `json:"percent"`         // of those whose size is known
	Size    int64  `json:"size"`            // bytes of those whose size is known
	Spent   bool   `json:"spent,omitempty"` // the day's share is used up: it goes on tomorrow
	Why     string `json:"why,omitempty"`   // what holds one up; foreign text
}

// SavedReport is how far the disk has the journal.
type SavedReport struct {
	Seq     uint64     `json:"seq"`
	Failing bool       `json:"failing"`
	Since   time.Time  `json:"since"`
	Why     string     `json:"why,omitempty"`
	Keep    KeepReport `json:"keep"`
}

// ItemAdded: the library holds one more item.
type ItemAdded struct {
	Item Item `json:"item"`
}

// RosterSet replaces the roster of clusters and boards (first run, import).
type RosterSet struct {
	Clusters []Cluster `json:"clusters"`
	Boards   []Board   `json:"boards"`
}

// Recorded: a recording is over. Item is empty when it was thrown away or Broken.
type Recorded struct {
	Key    string      `json:"key"`
	Of     BroadcastID `json:"of"`
	Item   Item        `json:"item"`
	Broken string      `json:"broken,omitempty"`
}

// SlotDue: a start of a slot has come, or was found to have passed unheard.
type SlotDue struct {
	Slot SlotID `json:"slot"`
	At   int64  `json:"at"`   // Unix seconds of the start
	Late bool   `json:"late"` // too late to be aired by itself: say that it was missed
}

// DueReport is what of the timetable stands around now.
type DueReport struct {
	Due []DueView `json:"due"`
}

// StrangerRefused: a machine was turned away at a door, or sent away by us.
type StrangerRefused struct {
	Door string `json:"door"` // cluster, board, upstream
	Addr string `json:"addr"`
	ID   string `json:"id,omitempty"` // its key, where it showed one
	Why  string `json:"why"`          // a typed word
}

// PoleRefused: a cluster itself would not take an order, a stranger or sound
// that no session allowed.
type PoleRefused struct {
	Cluster ClusterID `json:"cluster"`
	Who     string    `json:"who,omitempty"`
	Why     string    `json:"why"` // a typed word: pole-order, pole-stranger, pole-session
}

// PoleRefusals are why a cluster itself refuses. Closed set.
var PoleRefusals = []string{"pole-order", "pole-stranger", "pole-session"}

func (PoleRefused) fact()     {}
func (Recorded) fact()        {}
func (SlotDue) fact()         {}
func (DueReport) fact()       {}
func (StrangerRefused) fact() {}

func (PieceStarted) fact()   {}
func (PieceEnded) fact()     {}
func (BedStarted) fact()     {}
func (Drained) fact()        {}
func (AirSound) fact()       {}
func (Closed) fact()         {}
func (ClusterReport) fact()  {}
func (MicReport) fact()      {}
func (BoardReport) fact()    {}
func (UpstreamReport) fact() {}
func (SavedReport) fact()    {}
func (ItemAdded) fact()      {}
func (RosterSet) fact()      {}
