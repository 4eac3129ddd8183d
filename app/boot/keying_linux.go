package boot

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// serialKey switches by the RTS or DTR line of a serial port. The port stays
// open: closing it drops both lines.
func serialKey(path string, dtr bool) (set func(bool) error, stop func(), err error) {
	f, err := os.OpenFile(path, os.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, func() {}, fmt.Errorf("key: %w", err)
	}
	line := unix.TIOCM_RTS
	if dtr {
		line = unix.TIOCM_DTR
	}
	set = func(on bool) error {
		req := uint(unix.TIOCMBIC)
		if on {
			req = unix.TIOCMBIS
		}
		return unix.IoctlSetPointerInt(int(f.Fd()), req, line)
	}
	return set, func() { _ = f.Close() }, nil
}
