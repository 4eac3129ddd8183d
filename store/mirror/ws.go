package mirror

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// wsConn is a Conn over one websocket: binary messages, no compression.
// gorilla answers pings itself while somebody reads.
type wsConn struct{ c *websocket.Conn }

func newConn(c *websocket.Conn) Conn {
	c.SetReadLimit(MaxMessage)
	return wsConn{c}
}

func (w wsConn) ReadMessage() ([]byte, error) {
	kind, b, err := w.c.ReadMessage()
	if err != nil {
		return nil, err
	}
	if kind != websocket.BinaryMessage {
		return nil, errors.New("mirror: a text message")
	}
	return b, nil
}

func (w wsConn) WriteMessage(b []byte) error        { return w.c.WriteMessage(websocket.BinaryMessage, b) }
func (w wsConn) SetReadDeadline(t time.Time) error  { return w.c.SetReadDeadline(t) }
func (w wsConn) SetWriteDeadline(t time.Time) error { return w.c.SetWriteDeadline(t) }

// Close says goodbye to a peer that still listens, then closes the socket.
func (w wsConn) Close() error {
	bye := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
	_ = w.c.WriteControl(websocket.CloseMessage, bye, time.Now().Add(time.Second))
	return w.c.Close()
}

// buffers are shared by all connections and kept only during a write.
var buffers = &sync.Pool{}

// NetDial opens a TCP connection; boot makes it, with keep-alive and user
// timeout set.
type NetDial func(ctx context.Context, network, addr string) (net.Conn, error)

// Dial returns what connects to a receiver at url ("wss://host:port/path").
// conf is boot's: it holds the own key and accepts the pinned peer only.
// A refusal by the peer comes back in its own words.
func Dial(url string, conf *tls.Config, dial NetDial) func(ctx context.Context) (Conn, error) {
	d := websocket.Dialer{
		NetDialContext: dial, TLSClientConfig: conf,
		HandshakeTimeout: 15 * time.Second, WriteBufferPool: buffers,
	}
	return func(ctx context.Context) (Conn, error) {
		c, resp, err := d.DialContext(ctx, url, nil)
		if err == nil {
			return newConn(c), nil
		}
		if resp != nil {
			words, _ := io.ReadAll(io.LimitReader(resp.Body, 200))
			resp.Body.Close()
			return nil, fmt.Errorf("mirror: refused with %s: %s", resp.Status, strings.TrimSpace(string(words)))
		}
		return nil, fmt.Errorf("mirror: %w", err)
	}
}

// PeerID tells whose key a TLS connection proved, or refuses it in words; boot
// makes it.
type PeerID func(*tls.ConnectionState) (id string, err error)

// Handler takes websocket connections of machines: no browser's Origin or
// Cookie, a known key. serve owns the connection until it returns; its context
// ends with the request's.
func Handler(peer PeerID, serve func(ctx context.Context, c Conn, id string)) http.Handler {
	up := websocket.Upgrader{HandshakeTimeout: 10 * time.Second, WriteBufferPool: buffers}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Origin") != "" || r.Header.Get("Cookie") != "" {
			http.Error(w, "this address is for machines, not for browsers", http.StatusForbidden)
			return
		}
		id, err := peer(r.TLS)
		if err != nil {
			http.Error(w, err.Error(), http.StatusForbidden)
			return
		}
		c, err := up.Upgrade(w, r, nil)
		if err != nil {
			return // Upgrade has answered
		}
		conn := newConn(c)
		defer conn.Close()
		serve(r.Context(), conn, id)
	})
}
