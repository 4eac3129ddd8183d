package soundcard

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
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

var errDummy = errors.New("the sound server has no real device")

// choose finds a device by its name: the same, else the first that contains it
// in any case; -1: none, or no name was given.
func choose(names []string, want string) int {
	if want == "" {
		return -1
	}
	for i, n := range names {
		if n == want {
			return i
		}
	}
	for i, n := range names {
		if strings.Contains(strings.ToLower(n), strings.ToLower(want)) {
			return i
		}
	}
	return -1
}

func noDevice(want string, names []string) error {
	return fmt.Errorf("no device %q, there are: %s", want, strings.Join(names, ", "))
}

// Devices lists the names of the system's microphones and outputs, as
// card:NAME takes them. The error is ErrNoCard where there is neither a sound
// server nor hardware.
func Devices() (in, out []string, err error) {
	in, out, err = devices()
	in, out = slices.DeleteFunc(in, isDummy), slices.DeleteFunc(out, isDummy)
	if err == nil && len(in)+len(out) == 0 {
		err = ErrNoCard
	}
	return in, out, err
}
