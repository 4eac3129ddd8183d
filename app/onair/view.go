package onair

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"loaxa/app/station"
)

// view makes the picture of the state. What it holds is never changed after.
func (d *Desk) view(now station.Stamp) *station.Snapshot {
	s := &d.state
	snap := &station.Snapshot{Now: now, Station: d.parts.View(), Upstream: s.Known.Upstream, Saved: s.Known.Saved,
		Dangers: station.Dangers{Emergency: s.lead(), Open: s.Open, Clashes: s.openClashes(), Late: s.viewLate()}, Events: s.Recent, Faults: s.Faults}
	snap.Station.Internet = s.internet()
	for i := range s.Air {
		snap.Air = append(snap.Air, s.viewAir(&s.Air[i]))
	}
	slices.SortStableFunc(snap.Air, func(a, b station.BroadcastView) int { return cmp.Compare(b.Class, a.Class) })
	assigned := map[station.ClusterID]*Broadcast{}
	for i := range s.Air {
		for _, id := range s.Air[i].Assigned {
			assigned[id] = &s.Air[i]
		}
	}
	snap.Clusters = make([]station.ClusterView, 0, len(s.Roster))
	for _, c := range s.Roster {
		v := viewCluster(c, s.known(c.ID), assigned[c.ID], now, s.Settings.Demo)
		v.Tried = s.Trials.Found[c.ID]
		snap.Clusters = append(snap.Clusters, v)
	}
	snap.Queue = station.QueueView{Entries: s.Queue, Running: s.Counters.Running}
	if b := s.queueAir(); b != nil && len(s.Queue) > 0 {
		snap.Queue.Current = s.Queue[0].ID
	}
	snap.Mic = s.viewMic(now)
	snap.Plan = s.viewPlan()
	s.viewStation(&snap.Station)
	for _, b := range s.Boards {
		snap.Boards = append(snap.Boards, d.viewBoard(b))
	}
	snap.Items = make([]station.Item, 0, len(s.Items))
	for _, it := range s.Items {
		snap.Items = append(snap.Items, it)
	}
	slices.SortFunc(snap.Items, func(a, b station.Item) int {
		return cmp.Or(cmp.Compare(a.Title, b.Title), cmp.Compare(a.ID, b.ID))
	})
	return snap
}

// internet is false when everything beyond the commune's own network is gone at
// once: the upstream and every cluster on a SIM card.
func (s *State) internet() bool {
	if up := s.Known.Upstream; !up.Configured || up.Up {
		return true
	}
	sims := 0
	for _, c := range s.Roster {
		if !strings.Contains(c.Kind, "4G") {
			continue
		}
		k := s.known(c.ID)
		if sims++; k.Up || !k.Ever { // one that never came says nothing
			return true
		}
	}
	return sims == 0
}

func (s *State) viewAir(b *Broadcast) station.BroadcastView {
	meant := s.places(b).ids
	v := station.BroadcastView{ID: b.ID, Class: b.Class, Phase: b.Phase, Title: b.Title, Who: b.Who, Since: b.Since,
		Targets: b.Targets, Meant: len(meant), Clusters: b.Assigned, PieceAt: b.PieceAt,
		Drill: b.Flags.Drill, Queue: b.Flags.Queue, Fate: station.Fate{ByClass: b.ByClass, Ladder: b.Ladder}}
	if len(b.Pieces) > 0 {
		v.Piece = b.Pieces[0]
		v.Length = s.Items[v.Piece.Item].Length
	}
	return v
}

func (d *Desk) viewBoard(b station.Board) station.BoardView {
	k := d.state.Known.Boards[b.ID]
	card := d.state.Card(b.ID)
	have := d.strips[b.ID]
	if have.card != card || have.board != b {
		strip, hash := d.parts.Draw(card, b)
		have = drawn{b, card, strip, hash}
		d.strips[b.ID] = have
	}
	return station.BoardView{Board: b, Card: card, Strip: have.strip, Want: have.hash, Shown: k.Pixels,
		Confirmed: k.Confirmed, Up: k.Up, Since: k.Since}
}

// shakyShare: more than one frame in this many missing makes a cluster shaky.
const shakyShare = 50

// outputCard is an output that a person can hear. What any other played counts
// in a demonstration only, which says so.
const outputCard = "card"

// viewCluster says what may be said of a cluster now. Green needs proof that is
// younger than ProofLife (I4).
func viewCluster(c station.Cluster, k ClusterKnown, b *Broadcast, now station.Stamp, demo bool) station.ClusterView {
	v := station.ClusterView{Cluster: c, State: station.ClusterIdle, Since: k.Since, Report: k.Report, Proof: k.Proof,
		Health: k.Health, Why: k.Why}
	if b != nil {
		v.Broadcast = b.ID
	}
	a := k.Health.Account
	bad := a.Concealed + a.Late + a.Dropped
	if b != nil && k.Health.Playing == b.ID {
		v.Missed = time.Duration(bad) * 20 * time.Millisecond
	}
	if c.ID.SentOnly() {
		return viewSentOnly(v, k, b, now)
	}
	switch {
	case !k.Ever:
		v.State = station.ClusterUnknown
	case !k.Up:
		v.State = station.ClusterLost
	case c.Muted && (b == nil || !b.Class.IsEmergency()):
		v.State = station.ClusterMuted
	case b == nil:
	case k.Health.Playing == b.ID && k.Proof != (station.Stamp{}) && now.Mono-k.Proof.Mono <= station.ProofLife:
		v.State, v.Since = station.ClusterPlaying, b.Since
		if !demo && k.Health.Output != outputCard {
			v.State, v.Why = station.ClusterShaky, "no-card"
		} else if k.shaky() {
			v.State = station.ClusterShaky
		}
	case b.Phase == station.Preparing || now.Mono-b.Since.Mono <= station.ProofLife:
		v.State, v.Why = station.ClusterIdle, "ordered"
	default:
		v.State, v.Why = station.ClusterShaky, "no-proof"
	}
	return v
}
