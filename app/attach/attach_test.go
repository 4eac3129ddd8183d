package attach

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"loaxa/app/station"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// morning is a moment of the commune's day, to the nanosecond.
var morning = time.Date(2026, 11, 22, 5, 0, 0, 123456789, time.FixedZone("+07", 7*3600))

// desk is a desk that answers at once and counts.
type desk struct {
	mu   sync.Mutex
	snap *station.Snapshot
	subs []chan struct{}
	got  []station.Intent
	by   []string
}

func (d *desk) Snapshot() *station.Snapshot {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.snap
}

func (d *desk) Subscribe() (<-chan struct{}, func()) {
	c := make(chan struct{}, 1)
	d.mu.Lock()
	d.subs = append(d.subs, c)
	d.mu.Unlock()
	return c, func() {}
}

func (d *desk) publish(rev uint64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.snap = &station.Snapshot{Rev: rev, Now: station.Stamp{Wall: morning}, Station: station.StationView{Name: "xã Đak Pơ"},
		Queue: station.QueueView{Entries: []station.QueueEntry{{ID: 1, Title: "Bản tin", Length: time.Minute}}}}
	for _, c := range d.subs {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}

func (d *desk) Submit(_ context.Context, in station.Intent, who station.Person) (any, func(context.Context) (any, bool), error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.got, d.by = append(d.got, in), append(d.by, who.Name())
	if _, ok := in.(station.LiveStop); ok {
		return Answer{Refusal: &station.Refusal{Code: station.NotLive}}, nil, nil
	}
	if station.Urgent(in) {
		return Answer{Started: 3}, func(context.Context) (any, bool) { return Answer{Seq: 8, Saved: true, Started: 3}, true }, nil
	}
	return Answer{Seq: 7, Saved: true}, nil, nil
}

// stopped is who ended the station; one end a test.
var stopped = make(chan string, 1)

// shelf answers with what it was asked.
type shelf struct{}

func (shelf) Log(_ context.Context, q station.LogQuery) (station.LogPage, error) {
	return station.LogPage{More: true, Next: 3, Rows: []station.LogRow{{Seq: q.Before, Event: station.Event{Kind: q.Kinds[0], Title: q.Text,
		At: station.Stamp{Wall: q.From}, Duration: time.Second}}}}, nil
}

func (shelf) Aired(_ context.Context, q station.LogQuery) ([]station.Aired, error) {
	if q.Limit > 1 {
		return nil, errors.New("too many")
	}
	return []station.Aired{{Seq: 9, Title: "Bản tin", Receipts: []station.Receipt{{Number: 4, Heard: station.HeardPart}}}}, nil
}

func (shelf) Export(_ context.Context, _ station.LogQuery, progress func(int64, int64)) (string, error) {
	progress(4, 8)
	return "/x.csv", nil
}

func (shelf) Map(context.Context) (station.Map, error) {
	return station.Map{Source: "DEMO", Lines: []station.MapLine{{Kind: station.MapRoad, Points: []station.LatLon{{Lat: 14.25, Lon: 108.5}}}},
		Places: []station.MapPlace{{Name: "Làng 3", LatLon: station.LatLon{Lat: 1, Lon: 2}}}}, nil
}

func (shelf) ImportMap(_ context.Context, path, actor string) (station.Map, error) {
	return station.Map{Source: path + actor}, nil
}

func TestAConsoleReadsTheBooks(t *testing.T) {
	d := &desk{}
	d.publish(1)
	c := console(t, serve(t, d))
	ctx := context.Background()
	p, err := c.Log(ctx, station.LogQuery{Before: 7, Kinds: []station.EventKind{station.EvStart}, Text: "tiêm", From: morning})
	if err != nil || !p.More || p.Next != 3 || p.Rows[0].Seq != 7 || p.Rows[0].Kind != station.EvStart || p.Rows[0].Title != "tiêm" ||
		!p.Rows[0].At.Wall.Equal(morning) || p.Rows[0].Duration != time.Second {
		t.Errorf("log %+v %v", p, err)
	}
	if as, err := c.Aired(ctx, station.LogQuery{}); err != nil || len(as) != 1 || as[0].Seq != 9 || as[0].Receipts[0].Heard != station.HeardPart {
		t.Errorf("aired %+v %v", as, err)
	}
	if _, err := c.Aired(ctx, station.LogQuery{Limit: 2}); err == nil || err.Error() != "too many" {
		t.Errorf("its error came as %v", err)
	}
	var half atomic.Bool
	if path, err := c.Export(ctx, station.LogQuery{}, func(done, total int64) { half.Store(done*2 == total) }); err != nil || path != "/x.csv" || !half.Load() {
		t.Errorf("export %q %v, progress seen %v", path, err, half.Load())
	}
	if m, err := c.Map(ctx); err != nil || m.Source != "DEMO" || m.Lines[0].Points[0].Lat != 14.25 || m.Places[0].Name != "Làng 3" || m.Places[0].Lon != 2 {
		t.Errorf("map %+v %v", m, err)
	}
	if m, err := c.ImportMap(ctx, "/m"); err != nil || m.Source != "/mhoa" {
		t.Errorf("import %+v %v", m, err)
	}
	if err := c.Stop(ctx); err != nil || <-stopped != "hoa" {
		t.Errorf("stop: %v", err)
	}
	// A console that is newer than the station is told so, and stays attached.
	var v any
	if err := c.ask(ctx, message{Kind: kindBeat + 90}, nil, &v); err == nil || err.Error() != ErrUnknown.Error() {
		t.Errorf("a question from the future: %v", err)
	}
	if _, err := c.Map(ctx); err != nil || !c.Link().Up {
		t.Errorf("after that: %v", err)
	}
}

// serve starts a server on a socket of its own and returns how to dial it.
func serve(t *testing.T, d Desk) func(ctx context.Context) (net.Conn, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	srv := NewServer(Parts{Desk: d, Meters: func() station.Meters { return station.Meters{Mic: station.Meter{RMS: 0.5}} },
		Preview: func(c station.Card, _ station.BoardID) (station.Strip, error) {
			if c.Text == "" {
				return station.Strip{}, errors.New("nothing to draw")
			}
			return station.Strip{Width: len(c.Text), Height: 1, Bits: []byte{0x80}}, nil
		},
		Import: func(_ context.Context, path, actor string, progress func(int64, int64)) (station.Item, error) {
			progress(1, 2)
			return station.Item{Title: path, AddedBy: actor}, nil
		},
		Proof: func() (json.RawMessage, error) { return json.RawMessage(`{"seq":3}`), nil },
		Books: shelf{}, Stop: func(actor string) { stopped <- actor },
		Persons: Persons{Actor: func(net.Conn) string { return "hoa" }}, ID: "me", Build: "test"})
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { _ = srv.Serve(ctx, l) })
	t.Cleanup(func() { cancel(); wg.Wait() })
	return func(ctx context.Context) (net.Conn, error) {
		var nd net.Dialer
		return nd.DialContext(ctx, "unix", path)
	}
}

func console(t *testing.T, dial func(ctx context.Context) (net.Conn, error)) *Client {
	t.Helper()
	c := NewClient(dial, "test")
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { _ = c.Run(ctx) })
	t.Cleanup(func() { cancel(); wg.Wait() })
	return c
}

func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for range 1000 {
		if ok() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatal("never: " + what)
}

func TestAConsoleSeesAndAsks(t *testing.T) {
	d := &desk{}
	d.publish(1)
	dial := serve(t, d)
	a, b := console(t, dial), console(t, dial)
	for _, c := range []*Client{a, b} {
		until(t, "the first picture", func() bool { return c.Snapshot() != nil && c.Link().Up })
	}
	d.publish(2)
	for _, c := range []*Client{a, b} {
		until(t, "the newer picture at every console", func() bool { return c.Snapshot().Rev == 2 })
		if got := c.Snapshot().Now.Wall; !got.Equal(morning) || got.Hour() != 5 {
			t.Errorf("the commune's five o'clock came as %v", got)
		}
		if got := c.Snapshot(); got.Station.Name != "xã Đak Pơ" || got.Queue.Entries[0].Length != time.Minute {
			t.Errorf("the picture came as %+v", got)
		}
	}
	ctx := context.Background()
	ans, err := a.Submit(ctx, station.LiveStart{Title: "Tiêm chủng", Targets: station.Everywhere()})
	if err != nil || ans.Saved || ans.Started != 3 || d.by[0] != "hoa" || d.got[0].(station.LiveStart).Title != "Tiêm chủng" {
		t.Errorf("answer %+v %v; the desk got %v by %v", ans, err, d.got, d.by)
	}
	if ans, err := b.Submit(ctx, station.QueuePlay{}); err != nil || !ans.Saved || ans.Seq != 7 {
		t.Errorf("a saved answer came as %+v %v", ans, err)
	}
	first := Answer{}
	if ans, err := b.SubmitSaved(ctx, station.StopAll{}, func(a Answer) { first = a }); err != nil || first.Saved || first.Started != 3 || ans.Seq != 8 || !ans.Saved {
		t.Errorf("an urgent intent was answered %+v, then %+v %v", first, ans, err)
	}
	if ans, err := b.Submit(ctx, station.LiveStop{}); err != nil || ans.Refusal == nil || ans.Refusal.Code != station.NotLive {
		t.Errorf("a refusal came as %+v %v", ans, err)
	}
	if m, err := a.Meters(ctx); err != nil || m.Mic.RMS != 0.5 {
		t.Errorf("meters %+v %v", m, err)
	}
	if s, err := a.Preview(ctx, station.Card{Text: "abc"}, "b"); err != nil || s.Width != 3 || !s.At(0, 0) || s.At(1, 0) {
		t.Errorf("preview %+v %v", s, err)
	}
	if _, err := a.Preview(ctx, station.Card{}, "b"); err == nil || err.Error() != "nothing to draw" {
		t.Errorf("a preview's error came as %v", err)
	}
	if it, err := a.Import(ctx, "/x.mp3", nil); err != nil || it.Title != "/x.mp3" || it.AddedBy != "hoa" {
		t.Errorf("import %+v %v", it, err)
	}
	if p, err := a.Proof(ctx); err != nil || string(p) != `{"seq":3}` {
		t.Errorf("proof %s %v", p, err)
	}
}

// TestAConsoleOutlivesTheStation: while nobody answers the link is down and
// says so; the station's return is seen.
func TestAConsoleOutlivesTheStation(t *testing.T) {
	var mu sync.Mutex
	var dial func(ctx context.Context) (net.Conn, error)
	c := console(t, func(ctx context.Context) (net.Conn, error) {
		mu.Lock()
		defer mu.Unlock()
		if dial == nil {
			return nil, errors.New("nobody")
		}
		return dial(ctx)
	})
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if _, err := c.Submit(ctx, station.StopAll{}); !errors.Is(err, ErrDetached) || c.Link().Up {
		t.Fatalf("asked nobody: %v, link %+v", err, c.Link())
	}
	d := &desk{}
	d.publish(5)
	t.Run("a station comes and goes", func(t *testing.T) {
		mu.Lock()
		dial = serve(t, d)
		mu.Unlock()
		until(t, "the picture", func() bool { return c.Link().Up && c.Snapshot().Rev == 5 })
	})
	until(t, "the loss is shown", func() bool { return !c.Link().Up })
}

func TestOtherVersionsAreRefusedInWords(t *testing.T) {
	if speak(hello{Min: 0, Max: 0}) == nil || speak(hello{Min: 0, Max: 9}) != nil {
		t.Error("an older protocol is spoken with, or a range that meets ours is not")
	}
	dial := serve(t, &desk{snap: &station.Snapshot{}})
	conn, err := dial(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	m := message{Kind: kindHello}
	if err := m.put(hello{Min: 9, Max: 9}); err != nil {
		t.Fatal(err)
	}
	if err := writeMessage(conn, m); err != nil {
		t.Fatal(err)
	}
	r, err := readMessage(conn, maxToClient)
	if err != nil || r.Error == "" {
		t.Fatalf("answer %+v %v", r, err)
	}
	if _, err := readMessage(conn, maxToClient); err == nil {
		t.Fatal("the connection stays open")
	}
}

func FuzzReadMessage(f *testing.F) {
	var b bytes.Buffer
	_ = writeMessage(&b, message{Kind: kindSubmit, ID: 1, Intent: []byte(`{}`)})
	f.Add(b.Bytes())
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := readMessage(bytes.NewReader(b), maxToServer)
		if err == nil && len(m.Intent) > maxToServer {
			t.Fatal("larger than the frame")
		}
	})
}

// TestALongFrameEndsTheConnection: nobody makes the station hold more than a
// frame may be.
func TestALongFrameEndsTheConnection(t *testing.T) {
	dial := serve(t, &desk{snap: &station.Snapshot{}})
	conn, err := dial(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	m := message{Kind: kindHello}
	if err := errors.Join(m.put(hello{ProtocolMin, ProtocolMax, "", "", ""}), writeMessage(conn, m)); err != nil {
		t.Fatal(err)
	}
	if _, err := readMessage(conn, maxToClient); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Write([]byte{0x40, 0, 0, 0}); err != nil { // a frame of a gigabyte
		t.Fatal(err)
	}
	_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
	if _, err := conn.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		t.Errorf("the connection stays open: %v", err)
	}
}
