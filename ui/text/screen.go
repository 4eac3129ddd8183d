package text

// LogScreen is F8.
type LogScreen struct {
	Title, Reading, NoBooks, None string
	Tabs                          [2]string // broadcasts, everything
	Kinds                         [6]string // everything, emergency, live, list and timetable, faults, refused
	Filter                        string
	Hints                         [5]string
	Heard                         [5]string // all, part, none, unknown, sent
	Row                           LogRow
	Who                           LogWho
	File                          LogFile
}

// LogRow is one broadcast in a line.
type LogRow struct {
	HeardAll, HeardPart, NotYet string // %d of %d
	OnAir, Drill, Cuts, Others  string // Cuts and Others %d
}

// LogWho says who heard a broadcast.
type LogWho struct {
	Missed, Unknown, Whole      string // Missed and Unknown %s
	Receipts, Played, Recording string // Played %s
	NotAgain                    string
}

// LogFile is what is said of an export.
type LogFile struct {
	Exporting, Saved, Failed string // Saved and Failed %s
	Slow                     string
	Typing                   string // a form is open
}

// PlanScreen is F3.
type PlanScreen struct {
	Title   string
	Tabs    [3]string // today, timetable, library
	Nothing string
	State   [5]string // of a start: coming, on air, aired, missed, skipped
	Hints   [8]string
	Count   PlanCount
	Slot    PlanSlot
	Form    PlanForm
	Ask     PlanAsk
	Item    PlanItem
}

// PlanCount is the countdowns.
type PlanCount struct {
	Now, Fixed, NoFixed string // Now %s; Fixed %s %s
	Far                 string // %s
	Over, Under, Fits   string // %s
	End                 string // %s %s
}

// PlanSlot is a line of the timetable.
type PlanSlot struct {
	Slots, NoSlots  string // Slots %s %s
	Mode, ModeWords [4]string
	Days            [7]string // short, from Monday
	Daily, New      string
	Heard           string // head of the list
	Delete, On, Off string // Delete %s
}

// PlanForm is the form of a slot.
type PlanForm struct {
	Fields, Hints              [7]string // name, time, days, items, where, mode, on
	Save                       string
	BadTime, BadDays, BadItems string // BadItems %s
	BadWhere                   string // %s
}

// PlanAsk is what is asked before it is done, and said after.
type PlanAsk struct {
	Skip, SkipAsk, PlayMissed string // Skip %s; SkipAsk %s %s; PlayMissed %s
	Undone                    string
	Fill, FillNone, FillWill  string // FillWill %d %s %s
}

// PlanItem is an item of the library.
type PlanItem struct {
	Kind, KindHint, Remove string // Remove %s
	Kinds                  [5]string
}

// SettingsScreen is F10.
type SettingsScreen struct {
	Title       string
	Tabs        [5]string // station, prepared texts, zones, clusters, this machine
	Save, Saved string
	BadNumber   string // %s field
	Hints       [5]string
	Rules       SetRules
	Zone        SetZone
	Cluster     SetCluster
	Machine     SetMachine
}

// SetRules is the form of the station.
type SetRules struct {
	Fields, Hints       [6]string // name, limit, silence, chime, siren, hotline
	Phrases, PhraseHint string    // Phrases %d
	Chime, NoChime      string
	Voice               Voice
}

// SetZone is the zones.
type SetZone struct{ New, None, Name, Remove string } // Remove %s

// SetCluster is the form of a cluster.
type SetCluster struct {
	Fields, Hints  [8]string // name, number, kind, zones, head, phone, lat, lon
	Tested, Remove string    // %s
}

// SetMachine is what is said of this machine.
type SetMachine struct{ Nothing, Folder, Version, Key string } // but Nothing %s

// Record is the second half of F4: record, hear, send.
type Record struct {
	Going, Stop, Wait string // Going %s
	Done, Hear, Send  string // Done %s length; Hear %s; Send %s
	Queue, Drop       string
	Choose            RecordChoose
	Said              RecordSaid
}

// RecordChoose is the choice between speaking live and recording.
type RecordChoose struct{ Live, Record, Mode, Will, Begin string }

// RecordSaid is what is said after.
type RecordSaid struct{ Heard, Sent, Queued, Gone, Kept string } // Heard %s

// Correct is what F12 adds to an open emergency.
type Correct struct {
	Correct, AllClear        string
	WillCorrect, WillClear   string // %s where
	Corrected, Cleared       string
	CorrectDrill, ClearDrill string
	Phrase                   string // %d of %d
}

// Trials is the window that breaks parts of the sample commune.
type Trials struct {
	Title, Intro, Keys string
	Whole, Broken      string
	Names, See         map[string]string // by trial: what it is, what to look at
}

// Tour is the seven steps of the sample commune.
type Tour struct {
	Title, Line string    // Line %d of %d: %s
	Steps, More [7]string // what to do first, and what after that; "-": nothing
	Hear        string    // the third part of the second step
	End         [5]string
}
