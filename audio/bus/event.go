package bus

import (
	"errors"
	"sort"
)

// Act is something that is done to a bus at a sample.
type Act uint8

// The acts of a plan; they do what the methods of their names do.
const (
	ActSuspend Act = iota + 1
	ActResume
	ActSkip
	ActLeaveBed
)

// maxPlan bounds the acts that wait.
const maxPlan = 256

// ErrPlan is a plan with too many acts that wait.
var ErrPlan = errors.New("too many acts are planned on one bus")

type event struct {
	at  int64
	act Act
}

// Plan lets an act happen at a sample of the bus: its fade begins there. A
// sample already rendered means the next one. Acts at one sample happen in the
// order in which they were planned; more than 256 that wait are refused.
func (b *Bus) Plan(at int64, act Act) error {
	if len(b.plan) >= maxPlan {
		return ErrPlan
	}
	i := sort.Search(len(b.plan), func(i int) bool { return b.plan[i].at > at })
	b.plan = append(b.plan, event{})
	copy(b.plan[i+1:], b.plan[i:])
	b.plan[i] = event{at, act}
	return nil
}

// until does what is due and returns the samples before the next act.
func (b *Bus) until(out []float32) []float32 {
	for len(b.plan) > 0 {
		if wait := b.plan[0].at - b.mix; wait > 0 {
			return out[:min(int64(len(out)), wait)]
		}
		switch b.plan[0].act {
		case ActSuspend:
			b.Suspend()
		case ActResume:
			b.Resume()
		case ActSkip:
			b.Skip()
		case ActLeaveBed:
			b.LeaveBed()
		default:
		}
		b.plan = b.plan[1:]
	}
	return out
}
