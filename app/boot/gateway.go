package boot

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"loaxa/app/station"
	"loaxa/audio/frame"
	"loaxa/audio/receive"
	"loaxa/audio/soundcard"
	"loaxa/devices/catalog"
	"loaxa/devices/gateway"
)

// Gateway is a line of this machine: a sound card behind which stands a
// transmitter or an old wired line.
type Gateway struct {
	Place
	Kind   string `toml:"kind" comment:"FM for a transmitter, line for a wired line"`
	Output string `toml:"output" comment:"card:NAME, fifo:PATH or wav:PATH"`
	Key    string `toml:"key" comment:"cmd:COMMAND, rts:DEVICE, dtr:DEVICE or gpio:DEVICE:LINE; empty: nothing to switch"`
	PreKey int    `toml:"pre_key" comment:"ms from the key to the first sound, 0 to 10000"`
}

// The kinds of gateways, as on the screen.
var gatewayKinds = map[string]string{"FM": "FM", "line": "dây"}

func (g Gateway) validate(demo bool) error {
	if err := g.Place.validate(); err != nil {
		return err
	}
	kind, path, _ := strings.Cut(g.Output, ":")
	switch {
	case gatewayKinds[g.Kind] == "":
		return fmt.Errorf("kind: %q is neither FM nor line", g.Kind)
	case g.Output == "virtual" && demo: // marked DEMO as everything there
	case !slices.Contains([]string{"card", "fifo", "wav"}, kind) || path == "":
		return fmt.Errorf("output: %q: say card:NAME, fifo:PATH or wav:PATH", g.Output)
	}
	if g.PreKey < 0 || g.PreKey > int(maxPreKey/time.Millisecond) {
		return fmt.Errorf("pre_key: %d is outside 0 to %d ms", g.PreKey, maxPreKey/time.Millisecond)
	}
	if g.PreKey > 0 && g.Key == "" {
		return errors.New("pre_key: needs key")
	}
	if g.Key == "" {
		return nil
	}
	how, what, _ := strings.Cut(g.Key, ":")
	if !slices.Contains([]string{"cmd", "rts", "dtr", "gpio"}, how) || strings.TrimSpace(what) == "" {
		return errors.New("key: " + keyWords)
	}
	return nil
}

// id tells one gateway from another by what it sounds on.
func (g Gateway) id() string { return "line:" + g.Output }

// open makes the driver on its card.
func (g Gateway) open(now func() int64, epoch time.Time) (catalog.Driver, error) {
	k, unkey, err := keying(g.Key, time.Duration(g.PreKey)*time.Millisecond)
	if err != nil {
		unkey()
		return nil, err
	}
	l, err := openLine(g.Output, k.Ahead, now, epoch)
	if err != nil {
		unkey()
		return nil, err
	}
	return gateway.New(gateway.Options{Line: l, Key: gateway.Keying(k), Now: now, Close: func() { l.close(); unkey() }}), nil
}

// line is a card of this machine that plays in step with the station's clock:
// the play-out of a pole, without the link.
type line struct {
	rx     *receive.Receiver
	now    func() int64
	epoch  time.Time
	player atomic.Pointer[soundcard.Player]
	asked  int64 // µs: of the clock; the output's goroutine's
	lost   int64 // samples, at its last pull
}

// clockEvery is how often a line is told the time; it is its own clock.
const clockEvery = 500_000 // µs

// emergencyClass is heard instead of any other stream.
const emergencyClass = 2

func openLine(output string, delay time.Duration, now func() int64, epoch time.Time) (*line, error) {
	return openLineOn(func(pull soundcard.Pull) (soundcard.Player, error) { return soundcard.OpenPlayer(output, 0, pull) }, delay, now, epoch)
}

// openLineOn opens a line on a card of any kind.
func openLineOn(card func(soundcard.Pull) (soundcard.Player, error), delay time.Duration, now func() int64, epoch time.Time) (*line, error) {
	l := &line{rx: receive.New(), now: now, epoch: epoch}
	l.rx.SetDelay(delay.Microseconds())
	for range 5 { // as many as a clock wants before it is believed
		l.tell()
	}
	p, err := card(l.pull)
	if err != nil {
		l.rx.Close()
		return nil, err
	}
	l.player.Store(&p)
	return l, nil
}

func (l *line) tell() {
	at := l.now()
	l.asked = at
	l.rx.Time(receive.Exchange{T1: at, T2: at, T3: at, T4: at})
}

// pull is called by the card for its next samples.
func (l *line) pull(out []float32) {
	if l.now()-l.asked > clockEvery {
		l.tell()
	}
	if p := l.player.Load(); p != nil {
		lost := (*p).Dropped()
		if n, at := (*p).Position(); !at.IsZero() {
			l.rx.Position(n, float64(at.Sub(l.epoch).Nanoseconds())/1000, lost == l.lost)
		}
		l.lost = lost
	}
	l.rx.Pull(out)
}

func (l *line) close() {
	if p := l.player.Load(); p != nil {
		_ = (*p).Close() // nothing is to be heard any more
	}
	l.rx.Close()
}

// Open lets a stream be heard from a packet on.
func (l *line) Open(p frame.Packet, emergency bool) error {
	class := uint8(1)
	if emergency {
		class = emergencyClass
	}
	return l.rx.Open(receive.Open{Stream: p.Stream, Broadcast: uint64(p.Stream), Class: class, Codec: frame.L16,
		First: p.PlayAt, FirstSeq: p.Seq, Live: p.Flags&frame.Live != 0})
}

// Push takes a packet.
func (l *line) Push(p frame.Packet) { l.rx.Push([]frame.Packet{p}) }

// Cancel cuts a stream.
func (l *line) Cancel(stream uint16, from int64) { l.rx.Cancel(stream, from) }

// Sounds tells whether something is heard or will be so soon.
func (l *line) Sounds(within time.Duration) bool { return l.rx.Sounds(within.Microseconds()) }

var errUnread = errors.New("nobody takes the line's sound")

// Played is what the card took.
func (l *line) Played() (stream uint16, frames uint64, err error) {
	h := l.rx.Health(float64(l.now()))
	if l.rx.Unread() {
		err = errUnread
	}
	return uint16(h.Account.Broadcast), h.Account.OnTime + h.Account.Repaired, err
}

// cluster is the gateway's row.
func (g Gateway) cluster() station.Cluster {
	return g.Place.cluster(g.id(), gatewayKinds[g.Kind])
}
