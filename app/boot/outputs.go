package boot

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"loaxa/app/playout"
	"loaxa/app/station"
	"loaxa/audio/codec"
	"loaxa/audio/frame"
	"loaxa/devices"
	"loaxa/devices/catalog"
	"loaxa/devices/listen"
	"loaxa/devices/multicast"
)

// Bounds of what the station file may name beside the clusters.
const (
	maxOutputs     = 32
	maxOutputZones = 20
	maxOutputAhead = int(multicast.MaxAhead / time.Millisecond)
)

// Place is where an output stands among the clusters: it is chosen as they are.
type Place struct {
	Name   string   `toml:"name" comment:"as on the screen"`
	Number int      `toml:"number" comment:"on the map and the keyboard; 0: the next free one"`
	Zones  []string `toml:"zones" comment:"areas that it serves"`
	Lat    float64  `toml:"lat"`
	Lon    float64  `toml:"lon"`
	Head   string   `toml:"head" comment:"who is rung when it may not be heard"`
	Phone  string   `toml:"phone"`
}

// Multicast is a group of loudspeakers of other makers that play RTP.
type Multicast struct {
	Place
	Address   string           `toml:"address" comment:"ADDRESS:PORT of the group, or of one box; an even port"`
	Emergency string           `toml:"emergency" comment:"ADDRESS:PORT of the channel that the boxes prefer; empty: emergencies go the same way as the rest"`
	Coding    multicast.Coding `toml:"coding" comment:"opus, l16, pcmu or pcma"`
	TTL       int              `toml:"ttl" comment:"routers that it may pass, 1 to 32"`
	Interface string           `toml:"interface" comment:"network card by which it leaves; empty: as the system routes"`
	Ahead     int              `toml:"ahead" comment:"ms that the boxes keep in their own buffer, 0 to 2000"`
}

// cluster is a place in the roster.
func (p Place) cluster(id, kind string) station.Cluster {
	return station.Cluster{ID: station.ClusterID(station.SentOnlyPrefix + id), Number: p.Number, Name: p.Name, Kind: kind, Zones: p.Zones,
		Lat: p.Lat, Lon: p.Lon, Head: p.Head, Phone: p.Phone}
}

func (p Place) validate() error {
	for _, f := range []struct{ name, value string }{{"name", p.Name}, {"head", p.Head}} {
		if utf8.RuneCountInString(f.value) > station.MaxName || strings.ContainsFunc(f.value, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			return fmt.Errorf("%s: 1 to %d characters on one line", f.name, station.MaxName)
		}
	}
	switch {
	case p.Name == "":
		return fmt.Errorf("name: 1 to %d characters on one line", station.MaxName)
	case p.Number < 0 || p.Number > 999:
		return fmt.Errorf("number: %d is outside 0 to 999", p.Number)
	case len(p.Zones) > maxOutputZones:
		return fmt.Errorf("zones: %d, limit %d", len(p.Zones), maxOutputZones)
	case !(p.Lat >= -90 && p.Lat <= 90):
		return fmt.Errorf("lat: %v is outside -90 to 90", p.Lat)
	case !(p.Lon >= -180 && p.Lon <= 180):
		return fmt.Errorf("lon: %v is outside -180 to 180", p.Lon)
	case len(p.Phone) > station.MaxPhone || strings.Trim(p.Phone, "0123456789 .-+()") != "":
		return fmt.Errorf("phone: %q is no number", p.Phone)
	}
	for _, z := range p.Zones {
		if z == "" || len(z) > 40 || strings.Trim(z, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return fmt.Errorf("zones: %q: small letters, digits and -, as in trung-tam", z)
		}
	}
	return nil
}

// options are the driver's; now may be nil where only a description is made.
func (m Multicast) options(now func() int64) (multicast.Options, error) {
	o := multicast.Options{Name: m.Name, Coding: m.Coding, TTL: m.TTL, Interface: m.Interface,
		Ahead: time.Duration(m.Ahead) * time.Millisecond, Now: now, Dial: multicast.Dial}
	var err error
	if o.Usual.To, err = netip.ParseAddrPort(m.Address); err != nil {
		return o, fmt.Errorf("address: %q is not ADDRESS:PORT, as in 239.192.7.1:5004", m.Address)
	}
	o.Usual.DSCP = multicast.UsualDSCP
	if m.Emergency != "" {
		if o.Emergency.To, err = netip.ParseAddrPort(m.Emergency); err != nil {
			return o, fmt.Errorf("emergency: %q is not ADDRESS:PORT, as in 239.192.7.1:5006", m.Emergency)
		}
		o.Emergency.DSCP = multicast.EmergencyDSCP
	}
	return o, nil
}

func (m Multicast) validate() error {
	if err := m.Place.validate(); err != nil {
		return err
	}
	if m.Ahead < 0 || m.Ahead > maxOutputAhead {
		return fmt.Errorf("ahead: %d is outside 0 to %d ms", m.Ahead, maxOutputAhead)
	}
	o, err := m.options(nil)
	if err != nil {
		return err
	}
	return o.Check()
}

// Outputs are what the station file names beside the clusters.
type Outputs struct {
	Multicast []Multicast `toml:"multicast,omitempty" comment:"loudspeakers of other makers that play RTP"`
	Gateway   []Gateway   `toml:"gateway,omitempty" comment:"sound cards behind which a transmitter or a wired line stands"`

	PullAddress string `toml:"pull_address,omitempty" comment:"where boxes fetch their sound by HTTP, ADDR:PORT; empty: nowhere"`
	Pull        []Pull `toml:"pull,omitempty" comment:"places whose boxes fetch their sound"`
}

func (o Outputs) validate(demo bool) error {
	if n := len(o.Multicast) + len(o.Gateway) + len(o.Pull); n > maxOutputs {
		return fmt.Errorf("multicast, gateway, pull: %d in all, limit %d", n, maxOutputs)
	}
	var ways []string
	numbers := map[int]bool{}
	for i, m := range o.Multicast {
		if err := m.validate(); err != nil {
			return fmt.Errorf("multicast %d (%s): %w", i+1, m.Name, err)
		}
		if m.Number != 0 && numbers[m.Number] {
			return fmt.Errorf("multicast %d (%s): number %d is taken", i+1, m.Name, m.Number)
		}
		numbers[m.Number] = true
		for _, way := range []string{m.Address, m.Emergency} {
			if way == "" {
				continue
			}
			if slices.Contains(ways, way) {
				return fmt.Errorf("multicast %d (%s): %s is used twice", i+1, m.Name, way)
			}
			ways = append(ways, way)
		}
	}
	for i, g := range o.Gateway {
		switch err := g.validate(demo); {
		case err != nil:
			return fmt.Errorf("gateway %d (%s): %w", i+1, g.Name, err)
		case g.Number != 0 && numbers[g.Number]:
			return fmt.Errorf("gateway %d (%s): number %d is taken", i+1, g.Name, g.Number)
		case slices.Contains(ways, g.Output):
			return fmt.Errorf("gateway %d (%s): %s is used twice", i+1, g.Name, g.Output)
		}
		numbers[g.Number], ways = true, append(ways, g.Output)
	}
	return o.validatePulls(numbers)
}

// output is one of them as the station works it.
type output struct {
	cluster station.Cluster
	needs   frame.Codec
	// open makes the driver; run ends when it is to be opened again or ctx ends.
	open func() (catalog.Driver, error)
}

// all are the outputs; now is the station's clock, which begins at epoch.
func (o Outputs) all(now func() int64, epoch time.Time) (out []output) {
	for _, g := range o.Gateway {
		out = append(out, output{cluster: g.cluster(), needs: frame.L16, open: func() (catalog.Driver, error) { return g.open(now, epoch) }})
	}
	for _, m := range o.Multicast {
		out = append(out, output{cluster: m.cluster(m.Address, "RTP"), needs: m.Coding.Needs(), open: func() (catalog.Driver, error) {
			opt, err := m.options(now)
			if err != nil {
				return nil, err
			}
			return multicast.Open(opt)
		}})
	}
	return out
}

// works are the outputs at work.
type works struct {
	fan   *catalog.Fan // the fleet, and what says nothing back
	list  []output
	pulls map[string]*listen.Driver // by path

	pullAt string // where they are served; empty: nowhere

	ahead *playout.Ahead // what starts within seconds
}

// openFleet makes the clusters' fleet and places for the outputs beside it;
// none sounds yet.
func (s *stationRooms) openFleet() (codecs []frame.Codec) {
	s.fleet = devices.New(devices.Options{Now: s.engine.Now, Epoch: s.epoch, Build: s.Build, ID: s.id.ID(), Sign: s.id.Sign,
		Peer: s.kin.Peer, Known: s.knownCluster, Log: s.log, Datagrams: s.listenUDP(s.conf.Listen), Refused: s.poleRefused, Assets: s.poles.assets()})
	s.list = s.conf.Outputs.all(s.engine.Now, s.clock.start)
	s.pulls = map[string]*listen.Driver{}
	skip := preSkip()
	for _, p := range s.conf.Pull {
		d := p.driver(s.engine.Now, skip)
		s.pulls[p.Path] = d
		s.list = append(s.list, output{cluster: p.cluster("pull:"+p.Path, "HTTP"), needs: frame.Opus, open: func() (catalog.Driver, error) { return d, nil }})
	}
	var ids []string
	for _, o := range s.list {
		ids = append(ids, string(o.cluster.ID))
	}
	s.fan = catalog.NewFan(s.fleet, s.engine.Now, ids...)
	return codecsOf(s.list)
}

// setOutputs hands the desk those that say nothing back, and sets them to work.
func (s *stationRooms) setOutputs(ctx context.Context) {
	var set station.SentOnlySet
	for _, o := range s.list {
		set.Clusters = append(set.Clusters, o.cluster)
		s.wg.Go(func() { s.runOutput(ctx, o) })
	}
	_ = s.desk.Tell(ctx, set)
	if len(s.list) > 0 {
		s.wg.Go(func() { s.watchOutputs(ctx) })
	}
}

// errNoOpus keeps an output silent that takes nothing else.
var errNoOpus = errors.New("no Opus on this machine")

// codecsOf are what a stream is encoded as: the clusters' own first, then what
// outputs need of those that this machine can make.
func codecsOf(outs []output) []frame.Codec {
	all := []frame.Codec{codec.Best()}
	for _, o := range outs {
		if !slices.Contains(all, o.needs) && (o.needs != frame.Opus || codec.OpusAvailable() == nil) {
			all = append(all, o.needs)
		}
	}
	return all
}

// Waits of outputs.
const (
	outputAgain  = 5 * time.Second        // until one that did not open is tried again
	outputFailed = 10 * time.Second       // of refusals, until one is opened anew
	outputTold   = 500 * time.Millisecond // between two looks at what was sent
	outputSure   = 3                      // looks in a row that agree
)

// runOutput keeps one output open until ctx ends.
func (s *stationRooms) runOutput(ctx context.Context, o output) {
	id := string(o.cluster.ID)
	for ctx.Err() == nil {
		var d catalog.Driver
		err := errNoOpus
		if o.needs != frame.Opus || codec.OpusAvailable() == nil {
			d, err = o.open()
		}
		if err != nil {
			s.warn("output "+o.cluster.Name, err)
			if !pauseFor(ctx, outputAgain) {
				return
			}
			continue
		}
		s.fan.Put(id, d)
		run, stop := context.WithCancel(ctx)
		go s.watchOutput(run, id, stop)
		if r, ok := d.(catalog.Runner); ok {
			r.Run(run)
		} else {
			<-run.Done()
		}
		stop()
		s.fan.Put(id, nil)
	}
}

// watchOutput stops a driver that only fails: its network card may have gone and
// come back as another.
func (s *stationRooms) watchOutput(ctx context.Context, id string, stop func()) {
	var since time.Time
	for pauseFor(ctx, time.Second) {
		switch err := s.fan.Failing(id); {
		case err == nil || errors.Is(err, listen.ErrNobody):
			since = time.Time{}
		case since.IsZero():
			since = time.Now()
		case time.Since(since) > outputFailed:
			s.warn("output is opened anew", err)
			stop()
			return
		}
	}
}

// watchOutputs turns what was sent into facts.
func (s *stationRooms) watchOutputs(ctx context.Context) {
	last, streak := map[string]station.SentReport{}, map[string]int{}
	for pauseFor(ctx, outputTold) {
		for _, st := range s.fan.Outputs() {
			r := station.SentReport{ID: station.ClusterID(st.ID), Up: st.Works && st.Err == nil, Sending: station.BroadcastID(st.Broadcast)}
			if streak[st.ID]++; r.Up == last[st.ID].Up {
				streak[st.ID] = 0
			}
			was, told := last[st.ID]
			if told && streak[st.ID] < outputSure { // one refusal is no loss, one success no cure
				r.Up = was.Up
			}
			switch {
			case r.Up:
			case errors.Is(st.Err, listen.ErrNobody):
				r.Why = "nobody-listens"
			default:
				r.Why = "not-sent"
			}
			for b, n := range st.Frames {
				if r.Sent == nil {
					r.Sent = map[station.BroadcastID]time.Duration{}
				}
				r.Sent[station.BroadcastID(b)] = time.Duration(n) * frame.Duration
			}
			if told && len(r.Sent) == 0 && was.Up == r.Up && was.Sending == r.Sending {
				continue
			}
			last[st.ID] = station.SentReport{Up: r.Up, Sending: r.Sending}
			s.desk.Report(r)
		}
	}
}

// mute silences a cluster at the pole, or an output here.
func (s *stationRooms) mute(id station.ClusterID, muted bool) {
	if !s.fan.Mute(string(id), muted) {
		s.fleet.Mute(string(id), muted)
	}
}
