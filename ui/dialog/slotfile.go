package dialog

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"loaxa/app/station"
	"loaxa/ui/panel"
	"loaxa/ui/theme"
)

// slotFile takes a timetable from a file: its path, then what would change,
// then the change, which one Ctrl+Z takes back whole.
type slotFile struct {
	path   textinput.Model
	folder folder
	read   bool // the file is to be read
	seq    int
	waits  bool
	file   *station.SlotFile // nil: nothing was read yet
	rows   list
	why    string
}

func newSlotFile() *slotFile {
	f := &slotFile{path: newInput("", 4096)}
	f.path.Focus()
	return f
}

// key takes a key; close: the operator leaves.
func (f *slotFile) key(s *panel.Scene, msg tea.Msg) (r Result, close bool) {
	key := press(msg)
	path := strings.TrimSpace(f.path.Value())
	switch {
	case key == "esc" && f.file != nil:
		f.file = nil
	case key == "esc":
		return Result{}, true
	case f.waits:
	case key == "tab" && path != "" || key == "enter" && strings.HasSuffix(path, "/"):
		f.folder.ask(f.path.Value())
	case key == "enter" && path != "" && (f.file == nil || len(f.file.Wrong) > 0):
		f.read, f.why = true, ""
	case key == "ctrl+g" && f.file != nil:
		puts := f.puts()
		if len(puts) == 0 {
			return Result{}, false
		}
		put := station.SlotsPut{Put: puts, File: filepath.Base(path)}
		return Result{Intent: put, Sent: fmt.Sprintf(s.T.SlotFile().Done, len(puts)), Undo: f.undo(s, put.File)}, true
	case f.file != nil:
		f.rows.key(key, len(f.file.Changes), 10)
	default:
		editInput(&f.path, msg)
		f.folder.why = ""
	}
	return Result{}, false
}

// puts are what the file writes into the timetable.
func (f *slotFile) puts() (out []station.Slot) {
	for _, c := range f.file.Changes {
		if !c.Same {
			out = append(out, c.Slot)
		}
	}
	return out
}

// undo takes all of them back in one act: what was changed as it was, what was
// new out again.
func (f *slotFile) undo(s *panel.Scene, file string) *Undo {
	type name struct {
		title  string
		minute int
	}
	var back []station.Slot
	added, after := map[name]int{}, station.SlotID(0)
	for _, old := range s.Snap.Plan.Slots {
		after = max(after, old.ID)
	}
	for _, c := range f.file.Changes {
		if !c.Same && c.Slot.ID == 0 {
			added[name{c.Slot.Title, c.Slot.Minute}]++
		}
		for _, old := range s.Snap.Plan.Slots {
			if !c.Same && old.ID == c.Slot.ID {
				back = append(back, old)
			}
		}
	}
	return &Undo{Words: s.T.Dialog.Plan.Ask.Undone, Back: func(snap *station.Snapshot, _ func(station.EntryID) station.EntryID) []station.Intent {
		left, put := maps.Clone(added), station.SlotsPut{File: file, Undo: true}
		for _, now := range snap.Plan.Slots {
			if i := slices.IndexFunc(back, func(old station.Slot) bool { return old.ID == now.ID }); i >= 0 {
				put.Put = append(put.Put, back[i])
			}
			n := name{now.Title, now.Minute}
			if now.ID <= after || left[n] == 0 {
				continue
			}
			left[n]--
			put.Remove = append(put.Remove, now.ID)
		}
		if len(put.Put)+len(put.Remove) == 0 {
			return nil
		}
		return []station.Intent{put}
	}}
}

func (f *slotFile) want() *Ask {
	switch {
	case f.folder.asked && !f.folder.waiting:
		f.folder.seq++
		f.folder.asked, f.folder.waiting = false, true
		return &Ask{Kind: AskTables, Seq: f.folder.seq, Asked: Asked{Path: f.folder.typed}}
	case f.read && !f.waits:
		f.seq++
		f.read, f.waits = false, true
		return &Ask{Kind: AskSlots, Seq: f.seq, Asked: Asked{Path: f.path.Value()}}
	}
	return nil
}

func (f *slotFile) told(s *panel.Scene, t Told) {
	switch {
	case t.Kind == AskTables && t.Seq == f.folder.seq:
		f.folder.take(s, &f.path, t)
	case t.Kind != AskSlots || t.Seq != f.seq:
	case t.Err != "" || t.Slots == nil:
		f.waits, f.why, f.file = false, fmt.Sprintf(s.T.SlotFile().Bad, panel.Clean(t.Err)), nil
	default:
		f.waits, f.file, f.rows.at = false, t.Slots, 0
	}
}

func (f *slotFile) hints(s *panel.Scene) []panel.KeyHint {
	h, esc := s.T.SlotFile().Hints, panel.KeyHint{Key: "Esc", Word: s.T.Dialog.Plan.Hints[7]}
	if f.file != nil && len(f.file.Wrong) == 0 {
		return []panel.KeyHint{{Key: "Ctrl+G", Word: h[1]}, esc}
	}
	return []panel.KeyHint{{Key: "Enter", Word: h[0]}, esc}
}

func (f *slotFile) lines(s *panel.Scene, w, room int) []panel.Line {
	t := s.T.SlotFile()
	out := []panel.Line{panel.L(theme.Title, " "+t.Title)}
	for _, l := range indent(t.Form, w) {
		out = append(out, panel.L(theme.Dim, " "+l))
	}
	out = append(out, inputLine(s, t.Path, &f.path, w))
	switch {
	case f.waits:
		return append(out, panel.L(theme.Dim, " "+t.Reading))
	case f.why != "":
		for _, l := range indent(f.why, w) {
			out = append(out, panel.L(theme.Warn, " "+l))
		}
		return append(out, panel.L(theme.Key, " "+t.Keys))
	case f.file == nil:
		out = append(out, panel.L(theme.Key, " "+t.Keys))
		return append(out, f.folder.lines(s, w, max(1, room-len(out)))...)
	case len(f.file.Wrong) > 0:
		return append(out, f.wrong(s, room-len(out))...)
	}
	return append(out, f.preview(s, w, room-len(out))...)
}

// wrong names the places that cannot be read, the first ones where there are
// too many for the screen.
func (f *slotFile) wrong(s *panel.Scene, room int) []panel.Line {
	t := s.T.SlotFile()
	out := []panel.Line{panel.L(theme.Warn, " "+fmt.Sprintf(t.WrongHead, len(f.file.Wrong)))}
	for _, x := range f.file.Wrong {
		if len(out) >= max(2, room) {
			break
		}
		words := fmt.Sprintf(t.WrongLine, x.Line)
		if x.Column != "" {
			words = fmt.Sprintf(t.Wrong, x.Line, t.Columns[x.Column], panel.Cut(panel.Clean(x.Value), 40))
		}
		out = append(out, panel.L(theme.Plain, "   "+words))
	}
	return out
}

// preview lists what would change, and what would overlap then.
func (f *slotFile) preview(s *panel.Scene, w, room int) []panel.Line {
	t := s.T.SlotFile()
	var n [3]int
	for _, c := range f.file.Changes {
		n[kindOfChange(c)]++
	}
	out := []panel.Line{panel.L(theme.Plain, " "+fmt.Sprintf(t.Sum, n[0], n[1], n[2]))}
	for i, o := range f.file.Overlaps {
		if i < max(1, room/4) {
			out = append(out, panel.L(theme.Warn, " "+panel.Cut(fmt.Sprintf(t.Overlap, o.First.Format("15:04"), panel.Clean(o.Title), panel.Clean(o.With)), w-2)))
		}
	}
	do := t.Do
	if n[0]+n[1] == 0 {
		do = t.Nothing
	}
	out = append(out, panel.L(theme.Key, " "+do))
	return append(out, f.rows.rows(len(f.file.Changes), max(1, room-len(out)), func(i int) panel.Line {
		c := f.file.Changes[i]
		k := kindOfChange(c)
		role := [3]theme.Role{theme.Good, theme.Warn, theme.Dim}[k]
		left := panel.Line{{R: role, S: " " + panel.Pad(t.Kinds[k], 7) + " "}, {R: theme.Key, S: s.T.Dialog.Plan.Slot.Mode[letters[c.Slot.Mode]] + " "},
			{R: theme.Plain, S: clockOf(c.Slot.Minute) + "  "}, {R: theme.Dim, S: panel.Pad(daysWords(s, c.Slot.Days), 12) + " "}, {R: theme.Plain, S: panel.Clean(c.Slot.Title)}}
		return panel.Spread(left, panel.L(theme.Dim, "  "+s.Where(c.Slot.Targets, s.Meant(c.Slot.Targets), true)+" "), w)
	})...)
}

// kindOfChange: 0 new, 1 changed, 2 as it is.
func kindOfChange(c station.SlotChange) int {
	switch {
	case c.Same:
		return 2
	case c.Slot.ID != 0:
		return 1
	}
	return 0
}
