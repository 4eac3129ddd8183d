package onair

import (
	"strings"

	"loaxa/app/station"
)

// clip is the recording of the second language; nothing where there is none,
// where the library has it no more, or where it would keep the words from being
// read again: no siren waits for a recording. A drill
// has none, since nobody can tell whether it says that it is one.
func (d *decision) clip(in station.EmergencyStart) []station.Piece {
	it, ok := d.s.Items[in.Second.Item]
	if !ok || in.Second.Item == "" || in.Drill || !it.MaySecond() {
		return nil
	}
	return []station.Piece{{Kind: station.FromItem, Item: it.ID, Title: it.Title}}
}

// secondOK bounds what is said in the second language.
func secondOK(s station.Second) *station.Refusal {
	if !s.LangOK() {
		return no(station.BadRule, "second-language", 0)
	}
	if len(s.Item) > station.MaxSource {
		return no(station.UnknownItem, "", 0)
	}
	return textOK(s.Text, station.MaxEmergency)
}

// lostClip says that a recording was asked for that is not there.
func (d *decision) lostClip(b *Broadcast, in station.EmergencyStart) {
	if in.Second.Item != "" && len(d.clip(in)) == 0 && !in.Drill {
		e := d.about(b, station.EvBroken, "unknown-item")
		e.Item = in.Second.Item
		d.note(e)
		d.fault("broken-"+e.Title, station.EvBroken, "", e.Title, "unknown-item")
	}
}

// cardText is what a board shows of an emergency: in both languages.
func cardText(em station.EmergencyView) string {
	if s := strings.TrimSpace(em.Second.Text); s != "" {
		return strings.TrimSpace(em.Text + "\n" + s)
	}
	return em.Text
}
