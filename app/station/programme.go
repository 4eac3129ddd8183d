package station

import "time"

// Item is one sound of the library: a journal record of class "item".
type Item struct {
	ID      ItemID        `json:"id"`
	Title   string        `json:"title"`
	Codec   string        `json:"codec"`
	Length  time.Duration `json:"length"`         // without the silence at its ends
	Head    int64         `json:"head,omitempty"` // samples at 48 kHz: there it begins in its file
	Tags    string        `json:"tags,omitempty"` // what the file says of itself: title, artist
	LUFS    float64       `json:"lufs"`           // integrated, ITU-R BS.1770-4
	TruePk  float64       `json:"truePeak"`       // dBTP
	GainDB  float64       `json:"gainDB"`         // to the target loudness
	Bytes   int64         `json:"bytes"`
	Speech  bool          `json:"speech,omitempty"` // made from text
	AddedBy string        `json:"addedBy"`
	Kind    ItemKind      `json:"kind,omitempty"`
	Of      BroadcastID   `json:"of,omitempty"` // a recording: of this broadcast; 0: made for itself
	At      time.Time     `json:"at,omitzero"`  // when it came into the library
}

// ItemKind says what an item is used for. Closed set; empty: not said.
type ItemKind string

// The kinds of items.
const (
	KindMusic     ItemKind = "music"     // may fill a gap before a fixed time
	KindBulletin  ItemKind = "bulletin"  //
	KindJingle    ItemKind = "jingle"    //
	KindRecording ItemKind = "recording" // made at the microphone
)

// Spoken tells whether a bed may sound under the item: all that is not music, a
// jingle, or another station's broadcast.
func (it Item) Spoken() bool { return it.Kind != KindMusic && it.Kind != KindJingle && !it.Relay() }

// QueueEntry is one line of the play queue: a journal record of class "queue".
type QueueEntry struct {
	ID      EntryID       `json:"id"`
	Order   int64         `json:"order"` // ascending; gaps allow moves in one record
	Item    ItemID        `json:"item"`
	Title   string        `json:"title"`
	Length  time.Duration `json:"length"`
	Targets Targets       `json:"targets"`
	By      string        `json:"by"`
	From    time.Duration `json:"from,omitempty"` // resumes here: it was cut
}

// Bounds of what an operator may put in.
const (
	MaxQueue     = 500
	MaxTitle     = 200  // runes
	MaxEmergency = 2000 // runes of an emergency text
	MaxCard      = 400  // runes of a board card

	MinBed = 5 * time.Second // a bed's own length
)
