package agent

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"loaxa/app/station"
	"loaxa/audio/dsp"
	"loaxa/audio/frame"
	"loaxa/audio/receive"
	"loaxa/audio/source"
	"loaxa/devices/cluster"
)

const (
	toneAsset = "tone:"
	// feedAhead is how much of an asset is handed to the receiver ahead of what
	// is heard; its queue holds 12 s.
	feedAhead = 2_000_000 // µs
	feedEvery = 200 * time.Millisecond
	feedSoon  = 40_000 // µs from now to the first frame of what is joined late
	maxFeeds  = 8      // assets that sound or wait at once; more are not begun
	feedWait  = 20 * time.Second
)

var (
	errNotHeld = errors.New("the asset is not held")
	errNoFeed  = errors.New("too many assets at once")
	errSlow    = errors.New("the disk is too slow for it")
)

// TonesName names this build's table of tones: stations and poles with the same
// name make the same sound of the same id.
func TonesName() string {
	h := fnv.New64a()
	_, _ = fmt.Fprintf(h, "%+v", source.Tones())
	return fmt.Sprintf("tones:%016x", h.Sum64())
}

// feeds are the assets that sound now, by stream number. Each has a goroutine
// that decodes a little ahead of what is heard.
type feeds struct {
	mu      sync.Mutex
	running sync.WaitGroup
	by      map[uint16]*feed
	closed  bool
}

type feed struct {
	cancel context.CancelFunc
	done   chan struct{}
	key    uint64       // what it plays; the same again is no second one
	cut    atomic.Int64 // µs from which it is not to be heard
}

// playing is one asset to be sounded.
type playing struct {
	receive.Open
	asset string
	from  int64 // sample at Open.First
	gain  float32
	ends  func(at int64, err error) // told where it ends or breaks, ahead of what is heard; nil: nobody is
}

// play starts what a signed Play allows; one that runs already goes on.
func (a *Agent) play(p cluster.Play) {
	ends := func(at int64, err error) {
		b := &cluster.Broke{Stream: p.Stream, At: max(at, 0)}
		if err != nil {
			b.Why = bounded(err.Error())
		}
		a.say(b)
	}
	err := a.feed(playing{asset: p.Asset, from: p.From, gain: p.Gain, ends: ends, Open: receive.Open{Stream: p.Stream, Broadcast: p.Broadcast,
		Class: p.Class, Codec: frame.L16, First: p.At, Live: true, Front: true}}, nil)
	if err != nil {
		a.opt.Log.Warn("asset cannot be played", "asset", p.Asset, "err", err)
		ends(0, err)
	}
}

// adrift tells whether sound has no station that could stop it: what is in the
// buffer is heard to its end, but a siren to its own.
func (a *Agent) adrift(p playing) bool {
	if !p.Front || station.Class(p.Class).IsEmergency() {
		return false
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.link == nil
}

// feed begins to sound an asset. done, where not nil, is told how many samples
// were handed on.
func (a *Agent) feed(p playing, done func(samples int64, err error)) error {
	gain, ok := a.guard.admit(p.Class, p.Broadcast, a.wallNow())
	if !ok {
		return errRefused
	}
	p.Open.Gain = gain
	f := &a.feeds
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return context.Canceled
	}
	h := fnv.New64a()
	_, _ = fmt.Fprint(h, p.asset, p.First, p.from, p.Broadcast)
	if old := f.by[p.Stream]; old != nil {
		select {
		case <-old.done:
		default:
			if old.key == h.Sum64() {
				a.rx.Adopt(p.Stream)
				return nil
			}
			old.cancel()
		}
	}
	for id, old := range f.by {
		select {
		case <-old.done:
			delete(f.by, id)
		default:
		}
	}
	if len(f.by) >= maxFeeds {
		return errNoFeed
	}
	ctx, cancel := context.WithCancel(context.Background())
	one := &feed{cancel: cancel, done: make(chan struct{}), key: h.Sum64()}
	one.cut.Store(math.MaxInt64)
	f.by[p.Stream] = one
	f.running.Go(func() {
		defer cancel()
		defer close(one.done)
		n, err := a.pump(ctx, p, &one.cut)
		if err != nil && ctx.Err() == nil {
			a.opt.Log.Warn("asset broke off", "asset", p.asset, "err", err)
			if p.ends != nil && !errors.Is(err, context.Canceled) {
				p.ends(0, err)
			}
		}
		if done != nil {
			done(n, err)
		}
	})
	return nil
}

// stopFeed ends one asset's goroutine; the receiver cuts the sound itself.
func (a *Agent) stopFeed(stream uint16) {
	a.feeds.mu.Lock()
	defer a.feeds.mu.Unlock()
	if f := a.feeds.by[stream]; f != nil {
		f.cancel()
	}
}

// endFeed ends the goroutine of an asset whose sound is cut. One that is cut
// later than what was handed on goes on: its sound is cut by the receiver.
func (a *Agent) endFeed(c cluster.Cancel) {
	a.feeds.mu.Lock()
	if f := a.feeds.by[c.Stream]; f != nil {
		f.cut.Store(c.From)
	}
	a.feeds.mu.Unlock()
	if now, ok := a.rx.Now(float64(a.now())); !ok || c.From < now+feedAhead {
		a.stopFeed(c.Stream)
	}
}

// stopFeeds ends all of them; with closed no new one begins.
func (a *Agent) stopFeeds(closed bool) {
	a.feeds.mu.Lock()
	a.feeds.closed = a.feeds.closed || closed
	for _, f := range a.feeds.by {
		f.cancel()
	}
	a.feeds.mu.Unlock()
	if closed {
		a.feeds.running.Wait()
	}
}

// pump hands the asset's frames to the receiver until its end. Frames keep the
// places that they would have had from the start, so that whoever joins late
// is in phase.
func (a *Agent) pump(ctx context.Context, p playing, cut *atomic.Int64) (samples int64, err error) {
	now, err := a.awaitClock(ctx)
	if err != nil {
		return 0, err
	}
	k := frameAt(now+feedSoon, p.First)
	src, err := a.openAsset(ctx, p.asset, p.from+int64(k)*frame.Samples)
	if err != nil {
		return 0, err
	}
	defer func() { _ = src.Close() }() // read only
	var pcm [frame.Samples]float32
	if now, err = a.awaitClock(ctx); err != nil { // the disk may have taken its time
		return 0, err
	}
	for late := frameAt(now+feedSoon, p.First); k < late && !dry(src); k++ {
		fill(src, pcm[:])
	}
	first, rise := p.First, newRise(k, p.from)
	p.First, p.FirstSeq = first+int64(k)*cluster.FrameMicros, k
	if err := a.rx.Open(p.Open); err != nil {
		return 0, err
	}
	if at := cut.Load(); at != math.MaxInt64 { // word of it came before the stream was open
		a.rx.Cancel(p.Stream, at)
	}
	for {
		for at := first + int64(k)*cluster.FrameMicros; at < now+feedAhead; at += cluster.FrameMicros {
			if thin := dry(src); thin && at > now+feedSoon { // it is decoded beside us
				break
			} else if thin && p.Front {
				a.rx.Cancel(p.Stream, at)
				return samples, errSlow
			}
			n, last := fill(src, pcm[:])
			packet := frame.Packet{Stream: p.Stream, Seq: k, PlayAt: at, Codec: frame.L16, Data: l16(rise.apply(pcm[:]), p.gain)}
			if last {
				packet.Flags |= frame.Last
			}
			a.rx.Push([]frame.Packet{packet})
			k++
			if samples += int64(n); last {
				if end := at + int64(n)*1_000_000/frame.Rate; p.ends != nil {
					a.rx.Cancel(p.Stream, end) // not at the end of the frame
					p.ends(end, src.Err())
				}
				return samples, a.untilHeard(ctx, at+cluster.FrameMicros, src.Err())
			}
		}
		if !pause(ctx, feedEvery) {
			return samples, ctx.Err()
		}
		if at, ok := a.rx.Now(float64(a.now())); ok && !a.adrift(p) {
			now = at
		} else {
			return samples, context.Canceled // the station's clock went with its epoch, or the station
		}
	}
}

// frameAt is the first frame behind a moment, of those that begin at first.
func frameAt(at, first int64) uint32 {
	if late := at - first; late > 0 {
		return uint32((late + cluster.FrameMicros - 1) / cluster.FrameMicros)
	}
	return 0
}

// rise fades in what begins in the middle of a sound, as the station does; who
// joins what sounds already is faded in by play-out.
type rise struct{ done, length int }

const riseSamples = frame.Rate / 20 // 50 ms

func newRise(k uint32, from int64) *rise {
	if k > 0 || from == 0 {
		return &rise{}
	}
	return &rise{length: riseSamples}
}

func (r *rise) apply(pcm []float32) []float32 {
	for i := range pcm {
		if r.done >= r.length {
			break
		}
		pcm[i] *= float32(dsp.Smooth(float64(r.done) / float64(r.length)))
		r.done++
	}
	return pcm
}

// untilHeard waits for the end of what was handed on.
func (a *Agent) untilHeard(ctx context.Context, at int64, err error) error {
	if now, ok := a.rx.Now(float64(a.now())); ok && at > now {
		if !pause(ctx, time.Duration(at-now)*time.Microsecond) {
			return ctx.Err()
		}
	}
	return err
}

// awaitClock waits until play-out knows the station's clock.
func (a *Agent) awaitClock(ctx context.Context) (int64, error) {
	for until := time.Now().Add(feedWait); time.Now().Before(until); {
		if now, ok := a.rx.Now(float64(a.now())); ok {
			return now, nil
		}
		if !pause(ctx, 5*time.Millisecond) {
			return 0, ctx.Err()
		}
	}
	return 0, errors.New("no clock to play by")
}

// dry tells whether a source has less than a frame ready and more to come.
func dry(src source.Source) bool {
	b, buffered := src.(source.Buffered)
	sized, ok := src.(source.Sized)
	return buffered && ok && src.Err() == nil && b.Ready() < frame.Samples && src.Position()+frame.Samples < sized.Len()
}

// fill reads a frame; what the source has no more is silence, and last is true
// when nothing follows.
func fill(src source.Source, pcm []float32) (n int, last bool) {
	for n < len(pcm) {
		got := src.Read(pcm[n:])
		if got <= 0 {
			clear(pcm[n:])
			return n, true
		}
		n += got
	}
	if sized, ok := src.(source.Sized); ok && src.Position() >= sized.Len() {
		return n, true
	}
	return n, false
}

// l16 codes a frame as it is on the wire.
func l16(pcm []float32, gain float32) []byte {
	b := make([]byte, 0, 2*len(pcm))
	for _, v := range pcm {
		s := math.Round(float64(v*gain) * 32767)
		b = binary.BigEndian.AppendUint16(b, uint16(int16(min(max(s, -32768), 32767))))
	}
	return b
}

// openAsset opens a tone of the table or a file of the shelf at a sample.
func (a *Agent) openAsset(ctx context.Context, asset string, from int64) (source.Source, error) {
	if id, ok := strings.CutPrefix(asset, toneAsset); ok {
		p, ok := source.FindTone(source.Tones(), id)
		if !ok {
			return nil, fmt.Errorf("%s: %w", asset, errNotHeld)
		}
		return source.NewTone(p, from)
	}
	if a.shelf == nil || !a.shelf.has(asset) {
		return nil, fmt.Errorf("%.12s: %w", asset, errNotHeld)
	}
	f, err := source.OpenFile(ctx, a.shelf.path(asset), from)
	if err != nil {
		return nil, err
	}
	return f, nil
}
