package onair

import (
	"slices"
	"strings"
	"time"

	"loaxa/app/station"
)

func (d *decision) emergencyStart(in station.EmergencyStart) *station.Refusal {
	if r := d.emergencyOK(in); r != nil {
		return r
	}
	siren := in.Siren
	if siren == "" {
		siren = d.s.rules().DefaultSiren
	}
	class := station.Emergency
	switch {
	case in.Drill:
		class = station.Live
	case in.Mic:
		class = station.EmergencyLive
	}
	if old := d.s.Emergency; old != nil && old.Drill && !in.Drill {
		d.closeEmergency("real-emergency")
	}
	// The microphone belongs to whoever needs it most.
	if b := d.s.liveAir(); b != nil && in.Mic {
		d.end(b.ID, "interrupted")
	}
	if in.Mic {
		d.freeMic()
	}
	if !in.Drill {
		d.noticeYields(in.Targets)
	}
	b := d.begin(Broadcast{Class: class, Who: d.actor, Title: firstLine(in.Text), Targets: in.Targets,
		Pieces: d.emergencyPieces(in, siren), Flags: Flags{Drill: in.Drill}})
	d.s.Emergency = &station.EmergencyView{Broadcast: b.ID, Text: in.Text, Level: in.Level, Drill: in.Drill,
		Since: d.now, OnAir: true, Who: d.actor, Targets: in.Targets}
	e := d.about(b, station.EvEmergency, siren)
	ids, _ := in.Targets.Resolve(d.s.Roster)
	e.Targets = len(ids)
	d.note(e)
	for _, bd := range d.s.Boards {
		d.showCard(bd)
	}
	return nil
}

func (d *decision) emergencyOK(in station.EmergencyStart) *station.Refusal {
	ids, r := d.targets(in.Targets)
	if r != nil {
		return r
	}
	if r := textOK(in.Text, station.MaxEmergency); r != nil {
		return r
	}
	switch {
	case d.s.Emergency != nil && (in.Drill || !d.s.Emergency.Drill):
		return no(station.AlreadyOpen, "", 0)
	case strings.TrimSpace(in.Text) == "" && in.Siren == "" && !in.Mic:
		return no(station.EmptyEmergency, "", 0)
	case in.Siren != "" && !slices.Contains(d.s.Settings.Tones, in.Siren):
		return no(station.UnknownTone, in.Siren, 0)
	case in.Level < 0 || in.Level > 5:
		return no(station.BadLevel, "", 5)
	case in.Drill && d.allTaken(ids, station.Live-1): // it would never be heard
		return no(station.AlreadyLive, "", 0)
	case in.Mic && !d.micUsable():
		return no(station.MicAbsent, d.s.Known.Mic.Why, 0)
	}
	return nil
}

// emergencyPieces is the siren first, words after: the text twice, or the
// operator's own voice. A drill says that it is one before anything sounds.
func (d *decision) emergencyPieces(in station.EmergencyStart, siren string) (ps []station.Piece) {
	say := func(text string) {
		ps = append(ps, station.Piece{Kind: station.FromSpeech, Text: text, Title: firstLine(text)})
	}
	drill := ""
	if in.Drill {
		drill = d.s.Settings.DrillOpen + " "
		say(d.s.Settings.DrillOpen)
	}
	ps = append(ps, station.Piece{Kind: station.FromTone, Tone: siren, Title: siren})
	if text := strings.TrimSpace(in.Text); text != "" {
		say(drill + text)
		again := d.s.Settings.RepeatIntro + " " + drill + text
		if hotline := d.hotline(); hotline != "" {
			again = sentence(again) + " " + hotline
		}
		say(again)
	}
	if in.Mic {
		ps = append(ps, station.Piece{Kind: station.FromMic})
	}
	return ps
}

func (d *decision) emergencyEnd(in station.EmergencyEnd) *station.Refusal {
	em := d.s.Emergency
	if em == nil {
		return no(station.NoEmergency, "", 0)
	}
	d.closeEmergency("by-hand")
	if in.AllClear {
		d.allClear(*em)
	}
	return nil
}

// closeEmergency ends the open emergency: its sound, its notice and its boards.
func (d *decision) closeEmergency(reason string) {
	em := d.s.Emergency
	d.end(em.Broadcast, reason)
	d.s.Emergency = nil
	d.note(station.Event{Kind: station.EvEmergencyEnd, Broadcast: em.Broadcast, Title: firstLine(em.Text),
		Reason: reason, Drill: em.Drill, Duration: d.now.Mono - em.Since.Mono})
	for _, b := range d.s.Boards {
		d.showCard(b)
	}
}

// Card returns what the board is to show now: the emergency before all, then
// the notice that takes one back or ends it.
func (s *State) Card(id station.BoardID) station.Card {
	c := s.Cards[id]
	c.Name = s.Books.Rules.Name
	switch em, n := s.Emergency, s.Books.Notice; {
	case em != nil: // newer than any notice: that ended the one before
		c = station.Card{Number: c.Number, Text: em.Text, Emergency: true, Drill: em.Drill, Level: em.Level}
	case n != nil:
		c = station.Card{Number: c.Number, Text: n.Text, Emergency: !n.Clear, Drill: n.Drill}
	}
	return c
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

func (d *decision) cardPublish(in station.CardPublish) *station.Refusal {
	if r := textOK(in.Text, station.MaxCard); r != nil {
		return r
	}
	found := false
	for _, b := range d.s.Boards {
		if in.Board != "" && in.Board != b.ID {
			continue
		}
		found = true
		d.s.Cards[b.ID] = station.Card{Text: in.Text}
		d.showCard(b)
		d.note(station.Event{Kind: station.EvCard, Title: in.Text, Reason: b.Name},
			station.Record{Class: station.ClassCard, Key: string(b.ID), Value: d.s.Cards[b.ID]})
	}
	if !found {
		return no(station.UnknownBoard, string(in.Board), 0)
	}
	return nil
}

// boardGrace is how long a board may take to draw what it was sent.
const boardGrace = 10 * time.Second

// boardsWrong rings for boards that show other pixels than they were sent.
func (d *decision) boardsWrong() {
	for _, b := range d.s.Boards {
		k := d.s.Known.Boards[b.ID]
		id := "board-" + string(b.ID)
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
