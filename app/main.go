// Command loaxa is the station of a commune's public-address network, its
// console, the program on each pole and board, and the upstream end.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"loaxa/app/boot"
)

// build is set by the linker.
var build = "dev"

// Exit codes: done, failed, wrong use.
const (
	exitFailed = 1
	exitUse    = 2
)

type commands struct {
	Console  boot.ConsoleOptions `cmd:"" default:"withargs" help:"The operator's console: attaches to the running station, starts one when none runs."`
	Demo     boot.DemoFlags      `cmd:"" help:"A whole commune on this machine, with the console in front."`
	Station  boot.StationOptions `cmd:"" help:"The station without a screen."`
	Cluster  clusterCommands     `cmd:"" help:"The program on a loudspeaker pole."`
	Board    boot.BoardOptions   `cmd:"" help:"The player at a public screen."`
	District districtCommands    `cmd:"" help:"The upstream end that mirrors stations."`
	Ctl      boot.Ctl            `cmd:"" help:"The desk's intents from a shell or a script."`
	Import   boot.ImportOptions  `cmd:"" help:"Bring audio files into the library."`
	Listen   boot.ListenOptions  `cmd:"" help:"Write to a file what a cluster plays."`
	keyCommands
	Verify  boot.VerifyOptions  `cmd:"" help:"Check a journal's chain, and compare it with another's."`
	Backup  boot.BackupOptions  `cmd:"" help:"Write a verified copy of the station's journal to a file."`
	Restore boot.RestoreOptions `cmd:"" help:"Build a station's journal anew from a backup."`
	Doctor  boot.DoctorOptions  `cmd:"" help:"Look at all that a station needs, and say what to do."`
	Version boot.VersionOptions `cmd:"" help:"Print the build."`
}

type keyCommands struct {
	SDP      boot.SDPOptions      `cmd:"" name:"sdp" help:"What a loudspeaker or player of another maker needs to listen to a group."`
	Sound    boot.SoundOptions    `cmd:"" help:"This machine's own sound devices."`
	Account  boot.AccountOptions  `cmd:"" help:"Who may use the station, by PIN."`
	Key      boot.KeyOptions      `cmd:"" help:"Keys of officers: make, sign orders, approve, rotate."`
	Identity boot.IdentityOptions `cmd:"" help:"A machine's own key, and the one that will follow it."`
}

// clusterCommands are the pole and what is asked of a running one.
type clusterCommands struct {
	Run    boot.ClusterOptions `cmd:"" default:"withargs" help:"Play what the station sends."`
	Status boot.ClusterStatus  `cmd:"" help:"How a running pole stands."`
}

type districtCommands struct {
	Run    boot.DistrictOptions       `cmd:"" default:"withargs" help:"Serve stations."`
	Status boot.DistrictStatusOptions `cmd:"" help:"What a running district knows."`
	Enroll boot.DistrictEnroll        `cmd:"" help:"Let a new station in by a code."`
	Revoke boot.DistrictRevoke        `cmd:"" help:"Let a station in no more; its link ends at once."`
	Order  boot.DistrictOrderOptions  `cmd:"" help:"Orders that are carried to stations; the district signs none."`

	Sound   boot.DistrictSoundOptions   `cmd:"" help:"Sounds that stations fetch when a signed order or timetable names them."`
	Account boot.DistrictAccountOptions `cmd:"" help:"Who may look at the page."`
}

func main() { os.Exit(run(os.Args[1:])) }

func run(args []string) int {
	var c commands
	p, err := kong.New(&c, kong.Name("loaxa"), kong.Description("Loa xã: the console of a commune's loudspeakers."),
		kong.UsageOnError(), kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true}))
	if err != nil {
		fmt.Fprintln(os.Stderr, "loaxa:", err)
		return exitFailed
	}
	k, err := p.Parse(args)
	if err != nil {
		fmt.Fprintf(os.Stderr, "loaxa: %v (loaxa --help lists the commands)\n", err)
		return exitUse
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx = boot.Lifeline(ctx)
	prog := boot.Program{Build: build, In: os.Stdin, Out: os.Stdout, Err: os.Stderr}
	k.BindTo(ctx, (*context.Context)(nil))
	err = k.Run(prog)
	var use *boot.UseError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &use):
		fmt.Fprintln(os.Stderr, "loaxa:", err)
		return exitUse
	}
	fmt.Fprintln(os.Stderr, "loaxa:", boot.Explain(err))
	return exitFailed
}
