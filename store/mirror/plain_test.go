//go:build !race

package mirror

const plainSteps = 100_000
