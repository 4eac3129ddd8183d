//go:build race

package mirror

// The simulation runs on one goroutine, where the detector finds nothing and
// costs tenfold.
const plainSteps = 10_000
