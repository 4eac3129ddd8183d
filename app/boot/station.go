package boot

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"

	"loaxa/app/attach"
	"loaxa/app/onair"
	"loaxa/app/playout"
	"loaxa/app/rundown"
	"loaxa/app/station"
	"loaxa/app/trust"
	"loaxa/app/words"
	"loaxa/audio"
	"loaxa/audio/library"
	"loaxa/audio/soundcard"
	"loaxa/devices"
	"loaxa/devices/board"
	"loaxa/devices/cluster"
	"loaxa/store"
	"loaxa/store/mirror"
)

// StationOptions are the flags of `loaxa station`; they stand above the
// station file.
type StationOptions struct {
	Data     string `help:"The station's data folder." type:"path"`
	Listen   string `help:"Address for clusters and boards." placeholder:"ADDR:PORT"`
	Page     string `help:"Address of pages for people." placeholder:"ADDR:PORT"`
	Mic      string `help:"Microphone: auto, fifo:PATH, file:PATH or none."`
	District string `help:"Address of the upstream end." placeholder:"ADDR:PORT"`
	Peer     string `help:"Fingerprint of the upstream's key." placeholder:"FP"`
	Enroll   string `help:"Code that the upstream shows (loaxa district enroll)." placeholder:"CODE"`
	Pins     string `help:"Pin file: clusters and boards that belong to this station." type:"path"`
	Sample   bool   `help:"Make a sample programme and play it." hidden:""`
	Tap      string `help:"Write every packet sent to this file." type:"path" hidden:""`
}

// stationRooms is a station at work.
type stationRooms struct {
	*running
	conf    Config
	words   words.Words
	journal *journal
	lib     *library.Library
	airRooms
	sender    *mirror.Sender
	missing   []string
	codec     string
	wg        sync.WaitGroup
	levels    levels
	chart     *chart
	strangers *strangers
	stop      func() // ends the station in order
	mic       micWatch
}

// airRooms are the rooms that a sound passes, and the desk that decides.
type airRooms struct {
	capture *soundcard.Capture
	engine  *audio.Engine
	fleet   *devices.Fleet
	works
	voices    *voices
	boards    *board.Server
	crew      *playout.Playout
	recorder  *recorder
	monitor   *monitor
	desk      *onair.Desk
	orders    *orderGate
	above     *aboveBook
	enrolling *enrolling
	poles     *poles
	staff     *trust.Staff
}

// Run is the engine without a screen, until ctx ends.
func (o *StationOptions) Run(ctx context.Context, p Program) error {
	dir := o.Data
	if dir == "" {
		dir = DefaultData()
	}
	r, err := Role{Data: dir, Build: p.Build, Out: p.Out, Err: p.Err}.begin("station")
	if err != nil {
		return err
	}
	defer r.end()
	s := &stationRooms{running: r}
	if s.conf, err = o.config(dir); err != nil {
		return err
	}
	proxy, err := proxyOf(s.conf.Upstream.Proxy, s.conf.Upstream.Address)
	if err != nil {
		return err
	}
	s.road = through(proxy, dialTCP)
	if o.Enroll != "" {
		if err := s.enrolUpstream(ctx, dir, o.Enroll); err != nil {
			return err
		}
	}
	s.words = words.In(s.conf.Language)
	pins, err := LoadPins(o.Pins)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	s.stop = cancel
	if err := s.build(ctx, dir, o.Tap); err != nil {
		cancel()
		return err
	}
	s.onStop(func() { cancel(); s.wg.Wait() })
	if err := s.start(ctx, dir); err != nil {
		return err
	}
	if o.Pins != "" {
		s.setRoster(ctx, pins)
	}
	s.setOutputs(ctx)
	addr, page, err := s.open(ctx, dir)
	if err != nil {
		return err
	}
	s.announce(Ready{Addr: addr, Page: page, Pull: s.pullAt})
	if o.Sample {
		s.wg.Go(func() { s.demoProgramme(ctx) })
	}
	<-ctx.Done()
	return nil
}

// setRoster hands the desk the list and waits until it has it: the doors open
// after that, so that nobody on it is turned away.
func (s *stationRooms) setRoster(ctx context.Context, pins Pins) {
	_ = s.desk.Tell(ctx, station.RosterSet{Clusters: pins.Clusters, Boards: pins.Boards})
}

// config is the station file with the flags on top.
func (o *StationOptions) config(dir string) (Config, error) {
	c, err := LoadConfig(dir)
	if err != nil {
		return c, err
	}
	for _, f := range []struct{ flag, to *string }{{&o.Listen, &c.Listen}, {&o.Page, &c.Page}, {&o.Mic, &c.Mic},
		{&o.District, &c.Upstream.Address}, {&o.Peer, &c.Upstream.Peer}} {
		if *f.flag != "" {
			*f.to = *f.flag
		}
	}
	check := c
	if o.Enroll != "" && c.Upstream.Peer == "" {
		check.Upstream.Address = "" // whose key it is the code will prove
	}
	if err := check.validate(); err != nil {
		return c, &UseError{err.Error()}
	}
	return c, nil
}

// build makes the rooms; what it opened is closed in reverse by end.
func (s *stationRooms) build(ctx context.Context, dir, tap string) error {
	if err := s.openStore(dir); err != nil {
		return err
	}
	err := s.openLibrary(dir)
	if err != nil {
		return err
	}
	s.openVoices(dir)
	s.openMic(ctx, dir)
	s.lookAround()
	s.chart = openChart(dir, s.conf, s.log)
	opt := audio.Options{Epoch: s.clock.start}
	if tap != "" {
		t, err := openTap(tap)
		if err != nil {
			return err
		}
		s.onStop(t.close)
		opt.Tap = t.take
	}
	s.engine = audio.New(opt)
	s.poles = newPoles(s, dir)
	codecs := s.openFleet()
	s.boards, err = board.New(board.Options{StationID: s.id.ID(), Build: s.Build, Epoch: s.epoch, Sign: s.id.Sign,
		Peer: s.kin.Peer, Known: s.knownBoard, Log: s.log})
	if err != nil {
		return err
	}
	s.strangers = newStrangers(s.clock.Bounded)
	s.ahead = playout.NewAhead(s.openItem)
	s.recorder, s.monitor = s.newRecorder(dir), newMonitor(s.toHeadset, s.toHear, s.warn)
	s.crew = playout.New(playout.Parts{Sound: s.engine, Read: s.engine, Fleet: s.fan, Library: s.sources(), Leads: playout.Leads{Lead: s.fleet.LiveLead, SetLead: s.engine.SetLead}, OwnStore: playout.OwnStore{Front: s.fleet.Play, Stored: s.poles.stored, Cease: s.fleet.EndPlay},
		Codecs: codecs, Bitrate: s.conf.Bitrate, Report: func(f station.Fact) { s.desk.Report(f) }, Warn: s.warn,
		Mute: s.mute, Card: s.showCard, Mic: s.recorder.listen, Monitor: s.monitor.play,
		Record: func(c station.CueRecord) { s.recorder.cue(ctx, c) }})
	head, err := readPlayhead(dir)
	if err != nil {
		s.warn("playhead", err)
	}
	state, err := onair.Recover(s.journal, s.settings())
	if err != nil {
		return err
	}
	s.sweep(state.Items)
	if s.orders, err = openOrders(s); err != nil {
		return err
	}
	if s.above, err = openAbove(dir, &s.journal.db.Reader, s.orders.keySet()); err != nil {
		return err
	}
	s.orders.told = s.above
	s.enrolling = s.openEnrolling()
	s.desk = onair.NewDesk(onair.Parts{Journal: s.journal, Crew: s.crew, Now: s.clock.Now, View: s.view(dir), Warn: s.warn,
		Draw: func(c station.Card, b station.Board) (station.Strip, string) {
			d := drawCard(c, b, s.nameOn(c))
			return stripOf(d.Strip), d.Strip.Hash()
		}}, state, head)
	return nil
}

// start sets the rooms going, the ground first.
func (s *stationRooms) start(ctx context.Context, dir string) error {
	s.wg.Go(func() { _ = s.engine.Run(ctx) })
	s.wg.Go(func() { s.crew.Run(ctx) })
	s.wg.Go(func() { s.desk.Run(ctx) })
	s.wg.Go(func() { s.strangers.run(ctx, s.desk.Report) })
	s.wg.Go(func() { s.recorder.run(ctx) })
	s.wg.Go(func() { s.monitor.run(ctx) })
	s.wg.Go(func() { s.watchClusters(ctx) })
	s.wg.Go(func() { s.watchBoards(ctx) })
	s.wg.Go(func() { s.watchRoster(ctx) })
	s.wg.Go(func() { s.watchRest(ctx) })
	s.openPeople(ctx, dir)
	s.wg.Go(func() { s.watchMic(ctx, dir) })
	s.wg.Go(func() { s.watchItems(ctx) })
	s.wg.Go(func() { s.watchSoon(ctx) })
	s.wg.Go(func() { s.watchComing(ctx) })
	s.wg.Go(func() { s.watchRelays(ctx) })
	s.wg.Go(func() { s.poles.run(ctx) })
	s.wg.Go(func() { s.journal.safe.Keep(ctx) })
	s.tellRepair()
	s.wg.Go(func() {
		rundown.Watch(ctx, rundown.Parts{Snapshot: s.desk.Snapshot, Now: s.clock.Now, Report: s.desk.Report, Zone: Saigon})
	})
	s.wg.Go(func() { keepPlayhead(ctx, dir, s.crew.Positions, s.warn) })
	s.onStop(func() { s.fleet.Close(); s.boards.Close() })
	if s.conf.Upstream.Address != "" {
		if err := s.startMirror(ctx, dir); err != nil {
			return err
		}
	}
	s.sourceFolder(dir)
	return s.startRoads(ctx)
}

func (s *stationRooms) startMirror(ctx context.Context, dir string) error {
	conf, err := s.id.ClientFor(s.conf.Upstream.Peer, s.clock.Bounded, s.kin, s.conf.Upstream.Next)
	if err != nil {
		return err
	}
	s.watchUpstreamKey(conf)
	told, err := readUpstream(dir, s.conf.Upstream.Peer)
	if err != nil {
		s.warn("what was sent before", err)
	}
	if s.orders.sounds, err = s.openComing(dir); err != nil {
		return err
	}
	s.sender = mirror.NewSender(s.journal.db, mirror.SenderOptions{
		Acked: told.Acked, LastAck: told.LastAck,
		Identity: mirror.Identity{Node: s.id.ID(), Name: s.conf.Name, Build: s.Build, Boot: s.journal.db.Boot()},
		Peer:     s.upstreamName(),
		Wall:     func() (time.Time, store.Quality) { t, q := s.clock.Wall(); return t, uint8(q) },
		Dial:     mirror.Dial("wss://"+s.conf.Upstream.Address+"/ws/mirror", conf, mirror.NetDial(s.road)),
		Timing:   mirrorTiming(s.conf.Demo),
		Accept:   s.orders.fromUpstream,
		Fetch:    s.orders.sounds.fetch,
		Lend:     s.openGoing(dir),
	})
	s.wg.Go(func() { s.tellKeys(ctx, s.conf.Upstream.Address, s.conf.Upstream.Peer) })
	s.wg.Go(func() { s.compareBooks(ctx) })
	s.wg.Go(func() { keepUpstream(ctx, dir, s.conf.Upstream.Peer, s.sender.Link, s.warn) })
	return nil
}

// mirrorTiming makes a demonstration's link go and come back while one looks.
func mirrorTiming(demo bool) mirror.Timing {
	if demo {
		return mirror.Timing{Cap: 3 * time.Second, Ping: 1500 * time.Millisecond, Dead: 5 * time.Second, Hello: 4 * time.Second}
	}
	return mirror.Timing{}
}

// open begins to serve: the desk's socket first, then the machines.
func (s *stationRooms) open(ctx context.Context, dir string) (addr, page string, err error) {
	l, err := listenAttach(dir)
	if err != nil {
		return "", "", err
	}
	srv := attach.NewServer(attach.Parts{Desk: deskPort{s.desk, s.clock}, Meters: s.meters, Preview: s.preview, Import: s.importFile,
		Proof: s.proof, Keep: s.keepAsked, Books: s.books(dir), Stop: s.stopAsked, Order: s.orderByHand, Enrol: s.invite, DryRun: s.dryRun, Mics: microphones, ID: s.id.ID(), Build: s.Build, Persons: s.persons()})
	s.wg.Go(func() { _ = srv.Serve(ctx, l) })
	mux := http.NewServeMux()
	mux.Handle(cluster.Path, s.fleet.Handler())
	mux.Handle(board.Path, s.boards.Handler())
	if addr, err = s.serveMachines(s.conf.Listen, s.door(), mux); err != nil {
		return "", "", err
	}
	if err = s.servePipes(ctx, mux); err != nil {
		return "", "", err
	}
	s.enrolling.mu.Lock()
	s.enrolling.addr = addr
	s.enrolling.mu.Unlock()
	s.pullAt = s.servePulls(ctx)
	page, err = s.servePage(s.conf.Page, s.pages())
	return addr, page, err
}

// known tells whether a key belongs to a cluster or board of the roster.
func (s *stationRooms) known(id string) bool { return s.knownCluster(id) || s.knownBoard(id) }

func (s *stationRooms) knownCluster(id string) bool {
	return slices.ContainsFunc(s.desk.Snapshot().Clusters, func(c station.ClusterView) bool { return string(c.ID) == id })
}

func (s *stationRooms) knownBoard(id string) bool {
	return slices.ContainsFunc(s.desk.Snapshot().Boards, func(b station.BoardView) bool { return string(b.ID) == id })
}
