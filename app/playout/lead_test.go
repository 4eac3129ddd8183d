package playout_test

import (
	"testing"
	"testing/synctest"
	"time"

	"loaxa/app/station"
)

// TestTheLeadOfATalkFollowsItsLines: while somebody speaks a live stream is
// given the time that is needed now, while a tone sounds it stays as it is.
func TestTheLeadOfATalkFollowsItsLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := build(t)
		var told []time.Duration
		s.parts.Lead = func() time.Duration { return 140 * time.Millisecond }
		s.parts.SetLead = func(_ uint16, lead time.Duration) error { told = append(told, lead); return nil }
		s.start()
		defer s.strike()
		s.files["chime"], s.files["mic"] = file{length: 3 * sec}, file{length: 60 * sec}
		s.cue(station.CueOpen{Broadcast: 1, Class: station.Live, Clusters: []station.ClusterID{"c1"}, Pieces: []station.Piece{
			{Tag: "t", Kind: station.FromTone, Tone: "chime"}, {Tag: "m", Kind: station.FromMic}}})
		s.wait(8*sec + 500*time.Millisecond)
		if len(told) != 8 || told[0] != 0 || told[1] != 0 || told[5] != 140*time.Millisecond || told[7] != 140*time.Millisecond {
			t.Errorf("told %v", told)
		}
		s.cue(station.CueClose{Broadcast: 1})
		n := len(told)
		s.cue(station.CueOpen{Broadcast: 2, Class: station.Scheduled, Clusters: []station.ClusterID{"c1"}, Pieces: []station.Piece{item("mic")}})
		s.wait(3 * sec)
		if len(told) != n {
			t.Errorf("a programme was given another lead: %v", told[n:])
		}
	})
}
