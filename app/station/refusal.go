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
	AirBusy         RefusalCode = "air-busy"          // a test waits until nothing is on air
	ClockImpossible RefusalCode = "clock-impossible"  // it lies before what was signed
	NotSaved        RefusalCode = "not-saved"         // Subject: the disk's error
	StationStopping RefusalCode = "station-stopping"  //
	BadLevel        RefusalCode = "bad-level"         // risk level outside 1–5
	AlreadyOpen     RefusalCode = "emergency-is-open" // the same one is open, or a real one stands before a drill
	NoClash         RefusalCode = "no-clash"          // nothing else of its class wants its places
	UnknownLate     RefusalCode = "unknown-late"      // Subject: the number; it was answered meanwhile, or let go
	UnknownSlot     RefusalCode = "unknown-slot"      // Subject: the slot's number
	UnknownZone     RefusalCode = "unknown-zone"      // Subject: the zone
	BadBed          RefusalCode = "bad-bed"           // Subject: an item that is speech, or shorter than Limit seconds
	BadSlot         RefusalCode = "bad-slot"          // Subject: the field that is wrong
	BadRule         RefusalCode = "bad-rule"          // Subject: the field; Limit: its bound
	BadCluster      RefusalCode = "bad-cluster"       // Subject: the field that is wrong
	TooMany         RefusalCode = "too-many"          // Limit: how many there may be
	ItemInUse       RefusalCode = "item-in-use"       // Subject: where
	MicBusy         RefusalCode = "mic-busy"          // it is on air or records
	NotRecording    RefusalCode = "not-recording"     //
	QuietHours      RefusalCode = "quiet-hours"       // Subject: the hours and who set them; asked again within a minute it passes
	QuietSlot       RefusalCode = "quiet-slot"        // Subject: the same; a slot begins in them
	LongSession     RefusalCode = "long-session"      // Subject: who set the bound; Limit: minutes
	NoCard          RefusalCode = "no-card"           // the station's machine has no sound card
)

// Why a person is refused.
const (
	ScreenLocked  RefusalCode = "screen-locked"  // no PIN was given
	RoleSmaller   RefusalCode = "role-smaller"   // Subject: the account's role
	OutsideArea   RefusalCode = "outside-area"   // of a hamlet head
	OutsideHours  RefusalCode = "outside-hours"  // of a hamlet head
	BadPIN        RefusalCode = "bad-pin"        // Limit: digits that it needs
	BadAccount    RefusalCode = "bad-account"    // Subject: the field
	LastOperator  RefusalCode = "last-operator"  // somebody must be left who may let others in
	AccountsUnfit RefusalCode = "accounts-unfit" // what holds the PINs cannot be read or written
)

// Why an order or a key set is refused.
const (
	OrderMalformed    RefusalCode = "order-malformed"     // Subject: what is wrong, in English
	OrderUnknownKey   RefusalCode = "order-unknown-key"   // Subject: its fingerprint
	OrderBadSignature RefusalCode = "order-bad-signature" // Subject: whose it claims to be
	OrderKeyRevoked   RefusalCode = "order-key-revoked"   // Subject: the issuer
	OrderKeyOver      RefusalCode = "order-key-over"      // Subject: the issuer; its time is over or has not come
	OrderNotAllowed   RefusalCode = "order-not-allowed"   // Subject: the issuer; its role is smaller
	OrderForOthers    RefusalCode = "order-for-others"    // we are not meant
	OrderExpired      RefusalCode = "order-expired"       //
	OrderNotYet       RefusalCode = "order-not-yet"       //
	OrderClockUnsure  RefusalCode = "order-clock-unsure"  // our clock cannot be believed
	OrderReplay       RefusalCode = "order-replay"        // it was obeyed before
	OrderCounter      RefusalCode = "order-counter"       // Subject: the issuer; Limit: the newest counter
	OrderNotApproved  RefusalCode = "order-not-approved"  // Limit: approvals that it needs
	OrderVoid         RefusalCode = "order-void"          // it was cancelled or superseded
	OrderUnknown      RefusalCode = "order-unknown"       // a cancel of what is not open here
	KeysMalformed     RefusalCode = "keys-malformed"      // Subject: what is wrong, in English
	KeysUnknownSigner RefusalCode = "keys-unknown-signer" // Subject: its fingerprint
	KeysOld           RefusalCode = "keys-old"            // Subject: its version; Limit: ours
)

// Refusal is a typed no.
type Refusal struct {
	Code    RefusalCode `json:"code"`
	Subject string      `json:"subject,omitempty"`
	Limit   int         `json:"limit,omitempty"`
	Of      string      `json:"of,omitempty"` // which of several it is about: a slot's time and title
}

// Error says the refusal in English for logs and ctl.
func (r *Refusal) Error() string {
	if r.Of != "" {
		one := *r
		one.Of = ""
		return fmt.Sprintf("%q: %s", r.Of, one.Error())
	}
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
