package devicetest

import (
	"bytes"
	"encoding/binary"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"loaxa/audio/frame"
	"loaxa/devices"
	"loaxa/devices/catalog"
)

// Rig is a driver at work in a bubble of its own time, and an ear at its far end.
type Rig struct {
	Driver catalog.Driver
	Now    func() int64 // µs of the station's clock
	// At is the mark of the frame that is heard at a moment, 0 for silence. It
	// is asked when that moment has passed.
	At func(micros int64) int
	// Delay is how much later than its play-at everything is heard.
	Delay time.Duration
	// Keeps is how much of what was sent is still heard when the driver stopped:
	// a pole that is left alone plays what it has.
	Keeps time.Duration
	// Fade is how long after a cut its fade may still be heard.
	Fade time.Duration
	// Stall lets the far end take nothing, or take again; nil: there is nobody
	// who could stall.
	Stall func(stall bool)
	// Stop ends the driver; it may be called twice.
	Stop func()
}

// Marks are told apart at the far end by the sound itself.
const (
	mostMarks = 120
	markStep  = 200 // of 32768: the value of every sample of a frame is its mark times this
)

// Marked is a frame whose sound is its mark, 1 to 120.
func Marked(c frame.Codec, stream uint16, seq uint32, at int64, mark int) frame.Packet {
	p := frame.Packet{Stream: stream, Seq: seq, PlayAt: at, Codec: c}
	switch c {
	case frame.L16:
		for range frame.Samples {
			p.Data = binary.BigEndian.AppendUint16(p.Data, uint16(mark*markStep))
		}
	case frame.PCMU:
		p.Data = make([]byte, frame.Samples/6)
		for i := range p.Data {
			p.Data[i] = byte(mark)
		}
	default: // no decoder looks at it
		p.Data = []byte{0x78, byte(mark), 1, 2}
	}
	return p
}

// MarkOf is the mark of a frame's bytes, as they arrived.
func MarkOf(c frame.Codec, data []byte) int {
	switch {
	case len(data) < 2:
		return 0
	case c == frame.L16:
		return int(int16(binary.BigEndian.Uint16(data))) / markStep
	case c == frame.PCMU:
		return int(data[0])
	}
	return int(data[1])
}

// MarkOfSample is the mark of a sample, full scale 1, as it sounds.
func MarkOfSample(x float32) int { return int(math.Round(float64(x) * 32767 / markStep)) }

const frameMicros = int64(frame.Duration / time.Microsecond)

// play sends n frames, marked from first on, the first to be heard at a moment.
func (r *Rig) play(stream uint16, at int64, first, n int) {
	for i := range n {
		p := Marked(r.Driver.Needs(), stream, uint32(i), at+int64(i)*frameMicros, first+i)
		switch i {
		case 0:
			p.Flags |= frame.First
		case n - 1:
			p.Flags |= frame.Last
		}
		r.Driver.Send(p)
	}
}

func (r *Rig) open(t *testing.T, stream uint16, emergency bool) {
	t.Helper()
	if err := r.Driver.OpenStream(stream, emergency); err != nil {
		t.Fatal(err)
	}
}

// until sleeps to a moment of the station's clock at which what is meant for it
// has been heard.
func (r *Rig) until(at int64) {
	time.Sleep(time.Duration(at-r.Now())*time.Microsecond + r.Delay + r.Fade + frame.Duration)
}

// heard checks the middles of n frames from a moment on; first 0: silence.
func (r *Rig) heard(t *testing.T, what string, at int64, first, n int) {
	t.Helper()
	for i := range n {
		want := 0
		if first > 0 {
			want = first + i
		}
		if got := r.At(at + int64(i)*frameMicros + frameMicros/2 + r.Delay.Microseconds()); got != want {
			t.Fatalf("%s: in frame %d frame %d was heard, not %d", what, i, got, want)
		}
	}
}

// onTheWire is what may lie in a socket while nobody takes it, in frames.
const onTheWire = 10

// soon is when a test's first frame is to be heard.
const soon = 500_000

// CheckDriver holds a driver to what every driver owes. open makes one that is
// at work, inside the bubble of the test that it is given.
func CheckDriver(t *testing.T, open func(t *testing.T) *Rig) {
	for name, check := range map[string]func(*testing.T, *Rig){
		"it starts at play-at":                 startsAtPlayAt,
		"it is cut at a sample":                isCutAtASample,
		"an emergency takes over":              emergencyTakesOver,
		"a full table takes an emergency":      fullTableYields,
		"who stalls is not sent old sound":     stallIsBounded,
		"a mute is silent but in danger":       muteIsSilent,
		"stopped it is silent":                 stopIsSilent,
		"nonsense changes nothing":             nonsenseChangesNothing,
		"what was sent is what left, no more":  countsWhatLeft,
		"a stream that ends is heard to there": endsWhole,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := open(t)
				defer r.Stop() // what it leaves running fails the bubble
				check(t, r)
			})
		})
	}
}

func startsAtPlayAt(t *testing.T, r *Rig) {
	at := r.Now() + soon
	r.open(t, 7, false)
	r.play(7, at, 1, 25)
	r.until(at + 30*frameMicros)
	r.heard(t, "before", at-5*frameMicros, 0, 5)
	r.heard(t, "the stream", at, 1, 25)
	r.heard(t, "behind it", at+26*frameMicros, 0, 3)
}

func isCutAtASample(t *testing.T, r *Rig) {
	at := r.Now() + soon
	r.open(t, 7, false)
	r.play(7, at, 1, 80)
	time.Sleep(600 * time.Millisecond)
	cut := at + 40*frameMicros
	r.Driver.Cancel(7, cut)
	r.Driver.Cancel(7, cut+20*frameMicros) // a later cut takes nothing back
	r.Driver.Send(Marked(r.Driver.Needs(), 7, 80, at+80*frameMicros, 81))
	r.Driver.CloseStream(7)
	r.until(at + 95*frameMicros)
	r.heard(t, "up to the cut", at, 1, 40)
	r.heard(t, "behind it", cut+r.Fade.Microseconds(), 0, 45)
}

func emergencyTakesOver(t *testing.T, r *Rig) {
	at := r.Now() + soon
	r.open(t, 7, false)
	r.play(7, at, 1, 80)
	time.Sleep(700 * time.Millisecond)
	turn := at + 20*frameMicros
	r.Driver.Cancel(7, turn)
	r.Driver.CloseStream(7)
	r.open(t, 8, true)
	r.play(8, turn, 81, 30)
	r.until(turn + 40*frameMicros)
	r.heard(t, "the programme", at, 1, 20)
	skip := (r.Fade.Microseconds() + frameMicros - 1) / frameMicros
	r.heard(t, "the emergency", turn+skip*frameMicros, 81+int(skip), 30-int(skip))
	r.heard(t, "behind it", turn+30*frameMicros+r.Fade.Microseconds()+frameMicros, 0, 5)
}

// fullTableYields: more streams than anybody has places for, of all of which
// something is to come.
func fullTableYields(t *testing.T, r *Rig) {
	const most = 80
	last := uint16(100)
	for ; last < 100+most && r.Driver.OpenStream(last, false) == nil; last++ {
		r.Driver.Send(Marked(r.Driver.Needs(), last, 0, r.Now()+8_000_000, 1))
		time.Sleep(frame.Duration)
	}
	at := r.Now() + soon
	r.open(t, 7, true)
	r.play(7, at, 31, 25)
	r.until(at + 30*frameMicros)
	r.heard(t, "the emergency", at, 31, 25)
	for n := uint16(100); n < last; n++ {
		r.Driver.Cancel(n, 0)
		r.Driver.CloseStream(n)
	}
	r.until(r.Now() + soon)
}

// stallIsBounded: half a minute in which nobody takes anything.
func stallIsBounded(t *testing.T, r *Rig) {
	if r.Stall == nil {
		t.Skip("skipped: nobody is there who could stall")
	}
	r.open(t, 7, false)
	r.Stall(true)
	const seconds = 30
	begin := r.Now() + soon
	for i := range seconds * 50 {
		before := time.Now()
		p := Marked(r.Driver.Needs(), 7, uint32(i), begin+int64(i)*frameMicros, 1+i/50) // the mark is the second
		r.Driver.Send(p)
		if waited := time.Since(before); waited > 0 {
			t.Fatalf("frame %d waited %v for somebody who takes nothing", i, waited)
		}
		time.Sleep(frame.Duration)
	}
	r.Stall(false)
	resumed := r.Now()
	r.Driver.Cancel(7, resumed)
	r.Driver.CloseStream(7)
	time.Sleep(10 * time.Second) // its link may have to come back
	at := r.Now() + soon
	r.open(t, 8, true)
	r.play(8, at, 100, 20)
	r.until(at + 25*frameMicros)
	old := 0
	for now := resumed; now < at; now += frameMicros / 2 {
		if second := int((resumed - begin) / 1_000_000); r.At(now) != 0 && r.At(now) < second-1 {
			old++
		}
	}
	if old > 2*onTheWire {
		t.Errorf("%d frames of the stall were heard when it was over", old/2)
	}
	r.heard(t, "an emergency behind the stall", at, 100, 20)
}

// noClusters is a fleet without any.
type noClusters struct{}

func (noClusters) Send(frame.Packet)                    {}
func (noClusters) Open(devices.StreamOpen) error        { return nil }
func (noClusters) Assign(uint16, []string, int64) error { return nil }
func (noClusters) Cancel(uint16, int64) error           { return nil }
func (noClusters) CloseStream(uint16)                   {}

func muteIsSilent(t *testing.T, r *Rig) {
	fan := catalog.NewFan(noClusters{}, r.Now, "x")
	fan.Put("x", r.Driver)
	begin := func(stream uint16, emergency bool, at int64, first, n int) {
		if err := fan.Open(devices.StreamOpen{Stream: stream, Broadcast: uint64(stream), Codec: r.Driver.Needs(), Emergency: emergency}); err != nil {
			t.Fatal(err)
		}
		_ = fan.Assign(stream, []string{"x"}, 0)
		for i := range n {
			fan.Send(Marked(r.Driver.Needs(), stream, uint32(i), at+int64(i)*frameMicros, first+i))
		}
	}
	at := r.Now() + soon
	begin(7, false, at, 1, 75)
	time.Sleep(800 * time.Millisecond)
	muted := r.Now()
	fan.Mute("x", true)
	time.Sleep(400 * time.Millisecond)
	danger := r.Now() + soon
	begin(8, true, danger, 101, 15)
	r.until(danger + 20*frameMicros)
	before := int((muted - at) / frameMicros)
	r.heard(t, "up to the mute", at, 1, before-1)
	r.heard(t, "muted", muted+r.Fade.Microseconds()+frameMicros, 0, int((danger-muted-r.Fade.Microseconds())/frameMicros)-2)
	r.heard(t, "in danger", danger, 101, 15)
}

func stopIsSilent(t *testing.T, r *Rig) {
	at := r.Now() + soon
	r.open(t, 7, false)
	r.play(7, at, 1, 80)
	time.Sleep(800 * time.Millisecond)
	r.Stop()
	silent := r.Now() + (r.Fade + r.Keeps).Microseconds() + 2*frameMicros
	for i := range int64(200) {
		r.Driver.Send(Marked(r.Driver.Needs(), 7, uint32(80+i), at+(80+i)*frameMicros, 81))
		time.Sleep(frame.Duration)
	}
	r.heard(t, "stopped", silent, 0, 80)
	r.Stop()
}

func nonsenseChangesNothing(t *testing.T, r *Rig) {
	d := r.Driver
	wrong := frame.L16
	if d.Needs() == frame.L16 {
		wrong = frame.PCMU
	}
	now := r.Now()
	d.Cancel(99, now)
	d.CloseStream(99)
	r.open(t, 7, false)
	if d.OpenStream(7, true) == nil {
		t.Error("a number was opened twice")
	}
	at := now + soon
	for _, p := range []frame.Packet{
		Marked(wrong, 7, 0, at, 90),
		Marked(d.Needs(), 98, 0, at, 90),                          // of no stream
		{Stream: 7, PlayAt: at - 2*frameMicros, Codec: d.Needs()}, // no bytes, and not said to be silent
		{Stream: 7, PlayAt: at - 2*frameMicros, Codec: d.Needs(), Data: bytes.Repeat([]byte{0x33}, 70_000)}, // more than any wire carries
		{Stream: 7, Seq: 1 << 30, PlayAt: math.MinInt64 / 2, Codec: d.Needs(), Data: []byte{1}},             // long ago
	} {
		d.Send(p)
	}
	r.play(7, at, 1, 20)
	r.until(at + 25*frameMicros)
	r.heard(t, "nonsense", at-3*frameMicros, 0, 3)
	r.heard(t, "among nonsense", at, 1, 20)
	for n := range uint16(20_000) {
		if d.OpenStream(1000+n, false) == nil {
			d.CloseStream(1000 + n)
		}
	}
	at = r.Now() + soon
	r.open(t, 8, true)
	r.play(8, at, 21, 10)
	r.until(at + 15*frameMicros)
	r.heard(t, "after many streams", at, 21, 10)
}

func countsWhatLeft(t *testing.T, r *Rig) {
	teller, ok := r.Driver.(catalog.Teller)
	if !ok {
		t.Skip("skipped: this driver's far end tells itself what it played")
	}
	at := r.Now() + soon
	r.open(t, 7, false)
	r.play(7, at, 1, 60)
	if sent, err := teller.Sent(); len(sent) != 0 || err != nil {
		t.Errorf("before its time: %v, %v", sent, err)
	}
	r.Driver.Cancel(7, at+20*frameMicros)
	r.Driver.CloseStream(7)
	r.until(at + 70*frameMicros)
	sent, err := teller.Sent()
	if n := sent[7]; err != nil || len(sent) != 1 || n < 19 || n > 21 {
		t.Errorf("20 frames were heard; %v, %v", sent, err)
	}
	if sent, _ := teller.Sent(); len(sent) != 0 {
		t.Errorf("said twice: %v", sent)
	}
}

func endsWhole(t *testing.T, r *Rig) {
	at := r.Now() + soon
	r.open(t, 7, false)
	r.play(7, at, 1, 40)
	r.Driver.CloseStream(7)
	r.until(at + 45*frameMicros)
	r.heard(t, "the whole", at, 1, 40)
	r.heard(t, "behind it", at+41*frameMicros, 0, 3)
}
