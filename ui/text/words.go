package text

import "loaxa/app/station"

// Head is line 1.
type Head struct {
	Ready, Preparing, Drill, Paused string
	StillOpen, OnAirNow             string // an emergency not ended: %s age, %s text; what plays beside it: %s
	Everywhere, Long, Short         string // where: the commune; %d clusters
	ReadBy                          string // %s
	More                            string // %d other programmes
	NoLink, NoLinkShort             string // %s since when
	Joining                         string
	DefaultTitle                    string
}

// Count is line 2.
type Count struct {
	Clusters, ClustersShort           string
	PlayingShort                      string // %d
	Unconfigured, Up, UpSending       string // UpSending %d entries
	Cut, CutShort                     string // %s age, %d entries
	Upstream                          string
	Faults, FaultsNone, FaultsCounted string    // FaultsCounted %d
	Disk, DiskShort                   string    // %s since
	NoInternet                        [2]string // long, short: %s age, %d clusters on SIM cards, %d entries
}

// Cluster is the cluster panel.
type Cluster struct {
	Title, TitleShort             string    // %d
	Columns                       [5]string // number, place, kind, does it sound, age of the report
	NotSure, NotSureShort         string
	Call, Sample                  string // %s name, %s number; marks an invented number
	Below                         string // %d more
	Keys                          string
	Targets, TargetsAll, NoRoster string // %d marked
	Never                         string
	Tried                         Tried
}

// Proof is what may be said of one cluster's sound.
type Proof struct {
	Lost, Unknown, NoReport, Idle, Muted string // Lost %s age
	Playing, Virtual, VirtualFalse, File string
	Sounds                               [2]string // its amplifier does; the microphone before its horn hears it
	Ordered, Stale, Missed               string    // Stale %s; Missed %d seconds
	NoLink                               string
	Short                                [4]string // for a narrow list: unknown, lost %s, missed %d, stale
}

// Map is the map panel.
type Map struct {
	Title, Demo, Legend    string // Title %s; Legend five glyphs
	Zoom, ZoomShort        string
	Hidden, NoPlace, Empty string // %d
	Bare, Source           string // Bare %d; Source %s
}

// Queue is the play list panel.
type Queue struct {
	Title, Empty, EmptyHow string
	After
	HeldLate, HeldHand, Stopped string
	Next, Left, Now, Until      string // Left %s; Until %s %s
	Keys, More, In              string // More %d; In %s
}

// After says by what the play list goes on.
type After struct {
	AfterLive, AfterEmergency, AfterDrill, AfterOperator, AfterSlot string
}

// Mic is the microphone panel.
type Mic struct {
	Title, Ready, Press, Stop string
	Open, Speak, OpenLine     string
	Chime, Limit, LimitShort  string    // %s
	Levels                    [4]string // good, too quiet, too loud, nothing comes
	OutTitle, OutNone, Level  string
	Stages
}

// Stages is what the microphone does beside being open.
type Stages struct {
	Preparing, ReadyOf     string // ReadyOf %d of %d
	Silent, Recording      string // Silent %s
	OffAir, Test, NotOnAir string
	Soon                   string // %s until it closes by itself
}

// Board is the board panel.
type Board struct {
	Title, TitleExact, None       string // %s name, %d×%d
	Confirmed, ConfirmedShort     string // %s age
	Mismatch, Never, Down, Unsent string // Down %s
	Default, Line, More           string // Line %s size; More %d
	Emergency, Drill, Clips       string
}

// Foot is the lines at the bottom.
type Foot struct {
	Refused, Failed, Saved, NotYet string // Failed %s; NotYet %s
	Unheard                        string // an urgent act did not reach the station
	StopArmed, Stopped             string
	Removed                        string // Removed %s
	Marked, Unmarked, AllPlaces    string // %s
	Mute                           Mute
	TooSmall, TooSmallHow          string // %d×%d
	NoEvents                       string
}

// Unit is how figures are written.
type Unit struct {
	Seconds, Minutes, Hours, Days, HoursMinutes string
	Weekdays                                    [7]string // from Sunday
	Kilometre, Metre                            string    // %s
}

// Dialogs are the windows over the main screen.
type Dialogs struct {
	Emergency Emergency
	Ask       Ask
	Live      Live
	Pick      Pick
	Card      Card
	Info      Info
	Demo      Demo
	Held      Held
	Lists     Lists
	Screens
}

// Screens are the full-size screens and what the sample commune shows.
type Screens struct {
	Log      LogScreen
	Plan     PlanScreen
	Settings SettingsScreen
	Record   Record
	Correct  Correct
	Trials   Trials
	Tour     Tour
	First    First
	Compose  Composer
	Above    Above
	Day      Day
	Booth    Booth
	People   People
	CAP      CAPIn
}

// Emergency is the window of F12.
type Emergency struct {
	Title, DrillTitle, OpenTitle string
	Reach, NotSure               string // %d of %d; %s
	SirenMic, SirenText, Drill   string
	End, EndDrill, Open          string // Open %s age, %s who
	Choose, Air, Leave           string
}

// Ask is the rest of the emergency window.
type Ask struct {
	WillMic, WillText, WillSiren string // %s where
	WillDrillMic, WillDrillText  string // %s where
	WillEnd, Cuts                string // Cuts %s
	NoText, Level, LevelKeys     string // Level %s
	DrillText, Placeholder       string
	TooLong, NoMic               string // TooLong %d
	Sent                         string
}

// Live is the window of F4.
type Live struct {
	Title, Will, Cuts, NotSure string // Will %s; Cuts %s; NotSure %s
	Name, Placeholder          string
	Go, Targets                string
	Sent                       string
	Only, All                  string // of an emergency: the marked clusters only (%d), or everywhere
}

// Pick is the library window.
type Pick struct {
	Title, Search, Path, PathHint string // Title %d
	None, NoItems                 string
	Keys, PathKeys                string
	Will                          string // %s where
	Importing, Imported, Failed   string // %s
	Cancelled, Added              string
	Here                          [2]string // heard on this machine, %s; silent again
}

// Card is the board composer.
type Card struct {
	Title, Placeholder, Exact, Drawing string // Title %s
	Keys, Will, WillDefault, Confirm   string // Will %s
	NoPreview, Sent, All               string
	Screen                             string
	Hints                              [6]string
	CardSays
}

// CardSays is what F5 says of a card and a board.
type CardSays struct {
	Clips, Scrolls, Fresh string
	Now, Unproved         string
}

// Info is the window of one cluster, of help and of leaving.
type Info struct {
	Cluster, Close, Report, ProofAt, Output string // Cluster %d %s
	Zones, Head, State, Mute, Unmute        string
	Help, Scroll                            string
	Quit, QuitStays, QuitDemo               string
}

// Tried are the words for what the tests of a loudspeaker found last.
type Tried struct {
	Night, Tone, Never string
	Found              map[station.TrialFound]string
}

// Demo is the card of the sample commune.
type Demo struct {
	Title, Try, Begin, Close string
	Lines                    [4]string
}

// Held is the window that asks what becomes of a programme cut too long ago.
type Held struct {
	Title, Line, Keys, Wait string // Line %s
}

// Lists are the windows of faults and of the log.
type Lists struct {
	Faults, FaultsNone     string
	Acked, Over, New       string
	Ack, AckAll, SinceWhen string                       // SinceWhen %s
	Advice                 map[station.EventKind]string // what to do about a fault
	Account, Clock, Buffer string                       // technical lines
	Version, Level         string
}

// Keys names the keys' acts, for help, footer and the printed card.
type Keys struct {
	Title, Key, Act, Screens, Acts, Lists string
	Short                                 map[string]string // by act, in the footer
	Long                                  map[string]string // by act, in help
	Group                                 map[string]string
	Note                                  string
	Line                                  CommandLine
}

// CommandLine is the line of ":" and the window that finds places.
type CommandLine struct {
	Title, Hint, Unknown, Nearest, Commands string // Unknown %s; Nearest %s what was typed, %s the nearest
	FindWords
	Zone, ZoneKind, Box, BoxFrom string // Zone %s; ZoneKind %d clusters
	Reach                        string // %s where; %d of %d
	HelpKeys, HelpNone           string
	Names, Help                  map[string]string // by act: its words, separated by "|"; what it does
}

// Disabled says why a key does nothing now.
type Disabled struct {
	NoStation, NoQueue, NoEntry, NoCluster string
	NotBuilt, NoBoard, NoArchive, NoUndo   string
	Playing, NoMic, NotPlaying, NoEvents   string
	NotDemo, PlaysNow                      string
	Unknown                                string // %s key
}

// FindWords is the window that finds places.
type FindWords struct {
	Find, FindHint, FindKeys, NoPlace, NoMap string
}
