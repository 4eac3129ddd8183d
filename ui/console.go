// Package ui is what the operator sees and presses: one model, panels that are
// functions of a snapshot, and windows that are small structs. The model is
// owned by the terminal library's loop and by nobody else. State is pulled:
// one command waits on the desk's one-slot signal and reads the newest
// snapshot, so that a slow terminal skips snapshots and delays nobody.
package ui

import (
	"context"
	"fmt"
	"os"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/term"

	"loaxa/app/station"
	"loaxa/ui/dialog"
	"loaxa/ui/panel"
	"loaxa/ui/text"
)

// Machine is what else the station's machine has for its screen.
type Machine struct {
	Door   Door   // nil: no machine can be let in from this screen
	People People // nil: nothing is locked on this screen
	Mics   Mics   // nil: the microphone cannot be chosen from this screen
	// Slots says what a timetable file would change; nil: none can be read.
	Slots func(file []byte, s *station.Snapshot) (station.SlotFile, error)
}

// Options is what a console is made with. Desk is needed; Meters, Archive and
// Boards may be nil, then the screen says what it cannot do.
type Options struct {
	Desk    Desk
	Meters  Meters
	Archive Archive
	Boards  Boards
	Books   Books
	Trials  Trials // the sample commune only
	Machine
	Lang   string           // "vi" (default) or "en"
	Theme  string           // "auto": day or night as the terminal's ground; "night" (default), "day", "mono", "contrast"
	Glyphs string           // "braille" (default) or "ascii"
	Demo   bool             // the sample commune: leaving ends it
	Linear bool             // lines of text for a screen reader instead of a screen
	Now    func() time.Time // wall time
	Late   time.Duration    // how long a key in a text field waits for an input method's word; 0: not at all
}

// Console is the model of the screen.
type Console struct {
	opts   Options
	ctx    context.Context // ends the commands that wait when the screen ends
	cancel context.CancelFunc
	text   *text.Text
	look
	size  panel.Area
	known known
	cur   panel.Cursor
	stack []dialog.Dialog // the last one has the keyboard
	note  note
	keys  keyState
	beat  beat
	doing doing
	guide guide
	talk  talk
}

// guide is what leads a person who is new.
type guide struct {
	card  bool // the sample commune's card is shown
	tour  tour
	asked bool // a new station's questions were put
}

// known is the last that came of the station, and when.
type known struct {
	snap     *station.Snapshot
	me       string    // who was let in
	at       time.Time // when this snapshot was first seen
	link     Link
	meters   *station.Meters
	metersAt time.Time
	asked    station.BroadcastID // already asked about
	clashes  []station.Clash     // already asked about, and still open
	late     station.LateID      // the newest that was asked about
	ground   *station.Map
	mapRev   string // of ground, or of the one that is being read
}

// note is the footer's sentence.
type note struct {
	panel.Note
	until time.Time // zero: until the next key
}

// keyState is what was pressed lately.
type keyState struct {
	last     time.Time // the last key
	armed    time.Time // Ctrl+X was pressed once
	number   string    // digits typed
	numberAt time.Time
	opened   time.Time       // when a window opened by itself; zero: the operator opened it
	corner   *station.LatLon // of a box that is being drawn
	drag     *[2]int         // the cell of the map where the button went down
	history  []string        // of the command line, the newest last
	half     bool            // the beginning of a key of the Linux text console came
	late     late
}

// beat is the screen's clock: slow, or fast while levels move.
type beat struct {
	gen     int
	every   time.Duration
	waiting bool // levels were asked for and did not come yet
}

// doing is what was begun and may be taken back or cancelled.
type doing struct {
	past past
	imp  *importing
}

// importing is the import that runs; it goes on when its window is left.
type importing struct {
	cancel context.CancelFunc
	pick   dialog.Importer // that shows it, or showed it last
	pr     *dialog.Progress
}

// New makes the model of a console.
func New(o Options) tea.Model { return newConsole(context.Background(), o) }

func newConsole(ctx context.Context, o Options) *Console {
	ctx, cancel := context.WithCancel(ctx)
	return &Console{opts: o, ctx: ctx, cancel: cancel, text: text.For(o.Lang), look: newLook(o),
		known: known{link: Link{Up: true}}, cur: panel.Cursor{Zoom: 1, Marks: map[station.ClusterID]bool{}},
		guide: guide{card: o.Demo}, beat: beat{every: slowBeat}}
}

// framesPerSecond is how often the terminal is looked after: at most 22 ms from
// a drawn frame to its cells, as few wake-ups of an idle machine as that allows.
const framesPerSecond = 45

// Run shows a console until it is left or ctx ends. The terminal is put back
// as it was.
func Run(ctx context.Context, o Options, more ...tea.ProgramOption) error {
	c := newConsole(ctx, o)
	defer c.cancel()
	opts := append([]tea.ProgramOption{tea.WithContext(ctx), tea.WithFPS(framesPerSecond)}, more...)
	var m tea.Model = c
	if o.Linear {
		m, opts = newLinear(c, os.Stdout), append(opts, tea.WithoutRenderer())
		// Without a renderer the library leaves the terminal as it is, and keys
		// would come a line at a time.
		was, err := term.MakeRaw(os.Stdin.Fd())
		if err != nil {
			return fmt.Errorf("console: %w", err)
		}
		defer func() { _ = term.Restore(os.Stdin.Fd(), was) }()
	}
	if _, err := tea.NewProgram(m, opts...).Run(); err != nil {
		return fmt.Errorf("console: %w", err)
	}
	return nil
}

// Init starts waiting for the station and the screen's clock.
func (c *Console) Init() tea.Cmd {
	return tea.Batch(c.pull(), c.wait(), c.tick(), c.look.ask())
}

// The beats of the screen: ages and the clock once a second, levels 15 times
// a second, an import's bar five times.
const (
	slowBeat   = time.Second
	importBeat = 200 * time.Millisecond
	meterBeat  = time.Second / 15
)

func (c *Console) wantBeat() time.Duration {
	switch {
	case c.sounds() && c.opts.Meters != nil && c.known.link.Up:
		return meterBeat
	case c.doing.imp != nil:
		return importBeat
	}
	return slowBeat
}

// sounds tells whether anything is on air or the microphone is open.
func (c *Console) sounds() bool {
	if c.known.snap == nil {
		return false
	}
	if m := c.known.snap.Mic; m.Open || m.Stage == station.MicTesting || m.Stage == station.MicRecord {
		return true
	}
	for _, b := range c.known.snap.Air {
		if b.Phase == station.OnAir || b.Phase == station.Preparing {
			return true
		}
	}
	return false
}

// scene is what the panels may see at this moment.
func (c *Console) scene() *panel.Scene {
	now := c.opts.Now()
	s := &panel.Scene{Snap: c.known.snap, Wall: now, T: c.text, Th: c.theme, Cursor: c.cur, Map: c.known.ground,
		Link: panel.Link(c.known.link), Demo: c.opts.Demo, Me: c.known.me, Joined: c.known.snap != nil}
	if s.Snap == nil {
		s.Snap = &station.Snapshot{}
		return s
	}
	gone := now.Sub(c.known.at)
	s.Mono, s.Wall = s.Snap.Now.Mono+gone, s.Snap.Now.Wall.Add(gone)
	s.Demo = s.Demo || s.Snap.Station.Demo
	if c.known.meters != nil && now.Sub(c.known.metersAt) < time.Second {
		s.Meters = c.known.meters
	}
	return s
}

func (c *Console) micBroadcast() *station.BroadcastView {
	if c.known.snap == nil {
		return nil
	}
	for i := range c.known.snap.Air {
		if b := &c.known.snap.Air[i]; b.ID == c.known.snap.Mic.Broadcast {
			return b
		}
	}
	return nil
}
