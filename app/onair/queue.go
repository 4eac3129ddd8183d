package onair

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"loaxa/app/station"
)

func entryTag(id station.EntryID) string { return "e" + strconv.FormatUint(uint64(id), 10) }

func (d *decision) entry(id station.EntryID) int {
	return slices.IndexFunc(d.s.Queue, func(e station.QueueEntry) bool { return e.ID == id })
}

// piece is an entry on the air.
func (s *State) piece(e station.QueueEntry) station.Piece {
	p := station.Piece{Tag: entryTag(e.ID), Kind: station.FromItem, Item: e.Item, Title: e.Title, From: e.From, Entry: e.ID}
	if it := s.Items[e.Item]; it.Kind == station.KindMusic && !it.Relay() {
		p.Cross = s.Settings.Cross
	}
	return p
}

// orderStep leaves room between two entries, so that a move changes one record.
const orderStep = 1 << 20

func (d *decision) queueAdd(in station.QueueAdd) *station.Refusal {
	if _, r := d.targets(in.Targets); r != nil {
		return r
	}
	it, ok := d.s.Items[in.Item]
	switch {
	case !ok:
		return no(station.UnknownItem, string(in.Item), 0)
	case len(d.s.Queue) >= station.MaxQueue:
		return no(station.QueueFull, "", station.MaxQueue)
	}
	d.s.Counters.Entry++
	e := station.QueueEntry{ID: d.s.Counters.Entry, Item: it.ID, Title: it.Title, Length: it.Length,
		Targets: in.Targets, By: d.actor}
	at := in.At
	if at < 0 || at > len(d.s.Queue) {
		at = len(d.s.Queue)
	}
	at = max(at, d.playing())
	d.s.Queue = slices.Insert(d.s.Queue, at, e)
	d.reorder(at)
	d.note(station.Event{Kind: station.EvQueue, Reason: "add", Title: e.Title, Item: e.Item})
	return nil
}

// playing is 1 when the first entry is on the air or was cut there: nothing is
// put before it. Else 0.
func (d *decision) playing() int {
	if d.s.queueAir() != nil && len(d.s.Queue) > 0 {
		return 1
	}
	return 0
}

// reorder gives the entry at i an order between its neighbours; where there is
// no room left the whole queue is numbered anew.
func (d *decision) reorder(i int) {
	lo, hi := int64(0), int64(0)
	if i > 0 {
		lo = d.s.Queue[i-1].Order
	}
	if i+1 < len(d.s.Queue) {
		hi = d.s.Queue[i+1].Order
	} else {
		hi = lo + 2*orderStep
	}
	if hi-lo >= 2 {
		d.s.Queue[i].Order = lo + (hi-lo)/2
		return
	}
	for j := range d.s.Queue {
		d.s.Queue[j].Order = int64(j+1) * orderStep
	}
}

func (d *decision) queueRemove(id station.EntryID) *station.Refusal {
	i := d.entry(id)
	if i < 0 {
		return no(station.UnknownEntry, fmt.Sprint(id), 0)
	}
	if i == 0 && d.s.queueAir() != nil {
		return d.queueSkip()
	}
	title := d.s.Queue[i].Title
	d.s.Queue = slices.Delete(d.s.Queue, i, i+1)
	d.note(station.Event{Kind: station.EvQueue, Reason: "remove", Title: title})
	return nil
}

func (d *decision) queueMove(in station.QueueMove) *station.Refusal {
	i := d.entry(in.ID)
	if i < 0 || i < d.playing() {
		return no(station.UnknownEntry, fmt.Sprint(in.ID), 0)
	}
	e := d.s.Queue[i]
	d.s.Queue = slices.Delete(d.s.Queue, i, i+1)
	to := min(max(in.To, d.playing()), len(d.s.Queue))
	d.s.Queue = slices.Insert(d.s.Queue, to, e)
	d.reorder(to)
	d.note(station.Event{Kind: station.EvQueue, Reason: "move", Title: e.Title})
	return nil
}

func (d *decision) queuePlay() *station.Refusal {
	if len(d.s.Queue) == 0 {
		return no(station.QueueEmpty, "", 0)
	}
	if r := d.peace(station.QueuePlay{}); r != nil {
		return r
	}
	d.s.Counters.Running = true
	d.note(station.Event{Kind: station.EvQueue, Reason: "play", Title: d.s.Queue[0].Title})
	if b := d.s.queueAir(); b != nil && b.Phase == station.Held {
		b.Phase, b.Since = station.Suspended, d.now
	}
	return nil
}

func (d *decision) queuePause() *station.Refusal {
	if !d.s.Counters.Running {
		return no(station.NothingPlays, "", 0)
	}
	d.holdQueue("paused")
	return nil
}

// holdQueue stops the queue where the air is; only queuePlay lets it go on.
func (d *decision) holdQueue(reason string) {
	d.s.Counters.Running = false
	b := d.s.queueAir()
	if b == nil || b.Phase == station.Held {
		return
	}
	d.cutCue(b, true)
	if b.Flags.Opened {
		b.Flags.Opened, b.Flags.Closing = false, true
	}
	b.Phase, b.Since, b.Assigned, b.ByClass = station.Held, d.now, nil, 0
	d.note(d.about(b, station.EvSuspend, reason))
}

func (d *decision) queueSkip() *station.Refusal {
	b := d.s.queueAir()
	switch {
	case b == nil || len(d.s.Queue) == 0:
		return no(station.NothingPlays, "", 0)
	case b.Flags.Opened:
		d.cue(station.CueSkip{Broadcast: b.ID})
		d.note(station.Event{Kind: station.EvQueue, Reason: "skip", Title: d.s.Queue[0].Title})
		return nil
	}
	d.dropFirst(b, "skipped")
	return nil
}

// dropFirst takes the entry that was cut out of a queue that is not sounding.
func (d *decision) dropFirst(b *Broadcast, reason string) {
	title := d.s.Queue[0].Title
	d.s.Queue = slices.Delete(d.s.Queue, 0, 1)
	d.note(station.Event{Kind: station.EvItemEnd, Broadcast: b.ID, Class: b.Class, Title: title, Reason: reason})
	if len(d.s.Queue) == 0 || !d.s.Queue[0].Targets.Equal(b.Targets) {
		d.end(b.ID, reason)
		return
	}
	b.Pieces, b.Next = []station.Piece{d.s.piece(d.s.Queue[0])}, 0
}

// runQueue starts the play queue when it may run and nothing of it is open. An
// entry whose places are no more is left out, said and put into the fault book:
// it must not keep what follows it from being heard.
func (d *decision) runQueue() {
	if len(d.s.Queue) > 0 && len(d.s.Roster) == 0 {
		return // the list of clusters is not there yet
	}
	for d.s.Counters.Running && len(d.s.Queue) > 0 {
		e := d.s.Queue[0]
		b := d.s.queueAir()
		if ids, unknown := e.Targets.Resolve(d.s.Roster); unknown == "" && len(ids) > 0 {
			if b == nil {
				d.begin(Broadcast{Class: station.Scheduled, Who: e.By, Title: e.Title, Targets: e.Targets,
					Pieces: []station.Piece{d.s.piece(e)}, Flags: Flags{Queue: true}})
				d.out.Started = 0
			}
			return
		}
		if b != nil && (b.Flags.Opened || b.Flags.Closing) {
			return // its last place goes off the air first
		}
		d.s.Queue = slices.Delete(d.s.Queue, 0, 1)
		d.note(station.Event{Kind: station.EvBroken, Class: station.Scheduled, Title: e.Title, Item: e.Item, Reason: "unknown-target"})
		d.fault("broken-"+e.Title, station.EvBroken, "", e.Title, "unknown-target")
		if b != nil {
			d.end(b.ID, "no-targets")
		}
	}
	if len(d.s.Queue) == 0 && d.s.queueAir() == nil {
		d.s.Counters.Running = false
	}
}

// cueNext tells playout what follows the entry that plays, whenever that
// changed: the next one, if it is for the same clusters.
func (d *decision) cueNext() {
	b := d.s.queueAir()
	if b == nil || !b.Flags.Opened {
		return
	}
	var want station.EntryID
	if len(d.s.Queue) > 1 && d.s.Queue[1].Targets.Equal(b.Targets) && d.s.Counters.Running && !d.waitedFor(b) {
		want = d.s.Queue[1].ID
	}
	if want == b.Next {
		return
	}
	b.Next = want
	var p *station.Piece
	if want != 0 {
		next := d.s.piece(d.s.Queue[1])
		p = &next
	}
	d.cue(station.CueNext{Broadcast: b.ID, Piece: p})
}

// entryEnded takes a heard entry out of the queue.
func (d *decision) entryEnded(tag string) {
	i := slices.IndexFunc(d.s.Queue, func(e station.QueueEntry) bool { return entryTag(e.ID) == tag })
	if i >= 0 {
		d.s.Queue = slices.Delete(d.s.Queue, i, i+1)
	}
}

// cutEntry remembers where the air left the entry.
func (d *decision) cutEntry(tag string, at time.Duration) {
	for i := range d.s.Queue {
		if entryTag(d.s.Queue[i].ID) == tag {
			d.s.Queue[i].From = at
		}
	}
}
