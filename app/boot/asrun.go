package boot

import (
	"encoding/json"
	"errors"
	"iter"

	"loaxa/app/station"
	"loaxa/store"
)

var errStop = errors.New("enough")

// ReadAsRun reads the as-run log of a stopped station's file, oldest first.
func ReadAsRun(path string) iter.Seq2[station.Event, error] {
	return func(yield func(station.Event, error) bool) {
		r, err := store.OpenAny(path)
		if err != nil {
			yield(station.Event{}, err)
			return
		}
		defer func() { _ = r.Close() }()
		err = r.Each(station.ClassAsRun, func(rec store.Record) error {
			var e station.Event
			if err := json.Unmarshal(rec.Payload, &e); err != nil {
				return err
			}
			if !yield(e, nil) {
				return errStop
			}
			return nil
		})
		if err != nil && !errors.Is(err, errStop) {
			yield(station.Event{}, err)
		}
	}
}
