package dialog

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"loaxa/app/station"
	"loaxa/ui/panel"
	"loaxa/ui/theme"
)

// Cluster is the window of one cluster.
type Cluster struct{ ID station.ClusterID }

// Update takes a key.
func (c *Cluster) Update(s *panel.Scene, msg tea.Msg) Result {
	switch press(msg) {
	case "esc", "enter":
		return Result{Close: true}
	case "ctrl+t":
		if v := s.Cluster(c.ID); v != nil {
			return muteOne(s, v)
		}
	}
	return Result{}
}

func muteOne(s *panel.Scene, v *station.ClusterView) Result {
	t := s.T.Foot.Mute
	words := map[bool]string{true: t.OffAgain, false: t.OnAgain}[!v.Muted]
	return Result{Intent: station.ClusterMute{ID: v.ID, Muted: !v.Muted}, Undo: Always(words, station.ClusterMute{ID: v.ID, Muted: v.Muted})}
}

// View draws the window.
func (c *Cluster) View(s *panel.Scene, a panel.Area) []string {
	t, v := s.T.Dialog.Info, s.Cluster(c.ID)
	if v == nil {
		return nil
	}
	w, _ := size(a, 72)
	glyph, role := s.Glyph(s.State(v))
	row := func(k string, l ...panel.Seg) panel.Line {
		return append(panel.Line{{R: theme.Dim, S: " " + panel.Pad(k, 22) + " "}}, l...)
	}
	phone := v.Head + " · " + v.Phone
	if s.Demo {
		phone += " " + s.T.Cluster.Sample
	}
	out := v.Health.Output
	if out != "" {
		out = s.T.Word(out)
	}
	body := []panel.Line{
		row(t.State, append(panel.Line{{R: role, S: glyph + " "}}, panel.Proof(s, v, true)...)...),
		row(t.Report, panel.Seg{S: ago(s, v.Report)}), row(t.ProofAt, panel.Seg{S: ago(s, v.Proof)}),
		row(s.T.Cluster.Tried.Night, tried(s, v.Tried.Night)), row(s.T.Cluster.Tried.Tone, tried(s, v.Tried.Tone)),
		row(t.Output, panel.Seg{S: out}), row(s.T.Cluster.Columns[2], panel.Seg{S: v.Kind}),
		row(t.Zones, panel.Seg{S: strings.Join(v.Zones, ", ")}), row(t.Head, panel.Seg{S: phone}), nil,
	}
	if s.Cursor.Technical {
		body = append(body, technical(s, v)...)
	}
	keys := t.Mute
	if v.Muted {
		keys = t.Unmute
	}
	body = append(body, panel.L(theme.Key, " "+keys+" · "+t.Close))
	return panel.Box(s.Th, true, fmt.Sprintf(t.Cluster, v.Number, v.Name), "", body, panel.Area{W: w, H: min(a.H, len(body)+2)})
}

// tried says when a test was made and what it found.
func tried(s *panel.Scene, t station.Try) panel.Seg {
	w := s.T.Cluster.Tried
	words := time.Unix(t.At, 0).In(s.Snap.Now.Wall.Location()).Format("02/01 15:04") + " · " + w.Found[t.Found]
	switch {
	case t.At == 0:
		return panel.Seg{R: theme.Dim, S: w.Never}
	case t.Found.Good() || t.Found == station.FoundAbsent:
		return panel.Seg{S: words}
	}
	return panel.Seg{R: theme.Warn, S: words}
}

func ago(s *panel.Scene, at station.Stamp) string {
	if at == (station.Stamp{}) {
		return s.T.Cluster.Never
	}
	return s.T.Age(s.Age(at)) + " · " + at.Wall.Format("15:04:05")
}

func technical(s *panel.Scene, v *station.ClusterView) []panel.Line {
	t, h := s.T.Dialog.Lists, v.Health
	ac := h.Account
	line := func(words string) panel.Line { return panel.L(theme.Dim, " "+words) }
	return []panel.Line{
		line(fmt.Sprintf(t.Account, ac.OnTime, ac.Repaired, ac.Concealed, ac.Late, ac.Dropped)),
		line(fmt.Sprintf(t.Clock, s.T.Number(h.OffsetMS, 2), s.T.Number(h.BoundMS, 2), s.T.Number(h.DriftPPM, 1))),
		line(fmt.Sprintf(t.Buffer, s.T.Number(h.BufferMS, 0)) + " · " + fmt.Sprintf(t.Level, s.T.Number(panel.DB(h.Level), 1))),
		line(fmt.Sprintf(t.Version, h.Version, s.T.Age(time.Duration(h.Uptime)*time.Second))), line(string(v.ID)), nil,
	}
}

// Scroll is a window of lines to read: help, the log.
type Scroll struct {
	Title, Foot string
	Lines       func(s *panel.Scene, w int) []panel.Line
	at          int
}

// Update takes a key.
func (d *Scroll) Update(_ *panel.Scene, msg tea.Msg) Result {
	switch key := press(msg); key {
	case "esc", "enter", "f1", "f8":
		return Result{Close: true}
	case "up":
		d.at--
	case "down":
		d.at++
	case "pgup":
		d.at -= 10
	case "pgdown", "space":
		d.at += 10
	default:
		if typed(msg) == "?" {
			return Result{Close: true}
		}
	}
	return Result{}
}

// View draws the window.
func (d *Scroll) View(s *panel.Scene, a panel.Area) []string {
	w, inner := size(a, 92)
	all := d.Lines(s, inner)
	h := min(a.H, len(all)+2)
	d.at = max(0, min(d.at, len(all)-(h-2)))
	return panel.Box(s.Th, true, d.Title, d.Foot, all[d.at:], panel.Area{W: w, H: h})
}

// Quit asks before the screen is left, and says what goes on without it.
type Quit struct {
	Ends bool // leaving ends the sample commune
}

// Update takes a key.
func (Quit) Update(_ *panel.Scene, msg tea.Msg) Result {
	switch press(msg) {
	case "esc":
		return Result{Close: true}
	case "enter":
		return Result{Close: true, Quit: true}
	}
	return Result{}
}

// View draws the window.
func (q Quit) View(s *panel.Scene, a panel.Area) []string {
	t := s.T.Dialog.Info
	w, inner := size(a, 64)
	words := t.QuitStays
	if q.Ends {
		words = t.QuitDemo
	}
	var body []panel.Line
	for _, l := range indent(words, inner) {
		body = append(body, panel.L(theme.Plain, " "+l))
	}
	body = append(body, nil, panel.L(theme.Key, " Enter: "+strings.ToLower(t.Quit)+" · "+s.T.Dialog.Emergency.Leave))
	return panel.Box(s.Th, true, t.Quit, "", body, panel.Area{W: w, H: min(a.H, len(body)+2)})
}
