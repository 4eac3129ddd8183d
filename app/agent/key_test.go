package agent_test

import (
	"errors"
	"math"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"loaxa/app/agent"
	"loaxa/devices/devicetest"
)

// relay is a transmitter's switch.
type relay struct {
	mu   sync.Mutex
	on   []bool
	fail bool
}

func (r *relay) set(on bool) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fail {
		return errors.New("stuck")
	}
	r.on = append(r.on, on)
	return nil
}

func (r *relay) stuck(v bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.fail = v
}

func (r *relay) last() (on bool, n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if n = len(r.on); n > 0 {
		on = r.on[n-1]
	}
	return on, n
}

// TestTheTransmitterIsOnBeforeTheFirstWord: the switch goes on while the output
// is silent still, the whole sound follows, and it goes off behind the last.
func TestTheTransmitterIsOnBeforeTheFirstWord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStation(t, nil)
		key := devicetest.NewKey(t)
		path := filepath.Join(t.TempDir(), "pole.wav")
		r := &relay{}
		opt := options(s, key, "wav:"+path)
		opt.Key = agent.Keying{Switch: r.set, Ahead: 700 * time.Millisecond, Hold: 300 * time.Millisecond}
		a := agent.New(opt)
		stop := boot(t, a)
		eventually(t, "in step", inStep(a))
		p := newProgramme(t, 50)
		p.air(t, s, 1, 3, s.Now()+500_000, []string{key.ID})
		eventually(t, "the switch is on", func() bool { on, _ := r.last(); return on })
		if h := a.Health(); h.Level != 0 || h.Account.Due != 0 {
			t.Errorf("there was sound before the switch: %+v", h)
		}
		eventually(t, "it plays", func() bool { return a.Health().Playing == 10 })
		eventually(t, "it ends", func() bool { h := a.Health(); return h.Account.Due == 50 && h.Account.OnTime == 50 })
		eventually(t, "the switch is off", func() bool { on, _ := r.last(); return !on })
		stop()
		if on, n := r.last(); on || n != 3 {
			t.Errorf("switched %d times, on at the end: %v", n, on)
		}
		heard := readWAV(t, path)
		if db := likeness(heard[find(heard, p.decoded):], p.decoded); db < 40 || math.IsNaN(db) {
			t.Errorf("%.1f dB: not all of it was heard", db)
		}
	})
}

// TestASwitchThatFailsIsSaid, and over when it obeys again.
func TestASwitchThatFailsIsSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStation(t, nil)
		r := &relay{fail: true}
		opt := options(s, devicetest.NewKey(t), "virtual")
		opt.Key = agent.Keying{Switch: r.set}
		a := agent.New(opt)
		boot(t, a)
		eventually(t, "the fault is said", func() bool { return a.Health().Why == "key-fails" })
		r.stuck(false)
		eventually(t, "it is over", func() bool { return a.Health().Why == "" })
	})
}
