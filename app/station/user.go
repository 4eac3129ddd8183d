package station

import (
	"slices"
	"time"
)

// Role is what a person with an account is to the station. Closed set.
type Role string

// The roles.
const (
	RoleOperator   Role = "operator"    // everything
	RoleEditor     Role = "editor"      // the library and the timetable
	RoleApprover   Role = "approver"    // the editor's, and what goes on air by hand
	RoleTechnician Role = "technician"  // clusters, boards, faults, rules
	RoleHead       Role = "hamlet-head" // speaks and plays in a part of the commune, at hours that may be set
	RoleViewer     Role = "viewer"      // looks
)

// Roles are all of them, as they are offered.
var Roles = []Role{RoleOperator, RoleEditor, RoleApprover, RoleTechnician, RoleHead, RoleViewer}

// User is what the desk knows of a person with a PIN; the PIN is kept
// elsewhere and never comes here.
type User struct {
	Name  string  `json:"name"`
	Role  Role    `json:"role"`
	Rev   string  `json:"rev"`            // changes with the PIN: who was let in by the former one is out
	Area  Targets `json:"area,omitzero"`  // of a hamlet head
	From  int     `json:"from,omitempty"` // his hours, minutes of the day; From and Until equal: at any
	Until int     `json:"until,omitempty"`
}

// Person is who is at the other end of the desk's socket.
type Person struct {
	System  string `json:"system"`            // the system's word
	Account string `json:"account,omitempty"` // let in by its PIN; empty: the screen is locked, or there are no accounts
	Rev     string `json:"rev,omitempty"`     // of the account when its PIN was given
}

// Name is what the log calls a person.
func (p Person) Name() string {
	if p.Account != "" {
		return p.Account
	}
	return p.System
}

// Bounds of accounts.
const (
	MaxAccounts = 50
	MinPIN      = 4 // digits
	MaxPIN      = 12
	// MinLock to MaxLock: a console that nobody touches locks itself after;
	// DefaultLock where nothing is set.
	MinLock     = time.Minute
	MaxLock     = 8 * time.Hour
	DefaultLock = 10 * time.Minute
)

// PINOK tells whether a PIN has the form of one.
func PINOK(pin string) bool {
	return len(pin) >= MinPIN && len(pin) <= MaxPIN && !slices.ContainsFunc([]byte(pin), func(b byte) bool { return b < '0' || b > '9' })
}

// AccountChange is what is to become of an account. A PIN is there to be given
// on, never to be written.
type AccountChange struct {
	User          // Name says whose; Rev is not looked at
	PIN    string `json:"pin,omitempty"`    // a new one; empty: the old one stays
	Remove bool   `json:"remove,omitempty"` // it goes
}

// Unlocked answers a PIN.
type Unlocked struct {
	OK   bool          `json:"ok"`
	Name string        `json:"name,omitempty"`
	Wait time.Duration `json:"wait,omitempty"` // too many wrong ones: so long no PIN of this account is looked at
}

// AccountsSet: these are the accounts now.
type AccountsSet struct {
	Accounts []User `json:"accounts"`
	By       string `json:"by"`
	Damaged  bool   `json:"damaged,omitempty"` // what holds the PINs cannot be read: the accounts stay as they were known, nobody can be let in
}

func (AccountsSet) fact() {}

// Act is a kind of thing that a person may do. Closed set.
type Act string

// The acts.
const (
	ActClose     Act = "close"     // makes silent what is open for a person: never refused
	ActStop      Act = "stop"      // silence everything
	ActEmergency Act = "emergency" // a siren, its words, their correction and end
	ActLive      Act = "live"
	ActPlay      Act = "play" // what goes on air by hand
	ActCard      Act = "card"
	ActTimetable Act = "timetable"
	ActLibrary   Act = "library"
	ActFault     Act = "fault"
	ActWorks     Act = "works" // clusters, boards, zones, map, machines
	ActRules     Act = "rules"
	ActOrder     Act = "order" // an order of the tier above that was brought by hand
	ActPeople    Act = "people"
	ActEnd       Act = "end" // the station's own end
)

// Acts are all of them.
var Acts = []Act{ActClose, ActStop, ActEmergency, ActLive, ActPlay, ActCard, ActTimetable, ActLibrary, ActFault, ActWorks, ActRules, ActOrder, ActPeople, ActEnd}

// ActOf names what an intent does. What is not known is the operator's alone.
func ActOf(in Intent) Act {
	switch in := in.(type) {
	case LiveStop, RecordStop:
		return ActClose
	case MicTest:
		if !in.On {
			return ActClose
		}
		return ActLive
	case StopAll:
		return ActStop
	case EmergencyStart, EmergencyEnd, EmergencyCorrect:
		return ActEmergency
	case LiveStart:
		return ActLive
	case PlayNow, QueueAdd, QueueRemove, QueueMove, QueuePlay, QueuePause, QueueSkip, BroadcastEnd, SendAgain, SlotSkip, PriorityFirst, LateAnswer:
		return ActPlay
	case CardPublish:
		return ActCard
	case SlotPut, SlotRemove, SlotsPut:
		return ActTimetable
	case RecordStart, ItemPut, ItemRemove, HearHere:
		return ActLibrary
	case FaultAck:
		return ActFault
	case ClusterPut, ClusterRemove, ClusterMute, BoardRemove, ZonePut, ZoneRemove, SpeakerTest, LineCheck:
		return ActWorks
	case SettingsPut, ClockConfirm:
		return ActRules
	}
	return ActPeople
}

// mayDo is the table of roles; the operator is not in it.
var mayDo = map[Role][]Act{
	RoleEditor:     {ActTimetable, ActLibrary},
	RoleApprover:   {ActStop, ActEmergency, ActLive, ActPlay, ActCard, ActTimetable, ActLibrary, ActFault, ActOrder},
	RoleTechnician: {ActFault, ActWorks, ActRules, ActEnd},
	RoleHead:       {ActLive, ActPlay},
	RoleViewer:     {},
}

// Leave is what a person may do about an act.
type Leave uint8

// The answers to an act.
const (
	LeaveNo     Leave = iota // the account's role is another
	LeaveLocked              // nobody was let in
	LeaveGlass               // danger knows no lock and no role: it is done, and said loudly
	LeaveYes
)

// Judge says whether a person may do an act, and by which account. Without
// accounts everybody may do everything.
func Judge(people []User, p Person, act Act) (User, Leave) {
	if len(people) == 0 || act == ActClose {
		return User{}, LeaveYes
	}
	i := slices.IndexFunc(people, func(a User) bool { return a.Name == p.Account && a.Rev == p.Rev })
	glass := act == ActEmergency || act == ActStop
	switch {
	case i >= 0 && (people[i].Role == RoleOperator || slices.Contains(mayDo[people[i].Role], act)):
		return people[i], LeaveYes
	case glass:
		return User{}, LeaveGlass
	case i < 0:
		return User{}, LeaveLocked
	}
	return people[i], LeaveNo
}
