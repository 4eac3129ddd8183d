package dialog

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"loaxa/app/station"
	"loaxa/ui/panel"
	"loaxa/ui/theme"
)

// Settings is F10: the station, its zones, its clusters, this machine.
type Settings struct {
	tab      int
	rules    *form
	zones    list
	clusters list
	edit     *editing
	sent     *editing // was sent and not answered with a refusal yet
	will     *will
}

// editing is a form of a zone or a cluster.
type editing struct {
	form
	zone    string // its id; empty: a new one
	cluster station.ClusterID
}

// NewSettings makes the screen.
func NewSettings(s *panel.Scene) *Settings { return &Settings{rules: rulesForm(s)} }

// sirens are the tones that may begin an emergency.
func sirens(s *panel.Scene) (out []string) {
	for _, t := range s.Snap.Station.Tones {
		if t != "chime" && t != "all-clear" {
			out = append(out, t)
		}
	}
	return out
}

func toneWords(s *panel.Scene, tones []string) []string {
	out := make([]string, len(tones))
	for i, t := range tones {
		out[i] = s.T.Word(t)
	}
	return out
}

func rulesForm(s *panel.Scene) *form {
	t, r := s.T.Dialog.Settings, s.Snap.Station.Rules
	minutes := func(d time.Duration) string {
		return strings.TrimSuffix(strings.TrimSuffix(s.T.Number(d.Minutes(), 1), "0"), ",")
	}
	tones := sirens(s)
	chime := 0
	if r.Chime == "none" {
		chime = 1
	}
	f := &form{save: t.Save, fields: []*field{
		textField(t.Rules.Fields[0], r.Name, t.Rules.Hints[0], station.MaxName),
		textField(t.Rules.Fields[1], strings.TrimSuffix(minutes(r.MicLimit), "."), t.Rules.Hints[1], 6),
		textField(t.Rules.Fields[2], strconv.Itoa(int(r.MicSilence.Seconds())), t.Rules.Hints[2], 6),
		choiceField(t.Rules.Fields[3], t.Rules.Hints[3], []string{t.Rules.Chime, t.Rules.NoChime}, chime),
		choiceField(t.Rules.Fields[4], t.Rules.Hints[4], toneWords(s, tones), slices.Index(tones, r.DefaultSiren)),
		textField(t.Rules.Fields[5], r.Hotline, t.Rules.Hints[5], 60),
	}}
	for i := range 3 {
		v := ""
		if i < len(r.Phrases) {
			v = r.Phrases[i]
		}
		f.fields = append(f.fields, textField(fmt.Sprintf(t.Rules.Phrases, i+1), v, t.Rules.PhraseHint, station.MaxEmergency))
	}
	return f
}

// read makes rules of what was typed, or says what is wrong.
func (d *Settings) read(s *panel.Scene) (r station.Rules, why string) {
	t, f := s.T.Dialog.Settings, d.rules
	r = s.Snap.Station.Rules
	r.Name = f.fields[0].value()
	limit, err := strconv.ParseFloat(strings.Replace(f.fields[1].value(), ",", ".", 1), 64)
	if r.MicLimit = time.Duration(limit * float64(time.Minute)).Round(time.Second); err != nil || r.MicLimit < station.MinMicLimit || r.MicLimit > station.MaxMicLimit {
		f.at = 1
		return r, t.Rules.Hints[1]
	}
	silence, err := strconv.Atoi(f.fields[2].value())
	if r.MicSilence = time.Duration(silence) * time.Second; err != nil || r.MicSilence < station.MinMicSilence || r.MicSilence > station.MaxMicSilence {
		f.at = 2
		return r, t.Rules.Hints[2]
	}
	switch {
	case f.fields[3].at == 1:
		r.Chime = "none"
	case r.Chime == "none":
		r.Chime = ""
	}
	if tones := sirens(s); len(tones) > 0 {
		r.DefaultSiren = tones[f.fields[4].at]
	}
	r.Hotline = f.fields[5].value()
	var phrases []string
	for _, x := range f.fields[6:] {
		if x.value() != "" {
			phrases = append(phrases, x.value())
		}
	}
	if n := len(r.Phrases); n > 3 {
		phrases = append(phrases, r.Phrases[3:]...)
	}
	r.Phrases, r.Ready = phrases, true
	return r, ""
}

// Update takes a key.
func (d *Settings) Update(s *panel.Scene, msg tea.Msg) Result {
	key := press(msg)
	switch {
	case d.will != nil:
		w := d.will
		switch key {
		case w.confirm():
			d.will = nil
			return Result{Intent: w.does[0], Sent: w.sent}
		case "esc":
			d.will = nil
		}
		return Result{}
	case d.edit != nil:
		return d.editKey(s, msg)
	}
	if at, ok := tabKey(key, "f10", d.tab, 4); ok || key == "ctrl+l" {
		if key == "ctrl+l" {
			at = (d.tab + 1) % 4
		}
		d.tab = at
		return Result{}
	}
	if key == "esc" {
		return Result{Close: true}
	}
	switch d.tab {
	case 0:
		if !d.rules.key(msg) {
			return Result{}
		}
		r, why := d.read(s)
		if d.rules.why = why; why != "" {
			return Result{}
		}
		return Result{Intent: station.SettingsPut{Rules: r}, Sent: s.T.Dialog.Settings.Saved}
	case 1:
		return d.zoneKey(s, key)
	case 2:
		return d.clusterKey(s, key)
	}
	return Result{Pass: true}
}

func (d *Settings) zoneKey(s *panel.Scene, key string) Result {
	t, zs := s.T.Dialog.Settings, s.Snap.Station.Zones
	if d.zones.key(key, len(zs), 10) {
		return Result{}
	}
	switch key {
	case "ctrl+o", "insert":
		d.edit = &editing{form: form{save: t.Save, fields: []*field{textField(t.Zone.Name, "", "", station.MaxName)}}}
	case "enter":
		if d.zones.at < len(zs) {
			z := zs[d.zones.at]
			d.edit = &editing{zone: z.ID, form: form{save: t.Save, fields: []*field{textField(t.Zone.Name, z.Name, "", station.MaxName)}}}
		}
	case "delete", "ctrl+d":
		if d.zones.at < len(zs) {
			z := zs[d.zones.at]
			d.will = &will{words: fmt.Sprintf(t.Zone.Remove, z.Name), does: []station.Intent{station.ZoneRemove{ID: z.ID}}, sent: fmt.Sprintf(s.T.Foot.Removed, z.Name)}
		}
	default:
		return Result{Pass: true}
	}
	return Result{}
}

func (d *Settings) clusterKey(s *panel.Scene, key string) Result {
	t, cs := s.T.Dialog.Settings, s.Snap.Clusters
	if d.clusters.key(key, len(cs), 10) {
		return Result{}
	}
	if d.clusters.at >= len(cs) {
		return Result{Pass: true}
	}
	c := cs[d.clusters.at]
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
	e := &editing{cluster: c.ID, form: form{save: t.Save}}
	for i, v := range []string{c.Name, strconv.Itoa(c.Number), c.Kind, strings.Join(zones, ", "), c.Head, c.Phone, deg(c.Lat), deg(c.Lon)} {
		e.fields = append(e.fields, textField(t.Cluster.Fields[i], v, t.Cluster.Hints[i], 200))
	}
	return e
}

func (d *Settings) editKey(s *panel.Scene, msg tea.Msg) Result {
	if press(msg) == "esc" {
		d.edit = nil
		return Result{}
	}
	if !d.edit.key(msg) {
		return Result{}
	}
	t, e := s.T.Dialog.Settings, d.edit
	if e.cluster != "" {
		in, bad := e.readCluster(s)
		if bad >= 0 {
			e.at, e.why = bad, fmt.Sprintf(t.BadNumber, e.fields[bad].label)+" "+e.fields[bad].hint
			return Result{}
		}
		d.edit, d.sent = nil, e
		return Result{Intent: in, Sent: t.Saved}
	}
	name := e.fields[0].value()
	if name == "" {
		e.at, e.why = 0, fmt.Sprintf(t.BadNumber, e.fields[0].label)
		return Result{}
	}
	id := e.zone
	if id == "" {
		id = zoneID(s, name)
	}
	d.edit, d.sent = nil, e
	return Result{Intent: station.ZonePut{Zone: station.Zone{ID: id, Name: name}}, Sent: t.Saved}
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
	return station.ClusterPut{Cluster: c}, -1
}

// Refused implements Refusable: what was typed comes back.
func (d *Settings) Refused(words string) {
	if d.sent != nil {
		d.edit, d.sent = d.sent, nil
		d.edit.why = words
		return
	}
	d.rules.why = words
}

// Busy implements Refusable.
func (d *Settings) Busy() bool { return d.edit != nil }

// Hints implements Full.
func (d *Settings) Hints(s *panel.Scene) []panel.KeyHint {
	h := s.T.Dialog.Settings.Hints
	k := func(key string, i int) panel.KeyHint { return panel.KeyHint{Key: key, Word: h[i]} }
	switch {
	case d.will != nil || d.edit != nil || d.tab == 0:
		return []panel.KeyHint{k("Ctrl+L", 0), k("Enter", 1), k("Esc", 4)}
	case d.tab == 1:
		return []panel.KeyHint{k("Ctrl+L", 0), {Key: "Ctrl+O", Word: s.T.Dialog.Settings.Zone.New}, k("Enter", 1), k("Delete", 2), k("Esc", 4)}
	case d.tab == 2:
		return []panel.KeyHint{k("Ctrl+L", 0), k("Enter", 1), k("Ctrl+T", 3), k("Delete", 2), k("Esc", 4)}
	}
	return []panel.KeyHint{k("Ctrl+L", 0), k("Esc", 4)}
}

// View draws the screen.
func (d *Settings) View(s *panel.Scene, a panel.Area) []string {
	t, w, h := s.T.Dialog.Settings, a.W-2, a.H-2
	body := []panel.Line{tabLine(t.Tabs[:], d.tab, nil), nil}
	var tail []panel.Line
	if d.will != nil {
		for _, l := range indent(d.will.words, w) {
			tail = append(tail, panel.L(theme.Live, " "+l+" "))
		}
		tail = append(tail, panel.L(theme.Key, " Enter · Esc"))
	}
	room := max(1, h-len(body)-len(tail))
	switch {
	case d.edit != nil:
		body = append(body, d.edit.lines(s, w)...)
	case d.tab == 0:
		body = append(body, d.rules.lines(s, w)...)
	case d.tab == 1:
		body = append(body, d.zoneLines(s, w, room)...)
	case d.tab == 2:
		body = append(body, d.clusterLines(s, w, room)...)
	default:
		body = append(body, machineLines(s, w)...)
	}
	return panel.Box(s.Th, true, "F10 "+t.Title, foot(d.Hints(s)), fill(body, tail, h), a)
}

func (d *Settings) zoneLines(s *panel.Scene, w, room int) []panel.Line {
	zs := s.Snap.Station.Zones
	if len(zs) == 0 {
		return []panel.Line{panel.L(theme.Dim, " "+s.T.Dialog.Settings.Zone.None)}
	}
	return d.zones.rows(len(zs), room, func(i int) panel.Line {
		n := s.Meant(station.Targets{Zones: []string{zs[i].ID}})
		return panel.Spread(panel.L(theme.Plain, "  "+zs[i].Name), panel.L(theme.Dim, "  "+s.T.Clusters(n, false)+" "), w)
	})
}

func (d *Settings) clusterLines(s *panel.Scene, w, room int) []panel.Line {
	cs := s.Snap.Clusters
	if len(cs) == 0 {
		return []panel.Line{panel.L(theme.Dim, " "+s.T.Cluster.NoRoster)}
	}
	return d.clusters.rows(len(cs), room, func(i int) panel.Line {
		c := &cs[i]
		var zones []string
		for _, z := range c.Zones {
			zones = append(zones, s.ZoneName(z))
		}
		left := panel.Line{{R: theme.Plain, S: fmt.Sprintf(" %3d %s", c.Number, c.Name)}, {R: theme.Dim, S: " · " + strings.Join(zones, ", ")}}
		return panel.Spread(left, panel.L(theme.Dim, "  "+c.Head+" "+c.Phone+"  "+panel.Pad(c.Kind, 6)), w)
	})
}
