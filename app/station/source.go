package station

import "time"

// SourceKind is where a piece of sound comes from. Closed set.
type SourceKind string

// The kinds of sources.
const (
	FromItem   SourceKind = "item"
	FromMic    SourceKind = "mic"
	FromTone   SourceKind = "tone"   // chime, siren, attention, all-clear by id
	FromSpeech SourceKind = "speech" // text that the speech engine says

	FromSilence SourceKind = "silence" // LineCheckLength of it
)

// Piece is one sound of a broadcast, played without a gap after the one before.
type Piece struct {
	Tag   string        `json:"tag"` // unique within the broadcast
	Kind  SourceKind    `json:"kind"`
	Item  ItemID        `json:"item,omitempty"`
	Tone  string        `json:"tone,omitempty"`
	Text  string        `json:"text,omitempty"`
	Title string        `json:"title,omitempty"`
	From  time.Duration `json:"from,omitempty"` // start inside the piece
	Entry EntryID       `json:"entry,omitempty"`
	Bed   ItemID        `json:"bed,omitempty"` // sounds low under it, again and again; empty: nothing does

	Cross time.Duration `json:"cross,omitempty"` // music: it overlaps a neighbour that has it too, by the smaller of the two
}
