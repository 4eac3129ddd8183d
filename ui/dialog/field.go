package dialog

import (
	"strings"

	"charm.land/bubbles/v2/textarea"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"golang.org/x/text/unicode/norm"

	"loaxa/ui/panel"
	"loaxa/ui/theme"
)

// passes tells whether a message may reach a text field: text, editing keys
// and paste; F-keys and the acts' Ctrl forms never do.
func passes(msg tea.Msg) bool {
	switch k := msg.(type) {
	case tea.PasteMsg:
		return true
	case tea.KeyPressMsg:
		switch k.Keystroke() {
		case "backspace", "ctrl+h", "delete", "left", "right", "up", "down", "home", "end", "enter", "space", "shift+enter",
			"ctrl+left", "ctrl+right", "alt+left", "alt+right", "ctrl+a", "ctrl+e", "ctrl+w", "ctrl+u":
			return true
		}
		return k.Text != "" && k.Mod&(tea.ModCtrl|tea.ModAlt) == 0
	}
	return false
}

// erases takes Ctrl+H, as which some terminals send the Backspace key, for that
// key: input methods put letters right by it.
func erases(msg tea.Msg) tea.Msg {
	if press(msg) == "ctrl+h" {
		return tea.KeyPressMsg{Code: tea.KeyBackspace}
	}
	return msg
}

func newArea(placeholder string, limit int) textarea.Model {
	a := textarea.New()
	a.Prompt, a.ShowLineNumbers, a.Placeholder, a.CharLimit = "", false, placeholder, limit
	a.MaxHeight = 0
	st := a.Styles()
	plain := lipgloss.NewStyle()
	st.Focused.Base, st.Focused.CursorLine, st.Focused.Text, st.Focused.EndOfBuffer = plain, plain, plain, plain
	st.Focused.Placeholder = plain.Faint(true)
	st.Cursor.Blink = false
	a.SetStyles(st)
	a.Focus()
	return a
}

// editArea passes a message to a text area and keeps its text composed: an
// input method may send a letter and its tone mark apart.
func editArea(a *textarea.Model, msg tea.Msg) {
	if !passes(msg) {
		return
	}
	*a, _ = a.Update(erases(msg))
	v := a.Value()
	if norm.NFC.IsNormalString(v) {
		return
	}
	row, col := a.Line(), a.Column()
	lines := strings.Split(v, "\n")
	before := []rune(lines[min(row, len(lines)-1)])
	at := len([]rune(norm.NFC.String(string(before[:min(col, len(before))]))))
	a.SetValue(norm.NFC.String(v))
	a.MoveToBegin()
	for i := 0; a.Line() < row && i < 1000; i++ {
		a.CursorDown()
	}
	a.SetCursorColumn(at)
}

func newInput(placeholder string, limit int) textinput.Model {
	in := textinput.New()
	in.Prompt, in.Placeholder, in.CharLimit = "", placeholder, limit
	st := in.Styles()
	st.Focused.Placeholder, st.Blurred.Placeholder = lipgloss.NewStyle().Faint(true), lipgloss.NewStyle().Faint(true)
	st.Cursor.Blink = false
	in.SetStyles(st)
	in.Focus()
	return in
}

// editInput is editArea for a field of one line.
func editInput(in *textinput.Model, msg tea.Msg) {
	if !passes(msg) {
		return
	}
	*in, _ = in.Update(erases(msg))
	v := in.Value()
	if norm.NFC.IsNormalString(v) {
		return
	}
	rs := []rune(v)
	at := len([]rune(norm.NFC.String(string(rs[:min(in.Position(), len(rs))]))))
	in.SetValue(norm.NFC.String(v))
	in.SetCursor(at)
}

// areaLines draws a text area w cells wide and h rows high, marked at its left
// edge.
func areaLines(s *panel.Scene, a *textarea.Model, w, h int) []panel.Line {
	a.SetWidth(max(4, w-3))
	a.SetHeight(max(1, h))
	var out []panel.Line
	for _, l := range strings.Split(a.View(), "\n") {
		out = append(out, panel.Line{{R: theme.Key, S: " " + s.Th.G.Sep + " "}, {R: theme.Raw, S: l}})
	}
	return out[:min(len(out), h)]
}

func inputLine(s *panel.Scene, label string, in *textinput.Model, w int) panel.Line {
	head := panel.Line{{R: theme.Dim, S: " " + label + ": "}}
	in.SetWidth(max(4, w-head.Width()-3))
	return append(head, panel.Seg{R: theme.Raw, S: in.View()})
}
