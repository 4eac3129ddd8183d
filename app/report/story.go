package report

import (
	"context"

	"loaxa/app/station"
)

// Bounds of one broadcast's story.
const (
	storyRows  = 200    // of it
	storyScan  = 20_000 // rows looked at
	storyAfter = 2_000  // … behind its end: a correction, the recording
)

// Story is what was written of the broadcast q.Broadcast from the row q.Began
// on, oldest first. Its receipts are left out: Aired sums them up. More: it is
// longer than what is told.
func Story(ctx context.Context, rows Rows, q station.LogQuery) (page station.LogPage, err error) {
	if q.Began == 0 {
		return page, nil
	}
	after, left := q.Began-1, storyScan
	for {
		if err := ctx.Err(); err != nil {
			return page, err
		}
		got, err := rows.Ahead(after, pageRows)
		if err != nil || len(got) == 0 {
			return page, err
		}
		for _, r := range got {
			after = r.Seq
			if left--; left < 0 {
				page.More = page.More || !ended(page.Rows)
				return page, nil
			}
			if r.Broadcast != q.Broadcast || r.Kind == station.EvReceipt {
				continue
			}
			if len(page.Rows) == storyRows {
				page.More = true
				return page, nil
			}
			if page.Rows = append(page.Rows, r); r.Kind == station.EvEnd {
				left = min(left, storyAfter)
			}
		}
	}
}

func ended(rows []station.LogRow) bool {
	for _, r := range rows {
		if r.Kind == station.EvEnd {
			return true
		}
	}
	return false
}
