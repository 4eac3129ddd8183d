package boot

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"loaxa/app/onair"
	"loaxa/app/station"
	"loaxa/audio/library"
)

// demoActor is who put the sample programme into the queue.
const demoActor = "DEMO"

// demoProgramme makes the sample programme and lets it play: the signature
// tune, then speech where the machine has a voice, between music. It starts
// with the music behind the tune, because a queue that runs out stops, and a
// slow machine needs longer for the first speech than the tune lasts. A
// demonstration that was started again keeps the queue it had.
func (s *stationRooms) demoProgramme(ctx context.Context) {
	snap := s.desk.Snapshot()
	if len(snap.Queue.Entries) > 0 || len(snap.Items) > 0 {
		return
	}
	dir, err := os.MkdirTemp(s.Data, "sample-")
	if err != nil {
		s.warn("sample programme", err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	files, err := library.Demo(dir)
	if err != nil {
		s.warn("sample programme", err)
		return
	}
	quiet := func(int64, int64) {}
	tune := s.sample(ctx, files.Signature, s.words.Demo.Signature, quiet)
	bed := s.sample(ctx, files.Bed, s.words.Demo.Bed, quiet)
	s.waitForRoster(ctx)
	for _, z := range demoZones {
		s.submit(ctx, station.ZonePut{Zone: z})
	}
	s.enqueue(ctx, tune, -1)
	s.enqueue(ctx, bed, -1)
	s.submit(ctx, station.QueuePlay{})
	s.submit(ctx, station.CardPublish{Text: s.words.Demo.Card})
	said := []station.ItemID{tune}
	at := 1 // the first between the tune and the music
	for _, b := range s.words.Demo.Bulletins {
		if it, err := s.lib.Speech(ctx, b.Text, string(s.conf.Language)); err == nil {
			item := itemOf(it, demoActor, true)
			item.Title = b.Title
			if s.addItem(ctx, item) == nil {
				s.enqueue(ctx, item.ID, at)
				at, said = -1, append(said, item.ID)
			}
		}
	}
	s.enqueue(ctx, bed, -1)
	s.enqueue(ctx, tune, -1)
	// From tomorrow on, so that nothing cuts in while somebody tries the rest.
	tomorrow := s.clock.Now().Wall.In(Saigon).AddDate(0, 0, 1).Format(time.DateOnly)
	for i, minute := range []int{5 * 60, 17 * 60} {
		s.submit(ctx, station.SlotPut{Slot: station.Slot{Title: s.words.Demo.Slots[i], Minute: minute, Days: station.EveryDay, From: tomorrow,
			Items: said, Targets: station.Everywhere(), Mode: station.StartHard}})
	}
}

// sample imports one generated file under a title for people.
func (s *stationRooms) sample(ctx context.Context, path, title string, progress func(int64, int64)) station.ItemID {
	named := filepath.Join(filepath.Dir(path), title+filepath.Ext(path))
	if err := os.Rename(path, named); err != nil {
		s.warn("sample programme", err)
		return ""
	}
	it, err := s.importFile(ctx, named, demoActor, progress)
	if err != nil {
		s.warn("sample programme", err)
	}
	return it.ID
}

func (s *stationRooms) enqueue(ctx context.Context, id station.ItemID, at int) {
	if id != "" {
		s.submit(ctx, station.QueueAdd{Item: id, Targets: station.Everywhere(), At: at})
	}
}

// submit asks the desk as a patient person would: while everything starts at
// once on a small machine it may be too busy to take an order.
func (s *stationRooms) submit(ctx context.Context, in station.Intent) {
	var err error
	for range 50 {
		var a onair.Answer
		if a, err = s.desk.Submit(ctx, in, demoActor); err == nil && a.Refusal != nil {
			err = a.Refusal
		}
		if a.Refusal == nil || a.Refusal.Code != station.DeskBusy {
			break
		}
	}
	if err != nil {
		s.warn("sample programme", err)
	}
}

// waitForRoster waits until the desk knows where the programme goes.
func (s *stationRooms) waitForRoster(ctx context.Context) {
	for len(s.desk.Snapshot().Clusters) == 0 && ctx.Err() == nil {
		time.Sleep(20 * time.Millisecond)
	}
}
