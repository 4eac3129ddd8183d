package boot

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"
)

// What linux/gpio.h calls a line request of its version 2; the sizes are the
// kernel's.
type (
	gpioRequest struct {
		offsets  [64]uint32
		consumer [32]byte
		flags    uint64
		attrs    uint32
		_        [5]uint32
		_        [10][3]uint64 // attributes: none
		lines    uint32
		events   uint32
		_        [5]uint32
		fd       int32
	}
	gpioValues struct{ bits, mask uint64 }
)

const (
	gpioGetLine   = 0xc250b407 // _IOWR(0xB4, 0x07, struct gpio_v2_line_request)
	gpioSetValues = 0xc010b40f // _IOWR(0xB4, 0x0F, struct gpio_v2_line_values)
	gpioOutput    = 1 << 3
	maxGPIOLine   = 1023
)

// gpioKey switches by a line of a GPIO chip, DEVICE:LINE. The line stays
// requested: giving it back may change it.
func gpioKey(what string) (set func(bool) error, stop func(), err error) {
	stop = func() {}
	i := strings.LastIndexByte(what, ':')
	n, bad := strconv.Atoi(what[i+1:])
	if i < 1 || bad != nil || n < 0 || n > maxGPIOLine {
		return nil, stop, &UseError{fmt.Sprintf("--key: gpio:%s: say gpio:DEVICE:LINE, as in gpio:/dev/gpiochip0:17", what)}
	}
	chip, err := os.OpenFile(what[:i], os.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, stop, fmt.Errorf("key: %w", err)
	}
	defer func() { _ = chip.Close() }() // the line has a descriptor of its own
	req := gpioRequest{lines: 1, flags: gpioOutput}
	req.offsets[0] = uint32(n)
	copy(req.consumer[:], "loaxa")
	if err := ioctl(chip.Fd(), gpioGetLine, unsafe.Pointer(&req)); err != nil {
		return nil, stop, fmt.Errorf("key: %s line %d: %w", what[:i], n, err)
	}
	fd := int(req.fd)
	set = func(on bool) error {
		v := gpioValues{mask: 1}
		if on {
			v.bits = 1
		}
		return ioctl(uintptr(fd), gpioSetValues, unsafe.Pointer(&v))
	}
	return set, func() { _ = unix.Close(fd) }, nil
}

func ioctl(fd uintptr, req uint, arg unsafe.Pointer) error {
	if _, _, e := unix.Syscall(unix.SYS_IOCTL, fd, uintptr(req), uintptr(arg)); e != 0 {
		return e
	}
	return nil
}
