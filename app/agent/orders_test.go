package agent_test

import (
	"context"
	"errors"
	"net"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"loaxa/app/agent"
	"loaxa/devices"
	"loaxa/devices/cluster"
	"loaxa/devices/devicetest"
)

// refusals are what poles told their station.
type refusals struct {
	mu  sync.Mutex
	all []devices.Refusal
}

func (r *refusals) take(one devices.Refusal) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all = append(r.all, one)
}

func (r *refusals) has(what, code, who string) func() bool {
	return func() bool {
		r.mu.Lock()
		defer r.mu.Unlock()
		for _, one := range r.all {
			if one.What == what && one.Code == code && (who == "" || one.Who == who) {
				return true
			}
		}
		return false
	}
}

// TestAPolePlaysNoForgedOrder: the station itself was deceived, or lies; the
// pole checks and stays silent, and plays what is in order.
func TestAPolePlaysNoForgedOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told refusals
		s := newStation(t, func(o *devices.Options) { o.Refused = told.take })
		key := devicetest.NewKey(t)
		path := filepath.Join(t.TempDir(), "pole.wav")
		opt := options(s, key, "wav:"+path)
		opt.Orders = agent.Orders{Root: agent.Root.ID()}
		a := agent.New(opt)
		stop := boot(t, a)
		eventually(t, "in step", inStep(a))
		dawn := time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC)
		forged, _ := agent.OrderDoc(1, agent.Thief, dawn)
		good, _ := agent.OrderDoc(2, agent.Issuer, dawn)
		s.Fleet.CarryKeys(agent.KeysDoc(1, agent.Root))
		p := newProgramme(t, 50)

		s.Fleet.CarryOrder(10, forged)
		p.air(t, s, 1, 6, s.Now()+300_000, []string{key.ID})
		eventually(t, "the pole says that it refused", told.has(cluster.RefusedOrder, "order-bad-signature", agent.Issuer.Name))
		s.Fleet.CarryOrder(20, good)
		p.air(t, s, 2, 6, s.Now()+2_500_000, []string{key.ID}) // behind the end of the forged one
		eventually(t, "the order in order is played", func() bool { h := a.Health(); return h.Account.Broadcast == 20 && h.Account.OnTime == 50 })
		stop()
		heard := readWAV(t, path)
		if n := sounding(heard); n < 45_000 || n > 49_000 {
			t.Errorf("%d samples were heard, want those of one programme: 48000", n)
		}
	})
}

// sounding counts the samples from the first that is heard to the last.
func sounding(x []float32) int {
	first, last := -1, -1
	for i, v := range x {
		if v != 0 {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	return last - first + 1
}

// TestAPoleReportsAStrangerInItsStationsPlace when it finds its station again.
func TestAPoleReportsAStrangerInItsStationsPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told refusals
		s := newStation(t, func(o *devices.Options) { o.Refused = told.take })
		key := devicetest.NewKey(t)
		opt := options(s, key, "virtual")
		right := opt.Dial
		wrong := errors.New("another key")
		var tries int // of the dialling goroutine
		opt.Dial = func(ctx context.Context) (net.Conn, error) {
			if tries++; tries < 3 {
				return nil, wrong
			}
			return right(ctx)
		}
		opt.Stranger = func(err error) (string, bool) { return "thief", errors.Is(err, wrong) }
		boot(t, agent.New(opt))
		eventually(t, "the stranger is reported", told.has(cluster.RefusedStranger, "wrong-key", "thief"))
		told.mu.Lock()
		defer told.mu.Unlock()
		if len(told.all) != 1 || told.all[0].Count != 2 || told.all[0].ID != key.ID {
			t.Errorf("told %+v", told.all)
		}
	})
}

// TestAPoleReportsSoundThatNobodySigned: a stream without the station's own
// signature is not heard, and the station learns of it.
func TestAPoleReportsSoundThatNobodySigned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told refusals
		s := newStation(t, func(o *devices.Options) {
			o.Refused = told.take
			o.Sign = func([]byte) []byte { return make([]byte, 64) }
		})
		key := devicetest.NewKey(t)
		path := filepath.Join(t.TempDir(), "pole.wav")
		a := agent.New(options(s, key, "wav:"+path))
		stop := boot(t, a)
		eventually(t, "in step", inStep(a))
		newProgramme(t, 20).air(t, s, 1, 6, s.Now()+300_000, []string{key.ID})
		eventually(t, "it is reported", told.has(cluster.RefusedSession, "bad-signature", ""))
		eventually(t, "the frames are counted", func() bool { return a.Health().Rejected > 20 })
		stop()
		for i, v := range readWAV(t, path) {
			if v != 0 {
				t.Fatalf("sample %d is heard", i)
			}
		}
	})
}
