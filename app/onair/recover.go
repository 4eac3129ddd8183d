package onair

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"loaxa/app/station"
)

// Records is what recovery reads: every record of a class, in any order.
type Records interface {
	Each(class string, fn func(key string, value []byte) error) error
}

// Playhead is where the air was when the station last looked, by broadcast.
type Playhead map[station.BroadcastID]station.Moving

// Recover makes the state that the records hold. What a restart makes of it is
// decided by Restarted.
func Recover(r Records, set Settings) (State, error) {
	s := State{Settings: set}.clone()
	var air []station.AirRecord
	err := firstOf(
		each(r, station.ClassCluster, func(_ string, c station.Cluster) { s.Roster = append(s.Roster, c) }),
		each(r, station.ClassBoard, func(_ string, b station.Board) { s.Boards = append(s.Boards, b) }),
		each(r, station.ClassItem, func(_ string, it station.Item) { s.Items[it.ID] = it }),
		each(r, station.ClassQueue, func(_ string, e station.QueueEntry) { s.Queue = append(s.Queue, e) }),
		each(r, station.ClassCard, func(k string, c station.Card) { s.Cards[station.BoardID(k)] = c }),
		each(r, station.ClassFault, func(_ string, f station.Fault) { s.Faults = append(s.Faults, f) }),
		each(r, station.ClassAir, func(_ string, a station.AirRecord) { air = append(air, a) }),
		each(r, station.ClassZone, func(_ string, z station.Zone) { s.Books.Zones = append(s.Books.Zones, z) }),
		each(r, station.ClassSlot, func(_ string, sl station.Slot) { s.Plan.Slots = append(s.Plan.Slots, sl) }),
		each(r, station.ClassLate, func(_ string, l station.Late) { s.Plan.Late = append(s.Plan.Late, l) }),
		each(r, station.ClassStart, func(_ string, st Start) { s.Plan.Starts = append(s.Plan.Starts, st) }),
		each(r, station.ClassOrder, s.recoverOrder),
		r.Each(station.ClassDesk, s.recoverDesk))
	if err != nil {
		return State{}, fmt.Errorf("recover the desk: %w", err)
	}
	slices.SortFunc(s.Roster, func(a, b station.Cluster) int { return cmp.Compare(a.Number, b.Number) })
	slices.SortFunc(s.Boards, func(a, b station.Board) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(s.Queue, func(a, b station.QueueEntry) int { return cmp.Compare(a.Order, b.Order) })
	slices.SortFunc(s.Faults, func(a, b station.Fault) int { return b.Since.Wall.Compare(a.Since.Wall) })
	s.sortBooks()
	slices.SortFunc(air, func(a, b station.AirRecord) int { return cmp.Compare(a.ID, b.ID) })
	for i := range s.Faults {
		// What a device or the disk said before the restart is not known now;
		// what cannot mend waits for somebody to see it.
		s.Faults[i].Over = s.Faults[i].Over || !doneOnce(s.Faults[i].Kind)
	}
	for _, a := range air {
		s.Air = append(s.Air, recoverAir(a))
	}
	return s, nil
}

// recoverDesk takes one record of class desk.
func (s *State) recoverDesk(key string, v []byte) error {
	switch key {
	case "counters":
		return json.Unmarshal(v, &s.Counters)
	case "emergency":
		return json.Unmarshal(v, &s.Open)
	case "rules":
		return json.Unmarshal(v, &s.Books.Rules)
	case "edited":
		return json.Unmarshal(v, &s.Books.Edited)
	case "joined":
		return json.Unmarshal(v, &s.Books.Joined)
	case "people":
		return json.Unmarshal(v, &s.Books.People)
	case "removed":
		return json.Unmarshal(v, &s.Books.Removed)
	case station.PoleRowsKey:
		return json.Unmarshal(v, &s.Books.PoleRows)
	case nightKey:
		return json.Unmarshal(v, &s.Trials.Night)
	case "forgotten":
		return json.Unmarshal(v, &s.Plan.Forgotten)
	case "clashes":
		return json.Unmarshal(v, &s.Upper.Clashes)
	case "notice":
		s.Books.Notice = &Notice{}
		return json.Unmarshal(v, s.Books.Notice)
	}
	if id, ok := strings.CutPrefix(key, triedKeys); ok {
		return s.recoverTried(station.ClusterID(id), v)
	}
	return nil
}

func recoverAir(a station.AirRecord) Broadcast {
	b := Broadcast{ID: a.ID, Class: a.Class, Title: a.Title, Who: a.Who, Targets: a.Targets, Pieces: a.Pieces,
		Phase: station.Suspended, Started: a.Since, Flags: Flags{Drill: a.Drill, Queue: a.Queue, Heard: !a.Since.Wall.IsZero()},
		Slot: Due{Slot: a.Slot, At: a.SlotAt, Hard: a.Hard}}
	b.Of, b.Rank, b.Trial = a.Of, a.Rank, a.Trial
	if station.StandingOf(a.Class).Resume == station.Restart {
		b.Whole = slices.Clone(a.Pieces)
	}
	return b
}

// takePlayhead brings every broadcast to where it was heard last. What was
// heard to its end since the journal's last word is over.
func (d *decision) takePlayhead(head Playhead) {
	for i := range d.s.Air {
		b := &d.s.Air[i]
		m, ok := head[b.ID]
		if !ok || b.Flags.Queue || station.StandingOf(b.Class).Resume != station.ResumeAtCut {
			continue
		}
		if j := slices.IndexFunc(b.Pieces, func(p station.Piece) bool { return p.Tag == m.Tag }); j >= 0 {
			b.Pieces = slices.Clone(b.Pieces[j:])
			b.Pieces[0].From = m.At
		}
	}
	b := d.s.queueAir()
	if b == nil {
		return
	}
	if m, ok := head[b.ID]; ok {
		i := slices.IndexFunc(d.s.Queue, func(e station.QueueEntry) bool { return entryTag(e.ID) == m.Tag })
		for range max(i, 0) {
			e := d.about(b, station.EvItemEnd, "done")
			e.Title, e.Item, e.Pos = d.s.Queue[0].Title, d.s.Queue[0].Item, d.s.Queue[0].Length
			d.note(e)
			d.s.Queue = slices.Delete(d.s.Queue, 0, 1)
		}
		if i >= 0 {
			d.s.Queue[0].From = max(d.s.Queue[0].From, m.At)
		}
	}
	if len(d.s.Queue) == 0 {
		d.end(b.ID, "done")
		return
	}
	b.Pieces = []station.Piece{d.s.piece(d.s.Queue[0])}
	if !d.s.Counters.Running {
		b.Phase = station.Held
	}
}

// Restarted is the first decision after Recover. The queue is as it was and
// goes on where the playhead stood; an emergency is read again from its
// beginning; a microphone is closed.
func Restarted(s State, head Playhead, now station.Stamp) (State, Outcome) {
	d := &decision{s: s.clone(), now: now, actor: "station"}
	d.note(station.Event{Kind: station.EvBoot})
	for i := range d.s.Air {
		d.s.Air[i].Since = now
		d.s.Air[i].Started = rebase(d.s.Air[i].Started, now)
		if d.s.Air[i].Asked = d.s.Air[i].Started; d.s.Air[i].Asked == (station.Stamp{}) {
			d.s.Air[i].Asked = now // the journal does not say when
		}
	}
	d.s.Plan.Late = slices.Clone(d.s.Plan.Late)
	for i := range d.s.Plan.Late {
		d.s.Plan.Late[i].Since = rebase(d.s.Plan.Late[i].Since, now)
	}
	d.openAgain()
	for i := range d.s.Faults {
		d.s.Faults[i].Since = rebase(d.s.Faults[i].Since, now)
	}
	for _, b := range slices.Clone(d.s.Air) {
		if station.StandingOf(b.Class).Resume == station.Drop || b.Flags.Drill || b.Trial != "" {
			d.end(b.ID, "restart")
		}
	}
	d.s.Open = slices.DeleteFunc(d.s.Open, func(em station.EmergencyView) bool { return em.Drill })
	if n := d.s.Books.Notice; n != nil && d.s.find(n.Broadcast) == nil {
		d.s.Books.Notice = nil
	}
	d.nameZones()
	d.slotsTooLate()
	d.takePlayhead(head)
	for _, b := range d.s.Boards {
		d.showCard(b)
	}
	d.runQueue()
	d.settle()
	d.cueNext()
	d.persist(s)
	return d.s, d.out
}

// rebase puts a moment of an earlier run into this run's time, by the wall
// clock; a clock that was set back makes it now, never the future.
func rebase(at, now station.Stamp) station.Stamp {
	if at.Wall.IsZero() {
		return station.Stamp{}
	}
	at.Mono = now.Mono - max(now.Wall.Sub(at.Wall), 0)
	return at
}

func each[T any](r Records, class string, fn func(key string, v T)) error {
	return r.Each(class, func(key string, b []byte) error {
		var v T
		if err := json.Unmarshal(b, &v); err != nil {
			return fmt.Errorf("record %s/%s: %w", class, key, err)
		}
		fn(key, v)
		return nil
	})
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
