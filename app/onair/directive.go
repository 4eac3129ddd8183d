package onair

import (
	"slices"

	"loaxa/app/station"
)

// directive does what a tier above wants beside orders. It interrupts nothing.
// All of it is done or nothing.
func (d *decision) directive(in station.DirectiveReceived) *station.Refusal {
	o := in.Directive
	d.actor = clip(o.Issuer)
	title, r := "", (*station.Refusal)(nil)
	switch o.Kind {
	case station.DirectNotice:
		title, r = d.directNotice(o)
	case station.DirectTimetable:
		r = d.directTimetable(o)
	case station.DirectSettings:
		r = d.directSettings(o)
	default:
		r = no(station.OrderMalformed, "", 0)
	}
	if r != nil {
		return r
	}
	d.note(station.Event{Kind: station.EvDirective, Title: title, Reason: "direct-" + o.Kind.String()},
		station.Record{Class: station.ClassDirect, Key: o.ID.String(), Value: station.DirectiveRecord{ID: o.ID, Issuer: o.Issuer, Kind: o.Kind,
			Version: o.Version, IssuedAt: o.IssuedAt, At: d.now, Via: clip(in.Via), Document: in.Document}})
	return nil
}

// directNotice puts the words before a person, who says that they were seen.
func (d *decision) directNotice(o station.Directive) (string, *station.Refusal) {
	n, err := o.Notice()
	if err != nil {
		return "", no(station.OrderMalformed, "", 0)
	}
	if n.Board && len(d.s.Boards) > 0 {
		if r := d.cardPublish(station.CardPublish{Text: n.Text}); r != nil {
			return "", r
		}
	}
	title := firstLine(n.Text)
	d.fault("directive-"+o.ID.String(), station.EvDirective, "", clip(o.Issuer)+": "+title, "direct-notice")
	return title, nil
}

// directTimetable replaces the issuer's slots. The station's own stay.
func (d *decision) directTimetable(o station.Directive) *station.Refusal {
	t, err := o.Timetable()
	if err != nil {
		return no(station.OrderMalformed, "", 0)
	}
	for _, s := range t.Slots {
		if r := d.slotOK(&s); r != nil {
			return r
		}
	}
	old := slices.Clone(d.s.Plan.Slots)
	kept := len(old)
	for _, s := range old {
		if s.Above == o.Issuer {
			kept--
		}
	}
	if kept+len(t.Slots) > station.MaxSlots {
		return no(station.TooMany, "", station.MaxSlots)
	}
	for _, s := range old {
		if s.Above == o.Issuer {
			if r := d.slotRemove(s.ID); r != nil {
				return r
			}
		}
	}
	for _, s := range t.Slots {
		s.Above = o.Issuer
		if r := d.slotPut(s); r != nil {
			return r
		}
	}
	return nil
}

// directSettings sets what people are told in an emergency.
func (d *decision) directSettings(o station.Directive) *station.Refusal {
	s, err := o.Settings()
	if err != nil {
		return no(station.OrderMalformed, "", 0)
	}
	rules := d.s.Books.Rules
	if s.Hotline != nil {
		rules.Hotline = *s.Hotline
	}
	if s.Phrases != nil {
		rules.Phrases = *s.Phrases
	}
	return d.settingsPut(rules)
}
