package devices

import (
	"fmt"
	"slices"

	"loaxa/devices/cluster"
)

// ToneAsset is the name of a tone as an asset.
const ToneAsset = "tone:"

// Assets is what the fleet needs for files that clusters keep.
type Assets struct {
	// Read fills buf with a file's bytes from an offset and tells its size; it
	// may take its time, each cluster has a goroutine of its own for it. nil:
	// there are no files.
	Read func(asset string, offset int64, buf []byte) (n int, total int64, err error)
	// Tones names the station's table of tones: a cluster with another table
	// is sent no "tone:" assets. Empty: none is.
	Tones string
	// Alone takes what a cluster did by itself; TakenAlone answers when it is
	// on disk. It may not block.
	Alone func(id string, rows []cluster.AloneRow)
	// Wall is the station's wall clock in Unix ms; 0: it is not sure.
	Wall func() int64
}

// AssetPlay is an asset to be heard beside a stream, in its place.
type AssetPlay struct {
	Stream uint16 // a number of its own, never used before
	Asset  string // SHA-256 in hex, or ToneAsset and an id
	At     int64  // µs of the station's clock, of the sample From
	From   int64  // sample at 48 kHz
	Gain   float32
	Until  int64 // µs: its end; later nobody is told of it
}

type assetPlay struct {
	AssetPlay
	message *cluster.Play
}

// Play lets the clusters of a stream that hold an asset sound it from their own
// store, in front of the stream: no path delays it and no loss breaks it. Where
// it ends the stream is heard. Clusters without it hear the stream alone.
func (f *Fleet) Play(number uint16, p AssetPlay) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.streams[number]
	if s == nil {
		return fmt.Errorf("play beside stream %d: %w", number, ErrNoStream)
	}
	if _, ok := f.used[p.Stream]; ok {
		return fmt.Errorf("play as stream %d: %w", p.Stream, ErrStream)
	}
	f.used[p.Stream] = 0
	m := &cluster.Play{Protocol: cluster.ProtocolMax, Epoch: f.opt.Epoch, Stream: p.Stream, Broadcast: s.Broadcast,
		Class: s.Class, Asset: p.Asset, At: p.At, From: p.From, Gain: p.Gain}
	m.Signature = f.opt.Sign(m.SignedBytes(f.opt.ID))
	if _, err := cluster.EncodeControl(m); err != nil {
		return fmt.Errorf("play as stream %d: %w", p.Stream, err)
	}
	s.plays = append(s.plays, assetPlay{p, m})
	for _, l := range s.links() {
		s.tellPlays(l)
	}
	return nil
}

func (s *stream) links() (out []*link) {
	for id := range s.members {
		if l := s.fleet.links[id]; l != nil {
			out = append(out, l)
		}
	}
	return out
}

// has tells whether a cluster holds an asset; the fleet's mutex is held.
func (l *link) has(asset, tones string) bool {
	if len(asset) > len(ToneAsset) && asset[:len(ToneAsset)] == ToneAsset {
		return tones != "" && slices.Contains(l.hello.Abilities, tones)
	}
	return slices.Contains(l.held.Assets, asset)
}

// tellPlays says what is still to be heard of the plays; both ways where there
// are two, since a siren waits for no stalled connection.
func (s *stream) tellPlays(l *link) {
	now := s.fleet.opt.Now()
	for _, p := range s.plays {
		if min(p.Until, s.cut) <= now || p.At >= s.cut || !l.has(p.Asset, s.fleet.opt.Assets.Tones) {
			continue
		}
		l.control(p.message)
		if datagram, _ := s.fleet.lanes.ways(l.lane, now); datagram {
			s.fleet.lanes.tell([]*lane{l.lane}, p.message)
		}
		if s.cut < p.Until {
			l.control(&cluster.Cancel{Stream: p.Stream, From: max(s.cut, 0)})
		}
	}
}

// cutPlays ends plays at a sample.
func (s *stream) cutPlays(links []*link, from int64) {
	for _, p := range s.plays {
		if p.Until <= from {
			continue
		}
		c := &cluster.Cancel{Stream: p.Stream, From: max(from, 0)}
		for _, l := range links {
			if l == nil || !l.has(p.Asset, s.fleet.opt.Assets.Tones) {
				continue
			}
			l.control(c)
			if datagram, _ := s.fleet.lanes.ways(l.lane, s.fleet.opt.Now()); datagram {
				s.fleet.lanes.tell([]*lane{l.lane}, c)
			}
		}
	}
}

// SetPlan gives a cluster what it keeps for when it is alone, now and whenever
// it connects; an empty doc takes the plan off the list.
func (f *Fleet) SetPlan(id string, doc []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(doc) == 0 {
		delete(f.plans, id)
		return
	}
	f.plans[id] = &cluster.PlanMessage{Doc: doc, Signature: f.opt.Sign(cluster.SignedPlan(doc))}
	if l := f.links[id]; l != nil {
		f.sendPlan(l)
	}
}

// sendPlan tells a cluster its plan; the caller holds mu.
func (f *Fleet) sendPlan(l *link) {
	p := f.plans[l.id]
	if p == nil {
		return
	}
	m := *p
	if f.opt.Assets.Wall != nil {
		m.Wall = f.opt.Assets.Wall()
	}
	l.control(&m)
}

// TakenAlone tells a cluster that its rows up to a number are on disk.
func (f *Fleet) TakenAlone(id string, number uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if l := f.links[id]; l != nil {
		l.control(&cluster.AloneTaken{Number: number})
	}
}

// Holds is what a cluster said that it holds; false: it is not linked.
func (f *Fleet) Holds(id string) (cluster.Held, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if l := f.links[id]; l != nil {
		return l.held, true
	}
	return cluster.Held{}, false
}

func (l *link) takeAsset(c cluster.Control) {
	switch c := c.(type) {
	case *cluster.Held:
		l.fleet.mu.Lock()
		l.held = *c
		l.fleet.mu.Unlock()
	case *cluster.Want:
		select {
		case l.wants <- *c:
		default:
		}
	case *cluster.Alone:
		if f := l.fleet.opt.Assets.Alone; f != nil && len(c.Rows) > 0 {
			f(l.id, c.Rows)
		}
	default: // nothing that a station is told
	}
}

// serveParts reads files for one cluster until its link ends.
func (l *link) serveParts() {
	buf := make([]byte, 0)
	for {
		select {
		case <-l.quit:
			return
		case w := <-l.wants:
			part := cluster.Part{Asset: w.Asset, Offset: w.Offset}
			if read := l.fleet.opt.Assets.Read; read != nil {
				if cap(buf) == 0 {
					buf = make([]byte, cluster.PartBytes)
				}
				n, total, err := read(w.Asset, w.Offset, buf)
				if err == nil && total > 0 && total <= cluster.MaxAsset && w.Offset < total {
					part.Total, part.Data = total, buf[:n]
				} else if err != nil {
					l.fleet.opt.Log.Warn("asset not read", "asset", w.Asset, "err", err)
				}
			}
			if part.Total == 0 {
				part.Offset = 0
			}
			b, err := cluster.EncodeControl(&part)
			if err != nil {
				l.fleet.opt.Log.Error("part", "err", err)
				continue
			}
			l.queue.setPart(b)
		}
	}
}
