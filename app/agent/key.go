package agent

import (
	"context"
	"time"
)

// Keying switches what stands behind the output: an amplifier's relay, a
// transmitter, a wired line.
type Keying struct {
	Switch func(on bool) error // may take its time; nil: there is nothing to switch
	// Ahead is how long before the sound it is switched on: what a transmitter
	// needs to be on the air. All sound is late by it, so that no first word is
	// cut.
	Ahead time.Duration
	Hold  time.Duration // how long it stays on behind the last sound
}

const (
	keyLook  = 10 * time.Millisecond
	keyAgain = 2 * time.Second // after a switch that failed
)

// whyKey is said where the switch does not obey.
const whyKey = "key-fails"

// keyOutput switches until ctx ends, and then off. A switch that fails is tried
// again and said to the station: nobody hears a transmitter that is off.
func (a *Agent) keyOutput(ctx context.Context) {
	k := a.opt.Key
	if k.Switch == nil {
		return
	}
	a.rx.SetDelay(k.Ahead.Microseconds())
	look := time.NewTicker(keyLook)
	defer look.Stop()
	var on bool
	var last, tried time.Time
	set := func(want bool) {
		tried = time.Now()
		err := k.Switch(want)
		a.keyFailed(err)
		if err == nil {
			on = want
		}
	}
	set(false) // it may have been left on by a power cut
	for {
		select {
		case <-ctx.Done():
			if on {
				set(false)
			}
			return
		case <-look.C:
		}
		if a.rx.Sounds(k.Ahead.Microseconds()) {
			last = time.Now()
		}
		want := !last.IsZero() && time.Since(last) < max(k.Hold, 100*time.Millisecond)
		if bad := a.keyIsBad(); bad && time.Since(tried) > keyAgain || !bad && want != on {
			set(want)
		}
	}
}

func (a *Agent) keyFailed(err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	was := a.keyBad
	if a.keyBad = err != nil; a.keyBad && !was {
		a.opt.Log.Error("the key does not obey", "err", err)
	}
}

func (a *Agent) keyIsBad() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.keyBad
}
