package station

// RecordStart opens the microphone for a recording that nobody hears.
type RecordStart struct {
	Title string `json:"title"`
}

// RecordStop ends the recording. It becomes an item of the library, or nothing
// with Discard.
type RecordStop struct {
	Discard bool `json:"discard,omitempty"`
}

// MicTest opens the microphone for its level only, or closes it again. It
// closes by itself after MicTestLimit and when the microphone is needed.
type MicTest struct {
	On bool `json:"on"`
}

// SpeakerTest plays the chime once: on a cluster, or with no ID on the sound
// card of the station's own machine.
type SpeakerTest struct {
	ID ClusterID `json:"id,omitempty"`
}

// HearHere plays an item on the sound card of the station's own machine; nothing
// of it goes on air. What is heard there ends; without an item that is all.
type HearHere struct {
	Item ItemID `json:"item,omitempty"`
}

// SlotPut adds a slot to the timetable (ID 0) or replaces one. SlotRemove
// takes one out. SlotSkip passes over one coming start of a slot.
type (
	SlotPut struct {
		Slot Slot `json:"slot"`
	}
	SlotRemove struct {
		ID SlotID `json:"id"`
	}
	SlotSkip struct {
		ID SlotID `json:"id"`
		At int64  `json:"at"` // Unix seconds of the start
	}
)

// SlotsPut changes several slots of the timetable as one act: all of it or
// nothing. What is removed goes first. File is the name of the file that it
// came from: then it is one row of the log.
type SlotsPut struct {
	Put    []Slot   `json:"put,omitempty"` // ID 0: it is new
	Remove []SlotID `json:"remove,omitempty"`
	File   string   `json:"file,omitempty"`
	Undo   bool     `json:"undo,omitempty"` // it takes back what that file brought
}

// Bounds of SlotsPut: with a file those of a timetable, so that its records are
// one transaction of the journal; else each change is a row of its own.
const MaxSlotsPut = 20

// SettingsPut replaces what an operator may set.
type SettingsPut struct {
	Rules Rules `json:"rules"`
}

// ZonePut names a zone or renames it; ZoneRemove takes it from the list and
// from every cluster.
type (
	ZonePut struct {
		Zone Zone `json:"zone"`
	}
	ZoneRemove struct {
		ID string `json:"id"`
	}
)

// ClusterPut changes what the roster says of a known cluster; its ID and mute
// stay. ClusterRemove takes it off the roster: its key opens no door after.
type (
	ClusterPut struct {
		Cluster Cluster `json:"cluster"`
	}
	ClusterRemove struct {
		ID ClusterID `json:"id"`
	}
	// BoardRemove takes a board off the list: its key opens no door after.
	BoardRemove struct {
		ID BoardID `json:"id"`
	}
)

// ItemPut changes an item's title and kind. ItemRemove takes it out of the
// library; one that the queue or the timetable names stays.
type (
	ItemPut struct {
		ID    ItemID   `json:"id"`
		Title string   `json:"title"`
		Kind  ItemKind `json:"kind"`
	}
	ItemRemove struct {
		ID ItemID `json:"id"`
	}
)

func (RecordStart) intent()   {}
func (RecordStop) intent()    {}
func (MicTest) intent()       {}
func (SpeakerTest) intent()   {}
func (HearHere) intent()      {}
func (SlotPut) intent()       {}
func (SlotRemove) intent()    {}
func (SlotsPut) intent()      {}
func (SlotSkip) intent()      {}
func (SettingsPut) intent()   {}
func (ZonePut) intent()       {}
func (ZoneRemove) intent()    {}
func (ClusterPut) intent()    {}
func (ClusterRemove) intent() {}
func (BoardRemove) intent()   {}
func (ItemPut) intent()       {}
func (ItemRemove) intent()    {}
