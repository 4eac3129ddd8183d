package receive

import (
	"math"
	"slices"
	"testing"

	"go.uber.org/goleak"

	"loaxa/audio/frame"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func (g *rig) account() Account {
	g.t.Helper()
	a := g.r.Health(g.local(g.n)).Account
	a.Broadcast = 0
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

// A busy machine or a poor path must not make play-out chase what it cannot
// measure: the samples stay as sent, within the clock's doubt of their place.
func TestNoisyClockLeavesSamplesAlone(t *testing.T) {
	for _, noise := range []float64{100, 1000} {
		g := newRig(t, 0, 0)
		g.noise = noise
		g.run(0.3)
		at := g.moment(0.3)
		g.send(1, 3, at, 1500)
		g.run(33)
		a, most := g.place(at), 0
		for d := int64(-48); d <= 48; d++ { // ± 1 ms
			most = max(most, g.exact(1, a+d, sampleAt(at), 1500*960))
		}
		if most != 1500*960 {
			t.Errorf("%g µs of noise: only %d samples are exact", noise, most)
		}
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
	for _, c := range [][2]float64{{0, 40}, {40, -40}, {-25, 100}} {
		g := newRig(t, c[0], c[1])
		g.run(2)
		at := g.moment(0.3)
		g.send(1, 3, at, 2400)
		g.run(48)
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

// Bending must not be heard: what is not the tone stays 80 dB below it.
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
	if noise > -80 {
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
	if h := g.r.Health(g.local(g.n)); h.PlayedUntil > cut || h.PlayedUntil < cut-20000 || h.Sounding || h.BufferMS != 0 {
		t.Fatalf("played until %d, cut at %d: %+v", h.PlayedUntil, cut, h)
	}
}

// The end of a live stream is told when its last frame was played: what was
// missed behind it was not due.
func TestLateNewsOfTheEndIsForgiven(t *testing.T) {
	g := newRig(t, 0, 0)
	g.run(3)
	at := g.moment(0.2)
	if err := g.r.Open(Open{Stream: 1, Class: 5, Codec: frame.L16, First: at}); err != nil {
		t.Fatal(err)
	}
	for i := range 50 {
		if i != 30 {
			g.r.Push([]frame.Packet{tonePacket(1, i, at)})
		}
	}
	g.run(1.5)
	if a := g.account(); a.Due < 60 {
		t.Fatalf("%+v", a)
	}
	g.r.Cancel(1, at+50*20000)
	g.run(0.2)
	if a := g.account(); a != (Account{Due: 50, OnTime: 49, Concealed: 1}) {
		t.Fatalf("%+v", a)
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
