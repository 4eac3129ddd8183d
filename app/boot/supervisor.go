package boot

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/charmbracelet/x/term"
)

// supervisor starts the parts of a commune, starts again what falls, and ends
// them all when it ends itself, however it ends: they live on its pipe.
type supervisor struct {
	self    string
	dir     string
	restart bool
	life    *os.File // children hold the reading end
	hold    *os.File // the writing end; closed: they all end
	ctx     context.Context
	cancel  context.CancelFunc
	wg      sync.WaitGroup

	onStop func() // called when all have ended; nil: nothing

	mu    sync.Mutex
	parts map[string]*part
}

// part is a process that is kept running, or kept from it.
type part struct {
	proc *os.Process
	held chan struct{} // not nil: it fell by a trial and rises when this is closed
}

// fell kills a part, which stays down until raise.
func (s *supervisor) fell(name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.parts[name]
	if p == nil || p.proc == nil {
		return errors.New("no such part runs")
	}
	if p.held == nil {
		p.held = make(chan struct{})
	}
	return p.proc.Kill()
}

// raise lets a part run again.
func (s *supervisor) raise(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.parts[name]; p != nil && p.held != nil {
		close(p.held)
		p.held = nil
	}
}

// runs notes a part's process, nil when it has ended, and gives what holds it.
func (s *supervisor) runs(name string, proc *os.Process) (held <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.parts[name]
	if p == nil {
		p = &part{}
		s.parts[name] = p
	}
	p.proc = proc
	return p.held
}

func newSupervisor(self, dir string, restart bool) (*supervisor, error) {
	if self == "" {
		var err error
		if self, err = os.Executable(); err != nil {
			return nil, err
		}
	}
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	return &supervisor{self: self, dir: dir, restart: restart, life: r, hold: w, ctx: ctx, cancel: cancel, parts: map[string]*part{}}, nil
}

// stop ends every child and waits for them.
func (s *supervisor) stop() {
	s.cancel()
	_ = s.hold.Close()
	s.wg.Wait()
	if s.onStop != nil {
		s.onStop()
	}
	_ = s.life.Close()
}

// start runs a part until it is ready and keeps it running. args is given the
// addresses to listen on: any at first, the same ones after a fall.
func (s *supervisor) start(ctx context.Context, name string, args func(addr, page string) []string) (Ready, error) {
	cmd, rd, err := s.spawn(ctx, name, args("127.0.0.1:0", "127.0.0.1:0"))
	if err != nil {
		return rd, err
	}
	again := args(orAny(rd.Addr), orAny(rd.Page))
	s.wg.Go(func() { s.keep(name, cmd, again) })
	return rd, nil
}

func orAny(addr string) string {
	if addr == "" {
		return "127.0.0.1:0"
	}
	return addr
}

// keep waits for a part and starts it again, slower each time it falls soon.
func (s *supervisor) keep(name string, cmd *exec.Cmd, args []string) {
	pause := 200 * time.Millisecond
	for {
		began := time.Now()
		if cmd != nil {
			_ = cmd.Wait()
		}
		held := s.runs(name, nil)
		if s.ctx.Err() != nil || !s.restart && held == nil {
			return
		}
		if held != nil {
			select {
			case <-s.ctx.Done():
				return
			case <-held:
			}
			pause = 0
		}
		if time.Since(began) > 30*time.Second {
			pause = 200 * time.Millisecond
		}
		select {
		case <-s.ctx.Done():
			return
		case <-time.After(pause):
		}
		pause = min(max(pause*2, 200*time.Millisecond), 10*time.Second)
		cmd, _, _ = s.spawn(s.ctx, name, args)
	}
}

// spawn starts a process and waits for its ready line.
func (s *supervisor) spawn(ctx context.Context, name string, args []string) (*exec.Cmd, Ready, error) {
	var rd Ready
	log, err := openStderr(filepath.Join(s.dir, name+".stderr"))
	if err != nil {
		return nil, rd, err
	}
	defer func() { _ = log.Close() }()
	cmd := exec.Command(s.self, args...)
	cmd.Stderr = log
	cmd.ExtraFiles = []*os.File{s.life}
	cmd.Env = append(os.Environ(), LifelineEnv+"=3")
	cmd.SysProcAttr = ownGroup()
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, rd, err
	}
	if err := cmd.Start(); err != nil {
		return nil, rd, fmt.Errorf("start %s: %w", name, err)
	}
	line := make(chan error, 1) // one answer
	go func() {
		b := bufio.NewReaderSize(out, 4096)
		l, err := b.ReadBytes('\n')
		if err == nil {
			err = json.Unmarshal(l, &rd)
		}
		line <- err
		_, _ = io.Copy(io.Discard, b)
	}()
	select {
	case err = <-line:
	case <-time.After(readyWait):
		err = errors.New("it did not say that it serves")
	case <-ctx.Done():
		err = ctx.Err()
	case <-s.ctx.Done():
		err = s.ctx.Err()
	}
	if err != nil {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		return nil, Ready{}, fmt.Errorf("%s did not start (%w); see %s", name, err, log.Name())
	}
	s.runs(name, cmd.Process)
	return cmd, rd, nil
}

// console runs the console on this terminal and starts it again when it was
// killed; its orderly end is the end of the demonstration.
func (s *supervisor) console(ctx context.Context, args []string) error {
	in := os.Stdin.Fd()
	before, terr := term.GetState(in)
	for {
		cmd := exec.CommandContext(ctx, s.self, args...)
		cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
		cmd.Env = append(os.Environ(), LifelineEnv+"=3")
		cmd.ExtraFiles = []*os.File{s.life}
		// Asked to end it puts the terminal back itself; a deaf one is killed.
		cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
		cmd.WaitDelay = 3 * time.Second
		began := time.Now()
		err := cmd.Run()
		if err != nil && terr == nil {
			_ = term.Restore(in, before)
		}
		if err == nil || ctx.Err() != nil || s.ctx.Err() != nil {
			return nil
		}
		var exit *exec.ExitError
		if errors.As(err, &exit) && exit.ExitCode() > 0 {
			return fmt.Errorf("the console ended: %w", err)
		}
		// It was killed and left the terminal as it had set it.
		_, _ = os.Stdout.WriteString("\x1b[?1049l\x1b[?25h\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?2004l\x1b[0m")
		if time.Since(began) < time.Second {
			time.Sleep(time.Second) // one that falls at once is not started in a rush
		}
	}
}
