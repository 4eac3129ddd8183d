package boot

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"loaxa/app/onair"
	"loaxa/app/rundown"
	"loaxa/app/station"
)

// diskAndClock is what a station keeps over a power cut: its records, and a
// wall clock that can be set.
type diskAndClock struct {
	mu    sync.Mutex
	recs  map[string]map[string][]byte
	rows  []string // of the as-run log that the stories look at
	shift time.Duration
}

func (d *diskAndClock) set(wall time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.shift = time.Until(wall)
}

func (d *diskAndClock) wall() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return time.Now().Add(d.shift).In(Saigon)
}

// Write is onair.Journal; everything is on disk at once.
func (d *diskAndClock) Write(events []station.Event, done func(uint64, error)) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, e := range events {
		switch e.Kind {
		case station.EvStart, station.EvMissed, station.EvEnd, station.EvResume, station.EvSuspend:
			row := e.At.Wall.Format("02 15:04 ") + string(e.Kind) + " " + e.Title
			if e.Reason != "" {
				row += " (" + e.Reason + ")"
			}
			d.rows = append(d.rows, row)
		}
		for _, r := range e.Records {
			if d.recs[r.Class] == nil {
				d.recs[r.Class] = map[string][]byte{}
			}
			key := r.Key
			if key == "" {
				key = fmt.Sprint(len(d.recs[r.Class]))
			}
			if r.Value == nil {
				delete(d.recs[r.Class], key)
				continue
			}
			b, err := json.Marshal(r.Value)
			if err != nil {
				return err
			}
			d.recs[r.Class][key] = b
		}
	}
	done(1, nil)
	return nil
}

// Each is onair.Records.
func (d *diskAndClock) Each(class string, fn func(string, []byte) error) error {
	for k, v := range d.recs[class] {
		if err := fn(k, v); err != nil {
			return err
		}
	}
	return nil
}

// tapeDeck plays every item for a minute and says so.
type tapeDeck struct {
	desk *onair.Desk
	ctx  context.Context
	mu   sync.Mutex
	open map[station.BroadcastID]context.CancelFunc

	began time.Time // zero of the station's monotonic clock
}

// until waits for a moment; false: ctx ended before.
func (d *tapeDeck) until(ctx context.Context, at time.Duration) bool {
	select {
	case <-time.After(time.Until(d.began.Add(at))):
		return true
	case <-ctx.Done():
		return false
	}
}

func (d *tapeDeck) Cue(cues []station.Cue) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, c := range cues {
		switch c := c.(type) {
		case station.CueOpen:
			ctx, stop := context.WithCancel(d.ctx)
			d.open[c.Broadcast] = stop
			go d.play(ctx, c)
		case station.CueClose:
			stop := d.open[c.Broadcast]
			go func() {
				if d.until(d.ctx, c.At) {
					stop()
				}
			}()
		}
	}
	return nil
}

func (d *tapeDeck) play(ctx context.Context, c station.CueOpen) {
	if !d.until(ctx, c.At) {
		d.desk.Report(station.Closed{Broadcast: c.Broadcast})
		return
	}
	for _, p := range c.Pieces {
		began := time.Now()
		d.desk.Report(station.PieceStarted{Broadcast: c.Broadcast, Tag: p.Tag, From: p.From})
		select {
		case <-time.After(time.Minute - p.From):
			d.desk.Report(station.PieceEnded{Broadcast: c.Broadcast, Tag: p.Tag, Played: time.Minute})
		case <-ctx.Done():
			d.desk.Report(station.Closed{Broadcast: c.Broadcast, Tag: p.Tag, At: p.From + time.Since(began)})
			return
		}
	}
	d.desk.Report(station.Drained{Broadcast: c.Broadcast})
}

// powerOn starts the desk and the timetable from the disk; the returned func
// is the power cut.
func (d *diskAndClock) powerOn(t *testing.T) (*onair.Desk, func()) {
	t.Helper()
	state, err := onair.Recover(d, onair.Settings{Zone: Saigon})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cut := context.WithCancel(t.Context())
	began := time.Now()
	now := func() station.Stamp {
		return station.Stamp{Mono: time.Since(began), Wall: d.wall(), Quality: station.ClockGood}
	}
	deck := &tapeDeck{ctx: ctx, open: map[station.BroadcastID]context.CancelFunc{}, began: began}
	desk := onair.NewDesk(onair.Parts{Journal: d, Crew: deck, Now: now, Warn: func(string, error) {},
		View: func() station.StationView { return station.StationView{} },
		Draw: func(station.Card, station.Board) (station.Strip, string) { return station.Strip{}, "" }}, state, nil)
	deck.desk = desk
	var wg sync.WaitGroup
	wg.Go(func() { desk.Run(ctx) })
	wg.Go(func() {
		rundown.Watch(ctx, rundown.Parts{Snapshot: desk.Snapshot, Now: now, Report: desk.Report, Zone: Saigon})
	})
	return desk, func() { cut(); wg.Wait(); synctest.Wait() }
}

// TestTheTimetableLivesThroughANight: a power cut over a start, a clock that is
// set back over another, a start on the second that was slept through.
func TestTheTimetableLivesThroughANight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &diskAndClock{recs: map[string]map[string][]byte{}}
		at := func(day, hour, minute int) time.Time { return time.Date(2026, 11, day, hour, minute, 0, 0, Saigon) }
		d.set(at(22, 17, 0))
		desk, cut := d.powerOn(t)
		must := func(in station.Intent) {
			t.Helper()
			if a, err := desk.Submit(t.Context(), in, "hoa"); err != nil || a.Refusal != nil {
				t.Fatal(in, err, a.Refusal)
			}
		}
		_ = desk.Tell(t.Context(), station.RosterSet{Clusters: []station.Cluster{{ID: "c1", Number: 1, Name: "Thôn 1"}}})
		for _, id := range []station.ItemID{"news", "music"} {
			_ = desk.Tell(t.Context(), station.ItemAdded{Item: station.Item{ID: id, Title: string(id), Length: time.Minute}})
		}
		slot := func(title string, minute int, mode station.StartMode) {
			must(station.SlotPut{Slot: station.Slot{Title: title, Minute: minute, Days: station.EveryDay, Mode: mode,
				Items: []station.ItemID{"news"}, Targets: station.Everywhere()}})
		}
		slot("chiều", 18*60, station.StartHard)
		slot("nhạc hiệu", 18*60+2, station.StartSkip)
		slot("sáng", 5*60+30, station.StartHard)

		time.Sleep(58 * time.Minute)
		cut() // 17:58
		time.Sleep(6 * time.Minute)
		desk, cut = d.powerOn(t) // 18:04
		time.Sleep(2 * time.Minute)
		d.set(at(22, 17, 55)) // it was 18:06
		time.Sleep(10 * time.Minute)
		must(station.QueueAdd{Item: "music", Targets: station.Everywhere(), At: -1})
		d.set(at(23, 5, 29).Add(30 * time.Second))
		must(station.QueuePlay{})
		time.Sleep(5 * time.Minute)
		cut()
		want := []string{
			"22 18:04 start chiều", "22 18:04 missed nhạc hiệu (late)", "22 18:05 end chiều (done)",
			"23 05:29 start music", "23 05:30 suspend music (resume-at-cut)", "23 05:30 start sáng",
			"23 05:31 end sáng (done)", "23 05:31 resume music", "23 05:31 end music (done)",
		}
		if !slices.Equal(d.rows, want) {
			t.Errorf("the log has\n%q\nwant\n%q", d.rows, want)
		}
		if n := len(d.recs[station.ClassStart]); n != 3 {
			t.Errorf("%d starts are remembered: %s", n, d.recs[station.ClassStart])
		}
	})
}
