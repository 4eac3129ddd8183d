package onair

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"loaxa/app/station"
)

// Answer is what became of an intent.
type Answer struct {
	Seq     uint64              `json:"seq"`   // journal sequence of its last record; 0 while not saved
	Saved   bool                `json:"saved"` // it is on disk
	Started station.BroadcastID `json:"started,omitempty"`
	Refusal *station.Refusal    `json:"refusal,omitempty"`
	later   <-chan Answer
}

// Later gives one more answer to an urgent intent: whether the disk has it. It
// is nil when the first answer was the last word.
func (a Answer) Later() <-chan Answer { return a.later }

// Bounds of the desk's inboxes.
const (
	intentWait = 200 * time.Millisecond // then a typed refusal, never queued behind the operator's back
	urgentWait = 2 * time.Second        // … for what is urgent: pressed once, it is worth the wait
	saveWait   = 5 * time.Second        // then who asked is told that the disk does not have it; no healthy card takes that long
	tickEvery  = 250 * time.Millisecond
	signsEvery = 50 * time.Millisecond // signs of life alone make no more pictures than this; the next tick shows the last
)

type request struct {
	in    station.Intent
	actor string
	by    *station.Person
	reply chan Answer // buffered 2: decided, then saved; the desk never waits for who asked
}

// told is a fact; done is closed when it is decided and can be seen.
type told struct {
	fact station.Fact
	done chan struct{}
}

// Desk is the one goroutine that owns the on-air state. Submit, Report,
// Snapshot and Subscribe are safe for concurrent use.
type Desk struct {
	parts    Parts
	requests chan request // unbuffered: an intent is taken or refused
	facts    chan told    // 1024: a burst of reports of a large commune; full: the reporter waits
	snap     atomic.Pointer[station.Snapshot]
	state    State    // owned by Run
	head     Playhead // of the run before
	rev      uint64
	said     time.Duration // monotonic, when who watches was last told
	drawnAt  time.Duration // monotonic, when the newest picture was made
	strips   map[station.BoardID]drawn
	mu       sync.Mutex // guards subs
	subs     map[chan struct{}]bool
	done     chan struct{}
}

type drawn struct {
	board station.Board
	card  station.Card
	strip station.Strip
	hash  string
}

// NewDesk returns a desk with the state of a fresh or recovered station. It
// decides nothing before Run.
func NewDesk(parts Parts, state State, head Playhead) *Desk {
	d := &Desk{parts: parts, requests: make(chan request), facts: make(chan told, 1024),
		state: state.clone(), head: head, strips: map[station.BoardID]drawn{}, subs: map[chan struct{}]bool{}, done: make(chan struct{})}
	d.publish(true)
	return d
}

// Run decides until ctx ends. Call it once.
func (d *Desk) Run(ctx context.Context) {
	defer close(d.done)
	tick := time.NewTicker(tickEvery)
	defer tick.Stop()
	d.restart()
	for {
		happened := false
		select {
		case <-ctx.Done():
			var out Outcome
			d.state, out = Stopped(d.state, d.parts.Now())
			d.write(out, nil)
			return
		case r := <-d.requests:
			happened = d.decide(Input{Intent: r.in, Actor: r.actor, By: r.by}, &r)
		case f := <-d.facts:
			happened = d.decide(Input{Fact: f.fact}, nil)
			seen, more := d.drainFacts()
			seen = slices.DeleteFunc(append(seen, f), func(f told) bool { return f.done == nil })
			if happened || more || len(seen) > 0 || d.parts.Now().Mono-d.drawnAt >= signsEvery {
				d.publish(happened || more)
			}
			for _, f := range seen {
				close(f.done)
			}
			continue
		case <-tick.C:
			happened = d.decide(Input{Tick: true}, nil)
		}
		d.publish(happened)
	}
}

// drainFacts takes what else was reported before the next picture is made.
func (d *Desk) drainFacts() (seen []told, happened bool) {
	for range 64 {
		select {
		case r := <-d.requests: // nobody who asks waits behind what is reported
			happened = d.decide(Input{Intent: r.in, Actor: r.actor, By: r.by}, &r) || happened
			continue
		default:
		}
		select {
		case f := <-d.facts:
			happened = d.decide(Input{Fact: f.fact}, nil) || happened
			seen = append(seen, f)
		default:
			return seen, happened
		}
	}
	return seen, happened
}

// restart takes up what the station was doing when it ended.
func (d *Desk) restart() {
	state, out := Restarted(d.state, d.head, d.parts.Now())
	d.state = state
	if err := d.parts.Crew.Cue(out.Cues); err != nil {
		d.parts.Warn("cue not carried out", err)
	}
	d.write(out, nil)
	d.publish(true)
}

// decide tells whether something happened.
func (d *Desk) decide(in Input, r *request) bool {
	state, out := Decide(d.state, in, d.parts.Now())
	d.state = state
	if len(out.Cues) > 0 {
		if err := d.parts.Crew.Cue(out.Cues); err != nil {
			d.parts.Warn("cue not carried out", err)
		}
	}
	d.write(out, r)
	return tells(in, out)
}

// write hands the events to the journal and answers who asked: an urgent
// intent at once, any other when the disk has it.
func (d *Desk) write(out Outcome, r *request) {
	ans := Answer{Refusal: out.Refusal, Started: out.Started}
	if r != nil && (out.Refusal != nil || station.Urgent(r.in)) {
		r.reply <- ans
		if out.Refusal != nil {
			r = nil
		}
	}
	if len(out.Events) == 0 {
		if r != nil {
			ans.Saved, ans.Seq = true, d.state.Known.Saved.Seq // it changed nothing
			r.reply <- ans
		}
		return
	}
	err := d.parts.Journal.Write(out.Events, func(seq uint64, err error) {
		if r == nil {
			return
		}
		if err != nil {
			ans.Refusal = &station.Refusal{Code: station.NotSaved, Subject: err.Error()}
		} else {
			ans.Seq, ans.Saved = seq, true
		}
		r.reply <- ans
	})
	if err == nil {
		return
	}
	d.parts.Warn("journal full", err)
	if r != nil {
		ans.Refusal = &station.Refusal{Code: station.NotSaved, Subject: err.Error()}
		r.reply <- ans
	}
}

// Submit asks the desk. It returns when the intent is decided and, unless it is
// urgent, saved. On a disk that fails it returns after 5 s with NotSaved: the
// intent was done, the journal keeps it to be written, and nobody may trust it
// yet. The error is ctx's; a decision of no is in Answer.Refusal.
func (d *Desk) Submit(ctx context.Context, in station.Intent, actor string) (Answer, error) {
	return d.ask(ctx, request{in, actor, nil, make(chan Answer, 2)})
}

// SubmitAs is Submit for somebody at the socket, who may not do everything.
func (d *Desk) SubmitAs(ctx context.Context, in station.Intent, by station.Person) (Answer, error) {
	return d.ask(ctx, request{in, by.Name(), &by, make(chan Answer, 2)})
}

func (d *Desk) ask(ctx context.Context, r request) (Answer, error) {
	in := r.in
	wait := intentWait
	if station.Urgent(in) {
		wait = urgentWait
	}
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case d.requests <- r:
	case <-t.C:
		return Answer{Refusal: &station.Refusal{Code: station.DeskBusy}}, nil
	case <-d.done:
		return Answer{Refusal: &station.Refusal{Code: station.StationStopping}}, nil
	case <-ctx.Done():
		return Answer{}, ctx.Err()
	}
	t.Reset(saveWait)
	select {
	case a := <-r.reply:
		if station.Urgent(in) && a.Refusal == nil {
			a.later = r.reply
		}
		return a, nil
	case <-t.C:
		why := d.Snapshot().Saved.Why
		if why == "" {
			why = "the disk does not answer"
		}
		return Answer{Refusal: &station.Refusal{Code: station.NotSaved, Subject: why}}, nil
	case <-d.done:
		return Answer{Refusal: &station.Refusal{Code: station.StationStopping}}, nil
	case <-ctx.Done():
		return Answer{}, ctx.Err()
	}
}

// Report gives the desk a fact. It waits while the desk's inbox is full.
func (d *Desk) Report(f station.Fact) {
	select {
	case d.facts <- told{fact: f}:
	case <-d.done:
	}
}

// Tell gives the desk a fact and waits until the snapshot shows what came of
// it. The error is ctx's.
func (d *Desk) Tell(ctx context.Context, f station.Fact) error {
	t := told{f, make(chan struct{})} // closed once, by Run
	select {
	case d.facts <- t:
	case <-d.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case <-t.done:
		return nil
	case <-d.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Snapshot is the newest picture, never nil; see publish.
func (d *Desk) Snapshot() *station.Snapshot { return d.snap.Load() }

// Subscribe returns a one-slot signal that a newer snapshot is there, and how
// to end it.
func (d *Desk) Subscribe() (<-chan struct{}, func()) {
	c := make(chan struct{}, 1)
	d.mu.Lock()
	d.subs[c] = true
	d.mu.Unlock()
	return c, func() {
		d.mu.Lock()
		delete(d.subs, c)
		d.mu.Unlock()
	}
}
