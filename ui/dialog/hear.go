package dialog

import (
	"fmt"
	"time"

	"loaxa/app/station"
	"loaxa/ui/panel"
)

// hearKey lets an item be heard on the station's own machine, and ends it.
const hearKey = "f6"

// hearing is the item that was last asked to be heard here.
type hearing struct {
	id    station.ItemID
	until time.Duration // mono: then it has come to its end
}

// press begins, or ends what it began.
func (h *hearing) press(s *panel.Scene, it station.Item) Result {
	if h.id == it.ID && s.Mono < h.until {
		h.id = ""
		return Result{Intent: station.HearHere{}, Sent: s.T.Dialog.Pick.Here[1]}
	}
	h.id, h.until = it.ID, s.Mono+it.Length
	return Result{Intent: station.HearHere{Item: it.ID}, Sent: fmt.Sprintf(s.T.Dialog.Pick.Here[0], it.Title)}
}
