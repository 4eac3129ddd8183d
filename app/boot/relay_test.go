package boot

import (
	"io"
	"net"
	"testing"
	"time"
)

// echo answers every connection with what it says, behind a mark.
func echo(t *testing.T, mark byte) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				_, _ = c.Write([]byte{mark})
				_, _ = io.Copy(c, c)
				_ = c.Close()
			}()
		}
	}()
	return l.Addr().String()
}

func read(t *testing.T, c net.Conn, n int, wait time.Duration) string {
	t.Helper()
	b := make([]byte, n)
	_ = c.SetReadDeadline(time.Now().Add(wait))
	k, _ := io.ReadFull(c, b)
	return string(b[:k])
}

// TestACutLineIsDeadNotClosed: while it is cut nothing comes and nobody is
// told; freed it ends the old connections, and leads where it is to lead.
func TestACutLineIsDeadNotClosed(t *testing.T) {
	a, b := echo(t, 'a'), echo(t, 'b')
	r, err := newRelay(a)
	if err != nil {
		t.Fatal(err)
	}
	defer r.close()
	dial := func() net.Conn {
		c, err := net.Dial("tcp", r.addr())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		return c
	}
	c := dial()
	_, _ = c.Write([]byte("hi"))
	if got := read(t, c, 3, 5*time.Second); got != "ahi" {
		t.Fatalf("through a whole line came %q", got)
	}
	r.set(true, a)
	_, _ = c.Write([]byte("lost"))
	late := dial() // the line takes the call and says nothing
	if got := read(t, c, 1, 300*time.Millisecond); got != "" {
		t.Errorf("through a cut line came %q", got)
	}
	if _, err := late.Write([]byte("x")); err != nil {
		t.Errorf("a cut line told: %v", err)
	}
	r.set(false, b)
	_ = c.SetReadDeadline(time.Now().Add(5 * time.Second))
	if _, err := io.ReadAll(c); err != nil {
		t.Errorf("the old connection was not ended: %v", err)
	}
	n := dial()
	if got := read(t, n, 1, 5*time.Second); got != "b" {
		t.Errorf("the line leads to %q", got)
	}
}
