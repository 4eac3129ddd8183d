package trust

import (
	"crypto/tls"
	"errors"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func identity(t *testing.T) *Identity {
	t.Helper()
	i, err := LoadOrMake(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func TestKeyIsMadeOnceAndKept(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	a, err := LoadOrMake(dir)
	if err != nil {
		t.Fatal(err)
	}
	b, err := LoadOrMake(dir)
	if err != nil {
		t.Fatal(err)
	}
	if a.ID() != b.ID() || CheckFingerprint(a.ID()) != nil {
		t.Fatalf("ids %q and %q", a.ID(), b.ID())
	}
	if st, _ := os.Stat(filepath.Join(dir, KeyFile)); st.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v", st.Mode())
	}
}

func TestKeyFileFaults(t *testing.T) {
	dir := t.TempDir()
	if _, err := LoadOrMake(dir); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, KeyFile)
	for _, mode := range []os.FileMode{0o644, 0o640, 0o602} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := LoadOrMake(dir); !errors.Is(err, ErrKeyExposed) {
			t.Fatalf("key of mode %v: %v", mode, err)
		}
	}
	if _, err := Load(t.TempDir()); err == nil {
		t.Fatal("a key was made where one was only to be read")
	}
	if err := os.WriteFile(path, []byte("rubbish"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadOrMake(dir); !errors.Is(err, ErrKeyFile) {
		t.Fatalf("damaged key: %v", err)
	}
}

// shake runs one handshake and returns what each end says.
func shake(t *testing.T, server, client *tls.Config) (error, error) {
	t.Helper()
	a, b := net.Pipe()
	deadline := time.Now().Add(5 * time.Second)
	_, _ = a.SetDeadline(deadline), b.SetDeadline(deadline)
	errs := make(chan error, 1)
	go func() {
		s := tls.Server(a, server)
		err := s.Handshake()
		if err == nil {
			_, err = s.Write([]byte("x"))
		}
		_ = a.Close()
		errs <- err
	}()
	c := tls.Client(b, client)
	cerr := c.Handshake()
	if cerr == nil {
		_, cerr = c.Read(make([]byte, 1))
	}
	_ = b.Close()
	return <-errs, cerr
}

func TestPinnedKeys(t *testing.T) {
	server, client, other := identity(t), identity(t), identity(t)
	knows := func(want string) func(string) error {
		return func(id string) error {
			if id != want {
				return &UnknownPeerError{Got: id}
			}
			return nil
		}
	}
	// A clock with a dead battery parts nobody.
	dead := func() time.Time { return time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC) }
	sc, err := server.ServerConfig(knows(client.ID()), dead)
	if err != nil {
		t.Fatal(err)
	}
	if !sc.SessionTicketsDisabled {
		t.Error("a ticket would outlive a revoked key")
	}
	good, _ := client.ClientConfig(server.ID(), time.Now)
	if se, ce := shake(t, sc, good); se != nil || ce != nil {
		t.Fatalf("known peers refused: %v, %v", se, ce)
	}
	wrong, _ := client.ClientConfig(other.ID(), time.Now)
	var unknown *UnknownPeerError
	if _, ce := shake(t, sc, wrong); !errors.As(ce, &unknown) || unknown.Got != server.ID() {
		t.Fatalf("a server with another key was accepted: %v", ce)
	}
	changed, _ := client.ClientConfig(other.ID(), time.Now, server.ID())
	if se, ce := shake(t, sc, changed); se != nil || ce != nil {
		t.Fatalf("a key that was announced was refused: %v, %v", se, ce)
	}
	stranger, _ := other.ClientConfig(server.ID(), time.Now)
	if se, ce := shake(t, sc, stranger); !errors.As(se, &unknown) || ce == nil {
		t.Fatalf("an unknown client was accepted: %v, %v", se, ce)
	}
	old := good.Clone()
	old.MinVersion, old.MaxVersion = tls.VersionTLS12, tls.VersionTLS12
	if se, _ := shake(t, sc, old); se == nil {
		t.Fatal("TLS 1.2 was accepted")
	}
	naked := good.Clone()
	naked.Certificates = nil
	if se, _ := shake(t, sc, naked); se == nil {
		t.Fatal("a client without a key was accepted")
	}
}

func FuzzFingerprint(f *testing.F) {
	f.Add("abcdefghijklmnopqrstuvwxyz234567")
	f.Add("ABC")
	f.Fuzz(func(t *testing.T, s string) {
		if CheckFingerprint(s) == nil && len(s) != 32 {
			t.Fatalf("%q accepted", s)
		}
	})
}
