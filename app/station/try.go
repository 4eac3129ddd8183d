package station

import "time"

// LineCheckLength is how long the silence lasts that is sent to every
// loudspeaker at night: shorter than what rings as dead air.
const LineCheckLength = 4 * time.Second

// Trial says that a broadcast is a test. Closed set; empty: it is none.
type Trial string

// The tests of a loudspeaker.
const (
	TrialNight Trial = "night" // silence, each night, by the station itself
	TrialTone  Trial = "tone"  // the chime, when a person asks for it
)

// TrialFound is what a test found. Closed set.
type TrialFound string

// What a test of a loudspeaker may find, best first. Each is what the pole
// itself said.
const (
	FoundHeard   TrialFound = "heard"   // the microphone before its horn heard it
	FoundSound   TrialFound = "sound"   // its amplifier gave sound
	FoundPlayed  TrialFound = "played"  // its output took all of it
	FoundPart    TrialFound = "part"    // … some of it
	FoundNothing TrialFound = "nothing" // … nothing, though it was linked
	FoundAbsent  TrialFound = "absent"  // it was not linked
)

// Good tells whether the loudspeaker passed.
func (f TrialFound) Good() bool { return f == FoundHeard || f == FoundSound || f == FoundPlayed }

// Tried is what the tests of one loudspeaker found last, each a fact with its
// date; a record of class desk.
type Tried struct {
	Night Try `json:"night,omitzero"`
	Tone  Try `json:"tone,omitzero"`
}

// Try is one test; the zero value: none was made.
type Try struct {
	At    int64      `json:"at"` // Unix seconds
	Found TrialFound `json:"found"`
}

// LineCheck sends the silence of the night's check now.
type LineCheck struct{}

func (LineCheck) intent() {}
