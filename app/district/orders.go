package district

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"loaxa/app/station"
	"loaxa/store/mirror"
)

// Orders are the orders and key sets that go down, one file each in a folder.
// Whoever may write there may have them carried; none is made there: the
// district holds no key that a station obeys. Safe for concurrent use.
type Orders struct {
	dir string
	now func() time.Time

	mu    sync.Mutex
	items map[mirror.Ref]*carried
	lives map[string]string // by station: see Life
	bad   map[string]bool   // files that are neither order nor key set, told once
	moved chan struct{}
}

// carried is one document under way.
type carried struct {
	doc    []byte
	order  station.SignedOrder     // zero for a key set and a directive
	direct station.SignedDirective // zero for a key set and an order
	keys   bool
	state  map[string]Delivery // by station
}

// readCarried reads a document of any kind; it proves nothing.
func readCarried(doc []byte) (c *carried, err error) {
	c = &carried{doc: doc, keys: station.IsKeySet(doc), state: map[string]Delivery{}}
	switch {
	case c.keys:
		_, err = station.DecodeKeySet(doc)
	case station.IsDirective(doc):
		c.direct, err = station.DecodeDirective(doc)
	default:
		c.order, err = station.DecodeOrder(doc)
	}
	return c, err
}

// directive tells it from an order.
func (c *carried) directive() bool { return len(c.direct.Body) > 0 }

func (c *carried) expires() int64 { return max(c.order.Expires, c.direct.Expires) }

// Delivery is what a station answered.
type Delivery struct {
	mirror.Receipt
	At   time.Time `json:"at"`
	Life string    `json:"life,omitempty"` // epoch of the station's journal that has the answer
}

// Names of the files of an order; what is in between is the SHA-256 of its
// bytes, hex.
const (
	orderSuffix = ".order"
	stateSuffix = ".state.json"
)

// maxCarried bounds the folder: more files are left alone until some are taken
// out.
const maxCarried = 2000

// carryOn is how long behind its end an order is still offered, so that a
// station that comes back says that it was too late.
const carryOn = 24 * time.Hour

// PutOrder lays a document into the folder of a district, running or not. The
// file is whole or not there.
func PutOrder(dir string, doc []byte) (name string, err error) {
	if _, err := readCarried(doc); err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return "", fmt.Errorf("district: %w", err)
	}
	h := sha256.Sum256(doc)
	path := filepath.Join(dir, hex.EncodeToString(h[:])+orderSuffix)
	f, err := os.CreateTemp(dir, ".put-*")
	if err != nil {
		return "", fmt.Errorf("district: %w", err)
	}
	_, err = f.Write(doc)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return "", fmt.Errorf("district: %w", err)
	}
	return path, nil
}

// OpenOrders reads the folder; it is made if missing.
func OpenOrders(dir string, now func() time.Time) (*Orders, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("district: %w", err)
	}
	o := &Orders{dir: dir, now: now, items: map[mirror.Ref]*carried{}, lives: map[string]string{}, bad: map[string]bool{}, moved: make(chan struct{})}
	return o, o.Scan()
}

// Scan takes what was laid into the folder since. The error names a file that
// cannot be carried, once.
func (o *Orders) Scan() error {
	files, err := filepath.Glob(filepath.Join(o.dir, "*"+orderSuffix))
	if err != nil {
		return fmt.Errorf("district: %w", err)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	var errs []error
	fresh := false
	for _, path := range files {
		if o.known(path) || o.bad[path] || len(o.items) >= maxCarried {
			continue
		}
		if err := o.load(path); err != nil {
			o.bad[path] = true
			errs = append(errs, fmt.Errorf("%s: %w", filepath.Base(path), err))
			continue
		}
		fresh = true
	}
	if fresh {
		close(o.moved)
		o.moved = make(chan struct{})
	}
	return errors.Join(errs...)
}

func (o *Orders) known(path string) bool {
	b, err := hex.DecodeString(strings.TrimSuffix(filepath.Base(path), orderSuffix))
	if err != nil || len(b) != len(mirror.Ref{}) {
		return false
	}
	_, ok := o.items[mirror.Ref(b)]
	return ok
}

func (o *Orders) load(path string) error {
	st, err := os.Stat(path)
	if err != nil {
		return err
	}
	if st.Size() > mirror.MaxOrder {
		return fmt.Errorf("%d bytes, limit %d", st.Size(), mirror.MaxOrder)
	}
	doc, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	c, err := readCarried(doc)
	if err != nil {
		return err
	}
	ref := mirror.RefOf(doc)
	if b, err := os.ReadFile(o.statePath(ref)); err == nil {
		_ = json.Unmarshal(b, &c.state) // a broken one is only asked for again
	}
	if c.state == nil {
		c.state = map[string]Delivery{}
	}
	o.items[ref] = c
	return nil
}

func (o *Orders) statePath(ref mirror.Ref) string {
	return filepath.Join(o.dir, hex.EncodeToString(ref[:])+stateSuffix)
}

// urgency orders what waits: keys first, for they tell what may be obeyed; then
// what silences, then by class.
func (c *carried) urgency() int {
	switch {
	case c.keys:
		return 100
	case c.directive():
		return 0
	case c.order.Kind == station.OrderCancel:
		return 50
	default:
		return int(c.order.Class)
	}
}

// Life tells which life of its journal a station is in. One that was set back to
// an older copy has lost what it answered since: key sets, and what it lives by,
// are carried to it again, for a key that was revoked meanwhile would be obeyed.
// Orders are not: what was heard is not heard twice.
func (o *Orders) Life(node, epoch string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.lives[node] == epoch {
		return
	}
	o.lives[node] = epoch
	for ref, c := range o.items {
		d, ok := c.state[node]
		if !ok || d.Life == epoch || !c.keys && !c.directive() {
			continue
		}
		if d.Life == "" { // of a time when lives were not noted
			d.Life = epoch
			c.state[node] = d
		} else {
			delete(c.state, node)
		}
		o.keepState(ref, c)
	}
	close(o.moved)
	o.moved = make(chan struct{})
}

// For is the outbox of one station.
func (o *Orders) For(node string) mirror.Outbox { return outbox{o, node} }

type outbox struct {
	*Orders
	node string
}

// Pending are the orders that the station is meant by, or may be, and has not
// answered for good; the station judges.
func (b outbox) Pending() (out []mirror.Parcel) {
	b.mu.Lock()
	defer b.mu.Unlock()
	over := b.now().Add(-carryOn).UnixMilli()
	var list []*carried
	for _, c := range b.items {
		if b.meant(c) && !c.state[b.node].Final && (c.keys || c.expires() > over) {
			list = append(list, c)
		}
	}
	slices.SortFunc(list, func(x, y *carried) int {
		if u := y.urgency() - x.urgency(); u != 0 {
			return u
		}
		return bytes.Compare(x.doc, y.doc)
	})
	turn := b.keysTaken()
	for _, c := range list {
		out = append(out, mirror.Parcel{Ref: mirror.RefOf(c.doc), Doc: c.doc, Turn: turn})
	}
	return out
}

// keysTaken is how many key sets the station has answered for good: behind
// each, an order whose key was unknown may be obeyed.
func (b outbox) keysTaken() (n int) {
	for _, c := range b.items {
		if c.keys && c.state[b.node].Final {
			n++
		}
	}
	return n
}

func (b outbox) meant(c *carried) bool {
	if c.directive() {
		return len(c.direct.Areas) > 0 || slices.Contains(c.direct.Stations, b.node)
	}
	return c.keys || len(c.order.Audience.Areas) > 0 || slices.Contains(c.order.Audience.Stations, b.node)
}

// Receipt keeps what the station answered.
func (b outbox) Receipt(ref mirror.Ref, r mirror.Receipt) {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.items[ref]
	if c == nil || c.state[b.node].Final {
		return
	}
	c.state[b.node] = Delivery{r, b.now(), b.lives[b.node]}
	if c.keys && r.Final {
		close(b.moved)
		b.moved = make(chan struct{})
	}
	b.keepState(ref, c)
}

// keepState writes what became of a document; the caller holds mu.
func (o *Orders) keepState(ref mirror.Ref, c *carried) {
	raw, err := json.Marshal(c.state)
	if err != nil {
		return
	}
	path := o.statePath(ref)
	if os.WriteFile(path+".new", raw, 0o640) == nil {
		_ = os.Rename(path+".new", path) // lost: it is asked for again
	}
}

// Changed is closed when there is something new to carry.
func (b outbox) Changed() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.moved
}

// OrderStatus is one document and what became of it. Its strings are foreign
// text.
type OrderStatus struct {
	Hash    string              `json:"hash"`
	Keys    bool                `json:"keys,omitempty"` // a key set
	ID      station.OrderID     `json:"id"`
	Issuer  string              `json:"issuer,omitempty"`
	Kind    string              `json:"kind,omitempty"`
	Class   string              `json:"class,omitempty"`
	Text    string              `json:"text,omitempty"`
	Issued  time.Time           `json:"issued,omitzero"`
	Expires time.Time           `json:"expires,omitzero"`
	Answers map[string]Delivery `json:"answers"` // by station
}

// Status lists what is carried, the newest first.
func (o *Orders) Status() (out []OrderStatus) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for ref, c := range o.items {
		s := OrderStatus{Hash: hex.EncodeToString(ref[:]), Keys: c.keys, Answers: map[string]Delivery{}}
		for k, v := range c.state {
			s.Answers[k] = v
		}
		switch {
		case c.keys:
		case c.directive():
			d := &c.direct
			s.ID, s.Issuer, s.Kind = d.ID, d.Issuer, d.Kind.String()
			s.Issued, s.Expires = time.UnixMilli(d.IssuedAt), time.UnixMilli(d.Expires)
			if n, err := d.Notice(); err == nil {
				s.Text = n.Text
			}
		default:
			s.ID, s.Issuer, s.Kind, s.Class, s.Text = c.order.ID, c.order.Issuer, c.order.Kind.String(), c.order.Class.String(), c.order.Content.Text
			s.Issued, s.Expires = time.UnixMilli(c.order.IssuedAt), time.UnixMilli(c.order.Expires)
		}
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b OrderStatus) int {
		if c := b.Issued.Compare(a.Issued); c != 0 {
			return c
		}
		return strings.Compare(a.Hash, b.Hash)
	})
	return out
}

// CancelOf is the pre-signed cancel of an order in the folder dir: to take an
// order back needs no key at hand.
func CancelOf(dir string, id station.OrderID) ([]byte, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*"+orderSuffix))
	if err != nil {
		return nil, fmt.Errorf("district: %w", err)
	}
	for _, path := range files {
		doc, err := os.ReadFile(path)
		if err != nil || !station.IsOrder(doc) {
			continue
		}
		if s, err := station.DecodeOrder(doc); err == nil && s.ID == id {
			if len(s.Cancel) == 0 {
				return nil, fmt.Errorf("order %s carries no cancel: have one signed", id)
			}
			return s.Cancel, nil
		}
	}
	return nil, fmt.Errorf("no order %s here", id)
}
