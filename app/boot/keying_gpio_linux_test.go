package boot

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unsafe"
)

// TestTheKernelsSizes: the numbers of the calls hold them.
func TestTheKernelsSizes(t *testing.T) {
	if n := unsafe.Sizeof(gpioRequest{}); n != 592 || uintptr(gpioGetLine)>>16&0x3fff != 592 {
		t.Errorf("a request has %d bytes", n)
	}
	if n := unsafe.Sizeof(gpioValues{}); n != 16 || uintptr(gpioSetValues)>>16&0x3fff != 16 {
		t.Errorf("values have %d bytes", n)
	}
	var r gpioRequest
	for name, at := range map[string][2]uintptr{"flags": {unsafe.Offsetof(r.flags), 288}, "lines": {unsafe.Offsetof(r.lines), 560}, "fd": {unsafe.Offsetof(r.fd), 588}} {
		if at[0] != at[1] {
			t.Errorf("%s lies at %d, the kernel's at %d", name, at[0], at[1])
		}
	}
}

// TestAKeyThatIsNoLine is refused before anybody relies on it.
func TestAKeyThatIsNoLine(t *testing.T) {
	file := filepath.Join(t.TempDir(), "chip")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for spec, words := range map[string]string{"gpio:" + file + ":17": "line 17", "gpio:/no/such/chip:1": "no such file",
		"gpio:" + file: "gpio:DEVICE:LINE", "gpio:" + file + ":-1": "gpio:DEVICE:LINE", "gpio::3": "gpio:DEVICE:LINE"} {
		if _, stop, err := keying(spec, 0); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%s: %v", spec, err)
			stop()
		}
	}
}
