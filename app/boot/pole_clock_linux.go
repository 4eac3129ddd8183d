package boot

import (
	"os"

	"golang.org/x/sys/unix"
)

// keepsTime tells whether this machine knows the time after a power cut: it has
// a clock with a battery, or somebody on the net has set it.
func keepsTime() bool {
	if _, err := os.Stat("/dev/rtc0"); err == nil {
		return true
	}
	state, err := unix.Adjtimex(&unix.Timex{})
	return err == nil && state != unix.TIME_ERROR
}
