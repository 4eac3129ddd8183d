package boot

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"loaxa/app/station"
	"loaxa/app/trust"
)

// KeySign is `loaxa key sign`.
type KeySign struct {
	File    string        `arg:"" help:"The key." type:"path"`
	Out     string        `help:"File that takes the order." required:"" type:"path"`
	Test    bool          `help:"An exercise: stations say so in every word."`
	Cancel  string        `help:"Id of an order to take back, instead of anything to be heard." placeholder:"ID"`
	To      string        `help:"all, a zone, or cluster numbers, comma-separated." default:"all"`
	Valid   time.Duration `help:"How long it is valid: at most 6h for an emergency, 15m for an exercise." default:"1h"`
	After   time.Duration `help:"Not before so long from now."`
	Replace string        `help:"Id of an order that this one replaces." placeholder:"ID"`
	signWhat
	signExtra
	secret
}

// signWhat is what is to be heard.
type signWhat struct {
	Text  string `help:"What is to be read."`
	Item  string `help:"Id of a sound, instead of a text: in the stations' libraries, or where they fetch it (loaxa district sound)."`
	Class string `help:"operator, priority or emergency." enum:"operator,priority,emergency" default:"emergency"`
	Siren string `help:"Id of a siren pattern; the station's own without it."`
	Level int    `help:"Risk level 1 to 5."`
}

type signExtra struct {
	Station []string `help:"Fingerprint of a station; may be given again." placeholder:"FP"`
	Area    []string `help:"Name of an area; may be given again."`
	Counter uint64   `help:"Number of the last order, when the key's counter file was lost."`
	JSON    bool     `help:"Print the order as JSON."`
}

var orderClasses = map[string]station.Class{"operator": station.Operator, "priority": station.Priority, "emergency": station.Emergency}

// Run signs; with an emergency goes the cancel that takes it back.
func (k *KeySign) Run(p Program) error {
	o, err := k.order(time.Now())
	if err != nil {
		return &UseError{err.Error()}
	}
	key, _, err := k.open(p, k.File)
	if err != nil {
		return err
	}
	if k.Counter > 0 {
		if err := trust.SetCounter(k.File, k.Counter); err != nil {
			return err
		}
	}
	if o.Counter, err = trust.TakeCounters(k.File, 2); err != nil {
		return err
	}
	o.Issuer, o.KeyID = key.Name, key.ID()
	s := o.Sign(key.Sign, nil)
	if o.Kind != station.OrderCancel {
		c := cancelOf(o)
		signed := c.Sign(key.Sign, nil)
		s = o.Sign(key.Sign, signed.Encode())
	}
	doc := s.Encode()
	if _, err := station.DecodeOrder(doc); err != nil { // its bounds are checked where it is read, too
		return &UseError{err.Error()}
	}
	if err := writeFile(k.Out, doc, 0o644); err != nil {
		return err
	}
	return tellOrder(p.Out, s, k.JSON)
}

// cancelOf is the order that takes o back. It outlives o, so that it works to
// the last moment.
func cancelOf(o station.Order) station.Order {
	c := o
	c.ID, c.Kind, c.Supersedes = newOrderID(), station.OrderCancel, o.ID
	c.Content, c.NotBefore, c.Counter = station.OrderContent{}, 0, o.Counter+1
	c.Expires = min(o.Expires+24*3600_000, o.IssuedAt+station.MaxOrderLife)
	return c
}

func newOrderID() (id station.OrderID) {
	if _, err := rand.Read(id[:]); err != nil {
		panic(err)
	}
	return id
}

func (k *KeySign) order(now time.Time) (o station.Order, err error) {
	o = station.Order{ID: newOrderID(), Kind: station.OrderPlay, Class: orderClasses[k.Class], IssuedAt: now.UnixMilli(),
		Expires:  now.Add(k.Valid).UnixMilli(),
		Audience: station.Audience{Stations: k.Station, Areas: k.Area, Targets: station.ParseTargets(k.To)},
		Content:  station.OrderContent{Text: strings.ReplaceAll(k.Text, `\n`, "\n"), Siren: k.Siren, Item: station.ItemID(k.Item), Level: k.Level}}
	if k.After > 0 {
		o.NotBefore = now.Add(k.After).UnixMilli()
	}
	if k.Test {
		o.Kind = station.OrderTest
		o.Expires = min(o.Expires, o.IssuedAt+station.MaxTestLife)
	}
	if len(k.Station)+len(k.Area) == 0 {
		return o, errors.New("name who is meant with --station or --area")
	}
	switch {
	case k.Cancel != "":
		o.Kind, o.Content = station.OrderCancel, station.OrderContent{}
		o.Supersedes, err = station.ParseOrderID(k.Cancel)
	case k.Replace != "":
		o.Supersedes, err = station.ParseOrderID(k.Replace)
	}
	return o, err
}

// tellOrder prints an order for a person who is about to trust it.
func tellOrder(w io.Writer, s station.SignedOrder, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(w).Encode(s.Order)
	}
	at := func(ms int64) string { return time.UnixMilli(ms).In(Saigon).Format("02/01/2006 15:04:05") }
	fmt.Fprintf(w, "order      %s\nkind       %s %s\nissuer     %s  %s\nnumber     %d\nissued     %s\nexpires    %s\n",
		s.ID, s.Kind, s.Class, s.Issuer, trust.Short(s.KeyID), s.Counter, at(s.IssuedAt), at(s.Expires))
	if s.NotBefore > 0 {
		fmt.Fprintf(w, "not before %s\n", at(s.NotBefore))
	}
	for _, id := range s.Audience.Stations {
		fmt.Fprintf(w, "station    %s\n", id)
	}
	for _, a := range s.Audience.Areas {
		fmt.Fprintf(w, "area       %s\n", a)
	}
	if !s.Supersedes.IsZero() {
		fmt.Fprintf(w, "replaces   %s\n", s.Supersedes)
	}
	if s.Content.Text != "" {
		fmt.Fprintf(w, "text       %s\n", s.Content.Text)
	}
	if s.Content.Item != "" {
		fmt.Fprintf(w, "sound      %s\n", s.Content.Item)
	}
	fmt.Fprintf(w, "approvals  %d", len(s.Approvals))
	if s.NeedsApproval() && len(s.Approvals) == 0 {
		fmt.Fprint(w, "  (a second person must approve it: loaxa key approve; without one it is obeyed only of a key that may act alone, at one station, for half an hour)")
	}
	fmt.Fprintln(w)
	return nil
}

// KeyApprove is `loaxa key approve`.
type KeyApprove struct {
	File  string `arg:"" help:"The approver's key." type:"path"`
	Order string `arg:"" help:"The order; it takes the approval." type:"path"`
	Yes   bool   `help:"Do not ask."`
	secret
}

// Run shows the order and signs under it.
func (k *KeyApprove) Run(p Program) error {
	doc, err := readDocument(k.Order)
	if err != nil {
		return err
	}
	if station.IsDirective(doc) {
		return k.approveDirective(p, doc)
	}
	s, err := station.DecodeOrder(doc)
	if err != nil {
		return err
	}
	if err := tellOrder(p.Out, s, false); err != nil {
		return err
	}
	return k.approve(p, s.KeyID, s.Issuer, s.ApprovalBytes(), func(a station.OrderApproval) ([]byte, error) {
		s.Approvals = append(s.Approvals, a)
		b := s.Encode()
		_, err := station.DecodeOrder(b)
		return b, err
	})
}

// KeyRead is `loaxa key read`.
type KeyRead struct {
	File string `arg:"" help:"Order or key set." type:"path"`
	JSON bool   `help:"As JSON."`
}

// Run prints what a document says of itself.
func (k *KeyRead) Run(p Program) error {
	doc, err := readDocument(k.File)
	if err != nil {
		return err
	}
	if station.IsOrder(doc) {
		s, err := station.DecodeOrder(doc)
		if err != nil {
			return err
		}
		return tellOrder(p.Out, s, k.JSON)
	}
	s, err := station.DecodeKeySet(doc)
	if err != nil {
		return err
	}
	if k.JSON {
		return json.NewEncoder(p.Out).Encode(s.KeySet)
	}
	fmt.Fprintf(p.Out, "key set %d, signed by %s\n", s.Version, station.KeyFingerprint(s.Signer))
	for i := range s.Keys {
		e := &s.Keys[i]
		state := ""
		if e.Revoked != 0 {
			state = "  REVOKED"
		}
		fmt.Fprintf(p.Out, "%s  %s  %s%s\n", e.ID(), strings.Join(roleWords(e.Roles), ","), e.Name, state)
	}
	return nil
}

// KeySetSign is `loaxa key set`.
type KeySetSign struct {
	File   string            `arg:"" help:"The key that signs: the root, or one that may sign key sets." type:"path"`
	Out    string            `help:"File that takes the set." required:"" type:"path"`
	Base   string            `help:"The set that holds now; a new one begins at version 1." type:"path"`
	Add    map[string]string `help:"Public part of a key and what it may: FILE.pub=issue,approve,keys,alone; may be given again." placeholder:"FILE.pub=ROLES" mapsep:"none"`
	Top    string            `help:"The highest class that the added keys may order." enum:"operator,priority,emergency" default:"emergency"`
	Until  string            `help:"Last day of the added keys, 2027-12-31." placeholder:"DATE"`
	Revoke []string          `help:"Fingerprint of a key that is obeyed no more; may be given again." placeholder:"FP"`
	secret
}

var roleNames = []struct {
	name string
	role station.KeyRole
}{{"issue", station.MayIssue}, {"approve", station.MayApprove}, {"keys", station.MayKeys}, {"alone", station.MayAlone}}

func roleWords(r station.KeyRole) (l []string) {
	for _, n := range roleNames {
		if r.Has(n.role) {
			l = append(l, n.name)
		}
	}
	return l
}

func parseRoles(s string) (r station.KeyRole, err error) {
	for _, w := range strings.Split(s, ",") {
		found := false
		for _, n := range roleNames {
			if n.name == strings.TrimSpace(w) {
				r, found = r|n.role, true
			}
		}
		if !found {
			return 0, fmt.Errorf("%q is no role: issue, approve, keys or alone", w)
		}
	}
	return r, nil
}

// Run builds a set behind the base and signs it.
func (k *KeySetSign) Run(p Program) error {
	set, err := k.build(time.Now())
	if err != nil {
		return err
	}
	key, _, err := k.open(p, k.File)
	if err != nil {
		return err
	}
	set.Signer = key.Public().Key
	s := set.Sign(key.Sign)
	doc := s.Encode()
	if _, err := station.DecodeKeySet(doc); err != nil {
		return &UseError{err.Error()}
	}
	if err := writeFile(k.Out, doc, 0o644); err != nil {
		return err
	}
	return (&KeyRead{File: k.Out}).Run(p)
}

func (k *KeySetSign) build(now time.Time) (set station.KeySet, err error) {
	if k.Base != "" {
		doc, err := os.ReadFile(k.Base)
		if err != nil {
			return set, err
		}
		old, err := station.DecodeKeySet(doc)
		if err != nil {
			return set, err
		}
		set = old.KeySet
	}
	set.Version, set.IssuedAt = set.Version+1, now.UnixMilli()
	until := int64(0)
	if k.Until != "" {
		day, err := time.ParseInLocation(time.DateOnly, k.Until, Saigon)
		if err != nil {
			return set, fmt.Errorf("--until: %q is no date like 2027-12-31", k.Until)
		}
		until = day.AddDate(0, 0, 1).UnixMilli()
	}
	for path, roles := range k.Add {
		pub, err := readPublic(path)
		if err != nil {
			return set, err
		}
		r, err := parseRoles(roles)
		if err != nil {
			return set, err
		}
		set.Keys = addKeys(set.Keys, pub, station.IssuerKey{Name: pub.Name, Roles: r, Top: orderClasses[k.Top], Until: until})
	}
	for _, fp := range k.Revoke {
		found := false
		for i := range set.Keys {
			if set.Keys[i].ID() == fp {
				set.Keys[i].Revoked, found = now.UnixMilli(), true
			}
		}
		if !found {
			return set, fmt.Errorf("no key %s in the set", fp)
		}
	}
	return set, nil
}

// addKeys puts a holder's key and its next one into the list, in place of what
// stood there of them.
func addKeys(list []station.IssuerKey, pub trust.OfficerPublic, e station.IssuerKey) []station.IssuerKey {
	put := func(e station.IssuerKey) {
		for i := range list {
			if list[i].ID() == e.ID() {
				e.Revoked = list[i].Revoked // what was revoked stays so
				list[i] = e
				return
			}
		}
		list = append(list, e)
	}
	e.Key = pub.Key
	if len(pub.Next) > 0 {
		next := e
		next.Key = pub.Next
		e.Next = next.ID()
		put(next)
	}
	put(e)
	return list
}
