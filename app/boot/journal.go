package boot

import (
	"encoding/json"
	"fmt"

	"loaxa/app/station"
	"loaxa/store"
)

// recordVersion is the version of every record's JSON form.
const recordVersion = 1

// journal is onair.Journal and onair.Records on the store's one file.
type journal struct {
	db     *store.DB
	safe   *store.Safe // nil: a journal without copies
	writer *store.Writer
}

// Write makes the events' records one batch. See onair.Journal.
func (j *journal) Write(events []station.Event, done func(uint64, error)) error {
	var ws []store.Write
	for _, e := range events {
		for _, r := range e.Records {
			w := store.Write{Class: r.Class, Key: r.Key, Version: recordVersion, Delete: r.Value == nil}
			if r.Value != nil {
				b, err := json.Marshal(r.Value)
				if err != nil {
					return fmt.Errorf("journal: %s: %w", r.Class, err)
				}
				w.Payload = b
			}
			ws = append(ws, w)
		}
	}
	if len(ws) == 0 {
		done(j.db.Head().Seq, nil)
		return nil
	}
	// A decision larger than one transaction may be is split between its
	// records; only the receipts of a thousand clusters are that many.
	for len(ws) > store.MaxWrites {
		if err := j.writer.Submit(ws[:store.MaxWrites], nil); err != nil {
			return err
		}
		ws = ws[store.MaxWrites:]
	}
	return j.writer.Submit(ws, done)
}

// Each reads the records of a class. See onair.Records.
func (j *journal) Each(class string, fn func(key string, value []byte) error) error {
	return j.db.Each(class, func(r store.Record) error { return fn(r.Key, r.Payload) })
}

// saved is how far the disk has the journal.
func (j *journal) saved() station.SavedReport {
	r := station.SavedReport{Seq: j.db.Head().Seq, Keep: j.keep()}
	if since, err := j.writer.Failing(); err != nil {
		r.Failing, r.Since, r.Why = true, since, err.Error()
	}
	return r
}
