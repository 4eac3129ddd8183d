package dialog

import (
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"loaxa/ui/panel"
	"loaxa/ui/theme"
)

// field is one line of a form: a text, or one of several words.
type field struct {
	label   string
	hint    string
	in      textinput.Model
	choices []string // not empty: ← → and space choose
	at      int
	fixed   string // not empty: shown, chosen in a window of its own
}

func textField(label, value, hint string, limit int) *field {
	f := &field{label: label, hint: hint, in: newInput("", limit)}
	f.in.SetValue(value)
	f.in.CursorEnd()
	return f
}

func choiceField(label, hint string, choices []string, at int) *field {
	return &field{label: label, hint: hint, choices: choices, at: max(0, min(at, len(choices)-1))}
}

func (f *field) value() string {
	if f.fixed != "" {
		return f.fixed
	}
	if len(f.choices) > 0 {
		return f.choices[f.at]
	}
	return strings.TrimSpace(f.in.Value())
}

// form is fields under each other; the last line is the one that saves. ↑ ↓,
// Tab and Enter move, Enter on the last line saves.
type form struct {
	fields []*field
	save   string // the last line's word
	at     int    // len(fields): the last line
	why    string // what is wrong, in words
}

// key takes a message; true: the form is to be saved.
func (f *form) key(msg tea.Msg) bool {
	key := press(msg)
	n := len(f.fields)
	switch key {
	case "up", "shift+tab":
		f.at = max(0, f.at-1)
		return false
	case "down", "tab":
		f.at = min(n, f.at+1)
		return false
	case "enter":
		if f.at == n {
			return true
		}
		f.at++
		return false
	}
	if f.at >= n {
		return false
	}
	f.why = ""
	cur := f.fields[f.at]
	if cur.fixed != "" {
		return false
	}
	if len(cur.choices) == 0 {
		editInput(&cur.in, msg)
		return false
	}
	switch key {
	case "left":
		cur.at = (cur.at + len(cur.choices) - 1) % len(cur.choices)
	case "right", "space":
		cur.at = (cur.at + 1) % len(cur.choices)
	}
	return false
}

// lines draws the form w cells wide.
func (f *form) lines(s *panel.Scene, w int) []panel.Line {
	label := 8
	for _, x := range f.fields {
		label = max(label, panel.L(theme.Plain, x.label).Width())
	}
	label = min(label, w/2)
	var out []panel.Line
	for i, x := range f.fields {
		head := panel.Line{{R: theme.Dim, S: " " + panel.Pad(x.label, label) + "  "}}
		if i == f.at {
			head = panel.Line{{R: theme.Key, S: s.Th.G.Play + panel.Pad(x.label, label) + "  "}}
		}
		switch {
		case x.fixed != "" && i == f.at:
			head = append(head, panel.Seg{R: theme.Selected, S: x.fixed})
		case len(x.choices) > 0 && i == f.at:
			head = append(head, panel.Seg{R: theme.Selected, S: "‹ " + x.value() + " ›"})
		case len(x.choices) > 0:
			head = append(head, panel.Seg{R: theme.Plain, S: x.value()})
		case i == f.at:
			x.in.Focus()
			x.in.SetWidth(max(4, w-label-6))
			head = append(head, panel.Seg{R: theme.Raw, S: x.in.View()})
		case x.in.EchoMode == textinput.EchoPassword:
			head = append(head, panel.Seg{R: theme.Plain, S: strings.Repeat("*", len([]rune(x.value())))})
		default:
			head = append(head, panel.Seg{R: theme.Plain, S: x.value()})
		}
		out = append(out, head)
	}
	save := panel.L(theme.Title, "   "+f.save)
	if f.at == len(f.fields) {
		save = panel.Line{{R: theme.Plain, S: "  "}, {R: theme.Selected, S: " Enter: " + f.save + " "}}
	}
	out = append(out, nil, save)
	switch {
	case f.why != "":
		for _, l := range indent(f.why, w) {
			out = append(out, panel.L(theme.Warn, " "+l))
		}
	case f.at < len(f.fields) && f.fields[f.at].hint != "":
		for _, l := range indent(f.fields[f.at].hint, w) {
			out = append(out, panel.L(theme.Dim, " "+l))
		}
	}
	return out
}
