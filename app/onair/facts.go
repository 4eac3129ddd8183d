package onair

import (
	"fmt"
	"slices"
	"time"

	"loaxa/app/station"
)

func (d *decision) fact(f station.Fact) {
	d.actor = "station"
	switch f := f.(type) {
	case station.PieceStarted:
		d.pieceStarted(f)
	case station.PieceEnded:
		d.pieceEnded(f)
	case station.Drained:
		d.drained(f.Broadcast)
	case station.AirSound:
		d.airSound(f)
	case station.Closed:
		d.mended(noAirKey(f.Broadcast))
		d.closed(f)
	case station.ClusterReport:
		d.clusterReport(f)
	case station.MicReport:
		d.micReport(f)
	case station.BoardReport:
		d.boardReport(f)
	case station.UpstreamReport:
		d.upstreamReport(f)
	case station.SavedReport:
		d.savedReport(f)
	case station.ItemAdded:
		d.itemAdded(f.Item)
	case station.RosterSet:
		d.rosterSet(f)
	default:
		d.booksFact(f)
	}
}

// booksFact is what the timetable, the recorder and the doors report.
func (d *decision) booksFact(f station.Fact) {
	switch f := f.(type) {
	case station.Recorded:
		d.recorded(f)
	case station.RelayBack:
		d.relayBack(f.Item)
	case station.SlotDue:
		d.slotDue(f)
	case station.DueReport:
		d.s.Plan.Due = slices.Clone(f.Due)
	case station.PoleRefused:
		d.poleRefused(f)
	case station.StrangerRefused:
		d.strangerRefused(f)
	case station.JournalRepaired:
		d.journalRepaired(f.Repair)
	case station.OrderRefused:
		d.orderRefused(f.RefusedOrder)
	case station.KeysReceived:
		d.keysReceived(f)
	case station.Enrolled:
		d.enrolled(f)
	case station.BedStarted:
		d.bedStarted(f)
	case station.PoleAlone:
		d.poleAlone(f)
	case station.ItemChecked:
		d.itemChecked(f)
	case station.AccountsSet:
		d.accountsSet(f)
	case station.SentOnlySet:
		d.sentOnlySet(f)
	case station.SentReport:
		d.sentReport(f)
	case station.BooksCompared:
		d.booksCompared(f)
	default:
		panic(fmt.Sprintf("onair: fact %T has no case", f))
	}
}

func (d *decision) pieceStarted(f station.PieceStarted) {
	b := d.s.find(f.Broadcast)
	if b == nil || !b.Flags.Opened || b.Flags.Queue && !d.queueStarted(b, f.Tag) {
		return
	}
	i := slices.IndexFunc(b.Pieces, func(p station.Piece) bool { return p.Tag == f.Tag })
	if i < 0 {
		return
	}
	d.ripen(b, d.now) // what is heard has begun, whatever the clock says
	b.Pieces = b.Pieces[i:]
	b.Pieces[0].From = f.From
	b.PieceAt = d.now
	if b.Class != station.Bed {
		b.Ladder = station.Ladder{} // what is due
	}
	d.soundAgain()
	if b.Phase != station.OnAir {
		b.Phase, b.Since = station.OnAir, d.now
	}
	b.Flags.Heard = true
	p := b.Pieces[0]
	switch p.Kind {
	case station.FromMic:
		b.Flags.Speak = true
		d.keepSaid(b)
		d.note(d.about(b, station.EvMic, "open"))
	default:
		e := d.about(b, station.EvItem, string(p.Kind))
		e.Item, e.Pos = p.Item, f.From
		if p.Title != "" {
			e.Title = p.Title
		}
		d.note(e)
	}
}

// queueStarted makes the queue say what the air does: the entry that sounds is
// the first one. False when it was taken out while it was already on its way.
func (d *decision) queueStarted(b *Broadcast, tag string) bool {
	i := slices.IndexFunc(d.s.Queue, func(e station.QueueEntry) bool { return entryTag(e.ID) == tag })
	if i < 0 {
		d.cue(station.CueSkip{Broadcast: b.ID})
		return false
	}
	e := d.s.Queue[i]
	if i > 0 {
		d.s.Queue = slices.Insert(slices.Delete(d.s.Queue, i, i+1), 0, e)
		for j := range d.s.Queue {
			d.s.Queue[j].Order = int64(j+1) * orderStep
		}
	}
	if b.Next == e.ID {
		b.Next = 0
	}
	b.Title = e.Title
	if !slices.ContainsFunc(b.Pieces, func(p station.Piece) bool { return p.Tag == tag }) {
		b.Pieces = []station.Piece{d.s.piece(e)}
	}
	return true
}

func (d *decision) pieceEnded(f station.PieceEnded) {
	b := d.s.find(f.Broadcast)
	if b == nil {
		return
	}
	kind, reason := station.EvItemEnd, ""
	if f.Broken != "" {
		kind, reason = station.EvBroken, f.Broken
	}
	i := slices.IndexFunc(b.Pieces, func(p station.Piece) bool { return p.Tag == f.Tag })
	e := d.about(b, kind, reason)
	e.Pos = f.Played
	if i >= 0 {
		e.Item = b.Pieces[i].Item
		if b.Pieces[i].Title != "" {
			e.Title = b.Pieces[i].Title
		}
	}
	d.note(e)
	if f.Broken != "" {
		d.fault("broken-"+e.Title, station.EvBroken, "", e.Title, reason)
	}
	drillMute := f.Broken != "" && b.Flags.Drill && i >= 0 && b.Pieces[i].Kind == station.FromSpeech
	switch {
	case i < 0 || b.Flags.Queue:
	case f.Broken != "": // told ahead of its turn: what sounds goes on
		b.Pieces = slices.Delete(b.Pieces, i, i+1)
	default:
		ended := b.Pieces[i]
		b.Pieces = b.Pieces[i+1:]
		d.utteranceEnded(b, ended)
	}
	d.voiceOver(b)
	if b.Flags.Queue {
		d.entryEnded(f.Tag)
		if b.Next != 0 && len(d.s.Queue) > 0 && d.s.Queue[0].ID == b.Next {
			b.Pieces, b.Next = []station.Piece{d.s.piece(d.s.Queue[0])}, 0
		} else if i == 0 {
			b.Pieces = nil // heard to its end: cut now it would not come again
		}
	}
	if drillMute {
		// A drill that cannot say that it is one is never aired.
		d.end(b.ID, "drill-needs-speech")
	}
}

func (d *decision) drained(id station.BroadcastID) {
	b := d.s.find(id)
	if b == nil || !b.Flags.Opened {
		return
	}
	b.Flags.Opened = false // playout has closed it already
	d.end(id, "done")
}

func (d *decision) closed(f station.Closed) {
	b := d.s.find(f.Broadcast)
	if b == nil {
		return
	}
	b.Flags.Closing = false
	if len(b.Pieces) == 0 {
		d.end(b.ID, "done") // it was cut in its last moment
		return
	}
	if f.Tag == "" {
		return
	}
	if b.Flags.Queue {
		d.cutEntry(f.Tag, f.At)
		if i := slices.IndexFunc(d.s.Queue, func(e station.QueueEntry) bool { return entryTag(e.ID) == f.Tag }); i == 0 {
			b.Pieces = []station.Piece{d.s.piece(d.s.Queue[0])}
		}
	} else if i := slices.IndexFunc(b.Pieces, func(p station.Piece) bool { return p.Tag == f.Tag }); i >= 0 {
		b.Pieces = b.Pieces[i:]
		b.Pieces[0].From = f.At
	}
	e := d.about(b, station.EvItemEnd, "cut")
	e.Pos = f.At
	if len(b.Pieces) > 0 {
		e.Item = b.Pieces[0].Item
	}
	d.note(e)
}

func (d *decision) clusterReport(f station.ClusterReport) {
	c := d.s.cluster(f.ID)
	if c == nil {
		return
	}
	k := d.s.known(f.ID)
	if f.Up {
		d.muteAgain(c, !k.Up || !k.Ever, k.Health, f.Report)
	}
	if k.Up != f.Up || !k.Ever {
		k.Since = d.now
		kind := station.EvClusterLost
		if f.Up {
			kind = station.EvClusterUp
		}
		d.note(station.Event{Kind: kind, Cluster: c.ID, Number: c.Number, Title: c.Name, Reason: f.Why})
		if f.Up {
			d.mended("lost-" + string(c.ID))
		} else {
			d.fault("lost-"+string(c.ID), station.EvClusterLost, c.ID, c.Name, f.Why)
		}
	}
	k.Up, k.Ever, k.Why = f.Up, true, f.Why
	if f.Up {
		d.poleFault(*c, k.Health.Why, f.Report.Why)
		d.heard(&k, f.Report)
		k.sensed(f.Report)
		k.sample(d.now.Mono, f.Report)
		k.Report, k.Health = d.now, f.Report
	}
	d.setKnown(f.ID, k)
}

// heard adds what was really played since the last report to the broadcast's
// account, frames that came too late or not at all left out.
func (d *decision) heard(k *ClusterKnown, h station.ClusterHealth) {
	if h.Playing == 0 || h.PlayedUntil <= 0 {
		return
	}
	if h.PlayedUntil > k.Health.PlayedUntil || h.Playing != k.Health.Playing {
		k.Proof = d.now
	}
	good := h.Account.OnTime + h.Account.Repaired
	before := uint64(0)
	if k.Health.Playing == h.Playing && good >= k.Health.Account.OnTime+k.Health.Account.Repaired {
		before = k.Health.Account.OnTime + k.Health.Account.Repaired
	}
	if d.s.find(h.Playing) == nil && !slices.ContainsFunc(d.s.Receipts, func(r pendingReceipt) bool { return r.Broadcast == h.Playing }) {
		return // nobody waits for an account of it
	}
	m := orNew(k.Heard)
	m[h.Playing] += time.Duration(good-before) * 20 * time.Millisecond
	k.Heard = m
}

// poleFault rings when a pole says that something is wrong with it, such as an
// output that it does not have, and notes when that is over.
func (d *decision) poleFault(c station.Cluster, was, is string) {
	if was == is {
		return
	}
	if is == "" {
		d.mended("pole-" + string(c.ID))
		return
	}
	d.note(station.Event{Kind: station.EvClusterFault, Cluster: c.ID, Number: c.Number, Title: c.Name, Reason: is})
	d.fault("pole-"+string(c.ID), station.EvClusterFault, c.ID, c.Name, is)
}

// shakyWindow is how long a gap keeps a cluster shaky, once or twice over.
const shakyWindow = 10 * time.Second

// sample keeps the account of one to two windows ago: a cluster is judged by
// what it missed lately, not by the first second of an hour.
func (k *ClusterKnown) sample(now time.Duration, h station.ClusterHealth) {
	a := h.Account
	cur := Sample{now, h.Playing, a.Due, a.Concealed + a.Late + a.Dropped}
	old := k.Window[1]
	switch {
	case old.Of != cur.Of || old.Due > cur.Due:
		k.Window = [2]Sample{{At: now, Of: cur.Of}, cur}
	case now-old.At >= shakyWindow:
		k.Window = [2]Sample{old, cur}
	}
}

// shaky tells whether more than one frame in shakyShare was missing lately.
func (k *ClusterKnown) shaky() bool {
	a := k.Health.Account
	old := k.Window[0]
	if a.Due < old.Due {
		return false
	}
	due, missing := a.Due-old.Due, a.Concealed+a.Late+a.Dropped-old.Missing
	return due > shakyShare && missing*shakyShare > due
}

func (d *decision) micReport(f station.MicReport) {
	if f.State != d.s.Known.Mic.State {
		d.s.Known.MicSince = d.now
	}
	d.s.Known.Mic = f
	d.micFaults()
}

func (d *decision) boardReport(f station.BoardReport) {
	i := slices.IndexFunc(d.s.Boards, func(b station.Board) bool { return b.ID == f.ID })
	if i < 0 {
		return
	}
	k := d.s.Known.Boards[f.ID]
	if k.Up != f.Up {
		k.Up, k.Since = f.Up, d.now
	}
	if f.Up && f.Pixels != "" {
		k.Pixels, k.Card, k.Confirmed = f.Pixels, f.Card, d.now
	}
	switch wrong := f.Up && f.Pixels != "" && f.Want != "" && f.Pixels != f.Want; {
	case !wrong:
		k.Wrong = station.Stamp{}
		d.mended(boardKey(f.ID))
	case k.Wrong == station.Stamp{}:
		k.Wrong = d.now
	}
	d.s.Known.Boards[f.ID] = k
}

func (d *decision) upstreamReport(f station.UpstreamReport) {
	was := d.s.Known.Upstream
	d.s.Known.Upstream = f
	d.clocksApart(f)
	if f.Up == was.Up || !f.Configured {
		return
	}
	kind := station.EvUpstreamLost
	if f.Up {
		kind = station.EvUpstreamUp
	}
	d.note(station.Event{Kind: kind, Reason: f.Why})
}

func (d *decision) savedReport(f station.SavedReport) {
	was := d.s.Known.Saved
	d.s.Known.Saved = f
	d.keepReport(was.Keep, f.Keep)
	if f.Failing == was.Failing {
		return
	}
	reason := "works"
	if f.Failing {
		reason = "fails"
		d.fault("disk", station.EvDisk, "", "", f.Why)
	} else {
		d.mended("disk")
	}
	d.note(station.Event{Kind: station.EvDisk, Reason: reason, Title: f.Why})
}
