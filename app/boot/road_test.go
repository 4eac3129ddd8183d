package boot

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// proxy answers one CONNECT after another with answer; "" passes bytes on, and
// asked tells what it was asked for.
func proxy(t *testing.T, answer string) (addr string, asked <-chan *http.Request) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	tell := make(chan *http.Request, 10)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = c.Close() }()
				in := bufio.NewReader(c)
				req, err := http.ReadRequest(in)
				if err != nil {
					return
				}
				tell <- req
				if answer != "" {
					_, _ = io.WriteString(c, answer)
					_, _ = io.Copy(io.Discard, c) // until the other side goes
					return
				}
				to, err := net.Dial("tcp", req.Host)
				if err != nil {
					return
				}
				defer func() { _ = to.Close() }()
				_, _ = io.WriteString(c, "HTTP/1.1 200 Connection established\r\n\r\n")
				go func() { _, _ = io.Copy(to, in) }()
				_, _ = io.Copy(c, to)
			}()
		}
	}()
	return l.Addr().String(), tell
}

// TestTheWayUpGoesThroughAProxy: what is said arrives at the machine behind it
// and its answer comes back; the proxy hears the address and its own password.
func TestTheWayUpGoesThroughAProxy(t *testing.T) {
	above, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = above.Close() }()
	go func() {
		for {
			c, err := above.Accept()
			if err != nil {
				return
			}
			go func() { _, _ = io.Copy(c, c) }()
		}
	}()
	addr, asked := proxy(t, "")
	c, err := through(&url.URL{Scheme: "http", Host: addr, User: url.UserPassword("xa", "mật khẩu")}, dialTCP)(t.Context(), "tcp", above.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if _, err := io.WriteString(c, "Đak Pơ"); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, len("Đak Pơ"))
	if _, err := io.ReadFull(c, b); err != nil || string(b) != "Đak Pơ" {
		t.Errorf("%q, %v", b, err)
	}
	req := <-asked
	auth := &http.Request{Header: http.Header{"Authorization": {req.Header.Get("Proxy-Authorization")}}}
	if u, p, ok := auth.BasicAuth(); req.Method != http.MethodConnect || req.Host != above.Addr().String() || u != "xa" || p != "mật khẩu" || !ok {
		t.Errorf("the proxy was asked %s %s by %q %q", req.Method, req.Host, u, p)
	}
}

// TestAProxyThatDoesNotLetThroughIsNamed: each way to fail is told in words that
// name the proxy, and none hangs.
func TestAProxyThatDoesNotLetThroughIsNamed(t *testing.T) {
	for answer, want := range map[string]string{
		"HTTP/1.1 403 Forbidden\r\n\r\n":                              "refused the way to huyen.example:7520: 403 Forbidden",
		"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n":          "wants a name and a password",
		"SSH-2.0-OpenSSH_9.9\r\n":                                     "not HTTP",
		"HTTP/1.1 200 OK\r\nX: " + strings.Repeat("a", 1<<20):         "not HTTP",
		"HTTP/1.1 200 OK\r\n\r\nwelcome, this is what you should not": "spoke before",
	} {
		addr, _ := proxy(t, answer)
		_, err := through(&url.URL{Scheme: "http", Host: addr}, dialTCP)(t.Context(), "tcp", "huyen.example:7520")
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), addr) {
			t.Errorf("after %.30q: %v", answer, err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	addr, _ := proxy(t, "HTTP/1.1 ") // and nothing more
	if _, err := through(&url.URL{Scheme: "http", Host: addr}, dialTCP)(ctx, "tcp", "huyen.example:7520"); err == nil || !strings.Contains(err.Error(), addr) {
		t.Errorf("a silent proxy: %v", err)
	}
}

func TestTheProxyOfTheStationFile(t *testing.T) {
	t.Setenv("HTTPS_PROXY", "")
	for word, want := range map[string]string{"none": "", "http://10.0.0.1:3128": "10.0.0.1:3128", "http://a:b@10.0.0.1:3128/": "10.0.0.1:3128",
		"10.0.0.1:3128": "?", "socks5://10.0.0.1:1080": "?", "http://10.0.0.1": "?", "http://10.0.0.1:80/way": "?", "http://%zz": "?"} {
		u, err := proxyOf(word, "huyen.example:7520")
		if got := map[bool]string{true: "?"}[err != nil]; err == nil && u != nil {
			if u.Host != want {
				t.Errorf("%q: %v", word, u)
			}
		} else if got != want {
			t.Errorf("%q: %v, %v", word, u, err)
		}
	}
}
