package onair

import (
	"testing"
	"time"

	"loaxa/app/station"
)

// TestARelayComesBack: a gap of a relay is silence that rings, and over when it
// connects again; only a long one is filled with music, never with another
// relay.
func TestARelayComesBack(t *testing.T) {
	for _, back := range []bool{true, false} {
		s := village()
		s.Items["vov"] = station.Item{ID: "vov", Title: "VOV1", Codec: station.CodecRelay, Length: 30 * time.Minute}
		s.Items["vov2"] = station.Item{ID: "vov2", Title: "VOV2", Codec: station.CodecRelay, Length: 30 * time.Minute, Kind: station.KindMusic}
		s.Items["song"] = station.Item{ID: "song", Title: "Nhạc", Length: 5 * time.Minute, Kind: station.KindMusic}
		step := func(at time.Duration, in Input) {
			s, _ = Decide(s, in, stamp(at))
		}
		step(0, Input{Intent: station.PlayNow{Items: []station.ItemID{"vov"}, Targets: station.Everywhere()}, Actor: "hoa"})
		step(time.Second, Input{Fact: station.PieceStarted{Broadcast: 1, Tag: "1"}})
		step(6*time.Second, Input{Fact: station.AirSound{Broadcast: 1, Wrong: station.AirSilent}})
		if b := s.find(1); b == nil || b.Rung != station.RungSilence {
			t.Fatalf("a gap of five seconds: %+v", s.Air)
		}
		if back {
			step(20*time.Second, Input{Fact: station.AirSound{Broadcast: 1}})
			if b := s.find(1); b == nil || b.Rung != "" || (&decision{s: s}).isOpen(noAirKey(1)) {
				t.Errorf("it came back: %+v", s.Air)
			}
			continue
		}
		for sec := 7; sec < 60; sec++ {
			h := station.ClusterHealth{Playing: 1, PlayedUntil: int64(sec) * 1_000_000, Output: "card", Account: station.Account{Due: uint64(50 * sec), OnTime: uint64(50 * sec)}}
			step(time.Duration(sec)*time.Second, Input{Fact: station.ClusterReport{ID: "c1", Up: true, Report: h}})
			step(time.Duration(sec)*time.Second, Input{Tick: true})
		}
		if s.find(1) != nil || len(s.Air) != 1 || s.Air[0].Class != station.Bed || s.Air[0].Pieces[0].Item != "song" {
			t.Errorf("after a minute of nothing: %+v", s.Air)
		}
	}
}

// TestNoLongRecordingStandsInAnEmergency: neither a relay nor an hour of talk is
// heard between its words.
func TestNoLongRecordingStandsInAnEmergency(t *testing.T) {
	s := village()
	s.Items["vov"] = station.Item{ID: "vov", Title: "VOV1", Codec: station.CodecRelay, Length: time.Minute}
	s.Items["talk"] = station.Item{ID: "talk", Title: "Nói chuyện", Length: time.Hour}
	s.Items["bahnar"] = station.Item{ID: "bahnar", Title: "Lũ (Ba Na)", Length: time.Minute}
	for id, want := range map[station.ItemID]bool{"vov": false, "talk": false, "bahnar": true} {
		d := &decision{s: s}
		if got := len(d.clip(station.EmergencyStart{Second: station.Second{Item: id}})) > 0; got != want {
			t.Errorf("%s: %v", id, got)
		}
	}
}
