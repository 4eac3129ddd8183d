package mirror_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"loaxa/store"
	"loaxa/store/storetest"
)

// TestFaultThirtyDays is the whole month of TestDaysOfFaults.
func TestFaultThirtyDays(t *testing.T) { days(t, storetest.Rounds(t, 0, 10, 30, 120)) }

// TestDaysOfFaults is its first days.
func TestDaysOfFaults(t *testing.T) { days(t, 5) }

// days of a station and its district in virtual time: links that break
// and go dead, either program killed, backlogs, compaction. Each evening both
// hold the same.
func days(t *testing.T, n int) {
	t.Helper()
	seed := storetest.Seed(t)
	synctest.Test(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(seed, 30))
		l := &line{rate: 32_000, delay: 80 * time.Millisecond, queue: 64 << 10}
		v := newVillage(t, l)
		defer v.end()
		orders := 0
		for range n {
			for range 24 {
				v.hour(rng, &orders)
			}
			l.set(false, false)
			v.caught(10 * time.Minute)
			for range 60 {
				if len(v.box.Pending()) > 0 {
					time.Sleep(time.Second)
				}
			}
			if n := len(v.box.Pending()); n > 0 {
				t.Fatalf("%d orders stay unanswered", n)
			}
			equal(t, v.db, v.rep)
			if err := v.rep.Verify(true); err != nil {
				t.Fatal(err)
			}
		}
		if len(v.orders) != orders {
			t.Errorf("%d of %d orders were handed over", len(v.orders), orders)
		}
	})
}

// hour is one hour of them.
func (v *village) hour(rng *rand.Rand, orders *int) {
	if _, err := v.db.Append(dayWrites(rng, 1+rng.IntN(40))...); err != nil {
		v.t.Fatal(err)
	}
	if _, err := v.db.Append(put("queue", fmt.Sprint(rng.IntN(5)), fmt.Sprint(rng.Uint64())), store.Write{Class: "queue", Key: fmt.Sprint(rng.IntN(5)), Delete: true}); err != nil {
		v.t.Fatal(err)
	}
	if rng.IntN(4) == 0 {
		v.box.put(fmt.Sprint("order ", *orders))
		*orders++
	}
	time.Sleep(time.Duration(rng.Int64N(int64(20 * time.Minute))))
	switch rng.IntN(12) {
	case 0:
		v.line.cut()
	case 1:
		v.line.set(true, false)
		time.Sleep(time.Duration(rng.Int64N(int64(10 * time.Minute))))
		v.line.set(false, false)
	case 2:
		v.line.set(false, true)
		v.line.cut()
	case 3:
		v.line.set(false, false)
	case 4:
		v.closeStation()
		v.openStation()
	case 5:
		v.closeDistrict()
		v.openDistrict()
		v.line.set(false, false)
	case 6:
		if acked := v.s.Link(); acked.Known {
			if err := v.db.DropBefore(acked.Acked.Seq); err != nil {
				v.t.Fatal(err)
			}
		}
	}
	time.Sleep(time.Duration(rng.Int64N(int64(40 * time.Minute))))
}
