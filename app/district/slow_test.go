package district_test

import (
	"context"
	"net"
	"strings"
	"testing"
	"time"

	"loaxa/store"
	"loaxa/store/storetest"
)

// TestFaultSlowSockets: sockets that begin a greeting and never end it take
// nothing from a station, before it comes and while it is there.
func TestFaultSlowSockets(t *testing.T) {
	n := storetest.Rounds(t, 0, 300, 2000, 2000)
	h := startHub(t, t.TempDir(), "")
	defer h.stop(t)
	var open []net.Conn
	defer func() {
		for _, c := range open {
			_ = c.Close()
		}
	}()
	more := func(n int) {
		for range n {
			c, err := net.Dial("tcp", h.addr())
			if err != nil {
				t.Fatalf("socket %d: %v", len(open), err)
			}
			open = append(open, c)
			if _, err := c.Write([]byte{0x16, 3, 1}[:1+len(open)%3]); err != nil {
				t.Fatal(err)
			}
		}
	}
	more(n / 2)
	cert, id := newKey(t)
	db := storetest.Open(t)
	s, stop := startSender(t, db, cert, id, "xã", h.addr())
	defer stop()
	through := func() {
		if _, err := db.Append(store.Write{Class: "asrun", Payload: []byte(strings.Repeat("x", 300))}); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		for l := s.Link(); l.Acked != db.Head(); l = s.Link() {
			select {
			case <-time.After(time.Millisecond):
			case <-ctx.Done():
				t.Fatalf("behind %d slow sockets: %+v", len(open), l)
			}
		}
	}
	through()
	more(n - n/2)
	for range 20 {
		through()
	}
	if st := h.Status(); len(st.Stations) != 1 || !st.Stations[0].Connected {
		t.Errorf("stations: %+v", st.Stations)
	}
}
