package dialog

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/text/unicode/norm"
)

func TestSearchForgetsMarksAndCase(t *testing.T) {
	for _, s := range []string{"Tiêm chủng", norm.NFD.String("TIÊM CHỦNG"), "tiem chung"} {
		if got := Fold(s); got != "tiem chung" {
			t.Errorf("%q folds to %q", s, got)
		}
	}
	if Fold("Đak Pơ") != "dak po" {
		t.Errorf("got %q", Fold("Đak Pơ"))
	}
}

// Whatever an input method sends, the field's value is composed and the cursor
// stands behind what was typed.
func FuzzFieldStaysComposed(f *testing.F) {
	f.Add("Lu\u0303 ve\u0302\u0300", "đe\u0302m")
	f.Add("a\nb", "\u0301\u0301")
	f.Fuzz(func(t *testing.T, first, second string) {
		if len(first)+len(second) > 400 {
			return
		}
		area, line := newArea("", 2000), newInput("", 2000)
		for _, s := range []string{first, second} {
			for _, r := range s {
				k := tea.KeyPressMsg{Code: r, Text: string(r)}
				editArea(&area, k)
				editInput(&line, k)
			}
			editArea(&area, tea.KeyPressMsg{Code: tea.KeyLeft})
			editInput(&line, tea.KeyPressMsg{Code: tea.KeyLeft})
		}
		for _, v := range []string{area.Value(), line.Value()} {
			if !norm.NFC.IsNormalString(v) {
				t.Errorf("%q is not composed", v)
			}
		}
	})
}

func TestMarkTypedInTheMiddleStaysInTheMiddle(t *testing.T) {
	a := newArea("", 100)
	for _, r := range "be con" {
		editArea(&a, tea.KeyPressMsg{Code: r, Text: string(r)})
	}
	for range 4 {
		editArea(&a, tea.KeyPressMsg{Code: tea.KeyLeft})
	}
	for _, r := range "\u0302\u0301n" {
		editArea(&a, tea.KeyPressMsg{Code: r, Text: string(r)})
	}
	if got := a.Value(); got != "bến con" {
		t.Errorf("got %q", got)
	}
}

func TestActsDoNotReachAField(t *testing.T) {
	a := newArea("", 100)
	for _, k := range []tea.KeyPressMsg{{Code: tea.KeyF5}, {Code: 'k', Mod: tea.ModCtrl}, {Code: 'x', Mod: tea.ModCtrl}, {Code: tea.KeyTab}, {Code: 'v', Mod: tea.ModCtrl}} {
		editArea(&a, k)
	}
	editArea(&a, tea.KeyPressMsg{Code: '!', Text: "!"})
	if a.Value() != "!" {
		t.Errorf("the field holds %q", a.Value())
	}
}

func TestSirenIsNeverAChimeOrTheAllClear(t *testing.T) {
	for in, want := range map[string]string{"chime attention all-clear": "attention", "chime all-clear slow-whoop": "slow-whoop", "chime all-clear": "", "": ""} {
		if got := siren(strings.Fields(in)); got != want {
			t.Errorf("of %q: %q, want %q", in, got, want)
		}
	}
}
