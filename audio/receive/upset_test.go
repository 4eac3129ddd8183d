package receive

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"loaxa/audio/frame"
)

func TestLinkLostFadesOutAndComesBack(t *testing.T) {
	g := newRig(t, 0, 0)
	g.run(3)
	at := g.moment(0.1)
	o := Open{Stream: 1, Broadcast: 5, Class: 3, Codec: frame.L16, First: at}
	if err := g.r.Open(o); err != nil {
		t.Fatal(err)
	}
	for i := range 50 {
		g.r.Push([]frame.Packet{tonePacket(1, i, at)})
	}
	g.r.LinkLost()
	g.run(3)
	end := g.place(at + 1_000_000)
	if p := peak(g.out[end-960 : end-10]); p < 0.3 {
		t.Fatalf("the buffer was not played to its end: %g", p)
	}
	if p := peak(g.out[end+4800+4:]); p != 0 {
		t.Fatalf("%g 100 ms behind it", p)
	}
	if a := g.account(); a != (Account{Due: 55, OnTime: 50, Concealed: 5}) {
		t.Fatalf("while the link is gone: %+v", a)
	}
	if err := g.r.Open(o); err != nil { // the link is back, the stream goes on
		t.Fatal(err)
	}
	for i := 200; i < 220; i++ {
		g.r.Push([]frame.Packet{tonePacket(1, i, at)})
	}
	g.r.Push([]frame.Packet{func() frame.Packet { p := tonePacket(1, 220, at); p.Flags = frame.Last; return p }()})
	g.run(3)
	if a := g.account(); a != (Account{Due: 221, OnTime: 71, Concealed: 150}) {
		t.Fatalf("afterwards: %+v", a)
	}
}

func TestNewEpochForgetsStreamsAndClock(t *testing.T) {
	g := newRig(t, 0, 0)
	g.run(3)
	g.send(1, 3, g.moment(0.1), 400)
	g.run(1)
	g.r.NewEpoch()
	n := len(g.out)
	g.next = math.Inf(1)
	g.pending = nil
	g.run(1)
	if p := peak(g.out[n+2400:]); p > 1e-4 {
		t.Fatalf("%g of the last epoch", p)
	}
}

func TestDeviceThatStoodStillIsCaughtUpInOneJump(t *testing.T) {
	g := newRig(t, 0, 0)
	g.run(3)
	at := g.moment(0.2)
	g.send(1, 3, at, 600)
	g.run(3)
	g.stall = 100e3
	g.run(5)
	h := g.r.Health(g.local(g.n))
	if h.Jumps != 1 {
		t.Fatalf("%d jumps", h.Jumps)
	}
	if e := math.Abs(g.phaseError(1, g.n-48000, 4800)); e > 100 {
		t.Errorf("afterwards %.0f µs off", e)
	}
	if a := g.account(); a.Dropped == 0 || a.Dropped > 6 {
		t.Errorf("%+v", a)
	}
}

func TestMuteIsAtTheDeviceOnly(t *testing.T) {
	g := newRig(t, 0, 0)
	g.run(3)
	at := g.moment(0.1)
	g.send(1, 3, at, 300)
	g.r.SetMute(true, 0)
	g.run(3)
	if p := peak(g.out); p != 0 {
		t.Fatalf("%g while muted", p)
	}
	if a := g.account(); a.OnTime < 100 || a.OnTime != a.Due {
		t.Fatalf("%+v", a)
	}
	g.r.SetMute(false, 0)
	g.run(1)
	if p := peak(g.out[g.n-9600:]); p < 0.3 {
		t.Fatalf("%g after the mute", p)
	}
}

func TestNothingReachedNobodyIsNotPlayed(t *testing.T) {
	g := newRig(t, 0, 0)
	g.run(3)
	at := g.moment(0.1)
	g.send(1, 3, at, 100)
	g.run(1)
	was := g.r.Health(g.local(g.n)).PlayedUntil
	if was < at+500_000 {
		t.Fatalf("played until %d", was-at)
	}
	g.r.Position(g.n, g.local(g.n), false)
	if h := g.r.Health(g.local(g.n)); h.PlayedUntil != was || !g.r.Unread() {
		t.Fatalf("%d, was %d", h.PlayedUntil, was)
	}
}

// The identity holds after every step, whatever comes in whatever order.
func TestAccountIsWholeAfterEveryStep(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		g := newRig(t, 0, 0)
		g.run(1)
		at := g.moment(0.1)
		for range rapid.IntRange(1, 40).Draw(rt, "steps") {
			stream := uint16(rapid.IntRange(1, 3).Draw(rt, "stream"))
			switch rapid.IntRange(0, 6).Draw(rt, "what") {
			case 0:
				seq := rapid.IntRange(0, 60).Draw(rt, "first")
				_ = g.r.Open(Open{
					Stream: stream, Broadcast: uint64(stream), Class: uint8(stream), Codec: frame.L16,
					First: at + int64(seq)*20000, FirstSeq: uint32(seq),
				})
			case 1:
				g.r.Cancel(stream, at+rapid.Int64Range(-100_000, 1_500_000).Draw(rt, "cut"))
			case 2:
				g.r.LinkLost()
			case 3, 4:
				from, n := rapid.IntRange(0, 80).Draw(rt, "seq"), rapid.IntRange(1, 30).Draw(rt, "n")
				for i := range n {
					p := tonePacket(stream, from+i, at)
					if rapid.IntRange(0, 20).Draw(rt, "last") == 0 {
						p.Flags |= frame.Last
					}
					if rapid.IntRange(0, 9).Draw(rt, "broken") == 0 {
						p.Data = p.Data[:7]
					}
					g.r.Push([]frame.Packet{p})
				}
			default:
				g.run(float64(rapid.IntRange(1, 40).Draw(rt, "ms")) / 100)
			}
			for _, s := range g.r.mix.streams {
				if !s.book.Whole() {
					rt.Fatalf("%+v", s.book.Account)
				}
			}
			g.account()
		}
		g.r.Close()
	})
}
