package boot

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync/atomic"
	"time"

	"loaxa/app/agent"
	"loaxa/app/station"
	"loaxa/app/trust"
	"loaxa/audio/frame"
	"loaxa/audio/wavfile"
)

// ClusterOptions are the flags of `loaxa cluster`.
type ClusterOptions struct {
	Data     string        `help:"Folder of the pole: its key." required:"" type:"path"`
	Station  string        `help:"Address of the station; as kept at the enrolment without it." placeholder:"ADDR"`
	Peer     string        `help:"Fingerprint of the station's key; as kept at the enrolment without it." placeholder:"FP"`
	Enroll   string        `help:"Code that the station shows (loaxa ctl enroll), or @FILE that it wrote." placeholder:"CODE"`
	Out      string        `help:"Output: auto (the sound card), virtual, wav:PATH or fifo:PATH." default:"auto"`
	ClockPPM float64       `help:"Bend the virtual sound card's crystal, parts per million." name:"clock-ppm"`
	Name     string        `help:"What this pole calls itself."`
	Root     string        `help:"Fingerprint of the key that signs whose orders are taken; as kept at the enrolment without it: the pole checks orders of the tier above by itself." placeholder:"FP"`
	Key      string        `help:"Switch of the amplifier or transmitter: cmd:COMMAND (run with on or off), rts:DEVICE or dtr:DEVICE." placeholder:"KEY"`
	PreKey   time.Duration `help:"How long before the sound the switch goes on; all sound is late by it." name:"pre-key"`
	Unit     string        `help:"Print a systemd unit (user or system) that starts this pole, and end." name:"install-unit" placeholder:"user|system" enum:",user,system" default:""`
	Ear      string        `help:"Microphone before the horn, which proves that it is heard: card:NAME, fifo:PATH or file:PATH." placeholder:"INPUT"`
	AmpSense string        `help:"Input wired to the amplifier's output, which proves that it sounds: card:NAME, fifo:PATH or file:PATH." name:"amp-sense" placeholder:"INPUT"`
	Ways
	Listen string `help:"Not used: a pole opens no door." hidden:""`
}

// Ways are how a pole may reach its station.
type Ways struct {
	Relay     string `help:"Address of the district over which the station is reached where it cannot be reached itself." placeholder:"ADDR"`
	RelayPeer string `help:"Fingerprint of the district's key." name:"relay-peer" placeholder:"FP"`
	NoUDP     bool   `help:"Take live sound over the websocket only." name:"no-udp"`
}

// A pole has little memory: what only the start or a rare act needed is given
// back, and rubbish is collected when it is a quarter of what lives, some MB.
const (
	shedAfter = 15 * time.Second
	shedEvery = 10 * time.Minute
	poleGC    = 25
)

// tapSocket is where a pole lets this machine hear what it plays.
const tapSocket = "listen.sock"

// Run plays what the station's signed streams allow until ctx ends.
func (o *ClusterOptions) Run(ctx context.Context, p Program) error {
	if o.ClockPPM < -1000 || o.ClockPPM > 1000 {
		return &UseError{fmt.Sprintf("--clock-ppm: %g is outside -1000 to 1000", o.ClockPPM)}
	}
	if o.Unit != "" {
		return o.printUnit(p.Out, o.Unit)
	}
	key, unkey, err := keying(o.Key, o.PreKey)
	if err != nil {
		return err
	}
	defer unkey()
	r, err := Role{Data: o.Data, Build: p.Build, Out: p.Out, Err: p.Err}.begin("cluster")
	if err != nil {
		return err
	}
	defer r.end()
	if o.Station == "" && o.Relay != "" && o.Peer != "" && o.Enroll == "" {
		err = nil // over the district alone
	} else if o.Station, o.Peer, err = r.belong(ctx, o.Station, o.Peer, o.Enroll, trust.EnrolCluster, o.Name); err != nil {
		return err
	}
	pin := &pinnedKey{}
	dial, datagrams, err := o.ways(r, pin)
	if err != nil {
		return &UseError{err.Error()}
	}
	telling, stop := r.background(ctx)
	defer stop()
	debug.SetGCPercent(poleGC)
	telling(func(ctx context.Context) {
		for wait := shedAfter; pauseFor(ctx, wait); wait = shedEvery {
			shed()
		}
	})
	if o.Station != "" {
		telling(func(ctx context.Context) { r.tellKeys(ctx, o.Station, o.Peer) })
	}
	amp, hears, deaf, err := o.senses()
	if err != nil {
		return err
	}
	defer deaf()
	orders, stop2, err := r.poleOrders(o.Root)
	if err != nil {
		return err
	}
	defer stop2()
	a := agent.New(agent.Options{Upper: agent.Upper{Orders: orders, Stranger: wrongKey}, Dial: dial, Datagrams: datagrams, StationID: o.Peer, Verify: pin.verify, ID: r.id.ID(), Name: o.Name, Build: p.Build,
		Epoch: r.epoch, Own: agent.Own{Data: o.Data, Wall: r.poleWall, Key: key, Amp: amp, Ear: hears}, Output: o.Out, ClockPPM: o.ClockPPM, Log: r.log,
		Listen: func() (net.Listener, error) {
			l, err := listenUnix(filepath.Join(o.Data, tapSocket))
			if err == nil {
				r.announce(Ready{})
			}
			return l, err
		}})
	telling(func(ctx context.Context) { r.serveStatus(ctx, a) })
	return ignoreCancel(a.Run(ctx))
}

// ways are how the station is reached: its own address, then the district's.
// Datagrams go to the station itself alone.
func (o *ClusterOptions) ways(r *running, pin *pinnedKey) (dial func(context.Context) (net.Conn, error), datagrams func(uint16) (net.Conn, error), err error) {
	var direct, relayed func(context.Context) (net.Conn, error)
	var over atomic.Bool
	if o.Station != "" {
		if direct, err = r.dialStation(o.Station, o.Peer, pin); err != nil {
			return nil, nil, err
		}
		udp := dialUDP(o.Station)
		datagrams = func(port uint16) (net.Conn, error) {
			if over.Load() {
				return nil, errNoDatagrams
			}
			return udp(port)
		}
	}
	if o.Relay != "" {
		if relayed, err = r.dialStationOver(o.Relay, o.RelayPeer, o.Peer, pin); err != nil {
			return nil, nil, err
		}
	}
	if o.NoUDP {
		datagrams = nil
	}
	return either(direct, relayed, &over), datagrams, nil
}

var errNoDatagrams = errors.New("no datagrams over the district")

// listenUnix opens a socket file, taking over one that nobody answers on.
func listenUnix(path string) (net.Listener, error) {
	if len(path) > maxSocketPath {
		return nil, fmt.Errorf("%s: the path is too long for a socket (%d characters, limit %d)", path, len(path), maxSocketPath)
	}
	if c, err := net.DialTimeout("unix", path, time.Second); err == nil {
		_ = c.Close()
		return nil, fmt.Errorf("%s is in use by a running program", filepath.Dir(path))
	}
	_ = os.Remove(path)
	return net.Listen("unix", path)
}

// Run writes what a cluster plays to a WAV file.
func (o *ListenOptions) Run(ctx context.Context, p Program) error {
	dir, err := o.dir()
	if err != nil {
		return err
	}
	var d net.Dialer
	c, err := d.DialContext(ctx, "unix", filepath.Join(dir, tapSocket))
	if err != nil {
		return fmt.Errorf("no cluster runs in %s: %w", dir, err)
	}
	defer func() { _ = c.Close() }()
	if o.For > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, o.For)
		defer cancel()
	}
	w, err := wavfile.Create(o.Out)
	if err != nil {
		return err
	}
	n, err := agent.Listen(ctx, c, w)
	if cerr := w.Close(); err == nil {
		err = cerr
	}
	fmt.Fprintf(p.Out, "%s: %.1f s\n", o.Out, float64(n)/frame.Rate)
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// poleWall is the pole's own wall clock, and whether a timetable may be aired by
// it.
func (r *running) poleWall() (time.Time, bool) {
	t, q := r.clock.Wall()
	return t, q == station.ClockGood && keepsTime()
}
