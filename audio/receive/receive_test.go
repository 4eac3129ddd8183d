package receive

import (
	"math"
	"slices"
	"testing"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"loaxa/audio/frame"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func (g *rig) account() Account {
	g.t.Helper()
	a := g.r.Health(g.local(g.n)).Account
	if !a.Whole() {
		g.t.Fatalf("due is not the sum: %+v", a)
	}
	return a
}

// One crystal: what was sent is what is heard, bit by bit and at its sample.
func TestOneCrystalPassesSamplesUnchanged(t *testing.T) {
	g := newRig(t, 0, 0)
	g.run(3)
	at := g.moment(0.5)
	g.send(1, 3, at, 1500)
	g.run(32)
	a := g.place(at)
	best := 0
	for d := int64(-3); d <= 3; d++ { // within the clock's bound
		best = max(best, g.exact(1, a+d, sampleAt(at), 1500*960))
	}
	if best != 1500*960 {
		t.Fatalf("%d samples are exact", best)
	}
	if p := peak(g.out[:a-100]); p != 0 {
		t.Fatalf("%g before play-at", p)
	}
	if got := g.account(); got != (Account{Due: 1500, OnTime: 1500}) {
		t.Fatalf("%+v", got)
	}
}

// phaseError is how far, in µs, the tone stands from where it should.
func (g *rig) phaseError(stream uint16, from, n int64) float64 {
	var re, im float64
	for i := from; i < from+n; i++ {
		x := g.station(g.local(i)) * 0.048
		s, c := math.Sincos(2 * math.Pi * 440 / 48000 * math.Mod(x, 480000))
		re, im = re+float64(g.out[i])*s, im+float64(g.out[i])*c
	}
	return math.Atan2(im, re) / (2 * math.Pi * 440) * 1e6
}

func TestCrystalsApartStayInStep(t *testing.T) {
	for _, c := range [][2]float64{{0, 40}, {0, -40}, {40, -40}, {-25, 100}} {
		g := newRig(t, c[0], c[1])
		g.run(2)
		at := g.moment(0.3)
		g.send(1, 3, at, 4000)
		g.run(80)
		var errs []float64
		for a := g.place(at) + 2400; a+2400 < g.n-48000; a += 4800 {
			errs = append(errs, math.Abs(g.phaseError(1, a, 2400)))
		}
		slices.Sort(errs)
		p95, most := errs[len(errs)*95/100], errs[len(errs)-1]
		t.Logf("station %+.0f ppm, device %+.0f ppm: p95 %.0f µs, most %.0f µs", c[0], c[1], p95, most)
		if p95 > 150 || most > 300 {
			t.Errorf("station %+.0f ppm, device %+.0f ppm: p95 %.0f µs, most %.0f µs", c[0], c[1], p95, most)
		}
		h := g.r.Health(g.local(g.n))
		if h.Jumps != 0 {
			t.Errorf("%d jumps", h.Jumps)
		}
		if want := (1+c[0]*1e-6)/(1+c[1]*1e-6)*1e6 - 1e6; math.Abs(h.DriftPPM-want) > 2 {
			t.Errorf("drift %.2f ppm, is %.2f", h.DriftPPM, want)
		}
		if a := g.account(); a.OnTime != a.Due {
			t.Errorf("%+v", a)
		}
	}
}

// Bending must not be heard: what is not the tone stays 70 dB below it.
func TestBendingIsClean(t *testing.T) {
	g := newRig(t, 0, 200)
	g.run(4)
	at := g.moment(0.3)
	g.send(1, 3, at, 1000)
	g.run(20)
	from, n := g.place(at)+10*48000, int64(4800)
	var ss, sc, cc, ys, yc, all float64 // least squares of a·sin + b·cos
	w := 2 * math.Pi * 440 / 48000 / (1 + 200e-6)
	for i := range n {
		s, c := math.Sincos(w * float64(i))
		v := float64(g.out[from+i])
		ss, sc, cc, ys, yc, all = ss+s*s, sc+s*c, cc+c*c, ys+v*s, yc+v*c, all+v*v
	}
	det := ss*cc - sc*sc
	a, b := (ys*cc-yc*sc)/det, (yc*ss-ys*sc)/det
	rest := 0.0
	for i := range n {
		s, c := math.Sincos(w * float64(i))
		d := float64(g.out[from+i]) - a*s - b*c
		rest += d * d
	}
	noise := 10 * math.Log10(rest/all)
	t.Logf("noise %.1f dB", noise)
	if noise > -70 {
		t.Fatalf("noise %.1f dB", noise)
	}
}

func TestLossIsConcealedAndCounted(t *testing.T) {
	g := newRig(t, 0, 0)
	g.run(3)
	at := g.moment(0.5)
	g.send(1, 3, at, 200, 50, 51, 100, 101, 102, 103, 104, 105, 106, 107)
	g.run(5)
	if a := g.account(); a != (Account{Due: 200, OnTime: 190, Concealed: 10}) {
		t.Fatalf("%+v", a)
	}
	a := g.place(at)
	if p := peak(g.out[a+50*960+10 : a+51*960]); p < 0.1 {
		t.Errorf("the first lost frame is not hidden: %g", p)
	}
	if p := peak(g.out[a+105*960+20 : a+108*960-20]); p != 0 {
		t.Errorf("100 ms into a gap there is still %g", p)
	}
	if n := g.exact(1, a+120*960, sampleAt(at)+120*960, 960*50); n != 960*50 && peak(g.out[a+120*960:a+121*960]) < 0.2 {
		t.Errorf("after the gap %d samples are right", n)
	}
}

func TestLateFramesMoveInTheAccount(t *testing.T) {
	g := newRig(t, 0, 0)
	g.run(3)
	at := g.moment(0.2)
	g.send(1, 3, at, 100, 10, 11)
	g.run(1.5)
	if a := g.account(); a.Concealed != 2 || a.Late != 0 {
		t.Fatalf("%+v", a)
	}
	g.r.Push([]frame.Packet{tonePacket(1, 10, at), tonePacket(1, 10, at), tonePacket(1, 3, at)})
	if a := g.account(); a.Concealed != 1 || a.Late != 1 {
		t.Fatalf("%+v", a)
	}
}

func TestCancelCutsAtItsSample(t *testing.T) {
	g := newRig(t, 0, 0)
	g.run(3)
	at := g.moment(0.2)
	g.send(1, 3, at, 400)
	for i := range g.pending {
		g.pending[i].at = 0 // a lead of seconds
	}
	g.run(1)
	cut := at + 1_234_000
	g.r.Cancel(1, cut)
	g.run(3)
	c := g.place(cut)
	before := g.exact(1, c-9600, sampleAt(cut)-9600, 9600)
	for d := int64(-3); d <= 3 && before != 9600; d++ {
		if before = g.exact(1, c-9600+d, sampleAt(cut)-9600, 9600); before == 9600 {
			c += d
		}
	}
	if before != 9600 {
		t.Fatalf("the cut changed what lies before it: %d", before)
	}
	if p := peak(g.out[c+cutFade:]); p != 0 {
		t.Fatalf("%g after the cut", p)
	}
	if a := g.account(); a != (Account{Due: 62, OnTime: 62}) {
		t.Fatalf("%+v", a)
	}
	if h := g.r.Health(g.local(g.n)); h.PlayedUntil > cut || h.PlayedUntil < cut-20000 || h.Sounding {
		t.Fatalf("played until %d, cut at %d", h.PlayedUntil, cut)
	}
}

func TestHigherClassIsHeardAndLowerComesBack(t *testing.T) {
	g := newRig(t, 0, 0)
	g.run(3)
	at := g.moment(0.2)
	g.send(1, 3, at, 400)
	g.run(1)
	alarm := g.moment(0.1)
	g.send(2, 6, alarm, 100)
	slices.SortStableFunc(g.pending, func(a, b sent) int { return int(a.at - b.at) })
	g.run(8)
	a := g.place(alarm)
	inside := func(stream uint16, x int64, n int) bool {
		for d := int64(-3); d <= 3; d++ {
			if g.exact(stream, x+d, sampleAt(alarm)+x-a, n) == n {
				return true
			}
		}
		return false
	}
	if !inside(1, a-4800, 4700) {
		t.Error("the programme is not whole before the alarm")
	}
	if !inside(2, a+switchFade, 100*960-switchFade-10) {
		t.Error("the alarm is not whole behind the change")
	}
	if !inside(1, a+100*960+switchFade+960, 96000) {
		t.Error("the programme does not come back")
	}
	jump := float32(0)
	for i := a - 4800; i < a+100*960+9600; i++ { // the steepest slope of both tones together is 0.037
		if end := a + 100*960; i < end-5 || i > end+5 { // the alarm's own last sample is not zero
			jump = max(jump, float32(math.Abs(float64(g.out[i+1]-g.out[i]))))
		}
	}
	if jump > 0.05 {
		t.Errorf("a click of %g", jump)
	}
}

func TestJoinerStartsAtItsPlayAt(t *testing.T) {
	g := newRig(t, 0, 0)
	g.run(3)
	at := g.moment(-1)
	first := 70
	play := at + int64(first)*20000
	if err := g.r.Open(Open{Stream: 1, Class: 3, Codec: frame.L16, First: play, FirstSeq: uint32(first)}); err != nil {
		t.Fatal(err)
	}
	for i := first; i < 150; i++ {
		g.r.Push([]frame.Packet{tonePacket(1, i, at)})
	}
	g.run(1.4)
	a := g.place(play)
	if p := peak(g.out[:a-4]); p != 0 {
		t.Fatalf("%g before play-at", p)
	}
	if p := peak(g.out[a : a+joinFade/8]); p > 0.1 {
		t.Errorf("joined at full level: %g", p)
	}
	if !slices.ContainsFunc([]int64{-2, -1, 0, 1, 2}, func(d int64) bool {
		return g.exact(1, a+joinFade+d, sampleAt(play)+joinFade, 9600) == 9600
	}) {
		t.Error("not in step behind the fade")
	}
	if acc := g.account(); acc.OnTime != acc.Due {
		t.Errorf("%+v", acc)
	}
}

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
	g.r.SetMute(true)
	g.run(3)
	if p := peak(g.out); p != 0 {
		t.Fatalf("%g while muted", p)
	}
	if a := g.account(); a.OnTime < 100 || a.OnTime != a.Due {
		t.Fatalf("%+v", a)
	}
	g.r.SetMute(false)
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
