package audio

import (
	"time"

	"loaxa/audio/frame"
)

const (
	paceStep  = 3                // frames that poles bridge at full level
	paceEvery = 10               // frames between two steps
	calmLevel = 0.003            // RMS, -50 dBFS: a pause
	calmFor   = 5                // frames of it
	paceFade  = frame.Rate / 200 // 5 ms, from what is left out into what follows
	maxMoves  = 64
)

// pace changes the lead of a live stream in mid-stream: the play-at of later
// frames moves against their samples, for all poles alike.
type pace struct {
	want  time.Duration
	calm  int // quiet frames in a row
	since int // frames since the last move
	left  [paceFade]float32
	fade  bool // the next frame begins in left, and says Sooner
	moves []move
}

// move is a change of a line's start at a moment.
type move struct{ at, start int64 } // µs: until at, sample 0 stood at start

// startAt is where sample 0 stands for what is heard at a moment.
func (p *pace) startAt(at, start int64) int64 {
	for _, m := range p.moves {
		if at < m.at {
			return m.start
		}
	}
	return start
}

// shift moves what is heard from a moment on by so many frames.
func (l *line) shift(at, frames int64) {
	p := &l.pace
	p.moves = append(p.moves[max(len(p.moves)-maxMoves+1, 0):], move{at, l.start})
	l.start += frames * frame.Duration.Microseconds()
	l.lead += time.Duration(frames) * frame.Duration
	p.since = 0
}

// wait gives the next frame a later play-at where more lead is wanted. No
// sample is left out or made up here: the poles bridge the time.
func (l *line) wait() {
	p := &l.pace
	p.since++
	more := int64((p.want - l.lead + frame.Duration - 1) / frame.Duration)
	if !l.air.live || l.seq == 0 || p.want <= l.lead || p.since < paceEvery {
		return
	}
	if p.calm < calmFor {
		more = min(more, paceStep)
	}
	l.shift(l.head(), more)
}

// hurry leaves a frame of a pause out where less lead is wanted; true: the
// frame that was rendered is not sent. The next begins in its first samples, so
// that it follows what was sent before.
func (l *line) hurry(last bool, flags *frame.Flags) bool {
	p := &l.pace
	if !l.air.live {
		return false
	}
	sum := float32(0)
	for _, x := range l.pcm {
		sum += x * x
	}
	if p.calm++; sum > calmLevel*calmLevel*frame.Samples {
		p.calm = 0
	}
	if p.fade {
		for i := range p.left {
			w := float32(i) / paceFade
			l.pcm[i] = p.left[i]*(1-w) + l.pcm[i]*w
		}
		p.fade = false
		*flags |= frame.Sooner
	}
	if last || l.seq == 0 || l.lead-p.want < frame.Duration || p.calm < calmFor || p.since < paceEvery {
		return false
	}
	copy(p.left[:], l.pcm[:])
	p.fade = true
	l.shift(l.head()-frame.Duration.Microseconds(), -1)
	return true
}
