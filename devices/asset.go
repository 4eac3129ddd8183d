package devices

import (
	"fmt"
	"slices"

	"loaxa/audio/frame"
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
	// Instead: it is the sound of the stream itself, and clusters that can say
	// when it breaks are not sent the stream meanwhile.
	Instead bool
}

type assetPlay struct {
	AssetPlay
	message *cluster.Play
}

// What clusters that sound an asset are sent of the stream all the same.
const (
	ownGrace = 1_500_000 // µs from the word to them: they open a file meanwhile
	ownTail  = 100_000   // µs before its end: what follows stands ready
	ownLeast = 3_000_000 // µs that are worth it
)

// span is what a cluster sounds from its own store: from and until are µs.
type span struct {
	play        uint16
	from, until int64
	broke       bool // it said so
}

// spares tells whether a member sounds all of a batch by itself.
func (m *member) spares(batch []frame.Packet) bool {
	first, end := batch[0].PlayAt, batch[len(batch)-1].PlayAt+cluster.FrameMicros
	return slices.ContainsFunc(m.own, func(o span) bool { return first >= o.from && end <= o.until })
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
	f.used[p.Stream] = timing{}
	m := &cluster.Play{Protocol: cluster.ProtocolMax, Epoch: f.opt.Epoch, Stream: p.Stream, Broadcast: s.Broadcast,
		Class: s.Class, Asset: p.Asset, At: p.At, From: p.From, Gain: p.Gain}
	m.Signature = f.opt.Sign(m.SignedBytes(f.opt.ID))
	if _, err := cluster.EncodeControl(m); err != nil {
		return fmt.Errorf("play as stream %d: %w", p.Stream, err)
	}
	now := f.opt.Now()
	s.plays = append(slices.DeleteFunc(s.plays, func(p assetPlay) bool { return p.Until <= now }), assetPlay{p, m})
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
	for _, p := range s.plays {
		s.tellPlay(l, p)
	}
}

// tellNew says what a cluster may sound that holds more files than before.
func (s *stream) tellNew(l *link) {
	for _, p := range s.plays {
		if p.Instead {
			s.tellPlay(l, p)
		}
	}
}

func (s *stream) tellPlay(l *link, p assetPlay) {
	now := s.fleet.opt.Now()
	if min(p.Until, s.cut) <= now || p.At >= s.cut || !l.has(p.Asset, s.fleet.opt.Assets.Tones) || !s.spare(l, p.AssetPlay, now) {
		return
	}
	l.control(p.message)
	if datagram, _ := s.fleet.lanes.ways(l.lane, now); datagram {
		s.fleet.lanes.tell([]*lane{l.lane}, p.message)
	}
	if s.cut < p.Until {
		l.control(&cluster.Cancel{Stream: p.Stream, From: max(s.cut, 0)})
	}
}

// spare notes that a member sounds a play by itself; false: it was told before,
// or it is not worth it.
func (s *stream) spare(l *link, p AssetPlay, now int64) bool {
	if !p.Instead {
		return true
	}
	m := s.members[l.id]
	told := m == nil || slices.ContainsFunc(m.own, func(o span) bool { return o.play == p.Stream })
	if told || s.Live || p.Until-now < ownLeast || !slices.Contains(l.hello.Abilities, cluster.AbilityBroke) {
		return false
	}
	m.own = slices.DeleteFunc(m.own, func(o span) bool { // what broke stays as long as it could be told again
		return o.until <= now && !slices.ContainsFunc(s.plays, func(p assetPlay) bool { return p.Stream == o.play })
	})
	m.own = append(m.own, span{play: p.Stream, from: max(p.At, now+ownGrace), until: p.Until - ownTail})
	return true
}

// EndPlay ends a play at a moment: there the stream goes on with something else.
func (f *Fleet) EndPlay(number, play uint16, at int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.streams[number]
	if s == nil {
		return
	}
	i := slices.IndexFunc(s.plays, func(p assetPlay) bool { return p.Stream == play })
	if i < 0 {
		return
	}
	p := &s.plays[i]
	sooner := at < p.Until-ownTail
	p.Until = min(p.Until, at)
	for _, l := range s.links() {
		m := s.members[l.id]
		j := slices.IndexFunc(m.own, func(o span) bool { return o.play == play })
		if j < 0 {
			continue
		}
		l.control(&cluster.Cancel{Stream: play, From: max(at, 0)})
		if m.own[j].until = min(m.own[j].until, at-ownTail); sooner {
			s.again(l, at-ownTail)
		}
	}
}

// again sends a member what of the stream is heard from a moment on and was
// kept from it.
func (s *stream) again(l *link, from int64) {
	s.flush()
	first, backlog := s.backlog(max(from, s.fleet.opt.Now()))
	s.catchUp(l, first, backlog)
}

// broke is a cluster that cannot sound a play any further.
func (f *Fleet) broke(l *link, b cluster.Broke) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.links[l.id] != l {
		return
	}
	for _, s := range f.streams {
		m := s.members[l.id]
		if m == nil {
			continue
		}
		if i := slices.IndexFunc(m.own, func(o span) bool { return o.play == b.Stream && b.At < o.until && !o.broke }); i >= 0 {
			f.opt.Log.Warn("a cluster's own copy broke: it is sent the sound", "cluster", l.id, "why", b.Why)
			m.own[i].until, m.own[i].broke = b.At-ownTail, true
			s.again(l, b.At-ownTail)
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
		for _, s := range l.fleet.streams {
			if s.members[l.id] != nil && l.fleet.links[l.id] == l {
				s.tellNew(l)
			}
		}
		l.fleet.mu.Unlock()
	case *cluster.Broke:
		l.fleet.broke(l, *c)
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
