package boot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"loaxa/app/attach"
	"loaxa/app/station"
)

// Ctl are the desk's intents from a shell or a script.
type Ctl struct {
	Data      string       `help:"The station's data folder." placeholder:"DIR"`
	Status    CtlStatus    `cmd:"" help:"What the station knows."`
	Play      CtlPlay      `cmd:"" help:"Import a file and play it now."`
	Live      CtlLive      `cmd:"" help:"Open or close the microphone."`
	Emergency CtlEmergency `cmd:"" help:"Air a siren and a text, or end what is open."`
	Stop      CtlStop      `cmd:"" help:"Silence everything now."`
	Queue     CtlQueue     `cmd:"" help:"The play queue."`
	Card      CtlCard      `cmd:"" help:"Show a notice on the boards."`
	Log       CtlLog       `cmd:"" help:"The as-run log, newest first."`
	Aired     CtlAired     `cmd:"" help:"What was aired, and who heard it."`
	Export    CtlExport    `cmd:"" help:"Write what was aired to a file for a spreadsheet."`
	Slot      CtlSlot      `cmd:"" help:"The timetable."`
	Record    CtlRecord    `cmd:"" help:"Record the microphone without airing it."`
	Shutdown  CtlShutdown  `cmd:"" help:"End the station in order: everything falls silent. loaxa starts it again."`
	CtlAbove
}

// The commands of ctl.
type (
	CtlStatus struct {
		JSON bool `help:"The whole snapshot as JSON."`
	}
	CtlPlay struct {
		File string `arg:"" help:"Audio file: MP3, WAV, FLAC or Ogg Vorbis; or an address to relay, with its minutes: \"https://… 30\"."`
		To   string `help:"all, a zone, or cluster numbers, comma-separated." default:"all"`
		Bed  string `help:"Music that sounds low under it: a title or id of the library, or a file." placeholder:"ITEM"`
	}
	CtlLive struct {
		Act     string `arg:"" enum:"start,stop" help:"start or stop."`
		Title   string `help:"What is announced."`
		To      string `help:"all, a zone, or cluster numbers, comma-separated." default:"all"`
		NoChime bool   `help:"Without the chime."`
	}
	CtlStop  struct{}
	CtlQueue struct {
		Add    CtlQueueAdd    `cmd:"" help:"Import a file and put it into the queue."`
		List   CtlQueueList   `cmd:"" help:"Show the queue."`
		Move   CtlQueueMove   `cmd:"" help:"Move an entry to a place, 1 is the first."`
		Remove CtlQueueRemove `cmd:"" help:"Take an entry out."`
		Play   CtlQueuePlay   `cmd:"" help:"Let the queue run."`
		Pause  CtlQueuePause  `cmd:"" help:"Hold the queue where the air is."`
		Skip   CtlQueueSkip   `cmd:"" help:"End the entry that plays."`
	}
	CtlQueueAdd struct {
		File string `arg:"" help:"Audio file, or an address to relay."`
		To   string `help:"all, a zone, or cluster numbers, comma-separated." default:"all"`
	}
	CtlQueueList struct {
		JSON bool `help:"As JSON."`
	}
	CtlQueueMove struct {
		ID station.EntryID `arg:"" help:"Number of the entry."`
		To int             `arg:"" help:"Place, from 1."`
	}
	CtlQueueRemove struct {
		ID station.EntryID `arg:"" help:"Number of the entry."`
	}
	CtlQueuePlay  struct{}
	CtlQueuePause struct{}
	CtlQueueSkip  struct{}
	CtlCard       struct {
		Text  string        `arg:"" help:"The notice; an empty text shows the default."`
		Board []string      `help:"Id of a board; several, comma-separated; all without it."`
		For   time.Duration `help:"How long it stands: 2h, 72h; without it until another comes."`
	}
)

// Caller is the station as ctl reaches it.
type Caller struct {
	client *attach.Client
	out    io.Writer
}

// callWait bounds how long a command waits for the station; an import longer.
const (
	callWait   = 20 * time.Second
	importWait = 30 * time.Minute
)

// RunCtl connects to the station in dir and runs f.
func RunCtl(ctx context.Context, dir, build string, out io.Writer, f func(ctx context.Context, c *Caller) error) error {
	if dir == "" {
		dir = DefaultData()
	}
	probe, err := dialAttach(dir)(ctx)
	if err != nil {
		return fmt.Errorf("no station answers in %s: start it with loaxa station --data %s, or name another folder with --data", dir, dir)
	}
	_ = probe.Close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	c := attach.NewClient(dialAttach(dir), build)
	ended := make(chan error, 1) // one end
	go func() { ended <- c.RunOnce(ctx) }()
	done := make(chan error, 1) // one result
	go func() {
		err := letIn(ctx, c)
		if err == nil {
			err = f(ctx, &Caller{c, out})
		}
		done <- err
	}()
	select {
	case err := <-done:
		return err
	case err := <-ended:
		if err == nil {
			err = attach.ErrDetached
		}
		return err
	}
}

// savedWait is how long an urgent command waits for the line that says that it
// is on disk. It was heard long before.
const savedWait = 3 * time.Second

// submit asks the desk and prints its answer; a refusal is an error. An urgent
// intent is answered when it is decided, in a line of its own; the line that it
// is saved follows, if the disk says so in time.
func (c *Caller) submit(ctx context.Context, in station.Intent) error {
	ctx, cancel := context.WithTimeout(ctx, callWait)
	defer cancel()
	decided := false
	a, err := c.client.SubmitSaved(ctx, in, func(a attach.Answer) {
		decided = true
		_ = json.NewEncoder(c.out).Encode(a)
		time.AfterFunc(savedWait, cancel)
	})
	switch {
	case decided && (err != nil || a.Refusal != nil):
		return nil // it is done; nobody says that it is on disk
	case err != nil:
		return err
	case a.Refusal != nil:
		return a.Refusal
	}
	return json.NewEncoder(c.out).Encode(a)
}

func (c *Caller) importFile(ctx context.Context, path string) (station.Item, error) {
	abs, err := filepath.Abs(path)
	if station.LooksRelay(path) {
		abs = path
	}
	if err != nil {
		return station.Item{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, importWait)
	defer cancel()
	return c.client.Import(ctx, abs, nil)
}

// snapshot waits for the first picture.
func (c *Caller) snapshot(ctx context.Context) (*station.Snapshot, error) {
	ctx, cancel := context.WithTimeout(ctx, callWait)
	defer cancel()
	for {
		if s := c.client.Snapshot(); s != nil {
			return s, nil
		}
		select {
		case <-c.client.Changed():
		case <-ctx.Done():
			return nil, attach.ErrDetached
		}
	}
}

// Call carries out one of the commands above.
func (c *Caller) Call(ctx context.Context, command any) error {
	switch k := command.(type) {
	case *CtlStatus:
		return c.status(ctx, k.JSON)
	case *CtlPlay:
		it, err := c.importFile(ctx, k.File)
		if err != nil {
			return err
		}
		bed, err := c.bed(ctx, k.Bed)
		if err != nil {
			return err
		}
		return c.submit(ctx, station.PlayNow{Items: []station.ItemID{it.ID}, Targets: station.ParseTargets(k.To), Bed: bed})
	case *CtlLive:
		if k.Act == "stop" {
			return c.submit(ctx, station.LiveStop{})
		}
		return c.submit(ctx, station.LiveStart{Title: k.Title, Targets: station.ParseTargets(k.To), NoChime: k.NoChime})
	case *CtlEmergency:
		return c.emergency(ctx, k)
	case *CtlStop:
		return c.submit(ctx, station.StopAll{})
	case *CtlCard:
		return c.card(ctx, k)
	}
	return c.callQueue(ctx, command)
}

func (c *Caller) card(ctx context.Context, k *CtlCard) error {
	in := station.CardPublish{Text: strings.ReplaceAll(k.Text, `\n`, "\n")}
	for _, id := range k.Board {
		in.Boards = append(in.Boards, station.BoardID(id))
	}
	if k.For != 0 {
		s, err := c.snapshot(ctx)
		if err != nil {
			return err
		}
		in.Until = s.Now.Wall.Add(k.For).Unix()
	}
	return c.submit(ctx, in)
}

func (c *Caller) callQueue(ctx context.Context, command any) error {
	switch k := command.(type) {
	case *CtlQueueAdd:
		it, err := c.importFile(ctx, k.File)
		if err != nil {
			return err
		}
		return c.submit(ctx, station.QueueAdd{Item: it.ID, Targets: station.ParseTargets(k.To), At: -1})
	case *CtlQueueList:
		return c.listQueue(ctx, k.JSON)
	case *CtlQueueMove:
		return c.submit(ctx, station.QueueMove{ID: k.ID, To: k.To - 1})
	case *CtlQueueRemove:
		return c.submit(ctx, station.QueueRemove{ID: k.ID})
	case *CtlQueuePlay:
		return c.submit(ctx, station.QueuePlay{})
	case *CtlQueuePause:
		return c.submit(ctx, station.QueuePause{})
	case *CtlQueueSkip:
		return c.submit(ctx, station.QueueSkip{})
	}
	return c.callBooks(ctx, command)
}

func (c *Caller) listQueue(ctx context.Context, asJSON bool) error {
	s, err := c.snapshot(ctx)
	if err != nil {
		return err
	}
	if asJSON {
		return json.NewEncoder(c.out).Encode(s.Queue)
	}
	w := tabwriter.NewWriter(c.out, 2, 8, 2, ' ', 0)
	for i, e := range s.Queue.Entries {
		mark := " "
		if e.ID == s.Queue.Current {
			mark = "*"
		}
		fmt.Fprintf(w, "%s%d\t#%d\t%s\t%s\tby %s\n", mark, i+1, e.ID, e.Length.Round(time.Second), e.Title, e.By)
	}
	return w.Flush()
}

func (c *Caller) status(ctx context.Context, asJSON bool) error {
	s, err := c.snapshot(ctx)
	if err != nil {
		return err
	}
	if asJSON {
		e := json.NewEncoder(c.out)
		e.SetIndent("", "  ")
		return e.Encode(s)
	}
	counts := map[station.ClusterState]int{}
	for _, k := range s.Clusters {
		counts[k.State]++
	}
	fmt.Fprintf(c.out, "%s  %s  codec %s\n", s.Station.Name, s.Now.Wall.Format("02/01/2006 15:04:05"), s.Station.Codec)
	for _, b := range s.Air {
		fmt.Fprintf(c.out, "%-10s %-10s %q  on %d of %d clusters, since %s\n", b.Phase, b.Class, b.Title, len(b.Clusters), b.Meant, b.Since.Wall.Format("15:04:05"))
	}
	fmt.Fprintf(c.out, "clusters: %d playing, %d idle, %d shaky, %d lost, %d unknown\n", counts[station.ClusterPlaying],
		counts[station.ClusterIdle], counts[station.ClusterShaky], counts[station.ClusterLost], counts[station.ClusterUnknown])
	fmt.Fprintf(c.out, "queue: %d entries, running %t; saved to %d; upstream up %t, %d waiting\n", len(s.Queue.Entries),
		s.Queue.Running, s.Saved.Seq, s.Upstream.Up, s.Upstream.Waiting)
	if n := s.Upstream.Coming; n.Count > 0 {
		fmt.Fprintf(c.out, "from above: %d sounds on their way, %d %% of %d bytes here, day's share used up %t\n", n.Count, n.Percent, n.Size, n.Spent)
	}
	switch g := s.Upstream.Going; {
	case g.Spent:
		fmt.Fprintln(c.out, "to above: the day's share of recordings is used up")
	case g.Title != "":
		fmt.Fprintf(c.out, "to above: recording %q, %d %% of %d bytes sent\n", g.Title, g.Percent, g.Size)
	}
	return nil
}

// ListenOptions are what `loaxa listen` is started with.
type ListenOptions struct {
	Number int           `arg:"" help:"Number of the cluster."`
	Out    string        `help:"WAV file to write." required:"" type:"path"`
	For    time.Duration `help:"How long to listen; until interrupted without it." name:"for"`
	Data   string        `help:"The cluster's own data folder; the running demonstration's without it." type:"path"`
}

// listenDir is where cluster n of the running demonstration lives.
func (o ListenOptions) dir() (string, error) {
	if o.Data != "" {
		return o.Data, nil
	}
	d := runningDemo()
	if d == "" {
		return "", errors.New("no demonstration runs: start one with loaxa demo, or name the cluster's folder with --data")
	}
	dir := filepath.Join(d, "cluster-"+strconv.Itoa(o.Number))
	if _, err := os.Stat(dir); err != nil {
		return "", fmt.Errorf("the demonstration has no cluster %d", o.Number)
	}
	return dir, nil
}
