package cluster

import "loaxa/audio/frame"

// session is what an accepted OPEN allows.
type session struct {
	codec frame.Codec
	class uint8
}

// forget takes the oldest stream of the least class off the list: an emergency
// may last longer than everything else together. The caller holds taking.
func (l *Link) forget() {
	first := true
	var oldest uint16
	for n, s := range l.opened { // numbers ascend within an epoch
		if was := l.opened[oldest]; first || s.class < was.class || s.class == was.class && n < oldest {
			oldest, first = n, false
		}
	}
	delete(l.opened, oldest)
}
