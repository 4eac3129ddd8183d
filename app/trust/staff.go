package trust

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"loaxa/app/station"
)

// StaffFile holds the people of a station and what is kept of their PINs. It
// stays on the station's machine: no journal and no mirror carries it.
const StaffFile = "people.json"

// member is a person in the file.
type member struct {
	station.User
	Hash string `json:"hash"` // of the PIN, as Account.Hash; empty: no PIN opens it until one is put
}

// Wrong PINs of one account: after freeTries each one makes the next wait
// longer. An emergency needs no PIN, so that no wait can stand before it.
const (
	freeTries = 3
	firstWait = 5 * time.Second
	longWait  = 5 * time.Minute
	forgetTry = 30 * time.Minute // after the last wrong one
	maxTried  = 256              // names that are remembered
)

// Errors of a station's people.
var (
	ErrStaffName = &station.Refusal{Code: station.BadAccount, Subject: "name"}
	ErrStaffRole = &station.Refusal{Code: station.BadAccount, Subject: "role"}
	ErrPIN       = &station.Refusal{Code: station.BadPIN, Limit: station.MinPIN}
	ErrOperator  = &station.Refusal{Code: station.LastOperator}
	ErrStaffFile = errors.New("the file of the station's people is damaged: put it back from a backup, or move it away and make the accounts anew")
)

// Staff is the file of a station's people, read anew for each question so that
// a change from a shell holds at once. Its methods are safe for concurrent use.
type Staff struct {
	path string
	now  func() time.Duration // monotonic
	mu   sync.Mutex           // guards tried, and lets one PIN at a time be stretched: 64 MB each
	file sync.Mutex           // guards a change of the file
	bad  map[string]tried
}

type tried struct {
	n  int
	at time.Duration // of the last
}

// OpenStaff names the file; it need not be there. now is monotonic.
func OpenStaff(path string, now func() time.Duration) *Staff {
	s := &Staff{path: path, now: now, bad: map[string]tried{}}
	s.recall()
	return s
}

func (s *Staff) read() (list []member, err error) {
	b, err := os.ReadFile(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("people: %w", err)
	}
	return parseStaff(b)
}

func parseStaff(b []byte) (list []member, err error) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if len(b) > maxAccounts || d.Decode(&list) != nil || len(list) > station.MaxAccounts {
		return nil, ErrStaffFile
	}
	for i, one := range list {
		if _, err := readHash(one.Hash); err != nil && one.Hash != "" || one.check() != nil || len(one.Rev) == 0 || len(one.Rev) > 32 ||
			slices.ContainsFunc(list[:i], func(o member) bool { return o.Name == one.Name }) {
			return nil, ErrStaffFile
		}
	}
	return list, nil
}

func (m *member) check() error {
	n, day := utf8.RuneCountInString(m.Name), 24*60
	switch {
	case n == 0 || n > MaxAccount || !norm.NFC.IsNormalString(m.Name) || strings.TrimSpace(m.Name) != m.Name || !utf8.ValidString(m.Name) ||
		strings.ContainsFunc(m.Name, func(r rune) bool {
			return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && !strings.ContainsRune(" .-_", r)
		}):
		return ErrStaffName
	case !slices.Contains(station.Roles, m.Role):
		return ErrStaffRole
	case m.From < 0 || m.Until < 0 || m.From >= day || m.Until >= day:
		return &station.Refusal{Code: station.BadAccount, Subject: "hours"}
	case len(m.Area.Zones)+len(m.Area.Numbers)+len(m.Area.Clusters) > 200:
		return &station.Refusal{Code: station.BadAccount, Subject: "area"}
	}
	return nil
}

// List gives the people as the desk may know them, without what is kept of
// their PINs.
func (s *Staff) List() (users []station.User, err error) {
	list, err := s.read()
	for _, m := range list {
		users = append(users, m.User)
	}
	return users, err
}

// Change makes, changes or removes an account. One operator is left as long as
// there is anybody else.
func (s *Staff) Change(c station.AccountChange) error {
	s.file.Lock()
	defer s.file.Unlock()
	list, err := s.read()
	if err != nil {
		return err
	}
	c.Name = strings.Join(strings.Fields(norm.NFC.String(c.Name)), " ")
	i := slices.IndexFunc(list, func(o member) bool { return o.Name == c.Name })
	switch {
	case c.Remove && i < 0:
		return ErrStaffName
	case c.Remove:
		list = slices.Delete(list, i, i+1)
	case i < 0 && c.PIN == "" || c.PIN != "" && !station.PINOK(c.PIN):
		return ErrPIN
	case i < 0 && len(list) >= station.MaxAccounts:
		return &station.Refusal{Code: station.TooMany, Limit: station.MaxAccounts}
	default:
		m := member{User: c.User}
		if i >= 0 {
			m.Rev, m.Hash = list[i].Rev, list[i].Hash
			list = slices.Delete(list, i, i+1)
		}
		if err := m.check(); err != nil {
			return err
		}
		if c.PIN != "" {
			m.Rev, m.Hash = newRev(), hashPassword(c.PIN)
		}
		list = append(list, m)
	}
	if len(list) > 0 && !slices.ContainsFunc(list, func(o member) bool { return o.Role == station.RoleOperator }) {
		return ErrOperator
	}
	b, err := json.MarshalIndent(list, "", " ")
	if err != nil {
		return fmt.Errorf("people: %w", err)
	}
	return WriteSecret(s.path, b)
}

func newRev() string {
	b := make([]byte, 8)
	if _, err := rand.Read(b); err != nil {
		panic(err)
	}
	return hex.EncodeToString(b)
}

// Unlock looks at a PIN. Each wrong one beyond the first few of an account
// makes the next wait, from five seconds to five minutes; while it waits even
// the right one is not looked at.
func (s *Staff) Unlock(name, pin string) (u station.User, wait time.Duration, err error) {
	list, err := s.read()
	if err != nil {
		return u, 0, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if wait := s.waits(name); wait > 0 {
		return u, wait, nil
	}
	i := slices.IndexFunc(list, func(o member) bool { return o.Name == name })
	switch {
	case i < 0 || list[i].Hash == "" || !station.PINOK(pin):
		_ = stretch("", make([]byte, passwordSalt), passwordTime, passwordMem) // it costs the same time
	case checkPassword(list[i].Hash, pin):
		if _, had := s.bad[name]; had {
			delete(s.bad, name)
			s.remember(list)
		}
		return list[i].User, 0, nil
	}
	if i < 0 { // invented names must not push real ones out
		return u, 0, nil
	}
	if len(s.bad) >= maxTried {
		s.forget()
	}
	t := s.bad[name]
	s.bad[name] = tried{t.n + 1, s.now()}
	s.remember(list)
	return u, s.waits(name), nil
}

// waits is how long no PIN of an account is looked at.
func (s *Staff) waits(name string) time.Duration {
	t, ok := s.bad[name]
	if !ok || t.n < freeTries {
		return 0
	}
	since := s.now() - t.at
	if since > forgetTry {
		delete(s.bad, name)
		return 0
	}
	return min(firstWait<<min(t.n-freeTries, 10), longWait) - min(since, longWait)
}

// forget makes room: the oldest name goes.
func (s *Staff) forget() {
	oldest := ""
	for name, t := range s.bad {
		if oldest == "" || t.at < s.bad[oldest].at {
			oldest = name
		}
	}
	delete(s.bad, oldest)
}
