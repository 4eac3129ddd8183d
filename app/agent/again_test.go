package agent_test

import (
	"testing"
	"testing/synctest"
	"time"

	"loaxa/app/agent"
	"loaxa/devices"
	"loaxa/devices/cluster"
	"loaxa/devices/devicetest"
)

// TestASlotIsAiredOnceHoweverOftenTheStationGoes: the station takes the slot from the
// pole, has its rows on disk and is lost again; the rest of the slot is not
// aired then, nor after a power cut, and the next day's is.
func TestASlotIsAiredOnceHoweverOftenTheStationGoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		key, station, dir := devicetest.NewKey(t), devicetest.NewKey(t), t.TempDir()
		nine := time.Date(2026, 11, 23, 9, 0, 0, 0, saigon)
		old := supplyOf(t, key, station, dir, 60, cluster.Plan{Until: nine.Add(72 * time.Hour).Unix(),
			Slots: []cluster.PlanSlot{{ID: 4, Title: "Bản tin sáng", Minute: 9 * 60, Days: 0x7f}}})
		var way absent
		opt := options(old, key, "virtual")
		opt.Dial, opt.Data, opt.Wall = way.dial(key), dir, wallFrom(nine.Add(-3*time.Second), true)
		a := agent.New(opt)
		stop := boot(t, a)
		airs := func() bool { return a.Health().Playing == 1<<63|4<<1 }
		eventually(t, "the slot is heard", airs)
		rows := &told{}
		back := devicetest.NewPiped(t, station, func(o *devices.Options) { o.Epoch, o.Assets.Alone = 78, rows.take })
		way.Store(back)
		eventually(t, "it tells what it aired", func() bool { _, ok := rows.find("slot"); return ok })
		row, _ := rows.find("slot")
		back.Fleet.TakenAlone(key.ID, row.Number)
		time.Sleep(5 * time.Second)
		way.Store(nil)
		back.Close()
		silent := func(what string) {
			t.Helper()
			for range 150 {
				if time.Sleep(200 * time.Millisecond); airs() {
					t.Fatalf("the rest of the slot is aired again %s", what)
				}
			}
		}
		silent("when the station is lost again")
		stop()
		a = agent.New(opt)
		stop = boot(t, a)
		silent("after a power cut")
		stop()
		opt.Wall = wallFrom(nine.Add(24*time.Hour), true)
		a = agent.New(opt)
		boot(t, a)
		eventually(t, "the next day's is heard", airs)
	})
}
