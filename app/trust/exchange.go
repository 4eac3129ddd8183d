package trust

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"time"
)

// KeysPath is where two machines that know each other tell of their next keys.
const KeysPath = "/keys"

// Peer is the machine at the other end of a connection, by the key that it
// showed; an old key is nobody's.
func (k *Kin) Peer(s *tls.ConnectionState) (string, error) {
	key, err := PeerID(s)
	if err != nil {
		return "", err
	}
	if !s.HandshakeComplete {
		return k.Named(key)
	}
	return k.Whose(key)
}

// Exchange answers a known machine's POST: it brings its own announcement, or
// an empty object, and gets ours; own is asked anew each time. It stands behind a door that lets only known
// machines in.
func (k *Kin) Exchange(own func() (*Identity, error), now func() time.Time) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key, err := PeerID(r.TLS)
		if err != nil || r.Method != http.MethodPost {
			http.Error(w, "keys are announced by POST with a key", http.StatusForbidden)
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxSuccession))
		if err == nil {
			err = k.take(body, key)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		ours, ok := announcement(own)
		if id, err := k.Whose(key); ok && err == nil {
			_ = k.Told(id, now()) // lost: it only counts as not told
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(ours) // the other end asks again
	})
}

// take keeps what the other end announced; an empty object announces nothing.
func (k *Kin) take(b []byte, shown string) error {
	var empty map[string]any
	if json.Unmarshal(b, &empty) == nil && len(empty) == 0 {
		return nil
	}
	s, err := ParseSuccession(b)
	if err != nil {
		return err
	}
	return k.Announced(s, shown)
}

func announcement(own func() (*Identity, error)) ([]byte, bool) {
	i, err := own()
	if err != nil {
		return []byte("{}"), false
	}
	s, ok := i.Succession()
	if !ok {
		return []byte("{}"), false
	}
	b, err := json.Marshal(s)
	if err != nil {
		return []byte("{}"), false
	}
	return b, true
}

// Tell exchanges announcements with the machine at the other end of conn, which
// it closes. addr is for the request's words only.
func (k *Kin) Tell(ctx context.Context, own func() (*Identity, error), conn *tls.Conn, addr string) error {
	defer func() { _ = conn.Close() }()
	s := conn.ConnectionState()
	key, err := PeerID(&s)
	if err != nil {
		return err
	}
	ours, _ := announcement(own)
	b, err := postOn(ctx, net.Conn(conn), addr, KeysPath, ours)
	if err != nil {
		return err
	}
	return k.take(b, key)
}
