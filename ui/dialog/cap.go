package dialog

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"loaxa/app/station"
	"loaxa/ui/panel"
	"loaxa/ui/theme"
)

// maxPath bounds a path that is typed.
const maxPath = 400

// capDraft brings the content of a CAP message into the composer. It chooses
// and fills in; nothing airs by it.
type capDraft struct {
	path   textinput.Model
	ask    *Ask
	waits  bool
	source string              // of the text that stands in the field; empty: the operator's own
	area   []station.ClusterID // that the message's area reaches, where that is not all; F2 takes it
	said   []string            // of what was taken, or why it was not
}

func (c *capDraft) begin() {
	c.path, c.waits, c.said = newInput("", maxPath), false, nil
}

func (c *capDraft) key(msg tea.Msg) {
	switch {
	case c.waits:
	case press(msg) == "enter" && strings.TrimSpace(c.path.Value()) != "":
		c.waits, c.said = true, nil
		c.ask = &Ask{Kind: AskCAP, Asked: Asked{Path: c.path.Value()}}
	default:
		editInput(&c.path, msg)
	}
}

func (c *capDraft) lines(s *panel.Scene, w int) []panel.Line {
	t := s.T.Dialog.CAP
	out := []panel.Line{inputLine(s, t.Path, &c.path, w)}
	if c.waits {
		out = append(out, panel.L(theme.Dim, " "+t.Reading))
	}
	return append(out, panel.L(theme.Dim, " "+t.Keys))
}

// Want implements Asker.
func (e *Emergency) Want(*panel.Scene) *Ask {
	a := e.comp.cap.ask
	e.comp.cap.ask = nil
	return a
}

// Told implements Asker.
func (e *Emergency) Told(s *panel.Scene, t Told) {
	c := &e.comp.cap
	if t.Kind != AskCAP || !c.waits || e.comp.stage != capping {
		return
	}
	c.waits = false
	if t.Err != "" || t.CAP == nil {
		c.said = []string{fmt.Sprintf(s.T.Dialog.CAP.Bad, panel.Clean(t.Err))}
		return
	}
	if e.takeCAP(s, t.CAP) {
		e.comp.stage = writing
	}
}

// referred is the open emergency that a message speaks of.
func referred(s *panel.Scene, msg *station.CAP) *station.EmergencyView {
	all := open(s)
	for i := range all {
		if msg.UpdatesOne(all[i], s.Snap.Station.ID) {
			return &all[i]
		}
	}
	return nil
}

// takeCAP makes a draft of a message: a new word, one in the place of an open
// one, a drill, or the end of what it cancels. False: nothing was taken.
func (e *Emergency) takeCAP(s *panel.Scene, msg *station.CAP) bool {
	t, c := s.T.Dialog.CAP, &e.comp.cap
	old, info := referred(s, msg), msg.In("vi")
	no := func(why string) bool {
		c.said = []string{why}
		return false
	}
	switch {
	case msg.MsgType == "Cancel" && (old == nil || msg.Exercise() != old.Drill):
		return no(t.NoCancel)
	case msg.MsgType == "Cancel":
		e.of, e.chosen, c.said = old.ID, allClear, []string{t.Cancel}
		return true
	case info == nil || msg.MsgType != "Alert" && msg.MsgType != "Update" || msg.Status == "Draft" || msg.Status == "System":
		return no(t.NotWarning)
	case info.Over(s.Wall):
		return no(fmt.Sprintf(t.Over, panel.Clean(info.Expires)))
	}
	if msg.Exercise() {
		e.chosen = drill
		if !e.allowed(s, drill) {
			e.chosen = sirenText
			return no(t.DrillBlocked)
		}
		e.words.SetValue(info.Text())
		c.said = []string{t.Drill}
		e.takeArea(s, info)
		return true
	}
	e.comp.chosen, e.comp.waived, e.phrase = nil, nil, 0
	e.text.SetValue(info.Text())
	e.level, c.source = info.Level(), msg.Key()
	c.said = []string{fmt.Sprintf(t.Taken, panel.Clean(msg.Sender))}
	if words := e.comp.second.take(s, msg.Second()); words != "" {
		c.said = append(c.said, words)
	}
	e.takeArea(s, info)
	e.chosen = sirenText
	switch {
	case msg.MsgType != "Update":
	case old != nil && !old.Drill:
		e.of, e.chosen = old.ID, renew
		c.said = append(c.said, t.Update)
	default:
		c.said = append(c.said, t.NoOld)
	}
	return true
}

// takeArea proposes the clusters of the message's area. Everywhere stays chosen
// until the operator takes it.
func (e *Emergency) takeArea(s *panel.Scene, info *station.CAPInfo) {
	t, c := s.T.CAPArea(), &e.comp.cap
	roster := make([]station.Cluster, len(s.Snap.Clusters))
	for i := range s.Snap.Clusters {
		roster[i] = s.Snap.Clusters[i].Cluster
	}
	ids, shaped := info.Within(roster)
	if e.only == inArea {
		e.only = everywhere
	}
	switch c.area = nil; {
	case len(ids) == 0 && shaped:
		c.said = append(c.said, t.None)
	case len(ids) == 0 || len(ids) == len(roster):
	default:
		c.area = ids
		var names []*station.ClusterView
		for _, id := range ids {
			names = append(names, s.Cluster(id))
		}
		c.said = append(c.said, fmt.Sprintf(t.Some, len(ids), len(roster), panel.Names(names, 60)))
	}
}

// capTail is what stands under the text of a message that was taken.
func (e *Emergency) capTail(s *panel.Scene) (out []panel.Line) {
	for _, words := range e.comp.cap.said {
		for _, l := range panel.Wrap(words, 76) {
			out = append(out, panel.L(theme.Warn, " "+l))
		}
	}
	if len(out) == 0 && e.comp.stage == writing && strings.TrimSpace(e.text.Value()) == "" && (e.chosen == sirenText || e.chosen == renew) {
		out = append(out, panel.L(theme.Key, " "+s.T.Dialog.CAP.Key))
	}
	return out
}
