package boot

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"loaxa/audio/frame"
	"loaxa/audio/ogg"
	"loaxa/devices/devicetest"
	"loaxa/devices/listen"
)

const pullToken = "0123456789abcdef"

// box is a listener: it keeps what it fetched, and when.
type box struct {
	now  func() int64
	head http.Header

	mu    sync.Mutex
	code  int
	got   []byte
	stall chan struct{}
	heard []arrivedFrame
}

type arrivedFrame struct {
	at   int64
	mark int
}

func (b *box) Header() http.Header { return b.head }
func (b *box) WriteHeader(c int)   { b.code = c }
func (b *box) Flush()              {}

func (b *box) Write(p []byte) (int, error) {
	b.mu.Lock()
	stall := b.stall
	b.mu.Unlock()
	if stall != nil {
		<-stall
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.got = append(b.got, p...)
	r := ogg.NewReader(bytes.NewReader(p))
	for n := int64(0); ; n++ {
		packet, err := r.Next()
		if err != nil {
			return len(p), nil
		}
		if len(packet.Data) == 4 { // a marked one
			b.heard = append(b.heard, arrivedFrame{b.now() + n*20_000, devicetest.MarkOf(frame.Opus, packet.Data)})
		}
	}
}

func (b *box) mark(at int64) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, h := range b.heard {
		if h.at <= at && at < h.at+20_000 {
			return h.mark
		}
	}
	return 0
}

func dialIn(ctx context.Context, d *listen.Driver, b *box, query string) {
	d.ServeHTTP(b, httptest.NewRequestWithContext(ctx, http.MethodGet, "/cho.opus"+query, nil))
}

// TestThePullPassesTheDriversSuite: a box that dials again when it was dropped.
func TestThePullPassesTheDriversSuite(t *testing.T) {
	devicetest.CheckDriver(t, func(t *testing.T) *devicetest.Rig {
		epoch := time.Now().Add(-time.Second)
		now := func() int64 { return time.Since(epoch).Microseconds() }
		d := Pull{Place: Place{Name: "Chợ"}, Token: pullToken}.driver(now, 312)
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { d.Run(ctx) })
		b := &box{now: now, head: http.Header{}}
		running.Go(func() {
			for ctx.Err() == nil {
				dialIn(ctx, d, b, "?token="+pullToken)
				pauseFor(ctx, 100*time.Millisecond)
			}
		})
		time.Sleep(time.Second)
		return &devicetest.Rig{Driver: d, Now: now, At: b.mark, Delay: 4 * frame.Duration, Stop: func() { cancel(); running.Wait() },
			Stall: func(stall bool) {
				b.mu.Lock()
				defer b.mu.Unlock()
				if stall {
					b.stall = make(chan struct{})
					return
				}
				close(b.stall)
				b.stall = nil
			}}
	})
}

// TestWhoMayFetch: with the token, by either way; no more than the limit; and
// what is fetched is one Ogg stream with a head, its pages in order.
func TestWhoMayFetch(t *testing.T) {
	epoch := time.Now()
	d := Pull{Place: Place{Name: "Chợ"}, Token: pullToken, Limit: 2}.driver(func() int64 { return time.Since(epoch).Microseconds() }, 312)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { d.Run(ctx); close(done) }()
	srv := httptest.NewServer(d)
	t.Cleanup(func() { cancel(); <-done; srv.Close() })
	get := func(query, bearer string) *http.Response {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL+query, nil)
		if err != nil {
			t.Fatal(err)
		}
		if bearer != "" {
			r.Header.Set("Authorization", "Bearer "+bearer)
		}
		res, err := srv.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = res.Body.Close() })
		return res
	}
	for _, query := range []string{"/", "/?token=", "/?token=" + pullToken[:15], "/?token=" + strings.ToUpper(pullToken)} {
		if res := get(query, ""); res.StatusCode != http.StatusForbidden {
			t.Errorf("%s: %s", query, res.Status)
		}
	}
	if _, err := d.Sent(); err == nil {
		t.Error("nobody listens, and nobody says so")
	}
	a, b := get("/?token="+pullToken, ""), get("/", pullToken)
	if a.StatusCode != http.StatusOK || b.StatusCode != http.StatusOK || a.Header.Get("Content-Type") != "audio/ogg" {
		t.Fatal(a.Status, b.Status, a.Header)
	}
	if res := get("/", pullToken); res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" {
		t.Error("a third was let in:", res.Status)
	}
	r := ogg.NewReader(a.Body)
	for n := range 30 {
		p, err := r.Next()
		if err != nil {
			t.Fatal(n, err)
		}
		if n == 0 {
			if h, err := ogg.ParseHead(p.Data); err != nil || h.Channels != 1 || h.PreSkip != 312 {
				t.Fatal(h, err)
			}
		}
	}
	if _, err := d.Sent(); err != nil {
		t.Error("two listen:", err)
	}
	cancel()
	<-done
	if _, err := io.Copy(io.Discard, b.Body); err != nil {
		t.Error("a listener is not let go in order:", err)
	}
}

// TestAPlaceToFetchThatCannotBe is refused in words.
func TestAPlaceToFetchThatCannotBe(t *testing.T) {
	good := "pull_address = '0.0.0.0:7425'\n[[pull]]\nname = 'Chợ'\npath = 'cho'\ntoken = '" + pullToken + "'\n"
	if _, err := ParseConfig([]byte(good)); err != nil {
		t.Fatal(err)
	}
	for was, bad := range map[string][2]string{
		"path = 'cho'":                  {"path = '../x'", "path"},
		"token = '" + pullToken + "'":   {"token = 'short'", "token"},
		"pull_address = '0.0.0.0:7425'": {"", "pull_address"},
		"7425'":                         {"'", "host:port"},
		"name = 'Chợ'":                  {"name = 'Chợ'\nlimit = 65", "limit"},
	} {
		text := strings.Replace(good, was, bad[0], 1)
		if bad[1] == "host:port" {
			text = strings.Replace(good, "0.0.0.0:7425", "here", 1)
		}
		if _, err := ParseConfig([]byte(text)); err == nil || !strings.Contains(err.Error(), bad[1]) {
			t.Errorf("%q: %v", bad[0], err)
		}
	}
	twice := good + "[[pull]]\nname = 'b'\npath = 'cho'\ntoken = '" + pullToken + "'\n"
	if _, err := ParseConfig([]byte(twice)); err == nil || !strings.Contains(err.Error(), "twice") {
		t.Error(err)
	}
}
