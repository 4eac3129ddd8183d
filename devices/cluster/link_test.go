package cluster

import (
	"testing"

	"loaxa/audio/frame"
)

// What somebody would play back who had recorded the station's last run.
func TestStreamOfAnotherEpochIsNotHeard(t *testing.T) {
	heard := 0
	l := &Link{
		welcome: Welcome{Protocol: 1, Epoch: 9}, opened: map[uint16]session{},
		opt: LinkOptions{
			Now: func() int64 { return 0 }, Verify: func([]byte, []byte) bool { return true },
			Handlers: Handlers{Audio: func(p []frame.Packet) { heard += len(p) }, Open: func(Open) {}},
		},
	}
	say := func(epoch uint64) {
		b, err := EncodeControl(&Open{Protocol: 1, Epoch: epoch, Stream: 7, Codec: frame.Opus, FrameMS: 20})
		if err == nil {
			err = l.take(b, 0)
		}
		sound, _ := AppendAudio(nil, run(4, 0, 0))
		if err == nil {
			err = l.take(sound, 0)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if say(8); heard != 0 || l.rejected != (Rejected{Unopened: 4, Epoch: 1}) {
		t.Fatalf("%d heard, %+v", heard, l.rejected)
	}
	if say(9); heard != 4 {
		t.Fatalf("%d heard", heard)
	}
}

func FuzzLink(f *testing.F) {
	for _, c := range samples() {
		b, _ := EncodeControl(c)
		f.Add(b)
	}
	f.Add(AppendAnswer(nil, 1, 2, 3))
	f.Fuzz(func(t *testing.T, b []byte) {
		l := &Link{
			welcome: Welcome{Protocol: 1, Epoch: 9}, opened: map[uint16]session{},
			opt: LinkOptions{
				Verify: func([]byte, []byte) bool { return false },
				Handlers: Handlers{
					Audio: func([]frame.Packet) { t.Fatal("sound without a signed stream") },
					Open:  func(Open) { t.Fatal("a stream without a signature") }, Cancel: func(Cancel) {},
					Mute: func(bool) {}, Time: func(Exchange) {},
				},
			},
		}
		_ = l.take(b, 5)
	})
}
