package onair

import (
	"slices"
	"strconv"

	"loaxa/app/station"
)

func alertRecord(b station.BroadcastID, a station.Alert) station.Record {
	return station.Record{Class: station.ClassAlert, Key: strconv.FormatUint(uint64(b), 10), Value: a}
}

// alertOf is the whole word of an emergency that begins, for those who read it
// when it is over.
func (d *decision) alertOf(em station.EmergencyView) station.Record {
	a := station.Alert{ID: em.ID, Type: station.AlertNew, Sent: em.Since, Text: em.Text, Level: em.Level, Kind: em.Kind, Who: em.Who, Drill: em.Drill, Second: em.Second,
		Places: d.placeNames(em.Targets), Refs: em.Refs}
	if len(a.Refs) > 0 {
		a.Type = station.AlertUpdate
	}
	return alertRecord(em.Broadcast, a)
}

// cancelOf is the word that takes an emergency back, or says that it is over.
func (d *decision) cancelOf(em station.EmergencyView, b *Broadcast, text string, over bool) station.Record {
	return alertRecord(b.ID, station.Alert{ID: b.ID, Type: station.AlertCancel, Sent: d.now, Text: text, Level: em.Level, Kind: em.Kind, Who: d.actor, Drill: em.Drill,
		Places: d.placeNames(b.Targets), Refs: refsWith(em), Clear: over})
}

// refsWith are what an alert names that comes after an emergency.
func refsWith(em station.EmergencyView) []station.AlertRef {
	refs := append(slices.Clone(em.Refs), station.AlertRef{ID: em.ID, Sent: em.Since.Wall})
	return refs[max(len(refs)-station.MaxAlertRefs, 0):]
}

// placeNames are the names of the places meant; none: the whole commune.
func (d *decision) placeNames(t station.Targets) (names []string) {
	if t.All {
		return nil
	}
	for _, id := range t.Match(d.s.Roster) {
		if c := d.s.cluster(id); c != nil && len(names) < station.MaxAlertPlaces {
			names = append(names, c.Name)
		}
	}
	return names
}
