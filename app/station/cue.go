package station

import "time"

// Cue is what the desk wants done. Playout carries cues out in the order they
// come and answers with facts. Closed set.
type Cue interface{ cue() }

// CueOpen starts a broadcast's sound on the clusters: the pieces one after the
// other without a gap. A broadcast is opened again after every CueClose.
type CueOpen struct {
	Broadcast BroadcastID `json:"broadcast"`
	Class     Class       `json:"class"`
	Clusters  []ClusterID `json:"clusters"`
	Pieces    []Piece     `json:"pieces"`
	More      bool        `json:"more"` // a CueNext will follow: keep the stream after the last piece

	At time.Duration `json:"at,omitempty"` // of the station's monotonic clock: when the first sample is to be heard; 0 or past: at once
}

// CueNext replaces what follows the piece that plays; nil: nothing follows.
type CueNext struct {
	Broadcast BroadcastID `json:"broadcast"`
	Piece     *Piece      `json:"piece"`
}

// CueTargets says which clusters hear the broadcast from now on.
type CueTargets struct {
	Broadcast BroadcastID `json:"broadcast"`
	Clusters  []ClusterID `json:"clusters"`

	At time.Duration `json:"at,omitempty"` // when those that are left out fall silent; 0 or past: at once
}

// CueClose ends the broadcast's sound now or at a moment, in a fade, the
// render-ahead included. Playout answers, at that moment, with Closed and the
// place where the air was cut. One for now comes before one for a moment.
type CueClose struct {
	Broadcast BroadcastID `json:"broadcast"`

	At time.Duration `json:"at,omitempty"` // of the station's monotonic clock; 0 or past: at once
}

// CueSkip ends the piece that plays now; the next follows in a fade.
type CueSkip struct {
	Broadcast BroadcastID `json:"broadcast"`
}

// CueMute sets a cluster's mute at the pole.
type CueMute struct {
	Cluster ClusterID `json:"cluster"`
	Muted   bool      `json:"muted"`
}

// CueCard puts a card on a board.
type CueCard struct {
	Board Board `json:"board"`
	Card  Card  `json:"card"`
}

// CueRecord begins or ends a recording of the microphone. Of is the broadcast
// that it belongs to, 0 for one that nobody hears. Playout answers an end with
// Recorded. Recordings survive a kill: what is on disk becomes an item at the
// next start.
type CueRecord struct {
	Key     string      `json:"key"` // unique in the station's life
	On      bool        `json:"on"`
	Title   string      `json:"title"`
	Of      BroadcastID `json:"of"`
	Discard bool        `json:"discard"` // ends it and throws it away
}

// CueMic opens the microphone for its level only, or closes it.
type CueMic struct {
	On bool `json:"on"`
}

// CueMonitor plays a tone on the station's own sound card, once, and says the
// words after it; or it plays an item there, until the next CueMonitor. With
// neither it is silent.
type CueMonitor struct {
	Tone string `json:"tone,omitempty"`
	Say  string `json:"say,omitempty"`
	Item ItemID `json:"item,omitempty"`
}

func (CueRecord) cue()  {}
func (CueMic) cue()     {}
func (CueMonitor) cue() {}

func (CueOpen) cue()    {}
func (CueNext) cue()    {}
func (CueTargets) cue() {}
func (CueClose) cue()   {}
func (CueSkip) cue()    {}
func (CueMute) cue()    {}
func (CueCard) cue()    {}
