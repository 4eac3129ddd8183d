package boot

import (
	"context"
	"encoding/json"
	"fmt"

	"loaxa/app/station"
	"loaxa/store/mirror"
)

// directives are what was taken of the tiers above beside orders; the gate's
// mutex guards them.
type directives struct {
	seen     map[station.OrderID]bool
	versions map[string]uint64 // newest by issuer and kind
}

// maxDirectives bounds the ids remembered; full: the versions and the times
// still hold, and a notice might be shown twice.
const maxDirectives = 10_000

func lineOf(d *station.Directive) string { return fmt.Sprintf("%d %s", d.Kind, d.Issuer) }

func (s *directives) take(d *station.Directive) {
	if len(s.seen) >= maxDirectives {
		clear(s.seen)
	}
	s.seen[d.ID] = true
	if d.Kind != station.DirectNotice {
		s.versions[lineOf(d)] = max(s.versions[lineOf(d)], d.Version)
	}
}

// check tells what was taken before.
func (s *directives) check(d *station.Directive) *station.Refusal {
	switch {
	case s.seen[d.ID]:
		return &station.Refusal{Code: station.OrderReplay}
	case d.Kind != station.DirectNotice && d.Version <= s.versions[lineOf(d)]:
		return &station.Refusal{Code: station.OrderVoid}
	}
	return nil
}

// openDirectives reads what earlier runs have taken.
func (g *orderGate) openDirectives() error {
	g.directives = directives{map[station.OrderID]bool{}, map[string]uint64{}}
	return g.journal.Each(station.ClassDirect, func(_ string, b []byte) error {
		var r station.DirectiveRecord
		if err := json.Unmarshal(b, &r); err != nil {
			return err
		}
		g.directives.take(&station.Directive{ID: r.ID, Issuer: r.Issuer, Kind: r.Kind, Version: r.Version})
		return nil
	})
}

// takeDirective judges a directive and has it obeyed. What lacks a sound that
// is still on its way is taken when it comes again.
func (g *orderGate) takeDirective(ctx context.Context, doc []byte, via string, confirmed bool) mirror.Receipt {
	g.mu.Lock()
	s, why := station.CheckDirective(doc, station.OrderContext{Keys: g.keys, Station: g.id, Areas: g.areas, Now: g.now(confirmed)})
	if why == nil {
		why = g.directives.check(&s.Directive)
	}
	g.mu.Unlock()
	about := station.Order{ID: s.ID, Issuer: s.Issuer, KeyID: s.KeyID}
	if why != nil {
		return g.refuse(doc, about, why, via)
	}
	if g.sounds.lacks(timetableItems(&s.Directive), s.Expires) {
		return mirror.Receipt{Code: soundComing}
	}
	ans, err := g.ask(ctx, station.DirectiveReceived{Directive: s.Directive, Document: doc, Via: via}, s.Issuer)
	switch {
	case err != nil:
		return mirror.Receipt{Code: string(station.StationStopping)}
	case ans.Refusal != nil:
		return g.refuse(doc, about, ans.Refusal, via)
	}
	r := g.saved(ctx, ans)
	if r.Saved {
		g.mu.Lock()
		g.directives.take(&s.Directive)
		g.mu.Unlock()
	}
	return r
}
