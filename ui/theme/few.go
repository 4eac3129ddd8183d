package theme

import "charm.land/lipgloss/v2"

// fews are the palettes of a terminal with sixteen colours: the text console,
// old emulators. The nearest of the sixteen would make live and emergency one
// ground, and drill and selected another; and many of these terminals draw bold
// black as grey, so that black is never bold.
var fews = map[string][roles]lipgloss.Style{
	"night": {
		Plain: fg("15"), Dim: fg("7"), Title: fg("15").Bold(true), Frame: fg("8"), Focus: fg("14").Bold(true),
		Good: fg("10"), Warn: fg("11").Bold(true), Bad: fg("9").Bold(true), Unsure: fg("13"),
		Live: on1("0", "11"), Emergency: on("15", "1"), Drill: on("15", "5"), Selected: on("15", "4"),
		Key: fg("14"), Level: fg("10"), Line: fg("2"), Road: fg("3"), Water: fg("12"),
	},
	"day": {
		Plain: fg("0"), Dim: fg("8"), Title: bold(), Frame: fg("8"), Focus: fg("4").Bold(true),
		Good: fg("2"), Warn: fg("1"), Bad: fg("1").Underline(true), Unsure: fg("5"),
		Live: on1("0", "11"), Emergency: on("15", "1"), Drill: on("15", "5"), Selected: on("15", "4"),
		Key: fg("4"), Level: fg("2"), Line: fg("2"), Road: fg("3"), Water: fg("6"),
	},
	"contrast": {
		Plain: on1("15", "0"), Dim: on1("15", "0"), Title: on("15", "0"), Frame: on1("15", "0"), Focus: on("11", "0"),
		Good: on("10", "0"), Warn: on("11", "0"), Bad: on("9", "0").Underline(true), Unsure: on("13", "0"),
		Live: on1("0", "11"), Emergency: on("15", "1"), Drill: on1("0", "13"), Selected: on1("0", "15"),
		Key: on("14", "0"), Level: on("10", "0"), Line: on1("15", "0"), Road: on1("7", "0"), Water: on1("12", "0"),
	},
}

// Few is the theme in the sixteen colours.
func (t *Theme) Few() *Theme {
	styles, ok := fews[t.Name]
	if !ok {
		return t
	}
	few := &Theme{Name: t.Name, G: t.G}
	few.take(styles)
	return few
}
