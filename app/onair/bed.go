package onair

import "loaxa/app/station"

// pieceOf is an item on the air: one that is spoken over the bed, and music
// that overlaps the music beside it by as much as the station file says.
func (d *decision) pieceOf(it station.Item, bed station.ItemID) station.Piece {
	p := station.Piece{Kind: station.FromItem, Item: it.ID, Title: it.Title}
	if it.Spoken() {
		p.Bed = bed
	}
	if it.Kind == station.KindMusic && !it.Relay() {
		p.Cross = d.s.Settings.Cross
	}
	return p
}

// bedOK refuses a bed that is not in the library, is speech or a relay itself, or is so
// short that it would hammer.
func (d *decision) bedOK(id station.ItemID) *station.Refusal {
	it, ok := d.s.Items[id]
	switch {
	case id == "":
		return nil
	case !ok:
		return no(station.UnknownItem, clip(string(id)), 0)
	case it.Speech || it.Relay() || it.Kind == station.KindBulletin || it.Kind == station.KindRecording || it.Length < station.MinBed:
		return no(station.BadBed, it.Title, int(station.MinBed.Seconds()))
	}
	return nil
}

// bedStarted writes what sounds under what is said, or that it does not.
func (d *decision) bedStarted(f station.BedStarted) {
	b := d.s.find(f.Broadcast)
	if b == nil {
		return
	}
	title := d.s.Items[f.Item].Title
	if title == "" {
		title = clip(string(f.Item))
	}
	e := d.about(b, station.EvBed, "")
	if f.Broken != "" {
		e = d.about(b, station.EvBroken, f.Broken)
		d.fault("broken-"+title, station.EvBroken, "", title, f.Broken)
	}
	e.Title, e.Item = title, f.Item
	d.note(e)
}
