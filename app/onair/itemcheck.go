package onair

import (
	"slices"

	"loaxa/app/station"
)

func itemKey(id station.ItemID) string { return "item-" + string(id) }

// itemChecked rings for an item that could not be aired, until it can be or
// leaves the library.
func (d *decision) itemChecked(f station.ItemChecked) {
	it, ok := d.s.Items[f.ID]
	key := itemKey(f.ID)
	switch {
	case !ok || !slices.Contains(station.ItemFaults, f.Wrong):
		d.mended(key)
	case !d.isOpen(key):
		d.note(station.Event{Kind: station.EvItemBad, Title: it.Title, Item: f.ID, Reason: f.Wrong})
		d.fault(key, station.EvItemBad, "", it.Title, f.Wrong)
	}
}

func (d *decision) itemAdded(it station.Item) {
	if _, have := d.s.Items[it.ID]; have {
		return
	}
	d.setItem(it, true)
	d.note(station.Event{Kind: station.EvItemAdded, Title: it.Title, Item: it.ID, Actor: it.AddedBy},
		station.Record{Class: station.ClassItem, Key: string(it.ID), Value: it})
}
