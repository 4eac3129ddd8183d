package dialog

import (
	"slices"

	"loaxa/app/station"
	"loaxa/ui/panel"
)

// Undo takes one act back, however many intents it was.
type Undo struct {
	Words string // is said when it was taken back
	// Back gives what takes the act back, reckoned from what is there now; none:
	// nothing of the act is left. now gives the number that an entry has which
	// was removed and put back.
	Back func(s *station.Snapshot, now func(station.EntryID) station.EntryID) []station.Intent
	// Again is the entry that Back puts back under a new number; 0: none.
	Again station.QueueEntry
}

// newestEntry is the highest number in the list: what is added gets a higher one.
func newestEntry(s *station.Snapshot) (id station.EntryID) {
	for _, e := range s.Queue.Entries {
		id = max(id, e.ID)
	}
	return id
}

// Always is an Undo that needs nothing to be looked up.
func Always(words string, in ...station.Intent) *Undo {
	return &Undo{Words: words, Back: func(*station.Snapshot, func(station.EntryID) station.EntryID) []station.Intent { return in }}
}

// UndoAdd takes added items out of the list again, all of them at once. One
// that plays by now is left to play.
func UndoAdd(s *panel.Scene, items ...station.ItemID) *Undo {
	after := newestEntry(s.Snap)
	return &Undo{Words: s.T.Dialog.Plan.Ask.Undone, Back: func(snap *station.Snapshot, _ func(station.EntryID) station.EntryID) (out []station.Intent) {
		left := slices.Clone(items)
		for _, e := range snap.Queue.Entries {
			i := slices.Index(left, e.Item)
			if e.ID <= after || i < 0 {
				continue
			}
			left = slices.Delete(left, i, i+1)
			if e.ID != snap.Queue.Current {
				out = append(out, station.QueueRemove{ID: e.ID})
			}
		}
		return out
	}}
}

// UndoRemove puts an entry back at its old place.
func UndoRemove(s *panel.Scene, e station.QueueEntry, at int) *Undo {
	u := Always(s.T.Dialog.Plan.Ask.Undone, station.QueueAdd{Item: e.Item, Targets: e.Targets, At: at})
	u.Again = e
	return u
}

// UndoMove moves an entry back to where it stood.
func UndoMove(s *panel.Scene, id station.EntryID, from int) *Undo {
	return &Undo{Words: s.T.Dialog.Plan.Ask.Undone, Back: func(_ *station.Snapshot, now func(station.EntryID) station.EntryID) []station.Intent {
		return []station.Intent{station.QueueMove{ID: now(id), To: from}}
	}}
}

// undoSlot takes a slot back to what it was, or out again when it is new.
func undoSlot(s *panel.Scene, sl station.Slot) *Undo {
	words := s.T.Dialog.Plan.Ask.Undone
	for _, old := range s.Snap.Plan.Slots {
		if old.ID == sl.ID {
			return Always(words, station.SlotPut{Slot: old})
		}
	}
	var after station.SlotID
	for _, old := range s.Snap.Plan.Slots {
		after = max(after, old.ID)
	}
	return &Undo{Words: words, Back: func(snap *station.Snapshot, _ func(station.EntryID) station.EntryID) []station.Intent {
		for _, now := range snap.Plan.Slots {
			if now.ID > after && now.Title == sl.Title && now.Minute == sl.Minute {
				return []station.Intent{station.SlotRemove{ID: now.ID}}
			}
		}
		return nil
	}}
}
