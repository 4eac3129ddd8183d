package station

import "fmt"

// RefusalCode says why the desk would not. Closed set; ui/text makes the
// sentences for people.
type RefusalCode string

// Why the desk refuses.
const (
	UnknownTarget   RefusalCode = "unknown-target"    // Subject: the zone or number
	UnknownItem     RefusalCode = "unknown-item"      // Subject: the id
	UnknownEntry    RefusalCode = "unknown-entry"     // Subject: the entry's number
	UnknownTone     RefusalCode = "unknown-tone"      // Subject: the tone
	UnknownBoard    RefusalCode = "unknown-board"     // Subject: the board
	UnknownFault    RefusalCode = "unknown-fault"     // Subject: the fault
	NoTargets       RefusalCode = "no-targets"        // no cluster is known there
	QueueEmpty      RefusalCode = "queue-empty"       //
	QueueFull       RefusalCode = "queue-full"        // Limit: entries
	NothingPlays    RefusalCode = "nothing-plays"     //
	AlreadyLive     RefusalCode = "already-live"      //
	NotLive         RefusalCode = "not-live"          //
	MicAbsent       RefusalCode = "mic-absent"        // Subject: what is wrong with it
	EmergencyOnAir  RefusalCode = "emergency-on-air"  // a lower class must wait
	NoEmergency     RefusalCode = "no-emergency"      //
	EmptyEmergency  RefusalCode = "empty-emergency"   // neither text, siren nor microphone
	TextTooLong     RefusalCode = "text-too-long"     // Limit: characters
	TextNotClean    RefusalCode = "text-not-clean"    // control characters
	DeskBusy        RefusalCode = "desk-busy"         // no decision within 200 ms
	NotSaved        RefusalCode = "not-saved"         // Subject: the disk's error
	StationStopping RefusalCode = "station-stopping"  //
	BadLevel        RefusalCode = "bad-level"         // risk level outside 1–5
	AlreadyOpen     RefusalCode = "emergency-is-open" // one is open: correct or end it
	UnknownSlot     RefusalCode = "unknown-slot"      // Subject: the slot's number
	UnknownZone     RefusalCode = "unknown-zone"      // Subject: the zone
	BadSlot         RefusalCode = "bad-slot"          // Subject: the field that is wrong
	BadRule         RefusalCode = "bad-rule"          // Subject: the field; Limit: its bound
	BadCluster      RefusalCode = "bad-cluster"       // Subject: the field that is wrong
	TooMany         RefusalCode = "too-many"          // Limit: how many there may be
	ItemInUse       RefusalCode = "item-in-use"       // Subject: where
	MicBusy         RefusalCode = "mic-busy"          // it is on air or records
	NotRecording    RefusalCode = "not-recording"     //
	NoCard          RefusalCode = "no-card"           // the station's machine has no sound card
)

// Refusal is a typed no.
type Refusal struct {
	Code    RefusalCode `json:"code"`
	Subject string      `json:"subject,omitempty"`
	Limit   int         `json:"limit,omitempty"`
}

// Error says the refusal in English for logs and ctl.
func (r *Refusal) Error() string {
	switch {
	case r.Subject != "" && r.Limit != 0:
		return fmt.Sprintf("refused: %s (%s, limit %d)", r.Code, r.Subject, r.Limit)
	case r.Subject != "":
		return fmt.Sprintf("refused: %s (%s)", r.Code, r.Subject)
	case r.Limit != 0:
		return fmt.Sprintf("refused: %s (limit %d)", r.Code, r.Limit)
	}
	return "refused: " + string(r.Code)
}
