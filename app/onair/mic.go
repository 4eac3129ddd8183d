package onair

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"loaxa/app/station"
)

// noChime is the rule that a live broadcast begins without one.
const noChime = "none"

// tick closes what has run its time: a microphone left open or silent.
func (d *decision) tick() {
	d.actor = "station"
	d.boardsWrong()
	d.cardsTick()
	d.micTick()
	d.micFaults()
	d.planTick()
	d.lateTick()
	d.peaceTick()
	d.airTick()
	d.watchPoles()
	d.emergencyTick()
	d.turnTick()
	d.trialTick()
	d.apartTick()
	d.unsureTick()
}

func (d *decision) micTick() {
	rules := d.s.rules()
	if r := d.s.Mic.Record; r != nil && d.now.Mono-r.Since.Mono >= rules.MicLimit {
		d.endRecording("time-limit", false)
	} else if r != nil {
		told := *r
		told.Warned = d.lastCall(r.Since, rules.MicLimit, r.Warned)
		d.s.Mic.Record = &told
	}
	if t := d.s.Mic.Test; t != (station.Stamp{}) && d.now.Mono-t.Mono >= station.MicTestLimit {
		d.endTest()
	}
	b := d.s.liveAir()
	if b == nil || !b.Flags.Speak {
		return
	}
	switch at := d.s.silentAt(); {
	case d.now.Mono-b.PieceAt.Mono >= limitOf(rules, b):
		d.end(b.ID, "time-limit")
	case at != (station.Stamp{}) && d.now.Mono-at.Mono >= rules.MicSilence:
		d.end(b.ID, "silent")
	default:
		b.Flags.Warned = d.lastCall(b.PieceAt, limitOf(rules, b), b.Flags.Warned)
	}
}

// limitOf is how long the microphone of b may be open, by its class.
func limitOf(r station.Rules, b *Broadcast) time.Duration {
	if b.Class == station.EmergencyLive {
		return r.DangerLimit
	}
	return r.MicLimit
}

// lastCall warns once, into the headset, who speaks since then; a limit that
// was moved away warns again. It returns whether the warning stands.
func (d *decision) lastCall(since station.Stamp, limit time.Duration, warned bool) bool {
	rules := d.s.rules()
	left := limit - (d.now.Mono - since.Mono)
	if left > station.LastCall || limit <= station.LastCall {
		return false
	}
	if !warned && !rules.NoLastCall && !d.s.Settings.NoCard {
		words := strings.ReplaceAll(d.s.Settings.Say.LastCall, "{seconds}", strconv.Itoa(int(left.Round(time.Second).Seconds())))
		d.cue(station.CueMonitor{Tone: d.s.Settings.Chime, Say: words})
	}
	return true
}

// silentAt is since when nothing is heard on the open microphone; zero: it is.
func (s *State) silentAt() station.Stamp {
	b := s.liveAir()
	if b == nil || !b.Flags.Speak {
		return station.Stamp{}
	}
	switch s.Known.Mic.State {
	case station.MicNoSignal, station.MicNone, station.MicBroken:
	default:
		return station.Stamp{}
	}
	if s.Known.MicSince.Mono > b.PieceAt.Mono {
		return s.Known.MicSince
	}
	return b.PieceAt
}

// keepSaid begins to record what is said on air. The number of a broadcast is
// never used again, and so is its key.
func (d *decision) keepSaid(b *Broadcast) {
	if b.Flags.Record {
		return
	}
	b.Flags.Record = true
	d.cue(station.CueRecord{Key: liveKey(b.ID), On: true, Title: d.titled(b.Title, b.Started.Wall), Of: b.ID})
}

// voiceOver ends what was kept of a microphone whose sound ended by itself: from
// here on it is nobody's, and another may open it.
func (d *decision) voiceOver(b *Broadcast) {
	if !b.Flags.Speak || slices.ContainsFunc(b.Pieces, func(p station.Piece) bool { return p.Kind == station.FromMic }) {
		return
	}
	b.Flags.Speak = false
	if b.Flags.Record {
		b.Flags.Record = false
		d.cue(station.CueRecord{Key: liveKey(b.ID), Title: d.titled(b.Title, b.Started.Wall), Of: b.ID})
	}
}

func liveKey(id station.BroadcastID) string { return fmt.Sprintf("live-%d", id) }

// titled names what nobody named by the time of day.
func (d *decision) titled(title string, at time.Time) string {
	if title = strings.TrimSpace(title); title == "" {
		return d.s.Settings.Say.Untitled + " " + d.timeOfDay(at)
	}
	return title
}

// freeMic ends what the microphone is used for off the air: a recording is
// kept, a test is over.
func (d *decision) freeMic() {
	d.endRecording("interrupted", false)
	d.endTest()
}

func (d *decision) endTest() {
	if d.s.Mic.Test != (station.Stamp{}) {
		d.s.Mic.Test = station.Stamp{}
		d.cue(station.CueMic{})
	}
}

func (d *decision) endRecording(reason string, discard bool) {
	r := d.s.Mic.Record
	if r == nil {
		return
	}
	d.s.Mic.Record = nil
	d.cue(station.CueRecord{Key: r.Key, Title: r.Title, Discard: discard})
	d.note(station.Event{Kind: station.EvMic, Title: r.Title, Reason: "record-" + reason, Duration: d.now.Mono - r.Since.Mono})
}

func (d *decision) recordStart(in station.RecordStart) *station.Refusal {
	switch {
	case d.s.liveAir() != nil || d.s.Mic.Record != nil:
		return no(station.MicBusy, "", 0)
	case !d.micUsable():
		return no(station.MicAbsent, d.s.Known.Mic.Why, 0)
	}
	title, r := lineOK(in.Title, station.MaxTitle)
	if r != nil {
		return r
	}
	d.endTest()
	if title == "" {
		title = d.s.Settings.Say.Recording + " " + d.timeOfDay(d.now.Wall)
	}
	d.s.Counters.Record++
	rec := &Recording{Key: fmt.Sprintf("rec-%d", d.s.Counters.Record), Title: title, Who: d.actor, Since: d.now}
	d.s.Mic.Record = rec
	d.cue(station.CueRecord{Key: rec.Key, On: true, Title: rec.Title})
	d.note(station.Event{Kind: station.EvMic, Title: rec.Title, Reason: "record"})
	return nil
}

func (d *decision) recordStop(discard bool) *station.Refusal {
	if d.s.Mic.Record == nil {
		return no(station.NotRecording, "", 0)
	}
	reason := "by-hand"
	if discard {
		reason = "discarded"
	}
	d.endRecording(reason, discard)
	return nil
}

func (d *decision) micTest(on bool) *station.Refusal {
	switch {
	case !on:
		d.endTest()
		return nil
	case d.s.liveAir() != nil || d.s.Mic.Record != nil:
		return no(station.MicBusy, "", 0)
	case !d.micUsable():
		return no(station.MicAbsent, d.s.Known.Mic.Why, 0)
	}
	if d.s.Mic.Test == (station.Stamp{}) {
		d.cue(station.CueMic{On: true})
	}
	d.s.Mic.Test = d.now
	return nil
}

// hearHere lets the officer hear an item before others do. An open microphone
// would carry it on air.
func (d *decision) hearHere(id station.ItemID) *station.Refusal {
	switch {
	case id == "":
	case d.s.Settings.NoCard:
		return no(station.NoCard, "", 0)
	case d.s.liveAir() != nil || d.s.Mic.Record != nil:
		return no(station.MicBusy, "", 0)
	default:
		if _, ok := d.s.Items[id]; !ok {
			return no(station.UnknownItem, string(id), 0)
		}
	}
	d.cue(station.CueMonitor{Item: id})
	return nil
}

// speakerTest plays the chime once, on a cluster or on the station's own card.
func (d *decision) speakerTest(id station.ClusterID) *station.Refusal {
	tone := d.s.Settings.Chime
	if id == "" {
		switch {
		case d.s.Settings.NoCard:
			return no(station.NoCard, "", 0)
		case d.s.liveAir() != nil || d.s.Mic.Record != nil:
			return no(station.MicBusy, "", 0) // it would be said with the rest
		}
		d.cue(station.CueMonitor{Tone: tone})
		return nil
	}
	c := d.s.cluster(id)
	switch {
	case c == nil:
		return no(station.UnknownTarget, string(id), 0)
	case d.allTaken([]station.ClusterID{id}, station.Live):
		return no(station.EmergencyOnAir, "", 0)
	case d.allTaken([]station.ClusterID{id}, station.Operator):
		return no(station.AlreadyLive, "", 0)
	}
	title := strings.TrimSpace(d.s.Settings.Say.SpeakerTest + " " + c.Name)
	d.begin(Broadcast{Class: station.Operator, Who: d.actor, Title: title, Targets: station.Targets{Clusters: []station.ClusterID{id}},
		Pieces: []station.Piece{{Kind: station.FromTone, Tone: tone, Title: tone}}}).Trial = station.TrialTone
	d.note(station.Event{Kind: station.EvSpeakerTest, Cluster: id, Number: c.Number, Title: c.Name})
	return nil
}

// recorded takes what was said into the library.
func (d *decision) recorded(f station.Recorded) {
	if r := d.s.Mic.Record; r != nil && r.Key == f.Key {
		d.s.Mic.Record = nil // it ended by itself
	}
	it := f.Item
	if b := d.s.find(f.Of); b != nil && f.Key == liveKey(b.ID) {
		b.Flags.Record = false // the same on air: who speaks sees it
		it.Title = cmp.Or(it.Title, b.Title)
	}
	it.Title = d.titled(it.Title, d.now.Wall)
	if f.Broken != "" {
		d.note(station.Event{Kind: station.EvMic, Broadcast: f.Of, Title: it.Title, Reason: f.Broken})
		d.fault("record-"+f.Key, station.EvMic, "", it.Title, f.Broken)
		return
	}
	if it.ID == "" {
		return
	}
	if _, have := d.s.Items[it.ID]; have {
		return
	}
	it.Kind, it.Of = station.KindRecording, f.Of
	if it.At.IsZero() {
		it.At = d.now.Wall
	}
	d.setItem(it, true)
	d.note(station.Event{Kind: station.EvRecorded, Broadcast: f.Of, Title: it.Title, Item: it.ID, Duration: it.Length, Actor: it.AddedBy},
		station.Record{Class: station.ClassItem, Key: string(it.ID), Value: it})
}

// viewMic is the microphone and what it does.
func (s *State) viewMic(now station.Stamp) station.MicView {
	rules := s.rules()
	v := station.MicView{State: s.Known.Mic.State, Name: s.Known.Mic.Name, Why: s.Known.Mic.Why, Limit: rules.MicLimit,
		Silence: rules.MicSilence, Stage: station.MicClosed, Last: s.lastRecording()}
	if v.State == "" {
		v.State = station.MicNone
	}
	b := s.liveAir()
	switch r := s.Mic.Record; {
	case b != nil:
		s.viewLive(&v, b, now)
	case r != nil:
		v.Stage, v.Recording, v.OpenedAt = station.MicRecord, true, r.Since
	case s.Mic.Test != (station.Stamp{}):
		v.Stage, v.OpenedAt = station.MicTesting, s.Mic.Test
	}
	return v
}

func (s *State) viewLive(v *station.MicView, b *Broadcast, now station.Stamp) {
	v.Limit = limitOf(s.rules(), b)
	v.Broadcast, v.Open, v.OpenedAt, v.Recording = b.ID, b.Flags.Speak, b.Since, b.Flags.Record
	meant := b.Targets.Match(s.Roster)
	for _, id := range meant {
		if id.SentOnly() { // it will never answer: nobody waits for it
			continue
		}
		v.Meant++
		if s.ready(b, s.known(id), now) {
			v.Ready++
		}
	}
	switch {
	case b.Flags.Speak:
		v.Stage, v.OpenedAt, v.SilentAt = station.MicSpeak, b.PieceAt, s.silentAt()
	case b.Phase != station.OnAir:
		v.Stage = station.MicPreparing
	default:
		v.Stage, v.SpeakAt = station.MicChime, s.speakAt(b)
	}
}

// ready tells whether a cluster plays the broadcast, or is linked and was told
// to a moment ago.
func (s *State) ready(b *Broadcast, k ClusterKnown, now station.Stamp) bool {
	switch {
	case !k.Up || silenced(k, b):
		return false
	case k.Health.Playing == b.ID:
		return k.Proof != (station.Stamp{}) && now.Mono-k.Proof.Mono <= station.ProofLife
	}
	return b.Phase == station.Preparing || now.Mono-b.Since.Mono <= station.ProofLife
}

// speakAt is when the microphone follows; zero when the length of what sounds
// before it is not known.
func (s *State) speakAt(b *Broadcast) station.Stamp {
	left := time.Duration(0)
	for _, p := range b.Pieces {
		if p.Kind == station.FromMic {
			break
		}
		n, ok := s.Settings.ToneLength[p.Tone]
		if p.Kind != station.FromTone || !ok {
			return station.Stamp{}
		}
		left += max(n-p.From, 0)
	}
	at := b.PieceAt
	at.Mono += left
	at.Wall = at.Wall.Add(left)
	return at
}

// lastRecording is the newest that the library holds.
func (s *State) lastRecording() (id station.ItemID) {
	var at time.Time
	for _, it := range s.Items {
		if it.Kind == station.KindRecording && (it.At.After(at) || it.At.Equal(at) && it.ID > id) {
			id, at = it.ID, it.At
		}
	}
	return id
}

// micOK takes a microphone that the system names: a path is the station file's.
func micOK(s string) bool {
	name, card := strings.CutPrefix(s, "card:")
	return s == "" || s == "auto" || card && name != "" && len(name) <= station.MaxMic && textOK(name, station.MaxMic) == nil && !strings.ContainsAny(name, "\n\t")
}

// micFaults rings for what is wrong with the microphone while it is used.
func (d *decision) micFaults() {
	b, name := d.s.liveAir(), d.s.Known.Mic.Name
	used := b != nil && b.Flags.Speak || d.s.Mic.Record != nil
	wrong := strings.Split(d.s.Known.Mic.Wrong, ",")
	for _, w := range station.MicFaults {
		id := "mic-" + w
		switch on := slices.Contains(wrong, w) && (used || w == station.MicUnplugged); {
		case !on:
			d.mended(id)
		case !d.isOpen(id):
			d.note(station.Event{Kind: station.EvMicFault, Title: name, Reason: w})
			d.fault(id, station.EvMicFault, "", name, w)
		}
	}
}
