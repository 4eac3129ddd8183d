package station

// ItemChecked: an item that is to be played was looked at on the disk. Wrong is
// one of the words of ItemFaults; empty: it can be aired.
type ItemChecked struct {
	ID    ItemID `json:"id"`
	Wrong string `json:"wrong,omitempty"`
}

// What keeps an item from the air.
const (
	ItemMissing = "item-missing" // its file is gone
	ItemAltered = "item-altered" // its file is not the one that was taken in
	ItemDamaged = "item-damaged" // it cannot be decoded to its end
)

// ItemFaults are all of them.
var ItemFaults = []string{ItemMissing, ItemAltered, ItemDamaged}

// EvItemBad says that an item to be played cannot be; Reason: one of ItemFaults.
const EvItemBad EventKind = "item-bad"

func (ItemChecked) fact() {}
