package attach

import (
	"testing"

	"loaxa/app/station"
)

// TestTheDryRunIsAskedOfTheStation with the slot that is not saved yet; a
// station that cannot says so.
func TestTheDryRunIsAskedOfTheStation(t *testing.T) {
	parts := Parts{DryRun: func(in station.DryAsk) station.DryRun {
		return station.DryRun{Days: station.DryDays, Starts: []station.DryStart{{Slot: in.Slot.ID, Title: in.Slot.Title}}, Findings: []station.DryFinding{{Why: station.DryQuiet, Clusters: []int{3}}}}
	}}
	c := &client{Server: &Server{parts: parts}}
	m := message{Kind: kindDryRun}
	if err := m.put(station.DryAsk{Slot: &station.Slot{ID: 7, Title: "Bản tin"}}); err != nil {
		t.Fatal(err)
	}
	r := c.answer(1, func() (any, error) { return c.do(t.Context(), m) })
	var run station.DryRun
	if err := r.get(&run); err != nil || run.Starts[0].Slot != 7 || run.Starts[0].Title != "Bản tin" || run.Findings[0].Clusters[0] != 3 || run.Days != 14 {
		t.Errorf("%+v, %v, %s", run, err, r.Error)
	}
	m.Body = []byte{0xff}
	if r := c.answer(2, func() (any, error) { return c.do(t.Context(), m) }); r.Error == "" {
		t.Error("a broken question was answered")
	}
	c.Server = &Server{}
	if _, err := c.dryRun(m); err == nil {
		t.Error("a station that cannot answered")
	}
}
