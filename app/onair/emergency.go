package onair

import (
	"slices"
	"strings"
	"time"

	"loaxa/app/station"
)

func (d *decision) emergencyStart(in station.EmergencyStart) *station.Refusal {
	old := d.s.emergency(in.Updates)
	if in.Updates == 0 || old == nil || old.Drill != in.Drill {
		old = nil
	}
	if in.Updates != 0 && old == nil {
		return no(station.NoEmergency, "", 0)
	}
	if old != nil {
		in.Targets = d.both(old.Targets, in.Targets)
	}
	if r := d.emergencyOK(in); r != nil {
		return r
	}
	if in.Drill {
		in.Second = station.Second{} // nobody can tell whether it says that it is one
	}
	if in.Siren == "" {
		in.Siren = d.s.rules().DefaultSiren
	}
	em := station.EmergencyView{Text: in.Text, Siren: in.Siren, Level: in.Level, Drill: in.Drill, Since: d.now, OnAir: true, Who: d.actor,
		Targets: in.Targets, Kind: in.Kind, Repeat: in.Repeat, Origin: station.Origin{Source: in.Source, Waived: slices.Clone(in.Waived), Second: in.Second}}
	if em.Repeat.Times > 0 {
		em.Next = after(d.now, em.Repeat.Every)
	}
	words := ""
	if old != nil {
		em.Version, em.Refs = old.Version, refsWith(*old)
		if strings.TrimSpace(old.Text) != "" { // else it was a siren that waited for these words
			em.Version = max(old.Version, 1) + 1
			words = strings.ReplaceAll(d.s.Settings.Say.Update, "{time}", d.timeOfDay(old.Since.Wall))
		}
	}
	d.clearTheWay(in, old)
	b := d.begin(Broadcast{Class: emergencyClass(in), Who: d.actor, Title: firstLine(in.Text), Targets: in.Targets,
		Pieces: d.emergencyPieces(in, words), Flags: Flags{Drill: in.Drill}})
	b.Of, b.Level = b.ID, in.Level
	em.ID, em.Broadcast = b.ID, b.ID
	d.addOpen(em)
	e := d.about(b, station.EvEmergency, in.Siren)
	if old != nil {
		e.Kind = station.EvUpdate
	}
	ids, _ := in.Targets.Resolve(d.s.Roster)
	e.Targets = len(ids)
	d.note(e, d.alertOf(em))
	d.noteWaived(b, in.Waived)
	d.lostClip(b, in)
	for _, bd := range d.s.Boards {
		d.showCard(bd)
	}
	return nil
}

// noteWaived writes what the author of a warning left out, and why.
func (d *decision) noteWaived(b *Broadcast, ws []station.Waiver) {
	if len(ws) == 0 {
		return
	}
	var parts []string
	for _, w := range ws {
		parts = append(parts, w.Part+": "+w.Why)
	}
	e := d.about(b, station.EvWaived, "")
	e.Title = firstLine(strings.Join(parts, "; "))
	d.note(e)
}

func emergencyClass(in station.EmergencyStart) station.Class {
	switch {
	case in.Drill:
		return station.Live
	case in.Mic:
		return station.EmergencyLive
	}
	return station.Emergency
}

// clearTheWay ends what may not sound beside the emergency that begins: drills,
// what it takes the place of, another use of the microphone, what takes an
// older one back.
func (d *decision) clearTheWay(in station.EmergencyStart, old *station.EmergencyView) {
	if old != nil {
		d.closeEmergency(*old, "updated")
	}
	if !in.Drill {
		for _, em := range slices.Clone(d.s.Open) {
			if em.Drill {
				d.closeEmergency(em, "real-emergency")
			}
		}
		d.noticeYields(in.Targets)
	}
	// The microphone belongs to whoever needs it most.
	if b := d.s.liveAir(); b != nil && in.Mic {
		d.end(b.ID, "interrupted")
	}
	if in.Mic {
		d.freeMic()
	}
}

// both are the targets of an update: whoever heard the old word hears the new.
func (d *decision) both(old, now station.Targets) station.Targets {
	was, is := old.Match(d.s.Roster), now.Match(d.s.Roster)
	missing := without(was, is)
	switch {
	case len(missing) == 0:
		return now
	case len(missing) == len(was) && len(is) == 0, len(without(is, was)) == 0:
		return old
	}
	return station.Targets{Clusters: append(is, missing...)}
}

func (d *decision) emergencyOK(in station.EmergencyStart) *station.Refusal {
	ids, r := d.targets(in.Targets)
	if r != nil {
		return r
	}
	if r := textOK(in.Text, station.MaxEmergency); r != nil {
		return r
	}
	live := d.s.liveAir()
	switch {
	case in.Drill && slices.ContainsFunc(d.s.Open, func(em station.EmergencyView) bool { return em.ID != in.Updates }):
		return no(station.AlreadyOpen, "", 0)
	case !in.Drill && d.sameOpen(in):
		return no(station.AlreadyOpen, "", 0)
	case in.Updates == 0 && len(d.s.Open) >= station.MaxOpen:
		return no(station.TooMany, "", station.MaxOpen)
	case strings.TrimSpace(in.Text) == "" && in.Siren == "" && !in.Mic && in.Second.Item == "":
		return no(station.EmptyEmergency, "", 0)
	case in.Siren != "" && !slices.Contains(d.s.Settings.Tones, in.Siren):
		return no(station.UnknownTone, in.Siren, 0)
	case in.Level < 0 || in.Level > 5:
		return no(station.BadLevel, "", 5)
	case in.Drill && d.allTaken(ids, station.Live-1): // it would never be heard
		return no(station.AlreadyLive, "", 0)
	case in.Mic && !d.micUsable():
		return no(station.MicAbsent, d.s.Known.Mic.Why, 0)
	case in.Mic && live != nil && live.Of != 0 && !live.Flags.Drill && live.Of != in.Updates:
		return no(station.MicBusy, "", 0) // one voice for one danger
	}
	return planOK(in)
}

// planOK bounds the plan of repeats and what is said of the text.
func planOK(in station.EmergencyStart) *station.Refusal {
	p := in.Repeat
	switch {
	case p == station.Repeat{}:
	case in.Drill || in.Mic || strings.TrimSpace(in.Text) == "":
		return no(station.BadRule, "repeat", 0)
	case p.Every < station.MinRepeat || p.Every > station.MaxRepeat:
		return no(station.BadRule, "repeat-every", int(station.MaxRepeat.Minutes()))
	case p.Times < 1 || p.Times > station.MaxRepeats:
		return no(station.BadRule, "repeat-times", station.MaxRepeats)
	}
	if r := textOK(in.Source, station.MaxSource); r != nil {
		return r
	}
	if r := secondOK(in.Second); r != nil {
		return r
	}
	if len(in.Waived) > station.MaxWaivers {
		return no(station.TooMany, "", station.MaxWaivers)
	}
	for _, w := range in.Waived {
		for _, s := range []string{w.Part, w.Why} {
			if _, r := lineOK(s, station.MaxName); r != nil || s == "" {
				return no(station.BadRule, "waived", station.MaxName)
			}
		}
	}
	_, r := lineOK(in.Kind, station.MaxName)
	return r
}

// sameOpen tells whether the same warning is being read already: a key pressed
// twice, or on two consoles, opens one.
func (d *decision) sameOpen(in station.EmergencyStart) bool {
	return slices.ContainsFunc(d.s.Open, func(em station.EmergencyView) bool {
		mic := d.s.liveAir() != nil && d.s.liveAir().Of == em.ID
		return !em.Drill && em.OnAir && em.ID != in.Updates && em.Text == in.Text && em.Level == in.Level && mic == in.Mic &&
			em.Targets.Equal(in.Targets)
	})
}

// emergencyPieces is the siren first, words after: the text twice, or the
// operator's own voice. A drill says that it is one before anything sounds.
// first stands before the words, once.
func (d *decision) emergencyPieces(in station.EmergencyStart, first string) (ps []station.Piece) {
	say := func(text string) {
		ps = append(ps, station.Piece{Kind: station.FromSpeech, Text: text, Title: firstLine(text)})
	}
	drill := ""
	if in.Drill {
		drill = d.s.Settings.DrillOpen + " "
		say(d.s.Settings.DrillOpen)
	}
	ps = append(ps, station.Piece{Kind: station.FromTone, Tone: in.Siren, Title: in.Siren})
	if text := strings.TrimSpace(in.Text); text != "" {
		if first != "" {
			first = sentence(first) + " "
		}
		say(drill + first + text)
		ps = append(ps, d.clip(in)...)
		again := d.s.Settings.RepeatIntro + " " + drill + text
		if hotline := d.hotline(); hotline != "" {
			again = sentence(again) + " " + hotline
		}
		say(again)
	}
	ps = append(ps, d.clip(in)...)
	if in.Mic {
		ps = append(ps, station.Piece{Kind: station.FromMic})
	}
	return ps
}

func (d *decision) emergencyEnd(in station.EmergencyEnd) *station.Refusal {
	open := d.s.emergency(in.Of)
	if open == nil {
		return no(station.NoEmergency, "", 0)
	}
	em := *open
	d.closeEmergency(em, "by-hand")
	if in.AllClear {
		d.allClear(em)
	}
	return nil
}

// closeEmergency ends an open emergency: its sound, its notice and its boards.
func (d *decision) closeEmergency(em station.EmergencyView, reason string) {
	for _, b := range slices.Clone(d.s.Air) {
		if b.Of == em.ID {
			d.end(b.ID, reason)
		}
	}
	d.s.Open = slices.DeleteFunc(d.s.Open, func(o station.EmergencyView) bool { return o.ID == em.ID })
	d.note(station.Event{Kind: station.EvEmergencyEnd, Broadcast: em.Broadcast, Title: firstLine(em.Text),
		Reason: reason, Drill: em.Drill, Duration: d.now.Mono - em.Since.Mono})
	for _, b := range d.s.Boards {
		d.showCard(b)
	}
}

// Card returns what the board is to show now: every emergency that is open, and
// before them what takes one back. That one is over is shown when no other is.
func (s *State) Card(id station.BoardID) station.Card {
	c := s.Cards[id]
	c.Name = s.Books.Rules.Name
	n, em := s.Books.Notice, s.lead()
	if em == nil && n == nil {
		return c
	}
	var texts []string
	card := station.Card{Number: c.Number}
	if n != nil && (em == nil || !n.Clear) && !slices.ContainsFunc(s.Open, func(em station.EmergencyView) bool { return em.ID > n.Broadcast }) {
		texts, card.Emergency, card.Drill = append(texts, n.Text), !n.Clear, n.Drill
	}
	for _, em := range s.Open {
		if strings.TrimSpace(em.Text) != "" || len(s.Open) == 1 {
			texts = append(texts, cardText(em))
		}
		card.Emergency, card.Drill, card.Level = true, em.Drill, max(card.Level, em.Level)
	}
	if card.Text = strings.Join(texts, "\n"); strings.TrimSpace(card.Text) == "" && s.Settings.Say.Listen != "" {
		card.Text = s.Settings.Say.Listen // a siren whose words are still to come
	}
	if r := []rune(card.Text); len(r) > station.MaxEmergency {
		card.Text = string(r[:station.MaxEmergency-1]) + "…"
	}
	return card
}

// showCard gives the board its card under a new number: a board takes only
// what is newer than what it shows.
func (d *decision) showCard(b station.Board) {
	id := b.ID
	d.s.Counters.Card++
	c := d.s.Cards[id]
	c.Number = d.s.Counters.Card
	d.s.Cards[id] = c
	d.cue(station.CueCard{Board: b, Card: d.s.Card(id)})
}

// boardGrace is how long a board may take to draw what it was sent.
const boardGrace = 10 * time.Second

// boardsWrong rings for boards that show other pixels than they were sent.
func (d *decision) boardsWrong() {
	for _, b := range d.s.Boards {
		k := d.s.Known.Boards[b.ID]
		id := boardKey(b.ID)
		if k.Wrong == (station.Stamp{}) || d.now.Mono-k.Wrong.Mono < boardGrace || d.isOpen(id) {
			continue
		}
		d.note(station.Event{Kind: station.EvBoardMismatch, Title: b.Name})
		d.fault(id, station.EvBoardMismatch, "", b.Name, "wrong-pixels")
	}
}

func (d *decision) isOpen(fault string) bool {
	return slices.ContainsFunc(d.s.Faults, func(f station.Fault) bool { return f.ID == fault && !f.Over })
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(strings.TrimSpace(s), "\n")
	if r := []rune(s); len(r) > station.MaxTitle {
		s = string(r[:station.MaxTitle])
	}
	return s
}
