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
			t.Fatalf("after a minute of nothing: %+v", s.Air)
		}
		music := s.Air[0].ID
		if s.Air[0].Relay != "vov" {
			t.Errorf("nobody listens whether it comes back: %+v", s.Air[0].Ladder)
		}
		step(100*time.Second, Input{Fact: station.RelayBack{Item: "vov2"}})
		if s.find(music) == nil {
			t.Error("the music went for another relay")
		}
		step(100*time.Second, Input{Fact: station.PieceStarted{Broadcast: music, Tag: "1"}})
		step(301*time.Second, Input{Fact: station.RelayBack{Item: "vov"}})
		if len(s.Air) != 1 || s.Air[0].Class != station.Operator || s.Air[0].Pieces[0].Item != "vov" || s.Air[0].Pieces[0].From != 5*time.Minute {
			t.Errorf("it has sound again: %+v", s.Air)
		}
	}
}

// TestARelayWithoutMusicGoesOn: where nothing could stand in, the relay stays on
// the air and comes back by itself; one that is almost over does not come back.
func TestARelayWithoutMusicGoesOn(t *testing.T) {
	s := village()
	s.Items["vov"] = station.Item{ID: "vov", Title: "VOV1", Codec: station.CodecRelay, Length: 2 * time.Minute}
	step := func(at time.Duration, in Input) { s, _ = Decide(s, in, stamp(at)) }
	step(0, Input{Intent: station.PlayNow{Items: []station.ItemID{"vov"}, Targets: station.Everywhere()}, Actor: "hoa"})
	step(time.Second, Input{Fact: station.PieceStarted{Broadcast: 1, Tag: "1"}})
	fall := func(from time.Duration) {
		step(from, Input{Fact: station.AirSound{Broadcast: 1, Wrong: station.AirSilent}})
		for at := from; at < from+40*time.Second; at += time.Second {
			h := station.ClusterHealth{Playing: 1, PlayedUntil: int64(at / time.Microsecond), Output: "card", Account: station.Account{Due: uint64(at / 20e6), OnTime: uint64(at / 20e6)}}
			step(at, Input{Fact: station.ClusterReport{ID: "c1", Up: true, Report: h}})
			step(at, Input{Tick: true})
		}
	}
	fall(6 * time.Second)
	if b := s.find(1); b == nil || b.Rung != station.RungSilence {
		t.Fatalf("without music: %+v", s.Air)
	}
	s.Items["song"] = station.Item{ID: "song", Title: "Nhạc", Length: 5 * time.Minute, Kind: station.KindMusic}
	fall(50 * time.Second)
	if len(s.Air) != 1 || s.Air[0].Relay != "vov" {
		t.Fatalf("with music: %+v", s.Air)
	}
	music := s.Air[0].ID
	step(90*time.Second, Input{Fact: station.PieceStarted{Broadcast: music, Tag: "1"}})
	step(100*time.Second, Input{Fact: station.RelayBack{Item: "vov"}})
	if s.find(music) == nil {
		t.Errorf("twenty seconds are left, and it came back: %+v", s.Air)
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
