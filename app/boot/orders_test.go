package boot

import (
	"context"
	"encoding/json"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"loaxa/app/onair"
	"loaxa/app/station"
	"loaxa/app/trust"
	"loaxa/store"
	"loaxa/store/mirror"
)

// TestTheLargestOrderFitsTheJournal: one that could not be written would be
// heard and never acknowledged.
func TestTheLargestOrderFitsTheJournal(t *testing.T) {
	in := station.OrderReceived{Document: make([]byte, station.MaxOrderBytes), Via: strings.Repeat("<", 80)}
	in.Order.Issuer = strings.Repeat("&", station.MaxOrderName)
	in.Order.Content.Text = strings.Repeat("<", station.MaxEmergency) // six bytes each in JSON
	in.Order.Content.Siren = strings.Repeat("<", station.MaxOrderName)
	for range station.MaxOrderStations {
		in.Order.Audience.Stations = append(in.Order.Audience.Stations, strings.Repeat("a", 32))
	}
	for _, v := range []any{station.NewOrderRecord(in, station.OrderStarted, station.Stamp{}),
		station.KeysRecord{Version: 1, Document: make([]byte, station.MaxKeySetBytes)}} {
		if b, err := json.Marshal(v); err != nil || len(b) > store.MaxPayload {
			t.Errorf("%T takes %d bytes, an entry holds %d (%v)", v, len(b), store.MaxPayload, err)
		}
	}
}

// stuckDisk takes every write and never says that it is on disk.
type stuckDisk struct{ done []func(uint64, error) }

func (d *stuckDisk) Write(_ []station.Event, done func(uint64, error)) error {
	d.done = append(d.done, done)
	return nil
}

// ears are a crew that remembers what was opened.
type ears struct{ opened atomic.Int32 }

func (e *ears) Cue(cues []station.Cue) error {
	for _, c := range cues {
		if _, ok := c.(station.CueOpen); ok {
			e.opened.Add(1)
		}
	}
	return nil
}

// TestAnEmergencyOnADeadDiskIsHeardAndNotAcknowledged: sound waits for no
// disk, and nobody above is told that it is safe.
func TestAnEmergencyOnADeadDiskIsHeardAndNotAcknowledged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		issuer, err := trust.NewOfficer("Ban chỉ huy")
		if err != nil {
			t.Fatal(err)
		}
		chair, err := trust.NewOfficer("Chủ tịch")
		if err != nil {
			t.Fatal(err)
		}
		heard, clock := &ears{}, NewClock()
		state := onair.State{Settings: onair.Settings{Tones: []string{"siren"}, DefaultSiren: "siren"},
			Roster: []station.Cluster{{ID: "c1", Number: 1, Name: "Thôn 1"}}}
		desk := onair.NewDesk(onair.Parts{Journal: &stuckDisk{}, Crew: heard, Now: clock.Now, Warn: func(string, error) {},
			View: func() station.StationView { return station.StationView{} },
			Draw: func(station.Card, station.Board) (station.Strip, string) { return station.Strip{}, "" }}, state, nil)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); desk.Run(ctx) }()
		defer func() { cancel(); <-done }()
		here := strings.Repeat("a", 32)
		g := &orderGate{id: here, clock: clock, desk: func() *onair.Desk { return desk }, seen: station.NewOrderMemory(), under: map[mirror.Ref]chan struct{}{},
			keys: station.KeySet{Version: 1, Keys: []station.IssuerKey{
				{Name: issuer.Name, Key: issuer.Public().Key, Roles: station.MayIssue, Top: station.Emergency},
				{Name: chair.Name, Key: chair.Public().Key, Roles: station.MayApprove}}}}
		at := clock.Bound().UnixMilli() + 1000
		o := station.Order{ID: newOrderID(), Issuer: issuer.Name, KeyID: issuer.ID(), Counter: 1, Kind: station.OrderPlay, Class: station.Emergency,
			Audience: station.Audience{Stations: []string{here}, Targets: station.Everywhere()}, IssuedAt: at, Expires: at + 3600_000,
			Content: station.OrderContent{Text: "Lũ về"}}
		c := cancelOf(o)
		cancelDoc := c.Sign(issuer.Sign, nil)
		s := o.Sign(issuer.Sign, cancelDoc.Encode())
		s.Approvals = []station.OrderApproval{{KeyID: chair.ID(), Signature: chair.Sign(s.ApprovalBytes())}}

		if r := g.Accept(ctx, s.Encode(), "upstream", false); r.Code != string(station.OrderClockUnsure) || r.Final {
			t.Fatalf("with a clock that cannot be believed: %+v", r)
		}
		r := g.Accept(ctx, s.Encode(), "upstream", true)
		if r.Code != orderUnsaved || r.Final || r.Saved {
			t.Errorf("receipt %+v", r)
		}
		if heard.opened.Load() != 1 {
			t.Errorf("opened %d times", heard.opened.Load())
		}
		if snap := desk.Snapshot(); snap.Emergency == nil || snap.Emergency.Text != "Lũ về" {
			t.Error("no emergency")
		}
	})
}
