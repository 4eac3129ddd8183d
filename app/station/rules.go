package station

import "time"

// Rules are what an operator may set: a journal record of class "desk", key
// "rules". A zero field means the house's default.
type Rules struct {
	Name         string        `json:"name,omitempty"`         // of the station: "xã Đak Pơ"
	Ready        bool          `json:"ready,omitempty"`        // the first questions were answered or passed over
	MicLimit     time.Duration `json:"micLimit,omitempty"`     // 1 minute to 2 hours
	MicSilence   time.Duration `json:"micSilence,omitempty"`   // 15 seconds to 10 minutes
	Chime        string        `json:"chime,omitempty"`        // tone id; "none": no chime
	DefaultSiren string        `json:"defaultSiren,omitempty"` // tone id
	Hotline      string        `json:"hotline,omitempty"`      // said and shown with emergencies
	Phrases      []string      `json:"phrases,omitempty"`      // prepared emergency texts, at most 20
	Quiet        Quiet         `json:"quiet,omitzero"`         // only emergencies are heard
	Session      time.Duration `json:"session,omitempty"`      // a slot may be so long; 0: no bound
	Mic          string        `json:"mic,omitempty"`          // auto or card:NAME; empty: as the station file says
	Caps         Caps          `json:"caps,omitzero"`
	LockAfter    time.Duration `json:"lockAfter,omitempty"` // MinLock to MaxLock: a console that nobody touches locks itself; only where there are accounts
	Speech       Speech        `json:"speech,omitzero"`
	MicRules
}

// MicRules are further rules of the microphone.
type MicRules struct {
	NoLastCall  bool          `json:"noLastCall,omitempty"`  // the desk has loudspeakers and no headset: LastCall is not spoken there
	DangerLimit time.Duration `json:"dangerLimit,omitempty"` // MicLimit of an emergency's microphone, not below it
}

// Speech is how texts are said. The zero value: the northern voice at its usual
// rate.
type Speech struct {
	Region string `json:"region,omitempty"` // one of SpeechRegions
	Rate   int    `json:"rate,omitempty"`   // one of SpeechRates, words a minute
}

// What a voice may be. Empty and 0 are the usual ones.
var (
	SpeechRegions = []string{"", "central", "south"}
	SpeechRates   = []int{0, 120, 175} // usual, slow, fast
)

// Quiet are hours of peace: minutes of the day in the commune's time, over
// midnight where From is the later one. Equal: there are none.
type Quiet struct {
	From  int    `json:"from"`
	Until int    `json:"until"`
	By    string `json:"by,omitempty"` // who set them, and Session
}

// Has tells whether a minute of the day lies in the hours of peace.
func (q Quiet) Has(minute int) bool {
	if q.From <= q.Until {
		return minute >= q.From && minute < q.Until
	}
	return minute >= q.From || minute < q.Until
}

// Bounds of the rules.
const (
	MinSession    = 5 * time.Minute
	MaxSession    = 8 * time.Hour
	MinMicLimit   = time.Minute
	MaxMicLimit   = 2 * time.Hour
	DangerLimit   = 30 * time.Minute // of an emergency, where nothing is set
	MinMicSilence = 15 * time.Second
	MaxMicSilence = 10 * time.Minute
	MaxName       = 60 // runes of a name: station, zone, cluster, hamlet head
	MaxPhone      = 20 // runes
	MaxPhrases    = 20
	MaxZones      = 100
)

// LastCall is how long before its time limit an open microphone warns who
// speaks, into the headset and on the screen: time for a closing sentence.
const LastCall = 30 * time.Second

// MaxMic bounds the name of a microphone, in bytes: systems name cards at
// length.
const MaxMic = 300

// MicTestLimit closes a microphone that was opened for its level only.
const MicTestLimit = time.Minute

// Zone is a named part of the commune: a journal record of class "zone".
type Zone struct {
	ID   string `json:"id"`   // a–z, 0–9 and "-", at most 40
	Name string `json:"name"` // Vietnamese, NFC
}
