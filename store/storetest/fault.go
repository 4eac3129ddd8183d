package storetest

import (
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
)

// Rounds is how often a fault is dealt: LOAXA_FAULTS is short, full or soak;
// without it plain times, and plain 0 skips the test.
func Rounds(t testing.TB, plain, short, full, soak int) int {
	t.Helper()
	n := plain
	switch v := os.Getenv("LOAXA_FAULTS"); v {
	case "":
	case "short":
		n = short
	case "full":
		n = full
	case "soak":
		n = soak
	default:
		t.Fatalf("LOAXA_FAULTS=%q is none of short, full, soak", v)
	}
	if n == 0 {
		t.Skip("skipped: run by make faults (LOAXA_FAULTS=short, full or soak)")
	}
	return n
}

// Seed is the seed of a test that draws: a fixed one, so that a run can be
// repeated, or LOAXA_SEED, or under LOAXA_FAULTS a fresh one. It is logged.
func Seed(t testing.TB) uint64 {
	t.Helper()
	seed := uint64(1)
	if v := os.Getenv("LOAXA_SEED"); v != "" {
		n, err := strconv.ParseUint(v, 10, 64)
		if err != nil {
			t.Fatalf("LOAXA_SEED=%q is no number", v)
		}
		seed = n
	} else if os.Getenv("LOAXA_FAULTS") != "" {
		seed = rand.Uint64()
	}
	t.Logf("repeat with LOAXA_SEED=%d", seed)
	return seed
}
