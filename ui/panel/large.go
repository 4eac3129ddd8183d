package panel

import (
	"strings"

	"loaxa/ui/theme"
)

// digits are large figures, three cells wide and five high.
var digits = map[rune][5]string{
	'0': {"###", "# #", "# #", "# #", "###"}, '1': {" # ", "## ", " # ", " # ", "###"}, '2': {"###", "  #", "###", "#  ", "###"},
	'3': {"###", "  #", " ##", "  #", "###"}, '4': {"# #", "# #", "###", "  #", "  #"}, '5': {"###", "#  ", "###", "  #", "###"},
	'6': {"###", "#  ", "###", "# #", "###"}, '7': {"###", "  #", "  #", " # ", " # "}, '8': {"###", "# #", "###", "# #", "###"},
	'9': {"###", "# #", "###", "  #", "###"}, ':': {" ", "#", " ", "#", " "},
}

// Large writes a clock in large type, in the middle of w cells; nil when there
// is no room or something is no figure.
func Large(th *theme.Theme, words string, w int) []Line {
	block := "█"
	if th.G.ASCII {
		block = "#"
	}
	var rows [5]string
	for i, r := range words {
		d, ok := digits[r]
		if !ok {
			return nil
		}
		for y := range rows {
			if i > 0 {
				rows[y] += " "
			}
			rows[y] += strings.ReplaceAll(d[y], "#", block)
		}
	}
	out := make([]Line, 0, len(rows))
	for _, r := range rows {
		if len([]rune(r)) > w-2 {
			return nil
		}
		out = append(out, centre(theme.Title, r, w))
	}
	return out
}
