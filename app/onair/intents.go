package onair

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"loaxa/app/station"
)

func no(code station.RefusalCode, subject string, limit int) *station.Refusal {
	return &station.Refusal{Code: code, Subject: subject, Limit: limit}
}

func (d *decision) intent(in station.Intent) *station.Refusal {
	switch in := in.(type) {
	case station.PlayNow:
		return d.playNow(in)
	case station.QueueAdd:
		return d.queueAdd(in)
	case station.QueueRemove:
		return d.queueRemove(in.ID)
	case station.QueueMove:
		return d.queueMove(in)
	case station.QueuePlay:
		return d.queuePlay()
	case station.QueuePause:
		return d.queuePause()
	case station.QueueSkip:
		return d.queueSkip()
	case station.LiveStart:
		return d.liveStart(in)
	case station.LiveStop:
		return d.liveStop("by-hand")
	case station.EmergencyStart:
		return d.emergencyStart(in)
	case station.EmergencyEnd:
		return d.emergencyEnd(in)
	case station.EmergencyCorrect:
		return d.emergencyCorrect(in.Of)
	case station.StopAll:
		d.stopAll()
		return nil
	case station.CardPublish:
		return d.cardPublish(in)
	case station.ClockConfirm:
		d.note(station.Event{Kind: station.EvClockSure})
		return nil
	case station.FaultAck:
		return d.faultAck(in)
	case station.ClusterMute:
		return d.clusterMute(in)
	case station.BroadcastEnd:
		return d.broadcastEnd(in.ID)
	case station.PriorityFirst:
		return d.priorityFirst(in.ID)
	case station.LateAnswer:
		return d.lateAnswer(in)
	case station.SendAgain:
		return d.sendAgain(in)
	}
	return d.booksIntent(in)
}

// booksIntent is what is written down, and the microphone off the air.
func (d *decision) booksIntent(in station.Intent) *station.Refusal {
	switch in := in.(type) {
	case station.RecordStart:
		return d.recordStart(in)
	case station.RecordStop:
		return d.recordStop(in.Discard)
	case station.MicTest:
		return d.micTest(in.On)
	case station.HearHere:
		return d.hearHere(in.Item)
	case station.SpeakerTest:
		return d.speakerTest(in.ID)
	case station.LineCheck:
		return d.lineCheck()
	case station.SlotPut:
		return d.slotPut(in.Slot)
	case station.SlotRemove:
		return d.slotRemove(in.ID)
	case station.SlotsPut:
		return d.slotsPut(in)
	case station.SlotSkip:
		return d.slotSkip(in)
	case station.SettingsPut:
		return d.settingsPut(in.Rules)
	case station.ZonePut:
		return d.zonePut(in.Zone)
	case station.ZoneRemove:
		return d.zoneRemove(in.ID)
	case station.ClusterPut:
		return d.clusterPut(in.Cluster)
	case station.ClusterRemove:
		return d.clusterRemove(in.ID)
	case station.BoardRemove:
		return d.boardRemove(in.ID)
	case station.ItemPut:
		return d.itemPut(in)
	case station.ItemRemove:
		return d.itemRemove(in.ID)
	case station.OrderReceived:
		return d.order(in)
	case station.DirectiveReceived:
		return d.directive(in)
	}
	panic(fmt.Sprintf("onair: intent %T has no case", in))
}

// targets resolves what an intent names, or says why not.
func (d *decision) targets(t station.Targets) ([]station.ClusterID, *station.Refusal) {
	ids, unknown := t.Resolve(d.s.Roster)
	switch {
	case unknown != "":
		return nil, no(station.UnknownTarget, unknown, 0)
	case len(ids) == 0:
		return nil, no(station.NoTargets, "", 0)
	}
	return ids, nil
}

func (d *decision) playNow(in station.PlayNow) *station.Refusal {
	if _, r := d.targets(in.Targets); r != nil {
		return r
	}
	if len(in.Items) == 0 || len(in.Items) > station.MaxQueue {
		return no(station.UnknownItem, "", station.MaxQueue)
	}
	b := Broadcast{Class: station.Operator, Who: d.actor, Targets: in.Targets}
	for _, id := range in.Items {
		it, ok := d.s.Items[id]
		if !ok {
			return no(station.UnknownItem, string(id), 0)
		}
		b.Pieces = append(b.Pieces, d.pieceOf(it, in.Bed))
	}
	if r := d.bedOK(in.Bed); r != nil {
		return r
	}
	if r := d.peace(in); r != nil {
		return r
	}
	b.Title = b.Pieces[0].Title
	d.begin(b)
	return nil
}

func (d *decision) liveStart(in station.LiveStart) *station.Refusal {
	ids, r := d.targets(in.Targets)
	switch {
	case r != nil:
		return r
	case d.s.liveAir() != nil:
		return no(station.AlreadyLive, "", 0)
	case !d.micUsable():
		return no(station.MicAbsent, d.s.Known.Mic.Why, 0)
	case d.allTaken(ids, station.Live):
		return no(station.EmergencyOnAir, "", 0)
	}
	if strings.Contains(in.Title, "\n") {
		return no(station.TextNotClean, "", 0)
	}
	if r := textOK(in.Title, station.MaxTitle); r != nil {
		return r
	}
	if r := d.peace(in); r != nil {
		return r
	}
	b := Broadcast{Class: station.Live, Who: d.actor, Title: in.Title, Targets: in.Targets}
	if chime := d.s.rules().Chime; !in.NoChime && chime != noChime {
		b.Pieces = append(b.Pieces, station.Piece{Kind: station.FromTone, Tone: chime, Title: chime})
	}
	b.Pieces = append(b.Pieces, station.Piece{Kind: station.FromMic})
	d.freeMic()
	d.begin(b)
	return nil
}

func (d *decision) micUsable() bool {
	return d.s.Known.Mic.State != station.MicNone && d.s.Known.Mic.State != station.MicBroken && d.s.Known.Mic.State != ""
}

// allTaken tells whether a higher class holds every one of the clusters.
func (d *decision) allTaken(ids []station.ClusterID, c station.Class) bool {
	got := d.assign()
	taken := map[station.ClusterID]bool{}
	for i := range d.s.Air {
		if b := &d.s.Air[i]; b.Class > c {
			for _, id := range got[b.ID] {
				taken[id] = true
			}
		}
	}
	return !slices.ContainsFunc(ids, func(id station.ClusterID) bool { return !taken[id] })
}

func (d *decision) liveStop(reason string) *station.Refusal {
	b := d.s.liveAir()
	switch {
	case b == nil:
		return no(station.NotLive, "", 0)
	case b.Of != 0 && !b.Flags.Speak:
		return no(station.EmergencyOnAir, "", 0) // its siren is no microphone: F12 ends it
	}
	d.end(b.ID, reason)
	return nil
}

// broadcastEnd ends what is named. An emergency has a way of its own to be
// ended; of the queue the entry that plays or was cut is left out, and it waits.
func (d *decision) broadcastEnd(id station.BroadcastID) *station.Refusal {
	b := d.s.find(id)
	switch {
	case b == nil:
		return no(station.NothingPlays, "", 0)
	case b.Of != 0:
		return no(station.EmergencyOnAir, "", 0)
	case b.Flags.Queue:
		d.s.Counters.Running = false
		if len(d.s.Queue) > 0 {
			d.note(station.Event{Kind: station.EvItemEnd, Broadcast: b.ID, Class: b.Class, Title: d.s.Queue[0].Title, Reason: "skipped"})
			d.s.Queue = slices.Delete(d.s.Queue, 0, 1)
		}
	}
	d.end(id, "by-hand")
	return nil
}

func (d *decision) stopAll() {
	d.note(station.Event{Kind: station.EvStopAll})
	d.s.Counters.Running = false
	for _, w := range slices.Clone(d.s.Plan.Waiting) {
		d.came(w.Slot, w.At, station.DueSkipped, "stop-all", 0)
	}
	for _, b := range slices.Clone(d.s.Air) {
		if b.Flags.Queue {
			d.holdQueue("stop-all")
			continue
		}
		d.end(b.ID, "stop-all")
	}
	for len(d.s.Open) > 0 {
		d.closeEmergency(d.s.Open[0], "stop-all")
	}
}

func (d *decision) faultAck(in station.FaultAck) *station.Refusal {
	for i := range d.s.Faults {
		if f := &d.s.Faults[i]; f.ID == in.ID {
			f.Acked, f.AckedBy = true, d.actor
			f.Over = f.Over || doneOnce(f.Kind)
			d.note(station.Event{Kind: station.EvFaultAck, Title: f.Subject, Cluster: f.Cluster})
			return nil
		}
	}
	return no(station.UnknownFault, in.ID, 0)
}

// textOK refuses what cannot be shown or said: control characters but the line
// break, marks that turn the direction of writing, broken UTF-8, and more than
// limit characters.
func textOK(s string, limit int) *station.Refusal {
	if !utf8.ValidString(s) {
		return no(station.TextNotClean, "", 0)
	}
	if utf8.RuneCountInString(s) > limit {
		return no(station.TextTooLong, "", limit)
	}
	for _, r := range s {
		if r != '\n' && unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return no(station.TextNotClean, "", 0)
		}
	}
	return nil
}
