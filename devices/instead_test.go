package devices_test

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"loaxa/audio/frame"
	"loaxa/devices"
	"loaxa/devices/cluster"
	"loaxa/devices/devicetest"
)

// TestAClusterThatCannotSayThatItsCopyBrokeIsSentEverything: one of an older
// build holds the file all the same.
func TestAClusterThatCannotSayThatItsCopyBrokeIsSentEverything(t *testing.T) {
	s := devicetest.NewStation(t, nil)
	key := devicetest.NewKey(t)
	var heard, plays atomic.Int64
	l, err := s.Link(t.Context(), key, cluster.Handlers{
		Audio: func(p []frame.Packet) { heard.Add(int64(len(p))) }, Open: func(cluster.Open) {}, Cancel: func(cluster.Cancel) {},
		Mute: func(bool) {}, Time: func(cluster.Exchange) {}, Play: func(cluster.Play) { plays.Add(1) },
	})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { defer close(done); _ = l.Run(t.Context()) }()
	defer func() { l.Close(); <-done }()
	asset := strings.Repeat("ab", 32)
	if err := l.Say(&cluster.Held{Plan: 1, Assets: []string{asset}}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "it is held", func() bool { h, _ := s.Fleet.Holds(key.ID); return len(h.Assets) == 1 })
	open(t, s, 1, false, key.ID)
	at := s.Now() + 500_000
	err = s.Fleet.Play(1, devices.AssetPlay{Stream: 2, Asset: asset, At: at, Gain: 1, Until: at + 60_000_000, Instead: true})
	if err != nil {
		t.Fatal(err)
	}
	const frames = 500 // 10 s
	for i := range frames {
		s.Fleet.Send(packet(1, i, at+int64(i)*cluster.FrameMicros))
		if i%100 == 0 {
			time.Sleep(time.Millisecond)
		}
	}
	eventually(t, "everything is sent", func() bool { return heard.Load() == frames })
	if plays.Load() != 0 {
		t.Error("it was told to sound its copy")
	}
}
