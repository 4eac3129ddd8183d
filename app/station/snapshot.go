package station

import "time"

// Snapshot is the whole desk at one revision. Published once, never changed.
type Snapshot struct {
	Rev      uint64          `json:"rev"` // the same while nothing but ages moved
	Now      Stamp           `json:"now"`
	Station  StationView     `json:"station"`
	Air      []BroadcastView `json:"air"` // on air or suspended, highest class first
	Clusters []ClusterView   `json:"clusters"`
	Queue    QueueView       `json:"queue"`
	Mic      MicView         `json:"mic"`
	Boards   []BoardView     `json:"boards"`
	Upstream UpstreamReport  `json:"upstream"`
	Dangers
	Events []Event     `json:"events"` // newest first, at most 50
	Faults []Fault     `json:"faults"` // newest first
	Saved  SavedReport `json:"saved"`
	Items  []Item      `json:"items"` // the library, by title
	Plan   PlanView    `json:"plan"`
}

// Dangers are the emergencies that are open, and what waits for a word of the
// operator's beside them.
type Dangers struct {
	Emergency *EmergencyView  `json:"emergency,omitempty"` // the one that stands before the others
	Open      []EmergencyView `json:"open,omitempty"`      // all that are open, by level, then newer first
	Clashes   []Clash         `json:"clashes,omitempty"`   // priority bulletins: which is first? Older questions first
	Late      []Late          `json:"late,omitempty"`      // what came too late and waits for a word, older first, without its pieces
}

// StationView is what the screen says of the station itself.
type StationView struct {
	ID            string   `json:"id"`
	Name          string   `json:"name"`          // "xã Đak Pơ"
	UpstreamLabel string   `json:"upstreamLabel"` // "Huyện Đak Pơ"
	Demo          bool     `json:"demo"`
	Codec         string   `json:"codec"`           // on the wire
	Missing       []string `json:"missing"`         // typed words: opus, speech, card
	Tones         []string `json:"tones,omitempty"` // siren ids that can be aired
	Zones         []Zone   `json:"zones,omitempty"`
	Rules         Rules    `json:"rules"`             // as they hold, defaults filled in
	MapRev        string   `json:"mapRev,omitempty"`  // changes when the map does
	Version       string   `json:"version,omitempty"` // build
	DataDir       string   `json:"dataDir,omitempty"` // where the station keeps its state
	Repair        *Repair  `json:"repair,omitempty"`  // the newest one of the journal; nil: never
	People        []User   `json:"people,omitempty"`  // who has an account; none: nothing is locked
	Internet      bool     `json:"internet"`          // false: the upstream and every cluster on a SIM card are gone at once
}

// LatLon is a point in degrees, WGS 84.
type LatLon struct {
	Lat float64 `json:"lat"`
	Lon float64 `json:"lon"`
}

// Phase is where a broadcast stands.
type Phase string

// The phases of a broadcast.
const (
	Preparing Phase = "preparing" // cued; nothing was heard yet
	OnAir     Phase = "on-air"
	Suspended Phase = "suspended" // pushed off; resumes by its rule
	Held      Phase = "held"      // too late to resume by itself, or paused by hand
)

// BroadcastView is one open broadcast.
type BroadcastView struct {
	ID       BroadcastID   `json:"id"`
	Class    Class         `json:"class"`
	Phase    Phase         `json:"phase"`
	Title    string        `json:"title"`
	Who      string        `json:"who"`
	Since    Stamp         `json:"since"` // on air, or suspended, since
	Targets  Targets       `json:"targets"`
	Meant    int           `json:"meant"` // clusters of the targets
	Clusters []ClusterID   `json:"clusters"`
	Piece    Piece         `json:"piece"` // what sounds, or sounded last
	PieceAt  Stamp         `json:"pieceAt"`
	Length   time.Duration `json:"length"` // of the piece; 0: open end
	Drill    bool          `json:"drill"`
	Queue    bool          `json:"queue"`
	Fate
}

// Fate is what became of a broadcast beside what it is.
type Fate struct {
	ByClass Class `json:"byClass"` // class that pushed it off
	Ladder
}

// ClusterState is what the screen may say of a cluster. Unknown is never green.
type ClusterState string

// The states of a cluster.
const (
	ClusterUnknown ClusterState = "unknown" // never heard of, or cannot report
	ClusterIdle    ClusterState = "idle"    // linked, nothing for it to play
	ClusterPlaying ClusterState = "playing" // it said, within ProofLife, that it played
	ClusterShaky   ClusterState = "shaky"   // plays with gaps, or ordered without proof yet
	ClusterLost    ClusterState = "lost"    // its link is gone
	ClusterMuted   ClusterState = "muted"   // silenced by the operator
)

// ClusterView is one cluster with the age of what is known of it.
type ClusterView struct {
	Cluster
	State     ClusterState  `json:"state"`
	Since     Stamp         `json:"since"`     // of the state
	Report    Stamp         `json:"report"`    // when it last said anything; zero: never
	Proof     Stamp         `json:"proof"`     // when it last said that it played; zero: never
	Broadcast BroadcastID   `json:"broadcast"` // assigned to it; 0 none
	Missed    time.Duration `json:"missed"`    // of the running broadcast, concealed and late
	Health    ClusterHealth `json:"health"`
	Why       string        `json:"why,omitempty"`
	Tried     Tried         `json:"tried,omitzero"` // what its tests found last
}

// QueueView is the play queue.
type QueueView struct {
	Entries []QueueEntry `json:"entries"` // in order; the one that plays is first
	Running bool         `json:"running"` // false: held by hand or empty
	Current EntryID      `json:"current"` // sounds now or was cut; 0 none
}

// MicState is what is known of the microphone.
type MicState string

// The states of the microphone.
const (
	MicNone     MicState = "none"      // no microphone configured
	MicReady    MicState = "ready"     // there is one, closed
	MicNoSignal MicState = "no-signal" // open, nothing comes
	MicQuiet    MicState = "quiet"     // open, too quiet
	MicGood     MicState = "good"
	MicClipping MicState = "clipping"
	MicHowl     MicState = "howl"   // hears what we send; it was turned down
	MicBroken   MicState = "broken" // cannot be opened
)

// MicStage is what the microphone is used for. Closed set.
type MicStage string

// The stages of the microphone.
const (
	MicClosed    MicStage = "closed"
	MicPreparing MicStage = "preparing" // the clusters are told; nothing sounds yet
	MicChime     MicStage = "chime"     // the chime, or in an emergency the siren, sounds
	MicSpeak     MicStage = "speak"     // MỜI ĐỌC: the microphone is on air
	MicRecord    MicStage = "record"    // a recording that nobody hears
	MicTesting   MicStage = "test"      // for its level only
)

// MicView is the microphone and what it does.
type MicView struct {
	State     MicState      `json:"state"`
	Name      string        `json:"name"`
	Why       string        `json:"why,omitempty"`
	Open      bool          `json:"open"` // on air: speak now
	Stage     MicStage      `json:"stage"`
	Ready     int           `json:"ready"`     // clusters that answered that they are about to play
	Meant     int           `json:"meant"`     // … of so many
	SpeakAt   Stamp         `json:"speakAt"`   // stage chime: when it is over, "speak now"
	SilentAt  Stamp         `json:"silentAt"`  // nothing was heard since; zero: it is
	Silence   time.Duration `json:"silence"`   // closes by itself after so much of it
	Recording bool          `json:"recording"` // what is said is kept
	Last      ItemID        `json:"last"`      // the newest recording; empty: none
	Broadcast BroadcastID   `json:"broadcast"`
	OpenedAt  Stamp         `json:"openedAt"`
	Limit     time.Duration `json:"limit"` // closes by itself after
}

// BoardView is one board: what it should show and what it said it shows.
type BoardView struct {
	Board
	Card      Card   `json:"card"`
	Strip     Strip  `json:"strip"`
	Want      string `json:"want"`      // SHA-256 of the strip's pixels, hex
	Shown     string `json:"shown"`     // what the board confirmed
	Confirmed Stamp  `json:"confirmed"` // when; zero: never
	Up        bool   `json:"up"`
	Since     Stamp  `json:"since"`
}

// EmergencyView is an emergency that is open: from its siren until somebody
// ends it. ID never changes, however often it is read.
type EmergencyView struct {
	ID        BroadcastID `json:"id"`        // its first broadcast
	Broadcast BroadcastID `json:"broadcast"` // that reads it, or read it last
	Text      string      `json:"text"`
	Siren     string      `json:"siren,omitempty"` // tone id
	Level     int         `json:"level"`
	Drill     bool        `json:"drill"`
	Since     Stamp       `json:"since"`
	OnAir     bool        `json:"onAir"`
	Who       string      `json:"who"`
	Targets   Targets     `json:"targets"`
	Kind      string      `json:"kind,omitempty"`    // of danger, a typed word
	Version   int         `json:"version,omitempty"` // of an update: 2 and up
	Repeat    Repeat      `json:"repeat,omitzero"`   // readings still to come
	Next      Stamp       `json:"next,omitzero"`     // the next of them
	Origin
}

// Origin is where the text of an emergency came from, and what it leaves out.
type Origin struct {
	Source string   `json:"source,omitempty"` // CAP.Key of the message whose content it is
	Waived []Waiver `json:"waived,omitempty"`

	Second Second `json:"second,omitzero"`

	Refs []AlertRef `json:"refs,omitempty"` // the words that it took the place of, older first
}

// Last is when the last reading of the plan begins; zero: none is to come.
func (e EmergencyView) Last() time.Time {
	if e.Repeat.Times == 0 {
		return time.Time{}
	}
	return e.Next.Wall.Add(time.Duration(e.Repeat.Times-1) * e.Repeat.Every)
}

// Fault is something that needs a hand: a journal record of class "fault".
type Fault struct {
	ID      string    `json:"id"`
	Kind    EventKind `json:"kind"`
	Cluster ClusterID `json:"cluster,omitempty"`
	Subject string    `json:"subject,omitempty"`
	Reason  string    `json:"reason,omitempty"`
	Since   Stamp     `json:"since"`
	Acked   bool      `json:"acked"`
	AckedBy string    `json:"ackedBy,omitempty"`
	Over    bool      `json:"over"` // it mended by itself
}

// Meters is what moves faster than decisions: asked for, never pushed.
type Meters struct {
	Air      []AirMeter             `json:"air"`
	Mic      Meter                  `json:"mic"`
	Clusters map[ClusterID]float32  `json:"clusters"` // RMS at the pole, full scale 1
	Position map[BroadcastID]Moving `json:"position"`
}

// Meter is one level, linear, full scale 1.
type Meter struct {
	Peak float32 `json:"peak"`
	RMS  float32 `json:"rms"`
}

// AirMeter is the level of one broadcast's bus.
type AirMeter struct {
	Broadcast BroadcastID `json:"broadcast"`
	Meter
}

// Moving is where a piece is, as heard now.
type Moving struct {
	Tag string        `json:"tag"`
	At  time.Duration `json:"at"`
}
