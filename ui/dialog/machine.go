package dialog

import (
	"fmt"

	"loaxa/ui/panel"
	"loaxa/ui/theme"
)

// machineLines say what this machine lacks, and where the station keeps what.
func machineLines(s *panel.Scene, w int) []panel.Line {
	t, st := s.T.Dialog.Settings, s.Snap.Station
	var out []panel.Line
	for _, m := range st.Missing {
		words := s.T.Books.Missing[m]
		if words == "" {
			words = m
		}
		for _, l := range indent("• "+words, w) {
			out = append(out, panel.L(theme.Warn, " "+l))
		}
	}
	if len(out) == 0 {
		out = append(out, panel.L(theme.Good, " "+t.Machine.Nothing))
	}
	out = append(out, nil, panel.L(theme.Dim, " "+fmt.Sprintf(t.Machine.Folder, st.DataDir)), panel.L(theme.Dim, " "+fmt.Sprintf(t.Machine.Version, st.Version)))
	return append(out, panel.L(theme.Dim, " "+fmt.Sprintf(t.Machine.Key, st.ID)))
}
