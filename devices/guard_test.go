package devices_test

import (
	"errors"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"loaxa/devices"
	"loaxa/devices/cluster"
	"loaxa/devices/devicetest"
)

// play sends five packets of a stream.
func play(t *testing.T, s *devicetest.Station, id string) {
	t.Helper()
	open(t, s, 1, true, id)
	for i := range 5 {
		s.Fleet.Send(packet(1, i, s.Now()+1_000_000))
	}
}

func TestUnsignedStreamIsNotHeard(t *testing.T) {
	s := devicetest.NewStation(t, func(o *devices.Options) {
		o.Sign = func(b []byte) []byte { return make([]byte, 64) }
	})
	p, id := pole(t, s)
	eventually(t, "a link", func() bool { return len(s.Fleet.Links()) == 1 })
	play(t, s, id)
	eventually(t, "five frames counted as not opened", func() bool { return p.Link().Rejected().Unopened == 5 })
	if r := p.Link().Rejected(); r.Unsigned != 1 || len(p.Heard().Packets) != 0 {
		t.Fatalf("%+v, %d packets", r, len(p.Heard().Packets))
	}
}

func TestGarbageEndsTheLink(t *testing.T) {
	s := devicetest.NewStation(t, nil)
	for name, b := range map[string][]byte{
		"empty": {}, "version": {0x21, 1}, "control": {0x14, 7, 0xff}, "time": {0x12, 1},
		"large": make([]byte, cluster.StationReadLimit+1),
	} {
		key := devicetest.NewKey(t)
		ws := raw(t, s, key)
		hello, _ := cluster.EncodeControl(&cluster.Hello{Min: 1, Max: 1, ID: key.ID})
		if err := ws.WriteMessage(websocket.BinaryMessage, hello); err != nil {
			t.Fatal(err)
		}
		if err := ws.WriteMessage(websocket.BinaryMessage, b); err != nil {
			t.Fatal(err)
		}
		r := next(t, s.Fleet, func(r devices.Report) bool { return r.ID == key.ID && !r.Up })
		if r.Why != devices.WhyGarbage {
			t.Errorf("%s: %+v", name, r)
		}
		_ = ws.Close()
	}
}

// A pulled cable says nothing: the link is given up all the same.
func TestSilentLinkIsGivenUp(t *testing.T) {
	t.Parallel()
	s := devicetest.NewStation(t, nil)
	key := devicetest.NewKey(t)
	ws := raw(t, s, key)
	defer func() { _ = ws.Close() }()
	hello, _ := cluster.EncodeControl(&cluster.Hello{Min: 1, Max: 1, ID: key.ID})
	if err := ws.WriteMessage(websocket.BinaryMessage, hello); err != nil {
		t.Fatal(err)
	}
	next(t, s.Fleet, func(r devices.Report) bool { return r.Up })
	if r := next(t, s.Fleet, func(r devices.Report) bool { return !r.Up }); r.Why != devices.WhySilent {
		t.Fatalf("%+v", r)
	}
}

func TestRevokedKeyIsCutOff(t *testing.T) {
	s := devicetest.NewStation(t, nil)
	p, id := pole(t, s)
	next(t, s.Fleet, func(r devices.Report) bool { return r.Up })
	s.Fleet.Revoke(id)
	if r := next(t, s.Fleet, func(r devices.Report) bool { return !r.Up }); r.Why != devices.WhyRevoked {
		t.Fatalf("%+v", r)
	}
	var words *cluster.Refused
	if err := p.Wait(); !errors.As(err, &words) || words.After == 0 {
		t.Fatal(err)
	}
}

func TestTimeIsAnswered(t *testing.T) {
	s := devicetest.NewStation(t, nil)
	p, _ := pole(t, s)
	for range 5 {
		n := len(p.Heard().Times)
		p.Link().Ask()
		eventually(t, "an answer", func() bool { return len(p.Heard().Times) > n })
	}
	for _, x := range p.Heard().Times { // station and pole share a clock here
		if x.T1 > x.T2 || x.T2 > x.T3 || x.T3 > x.T4 {
			t.Fatalf("%+v", x)
		}
	}
}

func TestOtherProtocolIsRefusedInWords(t *testing.T) {
	s := devicetest.NewStation(t, nil)
	key := devicetest.NewKey(t)
	ws := raw(t, s, key)
	defer func() { _ = ws.Close() }()
	hello, _ := cluster.EncodeControl(&cluster.Hello{Min: 7, Max: 9, ID: key.ID})
	if err := ws.WriteMessage(websocket.BinaryMessage, hello); err != nil {
		t.Fatal(err)
	}
	_ = ws.SetReadDeadline(time.Now().Add(time.Minute))
	_, b, err := ws.ReadMessage()
	if err != nil {
		t.Fatal(err)
	}
	c, err := cluster.DecodeControl(b)
	if r, ok := c.(*cluster.Refuse); !ok || r.Words == "" {
		t.Fatalf("%+v %v", c, err)
	}
}

func raw(t *testing.T, s *devicetest.Station, key devicetest.Key) *websocket.Conn {
	t.Helper()
	conn, err := s.Dial(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	ws, err := devicetest.Raw(t.Context(), conn)
	if err != nil {
		t.Fatal(err)
	}
	return ws
}
