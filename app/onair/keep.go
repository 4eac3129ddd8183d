package onair

import (
	"fmt"
	"strings"

	"loaxa/app/station"
)

// journalRepaired writes down what a repair did and asks a person to look.
func (d *decision) journalRepaired(r station.Repair) {
	reason, title := "journal-whole", ""
	if len(r.Lost) > 0 {
		reason, title = "journal-lost", lossWords(r)
	}
	d.fault("journal-"+r.At.UTC().Format("20060102T150405"), station.EvRepaired, "", title, reason)
	d.note(station.Event{Kind: station.EvRepaired, Reason: reason, Title: title})
}

// lossWords names what was lost by number, time and class, in no language.
func lossWords(r station.Repair) string {
	var out []string
	for _, l := range r.Lost {
		if len(out) == 3 {
			out = append(out, "…")
			break
		}
		s := fmt.Sprintf("#%d–%d", l.From, l.To)
		if l.Open {
			s = fmt.Sprintf("#%d–?", l.From)
		}
		if !l.Since.IsZero() {
			s = fmt.Sprintf("%s %s–%s", s, l.Since.Format("02/01 15:04"), l.Until.In(l.Since.Location()).Format("02/01 15:04"))
		}
		if len(l.Classes) > 0 {
			s += " (" + strings.Join(l.Classes, ", ") + ")"
		}
		out = append(out, s)
	}
	return strings.Join(out, "; ")
}

// keepReport says when the second copies of the journal begin to fail and when
// they work again.
func (d *decision) keepReport(was, now station.KeepReport) {
	d.keeps("side", was.SideFailing, now.SideFailing, now.SideWhy)
	d.keeps("copies", was.CopyFailing, now.CopyFailing, now.CopyWhy)
}

func (d *decision) keeps(what string, was, now bool, why string) {
	switch {
	case now && !was:
		reason := what + "-fail"
		if why == station.JournalSuspect {
			reason, why = station.JournalSuspect, ""
		}
		d.fault(what, station.EvCopies, "", "", reason)
		d.note(station.Event{Kind: station.EvCopies, Reason: reason, Title: why})
	case was && !now:
		d.mended(what)
		d.note(station.Event{Kind: station.EvCopies, Reason: what + "-work"})
	}
}
