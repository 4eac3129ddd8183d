package boot

import (
	"encoding/json"
	"strings"
	"testing"

	"loaxa/app/station"
	"loaxa/store"
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
