package devices

import (
	"slices"

	"loaxa/devices/cluster"
)

// maxCarried bounds the orders that a cluster is told when it comes; the oldest
// go first, the key set stays.
const maxCarried = 16

// Refusal is what a cluster itself would not take.
type Refusal struct {
	ID string // of the cluster
	cluster.Refusal
}

// carried are the documents that clusters check by themselves; the fleet's
// mutex guards it.
type carried struct {
	keys   []byte
	orders []cluster.Order
}

// CarryKeys hands every cluster, now and when it comes, the key set that says
// whose orders are taken.
func (f *Fleet) CarryKeys(doc []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.carried.keys = doc
	for _, l := range f.links {
		l.control(&cluster.Order{Document: doc})
	}
}

// CarryOrder hands every cluster an order that the station obeys with the
// broadcast that it began, or a cancel.
func (f *Fleet) CarryOrder(broadcast uint64, doc []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	o := cluster.Order{Broadcast: broadcast, Document: doc}
	f.carried.orders = append(slices.Clone(f.carried.orders), o)
	if n := len(f.carried.orders); n > maxCarried {
		f.carried.orders = f.carried.orders[n-maxCarried:]
	}
	for _, l := range f.links {
		l.control(&o)
	}
}

// tellCarried brings a cluster that came up to date; the caller holds mu.
func (f *Fleet) tellCarried(l *link) {
	if f.carried.keys != nil {
		l.control(&cluster.Order{Document: f.carried.keys})
	}
	for i := range f.carried.orders {
		l.control(&f.carried.orders[i])
	}
}
