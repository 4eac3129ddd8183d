package ui_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"loaxa/app/station"
	"loaxa/ui/text"
	"loaxa/ui/uitest"
)

var figure = regexp.MustCompile(`\d[\d:/,.×]*\d|\d`)

// truths are all figures that a snapshot bears out, written as a screen may
// write them.
func truths(s *station.Snapshot) map[string]string {
	out := map[string]string{}
	say := func(what string, vs ...any) {
		for _, v := range vs {
			for _, f := range figure.FindAllString(fmt.Sprint(v), -1) {
				out[f] = what
			}
		}
	}
	age := func(what string, d time.Duration) {
		say(what, text.For("vi").Age(d), text.For("vi").Short(d), text.Clock(d))
	}
	since := func(what string, at station.Stamp) {
		if at != (station.Stamp{}) {
			age(what, s.Now.Mono-at.Mono)
			say(what, at.Wall.Format("15:04:05"), at.Wall.Format("15:04"))
		}
	}
	states := map[station.ClusterState]int{}
	for _, c := range s.Clusters {
		states[c.State]++
		say("cluster "+c.Name, c.Number, int(c.Missed.Seconds()), c.Name, c.Kind, c.Phone)
		since("report of "+c.Name, c.Report)
		since("state of "+c.Name, c.Since)
	}
	say("clusters", len(s.Clusters))
	reach, unsure := 0, 0
	for st, n := range states {
		say("clusters that are "+string(st), n)
		if st == station.ClusterPlaying || st == station.ClusterIdle || st == station.ClusterShaky {
			reach += n
		} else {
			unsure += n
		}
	}
	say("clusters that hear", reach, unsure)
	fresh := 0
	for _, f := range s.Faults {
		if !f.Acked {
			fresh++
		}
	}
	say("faults that nobody has seen", fresh)
	say("entries that wait", s.Upstream.Waiting)
	age("the upstream's link", s.Now.Wall.Sub(s.Upstream.Since))
	total := time.Duration(0)
	for i, e := range s.Queue.Entries {
		left := e.Length - e.From
		if i == 0 && len(s.Air) > 0 && s.Air[len(s.Air)-1].Phase == station.OnAir {
			left = e.Length - (s.Now.Mono - s.Air[len(s.Air)-1].PieceAt.Mono)
		}
		say("start of "+e.Title, s.Now.Wall.Add(total).Format("15:04"))
		total += left
		age("length of "+e.Title, e.Length)
		age("rest of "+e.Title, left)
		say("entries below", len(s.Queue.Entries)-i-1)
	}
	age("the list", total)
	say("the list's end", s.Now.Wall.Add(total).Format("15:04"))
	for _, d := range s.Plan.Due {
		say("slot "+d.Title, d.At.Format("15:04"))
		age("until "+d.Title, d.At.Sub(s.Now.Wall))
		age("spare before "+d.Title, (d.At.Sub(s.Now.Wall) - total).Abs())
	}
	for _, b := range s.Air {
		since("broadcast "+b.Title, b.Since)
		since("piece of "+b.Title, b.PieceAt)
	}
	since("the microphone", s.Mic.OpenedAt)
	age("the microphone's limit", s.Mic.Limit-(s.Now.Mono-s.Mic.OpenedAt.Mono))
	age("the rule for the microphone", s.Station.Rules.MicLimit)
	age("the rule for silence", s.Station.Rules.MicSilence)
	for _, b := range s.Boards {
		say("board "+b.Name, fmt.Sprintf("%d×%d", b.Width, b.Height), b.Card.Text)
		since("board "+b.Name, b.Confirmed)
	}
	for _, e := range s.Events {
		since("event", e.At)
	}
	if s.Emergency != nil {
		since("the emergency", s.Emergency.Since)
		say("the emergency", s.Emergency.Text, s.Emergency.Level)
	}
	say("the clock", s.Now.Wall.Format("15:04:05 02/01 02/01/2006"))
	return out
}

// TestEveryFigureIsTrue walks each figure of the main screen back to the
// snapshot that it was drawn from. The scale of the map, the keys and the name
// of a codec are no figures of the station.
func TestEveryFigureIsTrue(t *testing.T) {
	notFigures := regexp.MustCompile(`F1[0-2]|F[1-9]|Ctrl\+X×2|G\.711|[\d,]+ k?m[ ─]|Ctrl\+\S+`)
	for name, snap := range map[string]*station.Snapshot{"live": uitest.Live(), "playing": uitest.Playing(), "idle": uitest.Idle(),
		"emergency": uitest.Emergency(false), "drill": uitest.Emergency(true)} {
		for _, size := range [][2]int{{80, 24}, {120, 36}, {200, 50}} {
			drive(t, snap, size[0], size[1], nil, func(_ *uitest.Desk, d *uitest.Driver) {
				bornOut := truths(snap)
				checked := 0
				for _, line := range strings.Split(d.Frame(), "\n") {
					for _, f := range figure.FindAllString(notFigures.ReplaceAllString(line, " "), -1) {
						checked++
						if bornOut[f] == "" {
							t.Errorf("%s at %d×%d: nothing in the snapshot is %q:\n%s", name, size[0], size[1], f, line)
						}
					}
				}
				if checked < 20 {
					t.Errorf("%s: only %d figures were found", name, checked)
				}
			})
		}
	}
}
