package boot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"loaxa/app/district"
	"loaxa/app/trust"
)

// Files by which commands beside a running district speak to it.
const (
	peersFile = "peers.json"      // stations that a code let in, and keys that were revoked
	codeFile  = "enrol-code.json" // a code to be opened; taken away at once
)

// peerBook is what peersFile holds.
type peerBook struct {
	Stations []Peer   `json:"stations"`
	Revoked  []string `json:"revoked"`
}

// codeDrop is what codeFile holds.
type codeDrop struct {
	Code  string    `json:"code"`
	Until time.Time `json:"until"`
}

func readPeerBook(dir string) (b peerBook, err error) {
	raw, err := os.ReadFile(filepath.Join(dir, peersFile))
	if errors.Is(err, fs.ErrNotExist) {
		return b, nil
	}
	if err != nil {
		return b, err
	}
	if len(raw) > maxPins || json.Unmarshal(raw, &b) != nil {
		return b, fmt.Errorf("%s is damaged: restore it from a copy, or move it away and let the stations in anew", filepath.Join(dir, peersFile))
	}
	for _, s := range b.Stations {
		if err := trust.CheckFingerprint(s.ID); err != nil {
			return b, err
		}
	}
	return b, nil
}

func writePeerBook(dir string, b peerBook) error {
	raw, err := json.MarshalIndent(b, "", "  ")
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(dir, peersFile), raw, 0o600)
}

// peers are the keys that a running district knows.
type peers struct {
	dir   string
	fixed []string // by flags and pin file
	codes *trust.Codes
	kin   *trust.Kin
	mu    sync.Mutex // guards book and its file
	book  peerBook
}

func (r *running) openPeers(name string, fixed []string) (*peers, error) {
	book, err := readPeerBook(r.Data)
	p := &peers{dir: r.Data, fixed: fixed, kin: r.kin, book: book}
	p.codes = trust.NewCodes(r.id, name, p.letIn, func(a trust.Applicant, became string) {
		r.log.Info("enrolment", "id", a.ID, "name", a.Name, "became", became)
		if became == trust.CodeWrong || became == trust.CodeSpoilt {
			r.log.Warn("a wrong code at the door", "id", a.ID, "became", became)
		}
	})
	return p, err
}

// known tells whether a key may connect. What was revoked stays so, whoever
// names it.
func (p *peers) known(id string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return !slices.Contains(p.book.Revoked, id) && (slices.Contains(p.fixed, id) ||
		slices.ContainsFunc(p.book.Stations, func(s Peer) bool { return s.ID == id }))
}

func (p *peers) letIn(a trust.Applicant) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	book, err := readPeerBook(p.dir)
	if err != nil {
		return err
	}
	taken := slices.Contains(p.fixed, a.ID) || slices.Contains(book.Revoked, a.ID) || slices.ContainsFunc(book.Stations, func(s Peer) bool { return s.ID == a.ID })
	if a.ID != a.Key && !p.kin.Is(a.Key, a.ID) && taken {
		return errTaken
	}
	if err := p.kin.Expect(a.ID, a.Key); err != nil {
		return err
	}
	book.Stations = append(slices.DeleteFunc(book.Stations, func(s Peer) bool { return s.ID == a.ID }), Peer{ID: a.ID, Name: a.Name})
	book.Revoked = slices.DeleteFunc(book.Revoked, func(id string) bool { return id == a.ID })
	if err := writePeerBook(p.dir, book); err != nil {
		return err
	}
	p.book = book
	return nil
}

// look takes up what commands left, and ends the links of keys that were
// revoked.
func (p *peers) look(srv *district.Server) error {
	if b, err := os.ReadFile(filepath.Join(p.dir, codeFile)); err == nil {
		_ = os.Remove(filepath.Join(p.dir, codeFile))
		var drop codeDrop
		if json.Unmarshal(b, &drop) == nil && time.Now().Before(drop.Until) {
			p.codes.Open(drop.Code, trust.EnrolStation, time.Until(drop.Until))
		}
	}
	p.mu.Lock()
	book, err := readPeerBook(p.dir)
	if err == nil {
		p.book = book
	}
	p.mu.Unlock()
	srv.Dismiss(p.known)
	return err
}

// lookAtPeers takes up what commands left until ctx ends.
func (r *running) lookAtPeers(ctx context.Context, p *peers, srv *district.Server) {
	t := time.NewTicker(orderScan)
	defer t.Stop()
	said := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			err := p.look(srv)
			if err != nil && !said {
				r.warn("the list of stations", err)
			}
			said = err != nil
		}
	}
}

func (p *peers) door() door {
	return door{known: p.known, kin: p.kin, enrol: p.codes, name: func(*http.Request) string { return doorStation }}
}

// DistrictEnroll is `loaxa district enroll`.
type DistrictEnroll struct {
	Data   string `help:"The district's folder; the running demonstration's without it." type:"path"`
	NoWait bool   `help:"Do not wait for the station."`
}

// Run opens a code at the running district and waits for the station.
func (o *DistrictEnroll) Run(ctx context.Context, p Program) error {
	dir, err := districtDir(o.Data)
	if err != nil {
		return err
	}
	b, err := os.ReadFile(filepath.Join(dir, readyFile))
	var rd Ready
	if err != nil || json.Unmarshal(b, &rd) != nil {
		return fmt.Errorf("no district runs in %s: start it with loaxa district --data %s", dir, dir)
	}
	before, err := readPeerBook(dir)
	if err != nil {
		return err
	}
	code := trust.NewCode()
	raw, err := json.Marshal(codeDrop{code, time.Now().Add(trust.CodeLife)})
	if err == nil {
		err = writeFile(filepath.Join(dir, codeFile), raw, 0o600)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(p.Out, "code     %s\ndistrict %s  %s\naddress  %s\nvalid    %s\n", trust.ShowCode(code), trust.Short(rd.ID), rd.ID, rd.Addr, trust.CodeLife)
	if o.NoWait {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, trust.CodeLife)
	defer cancel()
	t := time.NewTicker(orderScan)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return errors.New("nobody came while the code was valid")
		case <-t.C:
		}
		now, err := readPeerBook(dir)
		if err != nil {
			return err
		}
		for _, s := range now.Stations {
			if !slices.Contains(before.Stations, s) {
				fmt.Fprintf(p.Out, "let in   %s  %s  %s\n", trust.Short(s.ID), s.ID, s.Name)
				return nil
			}
		}
	}
}

// DistrictRevoke is `loaxa district revoke`.
type DistrictRevoke struct {
	Data string `help:"The district's folder; the running demonstration's without it." type:"path"`
	ID   string `arg:"" help:"Fingerprint of the station."`
}

// Run revokes a station's key; a running district cuts its link at once.
func (o *DistrictRevoke) Run(_ context.Context, p Program) error {
	if err := trust.CheckFingerprint(o.ID); err != nil {
		return &UseError{err.Error()}
	}
	dir, err := districtDir(o.Data)
	if err != nil {
		return err
	}
	book, err := readPeerBook(dir)
	if err != nil {
		return err
	}
	if !slices.Contains(book.Revoked, o.ID) {
		book.Revoked = append(book.Revoked, o.ID)
	}
	fmt.Fprintf(p.Out, "revoked  %s  %s\n", trust.Short(o.ID), o.ID)
	return writePeerBook(dir, book)
}

// enrolUpstream proves a code to the tier above and keeps its key in the
// station file.
func (s *stationRooms) enrolUpstream(ctx context.Context, dir, code string) error {
	code, err := trust.ParseCode(code)
	if err != nil {
		return &UseError{"--enroll: " + err.Error()}
	}
	up := s.conf.Upstream
	if up.Address == "" {
		return &UseError{"--enroll needs --district ADDR"}
	}
	ctx, cancel := context.WithTimeout(ctx, callWait)
	defer cancel()
	host, err := s.id.Enrol(ctx, up.Address, code, up.Peer, trust.EnrolStation, s.conf.Name, s.clock.Bounded)
	if err == nil {
		err = s.kin.Expect(host.ID, host.Key)
	}
	if err != nil {
		return err
	}
	id := host.ID
	fmt.Fprintf(s.Err, "let in by %q\ndistrict %s  %s\nthis     %s  %s\n", host.Name, trust.Short(id), id, trust.Short(s.id.ID()), s.id.ID())
	kept, err := LoadConfig(dir)
	if err != nil {
		return err
	}
	kept.Upstream.Address, kept.Upstream.Peer = up.Address, id
	s.conf.Upstream.Peer = id
	return WriteConfig(dir, kept)
}
