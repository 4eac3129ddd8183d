package devices

import (
	"sync"

	"github.com/gorilla/websocket"
)

// Bounds of a cluster's queue.
const (
	maxControl = 64  // control messages; a cluster that does not take them is gone
	maxTimes   = 8   // questions for the time; older ones would measure the queue
	maxSound   = 600 // messages of sound; age bounds it long before
	ageMargin  = 100_000
)

// sound is one message on its way to one cluster.
type sound struct {
	message *websocket.PreparedMessage
	stream  uint16
	playAt  int64 // µs, of the first sample
	dieAt   int64 // µs; later it is not sent: too old to be of use
	frames  int
	live    bool
}

type timeAsk struct{ t1, t2 int64 }

// queue is what waits for one cluster's writer. Time goes first, control next,
// then sound, a file's part when nothing else waits; sound is bounded by age, the oldest is dropped and counted.
type queue struct {
	mu      sync.Mutex
	times   []timeAsk
	control [][]byte
	sound   []sound
	frames  int // in sound
	sent    uint64
	dropped uint64
	part    []byte        // of a file, nil: none; goes when nothing else waits
	full    bool          // control overflowed: the link must end
	wake    chan struct{} // one slot: the writer looks at everything when it wakes
}

func newQueue() *queue { return &queue{wake: make(chan struct{}, 1)} }

func (q *queue) poke() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

func (q *queue) addTime(a timeAsk) {
	q.mu.Lock()
	if len(q.times) < maxTimes {
		q.times = append(q.times, a)
	}
	q.mu.Unlock()
	q.poke()
}

func (q *queue) addControl(b []byte) {
	q.mu.Lock()
	if len(q.control) < maxControl {
		q.control = append(q.control, b)
	} else {
		q.full = true
	}
	q.mu.Unlock()
	q.poke()
}

// setPart queues a part of a file; a cluster asks for one at a time.
func (q *queue) setPart(b []byte) {
	q.mu.Lock()
	q.part = b
	q.mu.Unlock()
	q.poke()
}

func (q *queue) addSound(s sound, now int64) {
	q.mu.Lock()
	q.expire(now)
	if len(q.sound) >= maxSound {
		q.drop(0)
	}
	q.sound = append(q.sound, s)
	q.frames += s.frames
	q.mu.Unlock()
	q.poke()
}

// expire drops what is older than its lane allows. The caller holds mu.
func (q *queue) expire(now int64) {
	for i := 0; i < len(q.sound); {
		if q.sound[i].dieAt > now {
			i++
			continue
		}
		q.drop(i)
	}
}

func (q *queue) drop(i int) {
	q.dropped += uint64(q.sound[i].frames)
	q.frames -= q.sound[i].frames
	q.sound = append(q.sound[:i], q.sound[i+1:]...)
}

// cancel takes out what a cluster would throw away; it is not counted.
func (q *queue) cancel(stream uint16, from int64) {
	q.mu.Lock()
	kept := q.sound[:0]
	for _, s := range q.sound {
		if s.stream == stream && s.playAt >= from {
			q.frames -= s.frames
			continue
		}
		kept = append(kept, s)
	}
	clear(q.sound[len(kept):])
	q.sound = kept
	q.mu.Unlock()
}

// job is what the writer does next; all fields zero: nothing waits.
type job struct {
	time    *timeAsk
	control []byte
	sound   *sound
	full    bool
}

func (q *queue) next(now int64) job {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case q.full:
		return job{full: true}
	case len(q.times) > 0:
		a := q.times[0]
		q.times = q.times[1:]
		return job{time: &a}
	case len(q.control) > 0:
		b := q.control[0]
		q.control = q.control[1:]
		return job{control: b}
	}
	q.expire(now)
	if len(q.sound) == 0 {
		b := q.part
		q.part = nil
		return job{control: b}
	}
	at := 0
	for i, s := range q.sound { // the live lane overtakes the programme
		if s.live {
			at = i
			break
		}
	}
	s := q.sound[at]
	q.sound = append(q.sound[:at], q.sound[at+1:]...)
	q.frames -= s.frames
	q.sent += uint64(s.frames)
	return job{sound: &s}
}

func (q *queue) counts() (waiting int, sent, dropped uint64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.frames, q.sent, q.dropped
}
