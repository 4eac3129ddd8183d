package main

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"loaxa/app/boot"
	"loaxa/app/onair"
	"loaxa/app/station"
	"loaxa/audio/audiotest"
	"loaxa/audio/frame"
	"loaxa/store/storetest"
)

// TestFaultKilledStationLosesNothing kills the station with kill -9 while it
// plays and is given orders: whatever was answered "saved" is there after the
// restart, in its order, and the item goes on within 2 s of where it was.
func TestFaultKilledStationLosesNothing(t *testing.T) {
	kills := storetest.Rounds(t, 2, 5, 20, 60)
	v := newVillage(t, 1)
	file := audiotest.WriteWAV(t, "dai.wav", audiotest.Sine(300, 0.2, 0, (60+15*kills)*frame.Rate))
	more := audiotest.WriteWAV(t, "them.wav", audiotest.Sine(300, 0.2, 0, 5*frame.Rate))
	args := []string{"station", "--data", v.station, "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--mic", "none", "--pins", v.pins}
	s := start(t, args...)
	args[4] = s.ready.Addr
	start(t, "cluster", "--data", v.clusters[0], "--station", s.ready.Addr, "--peer", v.stationID, "--out", "virtual")
	add := func(file string) (station.EntryID, bool) {
		out, _, code := call("ctl", "--data", v.station, "queue", "add", file)
		var a onair.Answer
		return station.EntryID(a.Seq), code == 0 && json.Unmarshal([]byte(out), &a) == nil && a.Saved
	}
	eventually(t, "the roster is known", func() bool { return len(snapshot(t, v.station).Clusters) == 1 })
	if _, ok := add(file); !ok {
		t.Fatal("the first entry was not saved")
	}
	must(t, "ctl", "--data", v.station, "queue", "play")
	saved := 1
	for round := range kills {
		eventually(t, "the pole plays", func() bool { return snapshot(t, v.station).Clusters[0].State == station.ClusterPlaying })
		began := snapshot(t, v.station)
		var mu sync.Mutex
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				for range 4 {
					if _, ok := add(more); ok {
						mu.Lock()
						saved++
						mu.Unlock()
					}
				}
			})
		}
		time.Sleep(time.Duration(1200+300*(round%5)) * time.Millisecond)
		before := snapshot(t, v.station)
		s.kill()
		wg.Wait()
		air := before.Air[0]
		at := air.Piece.From + before.Now.Mono - air.PieceAt.Mono // where the air was at the kill, or a moment before
		s = start(t, args...)
		after := snapshot(t, v.station)
		ids := entryIDs(after)
		if len(ids) < saved || !slices.IsSorted(ids) {
			t.Fatalf("round %d: %d entries %v, %d were answered saved", round, len(ids), ids, saved)
		}
		saved = len(ids) // an entry that was saved and not answered in time stays
		if !slices.Equal(entryIDs(began), ids[:len(began.Queue.Entries)]) {
			t.Fatalf("round %d: the queue was %v, is %v", round, entryIDs(began), ids)
		}
		eventually(t, "the item goes on", func() bool {
			sn := snapshot(t, v.station)
			return len(sn.Air) == 1 && sn.Air[0].Phase == station.OnAir
		})
		if from := snapshot(t, v.station).Air[0].Piece.From; from < at-2*time.Second || from > at+2*time.Second {
			t.Errorf("round %d: was at %v, goes on at %v", round, at, from)
		}
	}
	s.end()
	must(t, "verify", "--data", v.station)
	starts := map[station.BroadcastID]int{}
	for e, err := range boot.ReadAsRun(filepath.Join(v.station, "station.db")) {
		if err != nil {
			t.Fatal(err)
		}
		switch e.Kind {
		case station.EvStart:
			starts[e.Broadcast]++
		case station.EvBoot:
			starts[0]++
		}
	}
	if starts[1] != 1 || starts[0] != kills+1 {
		t.Errorf("the log has starts %v", starts)
	}
}

func entryIDs(s *station.Snapshot) (ids []station.EntryID) {
	for _, e := range s.Queue.Entries {
		ids = append(ids, e.ID)
	}
	return ids
}

// TestLostPoleIsShownAndComesBack: a killed pole is never drawn as good, the
// others go on, and it joins again at play-at.
func TestLostPoleIsShownAndComesBack(t *testing.T) {
	v := newVillage(t, 2)
	s := start(t, "station", "--data", v.station, "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--mic", "none", "--pins", v.pins)
	pole := start(t, "cluster", "--data", v.clusters[0], "--station", s.ready.Addr, "--peer", v.stationID, "--out", "virtual")
	start(t, "cluster", "--data", v.clusters[1], "--station", s.ready.Addr, "--peer", v.stationID, "--out", "virtual")
	file := audiotest.WriteWAV(t, "dai.wav", audiotest.Sine(300, 0.2, 0, 60*frame.Rate))
	eventually(t, "both are there", func() bool {
		sn := snapshot(t, v.station)
		return len(sn.Clusters) == 2 && sn.Clusters[0].State == station.ClusterIdle && sn.Clusters[1].State == station.ClusterIdle
	})
	must(t, "ctl", "--data", v.station, "play", file)
	eventually(t, "both play", func() bool {
		sn := snapshot(t, v.station)
		return sn.Clusters[0].State == station.ClusterPlaying && sn.Clusters[1].State == station.ClusterPlaying
	})
	pole.kill()
	eventually(t, "the killed pole is shown lost, with a fault in the book", func() bool {
		sn := snapshot(t, v.station)
		return sn.Clusters[0].State == station.ClusterLost && len(sn.Faults) == 1 && !sn.Faults[0].Over
	})
	if got := snapshot(t, v.station).Clusters[1].State; got != station.ClusterPlaying {
		t.Errorf("the other pole is %s", got)
	}
	start(t, "cluster", "--data", v.clusters[0], "--station", s.ready.Addr, "--peer", v.stationID, "--out", "virtual")
	eventually(t, "it is back in the middle of the item", func() bool {
		sn := snapshot(t, v.station)
		return sn.Clusters[0].State == station.ClusterPlaying && sn.Faults[0].Over
	})
	must(t, "ctl", "--data", v.station, "stop")
	eventually(t, "stop is silence", func() bool {
		sn := snapshot(t, v.station)
		return len(sn.Air) == 0 && sn.Clusters[1].State == station.ClusterIdle
	})
}
