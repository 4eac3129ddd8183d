package onair

import (
	"fmt"
	"path"
	"strings"

	"loaxa/app/station"
)

// slotsPut changes several slots as one act. The first that is refused takes
// all of them back: Decide forgets what a refused intent did.
func (d *decision) slotsPut(in station.SlotsPut) *station.Refusal {
	most := station.MaxSlotsPut
	if in.File != "" {
		most = station.MaxSlots
	}
	if len(in.Put) > most || len(in.Remove) > most {
		return no(station.TooMany, "", most)
	}
	file, r := lineOK(path.Base(strings.ReplaceAll(in.File, `\`, "/")), station.MaxTitle)
	if r != nil {
		return r
	}
	for _, id := range in.Remove {
		sl, r := d.takeSlot(id)
		if r != nil {
			return r
		}
		d.slotRow(in, sl.Title, "remove")
	}
	for _, put := range in.Put {
		sl, reason, r := d.putSlot(put)
		if r != nil {
			r.Of = fmt.Sprintf("%02d:%02d %s", put.Minute/60%24, put.Minute%60, clip(put.Title))
			return r
		}
		d.slotRow(in, sl.Title, reason)
	}
	if n := len(in.Put) + len(in.Remove); in.File != "" && n > 0 {
		reason := "slots-file"
		if in.Undo {
			reason = "slots-file-back"
		}
		d.note(station.Event{Kind: station.EvSlot, Title: file, Reason: reason, Targets: n})
	}
	return nil
}

// slotRow writes of a change of its own what a single one would.
func (d *decision) slotRow(in station.SlotsPut, title, reason string) {
	if in.File == "" {
		d.note(station.Event{Kind: station.EvSlot, Title: title, Reason: reason})
	}
}
