package dialog

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"loaxa/app/station"
	"loaxa/ui/panel"
	"loaxa/ui/text"
	"loaxa/ui/theme"
)

// enrolling lets a new cluster in: a form, then a one-time code, then the
// cluster that proved it.
type enrolling struct {
	form
	invite  station.Invitation
	asked   bool // the code is wanted, or there
	waiting bool
	seq     int
	code    station.EnrolCode
	until   time.Duration              // mono: the code is good until then
	before  map[station.ClusterID]bool // who was on the roster when the code was opened
}

func newEnrolling(s *panel.Scene) *enrolling {
	t := s.T.Dialog.Day.Enrol
	e := &enrolling{form: form{save: t.Open}, before: map[station.ClusterID]bool{}}
	next := 1
	for _, c := range s.Snap.Clusters {
		next = max(next, c.Number+1)
	}
	for i, v := range []string{"", strconv.Itoa(next), ""} {
		e.fields = append(e.fields, textField(t.Fields[i], v, t.Hints[i], 200))
	}
	return e
}

// key takes a message; true: the window is done.
func (e *enrolling) key(s *panel.Scene, msg tea.Msg) bool {
	if press(msg) == "esc" {
		return true
	}
	if e.asked || !e.form.key(msg) {
		return false
	}
	t := s.T.Dialog.Day.Enrol
	in := station.Invitation{Kind: "cluster", Name: e.fields[0].value()}
	var err error
	in.Number, err = strconv.Atoi(e.fields[1].value())
	to, bad := whereOf(s, e.fields[2].value())
	switch {
	case in.Name == "":
		e.at, e.why = 0, t.Fields[0]+"?"
		return false
	case err != nil || in.Number < 1 || in.Number > 999 || slices.ContainsFunc(s.Snap.Clusters, func(c station.ClusterView) bool { return c.Number == in.Number }):
		e.at, e.why = 1, t.BadNumber
		return false
	case e.fields[2].value() != "" && (bad != "" || to.All || len(to.Clusters) > 0):
		e.at, e.why = 2, fmt.Sprintf(s.T.Dialog.Plan.Form.BadWhere, bad)
		return false
	}
	in.Zones = to.Zones
	for _, c := range s.Snap.Clusters {
		e.before[c.ID] = true
	}
	e.invite, e.asked = in, true
	return false
}

func (e *enrolling) want() *Ask {
	if !e.asked || e.waiting || e.code.Code != "" {
		return nil
	}
	e.seq++
	e.waiting = true
	return &Ask{Kind: AskEnrol, Seq: e.seq, Asked: Asked{Invite: e.invite}}
}

func (e *enrolling) told(s *panel.Scene, t Told) {
	if t.Seq != e.seq {
		return
	}
	e.waiting = false
	if t.Err != "" {
		e.asked, e.why = false, t.Err
		return
	}
	e.code, e.until = t.Code, s.Mono+t.Code.Valid
}

// groupsOf writes a code or a fingerprint in groups, to be read out.
func groupsOf(v string, n int) string {
	var out []string
	for len(v) > n {
		out, v = append(out, v[:n]), v[n:]
	}
	return strings.Join(append(out, v), "-")
}

func (e *enrolling) lines(s *panel.Scene, w int) []panel.Line {
	t := s.T.Dialog.Day.Enrol
	if !e.asked {
		return append([]panel.Line{panel.L(theme.Title, " "+t.New), nil}, e.form.lines(s, w)...)
	}
	out := []panel.Line{panel.L(theme.Title, " "+fmt.Sprintf(t.Title, e.invite.Name)), nil}
	if e.code.Code == "" {
		return append(out, panel.L(theme.Dim, " "+t.Waiting))
	}
	for i := range s.Snap.Clusters {
		if c := &s.Snap.Clusters[i]; !e.before[c.ID] {
			out = append(out, panel.L(theme.Good, " "+s.Th.G.Tick+" "+fmt.Sprintf(t.Came, c.Number, c.Name)),
				panel.L(theme.Dim, "   "+groupsOf(short(string(c.ID)), 4)))
			return append(out, nil, panel.L(theme.Key, " "+t.Done))
		}
	}
	code := groupsOf(e.code.Code, 5)
	out = append(out, panel.Line{{R: theme.Dim, S: " " + t.Code + " "}, {R: theme.Selected, S: " " + strings.ToUpper(code) + " "}},
		panel.Line{{R: theme.Dim, S: " " + t.Address + " "}, {R: theme.Plain, S: e.code.Addr}},
		panel.Line{{R: theme.Dim, S: " " + t.Key + " "}, {R: theme.Plain, S: groupsOf(short(e.code.ID), 4)}}, nil)
	for _, l := range indent(fmt.Sprintf(t.How, e.code.Addr, code), w) {
		out = append(out, panel.L(theme.Plain, " "+l))
	}
	left := panel.L(theme.Live, " "+t.Over)
	if e.until > s.Mono {
		left = panel.L(theme.Plain, " "+fmt.Sprintf(t.Left, text.Clock(e.until-s.Mono)))
	}
	return append(out, nil, left)
}

// short is the beginning of a fingerprint that people compare.
func short(id string) string { return id[:min(len(id), 8)] }
