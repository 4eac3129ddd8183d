package station

import (
	"crypto/ed25519"
	"slices"
)

// OrderTime is what is known of the time when an order is judged; Unix ms.
type OrderTime struct {
	Bound     int64 // a lower bound of true time that only grows
	Wall      int64 // the machine's clock
	Unsure    bool  // the machine's clock cannot be believed
	Confirmed bool  // a person at the station has looked at the order's times
}

// latest is the latest that it may be: nothing is called too early by a clock
// that stands in the past.
func (t OrderTime) latest() int64 {
	if t.Unsure {
		return maxTime
	}
	return max(t.Wall, t.Bound)
}

// earliest is the earliest that it may be.
func (t OrderTime) earliest() int64 {
	if t.Unsure {
		return t.Bound
	}
	return max(t.Wall, t.Bound)
}

// OrderContext is all that an order is judged by.
type OrderContext struct {
	Keys    KeySet
	Station string   // our fingerprint
	Areas   []string // that we lie in
	Now     OrderTime
	Seen    *OrderMemory
}

// CheckOrder judges an order's document. It changes nothing; a nil refusal
// means that the order is to be obeyed. What could be read of a refused order
// comes back with the refusal, for the record; nothing in it is proved then.
func CheckOrder(b []byte, c OrderContext) (SignedOrder, *Refusal) {
	s, err := decodeOrder(b)
	if err != nil {
		return s, &Refusal{Code: OrderMalformed, Subject: err.Error()}
	}
	for _, check := range []func(OrderContext) *Refusal{s.checkKey, s.checkAudience, s.checkTime, s.checkApprovals, s.checkCancel} {
		if r := check(c); r != nil {
			return s, r
		}
	}
	if c.Seen != nil {
		return s, c.Seen.Check(&s)
	}
	return s, nil
}

func (s *SignedOrder) checkKey(c OrderContext) *Refusal {
	e := c.Keys.find(s.KeyID)
	switch {
	case e == nil || e.Name != s.Issuer:
		return &Refusal{Code: OrderUnknownKey, Subject: s.KeyID}
	case !ed25519.Verify(e.Key, s.SignedBytes(), s.Signature):
		return &Refusal{Code: OrderBadSignature, Subject: s.Issuer}
	case e.usable(c.Now) != "":
		return &Refusal{Code: e.usable(c.Now), Subject: s.Issuer}
	case !e.Roles.Has(MayIssue) || s.Class > e.Top:
		return &Refusal{Code: OrderNotAllowed, Subject: s.Issuer}
	}
	return nil
}

func (s *SignedOrder) checkAudience(c OrderContext) *Refusal {
	if slices.Contains(s.Audience.Stations, c.Station) ||
		slices.ContainsFunc(s.Audience.Areas, func(a string) bool { return slices.Contains(c.Areas, a) }) {
		return nil
	}
	return &Refusal{Code: OrderForOthers}
}

func (s *SignedOrder) checkTime(c OrderContext) *Refusal {
	switch {
	case s.Expires <= c.Now.earliest():
		return &Refusal{Code: OrderExpired}
	case c.Now.Unsure && !c.Now.Confirmed:
		return &Refusal{Code: OrderClockUnsure}
	case max(s.NotBefore, s.IssuedAt-clockSkew) > c.Now.latest():
		return &Refusal{Code: OrderNotYet}
	}
	return nil
}

// clockSkew is how far an issuer's clock may be ahead of ours, ms.
const clockSkew = 2 * 60_000

// checkApprovals wants a second person: another holder, another key.
func (s *SignedOrder) checkApprovals(c OrderContext) *Refusal {
	if !s.NeedsApproval() {
		return nil
	}
	for _, a := range s.Approvals {
		e := c.Keys.find(a.KeyID)
		if e != nil && e.Roles.Has(MayApprove) && e.usable(c.Now) == "" && a.KeyID != s.KeyID && e.Name != s.Issuer &&
			ed25519.Verify(e.Key, s.ApprovalBytes(), a.Signature) {
			return nil
		}
	}
	if e := c.Keys.find(s.KeyID); e != nil && e.Roles.Has(MayAlone) && s.Alone() {
		return nil
	}
	return &Refusal{Code: OrderNotApproved, Limit: 1}
}

// checkCancel wants the cancel that travels along to work when it is needed.
func (s *SignedOrder) checkCancel(c OrderContext) *Refusal {
	if len(s.Cancel) == 0 {
		return nil
	}
	cancel, err := decodeOrder(s.Cancel)
	if err != nil || cancel.checkKey(c) != nil || cancel.checkAudience(c) != nil || cancel.Expires < s.Expires {
		return &Refusal{Code: OrderMalformed, Subject: "its cancel would not be obeyed"}
	}
	return nil
}

// OrderMemory is what was obeyed: the replay set. It is rebuilt from the
// records after a start. Not safe for concurrent use.
type OrderMemory struct {
	seen    map[OrderID]int64 // until when it is remembered, Unix ms
	void    map[OrderID]int64 // cancelled or superseded, also before it came
	counter map[string]counterWindow
	was     map[OrderID]int64 // by the order that was taken: what void said of the one it supersedes
}

// counterWindow is which counters of a key were used. Each may be used once;
// one that lies 64 or more behind the newest is too old. So an order that
// waited on a slow path is not lost to a newer one.
type counterWindow struct {
	high uint64
	bits uint64 // bit i: high-i was used
}

func (w counterWindow) used(n uint64) bool {
	if n > w.high {
		return false
	}
	back := w.high - n
	return back >= 64 || w.bits>>back&1 == 1
}

func (w counterWindow) with(n uint64) counterWindow {
	if n > w.high {
		if d := n - w.high; d < 64 {
			w.bits <<= d
		} else {
			w.bits = 0
		}
		w.high = n
		w.bits |= 1
		return w
	}
	if back := w.high - n; back < 64 {
		w.bits |= 1 << back
	}
	return w
}

// NewOrderMemory remembers nothing.
func NewOrderMemory() *OrderMemory {
	return &OrderMemory{map[OrderID]int64{}, map[OrderID]int64{}, map[string]counterWindow{}, map[OrderID]int64{}}
}

// afterlife is how long an id is remembered behind its order's end, ms.
const afterlife = 24 * 3600_000

// Check says whether the order was seen before.
func (m *OrderMemory) Check(s *SignedOrder) *Refusal {
	if _, ok := m.seen[s.ID]; ok {
		return &Refusal{Code: OrderReplay}
	}
	if _, ok := m.void[s.ID]; ok {
		return &Refusal{Code: OrderVoid}
	}
	// To silence is allowed out of turn: its id and expiry guard a cancel.
	if s.Kind != OrderCancel && m.counter[s.KeyID].used(s.Counter) {
		return &Refusal{Code: OrderCounter, Subject: s.Issuer, Limit: int(min(m.counter[s.KeyID].high, 1<<30))}
	}
	return nil
}

// Take remembers an order that is about to be obeyed, and that what it
// supersedes never is.
func (m *OrderMemory) Take(o *Order) {
	m.seen[o.ID] = o.Expires + afterlife
	m.was[o.ID] = m.void[o.Supersedes]
	m.counter[o.KeyID] = m.counter[o.KeyID].with(o.Counter)
	if !o.Supersedes.IsZero() {
		m.void[o.Supersedes] = max(m.void[o.Supersedes], o.Expires+MaxOrderLife+afterlife)
	}
}

// Untake forgets an order that was not obeyed after all, so that it may come
// again.
func (m *OrderMemory) Untake(o *Order) {
	delete(m.seen, o.ID)
	w := m.counter[o.KeyID]
	if o.Counter <= w.high && w.high-o.Counter < 64 {
		w.bits &^= 1 << (w.high - o.Counter)
		m.counter[o.KeyID] = w
	}
	if was := m.was[o.ID]; was != 0 { // another cancel had ended it before
		m.void[o.Supersedes] = was
	} else {
		delete(m.void, o.Supersedes)
	}
	delete(m.was, o.ID)
}

// Forget drops what the time that has surely come makes harmless.
func (m *OrderMemory) Forget(bound int64) {
	for _, set := range []map[OrderID]int64{m.seen, m.void} {
		for id, until := range set {
			if until < bound {
				delete(set, id)
				delete(m.was, id)
			}
		}
	}
}

// Size is how many ids are remembered.
func (m *OrderMemory) Size() int { return len(m.seen) + len(m.void) }
