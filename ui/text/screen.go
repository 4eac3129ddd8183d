package text

// LogScreen is F8.
type LogScreen struct {
	Title, Reading, NoBooks, None string
	Tabs                          [2]string // broadcasts, everything
	Kinds                         [6]string // everything, emergency, live, list and timetable, faults, refused
	Filter, Showing               string    // Showing %s
	HeardAll, HeardPart, NotYet   string    // %d of %d
	OnAir, Missed, Unknown, Whole string    // Missed %s; Unknown names
	Receipts, Played              string    // Played %s
	Recording, Exporting, Saved   string    // Saved %s path
	Failed, Drill, Cuts           string    // Failed %s; Cuts %d
	Hints                         [5]string
	Heard                         [4]string // all, part, none, unknown
}

// PlanScreen is F3.
type PlanScreen struct {
	Title                        string
	Tabs                         [3]string // today, timetable, library
	Nothing, Slots, NoSlots      string    // Slots %s %s
	Now, Fixed, NoFixed          string    // the countdowns: Now %s; Fixed %s %s
	Over, Under, Fits            string    // %s
	End                          string    // %s %s
	State                        [5]string
	Mode                         [4]string // letters
	ModeWords                    [4]string
	Days                         [7]string // short, from Monday
	Daily                        string
	Fields                       [7]string // name, time, days, items, where, mode, on
	FieldHints                   [7]string
	On, Off, Save, New           string
	Delete, Skip, SkipAsk, Fill  string // Delete %s; Skip %s; SkipAsk %s %s
	PlayMissed, Undone           string // PlayMissed %s
	Kind, KindHint, RemoveItem   string // RemoveItem %s
	Kinds                        [5]string
	BadTime, BadDays, BadItems   string // BadItems %s
	BadWhere, FillNone, FillWill string // BadWhere %s; FillWill %d %s
	Hints                        [8]string
	Heard                        string // head of the slots' list
}

// SettingsScreen is F10.
type SettingsScreen struct {
	Title            string
	Tabs             [4]string // station, zones, clusters, this machine
	Station          [6]string // name, limit, silence, chime, siren, hotline
	StationHints     [6]string
	Phrases          string // %d
	PhraseHint       string
	Save, Saved      string
	Chime, NoChime   string
	NewZone, NoZones string
	ZoneName         string
	Clusters         [8]string // name, number, kind, zones, head, phone, lat, lon
	ClusterHints     [8]string
	Tested, Remove   string // %s
	RemoveZone       string // %s
	BadNumber        string // %s field
	Nothing, Folder  string // Folder %s
	Version, Key     string // %s
	Hints            [5]string
}

// Record is the second half of F4: record, hear, send.
type Record struct {
	Live, Record, Mode        string
	Will, Begin               string
	Going, Stop, Wait         string // Going %s
	Done, Hear, Send          string // Done %s length; Hear %s; Send %s
	Queue, Drop, Kept         string
	Heard, Sent, Queued, Gone string // Heard %s
}

// Correct is what F12 adds to an open emergency.
type Correct struct {
	Correct, AllClear        string
	WillCorrect, WillClear   string // %s where
	Corrected, Cleared       string
	CorrectDrill, ClearDrill string
}
