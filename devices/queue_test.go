package devices

import (
	"testing"
)

func put(q *queue, stream uint16, at, lead, now int64, live bool) {
	q.addSound(sound{stream: stream, playAt: at, dieAt: now + lead + ageMargin, frames: 5, live: live}, now)
}

func TestSoundIsBoundedByAge(t *testing.T) {
	q := newQueue()
	for i := range int64(100) { // a message each 100 ms, nobody takes them
		put(q, 1, i*100_000, 500_000, i*100_000, false)
	}
	waiting, sent, dropped := q.counts()
	if waiting != 5*6 || sent != 0 || dropped != 5*94 {
		t.Fatalf("%d wait, %d sent, %d dropped", waiting, sent, dropped)
	}
	if j := q.next(99 * 100_000); j.sound == nil || j.sound.playAt != 94*100_000 {
		t.Fatalf("the oldest that is young enough goes first: %+v", j.sound)
	}
	if j := q.next(200 * 100_000); j.sound != nil {
		t.Fatal("sound was sent that is too old")
	}
}

func TestOrderOfTheQueue(t *testing.T) {
	q := newQueue()
	put(q, 1, 10, 1e6, 0, false)
	put(q, 1, 20, 1e6, 0, false)
	put(q, 2, 30, 1e6, 0, true)
	put(q, 2, 40, 1e6, 0, true)
	q.addControl([]byte{1})
	q.addTime(timeAsk{1, 2})
	if j := q.next(1); j.time == nil {
		t.Fatal("time must overtake everything")
	}
	if j := q.next(1); j.control == nil {
		t.Fatal("control goes before sound: a stream is opened before it is heard")
	}
	for _, want := range []int64{30, 40, 10, 20} { // live overtakes, each stream in order
		if j := q.next(1); j.sound == nil || j.sound.playAt != want {
			t.Fatalf("%+v, want %d", j.sound, want)
		}
	}
}

func TestCancelTakesOutWhatLiesBeyond(t *testing.T) {
	q := newQueue()
	for i := range int64(10) {
		put(q, uint16(1+i%2), i, 1e6, 0, false)
	}
	q.cancel(1, 4)
	if waiting, _, dropped := q.counts(); waiting != 7*5 || dropped != 0 {
		t.Fatalf("%d wait, %d dropped", waiting, dropped)
	}
}

func TestControlThatIsNotTakenEndsTheLink(t *testing.T) {
	q := newQueue()
	for range maxControl + 1 {
		q.addControl([]byte{1})
	}
	if !q.next(0).full {
		t.Fatal("control overflowed in silence")
	}
}

// A slow reader of reports must not lose that a cluster came or went.
func TestMailKeepsChanges(t *testing.T) {
	m := newMail()
	for i := range 50 {
		m.post(Report{ID: "a", Up: true, New: i == 0, Health: Health{Uptime: int64(i)}})
	}
	m.post(Report{ID: "b", Up: true})
	m.post(Report{ID: "a", Why: WhyLost})
	quit := make(chan struct{})
	done := make(chan struct{})
	go func() { m.run(quit); close(done) }()
	got := []Report{<-m.out, <-m.out, <-m.out}
	close(quit)
	<-done
	if a := got[0]; a.ID != "a" || !a.New || a.Health.Uptime != 49 || got[1].ID != "b" || got[2].Up || got[2].ID != "a" {
		t.Fatalf("%+v", got)
	}
	for range 20 {
		m.post(Report{ID: "a", Up: true})
		m.post(Report{ID: "a"})
	}
	if len(m.waiting) > maxPerCluster {
		t.Fatalf("%d reports of one cluster wait", len(m.waiting))
	}
}
