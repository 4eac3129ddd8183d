package boot

import (
	"context"
	"errors"
	"slices"
	"time"

	"loaxa/app/station"
	"loaxa/audio/library"
)

// Times of the check of what is to be played.
const (
	itemLook  = time.Minute // between two looks whether the files are there
	nightFrom = 1           // o'clock: from then on, until nightTo, whole files are read
	nightTo   = 5
)

// watchItems sees each minute that the files of what is to be played are there,
// and reads them whole once a night, so that what is bad is known before it is
// due.
func (s *stationRooms) watchItems(ctx context.Context) {
	c := itemCheck{lib: s.lib, snap: s.desk.Snapshot, report: s.desk.Report, told: map[station.ItemID]string{}}
	for pauseFor(ctx, itemLook) {
		c.there()
		wall, q := s.clock.Wall()
		if q == station.ClockGood {
			c.night(ctx, wall.In(Saigon))
		}
	}
}

// itemCheck belongs to one goroutine.
type itemCheck struct {
	lib    *library.Library
	snap   func() *station.Snapshot
	report func(station.Fact)
	told   map[station.ItemID]string // what was said of an item last; bounded by the timetable and the queue
	read   string                    // the day for which whole files were read
}

// due are the items of the timetable and the queue.
func (c *itemCheck) due() (ids []station.ItemID) {
	snap, seen := c.snap(), map[station.ItemID]bool{}
	relays := map[station.ItemID]bool{} // no files
	for _, it := range snap.Items {
		if it.Relay() {
			relays[it.ID] = true
		}
	}
	add := func(id station.ItemID) {
		if !seen[id] && !relays[id] {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	for _, e := range snap.Queue.Entries {
		add(e.Item)
	}
	for _, slot := range snap.Plan.Slots {
		if slot.Off {
			continue
		}
		for _, id := range slot.Items {
			add(id)
		}
		if slot.Bed != "" {
			add(slot.Bed)
		}
	}
	for id := range c.told {
		if !seen[id] {
			c.tell(id, "") // nobody will play it
			delete(c.told, id)
		}
	}
	return ids
}

// tell reports what changed.
func (c *itemCheck) tell(id station.ItemID, wrong string) {
	if c.told[id] != wrong {
		c.report(station.ItemChecked{ID: id, Wrong: wrong})
	}
	c.told[id] = wrong
}

// there looks whether the files are there; it reads none.
func (c *itemCheck) there() {
	for _, id := range c.due() {
		switch has := c.lib.Has(library.ID(id)); {
		case !has:
			c.tell(id, station.ItemMissing)
		case c.told[id] == station.ItemMissing:
			c.tell(id, "")
		}
	}
}

// night reads whole files, once for each day, and keeps what it decodes of those
// that are due in the day that comes. A check that the end of the night cuts short
// goes on in the next.
func (c *itemCheck) night(ctx context.Context, now time.Time) {
	day := now.Format(time.DateOnly)
	if c.read == day || now.Hour() < nightFrom || now.Hour() >= nightTo {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, (nightTo-nightFrom)*time.Hour)
	defer cancel()
	soon := soonItems(c.snap(), now)
	for _, id := range c.due() {
		err := checkItem(ctx, c.lib, c.snap(), id, soon)
		if ctx.Err() != nil {
			return
		}
		c.tell(id, itemWord(err))
	}
	c.read = day
}

// checkItem reads an item whole.
func checkItem(ctx context.Context, lib *library.Library, snap *station.Snapshot, id station.ItemID, soon []station.ItemID) error {
	if !slices.Contains(soon, id) {
		_, err := lib.Verify(ctx, library.ID(id), nil)
		return err
	}
	_, err := lib.Prepare(ctx, library.ID(id), library.Prepared{Samples: soundOf(snap, id), Keep: amongItems(soon)})
	return err
}

func itemWord(err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, library.ErrUnknown):
		return station.ItemMissing
	case errors.Is(err, library.ErrChanged):
		return station.ItemAltered
	}
	return station.ItemDamaged
}
