package district

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Accounts tells who may look at the page.
type Accounts interface {
	Check(name, password string) bool // costs what a password hash costs
	Has(name string) bool
	Any() bool
}

// Bounds of the gate.
const (
	sessionIdle  = 30 * time.Minute // without a person's own act; the page renewing itself is none
	sessionLife  = 12 * time.Hour
	maxSessions  = 256
	freeTries    = 5 // wrong passwords before the first wait
	firstWait    = 2 * time.Second
	longestWait  = 5 * time.Minute
	triesForget  = time.Hour
	maxWatched   = 2048
	checksAtOnce = 2 // password checks under way: each takes 64 MiB
	cookieName   = "loaxa_district"
	renewed      = "renewed" // query of a page that renewed itself
)

// Gate lets people in by account and programs by a token. Safe for concurrent
// use. It owns the sessions, in memory only: a restart ends them.
type Gate struct {
	accounts Accounts
	token    [sha256.Size]byte // of the token; zero: no program is let in
	checks   chan struct{}     // checksAtOnce; full: the caller is told to come back

	mu       sync.Mutex
	sessions map[[sha256.Size]byte]*session
	tries    map[string]tried
}

type session struct {
	name       string
	form       string // proves that a form came from a page of this session
	began, act time.Time
}

// tried counts the wrong passwords of one address or one name.
type tried struct {
	n    int
	last time.Time
}

// NewGate makes a gate. An empty token lets no program in.
func NewGate(accounts Accounts, token string) *Gate {
	g := &Gate{accounts: accounts, checks: make(chan struct{}, checksAtOnce),
		sessions: map[[sha256.Size]byte]*session{}, tries: map[string]tried{}}
	if token != "" {
		g.token = sha256.Sum256([]byte(token))
	}
	return g
}

// NewToken makes a token for programs, or a session's.
func NewToken() string {
	b := make([]byte, 32)
	if _, err := rand.Read(b); err != nil {
		panic(err)
	}
	return hex.EncodeToString(b)
}

// wait is how long an address or a name has to wait before its next try.
func (t tried) wait(now time.Time) time.Duration {
	if t.n < freeTries {
		return 0
	}
	pause := longestWait
	if n := t.n - freeTries; n < 16 {
		pause = min(longestWait, firstWait<<n)
	}
	return max(0, pause-now.Sub(t.last))
}

// try counts a try before it is judged, so that many at once gain nothing.
// A positive answer is how long to wait; then nothing was counted.
func (g *Gate) try(keys ...string) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	for _, k := range keys {
		if w := g.tries[k].wait(now); w > 0 {
			return w
		}
	}
	for _, k := range keys {
		if _, ok := g.tries[k]; !ok && len(g.tries) >= maxWatched && !g.forgetTries(now) {
			return longestWait // a flood of names: nobody new until some are forgotten
		}
		t := g.tries[k]
		g.tries[k] = tried{t.n + 1, now}
	}
	return 0
}

func (g *Gate) forgetTries(now time.Time) (room bool) {
	for k, t := range g.tries {
		if now.Sub(t.last) > triesForget || t.n < freeTries && now.Sub(t.last) > time.Minute {
			delete(g.tries, k)
			room = true
		}
	}
	return room
}

// login judges a password. wait > 0: too many wrong ones, come back then.
func (g *Gate) login(remote, name, password string) (token string, wait time.Duration) {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		host = remote
	}
	if len(name) > 200 { // bytes; it can be no account, and must not fill the table
		name = name[:200]
	}
	keys := []string{"addr " + host, "name " + name}
	if w := g.try(keys...); w > 0 {
		return "", w
	}
	select {
	case g.checks <- struct{}{}:
		defer func() { <-g.checks }()
	default:
		return "", firstWait
	}
	if !g.accounts.Check(name, password) {
		return "", 0
	}
	token = NewToken()
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, k := range keys {
		delete(g.tries, k)
	}
	now := time.Now()
	g.dropSessions(now)
	g.sessions[sha256.Sum256([]byte(token))] = &session{name: name, form: NewToken(), began: now, act: now}
	return token, 0
}

// dropSessions ends what is over, and the one that was idle longest when there
// are too many.
func (g *Gate) dropSessions(now time.Time) {
	var oldest *session
	var which [sha256.Size]byte
	for k, s := range g.sessions {
		if s.over(now) {
			delete(g.sessions, k)
		} else if oldest == nil || s.act.Before(oldest.act) {
			oldest, which = s, k
		}
	}
	if len(g.sessions) >= maxSessions {
		delete(g.sessions, which)
	}
}

func (s *session) over(now time.Time) bool {
	return now.Sub(s.act) > sessionIdle || now.Sub(s.began) > sessionLife
}

// who is the session of a request; nil: none. act: it is a person's own act.
func (g *Gate) who(r *http.Request, act bool) *session {
	c, err := r.Cookie(cookieName)
	if err != nil || len(c.Value) != 64 {
		return nil
	}
	key := sha256.Sum256([]byte(c.Value))
	g.mu.Lock()
	s := g.sessions[key]
	now := time.Now()
	if s == nil || s.over(now) {
		delete(g.sessions, key)
		g.mu.Unlock()
		return nil
	}
	if act {
		s.act = now
	}
	g.mu.Unlock()
	if !g.accounts.Has(s.name) { // taken away meanwhile
		return nil
	}
	return s
}

// program tells whether a request shows the token for programs.
func (g *Gate) program(r *http.Request) bool {
	t, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok || g.token == [sha256.Size]byte{} {
		return false
	}
	h := sha256.Sum256([]byte(t))
	return subtle.ConstantTimeCompare(h[:], g.token[:]) == 1
}

func (g *Gate) logout(r *http.Request) {
	if c, err := r.Cookie(cookieName); err == nil {
		g.mu.Lock()
		defer g.mu.Unlock()
		delete(g.sessions, sha256.Sum256([]byte(c.Value)))
	}
}

func (g *Gate) cookie(r *http.Request, token string) *http.Cookie {
	c := &http.Cookie{Name: cookieName, Value: token, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: r.TLS != nil}
	if token == "" {
		c.MaxAge = -1
	}
	return c
}

type sessionKey struct{}

func sessionOf(r *http.Request) *session {
	s, _ := r.Context().Value(sessionKey{}).(*session)
	return s
}

// people lets a logged-in person pass and sends everybody else to the login.
func (g *Gate) people(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s := g.who(r, !r.URL.Query().Has(renewed))
		if s == nil {
			http.Redirect(w, r, "/login", http.StatusSeeOther)
			return
		}
		next(w, r.WithContext(context.WithValue(r.Context(), sessionKey{}, s)))
	}
}

// form lets only a form pass that stands on a page of this very session. Its
// body is at most limit bytes.
func (g *Gate) form(limit int64, next http.HandlerFunc) http.HandlerFunc {
	return g.people(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, limit)
		if subtle.ConstantTimeCompare([]byte(r.FormValue("form")), []byte(sessionOf(r).form)) != 1 {
			http.Error(w, "this form does not belong to your session: load the page again", http.StatusForbidden)
			return
		}
		next(w, r)
	})
}

// both lets people and programs pass.
func (g *Gate) both(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !g.program(r) && g.who(r, false) == nil {
			w.Header().Set("WWW-Authenticate", `Bearer realm="loaxa district"`)
			http.Error(w, "an account or the token for programs is needed here", http.StatusUnauthorized)
			return
		}
		next(w, r)
	}
}
