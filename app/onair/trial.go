package onair

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"loaxa/app/station"
)

// When the silent check of the night is made.
const (
	checkFrom  = 2                // o'clock
	checkUntil = 4                // o'clock
	checkClear = 10 * time.Minute // nothing of the timetable may be due for so long
	checkAgain = 10 * time.Minute // after one that something else ended
)

// Trials are what the tests of the loudspeakers found.
type Trials struct {
	Found map[station.ClusterID]station.Tried // never changed in place
	Night string                              // the day whose check was made; a record of class desk
	Next  time.Duration                       // mono: no other try before
}

// Keys of the records of class desk.
const (
	nightKey  = "night-check"
	triedKeys = "tried-" // the cluster's id follows
)

// trialTick makes the check of the night once the air is free.
func (d *decision) trialTick() {
	at := d.now.Wall.In(d.s.zone())
	day := at.Format(time.DateOnly)
	if at.Hour() < checkFrom || at.Hour() >= checkUntil || d.s.Trials.Night == day || d.now.Mono < d.s.Trials.Next {
		return
	}
	soon := func(v station.DueView) bool {
		return v.State == station.DueComing && v.At.Sub(d.now.Wall) < checkClear
	}
	if d.busy() || slices.ContainsFunc(d.s.Plan.Due, soon) {
		return
	}
	d.s.Trials.Next = d.now.Mono + checkAgain
	if d.lineCheck() == nil {
		d.out.Started = 0
	}
}

// busy tells whether anything is to be heard; what is held by hand is not.
func (d *decision) busy() bool {
	return slices.ContainsFunc(d.s.Air, func(b Broadcast) bool { return b.Phase != station.Held })
}

// lineCheck sends silence to every loudspeaker that reports of itself: all the
// road is gone, and nobody is woken.
func (d *decision) lineCheck() *station.Refusal {
	var to []station.ClusterID
	for _, c := range d.s.Roster {
		if strings.HasPrefix(c.Kind, "IP") && !d.silent(c) {
			to = append(to, c.ID)
		}
	}
	switch {
	case len(to) == 0:
		return no(station.NoTargets, "", 0)
	case d.busy():
		return no(station.AirBusy, "", 0)
	}
	b := Broadcast{Class: station.Operator, Who: d.actor, Title: d.s.Settings.Say.LineCheck, Targets: station.Targets{Clusters: to},
		Pieces: []station.Piece{{Kind: station.FromSilence}}}
	b.Trial = station.TrialNight
	d.begin(b)
	return nil
}

// silent tells whether a cluster is muted, by us or by itself.
func (d *decision) silent(c station.Cluster) bool {
	k := d.s.Known.Clusters[c.ID]
	return c.Muted || k != nil && k.Health.Muted
}

// trialYields ends a silent check when anything else is to be heard.
func (d *decision) trialYields() {
	var ends []station.BroadcastID
	for _, b := range d.s.Air {
		other := func(o Broadcast) bool { return o.ID != b.ID && o.Phase != station.Held }
		if b.Trial == station.TrialNight && slices.ContainsFunc(d.s.Air, other) {
			ends = append(ends, b.ID)
		}
	}
	for _, id := range ends {
		d.end(id, "interrupted")
	}
}

// tried takes what one loudspeaker played of a test. What was cut short says
// nothing.
func (d *decision) tried(r pendingReceipt, id station.ClusterID, k ClusterKnown) {
	if c := d.s.cluster(id); r.Trial == "" || r.Cut || id.SentOnly() || c == nil || d.silent(*c) {
		return // what is muted plays nothing of a test, and is well
	}
	try := station.Try{At: d.now.Wall.Unix(), Found: station.FoundPart}
	played := k.Heard[r.Broadcast]
	switch {
	case played == 0 && !k.Up:
		try.Found = station.FoundAbsent
	case played == 0:
		try.Found = station.FoundNothing
	case k.HeardBy == r.Broadcast:
		try.Found = station.FoundHeard
	case k.Sounded == r.Broadcast:
		try.Found = station.FoundSound
	case played+time.Second >= r.Length:
		try.Found = station.FoundPlayed
	}
	d.s.Trials.Found = orNew(d.s.Trials.Found)
	now := d.s.Trials.Found[id]
	key, c := trialKey(id), d.s.cluster(id)
	if r.Trial == station.TrialNight {
		now.Night = try
	} else {
		now.Tone = try
	}
	d.s.Trials.Found[id] = now
	switch {
	case c == nil:
	case try.Found.Good():
		d.mended(key)
	case try.Found != station.FoundAbsent && !d.isOpen(key): // that its link is gone was said
		d.note(station.Event{Kind: station.EvClusterFault, Cluster: id, Number: c.Number, Title: c.Name, Reason: trialWhy(try.Found)})
		d.fault(key, station.EvClusterFault, id, c.Name, trialWhy(try.Found))
	}
}

func trialKey(id station.ClusterID) string { return "trial-" + string(id) }

func trialWhy(f station.TrialFound) string { return "trial-" + string(f) }

// triedNight notes the night's check as made.
func (d *decision) triedNight(r pendingReceipt) {
	if r.Trial != station.TrialNight || r.Cut {
		return
	}
	d.s.Trials.Night = d.now.Wall.In(d.s.zone()).Format(time.DateOnly)
}

// persistTrials saves what changed; a cluster that left the roster leaves here
// too.
func (d *decision) persistTrials(old State) (recs []station.Record) {
	if d.s.Trials.Night != old.Trials.Night {
		recs = append(recs, station.Record{Class: station.ClassDesk, Key: nightKey, Value: d.s.Trials.Night})
	}
	if oneMap(old.Trials.Found, d.s.Trials.Found) {
		return recs
	}
	for _, c := range d.s.Roster {
		if now := d.s.Trials.Found[c.ID]; now != old.Trials.Found[c.ID] {
			recs = append(recs, station.Record{Class: station.ClassDesk, Key: triedKeys + string(c.ID), Value: now})
		}
	}
	for id := range old.Trials.Found {
		if _, still := d.s.Trials.Found[id]; !still {
			recs = append(recs, station.Record{Class: station.ClassDesk, Key: triedKeys + string(id)})
		}
	}
	return recs
}

// triedGone forgets clusters that the roster does not name any more.
func (d *decision) triedGone() {
	for id := range d.s.Trials.Found {
		if d.s.cluster(id) == nil {
			d.s.Trials.Found = orNew(d.s.Trials.Found)
			delete(d.s.Trials.Found, id)
		}
	}
}

// trialLength is how long a test lasts.
func (s *State) trialLength(b *Broadcast) time.Duration {
	switch b.Trial {
	case station.TrialNight:
		return station.LineCheckLength
	case station.TrialTone:
		return s.Settings.ToneLength[s.Settings.Chime]
	}
	return 0
}

func (s *State) recoverTried(id station.ClusterID, v []byte) error {
	var t station.Tried
	if err := json.Unmarshal(v, &t); err != nil {
		return err
	}
	s.Trials.Found = orNew(s.Trials.Found)
	s.Trials.Found[id] = t
	return nil
}

// sensed remembers what the inputs behind a pole's output proved.
func (k *ClusterKnown) sensed(h station.ClusterHealth) {
	if h.Playing == 0 {
		return
	}
	if h.Sense.Sounds() {
		k.Sounded = h.Playing
	}
	if h.Sense.Ear {
		k.HeardBy = h.Playing
	}
}
