// Package agent is the program on the pole: it dials its station, keeps its
// clock, plays what the station's signed streams allow and reports what was
// really played.
//
// An Agent is one value; Run owns all its goroutines and ends them before it
// returns. The link's reader feeds the receiver, the output's own goroutine
// empties it, and neither waits for the other. What a listener at the tap does
// not take is dropped, the oldest first, and counted.
package agent

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"loaxa/audio/codec"
	"loaxa/audio/frame"
	"loaxa/audio/receive"
	"loaxa/audio/soundcard"
	"loaxa/devices/cluster"
)

// Options is what a pole needs. Dial, StationID, Verify and ID must be set.
type Options struct {
	Dial      func(ctx context.Context) (net.Conn, error) // to the station, TLS done and its key checked
	StationID string                                      // fingerprint of the station's key
	Verify    func(message, signature []byte) bool        // with the station's key
	ID        string                                      // fingerprint of the pole's key
	Name      string
	Build     string
	Epoch     uint64                              // of this run
	Output    string                              // auto, virtual, wav:PATH or fifo:PATH; empty: auto
	ClockPPM  float64                             // bends the crystal of all outputs but auto
	Listen    func() (net.Listener, error)        // the tap's socket; nil: no tap
	Datagrams func(port uint16) (net.Conn, error) // a UDP socket to the station's host; nil: none
	Own
	Log *slog.Logger // nil: none
	Upper
	// OpenOutput opens the output; nil is soundcard.OpenPlayer.
	OpenOutput func(config string, ppm float64, pull soundcard.Pull) (soundcard.Player, error)
}

// Upper is what a pole knows of who may command it.
type Upper struct {
	Orders   Orders                            // of the tier above, checked here too
	Stranger func(error) (who string, ok bool) // was Dial's error another key than the station's? nil: not asked
}

// Pauses between two tries.
const (
	retryLeast  = 200 * time.Millisecond
	retryMost   = 5 * time.Second
	outputRetry = 5 * time.Second
	longLived   = 10 * time.Second // a link that held so long starts the pauses anew
)

// Agent is one pole.
type Agent struct {
	opt     Options
	start   time.Time
	rx      *receive.Receiver
	tap     *tap
	player  atomic.Pointer[soundcard.Player]
	outKind atomic.Pointer[string]
	dropped int64 // the output's count at its last pull; its goroutine's
	pocket

	mu     sync.Mutex
	link   *cluster.Link // nil: none
	why    string        // what is wrong with the output
	epoch  uint64        // of the station; 0: never linked
	passed uint64        // rejected on links that ended
	refusing
}

// pocket is what a pole carries for when it is alone.
type pocket struct {
	feeds    feeds
	guard    guard
	alone    alone
	shelf    *shelf      // nil: the pole has no store
	diary    *diary      // nil with it
	jobs     chan func() // 16 for the goroutine that waits for the disk; full: the station says it again
	told     time.Time   // the station's wall clock; guarded by the agent's mu
	toldMono time.Time   // when it was told
	keyBad   bool        // the key does not obey; guarded by mu
}

// refusing is what the pole would not take. judge, barred and streams are the
// link reader's; the rest is guarded by mu.
type refusing struct {
	judge   *judge
	barred  map[uint64]bool   // broadcasts whose order was not held valid
	streams map[uint16]uint64 // broadcast by stream
	refused map[string]uint64 // counts by kind
	untold  map[string]cluster.Refusal
}

// New makes a pole that is switched off.
func New(opt Options) *Agent {
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	if opt.Output == "" {
		opt.Output = "auto"
	}
	if opt.OpenOutput == nil {
		opt.OpenOutput = soundcard.OpenPlayer
	}
	a := &Agent{opt: opt, start: time.Now(), rx: receive.New(), tap: newTap(), pocket: pocket{feeds: feeds{by: map[uint16]*feed{}}, jobs: make(chan func(), 16)},
		refusing: refusing{judge: newJudge(opt.Orders, opt.StationID),
			barred: map[uint64]bool{}, streams: map[uint16]uint64{}, refused: map[string]uint64{}, untold: map[string]cluster.Refusal{}}}
	none := soundcard.KindNone
	a.outKind.Store(&none)
	return a
}

// now is the pole's monotonic clock in µs.
func (a *Agent) now() int64 { return a.micros(time.Now()) }

func (a *Agent) micros(t time.Time) int64 { return t.Sub(a.start).Microseconds() }

// Run plays until the context ends. It fails at once when the output's words
// are wrong or the tap's socket cannot be had; a sound card that is missing is
// reported to the station and looked for again.
func (a *Agent) Run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer a.stopFeeds(true) // when nobody begins one any more
	var running sync.WaitGroup
	defer running.Wait()
	defer stop()
	defer a.rx.Close()
	defer a.closeOutput()
	if err := a.openStore(); err != nil { // it plays what it is sent
		a.opt.Log.Error("no store", "err", err)
	}
	err := a.openOutput()
	switch {
	case errors.Is(err, soundcard.ErrNoCard):
		a.opt.Log.Error("no output", "err", err)
		running.Go(func() { a.seekOutput(ctx) })
	case err != nil:
		return fmt.Errorf("pole: %w", err)
	}
	if a.opt.Listen != nil {
		l, err := a.opt.Listen()
		if err != nil {
			return fmt.Errorf("pole: tap: %w", err)
		}
		running.Go(func() { a.tap.serve(ctx, l) })
	}
	running.Go(func() { a.keyOutput(ctx) })
	running.Go(func() { a.keepStore(ctx) })
	running.Go(func() { a.watchAlone(ctx) })
	a.dial(ctx)
	return nil
}

func (a *Agent) openOutput() error {
	p, err := a.opt.OpenOutput(a.opt.Output, a.opt.ClockPPM, a.pull)
	a.mu.Lock()
	defer a.mu.Unlock()
	if err != nil {
		a.why = err.Error()
		return err
	}
	a.why = ""
	kind := p.Kind()
	a.outKind.Store(&kind)
	a.player.Store(&p)
	return nil
}

func (a *Agent) closeOutput() {
	if p := a.player.Load(); p != nil {
		if err := (*p).Close(); err != nil {
			a.opt.Log.Error("output", "err", err)
		}
	}
}

// seekOutput looks for the missing sound card until there is one.
func (a *Agent) seekOutput(ctx context.Context) {
	for pause(ctx, outputRetry) {
		if a.openOutput() == nil {
			a.opt.Log.Info("output found", "kind", *a.outKind.Load())
			if ctx.Err() != nil {
				a.closeOutput()
			}
			return
		}
	}
}

// pull is called by the output for its next samples.
func (a *Agent) pull(out []float32) {
	if p := a.player.Load(); p != nil {
		dropped := (*p).Dropped()
		if n, at := (*p).Position(); !at.IsZero() {
			a.rx.Position(n, float64(at.Sub(a.start).Nanoseconds())/1000, dropped == a.dropped)
		}
		a.dropped = dropped
	}
	a.rx.Pull(out)
	a.tap.push(out)
	if a.opt.Ear.Played != nil {
		a.opt.Ear.Played(out)
	}
}

func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// dial keeps a link until the context ends.
func (a *Agent) dial(ctx context.Context) {
	most := 2 * retryLeast
	for {
		began := time.Now()
		err := a.connect(ctx)
		if ctx.Err() != nil {
			return
		}
		if time.Since(began) > longLived {
			most = 2 * retryLeast
		}
		wait := retryLeast + rand.N(most-retryLeast) // full jitter: poles do not come back as one
		most = min(2*most, retryMost)
		if no := (*cluster.Refused)(nil); errors.As(err, &no) && no.After > 0 {
			wait = no.After + rand.N(no.After)
		}
		a.opt.Log.Warn("no link to the station", "err", err, "again", wait.Round(time.Millisecond))
		if !pause(ctx, wait) {
			return
		}
	}
}

// connect runs one link to its end.
func (a *Agent) connect(ctx context.Context) error {
	conn, err := a.opt.Dial(ctx)
	if err != nil {
		a.stranger(err)
		return err
	}
	link, err := cluster.DialLink(ctx, conn, cluster.LinkOptions{
		Hello: cluster.Hello{
			Build: a.opt.Build, ID: a.opt.ID, Epoch: a.opt.Epoch, Name: a.opt.Name,
			Abilities: abilities(), Output: *a.outKind.Load(),
		},
		StationID: a.opt.StationID, Verify: a.opt.Verify, Now: a.now, Handlers: a.handlers(), Datagrams: a.opt.Datagrams,
	})
	if err != nil {
		return err
	}
	a.linked(link)
	ctx, stop := context.WithCancel(ctx)
	var running sync.WaitGroup
	running.Go(func() { a.askTime(ctx, link) })
	running.Go(func() { a.report(ctx, link) })
	err = link.Run(ctx)
	stop()
	running.Wait()
	a.unlinked(link)
	return err
}

func (a *Agent) linked(link *cluster.Link) {
	w := link.Welcome()
	a.stationBack()
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.epoch != w.Epoch { // what was played alone has times of another clock
		a.stopFeeds(false)
		a.rx.NewEpoch()
	}
	for what, r := range a.untold {
		link.Refuse(r)
		delete(a.untold, what)
	}
	a.epoch, a.link = w.Epoch, link
	if a.shelf != nil {
		a.work(func() { a.sayHeld(); a.wantNext(); a.tellAlone() })
	}
	a.opt.Log.Info("linked", "station", w.ID, "build", w.Build, "epoch", w.Epoch)
}

func (a *Agent) unlinked(link *cluster.Link) {
	a.rx.LinkLost()
	a.stationLost()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.link = nil
	a.passed += link.Rejected().Sum()
}

func (a *Agent) handlers() cluster.Handlers {
	return cluster.Handlers{
		Audio: func(packets []frame.Packet) {
			a.rx.Arrived(packets, float64(a.now()))
			a.rx.Push(packets)
		},
		Order: a.order,
		Open:  a.open,
		Play: func(p cluster.Play) {
			if a.opened(cluster.Open{Stream: p.Stream, Broadcast: p.Broadcast}) {
				a.yield()
				a.play(p)
			}
		},
		Cancel: func(c cluster.Cancel) {
			a.endFeed(c)
			a.rx.Cancel(c.Stream, c.From)
		},
		Other: func(c cluster.Control) {
			switch c := c.(type) {
			case *cluster.PlanMessage:
				a.takePlan(c)
			case *cluster.Part:
				if a.shelf != nil {
					a.takePart(c)
				}
			case *cluster.AloneTaken:
				if a.diary != nil {
					a.work(func() { a.forgetRows(c.Number) })
				}
			}
		},
		Mute: a.mute,
		Time: func(x cluster.Exchange) {
			a.rx.Time(receive.Exchange{T1: x.T1, T2: x.T2, T3: x.T3, T4: x.T4})
		},
	}
}

// open lets a stream of the station be heard, if the pole's own rules do.
func (a *Agent) open(o cluster.Open) {
	if !a.opened(o) {
		return
	}
	gain, ok := a.guard.admit(o.Class, o.Broadcast, a.wallNow())
	if !ok {
		a.opt.Log.Warn("stream refused", "stream", o.Stream, "class", o.Class, "why", a.guard.refusing())
		return
	}
	a.yield()
	err := a.rx.Open(receive.Open{
		Stream: o.Stream, Broadcast: o.Broadcast, Class: o.Class, Codec: o.Codec,
		First: o.First, FirstSeq: o.FirstSeq, Live: o.Live, Gain: gain,
	})
	if err != nil {
		a.opt.Log.Error("stream cannot be played", "err", err)
	}
}

func abilities() []string {
	out := []string{"opus", "l16", "pcmu", cluster.AbilityBroke, TonesName()}
	if codec.OpusAvailable() == nil {
		out = append(out, "libopus")
	}
	return out
}

// askTime asks 20 times in the first two seconds, the first five in 100 ms so
// that a pole can play soon; then each second, and each five when settled.
func (a *Agent) askTime(ctx context.Context, link *cluster.Link) {
	for n := 0; ; n++ {
		link.Ask()
		wait := 100 * time.Millisecond
		switch {
		case n < 5:
			wait = 20 * time.Millisecond
		case n >= 20 && a.rx.Settled():
			wait = 5 * time.Second
		case n >= 20:
			wait = time.Second
		}
		if !pause(ctx, wait) {
			return
		}
	}
}
