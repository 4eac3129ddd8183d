package dialog

import (
	"fmt"
	"slices"
	"strings"

	"loaxa/app/station"
	"loaxa/ui/panel"
	"loaxa/ui/text"
	"loaxa/ui/theme"
)

// receipts is one broadcast with everything about it: when, by whom, what was
// read, what became of it, and what each cluster played.
type receipts struct {
	a     station.Aired
	place list // in the lines of the page, the clusters last
	above int  // lines before the first cluster
	ask   bool // one key was pressed to send it again; Enter sends
	write bool // it is to be written as a CAP file
	said  panel.Note
	told  told
	here  hearing
}

// danger tells whether it was an emergency, a drill, or what took one back.
func (r *receipts) danger() bool { return r.a.Class.IsEmergency() || r.a.Drill }

func (r *receipts) refresh(all []station.Aired) {
	for _, a := range all {
		if a.ID == r.a.ID && a.Began == r.a.Began {
			r.a = a
		}
	}
}

func (r *receipts) key(s *panel.Scene, key string) Result {
	if key == "end" {
		r.place.at = 1 << 20 // the page may be longer than it was drawn
		return Result{}
	}
	if r.place.key(key, r.above+len(r.a.Receipts), 10) {
		return Result{}
	}
	switch at := min(r.place.at, r.above+len(r.a.Receipts)-1) - r.above; {
	case key == "enter":
		return r.hear(s)
	case key == "ctrl+e" && r.danger():
		r.write, r.said = true, panel.Note{R: theme.Plain, S: s.T.Dialog.Log.File.Exporting}
		return Result{}
	case key == "ctrl+g" && r.a.Record != "" && r.danger():
		return note(s.T.Dialog.Log.Who.NotAgain)
	case key == "ctrl+g" && r.a.Record != "" && (at < 0 || at >= len(r.a.Receipts)):
		return note(s.T.Story().Place)
	case key == "ctrl+g" && r.a.Record != "":
		to := r.a.Receipts[at]
		return Result{Intent: station.PlayNow{Items: []station.ItemID{r.a.Record}, Targets: station.Targets{Clusters: []station.ClusterID{to.Cluster}}},
			Sent: fmt.Sprintf(s.T.Dialog.Record.Said.Heard, to.Name)}
	}
	return Result{Pass: true}
}

// lines is the page: what is said of the last key on top, then a list that goes
// on below the screen.
func (r *receipts) lines(s *panel.Scene, w, h int) []panel.Line {
	t := s.T.Dialog.Log
	body := wrapped(theme.Title, r.a.Title, w)
	if r.said.S != "" {
		body = append(body, wrapped(r.said.R, r.said.S, w)...)
	}
	if r.ask {
		body = append(body, wrapped(theme.Warn, r.question(s), w)...)
	}
	page := r.page(s, w)
	page = append(page, nil, panel.L(theme.Dim, " "+t.Who.Receipts))
	if len(r.a.Receipts) == 0 {
		page = append(page, panel.L(theme.Dim, "   "+t.Row.NotYet))
	}
	if r.above > 0 && r.place.at >= r.above { // the same cluster stays selected
		r.place.at += len(page) - r.above
	}
	r.above = len(page)
	for _, x := range r.a.Receipts {
		page = append(page, receiptLine(s, x, w))
	}
	body = append(body, r.place.rows(len(page), max(1, h-len(body)), func(i int) panel.Line { return page[i] })...)
	return fill(body, nil, h)
}

func receiptLine(s *panel.Scene, x station.Receipt, w int) panel.Line {
	t := s.T.Dialog.Log
	words := map[station.HeardState]string{station.HeardAll: t.Heard[0], station.HeardPart: t.Heard[1], station.HeardNone: t.Heard[2], station.HeardUnknown: t.Heard[3], station.HeardSent: t.Heard[4]}
	role := map[station.HeardState]theme.Role{station.HeardAll: theme.Good, station.HeardPart: theme.Warn, station.HeardNone: theme.Bad, station.HeardUnknown: theme.Unsure, station.HeardSent: theme.Unsure}
	left := panel.Line{{R: theme.Plain, S: fmt.Sprintf(" %3d %s", x.Number, x.Name)}}
	played := text.Clock(x.Played)
	if x.Heard == station.HeardUnknown {
		played = "–"
	}
	return panel.Spread(left, panel.Line{{R: theme.Plain, S: "  " + played + "  "}, {R: role[x.Heard], S: panel.Pad(words[x.Heard], 18)}}, w)
}

// missed are the clusters that said that they did not play all of it; of those
// that cannot say, nobody knows.
func (r *receipts) missed() (ids []station.ClusterID, names []string) {
	for _, x := range r.a.Receipts {
		if x.Heard == station.HeardPart || x.Heard == station.HeardNone {
			ids, names = append(ids, x.Cluster), append(names, x.Name)
		}
	}
	return ids, names
}

// open tells whether it was an emergency that is still open.
func (r *receipts) open(s *panel.Scene) bool {
	return slices.ContainsFunc(s.Snap.Open, func(e station.EmergencyView) bool { return e.ID == r.a.ID || e.Broadcast == r.a.ID })
}

func (r *receipts) question(s *panel.Scene) string {
	t := s.T.Again()
	_, names := r.missed()
	words := t.Ask
	if r.open(s) {
		words = t.AskSiren
	}
	return fmt.Sprintf(words, strings.Join(names, ", "))
}

// asked takes the keys of sending it again to those who missed it: one key
// asks, another one sends.
func (r *receipts) asked(s *panel.Scene, key string) (Result, bool) {
	t := s.T.Again()
	ids, _ := r.missed()
	switch {
	case r.ask && key == "enter":
		r.ask = false
		in := station.SendAgain{Of: r.a.ID, Items: r.a.Items, Clusters: ids}
		if r.a.Record != "" {
			in.Items = []station.ItemID{r.a.Record}
		}
		if r.a.Class.IsEmergency() || r.a.Drill {
			in.Items = nil
		}
		return Result{Intent: in, Sent: fmt.Sprintf(t.Sent, len(ids))}, true
	case r.ask:
		r.ask = false
		return Result{}, true
	case key != "ctrl+r":
		return Result{}, false
	case r.a.Ended == (station.Stamp{}) || len(r.a.Receipts) == 0:
		return note(t.NotYet), true
	case len(ids) == 0:
		return note(t.Nobody), true
	case (r.a.Class.IsEmergency() || r.a.Drill) && !r.open(s):
		return note(t.Over), true
	case !r.open(s) && r.a.Record == "" && len(r.a.Items) == 0:
		return note(t.Nothing), true
	}
	r.ask = true
	return Result{}, true
}

func (r *receipts) hints(s *panel.Scene) []panel.KeyHint {
	h, t := s.T.Dialog.Log.Hints, s.T.Again()
	if r.ask {
		return []panel.KeyHint{{Key: "Enter", Word: t.Hint}, {Key: "Esc", Word: h[3]}}
	}
	out := []panel.KeyHint{{Key: "Enter", Word: s.T.Story().Hear}, {Key: "Esc", Word: h[3]}, {Key: "Ctrl+R", Word: t.Hint}, {Key: "Ctrl+G", Word: h[4]}}
	if r.danger() {
		out[3] = panel.KeyHint{Key: "Ctrl+E", Word: s.T.Late().CAP}
	}
	return out
}
