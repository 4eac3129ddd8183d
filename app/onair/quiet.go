package onair

import (
	"fmt"
	"time"

	"loaxa/app/station"
)

// Peace is how the hours of peace were passed over.
type Peace struct {
	By    string        // who was refused last
	What  string        // … and what: the same again is meant
	Asked time.Duration // mono: when; 0: nobody
	Open  time.Duration // mono: until then they are passed over
}

// Bounds of the way round the hours of peace.
const (
	peaceAgain = time.Minute   // the same person asks again within: it is meant
	peaceOpen  = 2 * time.Hour // … and holds so long
)

// peace refuses what is no emergency in the hours of peace, and says whose rule
// it is. Who asks again within a minute is heard, and the log says so.
func (d *decision) peace(in station.Intent) *station.Refusal {
	q := d.s.Books.Rules.Quiet
	if !d.quietNow() {
		return nil
	}
	p := &d.s.Peace
	if p.Asked > 0 && p.By == d.actor && p.What == kindOf(in) && d.now.Mono-p.Asked <= peaceAgain {
		p.Open, p.Asked = d.now.Mono+peaceOpen, 0
		d.note(station.Event{Kind: station.EvSettings, Reason: "quiet-passed", Title: quietWords(q)})
		return nil
	}
	return no(station.QuietHours, quietWords(q), 0)
}

func kindOf(in station.Intent) string { return fmt.Sprintf("%T", in) }

func quietWords(q station.Quiet) string {
	return fmt.Sprintf("%02d:%02d–%02d:%02d, %s", q.From/60, q.From%60, q.Until/60, q.Until%60, q.By)
}

// quietNow tells whether the hours of peace hold and nobody passed over them.
func (d *decision) quietNow() bool {
	if d.now.Quality != station.ClockGood || d.now.Mono < d.s.Peace.Open {
		return false
	}
	at := d.now.Wall.In(d.s.zone())
	return d.s.Books.Rules.Quiet.Has(at.Hour()*60 + at.Minute())
}

// peaceTick lets the queue end at the beginning of the hours of peace.
func (d *decision) peaceTick() {
	if d.s.Counters.Running && d.quietNow() {
		d.holdQueue("quiet-hours")
		d.note(station.Event{Kind: station.EvQueue, Reason: "quiet-hours"})
	}
}

// slotPeace names what of a slot breaks the rules of the station.
func (d *decision) slotPeace(sl station.Slot) *station.Refusal {
	r := d.s.Books.Rules
	total := time.Duration(0)
	for _, id := range sl.Items {
		total += d.s.Items[id].Length
	}
	switch {
	case sl.Off:
	case r.Quiet.Has(sl.Minute):
		return no(station.QuietSlot, quietWords(r.Quiet), 0)
	case r.Session > 0 && total > r.Session:
		return no(station.LongSession, r.Quiet.By, int(r.Session.Minutes()))
	}
	return nil
}

// quietOK checks the rules of peace that were typed.
func quietOK(r *station.Rules, old station.Rules, actor string) *station.Refusal {
	day := func(m int) bool { return m >= 0 && m < 24*60 }
	switch {
	case !day(r.Quiet.From) || !day(r.Quiet.Until):
		return no(station.BadRule, "quiet-rule", 0)
	case r.Session != 0 && (r.Session < station.MinSession || r.Session > station.MaxSession):
		return no(station.BadRule, "session", int(station.MaxSession.Minutes()))
	}
	was := old.Quiet
	if r.Quiet.By = was.By; r.Quiet.From != was.From || r.Quiet.Until != was.Until || r.Session != old.Session {
		r.Quiet.By = actor
	}
	return nil
}
