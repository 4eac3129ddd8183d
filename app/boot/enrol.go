package boot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"loaxa/app/station"
	"loaxa/app/trust"
)

// enrolling lets machines in by a code at the station's door.
type enrolling struct {
	codes *trust.Codes
	mu    sync.Mutex // guards what follows
	next  station.Invitation
	addr  string
}

func (s *stationRooms) openEnrolling() *enrolling {
	e := &enrolling{}
	e.codes = trust.NewCodes(s.id, s.conf.Name, s.letIn, func(a trust.Applicant, became string) {
		s.log.Info("enrolment", "id", a.ID, "kind", a.Kind, "name", a.Name, "became", became)
		if became == trust.CodeWrong || became == trust.CodeSpoilt {
			s.desk.Report(station.Enrolled{Name: a.Name, ID: a.ID, Why: became})
		}
	})
	e.codes.Hand(s.conf.Upstream.Root)
	return e
}

// invite opens a code for one machine.
func (s *stationRooms) invite(in station.Invitation, actor string) (station.EnrolCode, error) {
	if err := checkInvitation(in); err != nil {
		return station.EnrolCode{}, err
	}
	e, code := s.enrolling, trust.NewCode()
	e.mu.Lock()
	defer e.mu.Unlock()
	e.next = in
	e.codes.Open(code, in.Kind, trust.CodeLife)
	s.log.Info("enrolment opened", "by", actor, "kind", in.Kind, "name", in.Name)
	return station.EnrolCode{Code: code, ID: s.id.ID(), Key: s.id.KeyID(), Root: s.conf.Upstream.Root, Addr: e.addr, Valid: trust.CodeLife}, nil
}

func checkInvitation(in station.Invitation) error {
	switch {
	case in.Kind != trust.EnrolCluster && in.Kind != trust.EnrolBoard:
		return fmt.Errorf("a station lets in a cluster or a board, not %q", in.Kind)
	case in.Name == "" || utf8.RuneCountInString(in.Name) > station.MaxName || strings.ContainsFunc(in.Name, func(r rune) bool { return r < ' ' }):
		return fmt.Errorf("name: 1 to %d characters", station.MaxName)
	case in.Number < 0 || in.Number > 9999 || len(in.Zones) > station.MaxZones:
		return errors.New("number: 1 to 9999")
	case in.Kind == trust.EnrolBoard && (in.Width < 1 || in.Height < 1 || in.Width > station.MaxBoardWidth || in.Height > station.MaxBoardHeight):
		return fmt.Errorf("size: up to %dx%d", station.MaxBoardWidth, station.MaxBoardHeight)
	}
	return nil
}

// errTaken: a code proves that somebody was invited, not that he is who he says.
var errTaken = errors.New("that name is another machine's: revoke it first, or let the machine in under the name of its own key")

// letIn puts a machine on the roster; from then on its key opens the door.
func (s *stationRooms) letIn(a trust.Applicant) error {
	s.enrolling.mu.Lock()
	in := s.enrolling.next
	s.enrolling.mu.Unlock()
	if a.ID != a.Key && !s.kin.Is(a.Key, a.ID) && (s.known(a.ID) || a.ID == s.id.ID() || a.ID == s.conf.Upstream.Peer) {
		return errTaken
	}
	if err := s.kin.Expect(a.ID, a.Key); err != nil {
		return err
	}
	f := station.Enrolled{Name: in.Name, ID: a.ID, Why: trust.Enrolled}
	if in.Kind == trust.EnrolBoard {
		f.Board = &station.Board{ID: station.BoardID(a.ID), Name: in.Name, Width: in.Width, Height: in.Height}
	} else {
		f.Cluster = &station.Cluster{ID: station.ClusterID(a.ID), Name: in.Name, Number: s.freeNumber(in.Number), Kind: "IP", Zones: in.Zones}
	}
	ctx, cancel := context.WithTimeout(context.Background(), callWait)
	defer cancel()
	return s.desk.Tell(ctx, f)
}

// freeNumber is want, or the next number that no cluster has.
func (s *stationRooms) freeNumber(want int) int {
	taken := map[int]bool{}
	for _, c := range s.desk.Snapshot().Clusters {
		taken[c.Number] = true
	}
	n := max(want, 1)
	for taken[n] {
		n++
	}
	return n
}

// CtlEnroll is `loaxa ctl enroll`.
type CtlEnroll struct {
	Name   string   `arg:"" help:"What the machine is called: Thôn 3."`
	Board  string   `help:"A public screen of this size in LEDs, instead of a cluster." placeholder:"96x32"`
	Number int      `help:"Number of the cluster; the next free one without it."`
	Zone   []string `help:"Zone of the cluster; may be given again."`
	Addr   string   `help:"Address at which the machine reaches this station." placeholder:"ADDR:PORT"`
	File   string   `help:"Write code, address and fingerprint to a file, for a machine without a screen." type:"path"`
	NoWait bool     `help:"Do not wait for the machine."`
}

// Run opens a code, shows it, and waits for the machine that proves it.
func (k *CtlEnroll) Run(ctx context.Context, p Program, c *Ctl) error {
	in := station.Invitation{Kind: trust.EnrolCluster, Name: k.Name, Number: k.Number, Zones: k.Zone}
	if k.Board != "" {
		in.Kind = trust.EnrolBoard
		if n, err := fmt.Sscanf(k.Board, "%dx%d", &in.Width, &in.Height); err != nil || n != 2 {
			return &UseError{fmt.Sprintf("--board: %q is not WIDTHxHEIGHT", k.Board)}
		}
	}
	return RunCtl(ctx, c.Data, p.Build, p.Out, func(ctx context.Context, c *Caller) error {
		before, err := c.snapshot(ctx)
		if err != nil {
			return err
		}
		code, err := c.client.Enrol(ctx, in)
		if err != nil {
			return err
		}
		if k.Addr != "" {
			code.Addr = k.Addr
		}
		fmt.Fprintf(c.out, "code     %s\nstation  %s  %s\naddress  %s\nvalid    %s\n", trust.ShowCode(code.Code), trust.Short(code.ID), code.ID, code.Addr, code.Valid)
		if k.File != "" {
			if err := writeEnrolFile(k.File, enrolFile{Code: code.Code, Station: code.Addr, Peer: code.ID, Key: code.Key, Root: code.Root}); err != nil {
				return err
			}
		}
		if k.NoWait {
			return nil
		}
		return c.awaitMachine(ctx, before, code.Valid)
	})
}

// CtlRevoke is `loaxa ctl revoke`.
type CtlRevoke struct {
	Machine string `arg:"" help:"Number of the cluster, or the fingerprint of the cluster or board."`
}

// Run takes the machine off the list.
func (k *CtlRevoke) Run(ctx context.Context, p Program, c *Ctl) error {
	return RunCtl(ctx, c.Data, p.Build, p.Out, func(ctx context.Context, c *Caller) error {
		snap, err := c.snapshot(ctx)
		if err != nil {
			return err
		}
		for _, b := range snap.Boards {
			if string(b.ID) == k.Machine {
				return c.submit(ctx, station.BoardRemove{ID: b.ID})
			}
		}
		for _, o := range snap.Clusters {
			if string(o.ID) == k.Machine || strconv.Itoa(o.Number) == k.Machine {
				return c.submit(ctx, station.ClusterRemove{ID: o.ID})
			}
		}
		return &station.Refusal{Code: station.UnknownTarget, Subject: k.Machine}
	})
}

// machines are the keys on the roster with their names.
func machines(s *station.Snapshot) map[string]string {
	m := map[string]string{}
	for _, c := range s.Clusters {
		m[string(c.ID)] = c.Name
	}
	for _, b := range s.Boards {
		m[string(b.ID)] = b.Name
	}
	return m
}

// awaitMachine waits until a key is on the roster that was not before, and
// prints it, to be compared with what the machine prints.
func (c *Caller) awaitMachine(ctx context.Context, before *station.Snapshot, valid time.Duration) error {
	old := machines(before)
	over := time.After(valid)
	for {
		for id, name := range machines(c.client.Snapshot()) {
			if _, had := old[id]; !had {
				fmt.Fprintf(c.out, "let in   %s  %s  %s\n", trust.Short(id), id, name)
				return nil
			}
		}
		select {
		case <-c.client.Changed():
		case <-over:
			return errors.New("nobody came while the code was valid")
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// enrolFile is what a machine without a screen is given, and what any machine
// keeps once it was let in; then it has no code.
type enrolFile struct {
	Code    string `json:"code,omitempty"`
	Station string `json:"station"`
	Peer    string `json:"peer"`
	Root    string `json:"root,omitempty"` // fingerprint of the key that signs whose orders are taken
	Key     string `json:"key,omitempty"`  // fingerprint of the key that the station uses now; empty: Peer
}

// stationFile is where a pole or a board keeps whom it belongs to.
const stationFile = "belongs.json"

func writeEnrolFile(path string, f enrolFile) error {
	b, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return err
	}
	return writeFile(path, append(b, '\n'), 0o600)
}

// parseEnrolFile reads an enrolment file strictly.
func parseEnrolFile(b []byte) (f enrolFile, err error) {
	if len(b) > 4096 || json.Unmarshal(b, &f) != nil {
		return enrolFile{}, errors.New("not an enrolment file")
	}
	if err := trust.CheckFingerprint(f.Peer); err != nil {
		return enrolFile{}, err
	}
	for _, fp := range []string{f.Key, f.Root} {
		if fp == "" {
			continue
		}
		if err := trust.CheckFingerprint(fp); err != nil {
			return enrolFile{}, err
		}
	}
	if f.Code != "" {
		if f.Code, err = trust.ParseCode(f.Code); err != nil {
			return enrolFile{}, err
		}
	}
	return f, nil
}

// belong finds whom a machine belongs to: by its flags, by a code that it
// proves now ("@FILE" brings all), or by what it kept.
func (r *running) belong(ctx context.Context, addr, peer, code, kind, name string) (string, string, error) {
	path := filepath.Join(r.Data, stationFile)
	kept, root := enrolFile{}, ""
	if b, err := os.ReadFile(path); err == nil {
		if kept, err = parseEnrolFile(b); err != nil {
			return "", "", fmt.Errorf("%s: %w", path, err)
		}
	}
	if file, ok := strings.CutPrefix(code, "@"); ok {
		b, err := os.ReadFile(file)
		if err != nil {
			return "", "", err
		}
		f, err := parseEnrolFile(b)
		if err != nil {
			return "", "", fmt.Errorf("%s: %w", file, err)
		}
		if f.Peer == kept.Peer { // the stick was left in: it was let in before
			code = ""
		} else {
			root = f.Root
			addr, peer, code = firstWord(addr, f.Station), firstWord(f.Key, f.Peer), f.Code
		}
	}
	if code == "" {
		addr, peer = firstWord(addr, kept.Station), firstWord(peer, kept.Peer)
		if addr == "" || peer == "" {
			return "", "", &UseError{"--station and --peer, or --enroll with a code, say whom this machine belongs to"}
		}
		return addr, peer, nil
	}
	code, err := trust.ParseCode(code)
	if err != nil {
		return "", "", &UseError{"--enroll: " + err.Error()}
	}
	if addr == "" {
		return "", "", &UseError{"--enroll needs --station ADDR"}
	}
	ctx, cancel := context.WithTimeout(ctx, callWait)
	defer cancel()
	host, err := r.id.Enrol(ctx, addr, code, peer, kind, name, r.clock.Bounded)
	if err == nil {
		err = r.kin.Expect(host.ID, host.Key)
	}
	if err != nil {
		return "", "", err
	}
	server, root := host.ID, firstWord(root, host.Root)
	r.log.Info("enrolled", "station", server, "name", host.Name)
	if r.Err != nil {
		fmt.Fprintf(r.Err, "let in by %q\nstation  %s  %s\nthis     %s  %s\n", host.Name, trust.Short(server), server, trust.Short(r.id.ID()), r.id.ID())
	}
	return addr, server, writeEnrolFile(path, enrolFile{Station: addr, Peer: server, Root: root})
}

func firstWord(words ...string) string {
	i := slices.IndexFunc(words, func(w string) bool { return w != "" })
	if i < 0 {
		return ""
	}
	return words[i]
}
