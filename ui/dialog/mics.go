package dialog

import (
	"fmt"
	"strings"

	"loaxa/app/station"
	"loaxa/ui/panel"
	"loaxa/ui/theme"
)

// micAuto is the rule that lets the machine choose its microphone.
const micAuto = "auto"

// micRows is how many microphones are shown at once.
const micRows = 6

// mics is the choice of the microphone inside the booth.
type mics struct {
	open   bool
	asked  bool
	told   bool
	names  []string // as a rule names them
	failed string
	list
}

// Want implements Asker.
func (l *Live) Want(*panel.Scene) *Ask {
	if !l.mics.open || l.mics.asked {
		return nil
	}
	l.mics.asked = true
	return &Ask{Kind: AskMics}
}

// Told implements Asker.
func (l *Live) Told(s *panel.Scene, t Told) {
	if t.Kind != AskMics || !l.mics.open {
		return
	}
	l.mics.told, l.mics.failed, l.mics.names = true, t.Err, append([]string{micAuto}, t.Mics...)
	for i, n := range l.mics.names {
		if n == s.Snap.Station.Rules.Mic {
			l.mics.at = i
		}
	}
}

// micName is how people know a microphone.
func micName(s *panel.Scene, rule string) string {
	if rule == micAuto {
		return s.T.Dialog.Booth.Choose[2]
	}
	return panel.Clean(strings.TrimPrefix(rule, "card:"))
}

// key takes a key while the list is open.
func (m *mics) key(s *panel.Scene, key string) Result {
	switch {
	case key == "esc":
		*m = mics{}
	case key == "enter" && m.at < len(m.names):
		rules := s.Snap.Station.Rules
		rules.Mic = m.names[m.at]
		*m = mics{}
		return Result{Intent: station.SettingsPut{Rules: rules}, More: []station.Intent{station.MicTest{On: true}},
			Sent: fmt.Sprintf(s.T.Dialog.Booth.Chosen, micName(s, rules.Mic))}
	default:
		m.list.key(key, len(m.names), micRows)
	}
	return Result{}
}

func (m *mics) lines(s *panel.Scene, w int) []panel.Line {
	t := s.T.Dialog.Booth
	out := []panel.Line{panel.L(theme.Key, " "+panel.Cut(t.Choose[1], w-2))}
	switch {
	case m.failed != "":
		return append(out, panel.L(theme.Warn, " "+panel.Cut(m.failed, w-2)))
	case !m.told:
		return append(out, panel.L(theme.Dim, " …"))
	}
	out = append(out, m.rows(len(m.names), micRows, func(i int) panel.Line {
		mark, role := s.Th.G.State.Idle, theme.Plain
		if m.names[i] == s.Snap.Station.Rules.Mic {
			mark = s.Th.G.State.Playing
		}
		if i == m.at {
			role = theme.Selected
		}
		return panel.L(role, " "+mark+" "+panel.Pad(panel.Cut(micName(s, m.names[i]), w-6), w-6)+" ")
	})...)
	if len(m.names) == 1 {
		out = append(out, panel.L(theme.Warn, " "+panel.Cut(t.Choose[3], w-2)))
	}
	return out
}
