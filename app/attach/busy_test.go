package attach

import (
	"context"
	"net"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"loaxa/app/station"
)

// slowDesk keeps every intent that is not urgent waiting.
type slowDesk struct{ desk }

func (d *slowDesk) Submit(ctx context.Context, in station.Intent, who station.Person) (any, func(context.Context) (any, bool), error) {
	if !station.Urgent(in) {
		<-ctx.Done()
		return nil, nil, ctx.Err()
	}
	return d.desk.Submit(ctx, in, who)
}

// TestAnEmergencyWaitsBehindNothing: twenty orders wait for a disk, the siren
// is decided.
func TestAnEmergencyWaitsBehindNothing(t *testing.T) {
	d := &slowDesk{}
	d.publish(1)
	c := console(t, serve(t, d))
	until(t, "the first picture", func() bool { return c.Snapshot() != nil })
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var busy atomic.Int32
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if a, err := c.Submit(ctx, station.QueuePlay{}); err == nil && a.Refusal != nil && a.Refusal.Code == station.DeskBusy {
				busy.Add(1)
			}
		})
	}
	until(t, "the orders beyond the bound", func() bool { return busy.Load() == 20-maxAtOnce })
	soon, done := context.WithTimeout(ctx, 10*time.Second)
	defer done()
	if a, err := c.Submit(soon, station.EmergencyStart{Siren: "x", Targets: station.Everywhere()}); err != nil || a.Started == 0 {
		t.Errorf("behind twenty waiting orders: %+v %v", a, err)
	}
	cancel()
	wg.Wait()
}

// TestAStationThatHangsIsNotBelieved: one that stops to show life keeps its
// socket open; the console says that it does not answer. One that never showed
// life, an older build, is believed.
func TestAStationThatHangsIsNotBelieved(t *testing.T) {
	for _, beats := range []bool{true, false} {
		l, err := net.Listen("unix", filepath.Join(t.TempDir(), "s"))
		if err != nil {
			t.Fatal(err)
		}
		hang := make(chan struct{})
		gone := make(chan struct{})
		go func() {
			defer close(gone)
			conn, err := l.Accept()
			if err != nil {
				return
			}
			defer func() { _ = conn.Close() }()
			_, _ = readMessage(conn, maxToServer)
			m := message{Kind: kindHello}
			_ = m.put(hello{Min: ProtocolMin, Max: ProtocolMax})
			_ = writeMessage(conn, m)
			if beats {
				_ = writeMessage(conn, message{Kind: kindBeat})
			}
			m = message{Kind: kindSnapshot}
			_ = m.put(&station.Snapshot{Rev: 7})
			_ = writeMessage(conn, m)
			_ = l.Close()
			<-hang
		}()
		c := NewClient(func(ctx context.Context) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, "unix", l.Addr().String())
		}, "test")
		c.quiet = 200 * time.Millisecond
		ctx, cancel := context.WithCancel(context.Background())
		over := make(chan error, 1) // one end
		go func() { over <- c.Run(ctx) }()
		until(t, "the picture", func() bool { return c.Snapshot() != nil })
		if beats {
			until(t, "it is not believed", func() bool { return !c.Link().Up })
		} else {
			time.Sleep(3 * c.quiet)
			if !c.Link().Up {
				t.Error("an older station was not believed")
			}
		}
		cancel()
		<-over
		close(hang)
		<-gone
	}
}
