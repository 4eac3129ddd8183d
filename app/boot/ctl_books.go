package boot

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"loaxa/app/station"
)

// The commands of ctl that ask for what is written down.
type (
	CtlLog struct {
		JSON  bool   `help:"As JSON."`
		Limit int    `help:"How many rows, 1 to 500." default:"50"`
		Text  string `help:"Rows whose title, actor or reason has this text."`
		Span
	}
	CtlAired struct {
		JSON  bool   `help:"As JSON."`
		Limit int    `help:"How many broadcasts, 1 to 500." default:"20"`
		Text  string `help:"Broadcasts whose title or actor has this text."`
		Span
	}
	CtlExport struct {
		Text string              `help:"Broadcasts whose title or actor has this text."`
		CAP  station.BroadcastID `help:"An emergency that was aired, its update, correction or all-clear, as CAP 1.2: its number in aired." name:"cap" placeholder:"NUMBER"`
		Span
	}
	// Span are the days that are asked for.
	Span struct {
		From  string `help:"First day, 2006-01-02." placeholder:"DAY"`
		Until string `help:"Last day." placeholder:"DAY"`
	}
)

func (s Span) query(limit int, text string) (q station.LogQuery, err error) {
	q = station.LogQuery{Limit: limit, Text: text}
	for _, d := range []struct {
		name, day string
		to        *time.Time
		after     int
	}{{"--from", s.From, &q.From, 0}, {"--until", s.Until, &q.Until, 1}} {
		if d.day == "" {
			continue
		}
		t, err := time.ParseInLocation(station.DayForm, d.day, Saigon)
		if err != nil {
			return q, &UseError{fmt.Sprintf("%s: %q is not a day like %s", d.name, d.day, station.DayForm)}
		}
		*d.to = t.AddDate(0, 0, d.after)
	}
	return q, nil
}

// Run shows rows of the as-run log, newest first.
func (k *CtlLog) Run(ctx context.Context, p Program, c *Ctl) error {
	q, err := k.query(k.Limit, k.Text)
	if err != nil {
		return err
	}
	return ask(ctx, p, c, k.JSON, func(ctx context.Context, c *Caller) (station.LogPage, error) {
		return consoleBooks{c.client}.Log(ctx, q)
	},
		func(w io.Writer, page station.LogPage) {
			for _, r := range page.Rows {
				fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%s\n", r.Seq, r.At.Wall.Format("02/01 15:04:05"), r.Kind, r.Title, r.Reason, r.Actor)
			}
		})
}

// Run shows broadcasts with who heard them, newest first.
func (k *CtlAired) Run(ctx context.Context, p Program, c *Ctl) error {
	q, err := k.query(k.Limit, k.Text)
	if err != nil {
		return err
	}
	return ask(ctx, p, c, k.JSON, func(ctx context.Context, c *Caller) ([]station.Aired, error) { return c.client.Aired(ctx, q) },
		func(w io.Writer, as []station.Aired) {
			for _, a := range as {
				var missed []string
				all := 0
				for _, r := range a.Receipts {
					if r.Heard == station.HeardAll {
						all++
					} else {
						missed = append(missed, fmt.Sprintf("%d:%s", r.Number, r.Heard))
					}
				}
				fmt.Fprintf(w, "#%d\t%s\t%s\t%s\t%s\t%s\t%d/%d\t%s\n", a.ID, a.Began.Wall.Format("02/01 15:04:05"), a.Duration.Round(time.Second),
					a.Class, a.Title, a.Who, all, a.Meant, strings.Join(missed, " "))
			}
		})
}

// Run writes broadcasts to a file and prints its path.
func (k *CtlExport) Run(ctx context.Context, p Program, c *Ctl) error {
	q, err := k.query(0, k.Text)
	q.CAP, q.Broadcast = k.CAP != 0, k.CAP
	if err != nil {
		return err
	}
	return RunCtl(ctx, c.Data, p.Build, p.Out, func(ctx context.Context, c *Caller) error {
		ctx, cancel := context.WithTimeout(ctx, importWait)
		defer cancel()
		path, err := c.client.Export(ctx, q, nil)
		if err == nil {
			fmt.Fprintln(c.out, path)
		}
		return err
	})
}

// ask calls the station and prints its answer as a table or as JSON.
func ask[T any](ctx context.Context, p Program, c *Ctl, asJSON bool, call func(context.Context, *Caller) (T, error), table func(io.Writer, T)) error {
	return RunCtl(ctx, c.Data, p.Build, p.Out, func(ctx context.Context, c *Caller) error {
		ctx, cancel := context.WithTimeout(ctx, callWait)
		defer cancel()
		v, err := call(ctx, c)
		if err != nil {
			return err
		}
		if asJSON {
			return json.NewEncoder(c.out).Encode(v)
		}
		w := tabwriter.NewWriter(c.out, 2, 8, 2, ' ', 0)
		table(w, v)
		return w.Flush()
	})
}

// The commands of ctl that the timetable, the recorder and the station's end
// are asked with.
type (
	CtlSlot struct {
		Add    CtlSlotAdd    `cmd:"" help:"Import files and put them into the timetable."`
		Import CtlSlotImport `cmd:"" help:"Put the slots of a CSV file into the timetable, all of them or none."`
		List   CtlSlotList   `cmd:"" help:"Show the timetable."`
		Remove CtlSlotRemove `cmd:"" help:"Take a slot out."`
	}
	CtlSlotAdd struct {
		At    string   `arg:"" help:"Time of day, 05:00."`
		Files []string `arg:"" help:"Audio files, in their order." type:"path"`
		Title string   `help:"What it is called; the first file's title without it."`
		Days  string   `help:"Days of the week: 1 is Monday, 7 Sunday." default:"1234567"`
		To    string   `help:"all, a zone, or cluster numbers, comma-separated." default:"all"`
		Feast string   `help:"On public holidays and Tết: any (as on other days), not (silent), only." enum:"any,not,only" default:"any"`
		Mode  string   `help:"hard, wait, soft or skip." enum:"hard,wait,soft,skip" default:"wait"`
		Bed   string   `help:"Music that sounds low under what is spoken: a title or id of the library, or a file." placeholder:"ITEM"`
		Over  string   `help:"Where it overlaps others: keep, refuse, replace them, append behind them, shift to the next free minute." enum:"keep,refuse,replace,append,shift" default:"keep" name:"overlap"`
	}
	CtlSlotList struct {
		JSON bool `help:"As JSON."`
	}
	CtlSlotRemove struct {
		ID station.SlotID `arg:"" help:"Number of the slot."`
	}
	CtlRecord struct {
		Act     string `arg:"" enum:"start,stop" help:"start or stop."`
		Title   string `help:"What is recorded."`
		Discard bool   `help:"With stop: throw it away."`
	}
	CtlShutdown struct{}
)

// slot makes a slot of the words of a command; its items are still to come.
func (k *CtlSlotAdd) slot() (station.Slot, error) {
	at, err := time.Parse("15:04", k.At)
	if err != nil {
		return station.Slot{}, &UseError{fmt.Sprintf("%q is not a time of day like 05:00", k.At)}
	}
	sl := station.Slot{Title: k.Title, Minute: at.Hour()*60 + at.Minute(), Targets: station.ParseTargets(k.To), Mode: station.StartMode(k.Mode)}
	if k.Feast != "any" {
		sl.Feast = station.Feast(k.Feast)
	}
	for _, d := range k.Days {
		if d < '1' || d > '7' {
			return sl, &UseError{fmt.Sprintf("--days: %q: 1 is Monday, 7 Sunday", k.Days)}
		}
		sl.Days |= 1 << (d - '1')
	}
	return sl, nil
}

func (c *Caller) slotAdd(ctx context.Context, k *CtlSlotAdd) error {
	sl, err := k.slot()
	if err != nil {
		return err
	}
	for _, f := range k.Files {
		it, err := c.importFile(ctx, f)
		if err != nil {
			return err
		}
		if sl.Title == "" {
			sl.Title = it.Title
		}
		sl.Items = append(sl.Items, it.ID)
	}
	if sl.Bed, err = c.bed(ctx, k.Bed); err != nil {
		return err
	}
	return c.putSlot(ctx, sl, k.Over)
}

// bed is the item of the library that is meant, or one made of a file.
func (c *Caller) bed(ctx context.Context, name string) (station.ItemID, error) {
	if name == "" {
		return "", nil
	}
	s, err := c.snapshot(ctx)
	if err != nil {
		return "", err
	}
	for _, it := range s.Items {
		if string(it.ID) == name || strings.EqualFold(it.Title, name) {
			return it.ID, nil
		}
	}
	it, err := c.importFile(ctx, name)
	return it.ID, err
}

func (c *Caller) slots(ctx context.Context, asJSON bool) error {
	s, err := c.snapshot(ctx)
	if err != nil {
		return err
	}
	if asJSON {
		return json.NewEncoder(c.out).Encode(s.Plan)
	}
	w := tabwriter.NewWriter(c.out, 2, 8, 2, ' ', 0)
	for _, sl := range slices.SortedFunc(slices.Values(s.Plan.Slots), func(a, b station.Slot) int { return a.Minute - b.Minute }) {
		var days strings.Builder
		for i := range 7 {
			if sl.Days&(1<<i) != 0 {
				days.WriteByte(byte('1' + i))
			}
		}
		fmt.Fprintf(w, "#%d\t%02d:%02d\t%s\t%s\t%s\t%d items\n", sl.ID, sl.Minute/60, sl.Minute%60, days.String(), sl.Mode, sl.Title, len(sl.Items))
	}
	return w.Flush()
}

// callBooks carries out what changes the timetable, the recorder or the station.
func (c *Caller) callBooks(ctx context.Context, command any) error {
	switch k := command.(type) {
	case *CtlSlotAdd:
		return c.slotAdd(ctx, k)
	case *CtlSlotImport:
		return c.slotImport(ctx, k)
	case *CtlSlotList:
		return c.slots(ctx, k.JSON)
	case *CtlSlotRemove:
		return c.submit(ctx, station.SlotRemove{ID: k.ID})
	case *CtlRecord:
		if k.Act == "stop" {
			return c.submit(ctx, station.RecordStop{Discard: k.Discard})
		}
		return c.submit(ctx, station.RecordStart{Title: k.Title})
	case *CtlRules:
		return c.rules(ctx, k)
	case *CtlShutdown:
		ctx, cancel := context.WithTimeout(ctx, callWait)
		defer cancel()
		return c.client.Stop(ctx)
	}
	return fmt.Errorf("unknown command %T", command)
}

// The commands above, each a call of the station.
func (k *CtlSlotAdd) Run(ctx context.Context, p Program, c *Ctl) error    { return call(ctx, p, c, k) }
func (k *CtlSlotList) Run(ctx context.Context, p Program, c *Ctl) error   { return call(ctx, p, c, k) }
func (k *CtlSlotRemove) Run(ctx context.Context, p Program, c *Ctl) error { return call(ctx, p, c, k) }
func (k *CtlRecord) Run(ctx context.Context, p Program, c *Ctl) error     { return call(ctx, p, c, k) }

// Run ends the station in order and waits until it is gone.
func (k *CtlShutdown) Run(ctx context.Context, p Program, c *Ctl) error {
	dir := c.Data
	if dir == "" {
		dir = DefaultData()
	}
	if err := call(ctx, p, &Ctl{Data: dir}, k); err != nil {
		return err
	}
	deadline := time.After(readyWait)
	for {
		conn, err := dialAttach(dir)(ctx)
		if err != nil {
			fmt.Fprintln(p.Out, "stopped")
			return nil
		}
		_ = conn.Close()
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-deadline:
			return fmt.Errorf("the station did not end in %v; see %s", readyWait, dir)
		case <-time.After(50 * time.Millisecond):
		}
	}
}
