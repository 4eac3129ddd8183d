package station

import "time"

// Class says how urgent a broadcast is. A greater class interrupts a smaller.
type Class uint8

// The classes, lowest first (design: one table for the whole house).
const (
	Bed Class = iota + 1
	Scheduled
	Operator
	Priority
	Live
	Emergency
	EmergencyLive
)

// ResumeRule says what becomes of a broadcast that was pushed off the air.
type ResumeRule uint8

// What a suspended broadcast does when its clusters are free again.
const (
	ResumeAtCut ResumeRule = iota + 1 // go on where the air was cut
	Restart                           // play the item again from its start
	Drop                              // never by itself
)

// Standing is one row of the precedence table.
type Standing struct {
	Class    Class
	Name     string
	Resume   ResumeRule
	LateBy   time.Duration // suspended for longer it is held and asks the operator
	LiveLane bool          // sent on the live lane: short lead, no render-ahead
}

// Precedence is who may interrupt whom, and what becomes of the interrupted.
var Precedence = []Standing{
	{EmergencyLive, "emergency-live", Drop, 0, true},
	{Emergency, "emergency", Restart, 6 * time.Hour, true},
	{Live, "live", Drop, 0, true},
	{Priority, "priority", Restart, 2 * time.Hour, false},
	{Operator, "operator", ResumeAtCut, 30 * time.Minute, false},
	{Scheduled, "scheduled", ResumeAtCut, 30 * time.Minute, false},
	{Bed, "bed", Restart, 30 * time.Minute, false},
}

// StandingOf returns the class's row; the zero Standing for no class.
func StandingOf(c Class) Standing {
	for _, s := range Precedence {
		if s.Class == c {
			return s
		}
	}
	return Standing{}
}

// String returns the class's name as logs and ctl print it.
func (c Class) String() string { return StandingOf(c).Name }

// IsEmergency tells the two emergency classes from all others.
func (c Class) IsEmergency() bool { return c == Emergency || c == EmergencyLive }
