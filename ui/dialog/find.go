package dialog

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"loaxa/app/station"
	"loaxa/ui/panel"
	"loaxa/ui/theme"
)

// Find chooses where the next broadcast is to be heard: zones and clusters,
// found by name, number or zone, with or without tone marks.
type Find struct {
	in    textinput.Model
	place list
}

// NewFind makes the window with something typed already.
func NewFind(_ *panel.Scene, want string) *Find {
	f := &Find{in: newInput("", 60)}
	f.in.SetValue(want)
	f.in.CursorEnd()
	return f
}

// found is one line: a zone with its clusters, or one cluster.
type found struct {
	zone *station.Zone
	v    *station.ClusterView
	ids  []station.ClusterID
}

func (f *Find) found(s *panel.Scene) (out []found) {
	want := Plain(strings.TrimPrefix(f.in.Value(), "/"))
	for i := range s.Snap.Station.Zones {
		z := &s.Snap.Station.Zones[i]
		one := found{zone: z}
		for j := range s.Snap.Clusters {
			if v := &s.Snap.Clusters[j]; slices.Contains(v.Zones, z.ID) {
				one.ids = append(one.ids, v.ID)
			}
		}
		if len(one.ids) > 0 && strings.Contains(Plain(z.Name+" "+z.ID), want) {
			out = append(out, one)
		}
	}
	for _, v := range s.Ordered() {
		if strings.Contains(Plain(v.Name), want) || strconv.Itoa(v.Number) == want {
			out = append(out, found{v: v, ids: []station.ClusterID{v.ID}})
		}
	}
	return out
}

// Update takes a key.
func (f *Find) Update(s *panel.Scene, msg tea.Msg) Result {
	all := f.found(s)
	key := press(msg)
	switch {
	case key == "esc":
		return Result{Close: true}
	case key == "ctrl+a":
		t := station.Everywhere()
		return Result{Targets: &t}
	case key == "enter" || key == "ctrl+space" || key == "ctrl+@":
		if len(all) == 0 {
			return Result{}
		}
		return Result{Targets: f.toggle(s, all[min(f.place.at, len(all)-1)])}
	case key != "home" && key != "end" && f.place.key(key, len(all), 10):
		return Result{}
	}
	before := f.in.Value()
	editInput(&f.in, msg)
	if f.in.Value() != before {
		f.place.at = 0
	}
	return Result{}
}

// toggle marks all of a line, or unmarks it when all of it was marked.
func (f *Find) toggle(s *panel.Scene, one found) *station.Targets {
	marks := map[station.ClusterID]bool{}
	for id, on := range s.Cursor.Marks {
		marks[id] = on
	}
	on := !marked(s, one)
	for _, id := range one.ids {
		marks[id] = on
	}
	t := station.Targets{}
	for i := range s.Snap.Clusters {
		if id := s.Snap.Clusters[i].ID; marks[id] && !slices.Contains(one.ids, id) {
			t.Clusters = append(t.Clusters, id)
		}
	}
	if on { // last: the one that is shown on the map
		t.Clusters = append(t.Clusters, one.ids...)
	}
	t.All = len(t.Clusters) == 0
	return &t
}

func marked(s *panel.Scene, one found) bool {
	return !slices.ContainsFunc(one.ids, func(id station.ClusterID) bool { return !s.Cursor.Marks[id] })
}

// View draws the window.
func (f *Find) View(s *panel.Scene, a panel.Area) []string {
	l := s.T.Keys.Line
	w, inner := size(a, 76)
	all := f.found(s)
	t := s.Targets()
	can, meant := s.Reachable(t)
	body := []panel.Line{inputLine(s, l.FindHint, &f.in, inner),
		panel.L(theme.Title, " "+fmt.Sprintf(l.Reach, s.Where(t, meant, true), can, meant))}
	if len(all) == 0 {
		body = append(body, panel.L(theme.Warn, " "+l.NoPlace))
	}
	body = append(body, f.place.rows(len(all), max(1, a.H-4), func(i int) panel.Line { return f.line(s, all[i], inner) })...)
	return panel.Box(s.Th, true, l.Find, l.FindKeys, body, panel.Area{W: w, H: min(a.H, len(body)+2)})
}

func (f *Find) line(s *panel.Scene, one found, w int) panel.Line {
	l, mark := s.T.Keys.Line, " "
	if marked(s, one) {
		mark = s.Th.G.Mark
	}
	if one.zone != nil {
		return panel.Spread(panel.Line{{R: theme.Key, S: " " + mark + "   "}, {R: theme.Title, S: fmt.Sprintf(l.Zone, s.ZoneName(one.zone.ID))}},
			panel.L(theme.Dim, " "+fmt.Sprintf(l.ZoneKind, len(one.ids))+" "), w)
	}
	g, r := s.Glyph(s.State(one.v))
	return panel.Spread(panel.Line{{R: theme.Key, S: " " + mark + " "}, {R: r, S: g}, {R: theme.Plain, S: fmt.Sprintf("%3d %s", one.v.Number, one.v.Name)}},
		append(panel.L(theme.Plain, "  "), panel.Proof(s, one.v, false)...), w)
}
