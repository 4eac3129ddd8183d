package devices_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"loaxa/audio/frame"
	"loaxa/devices"
	"loaxa/devices/cluster"
	"loaxa/devices/devicetest"
	"loaxa/devices/sim"
)

// oneCluster is a fleet with one cluster, driven as a driver is.
type oneCluster struct {
	*devices.Fleet
	id string
}

func (o oneCluster) Needs() frame.Codec { return frame.L16 }

func (o oneCluster) OpenStream(n uint16, emergency bool) error {
	err := o.Open(devices.StreamOpen{Stream: n, Broadcast: uint64(n), Class: 1, Codec: frame.L16, Lead: 2 * time.Second, Emergency: emergency})
	return errors.Join(err, o.Assign(n, []string{o.id}, 0))
}

func (o oneCluster) Cancel(n uint16, from int64) { _ = o.Fleet.Cancel(n, from) }

// TestTheDriversSuite: what every driver owes, by a cluster over a link in
// memory; its far end is one of the simulated village.
func TestTheDriversSuite(t *testing.T) {
	devicetest.CheckDriver(t, func(t *testing.T) *devicetest.Rig {
		key := devicetest.NewKey(t)
		s := devicetest.NewPiped(t, devicetest.NewKey(t), nil)
		p := sim.NewPole(func(ctx context.Context, h cluster.Handlers) (*cluster.Link, error) { return s.Link(ctx, key, h) })
		p.SetClock(s.Now)
		if err := p.Boot(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(100 * time.Millisecond) // the station has taken the link
		var reports sync.WaitGroup
		reports.Go(func() {
			for range s.Fleet.Reports() {
			}
		})
		stop := sync.OnceFunc(func() { _ = p.Stop(); s.Close(); reports.Wait() })
		return &devicetest.Rig{Driver: oneCluster{s.Fleet, key.ID}, Now: s.Now, Stop: stop, Keeps: 2 * time.Second,
			At: func(at int64) int {
				f, ok := p.At(at)
				if !ok {
					return 0
				}
				return devicetest.MarkOf(frame.L16, f.Data)
			},
			Stall: func(stall bool) {
				if stall {
					p.Stall()
					return
				}
				_ = p.Stop() // the station has let it go meanwhile: it dials anew
				if err := p.Boot(t.Context()); err != nil {
					t.Error(err)
				}
			}}
	})
}
