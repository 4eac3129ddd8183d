package station

// SlotFile is what a timetable file would do to the timetable.
type SlotFile struct {
	Changes  []SlotChange
	Wrong    []FileWrong  // then there are no changes: a file is taken whole or not at all
	Overlaps []DryFinding // of what is new or changed
}

// SlotChange is one slot of a file.
type SlotChange struct {
	Slot Slot // with the number of the one that it changes; 0: it is new
	Same bool // the timetable has it just so
}

// FileWrong is a place in a timetable file that cannot be read.
type FileWrong struct {
	Line   int
	Column string // time, title, items, days, where, mode, holidays, from, until; empty: the line
	Value  string
}
