package onair

import (
	"cmp"
	"fmt"
	"slices"

	"loaxa/app/station"
)

// Input is one thing that reaches the desk: an intent with who asked, a fact,
// or the passing of time. Exactly one of the three.
type Input struct {
	Intent station.Intent
	Actor  string
	By     *station.Person // who asked over the socket; nil: the house itself, which asks nobody
	Fact   station.Fact
	Tick   bool
}

// Outcome is what a decision brings. Events come with the records they change;
// cues are to be carried out in their order. Refusal is set when an intent was
// turned down; then the state is as before but for the log.
type Outcome struct {
	Events  []station.Event
	Cues    []station.Cue
	Refusal *station.Refusal
	Started station.BroadcastID // the broadcast that an intent began
}

// recentEvents is how many events the screen is shown.
const recentEvents = 50

// Decide is the desk's whole judgement: no clock, no I/O, no goroutine. The
// same inputs give the same state, events and cues (I5).
func Decide(s State, in Input, now station.Stamp) (State, Outcome) {
	d := &decision{s: s.clone(), now: now, actor: in.Actor}
	d.ripe()
	switch {
	case in.Intent != nil:
		glass := false
		if glass, d.out.Refusal = d.leave(in); d.out.Refusal == nil {
			d.out.Refusal = d.intent(in.Intent)
		}
		if glass && d.out.Refusal == nil {
			d.brokeGlass(in)
		}
		if d.out.Refusal != nil {
			d.s = s.clone()
			d.out = Outcome{Refusal: d.out.Refusal}
			if d.out.Refusal.Code == station.QuietHours {
				d.s.Peace = Peace{d.actor, kindOf(in.Intent), max(now.Mono, 1), d.s.Peace.Open}
			}
			d.noteRefusal(in.Intent)
		}
	case in.Fact != nil:
		d.fact(in.Fact)
	case in.Tick:
		d.tick()
	}
	d.runSlots()
	d.runQueue()
	d.trialYields()
	d.settle()
	d.cueNext()
	d.clashes()
	d.receipts()
	d.closeOrders()
	d.persist(s)
	d.out.Cues = lastCards(d.out.Cues)
	// Sound before what is kept of it, and that before pictures.
	slices.SortStableFunc(d.out.Cues, func(a, b station.Cue) int { return cmp.Compare(rank(a), rank(b)) })
	return d.s, d.out
}

// lastCards keeps of several cards for one board the last: no board flashes
// what is old already.
func lastCards(cues []station.Cue) []station.Cue {
	have := map[station.BoardID]bool{}
	for i := len(cues) - 1; i >= 0; i-- {
		c, ok := cues[i].(station.CueCard)
		if ok && have[c.Board.ID] {
			cues = slices.Delete(cues, i, i+1)
		} else if ok {
			have[c.Board.ID] = true
		}
	}
	return cues
}

func rank(c station.Cue) int {
	switch c.(type) {
	case station.CueRecord:
		return 1
	case station.CueCard:
		return 2
	}
	return 0
}

// decision is one call of Decide at work.
type decision struct {
	s     State
	now   station.Stamp
	actor string
	out   Outcome
}

// note puts an event on the log and the screen.
func (d *decision) note(e station.Event, recs ...station.Record) {
	e.At = d.now
	if e.Actor == "" {
		e.Actor = d.actor
	}
	row := e
	e.Records = append([]station.Record{{Class: station.ClassAsRun, Value: row}}, recs...)
	d.out.Events = append(d.out.Events, e)
	if e.Kind == station.EvQueue {
		return
	}
	d.s.Recent = append([]station.Event{row}, d.s.Recent[:min(len(d.s.Recent), recentEvents-1)]...)
}

func (d *decision) cue(c station.Cue) { d.out.Cues = append(d.out.Cues, c) }

func (d *decision) about(b *Broadcast, kind station.EventKind, reason string) station.Event {
	return station.Event{Kind: kind, Broadcast: b.ID, Class: b.Class, Title: b.Title, Reason: reason,
		Drill: b.Flags.Drill}
}

// begin adds a broadcast; settle puts it on the air.
func (d *decision) begin(b Broadcast) *Broadcast {
	d.s.Counters.Broadcast++
	b.ID = d.s.Counters.Broadcast
	b.Phase = station.Preparing
	b.Since, b.Asked = d.now, d.now
	for i := range b.Pieces {
		if b.Pieces[i].Tag == "" {
			b.Pieces[i].Tag = fmt.Sprintf("%d", i+1)
		}
	}
	if station.StandingOf(b.Class).Resume == station.Restart {
		b.Whole = slices.Clone(b.Pieces)
	}
	d.s.Air = append(d.s.Air, b)
	d.out.Started = b.ID
	return &d.s.Air[len(d.s.Air)-1]
}

// end takes a broadcast off for good and writes why.
func (d *decision) end(id station.BroadcastID, reason string) {
	i := slices.IndexFunc(d.s.Air, func(b Broadcast) bool { return b.ID == id })
	if i < 0 {
		return
	}
	b := d.s.Air[i]
	d.cutCue(&b, reason != "interrupted")
	over := d.overAt(&b)
	e := d.about(&b, station.EvEnd, reason)
	switch {
	case b.Started == station.Stamp{}: // it never came on air (I3)
		e.Kind = station.EvHeld
	case b.Flags.Heard:
		e.Duration = over.Mono - b.Started.Mono
	}
	if missed := b.Slot.Slot != 0 && b.Started == (station.Stamp{}) && !byWill(reason); !missed {
		d.then(over, func() { d.note(e) }) // a start that was missed says so itself
	}
	d.s.Air = slices.Delete(d.s.Air, i, i+1)
	if b.Flags.Heard {
		if ids := d.s.places(&b).ids; len(ids) > 0 {
			d.s.Receipts = append(d.s.Receipts, pendingReceipt{Broadcast: b.ID, Title: b.Title, Class: b.Class, Due: d.now.Mono + receiptWait,
				Clusters: ids, Of: b.Of, Trial: b.Trial, Length: d.s.trialLength(&b), Cut: reason != "done"})
		}
	}
	defer d.readOver(b.Of)
	if b.Flags.Record {
		d.cue(station.CueRecord{Key: liveKey(id), Title: d.titled(b.Title, b.Started.Wall), Of: id})
	}
	d.mended(deadKey(id))
	d.mended(noAirKey(id))
	d.noticeOver(id)
	d.slotOver(&b, reason)
	if reason == "late" {
		d.listBroadcast(&b)
	}
}

// assign answers I1 and I2: for each cluster the highest class that wants it,
// the older broadcast at equal class but for a slot that starts on the second.
func (d *decision) assign() map[station.BroadcastID][]station.ClusterID {
	best := make([]int32, len(d.s.Roster)) // by place in the roster: 1 and up in Air; 0: nobody
	for i := range d.s.Air {
		b := &d.s.Air[i]
		if b.Phase == station.Held {
			continue
		}
		for _, at := range d.s.places(b).at {
			if n := best[at]; n == 0 || stands(b, &d.s.Air[n-1]) {
				best[at] = int32(i + 1)
			}
		}
	}
	got := map[station.BroadcastID][]station.ClusterID{}
	for at, n := range best {
		if n == 0 {
			continue
		}
		b := &d.s.Air[n-1]
		ids, ok := got[b.ID]
		if !ok {
			ids = make([]station.ClusterID, 0, len(d.s.places(b).ids))
		}
		got[b.ID] = append(ids, d.s.Roster[at].ID)
	}
	return got
}

// stands tells whether b has a cluster that o, an older one, wants too.
func stands(b, o *Broadcast) bool {
	switch {
	case b.Class != o.Class:
		return b.Class > o.Class
	case b.Class == station.Emergency:
		return goesFirst(b, o)
	case b.Class == station.Priority:
		return b.Rank > o.Rank
	}
	return b.Slot.Hard
}

// settle makes the air what the assignment says. Lower classes are closed
// before higher ones open, in one batch of cues.
func (d *decision) settle() {
	d.ordersOverdue()
	for d.settleOnce() {
		// What ended made room for another.
	}
	d.waits()
}

// settleOnce is true when a broadcast ended, so that the assignment is old.
func (d *decision) settleOnce() bool {
	got := d.assign()
	var drop []station.BroadcastID
	for i := range d.s.Air {
		if b := &d.s.Air[i]; b.Phase != station.Held && len(got[b.ID]) == 0 {
			d.yields(b, got)
			if d.pushOff(b) {
				drop = append(drop, b.ID)
			}
		}
	}
	for _, id := range drop {
		d.end(id, "interrupted")
	}
	var late []station.BroadcastID
	for i := range d.s.Air {
		b := &d.s.Air[i]
		ids := got[b.ID]
		switch {
		case b.Phase == station.Held || len(ids) == 0:
		case b.Class == station.Emergency && d.part(b, ids):
			d.split(b, ids)
			return true
		case b.Flags.Opened && !slices.Equal(b.Assigned, ids):
			at := station.Stamp{}
			if d.anyArmed() {
				at = d.gives(without(b.Assigned, ids), got)
			}
			b.Assigned = ids
			d.cue(station.CueTargets{Broadcast: b.ID, Clusters: ids, At: at.Mono})
		case !b.Flags.Opened && !b.Flags.Closing:
			if d.tooLate(b) {
				late = append(late, b.ID)
				continue
			}
			d.open(b, ids)
		}
	}
	for _, id := range late {
		d.hold(id)
	}
	return len(drop)+len(late) > 0
}

// part tells whether an emergency has only a part of its places, though it may
// be heard there now.
func (d *decision) part(b *Broadcast, ids []station.ClusterID) bool {
	return !b.Flags.Closing && len(d.s.places(b).ids) > len(ids)
}

// pushOff suspends b by its class's rule; true when the rule is to drop it.
func (d *decision) pushOff(b *Broadcast) bool {
	rule := station.StandingOf(b.Class).Resume
	if rule == station.Drop {
		return true
	}
	if b.Phase == station.Suspended {
		return false
	}
	b.ByClass = d.highest(b)
	if b.Flags.Opened {
		d.cutCue(b, false)
		b.Flags.Opened, b.Flags.Closing = false, true
	}
	b.Phase, b.Since, b.Assigned = station.Suspended, d.now, nil
	b.Keep = b.Yield
	if b.Started == (station.Stamp{}) {
		return false // it waits for its first moment on air
	}
	reason := "resume-at-cut"
	switch {
	case b.Keep:
		reason = "turn"
	case rule == station.Restart:
		reason = "restart"
	}
	d.then(d.overAt(b), func() { d.note(d.about(b, station.EvSuspend, reason)) })
	return false
}

// highest is the class that took b's clusters.
func (d *decision) highest(b *Broadcast) (c station.Class) {
	for i := range d.s.Air {
		if o := &d.s.Air[i]; o.ID != b.ID && o.Phase != station.Held && o.Class > c {
			c = o.Class
		}
	}
	return c
}

func (d *decision) tooLate(b *Broadcast) bool {
	limit := station.StandingOf(b.Class).LateBy
	return b.Phase == station.Suspended && limit > 0 && d.now.Mono-b.Since.Mono > limit
}

// hold keeps what came too late from sounding by itself.
func (d *decision) hold(id station.BroadcastID) {
	b := d.s.find(id)
	if b.Flags.Queue {
		d.note(d.about(b, station.EvHeld, "late"))
		b.Phase, b.Since = station.Held, d.now
		d.s.Counters.Running = false
		return
	}
	if b.Started != (station.Stamp{}) { // else its end says it
		d.note(d.about(b, station.EvHeld, "late"))
	}
	d.end(id, "late")
}

func (d *decision) open(b *Broadcast, ids []station.ClusterID) {
	kind := station.EvStart
	if b.Started != (station.Stamp{}) {
		kind = station.EvResume
	}
	switch {
	case kind == station.EvStart || b.Whole == nil:
	case b.Keep && len(b.Pieces) > 0:
		b.Pieces[0].From = 0 // no half sentence
	default:
		b.Pieces = slices.Clone(b.Whole) // the siren again, then the words
	}
	b.Keep = false
	b.Phase, b.Since, b.Assigned, b.ByClass = station.Preparing, d.now, ids, 0
	b.Flags.Opened, b.Next, b.CutAt = true, 0, station.Stamp{}
	if d.armed(b) { // its row is written at its second
		d.cue(station.CueOpen{Broadcast: b.ID, Class: b.Class, Clusters: ids, Pieces: slices.Clone(b.Pieces), At: b.Slot.Start.Mono})
		return
	}
	d.hurry(b)
	if b.Started == (station.Stamp{}) {
		b.Started = d.now
	}
	d.cue(station.CueOpen{Broadcast: b.ID, Class: b.Class, Clusters: ids, Pieces: slices.Clone(b.Pieces)})
	if kind == station.EvStart {
		d.started(b, ids)
		return
	}
	e := d.about(b, kind, "")
	e.Targets = len(ids)
	if len(b.Pieces) > 0 {
		e.Item, e.Pos = b.Pieces[0].Item, b.Pieces[0].From
	}
	d.note(e)
}
