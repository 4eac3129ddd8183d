package boot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"loaxa/app/onair"
	"loaxa/app/station"
)

// office is a desk with three hamlets and two boards, told as stories in a
// bubble; its deck plays tones for 4 s, speech for 10, items for a minute and
// microphones until they are closed.
type office struct {
	t    *testing.T
	disk *diskAndClock
	desk *onair.Desk
	deck *deck
	ctx  context.Context // of the bubble
	dead bool            // the disk takes nothing and says nothing
}

// deck is the crew of an office.
type deck struct {
	o    *office
	ctx  context.Context
	mu   sync.Mutex
	open map[station.BroadcastID]context.CancelFunc
	at   map[station.BroadcastID][]station.ClusterID
	said []heardPiece
}

// heardPiece is a piece as it began at some clusters.
type heardPiece struct {
	at    time.Time
	piece station.Piece
	where []station.ClusterID
}

func (p heardPiece) text() string { return p.piece.Tone + p.piece.Text + string(p.piece.Item) }

func (d *deck) Cue(cues []station.Cue) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, c := range cues {
		switch c := c.(type) {
		case station.CueOpen:
			ctx, stop := context.WithCancel(d.ctx)
			d.open[c.Broadcast], d.at[c.Broadcast] = stop, c.Clusters
			go d.play(ctx, c)
		case station.CueTargets:
			d.at[c.Broadcast] = c.Clusters
		case station.CueClose:
			d.open[c.Broadcast]()
		}
	}
	return nil
}

func (d *deck) play(ctx context.Context, c station.CueOpen) {
	for _, p := range c.Pieces {
		long := 10 * time.Second
		switch p.Kind {
		case station.FromTone:
			long = 4 * time.Second
		case station.FromItem:
			long = time.Minute - p.From
		case station.FromMic:
			long = 100 * time.Hour
		}
		began := time.Now()
		d.mu.Lock()
		d.said = append(d.said, heardPiece{began, p, d.at[c.Broadcast]})
		d.mu.Unlock()
		d.o.desk.Report(station.PieceStarted{Broadcast: c.Broadcast, Tag: p.Tag, From: p.From})
		select {
		case <-time.After(long):
			d.o.desk.Report(station.PieceEnded{Broadcast: c.Broadcast, Tag: p.Tag, Played: long})
		case <-ctx.Done():
			d.o.desk.Report(station.Closed{Broadcast: c.Broadcast, Tag: p.Tag, At: p.From + time.Since(began)})
			return
		}
	}
	d.o.desk.Report(station.Drained{Broadcast: c.Broadcast})
}

// Write is onair.Journal.
func (o *office) Write(events []station.Event, done func(uint64, error)) error {
	if o.dead {
		return errors.New("the disk is dead")
	}
	return o.disk.Write(events, done)
}

// inOffice tells a story that begins at a time of 22 November 2026.
func inOffice(t *testing.T, hour, minute int, story func(o *office)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		o := &office{t: t, disk: &diskAndClock{recs: map[string]map[string][]byte{}}}
		o.disk.set(time.Date(2026, 11, 22, hour, minute, 0, 0, Saigon))
		set := onair.Settings{Zone: Saigon, MicLimit: 10 * time.Minute, MicSilence: 2 * time.Minute, Tones: []string{"siren"}, DefaultSiren: "siren", Chime: "chime",
			AllClear: "all-clear", Attention: "attention", DrillOpen: "Đây là diễn tập.", RepeatIntro: "Xin nhắc lại.",
			Say: onair.Say{Correction: "ĐÍNH CHÍNH: tin lúc {time} là KHÔNG ĐÚNG.", AllClear: "BÁO YÊN.", TimeOfDay: "{hour} giờ {minute} phút", FullHour: "{hour} giờ đúng",
				Update: "TIN MỚI, thay tin lúc {time}."}}
		state, err := onair.Recover(o.disk, set)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		o.ctx = ctx
		began := time.Now()
		now := func() station.Stamp {
			return station.Stamp{Mono: time.Since(began), Wall: o.disk.wall(), Quality: station.ClockGood}
		}
		o.deck = &deck{o: o, ctx: ctx, open: map[station.BroadcastID]context.CancelFunc{}, at: map[station.BroadcastID][]station.ClusterID{}}
		o.desk = onair.NewDesk(onair.Parts{Journal: o, Crew: o.deck, Now: now, Warn: func(string, error) {},
			View: func() station.StationView { return station.StationView{} },
			Draw: func(c station.Card, _ station.Board) (station.Strip, string) { return station.Strip{}, c.Text }}, state, nil)
		var wg sync.WaitGroup
		wg.Go(func() { o.desk.Run(ctx) })
		roster := station.RosterSet{Boards: []station.Board{{ID: "b1", Name: "UBND", Width: 96, Height: 32}, {ID: "b2", Name: "Chợ", Width: 96, Height: 32}}}
		for i := range 3 {
			roster.Clusters = append(roster.Clusters, station.Cluster{ID: station.ClusterID(fmt.Sprint("c", i+1)), Number: i + 1, Name: fmt.Sprint("Thôn ", i+1)})
		}
		_ = o.desk.Tell(ctx, roster)
		_ = o.desk.Tell(ctx, station.MicReport{State: station.MicGood})
		for _, id := range []station.ItemID{"news", "jingle"} {
			_ = o.desk.Tell(ctx, station.ItemAdded{Item: station.Item{ID: id, Title: string(id), Length: time.Minute}})
		}
		story(o)
		cancel()
		wg.Wait()
		synctest.Wait()
	})
}

func (o *office) must(in station.Intent) onair.Answer {
	o.t.Helper()
	a, err := o.desk.Submit(o.ctx, in, "hoa")
	if err != nil || a.Refusal != nil {
		o.t.Fatalf("%T: %v %v", in, err, a.Refusal)
	}
	synctest.Wait()
	return a
}

// heard are the pieces that began since a moment, one line each: what and where.
func (o *office) heard(since time.Time) (out []string) {
	synctest.Wait()
	o.deck.mu.Lock()
	defer o.deck.mu.Unlock()
	for _, p := range o.deck.said {
		if !p.at.Before(since) {
			out = append(out, p.text())
		}
	}
	return out
}

// rows are the log's rows that hold all the words.
func (o *office) rows(words ...string) (out []string) {
	o.disk.mu.Lock()
	defer o.disk.mu.Unlock()
	for _, r := range o.disk.rows {
		if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(r, w) }) {
			out = append(out, r)
		}
	}
	return out
}

func (o *office) boards() (out []string) {
	for _, b := range o.desk.Snapshot().Boards {
		out = append(out, b.Card.Text)
	}
	return out
}

func to(ids ...station.ClusterID) station.Targets { return station.Targets{Clusters: ids} }
