package storetest

import (
	"os"
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
