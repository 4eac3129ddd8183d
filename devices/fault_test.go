package devices_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"loaxa/audio/frame"
	"loaxa/devices"
	"loaxa/devices/cluster"
	"loaxa/devices/devicetest"
	"loaxa/devices/sim"
)

// faulty is a village of poles with faults that hear one programme.
type faulty struct {
	s     *devicetest.Station
	mu    sync.Mutex
	said  map[string]devices.Report
	green map[string]int // reports that prove sound
}

// TestAVillageWithFaults: each fault is seen for what it is. A pole that lies is
// never taken for one that plays, in whatever way it lies; one on a bad road
// says what it missed; one that died is gone.
func TestAVillageWithFaults(t *testing.T) {
	lies := map[string]func(*cluster.Health){
		"plays ahead of time":  func(h *cluster.Health) { h.Playing, h.PlayedUntil = 9, 1<<45 },
		"grows out of nothing": func(h *cluster.Health) { h.Playing = 9; h.Account.Due *= 40; h.Account.OnTime *= 40 },
	}
	synctest.Test(t, func(t *testing.T) {
		v := &faulty{s: devicetest.NewPiped(t, devicetest.NewKey(t), nil), said: map[string]devices.Report{}, green: map[string]int{}}
		var running sync.WaitGroup
		ctx, stop := context.WithCancel(t.Context())
		defer func() { stop(); v.s.Close(); running.Wait() }()
		running.Go(v.listen)
		names, poles, ids := map[string]string{}, map[string]*sim.Pole{}, []string{}
		join := func(name string, f sim.Faults) {
			key := devicetest.NewKey(t)
			p := sim.NewPole(func(ctx context.Context, h cluster.Handlers) (*cluster.Link, error) { return v.s.Link(ctx, key, h) })
			p.SetClock(v.s.Now)
			p.SetFaults(f)
			if err := p.Boot(ctx); err != nil {
				t.Fatal(err)
			}
			running.Go(func() { p.Tell(ctx) })
			names[name], poles[name], ids = key.ID, p, append(ids, key.ID)
		}
		join("honest", sim.Faults{})
		join("lossy", sim.Faults{Seed: 1, Loss: 0.2})
		join("slow", sim.Faults{Seed: 2, Delay: 3 * time.Second})
		join("shaky", sim.Faults{Seed: 3, Delay: 1500 * time.Millisecond, Jitter: time.Second})
		join("dies", sim.Faults{})
		for name, lie := range lies {
			join(name, sim.Faults{Lie: lie})
		}
		defer func() {
			for _, p := range poles {
				_ = p.Stop()
			}
		}()
		time.Sleep(100 * time.Millisecond)
		if err := v.s.Fleet.Open(devices.StreamOpen{Stream: 1, Broadcast: 9, Class: 1, Codec: frame.L16, Lead: 2 * time.Second}); err != nil {
			t.Fatal(err)
		}
		if err := v.s.Fleet.Assign(1, ids, 0); err != nil {
			t.Fatal(err)
		}
		begin := v.s.Now() + 2_000_000
		for n := range int64(20 * 50) {
			v.s.Fleet.Send(devicetest.Marked(frame.L16, 1, uint32(n), begin+n*20_000, 5))
			time.Sleep(frame.Duration)
			if n == 500 {
				poles["dies"].Die()
			}
		}
		time.Sleep(time.Second)
		last := func(name string) devices.Report { return v.of(names[name]) }
		if a := last("honest").Health.Account; a.Due < 800 || a.OnTime != a.Due || v.greens(names["honest"]) < 8 {
			t.Errorf("an honest pole: %+v, green %d times", a, v.greens(names["honest"]))
		}
		if a := last("lossy").Health.Account; a.Concealed*100 < a.Due*10 || a.Concealed*100 > a.Due*30 {
			t.Errorf("20 of 100 frames are lost: %+v", a)
		}
		if a := last("slow").Health.Account; a.OnTime != 0 || a.Late == 0 {
			t.Errorf("every frame is a second late: %+v", a)
		}
		if a := last("shaky").Health.Account; a.OnTime == 0 || a.Late == 0 {
			t.Errorf("half of the frames are late: %+v", a)
		}
		if r := last("dies"); r.Up || r.Why != devices.WhyLost {
			t.Errorf("a dead pole: up %v, %q", r.Up, r.Why)
		}
		for name := range lies {
			if r := last(name); r.Health.Why != devices.WhyOdd || r.Health.Playing != 0 {
				t.Errorf("%s: it is believed: %+v", name, r.Health)
			}
			if n := v.greens(names[name]); n > 1 { // what there is nothing to compare with
				t.Errorf("%s: green %d times", name, n)
			}
		}
	})
}

func (v *faulty) listen() {
	for r := range v.s.Fleet.Reports() {
		v.mu.Lock()
		if v.said[r.ID] = r; r.Up && r.Health.Playing != 0 && r.Health.PlayedUntil > 0 {
			v.green[r.ID]++
		}
		v.mu.Unlock()
	}
}

func (v *faulty) of(id string) devices.Report {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.said[id]
}

func (v *faulty) greens(id string) int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.green[id]
}
