package audiotest

import (
	"math"
	"testing"
	"time"

	"loaxa/audio/source"
)

// patience bounds how many samples CheckSource reads: 10 minutes.
const patience = 600 * 48000

// CheckSource proves the numbered contract of source.Source on a source that
// comes to its end. make gives a fresh one at each call.
func CheckSource(t testing.TB, make func() source.Source) {
	t.Helper()
	s := make()
	total := checkReads(t, s, []int{960, 1, 480, 961, 4800, 7})
	checkAfterEnd(t, s)
	if n := checkReads(t, make(), []int{333}); n != total {
		t.Errorf("reads of another size give %d samples, not %d", n, total)
	}
	closed := make()
	closed.Read(poison(100))
	for range 2 {
		if err := closed.Close(); err != nil {
			t.Errorf("7: close: %v", err)
		}
	}
	if n := closed.Read(poison(100)); n != 0 {
		t.Errorf("7: a closed source gave %d samples", n)
	}
}

// poison is a buffer in which unwritten samples show.
func poison(n int) []float32 {
	b := make([]float32, n)
	for i := range b {
		b[i] = float32(math.NaN())
	}
	return b
}

// checkReads reads to the end and returns how many samples came.
func checkReads(t testing.TB, s source.Source, sizes []int) int64 {
	t.Helper()
	total := int64(0)
	for i := 0; total < patience; i++ {
		out := poison(sizes[i%len(sizes)])
		await(s, len(out))
		pos, starved := s.Position(), s.Starved()
		n := s.Read(out)
		moved, lacked := s.Position()-pos, s.Starved()-starved
		total += moved
		if n < 0 || n > len(out) {
			t.Fatalf("2: read returned %d of %d", n, len(out))
		}
		if moved < 0 || moved+lacked != int64(n) {
			t.Fatalf("3, 5: of %d samples %d moved the position and %d were counted as starved", n, moved, lacked)
		}
		checkValues(t, out, n)
		if n < len(out) {
			return total
		}
	}
	t.Fatalf("no end after %d samples", total)
	return total
}

// await gives what runs beside a source the time it has in the pump.
func await(s source.Source, n int) {
	b, ok := s.(source.Buffered)
	for range 60_000 {
		if !ok || b.Ready() >= n {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

func checkValues(t testing.TB, out []float32, n int) {
	t.Helper()
	for k, x := range out {
		if x != x || x > 8 || x < -8 {
			t.Fatalf("1: sample %d was not written, or is %v", k, x)
		}
		if k >= n && x != 0 {
			t.Fatalf("1: sample %d lies after the end and is %v", k, x)
		}
	}
}

func checkAfterEnd(t testing.TB, s source.Source) {
	t.Helper()
	err := s.Err()
	for range 3 {
		if n := s.Read(poison(64)); n != 0 {
			t.Errorf("2: %d samples after the end", n)
		}
		if s.Err() != err {
			t.Errorf("6: the error changed from %v to %v", err, s.Err())
		}
	}
	if err := s.Close(); err != nil {
		t.Errorf("7: close: %v", err)
	}
}

// Read gives the next n samples of a source, however slowly its decoder works.
func Read(t testing.TB, s source.Source, n int) []float32 {
	t.Helper()
	out := make([]float32, n)
	for at := 0; at < n; {
		k := min(n-at, 4800)
		await(s, k)
		if got := s.Read(out[at : at+k]); got < k {
			break
		}
		at += k
	}
	return out
}
