package boot

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"loaxa/app/station"
	"loaxa/app/words"
	"loaxa/store"
	"loaxa/store/storetest"
)

// longLog is a log of rows: broadcasts of a minute, each with the receipts of
// twelve clusters.
func longLog(b testing.TB, rows int) *books {
	b.Helper()
	db := storetest.Open(b)
	at := time.Date(2026, 1, 1, 5, 0, 0, 0, Saigon)
	var ws []store.Write
	put := func(e station.Event) {
		e.At = station.Stamp{Wall: at, Mono: time.Duration(rows), Quality: station.ClockGood}
		payload, err := json.Marshal(e)
		if err != nil {
			b.Fatal(err)
		}
		if ws = append(ws, store.Write{Class: station.ClassAsRun, Version: 1, Payload: payload}); len(ws) == 1000 || rows == 1 {
			if _, err := db.Append(ws...); err != nil {
				b.Fatal(err)
			}
			ws = ws[:0]
		}
		rows--
	}
	for id := station.BroadcastID(1); rows > 0; id++ {
		title := fmt.Sprintf("Bản tin số %d", id)
		put(station.Event{Kind: station.EvStart, Broadcast: id, Class: station.Operator, Title: title, Actor: "hoa", Targets: 12})
		put(station.Event{Kind: station.EvItem, Broadcast: id, Class: station.Operator, Title: title})
		at = at.Add(time.Minute)
		put(station.Event{Kind: station.EvEnd, Broadcast: id, Class: station.Operator, Title: title, Reason: "done"})
		for c := range 12 {
			put(station.Event{Kind: station.EvReceipt, Broadcast: id, Cluster: station.ClusterID(fmt.Sprintf("%064d", c)), Number: c + 1, Duration: time.Minute})
		}
	}
	return &books{dir: b.TempDir(), db: db, lang: words.Vietnamese, roster: func() []station.Cluster { return nil },
		now: func() station.Stamp { return station.Stamp{Wall: at} }}
}

func BenchmarkLogOf100kRows(b *testing.B) {
	shelf := longLog(b, 100_000)
	ctx := context.Background()
	b.Run("page", func(b *testing.B) {
		worst := newSlowest(b)
		for b.Loop() {
			worst.mark()
			if p, err := shelf.Log(ctx, station.LogQuery{}); err != nil || len(p.Rows) != 100 {
				b.Fatal(len(p.Rows), err)
			}
		}
	})
	b.Run("rare-text", func(b *testing.B) {
		for b.Loop() {
			if p, err := shelf.Log(ctx, station.LogQuery{Text: "không có"}); err != nil || !p.More {
				b.Fatal(p, err)
			}
		}
	})
	b.Run("aired", func(b *testing.B) {
		worst := newSlowest(b)
		for b.Loop() {
			worst.mark()
			if as, err := shelf.Aired(ctx, station.LogQuery{}); err != nil || len(as) != 100 {
				b.Fatal(len(as), err)
			}
		}
	})
	b.Run("export", func(b *testing.B) {
		for b.Loop() {
			if _, err := shelf.Export(ctx, station.LogQuery{}, func(int64, int64) {}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// slowest reports the 99th percentile of single runs beside their mean.
type slowest struct {
	last  time.Time
	times []time.Duration
}

func newSlowest(b *testing.B) *slowest {
	s := &slowest{}
	b.Cleanup(func() {
		if n := len(s.times); n > 0 {
			slices.Sort(s.times)
			b.ReportMetric(float64(s.times[(n*99-1)/100]), "p99-ns")
		}
	})
	return s
}

// mark begins a run and ends the one before.
func (s *slowest) mark() {
	now := time.Now()
	if !s.last.IsZero() {
		s.times = append(s.times, now.Sub(s.last))
	}
	s.last = now
}
