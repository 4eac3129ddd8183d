package onair

import (
	"cmp"
	"slices"
	"time"

	"loaxa/app/station"
)

// Upper is what the tier above asked for: the orders whose books are open, and
// what was turned away lately.
type Upper struct {
	Open    []station.OrderRecord // older first
	Since   time.Duration         // mono: begin of the minute that Rows counts
	Rows    int
	Clashes []station.Clash // which of two is first; never changed in place
	Skipped int             // refusals not written down
}

// Bounds of what forged orders may write into the journal.
const (
	refusalEvery = time.Minute // one row for each order and reason
	maxRefusals  = 30          // rows a minute
)

// order obeys an order that was verified; it ranks by its class, as what an
// operator asks for does.
func (d *decision) order(in station.OrderReceived) *station.Refusal {
	o := in.Order.Order
	d.actor = o.Issuer
	if o.Kind == station.OrderCancel {
		d.orderRow(in, station.OrderDone)
		d.withdraw(o.Supersedes, true)
		return nil
	}
	updates := d.superseded(o)
	if updates == 0 {
		d.withdraw(o.Supersedes, false)
	}
	if r := d.orderSound(o, updates); r != nil {
		return r
	}
	d.orderRow(in, station.OrderStarted)
	if alone(in.Order) {
		d.fault("order-alone-"+o.ID.String(), station.EvOrder, "", clip(o.Issuer)+": "+firstLine(o.Content.Text), "order-alone")
	}
	return nil
}

// alone tells of an order that would have needed a second person and was
// obeyed without: its key may act alone.
func alone(s station.SignedOrder) bool { return s.NeedsApproval() && len(s.Approvals) == 0 }

// orderSound begins what the order wants to be heard.
func (d *decision) orderSound(o station.Order, updates station.BroadcastID) *station.Refusal {
	c, to := o.Content, o.Audience.Targets
	if o.Class == station.Emergency {
		return d.orderEmergency(o, updates)
	}
	if _, r := d.targets(to); r != nil {
		return r
	}
	b := Broadcast{Class: o.Class, Who: o.Issuer, Title: firstLine(c.Text), Targets: to}
	if c.Item == "" {
		if chime := d.s.rules().Chime; chime != "" && chime != "none" {
			b.Pieces = append(b.Pieces, station.Piece{Kind: station.FromTone, Tone: chime, Title: chime})
		}
		b.Pieces = append(b.Pieces, station.Piece{Kind: station.FromSpeech, Text: c.Text, Title: b.Title})
		on := d.begin(b)
		d.row(alertRecord(on.ID, station.Alert{ID: on.ID, Type: station.AlertNotice, Sent: d.now, Text: c.Text, Who: o.Issuer, Places: d.placeNames(to)}))
		return nil
	}
	it, ok := d.s.Items[c.Item]
	if !ok {
		return no(station.UnknownItem, string(c.Item), 0)
	}
	b.Title = it.Title
	b.Pieces = []station.Piece{{Kind: station.FromItem, Item: it.ID, Title: it.Title}}
	d.begin(b)
	return nil
}

// orderEmergency airs an emergency or its exercise. One that was read already
// and that nobody has ended makes room: an empty office must not silence a
// second warning. A siren that this station has not got is its own default.
func (d *decision) orderEmergency(o station.Order, updates station.BroadcastID) *station.Refusal {
	in := station.EmergencyStart{Text: o.Content.Text, Siren: o.Content.Siren, Level: o.Content.Level,
		Drill: o.Kind == station.OrderTest, Targets: o.Audience.Targets, Updates: updates}
	if !slices.Contains(d.s.Settings.Tones, in.Siren) {
		in.Siren = ""
	}
	if !in.Drill && updates == 0 {
		d.makeRoom(in)
	}
	return d.emergencyStart(in)
}

// orderRow writes that an order is obeyed, and remembers it until its books
// are closed.
func (d *decision) orderRow(in station.OrderReceived, state station.OrderState) {
	o := in.Order.Order
	rec := station.NewOrderRecord(in, state, d.now)
	rec.Via, rec.Broadcast = clip(in.Via), d.out.Started
	title := o.Issuer
	if t := cmp.Or(firstLine(o.Content.Text), d.s.Items[o.Content.Item].Title); t != "" {
		title += ": " + t
	}
	reason := "order-" + o.Kind.String()
	if alone(in.Order) {
		reason = "order-alone"
	}
	d.note(station.Event{Kind: station.EvOrder, Broadcast: rec.Broadcast, Class: o.Class, Title: title,
		Reason: reason, Drill: o.Kind == station.OrderTest},
		station.Record{Class: station.ClassOrder, Key: o.ID.String(), Value: rec})
	if state == station.OrderStarted {
		d.s.Upper.Open = append(slices.Clone(d.s.Upper.Open), rec)
	}
}

// withdraw takes an earlier order back. A cancelled emergency is corrected
// where it was heard: silence alone leaves people running.
func (d *decision) withdraw(id station.OrderID, correct bool) {
	i := slices.IndexFunc(d.s.Upper.Open, func(r station.OrderRecord) bool { return r.ID == id })
	if id.IsZero() || i < 0 {
		return
	}
	rec := d.s.Upper.Open[i]
	switch em := d.s.emergency(rec.Broadcast); {
	case em == nil:
		d.end(rec.Broadcast, "order-cancelled")
		d.dropLate("order-cancelled", func(of station.LateOf) bool { return rec.Broadcast != 0 && of.Broadcast == rec.Broadcast })
	case correct:
		_ = d.emergencyCorrect(em.ID) // it is open: this cannot refuse
	default:
		d.closeEmergency(*em, "order-cancelled")
	}
	d.withdrawn(i)
}

// superseded is the open emergency of the order that o takes the place of; 0:
// none. Who heard the old word hears the new one.
func (d *decision) superseded(o station.Order) station.BroadcastID {
	i := slices.IndexFunc(d.s.Upper.Open, func(r station.OrderRecord) bool { return r.ID == o.Supersedes })
	if o.Supersedes.IsZero() || o.Class != station.Emergency || i < 0 || d.s.Upper.Open[i].Broadcast == 0 {
		return 0
	}
	em := d.s.emergency(d.s.Upper.Open[i].Broadcast)
	if em == nil || em.Drill != (o.Kind == station.OrderTest) {
		return 0
	}
	d.withdrawn(i)
	return em.ID
}

// withdrawn writes that an open order holds no more.
func (d *decision) withdrawn(i int) {
	rec := d.s.Upper.Open[i]
	rec.State = station.OrderWithdrawn
	d.s.Upper.Open = slices.Clone(d.s.Upper.Open)
	d.s.Upper.Open[i] = rec
	d.row(station.Record{Class: station.ClassOrder, Key: rec.ID.String(), Value: rec})
}

// row writes records that have no line in the log.
func (d *decision) row(recs ...station.Record) {
	d.out.Events = append(d.out.Events, station.Event{Kind: station.EvQueue, At: d.now, Actor: d.actor, Records: recs})
}

// orderHeard writes what each cluster played of an order, when the last
// reports must be in.
func (d *decision) orderHeard(r pendingReceipt) {
	i := slices.IndexFunc(d.s.Upper.Open, func(o station.OrderRecord) bool {
		return o.Broadcast == r.Broadcast || r.Of != 0 && o.Broadcast == r.Of
	})
	if i < 0 {
		return
	}
	out := station.OrderReceipt{Order: d.s.Upper.Open[i].ID, Broadcast: r.Broadcast, At: d.now}
	for _, id := range r.Clusters {
		k, c := d.s.known(id), d.s.cluster(id)
		h := station.Receipt{Cluster: id, Played: k.Heard[r.Broadcast], Heard: station.HeardPart}
		switch {
		case id.SentOnly() && h.Played > 0:
			h.Heard = station.HeardSent
		case !k.Ever:
			h.Heard = station.HeardUnknown
		case h.Played == 0:
			h.Heard = station.HeardNone
		}
		if c != nil {
			h.Number, h.Name = c.Number, c.Name
		}
		out.Clusters = append(out.Clusters, h)
	}
	d.row(station.Record{Class: station.ClassReceipt, Value: out})
	if r.Of != 0 && slices.ContainsFunc(d.s.Air, func(b Broadcast) bool { return b.Of == r.Of }) {
		return // a part of it is still to be heard
	}
	d.orderDone(i)
}

// orderDone closes an order's record, unless it was withdrawn.
func (d *decision) orderDone(i int) {
	if d.s.Upper.Open[i].State != station.OrderStarted {
		return
	}
	d.s.Upper.Open = slices.Clone(d.s.Upper.Open)
	rec := &d.s.Upper.Open[i]
	rec.State = station.OrderDone
	d.row(station.Record{Class: station.ClassOrder, Key: rec.ID.String(), Value: *rec})
}

// closeOrders forgets the orders that nothing can happen to any more. One that
// nobody heard has a receipt that says so.
func (d *decision) closeOrders() {
	for i := len(d.s.Upper.Open) - 1; i >= 0; i-- {
		rec := d.s.Upper.Open[i]
		waits := slices.ContainsFunc(d.s.Receipts, func(r pendingReceipt) bool { return r.Broadcast == rec.Broadcast || r.Of != 0 && r.Of == rec.Broadcast })
		waits = waits || slices.ContainsFunc(d.s.Plan.Late, func(l station.Late) bool { return rec.Broadcast != 0 && l.Of.Broadcast == rec.Broadcast })
		if waits || d.s.find(rec.Broadcast) != nil || d.s.emergency(rec.Broadcast) != nil {
			continue
		}
		if rec.State == station.OrderStarted {
			d.row(station.Record{Class: station.ClassReceipt, Value: station.OrderReceipt{Order: rec.ID, Broadcast: rec.Broadcast, At: d.now}})
			d.orderDone(i)
		}
		d.s.Upper.Open = slices.Delete(slices.Clone(d.s.Upper.Open), i, i+1)
	}
}

// recoverOrder takes one record of class order.
func (s *State) recoverOrder(_ string, r station.OrderRecord) {
	if r.State == station.OrderStarted || r.Broadcast != 0 && s.emergency(r.Broadcast) != nil {
		s.Upper.Open = append(s.Upper.Open, r)
		slices.SortFunc(s.Upper.Open, func(a, b station.OrderRecord) int { return cmp.Compare(a.Broadcast, b.Broadcast) })
	}
}

// noteRefusal writes that an intent was turned down. An order that was comes
// again until it expires; who carries it tells of it once.
func (d *decision) noteRefusal(in station.Intent) {
	if _, ok := in.(station.OrderReceived); ok {
		return
	}
	d.note(station.Event{Kind: station.EvRefused, Reason: string(d.out.Refusal.Code), Title: d.out.Refusal.Subject})
}

// quietRefusals are no fault: an order comes twice when an answer is lost, or
// passes by a station that it is not for.
var quietRefusals = []station.RefusalCode{station.OrderReplay, station.OrderForOthers, station.OrderNotYet, station.KeysOld}

// orderRefused writes that an order was not obeyed, and rings. A flood of
// forged ones is counted, not written down one by one.
func (d *decision) orderRefused(r station.RefusedOrder) {
	key := "order\x00" + string(r.Why.Code) + "\x00" + r.Hash
	if at, ok := d.s.Known.Turned[key]; ok && d.now.Mono-at < refusalEvery {
		return
	}
	if d.now.Mono-d.s.Upper.Since >= refusalEvery || d.s.Upper.Since == 0 {
		d.s.Upper.Since, d.s.Upper.Rows = max(d.now.Mono, 1), 0
	}
	if d.s.Upper.Rows >= maxRefusals || len(d.s.Known.Turned) >= maxTurned {
		d.s.Upper.Skipped++
		d.forgetTurned()
		return
	}
	d.s.Upper.Rows++
	d.s.Known.Turned[key] = d.now.Mono
	r.Issuer, r.KeyID, r.Title, r.Via, r.At = clip(r.Issuer), clip(r.KeyID), clip(r.Title), clip(r.Via), d.now
	r.Why.Subject = clip(r.Why.Subject)
	r.Skipped, d.s.Upper.Skipped = d.s.Upper.Skipped, 0
	who := cmp.Or(r.Issuer, r.Via)
	kind := station.EvOrderRefused
	if r.Keys {
		kind = station.EvKeys
	}
	d.note(station.Event{Kind: kind, Title: who, Reason: string(r.Why.Code)}, station.Record{Class: station.ClassRefusal, Value: r})
	if !slices.Contains(quietRefusals, r.Why.Code) {
		d.fault("order-"+string(r.Why.Code), station.EvOrderRefused, "", who, string(r.Why.Code))
	}
}

// forgetTurned drops what was turned away longer than its minute ago.
func (d *decision) forgetTurned() {
	for k, at := range d.s.Known.Turned {
		if d.now.Mono-at >= refusalEvery {
			delete(d.s.Known.Turned, k)
		}
	}
}

func (d *decision) keysReceived(f station.KeysReceived) {
	d.note(station.Event{Kind: station.EvKeys, Title: clip(f.Via), Reason: "keys-taken"})
}

// booksCompared rings when the books are not those above, until they are again.
func (d *decision) booksCompared(f station.BooksCompared) {
	const id = "books"
	if f.Differs == "" {
		d.mended(id)
		return
	}
	why := clip(f.Differs)
	d.note(station.Event{Kind: station.EvBooks, Reason: why})
	d.fault(id, station.EvBooks, "", "", why)
}

// enrolled puts a machine that proved its code on the roster, or rings for a
// code that was tried in vain.
func (d *decision) enrolled(f station.Enrolled) {
	e := station.Event{Kind: station.EvEnrolled, Title: clip(f.Name), Reason: clip(f.Why), Cluster: station.ClusterID(clip(f.ID))}
	switch {
	case f.Cluster != nil && d.s.cluster(f.Cluster.ID) == nil:
		c := *f.Cluster
		d.s.Roster = append(slices.Clone(d.s.Roster), c)
		d.s.Books.Joined = append(slices.Clone(d.s.Books.Joined), string(c.ID))
		slices.SortStableFunc(d.s.Roster, func(a, b station.Cluster) int { return cmp.Compare(a.Number, b.Number) })
		d.s.Books.Removed = slices.DeleteFunc(slices.Clone(d.s.Books.Removed), func(id station.ClusterID) bool { return id == c.ID })
		d.nameZones()
		d.note(e, station.Record{Class: station.ClassCluster, Key: string(c.ID), Value: c})
	case f.Board != nil && !slices.ContainsFunc(d.s.Boards, func(b station.Board) bool { return b.ID == f.Board.ID }):
		d.s.Boards = append(slices.Clone(d.s.Boards), *f.Board)
		d.s.Books.Joined = append(slices.Clone(d.s.Books.Joined), string(f.Board.ID))
		d.s.Books.Removed = slices.DeleteFunc(slices.Clone(d.s.Books.Removed), func(id station.ClusterID) bool { return string(id) == string(f.Board.ID) })
		d.note(e, station.Record{Class: station.ClassBoard, Key: string(f.Board.ID), Value: *f.Board})
		d.showCard(*f.Board)
	default:
		d.note(e)
		if f.Why != "enrolled" {
			d.fault("enrol-"+clip(f.Why), station.EvEnrolled, "", clip(f.Name), clip(f.Why))
		}
	}
}
