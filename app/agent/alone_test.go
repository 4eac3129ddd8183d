package agent_test

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"loaxa/app/agent"
	"loaxa/devices"
	"loaxa/devices/cluster"
	"loaxa/devices/devicetest"
)

var saigon = time.FixedZone("", 7*3600)

// wallFrom is a wall clock that shows a time now.
func wallFrom(at time.Time, sure bool) func() (time.Time, bool) {
	began := time.Now()
	return func() (time.Time, bool) { return at.Add(time.Since(began)), sure }
}

// absent is a station that can be reached or not.
type absent struct {
	atomic.Pointer[devicetest.Station]
}

func (a *absent) dial(key devicetest.Key) func(context.Context) (net.Conn, error) {
	return func(ctx context.Context) (net.Conn, error) {
		if s := a.Load(); s != nil {
			return s.Dial(ctx, key)
		}
		return nil, errors.New("no way to the station")
	}
}

type told struct {
	mu   sync.Mutex
	rows []cluster.AloneRow
}

func (r *told) take(_ string, rows []cluster.AloneRow) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, row := range rows {
		if n := len(r.rows); n == 0 || r.rows[n-1].Number < row.Number {
			r.rows = append(r.rows, row)
		}
	}
}

func (r *told) find(kind string) (cluster.AloneRow, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, row := range r.rows {
		if row.Kind == kind {
			return row, true
		}
	}
	return cluster.AloneRow{}, false
}

// supply gives a pole its plan and file, and switches it off again.
func supply(t *testing.T, key, station devicetest.Key, dir string, p cluster.Plan) *devicetest.Station {
	t.Helper()
	return supplyOf(t, key, station, dir, 8, p)
}

func supplyOf(t *testing.T, key, station devicetest.Key, dir string, seconds int, p cluster.Plan) *devicetest.Station {
	t.Helper()
	lib := &files{}
	b := recording(t, seconds)
	name := lib.add(b)
	for i := range p.Slots {
		p.Slots[i].Play = []cluster.PlanPiece{{Asset: name, Gain: 1}}
	}
	for i := range p.Last {
		p.Last[i].Play = []cluster.PlanPiece{{Asset: "tone:attention", Gain: 1}}
	}
	p.Keep = []cluster.PlanFile{{Asset: name, Bytes: int64(len(b))}}
	s := devicetest.NewPiped(t, station, func(o *devices.Options) { o.Assets.Read = lib.read })
	s.Fleet.SetPlan(key.ID, plan(t, s, p))
	opt := options(s, key, "virtual")
	opt.Data = dir
	stop := boot(t, agent.New(opt))
	eventually(t, "plan and file are kept", func() bool {
		h, _ := s.Fleet.Holds(key.ID)
		_, err := os.Stat(filepath.Join(dir, "plan"))
		return h.Plan == 1 && len(h.Assets) == 1 && err == nil
	})
	stop()
	s.Close()
	return s
}

// TestThePoleAirsItsTimetableAlone: it is switched on where no station is, joins
// the slot in the middle by its own clock, gives way when the station is there
// again, and tells what it did until the station has it on disk.
func TestThePoleAirsItsTimetableAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		key, station, dir := devicetest.NewKey(t), devicetest.NewKey(t), t.TempDir()
		nine := time.Date(2026, 11, 23, 9, 0, 0, 0, saigon)
		old := supply(t, key, station, dir, cluster.Plan{Until: nine.Add(time.Hour).Unix(),
			Slots: []cluster.PlanSlot{{ID: 4, Title: "Bản tin sáng", Minute: 9 * 60, Days: 0x7f}}})
		var way absent
		opt := options(old, key, "virtual")
		opt.Dial, opt.Data, opt.Wall = way.dial(key), dir, wallFrom(nine.Add(-3*time.Second), true)
		a := agent.New(opt)
		boot(t, a)
		eventually(t, "the slot is heard", func() bool { h := a.Health(); return h.Playing == 1<<63|4<<1 && h.Level > 0.1 })
		if at, _ := opt.Wall(); at.Before(nine) {
			t.Error("it was aired before its time")
		}
		eventually(t, "more than a second of it was heard", func() bool { at, _ := opt.Wall(); return at.After(nine.Add(1500 * time.Millisecond)) })
		rows := &told{}
		back := devicetest.NewPiped(t, station, func(o *devices.Options) {
			o.Epoch, o.Assets.Alone = 78, rows.take
		})
		way.Store(back)
		eventually(t, "it tells what it aired", func() bool { _, ok := rows.find("slot"); return ok })
		row, _ := rows.find("slot")
		if row.Slot != 4 || row.Title != "Bản tin sáng" || row.At != nine.Unix() || row.Played == 0 || row.Why != "gave-way" {
			t.Errorf("%+v", row)
		}
		eventually(t, "its own is silent", func() bool { return a.Health().Playing == 0 })
		back.Fleet.TakenAlone(key.ID, row.Number)
		eventually(t, "what is on the station's disk is forgotten", func() bool {
			b, err := os.ReadFile(filepath.Join(dir, "alone.log"))
			return err == nil && len(b) < 200
		})
	})
}

// TestLastWordsSoundAlone, where the timetable has nothing; and the loss of the
// station in the middle of them changes nothing.
func TestLastWordsSoundAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		key, station, dir := devicetest.NewKey(t), devicetest.NewKey(t), t.TempDir()
		now := time.Date(2026, 11, 23, 2, 0, 0, 0, saigon) // in the quiet hours
		old := supply(t, key, station, dir, cluster.Plan{After: 3600, Until: now.Add(time.Hour).Unix(),
			Guard: cluster.Guard{QuietFrom: 22 * 60, QuietTo: 5 * 60},
			Slots: []cluster.PlanSlot{{ID: 4, Title: "never", Minute: 2 * 60, Days: 0x7f}},
			Last:  []cluster.LastWord{{ID: 7, Title: "Vỡ đập", After: 5, Every: 60, Times: 2, Until: now.Add(time.Minute).Unix()}}})
		var way absent
		opt := options(old, key, "virtual")
		opt.Dial, opt.Data, opt.Wall = way.dial(key), dir, wallFrom(now, true)
		a := agent.New(opt)
		boot(t, a)
		eventually(t, "the last words are heard", func() bool { return a.Health().Playing == 1<<63|7<<1|1 })
		if at, _ := opt.Wall(); at.Sub(now) < 4*time.Second {
			t.Error("they sounded before their time")
		}
		eventually(t, "they are written down", func() bool {
			b, err := os.ReadFile(filepath.Join(dir, "alone.log"))
			return err == nil && len(b) > 20
		})
	})
}

// TestAPoleThatIsUnsureOfTheTimeStaysSilent, and so does one in quiet hours.
func TestAPoleThatIsUnsureOfTheTimeStaysSilent(t *testing.T) {
	t.Run("unsure", func(t *testing.T) { staysSilent(t, false) })
	t.Run("quiet hours", func(t *testing.T) { staysSilent(t, true) })
}

func staysSilent(t *testing.T, sure bool) {
	synctest.Test(t, func(t *testing.T) {
		key, station, dir := devicetest.NewKey(t), devicetest.NewKey(t), t.TempDir()
		at := time.Date(2026, 11, 23, 23, 0, 1, 0, saigon)
		old := supply(t, key, station, dir, cluster.Plan{Until: at.Add(time.Hour).Unix(),
			Guard: cluster.Guard{QuietFrom: 22 * 60, QuietTo: 5 * 60},
			Slots: []cluster.PlanSlot{{ID: 4, Title: "đêm", Minute: 23 * 60, Days: 0x7f}}})
		var way absent
		opt := options(old, key, "virtual")
		opt.Dial, opt.Data, opt.Wall = way.dial(key), dir, wallFrom(at, sure)
		a := agent.New(opt)
		boot(t, a)
		time.Sleep(7 * time.Second) // two beyond the plan's
		if h := a.Health(); h.Playing != 0 || h.Account != (cluster.Account{}) {
			t.Errorf("it aired: %+v", h)
		}
	})
}

// TestADiskThatFailsSilencesNobody: what the pole would keep is lost with the
// power, and it plays what it is sent.
func TestADiskThatFailsSilencesNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStation(t, withTones)
		for _, broken := range []string{"alone.log", "plan", "assets"} {
			key, dir := devicetest.NewKey(t), t.TempDir()
			kind := os.MkdirAll
			if broken == "assets" { // a file where a folder should be
				kind = func(path string, _ os.FileMode) error { return os.WriteFile(path, nil, 0o600) }
			}
			if err := kind(filepath.Join(dir, broken), 0o700); err != nil {
				t.Fatal(err)
			}
			s.Fleet.SetPlan(key.ID, plan(t, s, cluster.Plan{}))
			opt := options(s, key, "virtual")
			opt.Data = dir
			a := agent.New(opt)
			stop := boot(t, a)
			eventually(t, "in step", inStep(a))
			if broken == "alone.log" {
				siren(t, s, key.ID, s.Now()+100_000, "din-33404-3")
				eventually(t, "it sounds", func() bool { return a.Health().Playing == 9 })
			}
			time.Sleep(2500 * time.Millisecond) // until the store was looked at
			stop()
		}
	})
}
