package boot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"time"

	"loaxa/app/onair"
	"loaxa/app/station"
	"loaxa/store/mirror"
)

// orderGate judges what the tier above sends, by any path, and hands the desk
// what is to be obeyed. It owns the key set and the replay set. Safe for
// concurrent use; judging never waits for the disk.
type orderGate struct {
	id      string
	areas   []string
	root    string
	clock   *Clock
	journal *journal
	desk    func() *onair.Desk
	told    *aboveBook // what the screen shows of this; nil: nothing
	sounds  *coming    // what the library has not got yet; nil: nothing is fetched
	going   *going     // recordings on their way up; nil: no tier above
	poles   polesTold  // clusters check the same by themselves; nil: none is told

	mu         sync.Mutex // guards what follows
	directives directives
	keys       station.KeySet
	seen       *station.OrderMemory
	under      map[mirror.Ref]chan struct{} // documents that are being judged; closed when they are
}

// polesTold hands clusters the documents that they check by themselves. It does
// not wait.
type polesTold interface {
	CarryKeys(doc []byte)
	CarryOrder(broadcast uint64, doc []byte)
}

// Words of a receipt beside those of refusals.
const (
	orderObeyed  = "obeyed"
	orderUnsaved = "heard-not-saved" // the air has it, the disk has not: never acknowledged
	keysTaken    = "keys-taken"
)

// Bounds of the gate's patience.
const (
	orderDeskWait = 10 * time.Second // for a desk that is busy
	orderSaveWait = 5 * time.Second  // for the disk; then upstream sends it again
)

// openOrders makes the gate from the records: the replay set, the key set, and
// the times that issuers have signed, which no clock may lie behind.
func openOrders(s *stationRooms) (*orderGate, error) {
	g := &orderGate{id: s.id.ID(), areas: s.conf.Upstream.Areas, root: s.conf.Upstream.Root, clock: s.clock, journal: s.journal,
		desk: func() *onair.Desk { return s.desk }, poles: s.fleet, seen: station.NewOrderMemory(), under: map[mirror.Ref]chan struct{}{}}
	err := s.journal.Each(station.ClassOrder, func(_ string, b []byte) error {
		var r station.OrderRecord
		if err := json.Unmarshal(b, &r); err != nil {
			return err
		}
		g.seen.Take(&r.Order)
		if r.At.Quality == station.ClockGood { // else it was never held against a clock
			g.clock.Raise(time.UnixMilli(r.IssuedAt))
		}
		if r.State == station.OrderStarted {
			s.fleet.CarryOrder(uint64(r.Broadcast), r.Document)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = s.journal.Each(station.ClassKeySet, func(_ string, b []byte) error {
		var r station.KeysRecord
		if err := json.Unmarshal(b, &r); err != nil {
			return err
		}
		ks, err := station.DecodeKeySet(r.Document)
		if err == nil {
			g.keys = ks.KeySet
			s.fleet.CarryKeys(r.Document)
		}
		return err
	})
	g.seen.Forget(g.clock.Signed().UnixMilli())
	if err == nil {
		err = g.openDirectives()
	}
	return g, err
}

func (g *orderGate) keySet() station.KeySet {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.keys
}

// now is what orders are judged by.
func (g *orderGate) now(confirmed bool) station.OrderTime {
	return g.clock.forOrders(confirmed)
}

// fromUpstream judges what came by the mirror.
func (g *orderGate) fromUpstream(ctx context.Context, doc []byte) mirror.Receipt {
	return g.Accept(ctx, doc, "upstream", false)
}

// Accept judges a document, has it obeyed, and says what became of it.
// confirmed: a person at the station vouches for its times. The same document
// twice at once is judged one after the other.
func (g *orderGate) Accept(ctx context.Context, doc []byte, via string, confirmed bool) mirror.Receipt {
	ref := mirror.RefOf(doc)
	for {
		g.mu.Lock()
		busy := g.under[ref]
		if busy == nil {
			g.under[ref] = make(chan struct{})
			g.mu.Unlock()
			break
		}
		g.mu.Unlock()
		select {
		case <-busy:
		case <-ctx.Done():
			return mirror.Receipt{Code: string(station.StationStopping)}
		}
	}
	defer func() {
		g.mu.Lock()
		close(g.under[ref])
		delete(g.under, ref)
		g.mu.Unlock()
	}()
	switch {
	case station.IsKeySet(doc):
		return g.takeKeys(ctx, doc, via)
	case station.IsDirective(doc):
		return g.takeDirective(ctx, doc, via, confirmed)
	}
	return g.takeOrder(ctx, doc, via, confirmed)
}

func (g *orderGate) takeOrder(ctx context.Context, doc []byte, via string, confirmed bool) mirror.Receipt {
	g.mu.Lock()
	s, why := station.CheckOrder(doc, station.OrderContext{Keys: g.keys, Station: g.id, Areas: g.areas, Now: g.now(confirmed), Seen: g.seen})
	if why == nil {
		g.seen.Take(&s.Order)
		if _, q := g.clock.Wall(); q == station.ClockGood {
			g.clock.Raise(time.UnixMilli(s.IssuedAt))
		}
		g.seen.Forget(g.clock.Signed().UnixMilli())
	}
	g.mu.Unlock()
	if why != nil {
		if why.Code == station.OrderNotYet && s.Content.Item != "" { // brought ahead of its time
			g.sounds.lacks([]station.ItemID{s.Content.Item}, s.Expires)
		}
		return g.refuse(doc, s.Order, why, via)
	}
	if s.Content.Item != "" && g.sounds.lacks([]station.ItemID{s.Content.Item}, s.Expires) {
		g.forget(&s.Order)
		return mirror.Receipt{Code: soundComing}
	}
	in := station.OrderReceived{Order: s, Document: doc, Via: via}
	urgent := s.Class.IsEmergency() || s.Kind == station.OrderCancel
	if !urgent {
		// Below an emergency nothing sounds before its row is on disk.
		taken := station.NewOrderRecord(in, station.OrderTaken, g.clock.Now())
		if err := g.save(ctx, station.Record{Class: station.ClassOrder, Key: s.ID.String(), Value: taken}); err != nil {
			g.forget(&s.Order)
			return mirror.Receipt{Code: string(station.NotSaved)}
		}
	}
	ans, err := g.ask(ctx, in, s.Issuer)
	if err != nil || ans.Refusal != nil {
		if ans.Refusal == nil {
			ans.Refusal = &station.Refusal{Code: station.StationStopping}
		}
		g.forget(&s.Order)
		if !urgent {
			_ = g.save(ctx, station.Record{Class: station.ClassOrder, Key: s.ID.String()})
		}
		return g.refuse(doc, s.Order, ans.Refusal, via)
	}
	if g.poles != nil {
		began := uint64(ans.Started)
		if s.Kind == station.OrderCancel {
			began = 0 // what it begins is the station's own correction
		}
		g.poles.CarryOrder(began, doc)
	}
	return g.saved(ctx, ans)
}

// saved is the receipt of what is heard: final when the disk has it.
func (g *orderGate) saved(ctx context.Context, ans onair.Answer) mirror.Receipt {
	if ans.Later() == nil {
		return mirror.Receipt{Code: orderObeyed, Final: ans.Saved, Saved: ans.Saved}
	}
	t := time.NewTimer(orderSaveWait)
	defer t.Stop()
	select {
	case a := <-ans.Later():
		if a.Saved {
			return mirror.Receipt{Code: orderObeyed, Final: true, Saved: true}
		}
	case <-t.C:
	case <-ctx.Done():
	}
	return mirror.Receipt{Code: orderUnsaved}
}

// ask hands the desk an order; a desk that is busy is asked again.
func (g *orderGate) ask(ctx context.Context, in station.Intent, actor string) (onair.Answer, error) {
	deadline := time.Now().Add(orderDeskWait)
	for {
		a, err := g.desk().Submit(ctx, in, actor)
		if err != nil || a.Refusal == nil || a.Refusal.Code != station.DeskBusy || time.Now().After(deadline) {
			return a, err
		}
	}
}

func (g *orderGate) forget(o *station.Order) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.seen.Untake(o)
}

// passing are refusals that time, a key set or the operator can mend: the
// order comes again until it expires. All others are final.
var passing = []station.RefusalCode{station.OrderUnknownKey, station.OrderNotYet, station.OrderClockUnsure, station.OrderKeyOver,
	station.KeysUnknownSigner}

// refuse writes that a document was not obeyed and makes its receipt.
func (g *orderGate) refuse(doc []byte, o station.Order, why *station.Refusal, via string) mirror.Receipt {
	h := sha256.Sum256(doc)
	no := station.RefusedOrder{ID: o.ID, Issuer: o.Issuer, KeyID: o.KeyID, Title: o.Content.Text,
		Why: *why, Via: via, Bytes: len(doc), Hash: hex.EncodeToString(h[:]), Keys: station.IsKeySet(doc)}
	g.desk().Report(station.OrderRefused{RefusedOrder: no})
	if no.At = g.clock.Now(); g.told != nil {
		g.told.refused(no)
	}
	r := mirror.Receipt{Code: string(why.Code), Final: final(why.Code)}
	if why.Code == station.OrderExpired && o.Expires > g.clock.Signed().UnixMilli() {
		r.Final = false // by our own clock alone, which somebody may yet set right
	}
	if why.Code == station.OrderReplay { // final only when the first one's row is on disk
		class := station.ClassOrder
		if station.IsDirective(doc) {
			class = station.ClassDirect
		}
		_, ok, err := g.journal.db.Get(class, o.ID.String())
		r.Final = ok && err == nil
		r.Saved = r.Final
	}
	return r
}

// final tells the refusals of the document itself from those of the moment.
func final(c station.RefusalCode) bool {
	if slices.Contains(passing, c) {
		return false
	}
	for _, p := range []string{"order-", "keys-"} {
		if len(c) > len(p) && string(c[:len(p)]) == p {
			return true
		}
	}
	return false
}

// takeKeys judges a key set. It holds from this moment: a revoked key opens
// nothing while the disk writes.
func (g *orderGate) takeKeys(ctx context.Context, doc []byte, via string) mirror.Receipt {
	g.mu.Lock()
	s, why := station.CheckKeySet(doc, g.keys, g.root, g.now(true))
	same := why != nil && why.Code == station.KeysOld && s.Version == g.keys.Version
	if why == nil {
		g.keys = s.KeySet
	}
	g.mu.Unlock()
	if same { // it was taken before, and its answer was lost
		return mirror.Receipt{Code: string(station.KeysOld), Final: true, Saved: true}
	}
	if why != nil {
		return g.refuse(doc, station.Order{}, why, via)
	}
	g.desk().Report(station.KeysReceived{Version: s.Version, Via: via})
	if g.told != nil {
		g.told.keys(s.KeySet)
	}
	if g.poles != nil {
		g.poles.CarryKeys(doc)
	}
	err := g.save(ctx, station.Record{Class: station.ClassKeySet, Key: "current", Value: station.KeysRecord{Version: s.Version, Document: doc}})
	return mirror.Receipt{Code: keysTaken, Final: err == nil, Saved: err == nil}
}

var errNotSaved = errors.New("the disk does not answer")

// save writes a record and waits until the disk has it.
func (g *orderGate) save(ctx context.Context, rec station.Record) error {
	done := make(chan error, 1) // one answer
	err := g.journal.Write([]station.Event{{Records: []station.Record{rec}}}, func(_ uint64, err error) { done <- err })
	if err != nil {
		return err
	}
	t := time.NewTimer(orderSaveWait)
	defer t.Stop()
	select {
	case err := <-done:
		return err
	case <-t.C:
		return errNotSaved
	case <-ctx.Done():
		return ctx.Err()
	}
}

// orderByHand judges a document that somebody brought.
func (s *stationRooms) orderByHand(ctx context.Context, doc []byte, actor string, confirmed bool) (any, error) {
	r := s.orders.Accept(ctx, doc, actor, confirmed)
	if r.Code == soundComing {
		s.orders.sounds.wait(doc, actor)
	}
	return r, nil
}
