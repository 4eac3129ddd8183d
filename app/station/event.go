package station

import "time"

// EventKind names what happened. Closed set; ui/text makes the sentences.
type EventKind string

// What happens at a station.
const (
	EvStart         EventKind = "start"          // a broadcast came on air
	EvEnd           EventKind = "end"            // it is over
	EvSuspend       EventKind = "suspend"        // pushed off the air, will resume by its rule
	EvResume        EventKind = "resume"         // back on air
	EvHeld          EventKind = "held"           // too late to resume by itself
	EvItem          EventKind = "item"           // an item began to sound
	EvItemEnd       EventKind = "item-end"       // an item ended
	EvBroken        EventKind = "broken"         // an item could not be played
	EvReceipt       EventKind = "receipt"        // what one cluster really played
	EvRefused       EventKind = "refused"        // an intent was refused
	EvQueue         EventKind = "queue"          // the queue was changed
	EvClusterUp     EventKind = "cluster-up"     // a cluster's link is there
	EvClusterLost   EventKind = "cluster-lost"   // a cluster's link is gone
	EvClusterFault  EventKind = "cluster-fault"  // a cluster says that something is wrong with it
	EvUpstreamUp    EventKind = "upstream-up"    // the mirror's link is there
	EvUpstreamLost  EventKind = "upstream-lost"  // the mirror's link is gone
	EvMic           EventKind = "mic"            // the microphone opened, spoke, closed
	EvMicFault      EventKind = "mic-fault"      // something is wrong with the microphone's signal
	EvEmergency     EventKind = "emergency"      // an emergency was opened
	EvEmergencyEnd  EventKind = "emergency-end"  // it was ended
	EvStopAll       EventKind = "stop-all"       // everything was silenced
	EvCard          EventKind = "card"           // a card was put on a board
	EvBoardMismatch EventKind = "board-mismatch" // a board shows other pixels
	EvFaultAck      EventKind = "fault-ack"      // a person has seen a fault
	EvForeign       EventKind = "foreign-sound"  // a cluster sounds with what nobody ordered; Reason: foreign-idle, foreign-source
	EvMute          EventKind = "mute"           // a cluster was muted or heard again
	EvItemAdded     EventKind = "item-added"     // the library grew
	EvBoot          EventKind = "boot"           // the station started
	EvDisk          EventKind = "disk"           // the journal's disk fails or works again
	EvRepaired      EventKind = "repaired"       // the journal was built anew
	EvCopies        EventKind = "copies"         // the journal's second copies fail or work again
	EvCorrection    EventKind = "correction"     // an emergency was taken back
	EvAllClear      EventKind = "all-clear"      // the end of an emergency was aired
	EvUpdate        EventKind = "update"         // an emergency took the place of an older word
	EvDeadAir       EventKind = "dead-air"       // what is on the air is heard nowhere, by the word of the poles
	EvNoAir         EventKind = "no-air"         // what the station sends has nothing worth hearing; Reason: one of AirFaults
	EvBed           EventKind = "bed"            // music began to sound under what is said
	EvFallback      EventKind = "fallback"       // what is due cannot be played; Reason: filler, no-filler
	EvRepeat        EventKind = "repeat"         // an open emergency is read again as planned
	EvWaived        EventKind = "waived"         // parts of its least content were left out; Title: which and why
	EvClash         EventKind = "clash"          // two priority bulletins want the same places: the operator is asked which is first
	EvClashOver     EventKind = "clash-over"     // that is settled; Title: which is first; Reason: by-hand, unanswered
	EvLateOver      EventKind = "late-over"      // what came too late was decided; Reason: late-play, late-skip, late-later, late-unanswered, full, slot-removed, order-expired, order-cancelled
	EvTurn          EventKind = "turn"           // two emergencies want the same places: the other one is heard now
	EvSlot          EventKind = "slot"           // the timetable was changed
	EvMissed        EventKind = "missed"         // a slot's start was not aired
	EvRecorded      EventKind = "recorded"       // a recording is in the library
	EvSettings      EventKind = "settings"       // rules or zones were changed
	EvRoster        EventKind = "roster"         // what is known of a cluster was changed
	EvStranger      EventKind = "stranger"       // a machine without the right key was turned away
	EvSpeakerTest   EventKind = "speaker-test"   // a loudspeaker was tried
	EvItemChanged   EventKind = "item-changed"   // an item's title or kind was changed, or it was removed
	EvOrder         EventKind = "order"          // an order of the tier above is obeyed; Reason: order-play, -cancel, -test
	EvOrderRefused  EventKind = "order-refused"  // one is not; Title: whose it claims to be
	EvKeys          EventKind = "keys"           // whose orders are taken was changed, or was not
	EvEnrolled      EventKind = "enrolled"       // a machine was let in by its code, or a code was spoilt
	EvDirective     EventKind = "directive"      // a notice, timetable or settings of the tier above were taken; Reason: which
	EvPoleRefused   EventKind = "pole-refused"   // a cluster itself would not take something; Title: from whom
	EvAccount       EventKind = "account"        // an account was made, changed or removed; Title: whose
	EvGlass         EventKind = "break-glass"    // an emergency or a stop came from a locked screen, or by a role that has not these; Title: which act
	EvAccounts      EventKind = "accounts"       // what holds the PINs cannot be read
	EvBooks         EventKind = "books"          // the books are not those of the tier above
	EvClockUnsure   EventKind = "clock-unsure"   // this machine's clock cannot be believed
	EvClockSure     EventKind = "clock-sure"     // a person said that it is right; At is what it showed
	EvClockOff      EventKind = "clock-off"      // this machine's clock and that of the tier above differ; Title h:mm:ss
)

// Event is one thing that happened, with the records that it changes. All of
// an event's records are saved in one transaction.
type Event struct {
	Kind      EventKind     `json:"kind"`
	At        Stamp         `json:"at"`
	Actor     string        `json:"actor,omitempty"`
	Broadcast BroadcastID   `json:"broadcast,omitempty"`
	Class     Class         `json:"class,omitempty"`
	Title     string        `json:"title,omitempty"`
	Reason    string        `json:"reason,omitempty"` // a typed code, never a sentence
	Cluster   ClusterID     `json:"cluster,omitempty"`
	Item      ItemID        `json:"item,omitempty"`
	Targets   int           `json:"targets,omitempty"`  // clusters meant
	Drill     bool          `json:"drill,omitempty"`    // it was an exercise
	Records   []Record      `json:"-"`                  // what it changes
	Number    int           `json:"number,omitempty"`   // the cluster's number
	Duration  time.Duration `json:"duration,omitempty"` // on air; of a receipt: sound really played
	EventTimes
}

// EventTimes are the other times of an event.
type EventTimes struct {
	Pos time.Duration `json:"pos,omitempty"` // place in the item
	Due int64         `json:"due,omitempty"` // of a start: Unix seconds at which the timetable wanted it; 0: nothing wanted it then
}

// Record is one durable change. Value nil deletes. An empty Key makes a record
// of its own (as-run rows). Value is coded as JSON.
type Record struct {
	Class string
	Key   string
	Value any
}

// The classes of records that a station writes.
const (
	ClassAsRun   = "asrun"     // one Event each, never changed
	ClassQueue   = "queue"     // QueueEntry by id
	ClassAir     = "air"       // AirRecord by broadcast: what a restart finds
	ClassDesk    = "desk"      // counters and switches
	ClassItem    = "item"      // Item by id
	ClassCluster = "cluster"   // Cluster by id
	ClassBoard   = "board"     // Board by id
	ClassCard    = "card"      // Card by board
	ClassFault   = "fault"     // Fault by id
	ClassSlot    = "slot"      // Slot by id
	ClassZone    = "zone"      // Zone by id
	ClassOrder   = "order"     // OrderRecord by id
	ClassRefusal = "refusal"   // RefusedOrder, one each, never changed
	ClassReceipt = "receipt"   // OrderReceipt, one each, never changed
	ClassKeySet  = "keyset"    // the key set's document, key "current"
	ClassDirect  = "directive" // DirectiveRecord by id
	ClassAlert   = "alert"     // Alert by the broadcast that read it
	ClassLate    = "late"      // Late by number: what waits for the operator's word
	ClassStart   = "start"     // what became of a slot's start, by slot and moment
)

// AirRecord is what the journal holds of a broadcast that is open, so that a
// restarted desk can say how it ended or take it up again.
type AirRecord struct {
	ID      BroadcastID `json:"id"`
	Class   Class       `json:"class"`
	Title   string      `json:"title"`
	Who     string      `json:"who"`
	Since   Stamp       `json:"since"`
	Targets Targets     `json:"targets"`
	Pieces  []Piece     `json:"pieces"` // what was still to be played
	Drill   bool        `json:"drill,omitempty"`
	Queue   bool        `json:"queue,omitempty"` // it is the play queue
	Slot    SlotID      `json:"slot,omitempty"`  // it is a start of this slot
	SlotAt  int64       `json:"slotAt,omitempty"`
	Hard    bool        `json:"hard,omitempty"` // it takes the air from its own class too
	Of      BroadcastID `json:"of,omitempty"`   // the emergency that it reads
	Rank    int         `json:"rank,omitempty"` // the operator put it before priority bulletins of a smaller one
	Trial   Trial       `json:"trial,omitempty"`
}
