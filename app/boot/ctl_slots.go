package boot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"loaxa/app/rundown"
	"loaxa/app/station"
)

// CtlSlotImport puts a file into the timetable.
type CtlSlotImport struct {
	File  string `arg:"" type:"path" help:"CSV, one slot a line: time; title; items of the library with | between; days; where; mode; holidays; from; until; bed."`
	Over  string `help:"Where one overlaps others: keep, refuse, replace them, append behind them, shift to the next free minute." enum:"keep,refuse,replace,append,shift" default:"refuse" name:"overlap"`
	Check bool   `help:"Say what would be done and do nothing."`
}

// Run reads the file and writes the slots.
func (k *CtlSlotImport) Run(ctx context.Context, p Program, c *Ctl) error { return call(ctx, p, c, k) }

// maxTimetable bounds what is read of a timetable file, in bytes.
const maxTimetable = 1<<20 + 1

func (c *Caller) slotImport(ctx context.Context, k *CtlSlotImport) error {
	f, err := os.Open(k.File)
	if err != nil {
		return &UseError{err.Error()}
	}
	defer func() { _ = f.Close() }() // read only
	b, err := io.ReadAll(io.LimitReader(f, maxTimetable))
	if err != nil {
		return err
	}
	s, err := c.snapshot(ctx)
	if err != nil {
		return err
	}
	if _, err := rundown.ReadFile(b, s); err != nil {
		return &UseError{err.Error()}
	}
	file, err := rundown.Merge(b, s, s.Now.Wall, Saigon)
	if err != nil {
		return &UseError{err.Error()}
	}
	puts, left := rundown.Settle(file, s, s.Now.Wall, Saigon, station.OverlapKind(k.Over))
	if k.Over == "keep" && !k.Check {
		left = nil
	}
	var overlaps []error
	for _, f := range left {
		overlaps = append(overlaps, overlapError(f))
	}
	switch err := errors.Join(overlaps...); {
	case err != nil && k.Over != "refuse" && k.Over != "keep":
		return fmt.Errorf("%w: --overlap %s does not help here", err, k.Over)
	case err != nil || k.Check:
		return errors.Join(err, json.NewEncoder(c.out).Encode(map[string]int{"slots": len(puts)}))
	case len(puts) == 0:
		return nil // the timetable is as the file already
	}
	return c.submit(ctx, station.SlotsPut{Put: puts, File: filepath.Base(k.File)})
}

func overlapError(f station.DryFinding) error {
	return fmt.Errorf("%s %q overlaps %q by %s, the first time on %s, at clusters %v", f.First.Format("15:04"), f.Title, f.With, f.By, f.First.Format(station.DayForm), f.Clusters)
}

// putSlot writes a slot; where it overlaps others it does what was asked.
func (c *Caller) putSlot(ctx context.Context, sl station.Slot, over string) error {
	if over == "keep" {
		return c.submit(ctx, station.SlotPut{Slot: sl})
	}
	wait, cancel := context.WithTimeout(ctx, callWait)
	run, err := c.client.DryRun(wait, station.DryAsk{Slot: &sl})
	cancel()
	if err != nil {
		return err
	}
	puts := []station.Slot{sl}
	for _, f := range run.Findings {
		if f.Why != station.DryOverlap || f.Behind() || f.Slot != sl.ID && f.Other != sl.ID {
			continue
		}
		i := slices.IndexFunc(run.Ways, func(w station.OverlapWay) bool { return string(w.Kind) == over })
		if i < 0 {
			return fmt.Errorf("%w: --overlap %s does not help here", overlapError(f), over)
		}
		puts = run.Ways[i].Puts
		break
	}
	return c.submit(ctx, station.SlotsPut{Put: puts})
}
