package report

import (
	"context"
	"slices"

	"loaxa/app/station"
)

// Rows is the as-run log. Both give at most limit rows, none at its end.
type Rows interface {
	Back(before uint64, limit int) ([]station.LogRow, error) // newest first; before 0: from the newest
	Ahead(after uint64, limit int) ([]station.LogRow, error) // oldest first
}

// Bounds of one call: a log of years answers like one of a day.
const (
	pageRows  = 256
	scanRows  = 20_000  // looked at for one page of the log
	scanAired = 200_000 // … for one page of broadcasts: each has a row for every cluster
	defLimit  = 100
	// maxReceipts ends a page of broadcasts early: a thousand clusters have a
	// thousand receipts each time.
	maxReceipts = 20_000
)

// Log answers a query, newest first. A search that has looked at scanRows rows
// ends with what it found; Next says where to go on.
func Log(ctx context.Context, rows Rows, q station.LogQuery) (station.LogPage, error) {
	page := station.LogPage{Next: q.Before}
	limit := limitOf(q)
	for seen := 0; ; {
		if err := ctx.Err(); err != nil {
			return page, err
		}
		got, err := rows.Back(page.Next, pageRows)
		if err != nil || len(got) == 0 {
			return page, err
		}
		for _, r := range got {
			if len(page.Rows) == limit || seen == scanRows {
				page.More = true
				return page, nil
			}
			seen++
			page.Next = r.Seq
			if Match(q, r.Event) {
				page.Rows = append(page.Rows, r)
			}
		}
	}
}

func limitOf(q station.LogQuery) int {
	if q.Limit <= 0 {
		return defLimit
	}
	return min(q.Limit, station.MaxLogRows)
}

// Aired answers with the broadcasts that began before row q.Before, newest
// first: no more than the limit, and fewer where they have many receipts.
func Aired(ctx context.Context, rows Rows, q station.LogQuery, roster []station.Cluster, now station.Stamp) ([]station.Aired, error) {
	var out []station.Aired
	limit, receipts := limitOf(q), 0
	err := Each(ctx, rows, q, roster, now, func(a station.Aired, _ uint64) bool {
		out = append(out, a)
		receipts += len(a.Receipts)
		return len(out) < limit && receipts < maxReceipts
	})
	return out, err
}

// Each calls f for each broadcast that the query names, newest first, with the
// number of the row that it has come to, until f is false.
func Each(ctx context.Context, rows Rows, q station.LogQuery, roster []station.Cluster, now station.Stamp, f func(a station.Aired, at uint64) bool) error {
	fold := NewFold(roster, now)
	if err := later(ctx, rows, q.Before, fold); err != nil {
		return err
	}
	before := q.Before
	for seen := 0; seen < scanAired; {
		if err := ctx.Err(); err != nil {
			return err
		}
		got, err := rows.Back(before, pageRows)
		if err != nil || len(got) == 0 {
			return err
		}
		for _, r := range got {
			seen++
			before = r.Seq
			a, whole := fold.Take(r)
			if whole && MatchAired(q, a) && !f(a, before) {
				return nil
			}
			if whole && !q.From.IsZero() && a.Began.Quality == station.ClockGood && a.Began.Wall.Before(q.From) {
				return nil
			}
		}
	}
	return nil
}

// later gives the fold what was written of the older broadcasts from the row
// before on: an end and receipts may stand far behind the start.
func later(ctx context.Context, rows Rows, before uint64, fold *Fold) error {
	if before == 0 {
		return nil
	}
	var all []station.LogRow
	began := map[station.BroadcastID]bool{} // behind before: not asked for
	var last station.LogRow
	for after := before - 1; len(all) < scanAired; {
		if err := ctx.Err(); err != nil {
			return err
		}
		got, err := rows.Ahead(after, pageRows)
		if err != nil {
			return err
		}
		if len(got) == 0 {
			break
		}
		for _, r := range got {
			after = r.Seq
			if r.Kind == station.EvStart {
				began[r.Broadcast] = true
			}
			if r.Kind == station.EvBoot { // the row before says until when the station was there
				all = append(all, station.LogRow{Seq: last.Seq, Event: station.Event{At: last.At}})
			}
			if r.Kind == station.EvBoot || r.Broadcast != 0 && !began[r.Broadcast] {
				all = append(all, r)
			}
			last = r
		}
	}
	for _, r := range slices.Backward(all) {
		fold.Take(r)
	}
	return nil
}
