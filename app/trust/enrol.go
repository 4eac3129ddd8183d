package trust

import (
	"bytes"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

// EnrolPath is where a machine that nobody knows yet proves its code.
const EnrolPath = "/enrol"

// Bounds of a code: 31 letters to the power of ten, a quarter of an hour, five
// tries, each of which costs 64 MiB and some tens of ms.
const (
	codeLetters = "abcdefghjkmnpqrstuvwxyz23456789" // none that looks like another
	codeLength  = 10
	CodeLife    = 15 * time.Minute
	codeTries   = 5
	maxEnrol    = 4 << 10 // bytes of a question or an answer
	stretchTime = 1
	stretchMem  = 64 << 10 // KiB
)

// Kinds of machines that are let in by a code.
const (
	EnrolCluster = "cluster"
	EnrolBoard   = "board"
	EnrolStation = "station"
)

// What became of a try, in typed words.
const (
	Enrolled   = "enrolled"
	CodeWrong  = "code-wrong"
	CodeSpoilt = "code-spoilt" // too many wrong tries: it is void
	CodeOver   = "code-over"   // its time is over, or there is none
)

// ErrEnrol is returned to a machine that was not let in.
var ErrEnrol = errors.New("not let in")

// NewCode makes a code.
func NewCode() string {
	b := make([]byte, 0, codeLength)
	one := make([]byte, 1)
	for len(b) < codeLength {
		if _, err := rand.Read(one); err != nil {
			panic(err)
		}
		if int(one[0]) < 256/len(codeLetters)*len(codeLetters) { // each letter as likely as any
			b = append(b, codeLetters[int(one[0])%len(codeLetters)])
		}
	}
	return string(b)
}

// ShowCode is a code as people read it: two groups of five.
func ShowCode(code string) string {
	if len(code) != codeLength {
		return code
	}
	return code[:5] + "-" + code[5:]
}

// ParseCode reads a code as people type it.
func ParseCode(s string) (string, error) {
	s = strings.Map(func(r rune) rune {
		if r == '-' || unicode.IsSpace(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
	if len(s) != codeLength || strings.Trim(s, codeLetters) != "" {
		return "", fmt.Errorf("%q is no code: ten letters and digits, as shown at the other end", s)
	}
	return s, nil
}

// Applicant is a machine that wants to be let in. Name is foreign text.
type Applicant struct {
	ID   string // what it is called: the fingerprint of its first key
	Key  string // fingerprint of the one that it uses now, proved by TLS
	Kind string
	Name string
}

// Host is who let a machine in. Name is foreign text.
type Host struct {
	ID   string // what it is called
	Key  string // fingerprint of the key that it uses now
	Name string
	Root string // fingerprint of the key that signs whose orders it takes; "": none
}

// Codes holds the one code that is open at a server. Safe for concurrent use.
type Codes struct {
	id    *Identity
	name  string
	letIn func(Applicant) error            // makes it known; its error is told to the machine
	tell  func(a Applicant, became string) // for the log; does not wait
	root  string                           // told to who is let in
	mu    sync.Mutex
	code  string
	kind  string
	until time.Time
	tries int
}

// NewCodes serves the program whose key is id and whose name is name.
func NewCodes(id *Identity, name string, letIn func(Applicant) error, tell func(a Applicant, became string)) *Codes {
	return &Codes{id: id, name: name, letIn: letIn, tell: tell}
}

// Hand makes every machine that is let in know the key that signs whose orders
// are taken. It is called before the first code is open.
func (c *Codes) Hand(root string) { c.root = root }

// Open makes a code for one machine of a kind valid; an earlier one is void.
func (c *Codes) Open(code, kind string, life time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.code, c.kind, c.until, c.tries = code, kind, time.Now().Add(min(life, CodeLife)), 0
}

// Close makes the code void.
func (c *Codes) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.code = ""
}

type enrolAsk struct {
	Form  int    `json:"form"`
	Kind  string `json:"kind"`
	Name  string `json:"name"`
	ID    string `json:"id,omitempty"` // where it is not the key's fingerprint: its key was changed
	Proof []byte `json:"proof"`
}

type enrolAnswer struct {
	Name  string `json:"name"`
	ID    string `json:"id,omitempty"` // likewise
	Root  string `json:"root,omitempty"`
	Proof []byte `json:"proof"`
}

// bind is the key that only who knows the code on this very connection has:
// the code, stretched, over both fingerprints and the secret that TLS exports.
// Somebody in between has two connections with two secrets; what he sees of a
// proof he would have to guess the code from within its quarter of an hour.
func bind(code, server, client string, s *tls.ConnectionState) ([]byte, error) {
	secret, err := s.ExportKeyingMaterial("EXPERIMENTAL-truyenthanh-enrol", nil, 32)
	if err != nil {
		return nil, fmt.Errorf("enrol: %w", err)
	}
	salt := sha256.Sum256(append([]byte("truyenthanh/enrol/v1 "+server+" "+client+" "), secret...))
	return argon2.IDKey([]byte(code), salt[:], stretchTime, stretchMem, 1, 32), nil
}

func proof(key []byte, who string, words ...string) []byte {
	m := hmac.New(sha256.New, key)
	for _, w := range append([]string{who}, words...) {
		_, _ = fmt.Fprintf(m, "%d:%s,", len(w), w)
	}
	return m.Sum(nil)
}

// parseAsk reads an applicant's question.
func parseAsk(b []byte) (a enrolAsk, err error) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if len(b) > maxEnrol || d.Decode(&a) != nil || a.Form != 1 || len(a.Proof) != sha256.Size ||
		a.Kind != EnrolCluster && a.Kind != EnrolBoard && a.Kind != EnrolStation || !utf8.ValidString(a.Name) || utf8.RuneCountInString(a.Name) > 60 ||
		a.ID != "" && CheckFingerprint(a.ID) != nil {
		return enrolAsk{}, errors.New("enrol: not a question of ours")
	}
	return a, nil
}

// ServeHTTP judges one try. It is the only thing that a machine without a
// known key may ask, and only while a code is open.
func (c *Codes) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id, err := PeerID(r.TLS)
	if err != nil || r.Method != http.MethodPost {
		http.Error(w, "enrolment is by POST with a key", http.StatusForbidden)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxEnrol))
	ask, perr := parseAsk(body)
	if err != nil || perr != nil {
		http.Error(w, "not a question of ours", http.StatusBadRequest)
		return
	}
	a := Applicant{ID: cmp.Or(ask.ID, id), Key: id, Kind: ask.Kind, Name: ask.Name}
	answer, became := c.judge(a, ask, r.TLS)
	c.tell(a, became)
	if became != Enrolled {
		http.Error(w, became, http.StatusForbidden)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(enrolAnswer{Name: c.name, ID: c.id.changed(), Root: c.root, Proof: answer}) // lost: it comes with a new code
}

// judge spends one try. One at a time: guessing in parallel gains nothing, and
// no more than one stretching's memory is taken.
func (c *Codes) judge(a Applicant, ask enrolAsk, s *tls.ConnectionState) (answer []byte, became string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.code == "" || time.Now().After(c.until) || a.Kind != c.kind {
		return nil, CodeOver
	}
	c.tries++
	key, err := bind(c.code, c.id.KeyID(), a.Key, s)
	if err != nil || !hmac.Equal(ask.Proof, proof(key, "client", words(ask.ID, ask.Kind, ask.Name)...)) {
		if c.tries >= codeTries {
			c.code = ""
			return nil, CodeSpoilt
		}
		return nil, CodeWrong
	}
	c.code = ""
	if err := c.letIn(a); err != nil {
		return nil, "not-kept"
	}
	return proof(key, "server", words(c.id.changed(), hosting(c.name, c.root)...)...), Enrolled
}

// words are what a proof covers. An id that is the key's fingerprint is covered
// by the key itself.
func words(id string, rest ...string) []string {
	if id != "" {
		rest = append(rest, "id "+id)
	}
	return rest
}

// hosting are the words of who lets in. A root is covered where there is one.
func hosting(name, root string) []string {
	if root == "" {
		return []string{name}
	}
	return []string{name, "root " + root}
}

// changed is the program's id where its key is another one by now.
func (i *Identity) changed() string {
	if i.id == i.KeyID() {
		return ""
	}
	return i.id
}

// Enrol proves a code to the server at addr ("host:port") and returns who is
// there. want is the fingerprint of its key where it is known already, "" else:
// then the code alone proves it.
func (i *Identity) Enrol(ctx context.Context, addr, code, want, kind, name string, now func() time.Time) (h Host, err error) {
	conf, err := i.config(now)
	if err != nil {
		return h, err
	}
	// Whose key it is will be proved by the code, over this connection's secret.
	conf.InsecureSkipVerify = true
	d := tls.Dialer{Config: conf}
	conn, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return h, fmt.Errorf("enrol: %w", err)
	}
	defer func() { _ = conn.Close() }()
	s := conn.(*tls.Conn).ConnectionState()
	server, err := PeerID(&s)
	if err != nil {
		return h, fmt.Errorf("enrol: %w", err)
	}
	if want != "" && server != want {
		return h, &UnknownPeerError{Got: server, Want: want}
	}
	key, err := bind(code, server, i.KeyID(), &s)
	if err != nil {
		return h, err
	}
	body, err := json.Marshal(enrolAsk{Form: 1, Kind: kind, Name: name, ID: i.changed(), Proof: proof(key, "client", words(i.changed(), kind, name)...)})
	if err != nil {
		return h, fmt.Errorf("enrol: %w", err)
	}
	b, err := postOn(ctx, conn, addr, EnrolPath, body)
	if err != nil {
		return h, err
	}
	var a enrolAnswer
	if json.Unmarshal(b, &a) != nil || !hmac.Equal(a.Proof, proof(key, "server", words(a.ID, hosting(a.Name, a.Root)...)...)) ||
		a.ID != "" && CheckFingerprint(a.ID) != nil || a.Root != "" && CheckFingerprint(a.Root) != nil {
		return h, fmt.Errorf("%w: the other end does not know the code: wrong address, or somebody in between", ErrEnrol)
	}
	return Host{ID: cmp.Or(a.ID, server), Key: server, Name: a.Name, Root: a.Root}, nil
}

// postOn posts JSON on a connection that stands and returns the answer.
func postOn(ctx context.Context, conn net.Conn, addr, path string, body []byte) ([]byte, error) {
	hc := &http.Client{Transport: &http.Transport{DisableKeepAlives: true,
		DialTLSContext: func(context.Context, string, string) (net.Conn, error) { return conn, nil }}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://"+addr+path, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("enrol: %w", err)
	}
	resp, err := hc.Do(req)
	if err != nil {
		return nil, fmt.Errorf("enrol: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(io.LimitReader(resp.Body, maxEnrol))
	switch {
	case err != nil:
		return nil, fmt.Errorf("enrol: %w", err)
	case resp.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("%w: %s", ErrEnrol, strings.TrimSpace(string(b)))
	}
	return b, nil
}
