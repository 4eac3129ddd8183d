package boot

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"loaxa/app/agent"
)

const (
	keyWait    = 3 * time.Second // for a command that switches
	maxPreKey  = 10 * time.Second
	keyHoldFor = 3 * time.Second // over the pause between two items
)

// keyWords say how a key is named.
const keyWords = "say cmd:COMMAND, rts:DEVICE, dtr:DEVICE or gpio:DEVICE:LINE"

// keying reads --key: cmd:COMMAND is run with "on" or "off" behind it, rts:DEV
// and dtr:DEV set a line of a serial port, gpio:DEV:LINE one of a GPIO chip.
func keying(spec string, preKey time.Duration) (k agent.Keying, stop func(), err error) {
	stop = func() {}
	if preKey < 0 || preKey > maxPreKey {
		return k, stop, &UseError{fmt.Sprintf("--pre-key: %v is outside 0 to %v", preKey, maxPreKey)}
	}
	if spec == "" {
		if preKey > 0 {
			return k, stop, &UseError{"--pre-key: needs --key"}
		}
		return k, stop, nil
	}
	how, what, _ := strings.Cut(spec, ":")
	k.Ahead, k.Hold = preKey, keyHoldFor
	switch words := strings.Fields(what); {
	case len(words) == 0:
		err = &UseError{"--key: " + keyWords}
	case how == "cmd":
		if _, e := exec.LookPath(words[0]); e != nil {
			return k, stop, &UseError{"--key: " + e.Error()}
		}
		k.Switch = func(on bool) error { return runKey(words, on) }
	case how == "rts" || how == "dtr":
		k.Switch, stop, err = serialKey(what, how == "dtr")
	case how == "gpio":
		k.Switch, stop, err = gpioKey(what)
	default:
		err = &UseError{"--key: " + keyWords}
	}
	return k, stop, err
}

func runKey(words []string, on bool) error {
	state := "off"
	if on {
		state = "on"
	}
	ctx, cancel := context.WithTimeout(context.Background(), keyWait)
	defer cancel()
	out, err := exec.CommandContext(ctx, words[0], append(words[1:len(words):len(words)], state)...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("key %s: %w: %.200s", state, err, out)
	}
	return nil
}
