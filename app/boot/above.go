package boot

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"loaxa/app/station"
	"loaxa/store"
)

// aboveBook is what the screen shows of the tier above. Safe for concurrent
// use; what it shows is replaced, never changed.
type aboveBook struct {
	dir  string
	view atomic.Pointer[station.Above]
	mu   sync.Mutex // one change at a time
}

// comparedFile holds what the last comparison found.
const comparedFile = "compared.json"

type comparison struct {
	At      time.Time `json:"at"`
	Differs string    `json:"differs,omitempty"`
	Detail  string    `json:"detail,omitempty"`
	mend    bool      // equal histories: sending the records anew puts it right
}

// openAbove reads what earlier runs have written.
func openAbove(dir string, r *store.Reader, keys station.KeySet) (*aboveBook, error) {
	a := &station.Above{Keys: keys.Version, Issuers: issuers(keys)}
	recs, err := r.Back(station.ClassRefusal, "", station.MaxRefusedShown)
	if err != nil {
		return nil, err
	}
	for _, rec := range recs {
		var f station.RefusedOrder
		if json.Unmarshal(rec.Payload, &f) == nil {
			a.Refused = append(a.Refused, f)
		}
	}
	all, err := r.Recoveries()
	if err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(x, y store.Recovery) int { return y.At.Compare(x.At) })
	for _, one := range all[:min(len(all), station.MaxRepairsShown)] {
		a.Repairs = append(a.Repairs, repairOf(one))
	}
	b, err := os.ReadFile(filepath.Join(dir, comparedFile))
	var c comparison
	if err == nil && json.Unmarshal(b, &c) == nil {
		a.Compared, a.Differs, a.Detail = c.At, c.Differs, c.Detail
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	book := &aboveBook{dir: dir}
	book.view.Store(a)
	return book, nil
}

// issuers are the names of those whose orders a key set allows.
func issuers(k station.KeySet) (names []string) {
	for i := range k.Keys {
		e := &k.Keys[i]
		if e.Roles.Has(station.MayIssue) && e.Revoked == 0 && !slices.Contains(names, e.Name) {
			names = append(names, e.Name)
		}
	}
	return names
}

func (b *aboveBook) change(f func(*station.Above)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	next := *b.view.Load()
	f(&next)
	b.view.Store(&next)
}

// refused notes an order that was turned down. One that comes again stands
// once, where it came last: a flood cannot push all others out.
func (b *aboveBook) refused(r station.RefusedOrder) {
	b.change(func(a *station.Above) {
		rest := slices.DeleteFunc(slices.Clone(a.Refused), func(o station.RefusedOrder) bool { return o.Hash == r.Hash && o.Why.Code == r.Why.Code })
		rest = append([]station.RefusedOrder{r}, rest...)
		a.Refused = rest[:min(len(rest), station.MaxRefusedShown)]
	})
}

func (b *aboveBook) keys(k station.KeySet) {
	b.change(func(a *station.Above) { a.Keys, a.Issuers = k.Version, issuers(k) })
}

func (b *aboveBook) compared(c comparison) error {
	b.change(func(a *station.Above) { a.Compared, a.Differs, a.Detail = c.At, c.Differs, c.Detail })
	raw, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(b.dir, comparedFile), raw, 0o640)
}

// Pauses of comparing the books with the tier above.
const (
	compareEvery = 24 * time.Hour
	compareLook  = 5 * time.Second
	compareWait  = 30 * time.Second
	maxProof     = 1 << 20 // bytes
)

// compareBooks compares the books with those above after the first catching up
// of each run and daily, at a moment when nothing waits. What differs is shown
// and rings; nothing is repaired silently.
func (s *stationRooms) compareBooks(ctx context.Context) {
	dial, err := dialTLS(s.conf.Upstream.Address, s.conf.Upstream.Peer, s.id, s.clock.Bounded, s.kin, s.road)
	if err != nil {
		return // the link itself has said so
	}
	var last time.Time
	for pauseFor(ctx, compareLook) {
		l := s.sender.Link()
		if !l.Up || l.Waiting > 0 || !last.IsZero() && time.Since(last) < compareEvery {
			continue
		}
		c, ok, err := s.compareOnce(ctx, dial)
		if err != nil {
			s.log.Debug("books not compared", "why", err)
			continue
		}
		if !ok { // the journal grew meanwhile
			continue
		}
		last = time.Now()
		if c.Differs != "" {
			s.log.Error("the books differ from those above", "why", c.Detail)
			if c.mend {
				s.log.Warn("every record is sent above anew; what was wrong there is named there")
				s.sender.Mend()
			}
		}
		s.desk.Report(station.BooksCompared{Differs: c.Differs})
		if err := s.above.compared(c); err != nil {
			s.warn("comparison not kept", err)
		}
	}
}

func (s *stationRooms) compareOnce(ctx context.Context, dial func(context.Context) (net.Conn, error)) (c comparison, ok bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, compareWait)
	defer cancel()
	hc := &http.Client{Transport: &http.Transport{DisableKeepAlives: true,
		DialTLSContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx) }}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://"+s.conf.Upstream.Address+"/proof", nil)
	if err != nil {
		return c, false, err
	}
	resp, err := hc.Do(req)
	if err != nil {
		return c, false, err
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(io.LimitReader(resp.Body, maxProof))
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s", resp.Status)
	}
	var theirs store.Proof
	if err == nil {
		err = json.Unmarshal(b, &theirs)
	}
	if err != nil {
		return c, false, err
	}
	ours, err := s.journal.db.Proof()
	if err != nil {
		return c, false, err
	}
	now, _ := s.clock.Wall()
	return judgeBooks(ours, theirs, now)
}

// judgeBooks compares two proofs. ok is false where one is only behind.
func judgeBooks(ours, theirs store.Proof, now time.Time) (c comparison, ok bool, err error) {
	c = comparison{At: now}
	diff := store.Compare(ours, theirs)
	switch {
	case diff == nil:
		return c, true, nil
	case ours.Epoch != theirs.Epoch:
		c.Differs = station.OtherLife
	case ours.Seq != theirs.Seq:
		return c, false, nil
	default:
		c.Differs = station.BooksDiffer
		c.mend = ours.H == theirs.H
	}
	c.Detail = cmp.Or(diff.Error(), "different")
	return c, true, nil
}
