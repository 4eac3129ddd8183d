package district

import (
	"encoding/json"
	"strconv"
	"sync"
	"time"

	"loaxa/app/station"
	"loaxa/store"
)

// Books are what a station's replica tells of its day: only classes that a
// station writes. All strings are foreign text.
type Books struct {
	Air      []OnAir       `json:"air"`
	AsRun    []LogLine     `json:"asrun"`   // newest first
	Refused  []RefusedLine `json:"refused"` // orders that were not obeyed, newest first
	Faults   []FaultLine   `json:"faults"`  // open ones
	Clusters []Pole        `json:"clusters"`
	Boards   int           `json:"boards"`
	Error    string        `json:"error,omitempty"` // the replica cannot be read
}

// OnAir is one broadcast that is open at a station: on air or pushed off.
type OnAir struct {
	Class     string    `json:"class"`
	Title     string    `json:"title"`
	Who       string    `json:"who"`
	Since     time.Time `json:"since"`
	Emergency bool      `json:"emergency"`
	Drill     bool      `json:"drill,omitempty"`
}

// LogLine is one row of a station's log.
type LogLine struct {
	Seq uint64 `json:"seq"`
	station.Event
}

// RefusedLine is an order that a station did not obey.
type RefusedLine struct {
	Seq uint64 `json:"seq"`
	station.RefusedOrder
}

// FaultLine is a fault that is open at a station.
type FaultLine struct {
	Kind    station.EventKind `json:"kind"`
	Subject string            `json:"subject,omitempty"`
	Reason  string            `json:"reason,omitempty"`
	Since   time.Time         `json:"since"`
	Acked   bool              `json:"acked"`
}

// Pole is one cluster of a station.
type Pole struct {
	Number int     `json:"number"`
	Name   string  `json:"name"`
	Lat    float64 `json:"lat"`
	Lon    float64 `json:"lon"`
}

// Lines of each list; a page of a station's log has more.
const (
	bookLines = 20
	logLines  = 200
	maxPoles  = station.MaxClusters
	maxFaults = 200
)

// shelf keeps what was read of replicas until they grow.
type shelf struct {
	mu   sync.Mutex
	read map[string]shelved
}

type shelved struct {
	at    store.Hash
	books *Books
}

// of reads the books of one station. What it returns is not changed any more.
func (s *shelf) of(id string, r *store.Reader) *Books {
	h := r.Head().H
	s.mu.Lock()
	had, ok := s.read[id]
	s.mu.Unlock()
	if ok && had.at == h {
		return had.books
	}
	b := readBooks(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.read == nil {
		s.read = map[string]shelved{}
	}
	s.read[id] = shelved{h, b}
	return b
}

func readBooks(r *store.Reader) *Books {
	b := &Books{Air: []OnAir{}, AsRun: []LogLine{}, Refused: []RefusedLine{}, Faults: []FaultLine{}, Clusters: []Pole{}}
	err := first(
		func() error { return b.air(r) },
		func() (err error) { b.AsRun, err = AsRun(r, 0, bookLines); return err },
		func() error { return b.refused(r) },
		func() error { return b.faults(r) },
		func() error { return b.poles(r) },
	)
	if err != nil {
		b.Error = err.Error()
	}
	return b
}

func first(steps ...func() error) error {
	for _, f := range steps {
		if err := f(); err != nil {
			return err
		}
	}
	return nil
}

// each reads the records of a class; one that a newer station writes in
// another form is passed over.
func each[T any](r *store.Reader, class string, f func(T) bool) error {
	done := false
	return r.Each(class, func(rec store.Record) error {
		var v T
		if !done && json.Unmarshal(rec.Payload, &v) == nil {
			done = !f(v)
		}
		return nil
	})
}

func (b *Books) air(r *store.Reader) error {
	return each(r, station.ClassAir, func(a station.AirRecord) bool {
		b.Air = append(b.Air, OnAir{Class: a.Class.String(), Title: a.Title, Who: a.Who, Since: a.Since.Wall,
			Emergency: a.Class.IsEmergency(), Drill: a.Drill})
		return len(b.Air) < bookLines
	})
}

// AsRun reads rows of a station's log before row before, the newest first; 0:
// from the newest.
func AsRun(r *store.Reader, before uint64, limit int) ([]LogLine, error) {
	recs, err := back(r, station.ClassAsRun, before, limit)
	out := []LogLine{}
	for _, rec := range recs {
		var e station.Event
		if json.Unmarshal(rec.Payload, &e) == nil {
			out = append(out, LogLine{seqOf(rec.Key), e})
		}
	}
	return out, err
}

func back(r *store.Reader, class string, before uint64, limit int) ([]store.Record, error) {
	key := ""
	if before > 0 {
		key = store.SeqKey(before)
	}
	return r.Back(class, key, limit)
}

func seqOf(key string) uint64 {
	n, err := strconv.ParseUint(key, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

func (b *Books) refused(r *store.Reader) error {
	recs, err := back(r, station.ClassRefusal, 0, bookLines)
	for _, rec := range recs {
		var o station.RefusedOrder
		if json.Unmarshal(rec.Payload, &o) == nil {
			b.Refused = append(b.Refused, RefusedLine{seqOf(rec.Key), o})
		}
	}
	return err
}

func (b *Books) faults(r *store.Reader) error {
	return each(r, station.ClassFault, func(f station.Fault) bool {
		if !f.Over {
			b.Faults = append(b.Faults, FaultLine{f.Kind, f.Subject, f.Reason, f.Since.Wall, f.Acked})
		}
		return len(b.Faults) < maxFaults
	})
}

func (b *Books) poles(r *store.Reader) error {
	err := each(r, station.ClassCluster, func(c station.Cluster) bool {
		b.Clusters = append(b.Clusters, Pole{c.Number, c.Name, c.Lat, c.Lon})
		return len(b.Clusters) < maxPoles
	})
	if err != nil {
		return err
	}
	return each(r, station.ClassBoard, func(station.Board) bool { b.Boards++; return true })
}
