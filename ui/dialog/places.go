package dialog

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"loaxa/app/station"
	"loaxa/ui/panel"
	"loaxa/ui/theme"
)

// zoneKey takes a key of the list of zones.
func (d *Settings) zoneKey(s *panel.Scene, key string) Result {
	t, zs, at := s.T.Dialog.Settings, s.Snap.Station.Zones, &d.places[tabZones]
	if at.key(key, len(zs), 10) {
		return Result{}
	}
	switch key {
	case "ctrl+o", "insert":
		d.edit = zoneForm(s, station.Zone{})
	case "enter":
		if at.at < len(zs) {
			d.edit = zoneForm(s, zs[at.at])
		}
	case "delete", "ctrl+d":
		if at.at < len(zs) {
			z := zs[at.at]
			d.will = &will{words: fmt.Sprintf(t.Zone.Remove, z.Name), does: []station.Intent{station.ZoneRemove{ID: z.ID}}, sent: fmt.Sprintf(s.T.Foot.Removed, z.Name)}
			back := []station.Intent{station.ZonePut{Zone: z}}
			for _, c := range s.Snap.Clusters {
				if slices.Contains(c.Zones, z.ID) {
					back = append(back, station.ClusterPut{Cluster: c.Cluster})
				}
			}
			d.will.undo = Always(s.T.Dialog.Plan.Ask.Undone, back...)
		}
	default:
		return Result{Pass: true}
	}
	return Result{}
}

func zoneForm(s *panel.Scene, z station.Zone) *editing {
	t, day := s.T.Dialog.Settings, s.T.Dialog.Day.Rules
	var in []string
	for i := range s.Snap.Clusters {
		if c := &s.Snap.Clusters[i]; z.ID != "" && slices.Contains(c.Zones, z.ID) {
			in = append(in, strconv.Itoa(c.Number))
		}
	}
	return &editing{tab: tabZones, zone: z.ID, form: form{save: t.Save, fields: []*field{
		textField(t.Zone.Name, z.Name, "", station.MaxName), textField(day.ZoneClusters, strings.Join(in, ", "), day.ZoneHint, 2000)}}}
}

// readZone makes the intents of what was typed: the zone, then every cluster
// that came into it or left it; undo takes them back.
func (e *editing) readZone(s *panel.Scene) (does, undo []station.Intent, why string) {
	t := s.T.Dialog
	z := station.Zone{ID: e.zone, Name: e.fields[0].value()}
	if z.Name == "" {
		e.at = 0
		return nil, nil, fmt.Sprintf(t.Settings.BadNumber, e.fields[0].label)
	}
	in := map[int]bool{}
	for _, w := range strings.FieldsFunc(e.fields[1].value(), func(r rune) bool { return r == ',' || r == ';' || r == ' ' }) {
		n, err := strconv.Atoi(w)
		if err != nil || !slices.ContainsFunc(s.Snap.Clusters, func(c station.ClusterView) bool { return c.Number == n }) {
			e.at = 1
			return nil, nil, fmt.Sprintf(t.Day.Rules.BadClusters, w)
		}
		in[n] = true
	}
	if z.ID == "" {
		z.ID = zoneID(s, z.Name)
		undo = append(undo, station.ZoneRemove{ID: z.ID})
	}
	for _, old := range s.Snap.Station.Zones {
		if old.ID == z.ID {
			undo = append(undo, station.ZonePut{Zone: old})
		}
	}
	does = append(does, station.ZonePut{Zone: z})
	for _, v := range s.Snap.Clusters {
		had := slices.Contains(v.Zones, z.ID)
		if had == in[v.Number] {
			continue
		}
		c := v.Cluster
		c.Zones = slices.DeleteFunc(slices.Clone(c.Zones), func(id string) bool { return id == z.ID })
		if !had {
			c.Zones = append(c.Zones, z.ID)
		}
		does = append(does, station.ClusterPut{Cluster: c})
		if e.zone != "" { // of a new zone, its removal takes it from the clusters
			undo = append(undo, station.ClusterPut{Cluster: v.Cluster})
		}
	}
	return does, undo, ""
}

func (d *Settings) clusterKey(s *panel.Scene, key string) Result {
	t, cs, at := s.T.Dialog.Settings, s.Snap.Clusters, &d.places[tabClusters]
	if at.key(key, len(cs), 10) {
		return Result{}
	}
	if key == "ctrl+o" || key == "insert" {
		d.enrol = newEnrolling(s)
		return Result{}
	}
	if at.at >= len(cs) {
		return Result{Pass: true}
	}
	c := cs[at.at]
	switch key {
	case "enter":
		d.edit = clusterForm(s, c.Cluster)
	case "ctrl+t":
		return Result{Intent: station.SpeakerTest{ID: c.ID}, Sent: fmt.Sprintf(t.Cluster.Tested, c.Name)}
	case "delete", "ctrl+d":
		d.will = &will{words: fmt.Sprintf(t.Cluster.Remove, c.Name), does: []station.Intent{station.ClusterRemove{ID: c.ID}}, sent: fmt.Sprintf(s.T.Foot.Removed, c.Name)}
	default:
		return Result{Pass: true}
	}
	return Result{}
}

func clusterForm(s *panel.Scene, c station.Cluster) *editing {
	t := s.T.Dialog.Settings
	var zones []string
	for _, z := range c.Zones {
		zones = append(zones, s.ZoneName(z))
	}
	deg := func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
	e := &editing{tab: tabClusters, cluster: c.ID, form: form{save: t.Save}}
	for i, v := range []string{c.Name, strconv.Itoa(c.Number), c.Kind, strings.Join(zones, ", "), c.Head, c.Phone, deg(c.Lat), deg(c.Lon)} {
		e.fields = append(e.fields, textField(t.Cluster.Fields[i], v, t.Cluster.Hints[i], 200))
	}
	var near []string
	for _, p := range station.Places {
		near = append(near, s.T.Dialog.Day.Ways.Places[p])
	}
	e.fields = append(e.fields, choiceField(s.T.Dialog.Day.Ways.Near, s.T.Dialog.Day.Ways.NearHint, near, max(0, slices.Index(station.Places, c.Near))))
	return e
}

// editKey takes a key of the form that is open.
func (d *Settings) editKey(s *panel.Scene, msg tea.Msg) Result {
	if press(msg) == "esc" {
		d.edit = nil
		return Result{}
	}
	if !d.edit.key(msg) {
		return Result{}
	}
	t, e := s.T.Dialog.Settings, d.edit
	var does, undo []station.Intent
	switch e.tab {
	case tabClusters:
		in, bad := e.readCluster(s)
		if bad >= 0 {
			e.at, e.why = bad, fmt.Sprintf(t.BadNumber, e.fields[bad].label)+" "+e.fields[bad].hint
			return Result{}
		}
		does = []station.Intent{in}
		if v := s.Cluster(e.cluster); v != nil {
			undo = []station.Intent{station.ClusterPut{Cluster: v.Cluster}}
		}
	case tabPhrases:
		does, undo, e.why = e.readPhrase(s)
	default:
		does, undo, e.why = e.readZone(s)
	}
	if e.why != "" {
		return Result{}
	}
	d.edit, d.sent = nil, e
	return Result{Intent: does[0], More: does[1:], Undo: Always(s.T.Dialog.Plan.Ask.Undone, undo...), Sent: t.Saved}
}

var notID = regexp.MustCompile(`[^a-z0-9]+`)

// zoneID makes an identifier of a name that no zone has yet.
func zoneID(s *panel.Scene, name string) string {
	base := strings.Trim(notID.ReplaceAllString(Fold(name), "-"), "-")
	if base == "" {
		base = "zone"
	}
	base = base[:min(len(base), 36)]
	for n, id := 2, base; ; n++ {
		if !slices.ContainsFunc(s.Snap.Station.Zones, func(z station.Zone) bool { return z.ID == id }) {
			return id
		}
		id = fmt.Sprintf("%s-%d", base, n)
	}
}

// readCluster makes the intent, or gives the place of the field that is wrong.
func (e *editing) readCluster(s *panel.Scene) (in station.ClusterPut, bad int) {
	v := s.Cluster(e.cluster)
	if v == nil {
		return in, 0
	}
	c := v.Cluster
	get := func(i int) string { return e.fields[i].value() }
	c.Name, c.Kind, c.Head, c.Phone = get(0), get(2), get(4), get(5)
	var err error
	if c.Name == "" {
		return in, 0
	}
	if c.Number, err = strconv.Atoi(get(1)); err != nil || c.Number < 1 || c.Number > 999 {
		return in, 1
	}
	c.Zones = nil
	t, unknown := whereOf(s, get(3))
	if get(3) != "" && (unknown != "" || t.All || len(t.Clusters) > 0) {
		return in, 3
	}
	c.Zones = t.Zones
	for i, to := range []*float64{&c.Lat, &c.Lon} {
		*to, err = strconv.ParseFloat(strings.Replace(get(6+i), ",", ".", 1), 64)
		if bound := []float64{90, 180}[i]; err != nil || math.IsNaN(*to) || math.Abs(*to) > bound {
			return in, 6 + i
		}
	}
	c.Near = station.Places[e.fields[8].at]
	return station.ClusterPut{Cluster: c}, -1
}

func (d *Settings) zoneLines(s *panel.Scene, w, room int) []panel.Line {
	zs := s.Snap.Station.Zones
	if len(zs) == 0 {
		return []panel.Line{panel.L(theme.Dim, " "+s.T.Dialog.Settings.Zone.None)}
	}
	return d.places[tabZones].rows(len(zs), room, func(i int) panel.Line {
		n := s.Meant(station.Targets{Zones: []string{zs[i].ID}})
		return panel.Spread(panel.L(theme.Plain, "  "+zs[i].Name), panel.L(theme.Dim, "  "+s.T.Clusters(n, false)+" "), w)
	})
}

func (d *Settings) clusterLines(s *panel.Scene, w, room int) []panel.Line {
	cs := s.Snap.Clusters
	if len(cs) == 0 {
		return []panel.Line{panel.L(theme.Dim, " "+s.T.Cluster.NoRoster)}
	}
	return d.places[tabClusters].rows(len(cs), room, func(i int) panel.Line {
		c := &cs[i]
		var zones []string
		for _, z := range c.Zones {
			zones = append(zones, s.ZoneName(z))
		}
		left := panel.Line{{R: theme.Plain, S: fmt.Sprintf(" %3d %s", c.Number, c.Name)}, {R: theme.Dim, S: " · " + strings.Join(zones, ", ")}}
		return panel.Spread(left, panel.L(theme.Dim, "  "+c.Head+" "+c.Phone+"  "+panel.Pad(c.Kind, 6)), w)
	})
}
