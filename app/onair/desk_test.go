package onair

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"loaxa/app/station"
)

// stuckDisk takes everything and never says that it has it.
type stuckDisk struct{}

func (stuckDisk) Write([]station.Event, func(uint64, error)) error { return nil }

type idleCrew struct{}

func (idleCrew) Cue([]station.Cue) error { return nil }

// TestStuckDiskIsToldToWhoAsked: an order on a disk that takes nothing is
// done, answered as not saved with the disk's own words, and never left
// without an answer; an emergency waits for no disk.
func TestStuckDiskIsToldToWhoAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		d := NewDesk(Parts{Journal: stuckDisk{}, Crew: idleCrew{}, Warn: func(string, error) {},
			Now:  func() station.Stamp { return station.Stamp{Mono: time.Since(began)} },
			View: func() station.StationView { return station.StationView{} },
			Draw: func(station.Card, station.Board) (station.Strip, string) { return station.Strip{}, "" },
		}, State{Settings: Settings{Tones: []string{"attention"}}}, nil)
		ctx, stop := context.WithCancel(t.Context())
		go d.Run(ctx)
		d.Report(station.RosterSet{Clusters: []station.Cluster{{ID: "c1", Number: 1}}})
		d.Report(station.ItemAdded{Item: station.Item{ID: "i", Length: time.Minute}})
		d.Report(station.SavedReport{Failing: true, Why: "no space left"})
		synctest.Wait()
		a, err := d.Submit(ctx, station.QueueAdd{Item: "i", Targets: station.ParseTargets("all"), At: -1}, "an")
		if err != nil || a.Saved || a.Refusal == nil || a.Refusal.Code != station.NotSaved || a.Refusal.Subject != "no space left" {
			t.Errorf("a queued item was answered %+v %v", a, err)
		}
		if got := len(d.Snapshot().Queue.Entries); got != 1 {
			t.Errorf("the order was done, and the queue has %d entries", got)
		}
		asked := time.Now()
		a, err = d.Submit(ctx, station.EmergencyStart{Siren: "attention", Targets: station.ParseTargets("all")}, "an")
		if err != nil || a.Refusal != nil || a.Started == 0 || a.Saved || time.Since(asked) > 0 {
			t.Errorf("an emergency was answered %+v %v after %v", a, err, time.Since(asked))
		}
		stop()
		synctest.Wait()
	})
}
