package boot

import (
	"context"
	"fmt"
	"io"
	"os"

	"loaxa/app/words"
)

// Program is what every command is run with.
type Program struct {
	Build string
	In    *os.File
	Out   io.Writer
	Err   io.Writer
}

// UseError is a command used wrongly: exit code 2.
type UseError struct{ Reason string }

func (e *UseError) Error() string { return e.Reason }

// VersionOptions are `loaxa version`.
type VersionOptions struct{}

// Run prints the build.
func (VersionOptions) Run(_ context.Context, p Program) error {
	_, err := fmt.Fprintln(p.Out, p.Build)
	return err
}

// call is how every command of ctl runs.
func call(ctx context.Context, p Program, c *Ctl, command any) error {
	return RunCtl(ctx, c.Data, p.Build, p.Out, func(ctx context.Context, k *Caller) error { return k.Call(ctx, command) })
}

// The commands of ctl, each a call of the station.
func (k *CtlStatus) Run(ctx context.Context, p Program, c *Ctl) error      { return call(ctx, p, c, k) }
func (k *CtlPlay) Run(ctx context.Context, p Program, c *Ctl) error        { return call(ctx, p, c, k) }
func (k *CtlLive) Run(ctx context.Context, p Program, c *Ctl) error        { return call(ctx, p, c, k) }
func (k *CtlEmergency) Run(ctx context.Context, p Program, c *Ctl) error   { return call(ctx, p, c, k) }
func (k *CtlStop) Run(ctx context.Context, p Program, c *Ctl) error        { return call(ctx, p, c, k) }
func (k *CtlCard) Run(ctx context.Context, p Program, c *Ctl) error        { return call(ctx, p, c, k) }
func (k *CtlQueueAdd) Run(ctx context.Context, p Program, c *Ctl) error    { return call(ctx, p, c, k) }
func (k *CtlQueueList) Run(ctx context.Context, p Program, c *Ctl) error   { return call(ctx, p, c, k) }
func (k *CtlQueueMove) Run(ctx context.Context, p Program, c *Ctl) error   { return call(ctx, p, c, k) }
func (k *CtlQueueRemove) Run(ctx context.Context, p Program, c *Ctl) error { return call(ctx, p, c, k) }
func (k *CtlQueuePlay) Run(ctx context.Context, p Program, c *Ctl) error   { return call(ctx, p, c, k) }
func (k *CtlQueuePause) Run(ctx context.Context, p Program, c *Ctl) error  { return call(ctx, p, c, k) }
func (k *CtlQueueSkip) Run(ctx context.Context, p Program, c *Ctl) error   { return call(ctx, p, c, k) }

// DemoFlags are the flags of `loaxa demo`.
type DemoFlags struct {
	Data      string `help:"Folder of the demonstration, emptied at the start." type:"path"`
	Lang      string `help:"Language of the screen and the programme." enum:"vi,en" default:"vi"`
	Clusters  int    `help:"How many clusters." default:"12"`
	Headless  bool   `help:"Without a console, until interrupted."`
	Mic       string `help:"Microphone: auto, fifo:PATH, file:PATH or none." default:"auto"`
	NoRestart bool   `help:"A part that falls stays down." hidden:""`
	Theme     string `help:"auto (as the terminal is light or dark), day, night, mono or contrast." enum:"auto,day,night,mono,contrast" default:"auto"`
	Linear    bool   `help:"Lines of text for a screen reader instead of a screen."`
	Glyphs    string `help:"braille or ascii." enum:"braille,ascii,auto" default:"auto"`
}

// Run brings up the commune.
func (f *DemoFlags) Run(ctx context.Context, p Program) error {
	console := []string{"--theme", f.Theme, "--glyphs", f.Glyphs}
	if f.Linear {
		console = append(console, "--linear")
	}
	return RunDemo(ctx, DemoOptions{Data: f.Data, Lang: words.Lang(f.Lang), Clusters: f.Clusters, Headless: f.Headless,
		Mic: f.Mic, NoRestart: f.NoRestart, Console: console,
		Build: p.Build, Out: p.Out, Err: p.Err})
}
