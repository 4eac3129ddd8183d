package player

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"loaxa/devices/board"
)

const pageAddr = "127.0.0.1:8099"

// ask sends one request to a player's page as a browser on that page would;
// change may spoil it.
func ask(p *Player, method, path, body string, change func(*http.Request)) *http.Response {
	r := httptest.NewRequest(method, "http://"+pageAddr+path, strings.NewReader(body))
	r.Header.Set("X-Board-Token", p.token)
	if method == http.MethodPost {
		r.Header.Set("Origin", "http://"+pageAddr)
	}
	if change != nil {
		change(r)
	}
	w := httptest.NewRecorder()
	p.pageHandler(pageAddr).ServeHTTP(w, r)
	return w.Result()
}

func text(t *testing.T, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestPageStandsAlone(t *testing.T) {
	p := newPlayer(t, &wire{}, nil)
	r := ask(p, http.MethodGet, "/", "", nil)
	page := text(t, r)
	if strings.Contains(page, "@") || !strings.Contains(page, p.token) {
		t.Error("a place in the page is not filled")
	}
	if m := regexp.MustCompile(`(?i)(src|href)\s*=|https?://|@import|url\(`).FindString(page); m != "" {
		t.Errorf("the page reaches outside: %q", m)
	}
	csp := r.Header.Get("Content-Security-Policy")
	if !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
		t.Errorf("policy %q", csp)
	}
}

func TestPageWordCountsWhileItIsFresh(t *testing.T) {
	p := newPlayer(t, &wire{}, nil)
	p.take(signed(t, notice(1, "một"), 1, stationKey("station")))
	var s pageStrip
	if err := json.Unmarshal([]byte(text(t, ask(p, http.MethodGet, "/strip?have=0", "", nil))), &s); err != nil {
		t.Fatal(err)
	}
	want := notice(1, "một").Strip
	if s.Hash != want.Hash() || s.Width != width || string(s.Bits) != string(want.Bits) {
		t.Errorf("the page gets %+v", s)
	}
	post := func(page, hash string, version uint64) int {
		body, err := json.Marshal(pageShown{Page: page, Version: version, Hash: hash})
		if err != nil {
			t.Fatal(err)
		}
		return ask(p, http.MethodPost, "/shown", string(body), nil).StatusCode
	}
	if code := post("a", s.Hash, s.Version); code != http.StatusNoContent {
		t.Fatalf("status %d", code)
	}
	if got := p.Shown(); got.By != board.ByPage || got.Hash != s.Hash {
		t.Errorf("%+v", got)
	}
	wrong := hexSum([]byte("another picture"))
	post("b", wrong, s.Version)
	if got := p.Shown(); got.Hash != wrong {
		t.Errorf("two pages, one wrong: %+v", got)
	}
	if code := post("a", s.Hash, s.Version+1); code != http.StatusConflict {
		t.Errorf("a picture that is not there: status %d", code)
	}
	p.take(signed(t, notice(2, "hai"), 2, stationKey("station")))
	if got := p.Shown(); got.By != board.ByFramebuffer || got.Number != 2 {
		t.Errorf("before a page has drawn the new card: %+v", got)
	}
	p.mu.Lock()
	version := p.version
	p.mu.Unlock()
	post("a", p.Strip().Hash(), version)
	p.times.pageFresh = -1
	if got := p.Shown(); got.By != board.ByFramebuffer {
		t.Errorf("a page that is long closed still speaks: %+v", got)
	}
}

func TestPageRefusesOthers(t *testing.T) {
	p := newPlayer(t, &wire{}, nil)
	good := `{"page":"a","version":1,"hash":"` + p.Strip().Hash() + `"}`
	for name, test := range map[string]struct {
		method, path, body string
		change             func(*http.Request)
		want               int
	}{
		"right":        {"POST", "/shown", good, nil, 204},
		"no token":     {"POST", "/shown", good, func(r *http.Request) { r.Header.Del("X-Board-Token") }, 403},
		"other site":   {"POST", "/shown", good, func(r *http.Request) { r.Header.Set("Origin", "http://evil.example") }, 403},
		"null origin":  {"POST", "/shown", good, func(r *http.Request) { r.Header.Set("Origin", "null") }, 403},
		"no origin":    {"POST", "/shown", good, func(r *http.Request) { r.Header.Del("Origin") }, 403},
		"rebound name": {"GET", "/", "", func(r *http.Request) { r.Host = "evil.example" }, 421},
		"strip bare":   {"GET", "/strip", "", func(r *http.Request) { r.Header.Set("X-Board-Token", "x") }, 403},
		"have it":      {"GET", "/strip?have=1", "", nil, 204},
		"noise":        {"POST", "/shown", "{", nil, 400},
		"short hash":   {"POST", "/shown", `{"page":"a","version":1,"hash":"ab"}`, nil, 400},
		"long":         {"POST", "/shown", strings.Repeat(" ", 2000) + good, nil, 400},
		"wrong method": {"PUT", "/shown", good, nil, 405},
		"nowhere":      {"GET", "/etc/passwd", "", nil, 404},
	} {
		if got := ask(p, test.method, test.path, test.body, test.change).StatusCode; got != test.want {
			t.Errorf("%s: status %d, want %d", name, got, test.want)
		}
	}
}

func TestManyPagesAreBounded(t *testing.T) {
	p := newPlayer(t, &wire{}, nil)
	hash := p.Strip().Hash()
	for i := range 3 * maxPages {
		p.sight(string(rune('a'+i)), 1, hash)
	}
	if len(p.pages) > maxPages {
		t.Errorf("%d pages are remembered", len(p.pages))
	}
	p.times.pageFresh = -1
	if !p.sight("after the others closed", 1, hash) {
		t.Error("closed pages keep a new one out")
	}
}

func TestPageIsServedWithTheStationGone(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := newPlayer(t, &wire{}, func(o *Options) { o.PageListen = l })
	run(t, p)
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	client := http.Client{Transport: transport, Timeout: 20 * time.Second}
	r, err := client.Get("http://" + l.Addr().String() + "/")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if r.StatusCode != http.StatusOK || !strings.Contains(text(t, r), "<canvas") {
		t.Errorf("status %d", r.StatusCode)
	}
}

func FuzzPageShown(f *testing.F) {
	f.Add([]byte(`{"page":"a","version":1,"hash":"` + strings.Repeat("0", 64) + `"}`))
	f.Add([]byte(`{"page":1}`))
	f.Add([]byte(``))
	f.Fuzz(func(t *testing.T, body []byte) {
		s, err := decodePageShown(body)
		if err == nil && (s.Page == "" || len(s.Page) > 32 || len(s.Hash) != 64) {
			t.Fatalf("taken: %+v", s)
		}
	})
}
