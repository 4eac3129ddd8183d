package ui

import (
	tea "charm.land/bubbletea/v2"

	"loaxa/app/station"
	"loaxa/ui/dialog"
)

// maxPast is how many acts can be taken back, one after the other.
const maxPast = 50

// past is what was done, the newest last, and what came back under a new number.
type past struct {
	acts  []done
	again []readded
}

// done is an act with the picture that was there when its answer came.
type done struct {
	*dialog.Undo
	rev uint64
}

// readded is an entry that was put back: it has a higher number than after.
type readded struct {
	old   station.EntryID
	item  station.ItemID
	after station.EntryID
}

// push remembers an act that was done.
func (p *past) push(u *dialog.Undo, rev uint64) {
	if u == nil {
		return
	}
	if p.acts = append(p.acts, done{u, rev}); len(p.acts) > maxPast {
		p.acts = p.acts[len(p.acts)-maxPast:]
	}
}

// now is the number that an entry has in the list, also when it was removed and
// put back since.
func (p *past) now(s *station.Snapshot, id station.EntryID) station.EntryID {
	for range len(p.again) + 1 {
		found := id
		for _, e := range s.Queue.Entries {
			if e.ID == id {
				return id
			}
		}
		for _, a := range p.again {
			if a.old != id {
				continue
			}
			for _, e := range s.Queue.Entries {
				if e.ID > a.after && e.Item == a.item && (found == id || e.ID < found) {
					found = e.ID
				}
			}
		}
		if found == id {
			return id
		}
		id = found
	}
	return id
}

// takeBack takes the newest act back that can be.
func (c *Console) takeBack() tea.Cmd {
	p, s := &c.doing.past, c.known.snap
	n := len(p.acts)
	if n == 0 {
		return c.dead(c.text.Disabled.NoUndo)
	}
	u := p.acts[n-1]
	p.acts = p.acts[:n-1]
	ins := u.Back(s, func(id station.EntryID) station.EntryID { return p.now(s, id) })
	if len(ins) == 0 && s.Rev <= u.rev { // the picture of what was done is still to come
		p.acts = append(p.acts, u)
		return c.dead(c.text.Dialog.Held.Wait)
	}
	if len(ins) == 0 {
		return c.dead(c.text.Dialog.Day.Undo.Gone)
	}
	if u.Again.ID != 0 {
		var after station.EntryID
		for _, e := range s.Queue.Entries {
			after = max(after, e.ID)
		}
		if p.again = append(p.again, readded{u.Again.ID, u.Again.Item, after}); len(p.again) > maxPast {
			p.again = p.again[1:]
		}
	}
	return c.submit(ins[0], nil, u.Words, ins[1:]...)
}
