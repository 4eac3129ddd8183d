package agent_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"loaxa/app/agent"
	"loaxa/devices"
	"loaxa/devices/cluster"
	"loaxa/devices/devicetest"
)

// TestTheStationIsGoneForTwoDays, and the power in between: the pole airs each
// morning's start whole, says since when the station was gone, and tells all of
// it when the station is back.
func TestTheStationIsGoneForTwoDays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		key, station, dir := devicetest.NewKey(t), devicetest.NewKey(t), t.TempDir()
		nine := time.Date(2026, 11, 23, 9, 0, 0, 0, saigon)
		old := supply(t, key, station, dir, cluster.Plan{Until: nine.Add(8 * 24 * time.Hour).Unix(),
			Slots: []cluster.PlanSlot{{ID: 4, Title: "Bản tin sáng", Minute: 9 * 60, Days: 0x7f}}})
		var way absent
		opt := options(old, key, "virtual")
		opt.Dial, opt.Data = way.dial(key), dir
		for day := range 2 {
			opt.Wall = wallFrom(nine.Add(time.Duration(day)*24*time.Hour-40*time.Second), true)
			stop := boot(t, agent.New(opt))
			eventually(t, "the morning's start is aired and written down", func() bool {
				b, err := os.ReadFile(filepath.Join(dir, "alone.log"))
				return err == nil && bytes.Count(b, []byte(`"slot"`)) == day+1
			})
			stop()
		}
		opt.Wall = wallFrom(nine.Add(46*time.Hour), true)
		rows := &told{}
		way.Store(devicetest.NewPiped(t, station, func(o *devices.Options) { o.Epoch, o.Assets.Alone = 78, rows.take }))
		boot(t, agent.New(opt))
		eventually(t, "it says that the station is back", func() bool { _, ok := rows.find("back"); return ok })
		rows.mu.Lock()
		defer rows.mu.Unlock()
		var slots []cluster.AloneRow
		for _, r := range rows.rows {
			if r.Kind == "slot" {
				slots = append(slots, r)
			}
		}
		if len(rows.rows) != 4 || rows.rows[0].Kind != "lost" || rows.rows[0].At > nine.Unix() || len(slots) != 2 {
			t.Fatalf("told %+v", rows.rows)
		}
		for day, r := range slots {
			if r.At != nine.AddDate(0, 0, day).Unix() || r.Played < 7500 || r.Played > 8000 || r.Why != "" {
				t.Errorf("day %d: %+v", day, r)
			}
		}
	})
}
