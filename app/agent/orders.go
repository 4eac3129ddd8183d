package agent

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"time"

	"loaxa/app/station"
	"loaxa/devices/cluster"
)

// judge checks by itself what the station obeys of the tier above, by the same
// function as the station. It is the link reader's: one call at a time.
//
// It never judges by this machine's clock, which no battery may hold: an order
// is over when something newer was signed that says so. Whether the station
// lies in an order's area is the station's to know.
type judge struct {
	root    string // fingerprint of the key that signs key sets; empty: nothing is judged
	station string
	keep    func([]byte) error // nil: nothing is kept

	state judged
	keys  station.KeySet
}

// judged is what outlives the power.
type judged struct {
	Keys  []byte                    `json:"keys,omitempty"`
	Bound int64                     `json:"bound"` // Unix ms: true time is not before this
	Void  map[station.OrderID]int64 `json:"void"`  // cancelled or superseded; until when that is remembered

	Taken map[station.OrderID][]byte `json:"taken,omitempty"` // SHA-256 of what was held valid while it was: it may be on the air still
}

// Bounds of what is remembered of orders.
const (
	maxVoid  = 1000
	maxTaken = 64 // the station tells 16 at a time; all are forgotten when there are more
	// maxBoundStep is how far one order may move the bound, ms: a date of a far
	// year must not end all orders to come.
	maxBoundStep = 400 * 24 * 3600_000
)

func newJudge(o Orders, stationID string) *judge {
	j := &judge{root: o.Root, station: stationID, keep: o.Keep}
	var s judged
	if len(o.Kept) < 1<<20 && json.Unmarshal(o.Kept, &s) == nil {
		j.state = s
	}
	j.state.Bound = max(j.state.Bound, o.Built.UnixMilli())
	if ks, err := station.DecodeKeySet(j.state.Keys); err == nil {
		j.keys = ks.KeySet
	}
	if j.state.Void == nil {
		j.state.Void = map[station.OrderID]int64{}
	}
	if j.state.Taken == nil || len(j.state.Taken) > maxTaken {
		j.state.Taken = map[station.OrderID][]byte{}
	}
	return j
}

// Orders is what a pole needs to check orders of the tier above.
type Orders struct {
	Root  string             // fingerprint of the key that signs key sets; empty: none is checked
	Kept  []byte             // what Keep was given last
	Keep  func([]byte) error // writes it down; nil: it is forgotten with the power
	Built time.Time          // of this program: true time is not before it
}

func (j *judge) now() station.OrderTime {
	return station.OrderTime{Bound: j.state.Bound, Wall: j.state.Bound, Unsure: true, Confirmed: true}
}

// take judges one document; a refusal names whose it claims to be.
func (j *judge) take(doc []byte) (who string, why *station.Refusal) {
	if station.IsKeySet(doc) {
		return j.takeKeys(doc)
	}
	s, err := station.DecodeOrder(doc)
	if err != nil {
		return "", &station.Refusal{Code: station.OrderMalformed, Subject: err.Error()}
	}
	_, why = station.CheckOrder(doc, station.OrderContext{Keys: j.keys, Station: j.station, Areas: s.Audience.Areas, Now: j.now()})
	sum := sha256.Sum256(doc)
	if why != nil && why.Code == station.OrderExpired && bytes.Equal(j.state.Taken[s.ID], sum[:]) {
		why = nil // it began while it was valid, and is told again at each link
	}
	if _, void := j.state.Void[s.ID]; why == nil && void {
		why = &station.Refusal{Code: station.OrderVoid}
	}
	if why != nil {
		return s.Issuer, why
	}
	fresh := !bytes.Equal(j.state.Taken[s.ID], sum[:])
	if fresh {
		if len(j.state.Taken) >= maxTaken {
			clear(j.state.Taken)
		}
		j.state.Taken[s.ID] = sum[:]
	}
	if fresh || s.IssuedAt > j.state.Bound || !s.Supersedes.IsZero() {
		if s.IssuedAt-j.state.Bound <= maxBoundStep {
			j.state.Bound = max(j.state.Bound, s.IssuedAt)
		}
		j.void(s.Supersedes, s.Expires+station.MaxOrderLife)
		j.save()
	}
	return s.Issuer, nil
}

func (j *judge) void(id station.OrderID, until int64) {
	for id, t := range j.state.Void {
		if t < j.state.Bound {
			delete(j.state.Void, id)
		}
	}
	if !id.IsZero() && len(j.state.Void) < maxVoid {
		j.state.Void[id] = until
	}
}

func (j *judge) takeKeys(doc []byte) (string, *station.Refusal) {
	ks, why := station.CheckKeySet(doc, j.keys, j.root, j.now())
	if why != nil {
		if why.Code == station.KeysOld && ks.Version == j.keys.Version {
			return "", nil // it is told anew at each link
		}
		return why.Subject, why
	}
	j.keys, j.state.Keys = ks.KeySet, doc
	j.save()
	return "", nil
}

// save keeps what was learnt; a disk that fails is tried again at the next.
func (j *judge) save() {
	if j.keep == nil {
		return
	}
	if b, err := json.Marshal(j.state); err == nil {
		_ = j.keep(b)
	}
}

// order takes a document that the station obeys. What the pole does not hold
// valid it does not play, and says so.
func (a *Agent) order(o cluster.Order) {
	if a.judge.root == "" {
		return
	}
	who, why := a.judge.take(o.Document)
	if why == nil {
		delete(a.barred, o.Broadcast)
		return
	}
	a.opt.Log.Error("order not held valid", "by", who, "why", why.Code, "broadcast", o.Broadcast)
	if o.Broadcast != 0 {
		if len(a.barred) >= maxBarred {
			clear(a.barred)
		}
		a.barred[o.Broadcast] = true
		for stream, b := range a.streams {
			if b == o.Broadcast {
				a.endFeed(cluster.Cancel{Stream: stream})
				a.rx.Cancel(stream, 0)
			}
		}
	}
	a.refuse(cluster.Refusal{What: cluster.RefusedOrder, Code: string(why.Code), Who: bounded(who), Broadcast: o.Broadcast})
}

// Bounds of what a pole remembers of broadcasts: the oldest go, or all.
const (
	maxBarred  = 64
	maxStreams = 64
)

// opened notes whose stream it is; false: the pole does not play that broadcast.
func (a *Agent) opened(o cluster.Open) bool {
	if a.barred[o.Broadcast] {
		return false
	}
	if len(a.streams) >= maxStreams {
		oldest := o.Stream
		for s := range a.streams { // numbers ascend
			oldest = min(oldest, s)
		}
		delete(a.streams, oldest)
	}
	a.streams[o.Stream] = o.Broadcast
	return true
}

// refuse tells the station; without a link it is told at the next one, the
// newest of each kind.
func (a *Agent) refuse(r cluster.Refusal) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.refused[r.What]++
	r.Count = a.refused[r.What]
	if a.link != nil {
		a.link.Refuse(r)
		return
	}
	a.untold[r.What] = r
}

// stranger notes that somebody else answered at the station's address.
func (a *Agent) stranger(err error) {
	if a.opt.Stranger == nil {
		return
	}
	if who, ok := a.opt.Stranger(err); ok {
		a.refuse(cluster.Refusal{What: cluster.RefusedStranger, Code: "wrong-key", Who: bounded(who)})
	}
}

// sessions reports streams and frames that no session of the station allowed,
// when there are more than before.
func (a *Agent) sessions(link *cluster.Link, said uint64) uint64 {
	r := link.Rejected()
	n := r.Unsigned + r.Epoch
	if n > said {
		link.Refuse(cluster.Refusal{What: cluster.RefusedSession, Code: "bad-signature", Count: n})
	}
	return n
}
