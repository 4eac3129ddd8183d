package boot

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"loaxa/app/attach"
	"loaxa/app/rundown"
	"loaxa/app/station"
	"loaxa/ui"
)

// ConsoleOptions are the flags of the console.
type ConsoleOptions struct {
	Data   string `help:"The station's data folder." placeholder:"DIR"`
	Lang   string `help:"Language of the screen." enum:"vi,en" default:"vi"`
	Theme  string `help:"auto (as the terminal is light or dark), day, night, mono or contrast." enum:"auto,day,night,mono,contrast" default:"auto"`
	Glyphs string `help:"braille or ascii." enum:"braille,ascii,auto" default:"auto"`
	Linear bool   `help:"Lines of text for a screen reader instead of a screen; the keys are the same."`
	Demo   bool   `hidden:""`
}

// Run attaches a console to the station in the data folder and starts that
// station, out of this terminal, when none runs.
func (o *ConsoleOptions) Run(ctx context.Context, p Program) error {
	// A screen has one thing to do at a time. With more than one processor the
	// runtime wakes a second thread at each tick to look for work: half of what
	// an idle console used on an old machine.
	runtime.GOMAXPROCS(1)
	dir := o.Data
	if dir == "" {
		dir = DefaultData()
	}
	if !o.Demo {
		if err := ensureStation(ctx, dir); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	client := attach.NewClient(dialAttach(dir), p.Build)
	ended := make(chan error, 1) // one end
	go func() { ended <- client.Run(ctx) }()
	glyphs := o.Glyphs
	if glyphs == "auto" {
		glyphs = "braille"
		if os.Getenv("TERM") == "linux" {
			glyphs = "ascii"
		}
	}
	theme := o.Theme
	if theme == "auto" && os.Getenv("TERM") == "linux" {
		theme = "night" // black always, and old ones print a question for the ground
	}
	if os.Getenv("NO_COLOR") != "" {
		theme = "mono"
	}
	err := ui.Run(ctx, ui.Options{Desk: consoleDesk{client}, Meters: client, Archive: client, Boards: client, Books: consoleBooks{client}, Trials: o.trials(dir), Machine: ui.Machine{Door: client, Mics: client, People: client, Slots: mergeSlots},
		Lang: o.Lang, Theme: theme, Demo: o.Demo, Linear: o.Linear, Glyphs: glyphs, Now: time.Now, Late: ui.LateWord})
	cancel()
	return errors.Join(err, <-ended)
}

// trials are those of the running demonstration, whose station is in dir.
func (o *ConsoleOptions) trials(dir string) ui.Trials {
	path := filepath.Join(filepath.Dir(dir), trialsSocket)
	if _, err := os.Stat(filepath.Join(filepath.Dir(dir), demoMarker)); err != nil {
		return nil
	}
	return trialsClient{path}
}

// mergeSlots says what a timetable file would change.
func mergeSlots(file []byte, s *station.Snapshot) (station.SlotFile, error) {
	return rundown.Merge(file, s, s.Now.Wall, Saigon)
}

// consoleDesk is the attach client in the console's words.
type consoleDesk struct{ *attach.Client }

// Submit asks the desk.
func (d consoleDesk) Submit(ctx context.Context, in station.Intent) (ui.Answer, error) {
	a, err := d.Client.Submit(ctx, in)
	return ui.Answer{Seq: a.Seq, Saved: a.Saved, Refusal: a.Refusal}, err
}

// Link says whether the station answers.
func (d consoleDesk) Link() ui.Link {
	l := d.Client.Link()
	return ui.Link{Up: l.Up, Since: l.Since, Why: l.Why}
}

// consoleBooks is the attach client in the console's words.
type consoleBooks struct{ *attach.Client }

// searchPages bounds how often a search goes on by itself.
const searchPages = 50

// Log goes on where a search ended before it had a page's rows.
func (b consoleBooks) Log(ctx context.Context, q station.LogQuery) (all station.LogPage, err error) {
	limit := q.Limit
	if limit <= 0 || limit > station.MaxLogRows {
		limit = station.MaxLogRows
	}
	for range searchPages {
		q.Limit = limit - len(all.Rows)
		page, err := b.Client.Log(ctx, q)
		if err != nil {
			return all, err
		}
		all.Rows, all.More, all.Next = append(all.Rows, page.Rows...), page.More, page.Next
		if q.Before = page.Next; !page.More || len(all.Rows) >= limit {
			break
		}
	}
	return all, nil
}

// ensureStation starts `loaxa station` in a session of its own when nothing
// answers in dir: closing or killing the console moves not one sample.
func ensureStation(ctx context.Context, dir string) error {
	if c, err := dialAttach(dir)(ctx); err == nil {
		return c.Close()
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	log, err := openStderr(filepath.Join(dir, "station.stderr"))
	if err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	defer func() { _ = log.Close() }()
	cmd := exec.Command(self, "station", "--data", dir)
	cmd.Stderr = log
	cmd.SysProcAttr = ownSession()
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start the station: %w", err)
	}
	gone := make(chan error, 1) // one end
	go func() { gone <- cmd.Wait() }()
	deadline := time.After(readyWait)
	for {
		if c, err := dialAttach(dir)(ctx); err == nil {
			return c.Close()
		}
		select {
		case err := <-gone:
			return fmt.Errorf("the station did not start (%w); see %s", err, log.Name())
		case <-deadline:
			return fmt.Errorf("the station did not answer in %v; see %s", readyWait, log.Name())
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}
