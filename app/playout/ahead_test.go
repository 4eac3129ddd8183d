package playout_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"loaxa/app/playout"
	"loaxa/audio/frame"
)

// A file that takes two seconds to open sounds on its second all the same, its
// bed too, where it was known to be due; what came to nothing is tried again in
// its time, and what nobody plays is closed.
func TestASlowFileKeepsItsMomentWhenItIsKnownBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := build(t)
		ahead := playout.NewAhead(s.item)
		s.parts.Library.Item = ahead.Item
		s.start()
		s.files["b"], s.files["bed"] = file{length: 3 * sec, delay: 2 * sec}, file{length: 60 * sec, delay: 2 * sec, hz: 2000}
		s.files["off"] = file{length: sec}
		ahead.Want(t.Context(), []playout.Coming{{Item: "b", At: 5}, {Item: "bed", At: 5}, {Item: "off", At: 9}, {Item: "none", At: 9}})
		s.until(4500 * time.Millisecond)
		c := follower(5 * sec)
		c.Pieces[0].Bed = "bed"
		s.cue(c)
		ahead.Want(t.Context(), []playout.Coming{{Item: "b", At: 5}, {Item: "bed", At: 5}}) // the second is still near
		s.until(10 * sec)
		from, _, holes := s.fleet.sound(2)
		near(t, "the beginning", from, 5*sec)
		if len(holes) > 0 {
			t.Errorf("holes %v", holes)
		}
		want(t, s.order(), "b starts, bed bed, b ends, drained")
		if n := s.opened["b"]; n != 1 {
			t.Errorf("opened %d times", n)
		}
		ahead.Want(t.Context(), nil)
		ahead.Close()
		s.strike()
	})
}

// A start that is fetched while it opens is waited for, one whose station stops
// meanwhile is closed when it comes, and one that broke is opened anew.
func TestWhatIsOnItsWayIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := build(t)
		s.start()
		s.files["b"], s.files["c"] = file{length: 9 * sec, delay: 2 * sec}, file{length: 9 * sec, delay: 5 * sec, deaf: true}
		s.files["d"] = file{length: sec, err: errors.New("not yet")}
		ahead := playout.NewAhead(s.item)
		coming := []playout.Coming{{Item: "b", At: 1}, {Item: "c", At: 1}, {Item: "d", At: 1}}
		ahead.Want(t.Context(), coming)
		s.wait(sec)
		began := s.now()
		src, gain, err := ahead.Item(t.Context(), "b", 0)
		if err != nil || gain != 1 {
			t.Fatal(gain, err)
		}
		near(t, "the wait", s.now()-began, sec)
		again, _, err := ahead.Item(t.Context(), "b", time.Second) // from elsewhere: another source
		if err != nil || again.Position() != frame.Rate {
			t.Fatal(err)
		}
		_, _ = src.Close(), again.Close()
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		if _, _, err := ahead.Item(ctx, "c", 0); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		s.mu.Lock()
		s.files["d"] = file{length: sec}
		s.mu.Unlock()
		d, _, err := ahead.Item(t.Context(), "d", 0)
		if err != nil {
			t.Fatal(err)
		}
		_ = d.Close()
		many := make([]playout.Coming, 100)
		for i := range many {
			many[i] = playout.Coming{Item: "b", At: int64(i)}
		}
		ahead.Want(t.Context(), many)
		synctest.Wait()
		if n := s.loading(); n > 9 { // c, deaf, among them
			t.Errorf("%d are opened at once", n)
		}
		ahead.Close()
		s.strike()
		if s.open != 0 {
			t.Errorf("%d sources are left open", s.open)
		}
	})
}
