package boot

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"loaxa/app/onair"
	"loaxa/app/playout"
	"loaxa/app/station"
	"loaxa/audio/codec"
	"loaxa/audio/frame"
	"loaxa/audio/library"
	"loaxa/audio/source"
)

// What a station may lack; the screen says it in words.
const (
	lacksOpus   = "opus"
	lacksSpeech = "speech"
	lacksCard   = "card" // the station's own machine cannot be heard
)

// lookAround finds what this machine lacks.
func (s *stationRooms) lookAround() {
	s.codec = codec.Best().String()
	if err := codec.OpusAvailable(); err != nil {
		s.missing = append(s.missing, lacksOpus)
		s.warn("no Opus on the wire", err)
	}
	if err := s.conf.Speech.canSpeak(); err != nil {
		s.missing = append(s.missing, lacksSpeech)
		s.warn("no speech from text", err)
	}
	if err := cardAvailable(); err != nil {
		s.missing = append(s.missing, lacksCard)
		s.log.Info("no sound card of the station's own", "why", err)
	}
}

// settings are the house's defaults.
func (s *stationRooms) settings() onair.Settings {
	set := onair.Settings{MicLimit: 10 * time.Minute, MicSilence: 2 * time.Minute, DefaultSiren: "attention", Chime: "chime",
		AllClear: "all-clear", DrillOpen: s.words.DrillOpen, RepeatIntro: s.words.RepeatIntro, Demo: s.conf.Demo,
		Attention: "attention", ToneLength: map[string]time.Duration{}, Zone: Saigon, Cross: time.Duration(s.conf.Cross * float64(time.Second)), NoCard: slices.Contains(s.missing, lacksCard),
		Say: onair.Say{Correction: s.words.Correction, AllClear: s.words.AllClear,
			CorrectionTitle: s.words.CorrectionTitle, AllClearTitle: s.words.AllClearTitle, Hotline: s.words.Hotline,
			TimeOfDay: s.words.TimeOfDay, FullHour: s.words.FullHour, Untitled: s.words.Untitled, Recording: s.words.Recording, SpeakerTest: s.words.SpeakerTest, Update: s.words.Update, Filler: s.words.Filler, LineCheck: s.words.LineCheck, Listen: s.words.Listen, LastCall: s.words.LastCall}}
	for _, t := range source.Tones() {
		if t.Use != source.Drill { // a drill's mark is no siren to choose
			set.Tones = append(set.Tones, t.ID)
		}
		if src, err := source.NewTone(t, 0); err == nil {
			set.ToneLength[t.ID] = time.Duration(src.Len()) * time.Second / frame.Rate
		}
	}
	return set
}

// sources opens what playout asks for.
func (s *stationRooms) sources() playout.Library {
	return playout.Library{
		Item:   s.ahead.Item,
		Speech: s.speech,
		Tone: func(id string, from time.Duration) (source.Source, error) {
			p, ok := source.FindTone(source.Tones(), id)
			if !ok {
				return nil, fmt.Errorf("no tone %q", id)
			}
			return source.NewTone(p, int64(from)*frame.Rate/int64(time.Second))
		},
		Mic: func() (source.Source, error) {
			h := source.NewHorn(s.capture.Live())
			s.mic.horn.Store(h)
			return h, nil
		},
	}
}

// toHear opens an item as it would go on air.
func (s *stationRooms) toHear(ctx context.Context, id station.ItemID) (source.Source, error) {
	src, gain, err := s.openItem(ctx, id, 0)
	if err != nil {
		return nil, err
	}
	return source.NewGain(src, float32(gain)), nil
}

// toHeadset makes sound of words for who speaks; nothing of it is kept.
func (s *stationRooms) toHeadset(ctx context.Context, text string) (source.Source, error) {
	said, err := s.lib.SayAs(ctx, text, s.voice())
	if err != nil {
		return nil, err
	}
	defer said.Close()
	return said.Open(context.WithoutCancel(ctx))
}

// speech makes sound of a text. It is heard from memory: the words of an
// emergency wait for no disk. The library takes it in beside that.
func (s *stationRooms) speech(ctx context.Context, text string) (source.Source, float64, error) {
	said, err := s.lib.SayAs(ctx, text, s.voice())
	if err != nil {
		return nil, 0, err
	}
	src, err := said.Open(ctx)
	if err != nil {
		said.Close()
		return nil, 0, err
	}
	s.wg.Go(func() {
		defer said.Close()
		it, err := said.Keep(context.WithoutCancel(ctx))
		if err != nil {
			s.warn("speech not kept", err)
			return
		}
		s.desk.Report(station.ItemAdded{Item: itemOf(it, "station", true)})
	})
	return src, said.Gain(), nil
}

// sweep throws away files that no record names: an import that was killed
// between its file and its record.
func (s *stationRooms) sweep(items map[station.ItemID]station.Item) {
	n, err := s.lib.Sweep(func(id library.ID) bool { _, ok := items[station.ItemID(id)]; return ok })
	if err != nil {
		s.warn("library not swept", err)
	}
	if n > 0 {
		s.log.Info("files without a record thrown away", "files", n)
	}
}

func itemOf(it library.Item, by string, speech bool) station.Item {
	return station.Item{ID: station.ItemID(it.ID), Title: it.Title, Codec: it.Codec, Length: samplesLong(it.Tail - it.Head), Head: it.Head,
		Tags: tagWords(it), LUFS: it.LUFS, TruePk: it.PeakDB, GainDB: it.GainDB(), Bytes: it.Bytes, Speech: speech, AddedBy: by}
}

// tagWords is what a file says of itself and its name does not.
func tagWords(it library.Item) string {
	var out []string
	for _, w := range []string{it.Tags.Title, it.Tags.Artist} {
		if w != "" && !strings.EqualFold(w, it.Title) && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return strings.Join(out, " · ")
}

func samplesLong(n int64) time.Duration {
	return time.Duration(n) * time.Second / frame.Rate
}

// item is an item of the library as the desk knows it; one that it does not
// know is played whole and as it is.
func (s *stationRooms) item(id station.ItemID) station.Item {
	items := s.desk.Snapshot().Items
	if i := slices.IndexFunc(items, func(it station.Item) bool { return it.ID == id }); i >= 0 {
		return items[i]
	}
	return station.Item{ID: id}
}

// gainOf brings an item to the target loudness, linear.
func gainOf(it station.Item) float32 { return float32(math.Pow(10, it.GainDB/20)) }

// cutOf is the item without the silence at its ends.
func cutOf(it station.Item) library.Cut {
	return library.Cut{Head: it.Head, N: samplesOf(it.Length)}
}

func samplesOf(d time.Duration) int64 { return int64(math.Round(d.Seconds() * frame.Rate)) }

// openItem opens an item without the silence at its ends, from a place in it
// on, and says what brings it to the target loudness, linear.
func (s *stationRooms) openItem(ctx context.Context, id station.ItemID, from time.Duration) (source.Source, float64, error) {
	it := s.item(id)
	if it.Relay() {
		return s.openRelay(context.WithoutCancel(ctx), it, from), 1, nil // Close ends it
	}
	src, err := s.lib.Open(ctx, library.ID(id), it.Head+samplesOf(from))
	if err != nil {
		return nil, 0, err
	}
	if n := samplesOf(it.Length); n > 0 {
		return source.NewTrim(src, it.Head, n), float64(gainOf(it)), nil
	}
	return src, float64(gainOf(it)), nil
}

// importFile takes a file into the library; who asked waits until its record
// is decided.
func (s *stationRooms) importFile(ctx context.Context, path, actor string, progress func(done, total int64)) (station.Item, error) {
	if station.LooksRelay(path) {
		return s.relayItem(ctx, path, actor)
	}
	const whole = 1000
	it, err := s.lib.Import(ctx, path, func(share float64) { progress(int64(share*whole), whole) })
	if err != nil {
		return station.Item{}, worded(err)
	}
	item := itemOf(it, actor, false)
	return item, s.addItem(ctx, item)
}

// addItem gives the desk a new item and waits until the desk has it and its
// record is on disk: without the record the next start throws the file away.
func (s *stationRooms) addItem(ctx context.Context, item station.Item) error {
	ctx, cancel := context.WithTimeout(ctx, itemWait)
	defer cancel()
	signal, end := s.desk.Subscribe()
	defer end()
	s.desk.Report(station.ItemAdded{Item: item})
	saved := func() bool {
		_, ok, err := s.journal.db.Get(station.ClassItem, string(item.ID))
		return ok && err == nil
	}
	for !s.hasItem(item.ID) || !saved() {
		select {
		case <-signal:
		case <-ctx.Done():
			return &station.Refusal{Code: station.NotSaved, Subject: s.journal.saved().Why}
		}
	}
	return nil
}

// itemWait is how long an import waits for its record.
const itemWait = 10 * time.Second

func (s *stationRooms) hasItem(id station.ItemID) bool {
	for _, it := range s.desk.Snapshot().Items {
		if it.ID == id {
			return true
		}
	}
	return false
}

func (s *stationRooms) showCard(b station.Board, c station.Card) {
	if err := s.boards.Show(string(b.ID), drawCard(c, b, s.nameOn(c))); err != nil {
		s.warn("card", err)
	}
}

// nameOn is the station's name on a card: the operator's, else the station
// file's.
func (s *stationRooms) nameOn(c station.Card) string { return cmp.Or(c.Name, s.conf.Name) }

// view is what the screen says of the station itself.
func (s *stationRooms) view(dir string) func() station.StationView {
	v := station.StationView{ID: s.id.ID(), Name: s.conf.Name, UpstreamLabel: s.conf.Upstream.Label, Demo: s.conf.Demo,
		Codec: s.codec, Missing: s.missing, Tones: s.settings().Tones, Version: s.Build, DataDir: dir}
	repair := newestRepair(&s.journal.db.Reader)
	return func() station.StationView {
		v := v
		v.MapRev, v.Repair = s.chart.version(), repair
		return v
	}
}

// stopAsked ends the station for somebody at its socket.
func (s *stationRooms) stopAsked(actor string) {
	s.log.Info("asked to end", "by", actor)
	s.stop()
}

func (s *stationRooms) preview(c station.Card, id station.BoardID) (station.Strip, error) {
	snap := s.desk.Snapshot()
	for _, b := range snap.Boards {
		if b.ID == id || id == "" {
			return stripOf(drawCard(c, b.Board, snap.Station.Name).Strip), nil
		}
	}
	return station.Strip{}, &station.Refusal{Code: station.UnknownBoard, Subject: string(id)}
}

func (s *stationRooms) proof() (json.RawMessage, error) {
	p, err := s.journal.db.Proof()
	if err != nil {
		return nil, err
	}
	return json.Marshal(p)
}

// levels is what the poles last said of their level; it moves faster than
// decisions and is asked for, never pushed.
type levels struct {
	mu sync.Mutex
	by map[station.ClusterID]float32
}

func (l *levels) set(id station.ClusterID, v float32) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.by == nil {
		l.by = map[station.ClusterID]float32{}
	}
	l.by[id] = v
}

func (s *stationRooms) meters() station.Meters {
	m := station.Meters{Air: s.crew.Meters(), Position: s.crew.Positions(), Clusters: map[station.ClusterID]float32{}}
	if mic := s.capture.State(); mic.Flowing { // what stands in the meter of one that gives nothing is old
		m.Mic = station.Meter{Peak: mic.Level.Peak, RMS: mic.Level.RMS}
	}
	s.levels.mu.Lock()
	defer s.levels.mu.Unlock()
	for k, v := range s.levels.by {
		m.Clusters[k] = v
	}
	return m
}

// deskPort is the desk as attach serves it.
type deskPort struct {
	*onair.Desk
	clock *Clock
}

// Submit asks the desk; its answers are coded as they are.
func (d deskPort) Submit(ctx context.Context, in station.Intent, who station.Person) (any, func(context.Context) (any, bool), error) {
	_, clock := in.(station.ClockConfirm)
	if clock && !d.clock.Possible() {
		return onair.Answer{Refusal: &station.Refusal{Code: station.ClockImpossible}}, nil, nil
	}
	a, err := d.Desk.SubmitAs(ctx, in, who)
	if clock && err == nil && a.Refusal == nil {
		d.clock.Confirm()
	}
	if err != nil || a.Later() == nil {
		return a, nil, err
	}
	return a, func(ctx context.Context) (any, bool) {
		select {
		case saved := <-a.Later():
			return saved, true
		case <-ctx.Done():
			return nil, false
		}
	}, nil
}

// pages are the station's pages for people.
func (s *stationRooms) pages() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = fmt.Fprintln(w, s.desk.Snapshot().Station.Name)
	})
	mux.HandleFunc("GET /sdp/{file}", s.serveSDP)
	return mux
}
