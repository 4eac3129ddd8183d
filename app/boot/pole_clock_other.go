//go:build !linux

package boot

// keepsTime: these machines have a clock with a battery.
func keepsTime() bool { return true }
