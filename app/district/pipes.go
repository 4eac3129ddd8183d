package district

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"
)

// Paths of the pipes between poles and stations that cannot reach each other.
const (
	PipeStation = "/pipe/station" // a station waits here, and names its poles
	PipeAnswer  = "/pipe/answer"  // it comes here for one pole: ?call=
	PipePole    = "/pipe/pole"    // a pole comes here: ?to= the station's id
	PipeName    = "loaxa-pipe"    // what is upgraded to
)

// Bounds of the pipes.
const (
	maxPipePoles = 2000             // that one station may name
	maxPipes     = 4096             // at once
	maxPolePipes = 2                // of one pole: a dead one and the one that follows it
	maxHomePipes = 512              // of one station: what it names as its poles is its own word
	maxWaiting   = 64               // poles for whom one station was called and has not come
	pipeLine     = 256 << 10        // bytes of a line that a station says
	pipeCall     = 10 * time.Second // for a station to come
	pipeQuiet    = 30 * time.Second // nothing passes for so long: the pipe is dead
	pipeBeat     = 10 * time.Second // what a waiting station hears at least
	pipeRate     = 256 << 10        // bytes a second each way; twice the largest sound
	pipeBurst    = 1 << 20          // bytes that may come at once
)

// PipeCall is what a station hears while it waits: come for this pole. An empty
// one says that the line stands.
type PipeCall struct {
	Call string `json:"call,omitempty"`
	Pole string `json:"pole,omitempty"`
}

// PipePoles is what a station says: whom to let through to it.
type PipePoles struct {
	Poles []string `json:"poles"`
}

// Pipes leads poles to their station. It passes bytes: the pole's own session
// with the station's key runs inside, and nothing of it can be read here. A
// pole is let through to a station that waits and has named it; everybody else
// is refused. State: the table of who waits; a pipe has two goroutines.
type Pipes struct {
	known func(id string) bool                       // stations
	peer  func(*tls.ConnectionState) (string, error) // whose key a connection proved

	mu      sync.Mutex
	waiting map[string]*waiting // by station
	calls   map[string]*pipeCalled
	by      map[string]int // pipes by pole
	homes   map[string]int // … and by station
	open    map[net.Conn]bool
	pipes   int
	closing bool
	all     sync.WaitGroup
}

// waiting is a station's line.
type waiting struct {
	conn  net.Conn
	poles map[string]bool
	calls chan PipeCall // maxWaiting; full: the pole is told to come again
}

// pipeCalled is a pole that waits for its station.
type pipeCalled struct {
	station string
	came    chan net.Conn // 1: the station's end; nothing is sent once it is over
	over    bool          // guarded by Pipes.mu
}

// NewPipes makes the table. known tells the stations, peer whose key was proved.
func NewPipes(known func(id string) bool, peer func(*tls.ConnectionState) (string, error)) *Pipes {
	return &Pipes{known: known, peer: peer, waiting: map[string]*waiting{}, calls: map[string]*pipeCalled{},
		by: map[string]int{}, homes: map[string]int{}, open: map[net.Conn]bool{}}
}

// Knows tells whether a station that waits named this pole.
func (p *Pipes) Knows(pole string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, w := range p.waiting {
		if w.poles[pole] {
			return true
		}
	}
	return false
}

// Open counts the pipes that stand.
func (p *Pipes) Open() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.pipes
}

// Handler serves the three paths, and next to stations alone: a pole has no
// business there.
func (p *Pipes) Handler(next http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+PipeStation, p.station(p.wait))
	mux.HandleFunc("GET "+PipeAnswer, p.station(p.answer))
	mux.HandleFunc("GET "+PipePole, func(w http.ResponseWriter, r *http.Request) {
		if id, err := p.peer(r.TLS); err == nil {
			p.pole(w, r, id)
			return
		}
		http.Error(w, "no key was shown", http.StatusForbidden)
	})
	mux.HandleFunc("/", p.station(func(w http.ResponseWriter, r *http.Request, _ string) { next.ServeHTTP(w, r) }))
	return mux
}

func (p *Pipes) station(do func(w http.ResponseWriter, r *http.Request, id string)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		id, err := p.peer(r.TLS)
		if err != nil || !p.known(id) {
			http.Error(w, "this door is for stations", http.StatusForbidden)
			return
		}
		do(w, r, id)
	}
}

// take makes a connection a bare one; false: it could not be.
func (p *Pipes) take(w http.ResponseWriter) (net.Conn, bool) {
	conn, rw, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, "no pipe can be laid over this", http.StatusBadRequest)
		return nil, false
	}
	_ = conn.SetDeadline(time.Now().Add(pipeCall))
	_, err = conn.Write([]byte("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: " + PipeName + "\r\n\r\n"))
	p.mu.Lock()
	defer p.mu.Unlock()
	if err != nil || rw.Reader.Buffered() > 0 || p.closing {
		_ = conn.Close()
		return nil, false
	}
	_ = conn.SetDeadline(time.Time{})
	p.open[conn] = true
	return conn, true
}

func (p *Pipes) drop(conns ...net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range conns {
		delete(p.open, c)
		_ = c.Close()
	}
}

// wait holds a station's line: it names its poles and hears who calls.
func (p *Pipes) wait(w http.ResponseWriter, _ *http.Request, id string) {
	p.mu.Lock()
	if p.closing {
		p.mu.Unlock()
		http.Error(w, "going down", http.StatusServiceUnavailable)
		return
	}
	p.all.Add(1)
	p.mu.Unlock()
	defer p.all.Done()
	conn, ok := p.take(w)
	if !ok {
		return
	}
	defer p.drop(conn)
	me := &waiting{conn: conn, poles: map[string]bool{}, calls: make(chan PipeCall, maxWaiting)}
	p.mu.Lock()
	if old := p.waiting[id]; old != nil {
		_ = old.conn.Close()
	}
	p.waiting[id] = me
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.waiting[id] == me {
			delete(p.waiting, id)
		}
	}()
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	p.all.Go(func() { defer stop(); p.listen(conn, me) })
	beat := time.NewTicker(pipeBeat)
	defer beat.Stop()
	out := json.NewEncoder(conn)
	for {
		var c PipeCall
		select {
		case <-ctx.Done():
			return
		case c = <-me.calls:
		case <-beat.C:
		}
		_ = conn.SetWriteDeadline(time.Now().Add(pipeCall))
		if out.Encode(c) != nil {
			return
		}
	}
}

// listen reads whom the station names.
func (p *Pipes) listen(conn net.Conn, me *waiting) {
	in := bufio.NewScanner(conn)
	in.Buffer(make([]byte, 0, 4<<10), pipeLine)
	for {
		_ = conn.SetReadDeadline(time.Now().Add(pipeQuiet))
		if !in.Scan() {
			return
		}
		var said PipePoles
		if json.Unmarshal(in.Bytes(), &said) != nil || len(said.Poles) > maxPipePoles {
			return
		}
		poles := make(map[string]bool, len(said.Poles))
		for _, id := range said.Poles {
			poles[id] = true
		}
		p.mu.Lock()
		me.poles = poles
		p.mu.Unlock()
	}
}

// answer is a station that came for a pole.
func (p *Pipes) answer(w http.ResponseWriter, r *http.Request, id string) {
	call := r.URL.Query().Get("call")
	p.mu.Lock()
	c := p.calls[call]
	if c != nil && c.station == id {
		delete(p.calls, call)
	}
	p.mu.Unlock()
	if c == nil || c.station != id {
		http.Error(w, "nobody called", http.StatusNotFound)
		return
	}
	conn, ok := p.take(w)
	if !ok {
		return
	}
	p.mu.Lock()
	over := c.over
	if !over {
		c.came <- conn
	}
	p.mu.Unlock()
	if over { // the pole has just given up
		p.drop(conn)
	}
}

var (
	errPipeUnknown = errors.New("no station that waits here named this key")
	errPipeFull    = errors.New("too many at once, come again")
)

// call asks the station to come; the token is known to it alone.
func (p *Pipes) call(pole, to string) (token string, c *pipeCalled, err error) {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	token = hex.EncodeToString(b[:])
	p.mu.Lock()
	defer p.mu.Unlock()
	w := p.waiting[to]
	if w == nil || !w.poles[pole] || !p.known(to) {
		return "", nil, errPipeUnknown
	}
	if p.closing || p.pipes >= maxPipes || p.by[pole] >= maxPolePipes || p.homes[to] >= maxHomePipes {
		return "", nil, errPipeFull
	}
	select {
	case w.calls <- PipeCall{token, pole}:
	default:
		return "", nil, errPipeFull
	}
	c = &pipeCalled{station: to, came: make(chan net.Conn, 1)}
	p.calls[token] = c
	p.by[pole]++
	p.homes[to]++
	p.pipes++
	p.all.Add(1)
	return token, c, nil
}

func (p *Pipes) end(pole, token string, c *pipeCalled) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.calls, token)
	p.pipes--
	if p.homes[c.station]--; p.homes[c.station] <= 0 {
		delete(p.homes, c.station)
	}
	if p.by[pole]--; p.by[pole] <= 0 {
		delete(p.by, pole)
	}
	p.all.Done()
}

// pole leads a pole to its station, and ends with their talk.
func (p *Pipes) pole(w http.ResponseWriter, r *http.Request, id string) {
	token, c, err := p.call(id, r.URL.Query().Get("to"))
	switch {
	case errors.Is(err, errPipeUnknown):
		http.Error(w, err.Error(), http.StatusForbidden)
		return
	case err != nil:
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	defer p.end(id, token, c)
	wait := time.NewTimer(pipeCall)
	defer wait.Stop()
	var station net.Conn
	select {
	case station = <-c.came:
	case <-wait.C:
	case <-r.Context().Done():
	}
	if station == nil {
		p.mu.Lock()
		delete(p.calls, token)
		c.over = true
		p.mu.Unlock()
		select {
		case station = <-c.came: // at the last moment
			p.drop(station)
		default:
		}
		http.Error(w, "the station did not come", http.StatusServiceUnavailable)
		return
	}
	pole, ok := p.take(w)
	if !ok {
		p.drop(station)
		return
	}
	defer p.drop(pole, station)
	var both sync.WaitGroup
	both.Go(func() { pass(pole, station) })
	both.Go(func() { pass(station, pole) })
	both.Wait()
}

// pass copies one way until it ends, and ends the other with it.
func pass(to, from net.Conn) {
	defer func() { _ = to.Close(); _ = from.Close() }()
	buf := make([]byte, 16<<10)
	began, total := time.Now(), int64(0)
	for {
		_ = from.SetReadDeadline(time.Now().Add(pipeQuiet))
		n, err := from.Read(buf)
		if n > 0 {
			_ = to.SetWriteDeadline(time.Now().Add(pipeQuiet))
			if _, werr := to.Write(buf[:n]); werr != nil {
				return
			}
			total += int64(n)
		}
		if err != nil {
			return
		}
		may := pipeBurst + int64(time.Since(began)/time.Millisecond)*pipeRate/1000
		if over := total - may; over > 0 {
			time.Sleep(time.Duration(over) * time.Second / pipeRate)
		}
	}
}

// Close ends every pipe and line and waits for them.
func (p *Pipes) Close() {
	p.mu.Lock()
	p.closing = true
	for c := range p.open {
		_ = c.Close()
	}
	p.mu.Unlock()
	p.all.Wait()
}
