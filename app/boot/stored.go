package boot

import (
	"loaxa/app/station"
)

// stored is playout.Parts.Stored: the copy of an item that the poles' plans name.
func (p *poles) stored(id station.ItemID) (asset string, samples int64, gain float32, ok bool) {
	p.mu.Lock()
	f := p.copies[id]
	p.mu.Unlock()
	if f.Bytes == 0 {
		return "", 0, 0, false
	}
	it := p.s.item(id)
	return f.Asset, samplesOf(it.Length), gainOf(it), it.Length > 0
}
