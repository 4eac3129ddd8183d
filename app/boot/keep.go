package boot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"loaxa/app/attach"
	"loaxa/app/station"
	"loaxa/store"
)

// journalFile is the station's journal inside its data folder.
const journalFile = "station.db"

// asRunKept is how long the as-run log, orders and receipts stay.
const asRunKept = 5 * 366 * 24 * time.Hour

// safeOptions are what the station's journal is kept with.
func safeOptions(dir string, c Config, wall func() (time.Time, store.Quality)) store.SafeOptions {
	opt := store.SafeOptions{Options: store.Options{Wall: wall}, Side: c.Keep.Side, Copies: c.Keep.Copies}
	opt.Retention = []store.Retention{{Class: station.ClassAsRun, Keep: asRunKept}}
	if c.Upstream.Address != "" {
		opt.Subscribed = true
		if told, err := readUpstream(dir, c.Upstream.Peer); err == nil {
			opt.Acked = told.Acked
		}
	}
	return opt
}

// openStore opens the journal, or repairs it first.
func (s *stationRooms) openStore(dir string) error {
	opt := safeOptions(dir, s.conf, func() (time.Time, store.Quality) {
		t, q := s.clock.Wall()
		return t, uint8(q)
	})
	opt.Warn = s.warn
	safe, repaired, err := store.OpenSafe(filepath.Join(dir, journalFile), opt)
	if errors.Is(err, store.ErrLocked) {
		return fmt.Errorf("data folder %s is in use by a running station: attach to it with loaxa --data %s", dir, dir)
	}
	if err != nil {
		return err
	}
	if repaired != nil {
		s.warn("the journal was built anew from "+string(repaired.From), errors.New(repairWords(repairOf(*repaired))))
	}
	s.journal = &journal{db: safe.DB, safe: safe, writer: store.NewWriter(safe.DB)}
	s.onStop(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		_ = s.journal.writer.Close(ctx)
		_ = safe.Close()
	})
	db := safe.DB
	if n := db.Head().Seq; n > 0 {
		if last, err := db.Entries(n, 1, store.MaxWriteBytes); err == nil && len(last) == 1 {
			if last[0].ClockQuality == store.ClockGood { // a clock that was wrong proves nothing
				s.clock.RaiseOwn(time.UnixMilli(last[0].Wall))
			}
		}
	}
	return nil
}

// tellRepair tells the desk of a repair at the first start after it: this
// start's own, or a restore before it.
func (s *stationRooms) tellRepair() {
	db := s.journal.db
	if db.Floor() > 1 {
		return
	}
	first, err := db.Entries(1, 1, 1)
	if err != nil || len(first) == 0 || first[0].Class != store.ClassRecovery || first[0].Boot+1 != db.Boot() {
		return
	}
	if r := newestRepair(&db.Reader); r != nil {
		s.desk.Report(station.JournalRepaired{Repair: *r})
	}
}

// keepAsked is the work that somebody at the socket asks of what keeps the
// journal.
func (s *stationRooms) keepAsked(_ context.Context, what string) (json.RawMessage, error) {
	switch what {
	case attach.KeepVerify:
		if err := s.journal.db.Verify(true); err != nil {
			return nil, err
		}
		return s.proof()
	case attach.KeepCopy:
		path, err := s.journal.safe.CopyFor()
		if err != nil {
			return nil, err
		}
		return json.Marshal(path)
	}
	return nil, attach.ErrUnknown
}

// newestRepair is the newest repair of the journal, nil when there was none.
func newestRepair(j *store.Reader) *station.Repair {
	all, err := j.Recoveries()
	if err != nil || len(all) == 0 {
		return nil
	}
	newest := all[0]
	for _, r := range all {
		if r.At.After(newest.At) {
			newest = r
		}
	}
	r := repairOf(newest)
	return &r
}

func repairOf(r store.Recovery) station.Repair {
	out := station.Repair{At: r.At.In(Saigon), Cause: station.RepairCause(r.Cause), Why: r.Why, From: string(r.From), Source: r.Source,
		Records: r.Records, Recovered: [2]uint64{r.Recovered.From, r.Recovered.To}, Kept: r.Kept}
	for _, l := range r.Lost {
		lost := station.Lost{From: l.From, To: l.To, Until: l.Until.In(Saigon), Classes: l.Classes, Open: l.Open}
		if !l.Since.IsZero() {
			lost.Since = l.Since.In(Saigon)
		}
		out.Lost = append(out.Lost, lost)
	}
	return out
}

// repairWords is a repair for a log or a shell.
func repairWords(r station.Repair) string {
	from := r.From
	if r.Source != "" {
		from += " " + r.Source
	}
	s := fmt.Sprintf("cause %s, built from %s with %d records", r.Cause, from, r.Records)
	if r.Recovered[1] > 0 {
		s += fmt.Sprintf(", entries %d to %d brought back", r.Recovered[0], r.Recovered[1])
	}
	if len(r.Lost) == 0 {
		s += ", nothing is known to be lost"
	}
	for _, l := range r.Lost {
		to := fmt.Sprintf("to %d", l.To)
		if l.Open {
			to = "on"
		}
		s += fmt.Sprintf("\n  LOST: entries from %d %s, between %s and %s %v", l.From, to, l.Since.Format(time.DateTime), l.Until.Format(time.DateTime), l.Classes)
	}
	if r.Kept != "" {
		s += "\n  the old file stays as " + r.Kept
	}
	return s
}

// keep is how the journal's second copies stand.
func (j *journal) keep() station.KeepReport {
	if j.safe == nil {
		return station.KeepReport{}
	}
	side, copies := j.safe.Side(), j.safe.Copies()
	k := station.KeepReport{SideDir: side.Dir, Copies: copies.Hourly + copies.Daily, CopyAt: copies.Newest, Blanking: copies.Pending}
	if side.Err != nil {
		k.SideFailing, k.SideSince, k.SideWhy = true, side.Since, side.Err.Error()
	}
	if copies.Err != nil {
		k.CopyFailing, k.CopySince, k.CopyWhy = true, copies.Since, copies.Err.Error()
		if errors.Is(copies.Err, store.ErrCorrupt) {
			k.CopyWhy = station.JournalSuspect
		}
	}
	return k
}
