package receive

import (
	"math"
	"math/rand/v2"
	"testing"

	"loaxa/audio/frame"
)

// rig is a station, a network and a device in simulated time. Local time is
// the true time; the station's clock runs ahead of it by offset and is faster
// by stationPPM, the device's crystal is faster by devicePPM.
type rig struct {
	t          *testing.T
	r          *Receiver
	rng        *rand.Rand
	stationPPM float64
	devicePPM  float64
	noise      float64 // µs: mean of each way's exponential delay
	stall      float64 // µs by which the device was late in all
	asked      int
	n          int64 // samples pulled
	out        []float32
	pending    []sent // by arrival
	next       float64
}

type sent struct {
	at float64 // local µs of arrival
	p  frame.Packet
}

const rigOffset = 5e9 // µs

func newRig(t *testing.T, stationPPM, devicePPM float64) *rig {
	return &rig{
		t: t, r: New(), rng: rand.New(rand.NewPCG(7, 11)), stationPPM: stationPPM, devicePPM: devicePPM, noise: 30,
	}
}

// local is when the device plays sample n.
func (g *rig) local(n int64) float64 {
	return 1e6 + g.stall + float64(n)*1000/48/(1+g.devicePPM*1e-6)
}

// station is the station's clock at a local moment.
func (g *rig) station(local float64) float64 { return rigOffset + local*(1+g.stationPPM*1e-6) }

func (g *rig) now() float64 { return g.station(g.local(g.n)) }

// ask makes the exchanges that are due by now.
func (g *rig) ask() {
	now := g.local(g.n)
	for ; g.next <= now; g.asked++ {
		up, down := 40+g.rng.ExpFloat64()*g.noise, 40+g.rng.ExpFloat64()*g.noise
		t1 := g.next
		t2 := g.station(t1 + up)
		t4 := t1 + up + 20 + down
		g.r.Time(Exchange{int64(t1), int64(t2), int64(g.station(t1 + up + 20)), int64(t4)})
		switch {
		case g.asked < 20:
			g.next += 100e3
		case g.r.Settled():
			g.next += 5e6
		default:
			g.next += 1e6
		}
	}
}

// run plays some seconds.
func (g *rig) run(seconds float64) {
	if g.next == 0 {
		g.next = g.local(0)
	}
	for range int(seconds * 100) {
		g.ask()
		for len(g.pending) > 0 && g.pending[0].at <= g.local(g.n) {
			g.r.Push([]frame.Packet{g.pending[0].p})
			g.pending = g.pending[1:]
		}
		g.r.Position(g.n, g.local(g.n), true)
		var block [480]float32
		g.r.Pull(block[:])
		g.out = append(g.out, block[:]...)
		g.n += 480
	}
}

// place is the device's sample that should play at a moment of the station's
// clock.
func (g *rig) place(micros int64) int64 {
	local := (float64(micros) - rigOffset) / (1 + g.stationPPM*1e-6)
	return int64(math.Round((local - 1e6 - g.stall) * 0.048 * (1 + g.devicePPM*1e-6)))
}

// tone is the sample of a 440 Hz tone at a place of the station's axis, of a
// different level for each stream.
func tone(stream uint16, x int64) int16 {
	level := 12000.0 / float64(stream)
	return int16(math.Round(level * math.Sin(2*math.Pi*440/48000*float64(x%480000))))
}

func tonePacket(stream uint16, seq int, at int64) frame.Packet {
	p := frame.Packet{Stream: stream, Seq: uint32(seq), PlayAt: at + int64(seq)*20000, Codec: frame.L16}
	x := sampleAt(p.PlayAt)
	for i := range int64(frame.Samples) {
		v := tone(stream, x+i)
		p.Data = append(p.Data, byte(v>>8), byte(v))
	}
	return p
}

// send opens a stream that begins at a moment and sends n frames of it ahead;
// lost names frames that never come.
func (g *rig) send(stream uint16, class uint8, at int64, n int, lost ...int) {
	g.t.Helper()
	if err := g.r.Open(Open{Stream: stream, Broadcast: uint64(stream) * 10, Class: class, Codec: frame.L16, First: at}); err != nil {
		g.t.Fatal(err)
	}
	for i := range n {
		p := tonePacket(stream, i, at)
		if i == n-1 {
			p.Flags |= frame.Last
		}
		for _, l := range lost {
			if l == i {
				p.Stream = 0
			}
		}
		if p.Stream != 0 {
			g.pending = append(g.pending, sent{g.local(g.n) + float64(i)*20e3, p})
		}
	}
}

// moment is a moment of the station's clock some time ahead, on the grid of
// whole samples.
func (g *rig) moment(ahead float64) int64 { return (int64(g.now()+ahead*1e6) + 20000) / 20000 * 20000 }

// exact counts how many samples from device sample a on are the stream's own.
func (g *rig) exact(stream uint16, a, x int64, n int) int {
	for i := range n {
		if got := int16(math.Round(float64(g.out[a+int64(i)]) * 32768)); got != tone(stream, x+int64(i)) {
			return i
		}
	}
	return n
}

func peak(s []float32) float32 {
	m := float32(0)
	for _, v := range s {
		m = max(m, max(v, -v))
	}
	return m
}
