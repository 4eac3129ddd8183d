package onair

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"loaxa/app/station"
)

// communeZone is the commune's time where the settings name none.
var communeZone = time.FixedZone("+07", 7*60*60)

// emergencyCorrect takes the open emergency back: it is silent at once, and
// the prepared correction is read twice where it was heard.
func (d *decision) emergencyCorrect(of station.BroadcastID) *station.Refusal {
	open := d.s.emergency(of)
	if open == nil {
		return no(station.NoEmergency, "", 0)
	}
	em := *open
	d.closeEmergency(em, "corrected")
	text := strings.ReplaceAll(d.s.Settings.Say.Correction, "{time}", d.timeOfDay(em.Since.Wall))
	b := d.notice(em, d.s.Settings.Say.CorrectionTitle, d.s.Settings.Attention, text)
	e := d.about(b, station.EvCorrection, "")
	e.Title, e.Targets = firstLine(em.Text), len(b.Targets.Match(d.s.Roster))
	d.note(e, d.cancelOf(em, b, text, false))
	return nil
}

// allClear says with its own tone that the emergency is over, but not where
// another danger is: there nobody may be told to go home.
func (d *decision) allClear(em station.EmergencyView) {
	meant := em.Targets.Match(d.s.Roster)
	left := meant
	for i := range d.s.Open {
		left = without(left, d.s.Open[i].Targets.Match(d.s.Roster))
	}
	switch {
	case len(meant) > 0 && len(left) == 0:
		d.note(station.Event{Kind: station.EvAllClear, Title: firstLine(em.Text), Reason: "danger-goes-on"})
		return
	case len(left) < len(meant):
		em.Targets = station.Targets{Clusters: left}
	}
	b := d.notice(em, d.s.Settings.Say.AllClearTitle, d.s.Settings.AllClear, d.s.Settings.Say.AllClear)
	e := d.about(b, station.EvAllClear, "")
	e.Title, e.Targets = firstLine(em.Text), len(b.Targets.Match(d.s.Roster))
	d.note(e, d.cancelOf(em, b, d.s.Settings.Say.AllClear, true))
}

// notice airs a prepared text after a tone, twice, where the emergency was
// heard, and shows it on every board until it was read. One of a drill ranks
// as the drill did and says in every sentence that it is one.
func (d *decision) notice(em station.EmergencyView, title, tone, text string) *Broadcast {
	if len(em.Targets.Match(d.s.Roster)) == 0 {
		em.Targets = station.Everywhere() // its places are no more: rather too wide than unheard
	}
	b := Broadcast{Class: station.Emergency, Who: d.actor, Title: title, Targets: em.Targets, Flags: Flags{Drill: em.Drill}}
	if of := firstLine(em.Text); of != "" {
		b.Title = firstLine(title + ": " + of)
	}
	say := func(s string) {
		b.Pieces = append(b.Pieces, station.Piece{Kind: station.FromSpeech, Text: s, Title: firstLine(s)})
	}
	drill := ""
	if em.Drill {
		b.Class = station.Live
		drill = d.s.Settings.DrillOpen + " "
		say(d.s.Settings.DrillOpen)
	}
	b.Pieces = append(b.Pieces, station.Piece{Kind: station.FromTone, Tone: tone, Title: tone})
	say(drill + text)
	say(d.s.Settings.RepeatIntro + " " + drill + text)
	b.Level = noticeLevel
	on := d.begin(b)
	d.s.Books.Notice = &Notice{on.ID, text, em.Drill, tone == d.s.Settings.AllClear}
	for _, bd := range d.s.Boards {
		d.showCard(bd)
	}
	return on
}

// noticeOver gives the boards back when the broadcast of their notice ended.
func (d *decision) noticeOver(id station.BroadcastID) {
	if n := d.s.Books.Notice; n == nil || n.Broadcast != id {
		return
	}
	d.s.Books.Notice = nil
	for _, bd := range d.s.Boards {
		d.showCard(bd)
	}
}

// noticeYields: what is new and real waits behind no notice, and none is read
// after it where it was heard: "is not true" would be taken for the new words.
// Elsewhere the notice goes on.
func (d *decision) noticeYields(to station.Targets) {
	taken := to.Match(d.s.Roster)
	for _, b := range slices.Clone(d.s.Air) {
		if b.Level != noticeLevel {
			continue
		}
		left := without(b.Targets.Match(d.s.Roster), taken)
		if len(left) == 0 {
			d.end(b.ID, "real-emergency")
			continue
		}
		d.s.find(b.ID).Targets = station.Targets{Clusters: left}
	}
}

// sentence ends what was typed with a stop, so that what follows is not read
// as a part of it.
func sentence(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || strings.ContainsAny(s[len(s)-1:], ".!?…") {
		return s
	}
	return s + "."
}

// timeOfDay says a moment as people say it: "17 giờ 42 phút".
func (d *decision) timeOfDay(t time.Time) string {
	t = t.In(d.s.zone())
	form := d.s.Settings.Say.TimeOfDay
	if t.Minute() == 0 {
		form = d.s.Settings.Say.FullHour
	}
	return strings.NewReplacer("{hour}", strconv.Itoa(t.Hour()), "{minute}", strconv.Itoa(t.Minute())).Replace(form)
}

// hotline is the sentence with the station's number, digit by digit: a number
// that is read as a sum cannot be dialled.
func (d *decision) hotline() string {
	n := d.s.Books.Rules.Hotline
	if n == "" {
		return ""
	}
	var digits []string
	for _, r := range n {
		if unicode.IsDigit(r) {
			digits = append(digits, string(r))
		}
	}
	return strings.ReplaceAll(d.s.Settings.Say.Hotline, "{number}", strings.Join(digits, " "))
}
