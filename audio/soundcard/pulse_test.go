//go:build linux

package soundcard_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"loaxa/audio/audiotest"
	"loaxa/audio/soundcard"
)

// server starts a sound server of the test's own with two cards that play into
// the void: what goes into one comes out of its monitor.
func server(t *testing.T) (do func(args ...string) string) {
	t.Helper()
	for _, tool := range []string{"pulseaudio", "pactl"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("skipped: %s is not installed", tool)
		}
	}
	dir := t.TempDir()
	socket := filepath.Join(dir, "native")
	for k, v := range map[string]string{"PULSE_SERVER": "unix:" + socket, "PULSE_RUNTIME_PATH": dir, "XDG_RUNTIME_DIR": dir, "HOME": dir} {
		t.Setenv(k, v)
	}
	cmd := exec.Command("pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--disallow-exit=no",
		"-L", "module-native-protocol-unix auth-anonymous=1 socket="+socket,
		"-L", "module-null-sink sink_name=hall rate=48000 channels=1 sink_properties=device.description=Hall",
		"-L", "module-null-sink sink_name=desk rate=48000 channels=1 sink_properties=device.description=Desk")
	if err := cmd.Start(); err != nil {
		t.Skipf("skipped: no sound server here: %v", err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // killed: that is its error
	})
	for range 500 {
		if exec.Command("pactl", "info").Run() == nil {
			return func(args ...string) string {
				t.Helper()
				out, err := exec.Command("pactl", args...).CombinedOutput()
				if err != nil {
					t.Fatalf("pactl %q: %v: %s", args, err, out)
				}
				return string(out)
			}
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Skip("skipped: the sound server does not answer")
	return nil
}

// smooth is true for a tone of 440 Hz at half of full scale without a step.
func smooth(s []float32) bool {
	for i := 1; i < len(s); i++ {
		if d := s[i] - s[i-1]; d > 0.035 || d < -0.035 {
			return false
		}
	}
	return audiotest.RMS(s) > 0.3
}

// What is played on a card is heard at its microphone, by name, to the sample;
// a card that is pulled out is silence, and heard again when it is back.
func TestSoundThroughAServersCards(t *testing.T) {
	do := server(t)
	var mu sync.Mutex
	at := 0
	play, err := soundcard.OpenPlayer("card:desk", 0, func(out []float32) {
		mu.Lock()
		defer mu.Unlock()
		at += copy(out, audiotest.Sine(440, 0.5, at, len(out)))
	})
	if err != nil {
		t.Fatal(err)
	}
	defer play.Close()
	if in, out, err := soundcard.Devices(); err != nil || len(in) < 2 || len(out) < 2 {
		t.Errorf("the devices are %q and %q: %v", in, out, err)
	}
	c, err := soundcard.OpenCapture("card:Monitor of Desk")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	loud := func() bool { l := c.State().Level; return c.State().Flowing && l.RMS > 0.3 && l.RMS < 0.4 }
	until(t, "the tone is heard", loud)
	live := c.Live()
	defer live.Close()
	out := make([]float32, 4800)
	until(t, "100 ms without a step", func() bool { // a busy machine may starve the server, a lost sample steps in all of them
		starved := live.Starved()
		for at := 0; at < len(out); at += 960 {
			live.Read(out[at : at+960])
			time.Sleep(20 * time.Millisecond)
		}
		return live.Starved() == starved && smooth(out)
	})
	other, err := soundcard.OpenCapture("card:monitor of hall")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	until(t, "the other card is silent", func() bool { return other.State().Flowing && other.State().Quiet })
	until(t, "and that is said", func() bool { return len(other.State().Faults) == 1 })

	do("unload-module", "2") // modules are counted as they were loaded: the desk's card
	until(t, "a card that was pulled out gives nothing", func() bool { return !c.State().Flowing })
	do("load-module", "module-null-sink", "sink_name=desk", "rate=48000", "channels=1", "sink_properties=device.description=Desk")
	until(t, "it is heard again", loud)
}

func TestACardThatIsNotThereIsSaid(t *testing.T) {
	server(t)
	if p, err := soundcard.OpenPlayer("card:no such card", 0, func([]float32) {}); !errors.Is(err, soundcard.ErrNoCard) {
		t.Errorf("%v %v", p, err)
	}
	c, err := soundcard.OpenCapture("card:no such card")
	if !errors.Is(err, soundcard.ErrNoCard) || c.State().Err == nil {
		t.Errorf("%v", err)
	}
	if os.Getenv("PULSE_SERVER") == "" {
		t.Error("this asked the machine's own server")
	}
	_ = c.Close()
}
