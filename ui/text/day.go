package text

// Day is what the screens of the day say beside their own books: F3, F8, F9,
// F10.
type Day struct {
	Undo  DayUndo
	Week  DayWeek
	Dry   DayDry
	Items DayItems
	Store DayStore
	Log   DayLog
	Cause DayCause
	Rules DayRules
	Enrol DayEnrol
	Feast DayFeast
	Ways  DayWays
	Rungs Rungs
	Cards DayCards
	Bed   DayBed
}

// DayBed is the music under the spoken items of a slot.
type DayBed struct{ Field, Hint, None, Key string } // Key %s: the bed

// DayUndo is what is said when an act cannot be taken back.
type DayUndo struct{ Gone string }

// DayWeek is the week of the timetable.
type DayWeek struct {
	Views          [3]string // hint of the key that leads to the list, the week, the dry run
	Heard          string
	Sum, SumAll    string // %d starts in %d days, %s
	Days           string // %s to %s
	Minutes, Empty string
	Legend         string // %s glyph
	Next, Place    string // hints: the other week, another place
}

// DayDry is the dry run.
type DayDry struct {
	Reckoning, Well        string
	Span                   string // %s to %s, %s quiet hours
	Overlap                string // %s time, %s title, %s with, %s how long
	Quiet                  string // %s time, %s title, %s how long
	NoItem, Nowhere        string // %s time, %s title
	More                   string // %d days more
	Where                  string // %s clusters
	Modes                  [4]string
	Checking, Ask, AskMore string // Ask %s; AskMore %d
}

// DayFeast is what a slot does on public holidays.
type DayFeast struct {
	Field, Hint string
	Words       [3]string // as on other days, silent, then alone
}

// DayItems is the window that picks the items of a slot.
type DayItems struct {
	Title, Chosen, None, Keys string // Chosen %d, %s
	Gone, Hint                string
	Hints                     [3]string // add, remove the last, done
}

// DayStore is the library.
type DayStore struct {
	Columns  [6]string // title, kind, length, loudness, by, when
	Loud     [5]string // far too quiet, quiet, right, loud, far too loud
	By       string    // %s who, %s when
	Rate     string    // %s a second, %s left
	Bytes    [3]string // %s: kB, MB, GB
	Stop     string
	Nothing  string
	Found    string // %d
	Complete string
	Unknown  string
}

// DayLog is what F8 adds.
type DayLog struct {
	AllDays    string
	Older, End string // Older: reading; End %d
	Hint       string
}

// DayCause is F9's grouping.
type DayCause struct {
	Heads   [3]string // new, seen, over
	Group   map[string]string
	Many    string // %d more
	Members string // %s
	Open    string
	InBook  string // part of an event's sentence that goes without saying in the book
	One     string // %d
}

// DayRules is what F10 adds.
type DayRules struct {
	Quiet, QuietHint, NoQuiet, BadQuiet string
	Session, SessionHint                string
	NewPhrase, NoPhrase, RemovePhrase   string // RemovePhrase %d
	FullPhrase                          string // %d
	ZoneClusters, ZoneHint, BadClusters string // BadClusters %s
}

// DayEnrol is how a cluster is let in.
type DayEnrol struct {
	New, Title, Open, Waiting string    // Title %s
	Fields, Hints             [3]string // name, number, zones
	Code, Address, Key        string
	How                       string // %s, %s
	Left, Over                string // Left %s
	Came                      string // %d %s
	Done                      string
	BadNumber                 string
}
