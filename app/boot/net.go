package boot

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"loaxa/app/attach"
	"loaxa/app/trust"
)

// listenTCP opens a listener and says in words why it could not.
func listenTCP(addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("address %s is in use: end the other program or choose another with --listen", addr)
	case errors.Is(err, syscall.EACCES):
		return nil, fmt.Errorf("address %s is not allowed to this user: choose a port above 1023", addr)
	case err != nil:
		return nil, fmt.Errorf("listen on %s: %w", addr, err)
	}
	return l, nil
}

// sendBuffer bounds what the kernel takes for one connection, in bytes: what
// lies there cannot be cut when an emergency comes.
const sendBuffer = 32 << 10

func quietLog(lg *slog.Logger) *log.Logger {
	return slog.NewLogLogger(lg.Handler(), slog.LevelDebug)
}

// dialTLS returns a dialler to a machine whose key is known.
func dialTLS(addr, peer string, id *trust.Identity, now func() time.Time, kin *trust.Kin, by road) (func(ctx context.Context) (net.Conn, error), error) {
	if err := trust.CheckFingerprint(peer); err != nil {
		return nil, fmt.Errorf("--peer: %w", err)
	}
	if _, _, err := net.SplitHostPort(addr); err != nil {
		return nil, fmt.Errorf("address %q is not host:port", addr)
	}
	conf, err := id.ClientFor(peer, now, kin)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) (net.Conn, error) {
		ctx, cancel := context.WithTimeout(ctx, callWait)
		defer cancel()
		raw, err := by(ctx, "tcp", addr)
		if err != nil {
			return nil, err
		}
		c := tls.Client(raw, conf)
		if err := c.HandshakeContext(ctx); err != nil {
			_ = raw.Close()
			return nil, err
		}
		if err := proved(c, kin); err != nil {
			_ = raw.Close()
			return nil, err
		}
		return c, nil
	}, nil
}

// proved takes up the key that the other end has proved to hold.
func proved(c *tls.Conn, kin *trust.Kin) error {
	if kin == nil {
		return nil
	}
	s := c.ConnectionState()
	_, err := kin.Peer(&s)
	return err
}

// listenUDP opens the live lane's socket beside the machines' port, on the same
// number where that is given. Without one live sound goes over the websocket.
func (r *running) listenUDP(addr string) net.PacketConn {
	c, err := net.ListenPacket("udp", addr)
	if err != nil {
		r.warn("no datagrams for live sound", err)
		return nil
	}
	return c
}

// dialUDP returns how to reach a UDP port of the machine that addr names.
func dialUDP(addr string) func(port uint16) (net.Conn, error) {
	return func(port uint16) (net.Conn, error) {
		host, _, err := net.SplitHostPort(addr)
		if err != nil {
			return nil, err
		}
		d := net.Dialer{Timeout: 5 * time.Second}
		return d.Dial("udp", net.JoinHostPort(host, strconv.Itoa(int(port))))
	}
}

// maxSocketPath is what a Unix socket's address holds.
const maxSocketPath = 107

// listenAttach opens the desk's socket. A socket that nobody answers on is
// taken over; one that is answered is another station.
func listenAttach(dir string) (net.Listener, error) {
	path := filepath.Join(dir, attach.SocketName)
	if len(path) > maxSocketPath {
		return nil, fmt.Errorf("data folder %s: the path is too long for a socket (%d characters, limit %d)", dir, len(path), maxSocketPath)
	}
	if c, err := net.DialTimeout("unix", path, time.Second); err == nil {
		_ = c.Close()
		return nil, fmt.Errorf("data folder %s is in use by a running station: attach to it with loaxa --data %s", dir, dir)
	}
	_ = os.Remove(path)
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, fmt.Errorf("attach socket: %w", err)
	}
	if err := os.Chmod(path, 0o660); err != nil {
		return nil, fmt.Errorf("attach socket: %w", err)
	}
	return l, nil
}

func dialAttach(dir string) func(ctx context.Context) (net.Conn, error) {
	return func(ctx context.Context) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "unix", filepath.Join(dir, attach.SocketName))
	}
}

// mirrorUnsent bounds what the kernel takes of a journal beyond what is under
// way, in bytes: an order's receipt waits behind it.
const mirrorUnsent = 16 << 10

// dialTCP opens a connection for a link that sets up TLS itself.
func dialTCP(ctx context.Context, network, addr string) (net.Conn, error) {
	d := net.Dialer{Timeout: 10 * time.Second}
	c, err := d.DialContext(ctx, network, addr)
	if t, ok := c.(*net.TCPConn); ok {
		setUserTimeout(t, 30*time.Second)
		setUnsent(t, mirrorUnsent)
	}
	return c, err
}
