package agent

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"loaxa/devices/cluster"
)

// openStore opens the pole's own store; without a folder there is none.
func (a *Agent) openStore() error {
	a.alone.airing = map[uint64]airing{}
	if a.opt.Data == "" {
		return nil
	}
	var err error
	if a.shelf, err = openShelf(a.opt.Data); err != nil {
		return err
	}
	if a.diary, err = openDiary(a.opt.Data); err != nil {
		a.opt.Log.Error("what was done alone is not kept", "err", err)
	}
	a.openMute()
	b, err := os.ReadFile(filepath.Join(a.opt.Data, planFile))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = a.usePlan(b)
	}
	if err != nil { // the station sends it again
		a.opt.Log.Warn("stored plan not used", "err", err)
	}
	return nil
}

// usePlan checks a stored or received plan and makes it the one that holds.
func (a *Agent) usePlan(message []byte) error {
	c, err := cluster.DecodeControl(message)
	if err != nil {
		return err
	}
	m, ok := c.(*cluster.PlanMessage)
	if !ok || !a.opt.Verify(cluster.SignedPlan(m.Doc), m.Signature) {
		return cluster.ErrSignature
	}
	p, err := cluster.ParsePlan(m.Doc)
	if err != nil {
		return err
	}
	if p.Station != a.opt.StationID {
		return fmt.Errorf("a plan of station %.8s: %w", p.Station, cluster.ErrSignature)
	}
	a.alone.mu.Lock()
	defer a.alone.mu.Unlock()
	if old := a.alone.plan; old != nil && old.Version > p.Version {
		return fmt.Errorf("plan %d is older than %d", p.Version, old.Version)
	}
	a.alone.plan = p
	a.guard.set(p.Guard, time.FixedZone("", p.Zone))
	return nil
}

// takePlan is a plan that came from the station: it holds at once, and after a
// power cut too.
func (a *Agent) takePlan(m *cluster.PlanMessage) {
	if m.Wall > 0 {
		a.mu.Lock()
		a.told, a.toldMono = time.UnixMilli(m.Wall), time.Now()
		a.mu.Unlock()
	}
	b, err := cluster.EncodeControl(&cluster.PlanMessage{Doc: m.Doc, Signature: m.Signature})
	if err == nil {
		err = a.usePlan(b)
	}
	if err != nil {
		a.opt.Log.Warn("plan refused", "err", err)
		return
	}
	if a.shelf != nil {
		a.work(func() {
			if err := replace(filepath.Join(a.opt.Data, planFile), b); err != nil {
				a.opt.Log.Error("plan not kept", "err", err)
			}
			a.shelf.sweep(a.currentPlan().Keep)
			a.sayHeld()
		})
	}
}

// work hands a job to the one goroutine that waits for the disk. A full queue
// drops it: the station says everything again.
func (a *Agent) work(job func()) {
	select {
	case a.jobs <- job:
	default:
	}
}

// keepStore does the jobs, proves the shelf and asks for what is missing.
func (a *Agent) keepStore(ctx context.Context) {
	if a.shelf == nil {
		return
	}
	if err := a.shelf.prove(ctx.Done()); err != nil {
		a.opt.Log.Error("store", "err", err)
	}
	a.sayHeld()
	tick := time.NewTicker(wantEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case job := <-a.jobs:
			job()
		case <-tick.C:
			a.wantNext()
			a.tellAlone()
		}
	}
}

// wantEvery is how often a part that did not come is asked for again.
const wantEvery = 2 * time.Second

func (a *Agent) say(c cluster.Control) {
	a.mu.Lock()
	link := a.link
	a.mu.Unlock()
	if link != nil {
		if err := link.Say(c); err != nil {
			a.opt.Log.Warn("not said", "err", err)
		}
	}
}

func (a *Agent) sayHeld() {
	h := cluster.Held{}
	if p := a.currentPlan(); p != nil {
		h.Plan = p.Version
	}
	names, bytes := a.shelf.held()
	h.Assets, h.Free = names[:min(len(names), cluster.MaxAssets)], max(shelfMost-bytes, 0)
	a.say(&h)
}

func (a *Agent) wantNext() {
	p := a.currentPlan()
	if p == nil {
		return
	}
	if asset, offset := a.shelf.next(p.Keep); asset != "" {
		a.say(&cluster.Want{Asset: asset, Offset: offset})
	}
}

func (a *Agent) takePart(p *cluster.Part) {
	a.work(func() {
		done, err := a.shelf.add(*p)
		if err != nil {
			a.opt.Log.Warn("part of an asset", "err", err)
			return // asked for again at the next tick
		}
		if done {
			a.sayHeld()
		}
		a.wantNext()
	})
}

func (a *Agent) tellAlone() {
	if rows := a.diary.waiting(); len(rows) > 0 {
		a.say(&cluster.Alone{Rows: rows})
	}
}
