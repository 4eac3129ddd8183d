package dialog

import (
	"fmt"
	"slices"
	"strings"

	"charm.land/bubbles/v2/textarea"
	tea "charm.land/bubbletea/v2"

	"loaxa/app/station"
	"loaxa/ui/panel"
	"loaxa/ui/theme"
)

// choice is what the operator chose in the emergency window.
type choice uint8

const (
	none choice = iota
	sirenMic
	sirenText
	drill
	end
	correct
	allClear
)

// Emergency is the window of F12. Nothing airs before something was chosen and
// Ctrl+K pressed after it, so that no key alone, pressed twice or held down,
// can sound a siren.
type Emergency struct {
	chosen choice
	level  int
	marked bool // only the marked clusters
	text   textarea.Model
	words  textarea.Model // of the drill
	phrase int            // the prepared text that stands in the field; 0: the operator's own
	own    string
}

// NewEmergency makes the window with nothing chosen.
func NewEmergency(s *panel.Scene) *Emergency {
	e := &Emergency{text: newArea(s.T.Dialog.Ask.Placeholder, station.MaxEmergency),
		words: newArea(s.T.Dialog.Ask.Placeholder, station.MaxEmergency)}
	e.words.SetValue(s.T.Dialog.Ask.DrillText)
	return e
}

// Drill chooses the drill, unless something is open that stands before it.
func (e *Emergency) Drill(s *panel.Scene) {
	if e.allowed(s, drill) {
		e.chosen = drill
	}
}

// choices lists what may be chosen now: an open emergency must be ended before
// a new one; an open drill never stands in the way of a real one.
func (e *Emergency) choices(s *panel.Scene) []choice {
	switch em := s.Snap.Emergency; {
	case em == nil:
		return []choice{sirenMic, sirenText, drill}
	case em.Drill:
		return []choice{sirenMic, sirenText, correct, allClear, end}
	}
	return []choice{correct, allClear, end}
}

func (e *Emergency) area() *textarea.Model {
	switch e.chosen {
	case sirenText:
		return &e.text
	case drill:
		return &e.words
	default:
		return nil
	}
}

// Update takes a key.
func (e *Emergency) Update(s *panel.Scene, msg tea.Msg) Result {
	if !e.allowed(s, e.chosen) {
		e.chosen = none
	}
	switch key := press(msg); key {
	case "esc":
		if e.chosen == none {
			return Result{Close: true}
		}
		e.chosen = none
		return Result{}
	case "ctrl+k":
		return e.air(s)
	case "f8": // at once: the window has said what it does
		if !e.allowed(s, correct) {
			return Result{}
		}
		e.chosen = correct
		return e.air(s)
	case "f2":
		e.marked = !e.marked && len(s.Cursor.Marks) > 0
		return Result{}
	case "ctrl+l":
		if e.chosen == sirenText {
			e.level = (e.level + 1) % 6
		}
		return Result{}
	case "tab":
		e.nextPhrase(s)
		return Result{}
	}
	if a := e.area(); a != nil {
		editArea(a, msg)
		return Result{}
	}
	e.choose(s, press(msg), typed(msg))
	return Result{}
}

// nextPhrase puts the next prepared text into the field; what was typed comes
// back after the last.
func (e *Emergency) nextPhrase(s *panel.Scene) {
	ps := s.Snap.Station.Rules.Phrases
	if e.chosen != sirenText || len(ps) == 0 {
		return
	}
	if e.phrase == 0 {
		e.own = e.text.Value()
	}
	e.phrase = (e.phrase + 1) % (len(ps) + 1)
	if e.phrase == 0 {
		e.text.SetValue(e.own)
		return
	}
	e.text.SetValue(ps[e.phrase-1])
}

func (e *Emergency) allowed(s *panel.Scene, c choice) bool {
	for _, o := range e.choices(s) {
		if o == c {
			return true
		}
	}
	return false
}

func (e *Emergency) choose(s *panel.Scene, key, text string) {
	cs := e.choices(s)
	at := -1
	for i, c := range cs {
		if c == e.chosen {
			at = i
		}
		if text == string(rune('1'+i)) {
			e.chosen = c
			return
		}
	}
	switch key {
	case "down":
		e.chosen = cs[min(at+1, len(cs)-1)]
	case "up":
		if at < 0 {
			at = len(cs)
		}
		e.chosen = cs[max(at-1, 0)]
	}
}

func (e *Emergency) targets(s *panel.Scene) station.Targets {
	if e.marked {
		return s.Targets()
	}
	return station.Everywhere()
}

func micUsable(s *panel.Scene) bool {
	m := s.Snap.Mic.State
	return m != "" && m != station.MicNone && m != station.MicBroken
}

func (e *Emergency) air(s *panel.Scene) Result {
	a := s.T.Dialog.Ask
	in := station.EmergencyStart{Targets: e.targets(s)}
	switch e.chosen {
	case none:
		return Result{Note: panel.Note{R: theme.Warn, S: s.T.Dialog.Emergency.Choose}}
	case end:
		return Result{Intent: station.EmergencyEnd{}, Close: true}
	case allClear:
		return Result{Intent: station.EmergencyEnd{AllClear: true}, Close: true, Sent: s.T.Dialog.Correct.Cleared}
	case correct:
		return Result{Intent: station.EmergencyCorrect{}, Close: true, Sent: s.T.Dialog.Correct.Corrected}
	case sirenMic:
		in.Mic = micUsable(s)
	case sirenText:
		in.Text, in.Level = strings.TrimSpace(e.text.Value()), e.level
	case drill:
		in.Drill, in.Text = true, strings.TrimSpace(e.words.Value())
		in.Mic = in.Text == "" && micUsable(s)
	}
	if in.Siren == "" && in.Text == "" && !in.Mic {
		in.Siren = siren(s.Snap.Station.Tones)
	}
	return Result{Intent: in, Close: true, Sent: a.Sent}
}

// siren picks what to sound when there is neither text nor voice: the house's
// attention signal, else the first that is no chime and no all-clear.
func siren(tones []string) string {
	if slices.Contains(tones, "attention") {
		return "attention"
	}
	for _, t := range tones {
		if t != "chime" && t != "all-clear" {
			return t
		}
	}
	return ""
}

// View draws the window.
func (e *Emergency) View(s *panel.Scene, a panel.Area) []string {
	t := s.T.Dialog.Emergency
	w, inner := size(a, 92)
	role, title := theme.Emergency, t.Title
	if em := s.Snap.Emergency; em != nil {
		title = t.OpenTitle
		if em.Drill {
			role, title = theme.Drill, t.DrillTitle
		}
	}
	if e.chosen == drill {
		role, title = theme.Drill, t.DrillTitle
	}
	body := e.reach(s, inner)
	cs := e.choices(s)
	for i, c := range cs {
		body = append(body, e.option(s, c, i+1))
	}
	tail := e.tail(s, role, inner)
	if ar := e.area(); ar != nil {
		rows := max(2, min(6, a.H-2-len(body)-len(tail)-1))
		body = append(append(body, nil), areaLines(s, ar, inner, rows)...)
	}
	body = append(body, tail...)
	return panel.Alarm(s.Th, role, title, body, panel.Area{W: w, H: min(a.H, len(body)+2)})
}

// reach says who hears the order and who may not, with whom to ring.
func (e *Emergency) reach(s *panel.Scene, w int) []panel.Line {
	t := s.T.Dialog.Emergency
	tg := e.targets(s)
	can, meant := s.Reachable(tg)
	out := []panel.Line{{{R: theme.Title, S: " " + fmt.Sprintf(t.Reach, s.Where(tg, meant, false), can, meant)}}}
	if n := len(s.Targets().Clusters); n > 0 {
		words := fmt.Sprintf(s.T.Dialog.Live.Only, n)
		if e.marked {
			words = s.T.Dialog.Live.All
		}
		out[0] = append(out[0], panel.Seg{R: theme.Key, S: "   " + words})
	}
	if cs := unreached(s); len(cs) > 0 {
		out = append(out, panel.L(theme.Warn, " "+fmt.Sprintf(t.NotSure, panel.Names(cs, w-20))))
		for i, c := range cs {
			if c.Phone == "" || i > 1 {
				continue
			}
			call := fmt.Sprintf(s.T.Cluster.Call, c.Name, c.Head, c.Phone)
			if s.Demo {
				call += " " + s.T.Cluster.Sample
			}
			out = append(out, panel.L(theme.Plain, "   "+call))
		}
	}
	if em := s.Snap.Emergency; em != nil {
		out = append(out, panel.L(theme.Title, " "+fmt.Sprintf(t.Open, s.T.Age(s.Age(em.Since)), em.Who)))
		for i, l := range indent(em.Text, w) {
			if i < 3 {
				out = append(out, panel.L(theme.Plain, "   "+l))
			}
		}
	} else if top := s.Top(); top != nil {
		out = append(out, panel.L(theme.Dim, " "+fmt.Sprintf(s.T.Dialog.Ask.Cuts, panel.Title(s, top))))
	}
	return append(out, nil)
}

func unreached(s *panel.Scene) (out []*station.ClusterView) {
	for _, c := range s.Ordered() {
		switch s.State(c) {
		case station.ClusterLost, station.ClusterUnknown, station.ClusterMuted:
			out = append(out, c)
		default:
		}
	}
	return out
}

func (e *Emergency) option(s *panel.Scene, c choice, n int) panel.Line {
	t, x := s.T.Dialog.Emergency, s.T.Dialog.Correct
	words := map[choice]string{sirenMic: t.SirenMic, sirenText: t.SirenText, drill: t.Drill, end: t.End, correct: x.Correct, allClear: x.AllClear}[c]
	if s.Snap.Emergency != nil && s.Snap.Emergency.Drill {
		switch c {
		case end:
			words = t.EndDrill
		case correct:
			words = x.CorrectDrill
		case allClear:
			words = x.ClearDrill
		default:
		}
	}
	if c == e.chosen {
		return panel.Line{{R: theme.Key, S: " " + s.Th.G.Play}, {R: theme.Selected, S: fmt.Sprintf(" %d  %s ", n, words)}}
	}
	return panel.Line{{R: theme.Key, S: fmt.Sprintf("   %d  ", n)}, {R: theme.Title, S: words}}
}

// tail says exactly what Ctrl+K will do, and what is missing; nothing there is
// a wall before the siren.
func (e *Emergency) tail(s *panel.Scene, role theme.Role, w int) []panel.Line {
	t, a := s.T.Dialog.Emergency, s.T.Dialog.Ask
	tg := e.targets(s)
	where := s.Where(tg, s.Meant(tg), false)
	var out []panel.Line
	warn := func(words string) { out = append(out, panel.L(theme.Warn, " "+words)) }
	will := ""
	switch e.chosen {
	case none:
		return []panel.Line{nil, {{R: theme.Key, S: " " + t.Choose}, {R: theme.Plain, S: "   " + t.Leave}}}
	case end:
		will = a.WillEnd
	case allClear:
		will = s.T.Dialog.Correct.WillClear
	case correct:
		will = fmt.Sprintf(s.T.Dialog.Correct.WillCorrect, s.Snap.Emergency.Since.Wall.Format("15:04"))
	case sirenMic:
		will = fmt.Sprintf(a.WillMic, where)
		if !micUsable(s) {
			warn(a.NoMic)
			will = fmt.Sprintf(a.WillSiren, where)
		}
	case sirenText:
		out = append(out, panel.Line{{R: theme.Plain, S: " " + fmt.Sprintf(a.Level, s.T.Books.Level[e.level])}, {R: theme.Key, S: "   " + a.LevelKeys}})
		if n := len(s.Snap.Station.Rules.Phrases); n > 0 {
			out = append(out, panel.L(theme.Key, " "+fmt.Sprintf(s.T.Dialog.Correct.Phrase, e.phrase, n)))
		}
		will = fmt.Sprintf(a.WillText, where)
		if strings.TrimSpace(e.text.Value()) == "" {
			warn(a.NoText)
			will = fmt.Sprintf(a.WillSiren, where)
		}
	case drill:
		will = fmt.Sprintf(a.WillDrillText, where)
		if strings.TrimSpace(e.words.Value()) == "" {
			will = fmt.Sprintf(a.WillDrillMic, where)
		}
	}
	if e.area() != nil {
		for _, m := range s.Snap.Station.Missing {
			switch {
			case m == "speech" && e.chosen == drill:
				warn(s.T.Word("drill-needs-speech"))
			case m == "speech":
				warn(s.T.Books.Missing[m])
			}
		}
	}
	out = append(out, nil)
	for _, l := range indent(will, w) {
		out = append(out, panel.L(role, " "+l+" "))
	}
	return append(out, panel.Line{{R: theme.Plain, S: " " + t.Leave}})
}
