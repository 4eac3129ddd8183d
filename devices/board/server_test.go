package board

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"go.uber.org/goleak"

	"loaxa/devices/board/raster"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// rig is a Server behind TLS on loopback; every peer is board-one.
type rig struct {
	*Server
	web *httptest.Server
}

func newRig(t *testing.T) *rig {
	t.Helper()
	s, err := New(Options{
		StationID: "station-one", Sign: sign,
		Peer:  func(*tls.ConnectionState) (string, error) { return "board-one", nil },
		Known: func(id string) bool { return id == "board-one" },
	})
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{s, httptest.NewTLSServer(s.Handler())}
	t.Cleanup(func() { r.Close(); r.web.Close() })
	return r
}

func (r *rig) dial(t *testing.T) *websocket.Conn {
	t.Helper()
	d := websocket.Dialer{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
	conn, _, err := d.Dial("wss"+strings.TrimPrefix(r.web.URL, "https"), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetReadDeadline(time.Now().Add(20 * time.Second))
	return conn
}

func put(t *testing.T, conn *websocket.Conn, msg any) {
	t.Helper()
	frame, err := Encode(msg)
	if err == nil {
		err = conn.WriteMessage(websocket.BinaryMessage, frame)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// get reads one message; nil: the link ended.
func get(conn *websocket.Conn) any {
	_, frame, err := conn.ReadMessage()
	if err != nil {
		return nil
	}
	msg, err := Decode(frame)
	if err != nil {
		return err
	}
	return msg
}

func hello() *Hello {
	return &Hello{Min: ProtocolMin, Max: ProtocolMax, Build: "t", ID: "board-one", Width: 96, Height: 32}
}

// greeted is a link after WELCOME.
func (r *rig) greeted(t *testing.T, h *Hello) *websocket.Conn {
	t.Helper()
	conn := r.dial(t)
	put(t, conn, h)
	if w, ok := get(conn).(*Welcome); !ok || w.ID != "station-one" || w.Protocol != 1 {
		t.Fatalf("welcome: %+v", w)
	}
	return conn
}

func (r *rig) await(t *testing.T, what string, ok func(Report) bool) Report {
	t.Helper()
	limit := time.After(20 * time.Second)
	for {
		select {
		case got := <-r.Reports():
			if ok(got) {
				return got
			}
		case <-limit:
			t.Fatalf("never %s", what)
		}
	}
}

func TestOnlyMachinesWithAKnownKey(t *testing.T) {
	r := newRig(t)
	client := r.web.Client()
	defer client.CloseIdleConnections()
	for name, test := range map[string]struct {
		change func(*http.Request)
		words  string
	}{
		"origin": {func(q *http.Request) { q.Header.Set("Origin", "https://x") }, "not for browsers"},
		"cookie": {func(q *http.Request) { q.Header.Set("Cookie", "a=b") }, "not for browsers"},
	} {
		q, err := http.NewRequest(http.MethodGet, r.web.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		test.change(q)
		a, err := client.Do(q)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(a.Body)
		_ = a.Body.Close()
		if a.StatusCode != http.StatusForbidden || !strings.Contains(string(body), test.words) {
			t.Errorf("%s: %d %s", name, a.StatusCode, body)
		}
	}
	w := httptest.NewRecorder()
	r.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://x/", nil))
	if w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), "TLS") {
		t.Errorf("without TLS: %d %s", w.Code, w.Body)
	}
}

func TestHelloIsRefusedInWords(t *testing.T) {
	r := newRig(t)
	for want, msg := range map[string]any{
		"this station (1–1) does not speak it": &Hello{Min: 8, Max: 9, ID: "board-one", Width: 1, Height: 1},
		"the key is that of":                   &Hello{Min: 1, Max: 1, ID: "board-two", Width: 1, Height: 1},
		"HELLO comes first":                    &Bye{},
		"order of the last card":               &Hello{Min: 1, Max: 1, ID: "board-one", Width: 1, Height: 1, Last: 1 << 63},
	} {
		conn := r.dial(t)
		put(t, conn, msg)
		if m, ok := get(conn).(*Refuse); !ok || !strings.Contains(m.Why, want) {
			t.Errorf("want %q, got %+v", want, m)
		}
	}
}

// A garbage peer loses its link and nothing else.
func TestHostileFrames(t *testing.T) {
	r := newRig(t)
	card := testCard(t)
	for name, attack := range map[string]func(*websocket.Conn){
		"text":      func(c *websocket.Conn) { _ = c.WriteMessage(websocket.TextMessage, []byte("hi")) },
		"empty":     func(c *websocket.Conn) { _ = c.WriteMessage(websocket.BinaryMessage, nil) },
		"noise":     func(c *websocket.Conn) { _ = c.WriteMessage(websocket.BinaryMessage, []byte("\x05garbage")) },
		"too long":  func(c *websocket.Conn) { _ = c.WriteMessage(websocket.BinaryMessage, make([]byte, ReportLimit+1)) },
		"a card":    func(c *websocket.Conn) { put(t, c, &Signed{Order: card.Order}) },
		"hello two": func(c *websocket.Conn) { put(t, c, hello()) },
		"torn":      func(c *websocket.Conn) { _, _ = c.NetConn().Write([]byte{0xff, 0xff, 0xff}) },
	} {
		conn := r.greeted(t, hello())
		r.await(t, name+": up", func(r Report) bool { return r.Up })
		attack(conn)
		got := r.await(t, name+": down", func(r Report) bool { return !r.Up })
		if got.Why == "" || got.Pixels != "" {
			t.Errorf("%s: %+v", name, got)
		}
	}
	r.greeted(t, hello())
	r.await(t, "up after all attacks", func(r Report) bool { return r.Up })
}

func TestLatestCardWinsAndOrdersGoOn(t *testing.T) {
	r := newRig(t)
	for n := range uint64(50) {
		if err := r.Show("board-one", Draw(n+1, raster.Card{Text: fmt.Sprint("tin ", n)}, 96, 32)); err != nil {
			t.Fatal(err)
		}
	}
	h := hello()
	h.Last = 1000
	conn := r.greeted(t, h)
	s, ok := get(conn).(*Signed)
	if !ok || s.Number != 50 || s.Order != 1001 {
		t.Fatalf("first card: %+v", s)
	}
	if err := r.Show("board-one", Draw(51, raster.Card{Text: "mới"}, 96, 32)); err != nil {
		t.Fatal(err)
	}
	if s, ok := get(conn).(*Signed); !ok || s.Number != 51 || s.Order != 1002 {
		t.Fatalf("second card: %+v", s)
	}
	put(t, conn, &Shown{Number: 51, Order: 1002, Hash: strings.Repeat("0", 64), By: ByFramebuffer})
	got := r.await(t, "another picture", func(r Report) bool { return r.Pixels != "" })
	if got.Pixels == got.Want || got.Card != 51 {
		t.Errorf("%+v", got)
	}
}

func TestSecondLinkReplacesTheFirst(t *testing.T) {
	r := newRig(t)
	first := r.greeted(t, hello())
	second := r.greeted(t, hello())
	if m, ok := get(first).(*Bye); !ok || !strings.Contains(m.Why, "another link") {
		t.Errorf("the first link gets %+v", m)
	}
	if err := r.Show("board-one", Draw(1, raster.Card{Text: "x"}, 96, 32)); err != nil {
		t.Fatal(err)
	}
	if s, ok := get(second).(*Signed); !ok || s.Number != 1 {
		t.Errorf("the second link gets %+v", s)
	}
	got := r.await(t, "the card asked for", func(r Report) bool { return r.Want != "" })
	if !got.Up {
		t.Error("the end of the first link took the second one down")
	}
}

// Nobody reads reports: boards and Show go on, and the newest report waits.
func TestReportsNeverHoldAnythingUp(t *testing.T) {
	r := newRig(t)
	conn := r.greeted(t, hello())
	for n := range uint64(500) {
		put(t, conn, &Shown{Number: n, Hash: strings.Repeat("0", 64), By: ByFramebuffer})
	}
	put(t, conn, &Bye{Why: "xong"})
	for get(conn) != nil {
	}
	got := r.await(t, "the end", func(r Report) bool { return !r.Up && r.Card == 499 })
	if got.Why != "xong" {
		t.Errorf("%+v", got)
	}
}

func TestShowRefusesWhatCannotBeShown(t *testing.T) {
	r := newRig(t)
	if err := r.Show("board-one", Card{Number: 1}); !errors.Is(err, raster.ErrStrip) {
		t.Errorf("a card without pixels: %v", err)
	}
	card := Draw(1, raster.Card{Text: "x"}, 96, 32)
	if err := r.Show("", card); err == nil {
		t.Error("a board without id")
	}
	for i := range MaxBoards {
		if err := r.Show(fmt.Sprint("b", i), card); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Show("one more", card); err == nil {
		t.Error("boards without end")
	}
}

func TestCloseSaysBye(t *testing.T) {
	r := newRig(t)
	conn := r.greeted(t, hello())
	r.Close()
	if m, ok := get(conn).(*Bye); !ok || !strings.Contains(m.Why, "ends") {
		t.Errorf("got %+v", m)
	}
	for range r.Reports() { // ends: the channel is closed
	}
}
