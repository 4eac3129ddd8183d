package boot

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"
)

// road opens connections to other machines; TLS is set up in them, so that who
// stands on it sees bytes only.
type road func(ctx context.Context, network, addr string) (net.Conn, error)

// Bounds of a proxy's answer.
const (
	proxyWait = 15 * time.Second
	maxProxy  = 16 << 10 // bytes of its header
)

// proxyOf reads the station file's word: empty takes the environment's
// (HTTPS_PROXY, NO_PROXY), "none" goes directly.
func proxyOf(word, addr string) (*url.URL, error) {
	switch word {
	case "none":
		return nil, nil
	case "":
		return http.ProxyFromEnvironment(&http.Request{URL: &url.URL{Scheme: "https", Host: addr}})
	}
	u, err := url.Parse(word)
	if err != nil || u.Scheme != "http" || u.Port() == "" || u.Path != "" && u.Path != "/" {
		return nil, errors.New(`want "http://HOST:PORT", "http://USER:PASSWORD@HOST:PORT" or "none"`)
	}
	return u, nil
}

// through is the road over an HTTP proxy by CONNECT (RFC 9110, 9.3.6). Errors
// name the proxy: it is another machine than the one that does not answer.
func through(proxy *url.URL, next road) road {
	if proxy == nil {
		return next
	}
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		ctx, cancel := context.WithTimeout(ctx, proxyWait)
		defer cancel()
		c, err := next(ctx, network, proxy.Host)
		if err != nil {
			return nil, fmt.Errorf("proxy %s: %w", proxy.Host, err)
		}
		stop := context.AfterFunc(ctx, func() { _ = c.Close() })
		err = connect(c, proxy, addr)
		if !stop() && err == nil {
			err = ctx.Err()
		}
		if err != nil {
			_ = c.Close()
			if ctx.Err() != nil {
				err = ctx.Err()
			}
			return nil, fmt.Errorf("proxy %s: %w", proxy.Host, err)
		}
		return c, nil
	}
}

// connect asks the proxy for a way to addr. Nothing of what comes behind its
// answer is read: the other end waits for us to speak.
func connect(c net.Conn, proxy *url.URL, addr string) error {
	req := &http.Request{Method: http.MethodConnect, URL: &url.URL{Opaque: addr}, Host: addr, Header: http.Header{}}
	if u := proxy.User; u != nil {
		password, _ := u.Password()
		req.Header.Set("Proxy-Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(u.Username()+":"+password)))
	}
	if err := req.Write(c); err != nil {
		return err
	}
	in := bufio.NewReader(io.LimitReader(c, maxProxy))
	resp, err := http.ReadResponse(in, req)
	if err != nil {
		return fmt.Errorf("its answer is not HTTP: %w", err)
	}
	_ = resp.Body.Close() // of CONNECT there is none
	switch {
	case resp.StatusCode == http.StatusProxyAuthRequired:
		return errors.New("it wants a name and a password: write them into [upstream] proxy")
	case resp.StatusCode/100 != 2:
		return fmt.Errorf("it refused the way to %s: %s", addr, resp.Status)
	case in.Buffered() > 0:
		return errors.New("it spoke before it was asked")
	}
	return nil
}
