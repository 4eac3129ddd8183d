package onair

import (
	"slices"
	"strings"
	"time"

	"loaxa/app/station"
)

// Bounds of what machines at the doors may write into the journal.
const (
	strangerEvery  = time.Minute // one row for each door, address and reason
	maxTurned      = 256         // addresses that are told apart; more wait for the next minute
	maxStrangers   = 20          // faults
	maxStrangerStr = 80          // runes kept of an address or a reason
)

// strangerRefused writes that a machine was turned away, and rings.
func (d *decision) strangerRefused(f station.StrangerRefused) {
	door, addr, why := clip(f.Door), clip(f.Addr), clip(f.Why)
	key := door + "\x00" + addr + "\x00" + why
	if at, ok := d.s.Known.Turned[key]; ok && d.now.Mono-at < strangerEvery {
		return
	}
	for k, at := range d.s.Known.Turned {
		if d.now.Mono-at >= strangerEvery {
			delete(d.s.Known.Turned, k)
		}
	}
	if len(d.s.Known.Turned) >= maxTurned {
		return
	}
	d.s.Known.Turned[key] = d.now.Mono
	d.note(station.Event{Kind: station.EvStranger, Title: addr, Reason: why, Cluster: station.ClusterID(clip(f.ID))})
	id := "stranger-" + door + "-" + addr
	n := 0
	for _, o := range d.s.Faults {
		if o.Kind == station.EvStranger && !o.Over && o.ID != id {
			n++
		}
	}
	if n < maxStrangers {
		d.fault(id, station.EvStranger, "", addr, why)
	}
}

// poleRefused writes what a cluster itself would not take, and rings.
func (d *decision) poleRefused(f station.PoleRefused) {
	c := d.s.cluster(f.Cluster)
	if c == nil {
		return
	}
	who, why := clip(f.Who), f.Why
	if !slices.Contains(station.PoleRefusals, why) { // a pole's own words are not ours
		return
	}
	key := "pole\x00" + string(c.ID) + "\x00" + why
	if at, ok := d.s.Known.Turned[key]; ok && d.now.Mono-at < strangerEvery {
		return
	}
	d.forgetTurned()
	if len(d.s.Known.Turned) >= maxTurned {
		return
	}
	d.s.Known.Turned[key] = d.now.Mono
	d.note(station.Event{Kind: station.EvPoleRefused, Title: who, Reason: why, Cluster: c.ID, Number: c.Number})
	d.fault("pole-refused-"+string(c.ID)+"-"+why, station.EvPoleRefused, c.ID, c.Name, why)
}

// clip makes words from outside fit to be kept and shown.
func clip(s string) string {
	s = strings.ToValidUTF8(s, "")
	s = strings.Map(func(r rune) rune {
		if textOK(string(r), 1) != nil || r == '\n' {
			return -1
		}
		return r
	}, s)
	if r := []rune(s); len(r) > maxStrangerStr {
		s = string(r[:maxStrangerStr])
	}
	return s
}

// doneWhenSeen are faults that cannot mend by themselves: seen, they are over.
var doneWhenSeen = []station.EventKind{station.EvStranger, station.EvMissed, station.EvBroken, station.EvMic,
	station.EvRepaired, station.EvOrderRefused, station.EvEnrolled, station.EvGlass, station.EvPoleRefused, station.EvDirective, station.EvOrder}

func doneOnce(k station.EventKind) bool { return slices.Contains(doneWhenSeen, k) }
