package district_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"go.uber.org/goleak"

	"loaxa/app/district"
	"loaxa/store"
	"loaxa/store/mirror"
	"loaxa/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// newKey makes a node's key: a self-signed certificate and its fingerprint.
func newKey(t *testing.T) (tls.Certificate, string) {
	t.Helper()
	pub, priv, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, pub, priv)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: priv}, fingerprint(pub)
}

func fingerprint(pub any) string {
	h := sha256.Sum256(pub.(ed25519.PublicKey))
	return hex.EncodeToString(h[:])
}

func peerID(c *tls.ConnectionState) (string, error) {
	if c == nil || len(c.PeerCertificates) == 0 {
		return "", errors.New("a key is needed here")
	}
	pub, ok := c.PeerCertificates[0].PublicKey.(ed25519.PublicKey)
	if !ok {
		return "", errors.New("a key of an unknown kind")
	}
	return fingerprint(pub), nil
}

// hub is a running district on a real TLS socket.
type hub struct {
	*district.Server
	ledger *district.Folder
	http   *httptest.Server
	page   *httptest.Server
}

func startHub(t *testing.T, dir, addr string) *hub {
	t.Helper()
	ledger, err := district.OpenFolder(dir, storetest.Options())
	if err != nil {
		t.Fatal(err)
	}
	h := &hub{ledger: ledger, Server: district.NewServer(district.Options{
		Ledger: ledger, Identity: mirror.Identity{Node: "hub", Name: "Huyện <Thử>", Build: "test"},
		Peer: peerID, Wall: storetest.Wall, Gate: district.NewGate(people{"hoa": "mật khẩu đủ dài"}, testToken),
		Heard: district.NewRecordings(district.RecordingOptions{Dir: filepath.Join(dir, "recordings"), Wall: storetest.Wall, Room: 1 << 20}),
		Put:   func(doc []byte) (string, error) { return district.PutOrder(filepath.Join(dir, "orders"), doc) },
	})}
	cert, _ := newKey(t)
	h.http = httptest.NewUnstartedServer(h.Handler())
	if addr != "" {
		l, err := net.Listen("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		h.http.Listener.Close()
		h.http.Listener = l
	}
	h.http.TLS = &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{cert}, ClientAuth: tls.RequestClientCert}
	h.http.StartTLS()
	h.page = httptest.NewServer(h.Page())
	return h
}

func (h *hub) stop(t *testing.T) {
	t.Helper()
	h.Close()
	h.http.Close()
	h.page.Close()
	if err := h.ledger.Close(); err != nil {
		t.Error(err)
	}
}

func (h *hub) addr() string { return h.http.Listener.Addr().String() }

func startSender(t *testing.T, db *store.DB, cert tls.Certificate, id, name, addr string) (*mirror.Sender, func()) {
	t.Helper()
	conf := &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{cert}, InsecureSkipVerify: true}
	s := mirror.NewSender(db, mirror.SenderOptions{
		Identity: mirror.Identity{Node: id, Name: name, Build: "test"}, Peer: "hub", Wall: storetest.Wall,
		Dial:   mirror.Dial("wss://"+addr+"/ws/mirror", conf, (&net.Dialer{}).DialContext),
		Timing: mirror.Timing{Base: time.Millisecond, Cap: 20 * time.Millisecond},
	})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = s.Run(ctx) }()
	stop := sync.OnceFunc(func() { cancel(); <-done })
	t.Cleanup(stop)
	return s, stop
}

func await(t *testing.T, s *mirror.Sender, what string, ok func(mirror.Link) bool) mirror.Link {
	t.Helper()
	limit := time.After(30 * time.Second)
	for {
		ch := s.Changed()
		l := s.Link()
		if ok(l) {
			return l
		}
		select {
		case <-ch:
		case <-limit:
			t.Fatalf("%s: never came; the link is %+v", what, l)
		}
	}
}

func fill(t *testing.T, db *store.DB, n int) {
	t.Helper()
	for i := range n {
		if _, err := db.Append(store.Write{Class: "queue", Key: fmt.Sprint(i % 7), Payload: []byte(fmt.Sprint(i))},
			store.Write{Class: "asrun", Payload: []byte("start")}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestDistrictIsKilledAndComesBackEqual(t *testing.T) {
	dir := t.TempDir()
	db := storetest.Open(t)
	cert, id := newKey(t)
	h := startHub(t, dir, "")
	addr := h.addr()
	fill(t, db, 50)
	s, stop := startSender(t, db, cert, id, "Xã <b>Đak Pơ</b>", addr)
	await(t, s, "first copy", func(l mirror.Link) bool { return l.Waiting == 0 && l.Known })

	body, _ := get(t, h.page.URL+"/status.json")
	var st district.Status
	if err := json.Unmarshal([]byte(body), &st); err != nil {
		t.Fatal(err)
	}
	if len(st.Stations) != 1 || !st.Stations[0].Connected || st.Stations[0].ID != id || st.Stations[0].Seq != 100 ||
		st.Stations[0].H != db.Head().H || st.Stations[0].LastAck == nil {
		t.Errorf("status: %s", body)
	}
	body = newVisitor(t, h.page.URL).login("hoa", "mật khẩu đủ dài").read("/")
	if !strings.Contains(body, "Xã &lt;b&gt;Đak Pơ&lt;/b&gt;") || strings.Contains(body, "<b>") || !strings.Contains(body, "liên lạc được") {
		t.Errorf("page: %s", body)
	}

	h.stop(t)
	await(t, s, "the loss", func(l mirror.Link) bool { return !l.Up && l.LastError != "" })
	fill(t, db, 100)
	if l := s.Link(); l.Waiting != 200 || l.WaitingBytes == 0 || l.Since.IsZero() {
		t.Errorf("while the district is away: %+v", l)
	}
	h = startHub(t, dir, addr)
	defer h.stop(t)
	await(t, s, "the rest", func(l mirror.Link) bool { return l.Up && l.Waiting == 0 })
	ours, err := db.Proof()
	if err != nil {
		t.Fatal(err)
	}
	body, _ = get(t, h.page.URL+"/proof.json?station="+id)
	var theirs store.Proof
	if err := json.Unmarshal([]byte(body), &theirs); err != nil {
		t.Fatal(err)
	}
	if err := store.Compare(ours, theirs); err != nil {
		t.Error(err)
	}
	fill(t, db, 1)
	if ours, _ = db.Proof(); store.Compare(ours, theirs) == nil {
		t.Error("unequal proofs compared as equal")
	}
	stop()
	if one := h.Status().Stations[0]; one.Name != "Xã <b>Đak Pơ</b>" {
		t.Errorf("after the station's end: %+v", one)
	}
}

func TestNewerConnectionEvictsTheOlder(t *testing.T) {
	h := startHub(t, t.TempDir(), "")
	defer h.stop(t)
	db := storetest.Open(t)
	cert, id := newKey(t)
	conf := &tls.Config{Certificates: []tls.Certificate{cert}, InsecureSkipVerify: true}
	dial := mirror.Dial("wss://"+h.addr()+"/ws/mirror", conf, (&net.Dialer{}).DialContext)
	older, err := dial(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer older.Close()
	hello, _ := mirror.EncodeHello(mirror.KindHello, mirror.Hello{Min: 1, Max: 1, Identity: mirror.Identity{Node: id}, Head: db.Head(), Floor: 1})
	if err := older.WriteMessage(hello); err != nil {
		t.Fatal(err)
	}
	if msg, err := older.ReadMessage(); err != nil || mirror.Kind(msg[0]) != mirror.KindWelcome {
		t.Fatalf("welcome: %q %v", msg, err)
	}
	s, stop := startSender(t, db, cert, id, "", h.addr())
	defer stop()
	await(t, s, "the newer link", func(l mirror.Link) bool { return l.Up })
	msg, err := older.ReadMessage()
	if err != nil || mirror.Kind(msg[0]) != mirror.KindBye || !strings.Contains(string(msg), "newer connection") {
		t.Errorf("the older heard %q, %v", msg, err)
	}
	if _, err := older.ReadMessage(); err == nil {
		t.Error("the older connection still lives")
	}
}

// knock dials as any client would; refused, it returns status and words.
func (h *hub) knock(t *testing.T, conf *tls.Config, head http.Header) (*websocket.Conn, string) {
	t.Helper()
	d := websocket.Dialer{TLSClientConfig: conf}
	c, resp, err := d.Dial("wss://"+h.addr()+"/ws/mirror", head)
	if err == nil {
		return c, ""
	}
	if resp == nil {
		t.Fatal(err)
	}
	b, _ := io.ReadAll(resp.Body)
	return nil, fmt.Sprint(resp.StatusCode, " ", string(b))
}

func TestStrangersAreRefusedInWords(t *testing.T) {
	h := startHub(t, t.TempDir(), "")
	defer h.stop(t)
	cert, id := newKey(t)
	with := &tls.Config{Certificates: []tls.Certificate{cert}, InsecureSkipVerify: true}
	for words, c := range map[string]struct {
		conf *tls.Config
		head http.Header
	}{
		"403 this address is for machines":                   {with, http.Header{"Origin": {"https://" + h.addr()}}},
		"403 this address is for machines, not for browsers": {with, http.Header{"Cookie": {"a=b"}}},
		"403 a key is needed here":                           {&tls.Config{InsecureSkipVerify: true}, nil},
	} {
		if _, got := h.knock(t, c.conf, c.head); !strings.HasPrefix(got, words) {
			t.Errorf("heard %q, want %q", got, words)
		}
	}
	for name, send := range map[string]func(*websocket.Conn) error{
		"text":    func(c *websocket.Conn) error { return c.WriteMessage(websocket.TextMessage, []byte("hello")) },
		"garbage": func(c *websocket.Conn) error { return c.WriteMessage(websocket.BinaryMessage, []byte{1, 0xff, 0xff}) },
		"huge": func(c *websocket.Conn) error {
			_ = c.WriteMessage(websocket.BinaryMessage, make([]byte, 1<<20))
			return nil
		},
	} {
		c, words := h.knock(t, with, nil)
		if c == nil {
			t.Fatal(name, words)
		}
		if err := send(c); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
		var err error
		for err == nil {
			_, _, err = c.ReadMessage()
		}
		var timeout net.Error
		if errors.As(err, &timeout) && timeout.Timeout() {
			t.Errorf("%s: the connection was kept", name)
		}
		c.Close()
	}
	db := storetest.Open(t)
	fill(t, db, 3)
	s, stop := startSender(t, db, cert, id, "", h.addr())
	defer stop()
	await(t, s, "a proper station behind all that", func(l mirror.Link) bool { return l.Known && l.Waiting == 0 })
}

func TestOneDamagedReplicaDoesNotHinderOthers(t *testing.T) {
	dir := t.TempDir()
	f, err := district.OpenFolder(dir, storetest.Options())
	if err != nil {
		t.Fatal(err)
	}
	odd := "../a b%/"
	for _, node := range []string{"good", "bad", odd} {
		if _, err := f.Open(node); err != nil {
			t.Fatal(err)
		}
		if err := f.Seen(district.Station{ID: node, Name: "Đài " + node}); err != nil {
			t.Error(err)
		}
	}
	if _, err := district.OpenFolder(dir, storetest.Options()); !errors.Is(err, store.ErrLocked) {
		t.Errorf("a second district on the folder: %v", err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "bad.replica"), []byte("rubbish"), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err = district.OpenFolder(dir, storetest.Options())
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all := f.Stations()
	if len(all) != 3 || all[0].ID != odd || all[0].Name != "Đài "+odd || all[1].Fault == "" || all[2].Fault != "" {
		t.Errorf("stations: %+v", all)
	}
	if _, err := f.Open("bad"); err == nil || !strings.Contains(err.Error(), "out of order") {
		t.Errorf("opening the damaged one: %v", err)
	}
	if _, err := f.Open("good"); err != nil {
		t.Error(err)
	}
	if up, _ := os.ReadDir(filepath.Dir(dir)); len(up) != 1 {
		t.Errorf("an id left the folder: %v", up)
	}
	if _, err := os.Stat(district.ReplicaFile(dir, odd)); err != nil {
		t.Error(err)
	}
	if _, err := f.Open(strings.Repeat("x", 200)); err == nil {
		t.Error("an id of any length was taken")
	}
}

func TestConnectionsAreBounded(t *testing.T) {
	s := district.NewServer(district.Options{Wall: storetest.Wall, MaxConns: 1, Peer: func(*tls.ConnectionState) (string, error) {
		return "x", nil
	}})
	srv := httptest.NewServer(s.Handler())
	defer srv.Close()
	url := "ws" + strings.TrimPrefix(srv.URL, "http") + "/ws/mirror"
	first, _, err := websocket.DefaultDialer.Dial(url, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, resp, err := websocket.DefaultDialer.Dial(url, nil)
	if err == nil || resp == nil || resp.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("the second connection: %v", err)
	}
	s.Close() // ends also a connection that never said hello
	if _, msg, err := first.ReadMessage(); err != nil || mirror.Kind(msg[0]) != mirror.KindBye {
		t.Errorf("at the end: %q %v", msg, err)
	}
	first.Close()
}
