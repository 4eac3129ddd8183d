package district_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"loaxa/app/district"
	"loaxa/app/station"
	"loaxa/store"
	"loaxa/store/mirror"
	"loaxa/store/storetest"
)

// testToken is what programs show to the page.
const testToken = "ein token"

// people are accounts with their passwords.
type people map[string]string

func (p people) Check(name, password string) bool { return p[name] != "" && p[name] == password }
func (p people) Has(name string) bool             { return p[name] != "" }
func (p people) Any() bool                        { return len(p) > 0 }

func get(t *testing.T, url string) (string, *http.Response) {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+testToken)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	defer http.DefaultClient.CloseIdleConnections()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b), resp
}

// visitor is a person with a browser's habits.
type visitor struct {
	t    *testing.T
	base string
	c    *http.Client
}

func newVisitor(t *testing.T, base string) *visitor {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	tr := &http.Transport{}
	t.Cleanup(tr.CloseIdleConnections)
	return &visitor{t, base, &http.Client{Jar: jar, Transport: tr}}
}

func (v *visitor) do(req *http.Request) (string, *http.Response) {
	v.t.Helper()
	resp, err := v.c.Do(req)
	if err != nil {
		v.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return string(b), resp
}

func (v *visitor) request(method, path string, body io.Reader, kind string) *http.Request {
	v.t.Helper()
	req, err := http.NewRequest(method, v.base+path, body)
	if err != nil {
		v.t.Fatal(err)
	}
	if method == http.MethodPost {
		req.Header.Set("Origin", v.base)
		req.Header.Set("Content-Type", kind)
	}
	return req
}

func (v *visitor) form(path string, fields url.Values) *http.Request {
	return v.request(http.MethodPost, path, strings.NewReader(fields.Encode()), "application/x-www-form-urlencoded")
}

func (v *visitor) login(name, password string) *visitor {
	v.t.Helper()
	body, resp := v.do(v.form("/login", url.Values{"name": {name}, "password": {password}}))
	if resp.StatusCode != http.StatusOK || !strings.Contains(body, "/logout") {
		v.t.Fatalf("login: %s %s", resp.Status, body)
	}
	return v
}

func (v *visitor) read(path string) string {
	v.t.Helper()
	body, _ := v.do(v.request(http.MethodGet, path, nil, ""))
	return body
}

var formToken = regexp.MustCompile(`name="form" value="([0-9a-f]{64})"`)

// upload brings a document to the page with a form's token.
func (v *visitor) upload(token string, doc []byte) (string, *http.Response) {
	v.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	_ = w.WriteField("form", token)
	f, err := w.CreateFormFile("doc", "order")
	if err != nil {
		v.t.Fatal(err)
	}
	_, _ = f.Write(doc)
	_ = w.Close()
	return v.do(v.request(http.MethodPost, "/orders", &b, w.FormDataContentType()))
}

func TestThePageNeedsAnAccount(t *testing.T) {
	h := startHub(t, t.TempDir(), "")
	defer h.stop(t)
	v := newVisitor(t, h.page.URL)
	for _, path := range []string{"/", "/station?id=x"} {
		if body, resp := v.do(v.request("GET", path, nil, "")); resp.Request.URL.Path != "/login" || strings.Contains(body, "<table") {
			t.Errorf("%s without an account: %s", path, body)
		}
	}
	for _, path := range []string{"/status.json", "/proof.json?station=x", "/metrics"} {
		if _, resp := v.do(v.request("GET", path, nil, "")); resp.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s without an account: %s", path, resp.Status)
		}
		req := v.request("GET", path, nil, "")
		req.Header.Set("Authorization", "Bearer "+testToken+"x")
		if _, resp := v.do(req); resp.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s with a wrong token: %s", path, resp.Status)
		}
	}
	if _, resp := v.do(v.form("/login", url.Values{"name": {"hoa"}, "password": {"falsch"}})); resp.StatusCode != http.StatusForbidden {
		t.Errorf("a wrong password: %s", resp.Status)
	}
	v.c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	_, resp := v.do(v.form("/login", url.Values{"name": {"hoa"}, "password": {"mật khẩu đủ dài"}}))
	c := resp.Cookies()
	if len(c) != 1 || !c[0].HttpOnly || c[0].SameSite != http.SameSiteStrictMode || len(c[0].Value) != 64 {
		t.Fatalf("the cookie: %v", c)
	}
	v.c.CheckRedirect = nil
	page := v.read("/")
	for _, path := range []string{"/", "/login", "/style.css", "/status.json", "/metrics", "/nothing"} {
		_, resp := v.do(v.request("GET", path, nil, ""))
		if csp := resp.Header.Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'none'; style-src 'self';") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: policy %q", path, csp)
		}
		if resp.Header.Get("X-Frame-Options") != "DENY" || resp.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v", path, resp.Header)
		}
	}
	_, resp = v.do(v.form("/logout", url.Values{"form": {formToken.FindStringSubmatch(page)[1]}}))
	if resp.Request.URL.Path != "/login" {
		t.Errorf("logout leads to %s", resp.Request.URL)
	}
	old := newVisitor(t, h.page.URL)
	req := old.request("GET", "/", nil, "")
	req.AddCookie(c[0]) // who kept it has nothing
	if body, _ := old.do(req); strings.Contains(body, "/logout") {
		t.Error("a session goes on after its end")
	}
}

func TestForeignFormsAreRefused(t *testing.T) {
	dir := t.TempDir()
	h := startHub(t, dir, "")
	defer h.stop(t)
	v := newVisitor(t, h.page.URL).login("hoa", "mật khẩu đủ dài")
	for name, set := range map[string]func(*http.Request){
		"foreign origin": func(r *http.Request) { r.Header.Set("Origin", "https://example.com") },
		"null origin":    func(r *http.Request) { r.Header.Set("Origin", "null") },
		"cross-site":     func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") },
		"same-site":      func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-site") },
		"its token":      func(*http.Request) {},
	} {
		req := v.form("/logout", url.Values{"form": {strings.Repeat("0", 64)}})
		set(req)
		if _, resp := v.do(req); resp.StatusCode != http.StatusForbidden {
			t.Errorf("%s: %s", name, resp.Status)
		}
		req = v.form("/login", url.Values{"name": {"hoa"}, "password": {"mật khẩu đủ dài"}})
		set(req)
		if _, resp := v.do(req); name != "its token" && resp.StatusCode != http.StatusForbidden {
			t.Errorf("login, %s: %s", name, resp.Status)
		}
	}
	token := formToken.FindStringSubmatch(v.read("/"))[1]
	o := station.Order{ID: station.OrderID{1}, Issuer: "Ban chỉ huy", KeyID: strings.Repeat("a", 32), Counter: 1, Kind: station.OrderPlay,
		Class: station.Operator, Audience: station.Audience{Areas: []string{"gia-lai"}, Targets: station.Everywhere()},
		IssuedAt: time.Now().UnixMilli(), Expires: time.Now().Add(time.Hour).UnixMilli(), Content: station.OrderContent{Text: "Thử <b>loa</b>"}}
	s := o.Sign(func([]byte) []byte { return make([]byte, 64) }, nil)
	doc := s.Encode()
	if _, resp := v.upload(strings.Repeat("0", 64), doc); resp.StatusCode != http.StatusForbidden {
		t.Errorf("an order without the form's token: %s", resp.Status)
	}
	if _, resp := v.upload(token, []byte("rubbish")); resp.StatusCode != http.StatusBadRequest {
		t.Errorf("rubbish: %s", resp.Status)
	}
	if _, resp := v.upload(token, make([]byte, 1<<20)); resp.StatusCode < 400 {
		t.Errorf("a megabyte: %s", resp.Status)
	}
	if files, _ := filepath.Glob(filepath.Join(dir, "orders", "*")); len(files) != 0 {
		t.Errorf("the folder holds %v", files)
	}
	if _, resp := v.upload(token, doc); resp.StatusCode != http.StatusOK {
		t.Errorf("a signed order: %s", resp.Status)
	}
	files, _ := filepath.Glob(filepath.Join(dir, "orders", "*.order"))
	if len(files) != 1 {
		t.Fatalf("the folder holds %v", files)
	}
	if b, err := os.ReadFile(files[0]); err != nil || !bytes.Equal(b, doc) {
		t.Errorf("the order was changed: %v", err)
	}
}

// counted counts the passwords that were really looked at.
type counted struct {
	people
	n int
}

func (c *counted) Check(name, password string) bool {
	c.n++
	return c.people.Check(name, password)
}

func TestGuessingIsSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		who := &counted{people: people{"hoa": "mật khẩu đủ dài"}}
		s := district.NewServer(district.Options{Wall: storetest.Wall, Gate: district.NewGate(who, "")})
		page := s.Page()
		try := func(from, name, password string) int {
			r := httptest.NewRequest(http.MethodPost, "/login", strings.NewReader(url.Values{"name": {name}, "password": {password}}.Encode()))
			r.RemoteAddr = from + ":4711"
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			w := httptest.NewRecorder()
			page.ServeHTTP(w, r)
			return w.Code
		}
		for i := range 10_000 { // a thousand seconds, from many addresses
			if code := try(fmt.Sprintf("10.0.%d.%d", i%7, i%250), "hoa", fmt.Sprint("guess", i)); code != http.StatusForbidden && code != http.StatusTooManyRequests {
				t.Fatalf("guess %d: %d", i, code)
			}
			time.Sleep(100 * time.Millisecond)
		}
		if who.n > 20 {
			t.Errorf("%d of 10,000 guesses were looked at", who.n)
		}
		for i := range 10_000 { // a flood of names
			try("10.9.9.9", fmt.Sprint("name", i), "x")
		}
		if who.n > 40 {
			t.Errorf("%d passwords were looked at", who.n)
		}
		time.Sleep(2 * time.Hour)
		if code := try("192.168.1.5", "hoa", "mật khẩu đủ dài"); code != http.StatusSeeOther {
			t.Errorf("who knows the password, later: %d", code)
		}
	})
}

// fillBooks writes what a station writes of a day.
func fillBooks(t *testing.T, db *store.DB, lat float64, emergency bool) {
	t.Helper()
	now := time.Date(2026, 11, 22, 10, 42, 8, 0, time.UTC)
	at := station.Stamp{Wall: now}
	put := func(class, key string, v any) {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.Append(store.Write{Class: class, Key: key, Payload: b}); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 5 {
		put(station.ClassCluster, fmt.Sprint(i), station.Cluster{Number: i + 1, Name: "Thôn", Lat: lat + float64(i)*0.01, Lon: 108.5 + float64(i%3)*0.02})
	}
	put(station.ClassAsRun, "", station.Event{Kind: station.EvStart, At: at, Title: "Bản tin <nông nghiệp>", Actor: "N. T. Hoa"})
	put(station.ClassRefusal, "", station.RefusedOrder{Issuer: "Kẻ gian", At: at, Why: station.Refusal{Code: station.OrderBadSignature}, Via: "upstream"})
	put(station.ClassFault, "f1", station.Fault{ID: "f1", Kind: station.EvClusterLost, Subject: "Thôn 6", Reason: "power", Since: at})
	class := station.Operator
	if emergency {
		class = station.Emergency
	}
	put(station.ClassAir, "1", station.AirRecord{ID: 1, Class: class, Title: "Lũ trên sông Ba", Who: "Ban chỉ huy", Since: at})
	put(station.ClassAsRun, "", []int{1}) // of a newer station: passed over
}

// busyHub has three stations: one quiet, one with an emergency, one gone.
func busyHub(t *testing.T) (*hub, []string) {
	h := startHub(t, t.TempDir(), "")
	var ids []string
	for i, name := range []string{"xã Đak Pơ", "xã Ya Hội", "xã Hà Tam"} {
		db := storetest.Open(t)
		cert, id := newKey(t)
		fillBooks(t, db, 13.9+float64(i)*0.12, i == 1)
		s, stop := startSender(t, db, cert, id, name, h.addr())
		await(t, s, "the copy", func(l mirror.Link) bool { return l.Waiting == 0 && l.Known })
		if i == 2 {
			stop()
		}
		ids = append(ids, id)
	}
	limit := time.Now().Add(30 * time.Second)
	for h.Status().Stations[slices.IndexFunc(h.Status().Stations, func(s district.StationStatus) bool { return s.ID == ids[2] })].Connected {
		if time.Now().After(limit) {
			t.Fatal("the third station never went")
		}
		time.Sleep(10 * time.Millisecond)
	}
	return h, ids
}

func TestThePageTellsOfTheDay(t *testing.T) {
	h, ids := busyHub(t)
	defer h.stop(t)
	v := newVisitor(t, h.page.URL).login("hoa", "mật khẩu đủ dài")
	home, one := v.read("/"), v.read("/station?id="+ids[1])
	for _, want := range []string{"<svg", "xã Đak Pơ", "KHẨN CẤP", "Lũ trên sông Ba", "MẤT LIÊN LẠC", "Ban chỉ huy", `class="up"`, `class="down"`, `class="alarm"`} {
		if !strings.Contains(home, want) {
			t.Errorf("the first page lacks %q", want)
		}
	}
	for _, want := range []string{"bắt đầu phát “Bản tin &lt;nông nghiệp&gt;” · N. T. Hoa", "CHỮ KÝ SAI, nghi lệnh giả", "Kẻ gian", "cụm loa mất kết nối Thôn 6", "nghi mất điện"} {
		if !strings.Contains(one, want) {
			t.Errorf("the station's page lacks %q:\n%s", want, one)
		}
	}
	outside := regexp.MustCompile(`(?:src|href|action|content)="(?:[a-z]+:|//)|<script|style=|\son[a-z]+=|@import|url\(`)
	for name, body := range map[string]string{"first page": home, "station": one, "login": newVisitor(t, h.page.URL).read("/login"), "style": v.read("/style.css")} {
		if bad := outside.FindString(body); bad != "" {
			t.Errorf("%s holds %q", name, bad)
		}
	}
	if _, resp := v.do(v.request("GET", "/station?id=nobody", nil, "")); resp.StatusCode != http.StatusNotFound {
		t.Error(resp.Status)
	}
	if older := v.read("/station?id=" + ids[1] + "&before=1"); strings.Contains(older, "nông nghiệp") {
		t.Error("rows before the first one")
	}
}
