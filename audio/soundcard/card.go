package soundcard

import (
	"os"
	"runtime"
	"strings"
)

const onLinux = runtime.GOOS == "linux"

// isDummy is true for the device that sound servers make up when there is none:
// it plays into the void, which is not an output of a loudspeaker.
func isDummy(name string) bool {
	return strings.Contains(name, "auto_null") || strings.Contains(name, "Dummy Output") || name == ""
}

// hasALSACard asks the kernel.
func hasALSACard() bool {
	b, err := os.ReadFile("/proc/asound/cards")
	return err == nil && len(b) > 0 && !strings.Contains(string(b), "no soundcards")
}
