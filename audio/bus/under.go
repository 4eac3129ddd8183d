package bus

import (
	"math"

	"loaxa/audio/dsp"
	"loaxa/audio/frame"
	"loaxa/audio/source"
)

// Ducking of a bed under what is said.
const (
	DefaultDuckDB = 16.0                 // by so much lower
	duckDown      = frame.Rate / 20      // 50 ms
	duckUp        = frame.Rate * 8 / 10  // 800 ms
	duckHold      = frame.Rate * 3 / 10  // between two words the bed stays down
	duckLevel     = 0.01                 // -40 dBFS: from here on it is a voice
	leaveSamples  = frame.Rate * 3 / 2   // a bed that is left fades for so long
	duckFall      = 1 - 1.0/(0.05*48000) // the voice's envelope falls to a third in 50 ms
)

// Bed is a source that sounds under the playlist, lower while something is
// said. It ends by itself, by LeaveBed, or, without Stay, when the playlist is
// drained. The bus closes it.
type Bed struct {
	Tag    string
	Source source.Source
	Gain   float64 // linear; 0 means 1
	DuckDB float64 // how much lower under a voice, 12 to 20; 0 means 16
	FadeIn int     // samples
	Stay   bool
}

// under is what sounds beside the piece that plays: a bed, and the tail of the
// piece before in a cross-fade.
type under struct {
	bed *Bed

	brought bool // the bed came with a piece

	fade  int     // samples of the bed's fade in that are left
	floor float64 // the bed's gain while ducked
	env   float32
	hold  int
	duck  float64 // 0: up, 1: down
	leave int     // samples to the end of a bed that is left; 0: it is not
	tail  *Piece
	cross int // samples of the cross-fade
	left  int // of them
	work  [block]float32
}

func (u *under) empty() bool { return u.bed == nil && u.tail == nil }

func (u *under) has(n int) bool {
	return (u.bed == nil || has(u.bed.Source, n)) && (u.tail == nil || has(u.tail.Source, n))
}

// SetBed puts a bed under the playlist, from the next sample on. A bed that is
// there already is closed.
func (b *Bus) SetBed(bed Bed) {
	b.endBed(nil)
	if bed.DuckDB == 0 {
		bed.DuckDB = DefaultDuckDB
	}
	u := &b.under
	u.bed, u.fade, u.leave, u.duck, u.brought = &bed, bed.FadeIn, 0, 0, false
	u.floor = math.Pow(10, -min(max(bed.DuckDB, 0), 60)/20)
	b.marks = append(b.marks, Mark{Kind: BedStarted, Tag: bed.Tag, At: b.mix, Item: bed.Source.Position()})
}

// bring puts the bed of a piece under it, and lets one fade out that came with
// a piece before. A bed that was put by SetBed stays where the piece has none.
func (b *Bus) bring(bed *Bed) {
	u := &b.under
	switch {
	case bed == nil && u.bed != nil && u.brought:
		b.LeaveBed()
	case bed == nil:
	case u.bed != nil && u.brought && u.bed.Tag == bed.Tag:
		_ = bed.Source.Close() // the same sounds already
		if u.leave > 0 {       // it rises again from where it is
			u.bed.FadeIn, u.fade, u.leave = leaveSamples, leaveSamples-u.leave, 0
		}
	default:
		b.SetBed(*bed)
		u.brought = true
	}
}

// LeaveBed fades the bed out in 1.5 s.
func (b *Bus) LeaveBed() {
	if u := &b.under; u.bed != nil && u.leave == 0 {
		u.leave = leaveSamples
	}
}

// leaveBed leaves a bed that has no life of its own.
func (b *Bus) leaveBed() {
	if u := &b.under; u.bed != nil && !u.bed.Stay {
		b.LeaveBed()
	}
}

func (b *Bus) endBed(err error) {
	u := &b.under
	if u.bed == nil {
		return
	}
	if err == nil {
		err = u.bed.Source.Err()
	}
	b.marks = append(b.marks, Mark{Kind: BedEnded, Tag: u.bed.Tag, At: b.mix, Item: u.bed.Source.Position(), Err: err})
	_ = u.bed.Source.Close() // read only
	u.bed = nil
}

func (b *Bus) closeUnder() {
	b.endBed(nil)
	if t := b.under.tail; t != nil {
		_ = t.Source.Close() // read only
		b.under.tail = nil
	}
}

// mixUnder adds the bed and the tail to what the playlist gave, at most a block.
func (b *Bus) mixUnder(out []float32) {
	u := &b.under
	if u.bed != nil {
		in := u.work[:len(out)]
		n, err := read(u.bed.Source, in)
		gain := u.bed.Gain
		if gain == 0 {
			gain = 1
		}
		over := n < len(in)
		for i, x := range in[:n] {
			out[i] += float32(x * float32(gain*float64(u.level(out[i])*u.edges())))
		}
		if over || u.leave == 1 {
			b.endBed(err)
		}
	}
	if u.tail != nil {
		in := u.work[:min(len(out), u.left)]
		n, _ := read(u.tail.Source, in) // whatever broke it, it was on its way out
		gain := u.tail.Gain
		if gain == 0 {
			gain = 1
		}
		for i, x := range in[:n] {
			at := 1 - float64(u.left-i)/float64(u.cross)
			out[i] += float32(x * float32(gain*dsp.Sine(0.25+at/4)))
		}
		if u.left -= len(in); u.left == 0 || n < len(in) {
			_ = u.tail.Source.Close() // read only
			u.tail, u.left = nil, 0
		}
	}
}

// level follows the voice and returns the bed's gain under it.
func (u *under) level(voice float32) float64 {
	u.env = float32(u.env * duckFall)
	u.env = max(u.env, voice, -voice)
	if u.env > duckLevel {
		u.hold = duckHold
	}
	if u.hold > 0 {
		u.hold--
		u.duck = min(u.duck+1.0/duckDown, 1)
	} else {
		u.duck = max(u.duck-1.0/duckUp, 0)
	}
	return 1 - float64((1-u.floor)*dsp.Smooth(u.duck))
}

// edges is the gain of the bed's own fades.
func (u *under) edges() float64 {
	g := 1.0
	if u.fade > 0 {
		u.fade--
		g = dsp.Smooth(1 - float64(u.fade)/float64(u.bed.FadeIn))
	}
	if u.leave > 0 {
		u.leave = max(u.leave-1, 1)
		g *= dsp.Smooth(float64(u.leave-1) / leaveSamples)
	}
	return g
}

// crossing starts the next piece where it overlaps the end of the one that
// plays, and otherwise returns the samples before that.
func (b *Bus) crossing(out []float32) []float32 {
	if len(b.list) < 2 || b.under.tail != nil || b.list[1].At > b.mix {
		return out
	}
	cross := min(b.list[0].Cross, b.list[1].Cross)
	if cross <= 0 {
		return out
	}
	sized, ok := b.list[0].Source.(source.Sized)
	if !ok || sized.Len() < 0 {
		return out
	}
	rest := sized.Len() - b.list[0].Source.Position()
	if wait := rest - int64(cross); wait > 0 {
		return out[:min(int64(len(out)), wait)]
	}
	if rest < FadeSamples { // too late, or too short, for a fade
		return out
	}
	old := b.list[0]
	b.mark(Ended, old.Source.Position(), nil)
	u := &b.under
	u.tail, u.cross, u.left = &old, int(rest), int(rest)
	b.list[0] = Piece{}
	b.list = b.list[1:]
	b.start()
	return out[:min(len(out), u.left)]
}

// rise is the other half of a cross-fade: the piece that comes.
func (u *under) rise(s []float32) {
	if u.tail == nil {
		return
	}
	for i := range s {
		at := 1 - float64(u.left-i)/float64(u.cross)
		s[i] *= float32(dsp.Sine(min(max(at, 0), 1) / 4))
	}
}
