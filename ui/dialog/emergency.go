package dialog

import (
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
	renew // a new word in place of the one that is open
)

// scope is where the emergency is to be heard.
type scope uint8

const (
	everywhere scope = iota // the commune
	inArea                  // the area of the CAP message that was taken
	onMark                  // the marked clusters
)

// nextScope goes round what there is to choose from.
func (e *Emergency) nextScope(s *panel.Scene) {
	for {
		e.only = (e.only + 1) % (onMark + 1)
		if e.only == everywhere || e.only == inArea && len(e.comp.cap.area) > 0 || e.only == onMark && len(s.Cursor.Marks) > 0 {
			return
		}
	}
}

// Emergency is the window of F12. Nothing airs before something was chosen and
// Ctrl+K pressed after it, so that no key alone, pressed twice or held down,
// can sound a siren.
type Emergency struct {
	chosen choice
	level  int
	only   scope
	text   textarea.Model
	words  textarea.Model // of the drill
	phrase int            // the prepared text that stands in the field; 0: the operator's own
	own    string
	of     station.BroadcastID // the open emergency that is shown
	comp   composer
}

// NewEmergency makes the window with nothing chosen.
func NewEmergency(s *panel.Scene) *Emergency {
	e := &Emergency{text: newArea(s.T.Dialog.Ask.Placeholder, station.MaxEmergency),
		words: newArea(s.T.Dialog.Ask.Placeholder, station.MaxEmergency)}
	e.words.SetValue(s.T.Dialog.Ask.DrillText)
	if em := s.Snap.Emergency; em != nil {
		e.of = em.ID
	}
	return e
}

// open are the emergencies that are open, the foremost first.
func open(s *panel.Scene) []station.EmergencyView {
	if len(s.Snap.Open) == 0 && s.Snap.Emergency != nil {
		return []station.EmergencyView{*s.Snap.Emergency}
	}
	return s.Snap.Open
}

// shown is the open emergency that the window is about, and its place in the
// list; nil: none is open.
func (e *Emergency) shown(s *panel.Scene) (*station.EmergencyView, int) {
	all := open(s)
	for i := range all {
		if all[i].ID == e.of {
			return &all[i], i
		}
	}
	if len(all) == 0 {
		return nil, 0
	}
	return &all[0], 0
}

// follow keeps a choice to the emergency for which it was made.
func (e *Emergency) follow(s *panel.Scene) {
	em, _ := e.shown(s)
	id := station.BroadcastID(0)
	if em != nil {
		id = em.ID
	}
	if id != e.of {
		switch e.chosen {
		case end, correct, allClear, renew:
			e.chosen = none
		default:
		}
		e.of = id
	}
}

// another shows the next of several that are open.
func (e *Emergency) another(s *panel.Scene, step int) {
	all := open(s)
	if len(all) < 2 || e.area() != nil {
		return
	}
	_, i := e.shown(s)
	e.of, e.chosen = all[(i+step+len(all))%len(all)].ID, none
}

// Drill chooses the drill, unless something is open that stands before it.
func (e *Emergency) Drill(s *panel.Scene) {
	if e.allowed(s, drill) {
		e.chosen = drill
	}
}

// choices lists what may be chosen now. Beside an open emergency another danger
// may be told; an open drill never stands in the way of a real one.
func (e *Emergency) choices(s *panel.Scene) []choice {
	switch em, _ := e.shown(s); {
	case em == nil:
		return []choice{sirenMic, sirenText, drill}
	case em.Drill:
		return []choice{sirenMic, sirenText, correct, allClear, end}
	}
	return []choice{correct, allClear, end, renew, sirenText, sirenMic}
}

func (e *Emergency) area() *textarea.Model {
	switch e.chosen {
	case sirenText, renew:
		return &e.text
	case drill:
		return &e.words
	default:
		return nil
	}
}

// Update takes a key.
func (e *Emergency) Update(s *panel.Scene, msg tea.Msg) Result {
	e.follow(s)
	if !e.allowed(s, e.chosen) {
		e.chosen, e.comp.stage = none, writing
	}
	switch key := press(msg); key {
	case "esc":
		switch {
		case e.comp.stage != writing:
			e.comp.stage = writing
			return Result{}
		case e.chosen == none:
			return Result{Close: true}
		}
		e.chosen, e.comp.cap.said, e.comp.cap.area = none, nil, nil
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
		e.nextScope(s)
		return Result{}
	}
	if e.compose(s, msg) {
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
	if e.area() != &e.text || len(ps) == 0 {
		return
	}
	if e.phrase == 0 {
		e.own = e.text.Value()
	}
	e.comp.cap.source = ""
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
			e.choice(s, c)
			return
		}
	}
	switch key {
	case "left":
		e.another(s, -1)
	case "right":
		e.another(s, 1)
	case "down":
		e.choice(s, cs[min(at+1, len(cs)-1)])
	case "up":
		if at < 0 {
			at = len(cs)
		}
		e.choice(s, cs[max(at-1, 0)])
	}
}

// choice chooses; a new word begins with the old one's.
func (e *Emergency) choice(s *panel.Scene, c choice) {
	e.chosen, e.comp.cap.said, e.comp.cap.area = c, nil, nil
	if em, _ := e.shown(s); c == renew && em != nil && strings.TrimSpace(e.text.Value()) == "" {
		e.text.SetValue(em.Text)
		e.level = em.Level
	}
}

func (e *Emergency) targets(s *panel.Scene) station.Targets {
	switch {
	case e.only == onMark:
		return s.Targets()
	case e.only == inArea && len(e.comp.cap.area) > 0:
		return station.Targets{Clusters: e.comp.cap.area}
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
	em, _ := e.shown(s)
	switch e.chosen {
	case none:
		return Result{Note: panel.Note{R: theme.Warn, S: s.T.Dialog.Emergency.Choose}}
	case end:
		return Result{Intent: station.EmergencyEnd{Of: em.ID}, Close: true}
	case allClear:
		return Result{Intent: station.EmergencyEnd{AllClear: true, Of: em.ID}, Close: true, Sent: s.T.Dialog.Correct.Cleared}
	case correct:
		return Result{Intent: station.EmergencyCorrect{Of: em.ID}, Close: true, Sent: s.T.Dialog.Correct.Corrected}
	case sirenMic:
		in.Mic = micUsable(s)
	case sirenText, renew:
		return e.airText(s, in, em)
	case drill:
		in.Drill, in.Text = true, strings.TrimSpace(e.words.Value())
		in.Mic = in.Text == "" && micUsable(s)
	}
	if in.Siren == "" && in.Text == "" && !in.Mic {
		in.Siren = chosenSiren(s)
	}
	return Result{Intent: in, Close: true, Sent: a.Sent}
}

// chosenSiren is the station's own choice where it has that tone, else the
// house's.
func chosenSiren(s *panel.Scene) string {
	if d := s.Snap.Station.Rules.DefaultSiren; slices.Contains(sirens(s), d) {
		return d
	}
	return siren(s.Snap.Station.Tones)
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
