package boot

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"loaxa/app/attach"
	"loaxa/app/station"
	"loaxa/app/trust"
)

// peopleEvery is how often the file of the station's people is looked at for
// what a shell changed.
const peopleEvery = 2 * time.Second

// openPeople names the file of the station's people and keeps the desk told of
// it, from before its socket opens.
func (s *stationRooms) openPeople(ctx context.Context, dir string) {
	s.staff = trust.OpenStaff(filepath.Join(dir, trust.StaffFile), func() time.Duration { return s.clock.Now().Mono })
	s.tellPeople(ctx, "station")
	s.wg.Go(func() { s.watchPeople(ctx, dir) })
}

// tellPeople gives the desk the accounts, before its socket opens.
func (s *stationRooms) tellPeople(ctx context.Context, by string) {
	users, err := s.staff.List()
	if err != nil {
		s.warn("people", err)
	}
	_ = s.desk.Tell(ctx, station.AccountsSet{Accounts: users, By: by, Damaged: err != nil})
}

// watchPeople takes what `loaxa account` changed.
func (s *stationRooms) watchPeople(ctx context.Context, dir string) {
	path := filepath.Join(dir, trust.StaffFile)
	look := func() (at time.Time, size int64) {
		if st, err := os.Stat(path); err == nil {
			return st.ModTime(), st.Size()
		}
		return at, -1
	}
	at, size := look()
	t := time.NewTicker(peopleEvery)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		if a, n := look(); !a.Equal(at) || n != size {
			at, size = a, n
			s.tellPeople(ctx, "loaxa account")
		}
	}
}

// persons are who is at the desk's socket.
func (s *stationRooms) persons() attach.Persons {
	return attach.Persons{Actor: peerActor, May: s.desk.May, Unlock: s.unlock, Change: s.changePeople}
}

func (s *stationRooms) unlock(ctx context.Context, name, pin string) (station.Unlocked, string, error) {
	u, wait, err := s.staff.Unlock(name, pin)
	if err != nil {
		s.tellPeople(ctx, "station")
		return station.Unlocked{}, "", &station.Refusal{Code: station.AccountsUnfit}
	}
	return station.Unlocked{OK: u.Name != "", Name: u.Name, Wait: wait}, u.Rev, nil
}

// changePeople changes an account: the operator anybody's, anybody his own PIN.
// Where there is no account yet, the first comes from whoever sits there.
func (s *stationRooms) changePeople(ctx context.Context, by station.Person, c station.AccountChange) error {
	if r := s.desk.May(by, station.ActPeople); r != nil {
		own := false
		for _, u := range s.desk.Snapshot().Station.People {
			if u.Name == by.Account && u.Rev == by.Rev && c.Name == u.Name && !c.Remove && c.PIN != "" {
				own, c.User = true, u
			}
		}
		if !own {
			return r
		}
	}
	err := s.staff.Change(c)
	var r *station.Refusal
	if err != nil && !errors.As(err, &r) {
		s.warn("people", err)
		err = &station.Refusal{Code: station.AccountsUnfit}
	}
	s.tellPeople(ctx, by.Name())
	return err
}

// AccountOptions are the commands of `loaxa account`: whoever may write the
// station's data folder may let people in and put PINs anew.
type AccountOptions struct {
	List   AccountList   `cmd:"" help:"Who has an account, and what each may do."`
	Set    AccountSet    `cmd:"" help:"Make an account, or change its role; the PIN is asked for."`
	Pin    AccountPin    `cmd:"" help:"Give an account a new PIN: for one that was forgotten."`
	Remove AccountRemove `cmd:"" help:"Take an account away. Without any account nothing is locked."`
}

// The commands of account.
type (
	AccountList struct {
		Data string `help:"The station's data folder." placeholder:"DIR"`
	}
	AccountSet struct {
		Data  string       `help:"The station's data folder." placeholder:"DIR"`
		Name  string       `arg:"" help:"Name of the person, as the log will show it."`
		Role  station.Role `help:"operator, editor, approver, technician, hamlet-head or viewer." default:"operator" enum:"operator,editor,approver,technician,hamlet-head,viewer"`
		To    string       `help:"Where a hamlet head speaks: a zone, or cluster numbers, comma-separated."`
		Hours string       `help:"When a hamlet head speaks, like 05:00-19:00; at any hour without it."`
		secret
	}
	AccountPin struct {
		Data string `help:"The station's data folder." placeholder:"DIR"`
		Name string `arg:"" help:"Name of the person."`
		secret
	}
	AccountRemove struct {
		Data string `help:"The station's data folder." placeholder:"DIR"`
		Name string `arg:"" help:"Name of the person."`
	}
)

// staffIn is the file of the station in a folder.
func staffIn(dir string) (*trust.Staff, error) {
	if dir == "" {
		dir = DefaultData()
	}
	if st, err := os.Stat(dir); err != nil || !st.IsDir() {
		return nil, fmt.Errorf("no station in %s: name its folder with --data", dir)
	}
	return newStaff(dir), nil
}

func newStaff(dir string) *trust.Staff {
	began := time.Now()
	return trust.OpenStaff(filepath.Join(dir, trust.StaffFile), func() time.Duration { return time.Since(began) })
}

// Run prints the accounts.
func (o *AccountList) Run(_ context.Context, p Program) error {
	f, err := staffIn(o.Data)
	if err != nil {
		return err
	}
	users, err := f.List()
	if err != nil {
		return err
	}
	if len(users) == 0 {
		fmt.Fprintln(p.Out, "no account: nothing is locked")
	}
	bare, _ := f.WithoutPIN() // just read
	for _, u := range users {
		fmt.Fprintf(p.Out, "%s\t%s", u.Name, u.Role)
		if slices.Contains(bare, u.Name) {
			fmt.Fprint(p.Out, "\tneeds a new PIN: loaxa account pin")
		}
		fmt.Fprintln(p.Out)
	}
	return nil
}

// Run makes or changes an account; a running station knows it within seconds.
func (o *AccountSet) Run(_ context.Context, p Program) error {
	f, err := staffIn(o.Data)
	if err != nil {
		return err
	}
	c := station.AccountChange{User: station.User{Name: o.Name, Role: o.Role}}
	if o.To != "" {
		c.Area = station.ParseTargets(o.To)
	}
	if o.Hours != "" {
		var fh, fm, uh, um int
		if n, err := fmt.Sscanf(o.Hours, "%d:%d-%d:%d", &fh, &fm, &uh, &um); err != nil || n != 4 {
			return &UseError{"--hours: write it like 05:00-19:00"}
		}
		c.From, c.Until = fh*60+fm, uh*60+um
	}
	if c.PIN, err = o.pin(p, o.Name); err != nil {
		return err
	}
	return f.Change(c)
}

// Run gives an account another PIN.
func (o *AccountPin) Run(_ context.Context, p Program) error {
	f, err := staffIn(o.Data)
	if err != nil {
		return err
	}
	users, err := f.List()
	if err != nil {
		return err
	}
	for _, u := range users {
		if u.Name != o.Name {
			continue
		}
		c := station.AccountChange{User: u}
		if c.PIN, err = o.pin(p, o.Name); err != nil {
			return err
		}
		return f.Change(c)
	}
	return fmt.Errorf("there is no account %q: loaxa account list shows them", o.Name)
}

// Run takes an account away.
func (o *AccountRemove) Run(context.Context, Program) error {
	f, err := staffIn(o.Data)
	if err != nil {
		return err
	}
	return f.Change(station.AccountChange{User: station.User{Name: o.Name}, Remove: true})
}

// pin asks for a PIN that is about to be set.
func (s secret) pin(p Program, name string) (string, error) {
	pin, err := s.askTwice(p, "the PIN ("+name+")")
	if err == nil && !station.PINOK(pin) {
		err = fmt.Errorf("a PIN has %d to %d digits", station.MinPIN, station.MaxPIN)
	}
	return pin, err
}

// The environment by which a command says who asks, where a station has
// accounts: the name, and a file whose first line is the PIN.
const (
	asEnv  = "LOAXA_AS"
	pinEnv = "LOAXA_PIN_FILE"
)

// letIn unlocks a command's connection where the environment says as whom.
func letIn(ctx context.Context, c *attach.Client) error {
	name, file := os.Getenv(asEnv), os.Getenv(pinEnv)
	if name == "" || file == "" {
		return nil
	}
	pin, err := secret{PassphraseFile: file}.ask(Program{}, name)
	if err != nil {
		return err
	}
	u, err := c.Unlock(ctx, name, pin)
	switch {
	case err != nil:
		return err
	case u.Wait > 0:
		return fmt.Errorf("the PIN of %s is not looked at for %v: too many wrong ones", name, u.Wait.Round(time.Second))
	case !u.OK:
		return fmt.Errorf("that is not the PIN of %s", name)
	}
	return nil
}
