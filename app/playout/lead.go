package playout

import (
	"errors"
	"slices"
	"time"

	"loaxa/app/station"
	"loaxa/audio"
)

func (p *Playout) liveLead() time.Duration {
	if p.parts.Lead == nil {
		return audio.LiveLead
	}
	return p.parts.Lead()
}

// leadEvery is how often the lead of what is on the air is looked at.
const leadEvery = time.Second

// keepLeads gives live streams the time that their lines need now. A tone keeps
// its phase: poles may sound it from their own table meanwhile.
func (p *Playout) keepLeads() {
	if p.parts.SetLead == nil || p.parts.Lead == nil {
		return
	}
	for stream, s := range p.streams {
		a := s.airs[slices.IndexFunc(s.airs, func(a *air) bool { return a.stream == stream })]
		if !a.live || a.over || s.closing != nil || len(a.runs) == 0 {
			continue
		}
		lead := time.Duration(0)
		if i := s.index(a.runs[len(a.runs)-1].tag); i >= 0 && s.list[i].Kind != station.FromTone {
			lead = p.parts.Lead()
		}
		if err := p.parts.SetLead(stream, lead); !errors.Is(err, audio.ErrStream) {
			p.warnIf("lead", err)
		}
	}
}
