//go:build cgo

package soundcard

import (
	"errors"
	"fmt"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/gen2brain/malgo"

	"loaxa/audio/frame"
)

const (
	cardPeriodMS = 10
	cardRetry    = 2 * time.Second // between two tries to open a card that went away
	cardSilence  = 2 * time.Second // without a callback the device is gone, whatever the driver says
	cardRelease  = 2 * time.Second // for a driver to let go of a device
)

// card is a real device. When it goes away, or stops calling for 2 s, it is
// opened again every 2 s. Drivers have been seen to hang over a device that was
// pulled out: such a one is left behind with its thread, never waited for.
type card struct {
	name  string // empty: the system's own choice
	kind  malgo.DeviceType
	ways  [][]malgo.Backend // to be tried in order
	data  func(out, in []float32)
	ctx   *malgo.AllocatedContext
	dev   *malgo.Device
	alive *atomic.Bool // of dev: false once it was let go
	taken atomic.Int64
	at    atomic.Int64 // ns since began, of the newest callback
	began time.Time
	lost  chan struct{} // of size 1: one loss is as good as two
	quit  chan struct{}
	done  chan struct{}
}

func openCard(name string, kind malgo.DeviceType, ways [][]malgo.Backend, data func(out, in []float32)) (*card, error) {
	c := &card{
		name: name, kind: kind, ways: ways, data: data, began: time.Now(),
		lost: make(chan struct{}, 1), quit: make(chan struct{}), done: make(chan struct{}),
	}
	if err := c.open(); err != nil {
		return nil, fmt.Errorf("%w (%w)", ErrNoCard, err)
	}
	go c.keep()
	return c, nil
}

// open tries the sound servers, then bare hardware where there is any.
func (c *card) open() error {
	var all error
	for _, backend := range c.ways {
		ctx, err := malgo.InitContext(backend, malgo.ContextConfig{}, nil)
		if err == nil {
			if err = c.start(ctx); err == nil {
				return nil
			}
			_ = ctx.Uninit() // the error that matters is err
			ctx.Free()
		}
		all = errors.Join(all, err)
	}
	if all == nil {
		all = errors.New("no sound server and no hardware")
	}
	return all
}

func (c *card) start(ctx *malgo.AllocatedContext) error {
	infos, err := ctx.Devices(c.kind)
	if err != nil {
		return err
	}
	names := make([]string, len(infos))
	real := false
	for i := range infos {
		names[i] = infos[i].Name()
		real = real || !isDummy(names[i])
	}
	if !real {
		return errDummy
	}
	chosen := choose(names, c.name)
	if chosen < 0 && c.name != "" {
		return noDevice(c.name, names)
	}
	conf := malgo.DefaultDeviceConfig(c.kind)
	conf.SampleRate = frame.Rate
	conf.PeriodSizeInMilliseconds = cardPeriodMS
	conf.Playback.Format, conf.Playback.Channels = malgo.FormatF32, 1
	conf.Capture.Format, conf.Capture.Channels = malgo.FormatF32, 1
	if chosen >= 0 {
		id := &infos[chosen].ID
		conf.Playback.DeviceID, conf.Capture.DeviceID = id.Pointer(), id.Pointer()
	}
	alive := new(atomic.Bool)
	alive.Store(true)
	dev, err := malgo.InitDevice(ctx.Context, conf, malgo.DeviceCallbacks{
		Data: func(out, in []byte, n uint32) {
			if !alive.Load() {
				clear(out)
				return
			}
			c.data(floats(out), floats(in))
			c.taken.Add(int64(n))
			c.at.Store(int64(time.Since(c.began)))
		},
		Stop: func() {
			select {
			case c.lost <- struct{}{}:
			default:
			}
		},
	})
	if err != nil {
		return err
	}
	if err := dev.Start(); err != nil {
		dev.Uninit()
		return err
	}
	c.ctx, c.dev, c.alive = ctx, dev, alive
	c.at.Store(int64(time.Since(c.began)))
	return nil
}

// floats sees the device's buffer as samples.
func floats(b []byte) []float32 {
	if len(b) < 4 {
		return nil
	}
	return unsafe.Slice((*float32)(unsafe.Pointer(&b[0])), len(b)/4)
}

func (c *card) release() {
	if c.dev == nil {
		return
	}
	c.alive.Store(false)
	dev, ctx := c.dev, c.ctx
	c.dev, c.ctx = nil, nil
	done := make(chan struct{})
	go func() {
		dev.Uninit()
		_ = ctx.Uninit() // nothing can be done about it
		ctx.Free()
		close(done)
	}()
	timer := time.NewTimer(cardRelease)
	defer timer.Stop()
	select {
	case <-done:
	case <-timer.C:
	}
}

// silent is true for a device that has stopped calling.
func (c *card) silent() bool {
	return c.dev != nil && time.Since(c.began)-time.Duration(c.at.Load()) > cardSilence
}

// keep owns the device from the moment it is open.
func (c *card) keep() {
	defer close(c.done)
	look := time.NewTicker(cardSilence / 4)
	defer look.Stop()
	next := time.Now()
	for {
		select {
		case <-c.quit:
			c.release()
			return
		case <-c.lost:
			c.release()
			next = time.Now()
		case <-look.C:
			if c.silent() {
				c.release()
			}
		}
		if c.dev == nil && !time.Now().Before(next) && c.open() != nil {
			next = time.Now().Add(cardRetry)
		}
	}
}

// Kind is card.
func (c *card) Kind() string { return KindCard }

// Position is the sample count at the last callback.
func (c *card) Position() (int64, time.Time) {
	return c.taken.Load(), c.began.Add(time.Duration(c.at.Load()))
}

// Dropped is 0: what a card is given it plays.
func (c *card) Dropped() int64 { return 0 }

// Close ends the device; it waits 4 s at most.
func (c *card) Close() error {
	select {
	case <-c.quit:
	default:
		close(c.quit)
	}
	select {
	case <-c.done:
	case <-time.After(2 * cardRelease): // a driver that hangs does not hold up the station's end
	}
	return nil
}

func openCardPlayer(name string, pull Pull) (Player, error) {
	c, err := openCard(name, malgo.Playback, cardBackends(), func(out, _ []float32) { pull(out) })
	if err != nil {
		return nil, err
	}
	return c, nil
}

func openCardCapture(name string, take func([]float32)) (func() error, error) {
	c, err := openCard(name, malgo.Capture, cardBackends(), func(_, in []float32) { take(in) })
	if err != nil {
		return nil, err
	}
	return c.Close, nil
}

// cardBackends are the sound systems to try, each alone so that a server that
// is not there costs nothing. ALSA is asked only where the kernel has a card:
// without one it offers plug-ins that play into the void, and fills stderr.
func cardBackends() [][]malgo.Backend {
	if !onLinux {
		return [][]malgo.Backend{nil} // the system's own
	}
	list := [][]malgo.Backend{{malgo.BackendPulseaudio}}
	if hasALSACard() {
		list = append(list, []malgo.Backend{malgo.BackendAlsa})
	}
	return list
}

// devices asks the first sound system that has any.
func devices() (in, out []string, err error) {
	for _, backend := range cardBackends() {
		ctx, cerr := malgo.InitContext(backend, malgo.ContextConfig{}, nil)
		if cerr != nil {
			err = fmt.Errorf("%w (%w)", ErrNoCard, cerr)
			continue
		}
		list := func(kind malgo.DeviceType) (names []string) {
			infos, derr := ctx.Devices(kind)
			for i := range infos {
				names = append(names, infos[i].Name())
			}
			if derr != nil {
				err = derr
			}
			return names
		}
		in, out = list(malgo.Capture), list(malgo.Playback)
		_ = ctx.Uninit() // it was only asked
		ctx.Free()
		if len(in)+len(out) > 0 {
			return in, out, nil
		}
	}
	if err == nil {
		err = ErrNoCard
	}
	return nil, nil, err
}
