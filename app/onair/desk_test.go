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

// TestWhoWatchesIsToldWhenSomethingHappens: signs of life alone move the
// picture once a second, what happened at once; who asks has one of the last quarter of a second.
func TestWhoWatchesIsToldWhenSomethingHappens(t *testing.T) {
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
		alive := station.ClusterReport{ID: "c1", Up: true}
		d.Report(alive)
		synctest.Wait()
		changed, end := d.Subscribe()
		defer end()
		told := func() (yes bool) {
			synctest.Wait()
			select {
			case <-changed:
				yes = true
			default:
			}
			return yes
		}
		n := 0
		for range 100 {
			time.Sleep(100 * time.Millisecond)
			alive.Report.Uptime++
			d.Report(alive)
			if told() {
				n++
			}
		}
		if n < 8 || n > 11 {
			t.Errorf("told %d times in ten seconds in which nothing happened", n)
		}
		time.Sleep(tickEvery)
		synctest.Wait()
		if got := d.Snapshot().Clusters[0].Health.Uptime; got != alive.Report.Uptime {
			t.Errorf("who asks is told of %d, the newest is %d", got, alive.Report.Uptime)
		}
		time.Sleep(10 * time.Millisecond)
		told()
		d.Report(station.ClusterReport{ID: "c1", Why: "timeout"})
		if !told() {
			t.Error("a lost cluster was not told of at once")
		}
		if _, err := d.Submit(ctx, station.EmergencyStart{Siren: "attention", Targets: station.ParseTargets("all")}, "an"); err != nil || !told() {
			t.Error("an emergency was not told of at once", err)
		}
		stop()
		synctest.Wait()
	})
}

// TestAThousandSignsOfLifeMakeFewPictures: reports of a large commune draw no
// picture each, and the last of them is seen soon all the same.
func TestAThousandSignsOfLifeMakeFewPictures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		d := NewDesk(Parts{Journal: stuckDisk{}, Crew: idleCrew{}, Warn: func(string, error) {},
			Now:  func() station.Stamp { return station.Stamp{Mono: time.Since(began)} },
			View: func() station.StationView { return station.StationView{} },
			Draw: func(station.Card, station.Board) (station.Strip, string) { return station.Strip{}, "" },
		}, State{}, nil)
		ctx, stop := context.WithCancel(t.Context())
		go d.Run(ctx)
		report := func(uptime int64) {
			d.Report(station.ClusterReport{ID: "c1", Up: true, Report: station.ClusterHealth{Uptime: uptime}})
			synctest.Wait()
		}
		_ = d.Tell(ctx, station.RosterSet{Clusters: []station.Cluster{{ID: "c1", Number: 1}}})
		report(0)
		pictures := map[*station.Snapshot]bool{}
		for i := range int64(1000) {
			time.Sleep(time.Millisecond)
			report(i)
			pictures[d.Snapshot()] = true
		}
		if n := len(pictures); n > 30 {
			t.Errorf("%d pictures of a second of signs of life", n)
		}
		time.Sleep(tickEvery)
		synctest.Wait()
		if got := d.Snapshot().Clusters[0].Health.Uptime; got != 999 {
			t.Errorf("the last sign of life is not seen: %d", got)
		}
		stop()
		synctest.Wait()
	})
}
