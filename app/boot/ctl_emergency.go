package boot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"loaxa/app/station"
)

// CtlEmergency opens, renews, ends and lists emergencies.
type CtlEmergency struct {
	Text    string              `arg:"" optional:"" help:"The text to be read; \"end\" ends what is open, \"correct\" takes it back, \"list\" shows what is open, \"export\" writes it as CAP 1.2."`
	Siren   string              `help:"Id of a siren pattern."`
	Mic     bool                `help:"The microphone after the siren."`
	Drill   bool                `help:"An exercise: says so in every word."`
	Level   int                 `help:"Risk level 1 to 5."`
	Kind    string              `help:"What danger it is, in one word."`
	To      string              `help:"all, a zone, or cluster numbers, comma-separated." default:"all"`
	Of      station.BroadcastID `help:"With end and correct: which of several, by its number in the list."`
	Updates station.BroadcastID `help:"Takes the place of an open one, by its number in the list."`
	Every   time.Duration       `help:"Read again so often."`
	Times   int                 `help:"… and so many times."`
	End     bool                `help:"End the emergency that is open; also: emergency end."`
	All     bool                `help:"With end: the all-clear follows." name:"all-clear"`
	CtlContent
}

// CtlContent is content that comes from files, and the second language.
type CtlContent struct {
	CAP     string `help:"The content of a CAP 1.2 file, as text." name:"cap" type:"existingfile" placeholder:"FILE"`
	Commune string `help:"With --cap and export: the commune's code of five digits."`
	Clip    string `help:"A recording of the same in the second language, heard after the words." type:"existingfile" placeholder:"FILE"`
	Second  string `help:"The text in the second language, for boards and for what is sent on."`
}

func (c *Caller) emergency(ctx context.Context, k *CtlEmergency) error {
	switch {
	case k.Text == "correct":
		return c.submit(ctx, station.EmergencyCorrect{Of: k.Of})
	case k.End || k.Text == "end":
		return c.submit(ctx, station.EmergencyEnd{AllClear: k.All, Of: k.Of})
	case k.Text == "list":
		return c.listOpen(ctx)
	case k.Text == "export":
		return c.exportCAP(ctx, k.Commune)
	}
	second := station.Second{Text: k.Second}
	if k.Clip != "" {
		it, err := c.importFile(ctx, k.Clip)
		if err != nil {
			return err
		}
		second.Item = it.ID
	}
	in := station.EmergencyStart{Text: k.Text, Second: second, Siren: k.Siren, Mic: k.Mic, Drill: k.Drill, Level: k.Level, Kind: k.Kind,
		Targets: station.ParseTargets(k.To), Updates: k.Updates, Repeat: station.Repeat{Every: k.Every, Times: k.Times}}
	if k.CAP != "" {
		s, err := c.snapshot(ctx)
		if err != nil {
			return err
		}
		if err := k.fromCAP(&in, s); err != nil {
			return err
		}
	}
	return c.submit(ctx, in)
}

// fromCAP fills an emergency with the content of a file. A message that is no
// warning for here, now, is an error.
func (k *CtlEmergency) fromCAP(in *station.EmergencyStart, s *station.Snapshot) error {
	f, err := os.Open(k.CAP)
	if err != nil {
		return fmt.Errorf("read the CAP file: %w", err)
	}
	defer func() { _ = f.Close() }()
	b, err := io.ReadAll(io.LimitReader(f, station.MaxCAPBytes+1))
	if err != nil {
		return fmt.Errorf("read the CAP file: %w", err)
	}
	msg, err := station.ParseCAP(b)
	if err != nil {
		return err
	}
	info := msg.In("vi")
	for _, em := range s.Open {
		if k.Updates == 0 && msg.MsgType == "Update" && msg.UpdatesOne(em, s.Station.ID) {
			in.Updates = em.ID
		}
	}
	switch {
	case msg.MsgType == "Cancel":
		return fmt.Errorf("the file cancels %s: end it with: emergency end --of NUMBER", msg.References)
	case msg.MsgType != "Alert" && msg.MsgType != "Update" || msg.Status == "Draft" || msg.Status == "System":
		return fmt.Errorf("the file is no warning: %s, %s", msg.MsgType, msg.Status)
	case msg.MsgType == "Update" && in.Updates == 0:
		return errors.New("the file updates an earlier warning: name the open one with --updates NUMBER (emergency list)")
	case info.Over(s.Now.Wall):
		return fmt.Errorf("the warning ran out at %s", info.Expires)
	case k.Commune != "" && !info.For(k.Commune):
		return fmt.Errorf("the warning is not for commune %s", k.Commune)
	}
	in.Text, in.Source = info.Text(), msg.Key()
	if other := msg.Second(); other != nil && in.Second.Text == "" {
		in.Second.Lang, in.Second.Text = strings.ToLower(other.Language), other.Text()
	}
	if in.Level == 0 {
		in.Level = info.Level()
	}
	if in.Kind == "" {
		in.Kind = "cap"
	}
	in.Drill = in.Drill || msg.Exercise()
	return nil
}

func (c *Caller) listOpen(ctx context.Context) error {
	s, err := c.snapshot(ctx)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	for _, em := range s.Open {
		last := "-"
		if at := em.Last(); !at.IsZero() {
			last = at.Format("15:04")
		}
		_, _ = fmt.Fprintf(w, "%d\tlevel %d\tdrill %t\ton air %t\tlast reading %s\t%s\n", em.ID, em.Level, em.Drill, em.OnAir, last, em.Text)
	}
	return w.Flush()
}

// exportCAP writes the foremost open emergency.
func (c *Caller) exportCAP(ctx context.Context, commune string) error {
	s, err := c.snapshot(ctx)
	if err != nil {
		return err
	}
	if len(s.Open) == 0 {
		return &station.Refusal{Code: station.NoEmergency}
	}
	var roster []station.Cluster
	for _, v := range s.Clusters {
		roster = append(roster, v.Cluster)
	}
	em := s.Open[0]
	var names []string // none: the whole commune
	for _, id := range em.Targets.Match(roster) {
		if em.Targets.All {
			break
		}
		for _, r := range roster {
			if r.ID == id && len(names) < station.MaxAlertPlaces {
				names = append(names, r.Name)
			}
		}
	}
	doc := station.NewCAP(em, s.Station, commune, names)
	wait, cancel := context.WithTimeout(ctx, callWait)
	defer cancel()
	m, err := c.client.Map(wait)
	if err != nil { // circles about the clusters stand for the outline
		m = station.Map{}
	}
	doc.Locate(station.CAPAreas(names, s.Station.Name, commune, roster, m))
	b, err := doc.Bytes()
	if err != nil {
		return err
	}
	_, err = c.out.Write(b)
	return err
}
