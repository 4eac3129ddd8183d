package ui_test

import (
	"context"
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"
	"time"

	"loaxa/app/station"
	"loaxa/ui/text"
	"loaxa/ui/uitest"
)

// known are figures with what bears them out.
type known map[string]string

func (k known) say(what string, vs ...any) {
	for _, v := range vs {
		for _, f := range figure.FindAllString(fmt.Sprint(v), -1) {
			k[f] = what
		}
	}
}

func (k known) span(what string, d time.Duration) {
	k.say(what, text.Clock(d), text.For("vi").Age(d))
}

func (k known) moment(what string, at time.Time) {
	k.say(what, at.Format("02/01 15:04:05"), at.Format("02/01/2006 15:04"), at.Format("02"))
}

// ofTimetable are the figures of F3: the slots, the library, and the station's
// answer about the coming days.
func (k known) ofTimetable(s *station.Snapshot, run station.DryRun) {
	length := map[station.ItemID]time.Duration{}
	for _, it := range s.Items {
		length[it.ID] = it.Length
		k.span("length of "+it.Title, it.Length)
		k.say("day of "+it.Title, it.At.Format("02/01/2006"))
	}
	for _, sl := range s.Plan.Slots {
		total := time.Duration(0)
		for _, id := range sl.Items {
			total += length[id]
		}
		k.span("slot "+sl.Title, total)
		k.say("slot "+sl.Title, fmt.Sprintf("%02d:%02d", sl.Minute/60, sl.Minute%60), len(sl.Items))
	}
	k.say("the dry run", run.Count, run.Days, fmt.Sprintf("%02d:%02d %02d:%02d", run.Quiet.From/60, run.Quiet.From%60, run.Quiet.Until/60, run.Quiet.Until%60))
	minutes := map[string]time.Duration{}
	for day := range run.Days {
		at := run.From.AddDate(0, 0, day)
		k.say("a day of the dry run", at.Format("02"), at.Format("02/01"), at.Format("02/01/2006"))
	}
	for _, st := range run.Starts {
		minutes[st.At.Format("02/01")] += st.Length
		k.say("start of "+st.Title, st.At.Format("15:04"))
	}
	for day, n := range minutes {
		k.say("minutes on "+day, int(math.Ceil(n.Minutes())))
	}
	for i, f := range run.Findings {
		k.say("finding", i, f.First.Format("15:04"), f.Times-1, f.Clusters)
		k.span("finding", f.By)
	}
}

// ofLog are the figures of F8: broadcasts with their receipts, and rows.
func (k known) ofLog(all []station.Aired, rows []station.LogRow) {
	for _, a := range all {
		whole := 0
		for _, r := range a.Receipts {
			if r.Heard == station.HeardAll {
				whole++
			}
			k.say("receipt", r.Number, r.Name)
			k.span("receipt of "+r.Name, r.Played)
			k.span("missed by "+r.Name, a.Duration-r.Played)
		}
		k.moment("broadcast "+a.Title, a.Began.Wall)
		k.moment("broadcast "+a.Title, a.Ended.Wall)
		k.span("broadcast "+a.Title, a.Duration)
		k.say("broadcast "+a.Title, fmt.Sprintf("%d/%d", whole, len(a.Receipts)), a.Cuts, a.Meant)
	}
	for _, r := range rows {
		k.moment("row", r.At.Wall)
		k.say("row", r.Title)
	}
	k.say("text of the emergency", uitest.SpillText)
	k.say("lines", len(all), len(rows))
}

// ofSettings are the figures of F9 and F10.
func (k known) ofSettings(s *station.Snapshot) {
	r := s.Station.Rules
	k.say("rules", r.MicLimit.Minutes(), r.MicSilence.Seconds(), r.Session.Minutes(), r.Hotline, len(r.Phrases), s.Station.Version)
	zones := map[string]int{}
	last := 0
	for i, c := range s.Clusters {
		for _, z := range c.Zones {
			zones[z]++
		}
		last = max(last, c.Number)
		k.say("cluster "+c.Name, c.Lat, c.Lon)
		k.say("place of "+c.Name, i+1)
	}
	for z, n := range zones {
		k.say("zone "+z, n)
	}
	k.say("next number", last+1)
	for _, f := range s.Faults {
		k.moment("fault", f.Since.Wall)
		k.span("fault", s.Now.Mono-f.Since.Mono)
	}
	k.say("code", "192.168.1.10:7443 15:00 stat-ion2")
}

// TestEveryFigureOfTheScreensIsTrue walks each figure of F3, F8, F9 and F10 back
// to the snapshot, or to what the station answered. Names of keys, days of the
// week, what is asked for in a hint and a name of a file are no figures.
func TestEveryFigureOfTheScreensIsTrue(t *testing.T) {
	notFigures := regexp.MustCompile(`F1[0-2]|F[1-9]|Ctrl\+X×2|G\.711|Ctrl\+\S+|\bT[2-7]\b|soát 14 ngày|VOV1|[Vv]í dụ.*|Từ \d+ đến \d+[, ].*|nhiều nhất 5 phút|tối đa.*|exports/\S+`)
	ctx := context.Background()
	for name, keys := range screens {
		if name == "boards" || name == "above" {
			continue
		}
		for _, size := range [][2]int{{80, 24}, {120, 36}} {
			snap := uitest.Playing()
			if strings.HasPrefix(name, "faults") {
				snap = uitest.Live()
			}
			drive(t, snap, size[0], size[1], nil, func(_ *uitest.Desk, d *uitest.Driver) {
				d.Press(keys...)
				k := known(truths(snap))
				run, _ := uitest.Books{}.DryRun(ctx, station.DryAsk{})
				aired, _ := uitest.Books{}.Aired(ctx, station.LogQuery{})
				rows, _ := uitest.Books{}.Log(ctx, station.LogQuery{})
				k.ofTimetable(snap, run)
				k.ofLog(aired, rows.Rows)
				k.ofSettings(snap)
				if name == "today-fill" {
					k.ofFill(snap)
				}
				checked := 0
				for _, line := range strings.Split(d.Frame(), "\n") {
					for _, f := range figure.FindAllString(notFigures.ReplaceAllString(line, " "), -1) {
						checked++
						if k[f] == "" {
							t.Errorf("%s at %d×%d: nothing bears out %q:\n%s", name, size[0], size[1], f, line)
						}
					}
				}
				if checked < 6 {
					t.Errorf("%s: only %d figures were found", name, checked)
				}
			})
		}
	}
}

// ofFill are the figures of the music that fills the time up to the next fixed
// start: the sample has one piece of music.
func (k known) ofFill(s *station.Snapshot) {
	left := time.Duration(0)
	for _, e := range s.Queue.Entries {
		left += e.Length
	}
	left -= s.Now.Mono - s.Air[0].PieceAt.Mono
	for _, d := range s.Plan.Due {
		if d.State != station.DueComing || d.Mode != station.StartHard {
			continue
		}
		for _, it := range s.Items {
			if it.Kind == station.KindMusic {
				n := (d.At.Sub(s.Now.Wall) - left) / it.Length
				k.say("pieces of music", int(n))
				k.span("music", n*it.Length)
			}
		}
		return
	}
}
