package district_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"loaxa/app/station"
	"loaxa/store"
	"loaxa/store/mirror"
	"loaxa/store/storetest"
)

// speaker is a station with recordings that it hands up.
type speaker struct {
	t    *testing.T
	db   *store.DB
	dir  string
	cert tls.Certificate
	id   string
}

func newSpeaker(t *testing.T) *speaker {
	cert, id := newKey(t)
	return &speaker{t, storetest.Open(t), t.TempDir(), cert, id}
}

// speak makes a sound of n bytes and its record.
func (p *speaker) speak(title string, n int, kind station.ItemKind, of station.BroadcastID) (id string, sound []byte) {
	p.t.Helper()
	sound = append([]byte("RIFF\x00\x00\x00\x00WAVE"), bytes.Repeat([]byte(title), n/len(title))...)
	id = fmt.Sprintf("%x", sha256.Sum256(sound))
	if err := os.WriteFile(filepath.Join(p.dir, id), sound, 0o600); err != nil {
		p.t.Fatal(err)
	}
	b, err := json.Marshal(station.Item{ID: station.ItemID(id), Title: title, Kind: kind, Of: of, Bytes: int64(len(sound)), Length: 61 * time.Second, At: time.Now()})
	if err != nil {
		p.t.Fatal(err)
	}
	if _, err := p.db.Append(store.Write{Class: station.ClassItem, Key: id, Payload: b}); err != nil {
		p.t.Fatal(err)
	}
	return id, sound
}

// connect runs the station's link; a share of 0 gives nothing.
func (p *speaker) connect(addr string, share int64) (stop func()) {
	lend := mirror.NewLend(mirror.LendOptions{Shelf: mirror.Folder(p.dir), Path: filepath.Join(p.t.TempDir(), "lent.json"), Wall: storetest.Wall, Daily: share})
	conf := &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{p.cert}, InsecureSkipVerify: true}
	s := mirror.NewSender(p.db, mirror.SenderOptions{Identity: mirror.Identity{Node: p.id, Name: "xã Đak Pơ", Build: "test"}, Wall: storetest.Wall, Lend: lend,
		Dial: mirror.Dial("wss://"+addr+"/ws/mirror", conf, nil), Timing: mirror.Timing{Base: 10 * time.Millisecond, Cap: 50 * time.Millisecond}})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = s.Run(ctx) }()
	await(p.t, s, "the copy", func(l mirror.Link) bool { return l.Waiting == 0 && l.Known })
	return func() { cancel(); <-done }
}

func (v *visitor) token(path string) string {
	v.t.Helper()
	m := formToken.FindStringSubmatch(v.read(path))
	if m == nil {
		v.t.Fatal("no form on the page")
	}
	return m[1]
}

func (v *visitor) ask(node, id, act string) (string, *http.Response) {
	v.t.Helper()
	return v.do(v.form("/recordings", url.Values{"form": {v.token("/station?id=" + node)}, "station": {node}, "id": {id}, "act": {act}}))
}

func (v *visitor) until(what, path string, ok func(string) bool) string {
	v.t.Helper()
	for limit := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		body := v.read(path)
		if ok(body) {
			return body
		}
		if time.Now().After(limit) {
			v.t.Fatalf("%s: never; the page: %s", what, body)
		}
	}
}

func TestARecordingIsFetchedAndHeard(t *testing.T) {
	dir := t.TempDir()
	h := startHub(t, dir, "")
	p := newSpeaker(t)
	id, sound := p.speak("Lời <trưởng thôn>", 300<<10, station.KindRecording, 7)
	tried, _ := p.speak("thử mic", 1000, station.KindRecording, 0)
	page, hear := "/station?id="+p.id, "/recording?"+url.Values{"station": {p.id}, "id": {id}}.Encode()
	stop := p.connect(h.addr(), 0)
	v := newVisitor(t, h.page.URL).login("hoa", "mật khẩu đủ dài")

	if body := v.read(page); !strings.Contains(body, "Lời &lt;trưởng thôn&gt;") || strings.Contains(body, "thử mic") || strings.Contains(body, "<audio") {
		t.Errorf("the page of a station with one aired recording, not fetched: %s", body)
	}
	if _, resp := v.ask(p.id, tried, ""); resp.StatusCode != http.StatusNotFound {
		t.Errorf("what was never aired could be asked for: %s", resp.Status)
	}
	if _, resp := v.do(v.request(http.MethodGet, hear, nil, "")); resp.StatusCode != http.StatusNotFound {
		t.Errorf("a recording that is not here: %s", resp.Status)
	}
	v.ask(p.id, id, "")
	if body := v.read(page); !strings.Contains(body, `http-equiv="refresh" content="10;url=/station?`) {
		t.Errorf("while one comes, and none is heard, the page does not renew itself: %s", body)
	}
	v.until("the station's refusal is told", page, func(b string) bool { return strings.Contains(b, "đài không gửi bản ghi lên") })
	if body := v.read("/"); !strings.Contains(body, "1 bản ghi") {
		t.Errorf("the first page does not tell what waits: %s", body)
	}
	stop()
	h.stop(t)

	h = startHub(t, dir, "") // the wish outlives a restart, and the station gives meanwhile
	defer h.stop(t)
	defer p.connect(h.addr(), 1<<30)()
	v = newVisitor(t, h.page.URL).login("hoa", "mật khẩu đủ dài")
	v.until("it is here", page, func(b string) bool { return strings.Contains(b, "<audio") })
	if strings.Contains(v.read(page), "http-equiv") {
		t.Error("the page renews itself under one who listens")
	}
	body, resp := v.do(v.request(http.MethodGet, hear, nil, ""))
	if body != string(sound) || resp.Header.Get("Content-Type") != "audio/wav" {
		t.Errorf("%d bytes of %s came, %d were said", len(body), resp.Header.Get("Content-Type"), len(sound))
	}
	req := v.request(http.MethodGet, hear, nil, "")
	req.Header.Set("Range", "bytes=100-199")
	if body, resp := v.do(req); resp.StatusCode != http.StatusPartialContent || body != string(sound[100:200]) {
		t.Errorf("a part of it: %s, %d bytes", resp.Status, len(body))
	}
	if resp, err := http.Get(h.page.URL + hear); err != nil {
		t.Error(err)
	} else {
		if b, _ := io.ReadAll(resp.Body); bytes.Contains(b, sound[:200]) {
			t.Error("a stranger hears it")
		}
		resp.Body.Close()
		http.DefaultClient.CloseIdleConnections()
	}
	if _, err := p.db.Append(store.Write{Class: station.ClassItem, Key: id, Delete: true}); err != nil {
		t.Fatal(err)
	}
	v.until("it is gone", hear, func(b string) bool { return strings.Contains(b, "404") })
	v.read(page)
	if left, _ := filepath.Glob(filepath.Join(dir, "recordings", "*", id)); len(left) > 0 {
		t.Errorf("deleted at the station, kept here: %v", left)
	}
}

func TestRoomForRecordingsIsBounded(t *testing.T) {
	dir := t.TempDir()
	h := startHub(t, dir, "")
	defer h.stop(t)
	p := newSpeaker(t)
	first, _ := p.speak("bài một", 600<<10, station.KindRecording, 1)
	second, _ := p.speak("bài hai", 600<<10, station.KindRecording, 2)
	large, _ := p.speak("bài ba", 1<<20+100, station.KindRecording, 3)
	defer p.connect(h.addr(), 1<<30)()
	v := newVisitor(t, h.page.URL).login("hoa", "mật khẩu đủ dài")
	page := "/station?id=" + p.id
	if body, _ := v.ask(p.id, large, ""); !strings.Contains(body, "Không còn chỗ") {
		t.Errorf("one that is larger than all the room: %s", body)
	}
	v.ask(p.id, first, "")
	v.until("the first is here", page, func(b string) bool { return strings.Contains(b, "<audio") })
	v.ask(p.id, second, "")
	v.until("the second took its place", page, func(b string) bool {
		return strings.Count(b, "<audio") == 1 && strings.Contains(b, "id="+second)
	})
	v.ask(p.id, second, "drop")
	if left, _ := filepath.Glob(filepath.Join(dir, "recordings", "*", "????????????????*")); len(left) > 0 {
		t.Errorf("still on the disk: %v", left)
	}
	if body, resp := v.do(v.form("/recordings", url.Values{"form": {strings.Repeat("0", 64)}, "station": {p.id}, "id": {first}})); resp.StatusCode != http.StatusForbidden {
		t.Errorf("a form of another session: %s %s", resp.Status, body)
	}
}

// TestAStationsPageInABrowser: its day, what waits, what it refused, and a
// recording that the browser loads under the page's own rules.
func TestAStationsPageInABrowser(t *testing.T) {
	h := startHub(t, t.TempDir(), "")
	defer h.stop(t)
	p := newSpeaker(t)
	fillBooks(t, p.db, 13.9, true)
	here, _ := p.speak("Lời trưởng thôn", 5000, station.KindRecording, 1)
	gone, _ := p.speak("Buổi sáng", 6000, station.KindRecording, 2)
	if err := os.Remove(filepath.Join(p.dir, gone)); err != nil {
		t.Fatal(err)
	}
	defer p.connect(h.addr(), 1<<30)()
	v := newVisitor(t, h.page.URL).login("hoa", "mật khẩu đủ dài")
	page := "/station?id=" + p.id
	v.ask(p.id, gone, "")
	v.ask(p.id, here, "")
	v.until("it is here", page, func(b string) bool { return strings.Contains(b, "<audio") })
	base, _ := url.Parse(h.page.URL)
	session := v.c.Jar.Cookies(base)[0]
	var heard atomic.Bool
	inside := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { // the browser of one who has logged in
		r.AddCookie(session)
		if r.URL.Path == "/recording" {
			heard.Store(true)
		}
		h.Page().ServeHTTP(w, r)
	}))
	defer inside.Close()
	dom, said := chromium(t, "--dump-dom", inside.URL+page)
	for _, want := range []string{"Lời trưởng thôn", "Xóa ở huyện", "đang lấy về", "Thôi lấy", "Lũ trên sông Ba", "KHẨN CẤP", "CHỮ KÝ SAI", "Kẻ gian", "Thôn 6", "Bản tin &lt;nông nghiệp&gt;"} {
		if !strings.Contains(dom, want) {
			t.Errorf("the browser does not show %q", want)
		}
	}
	for _, bad := range []string{"Content Security Policy", "Refused to", "ERR_"} {
		if strings.Contains(said, bad) {
			t.Errorf("the browser complains: %s", said)
		}
	}
	if !heard.Load() {
		t.Error("the browser never asked for the recording")
	}
	if dir := os.Getenv("LOAXA_PICTURES"); dir != "" {
		chromium(t, "--screenshot="+filepath.Join(dir, "district-station.png"), inside.URL+page)
	}
}
