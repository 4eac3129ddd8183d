package uitest

import (
	"context"
	"sync"
	"time"

	"loaxa/app/station"
)

// PIN is the right one of every account of People.
const PIN = "2468"

// People lets in by PIN, three wrong ones wait.
type People struct {
	mu      sync.Mutex
	me      string
	wrong   int
	changes []station.AccountChange
	Refuse  *station.Refusal // of a change
	Desk    *Desk            // shows what was changed; may be nil
}

// Staff are the accounts of the sample.
func Staff() []station.User {
	return []station.User{{Name: "N. T. Hoa", Role: station.RoleOperator, Rev: "1"}, {Name: "Đinh Văn Lớp", Role: station.RoleEditor, Rev: "1"},
		{Name: "Y Bơm", Role: station.RoleHead, Rev: "1", Area: station.Targets{Numbers: []int{8}}, From: 300, Until: 1140}}
}

// Unlock implements ui.People.
func (p *People) Unlock(_ context.Context, name, pin string) (station.Unlocked, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if pin != PIN {
		if p.wrong++; p.wrong >= 3 {
			return station.Unlocked{Wait: 5 * time.Second}, nil
		}
		return station.Unlocked{}, nil
	}
	p.me, p.wrong = name, 0
	return station.Unlocked{OK: true, Name: name}, nil
}

// Lock implements ui.People.
func (p *People) Lock(context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.me = ""
	return nil
}

// Me implements ui.People.
func (p *People) Me() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.me
}

// People implements ui.People.
func (p *People) People(_ context.Context, c station.AccountChange) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.changes = append(p.changes, c)
	if p.Refuse != nil {
		return p.Refuse
	}
	if p.Desk != nil && !c.Remove {
		s := *p.Desk.Snapshot()
		s.Station.People = append([]station.User{{Name: c.Name, Role: c.Role, Rev: "1"}}, s.Station.People...)
		p.Desk.Show(&s)
	}
	return nil
}

// Changes are what was asked for.
func (p *People) Changes() []station.AccountChange {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]station.AccountChange(nil), p.changes...)
}
