package devices

import "sync"

// mail holds reports until they are taken: the newest of each cluster and its
// changes of state, at most maxPerCluster of one cluster, so that a slow reader
// loses repeated reports and never the last change.
type mail struct {
	mu      sync.Mutex
	waiting []Report
	wake    chan struct{} // one slot: the sender looks at everything when it wakes
	out     chan Report   // unbuffered: what is not taken stays in waiting
}

const maxPerCluster = 4

func newMail() *mail {
	return &mail{wake: make(chan struct{}, 1), out: make(chan Report)}
}

func (m *mail) post(r Report) {
	m.mu.Lock()
	last, first, n := -1, -1, 0
	for i, w := range m.waiting {
		if w.ID == r.ID {
			if n++; first < 0 {
				first = i
			}
			last = i
		}
	}
	switch {
	case last >= 0 && m.waiting[last].Up == r.Up:
		r.New = r.New || m.waiting[last].New
		m.waiting[last] = r
	case n >= maxPerCluster:
		m.waiting = append(m.waiting[:first], m.waiting[first+1:]...)
		fallthrough
	default:
		m.waiting = append(m.waiting, r)
	}
	m.mu.Unlock()
	select {
	case m.wake <- struct{}{}:
	default:
	}
}

// run hands the reports out until quit is closed, then closes the channel.
func (m *mail) run(quit <-chan struct{}) {
	defer close(m.out)
	for {
		m.mu.Lock()
		var out chan Report
		var r Report
		if len(m.waiting) > 0 {
			out, r = m.out, m.waiting[0]
			m.waiting = m.waiting[1:]
		}
		m.mu.Unlock()
		if out == nil {
			select {
			case <-m.wake:
			case <-quit:
				return
			}
			continue
		}
		select {
		case out <- r:
		case <-quit:
			return
		}
	}
}
