//go:build unix

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"

	"loaxa/app/station"
)

// terminal is a real pseudo-terminal with the program on it and an emulator
// that reads what a person would see.
type terminal struct {
	t   testing.TB
	cmd *exec.Cmd
	pty *os.File
	mu  sync.Mutex
	vt  vt10x.Terminal
	end chan struct{}
}

func onTerminal(t testing.TB, cols, rows int, env []string, args ...string) *terminal {
	t.Helper()
	cmd := program(args...)
	cmd.Env = append(append(cmd.Env, "TERM=xterm-256color", "LANG=C.UTF-8"), env...)
	f, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: uint16(rows), Cols: uint16(cols)})
	if err != nil {
		t.Fatal(err)
	}
	c := &terminal{t: t, cmd: cmd, pty: f, vt: vt10x.New(vt10x.WithSize(cols, rows)), end: make(chan struct{})}
	go func() {
		defer close(c.end)
		b, had := make([]byte, 64<<10), 0 // had: the beginning of a letter whose rest comes with the next read
		for {
			n, err := f.Read(b[had:])
			n += had
			whole := wholeLetters(b[:n])
			c.mu.Lock()
			_, _ = c.vt.Write(b[:whole])
			c.mu.Unlock()
			had = copy(b, b[whole:n])
			if err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		_ = f.Close()
	})
	return c
}

// wholeLetters is how much of b ends with a letter that is all there: the
// emulator drops what a read has cut in two.
func wholeLetters(b []byte) int {
	for i := 1; i <= min(len(b), utf8.UTFMax); i++ {
		if utf8.RuneStart(b[len(b)-i]) {
			if utf8.FullRune(b[len(b)-i:]) {
				return len(b)
			}
			return len(b) - i
		}
	}
	return len(b)
}

func (c *terminal) screen() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.vt.String()
}

func (c *terminal) shows(words string) {
	c.t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for !strings.Contains(c.screen(), words) {
		if time.Now().After(deadline) {
			c.t.Fatalf("the screen never shows %q:\n%s", words, c.screen())
		}
		time.Sleep(30 * time.Millisecond)
	}
}

// The keys as a terminal sends them.
const (
	keyF4    = "\x1bOS"
	keyF12   = "\x1b[24~"
	keyEsc   = "\x1b"
	keyEnter = "\r"
	ctrlK    = "\x0b"
	ctrlX    = "\x18"
	ctrlQ    = "\x11"
)

func (c *terminal) press(keys ...string) {
	c.t.Helper()
	for _, k := range keys {
		if _, err := c.pty.WriteString(k); err != nil {
			c.t.Fatal(err)
		}
		time.Sleep(150 * time.Millisecond) // a person
		if k == keyEsc {
			time.Sleep(time.Second) // on a busy machine it must not run into the next key
		}
	}
}

// TestTheDemonstrationOnATerminal drives the whole commune as an officer would:
// it plays, the microphone is opened and closed, a siren is aired and ended,
// the console is killed and comes back, and leaving ends every process.
func TestTheDemonstrationOnATerminal(t *testing.T) {
	t.Parallel() // it mostly waits
	dir := t.TempDir()
	env := []string{"XDG_RUNTIME_DIR=" + filepath.Join(dir, "run"), "XDG_STATE_HOME=" + dir}
	if err := os.MkdirAll(filepath.Join(dir, "run"), 0o700); err != nil {
		t.Fatal(err)
	}
	mic := filepath.Join(dir, "mic")
	demo := filepath.Join(dir, "d")
	c := onTerminal(t, 120, 36, env, "demo", "--data", demo, "--clusters", "3", "--mic", "fifo:"+mic)
	c.shows("xã Đak Pơ")
	c.shows("DEMO")
	c.shows("3 đang phát")
	c.press(keyEsc)
	data := filepath.Join(demo, "station")
	stop := feeder(t, mic, 900, time.Minute)
	defer stop()
	c.press(keyF4)
	c.shows("Enter")
	c.press(keyEnter)
	c.shows("ĐANG MỞ · MỜI ĐỌC")
	if s := snapshot(t, data); !s.Mic.Open || s.Air[0].Class != station.Live {
		t.Errorf("the screen says speak, the station says %+v", s.Mic)
	}
	killed := consolePID(t, demo)
	before := snapshot(t, data).Clusters[0].Health.Account
	if err := syscall.Kill(killed, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	eventually(t, "another console is there", func() bool { p := findConsole(demo); return p != 0 && p != killed })
	c.shows("NGỪNG MIC")
	eventually(t, "the pole has played on", func() bool { return snapshot(t, data).Clusters[0].Health.Account.Due > before.Due+50 })
	if s := snapshot(t, data); !s.Mic.Open {
		t.Errorf("the microphone closed with the console: %+v", s.Mic)
	}
	c.press(keyF4)
	eventually(t, "the microphone is closed", func() bool { return !snapshot(t, data).Mic.Open })
	c.shows("ĐỌC MICRÔ")
	c.press(keyF12)
	c.shows("DIỄN TẬP")
	c.press("2")
	c.press("L", "u", "~", ctrlK)
	eventually(t, "the siren is on the air", func() bool { return onAirNow(snapshot(t, data), station.Emergency) })
	c.shows("KHẨN CẤP")
	c.press(ctrlX, ctrlX)
	eventually(t, "everything is silent", func() bool {
		s := snapshot(t, data)
		return s.Emergency == nil && !onAirNow(s, station.Emergency) && !s.Queue.Running
	})
	c.press(keyEsc, keyEsc, ctrlQ)
	c.shows("Enter: thoát")
	c.press(keyEnter)
	select {
	case <-c.end:
	case <-time.After(20 * time.Second):
		t.Fatalf("leaving does not end:\n%s", c.screen())
	}
	eventually(t, "no process is left", func() bool { return len(processesOf(demo)) == 0 })
}

func onAirNow(s *station.Snapshot, class station.Class) bool {
	for _, b := range s.Air {
		if b.Class == class && b.Phase == station.OnAir {
			return true
		}
	}
	return false
}

// processesOf lists the processes that were started with a folder.
func processesOf(dir string) (found []string) {
	files, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, f := range files {
		b, err := os.ReadFile(f)
		if line := strings.ReplaceAll(string(b), "\x00", " "); err == nil && strings.Contains(line, dir) {
			found = append(found, filepath.Base(filepath.Dir(f))+" "+line)
		}
	}
	return found
}

func findConsole(dir string) (pid int) {
	for _, p := range processesOf(dir) {
		if strings.Contains(p, " console ") {
			_, _ = fmt.Sscan(p, &pid)
		}
	}
	return pid
}

func consolePID(t *testing.T, dir string) int {
	t.Helper()
	pid := findConsole(dir)
	if pid == 0 {
		t.Fatalf("no console among %v", processesOf(dir))
	}
	return pid
}
