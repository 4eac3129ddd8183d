package onair

import (
	"slices"
	"time"

	"loaxa/app/station"
)

// cardPublish shows a notice on a board, on several or on all, until its own end
// or until another one comes.
func (d *decision) cardPublish(in station.CardPublish) *station.Refusal {
	if r := textOK(in.Text, station.MaxCard); r != nil {
		return r
	}
	now := d.now.Wall.Unix()
	if in.Until != 0 && (in.Until <= now || in.Until > now+station.MaxCardDays*24*3600) {
		return no(station.BadRule, "card-until", station.MaxCardDays)
	}
	meant := in.Boards
	if in.Board != "" {
		meant = []station.BoardID{in.Board}
	}
	for _, id := range meant {
		if !slices.ContainsFunc(d.s.Boards, func(b station.Board) bool { return b.ID == id }) {
			return no(station.UnknownBoard, clip(string(id)), 0)
		}
	}
	if len(d.s.Boards) == 0 {
		return no(station.UnknownBoard, "", 0)
	}
	for _, b := range d.s.Boards {
		if len(meant) > 0 && !slices.Contains(meant, b.ID) {
			continue
		}
		d.setCard(b, station.Card{Text: in.Text, Until: in.Until}, in.Text, b.Name)
	}
	return nil
}

// setCard gives a board a card of its own and writes that.
func (d *decision) setCard(b station.Board, c station.Card, title, reason string) {
	d.s.Cards[b.ID] = c
	d.showCard(b)
	d.note(station.Event{Kind: station.EvCard, Title: title, Reason: reason},
		station.Record{Class: station.ClassCard, Key: string(b.ID), Value: d.s.Cards[b.ID]})
}

// cardsTick takes cards down at their own end. While the clock is not sure no
// card is: one too long is better than a notice that went away at noon.
func (d *decision) cardsTick() {
	if d.now.Quality != station.ClockGood {
		return
	}
	for _, b := range d.s.Boards {
		if c := d.s.Cards[b.ID]; c.Until != 0 && !d.now.Wall.Before(time.Unix(c.Until, 0)) {
			d.setCard(b, station.Card{}, c.Text, "card-over")
		}
	}
}
