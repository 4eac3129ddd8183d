package agent

import (
	"time"

	"loaxa/devices/cluster"
)

// Status is how a pole stands, for who stands in front of it.
type Status struct {
	Linked  bool           `json:"linked"`
	Station string         `json:"station"`           // fingerprint
	Gone    time.Duration  `json:"gone,omitempty"`    // since when no station is there
	Alone   bool           `json:"alone,omitempty"`   // it airs its own
	Plan    uint64         `json:"plan,omitempty"`    // number of the newest plan; 0: none
	Slots   int            `json:"slots,omitempty"`   // in it
	Files   int            `json:"files,omitempty"`   // held in full
	Keep    int            `json:"keep,omitempty"`    // that are to be held
	Waiting int            `json:"waiting,omitempty"` // rows of its time alone that the station has not
	Clock   bool           `json:"clock"`             // its time can be trusted
	Now     time.Time      `json:"now"`
	Health  cluster.Health `json:"health"`
}

// Status tells it; it waits for nothing.
func (a *Agent) Status() Status {
	w := a.wallNow()
	st := Status{Station: a.opt.StationID, Clock: w.sure, Now: w.at, Health: a.Health()}
	a.mu.Lock()
	st.Linked = a.link != nil
	a.mu.Unlock()
	a.alone.mu.Lock()
	if !st.Linked && !a.alone.lost.IsZero() {
		st.Gone = time.Since(a.alone.lost)
	}
	plan := a.alone.plan
	a.alone.mu.Unlock()
	st.Alone = st.Health.Playing&aloneBit != 0
	if plan != nil {
		st.Plan, st.Slots, st.Keep = plan.Version, len(plan.Slots), len(plan.Keep)
	}
	if a.shelf != nil {
		names, _ := a.shelf.held()
		st.Files = len(names)
	}
	if a.diary != nil {
		st.Waiting = a.diary.count()
	}
	return st
}

func (d *diary) count() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.rows)
}
