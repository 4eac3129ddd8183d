package ui_test

import (
	"context"

	"loaxa/app/station"
	"loaxa/ui/uitest"
)

// recorded are books in which every broadcast has a recording.
type recorded struct{ uitest.Books }

func (r recorded) Aired(ctx context.Context, q station.LogQuery) ([]station.Aired, error) {
	all, err := r.Books.Aired(ctx, q)
	for i := range all {
		all[i].Record = "item-4"
	}
	return all, err
}
