package boot

import (
	"time"

	"loaxa/app/station"
	"loaxa/audio/frame"
)

// stored is playout.Parts.Stored: the copy of an item that the poles' plans name.
func (p *poles) stored(id station.ItemID) (asset string, samples int64, gain float32, ok bool) {
	p.mu.Lock()
	f := p.copies[id]
	p.mu.Unlock()
	if f.Bytes == 0 {
		return "", 0, 0, false
	}
	for _, it := range p.s.desk.Snapshot().Items {
		if it.ID == id {
			return f.Asset, int64(it.Length) * frame.Rate / int64(time.Second), float32(p.s.gainOf(id)), true
		}
	}
	return "", 0, 0, false
}
