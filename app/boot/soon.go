package boot

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"time"

	"loaxa/app/playout"
	"loaxa/app/rundown"
	"loaxa/app/station"
	"loaxa/audio/library"
	"loaxa/store"
)

// Bounds of what is decoded before it is due.
const (
	soonLook  = 15 * time.Second // between two looks at what is due
	soonAhead = 26 * time.Hour   // of the timetable: the day that comes, as the night's check sees it
	soonMost  = 400              // items looked at: more than a day plays
	soonAgain = time.Hour        // after one that came to nothing
	soonShare = 3                // for each second of work so many of rest
	soonBusy  = time.Second      // between two looks whether somebody speaks
	diskFloor = 512 << 20        // bytes that decoded copies leave on the disk, whatever their budget
)

// openLibrary opens the library, within the station file's shares of the disk.
func (s *stationRooms) openLibrary(dir string) (err error) {
	if s.lib, err = library.Open(filepath.Join(dir, "library")); err != nil {
		return err
	}
	s.lib.SetQuota(int64(s.conf.Keep.Sounds) << 30)
	return s.lib.KeepCopies(s.copies(dir))
}

// copies says how decoded copies are kept: within the station file's share, a
// quarter of what they and all else leave free, and above the disk's floor.
func (s *stationRooms) copies(dir string) library.Copies {
	most := int64(s.conf.Keep.Decoded) << 30
	return library.Copies{
		Now:    func() time.Time { t, _ := s.clock.Wall(); return t },
		Broken: func(err error) { s.warn("decoded copy not used", err) },
		Budget: func() int64 {
			if most == 0 {
				return 0
			}
			free := store.FreeSpace(filepath.Clean(dir))
			if free < 0 { // not known here
				return most
			}
			used := s.lib.UsedCopies()
			return max(min(most, (free+used)/4, free+used-diskFloor), 0)
		},
	}
}

// soonItems are the files that will be played soon, the first due first.
func soonItems(snap *station.Snapshot, now time.Time) (ids []station.ItemID) {
	seen := map[station.ItemID]bool{"": true}
	for _, it := range snap.Items {
		if it.Relay() {
			seen[it.ID] = true // no file
		}
	}
	add := func(all ...station.ItemID) {
		for _, id := range all {
			if !seen[id] && len(ids) < soonMost {
				seen[id] = true
				ids = append(ids, id)
			}
		}
	}
	for _, e := range snap.Queue.Entries {
		add(e.Item)
	}
	type start struct {
		at    time.Time
		items []station.ItemID
	}
	var starts []start
	for _, sl := range snap.Plan.Slots {
		if sl.Off {
			continue
		}
		if at := rundown.Starts(sl, now, now.Add(soonAhead), Saigon); len(at) > 0 {
			starts = append(starts, start{at[0], append(slices.Clip(sl.Items), sl.Bed)})
		}
	}
	slices.SortStableFunc(starts, func(a, b start) int { return cmp.Compare(a.at.Unix(), b.at.Unix()) })
	for _, st := range starts {
		add(st.items...)
	}
	return ids
}

func amongItems(ids []station.ItemID) func(library.ID) bool {
	set := map[library.ID]bool{}
	for _, id := range ids {
		set[library.ID(id)] = true
	}
	return func(id library.ID) bool { return set[id] }
}

// soundOf is about how many samples an item has; 0: not known.
func soundOf(snap *station.Snapshot, id station.ItemID) int64 {
	if i := slices.IndexFunc(snap.Items, func(it station.Item) bool { return it.ID == id }); i >= 0 {
		return snap.Items[i].Head + samplesOf(snap.Items[i].Length)
	}
	return 0
}

// soon decodes what is due, beside all else. It belongs to one goroutine.
type soon struct {
	lib  *library.Library
	snap func() *station.Snapshot
	log  func(id station.ItemID, err error)
	left map[station.ItemID]time.Time // what came to nothing: not again before this moment; bounded by what is due
}

// watchSoon decodes what is due soon, so that it is played without a decoder.
func (s *stationRooms) watchSoon(ctx context.Context) {
	c := soon{lib: s.lib, snap: s.desk.Snapshot, left: map[station.ItemID]time.Time{}, log: func(id station.ItemID, err error) {
		s.log.Info("no decoded copy", "item", id, "why", err)
	}}
	for pauseFor(ctx, soonLook) {
		wall, _ := s.clock.Wall() // a wrong clock costs only time
		c.look(ctx, wall)
	}
}

// look decodes what is due and has no copy yet, one after the other.
func (c *soon) look(ctx context.Context, wall time.Time) {
	snap := c.snap()
	due := soonItems(snap, wall)
	among := amongItems(due)
	if err := c.lib.ShrinkCopies(among); err != nil && !errors.Is(err, os.ErrNotExist) {
		c.log("", err)
	}
	for id := range c.left {
		if !among(library.ID(id)) {
			delete(c.left, id)
		}
	}
	for _, id := range due {
		if time.Now().Before(c.left[id]) || c.lib.HasCopy(library.ID(id)) {
			continue
		}
		_, err := c.lib.Prepare(ctx, library.ID(id), library.Prepared{Samples: soundOf(snap, id), Keep: amongBefore(due, id), Pace: c.pace, Lazy: true})
		if ctx.Err() != nil {
			return
		}
		if errors.Is(err, library.ErrBusy) || err == nil && c.lib.HasCopy(library.ID(id)) {
			continue // the night's check makes one
		}
		if c.left[id] = time.Now().Add(soonAgain); err != nil { // without an error it needs none
			c.log(id, err)
		}
	}
}

// amongBefore are the items that are due before one.
func amongBefore(due []station.ItemID, id station.ItemID) func(library.ID) bool {
	return amongItems(due[:slices.Index(due, id)])
}

// pace keeps the decoding to a quarter of a processor, and off it while somebody
// speaks or an emergency is on the air.
func (c *soon) pace(ctx context.Context, worked time.Duration) error {
	if !pauseFor(ctx, soonShare*worked) {
		return ctx.Err()
	}
	for urgent(c.snap()) {
		if !pauseFor(ctx, soonBusy) {
			return ctx.Err()
		}
	}
	return nil
}

// Times of opening what is due within seconds.
const (
	comingLook  = 3 * time.Second  // between two looks
	comingAhead = 15 * time.Second // before the second: a disk that sleeps wakes in ten
	comingAfter = 10 * time.Second // behind it, for a start that waits for the end of another
)

// watchComing opens the first item of each start, and its bed, before its second.
func (s *stationRooms) watchComing(ctx context.Context) {
	defer s.ahead.Close()
	for pauseFor(ctx, comingLook) {
		if wall, q := s.clock.Wall(); q == station.ClockGood {
			s.ahead.Want(ctx, comingItems(s.desk.Snapshot(), wall))
		}
	}
}

// comingItems are what starts around now begin with. A relay is not opened
// ahead: it would be heard late by as much.
func comingItems(snap *station.Snapshot, now time.Time) (coming []playout.Coming) {
	for _, sl := range snap.Plan.Slots {
		if sl.Off || len(sl.Items) == 0 {
			continue
		}
		for _, at := range rundown.Starts(sl, now.Add(-comingAfter), now.Add(comingAhead), Saigon) {
			for _, id := range []station.ItemID{sl.Items[0], sl.Bed} {
				i := slices.IndexFunc(snap.Items, func(it station.Item) bool { return it.ID == id })
				if i >= 0 && !snap.Items[i].Relay() {
					coming = append(coming, playout.Coming{Item: id, At: at.Unix()})
				}
			}
		}
	}
	slices.SortStableFunc(coming, func(a, b playout.Coming) int { return cmp.Compare(a.At, b.At) })
	return coming
}

// urgent is true while the microphone is open or an emergency is.
func urgent(snap *station.Snapshot) bool {
	return snap.Mic.Open || snap.Emergency != nil || slices.ContainsFunc(snap.Air, func(b station.BroadcastView) bool { return b.Class.IsEmergency() })
}
