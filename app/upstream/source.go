// Package upstream is what comes from the tiers above, by whatever road, and
// what goes back: signed documents down, receipts and statistics up.
//
// A road is a SourceSystem. It carries bytes and decides nothing: who may order
// stands in the documents' signatures, so a road needs no trust. Each owns its
// own goroutine's state. When a road is down nothing is lost: a document stays
// where it lies until a final receipt was left there.
package upstream

import (
	"context"
	"time"

	"loaxa/app/station"
)

// Receipt is what the station answered to a document. Code is a typed word;
// Final: to bring it again changes nothing; Saved: the station's disk has it.
type Receipt struct {
	Code  string `json:"code"`
	Final bool   `json:"final"`
	Saved bool   `json:"saved"`
}

// Accept judges one document and has it obeyed. It may be called again with the
// same document; via names the road.
type Accept func(ctx context.Context, doc []byte, via string) Receipt

// SourceSystem is one road from the tiers above.
type SourceSystem interface {
	// Name is the road as logs and receipts call it.
	Name() string
	// Run brings documents until ctx ends. It returns before that only for a
	// road that can never work as it is set up.
	Run(ctx context.Context, accept Accept) error
	// Report carries a day's statistics up. An error: later, again.
	Report(ctx context.Context, s Statistics) error
}

// Statistics are one day of a station: what it was asked for and what was heard.
// No names, no texts.
type Statistics struct {
	Form        int    `json:"form"` // 1
	Station     string `json:"station"`
	Name        string `json:"name"`
	Day         string `json:"day"` // 2006-01-02, the commune's
	Broadcasts  int    `json:"broadcasts"`
	Seconds     int64  `json:"seconds"` // on air
	Emergencies int    `json:"emergencies"`
	Drills      int    `json:"drills"`
	Orders      int    `json:"orders"`  // of tiers above, obeyed
	Refused     int    `json:"refused"` // … and not
	Missed      int    `json:"missed"`  // starts of the timetable
	Clusters    int    `json:"clusters"`
	Lost        int    `json:"lost"` // clusters that are out of reach as this is written
}

// maxDocument bounds a document that a road brings, in bytes.
const maxDocument = station.MaxKeySetBytes + 4<<10

// Limit is that bound for those who make documents.
const Limit = maxDocument

// Documents tells whether bytes may be brought at all.
func Documents(b []byte) bool {
	return len(b) > 0 && len(b) <= maxDocument && (station.IsOrder(b) || station.IsKeySet(b) || station.IsDirective(b))
}

// pause waits; false when ctx ended first.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
