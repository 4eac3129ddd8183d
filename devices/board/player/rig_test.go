package player

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"loaxa/devices/board"
	"loaxa/devices/board/raster"
)

const (
	boardID   = "board-one"
	stationID = "station-one"
	width     = 96
	height    = 32
)

// stationKey is a key of tests alone.
func stationKey(name string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte(name))
	return ed25519.NewKeyFromSeed(seed[:])
}

func verifier(key ed25519.PrivateKey) func(msg, sig []byte) bool {
	public := key.Public().(ed25519.PublicKey)
	return func(msg, sig []byte) bool { return ed25519.Verify(public, msg, sig) }
}

// station is a real Server behind real TLS on loopback. It is its own peer:
// what the board's TLS certificate would prove, the rig says.
type station struct {
	*board.Server
	web  *httptest.Server
	seen map[string]board.Report
}

func newStation(t *testing.T, change func(*board.Options)) *station {
	t.Helper()
	key := stationKey("station")
	opt := board.Options{
		StationID: stationID, Build: "test", Epoch: 1,
		Sign:  func(msg []byte) []byte { return ed25519.Sign(key, msg) },
		Peer:  func(*tls.ConnectionState) (string, error) { return boardID, nil },
		Known: func(id string) bool { return id == boardID },
	}
	if change != nil {
		change(&opt)
	}
	server, err := board.New(opt)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle(board.Path, server.Handler())
	s := &station{Server: server, web: httptest.NewTLSServer(mux), seen: map[string]board.Report{}}
	t.Cleanup(s.close)
	return s
}

func (s *station) close() {
	s.Server.Close()
	s.web.Close()
}

// await reads reports until one is as wished.
func (s *station) await(t *testing.T, what string, ok func(board.Report) bool) board.Report {
	t.Helper()
	last := board.Report{}
	limit := time.After(20 * time.Second)
	for {
		select {
		case r := <-s.Reports():
			if last = r; ok(r) {
				return r
			}
		case <-limit:
			t.Fatalf("never %s; last report %+v", what, last)
		}
	}
}

func equal(number uint64) func(board.Report) bool {
	return func(r board.Report) bool { return r.Up && r.Card == number && r.Pixels == r.Want && r.Why == "" }
}

// wire is where the player dials: a station that a test may change or cut.
type wire struct {
	mu    sync.Mutex
	addr  string
	conns []net.Conn
}

func (w *wire) point(addr string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.addr = addr
}

func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.addr = ""
	for _, c := range w.conns {
		_ = c.Close()
	}
	w.conns = nil
}

func (w *wire) dial(ctx context.Context) (net.Conn, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.addr == "" {
		return nil, errors.New("the line is cut")
	}
	d := tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS13}}
	c, err := d.DialContext(ctx, "tcp", w.addr)
	if err == nil {
		w.conns = append(w.conns, c)
	}
	return c, err
}

func (s *station) addr() string { return s.web.Listener.Addr().String() }

// newPlayer makes a player with short waits; change may alter its options.
func newPlayer(t *testing.T, w *wire, change func(*Options)) *Player {
	t.Helper()
	opt := Options{
		Dial: w.dial, ID: boardID, StationID: stationID, Verify: verifier(stationKey("station")),
		Width: width, Height: height, Build: "test", Epoch: 1,
		Wall: func() time.Time { return time.UnixMilli(1_700_000_000_000) },
	}
	if change != nil {
		change(&opt)
	}
	p, err := New(opt)
	if err != nil {
		t.Fatal(err)
	}
	p.times.firstRetry, p.times.lastRetry = time.Millisecond, 20*time.Millisecond
	p.times.shownEvery = 20 * time.Millisecond
	return p
}

// run starts a player and returns what ends it.
func run(t *testing.T, p *Player) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx) }()
	var once sync.Once
	stop = func() {
		once.Do(func() {
			cancel()
			if err := <-done; err != nil {
				t.Errorf("run: %v", err)
			}
		})
	}
	t.Cleanup(stop)
	return stop
}

func notice(number uint64, text string) board.Card {
	return board.Draw(number, raster.Card{Text: text}, width, height)
}

func show(t *testing.T, s *station, c board.Card) {
	t.Helper()
	if err := s.Show(boardID, c); err != nil {
		t.Fatal(err)
	}
}

// signed makes a card as a station with the key would.
func signed(t *testing.T, c board.Card, order uint64, key ed25519.PrivateKey) *board.Signed {
	t.Helper()
	s, err := board.Sign(c, stationID, boardID, order, func(msg []byte) []byte { return ed25519.Sign(key, msg) })
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func hexSum(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
