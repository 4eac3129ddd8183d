package boot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"gopkg.in/natefinch/lumberjack.v2"

	"loaxa/app/trust"
)

// Role is what every program of the house is started with.
type Role struct {
	Data  string    // its data folder; made at the first start
	Build string    // version of the binary
	Out   io.Writer // takes the one ready line
	Err   io.Writer // takes warnings; nil: the log file only
}

// Ready is the one JSON line that a role prints when it serves.
type Ready struct {
	Ready bool   `json:"ready"`
	Role  string `json:"role"`
	Addr  string `json:"addr,omitempty"` // for machines
	Page  string `json:"page,omitempty"` // for people
	Pull  string `json:"pull,omitempty"` // for boxes that fetch their sound
	ID    string `json:"id"`
}

// running is a role that has begun: its key, its log, its time.
type running struct {
	Role
	name  string
	id    *trust.Identity
	kin   *trust.Kin // the other machines' keys
	log   *slog.Logger
	clock *Clock
	epoch uint64
	stops []func() // run in reverse at the end
	road  road     // to the machine above
}

// begin makes the folder, the key and the log of a role.
func (r Role) begin(name string) (*running, error) {
	if r.Data == "" {
		return nil, errors.New("--data: say where this program keeps its state")
	}
	id, err := trust.LoadOrMake(r.Data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	probe := filepath.Join(r.Data, ".probe")
	if err := os.WriteFile(probe, nil, 0o600); err != nil {
		return nil, fmt.Errorf("data folder %s cannot be written: give it to this user or choose another with --data: %w", r.Data, err)
	}
	_ = os.Remove(probe)
	kin, err := trust.OpenKin(filepath.Join(r.Data, kinFile))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	file := &lumberjack.Logger{Filename: filepath.Join(r.Data, name+".log"), MaxSize: 5, MaxBackups: 3}
	run := &running{Role: r, name: name, id: id, kin: kin, clock: NewClock(), epoch: newEpoch(), road: dialTCP}
	run.log = slog.New(slog.NewTextHandler(file, nil)).With("role", name)
	if r.Err != nil && !isFile(r.Err) { // a file would grow without end, and say what the log says
		both := slog.NewMultiHandler(slog.NewTextHandler(file, nil), slog.NewTextHandler(r.Err, &slog.HandlerOptions{Level: slog.LevelWarn}))
		run.log = slog.New(both).With("role", name)
	}
	run.onStop(func() { _ = file.Close() })
	return run, nil
}

// isFile tells a file on disk from a terminal or a pipe.
func isFile(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	st, err := f.Stat()
	return err == nil && st.Mode().IsRegular()
}

// maxStderr bounds what a program's last words may leave behind at its start,
// in bytes; the run before that is kept once.
const maxStderr = 1 << 20

// openStderr opens the file that takes what a program says when it falls.
func openStderr(path string) (*os.File, error) {
	if st, err := os.Stat(path); err == nil && st.Size() > maxStderr {
		if err := os.Rename(path, path+".old"); err != nil {
			return nil, err
		}
	}
	return os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o640)
}

func (r *running) onStop(f func()) { r.stops = append(r.stops, f) }

// end runs what was registered, last first.
func (r *running) end() {
	for i := len(r.stops) - 1; i >= 0; i-- {
		r.stops[i]()
	}
}

func (r *running) ready(rd Ready) {
	rd.Ready, rd.Role, rd.ID = true, r.name, r.id.ID()
	r.log.Info("ready", "addr", rd.Addr, "id", rd.ID, "build", r.Build)
	if r.Out != nil {
		_ = json.NewEncoder(r.Out).Encode(rd)
	}
}

// warn is how rooms below say what cannot be said to who asked.
func (r *running) warn(msg string, err error) { r.log.Warn(msg, "why", err) }

// LifelineEnv names the descriptor whose end of file ends the program: the
// supervisor holds the other end, so that nothing outlives it.
const LifelineEnv = "LOAXA_LIFELINE"

// Lifeline returns a context that ends with ctx or with the supervisor.
func Lifeline(ctx context.Context) context.Context {
	fd, err := strconv.Atoi(os.Getenv(LifelineEnv))
	if err != nil || fd < 3 {
		return ctx
	}
	ctx, cancel := context.WithCancel(ctx)
	_ = os.Unsetenv(LifelineEnv) // what this program starts has its own life
	closeOnExec(fd)
	f := os.NewFile(uintptr(fd), "lifeline")
	go func() {
		_, _ = f.Read(make([]byte, 1))
		cancel()
	}()
	return ctx
}

// DefaultData is the folder of a station that nobody named: the running
// demonstration's if there is one, else the user's own.
func DefaultData() string {
	if d := runningDemo(); d != "" {
		return filepath.Join(d, "station")
	}
	return filepath.Join(stateHome(), "station")
}

func stateHome() string {
	if d := os.Getenv("XDG_STATE_HOME"); d != "" {
		return filepath.Join(d, "loaxa")
	}
	if h, err := os.UserHomeDir(); err == nil {
		return filepath.Join(h, ".local", "state", "loaxa")
	}
	return filepath.Join(os.TempDir(), "loaxa-"+strconv.Itoa(os.Getuid()))
}

func runtimeHome() string {
	if d := os.Getenv("XDG_RUNTIME_DIR"); d != "" {
		return d
	}
	return os.TempDir()
}

// demoMark is where a running demonstration writes its data folder.
func demoMark() string {
	return filepath.Join(runtimeHome(), "loaxa-demo-"+strconv.Itoa(os.Getuid()))
}

// runningDemo is the data folder of the demonstration that runs now, or "".
func runningDemo() string {
	mark := demoMark()
	if st, err := os.Lstat(mark); err != nil || !st.Mode().IsRegular() || !ownedByUs(st) {
		return "" // in a folder that all may write, somebody else's word is none
	}
	b, err := os.ReadFile(mark)
	if err != nil || len(b) > 4096 {
		return ""
	}
	dir := string(b)
	dctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	c, err := dialAttach(filepath.Join(dir, "station"))(dctx)
	if err != nil {
		return ""
	}
	_ = c.Close()
	return dir
}
