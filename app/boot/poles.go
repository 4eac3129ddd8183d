package boot

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"loaxa/app/agent"
	"loaxa/app/rundown"
	"loaxa/app/station"
	"loaxa/audio/library"
	"loaxa/devices"
	"loaxa/devices/cluster"
)

// What poles may do alone.
const (
	plansEvery    = 3 * time.Second      // how often the plans are looked at
	planDays      = 8                    // of the timetable at the poles
	aloneAfter    = 10 * time.Minute     // without a station before the timetable is aired
	lastAfter     = 2 * time.Minute      // before an emergency's repeats are read by the poles
	lastUntil     = 6 * time.Hour        // as an emergency order, no longer
	quietCap      = 0.5                  // in hours of peace: half of full scale, 6 dB down
	planVersionAt = "poles.version"      // the number of the newest plan, so that it only grows
	maxTitleBytes = cluster.MaxWords / 4 // of a slot on the wire
)

// poles gives every cluster what it keeps for when it is alone.
type poles struct {
	s   *stationRooms
	dir string

	mu      sync.Mutex
	paths   map[string]string          // file by hash: what a cluster may ask for
	telling map[station.ClusterID]bool // has told rows that may not be on disk yet

	copies  map[station.ItemID]cluster.PlanFile // air copies made; Bytes 0: it cannot be made; written by run alone, under mu
	spoken  map[string]station.ItemID           // of emergency texts
	sent    map[station.ClusterID][]byte        // plan without its version, as sent
	version uint64
}

func newPoles(s *stationRooms, dir string) *poles {
	p := &poles{s: s, dir: dir, paths: map[string]string{}, telling: map[station.ClusterID]bool{}, copies: map[station.ItemID]cluster.PlanFile{},
		spoken: map[string]station.ItemID{}, sent: map[station.ClusterID][]byte{}}
	if b, err := os.ReadFile(filepath.Join(dir, planVersionAt)); err == nil {
		p.version, _ = strconv.ParseUint(strings.TrimSpace(string(b)), 10, 63)
	}
	return p
}

// assets is what the fleet needs of them.
func (p *poles) assets() devices.Assets {
	return devices.Assets{Tones: agent.TonesName(), Read: p.read, Alone: p.alone, Wall: func() int64 {
		if t, q := p.s.clock.Wall(); q == station.ClockGood {
			return t.UnixMilli()
		}
		return 0
	}}
}

// read is a part of a file that a plan named.
func (p *poles) read(asset string, offset int64, buf []byte) (n int, total int64, err error) {
	p.mu.Lock()
	path, ok := p.paths[asset]
	p.mu.Unlock()
	if !ok {
		return 0, 0, errors.New("no plan names this file")
	}
	f, err := os.Open(path)
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = f.Close() }() // read only
	st, err := f.Stat()
	if err != nil {
		return 0, 0, err
	}
	if n, err = f.ReadAt(buf, offset); errors.Is(err, io.EOF) {
		err = nil
	}
	return n, st.Size(), err
}

// alone hands the desk what a pole did by itself.
func (p *poles) alone(id string, rows []cluster.AloneRow) {
	f := station.PoleAlone{ID: station.ClusterID(id)}
	for _, r := range rows {
		f.Rows = append(f.Rows, station.PoleRow{Number: r.Number, At: r.At, Kind: r.Kind, Title: r.Title, Why: r.Why,
			Played: time.Duration(r.Played) * time.Millisecond})
	}
	p.mu.Lock()
	p.telling[f.ID] = true
	p.mu.Unlock()
	p.s.desk.Report(f)
}

// run keeps the plans until ctx ends.
func (p *poles) run(ctx context.Context) {
	var seen uint64
	var day string
	for pauseFor(ctx, plansEvery) {
		p.tellTaken()
		snap := p.s.desk.Snapshot()
		now, q := p.s.clock.Wall()
		if q != station.ClockGood || snap.Rev == seen && now.Format(time.DateOnly) == day {
			continue // nobody can keep a timetable that has no date
		}
		seen, day = snap.Rev, now.Format(time.DateOnly)
		for _, c := range snap.Clusters {
			p.plan(ctx, snap, c.Cluster, now)
		}
	}
}

// tellTaken lets the poles forget what is on disk.
func (p *poles) tellTaken() {
	p.mu.Lock()
	telling := p.telling
	p.telling = map[station.ClusterID]bool{}
	p.mu.Unlock()
	if len(telling) == 0 {
		return
	}
	var rows map[station.ClusterID]uint64
	rec, ok, err := p.s.journal.db.Get(station.ClassDesk, station.PoleRowsKey)
	if err == nil && ok {
		err = json.Unmarshal(rec.Payload, &rows)
	}
	if err != nil {
		p.s.warn("rows of poles", err)
	}
	for id := range telling {
		if n := rows[id]; n > 0 {
			p.s.fleet.TakenAlone(string(id), n)
		}
	}
}

// plan makes a cluster's plan and sends it where it differs from the last.
func (p *poles) plan(ctx context.Context, snap *station.Snapshot, c station.Cluster, now time.Time) {
	morning := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, Saigon)
	pl := cluster.Plan{Version: 1, Station: p.s.id.ID(), Made: morning.Unix(), Until: morning.AddDate(0, 0, planDays).Unix(),
		After: int(aloneAfter / time.Second), Zone: offsetOf(now), Guard: guardOf(snap.Station.Rules, c)}
	pl.Last = p.lastWords(ctx, snap, c, &pl)
	pl.Slots = p.slots(ctx, snap, c, &pl, morning)
	same, err := pl.Encode()
	if err != nil {
		p.s.warn("plan of a pole", err)
		return
	}
	if bytes.Equal(same, p.sent[c.ID]) {
		return
	}
	p.version = max(p.version+1, uint64(max(now.UnixMilli(), 1)))
	pl.Version = p.version
	if err := writeWhole(filepath.Join(p.dir, planVersionAt), []byte(strconv.FormatUint(p.version, 10))); err != nil {
		p.s.warn("plan of a pole", err)
		return
	}
	doc, err := pl.Encode()
	if err != nil {
		p.s.warn("plan of a pole", err)
		return
	}
	p.sent[c.ID] = same
	p.s.fleet.SetPlan(string(c.ID), doc)
}

// writeWhole leaves the old or the new file behind, whatever happens.
func writeWhole(path string, b []byte) error {
	f, err := os.Create(path + ".new")
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

func offsetOf(t time.Time) int {
	_, seconds := t.In(Saigon).Zone()
	return seconds
}

// guardOf is what the cluster never goes beyond: the hours of peace, and how
// loud it may be beside its place. It holds at the pole without a station too.
func guardOf(r station.Rules, c station.Cluster) cluster.Guard {
	g := cluster.Guard{QuietFrom: r.Quiet.From, QuietTo: r.Quiet.Until, QuietCap: quietCap}
	if most := r.Caps.Of(c.Near); most > 0 {
		g.Cap = float32(most) / 100
		g.QuietCap = min(g.QuietCap, g.Cap)
	}
	return g
}

func here(t station.Targets, c station.Cluster) bool {
	return len(t.Match([]station.Cluster{c})) > 0
}

// slots are the lines of the timetable that this cluster airs.
func (p *poles) slots(ctx context.Context, snap *station.Snapshot, c station.Cluster, pl *cluster.Plan, morning time.Time) (out []cluster.PlanSlot) {
	for _, sl := range snap.Plan.Slots {
		if sl.Off || len(out) >= cluster.MaxPlanSlots || !here(sl.Targets, c) {
			continue
		}
		ps := cluster.PlanSlot{ID: uint64(sl.ID), Title: clipBytes(sl.Title, maxTitleBytes), Minute: sl.Minute, Days: uint8(sl.Days), From: sl.From, To: sl.Until}
		for _, id := range sl.Items {
			if f, ok := p.copyOf(ctx, id); ok {
				ps.Play = append(ps.Play, cluster.PlanPiece{Asset: f.Asset, Gain: gainOf(p.s.item(id))})
				keep(pl, f)
			}
		}
		ps.Skip = silentStarts(sl, ps, snap.Station.Rules.Quiet, morning)
		if len(ps.Play) > 0 {
			out = append(out, ps)
		}
	}
	return out
}

// silentStarts are starts by the plain calendar on which the slot is not heard.
func silentStarts(sl station.Slot, ps cluster.PlanSlot, q station.Quiet, morning time.Time) (skip []int64) {
	starts := rundown.Starts(sl, morning.Add(-time.Second), morning.AddDate(0, 0, planDays), Saigon)
	for day := range planDays {
		at, ok := ps.On(morning.AddDate(0, 0, day).Add(12 * time.Hour))
		if ok && (q.Has(sl.Minute) || slices.Contains(sl.Skip, at.Unix()) || !slices.ContainsFunc(starts, at.Equal)) {
			skip = append(skip, at.Unix())
		}
	}
	return skip
}

func keep(pl *cluster.Plan, f cluster.PlanFile) {
	if len(pl.Keep) < cluster.MaxPlanKeep && !slices.Contains(pl.Keep, f) {
		pl.Keep = append(pl.Keep, f)
	}
}

// lastWords are the emergencies that this cluster goes on reading when the
// station is gone: those that their author wants to be read again.
func (p *poles) lastWords(ctx context.Context, snap *station.Snapshot, c station.Cluster, pl *cluster.Plan) (out []cluster.LastWord) {
	for _, em := range snap.Open {
		if em.Drill || em.Repeat.Times == 0 || len(out) >= cluster.MaxLastWords || !here(em.Targets, c) {
			continue
		}
		l := cluster.LastWord{ID: uint64(em.ID), Title: clipBytes(em.Text, maxTitleBytes), After: int(lastAfter / time.Second),
			Every: int(em.Repeat.Every / time.Second), Times: min(em.Repeat.Times, station.MaxRepeats), Until: em.Since.Wall.Add(lastUntil).Unix(),
			Play: []cluster.PlanPiece{{Asset: devices.ToneAsset + em.Siren, Gain: 1}}}
		if id, ok := p.said(ctx, em.Text); ok {
			if f, ok := p.copyOf(ctx, id); ok {
				l.Play = append(l.Play, cluster.PlanPiece{Asset: f.Asset, Gain: gainOf(p.s.item(id))})
				keep(pl, f)
			}
		}
		out = append(out, l)
	}
	return out
}

// said is the item of a text's speech.
func (p *poles) said(ctx context.Context, text string) (station.ItemID, bool) {
	if id, ok := p.spoken[text]; ok || strings.TrimSpace(text) == "" {
		return id, id != ""
	}
	it, err := p.s.lib.Speech(ctx, text, string(p.s.conf.Language))
	if err != nil {
		p.s.warn("no last words", err)
		p.spoken[text] = ""
		return "", false
	}
	p.s.desk.Report(station.ItemAdded{Item: itemOf(it, "station", true)})
	p.spoken[text] = station.ItemID(it.ID)
	return station.ItemID(it.ID), true
}

// copyOf is the file that poles keep of an item: its air copy, or where that
// cannot be made the item itself.
func (p *poles) copyOf(ctx context.Context, id station.ItemID) (cluster.PlanFile, bool) {
	if f, ok := p.copies[id]; ok {
		return f, f.Bytes > 0
	}
	if p.s.item(id).Relay() {
		return cluster.PlanFile{}, false // nothing that could be kept
	}
	path, err := p.s.lib.AirCopy(ctx, library.ID(id), cutOf(p.s.item(id)), p.s.conf.Bitrate)
	if ctx.Err() != nil {
		return cluster.PlanFile{}, false
	}
	if err != nil {
		p.s.log.Info("a pole keeps the item as it is", "item", id, "why", err)
		path = p.s.lib.Path(library.ID(id))
	}
	f, err := p.offer(path)
	if err != nil {
		p.s.warn("item not for poles", err)
	}
	p.mu.Lock()
	p.copies[id] = f
	p.mu.Unlock()
	return f, f.Bytes > 0
}

// offer lets clusters ask for a file.
func (p *poles) offer(path string) (cluster.PlanFile, error) {
	r, err := os.Open(path)
	if err != nil {
		return cluster.PlanFile{}, err
	}
	defer func() { _ = r.Close() }() // read only
	h := sha256.New()
	n, err := io.Copy(h, io.LimitReader(r, cluster.MaxAsset+1))
	if err != nil || n == 0 || n > cluster.MaxAsset {
		return cluster.PlanFile{}, cmp.Or(err, errors.New("too large for a pole"))
	}
	f := cluster.PlanFile{Asset: hex.EncodeToString(h.Sum(nil)), Bytes: n}
	p.mu.Lock()
	p.paths[f.Asset] = path
	p.mu.Unlock()
	return f, nil
}

// clipBytes cuts a text at a letter.
func clipBytes(s string, most int) string {
	for len(s) > most {
		r := []rune(s)
		s = string(r[:max(len(r)-max((len(s)-most)/4, 1), 0)])
	}
	return s
}
